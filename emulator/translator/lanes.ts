/**
 * Packed values made simpler when they are made (graph.ts): constants are folded, a lane that was just put somewhere is what
 * was put, and byte numbers that turn out to be constant make of a table look-up a shuffle, for which V8 knows the
 * processor's own instructions. Definitions say shuffles by arithmetic on their immediates; here the immediates are known.
 */
import type { Bits } from "../cpu/builder.ts";
import type { Node } from "../cpu/ir.ts";
import { isFloatOp, isSaturatingOp, type PackedOp, signatureOf } from "../cpu/packed.ts";
import { evaluatePacked } from "../cpu/packed-evaluate.ts";

/** What is asked of the graph. */
interface Maker {
  constant(bits: Bits, value: number | bigint): Node;
  packed(name: PackedOp, bits: Bits, args: readonly Node[], immediates: readonly number[]): Node;
  select(condition: Node, x: Node, y: Node): Node;
}

type Packed = Extract<Node, { op: "packed" }>;
const isPacked = (node: Node, name: PackedOp): node is Packed & Node => node.op === "packed" && node.name === name;

const bytesOf = (value: bigint): number[] =>
  Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
const identity = Array.from({ length: 16 }, (_, i) => i);
const isIdentity = (order: readonly number[], from = 0): boolean =>
  order.every((byte, i) => byte === identity[i]! + from);

/** A value that is the same and simpler, or null. */
export function simplerPacked(
  graph: Maker,
  name: PackedOp,
  args: readonly Node[],
  immediates: readonly number[],
): Node | null {
  const { result } = signatureOf(name);
  const [x, y] = args as [Node, Node];
  const isWholeFloat = isFloatOp(name) || isSaturatingOp(name) || name.startsWith("f");
  if (!isWholeFloat && args.every(({ op }) => op === "const")) {
    const values = args.map((arg) => (arg.op === "const" ? arg.value : 0n));
    return graph.constant(result, evaluatePacked(name, values, immediates));
  }
  switch (name) {
    case "i32x4.extract_lane":
    case "i64x2.extract_lane":
      return extracted(graph, name, x, immediates[0]!);
    case "i32x4.replace_lane":
    case "i64x2.replace_lane":
      // What is overwritten need not have been written.
      if (isPacked(x, name) && x.immediates[0] === immediates[0])
        return graph.packed(name, 128, [x.args[0]!, y], immediates);
      if (
        y.op === "packed" &&
        y.name === name.replace("replace", "extract") &&
        y.args[0] === x &&
        y.immediates[0] === immediates[0]
      )
        return x;
      return null;
    case "i8x16.swizzle": {
      if (y.op !== "const") return null;
      const order = bytesOf(y.value).map((byte) => (byte < 16 ? byte : 16));
      return graph.packed("i8x16.shuffle", 128, [x, order.includes(16) ? graph.constant(128, 0) : x], order);
    }
    case "i8x16.shuffle":
      return shuffled(graph, x, y, immediates);
    case "v128.bitselect": {
      const [, , mask] = args;
      if (mask!.op !== "const") return null;
      const bytes = bytesOf(mask!.value);
      if (bytes.some((byte) => byte !== 0 && byte !== 0xff)) return null;
      const order = bytes.map((byte, i) => (byte === 0 ? 16 + i : i));
      return graph.packed("i8x16.shuffle", 128, [x, y], order);
    }
    default:
      return null;
  }
}

function extracted(graph: Maker, name: PackedOp, x: Node, lane: number): Node | null {
  const bits = name === "i64x2.extract_lane" ? 64 : 32;
  if (x.op === "zeroExtend" && x.x.bits === bits) return lane === 0 ? x.x : graph.constant(bits, 0);
  if (x.op === "zeroExtend" && x.x.bits < bits) return null;
  if (x.op === "select") {
    if (x.x.op !== "const" && x.y.op !== "const") return null;
    return graph.select(x.condition, graph.packed(name, bits, [x.x], [lane]), graph.packed(name, bits, [x.y], [lane]));
  }
  if (x.op !== "packed") return null;
  if (x.name === name.replace("extract", "replace"))
    return x.immediates[0] === lane ? x.args[1]! : graph.packed(name, bits, [x.args[0]!], [lane]);
  // Of a wider or narrower lane: another part of the register.
  if (x.name.endsWith(".replace_lane")) {
    const wide = x.name.startsWith("i64") ? 8 : x.name.startsWith("i32") ? 4 : x.name.startsWith("i16") ? 2 : 1;
    const [start, end] = [x.immediates[0]! * wide, (x.immediates[0]! + 1) * wide];
    const own = (lane * bits) / 8;
    if (own + bits / 8 <= start || own >= end) return graph.packed(name, bits, [x.args[0]!], [lane]);
    return null;
  }
  if (x.name === "i8x16.shuffle") {
    const order = x.immediates.slice((lane * bits) / 8, ((lane + 1) * bits) / 8);
    const first = order[0]!;
    if (first % (bits / 8) !== 0 || !isIdentity(order, first)) return null;
    return graph.packed(name, bits, [x.args[first >> 4]!], [((first & 15) * 8) / bits]);
  }
  if (x.name === (bits === 64 ? "i64x2.splat" : "i32x4.splat")) return x.args[0]!;
  return null;
}

function shuffled(graph: Maker, x: Node, y: Node, order: readonly number[]): Node | null {
  if (isIdentity(order)) return x;
  if (isIdentity(order, 16)) return y;
  // One source in both places, or only one that counts.
  if (x !== y && order.every((byte) => byte < 16)) return graph.packed("i8x16.shuffle", 128, [x, x], order);
  if (x !== y && order.every((byte) => byte >= 16))
    return graph.packed(
      "i8x16.shuffle",
      128,
      [y, y],
      order.map((byte) => byte - 16),
    );
  if (x === y && order.some((byte) => byte >= 16))
    return graph.packed(
      "i8x16.shuffle",
      128,
      [x, x],
      order.map((byte) => byte & 15),
    );
  return null;
}
