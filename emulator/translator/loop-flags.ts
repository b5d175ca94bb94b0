/**
 * Flags at the head of a loop. Nearly every iteration ends with an operation that sets them, nobody reads them at the head, and yet they
 * must be known there, because a way out may come before the next operation: in WebAssembly that would be three variables that are
 * written in each iteration. But their parts (status.ts) mostly can be found in the registers as they are at the head: `dec ecx; jnz` leaves
 * them to be ECX + 1 and 1. So a way out computes them, unless the loop has only just been entered.
 */
import { type Node, operandsOf } from "../cpu/ir.ts";
import type { BlockBuilder } from "./block.ts";
import type { Graph } from "./graph.ts";
import type { Parts } from "./status.ts";

/** Operations in a value that is made again. */
const DEEPEST = 5;

/** The flags that a block leaves, as parts made of the registers that the head of the loop finds; null where that cannot be said. */
export function flagsFromRegisters(head: BlockBuilder, block: BlockBuilder): Parts | null {
  const { status, registers } = block.last;
  const { x, y, kind } = block.parts(status);
  const value = (node: Node) => express(node, registers, block.graph, head.graph, DEEPEST);
  const [newX, newY] = [value(x), value(y)];
  if (newX === null || newY === null || kind.op !== "const") return null;
  return { x: newX, y: newY, kind: head.graph.constant(32, kind.value) };
}

/** A value of a block, made of what registers hold behind the block. */
function express(
  node: Node,
  registers: readonly (Node | null)[],
  from: Graph,
  into: Graph,
  depth: number,
): Node | null {
  if (node.op === "const") return into.constant(node.bits, node.value);
  const register = (index: number): Node => into.register(index);
  if (node.op === "read") {
    if (node.place.kind !== "register") return null;
    const { index } = node.place.register;
    if ((registers[index] ?? null) === null) return register(index);
  }
  if (node.bits === 32 || node.bits === 64) {
    const wide = from.resize("zeroExtend", node, 64);
    for (const [index, value] of registers.entries()) {
      if (value === null) continue;
      if (value === wide) return into.resize("truncate", register(index), node.bits);
      const sum = value.op === "zeroExtend" ? value.x : value;
      if (sum.op !== "add" || sum.y.op !== "const" || sum.x !== node) continue;
      const low = into.resize("truncate", register(index), node.bits);
      return into.binary("sub", low, into.constant(node.bits, sum.y.value));
    }
  }
  if (depth === 0) return null;
  const operands: Node[] = [];
  for (const operand of operandsOf(node)) {
    const made = express(operand, registers, from, into, depth - 1);
    if (made === null) return null;
    operands.push(made);
  }
  const [x, y] = operands as [Node, Node];
  switch (node.op) {
    case "add":
    case "sub":
    case "and":
    case "or":
    case "xor":
    case "shl":
    case "shr":
      return into.binary(node.op, x, y);
    case "ltUnsigned":
    case "leUnsigned":
    case "eq":
    case "ne":
      return into.compare(node.op, x, y);
    case "zeroExtend":
    case "truncate":
      return into.resize(node.op, x, node.bits);
    default:
      return null;
  }
}
