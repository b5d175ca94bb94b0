/**
 * Loop rotation: a loop that tests at its top becomes a test in front and a loop that tests at its bottom. That saves a
 * jump in every round, and what stands in the body is then certain to run once the loop is entered, so that `licm` can
 * move loads. The header is copied in front of the loop; what it defines then has two definitions, joined by new phis.
 */

import { freshBlock, freshValue } from "../build.ts";
import { copyInstruction } from "../clone.ts";
import { Flow, type Loop } from "../flow.ts";
import type { Pass } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Phi, Value, Variable } from "../ssa.ts";
import { mapOperands, mapTerminatorOperands, successors } from "../visit.ts";
import { preheaders } from "./licm.ts";

/** Headers of more instructions are not worth a copy. */
const LARGEST = 12;

export const rotate: Pass = {
  name: "rotate",
  run(f, program) {
    const tried = new Set<Block>();
    let changed = false;
    for (let flow = program.flow(f); ; ) {
      const wanted = (loop: Loop) => !tried.has(loop.header) && worthIt(loop);
      let loop = flow.loops().loops.find(wanted);
      if (loop === undefined) return changed;
      if (preheaders(f, flow)) {
        flow = new Flow(f);
        loop = flow.loops().loops.find(wanted)!;
      }
      tried.add(loop.header);
      flow = rotateLoop(f, flow, loop);
      changed = true;
    }
  },
};

/** The header leaves the loop on one side, and the jumps back to it do not decide anything. */
function worthIt({ header, blocks, latches }: Loop): boolean {
  const t = header.terminator;
  if (t.op !== "branch" || blocks.size === 1 || t.taken === t.otherwise) return false;
  if (blocks.has(t.taken) === blocks.has(t.otherwise)) return false;
  const inside = blocks.has(t.taken) ? t.taken : t.otherwise;
  if (inside === header || !latches.some((l) => l.terminator.op === "jump")) return false;
  const real = header.instructions.filter((i) => i.op !== "debug");
  return (
    real.length <= LARGEST &&
    real.every((i) => i.op !== "call" && i.op !== "machine" && i.op !== "slot" && i.op !== "declare")
  );
}

/** Gives the flow afterwards. */
function rotateLoop(f: IrFunction, before: Flow, loop: Loop): Flow {
  const { header } = loop;
  const front = before.predecessors(header).find((b) => !loop.blocks.has(b))!;
  const guard = freshBlock(f, "guard");
  /** What each value of the header is in the copy. */
  const twin = new Map<Value, Operand>();
  for (const phi of header.phis) {
    twin.set(phi.result, phi.inputs.get(front)!);
    phi.inputs.delete(front);
  }
  const inCopy = (o: Operand): Operand => (o.kind === "value" ? (twin.get(o) ?? o) : o);
  for (const i of header.instructions) {
    const copy = copyInstruction(i);
    mapOperands(copy, inCopy);
    if ("result" in copy) {
      const old = copy.result;
      copy.result = freshValue(f, old.type, old.hint);
      twin.set(old, copy.result);
    }
    guard.instructions.push(copy);
  }
  guard.terminator = { ...header.terminator };
  mapTerminatorOperands(guard.terminator, inCopy);
  for (const to of successors(guard))
    for (const phi of to.phis) {
      const operand = phi.inputs.get(header)!;
      phi.inputs.set(guard, inCopy(operand));
    }
  front.terminator = { op: "jump", to: guard, origin: header.terminator.origin };
  f.blocks.splice(f.blocks.indexOf(header), 0, guard);
  const flow = new Flow(f);
  // Whatever reads a value of the header was dominated by it.
  const readers = flow.order.filter((b) => b !== header && b !== guard && before.dominates(header, b));
  joinDefinitions(f, flow, header, guard, twin, readers);
  return flow;
}

/** A value of the header while it is joined with its twin. */
interface Joined {
  readonly startOf: (block: Block) => Operand;
  readonly endOf: (block: Block) => Operand;
  readonly phis: Map<Block, Phi>;
}

/** Values of `header` also come from `guard` now: uses elsewhere read the one that reaches them. */
function joinDefinitions(
  f: IrFunction,
  flow: Flow,
  header: Block,
  guard: Block,
  twin: ReadonlyMap<Value, Operand>,
  readers: readonly Block[],
): void {
  const wanted = readElsewhere(header, twin, readers);
  if (wanted.size === 0) return;
  const joins = new Set<Block>();
  const frontiers = flow.frontiers();
  const work = [header, guard];
  for (let block = work.pop(); block !== undefined; block = work.pop())
    for (const join of frontiers(block))
      if (!joins.has(join)) {
        joins.add(join);
        work.push(join);
      }
  const joined: (Joined | undefined)[] = [];
  for (const [value, other] of twin) {
    if (!wanted.has(value)) continue;
    const phis = new Map<Block, Phi>();
    const atStart = new Map<Block, Operand>();
    const startOf = (block: Block): Operand => {
      const known = atStart.get(block);
      if (known !== undefined) return known;
      let result: Operand;
      if (joins.has(block)) {
        const phi: Phi = { result: freshValue(f, value.type, value.hint), inputs: new Map() };
        phis.set(block, phi);
        atStart.set(block, phi.result);
        for (const from of flow.predecessors(block)) phi.inputs.set(from, endOf(from));
        result = phi.result;
      } else {
        const up = flow.dominator(block);
        // Where no definition reaches, nothing reads it: the paths lead past the loop.
        result = up === null ? { kind: "constant", type: value.type, bits: 0n } : endOf(up);
      }
      atStart.set(block, result);
      return result;
    };
    const endOf = (block: Block): Operand => (block === header ? value : block === guard ? other : startOf(block));
    joined[value.id] = { startOf, endOf, phis };
  }
  const of = (o: Operand): Joined | undefined => (o.kind === "value" ? joined[o.id] : undefined);
  const inPhis = (block: Block): void => {
    for (const phi of block.phis)
      for (const [from, o] of phi.inputs) {
        const to = of(o);
        if (to !== undefined) phi.inputs.set(from, to.endOf(from));
      }
  };
  // Reading blocks, and those behind them, whose phis read at the ends of these.
  inPhis(header);
  const behind = new Set<Block>(readers);
  for (const block of [...readers, header, guard]) for (const to of successors(block)) behind.add(to);
  for (const block of behind) if (block !== header && flow.reachable(block)) inPhis(block);
  for (const block of readers) {
    const swap = (o: Operand): Operand => of(o)?.startOf(block) ?? o;
    for (const i of block.instructions) mapOperands(i, swap);
    mapTerminatorOperands(block.terminator, swap);
  }
  for (const value of twin.keys())
    for (const [block, phi] of joined[value.id]?.phis ?? []) {
      block.phis.push(phi);
      // A variable that has the value at the end of both has it where they meet.
      if (!flow.predecessors(block).every((from) => from === header || from === guard)) continue;
      for (const note of lastNotes(header))
        if (note.value === value) block.instructions.unshift({ ...note, value: phi.result });
    }
}

/** The values of `twin` that are read where another of the two definitions may be the one that reaches. */
function readElsewhere(header: Block, twin: ReadonlyMap<Value, Operand>, readers: readonly Block[]): Set<Value> {
  const wanted = new Set<Value>();
  /** By id: whether it has a twin. */
  const twins: (boolean | undefined)[] = [];
  for (const value of twin.keys()) twins[value.id] = true;
  const look = (o: Operand): Operand => {
    if (o.kind === "value" && o.id < twins.length && twins[o.id] === true) wanted.add(o);
    return o;
  };
  const inPhis = (block: Block): void => {
    for (const phi of block.phis) for (const [from, o] of phi.inputs) if (from !== header) look(o);
  };
  const behind = new Set<Block>([header, ...successors(header)]);
  for (const block of readers) {
    for (const to of successors(block)) behind.add(to);
    behind.add(block);
    for (const i of block.instructions) mapOperands(i, look);
    mapTerminatorOperands(block.terminator, look);
  }
  for (const block of behind) inPhis(block);
  return wanted;
}

type Note = Extract<Instruction, { op: "debug" }>;

/** What the debugger was told last of each variable, or piece of one. */
function lastNotes(block: Block): Note[] {
  const notes = new Map<string, Note>();
  const numbers = new Map<Variable, number>();
  for (const i of block.instructions) {
    if (i.op !== "debug") continue;
    if (!numbers.has(i.variable)) numbers.set(i.variable, numbers.size);
    notes.set(`${numbers.get(i.variable)} ${i.piece?.offset} ${i.piece?.bytes}`, i);
  }
  return [...notes.values()];
}
