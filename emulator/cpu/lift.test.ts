import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../isa/decode.ts";
import type { Instruction, Mode } from "../isa/instruction.ts";
import { rows } from "../isa/rows.ts";
import { defaultModel, supports } from "./cpuid.ts";
import { printIr } from "./ir.ts";
import { lift } from "./lift.ts";

/** Decodes every opcode under every prefix that matters with a few addressing forms: one instruction per key. */
function everyShape(): Instruction[] {
  const found = new Map<string, Instruction>();
  const prefixes = [
    [],
    [0x66],
    [0x67],
    [0xf2],
    [0xf3],
    [0x66, 0xf2],
    [0x48],
    [0xf3, 0x48],
    [0xf2, 0x48],
    [0x66, 0x48],
    [0x66, 0x67],
  ];
  const legacy = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
  const vex = Array.from({ length: 16 }, (_, i) => 0x78 + (i & 7) + (i >> 3) * 0x80).flatMap((last) => [
    [0xc4, 0xe1, last],
    [0xc4, 0xe2, last],
    [0xc4, 0xe3, last],
  ]);
  /** Opcodes whose whole ModRM byte selects. */
  const whole = new Set([0x01, 0x1e, 0xae, 0xc7, 0xd9, 0xda, 0xdb, 0xdd, 0xde, 0xdf]);
  for (const mode of [16, 32, 64] as Mode[])
    for (const prefix of prefixes)
      for (const map of prefix.length === 0 || prefix[0] === 0x67 ? [...legacy, ...vex] : legacy)
        for (let opcode = 0; opcode < 256; opcode++)
          for (let modrm = 0; modrm < 256; modrm += modrm < 0xc0 ? 4 : whole.has(opcode) ? 1 : 9) {
            const bytes = Uint8Array.from([...prefix, ...map, opcode, modrm, 0x24, 1, 2, 3, 4, 5, 6, 7, 8]);
            const i = decode(bytes, 0, bytes.length, mode);
            if (typeof i === "string") continue;
            const kinds = i.operands.map((o) => o.kind + (o.kind === "memory" && o.index !== null ? "x" : ""));
            const key = [i.row.id, mode, i.operandSize, i.addressSize, i.prefixes, ...kinds].join(" ");
            if (!found.has(key)) found.set(key, i);
            if (i.row.modrm === null) break;
          }
  return [...found.values()];
}

test("every row that the processor understands lifts in all its shapes, and keeps the rule of precise faults", () => {
  const shapes = everyShape();
  const seen = new Set<number>();
  const failures = new Set<string>();
  const model = defaultModel;
  for (const instruction of shapes) {
    if (!supports(model, instruction.row)) continue;
    seen.add(instruction.row.id);
    try {
      lift(instruction);
    } catch (error) {
      failures.add(`${instruction.row.mnemonic} ${instruction.row.encoding}: ${(error as Error).message}`);
    }
  }
  assert.deepEqual([...failures], []);
  assert.deepEqual(
    rows.filter((row) => supports(model, row) && !seen.has(row.id)).map((row) => `${row.mnemonic} ${row.encoding}`),
    [],
  );
});

const irOf = (mode: Mode, ...bytes: number[]) => {
  const instruction = decode(Uint8Array.from(bytes), 0, bytes.length, mode);
  if (typeof instruction === "string") throw new Error(instruction);
  return printIr(lift(instruction));
};

test("the text form: XOR r/m32, r32 with memory", () => {
  assert.equal(
    irOf(64, 0x31, 0x44, 0x88, 0x10),
    `%0:64 = displacement
%1:64 = base
%2:64 = add %1, %0
%3:64 = index
%4:64 = scale
%5:64 = shl %3, %4
%6:64 = add %2, %5
%7:32 = modify [operand:%6]
%8:32 = operand1
%9:32 = xor %7, %8
%10:64 = signExtend %9
flagResult := %10
flagCarries := 0
flagAux := 0
store:32 where %7 := %9`,
  );
});

test("the text form: JLE rel8", () => {
  assert.equal(
    irOf(64, 0x7e, 0x10),
    `%0:64 = flagResult
%1:32 = flagAux
%2:64 = zeroExtend %1
%4:64 = shl %2, 32
%5:64 = xor %0, %4
%6:64 = flagCarries
%8:64 = shl %6, 1
%9:64 = xor %6, %8
%10:64 = xor %5, %9
%12:1 = ltSigned %10, 0
%13:64 = flagResult
%15:1 = eq %13, 0
%16:1 = or %12, %15
branch if %16`,
  );
});
