/**
 * Bit and byte instructions, BMI1, BMI2 and CRC32 (SDM vol. 1, 5.1.6, 5.1.16).
 */
import type { Builder, Definition, Definitions, MemoryOperand, Value } from "./builder.ts";
import { fit, isNotZero, isZero, lowBit, width } from "./operand.ts";
import { STATUS_FLAGS } from "./state.ts";

type Change = (b: Builder, word: Value, bit: Value) => Value;

/**
 * BT, BTS, BTR, BTC: CF ← the selected bit; ZF stays, the other flags (undefined) too. The offset is taken modulo the
 * width, but for a register offset into memory: that is signed and may reach beyond the operand, in steps of its width.
 */
const bitTest =
  (change: Change | null): Definition =>
  (b, base, offset) => {
    const bits = width(base);
    const position = fit(b, b.read(offset!), bits);
    const within = b.and(position, b.constant(bits, bits - 1));
    const bit = b.shl(b.constant(bits, 1), within);
    const test = (word: Value) => lowBit(b, b.shr(word, within));
    if (base.kind === "memory" && offset!.kind === "register") {
      const steps = b.sar(position, b.constant(bits, Math.log2(bits)));
      const delta = reach(b, base, b.mul(steps, b.constant(bits, bits / 8)));
      if (change === null) {
        b.setFlag("CF", test(b.loadAt(base, delta, bits)));
        return;
      }
      const word = b.modifyAt(base, delta, bits);
      b.storeAt(base, delta, change(b, word, bit));
      b.setFlag("CF", test(word));
      return;
    }
    const word = change === null ? b.read(base) : b.modify(base);
    if (change !== null) b.write(base, change(b, word, bit));
    b.setFlag("CF", test(word));
  };

/** A signed distance in bytes, at the operand's address size. */
function reach(b: Builder, base: MemoryOperand, distance: Value): Value {
  if (distance.bits === base.addressSize) return distance;
  return distance.bits > base.addressSize
    ? b.truncate(distance, base.addressSize)
    : b.signExtend(distance, base.addressSize);
}

/** BSF, BSR: with a source of 0, ZF is set and the destination keeps its value (undefined in the manual, so in processors). */
const bitScan =
  (index: (b: Builder, x: Value) => Value): Definition =>
  (b, destination, source) => {
    const x = b.read(source!);
    b.if(isNotZero(b, x), () => b.write(destination, index(b, x)));
    const no = b.constant(1, 0);
    b.setStatus(x, { CF: no, OF: no, AF: no });
  };

/** TZCNT, LZCNT: CF: the source was 0; ZF: the result is 0. */
const countZeros =
  (count: (b: Builder, x: Value) => Value): Definition =>
  (b, destination, source) => {
    const x = b.read(source!);
    const result = count(b, x);
    b.write(destination, result);
    const no = b.constant(1, 0);
    b.setStatus(result, { CF: isZero(b, x), OF: no, AF: no });
  };

/** POPCNT: ZF: the source is 0; all other status flags are cleared. */
const popcnt: Definition = (b, destination, source) => {
  const x = b.read(source!);
  b.write(destination, b.popcount(x));
  b.setFlagBits(b.shl(b.zeroExtend(isZero(b, x), 32), b.constant(32, 6)), STATUS_FLAGS);
};

const andn: Definition = (b, destination, first, second) =>
  b.write(destination, b.setFlags.logic(b.and(b.not(b.read(first!)), b.read(second!))));

/** BLSI, BLSMSK, BLSR: CF tells whether the source was (`carryOfZero`) or was not 0. */
const lowestBit =
  (operation: (b: Builder, x: Value) => Value, carryOfZero: boolean): Definition =>
  (b, destination, source) => {
    const x = b.read(source!);
    const result = operation(b, x);
    b.write(destination, result);
    const no = b.constant(1, 0);
    b.setStatus(result, { CF: carryOfZero ? isZero(b, x) : isNotZero(b, x), OF: no, AF: no });
  };

const minusOne = (b: Builder, x: Value) => b.sub(x, b.constant(x.bits, 1));
/** `count` (any value) low bits set. */
const lowMask = (b: Builder, count: Value) => minusOne(b, b.shl(b.constant(count.bits, 1), count));

/** BEXTR: start in bits 7:0 of the second source, length in bits 15:8. */
const bextr: Definition = (b, destination, source, control) => {
  const x = b.read(source!);
  const word = b.read(control!);
  const bits = x.bits;
  const start = b.and(word, b.constant(bits, 0xff));
  const length = b.and(b.shr(word, b.constant(bits, 8)), b.constant(bits, 0xff));
  const result = b.and(b.shr(x, start), lowMask(b, length));
  b.write(destination, result);
  b.setFlags.logic(result);
};

/** BZHI: clears the bits from the index (bits 7:0 of the second source) on; CF: the index is beyond the operand. */
const bzhi: Definition = (b, destination, source, position) => {
  const x = b.read(source!);
  const bits = x.bits;
  const index = b.and(b.read(position!), b.constant(bits, 0xff));
  const result = b.and(x, lowMask(b, index));
  b.write(destination, result);
  const no = b.constant(1, 0);
  b.setStatus(result, { CF: b.ltUnsigned(b.constant(bits, bits - 1), index), OF: no, AF: no });
};

/**
 * The log-step moves that carry the bits selected by a mask down to a dense field: move `i` takes the bits of `take[i]`
 * down by 2^i places. Bit 2^i of "how many mask bits are missing below me" decides who moves, and is computed for all
 * bits at once by a parallel prefix of exclusive-ors.
 */
function compressMoves(b: Builder, mask: Value): Value[] {
  const bits = mask.bits;
  const moves: Value[] = [];
  let left = mask;
  let missing = b.shl(b.not(mask), b.constant(bits, 1));
  for (let step = 1; step < bits; step *= 2) {
    let parity = missing;
    for (let by = 1; by < bits; by *= 2) parity = b.xor(parity, b.shl(parity, b.constant(bits, by)));
    const take = b.and(parity, left);
    left = b.or(b.xor(left, take), b.shr(take, b.constant(bits, step)));
    missing = b.and(missing, b.not(parity));
    moves.push(take);
  }
  return moves;
}

/** PEXT: the bits of the source under the mask, packed into the low bits. */
const pext: Definition = (b, destination, source, selector) => {
  const mask = b.read(selector!);
  let x = b.and(b.read(source!), mask);
  for (const [i, take] of compressMoves(b, mask).entries()) {
    const moving = b.and(x, take);
    x = b.or(b.xor(x, moving), b.shr(moving, b.constant(x.bits, 2 ** i)));
  }
  b.write(destination, x);
};

/** PDEP: the low bits of the source, spread to the places of the mask: PEXT's moves backwards. */
const pdep: Definition = (b, destination, source, selector) => {
  const mask = b.read(selector!);
  let x = b.read(source!);
  const moves = compressMoves(b, mask);
  for (let i = moves.length - 1; i >= 0; i--) {
    const moved = b.shl(x, b.constant(x.bits, 2 ** i));
    x = b.or(b.and(x, b.not(moves[i]!)), b.and(moved, moves[i]!));
  }
  b.write(destination, b.and(x, mask));
};

/** CRC32: polynomial 11EDC6F41H (iSCSI), bits reflected, one division step per source bit. */
const crc32: Definition = (b, destination, source) => {
  const data = b.read(source!);
  const state = fit(b, b.read(destination), 32);
  const bits = data.bits === 64 ? 64 : 32;
  let crc = b.xor(fit(b, state, bits), fit(b, data, bits));
  for (let i = 0; i < data.bits; i++) {
    const feedback = b.and(b.neg(b.and(crc, b.constant(bits, 1))), b.constant(bits, 0x82f6_3b78));
    crc = b.xor(b.shr(crc, b.constant(bits, 1)), feedback);
  }
  b.write(destination, fit(b, crc, width(destination)));
};

export const bitInstructions: Definitions = {
  bt: bitTest(null),
  bts: bitTest((b, word, bit) => b.or(word, bit)),
  btr: bitTest((b, word, bit) => b.and(word, b.not(bit))),
  btc: bitTest((b, word, bit) => b.xor(word, bit)),
  bsf: bitScan((b, x) => b.trailingZeros(x)),
  bsr: bitScan((b, x) => b.sub(b.constant(x.bits, x.bits - 1), b.leadingZeros(x))),
  tzcnt: countZeros((b, x) => b.trailingZeros(x)),
  lzcnt: countZeros((b, x) => b.leadingZeros(x)),
  popcnt,
  andn,
  bextr,
  blsi: lowestBit((b, x) => b.and(x, b.neg(x)), false),
  blsmsk: lowestBit((b, x) => b.xor(x, minusOne(b, x)), true),
  blsr: lowestBit((b, x) => b.and(x, minusOne(b, x)), true),
  bzhi,
  pext,
  pdep,
  crc32,
};
