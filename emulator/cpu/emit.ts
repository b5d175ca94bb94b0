/**
 * IR values as WebAssembly. Values of up to 32 bits live in an i32, of 64 bits in an i64, of 128 bits in a v128. An i32 that holds 8 or 16 bits may
 * carry rubbish above them ("dirty") until somebody needs the exact number: additions and stores do not care, comparisons
 * and right shifts do. 1-bit values are always 0 or 1.
 *
 * What a place is, and how memory is reached, differs between the tiers: they give a `Target`.
 */
import type { Code, FunctionRef, Local } from "../formats/wasm.ts";
import { type PlainOp, plain, type ValueType } from "../formats/wasm-codes.ts";
import type { SimdLaneOp } from "../formats/wasm-simd-codes.ts";
import { type Node, operandsOf, type Place } from "./ir.ts";
import { pushMultiplyHigh } from "./multiply-high.ts";
import { type FloatOp, isFloatOp, isSaturatingOp, isSimdOp } from "./packed.ts";
import type { Schedule } from "./schedule.ts";

/** What the tier contributes. Each function leaves the value on the stack, clean. */
export interface Target {
  readPlace(place: Place): void;
  load(node: Extract<Node, { op: "load" | "modify" }>): void;
  /** Pushes 128 bits if it has a better way than to have them in the code; else false. */
  readonly constant?: (value: bigint) => boolean;
  /** Whether code that is written now is executed often: it may be longer, then, if that makes it faster. */
  readonly isHot?: () => boolean;
  /** High halves of 64 × 64-bit products: (i64, i64) → i64. */
  readonly mulHighUnsigned: FunctionRef;
  readonly mulHighSigned: FunctionRef;
}

/** The local in which a value of so many bits lives, unless it is a floating-point number that was just computed. */
export const valueType = (bits: number): ValueType => (bits === 128 ? "v128" : bits === 64 ? "i64" : "i32");

/** Results of floating-point arithmetic stay what they are until somebody wants their bits. */
const isFloat = (node: Node): boolean => node.op === "packed" && node.bits !== 1 && isFloatOp(node.name);
const typeOf = (node: Node): ValueType => (isFloat(node) ? (node.bits === 64 ? "f64" : "f32") : valueType(node.bits));

/** Lanes as bits, and the same lanes as numbers. */
const floatLanes: { readonly [op: string]: SimdLaneOp } = {
  "i32x4.extract_lane": "f32x4.extract_lane",
  "i64x2.extract_lane": "f64x2.extract_lane",
  "i32x4.replace_lane": "f32x4.replace_lane",
  "i64x2.replace_lane": "f64x2.replace_lane",
};
const isLane = (node: Node): node is Extract<Node, { op: "packed" }> =>
  node.op === "packed" && (node.name === "i32x4.extract_lane" || node.name === "i64x2.extract_lane");

/** What takes an instruction or two, and need not be done twice to be had twice. */
const isCheap = (node: Node): boolean => node.op === "zeroExtend" || (node.op === "packed" && node.name in floatLanes);

/** WebAssembly's names by what is behind the type in them. */
const opsOf = (type: string): Readonly<Record<string, PlainOp>> =>
  Object.fromEntries(
    Object.keys(plain)
      .filter((name) => name.startsWith(type))
      .map((name) => [name.slice(type.length), name as PlainOp]),
  );
const shortOps = opsOf("i32.");
const wideOps = opsOf("i64.");

const compareNames = {
  eq: "eq",
  ne: "ne",
  ltUnsigned: "lt_u",
  leUnsigned: "le_u",
  ltSigned: "lt_s",
  leSigned: "le_s",
} as const;

const isWide = (node: Node): boolean => node.bits === 64;
const isNarrow = (node: Node): boolean => node.bits === 8 || node.bits === 16;
const maskOf = (bits: number): number => (bits === 8 ? 0xff : 0xffff);

export class ValueEmitter {
  readonly #code: Code;
  readonly #target: Target;
  /** By number of the value. */
  readonly #locals: (Local | undefined)[] = [];
  /** Those that have one, in the order in which they got it. */
  readonly #bound: Node[] = [];
  readonly #schedule: Schedule;

  constructor(code: Code, target: Target, schedule: Schedule) {
    this.#code = code;
    this.#target = target;
    this.#schedule = schedule;
  }

  /**
   * At a value's `let`: computes it now if it was given a local. Loads that nobody reads are made all the same, for they may fault.
   * Helpers are the caller's to call.
   */
  define(node: Node): void {
    if (this.#schedule.locals.has(node)) {
      const local = this.#code.local(typeOf(node));
      this.#computeOwn(node);
      this.bind(node, local);
      this.#code.set(local);
    } else if ((node.op === "load" || node.op === "modify") && this.#schedule.unused.has(node)) {
      this.#compute(node);
      this.#code.op("drop");
    }
  }

  /** Gives all locals back, after the last statement. */
  release(): void {
    for (const node of this.#bound) this.#code.release(this.#locals[node.id]!);
  }

  isUsed(node: Node): boolean {
    return !this.#schedule.unused.has(node);
  }

  /** Takes a value from the stack as the content of its local (helper results). */
  setLocal(node: Node): void {
    const local = this.#code.local(valueType(node.bits));
    this.bind(node, local);
    this.#code.set(local);
  }

  /** As `setLocal`, of a local that has the value already. */
  bind(node: Node, local: Local): void {
    this.#locals[node.id] = local;
    this.#bound.push(node);
  }

  /**
   * Sees to it that what is costly of a value is in locals: it will be wanted on a way that is hardly ever gone, and on the way
   * that always is, which should not find it computed on the other one alone.
   */
  prepare(node: Node): void {
    if (node.op === "const" || node.op === "read" || this.#locals[node.id] !== undefined) return;
    if (this.#schedule.locals.has(node) && !isCheap(node)) {
      this.#own(node);
      this.#code.op("drop");
    } else for (const operand of operandsOf(node)) this.prepare(operand);
  }

  /** How much has a local by now. */
  mark(): number {
    return this.#bound.length;
  }

  /** Writes something as if nothing had got a local since `mark`. */
  without(mark: number, write: () => void): void {
    const later = this.#bound.slice(mark);
    const locals = later.map((node) => this.#locals[node.id]!);
    for (const node of later) this.#locals[node.id] = undefined;
    this.scope(write);
    for (const [i, node] of later.entries()) this.#locals[node.id] = locals[i];
  }

  /** The opposite of a condition. */
  not(condition: Node): void {
    if (condition.op === "not" && condition.bits === 1 && this.#locals[condition.id] === undefined)
      this.dirty(condition.x);
    else {
      this.dirty(condition);
      this.#code.op("i32.eqz");
    }
  }

  /** Computes a value into a local now, if it takes computing. */
  keep(node: Node): void {
    if (this.#locals[node.id] !== undefined || node.op === "const" || node.op === "read") return;
    this.#computeOwn(node);
    const local = this.#code.local(typeOf(node));
    this.bind(node, local);
    this.#code.set(local);
  }

  /** What is computed into locals while `write` runs is forgotten afterwards: for code that is not always executed. */
  scope(write: () => void): void {
    const mark = this.#bound.length;
    write();
    while (this.#bound.length > mark) {
      const node = this.#bound.pop()!;
      this.#code.release(this.#locals[node.id]!);
      this.#locals[node.id] = undefined;
    }
  }

  /** The value, with rubbish above its width if it likes. */
  dirty(node: Node): void {
    this.#own(node);
    if (isFloat(node)) this.#code.op(node.bits === 64 ? "i64.reinterpret_f64" : "i32.reinterpret_f32");
  }

  /** The value in a local's type: results of arithmetic as numbers. */
  #own(node: Node): void {
    const local = this.#locals[node.id];
    if (local !== undefined) this.#code.get(local);
    else if (!this.#schedule.locals.has(node)) this.#computeOwn(node);
    else if (this.#schedule.atFirstUse === true) {
      this.#computeOwn(node);
      const made = this.#code.local(typeOf(node));
      this.bind(node, made);
      this.#code.tee(made);
    } else throw new Error(`value %${node.id} is used before it is computed`);
  }

  #computeOwn(node: Node): void {
    if (isFloat(node)) this.#float(node as Extract<Node, { op: "packed" }>);
    else this.#compute(node);
  }

  /** The exact value, zero-extended to its i32 or i64. */
  clean(node: Node): void {
    this.dirty(node);
    if (isNarrow(node) && !isCleanOp(node)) {
      this.#code.i32(maskOf(node.bits));
      this.#code.op("i32.and");
    }
  }

  /** The value sign-extended to its i32 or i64. */
  signed(node: Node): void {
    if (node.op === "const") {
      this.#constant(node.bits, BigInt.asIntN(node.bits, node.value));
      return;
    }
    this.dirty(node);
    if (node.bits === 8) this.#code.op("i32.extend8_s");
    else if (node.bits === 16) this.#code.op("i32.extend16_s");
  }

  /** The value zero-extended to an i64. */
  as64(node: Node): void {
    if (node.op === "const") this.#code.i64(node.value);
    else {
      this.clean(node);
      if (!isWide(node)) this.#code.op("i64.extend_i32_u");
    }
  }

  #constant(bits: number, value: bigint): void {
    if (bits === 128) {
      if (this.#target.constant?.(value) !== true) this.#code.v128(value);
    } else if (bits === 64) this.#code.i64(value);
    else this.#code.i32(Number(BigInt.asIntN(32, value)));
  }

  #op(node: Node, name: string): void {
    if (node.bits === 128) {
      if (name !== "and" && name !== "or" && name !== "xor") throw new Error(`${name} does not take 128 bits`);
      this.#code.simd(`v128.${name}`);
      return;
    }
    this.#code.op((isWide(node) ? wideOps : shortOps)[name]!);
  }

  #compute(node: Node): void {
    const code = this.#code;
    switch (node.op) {
      case "const":
        this.#constant(node.bits, node.value);
        break;
      case "read":
        this.#target.readPlace(node.place);
        break;
      case "load":
      case "modify":
        this.#target.load(node);
        break;
      case "helper":
        throw new Error("the result of a helper is always in a local");
      case "add":
      case "sub":
      case "mul":
      case "and":
      case "or":
      case "xor":
        this.dirty(node.x);
        this.dirty(node.y);
        this.#op(node, node.op);
        break;
      case "neg":
        this.#constant(node.bits, 0n);
        this.dirty(node.x);
        this.#op(node, "sub");
        break;
      case "not":
        this.dirty(node.x);
        if (node.bits === 1) code.op("i32.eqz");
        else if (node.bits === 128) code.simd("v128.not");
        else {
          this.#constant(node.bits === 64 ? 64 : 32, -1n);
          this.#op(node, "xor");
        }
        break;
      case "mulHighUnsigned":
      case "mulHighSigned":
        if (this.#target.isHot?.() === true) this.#multiplyHigh(node);
        else {
          this.dirty(node.x);
          this.dirty(node.y);
          code.call(this.#target[node.op]);
        }
        break;
      case "divUnsigned":
      case "remUnsigned":
        this.clean(node.x);
        this.clean(node.y);
        this.#op(node, node.op === "divUnsigned" ? "div_u" : "rem_u");
        break;
      case "divSigned":
      case "remSigned":
        this.signed(node.x);
        this.signed(node.y);
        this.#op(node, node.op === "divSigned" ? "div_s" : "rem_s");
        break;
      case "shl":
      case "shr":
      case "sar":
        this.#shift(node);
        break;
      case "rotl":
      case "rotr":
        this.#rotate(node);
        break;
      case "leadingZeros":
        this.clean(node.x);
        this.#op(node, "clz");
        if (isNarrow(node)) {
          code.i32(32 - node.bits);
          code.op("i32.sub");
        }
        break;
      case "trailingZeros":
        this.dirty(node.x);
        if (isNarrow(node)) {
          code.i32(1 << node.bits);
          code.op("i32.or");
        }
        this.#op(node, "ctz");
        break;
      case "popcount":
        this.clean(node.x);
        this.#op(node, "popcnt");
        break;
      case "byteSwap":
        this.#byteSwap(node);
        break;
      case "eq":
      case "ne":
      case "ltUnsigned":
      case "leUnsigned":
      case "ltSigned":
      case "leSigned":
        this.#compare(node);
        break;
      case "select":
        this.dirty(node.x);
        this.dirty(node.y);
        this.dirty(node.condition);
        code.op("select");
        break;
      case "packed":
        this.#packed(node);
        break;
      case "zeroExtend":
        if (node.bits === 128) {
          code.v128(0n);
          if (isWide(node.x)) this.dirty(node.x);
          else this.clean(node.x);
          code.simdLane(isWide(node.x) ? "i64x2.replace_lane" : "i32x4.replace_lane", 0);
        } else if (isWide(node)) this.as64(node.x);
        else this.clean(node.x);
        break;
      case "signExtend":
        if (node.x.bits === 1) {
          this.#constant(32, 0n);
          this.dirty(node.x);
          code.op("i32.sub");
        } else this.signed(node.x);
        if (isWide(node) && !isWide(node.x)) code.op("i64.extend_i32_s");
        break;
      case "truncate":
        this.dirty(node.x);
        if (node.x.bits === 128) code.simdLane(isWide(node) ? "i64x2.extract_lane" : "i32x4.extract_lane", 0);
        if (isWide(node.x) && !isWide(node)) code.op("i32.wrap_i64");
        if (node.bits === 1) {
          code.i32(1);
          code.op("i32.and");
        }
        break;
    }
  }

  #multiplyHigh({ op, x, y }: Extract<Node, { x: Node; y: Node }>): void {
    const factor = (of: Node): Local | bigint => {
      if (of.op === "const") return of.value;
      const local = this.#code.local("i64");
      this.dirty(of);
      this.#code.set(local);
      return local;
    };
    const factors = [factor(x), factor(y)] as const;
    pushMultiplyHigh(this.#code, ...factors, op === "mulHighSigned");
    for (const local of factors) if (typeof local !== "bigint") this.#code.release(local);
  }

  #packed(node: Extract<Node, { op: "packed" }>): void {
    const code = this.#code;
    const { name, args, immediates } = node;
    if (isFloatOp(name)) {
      this.#float(node);
      return;
    }
    const asFloats = floatLanes[name];
    if (args.length === 2 && asFloats !== undefined && (isFloat(args[1]!) || isLane(args[1]!))) {
      this.dirty(args[0]!);
      this.#asFloat(args[1]!);
      code.simdLane(asFloats, immediates[0]!);
      return;
    }
    for (const argument of args) {
      if (isSaturatingOp(name)) this.#asFloat(argument);
      else if (argument.bits <= 32) this.clean(argument);
      else this.dirty(argument);
    }
    if (isSaturatingOp(name)) code.saturate(name);
    else if (isSimdOp(name)) code.simd(name);
    else if (name === "i8x16.shuffle") code.shuffle(immediates);
    else code.simdLane(name as SimdLaneOp, immediates[0]!);
  }

  /** Arithmetic on single numbers, which are integers everywhere else: leaves an f32 or f64 (comparisons: an i32). */
  #float(node: Extract<Node, { op: "packed" }>): void {
    const name = node.name as FloatOp;
    const fromInteger = name.includes("convert_i");
    for (const argument of node.args) {
      if (fromInteger) this.clean(argument);
      else this.#asFloat(argument);
    }
    this.#code.op(name);
  }

  #asFloat(node: Node): void {
    if (isFloat(node)) this.#own(node);
    else if (isLane(node) && this.#locals[node.id] === undefined && !this.#schedule.locals.has(node)) {
      this.dirty(node.args[0]!);
      this.#code.simdLane(floatLanes[node.name]!, node.immediates[0]!);
    } else if (node.op === "const") this.#code.float(node.bits === 64 ? "f64" : "f32", node.value);
    else {
      this.clean(node);
      this.#code.op(node.bits === 64 ? "f64.reinterpret_i64" : "f32.reinterpret_i32");
    }
  }

  /** Counts from the width on give 0 (SHL, SHR) or all sign bits (SAR), where WebAssembly takes them modulo 32 or 64. */
  #shift(node: Extract<Node, { op: string; x: Node; y: Node }>): void {
    const code = this.#code;
    const signed = node.op === "sar";
    const width = isWide(node) ? 64 : 32;
    const op = signed ? "shr_s" : node.op === "shl" ? "shl" : "shr_u";
    if (signed) this.signed(node.x);
    else if (node.op === "shl") this.dirty(node.x);
    else this.clean(node.x);
    this.clean(node.y);
    if (largest(node.y) < width) {
      this.#op(node, op);
      return;
    }
    const count = code.local(isWide(node) ? "i64" : "i32");
    code.set(count);
    const select = () => {
      code.get(count);
      this.#constant(width, BigInt(width));
      this.#op(node, "lt_u");
      code.op("select");
    };
    code.get(count);
    if (signed) {
      this.#constant(width, BigInt(width - 1));
      select();
      this.#op(node, op);
    } else {
      this.#op(node, op);
      this.#constant(width, 0n);
      select();
    }
    code.release(count);
  }

  #rotate(node: Extract<Node, { op: string; x: Node; y: Node }>): void {
    const code = this.#code;
    if (!isNarrow(node)) {
      this.dirty(node.x);
      this.dirty(node.y);
      this.#op(node, node.op);
      return;
    }
    const x = code.local("i32");
    const count = code.local("i32");
    this.clean(node.x);
    code.set(x);
    this.dirty(node.y);
    code.i32(node.bits - 1);
    code.op("i32.and");
    code.set(count);
    const [first, second] =
      node.op === "rotl" ? (["i32.shl", "i32.shr_u"] as const) : (["i32.shr_u", "i32.shl"] as const);
    code.get(x);
    code.get(count);
    code.op(first);
    code.get(x);
    code.i32(node.bits);
    code.get(count);
    code.op("i32.sub");
    code.op(second);
    code.op("i32.or");
    code.release(x);
    code.release(count);
  }

  /** Swaps neighbours: bytes within 16 bits, then 16-bit halves within 32 (and 32 within 64). */
  #byteSwap(node: Extract<Node, { x: Node }>): void {
    const code = this.#code;
    const wide = isWide(node);
    const x = code.local(wide ? "i64" : "i32");
    this.clean(node.x);
    const swap = (bits: bigint, mask: bigint) => {
      code.set(x);
      code.get(x);
      this.#constant(wide ? 64 : 32, bits);
      this.#op(node, "shr_u");
      this.#constant(wide ? 64 : 32, mask);
      this.#op(node, "and");
      code.get(x);
      this.#constant(wide ? 64 : 32, mask);
      this.#op(node, "and");
      this.#constant(wide ? 64 : 32, bits);
      this.#op(node, "shl");
      this.#op(node, "or");
    };
    swap(8n, wide ? 0x00ff_00ff_00ff_00ffn : 0x00ff_00ffn);
    if (node.bits >= 32) {
      if (wide) swap(16n, 0x0000_ffff_0000_ffffn);
      this.#constant(wide ? 64 : 32, wide ? 32n : 16n);
      this.#op(node, "rotl");
    }
    code.release(x);
  }

  #compare(node: Extract<Node, { op: string; x: Node; y: Node }>): void {
    const { x, y, op } = node;
    if (op === "eq" && y.op === "const" && y.value === 0n) {
      this.clean(x);
      this.#op(x, "eqz");
      return;
    }
    const signed = op === "ltSigned" || op === "leSigned";
    if (signed) {
      this.signed(x);
      this.signed(y);
    } else {
      this.clean(x);
      this.clean(y);
    }
    this.#op(x, compareNames[op as keyof typeof compareNames]);
  }
}

/** Whether the computation gives a clean value of itself. */
function isCleanOp(node: Node): boolean {
  switch (node.op) {
    case "const":
    case "read":
    case "load":
    case "modify":
    case "helper":
    case "packed":
    case "shr":
    case "leadingZeros":
    case "trailingZeros":
    case "popcount":
    case "divUnsigned":
    case "remUnsigned":
    case "zeroExtend":
      return true;
    case "and":
      return isCleanOp(node.x) || isCleanOp(node.y);
    case "or":
    case "xor":
      return isCleanOp(node.x) && isCleanOp(node.y);
    case "select":
      return isCleanOp(node.x) && isCleanOp(node.y);
    default:
      return false;
  }
}

/** An upper bound of the value, from its form alone. */
function largest(node: Node): number {
  switch (node.op) {
    case "const":
      return Number(node.value);
    case "and":
      return Math.min(largest(node.x), largest(node.y));
    case "zeroExtend":
      return largest(node.x);
    case "remUnsigned":
      return node.y.op === "const" ? Number(node.y.value) - 1 : 2 ** node.bits;
    case "read":
      return node.place.kind === "scale" ? 3 : 2 ** node.bits;
    default:
      return 2 ** node.bits;
  }
}
