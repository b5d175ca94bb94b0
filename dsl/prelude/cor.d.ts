/**
 * The kernel language as the editor sees it: its types and the functions that the compiler knows by name. TypeScript
 * checks with these declarations; the compiler reads the same file for the signatures of whatever it does not treat
 * specially (dsl/check/specials.ts), so a name declared here exists there.
 */

// Integers are flavours of number. Literals and results of operators are plain `number` to TypeScript and flow in; a
// variable of another flavour does not. The compiler types every operator strictly: no mixed widths, no silent casts.
declare const flavour: unique symbol;
type Flavour<Name extends string> = number & { readonly [flavour]?: Name };
type u8 = Flavour<"u8">;
type i8 = Flavour<"i8">;
type u16 = Flavour<"u16">;
type i16 = Flavour<"i16">;
type u32 = Flavour<"u32">;
type i32 = Flavour<"i32">;
type u64 = Flavour<"u64">;
type i64 = Flavour<"i64">;
type usize = u64;
type isize = i64;
type f32 = Flavour<"f32">;
type f64 = Flavour<"f64">;
/** Any of them, units included. */
type int = Flavour<string>;
/**
 * An integer of its own that does not mix with other units: `type Phys = Unit<"Phys">`. Operators keep the unit, plain
 * integers of the base may join in; literals flow in. The base is u64 unless said otherwise.
 */
type Unit<Name extends string, Base extends int = u64> = Flavour<Name>;

// Casts are calls: they cut, or extend by the sign of what they are given; of a boolean they make 0 or 1.
declare function u8(x: number | boolean): u8;
declare function i8(x: number | boolean): i8;
declare function u16(x: number | boolean): u16;
declare function i16(x: number | boolean): i16;
declare function u32(x: number | boolean): u32;
declare function i32(x: number | boolean): i32;
declare function u64(x: number | boolean): u64;
declare function i64(x: number | boolean): i64;
declare function usize(x: number | boolean): usize;
declare function isize(x: number | boolean): isize;
declare function f32(x: number): f32;
declare function f64(x: number): f64;
/** The same number under another label, unit or enum of the same width: `unit<Phys>(x)`. */
declare function unit<U extends number>(x: number): U;

/** Big-endian storage: reading and writing swap bytes. */
interface be16 {
  readonly [tag]: "be16";
  get(): u16;
  set(v: u16): void;
}
interface be32 {
  readonly [tag]: "be32";
  get(): u32;
  set(v: u32): void;
}
interface be64 {
  readonly [tag]: "be64";
  get(): u64;
  set(v: u64): void;
}

// Memory. The bare name of a class is storage, in place; `Ptr<T>` is an address.
declare const tag: unique symbol;
declare const points: unique symbol;
interface AnyPtr {
  readonly [points]: unknown;
}
interface PtrTo<T> extends AnyPtr {
  readonly [points]: (t: T) => T;
  [i: number]: T;
}
/** The address of a T. `p.field` reaches through it, `p[i]` indexes without a check, `ref(p[i])` is pointer arithmetic. Never null. */
type Ptr<T> = PtrTo<T> & (T extends AnyPtr ? unknown : T extends object ? T : unknown);
/** An address in a user program: nothing can be reached through it; only copyIn and copyOut take it. */
interface User<T> {
  readonly [tag]: "user";
  readonly __user: (t: T) => T;
}
/** Pointer and length of elements that are only read; `s[i]` is bounds-checked. */
interface View<T> extends Iterable<T> {
  readonly [tag]: "slice";
  readonly length: usize;
  readonly [i: number]: T;
  /** The elements from `from` up to, not including, `to`; out of bounds is a trap. */
  sub(from: usize, to: usize): View<T>;
}
/** Pointer and length; `s[i]` is bounds-checked. */
interface Slice<T> extends View<T> {
  readonly __slice: (t: T) => T;
  [i: number]: T;
  sub(from: usize, to: usize): Slice<T>;
}
/** Exactly N elements, in place. */
type Arr<T, N extends number> = T[] & { readonly __n?: N };
/** Every access is one load or store of exactly this width, never merged, moved or dropped. */
type Vol<T> = T;
/** A parameter of a function type takes closures as well, which die with their maker; `Fn` takes only functions that capture nothing, so it can be stored. */
type Fn<F> = F;
/** A function that may sleep, or allocate; without these, calling a function value does neither. */
type MaySleep<F> = F;
type MayAlloc<F> = F;
/** A cell that only atomic operations touch (sequentially consistent unless a weaker order is given). */
interface Atomic<T> {
  readonly [tag]: "atomic";
  load(order?: Acquire | Relaxed): T;
  store(v: T, order?: Release | Relaxed): void;
  /** These return the value from before. */
  swap(v: T): T;
  add(v: T): T;
  sub(v: T): T;
  or(v: T): T;
  and(v: T): T;
  xor(v: T): T;
  /** Stores `to` if the cell holds `want`; whether it did. */
  cas(want: T, to: T): boolean;
}
interface Acquire {
  readonly __o: "acq";
}
interface Release {
  readonly __o: "rel";
}
interface Relaxed {
  readonly __o: "rlx";
}
declare const acquire: Acquire;
declare const release: Release;
declare const relaxed: Relaxed;
/** One copy for each CPU, reached through gs; only with preemption off. */
interface PerCpu<T> {
  readonly [tag]: "percpu";
  readonly my: Ptr<T>;
  of(cpu: u32): Ptr<T>;
}
declare function perCpu<T>(): PerCpu<T>;
/** N I/O ports, owned by whoever holds this. Two claims that overlap anywhere in the image are an error. */
interface Ports<N extends number> {
  readonly [tag]: "ports";
  readonly __ports: (n: N) => N;
  in8(i: number): u8;
  in16(i: number): u16;
  in32(i: number): u32;
  out8(i: number, v: u8): void;
  out16(i: number, v: u16): void;
  out32(i: number, v: u32): void;
  /** As many units as the slice has, all through one port. */
  in8s(i: number, to: Slice<u8>): void;
  in16s(i: number, to: Slice<u16>): void;
  in32s(i: number, to: Slice<u32>): void;
  out8s(i: number, from: View<u8>): void;
  out16s(i: number, from: View<u16>): void;
  out32s(i: number, from: View<u32>): void;
  /** Ports `from` up to `from + count`, to hand on. */
  part<const M extends number>(from: number, count: M): Ports<M>;
}
declare function claimPorts<const N extends number>(base: number, n: N): Ports<N>;
/** Device registers at a fixed address, owned by this module. */
declare function claimRegisters<T>(base: number): Ptr<T>;

declare function ref<T>(place: T): Ptr<T>;
/** Of what a pointer points at, of the first element of a slice or text, of a function. */
declare function addr(p: AnyPtr | View<unknown> | string | ((...a: never[]) => unknown) | null): u64;
declare function sizeOf<T>(): usize;
declare function alignOf<T>(): usize;
declare function offsetOf<T>(field: keyof T & string): usize;
declare function containerOf<T>(p: AnyPtr, field: keyof T & string): Ptr<T>;
/** The number that a const type parameter stands for. */
declare function constant<N extends number>(): N;
/** Storage of zeros. */
declare function zeroed<T>(): T;
/** A global that is set once at boot before its first use; reading it earlier is a trap. */
declare function late<T>(): T;
/** `using _ = defer(() => …)`: runs on every way out of the block, last first. */
declare function defer(f: () => void): Disposable;
declare function userAt<T>(p: User<T>, i: usize): User<T>;
/** Copies one T; the two may be the same, but not overlap otherwise. */
declare function copy<T>(dst: Ptr<T>, src: Ptr<T>): void;
/** All elements of an array, its first `n`, or `n` elements from an address on (unchecked). */
declare function slice<T>(p: PtrTo<T> | T[], n?: usize): Slice<T>;
/** Copies all elements; the lengths must be equal, overlap is fine. */
declare function copySlice<T>(dst: Slice<T>, src: View<T>): void;
declare function fill<T>(dst: Slice<T>, v: T): void;
/** The bytes of a text, and the text that bytes are. */
declare function bytes(s: string): View<u8>;
declare function text(b: View<u8>): string;
/** The code of one ASCII character: `byte("A")` is 65. */
declare function byte(c: string): u8;
/** Evaluated by the compiler while it compiles. */
declare function comptime<T>(f: () => T): T;
/** Everything that can break memory safety is under this one name; a manifest lists the modules that may use it. */
declare namespace unsafe {
  function ptr<T>(a: u64): Ptr<T>;
  function cast<P>(p: AnyPtr): P;
  function user<T>(a: u64): User<T>;
  function ports<N extends number>(base: u16): Ports<N>;
  /** A function at an address. */
  function code<F>(a: u64): F;

  // Stacks and the way to user code; for kernels.
  /**
   * Goes on where the stack with RSP `to` was left: keeps the registers that calls keep, leaves RSP in `from`, takes the
   * other's. Returns when somebody switches back. Interrupts are off around it, and stay as they are.
   */
  function switchStacks(from: Ptr<u64>, to: u64): void;
  /** What switchStacks takes to call `f(argument)` on a new stack, which ends at `top`, a multiple of 16. `f` never returns. */
  function newStack(top: u64, f: Fn<MaySleep<MayAlloc<(argument: u64) => void>>>, argument: u64): u64;
  /** Goes on as the frame says, in user code or in the kernel; GS is exchanged for user code. */
  function enterFrame(f: Ptr<TrapFrame>): never;
  /**
   * Copies bytes that may not be there; how many were not copied. It is the page fault's handler that makes it so: where
   * `faultFixup(f.rip)` is not 0, it goes on there.
   */
  function copyFaulting(to: u64, from: u64, bytes: usize): usize;
  function faultFixup(rip: u64): u64;
}

// Layout.
/** No padding, every field aligned to 1. */
declare function packed(c: unknown, x: ClassDecoratorContext): void;
/** A value that is used exactly once: handed on, returned or disposed of. */
declare function affine(c: unknown, x: ClassDecoratorContext): void;
declare function align(n: number): (c: unknown, x: ClassDecoratorContext | ClassFieldDecoratorContext) => void;
/** Exactly n bytes: padded up to it, an error beyond it. */
declare function size(n: number): (c: unknown, x: ClassDecoratorContext) => void;
declare function at(offset: number): (v: undefined, x: ClassFieldDecoratorContext) => void;
/** A field of n bits. Neighbours of the same type share its storage, lowest bits first; booleans join their neighbours. */
declare function bits(n: number): (v: undefined, x: ClassFieldDecoratorContext) => void;

// Errors: a value or an Err, returned in two registers, which must be looked at.
interface Err {
  readonly [tag]: "err";
  readonly code: Errno;
}
type Res<T> = T | Err;
declare function err(e: Errno): Err;
declare function isErr<T>(r: Res<T>): r is Err;
/** The value; an error returns from the function we are in. */
declare function orReturn<T>(r: Res<T>): T;
/** The result does not matter, and this is why. */
declare function ignore<T>(r: Res<T>, why: string): void;
declare function panic(why: string): never;
declare function assert(c: boolean, why?: string): asserts c;
/** The numbers are Linux's (include/uapi/asm-generic/errno.h). */
declare enum Errno {
  EPERM = 1,
  ENOENT = 2,
  ESRCH = 3,
  EINTR = 4,
  EIO = 5,
  ENXIO = 6,
  E2BIG = 7,
  ENOEXEC = 8,
  EBADF = 9,
  ECHILD = 10,
  EAGAIN = 11,
  ENOMEM = 12,
  EACCES = 13,
  EFAULT = 14,
  ENOTBLK = 15,
  EBUSY = 16,
  EEXIST = 17,
  EXDEV = 18,
  ENODEV = 19,
  ENOTDIR = 20,
  EISDIR = 21,
  EINVAL = 22,
  ENFILE = 23,
  EMFILE = 24,
  ENOTTY = 25,
  ETXTBSY = 26,
  EFBIG = 27,
  ENOSPC = 28,
  ESPIPE = 29,
  EROFS = 30,
  EMLINK = 31,
  EPIPE = 32,
  EDOM = 33,
  ERANGE = 34,
  EDEADLK = 35,
  ENAMETOOLONG = 36,
  ENOLCK = 37,
  ENOSYS = 38,
  ENOTEMPTY = 39,
  ELOOP = 40,
  ENODATA = 61,
  ETIME = 62,
  EPROTO = 71,
  EBADMSG = 74,
  EOVERFLOW = 75,
  EILSEQ = 84,
  EUSERS = 87,
  ENOTSOCK = 88,
  EDESTADDRREQ = 89,
  EMSGSIZE = 90,
  EPROTOTYPE = 91,
  ENOPROTOOPT = 92,
  EPROTONOSUPPORT = 93,
  EOPNOTSUPP = 95,
  EAFNOSUPPORT = 97,
  EADDRINUSE = 98,
  EADDRNOTAVAIL = 99,
  ENETDOWN = 100,
  ENETUNREACH = 101,
  ENETRESET = 102,
  ECONNABORTED = 103,
  ECONNRESET = 104,
  ENOBUFS = 105,
  EISCONN = 106,
  ENOTCONN = 107,
  ETIMEDOUT = 110,
  ECONNREFUSED = 111,
  EHOSTUNREACH = 113,
  EALREADY = 114,
  EINPROGRESS = 115,
  ESTALE = 116,
  EDQUOT = 122,
  ECANCELED = 125,
}

// Contracts: the first statement of a body. Effects are inferred; this states, and so checks, them.
interface Fx {
  readonly __fx: string;
}
declare const noSleep: Fx;
declare const noAlloc: Fx;
declare const irqSafe: Fx;
declare const maySleep: Fx;
declare const mayAlloc: Fx;
declare const inline: Fx;
/** A call stays a call: with a frame of its own in stack traces, and the caller's registers kept. */
declare const noInline: Fx;
declare const cold: Fx;
/** In a kernel: this function may use floating point; who calls it has saved what the registers held (cpu.fxsave, cpu.xsave). */
declare const floats: Fx;
/** The most bytes of stack that a call may use. */
declare function stack(bytes: number): Fx;
declare function section(name: string): Fx;
/** The name under which assembler and C know it; it is kept even if nothing here calls it. */
declare function symbol(name: string): Fx;
/** The deepest that recursion goes. */
declare function bounded(depth: number): Fx;
declare function attr(...a: Fx[]): void;

// Formatted text, made without allocating.
interface Hex {
  readonly __hex: 1;
}
declare function hex(x: number): Hex;
type Printable = number | string | boolean | AnyPtr | Hex | View<u8> | null;
/** A line in the kernel's log. */
declare function klog(s: TemplateStringsArray, ...v: Printable[]): void;
/** To the console, or a program's standard output; no end of line is added. */
declare function print(s: TemplateStringsArray, ...v: Printable[]): void;
/** Into a buffer, cut at its end; how many bytes were written. */
declare function format(buffer: Slice<u8>): (s: TemplateStringsArray, ...v: Printable[]) => usize;

// Bits and halves of integers, one instruction each.
declare function rotateLeft<T extends int>(x: T, n: u32): T;
declare function rotateRight<T extends int>(x: T, n: u32): T;
/** Zeros above the highest one, below the lowest one; the width for 0. */
declare function leadingZeros<T extends int>(x: T): u32;
declare function trailingZeros<T extends int>(x: T): u32;
declare function countOnes<T extends int>(x: T): u32;
declare function swapBytes<T extends int>(x: T): T;
/** The upper half of the double-width product. */
declare function multiplyHigh<T extends int>(x: T, y: T): T;
declare function sqrt(x: f64): f64;
