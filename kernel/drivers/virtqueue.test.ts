/**
 * A virtqueue with a device at the other end that is played here: it takes chains from the same memory, gives them back in any
 * order, and wants to hear of them or not. And one that breaks the rules.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { layoutWithMemory, startMemoryText } from "../testing/arena.ts";
import { kernelModule } from "../testing/module.ts";

const source = `
import { directPhys, type Phys } from "./layout.ts";
import { Descriptor, Finished, Virtqueue } from "./drivers/virtqueue.ts";
${startMemoryText}
const queue = zeroed<Virtqueue>();
const finished = zeroed<Finished>();
export function start(size: u16, eventIndex: boolean): boolean {
  return !isErr(queue.start(size, eventIndex));
}
export function places(which: u32): u64 {
  const p = queue.places();
  return u64(which === 0 ? p.descriptors : which === 1 ? p.available : p.used);
}
export function memoryAt(): u64 {
  return 0 - u64(directPhys(0));
}
export function add(count: usize, readable: usize, token: u64): u32 {
  const buffers = zeroed<Arr<Descriptor, 16>>();
  for (let i: usize = 0; i < count; i++) {
    buffers[i].address = token * 0x1_0000 + i;
    buffers[i].bytes = u32(i) + 1;
  }
  const added = queue.add(slice(buffers, count), readable, token);
  return isErr(added) ? u32(added.code) : 0;
}
export function notify(): boolean {
  return queue.shouldNotify();
}
export function take(): boolean {
  return queue.take(ref(finished));
}
export function token(): u64 {
  return finished.token;
}
export function bytesBack(): u32 {
  return finished.bytes;
}
export function room(): u16 {
  return queue.room();
}
export function broken(): boolean {
  return queue.broken;
}
`;

const EBUSY = 16;

class Pair {
  readonly #module = kernelModule(source, { "kernel/layout.ts": layoutWithMemory(2 << 20) });
  readonly #view: DataView;
  readonly #at: readonly number[];
  readonly #size: number;
  readonly #eventIndex: boolean;
  #seen = 0;
  #used = 0;

  constructor(size: number, eventIndex: boolean) {
    this.#size = size;
    this.#eventIndex = eventIndex;
    this.call("startMemory", 1 << 20, 1 << 20);
    assert.equal(this.call("start", size, eventIndex ? 1 : 0), 1);
    this.#view = new DataView(this.#module.run.memory.buffer);
    const base = this.call("memoryAt");
    this.#at = [0, 1, 2].map((which) => base + this.call("places", which));
  }
  call(name: string, ...args: number[]): number {
    return Number(this.#module.call(name, ...args.map(BigInt))[0] ?? 0n);
  }

  // ---- the device's side

  /** Chains that the driver gave, as tokens with the kinds of their buffers: r and w. */
  given(): { head: number; token: number; kinds: string }[] {
    const chains = [];
    for (; this.#seen !== this.#view.getUint16(this.#at[1]! + 2, true); this.#seen = (this.#seen + 1) & 0xffff) {
      const head = this.#view.getUint16(this.#at[1]! + 4 + 2 * (this.#seen % this.#size), true);
      let kinds = "";
      let token = 0;
      for (let at = head, n = 0; n < 200; n++) {
        const d = this.#at[0]! + 16 * at;
        token = Math.floor(Number(this.#view.getBigUint64(d, true)) / 0x1_0000);
        assert.equal(Number(this.#view.getBigUint64(d, true)) % 0x1_0000, n, "buffers are in order");
        assert.equal(this.#view.getUint32(d + 8, true), n + 1);
        const flags = this.#view.getUint16(d + 12, true);
        kinds += flags & 2 ? "w" : "r";
        if (!(flags & 1)) break;
        at = this.#view.getUint16(d + 14, true);
      }
      chains.push({ head, token, kinds });
    }
    // From here on, tell me of the next one.
    if (this.#eventIndex) this.#view.setUint16(this.#at[2]! + 4 + 8 * this.#size, this.#seen, true);
    return chains;
  }
  giveBack(head: number, bytes: number): void {
    const element = this.#at[2]! + 4 + 8 * (this.#used % this.#size);
    this.#view.setUint32(element, head, true);
    this.#view.setUint32(element + 4, bytes, true);
    this.#used = (this.#used + 1) & 0xffff;
    this.#view.setUint16(this.#at[2]! + 2, this.#used, true);
  }
  /** How far the driver says that it has looked. */
  get wish(): number {
    return this.#view.getUint16(this.#at[1]! + 4 + 2 * this.#size, true);
  }
}

for (const [size, eventIndex] of [
  [128, true],
  [16, true],
  [8, false],
] as const)
  test(`${size} descriptors${eventIndex ? ", event index" : ""}: what goes in comes back, in any order, for ever`, () => {
    const pair = new Pair(size, eventIndex);
    let state = size;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const outside = new Map<number, number>();
    let atDevice: { head: number; token: number }[] = [];
    let token = 1;
    let free = size;
    let refused = 0;
    const turns = 20_000;
    for (let turn = 0; turn < turns; turn++) {
      const count = 1 + next(Math.min(6, size));
      const readable = next(count + 1);
      const added = pair.call("add", count, readable, token);
      assert.equal(added, count > free ? EBUSY : 0);
      if (added === 0) {
        free -= count;
        outside.set(token, count);
        if (next(2) === 0) {
          assert.equal(pair.call("notify"), 1, "the device has looked at everything before");
          const [chain] = pair.given();
          assert.deepEqual({ token: chain!.token, kinds: chain!.kinds }, { token, kinds: "r".repeat(readable) + "w".repeat(count - readable) });
          atDevice.push(chain!);
        } else {
          pair.call("notify");
          atDevice.push(...pair.given());
        }
        token++;
      } else refused++;
      while (atDevice.length > next(size / 2)) {
        const at = next(atDevice.length);
        const { head, token: done } = atDevice[at]!;
        atDevice = atDevice.filter((_, i) => i !== at);
        pair.giveBack(head, done & 0xffff);
        assert.equal(pair.call("take"), 1);
        assert.equal(pair.call("token"), done);
        assert.equal(pair.call("bytesBack"), done & 0xffff);
        free += outside.get(done)!;
        outside.delete(done);
      }
      assert.equal(pair.call("take"), 0);
      assert.equal(pair.call("room"), free);
    }
    assert.ok(refused > 10 && token > turns / 4);
  });

test("the device hears only of what it wants to hear", () => {
  const pair = new Pair(16, true);
  pair.call("add", 1, 1, 1);
  assert.equal(pair.call("notify"), 1);
  pair.call("add", 1, 1, 2);
  assert.equal(pair.call("notify"), 0, "it has not looked since");
  assert.equal(pair.given().length, 2);
  pair.call("add", 1, 1, 3);
  assert.equal(pair.call("notify"), 1);
  assert.equal(pair.call("notify"), 0, "nothing new");
});

test("the driver says from where on it wants to hear", () => {
  const pair = new Pair(16, true);
  for (let token = 1; token <= 3; token++) pair.call("add", 1, 0, token);
  for (const { head } of pair.given()) pair.giveBack(head, 0);
  while (pair.call("take") === 1);
  assert.equal(pair.wish, 3);
});

test("a device that gives back what it never had is not believed any more", () => {
  for (const head of [5, 200, 0xffff_ffff]) {
    const pair = new Pair(16, true);
    pair.call("add", 2, 1, 1);
    pair.giveBack(head, 0);
    assert.equal(pair.call("take"), 0);
    assert.equal(pair.call("broken"), 1);
  }
});
