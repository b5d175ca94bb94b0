/** Regions that are found again by their bytes, in other frames; and only if nothing at all is different. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Board, board, flat32, place } from "../cpu/board.ts";
import { type TierSettings, tierSettings } from "./tiers.ts";

/** inc eax; dec ecx; jnz; add edx,ebx; jmp to the start: never ends. */
const LOOP = [0x40, 0x49, 0x75, 0xfc, 0x01, 0xda, 0xeb, 0xf8];
const AT = 0x4000;
const OTHER = 0x9000;

/** Has executed the loop for long enough to have it translated; what the helper does is waited for. */
function lived(tier: TierSettings = { ...tierSettings.auto, threshold: 50, later: 20 }): Board {
  const one = board({ megabytes: 1, tier });
  flat32(one);
  place(one, AT, LOOP);
  one.cpu.state.set64("general", 5n, 1);
  const { cpu } = one;
  while (cpu.instructions < 6_000_000) cpu.run(50_000);
  for (const end = performance.now() + 60_000; cpu.translator.leisure(); )
    assert.ok(performance.now() < end, "the helper has not ended within a minute");
  cpu.run(6_500_000 - cpu.instructions);
  return one;
}

/** Paging comes on: the page at AT is another frame now, with this code. */
function move({ cpu, memory }: Board, code: Uint8Array): void {
  memory.write(OTHER, memory.bytes.slice(memory.locate(AT), memory.locate(AT) + 0x1000));
  memory.write(OTHER, code);
  const entry = (frame: number) => Uint8Array.of(frame | 3, frame >> 8, frame >> 16, 0);
  memory.write(0x1_0000, entry(0x1_1000));
  for (let page = 0; page < 256; page++)
    memory.write(0x1_1000 + 4 * page, entry(page === AT >> 12 ? OTHER : page << 12));
  cpu.state.set64("cr3", 0x1_0000n);
  cpu.state.set64("cr0", cpu.state.get64("cr0") | 0x8000_0001n);
  cpu.modeChanged();
  memory.write(AT, new Uint8Array(64).fill(0xf4));
  assert.equal(cpu.translator.cache.size, 0);
}

const results = ({ cpu }: Board): unknown => [
  [0, 1, 2].map((i) => cpu.state.get64("general", i)),
  cpu.instructions,
  cpu.state.get64("ticks"),
];

test("code that comes back in another frame has its region at once", () => {
  const one = lived();
  const { made } = one.cpu.translator;
  assert.ok(made > 0);
  move(one, Uint8Array.from(LOOP));
  one.cpu.run(1_000_000);
  assert.equal(one.cpu.translator.made, made);
  assert.ok(one.cpu.translator.cache.size > 0);
});

test("code that differs in one byte is other code", () => {
  const code = Uint8Array.from(LOOP.with(4, 0x29));
  const boards = [lived(), lived(tierSettings.interpreter)];
  for (const one of boards) {
    move(one, code);
    one.cpu.run(1_000_000);
  }
  assert.deepEqual(results(boards[0]!), results(boards[1]!));
});

test("code that is changed while a region that was found again stands for it is executed as it is now", () => {
  const boards = [lived(), lived(tierSettings.interpreter)];
  for (const one of boards) {
    move(one, Uint8Array.from(LOOP));
    one.cpu.run(500_000);
    one.memory.write(OTHER + 4, Uint8Array.of(0x29));
    one.cpu.run(1_000_000);
  }
  assert.deepEqual(results(boards[0]!), results(boards[1]!));
});
