/**
 * What an instruction reads and makes, where a terminator goes: the questions every pass asks, answered in one place so
 * that passes need not know each shape. Replacing works in place, because passes own the function they work on.
 */
import type { Block, Instruction, IrFunction, Operand, Terminator, Value } from "./ssa.ts";

const none: readonly Value[] = [];

/** The values an instruction defines. */
export function resultsOf(i: Instruction): readonly Value[] {
  if (i.op === "call" || i.op === "machine") return i.results;
  const result = resultOf(i);
  return result === null ? none : [result];
}

/** The one value an instruction defines; null where there is none, and for calls and machine instructions, which have a list. */
export function resultOf(i: Instruction): Value | null {
  switch (i.op) {
    case "call":
    case "machine":
    case "store":
    case "copy":
    case "move":
    case "fill":
    case "fence":
    case "debug":
    case "declare":
      return null;
    default:
      return i.result;
  }
}

/** The operands an instruction reads, in order; a debug instruction's value counts as none. */
export function operandsOf(i: Instruction): readonly Operand[] {
  switch (i.op) {
    case "binary":
    case "compare":
      return [i.x, i.y];
    case "unary":
      return [i.x];
    case "select":
      return [i.condition, i.x, i.y];
    case "load":
      return [i.address];
    case "store":
      return [i.address, i.value];
    case "copy":
    case "move":
      return [i.to, i.from, i.bytes];
    case "fill":
      return [i.to, i.byte, i.bytes];
    case "atomic":
      return [i.address, i.value];
    case "compareExchange":
      return [i.address, i.want, i.to];
    case "call":
      return [i.callee, ...i.arguments];
    case "machine":
      return i.arguments;
    case "slot":
    case "fence":
    case "debug":
    case "declare":
      return [];
  }
}

/** Replaces each operand by what `f` gives for it; debug values too (keep them with the identity). */
export function mapOperands(i: Instruction, f: (operand: Operand) => Operand): void {
  switch (i.op) {
    case "binary":
    case "compare":
      i.x = f(i.x);
      i.y = f(i.y);
      return;
    case "unary":
      i.x = f(i.x);
      return;
    case "select":
      i.condition = f(i.condition);
      i.x = f(i.x);
      i.y = f(i.y);
      return;
    case "load":
      i.address = f(i.address);
      return;
    case "store":
      i.address = f(i.address);
      i.value = f(i.value);
      return;
    case "copy":
    case "move":
      i.to = f(i.to);
      i.from = f(i.from);
      i.bytes = f(i.bytes);
      return;
    case "fill":
      i.to = f(i.to);
      i.byte = f(i.byte);
      i.bytes = f(i.bytes);
      return;
    case "atomic":
      i.address = f(i.address);
      i.value = f(i.value);
      return;
    case "compareExchange":
      i.address = f(i.address);
      i.want = f(i.want);
      i.to = f(i.to);
      return;
    case "call":
      i.callee = f(i.callee);
      i.arguments = i.arguments.map(f);
      return;
    case "machine":
      i.arguments = i.arguments.map(f);
      return;
    case "debug":
      if (i.value !== null) i.value = f(i.value);
      return;
    case "slot":
    case "fence":
    case "declare":
      return;
  }
}

/** The operands a terminator reads. */
export function terminatorOperands(t: Terminator): readonly Operand[] {
  switch (t.op) {
    case "branch":
      return [t.condition];
    case "switch":
      return [t.value];
    case "return":
      return t.values;
    case "trap":
      return t.arguments;
    case "jump":
    case "unreachable":
      return [];
  }
}

export function mapTerminatorOperands(t: Terminator, f: (operand: Operand) => Operand): void {
  switch (t.op) {
    case "branch":
      t.condition = f(t.condition);
      return;
    case "switch":
      t.value = f(t.value);
      return;
    case "return":
      t.values = t.values.map(f);
      return;
    case "trap":
      t.arguments = t.arguments.map(f);
      return;
    case "jump":
    case "unreachable":
      return;
  }
}

/** The blocks control may go to, each once. */
export function successors(block: Block): readonly Block[] {
  const t = block.terminator;
  switch (t.op) {
    case "jump":
      return [t.to];
    case "branch":
      return t.taken === t.otherwise ? [t.taken] : [t.taken, t.otherwise];
    case "switch":
      return [...new Set([...t.cases.map((c) => c.to), t.otherwise])];
    case "return":
    case "trap":
    case "unreachable":
      return [];
  }
}

/** Sends every edge that goes to a block to what `f` gives for it. Phis are the caller's affair. */
export function mapSuccessors(t: Terminator, f: (block: Block) => Block): void {
  switch (t.op) {
    case "jump":
      t.to = f(t.to);
      return;
    case "branch":
      t.taken = f(t.taken);
      t.otherwise = f(t.otherwise);
      return;
    case "switch":
      for (const c of t.cases) c.to = f(c.to);
      t.otherwise = f(t.otherwise);
      return;
    case "return":
    case "trap":
    case "unreachable":
      return;
  }
}

/** Whether two operands are the same: one value, equal constants, equal addresses. */
export function sameOperand(a: Operand, b: Operand): boolean {
  if (a === b) return true;
  if (a.kind === "constant") return b.kind === "constant" && a.bits === b.bits && a.type === b.type;
  if (a.kind === "address") return b.kind === "address" && a.symbol === b.symbol && a.offset === b.offset;
  return false;
}

/** The symbols a function names, as often as it names them; what only debuggers want does not count. */
export function mentionsOf(f: IrFunction): string[] {
  const found: string[] = [];
  const look = (operands: readonly Operand[]) => {
    for (const o of operands) if (o.kind === "address") found.push(o.symbol);
  };
  for (const block of f.blocks) {
    for (const phi of block.phis) for (const o of phi.inputs.values()) if (o.kind === "address") found.push(o.symbol);
    for (const i of block.instructions) look(operandsOf(i));
    look(terminatorOperands(block.terminator));
  }
  return found;
}
