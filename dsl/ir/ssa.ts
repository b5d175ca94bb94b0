/**
 * The compiler's intermediate representation: functions of basic blocks in static single assignment form. It stands
 * between the typed tree (check/tree.ts), in which TypeScript's shapes are still visible, and machine code: lowering
 * makes it, the passes improve it, and three readers run it (the IR interpreter, the x86-64 back end, the wasm back end),
 * which must agree on every program. Its text form (text.ts) is what `--dump` prints and what tests read back.
 *
 * Everything is defined, so that three readers can agree: integer arithmetic wraps; a shift by the width or more gives 0
 * (ashr: all sign bits), rotations count modulo the width; clz and ctz of 0 give the width; loads of memory never written
 * give what is there and no pass may exploit it. What lowering keeps from happening by checks in front: division by zero
 * and INT_MIN / -1 (also for the remainder), reaching "unreachable", and accesses outside any global, slot or object. No
 * pass may move such an instruction above its check. Floats are IEEE 754, round to nearest even; which NaN comes out of an
 * operation is not defined. Addresses are i64; there is no pointer type. i1 has only and, or, xor, not, eq, ne, select,
 * zext, sext and trunc, and is not stored in memory (bool is a byte there).
 */
import type { Site } from "../out/site.ts";

export type Type = "i1" | "i8" | "i16" | "i32" | "i64" | "f32" | "f64";

/** Bits of a value of the type. */
export const widths: { readonly [T in Type]: number } = { i1: 1, i8: 8, i16: 16, i32: 32, i64: 64, f32: 32, f64: 64 };

/** A block of a function's source that has variables of its own, for debug information. */
export interface LexicalScope {
  /** Within the function, from 1, in the order of the sources. */
  readonly id: number;
  /** The scope around it; undefined: the function's own. */
  readonly parent: LexicalScope | undefined;
}

/**
 * Where an instruction came from: a place in the sources, the block it stands in there (undefined: the function's own), and
 * the calls that were inlined to bring it here, innermost first.
 */
export interface Origin {
  readonly site: Site;
  readonly scope?: LexicalScope;
  readonly inlined: { readonly callee: string; readonly at: Origin } | null;
}

/** The largest unsigned number of as many bits as the type has. */
export const largest: { readonly [T in Type]: bigint } = {
  i1: 1n,
  i8: 0xffn,
  i16: 0xffffn,
  i32: 0xffff_ffffn,
  i64: 0xffff_ffff_ffff_ffffn,
  f32: 0xffff_ffffn,
  f64: 0xffff_ffff_ffff_ffffn,
};

/** What can be an operand. Constants and addresses are not instructions: they have no place and never die. */
export type Operand = Value | Constant | Address;

/** An integer constant (unsigned, cut to the width) or the bit pattern of a float. */
export interface Constant {
  readonly kind: "constant";
  readonly type: Type;
  readonly bits: bigint;
}

/** The address of a global, function or extern symbol, plus a byte offset: i64. */
export interface Address {
  readonly kind: "address";
  readonly symbol: string;
  readonly offset: bigint;
}

/** A result of an instruction, a phi, or a parameter. Identity is the object; `id` is for people and dense arrays. */
export interface Value {
  readonly kind: "value";
  readonly id: number;
  readonly type: Type;
  /** The variable it holds, where one is known: for dumps and debug information. */
  hint: string | null;
}

/** Both operands and the result have one type. */
export type BinaryOp =
  | "add"
  | "sub"
  | "mul"
  | "udiv"
  | "sdiv"
  | "urem"
  | "srem"
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "lshr"
  | "ashr"
  | "rotl"
  | "rotr"
  /** High half of the 2×64-bit product; i64 only. */
  | "umulh"
  | "smulh"
  | "fadd"
  | "fsub"
  | "fmul"
  | "fdiv";

export type CompareOp =
  | "eq"
  | "ne"
  | "ult"
  | "ule"
  | "ugt"
  | "uge"
  | "slt"
  | "sle"
  | "sgt"
  | "sge"
  /** Of floats: false when an operand is NaN, except "fne", which is then true. */
  | "feq"
  | "fne"
  | "flt"
  | "fle"
  | "fgt"
  | "fge";

export type UnaryOp =
  | "neg"
  | "not"
  | "clz"
  | "ctz"
  | "popcnt"
  /** Of i16, i32, i64. */
  | "bswap"
  | "fneg"
  | "fabs"
  | "fsqrt"
  /** Widenings and cuts; the result type says how far. */
  | "zext"
  | "sext"
  | "trunc"
  /** Conversions of value (saturating, NaN gives 0) and of bit pattern. */
  | "stof"
  | "utof"
  | "ftos"
  | "ftou"
  | "fext"
  | "ftrunc"
  | "bitcast";

/** "volatile": exactly one access of exactly this width, never moved or dropped. Atomics are also ordered as named. */
export type Ordering = "plain" | "volatile" | "relaxed" | "acquire" | "release" | "seqcst";

export type AtomicOp = "swap" | "add" | "sub" | "and" | "or" | "xor";

/** Bytes of a variable that was taken apart, counted from its start. */
export interface Piece {
  readonly offset: number;
  readonly bytes: number;
}

export type Instruction = { origin: Origin } & (
  | { op: "binary"; how: BinaryOp; result: Value; x: Operand; y: Operand }
  | { op: "compare"; how: CompareOp; result: Value; x: Operand; y: Operand }
  | { op: "unary"; how: UnaryOp; result: Value; x: Operand }
  | { op: "select"; result: Value; condition: Operand; x: Operand; y: Operand }
  /** Little-endian; `align` is what is known of the address, in bytes. */
  | { op: "load"; result: Value; address: Operand; offset: number; ordering: Ordering; align: number }
  | { op: "store"; value: Operand; address: Operand; offset: number; ordering: Ordering; align: number }
  /** Address of a stack slot. */
  | { op: "slot"; result: Value; slot: Slot }
  /** Non-overlapping, or exactly the same place. */
  | { op: "copy"; to: Operand; from: Operand; bytes: Operand; align: number }
  /** As memmove. */
  | { op: "move"; to: Operand; from: Operand; bytes: Operand; align: number }
  | { op: "fill"; to: Operand; byte: Operand; bytes: Operand; align: number }
  | { op: "atomic"; how: AtomicOp; result: Value; address: Operand; value: Operand; ordering: Ordering }
  /** result: the old value; it was stored if old = want. */
  | { op: "compareExchange"; result: Value; address: Operand; want: Operand; to: Operand; ordering: Ordering }
  | { op: "fence"; ordering: Ordering }
  /** callee: an address operand is a direct call. Up to two results (RAX, RDX), as the SysV ABI returns two words. */
  | { op: "call"; results: Value[]; callee: Operand; arguments: Operand[]; signature: Signature }
  /** An instruction of the machine's own (cpu.*, port I/O): by name, with operand and result types fixed in machine.ts. */
  | { op: "machine"; name: string; results: Value[]; arguments: Operand[] }
  /**
   * From here on, the source variable (or a piece of it) has this value; null: its value is gone. `indirect`: the value is
   * the address at which the variable lives (parameters by address, captured variables). It keeps no value alive.
   */
  | { op: "debug"; variable: Variable; piece: Piece | null; value: Operand | null; indirect: boolean }
  /** The source variable lives in the slot, in the whole function. A slot that only this names is not kept. */
  | { op: "declare"; variable: Variable; slot: Slot }
);

export type Terminator = { origin: Origin } & (
  | { op: "jump"; to: Block }
  /** `likely`: which way the author or a heuristic expects it to go. */
  | { op: "branch"; condition: Operand; taken: Block; otherwise: Block; likely: "taken" | "otherwise" | null }
  | { op: "switch"; value: Operand; cases: { bits: bigint; to: Block }[]; otherwise: Block }
  | { op: "return"; values: Operand[] }
  /**
   * A failed check: bounds, assert, division. `message` is the symbol of a global that holds the text; calls the runtime's
   * panic with it and the arguments (at most two, i64: what was wrong, for instance index and length). Cold.
   */
  | { op: "trap"; message: string; arguments: Operand[] }
  /** Control never comes here (after a call that does not return). */
  | { op: "unreachable" }
);

export interface Phi {
  readonly result: Value;
  /** One for each predecessor, by identity (two edges from one block carry the same value). */
  readonly inputs: Map<Block, Operand>;
}

export interface Block {
  readonly id: number;
  /** For people: "loop", "then". */
  readonly label: string;
  phis: Phi[];
  instructions: Instruction[];
  terminator: Terminator;
}

/** Room on the stack whose address is taken; one per call of the function, not zeroed. */
export interface Slot {
  readonly name: string;
  readonly bytes: number;
  readonly align: number;
}

/** A source variable, for debug information. `type` indexes the typed program's type table (check/types.ts). */
export interface Variable {
  readonly name: string;
  readonly site: Site;
  readonly type: unknown;
  /** 1-based position for parameters, else 0. */
  readonly parameter: number;
  /** The block to which it belongs; undefined: the function. */
  readonly scope?: LexicalScope;
}

export interface Signature {
  readonly parameters: readonly Type[];
  readonly results: readonly Type[];
}

/**
 * Where the processor itself comes in: code that the back end makes around an ordinary function, which gets the address
 * of the saved registers (x64/entry.ts).
 */
export interface IrEntry {
  /** The entry's symbol. With several vectors, the k-th one's code begins 16 * k bytes behind it. */
  readonly name: string;
  /** The function's symbol. */
  readonly body: string;
  /** The interrupt vectors that lead here; empty for SYSCALL. */
  readonly vectors: readonly number[];
  readonly site: Site;
}

export interface IrFunction {
  readonly name: string;
  readonly site: Site;
  readonly signature: Signature;
  readonly parameters: Value[];
  /** The first is the entry; it has no predecessors. */
  blocks: Block[];
  slots: Slot[];
  readonly attributes: {
    readonly inline: "always" | "never" | "auto";
    readonly cold: boolean;
    readonly exported: boolean;
    readonly section: string | null;
    /** Never returns. */
    readonly noReturn: boolean;
    /** May use floating point where the target as such has none. */
    readonly floats: boolean;
  };
  /** What a debugger shows the result as, when that is all in registers: a type of the typed program, as in Variable. */
  readonly resultType?: unknown;
  /** The next free numbers: values and blocks made by passes take them. */
  nextValue: number;
  nextBlock: number;
}

export interface IrGlobal {
  readonly name: string;
  readonly site: Site;
  /** "rodata", "data", "bss", or a section's own name. */
  readonly section: string;
  readonly align: number;
  readonly bytes: number;
  /** Empty for all zeros. */
  readonly data: Uint8Array;
  /** 64-bit words that hold addresses. */
  readonly pointers: readonly { readonly at: number; readonly to: Address }[];
  readonly exported: boolean;
  /** What a debugger shows it as, if it is a variable of the sources. */
  readonly type?: unknown;
}

export interface IrProgram {
  readonly functions: IrFunction[];
  readonly globals: IrGlobal[];
  /** Symbols that assembler objects or the runtime provide. */
  readonly externs: { readonly name: string; readonly signature: Signature | null }[];
  readonly entries: IrEntry[];
}
