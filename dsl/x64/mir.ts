/**
 * Machine code before it has registers and bytes: functions of blocks of instructions over virtual registers. Instruction
 * selection makes it, the register allocator and the frame rewrite it, emission turns it into bytes.
 *
 * Arithmetic is kept in three-address form ("add d, x, y") until registers are known: only then is it clear whether a
 * two-address ADD, an exchanged one, or an LEA says it without a move. Conditional branches stand beside the
 * instructions, as the block's ending, so that moves inserted at the end of a block need not look at them; flags never
 * live across a block's border, and nothing the allocator inserts (moves, constants) changes flags.
 */
import type { Origin, Piece, Slot, Variable } from "../ir/ssa.ts";

/** 0–15: RAX … R15 by their encoding; 16–31: XMM0 … XMM15; from 32 on virtual. */
export type Reg = number;

export const NONE = -1;
export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R8 = 8;
export const R9 = 9;
export const R10 = 10;
export const R11 = 11;
export const R12 = 12;
export const R13 = 13;
export const R14 = 14;
export const R15 = 15;
export const XMM0 = 16;
/** The first virtual register. */
export const VIRTUAL = 32;

/** A set of physical registers as bits (unsigned 32-bit number). */
export const maskOf = (...registers: Reg[]): number => registers.reduce((mask, r) => (mask | (1 << r)) >>> 0, 0);

export type Width = 8 | 16 | 32 | 64;

export interface RegisterOperand {
  readonly kind: "reg";
  reg: Reg;
}

export interface ImmediateOperand {
  readonly kind: "imm";
  /** Signed; for operations narrower than 64 bits any number whose low bits are meant. */
  readonly value: bigint;
}

/** The address of a symbol, as an immediate or the target of a call. */
export interface SymbolOperand {
  readonly kind: "symbol";
  readonly symbol: string;
  readonly offset: bigint;
}

/** [base + index × scale + disp + symbol], or a place in the frame plus those. */
export interface MemoryOperand {
  readonly kind: "mem";
  base: Reg;
  index: Reg;
  scale: 1 | 2 | 4 | 8;
  disp: number;
  symbol: string | null;
  slot: FrameSlot | null;
  /** Counts from GS instead of address 0. */
  readonly gs: boolean;
}

/** Room in the frame. Where it lies is known when the frame is laid out. */
export interface FrameSlot {
  readonly kind: "local" | "spill" | "outgoing" | "incoming";
  readonly bytes: number;
  readonly align: number;
  /** From RSP in the function's body; for "incoming" from the RSP at entry, for "outgoing" fixed. */
  offset: number;
}

export type Operand = RegisterOperand | ImmediateOperand | SymbolOperand | MemoryOperand;

/** The condition codes as Jcc, SETcc, CMOVcc spell them; p and np for comparisons of floats. */
export type Condition = "e" | "ne" | "b" | "ae" | "be" | "a" | "l" | "ge" | "le" | "g" | "s" | "ns" | "p" | "np";

export const inverse: { readonly [C in Condition]: Condition } = {
  e: "ne",
  ne: "e",
  b: "ae",
  ae: "b",
  be: "a",
  a: "be",
  l: "ge",
  ge: "l",
  le: "g",
  g: "le",
  s: "ns",
  ns: "s",
  p: "np",
  np: "p",
};

/** The same comparison with its operands exchanged. */
export const exchanged: { readonly [C in Condition]: Condition } = {
  e: "e",
  ne: "ne",
  b: "a",
  ae: "be",
  be: "ae",
  a: "b",
  l: "g",
  ge: "le",
  le: "ge",
  g: "l",
  s: "s",
  ns: "ns",
  p: "p",
  np: "np",
};

/** What a source variable is from here on: nothing (null), a register's value, a constant or an address. */
export interface DebugNote {
  readonly variable: Variable;
  readonly piece: Piece | null;
  readonly indirect: boolean;
  readonly value: RegisterOperand | ImmediateOperand | SymbolOperand | null;
}

/** One machine instruction, or a pseudo-instruction that emission writes out. */
export interface Inst {
  /** The manual's mnemonic, or a pseudo-operation of operations.ts. */
  op: string;
  /** Of the operation, in bits. */
  width: Width;
  /** Width of the source, where it is another (MOVZX, MOVSX). */
  from: Width;
  condition: Condition | null;
  /** The register written, or NONE. */
  def: Reg;
  /** Operands read; a memory operand that is written stands here too (its registers are read). */
  args: Operand[];
  /** A register the instruction destroys while it still reads its operands, or NONE. */
  temp: Reg;
  /** Physical registers read and written beside the operands, as masks. */
  reads: number;
  writes: number;
  lock: boolean;
  origin: Origin;
  debug: DebugNote | null;
  /** Where it starts in the function's code, once that is there; NONE for what left none. */
  start: number;
}

export type Ending =
  | { readonly kind: "jump"; to: MachineBlock }
  /** `also`: a second condition that sends control to `taken` too (floats: unordered). */
  | {
      readonly kind: "branch";
      condition: Condition;
      also: Condition | null;
      taken: MachineBlock;
      otherwise: MachineBlock;
      likely: "taken" | "otherwise" | null;
    }
  /** The last instruction leaves: return, tail call, trap, or a jump through a table. */
  | { readonly kind: "leaves"; readonly to: MachineBlock[] };

export interface MachineBlock {
  readonly id: number;
  readonly name: string;
  /** The name of the block it was made of: its own, unless it came with a switch or a split edge. */
  readonly parent: string;
  instructions: Inst[];
  ending: Ending;
  /** Of the ending. */
  origin: Origin;
  predecessors: MachineBlock[];
  /** Loops around it. */
  depth: number;
  /** Runs hardly ever: placed behind the rest. */
  cold: boolean;
  /** Where it starts in the function's code, and where its instructions end (its jumps not counted), once that is there; else NONE. */
  start: number;
  end: number;
}

export interface MachineFunction {
  readonly name: string;
  /** In the order in which they are placed; the first is the entry. */
  blocks: MachineBlock[];
  nextBlock: number;
  /** The number of the next virtual register. */
  nextReg: Reg;
  /** By virtual register: whether it is a vector register. */
  readonly floats: Set<Reg>;
  readonly slots: FrameSlot[];
  /** The room of the IR's slots, of those that are used. */
  readonly locals: Map<Slot, FrameSlot>;
  /** Bytes of arguments passed on the stack by its calls, the most of any. */
  outgoingBytes: number;
  /** Whether it calls anything that returns. */
  calls: boolean;
  /** Jump tables, with the block that jumps through each. */
  readonly tables: { readonly symbol: string; readonly from: MachineBlock; readonly targets: MachineBlock[] }[];
}

export function successorsOf({ ending }: MachineBlock): readonly MachineBlock[] {
  if (ending.kind === "jump") return [ending.to];
  if (ending.kind === "branch") return [ending.taken, ending.otherwise];
  return ending.to;
}

export const reg = (r: Reg): RegisterOperand => ({ kind: "reg", reg: r });
export const imm = (value: bigint | number): ImmediateOperand => ({ kind: "imm", value: BigInt(value) });

export function mem(parts: Partial<Omit<MemoryOperand, "kind">>): MemoryOperand {
  return { kind: "mem", base: NONE, index: NONE, scale: 1, disp: 0, symbol: null, slot: null, gs: false, ...parts };
}

export function inst(op: string, width: Width, def: Reg, args: Operand[], origin: Origin): Inst {
  return {
    op,
    width,
    from: width,
    condition: null,
    def,
    args,
    temp: NONE,
    reads: 0,
    writes: 0,
    lock: false,
    origin,
    debug: null,
    start: NONE,
  };
}

export const isVirtual = (r: Reg): boolean => r >= VIRTUAL;
export const isFloat = (f: MachineFunction, r: Reg): boolean => (r >= VIRTUAL ? f.floats.has(r) : r >= XMM0);

export function newReg(f: MachineFunction, float = false): Reg {
  const r = f.nextReg++;
  if (float) f.floats.add(r);
  return r;
}

export function newBlock(f: MachineFunction, name: string, depth: number, parent = name): MachineBlock {
  return {
    id: f.nextBlock++,
    name,
    parent,
    instructions: [],
    ending: { kind: "leaves", to: [] },
    origin: { site: { file: "", line: 0, column: 0 }, inlined: null },
    predecessors: [],
    depth,
    cold: false,
    start: NONE,
    end: NONE,
  };
}
