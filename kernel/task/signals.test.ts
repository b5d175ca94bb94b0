/**
 * What signals are to a process, against a model: two threads with masks, actions that change, stops and SIGCONT. Looked at
 * after every step: what waits, for whom, and who has something to attend to.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelModule } from "../testing/module.ts";
import { taskDoubles } from "../testing/task-doubles.ts";

const source = `
import { SignalAction } from "./abi/signals.ts";
import { Process, become } from "./task/process.ts";
import { exchangeAction, pendingSignals, raiseFault, raiseSignal, setBlocked, signalProcess } from "./task/signals.ts";
import { setCurrent, Task } from "./task/task.ts";
class All {
  process: Process;
  threads: Arr<Task, 2>;
  action: SignalAction;
  before: SignalAction;
}
const all = zeroed<All>();
export function start(): void {
  all.process.id = 5;
  for (let n: u32 = 0; n < 2; n++) {
    all.threads[n].id = 5 + n;
    all.threads[n].process = ref(all.process);
    using s = all.process.signals.enter();
    s.v.add(ref(all.threads[1 - n]));
  }
}
export function as(n: u64): void {
  setCurrent(ref(all.threads[n]));
  become(ref(all.process));
}
export function raise(signal: u32): void {
  signalProcess(ref(all.process), signal);
}
export function own(signal: u32): void {
  raiseSignal(signal);
}
export function fault(signal: u32): void {
  raiseFault(signal);
}
export function block(set: u64): u64 {
  return setBlocked(set);
}
export function blocked(): u64 {
  return pendingSignals();
}
export function act(signal: u32, handler: u64): u64 {
  all.action.handler = handler;
  const done = exchangeAction(signal, ref(all.action), ref(all.before));
  return isErr(done) ? u64(done.code) : 0;
}
export function stop(): void {
  using s = all.process.signals.enter();
  s.v.stopped = true;
  s.v.rouse();
}
export function stopped(): boolean {
  using s = all.process.signals.enter();
  return s.v.stopped;
}
export function waiting(n: u64): u64 {
  using s = all.process.signals.enter();
  return n === 2 ? s.v.pending : all.threads[n].pending;
}
export function attention(n: u64): u32 {
  return all.threads[n].attention.load();
}
`;

const doubles = {
  ...taskDoubles,
  "kernel/task/process.ts": `
import { Locked } from "../sync/spin.ts";
import type { Deadline } from "./deadlines.ts";
import { SignalState } from "./signals.ts";
export const INIT = 1;
export class Queue { count: Atomic<u32>; wakeAll(): void { attr(irqSafe, noSleep); this.count.add(1); } }
export class Process { id: u32; signals: Locked<SignalState>; threadsChanged: Queue; childChanged: Queue; alarm: Deadline; }
let mine: Ptr<Process> | null = null;
export function become(p: Ptr<Process>): void { mine = p; }
export function currentProcess(): Ptr<Process> { attr(noSleep); const p = mine; if (p === null) panic("nobody"); return p; }
export function eachProcess(group: u32, f: (process: Ptr<Process>) => void): boolean { return false; }
export function forgetZombie(p: Ptr<Process>): void {}
`,
  "kernel/task/schedule.ts": `
import type { Task } from "./task.ts";
const woken = zeroed<Atomic<u32>>();
export function interruptWait(task: Ptr<Task>): void { attr(irqSafe, noSleep); woken.add(task.id); }
`,
};

const bit = (signal: number) => 1n << BigInt(signal - 1);
const [KILL, CHLD, CONT, STOP, WINCH, URG] = [9, 17, 18, 19, 28, 23];
const stopping = [19, 20, 21, 22].reduce((set, signal) => set | bit(signal), 0n);
const quiet = new Set([CHLD, CONT, URG, WINCH]);
const certain = bit(KILL) | bit(STOP);

test("what waits, and who attends to it, is as in the model after any sequence of signals", () => {
  const { call } = kernelModule(source, doubles, {
    machine: (name) => {
      assert.equal(name, "perCpuBase");
      return [0n];
    },
  });
  call("start");
  let state = 3;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const handlers = new Array<bigint>(33).fill(0n);
  const masks = [0n, 0n];
  const own = [0n, 0n];
  let [shared, stopped] = [0n, false];
  const ignored = (signal: number) => handlers[signal] === 1n || (handlers[signal] === 0n && quiet.has(signal));
  const drop = (set: bigint) => {
    shared &= ~set;
    own[0]! &= ~set;
    own[1]! &= ~set;
  };
  for (let turn = 0; turn < 12_000; turn++) {
    const signal = 1 + random(31);
    const me = random(2);
    call("as", BigInt(me));
    const what = random(10);
    if (what < 4) {
      call("raise", BigInt(signal));
      if (signal === CONT || signal === KILL) {
        stopped = false;
        drop(stopping);
      } else if ((bit(signal) & stopping) !== 0n) drop(bit(CONT));
      const free = masks.some((mask) => (mask & bit(signal)) === 0n);
      if (!ignored(signal) || !free) shared |= bit(signal);
    } else if (what === 4) {
      call("own", BigInt(signal));
      if (!ignored(signal) || (masks[me]! & bit(signal)) !== 0n) own[me]! |= bit(signal);
    } else if (what === 5) {
      call("fault", BigInt(signal));
      if ((masks[me]! & bit(signal)) !== 0n || handlers[signal] === 1n) {
        handlers[signal] = 0n;
        masks[me]! &= ~bit(signal);
      }
      own[me]! |= bit(signal);
    } else if (what < 8) {
      const set = BigInt.asUintN(31, BigInt(random(2 ** 31)) & BigInt(random(2 ** 31)));
      assert.equal(call("block", set)[0], masks[me]);
      masks[me] = set & ~certain;
    } else if (what === 8) {
      const handler = [0n, 1n, 0x1000n][random(3)]!;
      const code = call("act", BigInt(signal), handler)[0];
      assert.equal(code, (bit(signal) & certain) !== 0n ? 22n : 0n);
      if (code === 0n) {
        handlers[signal] = handler;
        if (ignored(signal)) drop(bit(signal));
      }
    } else if (random(3) === 0) {
      call("stop");
      stopped = true;
    }
    assert.equal(call("waiting", 2n)[0], shared, `turn ${turn}, signal ${signal}, step ${what}`);
    assert.equal(call("stopped")[0], stopped ? 1n : 0n);
    for (const n of [0, 1]) {
      assert.equal(call("waiting", BigInt(n))[0], own[n]);
      // What is for the process one of its threads attends to; what is for a thread, that thread.
      if ((own[n]! & ~masks[n]!) !== 0n) assert.equal(call("attention", BigInt(n))[0], 1n);
    }
    const attends = [0n, 1n].some((n) => call("attention", n)[0] === 1n);
    const wanted = [0, 1].some((n) => ((shared | own[n]!) & ~masks[n]!) !== 0n) || stopped;
    if (wanted) assert.ok(attends, `turn ${turn}: nobody attends`);
    call("as", BigInt(me));
    assert.equal(call("blocked")[0], (shared | own[me]!) & masks[me]!);
  }
});
