/**
 * Data transfer instructions (SDM vol. 1, 5.1.1), but for the stack: MOV and its kin, exchanges, conditional moves, LEA.
 */
import { al, eax, ebx, ecx, edx, rax, rbx, rcx, rdx } from "../isa/registers.ts";
import {
  type Builder,
  type Condition,
  conditions,
  type Definition,
  type Definitions,
  type Operand,
} from "./builder.ts";
import { fit, generalRegister, isNotZero, isRegister, RAX, RBX, width } from "./operand.ts";
import { Vector } from "./state.ts";

/** MOV: also to and from segment, control and debug registers, which have their own rules (system.ts). */
const mov: Definition = (b, destination, source) => {
  if (isRegister(destination, "segment")) {
    b.helper("loadSegment", [b.registerNumber(destination), b.read(source)]);
    b.endRun();
  } else if (isRegister(destination, "control")) {
    b.helper("writeControl", [b.registerNumber(destination), b.read(source)]);
    b.endRun();
  } else if (isRegister(destination, "debug")) {
    b.helper("writeDebug", [b.registerNumber(destination), b.read(source)]);
    b.endRun();
  } else if (isRegister(source, "control")) {
    b.write(destination, b.helper("readControl", [b.registerNumber(source)], width(destination)));
  } else if (isRegister(source, "debug")) {
    b.write(destination, b.helper("readDebug", [b.registerNumber(source)], width(destination)));
  } else {
    b.write(destination, fit(b, b.read(source), width(destination)));
  }
};

const movzx: Definition = (b, destination, source) =>
  b.write(destination, b.zeroExtend(b.read(source), width(destination)));

const movsx: Definition = (b, destination, source) =>
  b.write(destination, b.signExtend(b.read(source), width(destination)));

const movsxd: Definition = (b, destination, source) => {
  const value = b.read(source);
  b.write(destination, value.bits === width(destination) ? value : b.signExtend(value, width(destination)));
};

const movbe: Definition = (b, destination, source) => b.write(destination, b.byteSwap(b.read(source)));

const lea: Definition = (b, destination, source) =>
  b.write(destination, fit(b, b.effectiveAddress(memory(source)), width(destination)));

function memory(operand: Operand) {
  if (operand.kind !== "memory") throw new Error(`a memory operand was expected, not ${operand.kind}`);
  return operand;
}

/** CMOVcc: the source is read, and may fault, whatever the condition says; a 32-bit destination is zero-extended either way. */
const cmov =
  (condition: Condition): Definition =>
  (b, destination, source) => {
    const value = b.read(source);
    b.write(destination, b.select(b.condition(condition), value, b.read(destination)));
  };

const setcc =
  (condition: Condition): Definition =>
  (b, destination) =>
    b.write(destination, b.zeroExtend(b.condition(condition), 8));

const xchg: Definition = (b, first, second) => {
  const x = b.modify(first);
  const y = b.read(second);
  b.write(first, y);
  b.write(second, x);
};

/** XADD: TEMP ← SRC + DEST; SRC ← DEST; DEST ← TEMP. The destination wins when both are the same register. */
const xadd: Definition = (b, destination, source) => {
  const x = b.modify(destination);
  const y = b.read(source);
  const sum = b.setFlags.add(x, y);
  if (destination.kind === "memory") {
    b.write(destination, sum);
    b.write(source, x);
  } else {
    b.write(source, x);
    b.write(destination, sum);
  }
};

/** CMPXCHG: memory receives a write cycle in any case: its old value when the comparison fails. Of registers only one is written. */
const cmpxchg: Definition = (b, destination, source) => {
  const bits = width(destination);
  const accumulator = generalRegister(bits, RAX);
  const old = b.modify(destination);
  const replacement = b.read(source);
  const expected = b.register(accumulator);
  const equal = b.eq(expected, old);
  if (destination.kind === "memory") {
    b.write(destination, b.select(equal, replacement, old));
    b.if(b.not(equal), () => b.setRegister(accumulator, old));
  } else {
    b.if(
      equal,
      () => b.write(destination, replacement),
      () => b.setRegister(accumulator, old),
    );
  }
  b.setFlags.sub(expected, old);
};

const cmpxchg8b: Definition = (b, destination) => {
  const old = b.modify(destination);
  const pair = (high: typeof edx, low: typeof eax) =>
    b.or(b.shl(b.zeroExtend(b.register(high), 64), b.constant(64, 32)), b.zeroExtend(b.register(low), 64));
  const equal = b.eq(pair(edx, eax), old);
  b.write(destination, b.select(equal, pair(ecx, ebx), old));
  b.if(b.not(equal), () => {
    b.setRegister(eax, b.truncate(old, 32));
    b.setRegister(edx, b.truncate(b.shr(old, b.constant(64, 32)), 32));
  });
  b.setFlag("ZF", equal);
};

/** CMPXCHG16B: as CMPXCHG8B with twice the width; a misaligned operand is #GP(0). */
const cmpxchg16b: Definition = (b, destination) => {
  const operand = memory(destination);
  const misaligned = isNotZero(b, b.and(b.linearAddress(operand), b.constant(64, 15)));
  b.if(misaligned, () => b.fault(Vector.GP, 0));
  const addressSize = operand.addressSize;
  const zero = b.constant(addressSize, 0);
  const eight = b.constant(addressSize, 8);
  const low = b.modifyAt(operand, zero, 64);
  const high = b.modifyAt(operand, eight, 64);
  const equal = b.and(b.eq(b.register(rax), low), b.eq(b.register(rdx), high));
  b.storeAt(operand, zero, b.select(equal, b.register(rbx), low));
  b.storeAt(operand, eight, b.select(equal, b.register(rcx), high));
  b.if(b.not(equal), () => {
    b.setRegister(rax, low);
    b.setRegister(rdx, high);
  });
  b.setFlag("ZF", equal);
};

/** BSWAP: with a 16-bit operand the manual leaves the result undefined; processors give 0. */
const bswap: Definition = (b, operand) =>
  b.write(operand, width(operand) === 16 ? b.constant(16, 0) : b.byteSwap(b.read(operand)));

/** XLATB: AL ← [override or DS : rBX + AL]. */
const xlatb: Definition = (b) => {
  const index = b.zeroExtend(b.register(al), b.addressSize);
  b.setRegister(al, b.load("override", b.add(b.register(generalRegister(b.addressSize, RBX)), index), 8));
};

const extend =
  (from: 8 | 16 | 32, to: 16 | 32 | 64): Definition =>
  (b) =>
    b.setRegister(generalRegister(to, RAX), b.signExtend(b.register(generalRegister(from, RAX)), to));

const extendIntoRdx =
  (bits: 16 | 32 | 64): Definition =>
  (b) => {
    const value = b.register(generalRegister(bits, RAX));
    b.setRegister(generalRegister(bits, 2), b.sar(value, b.constant(bits, bits - 1)));
  };

function forEachCondition(stem: string, make: (condition: Condition) => Definition): Definitions {
  return Object.fromEntries(conditions.map((condition) => [stem + condition, make(condition)]));
}

/** LSS and its kin: the offset into the register, the selector, the 2 bytes behind it, into the segment register. LSS casts no shadow. */
const loadFarPointer =
  (segment: number): Definition =>
  (b: Builder, destination: Operand, source: Operand) => {
    const operand = memory(source);
    const bits = width(destination);
    const offset = b.loadAt(operand, b.constant(operand.addressSize, 0), bits);
    const selector = b.loadAt(operand, b.constant(operand.addressSize, bits / 8), 16);
    b.helper("loadPointerSegment", [b.constant(32, segment), selector]);
    b.write(destination, offset);
    b.endRun();
  };

export const transfer: Definitions = {
  mov,
  movzx,
  movsx,
  movsxd,
  movbe,
  lea,
  xchg,
  xadd,
  cmpxchg,
  cmpxchg8b,
  cmpxchg16b,
  bswap,
  xlatb,
  cbw: extend(8, 16),
  cwde: extend(16, 32),
  cdqe: extend(32, 64),
  cwd: extendIntoRdx(16),
  cdq: extendIntoRdx(32),
  cqo: extendIntoRdx(64),
  les: loadFarPointer(0),
  lss: loadFarPointer(2),
  lds: loadFarPointer(3),
  lfs: loadFarPointer(4),
  lgs: loadFarPointer(5),
  ...forEachCondition("cmov", cmov),
  ...forEachCondition("set", setcc),
};
