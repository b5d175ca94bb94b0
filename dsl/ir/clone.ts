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
  const values = new Map<Value, Operand>();
  from.parameters.forEach((p, k) => {
    values.set(p, parameters[k]!);
  });
  const blocks = new Map<Block, Block>();
  const slots = new Map<Slot, Slot>();
  for (const slot of from.slots) {
    const copy = { ...slot };
    slots.set(slot, copy);
    into.slots.push(copy);
  }
  const fresh = (v: Value): Value => {
    const copy = freshValue(into, v.type, v.hint);
    values.set(v, copy);
    return copy;
  };
  for (const block of from.blocks) {
    blocks.set(block, freshBlock(into, block.label));
    for (const phi of block.phis) fresh(phi.result);
    for (const i of block.instructions) for (const v of resultsOf(i)) fresh(v);
  }
  const operand = (o: Operand): Operand => (o.kind === "value" ? values.get(o)! : o);
  for (const block of from.blocks) {
    const copy = blocks.get(block)!;
    copy.phis = block.phis.map((phi) => ({
      result: values.get(phi.result) as Value,
      inputs: new Map([...phi.inputs].map(([b, o]) => [blocks.get(b)!, operand(o)])),
    }));
    copy.instructions = block.instructions.map((i) => {
      const c = copyInstruction(i);
      mapOperands(c, operand);
      renameResults(c, (v) => values.get(v) as Value);
      if (c.op === "slot" || c.op === "declare") c.slot = slots.get(c.slot)!;
      c.origin = origin(i.origin);
      return c;
    });
    const t = copyTerminator(block.terminator);
    mapTerminatorOperands(t, operand);
    mapSuccessors(t, (b) => blocks.get(b)!);
    t.origin = origin(t.origin);
    copy.terminator = t;
  }
  return [...blocks.values()];
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
