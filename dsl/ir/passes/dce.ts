/**
 * Dead code: what has effects lives, what the living read lives, everything else goes, also in circles through phis.
 * Debug values keep nothing alive; where their value goes, the variable is said to be gone. Slots go with their last use.
 */
import type { Pass, ProgramFacts } from "../pass.ts";
import { definitions } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Origin, Phi, Slot, Value, Variable } from "../ssa.ts";
import { operandsOf, resultOf, resultsOf, sameOperand, terminatorOperands } from "../visit.ts";

export const dce: Pass = {
  name: "dce",
  keepsShape: true,
  run(f, program) {
    const table = definitions(f);
    const live: (boolean | undefined)[] = new Array(f.nextValue);
    const work: Value[] = [];
    const need = (o: Operand) => {
      if (o.kind !== "value" || live[o.id] !== undefined) return;
      live[o.id] = true;
      work.push(o);
    };
    for (const block of f.blocks) {
      for (const i of block.instructions) if (hasEffects(i, program)) for (const o of operandsOf(i)) need(o);
      for (const o of terminatorOperands(block.terminator)) need(o);
    }
    for (let value = work.pop(); value !== undefined; value = work.pop()) {
      const d = table[value.id];
      if (d === undefined) continue;
      if ("op" in d) for (const o of operandsOf(d)) need(o);
      else for (const input of d.inputs.values()) need(input);
    }
    let changed = false;
    const isLive = (v: Value) => live[v.id] === true;
    const isDeadPhi = (phi: Phi) => !isLive(phi.result);
    const isDead = (i: Instruction) => {
      if (i.op === "debug") return false;
      const result = resultOf(i);
      return !(result === null ? resultsOf(i).some(isLive) : isLive(result)) && !hasEffects(i, program);
    };
    for (const block of f.blocks) {
      if (block.phis.some(isDeadPhi)) {
        block.phis = block.phis.filter((phi) => !isDeadPhi(phi));
        changed = true;
      }
      if (block.instructions.some(isDead)) {
        block.instructions = block.instructions.filter((i) => !isDead(i));
        changed = true;
      }
    }
    if (changed) forgetDead(f);
    for (const block of f.blocks) if (dropRepeated(block)) changed = true;
    return dropSlots(f) || changed;
  },
};

type Note = Extract<Instruction, { op: "debug" }>;

/** Whether an instruction matters even when nobody reads its result. */
export function hasEffects(i: Instruction, program: ProgramFacts): boolean {
  switch (i.op) {
    case "binary":
    case "compare":
    case "unary":
    case "select":
    case "slot":
    case "debug":
      return false;
    case "load":
      return i.ordering !== "plain";
    case "copy":
    case "move":
    case "fill":
      return !(i.bytes.kind === "constant" && i.bytes.bits === 0n);
    case "call": {
      const effect = program.effects.call(i);
      return effect.acts || effect.writes;
    }
    default:
      return true;
  }
}

/** Debug instructions whose value is no longer defined say that it is gone. */
export function forgetDead(f: IrFunction): void {
  const defined: (boolean | undefined)[] = new Array(f.nextValue);
  const notes: Note[] = [];
  for (const p of f.parameters) defined[p.id] = true;
  for (const block of f.blocks) {
    for (const phi of block.phis) defined[phi.result.id] = true;
    for (const i of block.instructions) {
      if (i.op === "debug") {
        if (i.value?.kind === "value") notes.push(i);
        continue;
      }
      const result = resultOf(i);
      if (result !== null) defined[result.id] = true;
      else for (const v of resultsOf(i)) defined[v.id] = true;
    }
  }
  for (const note of notes)
    if (note.value?.kind === "value" && defined[note.value.id] === undefined) {
      note.value = null;
      note.indirect = false;
    }
}

/** Within a block, what the debugger knows already need not be said again. */
function dropRepeated(block: Block): boolean {
  let notes = 0;
  for (const i of block.instructions) if (i.op === "debug") notes++;
  if (notes < 2) return false;
  /** The last word on each variable (of each inlined call), by piece. */
  const said = new Map<Variable, Map<string, { value: Operand | null; indirect: boolean; origin: Origin }>>();
  const kept = block.instructions.filter((i) => {
    if (i.op !== "debug") return true;
    let pieces = said.get(i.variable);
    if (pieces === undefined) said.set(i.variable, (pieces = new Map()));
    const key = i.piece === null ? "" : `${i.piece.offset} ${i.piece.bytes}`;
    const before = pieces.get(key);
    const same =
      before !== undefined &&
      before.origin.inlined === i.origin.inlined &&
      before.indirect === i.indirect &&
      (before.value === i.value || (before.value !== null && i.value !== null && sameOperand(before.value, i.value)));
    if (same) return false;
    // The whole says more than its pieces did, and a piece changes the whole.
    if (i.piece === null) pieces.clear();
    else pieces.delete("");
    pieces.set(key, { value: i.value, indirect: i.indirect, origin: i.origin });
    return true;
  });
  if (kept.length === block.instructions.length) return false;
  block.instructions = kept;
  return true;
}

/** Slots that only declarations name, and these declarations, go. */
function dropSlots(f: IrFunction): boolean {
  if (f.slots.length === 0) return false;
  const used = new Set<Slot>();
  for (const block of f.blocks) for (const i of block.instructions) if (i.op === "slot") used.add(i.slot);
  if (used.size === f.slots.length) return false;
  f.slots = f.slots.filter((slot) => used.has(slot));
  for (const block of f.blocks)
    block.instructions = block.instructions.filter((i) => i.op !== "declare" || used.has(i.slot));
  return true;
}
