/**
 * Examples of every row of the table, for tests: all kinds of operands, with their edge values, and all prefixes the
 * row allows, in the three modes. Operands are as the decoder gives them back, so that encode and decode can be
 * compared by equality.
 */
import type { EncodeOptions } from "./encode.ts";
import { type MemoryOperand, type Mode, type Operand, type OperandSpec, Prefix, type Row } from "./instruction.ts";
import * as registers from "./registers.ts";
import {
  controlRegisters,
  debugRegisters,
  general,
  highBytes,
  mmx,
  type Register,
  segments,
  x87Stack,
  xmm,
  ymm,
} from "./registers.ts";
import { rows } from "./rows.ts";

export interface Example {
  readonly row: Row;
  readonly mode: Mode;
  readonly operands: readonly Operand[];
  readonly options: EncodeOptions;
}

/** A small generator of numbers (xorshift32) that a seed makes repeatable. Returns integers in [0, limit). */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const address = (addressSize: 16 | 32 | 64, parts: Partial<MemoryOperand>): MemoryOperand => ({
  kind: "memory",
  bits: 0,
  addressSize,
  segment: parts.base != null && (parts.base.name.endsWith("sp") || parts.base.name.endsWith("bp")) ? 2 : 3,
  base: null,
  index: null,
  scale: 1,
  displacement: 0n,
  ...parts,
});

const displacements = [0n, 1n, -1n, 127n, -128n, 128n, -129n, 0x1234n, -0x7fffn];
const wideDisplacements = [...displacements, 0x12345678n, -0x80000000n, 0x7fffffffn];

function addresses16(): MemoryOperand[] {
  const { bx, bp, si, di } = registers;
  const bases = [
    [bx, si],
    [bx, di],
    [bp, si],
    [bp, di],
    [si, null],
    [di, null],
    [bp, null],
    [bx, null],
    [null, null],
  ] as const;
  return bases.flatMap(([base, index]) =>
    displacements.map((displacement) => address(16, { base, index, displacement })),
  );
}

function addresses(addressSize: 32 | 64, mode: Mode): MemoryOperand[] {
  const list = general[addressSize].slice(0, mode === 64 ? 16 : 8) as readonly Register[];
  const result = wideDisplacements.map((displacement) => address(addressSize, { displacement }));
  for (const [i, base] of list.entries()) {
    for (const displacement of wideDisplacements) result.push(address(addressSize, { base, displacement }));
    for (const [j, index] of list.entries()) {
      if (j === 4) continue;
      const scale = [1, 2, 4, 8][(i + j) & 3] as 1 | 2 | 4 | 8;
      const displacement = wideDisplacements[(i * 5 + j) % wideDisplacements.length]!;
      result.push(address(addressSize, { base, index, scale, displacement }));
      if (i === 0) result.push(address(addressSize, { index, scale, displacement }));
    }
  }
  if (mode === 64) {
    const base = addressSize === 64 ? registers.rip : registers.eip;
    for (const displacement of wideDisplacements) result.push(address(addressSize, { base, displacement }));
  }
  return result;
}

const addressesOf: Readonly<Record<Mode, readonly (readonly MemoryOperand[])[]>> = {
  16: [addresses16(), addresses(32, 16)],
  32: [addresses(32, 32), addresses16()],
  64: [addresses(64, 64), addresses(32, 64)],
};

function immediates(spec: OperandSpec): bigint[] {
  const { bits, signExtendTo } = spec;
  const width = signExtendTo || bits;
  const top = 1n << BigInt(bits - 1);
  const signed = [0n, 1n, 2n, 0x42n, top - 1n, -top, -1n, -2n, -top + 1n];
  return signed.map((value) => BigInt.asUintN(width, value));
}

function registerChoices(spec: OperandSpec, mode: Mode, position: number, gather: boolean): readonly Register[] {
  if (spec.notation === "Sreg") return segments.filter((_, i) => position === 1 || i !== 1);
  if (spec.notation === "CR")
    return controlRegisters.filter((_, i) => [0, 2, 3, 4].includes(i) || (i === 8 && mode === 64));
  if (spec.notation === "DR") return debugRegisters.slice(0, 8);
  if (spec.registerClass === "x87") return x87Stack;
  if (spec.registerClass === "mmx") return mmx;
  if ((spec.registerClass === "xmm" || spec.registerClass === "ymm") && gather) {
    const half = mode === 64 ? 5 : 2;
    return { xmm, ymm }[spec.registerClass].slice(position === 0 ? 0 : half, position === 0 ? half : 2 * half);
  }
  if (spec.registerClass === "xmm" || spec.registerClass === "ymm")
    return { xmm, ymm }[spec.registerClass].slice(0, mode === 64 ? 16 : 8);
  const list: readonly Register[] = general[spec.registerBits as 8 | 16 | 32 | 64];
  if (spec.registerBits === 8) return mode === 64 ? [...list, ...highBytes] : [...list.slice(0, 4), ...highBytes];
  return mode === 64 ? list : list.slice(0, 8);
}

/**
 * A gather's vector of addresses. Its index has a number above the ones `chooseOperand` gives the other two registers,
 * for the three must differ.
 */
function vectorAddress(spec: OperandSpec, mode: Mode, next: (limit: number) => number): MemoryOperand {
  const addressSize = mode === 64 && next(4) > 0 ? 64 : 32;
  const bases = general[addressSize].slice(0, mode === 64 ? 16 : 8) as readonly Register[];
  const base = next(6) === 0 ? null : bases[next(bases.length)]!;
  const indexes: readonly Register[] = spec.vectorIndex === "xmm" ? xmm : ymm;
  const first = mode === 64 ? 10 : 4;
  const index = indexes[first + next(mode === 64 ? 6 : 4)]!;
  const scale = ([1, 2, 4, 8] as const)[next(4)]!;
  const displacement = wideDisplacements[next(wideDisplacements.length)]!;
  return address(addressSize, { bits: spec.bits, base, index, scale, displacement });
}

/** One operand the row allows at a position, chosen by `next`. */
function chooseOperand(
  row: Row,
  mode: Mode,
  position: number,
  memory: boolean,
  next: (limit: number) => number,
): Operand {
  const spec = row.operands[position]!;
  const pick = <T>(list: readonly T[]): T => list[next(list.length)]!;
  switch (spec.source) {
    case "fixed":
      return spec.fixed === 1
        ? { kind: "immediate", bits: 8, value: 1n }
        : { kind: "register", register: spec.fixed as Register };
    case "immediate":
      return { kind: "immediate", bits: spec.signExtendTo || spec.bits, value: pick(immediates(spec)) };
    case "relative": {
      const bits = spec.bits;
      const top = 1n << BigInt(bits - 1);
      return { kind: "relative", bits, displacement: pick([0n, 1n, -1n, -2n, 5n, top - 1n, -top]) };
    }
    case "far": {
      const offset = pick(spec.bits === 16 ? [0, 0x1234, 0xffff] : [0, 0x12345678, 0xffffffff]);
      return { kind: "far", selector: pick([0, 8, 0xf000, 0xffff]), offset, bits: spec.bits as 16 | 32 };
    }
    case "moffs": {
      const addressSize = next(4) > 0 ? mode : mode === 32 ? 16 : 32;
      const top = 1n << BigInt(addressSize - 1);
      return address(addressSize, { bits: spec.bits, displacement: pick([0n, 1n, 0x1234n, top - 1n, -top, -1n]) });
    }
    default:
      if (spec.memory && memory) {
        const lists = addressesOf[mode];
        if (spec.vectorIndex !== null) return vectorAddress(spec, mode, next);
        const chosen = pick(lists[next(4) > 0 ? 0 : 1]!);
        return { ...chosen, bits: spec.bits };
      }
      return { kind: "register", register: pick(registerChoices(spec, mode, position, row.vector?.type === 12)) };
  }
}

const overrides: Readonly<Record<Mode, readonly number[]>> = {
  16: [0, 1, 2, 3, 4, 5],
  32: [0, 1, 2, 3, 4, 5],
  64: [4, 5],
};

function chooseExample(row: Row, mode: Mode, memory: boolean, next: (limit: number) => number): Example {
  let operands = row.operands.map((_, i) => chooseOperand(row, mode, i, memory, next));
  const options: { -readonly [K in keyof EncodeOptions]: EncodeOptions[K] } = {};
  const segment = next(4) === 0 ? overrides[mode][next(overrides[mode].length)]! : -1;
  const target = operands.find((operand) => operand.kind === "memory");
  if (target !== undefined) {
    if (segment >= 0) operands = operands.map((operand) => (operand === target ? { ...operand, segment } : operand));
  } else if (row.repeat !== "none" || row.mnemonic === "xlatb") {
    if (segment >= 0) options.segmentOverride = segment;
    if (next(3) === 0) options.addressSize = mode === 32 ? 16 : 32;
  } else if (row.addressSize === 0 && next(8) === 0) options.addressSize = mode === 32 ? 16 : 32;
  // The control-register forms and the hints may carry a 66 that means nothing; it is tried where no row depends on it.
  if (row.operandSize === 0 && row.mandatoryPrefix === 0 && row.size64 === "normal" && next(6) === 0)
    options.operandSize = mode === 16 ? 32 : 16;
  let prefixes = 0;
  if (row.lockable && operands[0]?.kind === "memory" && next(2) === 0) prefixes |= Prefix.lock;
  if (row.repeat !== "none") prefixes |= [0, Prefix.rep, Prefix.repne][next(3)]!;
  if (prefixes !== 0) options.prefixes = prefixes;
  return { row, mode, operands, options };
}

/** Whether the bytes belong to another row: a reserved NOP where /digit has a meaning, XCHG where 90 is NOP. */
function belongsElsewhere({ row, operands }: Example): boolean {
  const [first, second] = operands;
  if (row.mnemonic === "xchg" && row.opcodeRegister)
    return first?.kind === "register" && second?.kind === "register" && first.register === second.register;
  if (row.mnemonic !== "nop" || second?.kind !== "register") return false;
  return rows.some(
    (other) =>
      other.map === row.map &&
      other.opcode === row.opcode &&
      other.modrm === (second.register.index & 7) &&
      (other.mandatoryPrefix === 0 || other.mandatoryPrefix === "np") &&
      (other.modrmForm === "any" || (other.modrmForm === "memory") === (first?.kind === "memory")),
  );
}

/** Whether AH…BH would stand beside a REX prefix, which no encoding has. */
function needsRexBesideHighByte({ row, operands }: Example): boolean {
  const high = operands.some((operand) => operand.kind === "register" && operand.register.high);
  if (!high) return false;
  if (row.operandSize === 64) return true;
  return operands.some((operand, i) => {
    if (operand.kind === "register") {
      const { index, bits, high: isHigh } = operand.register;
      return row.operands[i]!.source !== "fixed" && !isHigh && (index > 7 || (bits === 8 && index > 3));
    }
    return operand.kind === "memory" && ((operand.base?.index ?? 0) > 7 || (operand.index?.index ?? 0) > 7);
  });
}

/**
 * Examples of all rows in all modes they are valid in.
 *
 * @param count about how many for each row and mode
 */
export function* examples(count: number, seed: number): Generator<Example> {
  const next = randomNumbers(seed);
  for (const row of rows)
    for (const mode of [16, 32, 64] as const) {
      if (!row.modes[mode]) continue;
      const forms = row.operands.some((spec) => spec.memory && spec.register) ? [false, true] : [true];
      for (const memory of forms)
        for (let i = 0; i < count; i++) {
          const example = chooseExample(row, mode, memory, next);
          if (!needsRexBesideHighByte(example) && !belongsElsewhere(example)) yield example;
        }
    }
}

/** One plain example of every row, without prefixes, in the widest mode it is valid in; memory rather than registers. */
export function* plainExamples(): Generator<Example> {
  const next = randomNumbers(1);
  for (const row of rows) {
    const mode: Mode = row.modes[64] ? 64 : row.modes[32] ? 32 : 16;
    const plain = (memory: boolean): Example => ({
      row,
      mode,
      operands: row.operands.map((_, i) => chooseOperand(row, mode, i, memory, next)),
      options: {},
    });
    let example = plain(true);
    for (let tries = 1; needsRexBesideHighByte(example) || belongsElsewhere(example); tries++)
      example = plain(tries % 2 === 0);
    yield example;
  }
}
