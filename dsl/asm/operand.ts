/**
 * Memory operands: `d(rbx, [rcx, 4], 16)` is the manual's `dword ptr [rbx + rcx*4 + 16]`.
 *
 * The function says the width of the access (b, w, d, q: 8, 16, 32, 64 bits; m: no width of its own, for LEA, LGDT, far
 * pointers), and the width is in the type, so that `a.mov(eax, q(rbx))` does not type-check. The arguments are the terms
 * of the sum, in any order: registers (one plain base, then an index; `[index, scale]` when scaled), numbers, labels and
 * expressions. A segment register in front is an override: `d(fs, rax)`, `w(es, di)`. All registers of one operand have
 * one width, 16, 32 or 64 bits, and that is the address size.
 *
 * A label alone is RIP-relative in 64-bit code (`q(counter)`), and absolute in 16- and 32-bit code, beside registers, with
 * an FS or GS override, or when asked for with `absolute(counter)`.
 */
import type {
  R8,
  R16,
  R32,
  R64,
  Register,
  SegmentRegister,
  XmmRegister,
  YmmRegister,
} from "../../emulator/isa/registers.ts";
import { Expression, expression, type Value } from "../out/expression.ts";

export type GeneralRegister = R8 | R16 | R32 | R64;

/** A memory operand; `Bits` is the width of the access, 0 for none. */
export interface Memory<Bits extends number = number> {
  readonly kind: "memory";
  readonly bits: Bits;
  /** The override, or null. */
  readonly segment: SegmentRegister | null;
  readonly base: Register | null;
  /** XMM and YMM registers are the vectors of indexes of a gather. */
  readonly index: R16 | R32 | R64 | XmmRegister | YmmRegister | null;
  readonly scale: 1 | 2 | 4 | 8;
  /** What is added to the registers; null when nothing was written. */
  readonly displacement: Expression | null;
  /** Width of the registers; 0 when there are none, and the code's own address size holds. */
  readonly addressSize: 0 | 16 | 32 | 64;
  /** Whether `absolute()` was asked for. */
  readonly absolute: boolean;
}

/** What may stand as an operand of some instruction. */
export type AsmOperand = Register | Memory | Value;

export type Scaled<R> = readonly [index: R, scale: 1 | 2 | 4 | 8];
export type Address =
  | AddressTerms<R16>
  | AddressTerms<R32 | Scaled<R32 | VectorIndex>>
  | AddressTerms<R64 | Scaled<R64 | VectorIndex> | RipRegister>;
type VectorIndex = XmmRegister | YmmRegister;
type RipRegister = Register<64, "instructionPointer">;
type AddressTerms<R> = readonly (R | Value | Absolute | SegmentRegister)[];

/** Marks an address that must not be made RIP-relative. */
export class Absolute {
  readonly value: Expression;
  constructor(value: Expression) {
    this.value = value;
  }
}

/** In 64-bit code: use the (sign-extended 32-bit) address itself, not the distance from RIP. */
export const absolute = (value: Value): Absolute => new Absolute(expression(value));

/** byte ptr [sum of the terms] */
export const b = (...terms: Address): Memory<8> => memory(8, terms);
/** word ptr [sum of the terms] */
export const w = (...terms: Address): Memory<16> => memory(16, terms);
/** dword ptr [sum of the terms] */
export const d = (...terms: Address): Memory<32> => memory(32, terms);
/** qword ptr [sum of the terms] */
export const q = (...terms: Address): Memory<64> => memory(64, terms);
/** tbyte ptr [sum of the terms]: the ten bytes of an x87 register, or of packed decimal */
export const t = (...terms: Address): Memory<80> => memory(80, terms);
/** xmmword ptr [sum of the terms]: 16 bytes */
export const x = (...terms: Address): Memory<128> => memory(128, terms);
/** ymmword ptr [sum of the terms]: 32 bytes */
export const y = (...terms: Address): Memory<256> => memory(256, terms);
/** [sum of the terms], where the instruction itself knows the width: LEA, LGDT, INVLPG, jmpFar, FXSAVE, CMPXCHG16B. */
export const m = (...terms: Address): Memory<0> => memory(0, terms);

export function isRegister(operand: AsmOperand): operand is Register {
  return typeof operand === "object" && "class" in operand;
}

export function isMemory(operand: AsmOperand): operand is Memory {
  return typeof operand === "object" && "kind" in operand && operand.kind === "memory";
}

function memory<Bits extends number>(bits: Bits, terms: Address): Memory<Bits> {
  let segment: SegmentRegister | null = null;
  let isAbsolute = false;
  let displacement: Expression | null = null;
  let constant: bigint | null = null;
  const plain: Register[] = [];
  let scaled: Scaled<R32 | R64 | VectorIndex> | null = null;
  for (const term of terms) {
    if (typeof term === "number" || typeof term === "bigint") {
      const { node } = expression(term);
      if (node.op === "constant") constant = (constant ?? 0n) + node.value;
    } else if (term instanceof Absolute || term instanceof Expression) {
      isAbsolute ||= term instanceof Absolute;
      const value = term instanceof Absolute ? term.value : term;
      displacement = displacement ? displacement.plus(value) : value;
    } else if ("class" in term) {
      if (term.class !== "segment") plain.push(term);
      else if (segment) throw new SyntaxError("two segment overrides in one memory operand");
      else segment = term as SegmentRegister;
    } else {
      if (scaled) throw new SyntaxError("two scaled indexes in one memory operand");
      scaled = term as Scaled<R32 | R64 | VectorIndex>;
    }
  }
  if (constant !== null) displacement = displacement ? displacement.plus(constant) : expression(constant);
  const { base, index, scale } = roles(plain, scaled);
  const vector = index !== null && (index.class === "xmm" || index.class === "ymm");
  const width = base?.bits ?? (vector ? 0 : (index?.bits ?? 0));
  if (index && base && !vector && index.bits !== base.bits) {
    throw new SyntaxError(`${base.name} and ${index.name} in one address have different widths`);
  }
  return {
    kind: "memory",
    bits,
    segment,
    base,
    index,
    scale,
    displacement,
    addressSize: width as 0 | 16 | 32 | 64,
    absolute: isAbsolute,
  };
}

/** Which register is the base and which the index. (SDM vol. 1, 3.7.5; 16-bit: vol. 2, table 2-1) */
function roles(plain: readonly Register[], scaled: Scaled<R32 | R64 | VectorIndex> | null) {
  if (plain.length + (scaled ? 1 : 0) > 2) throw new SyntaxError("more than two registers in one memory operand");
  let [base = null, second = null] = plain;
  if (scaled && scaled[1] === 1 && scaled[0].index === 4 && base) [base, second] = [scaled[0], base];
  else if (scaled) return { base, index: scaled[0], scale: scaled[1] };
  if (base && second) {
    const is16 = base.bits === 16;
    // SI and DI (6, 7) are the only 16-bit indexes; SP (4) never is one.
    const swap = is16 ? base.index >= 6 && second.index < 6 : second.index === 4;
    if (swap) [base, second] = [second, base];
  }
  return { base, index: second as R16 | R32 | R64 | null, scale: 1 as const };
}
