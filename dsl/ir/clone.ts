/**
 * Copies of IR: of whole programs, so that tests can keep what a pass was given, and of a function's body into another
 * function, which is what inlining is.
 */
import { freshBlock, freshValue } from "./build.ts";
import type { Block, Instruction, IrFunction, IrProgram, Operand, Origin, Slot, Terminator, Value } from "./ssa.ts";
import { mapOperands, mapSuccessors, mapTerminatorOperands, resultsOf } from "./visit.ts";

/** A copy of an instruction that shares nothing that passes change. */
export function copyInstruction(i: Instruction): Instruction {
  if (i.op === "call" || i.op === "machine") return { ...i, results: [...i.results], arguments: [...i.arguments] };
  return { ...i };
}

function copyTerminator(t: Terminator): Terminator {
  switch (t.op) {
    case "switch":
      return { ...t, cases: t.cases.map((c) => ({ ...c })) };
    case "return":
      return { ...t, values: [...t.values] };
    case "trap":
      return { ...t, arguments: [...t.arguments] };
    default:
      return { ...t };
  }
}

/** Gives an instruction copied from elsewhere new results. */
function renameResults(i: Instruction, rename: (v: Value) => Value): void {
  if (i.op === "call" || i.op === "machine") i.results = i.results.map(rename);
  else if ("result" in i) i.result = rename(i.result);
}

/**
 * Copies all blocks of `from` into `into` (not yet in its list of blocks), with fresh values, blocks and slots. Parameters
 * become the given operands; origins become what `origin` makes of them. The copies come in the order of the originals.
 */
export function copyBody(
  from: IrFunction,
  into: IrFunction,
  parameters: readonly Operand[],
  origin: (o: Origin) => Origin = (o) => o,
): Block[] {
  /** By id: what values and blocks are in the copy. */
  const values: Operand[] = new Array(from.nextValue);
  from.parameters.forEach((p, k) => {
    values[p.id] = parameters[k]!;
  });
  const blocks: Block[] = new Array(from.nextBlock);
  const copies: Block[] = [];
  const slots = new Map<Slot, Slot>();
  for (const slot of from.slots) {
    const copy = { ...slot };
    slots.set(slot, copy);
    into.slots.push(copy);
  }
  const fresh = (v: Value): Value => {
    const copy = freshValue(into, v.type, v.hint);
    values[v.id] = copy;
    return copy;
  };
  for (const block of from.blocks) {
    const copy = freshBlock(into, block.label);
    blocks[block.id] = copy;
    copies.push(copy);
    for (const phi of block.phis) fresh(phi.result);
    for (const i of block.instructions) for (const v of resultsOf(i)) fresh(v);
  }
  const operand = (o: Operand): Operand => (o.kind === "value" ? values[o.id]! : o);
  const renamed = (v: Value): Value => values[v.id] as Value;
  for (const block of from.blocks) {
    const copy = blocks[block.id]!;
    copy.phis = block.phis.map((phi) => {
      const inputs = new Map<Block, Operand>();
      for (const [b, o] of phi.inputs) inputs.set(blocks[b.id]!, operand(o));
      return { result: renamed(phi.result), inputs };
    });
    copy.instructions = block.instructions.map((i) => {
      const c = copyInstruction(i);
      mapOperands(c, operand);
      renameResults(c, renamed);
      if (c.op === "slot" || c.op === "declare") c.slot = slots.get(c.slot)!;
      c.origin = origin(i.origin);
      return c;
    });
    const t = copyTerminator(block.terminator);
    mapTerminatorOperands(t, operand);
    mapSuccessors(t, (b) => blocks[b.id]!);
    t.origin = origin(t.origin);
    copy.terminator = t;
  }
  return copies;
}

/** A function of its own with the same body. */
export function cloneFunction(f: IrFunction): IrFunction {
  const copy: IrFunction = { ...f, parameters: [], blocks: [], slots: [], nextValue: 0, nextBlock: 0 };
  for (const p of f.parameters) copy.parameters.push(freshValue(copy, p.type, p.hint));
  copy.blocks = copyBody(f, copy, copy.parameters);
  return copy;
}

/** A program of its own; globals and externs, which nobody changes, are shared. */
export function cloneProgram(program: IrProgram): IrProgram {
  return {
    functions: program.functions.map(cloneFunction),
    globals: [...program.globals],
    externs: [...program.externs],
    entries: [...program.entries],
  };
}
