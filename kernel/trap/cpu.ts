// What a processor needs of its own: the descriptor tables, the task state segment, the area that GS points at.
//
// Of segmentation 64-bit mode has left four descriptors and a stack switch. The descriptors stand in the order in which
// SYSCALL and SYSRET count: kernel code, kernel data, user data, user code (SDM vol. 2, SYSRET). The task state segment
// holds no task any more, but stacks: the one for whatever comes from user code, and three for events that may come when
// no stack can be trusted (double fault, NMI, machine check; "interrupt stack table", SDM vol. 3, 7.14.5). Running off a
// kernel stack hits the page below, which is not there; that page fault has no stack either, hence the double fault, which
// has its own, and tells.
import { PAGE_SIZE } from "../layout.ts";
import { INTERRUPT_STACK_BYTES } from "../limits.ts";
import { unmapKernel } from "../memory/kernel-space.ts";

/** SDM vol. 3, figure 8-11. */
@packed
class TaskState {
  reserved0: u32;
  rsp0: u64;
  rsp1: u64;
  rsp2: u64;
  reserved1: u64;
  stacks: Arr<u64, 7>;
  reserved2: u64;
  reserved3: u16;
  /** Where the I/O permissions begin: beyond the limit, so there are none. */
  ioMap: u16;
}

/** SDM vol. 3, figure 7-8: an interrupt gate; interrupts are off when its handler begins. */
@packed
class Gate {
  offsetLow: u16;
  selector: u16;
  stack: u8;
  kind: u8;
  offsetMiddle: u16;
  offsetHigh: u32;
  reserved: u32;
}

const GATE_KERNEL = 0x8e;
/** Programs may say INT n for it. */
const GATE_USER = 0xee;

/** A stack with a page below it that nobody maps. */
@align(PAGE_SIZE)
class GuardedStack {
  guard: Arr<u8, typeof PAGE_SIZE>;
  bytes: Arr<u8, typeof INTERRUPT_STACK_BYTES>;
}

class Cpu {
  area: CpuArea;
  @align(16) gdt: Arr<u64, 7>;
  @align(16) state: TaskState;
}

const first = zeroed<Cpu>();
const idt = zeroed<Arr<Gate, 256>>();
const doubleFaultStack = zeroed<GuardedStack>();
const nmiStack = zeroed<GuardedStack>();
const machineCheckStack = zeroed<GuardedStack>();

const KERNEL_CODE: u64 = 0x00af_9b00_0000_ffff;
const KERNEL_DATA: u64 = 0x00cf_9300_0000_ffff;
const USER_DATA: u64 = 0x00cf_f300_0000_ffff;
const USER_CODE: u64 = 0x00af_fb00_0000_ffff;
const TASK_STATE_SELECTOR = 0x28;

const NMI = 2;
const BREAKPOINT = 3;
const OVERFLOW = 4;
const DOUBLE_FAULT = 8;
const MACHINE_CHECK = 18;

const IA32_EFER = 0xc000_0080;
const IA32_STAR = 0xc000_0081;
const IA32_LSTAR = 0xc000_0082;
const IA32_FMASK = 0xc000_0084;
const IA32_GS_BASE = 0xc000_0101;
const IA32_KERNEL_GS_BASE = 0xc000_0102;
const EFER_SCE: u64 = 1;
/** CPUID leaf 7: EBX and ECX. */
const HAS_SMEP: u32 = 1 << 7;
const HAS_UMIP: u32 = 1 << 2;
const CR4_UMIP: u64 = 1 << 11;
const CR4_SMEP: u64 = 1 << 20;
/** IF, TF, DF, NT, AC. */
const FMASK: u64 = 0x4_4700;

/** The first thing of all: from here on per-CPU data can be reached, and exceptions lead to trap/exceptions.ts. */
export function startCpu(stackTop: u64): void {
  cpu.writeFs(0);
  cpu.writeGs(0);
  cpu.wrmsr(IA32_GS_BASE, addr(ref(first)));
  cpu.wrmsr(IA32_KERNEL_GS_BASE, 0);

  const state = addr(ref(first.state));
  first.gdt[1] = KERNEL_CODE;
  first.gdt[2] = KERNEL_DATA;
  first.gdt[3] = USER_DATA;
  first.gdt[4] = USER_CODE;
  // An available 64-bit TSS; its descriptor has sixteen bytes (SDM vol. 3, figure 8-4).
  first.gdt[5] =
    (sizeOf<TaskState>() - 1) | ((state & 0xff_ffff) << 16) | 0x0000_8900_0000_0000 | (((state >> 24) & 0xff) << 56);
  first.gdt[6] = state >> 32;
  first.state.ioMap = u16(sizeOf<TaskState>());
  first.state.stacks[0] = addr(ref(doubleFaultStack)) + sizeOf<GuardedStack>();
  first.state.stacks[1] = addr(ref(nmiStack)) + sizeOf<GuardedStack>();
  first.state.stacks[2] = addr(ref(machineCheckStack)) + sizeOf<GuardedStack>();
  setKernelStack(stackTop);
  cpu.lgdt(addr(ref(first.gdt)), u16(sizeOf<Arr<u64, 7>>() - 1));
  cpu.loadCs(u16(Selector.kernelCode));
  cpu.writeSs(u16(Selector.kernelData));
  cpu.writeDs(u16(Selector.userData));
  cpu.writeEs(u16(Selector.userData));
  cpu.lldt(0);
  cpu.ltr(TASK_STATE_SELECTOR);

  const vectors = cpu.vectors();
  for (let vector: usize = 0; vector < 256; vector++) setGate(vector, vectors[vector]);
  cpu.lidt(addr(ref(idt)), u16(sizeOf<Arr<Gate, 256>>() - 1));

  cpu.wrmsr(IA32_STAR, ((u64(Selector.userData) - 8) << 48) | (u64(Selector.kernelCode) << 32));
  cpu.wrmsr(IA32_LSTAR, cpu.syscallEntry());
  cpu.wrmsr(IA32_FMASK, FMASK);
  cpu.wrmsr(IA32_EFER, cpu.rdmsr(IA32_EFER) | EFER_SCE);
}

/** What the processor forbids on its own, where it can: the kernel running a program's code, a program looking at our tables. */
export function startProtection(): void {
  if (cpu.cpuidEax(0, 0) < 7) return;
  let bits: u64 = 0;
  if ((cpu.cpuidEbx(7, 0) & HAS_SMEP) !== 0) bits |= CR4_SMEP;
  if ((cpu.cpuidEcx(7, 0) & HAS_UMIP) !== 0) bits |= CR4_UMIP;
  cpu.writeCr4(cpu.readCr4() | bits);
}

/** The vectors that programs reach with INT: the two doors for system calls, and what INT3 and INTO raise. */
function isForUsers(vector: usize): boolean {
  return vector === 0x14 || vector === 0x31 || vector === BREAKPOINT || vector === OVERFLOW;
}

function stackOf(vector: usize): u8 {
  if (vector === DOUBLE_FAULT) return 1;
  if (vector === NMI) return 2;
  if (vector === MACHINE_CHECK) return 3;
  return 0;
}

function setGate(vector: usize, to: u64): void {
  if (to === 0) return;
  const gate = ref(idt[vector]);
  gate.offsetLow = u16(to);
  gate.offsetMiddle = u16(to >> 16);
  gate.offsetHigh = u32(to >> 32);
  gate.selector = u16(Selector.kernelCode);
  gate.stack = stackOf(vector);
  gate.kind = isForUsers(vector) ? GATE_USER : GATE_KERNEL;
}

/** Where what comes from user code on this CPU finds its stack: the end of the running task's, a multiple of 16. */
export function setKernelStack(top: u64): void {
  attr(irqSafe);
  const flags = cpu.saveFlagsCli();
  const own = unsafe.ptr<Cpu>(cpu.rdmsr(IA32_GS_BASE));
  own.state.rsp0 = top;
  own.area.stack = top;
  cpu.restoreFlags(flags);
}

/** Takes away the page below each stack of this file. */
export function guardStacks(): void {
  unmapKernel(addr(ref(doubleFaultStack)));
  unmapKernel(addr(ref(nmiStack)));
  unmapKernel(addr(ref(machineCheckStack)));
}

/** What cpu.id() calls. */
function cpuId(): u32 {
  attr(symbol("cpuId"), irqSafe);
  return 0;
}

/** What perCpu().of() calls: from a variable to a CPU's own copy of it. There is one CPU, and it has the originals. */
function perCpuOffset(number: u32): u64 {
  attr(symbol("perCpuOffset"), irqSafe);
  assert(number === 0, "there is no such processor");
  return 0;
}
