/**
 * Binary and decimal arithmetic and logic (SDM vol. 1, 5.1.2–5.1.4): ADD to CMP, AND to TEST, multiplication and
 * division, the BCD adjustments.
 */
import { ah, al, ax, rax, rdx } from "../isa/registers.ts";
import type { Builder, Definition, Definitions, Value } from "./builder.ts";
import { generalRegister, isZero, RAX, RDX, sign, width } from "./operand.ts";
import { Vector } from "./state.ts";

/** DEST ← operation(DEST, SRC). */
const binary =
  (operation: (b: Builder, x: Value, y: Value) => Value): Definition =>
  (b, destination, source) => {
    const x = b.modify(destination);
    const y = b.read(source);
    b.write(destination, operation(b, x, y));
  };

/** DEST ← operation(DEST). */
const unary =
  (operation: (b: Builder, x: Value) => Value): Definition =>
  (b, destination) =>
    b.write(destination, operation(b, b.modify(destination)));

/** CMP: SUB without the write. */
const cmp: Definition = (b, first, second) => {
  const x = b.read(first);
  b.setFlags.sub(x, b.read(second));
};

/** TEST: AND without the write. */
const test: Definition = (b, first, second) => {
  const x = b.read(first);
  b.setFlags.logic(b.and(x, b.read(second)));
};

/** MUL, IMUL with one operand: AX ← AL × SRC, or rDX:rAX ← rAX × SRC. CF = OF: the high half is more than an extension of the low. */
const multiplyWide =
  (signed: boolean): Definition =>
  (b, source) => {
    const bits = width(source);
    const x = b.register(generalRegister(bits, RAX));
    const { low, high } = wideProduct(b, x, b.read(source), signed);
    const carry = b.ne(high, signed ? b.sar(low, b.constant(bits, bits - 1)) : b.constant(bits, 0));
    if (bits === 8) {
      b.setRegister(al, low);
      b.setRegister(ah, high);
    } else {
      b.setRegister(generalRegister(bits, RAX), low);
      b.setRegister(generalRegister(bits, RDX), high);
    }
    b.setStatus(low, { CF: carry, OF: carry, AF: b.constant(1, 0) });
  };

/** Both halves of the product of two values of the same width. */
export function wideProduct(b: Builder, x: Value, y: Value, signed: boolean): { low: Value; high: Value } {
  if (x.bits === 64) {
    return { low: b.mul(x, y), high: signed ? b.mulHighSigned(x, y) : b.mulHighUnsigned(x, y) };
  }
  const wide = x.bits === 32 ? 64 : 32;
  const extend = (value: Value) => (signed ? b.signExtend(value, wide) : b.zeroExtend(value, wide));
  const product = b.mul(extend(x), extend(y));
  return {
    low: b.truncate(product, x.bits),
    high: b.truncate(b.shr(product, b.constant(wide, x.bits)), x.bits),
  };
}

/** IMUL with two and three operands: the product, cut; CF = OF: the cut lost something. */
const imul: Definition = (b, ...operands) => {
  const [destination, first, second] = operands;
  if (first === undefined) return multiplyWide(true)(b, destination!);
  const x = b.read(second === undefined ? destination! : first);
  const y = b.read(second ?? first);
  const { low, high } = wideProduct(b, x, y, true);
  const carry = b.ne(high, b.sar(low, b.constant(low.bits, low.bits - 1)));
  b.write(destination!, low);
  b.setStatus(low, { CF: carry, OF: carry, AF: b.constant(1, 0) });
};

/** DIV, IDIV: #DE for a divisor of 0 and for a quotient that does not fit. */
const divide =
  (signed: boolean): Definition =>
  (b, source) => {
    const bits = width(source);
    const divisor = b.read(source);
    b.if(isZero(b, divisor), () => b.fault(Vector.DE));
    if (bits === 64) divide128(b, divisor, signed);
    else divideNarrow(b, divisor, signed);
  };

/** Dividends up to 64 bits: divided at the dividend's width; the quotient must survive the cut to the divisor's. */
function divideNarrow(b: Builder, divisor: Value, signed: boolean): void {
  const bits = divisor.bits;
  const wide = bits === 32 ? 64 : 32;
  const extend = (value: Value) => (signed ? b.signExtend(value, wide) : b.zeroExtend(value, wide));
  const halves = (high: Value, low: Value) =>
    b.or(b.shl(b.zeroExtend(high, wide), b.constant(wide, bits)), b.zeroExtend(low, wide));
  const dividend =
    bits === 8
      ? extend(b.register(ax))
      : halves(b.register(generalRegister(bits as 16 | 32, RDX)), b.register(generalRegister(bits as 16 | 32, RAX)));
  const y = extend(divisor);
  if (signed) {
    const overflows = b.and(
      b.eq(dividend, b.constant(wide, wide === 64 ? 1n << 63n : 1n << 31n)),
      b.eq(y, b.constant(wide, wide === 64 ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn)),
    );
    b.if(overflows, () => b.fault(Vector.DE));
  }
  const quotient = signed ? b.divSigned(dividend, y) : b.divUnsigned(dividend, y);
  const remainder = signed ? b.remSigned(dividend, y) : b.remUnsigned(dividend, y);
  const result = b.truncate(quotient, bits);
  b.if(b.ne(extend(result), quotient), () => b.fault(Vector.DE));
  if (bits === 8) {
    b.setRegister(al, result);
    b.setRegister(ah, b.truncate(remainder, 8));
  } else {
    b.setRegister(generalRegister(bits as 16 | 32, RAX), result);
    b.setRegister(generalRegister(bits as 16 | 32, RDX), b.truncate(remainder, bits));
  }
}

/** RDX:RAX by 64 bits. What compilers emit has nothing but an extension of RAX in RDX; the rest is a helper's. */
function divide128(b: Builder, divisor: Value, signed: boolean): void {
  const low = b.register(rax);
  const high = b.register(rdx);
  const short = signed
    ? b.and(
        b.eq(high, b.sar(low, b.constant(64, 63))),
        b.not(b.and(b.eq(low, b.constant(64, 1n << 63n)), b.eq(divisor, b.constant(64, 0xffff_ffff_ffff_ffffn)))),
      )
    : isZero(b, high);
  b.if(
    short,
    () => {
      b.setRegister(rax, signed ? b.divSigned(low, divisor) : b.divUnsigned(low, divisor));
      b.setRegister(rdx, signed ? b.remSigned(low, divisor) : b.remUnsigned(low, divisor));
    },
    () => {
      b.helper(signed ? "divideSigned128" : "divideUnsigned128", [divisor]);
    },
  );
}

/** ADCX, ADOX: add with one flag alone as the carry. */
const addWith =
  (name: "CF" | "OF"): Definition =>
  (b, destination, source) => {
    const x = b.modify(destination);
    const y = b.read(source);
    const sum = b.add(b.add(x, y), b.zeroExtend(b.flag(name), x.bits));
    const carry = b.or(b.and(x, y), b.and(b.or(x, y), b.not(sum)));
    b.write(destination, sum);
    b.setFlag(name, sign(b, carry));
  };

const mulx: Definition = (b, high, low, source) => {
  const bits = width(source);
  const product = wideProduct(b, b.register(generalRegister(bits, RDX)), b.read(source), false);
  b.write(low!, product.low);
  b.write(high, product.high);
};

/** DAA, DAS: the manual's pseudo-code; OF, undefined there, is 0. */
const adjustPacked =
  (step: "add" | "sub"): Definition =>
  (b) => {
    const old = b.register(al);
    const oldCarry = b.flag("CF");
    const low = b.or(b.ltUnsigned(b.constant(8, 9), b.and(old, b.constant(8, 15))), b.flag("AF"));
    const high = b.or(b.ltUnsigned(b.constant(8, 0x99), old), oldCarry);
    const correction = b.or(
      b.select(low, b.constant(8, 6), b.constant(8, 0)),
      b.select(high, b.constant(8, 0x60), b.constant(8, 0)),
    );
    const result = step === "add" ? b.add(old, correction) : b.sub(old, correction);
    // DAS alone: a borrow out of AL − 6 is carried too (AL < 6).
    const carry = step === "add" ? high : b.or(high, b.and(low, b.ltUnsigned(old, b.constant(8, 6))));
    b.setRegister(al, result);
    b.setStatus(result, { CF: carry, OF: b.constant(1, 0), AF: low });
  };

/** AAA, AAS: AX ± 106H when the low digit overflowed, and the high digit of AL cleared. */
const adjustUnpacked =
  (step: "add" | "sub"): Definition =>
  (b) => {
    const old = b.register(ax);
    const overflow = b.or(b.ltUnsigned(b.constant(8, 9), b.and(b.register(al), b.constant(8, 15))), b.flag("AF"));
    const correction = b.select(overflow, b.constant(16, 0x106), b.constant(16, 0));
    const result = b.and(step === "add" ? b.add(old, correction) : b.sub(old, correction), b.constant(16, 0xff0f));
    b.setRegister(ax, result);
    b.setStatus(b.truncate(result, 8), { CF: overflow, OF: b.constant(1, 0), AF: overflow });
  };

/** AAM: AH ← AL / imm8, AL ← AL mod imm8; #DE for a base of 0. */
const aam: Definition = (b, base) => {
  const divisor = b.read(base);
  b.if(isZero(b, divisor), () => b.fault(Vector.DE));
  const old = b.register(al);
  const remainder = b.remUnsigned(old, divisor);
  b.setRegister(ah, b.divUnsigned(old, divisor));
  b.setRegister(al, remainder);
  const no = b.constant(1, 0);
  b.setStatus(remainder, { CF: no, OF: no, AF: no });
};

/** AAD: AL ← AL + AH × imm8, AH ← 0. */
const aad: Definition = (b, base) => {
  const result = b.add(b.register(al), b.mul(b.register(ah), b.read(base)));
  b.setRegister(ax, b.zeroExtend(result, 16));
  const no = b.constant(1, 0);
  b.setStatus(result, { CF: no, OF: no, AF: no });
};

export const arithmetic: Definitions = {
  // ADC: DEST ← DEST + SRC + CF
  add: binary((b, x, y) => b.setFlags.add(x, y)),
  adc: binary((b, x, y) => b.setFlags.adc(x, y, b.flag("CF"))),
  sub: binary((b, x, y) => b.setFlags.sub(x, y)),
  sbb: binary((b, x, y) => b.setFlags.sbb(x, y, b.flag("CF"))),
  and: binary((b, x, y) => b.setFlags.logic(b.and(x, y))),
  or: binary((b, x, y) => b.setFlags.logic(b.or(x, y))),
  xor: binary((b, x, y) => b.setFlags.logic(b.xor(x, y))),
  cmp,
  test,
  inc: unary((b, x) => b.setFlags.inc(x)),
  dec: unary((b, x) => b.setFlags.dec(x)),
  neg: unary((b, x) => b.setFlags.sub(b.constant(x.bits, 0), x)),
  not: unary((b, x) => b.not(x)),
  mul: multiplyWide(false),
  imul,
  div: divide(false),
  idiv: divide(true),
  adcx: addWith("CF"),
  adox: addWith("OF"),
  mulx,
  daa: adjustPacked("add"),
  das: adjustPacked("sub"),
  aaa: adjustUnpacked("add"),
  aas: adjustUnpacked("sub"),
  aam,
  aad,
};
