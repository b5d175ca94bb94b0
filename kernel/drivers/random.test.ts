/** What the pool gives out against another implementation of its cipher, and what must not happen to it. */
import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import test from "node:test";
import { kernelModule } from "../testing/module.ts";

const source = `
import { addChance, addRandom, randomBytes } from "./drivers/random.ts";
const buffer = zeroed<Arr<u8, 256>>();
export function at(): u64 {
  return addr(ref(buffer));
}
export function fillWith(count: usize): void {
  randomBytes(slice(buffer, count));
}
export function chance(value: u64): void {
  addChance(value);
}
export function stir(count: usize): void {
  addRandom(slice(buffer, count));
}
`;
const clock = `
export function nanosSinceStart(): u64 {
  return 0;
}
export function wallClockAtStart(): u64 {
  return 0;
}
`;

/** Time stands still, so that the same is given out again. */
function pool() {
  const { call, run } = kernelModule(
    source,
    { "kernel/drivers/timer.ts": clock },
    {
      machine: (name) => (name === "rdtsc" ? [0n] : []),
    },
  );
  const at = Number(call("at")[0]);
  const bytes = (count: number): Buffer => {
    call("fillWith", BigInt(count));
    return Buffer.from(run.memory.slice(at, at + count));
  };
  const put = (given: Uint8Array): void => run.memory.set(given, at);
  return { call, bytes, put };
}

/** Key, and the block's number as the cipher counts it. */
function block(key: Uint8Array, counter: number): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeUInt32LE(counter, 0);
  return createCipheriv("chacha20", key, iv).update(Buffer.alloc(64));
}

test("bytes are ChaCha20's, and each part's key is replaced by what the part before gave", () => {
  const { bytes } = pool();
  let key: Uint8Array = Buffer.alloc(32);
  for (let counter = 0; counter < 5; counter++) {
    const expected = block(key, counter);
    assert.deepEqual(bytes(32), expected.subarray(0, 32));
    key = expected.subarray(32);
  }
});

test("a request of any length is filled, and a single bit of chance changes all that follows", () => {
  const one = pool();
  const other = pool();
  assert.deepEqual(one.bytes(100), other.bytes(100));
  one.call("chance", 1n);
  other.call("chance", 0n);
  assert.notDeepEqual(one.bytes(32), other.bytes(32));
});

test("a device's bytes count", () => {
  const one = pool();
  const other = pool();
  one.put(Buffer.from("unguessable"));
  one.call("stir", 11n);
  assert.notDeepEqual(one.bytes(32), other.bytes(32));
});
