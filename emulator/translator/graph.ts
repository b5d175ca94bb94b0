/**
 * The values of one block under translation, as a graph of IR nodes in which equal computations are one node. Each node is
 * simplified when it is made: constants are folded, extensions and cuts that cancel each other vanish, comparisons are put
 * the right way round. That is where the register numbers and immediates of real instructions pay: what a shape left open is
 * a constant here.
 *
 * All nodes but leaves are pure, so it does not matter where, or how often, they are computed.
 */
import type { Bits } from "../cpu/builder.ts";
import {
  type BinaryOp,
  binaryOps,
  type CompareOp,
  compareOps,
  type Node,
  type Place,
  type ResizeOp,
  resizeOps,
  type UnaryOp,
  unaryOps,
} from "../cpu/ir.ts";
import type { PackedOp } from "../cpu/packed.ts";
import { simplerPacked } from "./lanes.ts";

const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n;
const cut = (bits: number, value: bigint): bigint => BigInt.asUintN(bits, value);
const signed = (bits: number, value: bigint): bigint => BigInt.asIntN(bits, value);
const truth = (holds: boolean): bigint => (holds ? 1n : 0n);

/** With 0 on the right they give what is on the left. */
const neutralZero: ReadonlySet<string> = new Set(["add", "sub", "or", "xor", "shl", "shr", "sar", "rotl", "rotr"]);
const bitwise: ReadonlySet<string> = new Set(["and", "or", "xor"]);
const commutative: ReadonlySet<string> = new Set([
  "add",
  "mul",
  "and",
  "or",
  "xor",
  "mulHighUnsigned",
  "mulHighSigned",
]);

const opNumbers = new Map([...unaryOps, ...binaryOps, ...compareOps, ...resizeOps].map((op, i) => [op as string, i]));
/** Nodes beyond so many are not found again. */
const MOST_NODES = 1 << 19;

type Made = Omit<Node, "id"> & { readonly bits: Bits };

export class Graph {
  readonly #byName = new Map<string, Node>();
  readonly #byParts = new Map<number, Node>();
  #ids = 0;

  #make(key: string, node: Made): Node {
    let known = this.#byName.get(key);
    if (known === undefined) {
      known = { id: this.#ids++, ...node } as unknown as Node;
      this.#byName.set(key, known);
    }
    return known;
  }

  /** By operation, width, and the numbers of one or two operands: below 2^53. */
  #key(op: string, bits: number, x: number, y: number): number {
    return ((opNumbers.get(op)! * 256 + bits) * MOST_NODES + x) * MOST_NODES + y;
  }

  #add(key: number, node: Made): Node {
    const made = { id: this.#ids++, ...node } as unknown as Node;
    if (this.#ids < MOST_NODES) this.#byParts.set(key, made);
    return made;
  }

  /** A value that something else gives: a load, a merge. Each call makes another one. */
  leaf(bits: Bits): Node {
    return { id: this.#ids++, op: "helper", bits, name: "leaf", args: [] };
  }

  /** What a place held when the block was entered. `name` identifies it. */
  read(name: string, bits: Bits, place: Place): Node {
    return this.#make(`read ${name}`, { op: "read", bits, place } as Made);
  }

  constant(bits: Bits, value: number | bigint): Node {
    const word = cut(bits, BigInt(value));
    return this.#make(`${bits} ${word}`, { op: "const", bits, value: word } as Made);
  }

  #zero = (bits: Bits): Node => this.constant(bits, 0n);

  // ---- unary

  unary(op: UnaryOp, x: Node): Node {
    if (x.op === "const" && x.bits <= 64) return this.constant(x.bits, foldUnary(op, x.bits, x.value));
    if (op === "not" && x.bits === 1) {
      switch (x.op) {
        case "not":
          return x.x;
        case "eq":
          return this.compare("ne", x.x, x.y);
        case "ne":
          return this.compare("eq", x.x, x.y);
        case "ltUnsigned":
          return this.compare("leUnsigned", x.y, x.x);
        case "leUnsigned":
          return this.compare("ltUnsigned", x.y, x.x);
        case "ltSigned":
          return this.compare("leSigned", x.y, x.x);
        case "leSigned":
          return this.compare("ltSigned", x.y, x.x);
      }
    }
    if (x.op === op && (op === "not" || op === "neg" || op === "byteSwap")) return x.x;
    const key = this.#key(op, x.bits, x.id, 0);
    return this.#byParts.get(key) ?? this.#add(key, { op, bits: x.bits, x } as Made);
  }

  // ---- binary

  binary(op: BinaryOp, x: Node, y: Node): Node {
    const { bits } = x;
    if (x.op === "const" && y.op === "const" && (bits <= 64 || bitwise.has(op))) {
      const folded = foldBinary(op, bits, x.value, y.value);
      if (folded !== null) return this.constant(bits, folded);
    }
    if (commutative.has(op) && (x.op === "const" || (y.op !== "const" && x.id > y.id))) return this.#binary(op, y, x);
    return this.#binary(op, x, y);
  }

  #binary(op: BinaryOp, x: Node, y: Node): Node {
    const { bits } = x;
    if (y.op === "const") {
      const c = y.value;
      if (c === 0n && neutralZero.has(op)) return x;
      if (c === 0n && (op === "and" || op === "mul")) return y;
      if (op === "sub") return this.binary("add", x, this.constant(bits, -c));
      if (op === "add" && x.op === "add" && x.y.op === "const")
        return this.binary("add", x.x, this.constant(bits, x.y.value + c));
      if (op === "mul" && c === 1n) return x;
      if (op === "and") {
        if (c === ones(bits)) return x;
        if (x.op === "and" && x.y.op === "const") return this.binary("and", x.x, this.constant(bits, x.y.value & c));
        if (x.op === "zeroExtend" && (c & ones(x.x.bits)) === ones(x.x.bits)) return x;
      }
      if (op === "or" && c === ones(bits)) return y;
      if ((op === "shl" || op === "shr") && c >= BigInt(bits)) return this.#zero(bits);
    }
    if (x === y) {
      if (op === "sub" || op === "xor") return this.#zero(bits);
      if (op === "and" || op === "or") return x;
    }
    if (op === "and" && (isNotOf(x, y) || isNotOf(y, x))) return this.#zero(bits);
    const key = this.#key(op, bits, x.id, y.id);
    return this.#byParts.get(key) ?? this.#add(key, { op, bits, x, y } as Made);
  }

  // ---- comparisons

  compare(op: CompareOp, x: Node, y: Node): Node {
    if (x.op === "const" && y.op === "const" && x.bits <= 64)
      return this.constant(1, foldCompare(op, x.bits, x.value, y.value));
    if (x === y) return this.constant(1, op === "eq" || op === "leUnsigned" || op === "leSigned" ? 1 : 0);
    if (x.op === "const" && (op === "eq" || op === "ne")) return this.compare(op, y, x);
    if (y.op === "const" && y.value === 0n) {
      if (op === "eq" || op === "ne") {
        if (x.bits === 1) return op === "ne" ? x : this.unary("not", x);
        if (x.op === "zeroExtend" || x.op === "signExtend") return this.compare(op, x.x, this.#zero(x.x.bits));
      }
      if (op === "ltSigned" && x.op === "signExtend") return this.compare(op, x.x, this.#zero(x.x.bits));
      if (op === "ltSigned" && x.op === "zeroExtend") return this.constant(1, 0);
      if (op === "ltUnsigned") return this.constant(1, 0);
    }
    const key = this.#key(op, x.bits, x.id, y.id);
    return this.#byParts.get(key) ?? this.#add(key, { op, bits: 1, x, y } as Made);
  }

  // ---- widths

  resize(op: ResizeOp, x: Node, bits: Bits): Node {
    if (x.bits === bits) return x;
    if (x.op === "const") return this.constant(bits, op === "signExtend" ? signed(x.bits, x.value) : x.value);
    if (x.bits === 128 && bits >= 32)
      return this.packed(bits === 64 ? "i64x2.extract_lane" : "i32x4.extract_lane", bits, [x], [0]);
    if (op === "truncate" && bits < 128 && x.bits < 128) {
      const shorter = this.#truncated(x, bits);
      if (shorter !== null) return shorter;
    }
    if (op === "zeroExtend" && x.op === "zeroExtend" && bits < 128) return this.resize(op, x.x, bits);
    if (op === "signExtend" && x.op === "signExtend") return this.resize(op, x.x, bits);
    if (op === "signExtend" && x.op === "zeroExtend") return this.resize("zeroExtend", x.x, bits);
    const key = this.#key(op, bits, x.id, 0);
    return this.#byParts.get(key) ?? this.#add(key, { op, bits, x } as Made);
  }

  /** The low bits of a value, where they can be had without it. */
  #truncated(x: Node, bits: Bits): Node | null {
    switch (x.op) {
      case "truncate":
        return this.resize("truncate", x.x, bits);
      case "zeroExtend":
      case "signExtend":
        if (x.x.bits >= bits) return this.resize("truncate", x.x, bits);
        return this.resize(x.op, x.x, bits);
      case "and":
        if (x.y.op === "const" && (x.y.value & ones(bits)) === ones(bits)) return this.resize("truncate", x.x, bits);
        return null;
      case "or":
        // A byte or word that was put into a register.
        if (x.x.op === "and" && x.x.y.op === "const" && (x.x.y.value & ones(bits)) === 0n)
          return this.resize("truncate", x.y, bits);
        if (x.y.op === "and" && x.y.y.op === "const" && (x.y.y.value & ones(bits)) === 0n)
          return this.resize("truncate", x.x, bits);
        return null;
      default:
        return null;
    }
  }

  select(condition: Node, x: Node, y: Node): Node {
    if (condition.op === "const") return condition.value !== 0n ? x : y;
    if (x === y) return x;
    if (x.op === "select" && x.condition === condition) return this.select(condition, x.x, y);
    if (y.op === "select" && y.condition === condition) return this.select(condition, x, y.y);
    if (y.op === "select" && y.condition === this.unary("not", condition)) return this.select(condition, x, y.x);
    if (x.op === "select" && x.condition === this.unary("not", condition)) return this.select(condition, x.y, y);
    const key = `select ${x.bits} ${condition.id} ${x.id} ${y.id}`;
    return this.#make(key, { op: "select", bits: x.bits, condition, x, y } as Made);
  }

  packed(name: PackedOp, bits: Bits, args: readonly Node[], immediates: readonly number[]): Node {
    const simpler = simplerPacked(this, name, args, immediates);
    if (simpler !== null) return simpler;
    const key = `${name} ${args.map(({ id }) => id).join(" ")} ${immediates.join(" ")}`;
    return this.#make(key, { op: "packed", bits, name, args, immediates } as Made);
  }
}

const isNotOf = (x: Node, y: Node): boolean => x.op === "not" && x.x === y;

function foldUnary(op: UnaryOp, bits: number, x: bigint): bigint {
  switch (op) {
    case "not":
      return cut(bits, ~x);
    case "neg":
      return cut(bits, -x);
    case "leadingZeros":
      return BigInt(x === 0n ? bits : bits - x.toString(2).length);
    case "trailingZeros": {
      let count = 0;
      while (count < bits && ((x >> BigInt(count)) & 1n) === 0n) count++;
      return BigInt(count);
    }
    case "popcount":
      return BigInt(x.toString(2).replaceAll("0", "").length);
    case "byteSwap": {
      let swapped = 0n;
      for (let at = 0; at < bits; at += 8) swapped = (swapped << 8n) | ((x >> BigInt(at)) & 0xffn);
      return swapped;
    }
  }
}

/** Null where nothing is folded: what would trap is never computed, so it may stay. */
function foldBinary(op: BinaryOp, bits: number, x: bigint, y: bigint): bigint | null {
  const rotated = y % BigInt(bits);
  switch (op) {
    case "add":
      return x + y;
    case "sub":
      return x - y;
    case "mul":
      return x * y;
    case "and":
      return x & y;
    case "or":
      return x | y;
    case "xor":
      return x ^ y;
    case "shl":
      return y >= BigInt(bits) ? 0n : x << y;
    case "shr":
      return y >= BigInt(bits) ? 0n : x >> y;
    case "sar":
      return signed(bits, x) >> (y >= BigInt(bits) ? BigInt(bits - 1) : y);
    case "rotl":
      return (x << rotated) | (x >> (BigInt(bits) - rotated));
    case "rotr":
      return (x >> rotated) | (x << (BigInt(bits) - rotated));
    default:
      return null;
  }
}

function foldCompare(op: CompareOp, bits: number, x: bigint, y: bigint): bigint {
  switch (op) {
    case "eq":
      return truth(x === y);
    case "ne":
      return truth(x !== y);
    case "ltUnsigned":
      return truth(x < y);
    case "leUnsigned":
      return truth(x <= y);
    case "ltSigned":
      return truth(signed(bits, x) < signed(bits, y));
    case "leSigned":
      return truth(signed(bits, x) <= signed(bits, y));
  }
}
