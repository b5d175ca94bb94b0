/**
 * Shifts, rotates and double shifts (SDM vol. 1, 5.1.5). Counts are masked to 5 bits (6 for 64-bit operands); a masked
 * count of 0 leaves every flag alone. OF is defined for a count of 1; for other counts it is what the formula for 1
 * gives when applied to the result.
 */
import type { Builder, Definition, Definitions, Operand, Value } from "./builder.ts";
import { fit, isNotZero, lowBit, sign, width } from "./operand.ts";

/** The masked count, at the width of what is shifted. */
function countOf(b: Builder, operand: Operand, bits: 8 | 16 | 32 | 64): Value {
  if (operand.kind === "immediate" && operand.bits !== 8) throw new Error("a shift's count is a byte");
  const count = b.and(fit(b, b.read(operand), 8), b.constant(8, bits === 64 ? 63 : 31));
  return fit(b, count, bits);
}

interface Shifted {
  readonly result: Value;
  readonly CF: Value;
  readonly OF: Value;
}

/** SHL, SHR, SAR: ZF SF PF by the result; AF, undefined, is 0. */
const shift =
  (operation: (b: Builder, x: Value, count: Value) => Shifted): Definition =>
  (b, destination, by) => {
    const x = b.modify(destination);
    const count = countOf(b, by!, width(destination));
    const { result, CF, OF } = operation(b, x, count);
    b.write(destination, result);
    b.if(isNotZero(b, count), () => b.setStatus(result, { CF, OF, AF: b.constant(1, 0) }));
  };

/** Rotates change CF and OF alone. */
const rotate =
  (operation: (b: Builder, x: Value, count: Value) => Shifted): Definition =>
  (b, destination, by) => {
    const x = b.modify(destination);
    const count = countOf(b, by!, width(destination));
    const { result, CF, OF } = operation(b, x, count);
    b.write(destination, result);
    b.if(isNotZero(b, count), () => {
      b.setFlag("CF", CF);
      b.setFlag("OF", OF);
    });
  };

const topTwoDiffer = (b: Builder, x: Value) => sign(b, b.xor(x, b.shl(x, b.constant(x.bits, 1))));

/** The last bit shifted out to the left: bit (width − count) of the operand; 0 beyond the width. */
const shiftedOutLeft = (b: Builder, x: Value, count: Value) =>
  lowBit(b, b.shr(x, b.sub(b.constant(x.bits, x.bits), count)));

function shl(b: Builder, x: Value, count: Value): Shifted {
  const result = b.shl(x, count);
  const CF = shiftedOutLeft(b, x, count);
  return { result, CF, OF: b.xor(sign(b, result), CF) };
}

function shr(b: Builder, x: Value, count: Value): Shifted {
  const result = b.shr(x, count);
  const CF = lowBit(b, b.shr(x, b.sub(count, b.constant(x.bits, 1))));
  return { result, CF, OF: topTwoDiffer(b, result) };
}

function sar(b: Builder, x: Value, count: Value): Shifted {
  const CF = lowBit(b, b.sar(x, b.sub(count, b.constant(x.bits, 1))));
  return { result: b.sar(x, count), CF, OF: b.constant(1, 0) };
}

function rol(b: Builder, x: Value, count: Value): Shifted {
  const result = b.rotl(x, count);
  const CF = lowBit(b, result);
  return { result, CF, OF: b.xor(sign(b, result), CF) };
}

function ror(b: Builder, x: Value, count: Value): Shifted {
  const result = b.rotr(x, count);
  return { result, CF: sign(b, result), OF: topTwoDiffer(b, result) };
}

/** The count of RCL and RCR: they rotate width + 1 bits; only for 8 and 16 bits can the masked count exceed that. */
function throughCarryCount(b: Builder, count: Value): Value {
  return count.bits <= 16 ? b.remUnsigned(count, b.constant(count.bits, count.bits + 1)) : count;
}

function rcl(b: Builder, x: Value, masked: Value): Shifted {
  const bits = x.bits;
  const count = throughCarryCount(b, masked);
  const carry = b.flag("CF");
  const result = b.or(
    b.or(b.shl(x, count), b.shr(x, b.sub(b.constant(bits, bits + 1), count))),
    b.shl(b.zeroExtend(carry, bits), b.sub(count, b.constant(bits, 1))),
  );
  const CF = b.select(isNotZero(b, count), shiftedOutLeft(b, x, count), carry);
  return { result, CF, OF: b.xor(sign(b, result), CF) };
}

function rcr(b: Builder, x: Value, masked: Value): Shifted {
  const bits = x.bits;
  const count = throughCarryCount(b, masked);
  const carry = b.flag("CF");
  const result = b.or(
    b.or(b.shr(x, count), b.shl(x, b.sub(b.constant(bits, bits + 1), count))),
    b.shl(b.zeroExtend(carry, bits), b.sub(b.constant(bits, bits), count)),
  );
  const out = lowBit(b, b.shr(x, b.sub(count, b.constant(bits, 1))));
  return { result, CF: b.select(isNotZero(b, count), out, carry), OF: topTwoDiffer(b, result) };
}

/**
 * SHLD, SHRD: bits from the second operand come in. With 16-bit operands and counts above 16, which the manual leaves
 * undefined, the second operand follows once more behind itself.
 */
const double =
  (direction: "left" | "right"): Definition =>
  (b, destination, source, by) => {
    const bits = width(destination);
    const x = b.modify(destination);
    const y = b.read(source!);
    const count = countOf(b, by!, bits);
    const one = b.constant(bits, 1);
    let result: Value;
    let CF: Value;
    if (bits === 16) {
      // 48 bits: x y y from the left, y y x to the right; the window of 16 moves by up to 31.
      const wide = b.or(
        b.or(
          b.shl(b.zeroExtend(direction === "left" ? x : y, 64), b.constant(64, 32)),
          b.shl(b.zeroExtend(y, 64), b.constant(64, 16)),
        ),
        b.zeroExtend(direction === "left" ? y : x, 64),
      );
      const by64 = b.zeroExtend(count, 64);
      if (direction === "left") {
        const moved = b.shl(wide, by64);
        result = b.truncate(b.shr(moved, b.constant(64, 32)), 16);
        CF = lowBit(b, b.shr(moved, b.constant(64, 48)));
      } else {
        result = b.truncate(b.shr(wide, by64), 16);
        CF = lowBit(b, b.shr(wide, b.sub(by64, b.constant(64, 1))));
      }
    } else {
      const rest = b.sub(b.constant(bits, bits), count);
      result = direction === "left" ? b.or(b.shl(x, count), b.shr(y, rest)) : b.or(b.shr(x, count), b.shl(y, rest));
      CF = direction === "left" ? shiftedOutLeft(b, x, count) : lowBit(b, b.shr(x, b.sub(count, one)));
    }
    const OF = direction === "left" ? b.xor(sign(b, result), CF) : topTwoDiffer(b, result);
    b.write(destination, result);
    b.if(isNotZero(b, count), () => b.setStatus(result, { CF, OF, AF: b.constant(1, 0) }));
  };

/** SHLX, SHRX, SARX, RORX: no flags; the count comes from a register or an immediate, and is masked to the operand size. */
const withoutFlags =
  (operation: (b: Builder, x: Value, count: Value) => Value): Definition =>
  (b, destination, source, by) => {
    const bits = width(destination);
    const x = b.read(source!);
    const count = b.and(fit(b, b.read(by!), bits), b.constant(bits, bits - 1));
    b.write(destination, operation(b, x, count));
  };

export const shifts: Definitions = {
  shl: shift(shl),
  sal: shift(shl),
  shr: shift(shr),
  sar: shift(sar),
  rol: rotate(rol),
  ror: rotate(ror),
  rcl: rotate(rcl),
  rcr: rotate(rcr),
  shld: double("left"),
  shrd: double("right"),
  shlx: withoutFlags((b, x, count) => b.shl(x, count)),
  shrx: withoutFlags((b, x, count) => b.shr(x, count)),
  sarx: withoutFlags((b, x, count) => b.sar(x, count)),
  rorx: withoutFlags((b, x, count) => b.rotr(x, count)),
};
