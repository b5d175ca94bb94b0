/**
 * How a region counts time. `Workspace.left` holds instructions and ticks in two halves, and both must suffice for what comes next. A
 * region subtracts nothing from it: it adds up what it has used in one number, instructions above, ticks in the low TICK_BITS, so that
 * a block's cost is an immediate operand; and it compares that number with one bound.
 *
 * The bound is careful: below it there is certainly enough left for the longest way to the next comparison, at the highest rate of ticks per
 * instruction that any block of the region has. Beyond it the two halves are looked at themselves, and a new bound is made. It lies in
 * memory (Workspace.bound): there it takes no register in a loop.
 */
import { USED_UP, Workspace } from "../cpu/workspace.ts";
import type { Code, FunctionRef, Local, WasmModule } from "../formats/wasm.ts";
import type { RegionGraph } from "./region.ts";

/** Low bits of what was used: ticks. The bound lies before they would overflow. */
const TICK_BITS = 24n;
const TICK_MASK = (1n << TICK_BITS) - 1n;
const LOW = 0xffff_ffffn;

/** A cost in two halves as it is counted here. */
export const packCost = (cost: bigint): bigint => ((cost >> 32n) << TICK_BITS) | (cost & LOW);

export interface TimeLeft {
  /** i64: `Workspace.left` on entry, less the ticks that were taken off since. */
  readonly granted: Local;
  /** i64: what was used since, as `packCost` has it. */
  readonly used: Local;
}

/** What regions of a module share. */
export interface TimeFunctions {
  readonly bound: FunctionRef;
  readonly renewed: FunctionRef;
  readonly short: FunctionRef;
}

/** Pushes what is left. */
export function pushLeft(code: Code, { granted, used }: TimeLeft): void {
  code.get(granted);
  code.get(used);
  code.i64(TICK_BITS);
  code.op("i64.shr_u");
  code.i64(32n);
  code.op("i64.shl");
  code.op("i64.sub");
  code.get(used);
  code.i64(TICK_MASK);
  code.op("i64.and");
  code.op("i64.sub");
}

/** (granted, used, longest way in halves, rate): sets the bound; below `used` if there is not surely enough. */
export function boundFunction(module: WasmModule): FunctionRef {
  return module.func("bound", ["i64", "i64", "i64", "i32"], [], (code, granted, used, longest, rate) => {
    const spare = code.local("i64");
    const ticks = code.local("i32");
    const most = code.local("i32");
    const smaller = (x: Local, y: Local) => {
      code.get(x);
      code.get(y);
      code.get(x);
      code.get(y);
      code.op("i32.lt_s");
      code.op("select");
    };
    pushLeft(code, { granted: granted!, used: used! });
    code.get(longest!);
    code.op("i64.sub");
    code.tee(spare);
    code.op("i32.wrap_i64");
    code.set(ticks);
    // Ticks that can still be counted.
    code.i32(Number(TICK_MASK));
    code.get(used!);
    code.i64(TICK_MASK);
    code.op("i64.and");
    code.get(longest!);
    code.op("i64.add");
    code.op("i32.wrap_i64");
    code.op("i32.sub");
    code.set(most);
    smaller(ticks, most);
    code.get(rate!);
    code.op("i32.shr_s");
    code.set(ticks);
    code.get(spare);
    code.i64(32n);
    code.op("i64.shr_s");
    code.op("i32.wrap_i64");
    code.set(most);
    code.i32(0);
    smaller(ticks, most);
    code.op("i64.extend_i32_s");
    code.i64(TICK_BITS);
    code.op("i64.shl");
    code.get(used!);
    code.op("i64.add");
    code.memory("i64.store", Workspace.bound);
  });
}

/** Sets the bound. */
export function renew(code: Code, time: TimeLeft, { bound }: TimeFunctions, graph: RegionGraph): void {
  code.get(time.granted);
  code.get(time.used);
  code.i64(graph.longestOfAll);
  code.i32(graph.rate);
  code.call(bound);
}

/** (granted, used, longest way in halves, rate) → (granted, used): takes ticks off, so that there is room for more, and sets the bound. */
export function renewedFunction(module: WasmModule, bound: FunctionRef): FunctionRef {
  const parameters = ["i64", "i64", "i64", "i32"] as const;
  return module.func("renewed", parameters, ["i64", "i64"], (code, granted, used, longest, rate) => {
    code.get(granted!);
    code.get(used!);
    code.i64(TICK_MASK);
    code.op("i64.and");
    code.op("i64.sub");
    code.set(granted!);
    // The instructions stay: by them the head of a loop knows whether it was gone round.
    code.get(used!);
    code.i64(~TICK_MASK);
    code.op("i64.and");
    code.set(used!);
    for (const local of [granted!, used!, longest!, rate!]) code.get(local);
    code.call(bound);
    code.get(granted!);
    code.get(used!);
  });
}

/** (granted, used, longest way in halves) → whether there is less left than it costs. */
export function shortFunction(module: WasmModule): FunctionRef {
  return module.func("short", ["i64", "i64", "i64"], ["i32"], (code, granted, used, longest) => {
    pushBeyond(code, used!);
    code.if(
      () => {
        pushLeft(code, { granted: granted!, used: used! });
        code.get(longest!);
        code.op("i64.sub");
        code.i64(USED_UP);
        code.op("i64.and");
        code.i64(0n);
        code.op("i64.ne");
      },
      () => code.i32(0),
      "i32",
    );
  });
}

function pushBeyond(code: Code, used: Local): void {
  code.get(used);
  code.i32(0);
  code.memory("i64.load", Workspace.bound);
  code.op("i64.gt_s");
}

/** Looks whether there is time for the way from a block to the next such place; `otherwise` leaves. */
export function askTime(
  code: Code,
  time: TimeLeft,
  functions: TimeFunctions,
  graph: RegionGraph,
  node: number,
  otherwise: () => void,
): void {
  pushBeyond(code, time.used);
  code.hint(false);
  code.if(() => {
    code.get(time.granted);
    code.get(time.used);
    code.i64(graph.longestOfAll);
    code.i32(graph.rate);
    code.call(functions.renewed);
    code.set(time.used);
    code.set(time.granted);
    code.get(time.granted);
    code.get(time.used);
    code.i64(graph.longest[node]!);
    code.call(functions.short);
    code.if(otherwise);
  });
}

/** Pushes whether less is left than a way costs. */
export function pushShort(code: Code, left: () => void, longest: bigint): void {
  left();
  code.i64(longest);
  code.op("i64.sub");
  code.i64(USED_UP);
  code.op("i64.and");
  code.i64(0n);
  code.op("i64.ne");
}
