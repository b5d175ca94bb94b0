/**
 * The algebra: what an operation is equal to when its operands are known or have a certain form. Each function gives an
 * operand that can stand for the result, or changes the instruction to a cheaper or more regular one (constants on the
 * right, additions instead of subtractions of constants, shifts instead of multiplications) and says so.
 */
import { address, bool, constant, typeOf } from "../build.ts";
import { evaluateBinary, evaluateCompare, evaluateUnary } from "../evaluate.ts";
import type { BinaryOp, CompareOp, Constant, Instruction, Operand, Phi, Type } from "../ssa.ts";
import { largest, widths } from "../ssa.ts";
import { sameOperand } from "../visit.ts";

type Definitions = readonly (Instruction | Phi | undefined)[];
type Of<Op extends Instruction["op"]> = Extract<Instruction, { op: Op }>;

/** An operand that equals the result; "changed": the instruction itself is another now; null: nothing to do. */
export type Simplified = Operand | "changed" | null;

const commutative: ReadonlySet<BinaryOp> = new Set([
  "add",
  "mul",
  "and",
  "or",
  "xor",
  "umulh",
  "smulh",
  "fadd",
  "fmul",
]);
const associative: ReadonlySet<BinaryOp> = new Set(["add", "mul", "and", "or", "xor"]);
const isFloat = (type: Type) => type === "f32" || type === "f64";

export const swapped: { readonly [how in CompareOp]: CompareOp } = {
  eq: "eq",
  ne: "ne",
  ult: "ugt",
  ule: "uge",
  ugt: "ult",
  uge: "ule",
  slt: "sgt",
  sle: "sge",
  sgt: "slt",
  sge: "sle",
  feq: "feq",
  fne: "fne",
  flt: "fgt",
  fle: "fge",
  fgt: "flt",
  fge: "fle",
};

/** The comparison that holds exactly when this one does not; floats have none but for equality. */
export const inverse: { readonly [how in CompareOp]: CompareOp | null } = {
  eq: "ne",
  ne: "eq",
  ult: "uge",
  ule: "ugt",
  ugt: "ule",
  uge: "ult",
  slt: "sge",
  sle: "sgt",
  sgt: "sle",
  sge: "slt",
  feq: "fne",
  fne: "feq",
  flt: null,
  fle: null,
  fgt: null,
  fge: null,
};

function definition<Op extends Instruction["op"]>(o: Operand, op: Op, table: Definitions): Of<Op> | null {
  if (o.kind !== "value") return null;
  const d = table[o.id];
  return d !== undefined && "op" in d && d.op === op ? (d as Of<Op>) : null;
}

function unaryOf(o: Operand, how: Of<"unary">["how"], table: Definitions): Of<"unary"> | null {
  const d = definition(o, "unary", table);
  return d?.how === how ? d : null;
}

/** The instruction gets another operation; result and origin stay. */
function become(
  i: Instruction,
  to:
    | { op: "binary"; how: BinaryOp; x: Operand; y: Operand }
    | { op: "compare"; how: CompareOp; x: Operand; y: Operand }
    | { op: "unary"; how: "not"; x: Operand },
): "changed" {
  for (const key of ["condition", "y"]) Reflect.deleteProperty(i, key);
  Object.assign(i, to);
  return "changed";
}

/** k for 2^k. */
function log2(bits: bigint): number | null {
  return bits !== 0n && (bits & (bits - 1n)) === 0n ? bits.toString(2).length - 1 : null;
}

const isConstant = (o: Operand): o is Constant => o.kind === "constant";

export function simplifyBinary(i: Of<"binary">, table: Definitions): Simplified {
  const type = i.result.type;
  if (isConstant(i.x) && isConstant(i.y)) {
    const bits = evaluateBinary(i.how, type, i.x.bits, i.y.bits);
    return bits === null ? null : constant(type, bits);
  }
  if (commutative.has(i.how) && isConstant(i.x)) {
    [i.x, i.y] = [i.y, i.x];
    return simplifyBinary(i, table) ?? "changed";
  }
  if (isFloat(type)) return floatIdentity(i);
  return (isConstant(i.y) ? withConstant(i, i.y, table) : withoutConstant(i, table)) ?? addresses(i);
}

/** Only what is exact for zeros of both signs and infinities. */
function floatIdentity(i: Of<"binary">): Simplified {
  if (!isConstant(i.y)) return null;
  const one = constant(i.y.type, evaluateUnary("stof", "i8", i.y.type, 1n)).bits;
  if ((i.how === "fmul" || i.how === "fdiv") && i.y.bits === one) return i.x;
  return i.how === "fsub" && i.y.bits === 0n ? i.x : null;
}

function addresses(i: Of<"binary">): Simplified {
  if (i.how === "add") {
    const [base, more] = i.x.kind === "address" ? [i.x, i.y] : [i.y, i.x];
    if (base.kind === "address" && isConstant(more)) return address(base.symbol, base.offset + more.bits);
  }
  if (i.how === "sub" && i.x.kind === "address" && i.y.kind === "address" && i.x.symbol === i.y.symbol)
    return constant("i64", i.x.offset - i.y.offset);
  return null;
}

function withConstant(i: Of<"binary">, y: Constant, table: Definitions): Simplified {
  const type = i.result.type;
  const width = BigInt(widths[type]);
  const ones = largest[type];
  const c = y.bits;
  const change = (how: BinaryOp, x: Operand, to: bigint): Simplified => {
    i.how = how;
    i.x = x;
    i.y = constant(type, to);
    return "changed";
  };
  switch (i.how) {
    case "add":
      if (c === 0n) return i.x;
      break;
    case "sub":
      return c === 0n ? i.x : i.x.kind === "address" ? address(i.x.symbol, i.x.offset - c) : change("add", i.x, -c);
    case "mul": {
      if (c === 0n) return constant(type, 0n);
      if (c === 1n) return i.x;
      const k = log2(c);
      if (k !== null) return change("shl", i.x, BigInt(k));
      break;
    }
    case "udiv": {
      const k = log2(c);
      if (c === 1n) return i.x;
      if (k !== null) return change("lshr", i.x, BigInt(k));
      break;
    }
    case "urem":
      if (c === 1n) return constant(type, 0n);
      if (log2(c) !== null) return change("and", i.x, c - 1n);
      break;
    case "sdiv":
      if (c === 1n) return i.x;
      break;
    case "srem":
      if (c === 1n) return constant(type, 0n);
      break;
    case "umulh":
      if (c <= 1n) return constant(type, 0n);
      break;
    case "smulh":
      if (c === 0n) return constant(type, 0n);
      break;
    case "and":
      if (c === 0n) return constant(type, 0n);
      if (c === ones) return i.x;
      // All that the mask would clear is clear.
      if ((~c & ones & ~knownZero(i.x, table, 4)) === 0n) return i.x;
      break;
    case "or":
      if (c === 0n) return i.x;
      if (c === ones) return y;
      break;
    case "xor":
      if (c === 0n) return i.x;
      if (c === ones) return become(i, { op: "unary", how: "not", x: i.x });
      break;
    case "shl":
    case "lshr":
      if (c >= width) return constant(type, 0n);
      if (c === 0n) return i.x;
      break;
    case "ashr":
      if (c === 0n) return i.x;
      if (c >= width) return change("ashr", i.x, width - 1n);
      break;
    case "rotl":
    case "rotr":
      if (c % width === 0n) return i.x;
      if (c >= width) return change(i.how, i.x, c % width);
      break;
    default:
  }
  const inner = definition(i.x, "binary", table);
  if (inner === null || !isConstant(inner.y)) return null;
  const d = inner.y.bits;
  if (inner.how === i.how && associative.has(i.how)) return change(i.how, inner.x, evaluateBinary(i.how, type, c, d)!);
  const shift = i.how === "shl" || i.how === "lshr" || i.how === "ashr";
  if (shift && inner.how === i.how && d < width)
    return change(i.how, inner.x, c + d < width || i.how !== "ashr" ? c + d : width - 1n);
  if (i.how === "lshr" && inner.how === "shl" && c === d) return change("and", inner.x, ones >> c);
  if (i.how === "shl" && (inner.how === "lshr" || inner.how === "ashr") && c === d)
    return change("and", inner.x, (ones << c) & ones);
  return null;
}

function withoutConstant(i: Of<"binary">, table: Definitions): Simplified {
  const type = i.result.type;
  const same = sameOperand(i.x, i.y);
  const change = (how: BinaryOp, x: Operand, y: Operand): Simplified => {
    i.how = how;
    i.x = x;
    i.y = y;
    return "changed";
  };
  switch (i.how) {
    case "add": {
      const right = unaryOf(i.y, "neg", table);
      if (right !== null) return change("sub", i.x, right.x);
      const left = unaryOf(i.x, "neg", table);
      if (left !== null) return change("sub", i.y, left.x);
      const inner = definition(i.x, "binary", table);
      if (inner?.how === "sub" && sameOperand(inner.y, i.y)) return inner.x;
      return null;
    }
    case "sub": {
      if (same) return constant(type, 0n);
      const right = unaryOf(i.y, "neg", table);
      if (right !== null) return change("add", i.x, right.x);
      const inner = definition(i.x, "binary", table);
      if (inner?.how === "add") {
        if (sameOperand(inner.x, i.y)) return inner.y;
        if (sameOperand(inner.y, i.y)) return inner.x;
      }
      return null;
    }
    case "xor":
      return same ? constant(type, 0n) : null;
    case "and":
    case "or":
      return same ? i.x : null;
    case "shl":
    case "lshr":
    case "ashr":
    case "rotl":
    case "rotr":
      return isConstant(i.x) && i.x.bits === 0n ? i.x : null;
    default:
      return null;
  }
}

/** Bits that are 0 whatever happens. */
export function knownZero(o: Operand, table: Definitions, depth: number): bigint {
  const ones = largest[typeOf(o)];
  if (o.kind === "constant") return ~o.bits & ones;
  if (o.kind === "address" || depth === 0) return 0n;
  const d = table[o.id];
  if (d === undefined || !("op" in d)) return 0n;
  if (d.op === "unary") {
    if (d.how === "zext") return (ones & ~largest[typeOf(d.x)]) | knownZero(d.x, table, depth - 1);
    if (d.how === "trunc") return knownZero(d.x, table, depth - 1) & ones;
    if (d.how === "clz" || d.how === "ctz" || d.how === "popcnt") return widths[o.type] > 8 ? ones & ~0x7fn : 0n;
  }
  if (d.op === "binary") {
    switch (d.how) {
      case "and":
        return knownZero(d.x, table, depth - 1) | knownZero(d.y, table, depth - 1);
      case "or":
      case "xor":
        return knownZero(d.x, table, depth - 1) & knownZero(d.y, table, depth - 1);
      case "lshr":
        if (!isConstant(d.y) || d.y.bits >= widths[o.type]) return 0n;
        return (ones & ~(ones >> d.y.bits)) | (knownZero(d.x, table, depth - 1) >> d.y.bits);
      case "shl":
        if (!isConstant(d.y) || d.y.bits >= widths[o.type]) return 0n;
        return ((1n << d.y.bits) - 1n) | ((knownZero(d.x, table, depth - 1) << d.y.bits) & ones);
      default:
    }
  }
  if (d.op === "select") return knownZero(d.x, table, depth - 1) & knownZero(d.y, table, depth - 1);
  return 0n;
}

export function simplifyCompare(i: Of<"compare">, table: Definitions): Simplified {
  const type = typeOf(i.x);
  if (isConstant(i.x) && isConstant(i.y)) return bool(evaluateCompare(i.how, type, i.x.bits, i.y.bits));
  const change = (how: CompareOp, x: Operand, y: Operand): Simplified => {
    i.how = how;
    i.x = x;
    i.y = y;
    return "changed";
  };
  if (i.x.kind !== "value" && i.y.kind === "value") return change(swapped[i.how], i.y, i.x);
  if (isFloat(type)) return null;
  if (i.x.kind === "address" && i.y.kind === "address" && i.x.symbol === i.y.symbol)
    return bool(evaluateCompare(i.how, "i64", BigInt.asUintN(64, i.x.offset), BigInt.asUintN(64, i.y.offset)));
  if (sameOperand(i.x, i.y)) return bool(evaluateCompare(i.how, type, 0n, 0n));
  if (!isConstant(i.y)) return compareValues(i, table, change);
  const c = i.y.bits;
  // No symbol lies at 0, and none before it.
  if (i.x.kind === "address" && c === 0n && i.x.offset >= 0n && (i.how === "eq" || i.how === "ne"))
    return bool(i.how === "ne");
  if (type === "i1") {
    if (c === (i.how === "eq" ? 1n : 0n)) return i.x;
    return become(i, { op: "unary", how: "not", x: i.x });
  }
  return compareConstant(i, c, type, table, change);
}

type Change<How> = (how: How, x: Operand, y: Operand) => Simplified;

function compareValues(i: Of<"compare">, table: Definitions, change: Change<CompareOp>): Simplified {
  const x = definition(i.x, "unary", table);
  const y = definition(i.y, "unary", table);
  if (x === null || y === null || x.how !== y.how || typeOf(x.x) !== typeOf(y.x) || typeOf(x.x) === "i1") return null;
  if (x.how === "zext") return change(i.how.startsWith("s") ? (`u${i.how.slice(1)}` as CompareOp) : i.how, x.x, y.x);
  if (x.how === "sext" && !i.how.startsWith("u")) return change(i.how, x.x, y.x);
  return null;
}

function compareConstant(
  i: Of<"compare">,
  c: bigint,
  type: Type,
  table: Definitions,
  change: Change<CompareOp>,
): Simplified {
  const ones = largest[type];
  const top = (ones >> 1n) + 1n;
  const to = (how: CompareOp, bits: bigint) => change(how, i.x, constant(type, bits));
  switch (i.how) {
    case "ult":
      if (c === 0n) return bool(false);
      if (c === 1n) return to("eq", 0n);
      break;
    case "uge":
      if (c === 0n) return bool(true);
      if (c === 1n) return to("ne", 0n);
      return to("ugt", c - 1n);
    case "ule":
      if (c === ones) return bool(true);
      return to("ult", c + 1n);
    case "ugt":
      if (c === ones) return bool(false);
      if (c === 0n) return to("ne", 0n);
      break;
    case "slt":
      if (c === top) return bool(false);
      break;
    case "sle":
      if (c === top - 1n) return bool(true);
      return to("slt", c + 1n);
    case "sgt":
      if (c === top - 1n) return bool(false);
      break;
    case "sge":
      if (c === top) return bool(true);
      return to("sgt", c - 1n);
    default:
  }
  const zero = knownZero(i.x, table, 4);
  const most = ones & ~zero;
  if (i.how === "ult" && most < c) return bool(true);
  if (i.how === "ugt" && most <= c) return bool(false);
  if ((i.how === "eq" || i.how === "ne") && (c & zero) !== 0n) return bool(i.how === "ne");
  // A value whose sign bit is known to be 0 compares as an unsigned one.
  if ((zero & top) !== 0n) {
    const negative = (c & top) !== 0n;
    if (i.how === "slt") return negative ? bool(false) : to("ult", c);
    if (i.how === "sgt") return negative ? bool(true) : to("ugt", c);
  }
  const equality = i.how === "eq" || i.how === "ne";
  const unary = definition(i.x, "unary", table);
  if (unary !== null && (unary.how === "zext" || (unary.how === "sext" && equality))) {
    const from = typeOf(unary.x);
    const small = BigInt.asUintN(widths[from], c);
    if (evaluateUnary(unary.how, from, type, small) !== c) {
      if (equality) return bool(i.how === "ne");
    } else if (from !== "i1" || equality) return change(i.how, unary.x, constant(from, small));
  }
  if (equality && (unary?.how === "neg" || unary?.how === "not"))
    return change(i.how, unary.x, constant(type, unary.how === "neg" ? -c : ~c));
  const binary = definition(i.x, "binary", table);
  if (equality && binary !== null) {
    if (isConstant(binary.y)) {
      if (binary.how === "add") return change(i.how, binary.x, constant(type, c - binary.y.bits));
      if (binary.how === "xor") return change(i.how, binary.x, constant(type, c ^ binary.y.bits));
    }
    if (c === 0n && (binary.how === "sub" || binary.how === "xor")) return change(i.how, binary.x, binary.y);
  }
  const select = definition(i.x, "select", table);
  if (equality && select !== null && isConstant(select.x) && isConstant(select.y)) {
    const yes = (select.x.bits === c) === (i.how === "eq");
    const no = (select.y.bits === c) === (i.how === "eq");
    if (yes === no) return bool(yes);
    if (yes) return select.condition;
    return change("eq", select.condition, bool(false));
  }
  return null;
}

export function simplifyUnary(i: Of<"unary">, table: Definitions): Simplified {
  const from = typeOf(i.x);
  const to = i.result.type;
  if (isConstant(i.x)) return constant(to, evaluateUnary(i.how, from, to, i.x.bits));
  const inner = definition(i.x, "unary", table);
  const change = (how: Of<"unary">["how"], x: Operand): Simplified => {
    i.how = how;
    i.x = x;
    return typeOf(x) === to && (how === "zext" || how === "sext" || how === "trunc") ? x : "changed";
  };
  switch (i.how) {
    case "neg":
    case "not":
    case "bswap":
    case "fneg":
      if (inner?.how === i.how) return inner.x;
      break;
    case "fabs":
      if (inner?.how === "fabs") return i.x;
      if (inner?.how === "fneg") return change("fabs", inner.x);
      break;
    case "bitcast":
      if (inner?.how === "bitcast" && typeOf(inner.x) === to) return inner.x;
      break;
    case "zext":
      if (inner?.how === "zext") return change("zext", inner.x);
      break;
    case "sext":
      if (inner?.how === "sext" || inner?.how === "zext") return change(inner.how, inner.x);
      break;
    case "trunc":
      if (inner?.how === "trunc") return change("trunc", inner.x);
      if (inner?.how === "zext" || inner?.how === "sext") {
        const source = typeOf(inner.x);
        return widths[source] > widths[to] ? change("trunc", inner.x) : change(inner.how, inner.x);
      }
      break;
    default:
  }
  if (i.how === "not") {
    const compare = definition(i.x, "compare", table);
    const opposite = compare === null ? null : inverse[compare.how];
    if (compare !== null && opposite !== null) {
      return become(i, { op: "compare", how: opposite, x: compare.x, y: compare.y });
    }
  }
  return null;
}

export function simplifySelect(i: Of<"select">, table: Definitions): Simplified {
  if (isConstant(i.condition)) return i.condition.bits === 1n ? i.x : i.y;
  if (sameOperand(i.x, i.y)) return i.x;
  const inverted = unaryOf(i.condition, "not", table);
  if (inverted !== null) {
    i.condition = inverted.x;
    [i.x, i.y] = [i.y, i.x];
    return "changed";
  }
  if (i.result.type === "i1") {
    if (isConstant(i.x) && isConstant(i.y) && i.x.bits === 1n) return i.condition;
    if (isConstant(i.y) && i.y.bits === 0n) return become(i, { op: "binary", how: "and", x: i.condition, y: i.x });
    if (isConstant(i.x) && i.x.bits === 1n) return become(i, { op: "binary", how: "or", x: i.condition, y: i.y });
  }
  const compare = definition(i.condition, "compare", table);
  if (compare?.how === "eq" && sameOperand(compare.x, i.x) && sameOperand(compare.y, i.y)) return i.y;
  if (compare?.how === "ne" && sameOperand(compare.x, i.x) && sameOperand(compare.y, i.y)) return i.x;
  return null;
}
