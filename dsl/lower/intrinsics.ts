/**
 * Operations that the compiler knows by name: one entry each in the table below. What a few instructions cannot do is a
 * call of the runtime, whose functions are externs here: `format.*` writes text, `copyIn` and `copyOut` reach into user
 * programs, `perCpuOffset` and `cpuId` know the CPUs, `panic` takes a text that is not constant.
 */
import { sizeOf } from "../check/intern.ts";
import type { Expression, Place } from "../check/tree.ts";
import type { Type } from "../check/types.ts";
import { constant, i64, typeOf } from "../ir/build.ts";
import { machineOps } from "../ir/machine.ts";
import type { AtomicOp, Type as IrType, Operand, Ordering, Signature, UnaryOp } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { branchOn, inMemory, one, storageOf, value } from "./expressions.ts";
import { formatted } from "./format.ts";
import type { Frame } from "./frame.ts";
import { addressOf, elementAddress, resize, spotOf } from "./places.ts";
import { contentOf, isSigned, scalarOf } from "./shape.ts";
import { SYSCALL_ENTRY, VECTORS } from "./unit.ts";

export type Intrinsic = Extract<Expression, { kind: "intrinsic" }>;

/** Prelude, Errno. */
const EAGAIN = 11;

/** Calls a function of the runtime. */
export function runtime(l: Frame, name: string, given: readonly Operand[], results: readonly IrType[] = []): Operand[] {
  const signature: Signature = { parameters: given.map(typeOf), results };
  return l.b.call(l.unit.extern(name, signature), signature, [...given]);
}

/** Lowers an intrinsic: its scalars, or nothing when it wrote its value `to` memory. */
export function intrinsic(l: Frame, e: Intrinsic, to: Operand | null): Operand[] {
  const direct = table[e.name];
  if (direct !== undefined) return direct(l, e, to);
  const [family, rest] = [e.name.slice(0, e.name.indexOf(".")), e.name.slice(e.name.indexOf(".") + 1)];
  if (family === "atomic") return atomic(l, e, rest);
  if (family === "ports") return ports(l, e, rest);
  if (family === "cpu")
    return machine(
      l,
      rest,
      e.arguments.map((a) => one(l, a)),
    );
  throw new Error(`no lowering for ${e.name}`);
}

type Lowering = (l: Frame, e: Intrinsic, to: Operand | null) => Operand[];

const place = (l: Frame, e: Intrinsic) => addressOf(l, spotOf(l, e.places[0] as Place));
const argument = (l: Frame, e: Intrinsic, k = 0) => one(l, e.arguments[k]!);

/** A bit operation on the argument, whose result is a u32. */
const counted =
  (how: UnaryOp): Lowering =>
  (l, e) => {
    const x = argument(l, e);
    return [resize(l, l.b.unary(how, x), "i32", false)];
  };

const rotate =
  (how: "rotl" | "rotr"): Lowering =>
  (l, e) => {
    const x = argument(l, e);
    const count = argument(l, e, 1);
    const type = typeOf(x);
    // Cutting the count is right: widths are powers of two.
    return [l.b.binary(how, x, resize(l, count, type, false))];
  };

const orders: { readonly [name: string]: Ordering } = {
  "cpu.mfence": "seqcst",
  "cpu.lfence": "acquire",
  "cpu.sfence": "release",
  "cpu.rmb": "acquire",
  "cpu.wmb": "release",
};

const fence: Lowering = (l, e) => {
  l.b.fence(orders[e.name]!);
  return [];
};

/** Loads the ten bytes that LGDT and LIDT read: limit, then base. */
const loadTable =
  (name: string): Lowering =>
  (l, e) => {
    const base = argument(l, e);
    const limit = argument(l, e, 1);
    const at = l.b.slotAddress(l.b.slot("table", 16, 8));
    l.b.store(limit, at);
    l.b.store(base, at, 2);
    return machine(l, name, [at]);
  };

const cpuid =
  (register: number): Lowering =>
  (l, e) => [machine(l, "cpuid", [argument(l, e), argument(l, e, 1)])[register]!];

/** What lies between two symbols of the linker. */
const section =
  (symbol: string): Lowering =>
  (l) => {
    const start = l.unit.extern(symbol, null);
    return [start, l.b.binary("sub", l.unit.extern(`${symbol}_end`, null), start)];
  };

/** RDRAND and RDSEED as a Res<u64>. */
const random =
  (name: string): Lowering =>
  (l) => {
    const [number, good] = machine(l, name, []) as [Operand, Operand];
    return [l.b.select(good, constant("i32", 0), constant("i32", EAGAIN)), number];
  };

/** A call of one of the back end's own routines (x64/support.ts), whose words are the arguments'. */
const support =
  (symbol: string, results: readonly IrType[]): Lowering =>
  (l, e) =>
    runtime(
      l,
      symbol,
      e.arguments.map((a) => resize(l, one(l, a), "i64", false)),
      results,
    );

const table: { readonly [name: string]: Lowering } = {
  assert(l, e) {
    const [good, bad] = [l.b.block("holds"), l.b.block("fails")];
    branchOn(l, e.arguments[0]!, good, bad);
    l.b.at(bad);
    const why = e.arguments[1];
    if (why === undefined) l.trap("an assertion does not hold");
    else panic(l, why);
    l.b.at(good);
    return [];
  },
  panic(l, e) {
    panic(l, e.arguments[0]!);
    return [];
  },
  ignore(l, e) {
    const operand = e.arguments[0]!;
    if (inMemory(operand.type)) storageOf(l, operand);
    else value(l, operand);
    return [];
  },
  copy(l, e) {
    const [to, from] = [argument(l, e), argument(l, e, 1)];
    const { type } = e.arguments[0]!;
    if (type.kind === "pointer") l.copy(to, from, type.to);
    return [];
  },
  addr: (l, e) => [value(l, e.arguments[0]!)[0]!],
  copySlice(l, e) {
    const [to, toLength] = value(l, e.arguments[0]!) as [Operand, Operand];
    const [from, fromLength] = value(l, e.arguments[1]!) as [Operand, Operand];
    l.check(l.b.compare("eq", toLength, fromLength), "lengths differ", toLength, fromLength);
    const { bytes, align } = sizeOf(elementOf(e.arguments[0]!.type));
    l.b.move(to, from, scaled(l, toLength, bytes), align);
    return [];
  },
  fill: fillSlice,
  "bigEndian.get"(l, e) {
    const spot = spotOf(l, e.places[0]!);
    const x = l.b.load(scalarOf(spot.type)!, spot.address, spot.offset, { ordering: spot.ordering });
    return [l.b.unary("bswap", x)];
  },
  "bigEndian.set"(l, e) {
    const spot = spotOf(l, e.places[0]!);
    const x = l.b.unary("bswap", argument(l, e));
    l.b.store(x, spot.address, spot.offset, { ordering: spot.ordering });
    return [];
  },
  "percpu.my"(l, e) {
    const at = place(l, e);
    return [l.b.binary("add", machine(l, "perCpuBase", [])[0]!, at)];
  },
  "percpu.of"(l, e) {
    const at = place(l, e);
    return [l.b.binary("add", runtime(l, "perCpuOffset", [argument(l, e)], ["i64"])[0]!, at)];
  },
  userAt(l, e) {
    const { type } = e;
    return [elementAddress(l, argument(l, e), argument(l, e, 1), type.kind === "user" ? type.to : type)];
  },
  copyIn(l, e) {
    const [to, length] = value(l, e.arguments[0]!) as [Operand, Operand];
    const from = argument(l, e, 1);
    const { bytes } = sizeOf(elementOf(e.arguments[0]!.type));
    return runtime(l, "copyIn", [to, from, scaled(l, length, bytes)], ["i32", "i64"]);
  },
  copyOut(l, e) {
    const to = argument(l, e);
    const [from, length] = value(l, e.arguments[1]!) as [Operand, Operand];
    const { bytes } = sizeOf(elementOf(e.arguments[1]!.type));
    return runtime(l, "copyOut", [to, from, scaled(l, length, bytes)], ["i32", "i64"]);
  },
  klog: formatted,
  print: formatted,
  format: formatted,
  rotateLeft: rotate("rotl"),
  rotateRight: rotate("rotr"),
  leadingZeros: counted("clz"),
  trailingZeros: counted("ctz"),
  countOnes: counted("popcnt"),
  swapBytes(l, e) {
    const x = argument(l, e);
    return [typeOf(x) === "i8" ? x : l.b.unary("bswap", x)];
  },
  multiplyHigh(l, e) {
    const [x, y] = [argument(l, e), argument(l, e, 1)];
    const signed = isSigned(e.arguments[0]!.type);
    const type = typeOf(x);
    if (type === "i64") return [l.b.binary(signed ? "smulh" : "umulh", x, y)];
    const product = l.b.binary("mul", resize(l, x, "i64", signed), resize(l, y, "i64", signed));
    return [l.b.unary("trunc", l.b.binary("lshr", product, i64(widths[type])), type)];
  },
  sqrt: (l, e) => [l.b.unary("fsqrt", argument(l, e))],

  "cpu.restoreFlags": (l, e) => machine(l, "writeFlags", [argument(l, e)]),
  "cpu.mfence": fence,
  "cpu.lfence": fence,
  "cpu.sfence": fence,
  "cpu.rmb": fence,
  "cpu.wmb": fence,
  "cpu.lgdt": loadTable("lgdt"),
  "cpu.lidt": loadTable("lidt"),
  "image.text": section("cor_text"),
  "image.rodata": section("cor_rodata"),
  "image.data": section("cor_data"),
  "image.bss": section("cor_bss"),
  "image.perCpu": section("cor_percpu"),
  "image.here": support("cor.here", []),
  "image.locate": (l, e) => runtime(l, "cor.locate", [argument(l, e), argument(l, e, 1)], ["i1"]),
  "image.caller": (l, e) => runtime(l, "cor.caller", [argument(l, e)], ["i1"]),
  "cpu.rdrand": random("rdrand"),
  "cpu.rdseed": random("rdseed"),
  "cpu.vectors": (l) => [l.unit.later(VECTORS), i64(256)],
  "cpu.syscallEntry": (l) => [l.unit.extern(SYSCALL_ENTRY, null)],
  "cpu.loadCs": support("cor.loadCs", []),
  "unsafe.switchStacks": support("cor.switchStacks", []),
  "unsafe.newStack": support("cor.newStack", ["i64"]),
  "unsafe.copyFaulting": support("cor.copyFaulting", ["i64"]),
  "unsafe.faultFixup": support("cor.faultFixup", ["i64"]),
  "unsafe.enterFrame"(l, e) {
    runtime(l, "cor.enterFrame", [argument(l, e)]);
    l.b.unreachable();
    return [];
  },
  "cpu.id": (l) => runtime(l, "cpuId", [], ["i32"]),
  "cpu.cpuidEax": cpuid(0),
  "cpu.cpuidEbx": cpuid(1),
  "cpu.cpuidEcx": cpuid(2),
  "cpu.cpuidEdx": cpuid(3),
};

function machine(l: Frame, name: string, given: Operand[]): Operand[] {
  const op = machineOps[name];
  if (op === undefined) throw new Error(`the machine has no ${name}`);
  return l.b.machine(name, given, op.results);
}

/** Ends with a text: a trap when it is constant. */
function panic(l: Frame, why: Expression): void {
  if (why.kind === "constant" && why.value.kind === "text") {
    l.trap(new TextDecoder().decode(why.value.bytes));
    return;
  }
  runtime(l, "panic", value(l, why));
  l.b.unreachable();
}

function elementOf(type: Type): Type {
  if (type.kind !== "slice") throw new Error("a slice is expected");
  return type.of;
}

function scaled(l: Frame, count: Operand, bytes: number): Operand {
  return bytes === 1 ? count : l.b.binary("mul", count, i64(bytes));
}

/** All elements of a slice become a value. */
function fillSlice(l: Frame, e: Intrinsic): Operand[] {
  const { b } = l;
  const [to, length] = value(l, e.arguments[0]!) as [Operand, Operand];
  const filler = e.arguments[1]!;
  const of = elementOf(e.arguments[0]!.type);
  const { bytes, align } = sizeOf(of);
  const storage = inMemory(of);
  const given = storage ? storageOf(l, filler) : one(l, filler);
  if (!storage && given.kind === "constant" && given.bits === 0n) {
    b.fill(to, constant("i8", 0), scaled(l, length, bytes), align);
    return [];
  }
  if (!storage && typeOf(given) === "i8") {
    b.fill(to, given, length, align);
    return [];
  }
  const [test, body, done] = [b.block("test"), b.block("body"), b.block("done")];
  const before = b.current;
  b.jump(test);
  b.at(test);
  const i = b.phi("i64", "i");
  i.inputs.set(before, i64(0));
  b.branch(b.compare("ult", i.result, length), body, done, "taken");
  b.at(body);
  const at = elementAddress(l, to, i.result, of);
  if (storage) b.copy(at, given, i64(bytes), align);
  else l.storeScalar(given, at);
  i.inputs.set(b.current, b.binary("add", i.result, i64(1)));
  b.jump(test);
  b.at(done);
  return [];
}

/** atomic.<what>.<order>; booleans are bytes in memory. */
function atomic(l: Frame, e: Intrinsic, rest: string): Operand[] {
  const { b } = l;
  const [what, ordering] = rest.split(".") as [string, Ordering];
  const spot = spotOf(l, e.places[0]!);
  const type = scalarOf(contentOf(spot.type))!;
  const stored: IrType = type === "i1" ? "i8" : type;
  const out = (x: Operand): Operand => (type === "i1" ? b.compare("ne", x, constant("i8", 0)) : x);
  const given = e.arguments.map((a) => {
    const x = one(l, a);
    return type === "i1" ? b.unary("zext", x, "i8") : x;
  });
  const align = widths[stored] / 8;
  switch (what) {
    case "load":
      return [out(b.load(stored, spot.address, spot.offset, { ordering, align }))];
    case "store":
      b.store(given[0]!, spot.address, spot.offset, { ordering, align });
      return [];
    case "cas": {
      const old = b.compareExchange(addressOf(l, spot), given[0]!, given[1]!, ordering);
      return [b.compare("eq", old, given[0]!)];
    }
    default:
      return [out(b.atomic(what as AtomicOp, addressOf(l, spot), given[0]!, ordering))];
  }
}

/** ports.<what>: the base, the port within the claim, a value. */
function ports(l: Frame, e: Intrinsic, what: string): Operand[] {
  const { b } = l;
  const base = argument(l, e);
  const index = argument(l, e, 1);
  const holder = e.arguments[0]!.type;
  const port = b.binary("add", base, resize(l, index, "i16", false));
  if (what === "part") return [port];
  const string = /^(in|out)(\d+)s$/.exec(what);
  if (string !== null) {
    const [at, length] = value(l, e.arguments[2]!) as [Operand, Operand];
    checkPort(l, holder, index, Number(string[2]) / 8);
    return machine(l, `${string[1]}s${string[2]}`, [port, at, length]);
  }
  const bits = Number(/\d+$/.exec(what)![0]);
  const given = e.arguments.slice(2).map((a) => one(l, a));
  checkPort(l, holder, index, bits / 8);
  return machine(l, what, [port, ...given]);
}

function checkPort(l: Frame, holder: Type, index: Operand, bytes: number): void {
  if (holder.kind !== "ports" || index.kind === "constant") return;
  const good = l.b.compare("ult", index, i64(Math.max(holder.count - bytes + 1, 0)));
  l.check(good, "port out of bounds", index, i64(holder.count));
}
