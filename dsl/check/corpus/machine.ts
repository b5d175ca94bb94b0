// unsafe
// The machine: ports, registers, interrupts, per-CPU data, atomics, system calls, contracts.
class Regs {
  id: Vol<u32>;
  readonly status: Vol<u32>;
}
const uart = claimPorts(0x3f8, 8);
const regs = claimRegisters<Regs>(0xfee0_0000);
const beyond = claimPorts(0xffff, 2); // tsc: no, error: there are ports 0 to 0xffff
const ticks = perCpu<Atomic<u64>>();
const cell = zeroed<Atomic<u32>>();
const state = zeroed<Atomic<Ptr<Regs> | null>>();
let started: u64 = late();
let n32: u32 = 0;
let n8: u8 = 0;
let flag = false;

export const timer = interrupt(0x23, () => {
  ticks.my.add(1);
});
export const keyboard = interrupt(0x21, onKey);
export const tooFar = interrupt(256, onKey); // tsc: no, error: there are vectors 0 to 255
export const wrong = interrupt(0x22, sysExit); // error: (Ptr<TrapFrame>) => void expected
export const again = interrupt(0x21, onKey); // tsc: no, error: vector 0x21 leads to machine.ts:21 already
export const fault = trap(13, onKey);
export const door = trap(0x14, onKey);
export const fast = syscallEntry(onKey);
export const faster = syscallEntry(onKey); // tsc: no, error: SYSCALL leads to machine.ts:27 already
export const others = interruptDefault(onKey);

function onKey(f: Ptr<TrapFrame>): void {
  attr(irqSafe, noSleep, stack(256));
  if (f.vector === 0x21) n8 = uart.in8(0);
}

export function ports(): void {
  uart.out8(1, 0x80);
  uart.out8(8, 0); // tsc: no, error: Ports<8> has no port 8
  uart.out16(7, 0); // tsc: no, error: Ports<8> has no 2 ports from 7
  uart.out8(n32, n8);
  uart.out8(0, n32); // error: u8 expected, this is u32
  const high = uart.part(4, 4);
  n8 = high.in8(3);
  n8 = high.in8(4); // tsc: no, error: Ports<4> has no port 4
  const pci = unsafe.ports<8>(0xc000);
  n32 = pci.in32(4);
  regs.id = regs.status | 1;
  regs.status = 1; // error: status is readonly
}

export function atomics(): void {
  n32 = cell.load();
  n32 = cell.load(acquire);
  n32 = cell.load(release); // error: the order of load is acquire or relaxed
  cell.store(1, release);
  n32 = cell.add(1);
  flag = cell.cas(0, 1);
  cell.add(n8); // error: u32 expected, this is u8
  cell = 5; // error: cell is a const
  n32 = cell; // error: u32 expected, this is Atomic<u32>
  n32 = cell + 1; // error: + works on integers, this is Atomic<u32>
  const p = state.swap(null);
  if (p !== null) n32 = p.status;
  started = ticks.of(1).load();
}

function sysWrite(fd: i32, data: User<u8>, count: usize): Res<usize> {
  attr(maySleep);
  const buffer = zeroed<Arr<u8, 16>>();
  const got = orReturn(copyIn(slice(buffer), userAt(data, 3)));
  if (fd < 0) return err(Errno.EBADF);
  return got + count;
}

function sysExit(code: i32): Res<void> {
  n32 = u32(code);
}

function sysBad(name: string): Res<void> {
  n32 = u32(name.length);
}

const table: Arr<SysEntry, 2> = [syscall(sysWrite), syscall(sysExit)];
const bad = syscall(sysBad); // error: name is string: a word is an integer, a boolean or a User<T>

export function dispatch(f: Ptr<TrapFrame>): void {
  if (f.rax < table.length) f.rax = u64(table[f.rax](f.rdi, f.rsi, f.rdx, f.r10, f.r8, f.r9));
}

function contradiction(): void {
  attr(noSleep, maySleep); // tsc: no, error: noSleep and maySleep exclude each other
}

function unknownContract(): void {
  attr(fast); // error: this is not a contract
}

function late_(): void {
  n32 = 1;
  attr(noSleep); // tsc: no, error: attr stands as the first statement
}

function tools(): void {
  cpu.cli();
  cpu.wrmsr(0x1b, cpu.rdmsr(0x1b) | 1);
  cpu.wrmsr(n8, 1); // error: u32 expected, this is u8
  cpu.reboot(); // error: cpu has no reboot
  const f = cpu.hlt; // tsc: no, error: cpu.hlt is called, not handed around
  const entry = unsafe.code<(x: u32) => u32>(0x1000);
  n32 = entry(5);
}
