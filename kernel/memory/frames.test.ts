/** The frame allocator against a model that keeps a set of who has what: random operations, every order, until memory is out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutWithMemory, startMemoryText } from "../testing/arena.ts";
import { kernelModule } from "../testing/module.ts";

const bytes = 16 << 20;
const source = `
import type { Phys } from "./layout.ts";
import { allocFrames, countFrames, frameOf, freeFrames, type Frame, OWNERS, physOf, release, retain, totalFrames, zeroedFrame, virtOf, onShortage, userFrame } from "./memory/frames.ts";
${startMemoryText}
export function take(order: u64): u64 {
  const got = allocFrames(u8(order), u8(order % OWNERS));
  if (isErr(got)) return u64(got.code);
  return u64(physOf(got));
}
export function give(at: u64): void {
  release(frameOf(unit<Phys>(at)));
}
export function share(at: u64): void {
  retain(frameOf(unit<Phys>(at)));
}
export function left(): u64 {
  return freeFrames();
}
export function usedBy(owner: u64): u64 {
  const used = zeroed<Arr<usize, typeof OWNERS>>();
  const free = countFrames(ref(used));
  let sum: u64 = free;
  for (const frames of used) sum += frames;
  assert(sum === totalFrames(), "frames that nobody has");
  return used[owner];
}
export function all(): u64 {
  return totalFrames();
}
export function dirtyThenZeroed(): u64 {
  const dirty = allocFrames(0, 0);
  if (isErr(dirty)) return 1;
  fill(slice(virtOf<u64>(dirty), 512), 0xdead);
  release(dirty);
  const clean = zeroedFrame(0);
  if (isErr(clean)) return 2;
  let sum: u64 = 0;
  for (const word of slice(virtOf<u64>(clean), 512)) sum += word;
  release(clean);
  return sum;
}
let kept: Ptr<Frame> | null = null;
function giveBack(): usize {
  const frame = kept;
  if (frame === null) return 0;
  kept = null;
  release(frame);
  return 1;
}
export function cacheKeeps(at: u64): void {
  kept = frameOf(unit<Phys>(at));
  onShortage(giveBack);
}
export function takeForUser(): u64 {
  const got = userFrame();
  if (isErr(got)) return u64(got.code);
  return u64(physOf(got));
}
`;

const machine = () => {
  const module = kernelModule(source, { "kernel/layout.ts": layoutWithMemory(bytes) });
  module.call("startMemory", 1n << 20n, BigInt(bytes - (1 << 20)));
  return module;
};
const ENOMEM = 12n;

/** Numbers that look random, the same in each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("blocks never overlap, lie on multiples of their size, and all come back", () => {
  const { call } = machine();
  const [all] = call("all");
  const owner = new Map<number, number>();
  const held: { at: number; order: number; refs: number }[] = [];
  const next = random(1);
  let refused = 0;
  for (let turn = 0; turn < 20_000; turn++) {
    // Phases that fill and phases that empty, so that both ends are met.
    const filling = Math.floor(turn / 2000) % 2 === 0 ? 7 : 3;
    if (next(10) < filling) {
      const order = Math.min(next(11), next(11), next(11));
      const [at] = call("take", BigInt(order));
      if (at === ENOMEM) {
        refused++;
        continue;
      }
      const first = Number(at) / 4096;
      assert.equal(first % (1 << order), 0);
      assert.ok(first >= 256 && first + (1 << order) <= bytes / 4096);
      for (let k = 0; k < 1 << order; k++) {
        assert.ok(!owner.has(first + k), `frame ${first + k} has two owners`);
        owner.set(first + k, order);
      }
      held.push({ at: Number(at), order, refs: 1 });
    } else if (held.length > 0) {
      const k = next(held.length);
      const block = held[k]!;
      if (next(5) === 0) {
        call("share", BigInt(block.at));
        block.refs++;
        continue;
      }
      call("give", BigInt(block.at));
      if (--block.refs > 0) continue;
      held.splice(k, 1);
      for (let j = 0; j < 1 << block.order; j++) owner.delete(block.at / 4096 + j);
    }
    assert.equal(call("left")[0], all! - BigInt(owner.size));
    if (turn % 100 !== 0) continue;
    const ofOwner = (n: number): number => held.reduce((sum, { order }) => sum + (order % 10 === n ? 1 << order : 0), 0);
    for (let n = 0; n < 10; n++) assert.equal(call("usedBy", BigInt(n))[0], BigInt(ofOwner(n)), `owner ${n}`);
  }
  assert.ok(refused > 10, "memory was never out");
  for (const { at, refs } of held) for (let k = 0; k < refs; k++) call("give", BigInt(at));
  assert.equal(call("left")[0], all);
  // Everything has joined again: as many of the largest blocks as at the beginning.
  const fresh = machine();
  const largest = (it: typeof fresh) => {
    let count = 0;
    while (it.call("take", 10n)[0] !== ENOMEM) count++;
    return count;
  };
  assert.equal(largest({ ...fresh, call }), largest(fresh));
});

test("a block that nobody owns cannot be given back, nor shared", () => {
  for (const wrong of ["give", "share"]) {
    const { call, outcome } = machine();
    const [at] = call("take", 0n);
    call("give", at!);
    const ended = outcome(wrong, at!);
    assert.equal(ended.kind, "trap");
  }
});

test("orders beyond the largest are refused", () => {
  const { call } = machine();
  assert.equal(call("take", 11n)[0], 22n);
});

test("a zeroed frame is zero although it was used", () => {
  assert.equal(machine().call("dirtyThenZeroed")[0], 0n);
});

test("programs are refused before the kernel is, and only after the caches gave back", () => {
  const { call } = machine();
  const [all] = call("all");
  const [cached] = call("take", 0n);
  call("cacheKeeps", cached!);
  let taken = 0n;
  for (; call("takeForUser")[0] !== ENOMEM; taken++);
  // What the cache had was used for a program; the reserve was not.
  assert.equal(taken, all! - all! / 64n);
  assert.notEqual(call("take", 0n)[0], ENOMEM);
});
