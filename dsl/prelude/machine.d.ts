/** The machine, as the language shows it: single instructions, interrupt entries, system calls. */
declare namespace cpu {
  function cli(): void;
  function sti(): void;
  function hlt(): void;
  /** Interrupts on, and sleep until one comes: none can come between. */
  function stiHlt(): void;
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
  function writeCr2(v: u64): void;
  function writeCr3(v: u64): void;
  function writeCr4(v: u64): void;
  function clts(): void;
  function xgetbv(i: u32): u64;
  function xsetbv(i: u32, v: u64): void;
  function rdtsc(): u64;
  /** The table's address and its limit (bytes - 1). */
  function lgdt(base: u64, limit: u16): void;
  function lidt(base: u64, limit: u16): void;
  function lldt(selector: u16): void;
  function ltr(selector: u16): void;
  function loadCs(selector: u16): void;
  function writeDs(selector: u16): void;
  function writeEs(selector: u16): void;
  /** FS and GS: their bases become 0 or what the descriptor says; set IA32_FS_BASE and IA32_GS_BASE afterwards. */
  function writeFs(selector: u16): void;
  function writeGs(selector: u16): void;
  function writeSs(selector: u16): void;
  function swapgs(): void;
  /** Only where CPUID tells of SMAP. */
  function stac(): void;
  function clac(): void;
  /** 512 bytes at a multiple of 16. */
  function fxsave(area: u64): void;
  function fxrstor(area: u64): void;
  /** At a multiple of 64; which components. */
  function xsave(area: u64, components: u64): void;
  function xrstor(area: u64, components: u64): void;
  function fninit(): void;
  /** A random number; EAGAIN where the processor has none left. Only where CPUID tells of RDRAND, RDSEED. */
  function rdrand(): Res<u64>;
  function rdseed(): Res<u64>;
  /** RSP here, and where the function that asks returns to. */
  function stackPointer(): u64;
  function returnAddress(): u64;
  /** Number of the CPU that runs this. */
  function id(): u32;
  /** CPUID: one register of a leaf. */
  function cpuidEax(leaf: u32, sub: u32): u32;
  function cpuidEbx(leaf: u32, sub: u32): u32;
  function cpuidEcx(leaf: u32, sub: u32): u32;
  function cpuidEdx(leaf: u32, sub: u32): u32;
  /** Where each of the 256 vectors is to lead, for the IDT; 0 where the program declares nothing. */
  function vectors(): View<u64>;
  /** What goes to IA32_LSTAR: the entry that syscallEntry declares. */
  function syscallEntry(): u64;
}
/**
 * The segment selectors that entries and SYSRET know. IA32_STAR is (userData - 8) << 48 | kernelCode << 32; the table's
 * entries behind the first are those four, in this order.
 */
declare enum Selector {
  kernelCode = 0x08,
  kernelData = 0x10,
  userData = 0x1b,
  userCode = 0x23,
}
/**
 * What IA32_GS_BASE points at in the kernel, in the upper half, and IA32_KERNEL_GS_BASE in user code. IA32_FMASK must clear
 * IF, TF, DF, NT and AC: 0x44700.
 */
declare class CpuArea {
  /** From perCpu<T>() variables to this CPU's own copies of them: 0 for the CPU that has the originals. */
  copies: u64;
  /** The stack for SYSCALL: its end, a multiple of 16. */
  stack: u64;
  /** SYSCALL leaves the user's RSP here for a moment. */
  userStack: u64;
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
/**
 * What a device brings. Entry, saving of registers and IRETQ come from the compiler; the body is in interrupt context. It
 * may change the frame, and may switch stacks: the registers come from the frame again when it returns.
 */
declare function interrupt(vector: number, body: Fn<(f: Ptr<TrapFrame>) => void>): Vector;
/** The same for every vector that nothing else is declared for; `f.vector` tells which. */
declare function interruptDefault(body: Fn<(f: Ptr<TrapFrame>) => void>): Vector;
/**
 * What the interrupted code itself brought about: an exception (below 32), or INT n in user code. The body acts for that
 * code, and may sleep where it has turned interrupts on.
 */
declare function trap(vector: number, body: Fn<MaySleep<MayAlloc<(f: Ptr<TrapFrame>) => void>>>): Vector;
/**
 * What SYSCALL leads to. `f.vector` is 256, RCX and R11 are RIP and RFLAGS; it goes back by SYSRET, or by IRETQ where the
 * body made a frame of it that SYSRET cannot do.
 */
declare function syscallEntry(body: Fn<MaySleep<MayAlloc<(f: Ptr<TrapFrame>) => void>>>): Vector;
/** What the linker knows of the program: its parts, each on pages of its own, and where its code comes from. */
declare namespace image {
  function text(): View<u8>;
  function rodata(): View<u8>;
  function data(): Slice<u8>;
  function bss(): Slice<u8>;
  /** The originals of perCpu<T>() variables; each further CPU has a copy of them (CpuArea.copies). */
  function perCpu(): Slice<u8>;
  /** Makes of `step`, all but its end, the place where this is called: the beginning of a stack trace. */
  function here(step: Ptr<StackStep>): void;
  /** Finds the function that an address lies in, and the line; whether there is one. */
  function locate(address: u64, place: Ptr<CodePlace>): boolean;
  /**
   * One step of a stack trace: from a function to who called it, or to what an interrupt interrupted; whether there was
   * somebody. Memory is read from `step.rsp` to `step.end`.
   */
  function caller(step: Ptr<StackStep>): boolean;
}
declare class CodePlace {
  /** "kernel/memory/frames.allocFrames" */
  name: string;
  /** Bytes from its start. */
  offset: u64;
  file: string;
  /** 0: not known. */
  line: u32;
}
declare class StackStep {
  rip: u64;
  rsp: u64;
  /** The end of the stack. */
  end: u64;
  /** Whether `rip` is the next instruction, as in a TrapFrame, and not one behind a call: to locate then is `rip`, else `rip - 1`. */
  exact: boolean;
}
type Word = number | boolean | User<any>;
type SysEntry = MaySleep<MayAlloc<(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) => i64>>;
/** Makes the six-word entry of a typed system call: words are narrowed, errors become -errno. */
declare function syscall<A extends Word[], R extends number | void>(f: Fn<(...a: A) => Res<R>>): SysEntry;
declare function copyIn<T>(dst: Slice<T>, src: User<T>): Res<usize>;
declare function copyOut<T>(dst: User<T>, src: View<T>): Res<usize>;
