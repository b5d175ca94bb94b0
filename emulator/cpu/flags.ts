/**
 * Status flags, lazily. An operation does not compute six flags that nobody may read; it stores three words from which
 * each flag can be had with one or two instructions, without knowing which operation it was:
 *
 *     flagResult   the result, sign-extended from its width to 64 bits
 *     flagCarries  the operation's carry (or borrow) vector, shifted so that the result's top bit is bit 63
 *     flagAux      bit 4: AF; bits 15:8 and 31: corrections of PF and SF, 0 after every operation
 *
 *     ZF = flagResult is 0
 *     SF = bit 63 of flagResult, flipped by bit 31 of flagAux
 *     PF = even number of ones in (low byte of flagResult) XOR (bits 15:8 of flagAux)
 *     CF = bit 63 of flagCarries
 *     OF = bit 63 of flagCarries XOR bit 62 of flagCarries
 *     AF = bit 4 of flagAux
 *
 * Why that is right. For r = x + y + c the carry out of bit i is maj(xᵢ, yᵢ, carry in), which equals
 * (xᵢ & yᵢ) | ((xᵢ | yᵢ) & ~rᵢ): if xᵢ = yᵢ the carry is xᵢ and the formula gives it; if they differ, rᵢ is the inverse of
 * the carry in, and the carry out is the carry in. Likewise the borrow of r = x − y − c is
 * (~xᵢ & yᵢ) | ((~xᵢ | yᵢ) & rᵢ). The carry out of the top bit is CF; signed overflow is that carry XOR the carry into the
 * top bit (out of the one below), for additions and subtractions alike. The carry *into* bit 4 is x₄ ^ y₄ ^ r₄, which is AF.
 * Only the two top bits of flagCarries and the named bits of flagAux count; the rest is whatever the formula left.
 *
 * Any combination of flags can be represented (POPF, SAHF, SETcc of one flag): flagResult is 0 or 256 for ZF, whose sign
 * and low byte are 0, and the corrections give SF and PF; the two top bits of flagCarries give CF and OF.
 */
import type { Builder, Condition, StatusFlag, Value } from "./builder.ts";
import { Flag, STATUS_FLAGS, type StateView } from "./state.ts";

const AUX_AF = 0x10;
const SF_SHIFT = 32n;

/** The flags of `result`, with the carry vector `carries` (same width) and a word whose bit 4 is AF. */
function record(b: Builder, result: Value, carries: Value, aux: Value): void {
  b.set("flagResult", b.signExtend(result, 64));
  b.set("flagCarries", alignTop(b, carries));
  b.set("flagAux", b.and(to32(b, aux), b.constant(32, AUX_AF)));
}

const alignTop = (b: Builder, carries: Value): Value =>
  carries.bits === 64 ? carries : b.shl(b.zeroExtend(carries, 64), b.constant(64, 64 - carries.bits));

const to32 = (b: Builder, value: Value): Value =>
  value.bits > 32 ? b.truncate(value, 32) : value.bits < 32 ? b.zeroExtend(value, 32) : value;

/** After result = x + y, or x + y + carry. */
export function recordAdd(b: Builder, x: Value, y: Value, result: Value): void {
  record(b, result, b.or(b.and(x, y), b.and(b.or(x, y), b.not(result))), b.xor(b.xor(x, y), result));
}

/** After result = x − y, or x − y − borrow. */
export function recordSub(b: Builder, x: Value, y: Value, result: Value): void {
  const inverted = b.not(x);
  record(b, result, b.or(b.and(inverted, y), b.and(b.or(inverted, y), result)), b.xor(b.xor(x, y), result));
}

/** After x + 1: CF stays. For y = 1 the two top carries are those of x & ~result. */
export function recordInc(b: Builder, x: Value, result: Value): void {
  recordKeepingCarry(b, x, result, b.and(x, b.not(result)));
}

/** After x − 1. */
export function recordDec(b: Builder, x: Value, result: Value): void {
  recordKeepingCarry(b, x, result, b.and(b.not(x), result));
}

function recordKeepingCarry(b: Builder, x: Value, result: Value, carries: Value): void {
  const vector = alignTop(b, carries);
  const overflow = b.xor(vector, b.shl(vector, b.constant(64, 1)));
  const carry = b.and(b.get("flagCarries"), b.constant(64, 1n << 63n));
  const below = b.shr(b.and(b.xor(carry, overflow), b.constant(64, 1n << 63n)), b.constant(64, 1));
  b.set("flagResult", b.signExtend(result, 64));
  b.set("flagCarries", b.or(carry, below));
  const aux = b.xor(b.xor(x, b.constant(x.bits, 1)), result);
  b.set("flagAux", b.and(to32(b, aux), b.constant(32, AUX_AF)));
}

/** AND, OR, XOR, TEST. */
export function recordLogic(b: Builder, result: Value): void {
  b.set("flagResult", b.signExtend(result, 64));
  b.set("flagCarries", b.constant(64, 0));
  b.set("flagAux", b.constant(32, 0));
}

/** ZF, SF, PF of the result; the others as conditions. */
export function recordStatus(b: Builder, result: Value, given: { CF: Value; OF: Value; AF: Value }): void {
  b.set("flagResult", b.signExtend(result, 64));
  b.set("flagCarries", carriesOf(b, given.CF, given.OF));
  b.set("flagAux", b.shl(b.zeroExtend(given.AF, 32), b.constant(32, 4)));
}

/** Bit 63 = CF, bit 62 = CF XOR OF. */
function carriesOf(b: Builder, cf: Value, of: Value): Value {
  const top = b.shl(b.zeroExtend(cf, 64), b.constant(64, 63));
  return b.or(top, b.shl(b.zeroExtend(b.xor(cf, of), 64), b.constant(64, 62)));
}

/** Words whose bit 63 is OF, SF, or SF XOR OF. */
const overflowWord = (b: Builder): Value => {
  const carries = b.get("flagCarries");
  return b.xor(carries, b.shl(carries, b.constant(64, 1)));
};
const signWord = (b: Builder): Value =>
  b.xor(b.get("flagResult"), b.shl(b.zeroExtend(b.get("flagAux"), 64), b.constant(64, SF_SHIFT)));
const negative = (b: Builder, word: Value): Value => b.ltSigned(word, b.constant(64, 0));

/** Low byte: what PF counts. As 32 bits with rubbish above bit 7. */
const parityByte = (b: Builder): Value =>
  b.xor(b.truncate(b.get("flagResult"), 32), b.shr(b.get("flagAux"), b.constant(32, 8)));
const oddParity = (b: Builder): Value => b.truncate(b.popcount(b.and(parityByte(b), b.constant(32, 0xff))), 1);

/** One status flag as a condition. */
export function readFlag(b: Builder, name: StatusFlag): Value {
  switch (name) {
    case "CF":
      return negative(b, b.get("flagCarries"));
    case "PF":
      return b.not(oddParity(b));
    case "AF":
      return b.truncate(b.shr(b.get("flagAux"), b.constant(32, 4)), 1);
    case "ZF":
      return b.eq(b.get("flagResult"), b.constant(64, 0));
    case "SF":
      return negative(b, signWord(b));
    case "OF":
      return negative(b, overflowWord(b));
  }
}

/** A condition code. The odd ones are the negations of the even ones (SDM vol. 2, B.1.4.7). */
export function readCondition(b: Builder, code: Condition): Value {
  switch (code) {
    case "o":
      return readFlag(b, "OF");
    case "b":
      return readFlag(b, "CF");
    case "e":
      return readFlag(b, "ZF");
    case "ne":
      return b.ne(b.get("flagResult"), b.constant(64, 0));
    case "be":
      return b.or(readFlag(b, "CF"), readFlag(b, "ZF"));
    case "s":
      return readFlag(b, "SF");
    case "p":
      return readFlag(b, "PF");
    case "np":
      return oddParity(b);
    case "l":
      return negative(b, b.xor(signWord(b), overflowWord(b)));
    case "le":
      return b.or(readCondition(b, "l"), readFlag(b, "ZF"));
    case "no":
      return b.not(readCondition(b, "o"));
    case "ae":
      return b.not(readCondition(b, "b"));
    case "a":
      return b.not(readCondition(b, "be"));
    case "ns":
      return b.not(readCondition(b, "s"));
    case "ge":
      return b.not(readCondition(b, "l"));
    case "g":
      return b.not(readCondition(b, "le"));
  }
}

/** Sets one flag and leaves the others. */
export function writeFlag(b: Builder, name: StatusFlag, value: Value): void {
  const bit = (position: number) => b.shl(b.zeroExtend(value, 32), b.constant(32, position));
  const aux = b.get("flagAux");
  const keep = (mask: number) => b.and(aux, b.constant(32, ~mask));
  switch (name) {
    case "CF":
      b.set("flagCarries", carriesOf(b, value, readFlag(b, "OF")));
      break;
    case "OF":
      b.set("flagCarries", carriesOf(b, readFlag(b, "CF"), value));
      break;
    case "AF":
      b.set("flagAux", b.or(keep(AUX_AF), bit(4)));
      break;
    case "PF":
    case "SF":
    case "ZF": {
      const flags = b.and(b.flags(), b.constant(32, ~Flag[name]));
      writeStatus(b, b.or(flags, bit(name === "PF" ? 2 : name === "SF" ? 7 : 6)));
      break;
    }
  }
}

/** Sets all six status flags from a packed EFLAGS value (32 bits). */
export function writeStatus(b: Builder, packed: Value): void {
  const picked = (mask: number, flip: number) => b.xor(b.and(packed, b.constant(32, mask)), b.constant(32, flip));
  const left = (value: Value, count: number) => b.shl(value, b.constant(32, count));
  b.set("flagResult", b.zeroExtend(left(picked(Flag.ZF, Flag.ZF), 2), 64));
  const carry = left(packed, 31);
  const overflow = left(picked(Flag.OF, 0), 19);
  const top = b.or(carry, b.xor(b.shr(carry, b.constant(32, 1)), overflow));
  b.set("flagCarries", b.shl(b.zeroExtend(top, 64), b.constant(64, 32)));
  const parity = left(picked(Flag.PF, Flag.PF), 6);
  b.set("flagAux", b.or(b.or(picked(Flag.AF, 0), parity), left(picked(Flag.SF, 0), 24)));
}

/** The six status flags at their places in EFLAGS, 32 bits. */
export function readStatus(b: Builder): Value {
  const at = (name: StatusFlag, position: number) =>
    b.shl(b.zeroExtend(readFlag(b, name), 32), b.constant(32, position));
  const middle = b.or(b.and(b.get("flagAux"), b.constant(32, AUX_AF)), at("ZF", 6));
  const others = b.or(b.or(at("PF", 2), middle), b.or(at("SF", 7), at("OF", 11)));
  // CF is known last where it has been kept.
  return b.or(others, b.zeroExtend(readFlag(b, "CF"), 32));
}

/** All of EFLAGS from the state. */
export function packFlags(state: StateView): number {
  const result = state.get64("flagResult");
  const carries = state.get64("flagCarries");
  const aux = state.get32("flagAux");
  let parity = Number(result & 0xffn) ^ ((aux >>> 8) & 0xff);
  parity ^= parity >> 4;
  parity ^= parity >> 2;
  parity ^= parity >> 1;
  const carry = Number(carries >> 63n);
  let flags = state.get32("flagsOther") | carry;
  if ((parity & 1) === 0) flags |= Flag.PF;
  flags |= aux & AUX_AF;
  if (result === 0n) flags |= Flag.ZF;
  if ((Number(result >> 63n) ^ (aux >>> 31)) !== 0) flags |= Flag.SF;
  if ((carry ^ (Number(carries >> 62n) & 1)) !== 0) flags |= Flag.OF;
  return flags >>> 0;
}

/** Replaces all of EFLAGS. Bit 1 is set, reserved bits as given. */
export function unpackFlags(state: StateView, flags: number): void {
  const carry = flags & Flag.CF;
  const overflow = flags & Flag.OF ? 1 : 0;
  state.set64("flagResult", flags & Flag.ZF ? 0n : 0x100n);
  state.set64("flagCarries", BigInt((carry << 1) | (carry ^ overflow)) << 62n);
  state.set32("flagAux", (flags & AUX_AF) | (flags & Flag.PF ? 0 : 0x100) | (flags & Flag.SF ? 0x8000_0000 : 0));
  state.set32("flagsOther", (flags & ~STATUS_FLAGS) | 2);
}
