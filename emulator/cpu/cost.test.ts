import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../isa/decode.ts";
import type { Instruction, Mode } from "../isa/instruction.ts";
import { type CodeFrame, runCost, TICKS_PER_CYCLE } from "./cost.ts";
import { defaultModel } from "./cpuid.ts";
import { loopCycles } from "./loop-cost.ts";

/** A frame that holds code at an offset, and nothing else. */
function frameWith(offset: number, hex: string, mode: Mode = 64): CodeFrame {
  const bytes = new Uint8Array(4096).fill(0xcc);
  bytes.set(Buffer.from(hex.replaceAll(" ", ""), "hex"), offset);
  return { bytes, start: 0, mode, model: defaultModel };
}

function instructionsFrom(frame: CodeFrame, offset: number, count: number): Instruction[] {
  const found: Instruction[] = [];
  for (let at = offset; found.length < count; ) {
    const decoded = decode(frame.bytes, at, 4096, frame.mode);
    if (typeof decoded === "string") throw new Error(decoded);
    found.push(decoded);
    at += decoded.length;
  }
  return found;
}

const ticks = (frame: CodeFrame, offset: number, count: number) =>
  runCost(instructionsFrom(frame, offset, count), offset, frame, "simple").ticks;

const sum = (values: readonly number[]) => values.reduce((x, y) => x + y, 0);

/** mov ecx,9; add rax,[rdi]; imul rax,rdx; add rdi,8; dec ecx; jnz to the add. */
const LOOP = "b909000000 480307 480fafc2 4883c708 ffc9 75f1";

test("a loop's body costs one round in the steady state, what stands before it is its own", () => {
  const frame = frameWith(0x100, LOOP);
  const all = ticks(frame, 0x100, 6);
  // The chain: an addition and a multiplication.
  assert.equal(sum(all.slice(1)), 4 * TICKS_PER_CYCLE);
  assert.equal(loopCycles(instructionsFrom(frame, 0x105, 5)), 4);
  assert.ok(all[0]! < TICKS_PER_CYCLE);
});

test("where a run begins does not change what its instructions cost", () => {
  const frame = frameWith(0x100, LOOP);
  const all = ticks(frame, 0x100, 6);
  let offset = 0x100;
  for (const [i, instruction] of instructionsFrom(frame, 0x100, 6).entries()) {
    assert.deepEqual(ticks(frame, offset, 6 - i), all.slice(i));
    assert.deepEqual(ticks(frame, offset, 1), all.slice(i, i + 1));
    offset += instruction.length;
  }
});

test("a loop that leaves the page, calls, or has another jump in it is no straight line", () => {
  const own = ticks(frameWith(0x100, "480307 480fafc2"), 0x100, 2);
  const across = frameWith(4096 - 13, LOOP.slice(11, 38));
  assert.deepEqual(ticks(across, 4096 - 13, 2), own);
  // … jz +0; dec ecx; jnz
  assert.deepEqual(ticks(frameWith(0x100, "480307 480fafc2 7400 ffc9 75f3"), 0x100, 2), own);
  // … call +0; dec ecx; jnz
  assert.deepEqual(ticks(frameWith(0x100, "480307 480fafc2 e800000000 ffc9 75f0"), 0x100, 2), own);
});

test("bytes that a cost depends on are named: from the loop's start to its jump", () => {
  const frame = frameWith(0x100, LOOP);
  const { first, end } = runCost(instructionsFrom(frame, 0x10c, 3), 0x10c, frame, "simple");
  assert.deepEqual([first, end], [0x105, 0x114]);
});

for (const [name, hex, cycles] of [
  ["add rax,rdx: a chain", "4801d0", 1],
  ["mov rax,[rax]: loads in a chain", "488b00", 4],
  ["add [rdi],rax: memory renaming", "480107", 1],
  ["mov [rdi],rax; mov [rsi],rdx; mov [rbx],rcx: one line of the cache a cycle", "488907 488916 48890b", 3],
  ["four multiplications, one a cycle", "486bc207 486bca07 486bda07 486bf207", 4],
  ["xor eax,eax; imul rax,rdx: zeroing ends a chain", "31c0 480fafc2", 1],
  [
    "twelve additions, four pipes",
    "4883c001 4883c101 4883c201 4883c301 4883c601 4883c701 4983c001 4983c101 4983c201 4983c301 4983c401 4983c501",
    3,
  ],
] as const)
  test(`a round takes ${cycles}: ${name}`, () => {
    const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
    const frame = frameWith(0, hex);
    const found: Instruction[] = [];
    for (let at = 0; at < bytes.length; at += found.at(-1)!.length) found.push(...instructionsFrom(frame, at, 1));
    assert.equal(loopCycles(found), cycles);
  });
