/**
 * Every row of the table is executed: one instruction of each in ring 0, on the processor and the reference processor beside
 * it, in the first mode in which it does not fault, with registers, memory, tables and control bits as it needs them. What
 * random programs seldom or never come to (LTR, SYSEXIT, XSETBV, IRETQ) is executed here at least.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeRow } from "../isa/encode.ts";
import type { Mode, Operand, OperandSpec, Row } from "../isa/instruction.ts";
import {
  controlRegisters,
  debugRegisters,
  general,
  mmx,
  type Register,
  segments,
  x87Stack,
  xmm,
  ymm,
} from "../isa/registers.ts";
import { rows } from "../isa/rows.ts";
import { flat32, long, real } from "./board.ts";
import { Cr4, Efer } from "./control-bits.ts";
import { defaultModel, supports } from "./cpuid.ts";
import { prepareInterpreter } from "./execution.ts";
import { Lockstep, USABLE } from "./lockstep.ts";
import { descriptor, Kind } from "./scene.ts";
import { Flag, type StateView, Vector } from "./state.ts";

const GDT = 0x2000;
const CODE_SELECTOR = 8;
const DATA_SELECTOR = 0x10;
const TSS_SELECTOR = 0x20;
const CODE = 0x4000;
const TARGET = 0x4800;
/** Operands in memory, by mode; 3 stands there. */
const DATA = { 16: 0x3000, 32: 0x3_0000, 64: 0x3_0000 } as const;
const STACK = 0x7000;
const [RAX, RCX, RDX, RBX, RSP, RBP] = [0, 1, 2, 3, 4, 5] as const;

/** What these do is to raise an exception: there is no system management mode, and there are no counters. */
const raising: Readonly<Record<string, number>> = {
  ud0: Vector.UD,
  ud1: Vector.UD,
  ud2: Vector.UD,
  rsm: Vector.UD,
  rdpmc: Vector.GP,
};

interface Stage {
  readonly pair: Lockstep;
  readonly state: StateView;
  readonly row: Row;
  readonly mode: Mode;
}

const little = (size: number, ...values: (number | bigint)[]): Uint8Array => {
  const bytes = new Uint8Array(size * values.length);
  for (const [i, value] of values.entries())
    for (let k = 0; k < size; k++) bytes[i * size + k] = Number((BigInt(value) >> BigInt(8 * k)) & 0xffn);
  return bytes;
};

const set = ({ state }: Stage, register: number, value: number) => state.set64("general", BigInt(value), register);
const push = ({ pair, mode, row }: Stage, ...values: number[]) =>
  pair.write(STACK, little((row.operandSize || mode) / 8, ...values));
const codeSelector = (mode: Mode): number => (mode === 16 ? 0 : CODE_SELECTOR);
const ownStack = (mode: Mode): number => (mode === 16 ? 0 : DATA_SELECTOR);

function enableFeatures({ state }: Stage): void {
  const more = Cr4.OSFXSR | Cr4.OSXMMEXCPT | Cr4.FSGSBASE | Cr4.OSXSAVE | Cr4.PKE;
  state.set64("cr4", state.get64("cr4") | more);
  // x87, SSE, AVX.
  state.set64("xcr0", 7n);
}

/** A far pointer where the operand is. */
function farPointer(stage: Stage): void {
  const { pair, mode, row } = stage;
  const bytes = Number(/m16:(\d+)/.exec(row.operands.at(-1)!.notation)![1]) / 8;
  const transfers = /^(jmp|call)$/.test(row.mnemonic);
  pair.write(DATA[mode], little(bytes, TARGET));
  pair.write(DATA[mode] + bytes, little(2, transfers ? codeSelector(mode) : ownStack(mode)));
}

const returnFrame = (stage: Stage) => push(stage, TARGET, codeSelector(stage.mode), 2, STACK, ownStack(stage.mode));
const systemCalls = ({ state }: Stage) => {
  state.set64("efer", state.get64("efer") | Efer.SCE);
  state.set64("star", (BigInt(DATA_SELECTOR) << 48n) | (BigInt(CODE_SELECTOR) << 32n));
  state.set64("lstar", BigInt(TARGET));
  state.set64("sysenterCs", BigInt(CODE_SELECTOR));
  state.set64("sysenterEip", BigInt(TARGET));
  state.set64("general", BigInt(TARGET), RCX);
  state.set64("general", BigInt(TARGET), RDX);
};

/** What instructions need that the plain stage has not. */
const needs: Readonly<Record<string, (stage: Stage) => void>> = {
  retf: (stage) => push(stage, TARGET, codeSelector(stage.mode)),
  iret: returnFrame,
  iretd: returnFrame,
  iretq: returnFrame,
  syscall: systemCalls,
  sysret: systemCalls,
  sysretq: systemCalls,
  sysenter: systemCalls,
  sysexit: systemCalls,
  sysexitq: systemCalls,
  // KERNEL_GS_BASE; in 32-bit code too.
  wrmsr: (stage) => stage.state.set64("general", 0xc000_0102n, RCX),
  rdmsr: (stage) => stage.state.set64("general", 0xc000_0102n, RCX),
  xsetbv: (stage) => set(stage, RAX, 1),
  ltr: ({ pair, mode }) => pair.write(DATA[mode], little(2, TSS_SELECTOR)),
  into: (stage) => stage.pair.setFlags(2 | Flag.OF),
  bound: ({ pair, mode, row }) => pair.write(DATA[mode], little(row.operandSize / 8, 0, 0x7fff)),
  invpcid: (stage) => set(stage, RBX, 2),
  lmsw: (stage) => set(stage, RBX, 1),
};

/** The operand of a spec: memory where it may be, else registers that differ from one another. */
function operandOf({ state, mode, row }: Stage, spec: OperandSpec, position: number): Operand {
  if (spec.fixed === 1) return { kind: "immediate", bits: 8, value: 1n };
  if (spec.fixed !== null) return { kind: "register", register: spec.fixed };
  switch (spec.source) {
    case "immediate":
      return { kind: "immediate", bits: spec.signExtendTo || spec.bits, value: 5n };
    case "relative":
      return { kind: "relative", bits: spec.bits, displacement: 4n };
    case "far":
      return { kind: "far", selector: codeSelector(mode), offset: TARGET, bits: spec.bits as 16 | 32 };
  }
  if (spec.memory) {
    const vector = spec.vectorIndex === null ? null : { xmm, ymm }[spec.vectorIndex as "xmm" | "ymm"][6]!;
    return {
      kind: "memory",
      bits: spec.bits,
      segment: 3,
      base: null,
      index: vector,
      scale: 1,
      displacement: BigInt(DATA[mode]),
      addressSize: vector !== null && mode === 16 ? 32 : mode,
    };
  }
  const register = (from: readonly Register[]): Operand => ({
    kind: "register",
    register: from[(RBX + 2 * position) & 7]!,
  });
  if (spec.notation === "Sreg") return { kind: "register", register: segments[3]! };
  if (spec.notation === "DR") return { kind: "register", register: debugRegisters[0]! };
  if (spec.notation === "CR") {
    // The value that is there already is allowed.
    if (position === 0) state.set64("general", state.get64("cr0"), RBX + 2);
    return { kind: "register", register: controlRegisters[0]! };
  }
  if (spec.registerClass === "x87") return { kind: "register", register: x87Stack[1]! };
  if (spec.registerClass === "mmx") return register(mmx);
  if (spec.registerClass === "xmm") return register(xmm);
  if (spec.registerClass === "ymm") return register(ymm);
  const { registerBits } = spec;
  if (registerBits === 8) return { kind: "register", register: general[8][position === 0 ? RBX : RCX]! };
  if (row.mnemonic === "invpcid" && position === 0)
    return { kind: "register", register: general[registerBits as 64][RBX]! };
  return register(general[registerBits as 16 | 32 | 64]);
}

function prepare(pair: Lockstep, row: Row, mode: Mode): void {
  const { state } = pair.board.cpu;
  if (mode === 16) real(pair.board);
  else if (mode === 32) flat32(pair.board);
  else long(pair.board);
  const stage = { pair, state, row, mode };
  enableFeatures(stage);
  for (let i = 0; i < 16; i++) set(stage, i, DATA[mode]);
  for (const [register, value] of [
    [RAX, 5],
    [RCX, 0],
    [RDX, 0],
    [RSP, STACK],
    [RBP, STACK],
  ] as const)
    set(stage, register, value);
  state.set64("gdtrBase", BigInt(GDT));
  state.set32("gdtrLimit", 0x2f);
  // In real mode the table of vectors is zero and leads to address 0; elsewhere every exception ends in a shutdown.
  state.set32("idtrLimit", mode === 16 ? 0x3ff : 0);
  const isLong = mode === 64;
  const table = [0n, descriptor({ kind: Kind.code, long: isLong }), descriptor({ kind: Kind.data }), 0n];
  table.push(descriptor({ kind: Kind.tss32, base: 0x6000, limit: 0x67 }), 0n);
  pair.write(GDT, little(8, ...table));
  pair.write(DATA[mode], little(8, 3));
  needs[row.mnemonic]?.(stage);
  if (row.operands.some(({ notation }) => notation.startsWith("m16:"))) farPointer(stage);
  const operands = row.operands.map((spec, position) => operandOf(stage, spec, position));
  const { bytes } = encodeRow(row, operands, mode);
  state.set64("rip", BigInt(CODE));
  state.set32("cpl", 0);
  pair.board.cpu.modeChanged();
  pair.write(CODE, bytes);
  const flags = pair.board.cpu.flags;
  // The page tables that `long` made.
  const tables = new Uint8Array(0x3000);
  pair.board.memory.read(0x8000, tables);
  pair.write(0x8000, tables);
  pair.copyState();
  pair.setFlags(flags);
}

const modesOf = ({ modes }: Row): Mode[] => ([64, 32, 16] as const).filter((mode) => modes[mode]);
const text = (row: Row): string =>
  `${row.mnemonic} ${row.operands.map((spec) => spec.notation).join(", ")} (${row.encoding})`;

test("every row that the model has is executed, and as on the reference processor", (context) => {
  const pair = new Lockstep(1, prepareInterpreter());
  const fill = new Uint8Array(USABLE);
  const nowhere: string[] = [];
  let without = 0;
  for (const row of rows) {
    if (!supports(defaultModel, row) && !row.elseBase) {
      without++;
      continue;
    }
    const executed = modesOf(row).some((mode) => {
      pair.reset(fill);
      prepare(pair, row, mode);
      const { cpu } = pair.board;
      const { delivered } = cpu;
      assert.equal(pair.run(1), null, `${text(row)} in ${mode}-bit code`);
      const stop = cpu.run(0);
      if (stop.kind === "shutdown") return stop.faults[0]!.vector === raising[row.mnemonic];
      return cpu.delivered === delivered;
    });
    if (!executed) nowhere.push(text(row));
  }
  context.diagnostic(`${rows.length - without} rows executed; the model lacks the features of ${without}`);
  assert.deepEqual(nowhere, []);
});
