/** Regions that are found again by their bytes: in other frames, in another processor, by a file; and only if nothing at all is different. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Board, board, flat32, place } from "../cpu/board.ts";
import { models } from "../cpu/cpuid.ts";
import { tierSettings } from "./tiers.ts";

/** inc eax; dec ecx; jnz; add edx,ebx; jmp to the start: never ends. */
const LOOP = [0x40, 0x49, 0x75, 0xfc, 0x01, 0xda, 0xeb, 0xf8];
const AT = 0x4000;
const tier = { ...tierSettings.auto, threshold: 50, later: 20 };
const folder = mkdtempSync(join(tmpdir(), "cor-regions-"));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, "regions");

function started(code: readonly number[] = LOOP, model = models.max, kept: string | undefined = path): Board {
  const one = board({ megabytes: 1, tier, kept, model });
  flat32(one);
  place(one, AT, code);
  one.cpu.state.set64("general", 5n, 1);
  return one;
}

/** Executes enough for everything to be translated that will be; what the helper does is waited for. */
function live({ cpu }: Board): void {
  while (cpu.instructions < 6_000_000) cpu.run(50_000);
  for (const end = performance.now() + 60_000; cpu.translator.leisure(); )
    assert.ok(performance.now() < end, "the helper has not ended within a minute");
  cpu.run(6_500_000 - cpu.instructions);
}

const results = ({ cpu }: Board): unknown => [
  [0, 1, 2].map((i) => cpu.state.get64("general", i)),
  cpu.instructions,
  cpu.state.get64("ticks"),
];

const first = started();
live(first);
const file = first.cpu.translator.keep()!;
assert.ok(first.cpu.translator.made > 0 && file.length > 500);

test("what one processor has translated, another uses without translating it, and comes to the same in the same time", () => {
  writeFileSync(path, file);
  const again = started();
  live(again);
  assert.equal(again.cpu.translator.made, 0);
  assert.ok(again.cpu.translator.cache.size > 0);
  assert.deepEqual(results(again), results(first));
  assert.equal(again.cpu.translator.keep(), null, "nothing is new");
});

test("code that differs in one byte is other code", () => {
  writeFileSync(path, file);
  const other = LOOP.with(4, 0x29);
  const again = started(other);
  live(again);
  assert.ok(again.cpu.translator.made > 0);
  const cold = started(other, models.max, undefined);
  live(cold);
  assert.deepEqual(results(again), results(cold));
});

test("code that is changed while a region of the file stands for it is executed as it is now", () => {
  writeFileSync(path, file);
  const boards = [started(), started(LOOP, models.max, undefined)];
  for (const one of boards) {
    live(one);
    one.memory.write(AT + 4, Uint8Array.of(0x29));
    one.cpu.run(1_000_000);
  }
  assert.deepEqual(results(boards[0]!), results(boards[1]!));
});

for (const [what, damaged] of [
  ["damaged", file.with(file.length >> 1, file[file.length >> 1]! ^ 1)],
  ["cut short", file.subarray(0, file.length - 7)],
  ["empty", new Uint8Array()],
] as const)
  test(`a file that is ${what} is not used`, () => {
    writeFileSync(path, damaged);
    const again = started();
    live(again);
    assert.ok(again.cpu.translator.made > 0);
    assert.deepEqual(results(again), results(first));
  });

test("a file that is not there is as good as none", () => {
  const again = started(LOOP, models.max, join(folder, "none"));
  live(again);
  assert.ok(again.cpu.translator.made > 0);
});

test("another model of processor does not use it", () => {
  writeFileSync(path, file);
  const again = started(LOOP, models["x86-64-v2"]);
  live(again);
  assert.ok(again.cpu.translator.made > 0);
});

test("code that comes back in another frame has its region at once", () => {
  const one = started(LOOP, models.max, undefined);
  live(one);
  const { made } = one.cpu.translator;
  // Paging comes on: the page at AT is another frame now, with the same code.
  const OTHER = 0x9000;
  one.memory.write(OTHER, one.memory.bytes.slice(one.memory.locate(AT), one.memory.locate(AT) + 0x1000));
  const entry = (frame: number) => Uint8Array.of(frame | 3, frame >> 8, frame >> 16, 0);
  one.memory.write(0x1_0000, entry(0x1_1000));
  for (let page = 0; page < 256; page++)
    one.memory.write(0x1_1000 + 4 * page, entry(page === AT >> 12 ? OTHER : page << 12));
  one.cpu.state.set64("cr3", 0x1_0000n);
  one.cpu.state.set64("cr0", one.cpu.state.get64("cr0") | 0x8000_0001n);
  one.cpu.modeChanged();
  one.memory.write(AT, new Uint8Array(64).fill(0xf4));
  assert.equal(one.cpu.translator.cache.size, 0);
  one.cpu.run(1_000_000);
  assert.equal(one.cpu.translator.made, made);
  assert.ok(one.cpu.translator.cache.size > 0);
});
