/** Ready tasks against a model of lists; and what becomes of programs that calculate beside programs that wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelModule } from "../testing/module.ts";
import { taskDoubles } from "../testing/task-doubles.ts";

const source = `
import { awoke, charge, ReadyTasks, turnOf } from "./task/run-queue.ts";
import { LEVEL_BUSY, Task } from "./task/task.ts";
const ready = zeroed<ReadyTasks>();
class All {
  tasks: Arr<Task, 40>;
}
const all = zeroed<All>();
export function make(index: u64, level: u8, program: boolean, nice: i8): void {
  const task = ref(all.tasks[index]);
  task.level = level;
  task.program = program;
  task.nice = nice;
  task.turn = turnOf(nice);
}
export function add(index: u64): void {
  ready.add(ref(all.tasks[index]));
}
export function putBack(index: u64): void {
  ready.putBack(ref(all.tasks[index]));
}
export function remove(index: u64): void {
  ready.remove(ref(all.tasks[index]));
}
export function take(): u64 {
  const task = ready.take();
  if (task === null) return 999;
  return (addr(task) - addr(ref(all.tasks[0]))) / sizeOf<Task>();
}
export function count(): u32 {
  return ready.count;
}
export function queued(index: u64): boolean {
  return all.tasks[index].queued;
}
export function rivals(level: u8, more: boolean): boolean {
  return ready.rivals(level, more);
}
export function run(index: u64, nanoseconds: i64): boolean {
  return charge(ref(all.tasks[index]), nanoseconds);
}
export function wakes(index: u64): void {
  awoke(ref(all.tasks[index]));
}
export function levelOf(index: u64): u8 {
  return all.tasks[index].level;
}
`;

test("the most urgent is taken, first come first served, whatever else is done to the queue", () => {
  const { call } = kernelModule(source, taskDoubles);
  const levels: number[][] = [[], [], [], []];
  const levelOf = (index: number) => index & 3;
  for (let index = 0; index < 40; index++) call("make", BigInt(index), BigInt(levelOf(index)), 0n, 0n);
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let turn = 0; turn < 20_000; turn++) {
    const index = random(40);
    const list = levels[levelOf(index)]!;
    const what = random(4);
    if (what === 3) {
      const expected = levels.find((l) => l.length > 0)?.shift() ?? 999;
      assert.equal(Number(call("take")[0]), expected);
    } else if (list.includes(index)) {
      if (what !== 0) continue;
      call("remove", BigInt(index));
      list.splice(list.indexOf(index), 1);
    } else if (what === 0) {
      call("putBack", BigInt(index));
      list.unshift(index);
    } else {
      call("add", BigInt(index));
      list.push(index);
    }
    assert.equal(Number(call("count")[0]), levels.flat().length);
    assert.equal(call("queued", BigInt(index))[0], list.includes(index) ? 1n : 0n);
    const level = random(4);
    assert.equal(call("rivals", BigInt(level), 1n)[0], levels.slice(0, level).flat().length > 0 ? 1n : 0n);
    assert.equal(call("rivals", BigInt(level), 0n)[0], levels.slice(0, level + 1).flat().length > 0 ? 1n : 0n);
  }
});

test("programs that calculate share by turns, the nice one gets less, and who waits goes first", () => {
  const { call } = kernelModule(source, taskDoubles);
  const [plain, nice, typing] = [0n, 1n, 2n];
  call("make", plain, 3n, 1n, 0n);
  call("make", nice, 3n, 1n, 15n);
  call("make", typing, 3n, 1n, 0n);
  call("add", plain);
  call("add", nice);
  const ran = [0, 0, 0];
  const waited: number[] = [];
  const tick = 1_000_000;
  for (let time = 0; time < 5000; time++) {
    // A key comes every 50 ticks, and is dealt with in one.
    if (time % 50 === 0) {
      call("wakes", typing);
      call("add", typing);
      waited.push(time);
    }
    const index = Number(call("take")[0]);
    ran[index]!++;
    const over = call("run", BigInt(index), BigInt(tick))[0] === 1n;
    if (index === Number(typing)) {
      assert.equal(time, waited.pop(), "the key waited");
      continue;
    }
    call(over ? "add" : "putBack", BigInt(index));
  }
  assert.deepEqual(ran[2], 100);
  // Turns of 40 ms and 10 ms.
  assert.ok(Math.abs(ran[0]! / ran[1]! - 4) < 0.2, ran.join());
});
