// The smallest kernel that uses every way in which the processor comes in: it says on the serial line what it finds.

const uart = claimPorts(0x3f8, 8);
const pit = claimPorts(0x40, 4);
const firstPic = claimPorts(0x20, 2);
const secondPic = claimPorts(0xa0, 2);

function write(sink: u64, at: Ptr<u8>, bytes: usize): void {
  attr(symbol("cor_write"));
  if (sink > 1) return;
  for (const c of slice(at, bytes)) {
    for (let tries: u32 = 0; tries < 100000 && (uart.in8(5) & 0x20) === 0; tries++) cpu.pause();
    uart.out8(0, c);
  }
}

function stop(): never {
  cpu.cli();
  for (;;) cpu.hlt();
}

function failed(text: Ptr<u8>, bytes: usize, count: u64, a: u64, b: u64): never {
  attr(symbol("cor.panic"));
  write(1, text, bytes);
  klog`: ${count} ${a} ${b}`;
  stop();
}

// ---- tables

@packed
class TaskState {
  reserved: u32;
  rsp: Arr<u64, 3>;
  reserved1: u64;
  ist: Arr<u64, 7>;
  reserved2: u64;
  reserved3: u16;
  permissions: u16;
}

@align(16)
class Stack {
  bytes: Arr<u8, 8192>;
}

const gdt = zeroed<Arr<u64, 8>>();
const idt = zeroed<Arr<u64, 512>>();
const tss = zeroed<TaskState>();
const area = zeroed<CpuArea>();
const kernelStack = zeroed<Stack>();
const criticalStack = zeroed<Stack>();
const otherStack = zeroed<Stack>();

function top(stack: Ptr<Stack>): u64 {
  return addr(stack) + sizeOf<Stack>();
}

function tables(): void {
  gdt[1] = 0x00af_9b00_0000_ffff;
  gdt[2] = 0x00cf_9300_0000_ffff;
  gdt[3] = 0x00cf_f300_0000_ffff;
  gdt[4] = 0x00af_fb00_0000_ffff;
  const at = addr(ref(tss));
  gdt[5] = (sizeOf<TaskState>() - 1) | ((at & 0xff_ffff) << 16) | (0x89 << 40) | (((at >> 24) & 0xff) << 56);
  gdt[6] = at >> 32;
  tss.rsp[0] = top(ref(kernelStack));
  tss.ist[0] = top(ref(criticalStack));
  tss.permissions = u16(sizeOf<TaskState>());
  cpu.lgdt(addr(ref(gdt[0])), 63);
  cpu.loadCs(u16(Selector.kernelCode));
  cpu.writeDs(u16(Selector.kernelData));
  cpu.writeEs(u16(Selector.kernelData));
  cpu.writeSs(u16(Selector.kernelData));
  cpu.writeGs(0);
  cpu.ltr(0x28);
  const entries = cpu.vectors();
  for (let v: usize = 0; v < entries.length; v++) {
    const to = entries[v];
    const stack: u64 = v === 2 || v === 8 || v === 18 ? 1 : 0;
    const kind: u64 = v === 3 || v === 0x31 ? 0xee : 0x8e;
    idt[2 * v] =
      (to & 0xffff) | (u64(Selector.kernelCode) << 16) | (stack << 32) | (kind << 40) | (((to >> 16) & 0xffff) << 48);
    idt[2 * v + 1] = to >> 32;
  }
  cpu.lidt(addr(ref(idt[0])), 4095);
  area.stack = top(ref(kernelStack));
  cpu.wrmsr(0xc000_0101, addr(ref(area)));
  cpu.wrmsr(0xc000_0080, cpu.rdmsr(0xc000_0080) | 1);
  cpu.wrmsr(0xc000_0081, ((u64(Selector.userData) - 8) << 48) | (u64(Selector.kernelCode) << 32));
  cpu.wrmsr(0xc000_0082, cpu.syscallEntry());
  cpu.wrmsr(0xc000_0084, 0x44700);
}

// ---- exceptions

const faults = perCpu<Atomic<u64>>();

function show(f: Ptr<TrapFrame>): void {
  klog`vector ${f.vector} code ${f.code} from ${f.cs} flags ${hex(f.rflags & 0x200)} rax ${hex(f.rax)} r15 ${hex(f.r15)}`;
}

/** A line for each frame, from the one whose registers these are, or from the caller on. */
function trace(f: Ptr<TrapFrame> | null): void {
  const step = zeroed<StackStep>();
  image.here(ref(step));
  if (f !== null) {
    step.rip = f.rip;
    step.rsp = f.rsp;
    step.exact = true;
  }
  step.end = step.rsp + 4096;
  const place = zeroed<CodePlace>();
  for (let depth: u32 = 0; depth < 20; depth++) {
    if (!image.locate(step.exact ? step.rip : step.rip - 1, ref(place))) return;
    klog`  at ${place.name} (${place.file}:${place.line})`;
    if (!image.caller(ref(step))) return;
  }
}

export const breakpoint = trap(3, (f) => {
  faults.my.add(1);
  show(f);
  trace(f);
  f.rax = 0x1234;
});

export const pageFault = trap(14, (f) => {
  faults.my.add(1);
  const fixup = unsafe.faultFixup(f.rip);
  klog`page fault at ${hex(cpu.readCr2())} code ${f.code} fixed ${fixup !== 0}`;
  if (fixup !== 0) {
    f.rip = fixup;
    return;
  }
  if (f.cs !== u64(Selector.userCode)) panic("page fault");
  f.rip = f.rbx;
});

export const protection = trap(13, (f) => {
  faults.my.add(1);
  show(f);
  // MOV DS, r16: two bytes and perhaps a prefix.
  const at = unsafe.ptr<u8>(f.rip);
  f.rip += at[0] === 0x8e ? 2 : 3;
});

const TF = 0x100;

export const others = interruptDefault((f) => {
  show(f);
  if (f.vector === 1) f.rflags &= ~TF;
  else finish();
});

// ---- two tasks and a timer

const ticks = zeroed<Atomic<u32>>();
const userTicks = zeroed<Atomic<u32>>();
const running = zeroed<Atomic<u32>>();
const preempting = zeroed<Atomic<u32>>();
const saved = zeroed<Arr<Atomic<u64>, 2>>();
const counts = zeroed<Arr<Atomic<u64>, 2>>();
const scratch = zeroed<Arr<Atomic<u64>, 2>>();

/** To the other task; whoever it was goes on where it was stopped. */
function reschedule(): void {
  const from = running.load();
  const to = 1 - from;
  running.store(to);
  switchTo(from, to);
}

function switchTo(from: u32, to: u32): void {
  unsafe.switchStacks(unsafe.cast<Ptr<u64>>(ref(saved[from])), saved[to].load());
}

export const timer = interrupt(0x20, (f) => {
  firstPic.out8(0, 0x20);
  if (f.cs === u64(Selector.kernelCode)) ticks.add(1);
  else userTicks.add(1);
  if (ticks.load() === 1) trace(null);
  if (preempting.load() !== 0) reschedule();
});

function spin(self: u64): void {
  cpu.sti();
  while (ticks.load() < 8) {
    counts[self].add(1);
    scratch[self].store(self);
  }
  cpu.cli();
}

function second(argument: u64): void {
  klog`second task got ${hex(argument)}, aligned ${(cpu.stackPointer() & 7) === 0}`;
  spin(1);
  preempting.store(0);
  reschedule();
  panic("came back");
}

function startTimer(): void {
  firstPic.out8(0, 0x11);
  secondPic.out8(0, 0x11);
  firstPic.out8(1, 0x20);
  secondPic.out8(1, 0x28);
  firstPic.out8(1, 4);
  secondPic.out8(1, 2);
  firstPic.out8(1, 1);
  secondPic.out8(1, 1);
  firstPic.out8(1, 0xfe);
  secondPic.out8(1, 0xff);
  pit.out8(3, 0x34);
  pit.out8(0, 0);
  pit.out8(0, 0x10);
}

function preemption(): void {
  saved[1].store(unsafe.newStack(top(ref(otherStack)), second, 0xabcd));
  startTimer();
  preempting.store(1);
  spin(0);
  while (preempting.load() !== 0) reschedule();
  klog`both ran: ${counts[0].load() > 0 && counts[1].load() > 0}, ticks enough: ${ticks.load() >= 8}`;
}

// ---- user code: two doors, and copies that may fault

function copyFromUser(to: u64, from: u64, bytes: usize): Res<usize> {
  attr(symbol("copyIn"));
  if (from >= 0x8000_0000_0000) return err(Errno.EFAULT);
  if (unsafe.copyFaulting(to, from, bytes) !== 0) return err(Errno.EFAULT);
  return bytes;
}

function sysSum(at: User<u8>, bytes: usize): Res<u64> {
  const buffer = zeroed<Arr<u8, 64>>();
  if (bytes > buffer.length) return err(Errno.EINVAL);
  orReturn(copyIn(slice(buffer, bytes), at));
  let sum: u64 = 0;
  for (const byte of slice(buffer, bytes)) sum += u64(byte);
  return sum;
}

const calls: Arr<SysEntry, 1> = [syscall(sysSum)];

function call(f: Ptr<TrapFrame>): void {
  const result = calls[0](f.rdi, f.rsi, f.rdx, f.r10, f.r8, f.r9);
  klog`call by ${f.vector} of ${hex(f.rdi)}: ${result}`;
  f.rax = u64(result);
}

export const door = trap(0x31, call);
export const fastDoor = syscallEntry(call);

function enterUser(): never {
  const frame = zeroed<TrapFrame>();
  frame.rip = 0x40_0000;
  frame.rsp = 0x40_3000;
  frame.cs = u64(Selector.userCode);
  frame.ss = u64(Selector.userData);
  frame.rflags = 0x202;
  unsafe.enterFrame(ref(frame));
}

function finish(): never {
  klog`faults ${faults.my.load()}, ticks in user code ${userTicks.load() > 0}`;
  klog`end`;
  stop();
}

function nested(n: u64): u64 {
  attr(noInline);
  cpu.int3();
  return n + cpu.readCr2();
}

export function main(): never {
  tables();
  klog`tables stand`;
  klog`text ${image.text().length > 4096 && addr(image.text()) < addr(main)}, rest ${image.bss().length > 4096} ${image.perCpu().length}`;
  nested(1);
  cpu.writeDs(0x1238);
  cpu.restoreFlags(cpu.readFlags() | TF);
  const there = unsafe.copyFaulting(addr(ref(scratch)), 0xffff_8000_0000_0000, 21);
  const near = unsafe.copyFaulting(addr(ref(scratch)), 0x3f_fff8 + 0x20_0000, 16);
  klog`not copied ${there}, ${near}, fixup elsewhere ${unsafe.faultFixup(0x1234)}`;
  preemption();
  enterUser();
}
