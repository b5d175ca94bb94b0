/**
 * The part of random functions that calculates: operands from what is in scope, arithmetic, comparisons, divisions behind
 * checks; and the state of the function that is being made.
 */
import { address, type Builder, bool, constant, float, typeOf } from "./build.ts";
import type { Dice } from "./dice.ts";
import { OBSERVE, type RandomOptions } from "./random.ts";
import type { BinaryOp, CompareOp, IrProgram, Operand, Signature, Type, UnaryOp, Variable } from "./ssa.ts";
import { widths } from "./ssa.ts";

export const integers: readonly Type[] = ["i8", "i16", "i32", "i64"];
const floats: readonly Type[] = ["f32", "f64"];
const wholeOps: readonly BinaryOp[] = ["add", "sub", "mul", "and", "or", "xor", "shl", "lshr", "ashr", "rotl", "rotr"];
const divisions: readonly BinaryOp[] = ["udiv", "sdiv", "urem", "srem"];
const wholeCompares: readonly CompareOp[] = ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"];
const floatCompares: readonly CompareOp[] = ["feq", "fne", "flt", "fle", "fgt", "fge"];

export const observeSignature: Signature = { parameters: ["i64"], results: [] };

/** Something in memory: an address and how many bytes may be used behind it. */
export interface Region {
  readonly at: Operand;
  readonly bytes: number;
  readonly writable: boolean;
}

export class ValueMaker {
  readonly program: IrProgram;
  readonly dice: Dice;
  readonly floats: boolean;
  readonly machine: boolean;
  /** Statements that may still be made. */
  budget: number;
  b!: Builder;
  /** Values that may be used here; scopes cut it back to their start. */
  scope: Operand[] = [];
  regions: Region[] = [];
  variables: Variable[] = [];
  depth = 0;
  /** How often what is made here runs, at most, in one call. */
  weight = 1;
  line = 1;

  constructor(program: IrProgram, dice: Dice, { floats = true, machine = true, size = 25 }: RandomOptions) {
    this.program = program;
    this.dice = dice;
    this.floats = floats;
    this.machine = machine;
    this.budget = 5 + dice.below(size);
  }

  type(): Type {
    return this.floats && this.dice.chance(15) ? this.dice.pick(floats) : this.dice.pick(integers);
  }

  variable(name: string): Variable {
    const v: Variable = { name, site: { file: "random.ts", line: this.line, column: 1 }, type: null, parameter: 0 };
    this.variables.push(v);
    return v;
  }

  /** A constant or something from the scope, of this type. */
  operand(type: Type): Operand {
    const fit = this.scope.filter((v) => typeOf(v) === type);
    if (fit.length > 0 && this.dice.chance(75))
      return fit[Math.max(this.dice.below(fit.length), this.dice.below(fit.length))]!;
    if (type === "i1") return bool(this.dice.chance(50));
    if (type === "f32" || type === "f64")
      return this.dice.chance(20)
        ? constant(type, this.dice.bits(widths[type]))
        : float(type, this.dice.pick([0, -0, 1, 0.5, -3.25, 1e10, -1e-10, 2 ** 31, 2 ** 63, Infinity, 255.5, 1 / 3]));
    const width = widths[type];
    switch (this.dice.below(4)) {
      case 0:
        return constant(type, this.dice.bits(width));
      case 1:
        return constant(type, this.dice.pick([0, 1, 2, 3, 4, 7, 8, 10, 16, width - 1, width]));
      case 2:
        return constant(type, BigInt(-this.dice.below(4)));
      default:
        return constant(type, (1n << BigInt(this.dice.below(width))) - BigInt(this.dice.below(2)));
    }
  }

  condition(): Operand {
    if (this.dice.chance(25)) return this.operand("i1");
    if (this.floats && this.dice.chance(10)) {
      const type = this.dice.pick(floats);
      return this.keep(this.b.compare(this.dice.pick(floatCompares), this.operand(type), this.operand(type)));
    }
    const type = this.dice.pick(integers);
    return this.keep(this.b.compare(this.dice.pick(wholeCompares), this.operand(type), this.operand(type)));
  }

  keep<T extends Operand>(value: T): T {
    this.scope.push(value);
    if (this.dice.chance(15)) {
      const v = this.variables.length > 0 && this.dice.chance(50) ? this.dice.pick(this.variables) : this.variable("t");
      this.b.debug(v, this.dice.chance(10) ? null : value);
    }
    return value;
  }

  /** Shows a value, whatever its type: floats that are not numbers show as 0. */
  observe(value: Operand): void {
    const type = typeOf(value);
    let whole = value;
    if (type === "f32" || type === "f64") {
      const bits = this.b.unary("bitcast", value, type === "f32" ? "i32" : "i64");
      whole = this.b.select(this.b.compare("feq", value, value), bits, constant(typeOf(bits), 0n));
    }
    const word = typeOf(whole) === "i64" ? whole : this.b.unary(this.dice.pick(["zext", "sext"]), whole, "i64");
    this.b.call(address(OBSERVE), observeSignature, [word]);
  }

  compute(): void {
    const b = this.b;
    const type = this.type();
    const roll = this.dice.below(100);
    if (type === "f32" || type === "f64") {
      const other = this.dice.pick(integers);
      if (roll < 50)
        this.keep(b.binary(this.dice.pick(["fadd", "fsub", "fmul", "fdiv"]), this.operand(type), this.operand(type)));
      else if (roll < 60) this.keep(b.unary(this.dice.pick(["fneg", "fabs", "fsqrt"]), this.operand(type)));
      else if (roll < 75) this.keep(b.unary(this.dice.pick(["stof", "utof"]), this.operand(other), type));
      else if (roll < 90) this.keep(b.unary(this.dice.pick(["ftos", "ftou"]), this.operand(type), other));
      else if (type === "f64") this.keep(b.unary("fext", this.operand("f32"), type));
      else if (roll < 95) this.keep(b.unary("ftrunc", this.operand("f64"), type));
      else this.keep(b.unary("bitcast", this.operand("i32"), type));
    } else if (roll < 50) this.keep(b.binary(this.dice.pick(wholeOps), this.operand(type), this.operand(type)));
    else if (roll < 58) this.divide(type);
    else if (roll < 62)
      this.keep(b.binary(this.dice.pick(["umulh", "smulh"]), this.operand("i64"), this.operand("i64")));
    else if (roll < 66)
      this.keep(b.binary(this.dice.pick(["and", "or", "xor"]), this.operand("i1"), this.operand("i1")));
    else if (roll < 69) this.keep(b.unary("not", this.operand("i1")));
    else if (roll < 78) this.keep(b.unary(this.dice.pick(["neg", "not", "clz", "ctz", "popcnt"]), this.operand(type)));
    else if (roll < 80) this.keep(b.unary("bswap", this.operand(type === "i8" ? "i16" : type)));
    else if (roll < 90) {
      const from = this.dice.pick([...integers, "i1"] as Type[]);
      const to = this.dice.pick([...integers, "i1"] as Type[]);
      if (widths[from] === widths[to]) return;
      const how: UnaryOp = widths[from] > widths[to] ? "trunc" : this.dice.pick(["zext", "sext"]);
      this.keep(b.unary(how, this.operand(from), to));
    } else {
      const kind = this.dice.chance(15) ? "i1" : type;
      this.keep(b.select(this.condition(), this.operand(kind), this.operand(kind)));
    }
  }

  /** Divisions stand behind a check, as lowering makes them, or have a divisor that is seen to be good. */
  divide(type: Type): void {
    const b = this.b;
    const how = this.dice.pick(divisions);
    if (this.dice.chance(40)) {
      const y = constant(type, this.dice.pick([1, 2, 3, 5, 7, 8, 10, 16, 60, 100, 127]));
      this.keep(b.binary(how, this.operand(type), y));
      return;
    }
    const x = this.operand(type);
    let y = this.operand(type);
    if (this.dice.chance(80)) y = b.binary("or", b.binary("and", y, constant(type, 0x7f)), constant(type, 1));
    const bad = b.block("zero");
    const good = b.block("divide");
    const fits = b.compare("sgt", y, constant(type, 0));
    b.branch(fits, good, bad, "taken");
    b.at(bad);
    b.trap("division");
    b.at(good);
    this.keep(b.binary(how, x, y));
  }
}
