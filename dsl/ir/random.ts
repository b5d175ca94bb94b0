/**
 * Random typed programs in IR, from a seed: what passes and back ends are tested with. Programs cover every instruction
 * and terminator, end by construction (loops count to small limits, calls go to earlier functions only), stay inside
 * their memory, initialise slots before use, and show what they compute through the extern `observe` and their globals.
 * Addresses and which NaN a float is are never observed, since readers may differ there.
 */
import { address, Builder, bool, constant, float, i64, newFunction, noOrigin, typeOf } from "./build.ts";
import type {
  AtomicOp,
  BinaryOp,
  Block,
  CompareOp,
  IrFunction,
  IrGlobal,
  IrProgram,
  Operand,
  Ordering,
  Signature,
  Type,
  UnaryOp,
  Variable,
} from "./ssa.ts";
import { widths } from "./ssa.ts";

/** A small generator of numbers (xorshift32): the same seed gives the same program everywhere. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
    for (let k = 0; k < 4; k++) this.#next();
  }

  #next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  /** 0 … n - 1. */
  below(n: number): number {
    return this.#next() % n;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  bits(width: number): bigint {
    const raw = (BigInt(this.#next()) << 32n) | BigInt(this.#next());
    return BigInt.asUintN(width, raw);
  }
}

export interface RandomOptions {
  /** Whether to use f32 and f64. */
  readonly floats?: boolean;
  /** Whether to use port I/O, which only hosts can answer. */
  readonly machine?: boolean;
  /** Roughly how many statements a function has. */
  readonly size?: number;
}

const integers: readonly Type[] = ["i8", "i16", "i32", "i64"];
const floats: readonly Type[] = ["f32", "f64"];
const wholeOps: readonly BinaryOp[] = ["add", "sub", "mul", "and", "or", "xor", "shl", "lshr", "ashr", "rotl", "rotr"];
const divisions: readonly BinaryOp[] = ["udiv", "sdiv", "urem", "srem"];
const wholeCompares: readonly CompareOp[] = ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"];
const floatCompares: readonly CompareOp[] = ["feq", "fne", "flt", "fle", "fgt", "fge"];
const atomics: readonly AtomicOp[] = ["swap", "add", "sub", "and", "or", "xor"];
const accessOrders: readonly Ordering[] = ["plain", "plain", "plain", "plain", "plain", "plain", "volatile", "relaxed"];

/** The function that programs begin with; it takes one i64 and gives one. */
export const ENTRY = "main";
/** Extern that takes an i64: what it is given, in order, is what a program shows. */
export const OBSERVE = "observe";
/** Global that may hold addresses: not part of what a program shows. */
export const HIDDEN = "hidden";

const observeSignature: Signature = { parameters: ["i64"], results: [] };

/** Makes the program of a seed. */
export function randomProgram(seed: number, options: RandomOptions = {}): IrProgram {
  const dice = new Dice(seed);
  const where = { file: "random.ts", line: 1, column: 1 };
  const global = (name: string, bytes: number, section: string, data = new Uint8Array(0)): IrGlobal => {
    return { name, site: where, section, align: 8, bytes, data, pointers: [], exported: false };
  };
  const noise = (n: number) => Uint8Array.from({ length: n }, () => dice.below(256));
  const program: IrProgram = {
    functions: [],
    globals: [
      global("out of bounds", 13, "rodata", new TextEncoder().encode("out of bounds")),
      global("division", 8, "rodata", new TextEncoder().encode("division")),
      global(HIDDEN, 16, "bss"),
      global("numbers", 64, "data", noise(64)),
      global("zeros", 32, "bss"),
      global("constants", 32, "rodata", noise(32)),
    ],
    externs: [{ name: OBSERVE, signature: observeSignature }],
    entries: [],
  };
  const count = 1 + dice.below(4);
  for (let k = 0; k < count; k++) program.functions.push(new Generator(program, dice, options).helper(k));
  program.functions.push(new Generator(program, dice, options).entry());
  return program;
}

/** Something in memory: an address and how many bytes may be used behind it. */
interface Region {
  readonly at: Operand;
  readonly bytes: number;
  readonly writable: boolean;
}

class Generator {
  readonly #program: IrProgram;
  readonly #dice: Dice;
  readonly #floats: boolean;
  readonly #machine: boolean;
  /** Statements that may still be made. */
  #budget: number;
  #b!: Builder;
  /** Values that may be used here; scopes cut it back to their start. */
  #scope: Operand[] = [];
  #regions: Region[] = [];
  #variables: Variable[] = [];
  #depth = 0;
  /** How often what is made here runs, at most, in one call. */
  #weight = 1;
  #line = 1;

  constructor(program: IrProgram, dice: Dice, { floats = true, machine = true, size = 25 }: RandomOptions) {
    this.#program = program;
    this.#dice = dice;
    this.#floats = floats;
    this.#machine = machine;
    this.#budget = 5 + dice.below(size);
  }

  #type(): Type {
    return this.#floats && this.#dice.chance(15) ? this.#dice.pick(floats) : this.#dice.pick(integers);
  }

  /** A function that others call; its last parameter points at 16 bytes. */
  helper(index: number): IrFunction {
    const parameters: Type[] = Array.from({ length: this.#dice.below(4) }, () => this.#type());
    const results = Array.from({ length: this.#dice.below(3) }, () => this.#type());
    const inline = this.#dice.pick(["auto", "auto", "always", "never"] as const);
    const f = newFunction(
      `helper.${index}`,
      [...parameters.map((type) => ({ type })), { type: "i64", hint: "room" }],
      results,
      { inline },
    );
    return this.#body(f, f.parameters.slice(0, -1), [{ at: f.parameters.at(-1)!, bytes: 16, writable: true }]);
  }

  entry(): IrFunction {
    const f = newFunction(ENTRY, [{ type: "i64", hint: "seed" }], ["i64"], { exported: true });
    return this.#body(f, f.parameters, []);
  }

  #body(f: IrFunction, scope: readonly Operand[], regions: readonly Region[]): IrFunction {
    this.#b = new Builder(f);
    this.#scope = [...scope];
    this.#regions = [
      ...regions,
      { at: address("numbers"), bytes: 64, writable: true },
      { at: address("zeros"), bytes: 32, writable: true },
      { at: address("constants"), bytes: 32, writable: false },
    ];
    const slots = this.#dice.below(5);
    for (let k = 0; k < slots; k++) {
      const bytes = this.#dice.pick([1, 2, 4, 8, 8, 16, 24]);
      const slot = this.#b.slot(`s${k}`, bytes, this.#dice.pick([1, 8, 16]));
      const at = this.#b.slotAddress(slot);
      if (this.#dice.chance(60)) this.#b.fill(at, constant("i8", this.#dice.below(256)), i64(bytes));
      else for (let o = 0; o < bytes; o++) this.#b.store(constant("i8", this.#dice.below(256)), at, o);
      this.#regions.push({ at, bytes, writable: true });
      if (this.#dice.chance(50)) this.#b.declare(this.#variable(`v${k}`), slot);
    }
    this.#statements();
    const results = f.signature.results.map((type) => this.#operand(type));
    for (const r of results) this.#observe(r);
    this.#b.return(...results);
    return f;
  }

  #variable(name: string): Variable {
    const v: Variable = { name, site: { file: "random.ts", line: this.#line, column: 1 }, type: null, parameter: 0 };
    this.#variables.push(v);
    return v;
  }

  /** A constant or something from the scope, of this type. */
  #operand(type: Type): Operand {
    const fit = this.#scope.filter((v) => typeOf(v) === type);
    if (fit.length > 0 && this.#dice.chance(75))
      return fit[Math.max(this.#dice.below(fit.length), this.#dice.below(fit.length))]!;
    if (type === "i1") return bool(this.#dice.chance(50));
    if (type === "f32" || type === "f64")
      return this.#dice.chance(20)
        ? constant(type, this.#dice.bits(widths[type]))
        : float(type, this.#dice.pick([0, -0, 1, 0.5, -3.25, 1e10, -1e-10, 2 ** 31, 2 ** 63, Infinity, 255.5, 1 / 3]));
    const width = widths[type];
    switch (this.#dice.below(4)) {
      case 0:
        return constant(type, this.#dice.bits(width));
      case 1:
        return constant(type, this.#dice.pick([0, 1, 2, 3, 4, 7, 8, 10, 16, width - 1, width]));
      case 2:
        return constant(type, BigInt(-this.#dice.below(4)));
      default:
        return constant(type, (1n << BigInt(this.#dice.below(width))) - BigInt(this.#dice.below(2)));
    }
  }

  #condition(): Operand {
    if (this.#dice.chance(25)) return this.#operand("i1");
    if (this.#floats && this.#dice.chance(10)) {
      const type = this.#dice.pick(floats);
      return this.#keep(this.#b.compare(this.#dice.pick(floatCompares), this.#operand(type), this.#operand(type)));
    }
    const type = this.#dice.pick(integers);
    return this.#keep(this.#b.compare(this.#dice.pick(wholeCompares), this.#operand(type), this.#operand(type)));
  }

  #keep<T extends Operand>(value: T): T {
    this.#scope.push(value);
    if (this.#dice.chance(15)) {
      const v =
        this.#variables.length > 0 && this.#dice.chance(50) ? this.#dice.pick(this.#variables) : this.#variable("t");
      this.#b.debug(v, this.#dice.chance(10) ? null : value);
    }
    return value;
  }

  /** Shows a value, whatever its type: floats that are not numbers show as 0. */
  #observe(value: Operand): void {
    const type = typeOf(value);
    let whole = value;
    if (type === "f32" || type === "f64") {
      const bits = this.#b.unary("bitcast", value, type === "f32" ? "i32" : "i64");
      whole = this.#b.select(this.#b.compare("feq", value, value), bits, constant(typeOf(bits), 0n));
    }
    const word = typeOf(whole) === "i64" ? whole : this.#b.unary(this.#dice.pick(["zext", "sext"]), whole, "i64");
    this.#b.call(address(OBSERVE), observeSignature, [word]);
  }

  #statements(): void {
    const many = 1 + this.#dice.below(8);
    for (let k = 0; k < many && this.#budget > 0; k++) this.#statement();
  }

  #statement(): void {
    this.#budget--;
    this.#line++;
    this.#b.origin = this.#dice.chance(90)
      ? { site: { file: "random.ts", line: this.#line, column: 1 + this.#dice.below(9) }, inlined: null }
      : noOrigin;
    const roll = this.#dice.below(100);
    if (roll < 30) this.#compute();
    else if (roll < 40) this.#keep(this.#read());
    else if (roll < 52) this.#write();
    else if (roll < 56) this.#checked();
    else if (roll < 62) this.#witness();
    else if (roll < 65) this.#bulk();
    else if (roll < 68) this.#atomic();
    else if (roll < 74) this.#call();
    else if (roll < 76) this.#observe(this.#dice.pick([...this.#scope, i64(roll)]));
    else if (roll < 77) this.#early();
    else if (roll < 79) this.#escape();
    else if (roll < 80 && this.#machine) this.#port();
    else if (this.#depth < 4) this.#nested();
    else this.#compute();
  }

  #compute(): void {
    const b = this.#b;
    const type = this.#type();
    const roll = this.#dice.below(100);
    if (type === "f32" || type === "f64") {
      const other = this.#dice.pick(integers);
      if (roll < 50)
        this.#keep(
          b.binary(this.#dice.pick(["fadd", "fsub", "fmul", "fdiv"]), this.#operand(type), this.#operand(type)),
        );
      else if (roll < 60) this.#keep(b.unary(this.#dice.pick(["fneg", "fabs", "fsqrt"]), this.#operand(type)));
      else if (roll < 75) this.#keep(b.unary(this.#dice.pick(["stof", "utof"]), this.#operand(other), type));
      else if (roll < 90) this.#keep(b.unary(this.#dice.pick(["ftos", "ftou"]), this.#operand(type), other));
      else if (type === "f64") this.#keep(b.unary("fext", this.#operand("f32"), type));
      else if (roll < 95) this.#keep(b.unary("ftrunc", this.#operand("f64"), type));
      else this.#keep(b.unary("bitcast", this.#operand("i32"), type));
    } else if (roll < 50) this.#keep(b.binary(this.#dice.pick(wholeOps), this.#operand(type), this.#operand(type)));
    else if (roll < 58) this.#divide(type);
    else if (roll < 62)
      this.#keep(b.binary(this.#dice.pick(["umulh", "smulh"]), this.#operand("i64"), this.#operand("i64")));
    else if (roll < 66)
      this.#keep(b.binary(this.#dice.pick(["and", "or", "xor"]), this.#operand("i1"), this.#operand("i1")));
    else if (roll < 69) this.#keep(b.unary("not", this.#operand("i1")));
    else if (roll < 78)
      this.#keep(b.unary(this.#dice.pick(["neg", "not", "clz", "ctz", "popcnt"]), this.#operand(type)));
    else if (roll < 80) this.#keep(b.unary("bswap", this.#operand(type === "i8" ? "i16" : type)));
    else if (roll < 90) {
      const from = this.#dice.pick([...integers, "i1"] as Type[]);
      const to = this.#dice.pick([...integers, "i1"] as Type[]);
      if (widths[from] === widths[to]) return;
      const how: UnaryOp = widths[from] > widths[to] ? "trunc" : this.#dice.pick(["zext", "sext"]);
      this.#keep(b.unary(how, this.#operand(from), to));
    } else {
      const kind = this.#dice.chance(15) ? "i1" : type;
      this.#keep(b.select(this.#condition(), this.#operand(kind), this.#operand(kind)));
    }
  }

  /** Divisions stand behind a check, as lowering makes them, or have a divisor that is seen to be good. */
  #divide(type: Type): void {
    const b = this.#b;
    const how = this.#dice.pick(divisions);
    if (this.#dice.chance(40)) {
      const y = constant(type, this.#dice.pick([1, 2, 3, 5, 7, 8, 10, 16, 60, 100, 127]));
      this.#keep(b.binary(how, this.#operand(type), y));
      return;
    }
    const x = this.#operand(type);
    let y = this.#operand(type);
    if (this.#dice.chance(80)) y = b.binary("or", b.binary("and", y, constant(type, 0x7f)), constant(type, 1));
    const bad = b.block("zero");
    const good = b.block("divide");
    const fits = b.compare("sgt", y, constant(type, 0));
    b.branch(fits, good, bad, "taken");
    b.at(bad);
    b.trap("division");
    b.at(good);
    this.#keep(b.binary(how, x, y));
  }

  /** An address inside a region, for an access of so many bytes: constant or computed. */
  #place(bytes: number, write: boolean): { at: Operand; offset: number } | null {
    const fit = this.#regions.filter((r) => r.bytes >= bytes && (r.writable || !write));
    if (fit.length === 0) return null;
    const region = this.#dice.pick(fit);
    const room = region.bytes - bytes;
    if (this.#dice.chance(60)) return { at: region.at, offset: room === 0 ? 0 : this.#dice.below(room + 1) };
    if (this.#dice.chance(30)) {
      const split = this.#dice.below(room + 1);
      return { at: this.#b.binary("add", region.at, i64(split)), offset: this.#dice.below(room - split + 1) };
    }
    let mask = 1;
    while (mask * 2 - 1 <= room) mask *= 2;
    const index = this.#b.binary("and", this.#operand("i64"), i64(mask - 1));
    return { at: this.#b.binary("add", region.at, index), offset: 0 };
  }

  #read(): Operand {
    const type = this.#type();
    const place = this.#place(widths[type] / 8, false);
    if (place === null) return this.#operand(type);
    return this.#b.load(type, place.at, place.offset, { ordering: this.#dice.pick(accessOrders) });
  }

  #write(): void {
    const value = this.#operand(this.#type());
    // Which NaN it is would be seen in memory: floats are stored as numbers only.
    const type = typeOf(value);
    const shown =
      type === "f32" || type === "f64"
        ? this.#b.select(this.#b.compare("feq", value, value), value, constant(type, 0n))
        : value;
    const place = this.#place(widths[type] / 8, true);
    if (place !== null) this.#b.store(shown, place.at, place.offset, { ordering: this.#dice.pick(accessOrders) });
  }

  /** One place before and after something else that may touch it: what passes must not confuse. */
  #witness(): void {
    const b = this.#b;
    const type = this.#dice.pick(integers);
    const bytes = widths[type] / 8;
    const region = this.#dice.pick(this.#regions.filter((r) => r.bytes >= bytes && r.writable));
    const offset = this.#dice.below(region.bytes - bytes + 1);
    if (this.#dice.chance(60)) b.store(this.#operand(type), region.at, offset);
    if (this.#dice.chance(70)) this.#keep(b.load(type, region.at, offset));
    // The same place by another way: its address went through memory.
    const twin = this.#dice.chance(30) ? this.#alias(region) : region;
    const roll = this.#dice.below(100);
    if (roll < 35) this.#call(region);
    else if (roll < 55) b.store(this.#operand(this.#dice.pick(["i8", type])), twin.at, offset);
    else if (roll < 70) b.fill(b.binary("add", twin.at, i64(offset)), this.#operand("i8"), i64(1));
    else if (roll < 85) this.#observe(b.load(type, twin.at, offset));
    else this.#statements();
    if (this.#dice.chance(30)) b.store(this.#operand(type), region.at, offset);
    this.#observe(b.load(type, region.at, offset));
  }

  #alias(region: Region): Region {
    this.#b.store(region.at, address(HIDDEN), 8, { align: 8 });
    return { ...region, at: this.#b.load("i64", address(HIDDEN), 8, { ordering: "volatile", align: 8 }) };
  }

  /** An indexed access behind a bounds check. */
  #checked(): void {
    const b = this.#b;
    const region = this.#dice.pick(this.#regions);
    const type = this.#dice.pick(integers.filter((t) => widths[t] / 8 <= region.bytes));
    const bytes = widths[type] / 8;
    const length = Math.floor(region.bytes / bytes);
    let index = this.#operand("i64");
    if (this.#dice.chance(85)) index = b.binary("urem", index, i64(length));
    const good = b.block("inside");
    const bad = b.block("outside");
    b.branch(b.compare("ult", index, i64(length)), good, bad, "taken");
    b.at(bad);
    b.trap("out of bounds", index, i64(length));
    b.at(good);
    const at = b.binary("add", region.at, b.binary("mul", index, i64(bytes)));
    if (region.writable && this.#dice.chance(50)) b.store(this.#operand(type), at);
    else this.#keep(b.load(type, at));
    this.#scope.push(index);
  }

  #bulk(): void {
    const b = this.#b;
    const bytes = 1 + this.#dice.below(16);
    const to = this.#place(bytes, true);
    const from = this.#place(bytes, false);
    if (to === null || from === null) return;
    const start = b.binary("add", to.at, i64(to.offset));
    const count = this.#dice.chance(70) ? i64(bytes) : b.binary("and", this.#operand("i64"), i64(7 & (bytes - 1)));
    if (this.#dice.chance(30)) b.fill(start, this.#operand("i8"), count);
    else if (this.#dice.chance(40)) b.move(start, b.binary("add", from.at, i64(from.offset)), count);
    else {
      // Copies need places that cannot overlap: two different objects.
      const objects = this.#regions.filter((r) => r.at.kind === "address" && r.bytes >= bytes);
      const target = objects.filter((r) => r.writable);
      if (target.length === 0) return;
      const into = this.#dice.pick(target);
      const out = this.#dice.pick(objects.filter((r) => r !== into));
      if (out !== undefined) b.copy(into.at, out.at, i64(bytes));
    }
  }

  #atomic(): void {
    const type = this.#dice.pick(integers);
    const bytes = widths[type] / 8;
    // Natural alignment, which the machine's atomic operations want: at the start of a region.
    const region = this.#dice.pick(this.#regions.filter((r) => r.writable && r.bytes >= bytes));
    const ordering = this.#dice.pick(["relaxed", "acquire", "release", "seqcst"] as const);
    switch (this.#dice.below(3)) {
      case 0:
        this.#keep(this.#b.atomic(this.#dice.pick(atomics), region.at, this.#operand(type), ordering));
        return;
      case 1:
        this.#keep(this.#b.compareExchange(region.at, this.#operand(type), this.#operand(type), ordering));
        return;
      default:
        this.#b.fence(ordering);
    }
  }

  /** `wanted`: what it is given to write to, if that is large enough. */
  #call(wanted: Region | null = null): void {
    const b = this.#b;
    const made = this.#program.functions;
    const fit = this.#regions.filter((r) => r.writable && r.bytes >= 16);
    const room = wanted !== null && fit.includes(wanted) ? [wanted] : fit;
    // Loops in loops that call loops would run for too long.
    if (made.length === 0 || this.#weight > 16) {
      this.#compute();
      return;
    }
    const f = this.#dice.pick(made);
    const args: Operand[] = f.signature.parameters.slice(0, -1).map((type) => this.#operand(type));
    args.push(this.#dice.pick(room).at);
    let callee: Operand = address(f.name);
    const twins = made.filter(
      (g) =>
        g.signature.parameters.join() === f.signature.parameters.join() &&
        g.signature.results.join() === f.signature.results.join(),
    );
    if (this.#dice.chance(25)) callee = b.select(this.#condition(), callee, address(this.#dice.pick(twins).name));
    for (const r of b.call(callee, f.signature, args)) this.#keep(r);
  }

  /** A conditional return from the middle. */
  #early(): void {
    const b = this.#b;
    const leave = b.block("leave");
    const stay = b.block("stay");
    b.branch(this.#condition(), leave, stay, this.#dice.pick([null, "otherwise"]));
    b.at(leave);
    b.return(...b.function.signature.results.map((type) => this.#operand(type)));
    b.at(stay);
  }

  /** The address of a region goes to memory and comes back. */
  #escape(): void {
    const b = this.#b;
    const region = this.#dice.pick(this.#regions);
    b.store(region.at, address(HIDDEN), 0, { align: 8 });
    if (this.#dice.chance(50)) this.#call();
    // Callees overwrite it with regions of their own that may be gone: it is written again before it is read.
    b.store(region.at, address(HIDDEN), 8, { align: 8 });
    if (this.#dice.chance(50)) this.#write();
    this.#regions.push({ ...region, at: b.load("i64", address(HIDDEN), 8, { align: 8 }) });
  }

  #port(): void {
    const b = this.#b;
    if (this.#dice.chance(50)) b.machine("out32", [constant("i16", 0x80), this.#operand("i32")], []);
    else this.#keep(b.machine("in16", [this.#operand("i16")], ["i16"])[0]!);
  }

  /** Runs `make` in a scope of its own. */
  #inner(make: () => void): void {
    const scope = this.#scope.length;
    const regions = this.#regions.length;
    this.#depth++;
    make();
    this.#depth--;
    this.#scope.length = scope;
    this.#regions.length = regions;
  }

  #nested(): void {
    const roll = this.#dice.below(100);
    if (roll < 45) this.#if();
    else if (roll < 60) this.#switch();
    else this.#loop();
  }

  #if(): void {
    const b = this.#b;
    const condition = this.#condition();
    const type = this.#type();
    const then = b.block("then");
    const otherwise = b.block("else");
    const join = b.block("join");
    const inputs: [Block, Operand][] = [];
    b.branch(condition, then, otherwise, this.#dice.pick([null, null, "taken", "otherwise"]));
    for (const arm of [then, otherwise]) {
      b.at(arm);
      this.#inner(() => {
        if (this.#dice.chance(85)) this.#statements();
        inputs.push([b.current, this.#operand(type)]);
      });
      b.jump(join);
    }
    this.#join(join, type, inputs);
  }

  #join(join: Block, type: Type, inputs: readonly [Block, Operand][]): void {
    this.#b.at(join);
    const phi = this.#b.phi(type, "join");
    for (const [from, operand] of inputs) phi.inputs.set(from, operand);
    this.#keep(phi.result);
  }

  #switch(): void {
    const b = this.#b;
    const type = this.#dice.pick(integers);
    let value = this.#operand(type);
    if (this.#dice.chance(70)) value = b.binary("and", value, constant(type, 7));
    const join = b.block("join");
    const inputs: [Block, Operand][] = [];
    const result = this.#type();
    const arms = Array.from({ length: 1 + this.#dice.below(5) }, () => b.block("case"));
    const cases = new Map<bigint, Block>();
    arms.forEach((arm, k) => {
      cases.set(BigInt(k), arm);
      if (this.#dice.chance(20)) cases.set(BigInt(6 + this.#dice.below(4)), arm);
    });
    const otherwise = b.block("default");
    b.switch(
      value,
      [...cases].map(([bits, to]) => ({ bits, to })),
      otherwise,
    );
    for (const arm of [...arms, otherwise]) {
      b.at(arm);
      this.#inner(() => {
        if (this.#dice.chance(60)) this.#statements();
        inputs.push([b.current, this.#operand(result)]);
      });
      b.jump(join);
    }
    this.#join(join, result, inputs);
  }

  /** Counts up or down, with values carried round; may be left from the middle. The test is at the top or the bottom. */
  #loop(): void {
    const b = this.#b;
    const trips = 1 + this.#dice.below(this.#weight > 30 ? 3 : 12);
    const type = this.#dice.pick(integers);
    const step = 1 + this.#dice.below(3);
    const down = this.#dice.chance(30);
    const carried = this.#type();
    const first = this.#operand(carried);
    const before = b.current;
    const header = b.block("loop");
    const exit = b.block("after");
    b.jump(header);
    b.at(header);
    const counter = b.phi(type, "i");
    const value = b.phi(carried, "carried");
    counter.inputs.set(before, constant(type, down ? trips * step : 0));
    value.inputs.set(before, first);
    const outer = this.#weight;
    this.#weight *= trips + 1;
    const top = this.#dice.chance(60);
    const test = () => {
      const limit = constant(type, down ? 0 : trips * step);
      const how: CompareOp = this.#dice.pick(down ? ["ugt", "ne", "sgt"] : ["ult", "ne", "slt"]);
      return b.compare(how, counter.result, limit);
    };
    const leaves: [Block, Operand][] = [];
    this.#inner(() => {
      this.#scope.push(counter.result, value.result);
      if (type !== "i64") this.#scope.push(b.unary("zext", counter.result, "i64"));
      if (top) {
        const body = b.block("body");
        const going = test();
        leaves.push([b.current, value.result]);
        b.branch(going, body, exit, this.#dice.pick([null, "taken"]));
        b.at(body);
      }
      this.#statements();
      if (this.#dice.chance(25)) {
        const on = b.block("on");
        leaves.push([b.current, this.#operand(carried)]);
        b.branch(this.#condition(), exit, on);
        b.at(on);
        this.#statements();
      }
      const next = this.#operand(carried);
      const stepped = b.binary(down ? "sub" : "add", counter.result, constant(type, step));
      const latch = () => {
        counter.inputs.set(b.current, stepped);
        value.inputs.set(b.current, next);
      };
      if (top) {
        latch();
        b.jump(header);
      } else {
        const going = test();
        leaves.push([b.current, next]);
        latch();
        b.branch(going, header, exit);
      }
    });
    this.#weight = outer;
    this.#join(exit, carried, leaves);
  }
}
