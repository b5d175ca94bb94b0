/** Time in regions is counted exactly, also where it passes faster than instructions do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { board, flat32, place } from "../cpu/board.ts";

/** mov esi,3; again: xor edx,edx; mov eax,−1; div esi, four times; dec ecx; jnz again; jmp again. */
const DIVIDE = [0x31, 0xd2, 0xb8, 0xff, 0xff, 0xff, 0xff, 0xf7, 0xf6];
const BODY = [DIVIDE, DIVIDE, DIVIDE, DIVIDE].flat();
const CODE = [0xbe, 3, 0, 0, 0, ...BODY, 0x49, 0x75, 0x100 - BODY.length - 3, 0xeb, 0x100 - BODY.length - 5];

test("a long loop of slow instructions takes as many of them, and as many cycles, in every tier", () => {
  const [interpreted, translated] = (["interpreter", "translator"] as const).map((tier) => {
    const one = board({ megabytes: 1, tier });
    flat32(one);
    place(one, 0x4000, CODE);
    while (one.cpu.instructions < 5_000_000) one.cpu.run(5_000_000 - one.cpu.instructions);
    return { ecx: one.cpu.state.get64("general", 1), ticks: one.cpu.state.get64("ticks"), at: one.cpu.instructions };
  });
  assert.deepEqual(translated, interpreted);
});
