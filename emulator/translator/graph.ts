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
  type ResizeOp,
  resizeOps,
  type UnaryOp,
  unaryOps,
} from "../cpu/ir.ts";
import type { PackedOp } from "../cpu/packed.ts";
import { FLAG_KIND, FLAG_X, FLAG_Y } from "./action.ts";
import { simplerPacked } from "./lanes.ts";
import { bitsOf, placeOf } from "./register-file.ts";

const onesOf = new Map([1, 8, 16, 32, 64, 128].map((bits) => [bits, (1n << BigInt(bits)) - 1n]));
const ones = (bits: number): bigint => onesOf.get(bits)!;
const cut = (bits: number, value: bigint): bigint => BigInt.asUintN(bits, value);
const signed = (bits: number, value: bigint): bigint => BigInt.asIntN(bits, value);
const truth = (holds: boolean): bigint => (holds ? 1n : 0n);

/** What is to be known of an operation of two operands before a node of it is made. */
interface BinaryFacts {
  /** With 0 on the right it gives what is on the left. */
  readonly neutralZero: boolean;
  readonly bitwise: boolean;
  readonly commutative: boolean;
}

const factsOf = Object.fromEntries(
  binaryOps.map((op): [BinaryOp, BinaryFacts] => [
    op,
    {
      neutralZero: ["add", "sub", "or", "xor", "shl", "shr", "sar", "rotl", "rotr"].includes(op),
      bitwise: ["and", "or", "xor"].includes(op),
      commutative: ["add", "mul", "and", "or", "xor", "mulHighUnsigned", "mulHighSigned"].includes(op),
    },
  ]),
) as Readonly<Record<BinaryOp, BinaryFacts>>;

const opNumbers = Object.fromEntries(
  [...unaryOps, ...binaryOps, ...compareOps, ...resizeOps].map((op, i) => [op, i + 1]),
) as Readonly<Record<UnaryOp | BinaryOp | CompareOp | ResizeOp, number>>;
const CONSTANT = 61;
const SELECT = 62;

type Binary = Extract<Node, { op: BinaryOp | CompareOp }>;
type Unary = Extract<Node, { op: UnaryOp | ResizeOp }>;

/** Of a node's operation, width, and the numbers of its operands. */
const hash = (op: number, bits: number, x: number, y: number): number => {
  const mixed = Math.imul(Math.imul(op * 256 + bits, 0x9e37_79b1) + x, 0x85eb_ca6b) + y;
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
};

export class Graph {
  /** All nodes that can be found again, where their hash says or behind it: a power of two of places. */
  #places = new Array<Node | null>(64).fill(null);
  #found = 0;
  readonly #registers: (Node | undefined)[] = [];
  readonly #flags: (Node | undefined)[] = [];
  readonly #packed = new Map<string, Node>();
  #ids = 0;

  /** Above the number of each node that there is. */
  get size(): number {
    return this.#ids;
  }

  #keep(at: number, made: Node): Node {
    this.#places[at] = made;
    if (++this.#found * 2 > this.#places.length) this.#spread();
    return made;
  }

  #spread(): void {
    const old = this.#places;
    this.#places = new Array<Node | null>(old.length * 2).fill(null);
    const last = this.#places.length - 1;
    for (const node of old) {
      if (node === null) continue;
      let at = hashOf(node) & last;
      while (this.#places[at] !== null) at = (at + 1) & last;
      this.#places[at] = node;
    }
  }

  #two(op: BinaryOp | CompareOp, bits: Bits, x: Node, y: Node): Node {
    const places = this.#places;
    const last = places.length - 1;
    let at = hash(opNumbers[op], bits, x.id, y.id) & last;
    for (let node = places[at]!; node !== null; node = places[at]!) {
      if (node.op === op && node.bits === bits && (node as Binary).x === x && (node as Binary).y === y) return node;
      at = (at + 1) & last;
    }
    return this.#keep(at, { id: this.#ids++, op, bits, x, y });
  }

  #one(op: UnaryOp | ResizeOp, bits: Bits, x: Node): Node {
    const places = this.#places;
    const last = places.length - 1;
    let at = hash(opNumbers[op], bits, x.id, 0) & last;
    for (let node = places[at]!; node !== null; node = places[at]!) {
      if (node.op === op && node.bits === bits && (node as Unary).x === x) return node;
      at = (at + 1) & last;
    }
    return this.#keep(at, { id: this.#ids++, op, bits, x });
  }

  /** A value that something else gives: a load, a merge. Each call makes another one. */
  leaf(bits: Bits): Node {
    return { id: this.#ids++, op: "helper", bits, name: "leaf", args: noOperands };
  }

  /** What a register (register-file.ts) held when the block was entered. */
  register(index: number): Node {
    const node = (this.#registers[index] ??= { id: this.#ids, op: "read", bits: bitsOf(index), place: placeOf(index) });
    if (node.id === this.#ids) this.#ids++;
    return node;
  }

  /** One of the parts of the flags (status.ts) when the block was entered. */
  flagPart(place: typeof FLAG_X | typeof FLAG_Y | typeof FLAG_KIND): Node {
    const number = place === FLAG_X ? 0 : place === FLAG_Y ? 1 : 2;
    const bits = place === FLAG_KIND ? 32 : 64;
    const node = (this.#flags[number] ??= { id: this.#ids, op: "read", bits, place });
    if (node.id === this.#ids) this.#ids++;
    return node;
  }

  constant(bits: Bits, value: number | bigint): Node {
    const word = cut(bits, BigInt(value));
    const places = this.#places;
    const last = places.length - 1;
    let at = hash(CONSTANT, bits, lowWord(word), 0) & last;
    for (let node = places[at]!; node !== null; node = places[at]!) {
      if (node.op === "const" && node.bits === bits && node.value === word) return node;
      at = (at + 1) & last;
    }
    return this.#keep(at, { id: this.#ids++, op: "const", bits, value: word });
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
    return this.#one(op, x.bits, x);
  }

  // ---- binary

  binary(op: BinaryOp, x: Node, y: Node): Node {
    const { bits } = x;
    const { commutative, bitwise } = factsOf[op];
    if (x.op === "const" && y.op === "const" && (bits <= 64 || bitwise)) {
      const folded = foldBinary(op, bits, x.value, y.value);
      if (folded !== null) return this.constant(bits, folded);
    }
    if (commutative && (x.op === "const" || (y.op !== "const" && x.id > y.id))) return this.#binary(op, y, x);
    return this.#binary(op, x, y);
  }

  #binary(op: BinaryOp, x: Node, y: Node): Node {
    const { bits } = x;
    if (y.op === "const") {
      const c = y.value;
      if (c === 0n && factsOf[op].neutralZero) return x;
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
    return this.#two(op, bits, x, y);
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
    return this.#two(op, 1, x, y);
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
    return this.#one(op, bits, x);
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
    const { bits } = x;
    const places = this.#places;
    const last = places.length - 1;
    let at = hash(SELECT, condition.id, x.id, y.id) & last;
    for (let node = places[at]!; node !== null; node = places[at]!) {
      if (node.op === "select" && node.condition === condition && node.x === x && node.y === y) return node;
      at = (at + 1) & last;
    }
    return this.#keep(at, { id: this.#ids++, op: "select", bits, condition, x, y });
  }

  packed(name: PackedOp, bits: Bits, args: readonly Node[], immediates: readonly number[]): Node {
    const simpler = simplerPacked(this, name, args, immediates);
    if (simpler !== null) return simpler;
    const key = `${name} ${args.map(({ id }) => id).join(" ")} ${immediates.join(" ")}`;
    let known = this.#packed.get(key);
    if (known === undefined)
      this.#packed.set(key, (known = { id: this.#ids++, op: "packed", bits, name, args, immediates }));
    return known;
  }
}

const noOperands: readonly Node[] = [];
const lowWord = (value: bigint): number => Number(value & 0x7fff_ffffn);

function hashOf(node: Node): number {
  switch (node.op) {
    case "const":
      return hash(CONSTANT, node.bits, lowWord(node.value), 0);
    case "select":
      return hash(SELECT, node.condition.id, node.x.id, node.y.id);
    default: {
      const { op, bits, x, y } = node as Binary;
      return hash(opNumbers[op], bits, x.id, y === undefined ? 0 : y.id);
    }
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
