/**
 * Dead code: what has effects lives, what the living read lives, everything else goes, also in circles through phis.
 * Debug values keep nothing alive; where their value goes, the variable is said to be gone. Slots go with their last use.
 */
import type { Pass, ProgramFacts } from "../pass.ts";
import { definitions } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Origin, Variable } from "../ssa.ts";
import { operandsOf, resultsOf, sameOperand, terminatorOperands } from "../visit.ts";

export const dce: Pass = {
  name: "dce",
  keepsShape: true,
  run(f, program) {
    const table = definitions(f);
    const live = new Uint8Array(f.nextValue);
    const work: Operand[] = [];
    const need = (o: Operand) => {
      if (o.kind !== "value" || live[o.id] === 1) return;
      live[o.id] = 1;
      work.push(o);
    };
    for (const block of f.blocks) {
      for (const i of block.instructions) if (hasEffects(i, program)) operandsOf(i).forEach(need);
      terminatorOperands(block.terminator).forEach(need);
    }
    for (let o = work.pop(); o !== undefined; o = work.pop()) {
      const d = o.kind === "value" ? table[o.id] : undefined;
      if (d === undefined) continue;
      if ("op" in d) operandsOf(d).forEach(need);
      else for (const input of d.inputs.values()) need(input);
    }
    let changed = false;
    for (const block of f.blocks) {
      const phis = block.phis.filter((phi) => live[phi.result.id] === 1);
      if (phis.length !== block.phis.length) {
        block.phis = phis;
        changed = true;
      }
      const kept = block.instructions.filter(
        (i) => i.op === "debug" || hasEffects(i, program) || resultsOf(i).some((v) => live[v.id] === 1),
      );
      if (kept.length !== block.instructions.length) {
        block.instructions = kept;
        changed = true;
      }
    }
    if (changed) forgetDead(f);
    for (const block of f.blocks) if (dropRepeated(block)) changed = true;
    return dropSlots(f) || changed;
  },
};

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
  const defined = new Uint8Array(f.nextValue);
  for (const p of f.parameters) defined[p.id] = 1;
  for (const block of f.blocks) {
    for (const phi of block.phis) defined[phi.result.id] = 1;
    for (const i of block.instructions) for (const v of resultsOf(i)) defined[v.id] = 1;
  }
  for (const block of f.blocks)
    for (const i of block.instructions)
      if (i.op === "debug" && i.value?.kind === "value" && defined[i.value.id] === 0) {
        i.value = null;
        i.indirect = false;
      }
}

/** Within a block, what the debugger knows already need not be said again. */
function dropRepeated(block: Block): boolean {
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
  const used = new Set(f.blocks.flatMap((b) => b.instructions.flatMap((i) => (i.op === "slot" ? [i.slot] : []))));
  if (used.size === f.slots.length) return false;
  f.slots = f.slots.filter((slot) => used.has(slot));
  for (const block of f.blocks)
    block.instructions = block.instructions.filter((i) => i.op !== "declare" || used.has(i.slot));
  return true;
}
