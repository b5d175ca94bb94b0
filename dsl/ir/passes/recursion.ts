/**
 * Recursion made cheaper. A function that ends by calling itself goes back to its start instead; so it does when all it
 * still does with the result is to add something to it (or multiply, or, and, exclusive or): what is to be added is
 * collected on the way. The calls of itself that remain get the body in their place, a few levels deep.
 */
import { constant, freshBlock, freshValue } from "../build.ts";
import { cloneFunction } from "../clone.ts";
import { Replacements } from "../pass.ts";
import type { BinaryOp, Block, Instruction, IrFunction, Operand, Phi, Terminator, Value } from "../ssa.ts";
import { inlineCall, sizeOf } from "./inline.ts";

type Call = Extract<Instruction, { op: "call" }>;
type Return = Extract<Terminator, { op: "return" }>;

/** Operations that may be done in any order, with the number that changes nothing. */
const neutral: { readonly [how in BinaryOp]?: bigint } = { add: 0n, mul: 1n, and: -1n, or: 0n, xor: 0n };

interface TailCall {
  readonly block: Block;
  readonly call: Call;
  /** What the result is joined with before it is returned; null: nothing. */
  readonly how: BinaryOp | null;
  readonly with: Operand | null;
}

/** Calls of itself at a function's end become jumps to its start; whether there were any. */
export function loopTailCalls(f: IrFunction): boolean {
  // A caller's slots may be in use while the callee has its own.
  if (f.slots.length > 0 || !f.blocks.some((b) => b.instructions.some((i) => isSelf(f, i)))) return false;
  const split = splitReturns(f);
  const found = f.blocks.map((block) => tailCallAt(f, block)).filter((call) => call !== null);
  const how = found.find((call) => call.how !== null)?.how ?? null;
  const calls = found.filter((call) => call.how === null || call.how === how);
  if (calls.length === 0) return split;
  const [entry] = f.blocks as [Block];
  const start = freshBlock(f, "start");
  start.terminator = { op: "jump", to: entry, origin: entry.terminator.origin };
  f.blocks.unshift(start);
  const replaced = new Replacements();
  const phis = f.parameters.map((p): Phi => ({ result: freshValue(f, p.type, p.hint), inputs: new Map() }));
  f.parameters.forEach((p, k) => {
    replaced.set(p, phis[k]!.result);
  });
  replaced.apply(f);
  f.parameters.forEach((p, k) => {
    phis[k]!.inputs.set(start, p);
  });
  let collected: Value | null = null;
  if (how !== null) {
    const type = f.signature.results[0]!;
    collected = freshValue(f, type);
    const none = constant(type, neutral[how]!);
    phis.push({ result: collected, inputs: new Map([[start, none]]) });
    const going = new Set(calls.map(({ block }) => block));
    for (const block of f.blocks) {
      const t = block.terminator;
      if (t.op !== "return" || going.has(block)) continue;
      const result = freshValue(f, type);
      block.instructions.push({ op: "binary", how, result, x: collected, y: t.values[0]!, origin: t.origin });
      t.values = [result];
    }
  }
  for (const { block, call, with: other } of calls) {
    const { origin } = call;
    block.instructions = block.instructions.slice(0, block.instructions.indexOf(call));
    call.arguments.forEach((o, k) => {
      phis[k]!.inputs.set(block, o);
    });
    if (collected !== null) {
      let sum: Value = collected;
      if (other !== null) {
        sum = freshValue(f, collected.type);
        block.instructions.push({ op: "binary", how: how!, result: sum, x: collected, y: other, origin });
      }
      phis.at(-1)!.inputs.set(block, sum);
    }
    block.terminator = { op: "jump", to: entry, origin };
  }
  entry.phis.push(...phis);
  return true;
}

const isSelf = (f: IrFunction, i: Instruction): i is Call =>
  i.op === "call" && i.callee.kind === "address" && i.callee.symbol === f.name && i.callee.offset === 0n;

/** A block that only returns what its predecessors give it goes into those that make a call before. */
function splitReturns(f: IrFunction): boolean {
  let changed = false;
  for (const block of f.blocks) {
    const t = block.terminator;
    if (t.op !== "return" || block.phis.length === 0 || block.instructions.some((i) => i.op !== "debug")) continue;
    const inputs = new Map(block.phis.map((phi) => [phi.result, phi.inputs]));
    for (const from of [...block.phis[0]!.inputs.keys()]) {
      if (from.terminator.op !== "jump" || !from.instructions.some((i) => isSelf(f, i))) continue;
      const values = t.values.map((o) => (o.kind === "value" ? (inputs.get(o)?.get(from) ?? o) : o));
      from.terminator = { ...t, values };
      for (const phi of block.phis) phi.inputs.delete(from);
      changed = true;
    }
    // Nobody may come here any more: the next pass over the shape of the function takes it away.
    if (block.phis[0]!.inputs.size === 0) {
      block.phis = [];
      block.instructions = [];
      block.terminator = { op: "unreachable", origin: t.origin };
    }
  }
  return changed;
}

function tailCallAt(f: IrFunction, block: Block): TailCall | null {
  const t = block.terminator;
  if (t.op !== "return") return null;
  const real = block.instructions.filter((i) => i.op !== "debug");
  const last = real.at(-1);
  if (last === undefined) return null;
  if (isSelf(f, last)) return returns(t, last.results) ? { block, call: last, how: null, with: null } : null;
  const call = real.at(-2);
  if (call === undefined || !isSelf(f, call) || last.op !== "binary" || neutral[last.how] === undefined) return null;
  const [value] = call.results;
  if (call.results.length !== 1 || !returns(t, [last.result]) || (last.x === value) === (last.y === value)) return null;
  return { block, call, how: last.how, with: last.x === value ? last.y : last.x };
}

const returns = (t: Return, values: readonly Value[]): boolean =>
  t.values.length === values.length && t.values.every((o, k) => o === values[k]);

/** Instructions that a function may have to get its own body in place of calls, and that it may have then. */
const SMALL = 24;
const LARGEST = 160;
const LEVELS = 6;

/**
 * Puts the body of a small function in the place of its calls of itself; whether there were any. Also where others may not
 * inline it: the calls that remain still name it.
 */
export function unrollRecursion(f: IrFunction): boolean {
  const { cold } = f.attributes;
  const size = sizeOf(f);
  if (cold || f.slots.length > 0 || size > SMALL) return false;
  const body = cloneFunction(f);
  let changed = false;
  for (let level = 0; level < LEVELS; level++) {
    const calls = f.blocks.flatMap((block) => block.instructions.filter((i) => isSelf(f, i)));
    if (calls.length === 0 || sizeOf(f) + calls.length * size > LARGEST) break;
    for (const call of calls) {
      const at = f.blocks.findIndex((block) => block.instructions.includes(call));
      inlineCall(f, at, f.blocks[at]!.instructions.indexOf(call), body);
    }
    changed = true;
  }
  return changed;
}
