/**
 * The shape of control flow made simple: branches on constants become jumps, unreachable blocks go, a block joins the only
 * block that leads to it, blocks that only jump are stepped over, and small choices between values become selects.
 */
import { typeOf } from "../build.ts";
import { type Pass, Replacements } from "../pass.ts";
import type { BinaryOp, Block, Instruction, IrFunction, Operand, Terminator, Value } from "../ssa.ts";
import { mapSuccessors, sameOperand, successors } from "../visit.ts";
import { forgetDead } from "./dce.ts";

type Unary = Extract<Instruction, { op: "unary" }>;

export const cfg: Pass = {
  name: "cfg",
  run(f) {
    const end = f.blocks[0]!.terminator.op;
    if (f.blocks.length === 1 && end !== "branch" && end !== "switch") return false;
    let any = false;
    // No step makes a negation, or another of one.
    const negations = negationsIn(f);
    for (let changed = true; changed; any ||= changed) {
      changed = foldTerminators(f, negations);
      changed = dropUnreachable(f) || changed;
      const counts = predecessorCounts(f);
      const merged = mergeChains(f, counts);
      const reshaped = skipEmpty(f) || merged;
      changed = chooseValues(f, reshaped ? predecessorCounts(f) : counts) || reshaped || changed;
    }
    return any;
  },
};

/** Takes away the phi inputs of an edge that is no more. */
function unlink(from: Block, to: Block): void {
  for (const phi of to.phis) phi.inputs.delete(from);
}

function foldTerminators(f: IrFunction, negations: ReadonlyMap<Value, Unary>): boolean {
  let changed = false;
  for (const block of f.blocks) {
    const t = block.terminator;
    if (t.op !== "branch" && t.op !== "switch") continue;
    const next = foldedTerminator(t, negations);
    if (next === null) continue;
    const before = successors(block);
    block.terminator = next;
    const after = successors(block);
    for (const to of before) if (!after.includes(to)) unlink(block, to);
    changed = true;
  }
  return changed;
}

/** By their results. */
function negationsIn(f: IrFunction): ReadonlyMap<Value, Unary> {
  const found = new Map<Value, Unary>();
  for (const block of f.blocks)
    for (const i of block.instructions) if (i.op === "unary" && i.how === "not") found.set(i.result, i);
  return found;
}

function foldedTerminator(t: Terminator, negations: ReadonlyMap<Value, Unary>): Terminator | null {
  if (t.op === "branch") {
    if (t.taken === t.otherwise) return { op: "jump", to: t.taken, origin: t.origin };
    if (t.condition.kind === "constant")
      return { op: "jump", to: t.condition.bits === 1n ? t.taken : t.otherwise, origin: t.origin };
    const negation = t.condition.kind === "value" ? negations.get(t.condition) : undefined;
    if (negation !== undefined) {
      const likely = t.likely === null ? null : t.likely === "taken" ? "otherwise" : "taken";
      return { ...t, condition: negation.x, taken: t.otherwise, otherwise: t.taken, likely };
    }
  }
  if (t.op === "switch") {
    const { value, origin } = t;
    if (value.kind === "constant")
      return { op: "jump", to: t.cases.find((c) => c.bits === value.bits)?.to ?? t.otherwise, origin };
    const cases = t.cases.filter((c) => c.to !== t.otherwise);
    if (cases.length === 0) return { op: "jump", to: t.otherwise, origin };
    if (cases.length < t.cases.length) return { ...t, cases };
  }
  return null;
}

function dropUnreachable(f: IrFunction): boolean {
  const reached: (boolean | undefined)[] = new Array(f.nextBlock);
  const work: Block[] = [f.blocks[0]!];
  reached[f.blocks[0]!.id] = true;
  let count = 0;
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    count++;
    for (const to of successors(block))
      if (reached[to.id] === undefined) {
        reached[to.id] = true;
        work.push(to);
      }
  }
  if (count === f.blocks.length) return false;
  for (const block of f.blocks)
    if (reached[block.id] === undefined) for (const to of successors(block)) unlink(block, to);
  f.blocks = f.blocks.filter((block) => reached[block.id]);
  forgetDead(f);
  return true;
}

/** Number of edges into each block, counted by predecessor. */
function predecessorCounts(f: IrFunction): number[] {
  const counts: number[] = [];
  for (let id = 0; id < f.nextBlock; id++) counts.push(0);
  for (const block of f.blocks) for (const to of successors(block)) counts[to.id]!++;
  return counts;
}

/** Appends to a block the one it jumps to, when nothing else leads there. */
function mergeChains(f: IrFunction, counts: readonly number[]): boolean {
  const gone = new Set<Block>();
  const replaced = new Replacements();
  for (const block of f.blocks) {
    if (gone.has(block)) continue;
    for (;;) {
      const t = block.terminator;
      if (t.op !== "jump" || counts[t.to.id] !== 1 || t.to === f.blocks[0] || t.to === block) break;
      const next = t.to;
      for (const phi of next.phis) replaced.set(phi.result, phi.inputs.get(block)!);
      block.instructions.push(...next.instructions);
      block.terminator = next.terminator;
      for (const to of successors(block)) renameInput(to, next, block);
      gone.add(next);
    }
  }
  if (gone.size === 0) return false;
  f.blocks = f.blocks.filter((block) => !gone.has(block));
  replaced.apply(f);
  return true;
}

function renameInput(block: Block, from: Block, to: Block): void {
  for (const phi of block.phis) {
    const operand = phi.inputs.get(from);
    if (operand === undefined) continue;
    phi.inputs.delete(from);
    phi.inputs.set(to, operand);
  }
}

/** Predecessors of a block that only jumps (and perhaps tells the debugger something) go where it would have sent them. */
function skipEmpty(f: IrFunction): boolean {
  if (!f.blocks.some((block) => block !== f.blocks[0] && onlyJumps(block))) return false;
  let changed = false;
  const predecessors = new Map<Block, Block[]>(f.blocks.map((b) => [b, []]));
  for (const block of f.blocks) for (const to of successors(block)) predecessors.get(to)!.push(block);
  for (const block of f.blocks) {
    const t = block.terminator;
    if (block === f.blocks[0] || t.op !== "jump" || !onlyJumps(block)) continue;
    const target = t.to;
    const from = predecessors.get(block)!;
    // A predecessor that leads to the target already would need two values in one phi.
    if (target.phis.length > 0 && from.some((p) => successors(p).includes(target))) continue;
    if (from.length === 0) continue;
    for (const p of from) mapSuccessors(p.terminator, (to) => (to === block ? target : to));
    for (const phi of target.phis) {
      const operand = phi.inputs.get(block)!;
      phi.inputs.delete(block);
      for (const p of from) phi.inputs.set(p, operand);
    }
    const list = predecessors.get(target)!;
    list.splice(list.indexOf(block), 1);
    for (const p of from) if (!list.includes(p)) list.push(p);
    // The block leads nowhere any more, so that it is no predecessor until it is dropped.
    block.terminator = { op: "unreachable", origin: t.origin };
    predecessors.set(block, []);
    changed = true;
  }
  if (changed) dropUnreachable(f);
  return changed;
}

function onlyJumps(block: Block): boolean {
  const t = block.terminator;
  if (t.op !== "jump" || t.to === block || block.phis.length > 0) return false;
  return block.instructions.every((i) => i.op === "debug");
}

const slow: ReadonlySet<BinaryOp> = new Set(["udiv", "sdiv", "urem", "srem", "mul", "umulh", "smulh", "fdiv"]);

/** Instructions that may run although their result is not wanted: no effects, no faults, cheap. */
function speculatable(i: Instruction): boolean {
  switch (i.op) {
    case "binary":
      return !slow.has(i.how);
    case "unary":
      return i.how !== "fsqrt";
    case "compare":
    case "select":
      return true;
    default:
      return false;
  }
}

/** `counts` are kept right. A branch whose arms only choose values: the cheap instructions of the arms move up, the phis become selects. */
function chooseValues(f: IrFunction, counts: number[]): boolean {
  if (!f.blocks.some(({ terminator: t }) => t.op === "branch" && t.likely === null)) return false;
  /** What an arm does, but for telling the debugger, who learns of the chosen value from the phi. */
  const work = (b: Block) => b.instructions.filter((i) => i.op !== "debug");
  const chooses = (b: Block) => b.instructions.every((i) => i.op === "debug" || speculatable(i));
  let changed = false;
  for (const block of f.blocks) {
    const t = block.terminator;
    if (t.op !== "branch" || t.taken === t.otherwise || t.likely !== null) continue;
    const arm = (b: Block) => {
      const end = b.terminator;
      return counts[b.id] === 1 && b.phis.length === 0 && end.op === "jump" && chooses(b) ? end.to : null;
    };
    const left = arm(t.taken);
    const right = arm(t.otherwise);
    const join =
      left !== null && left === right ? left : left === t.otherwise ? left : right === t.taken ? right : null;
    if (join === null || join === block || join.phis.length > 2) continue;
    const a = join === t.taken ? block : t.taken;
    const b = join === t.otherwise ? block : t.otherwise;
    const whole = (o: Operand) => typeOf(o) !== "f32" && typeOf(o) !== "f64";
    const differing = join.phis.filter((phi) => !sameOperand(phi.inputs.get(a)!, phi.inputs.get(b)!));
    // The machine has no conditional move for floats.
    if (!differing.every((phi) => whole(phi.result))) continue;
    // Two moves and two calculations cost what a well-predicted branch does.
    const cost = differing.length + [a, b].reduce((n, arm) => n + (arm === block ? 0 : work(arm).length), 0);
    if (cost > 3) continue;
    for (const arm of [a, b]) if (arm !== block) block.instructions.push(...work(arm));
    for (const phi of join.phis) {
      const x = phi.inputs.get(a)!;
      const y = phi.inputs.get(b)!;
      phi.inputs.delete(a);
      phi.inputs.delete(b);
      if (sameOperand(x, y)) {
        phi.inputs.set(block, x);
        continue;
      }
      const result = { kind: "value" as const, id: f.nextValue++, type: phi.result.type, hint: phi.result.hint };
      block.instructions.push({ op: "select", result, condition: t.condition, x, y, origin: t.origin });
      phi.inputs.set(block, result);
    }
    block.terminator = { op: "jump", to: join, origin: t.origin };
    for (const arm of [a, b])
      if (arm !== block) {
        arm.instructions = [];
        arm.terminator = { op: "unreachable", origin: t.origin };
      }
    counts[join.id]!--;
    changed = true;
  }
  if (changed) dropUnreachable(f);
  return changed;
}
