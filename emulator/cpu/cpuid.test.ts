/** Processor models: each announces exactly its features, and what it does not announce is #UD, in every mode. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeRow } from "../isa/encode.ts";
import type { Operand, OperandSpec, Row } from "../isa/instruction.ts";
import { controlRegisters, debugRegisters, general, mmx, segments, x87Stack, xmm, ymm } from "../isa/registers.ts";
import { rows } from "../isa/rows.ts";
import { board, flat32, long, place, real } from "./board.ts";
import { Cr4 } from "./control-bits.ts";
import { type CpuModelName, cpuModels } from "./cpu-models.ts";
import { asUnderstood, cpuidLeaf, models, supports } from "./cpuid.ts";
import { prepareInterpreter } from "./execution.ts";
import { ReferenceProcessor } from "./reference.ts";
import { Vector } from "./state.ts";

type Words = readonly [eax: number, ebx: number, ecx: number, edx: number];

/** The psABI's table 3.1, as CPUID bits: leaf, register, bits; each level has those before it too. */
const levels: readonly [CpuModelName, ...(readonly [leaf: number, register: number, bits: readonly number[]])[]][] = [
  // FPU, CX8, CMOV, MMX, FXSR, SSE, SSE2; SYSCALL in 64-bit mode only, LM.
  ["x86-64", [1, 3, [0, 8, 15, 23, 24, 25, 26]], [0x8000_0001, 3, [29]]],
  // SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT; LAHF.
  ["x86-64-v2", [1, 2, [0, 9, 13, 19, 20, 23]], [0x8000_0001, 2, [0]]],
  // FMA, MOVBE, XSAVE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT.
  ["x86-64-v3", [1, 2, [12, 22, 26, 28, 29]], [7, 1, [3, 5, 8]], [0x8000_0001, 2, [5]]],
];

function cpuid(name: CpuModelName, leaf: number): Words {
  const { eax, ebx, ecx, edx } = cpuidLeaf(new ReferenceProcessor(0x1000, models[name]), leaf, 0);
  return [eax, ebx, ecx, edx];
}

/** Both words of each bit of another level. */
const has = (name: CpuModelName, leaf: number, register: number, bit: number): boolean =>
  ((cpuid(name, leaf)[register]! >>> bit) & 1) === 1;

test("CPUID announces a level's features, and none of the levels above", () => {
  for (const [i, name] of cpuModels.entries())
    for (const [k, [, ...places]] of levels.entries())
      for (const [leaf, register, bits] of places)
        for (const bit of bits)
          assert.equal(
            has(name, leaf, register, bit),
            k <= i,
            `${name}: leaf ${leaf.toString(16)} word ${register} bit ${bit}`,
          );
});

test("models grow: each has what the one before has", () => {
  for (let i = 1; i < cpuModels.length; i++) {
    const [less, more] = [models[cpuModels[i - 1]!].features, models[cpuModels[i]!].features];
    assert.ok(more.size > less.size);
    for (const feature of less) assert.ok(more.has(feature), feature);
  }
});

test("leaf 0DH is there with XSAVE alone", () => {
  assert.deepEqual(cpuid("x86-64-v2", 0xd), [0, 0, 0, 0]);
  assert.equal(cpuid("x86-64-v3", 0xd)[0], 7);
});

/** Any operand that fits; the instruction is never to come so far as to look at it. */
function operandOf(spec: OperandSpec): Operand {
  const register = { xmm, ymm, mmx, x87: x87Stack }[spec.registerClass as "xmm"]?.[1];
  if (spec.fixed === 1) return { kind: "immediate", bits: 8, value: 1n };
  if (spec.fixed !== null) return { kind: "register", register: spec.fixed };
  if (spec.source === "immediate") return { kind: "immediate", bits: spec.signExtendTo || spec.bits, value: 1n };
  if (spec.memory)
    return {
      kind: "memory",
      bits: spec.bits,
      segment: 3,
      base: null,
      index: spec.vectorIndex === null ? null : { xmm, ymm }[spec.vectorIndex as "xmm" | "ymm"][6]!,
      scale: 1,
      displacement: 0x3000n,
      addressSize: 32,
    };
  if (register !== undefined) return { kind: "register", register };
  if (spec.notation === "Sreg") return { kind: "register", register: segments[3]! };
  if (spec.notation === "DR") return { kind: "register", register: debugRegisters[0]! };
  if (spec.notation === "CR") return { kind: "register", register: controlRegisters[0]! };
  return { kind: "register", register: general[spec.registerBits as 32][1]! };
}

const text = (row: Row): string =>
  `${row.mnemonic} ${row.operands.map((o) => o.notation).join(", ")} (${row.encoding})`;
const CODE = 0x4000;

test("what is beyond a model is #UD, whatever control registers say", (context) => {
  const interpreter = prepareInterpreter();
  for (const name of cpuModels) {
    const beyond = rows.filter((row) => !supports(models[name], row) && !row.elseBase);
    const on = board({ megabytes: 1, model: models[name], interpreter });
    const { cpu } = on;
    for (const row of beyond)
      for (const mode of [16, 32, 64] as const) {
        if (!row.modes[mode]) continue;
        cpu.reset();
        if (mode === 16) real(on);
        else if (mode === 32) flat32(on);
        else long(on);
        cpu.state.set64("cr4", cpu.state.get64("cr4") | Cr4.OSFXSR | Cr4.OSXMMEXCPT | Cr4.OSXSAVE | Cr4.FSGSBASE);
        cpu.state.set64("xcr0", 7n);
        // The vector of #UD leads beyond the table's end: a shutdown that tells which exception came first.
        cpu.state.set32("idtrLimit", 0);
        cpu.modeChanged();
        place(on, CODE, encodeRow(row, row.operands.map(operandOf), mode).bytes);
        const stop = cpu.run(1);
        assert.ok(stop.kind === "shutdown", `${name}: ${text(row)} in ${mode}-bit code`);
        assert.equal(stop.faults[0]!.vector, Vector.UD, `${name}: ${text(row)} in ${mode}-bit code`);
      }
    context.diagnostic(`${name}: ${beyond.length} rows are #UD`);
    if (name === "x86-64") assert.ok(beyond.some(({ mnemonic }) => mnemonic === "crc32"));
  }
});

test("TZCNT and LZCNT are BSF and BSR on processors without them", () => {
  for (const [mnemonic, older] of [
    ["tzcnt", "bsf"],
    ["lzcnt", "bsr"],
  ] as const) {
    const row = rows.find((one) => one.mnemonic === mnemonic)!;
    const instruction = { row, operands: [] } as never;
    assert.equal(asUnderstood(models["x86-64-v2"], instruction)?.row.mnemonic, older);
    assert.equal(asUnderstood(models["x86-64-v3"], instruction)?.row.mnemonic, mnemonic);
  }
});
