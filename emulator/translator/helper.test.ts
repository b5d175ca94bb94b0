/** Regions that another thread makes while the guest runs: put to use, and only if the code is still what was read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Board, board, flat32, place } from "../cpu/board.ts";
import { causes } from "./counters.ts";
import { tierSettings } from "./tiers.ts";

/** inc eax; dec ecx; jnz; jmp to the start: never ends. */
const LOOP = [0x40, 0x49, 0x75, 0xfc, 0xeb, 0xfa];
const ADD_FIVE = [0x83, 0xc0, 0x05, 0x49, 0x75, 0xfa, 0xeb, 0xf8];
const AT = 0x4000;
const STEP = 100_000;

function started(tier: "auto" | "interpreter"): Board {
  const one = board({ megabytes: 1, tier });
  flat32(one);
  place(one, AT, LOOP);
  return one;
}

const general = ({ cpu }: Board): bigint[] => [0, 1].map((i) => cpu.state.get64("general", i));

/** Runs until so many regions were put to use; returns the instructions that it took. */
function runUntilMade(one: Board, count: number): number {
  const { translator } = one.cpu;
  for (const end = performance.now() + 60_000; translator.made < count; ) {
    one.cpu.run(STEP);
    assert.ok(performance.now() < end, "the helper has made nothing within a minute");
  }
  one.cpu.run(STEP);
  return one.cpu.instructions;
}

test("what another thread has translated goes on as the interpreter would", () => {
  const one = started("auto");
  const instructions = runUntilMade(one, 1);
  const other = started("interpreter");
  while (other.cpu.instructions < instructions) other.cpu.run(instructions - other.cpu.instructions);
  assert.deepEqual(general(one), general(other));
  assert.equal(one.cpu.state.get64("ticks"), other.cpu.state.get64("ticks"));
});

test("code that was written while it was being translated is not executed as it was", () => {
  const one = started("auto");
  // The wish has been sent, or will be; nobody can have answered yet.
  while (one.cpu.translator.waiting === 0) one.cpu.run(1000);
  one.memory.write(AT, Uint8Array.from(ADD_FIVE));
  one.cpu.state.set64("rip", BigInt(AT));
  one.cpu.state.set64("general", 0n, 0);
  one.cpu.state.set64("general", 0n, 1);
  runUntilMade(one, 1);
  const [eax, ecx] = general(one) as [bigint, bigint];
  const iterations = (0x1_0000_0000n - ecx) & 0xffff_ffffn;
  const [low, high] = [iterations * 5n, (iterations + 1n) * 5n].map((sum) => sum & 0xffff_ffffn);
  assert.ok(eax === low || eax === high, `${eax} after ${iterations} iterations`);
});

test("regions count what they do when somebody wants to know", () => {
  const one = board({ megabytes: 1, tier: { ...tierSettings.auto, counted: true } });
  flat32(one);
  place(one, AT, LOOP);
  const before = runUntilMade(one, 1) - STEP;
  for (let i = 0; i < 10; i++) one.cpu.run(STEP);
  const counts = one.cpu.translator.counts();
  assert.ok(counts.some(({ entered, left }) => entered > 0 && left.time > 0));
  for (const { entered, left } of counts)
    assert.equal(
      entered,
      causes.reduce((sum, cause) => sum + left[cause], 0),
    );
  const executed = counts.reduce((sum, { instructions }) => sum + instructions, 0);
  const most = one.cpu.instructions - before;
  assert.ok(executed > 0 && executed <= most + STEP, `${executed} of ${most}`);
});
