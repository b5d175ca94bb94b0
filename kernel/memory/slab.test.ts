/** kalloc against a model: random sizes and lifetimes, each object filled with its own pattern and looked at before it goes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutWithMemory, startMemoryText } from "../testing/arena.ts";
import { kernelModule } from "../testing/module.ts";

const source = `
import type { Phys } from "./layout.ts";
import { freeFrames } from "./memory/frames.ts";
import { create, destroy, kalloc, kfree, slabBytes, SlabFacts, slabFacts, trimSlabs } from "./memory/slab.ts";
${startMemoryText}
export function take(bytes: u64, pattern: u64): u64 {
  const p = kalloc(bytes);
  if (isErr(p)) return u64(p.code);
  fill(slice(p, bytes), u8(pattern));
  return addr(p);
}
export function intact(at: u64, bytes: u64, pattern: u64): boolean {
  for (const b of slice(unsafe.ptr<u8>(at), bytes)) if (b !== u8(pattern)) return false;
  return true;
}
export function give(at: u64): void {
  kfree(unsafe.ptr<u8>(at));
}
export function left(): u64 {
  return freeFrames();
}
export function used(size: u64): u64 {
  const facts = zeroed<SlabFacts>();
  for (let i: usize = 0; slabFacts(i, ref(facts)); i++) if (facts.size === size) return facts.used;
  return 999;
}
export function trim(): void {
  trimSlabs();
}
export function inUse(): u64 {
  return slabBytes();
}
class Thing {
  a: u64;
  b: Arr<u32, 5>;
}
export function typed(): u64 {
  const p = create<Thing>();
  if (isErr(p)) return 1;
  p.a = 7;
  p.b[4] = 9;
  destroy(p);
  const q = create<Thing>();
  if (isErr(q)) return 2;
  return q.a + u64(q.b[4]);
}
`;

const machine = (bytes = 8 << 20) => {
  const module = kernelModule(source, { "kernel/layout.ts": layoutWithMemory(8 << 20) });
  module.call("startMemory", 1n << 20n, BigInt(bytes - (1 << 20)));
  return module;
};

test("objects keep what was written until they go, and their frames come back", () => {
  const { call } = machine();
  const before = call("left")[0]!;
  let state = 7;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const held: [at: bigint, bytes: bigint, pattern: bigint][] = [];
  const giveOne = () => {
    const [[at, bytes, pattern]] = held.splice(next(held.length), 1) as [[bigint, bigint, bigint]];
    assert.equal(call("intact", at, bytes, pattern)[0], 1n, `${bytes} bytes at ${at}`);
    call("give", at);
  };
  for (let turn = 0; turn < 15_000; turn++) {
    if (next(100) < (Math.floor(turn / 3000) % 2 === 0 ? 65 : 35)) {
      const bytes = BigInt(1 + (next(40) === 0 ? next(30_000) : next(10) === 0 ? next(3000) : next(300)));
      const [at] = call("take", bytes, BigInt(turn & 255));
      if (at === 12n) continue;
      assert.equal(at! & 15n, 0n);
      held.push([at!, bytes, BigInt(turn & 255)]);
    } else if (held.length > 0) giveOne();
  }
  while (held.length > 0) giveOne();
  assert.equal(call("inUse")[0], 0n);
  // One empty frame of each of the twelve classes may stay.
  const kept = before - call("left")[0]!;
  assert.ok(kept <= 12n, `${kept} frames are missing`);
});

test("out of memory is an error, and memory is usable afterwards", () => {
  const { call } = machine(2 << 20);
  const taken: bigint[] = [];
  for (;;) {
    const [at] = call("take", 512n, 1n);
    if (at === 12n) break;
    taken.push(at!);
  }
  assert.ok(taken.length > 1000);
  assert.equal(call("take", 1n << 30n, 0n)[0], 12n);
  for (const at of taken) call("give", at);
  assert.notEqual(call("take", 4096n, 1n)[0], 12n);
});

test("what is no object cannot be given back", () => {
  const { call, outcome } = machine();
  const [at] = call("take", 100n, 1n);
  assert.equal(outcome("give", at! + 8n).kind, "trap");
});

test("typed storage begins as zeros, whatever was there before", () => {
  assert.equal(machine().call("typed")[0], 0n);
});

test("objects are counted by size, and frames without any are given back when asked", () => {
  const { call } = machine();
  const before = call("left")[0]!;
  const held = [60n, 64n, 300n, 2048n].map((bytes) => call("take", bytes, 1n)[0]!);
  assert.deepEqual([64n, 384n, 2048n, 16n].map((size) => call("used", size)[0]), [2n, 1n, 1n, 0n]);
  call("trim");
  assert.equal(call("left")[0], before - 3n, "frames in use stay");
  for (const at of held) call("give", at);
  assert.equal(call("left")[0], before - 3n, "a frame of each size is kept");
  call("trim");
  assert.equal(call("left")[0], before);
});
