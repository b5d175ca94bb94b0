/** The heap of deadlines against a list that is sorted anew for every question. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelModule } from "../testing/module.ts";
import { taskDoubles } from "../testing/task-doubles.ts";

const source = `
import type { Nanos } from "./task/clock.ts";
import { type Deadline, DeadlineHeap } from "./task/deadlines.ts";
const heap = zeroed<DeadlineHeap>();
class All {
  deadlines: Arr<Deadline, 300>;
}
const all = zeroed<All>();
export function set(index: u64, at: u64): void {
  heap.set(ref(all.deadlines[index]), unit<Nanos>(at));
}
export function cancel(index: u64): void {
  heap.cancel(ref(all.deadlines[index]));
}
/** When the earliest is, or 0. */
export function first(): u64 {
  const earliest = heap.first();
  return earliest === null ? 0 : u64(earliest.at);
}
/** Takes the earliest out; its index. */
export function take(): u64 {
  const earliest = heap.first();
  if (earliest === null) return 999;
  heap.cancel(earliest);
  return (addr(earliest) - addr(ref(all.deadlines[0]))) / sizeOf<Deadline>();
}
export function isSet(index: u64): boolean {
  return all.deadlines[index].place !== 0;
}
export function count(): u32 {
  return heap.length();
}
`;

/** A multiplicative generator (Knuth, MMIX): numbers below a limit. */
function generator(seed: bigint): (below: number) => number {
  let state = seed;
  return (below) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) % BigInt(below));
  };
}

test("deadlines come in their order, however they are set, moved and cancelled", () => {
  const { call } = kernelModule(source, taskDoubles);
  const random = generator(1n);
  const model = new Map<number, number>();
  for (let turn = 0; turn < 20_000; turn++) {
    const index = random(300);
    const what = random(100);
    // By turns the heap grows and shrinks.
    if (what < (Math.floor(turn / 2000) % 2 === 0 ? 70 : 40)) {
      const at = 1 + random(what < 5 ? 10 : 1_000_000);
      call("set", BigInt(index), BigInt(at));
      model.set(index, at);
    } else if (what < 85) {
      call("cancel", BigInt(index));
      model.delete(index);
    } else if (model.size > 0) {
      const earliest = Math.min(...model.values());
      const taken = Number(call("take")[0]);
      assert.equal(model.get(taken), earliest);
      model.delete(taken);
    }
    assert.equal(Number(call("first")[0]), model.size === 0 ? 0 : Math.min(...model.values()));
    assert.equal(Number(call("count")[0]), model.size);
    assert.equal(call("isSet", BigInt(index))[0], model.has(index) ? 1n : 0n);
  }
  const left: number[] = [];
  while (model.size > 0) {
    const taken = Number(call("take")[0]);
    left.push(model.get(taken)!);
    model.delete(taken);
  }
  assert.deepEqual(left, left.toSorted((a, b) => a - b));
  assert.equal(call("take")[0], 999n);
});
