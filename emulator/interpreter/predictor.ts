/**
 * The branch predictor of `--timing exact`, as functions that handlers of branches call. Conditional branches have two-bit
 * counters, 4,096 of them by a hash of the address, and where a branch was taken equally often three times in a row, that many times are
 * expected again; indirect ones are thought to go where they went last; returns to where the
 * last call came from. Each wrong guess costs `MISS_TICKS`. It is simpler than the predictors of today, and on
 * input that it has not seen not much worse (docs: bench/timing).
 *
 * Its tables are state: they lie behind the workspace, start out as zeros at reset, and belong to the processor's snapshot.
 */
import { TICKS_PER_CYCLE } from "../cpu/cost.ts";
import { stateFields } from "../cpu/state.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Code, Local } from "../formats/wasm.ts";
import { PREDICTOR_BASE } from "../memory.ts";
import { Op } from "./record.ts";

/** What a wrong guess costs, in cycles: measured with random conditions (bench/timing/miss.ts). */
export const MISS_CYCLES = 22;
const MISS_TICKS = BigInt(MISS_CYCLES * TICKS_PER_CYCLE);

const COUNTERS = 4096;
const TARGETS = 512;
const RETURNS = 32;
/** One byte each, 0 to 3: from 2 on "taken". */
const COUNTERS_BASE = PREDICTOR_BASE;
const LOOPS = 512;
/** u32 each: bits 11:0 how often the branch was taken in a row the last time, 23:12 how often by now, from 24 on how often that was right. */
const LOOPS_BASE = COUNTERS_BASE + COUNTERS;
const ROUNDS = 0xfff;
const SURE = 3;
/** i64 each: where the branch went last. */
const TARGETS_BASE = LOOPS_BASE + 4 * LOOPS;
/** i64 each, a ring; then i32: number of the top one. */
const RETURNS_BASE = TARGETS_BASE + 8 * TARGETS;
const TOP = RETURNS_BASE + 8 * RETURNS;
export const PREDICTOR_BYTES = TOP + 8 - PREDICTOR_BASE;

/** Pushes the address behind the branch, low 32 bits. */
function pushPlace(c: Code, op: Local): void {
  c.i32(0);
  c.memory("i32.load", stateFields.rip.offset);
  c.get(op);
  c.memory("i32.load16_u", Op.end);
  c.op("i32.add");
}

function missed(c: Code): void {
  c.i32(0);
  c.i32(0);
  c.memory("i64.load", Workspace.left);
  c.i64(MISS_TICKS);
  c.op("i64.sub");
  c.memory("i64.store", Workspace.left);
}

/** Index from the place on the stack: its bits folded, `entries` a power of two. */
function fold(c: Code, entries: number): void {
  const place = c.local("i32");
  c.tee(place);
  c.get(place);
  c.i32(Math.log2(entries));
  c.op("i32.shr_u");
  c.op("i32.xor");
  c.i32(entries - 1);
  c.op("i32.and");
  c.release(place);
}

/** Body of predictBranch: (op, whether it is taken). */
export function writePredictBranch(c: Code, op: Local, taken: Local): void {
  const [at, counter, loop, entry] = [c.local("i32"), c.local("i32"), c.local("i32"), c.local("i32")];
  const [last, now, sure] = [c.local("i32"), c.local("i32"), c.local("i32")];
  pushPlace(c, op);
  fold(c, COUNTERS);
  c.tee(at);
  c.memory("i32.load8_u", COUNTERS_BASE);
  c.set(counter);
  pushPlace(c, op);
  fold(c, LOOPS);
  c.i32(2);
  c.op("i32.shl");
  c.tee(loop);
  c.memory("i32.load", LOOPS_BASE);
  c.tee(entry);
  c.i32(ROUNDS);
  c.op("i32.and");
  c.set(last);
  c.get(entry);
  c.i32(12);
  c.op("i32.shr_u");
  c.i32(ROUNDS);
  c.op("i32.and");
  c.set(now);
  c.get(entry);
  c.i32(24);
  c.op("i32.shr_u");
  c.set(sure);

  // The guess.
  c.get(now);
  c.get(last);
  c.op("i32.ne");
  c.get(counter);
  c.i32(1);
  c.op("i32.shr_u");
  c.get(sure);
  c.i32(SURE);
  c.op("i32.eq");
  c.op("select");
  c.get(taken);
  c.op("i32.ne");
  c.if(() => missed(c));

  // What is learnt.
  c.get(at);
  c.get(counter);
  c.get(taken);
  c.if(
    () => {
      c.get(counter);
      c.i32(3);
      c.op("i32.lt_u");
    },
    () => {
      c.i32(0);
      c.get(counter);
      c.i32(0);
      c.op("i32.ne");
      c.op("i32.sub");
    },
    "i32",
  );
  c.op("i32.add");
  c.memory("i32.store8", COUNTERS_BASE);
  c.get(taken);
  c.if(
    () => {
      c.get(now);
      c.get(now);
      c.i32(ROUNDS);
      c.op("i32.ne");
      c.op("i32.add");
      c.tee(now);
      c.get(last);
      c.op("i32.gt_u");
      // Too often to be counted: the counter knows better.
      c.get(now);
      c.i32(ROUNDS);
      c.op("i32.eq");
      c.op("i32.or");
      c.if(() => {
        c.i32(0);
        c.set(sure);
      });
    },
    () => {
      c.get(sure);
      c.get(sure);
      c.i32(SURE);
      c.op("i32.ne");
      c.op("i32.add");
      c.i32(0);
      c.get(now);
      c.get(last);
      c.op("i32.eq");
      c.op("select");
      c.set(sure);
      c.get(now);
      c.set(last);
      c.i32(0);
      c.set(now);
    },
  );
  c.get(loop);
  c.get(last);
  c.get(now);
  c.i32(12);
  c.op("i32.shl");
  c.op("i32.or");
  c.get(sure);
  c.i32(24);
  c.op("i32.shl");
  c.op("i32.or");
  c.memory("i32.store", LOOPS_BASE);
}

/** Body of predictJump: (op, target). */
export function writePredictJump(c: Code, op: Local, target: Local): void {
  const at = c.local("i32");
  pushPlace(c, op);
  fold(c, TARGETS);
  c.i32(3);
  c.op("i32.shl");
  c.tee(at);
  c.memory("i64.load", TARGETS_BASE);
  c.get(target);
  c.op("i64.ne");
  c.if(() => {
    missed(c);
    c.get(at);
    c.get(target);
    c.memory("i64.store", TARGETS_BASE);
  });
}

function pushTop(c: Code): void {
  c.i32(0);
  c.memory("i32.load", TOP);
}

function pushReturn(c: Code, top: Local): void {
  c.get(top);
  c.i32(3);
  c.op("i32.shl");
}

function setTop(c: Code, top: Local, by: 1 | -1): void {
  c.i32(0);
  c.get(top);
  c.i32(by);
  c.op("i32.add");
  c.i32(RETURNS - 1);
  c.op("i32.and");
  c.memory("i32.store", TOP);
}

/** Body of noteCall: (op). */
export function writeNoteCall(c: Code, op: Local): void {
  const top = c.local("i32");
  pushTop(c);
  c.set(top);
  pushReturn(c, top);
  pushPlace(c, op);
  c.op("i64.extend_i32_u");
  c.memory("i64.store", RETURNS_BASE);
  setTop(c, top, 1);
}

/** Body of predictReturn: (op, target). */
export function writePredictReturn(c: Code, target: Local): void {
  const top = c.local("i32");
  pushTop(c);
  c.set(top);
  setTop(c, top, -1);
  pushTop(c);
  c.set(top);
  pushReturn(c, top);
  c.memory("i64.load", RETURNS_BASE);
  c.get(target);
  c.i64(0xffff_ffffn);
  c.op("i64.and");
  c.op("i64.ne");
  c.if(() => missed(c));
}
