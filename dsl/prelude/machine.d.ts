/** The machine, as the language shows it: single instructions, interrupt entries, system calls. */
declare namespace cpu {
  function cli(): void;
  function sti(): void;
  function hlt(): void;
  function pause(): void;
  function int3(): void;
  /** RFLAGS as they were; interrupts are off afterwards. */
  function saveFlagsCli(): u64;
  function restoreFlags(f: u64): void;
  function readFlags(): u64;
  function mfence(): void;
  function lfence(): void;
  function sfence(): void;
  /** Order of loads, of stores, as a device sees them; on x86 only the compiler must be held back. */
  function rmb(): void;
  function wmb(): void;
  function invlpg(a: u64): void;
  function wbinvd(): void;
  function rdmsr(i: u32): u64;
  function wrmsr(i: u32, v: u64): void;
  function readCr0(): u64;
  function readCr2(): u64;
  function readCr3(): u64;
  function readCr4(): u64;
  function writeCr0(v: u64): void;
  function writeCr3(v: u64): void;
  function writeCr4(v: u64): void;
  function rdtsc(): u64;
  /** The table's address and its limit (bytes - 1). */
  function lgdt(base: u64, limit: u16): void;
  function lidt(base: u64, limit: u16): void;
  function ltr(selector: u16): void;
  function swapgs(): void;
  /** Number of the CPU that runs this. */
  function id(): u32;
  /** CPUID: one register of a leaf. */
  function cpuidEax(leaf: u32, sub: u32): u32;
  function cpuidEbx(leaf: u32, sub: u32): u32;
  function cpuidEcx(leaf: u32, sub: u32): u32;
  function cpuidEdx(leaf: u32, sub: u32): u32;
}
/** What an interrupt entry leaves on the stack, lowest address first. */
declare class TrapFrame {
  r15: u64;
  r14: u64;
  r13: u64;
  r12: u64;
  r11: u64;
  r10: u64;
  r9: u64;
  r8: u64;
  rbp: u64;
  rdi: u64;
  rsi: u64;
  rdx: u64;
  rcx: u64;
  rbx: u64;
  rax: u64;
  vector: u64;
  code: u64;
  rip: u64;
  cs: u64;
  rflags: u64;
  rsp: u64;
  ss: u64;
}
interface Vector {
  readonly __v: 1;
}
/** Entry stub, register save and iretq come from the compiler; the body is in interrupt context. */
declare function interrupt(vector: number, body: Fn<(f: Ptr<TrapFrame>) => void>): Vector;
type Word = number | User<never> | User<u8>;
type SysEntry = MaySleep<MayAlloc<(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) => i64>>;
/** Makes the six-word entry of a typed system call: words are narrowed, errors become -errno. */
declare function syscall<A extends Word[], R extends number | void>(f: Fn<(...a: A) => Res<R>>): SysEntry;
declare function copyIn<T>(dst: Slice<T>, src: User<T>): Res<usize>;
declare function copyOut<T>(dst: User<T>, src: View<T>): Res<usize>;
