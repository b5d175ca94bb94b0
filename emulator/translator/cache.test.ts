/** What the cache of regions promises: it finds what a write changes, and when it is full, the oldest go and their numbers are used again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "../bus.ts";
import { frameOf } from "../interpreter/runs.ts";
import { Log } from "../log.ts";
import { FrameFlag, Memory, RAM_BASE } from "../memory.ts";
import { MOST_REGIONS, type Region, RegionCache } from "./cache.ts";

const CODE = RAM_BASE + 0x5000;

/** A cache over 1 MiB, and what it says of regions that go. */
function emptyCache() {
  const memory = new Memory({ ramBytes: 1 << 20, firmware: new Uint8Array(0x1_0000), bus: new Bus(new Log()) });
  const cache = new RegionCache(memory);
  const gone: { name: string; changed: number }[] = [];
  /** Made from so many bytes at these addresses. */
  const add = (name: string, at: readonly number[], bytes = 16, moduleBytes = 100): Region => {
    const region: Region = {
      numbers: [cache.take()],
      spans: at.map((start) => ({ start, end: start + bytes })),
      detach: (changed) => gone.push({ name, changed }),
      name,
      size: 4,
      bytes: moduleBytes,
      rip: 0n,
      counters: 0,
    };
    cache.add(region);
    return region;
  };
  return { memory, cache, gone, add };
}

test("a write drops the regions that were made from its bytes, and no other of the same frame", () => {
  const { memory, cache, gone, add } = emptyCache();
  add("first", [CODE]);
  add("second", [CODE + 16]);
  add("of two frames", [CODE + 0x100, CODE + 0x2000]);
  assert.ok((memory.flagsAt(CODE) & FrameFlag.code) !== 0);
  assert.equal(cache.changing(CODE + 32, 8), false);
  assert.equal(cache.changing(CODE + 12, 8), true);
  assert.deepEqual(gone.splice(0), [
    { name: "first", changed: frameOf(CODE) },
    { name: "second", changed: frameOf(CODE) },
  ]);
  assert.equal(cache.changing(CODE + 0x200f, 1), true);
  assert.deepEqual(gone, [{ name: "of two frames", changed: frameOf(CODE + 0x2000) }]);
  assert.equal(cache.holds(CODE), false);
  assert.equal(cache.size, 0);
});

test("when there are too many, the oldest go, as unchanged, and their numbers are used again", () => {
  const { cache, gone, add } = emptyCache();
  const dropped: Region[] = [];
  cache.onDrop = (region) => dropped.push(region);
  const all = Array.from({ length: MOST_REGIONS }, (_, i) => {
    assert.equal(cache.isFull, false);
    return add(`${i}`, [CODE + 16 * (i % 256)]);
  });
  assert.equal(cache.isFull, true);
  cache.dropOld();
  assert.equal(cache.isFull, false);
  assert.equal(cache.size, 0.75 * MOST_REGIONS);
  assert.deepEqual(dropped, all.slice(0, MOST_REGIONS / 4));
  assert.ok(gone.every(({ changed }) => changed === -1));
  const freed = new Set(dropped.flatMap(({ numbers }) => numbers));
  for (let i = 0; i < MOST_REGIONS / 4; i++) assert.ok(freed.delete(add("new", [CODE]).numbers[0]!));
});

test("large modules fill it, too", () => {
  const { cache, add } = emptyCache();
  for (let i = 0; i < 31; i++) add(`${i}`, [CODE + 16 * i], 16, 1 << 20);
  assert.equal(cache.isFull, false);
  add("last", [CODE], 16, 1 << 20);
  assert.equal(cache.isFull, true);
  cache.dropOld();
  assert.equal(cache.size, 24);
});
