import assert from "node:assert/strict";
import { test } from "node:test";
import { printWasm } from "../../emulator/formats/wasm-text.ts";
import { address, Builder, constant, emptyProgram, newFunction } from "../ir/build.ts";
import { evaluateBinary, evaluateCompare, evaluateUnary } from "../ir/evaluate.ts";
import { Interpreter } from "../ir/interpret.ts";
import { optimize } from "../ir/optimize.ts";
import { randomProgram } from "../ir/random.ts";
import { readProgram } from "../ir/read.ts";
import { shownByInterpreter } from "../ir/shown.ts";
import type { BinaryOp, CompareOp, Operand, Type, UnaryOp, Value } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { verifyProgram } from "../ir/verify.ts";
import { compileToWasm } from "./compile.ts";
import { WasmRun } from "./run.ts";
import { shownByWasm } from "./shown.ts";

const wholes: Type[] = ["i8", "i16", "i32", "i64"];
const floats: Type[] = ["f32", "f64"];

/** Values at which operations turn. */
function edges(type: Type): bigint[] {
  if (type === "i1") return [0n, 1n];
  if (type === "f32" || type === "f64")
    return [
      0,
      -0,
      1,
      -1.5,
      127.5,
      255.9,
      -129,
      65536,
      2 ** 31,
      2 ** 63,
      2 ** 64,
      1e300,
      -1e-300,
      Infinity,
      -Infinity,
    ].map((v) => {
      const view = new DataView(new ArrayBuffer(8));
      if (type === "f32") view.setFloat32(4, v);
      else view.setFloat64(0, v);
      return view.getBigUint64(0);
    });
  const width = BigInt(widths[type]);
  const raw = [0n, 1n, 2n, 5n, 7n, 8n, width - 1n, width, width + 1n, 100n, -1n, -2n, -100n];
  raw.push(1n << (width - 1n), (1n << (width - 1n)) - 1n, 0x5a17c3d2e4f60b98n);
  return raw.map((v) => BigInt.asUintN(Number(width), v));
}

const isNan = (type: Type, bits: bigint) =>
  type === "f32"
    ? (bits & 0x7fffffffn) > 0x7f800000n
    : type === "f64" && (bits & ((1n << 63n) - 1n)) > 0x7ff0000000000000n;

interface Case {
  readonly name: string;
  readonly from: Type;
  readonly to: Type;
  readonly make: (b: Builder, x: Value, y: Value) => Operand;
  readonly expect: (x: bigint, y: bigint) => bigint | null;
}

function cases(): Case[] {
  const list: Case[] = [];
  const binary = (how: BinaryOp, type: Type) =>
    list.push({
      name: `${how}.${type}`,
      from: type,
      to: type,
      make: (b, x, y) => b.binary(how, x, y),
      expect: (x, y) => evaluateBinary(how, type, x, y),
    });
  const compare = (how: CompareOp, type: Type) =>
    list.push({
      name: `${how}.${type}`,
      from: type,
      to: "i1",
      make: (b, x, y) => b.compare(how, x, y),
      expect: (x, y) => (evaluateCompare(how, type, x, y) ? 1n : 0n),
    });
  const unary = (how: UnaryOp, from: Type, to: Type) =>
    list.push({
      name: `${how}.${from}.${to}`,
      from,
      to,
      make: (b, x) => b.unary(how, x, to),
      expect: (x) => evaluateUnary(how, from, to, x),
    });
  for (const type of wholes) {
    for (const how of [
      "add",
      "sub",
      "mul",
      "udiv",
      "sdiv",
      "urem",
      "srem",
      "and",
      "or",
      "xor",
      "shl",
      "lshr",
      "ashr",
      "rotl",
      "rotr",
    ] as const)
      binary(how, type);
    for (const how of ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"] as const) compare(how, type);
    for (const how of ["neg", "not", "clz", "ctz", "popcnt"] as const) unary(how, type, type);
    if (type !== "i8") unary("bswap", type, type);
    for (const to of ["i1", ...wholes] as const) {
      if (widths[to] < widths[type]) unary("trunc", type, to);
      if (widths[to] > widths[type]) for (const how of ["zext", "sext"] as const) unary(how, type, to);
    }
    unary("zext", "i1", type);
    unary("sext", "i1", type);
    for (const f of floats) {
      for (const how of ["stof", "utof"] as const) unary(how, type, f);
      for (const how of ["ftos", "ftou"] as const) unary(how, f, type);
    }
  }
  binary("umulh", "i64");
  binary("smulh", "i64");
  for (const how of ["and", "or", "xor"] as const) binary(how, "i1");
  unary("not", "i1", "i1");
  for (const type of floats) {
    for (const how of ["fadd", "fsub", "fmul", "fdiv"] as const) binary(how, type);
    for (const how of ["feq", "fne", "flt", "fle", "fgt", "fge"] as const) compare(how, type);
    for (const how of ["fneg", "fabs", "fsqrt"] as const) unary(how, type, type);
  }
  unary("fext", "f32", "f64");
  unary("ftrunc", "f64", "f32");
  unary("bitcast", "f32", "i32");
  unary("bitcast", "i64", "f64");
  return list;
}

test("every operation on values at its edges gives what the interpreter's definition says", () => {
  const all = cases();
  const program = emptyProgram();
  for (const { name, from, to, make } of all) {
    const f = newFunction(name, [{ type: from }, { type: from }], [to]);
    const b = new Builder(f);
    b.return(make(b, f.parameters[0]!, f.parameters[1]!));
    program.functions.push(f);
  }
  assert.deepEqual(verifyProgram(program), []);
  const run = new WasmRun(compileToWasm(program));
  for (const { name, from, to, expect } of all)
    for (const x of edges(from))
      for (const y of edges(from)) {
        const expected = expect(x, y);
        if (expected === null) continue;
        const outcome = run.call(name, [x, y]);
        assert.equal(outcome.kind, "return");
        const got = outcome.kind === "return" ? outcome.values[0]! : 0n;
        if (!isNan(to, expected) || !isNan(to, got)) assert.equal(got, expected, `${name}(${x}, ${y})`);
      }
});

test("calls between functions, through pointers and to the outside, two results, memory", () => {
  const text = `extern put (i8, f32) -> (i16, i64)
global table data bytes 16 align 8 pointer 8: @twice
function main(%0: i64) -> (i64, i8) {
  slot room#0 24 align 8
entry.0:
  %1: i64 = slot room#0
  fill %1, 1i8, 24i64 align 8
  %2: i64 = load [@table, 8] plain align 8
  %3: i64, %4: i8 = call %2(%0, %1)
  %5: i16, %6: i64 = call @put(%4, f32(1.5))
  %7: i64 = zext %5
  %8: i64 = add %7, %6
  %9: i64 = load [%1, 8] plain align 8
  %10: i64 = xor %8, %9
  return %10, %4
}
function twice(%0: i64, %1: i64) -> (i64, i8) {
entry.0:
  %2: i64 = add %0, %0
  store %2, [%1, 8] plain align 8
  %3: i8 = trunc %2
  return %2, %3
}`;
  const seen: unknown[] = [];
  const host = {
    extern: (name: string, args: readonly bigint[]) => {
      seen.push(name, ...args);
      return [0xffffn, (1n << 64n) - 1n];
    },
  };
  const program = readProgram(text);
  const wasm = new WasmRun(compileToWasm(program), host).call("main", [0x81n]);
  assert.deepEqual(seen, ["put", 2n, 0x3fc00000n]);
  assert.deepEqual(wasm, { kind: "return", values: [0xfffen ^ 0x102n, 2n] });
  assert.deepEqual(wasm, new Interpreter(program, { host }).call("main", [0x81n]));
});

/** Two blocks that jump into each other from both sides: no header dominates the circle. */
const irreducible = `function f(%n.0: i32) -> (i32) {
entry.0:
  %c.1: i1 = ugt %n.0, 10i32
  branch %c.1, left.1, right.2
left.1:
  %x.2: i32 = phi entry.0: %n.0, right.2: %y1.5
  %x1.3: i32 = add %x.2, 3i32
  %big.6: i1 = ugt %x1.3, 100i32
  branch %big.6, end.3, right.2
right.2:
  %y.4: i32 = phi entry.0: 1i32, left.1: %x1.3
  %y1.5: i32 = mul %y.4, 2i32
  %odd.7: i1 = ugt %y1.5, 90i32
  branch %odd.7, end.3, left.1
end.3:
  %r.8: i32 = phi left.1: %x1.3, right.2: %y1.5
  return %r.8
}`;

test("control flow that is not reducible is dispatched", () => {
  const program = readProgram(irreducible);
  const run = new WasmRun(compileToWasm(program));
  for (const n of [0n, 5n, 11n, 50n, 98n, 2000n])
    assert.deepEqual(run.call("f", [n]), new Interpreter(program).call("f", [n]), String(n));
});

test("switches: dense, sparse, of 64 bits, with phis at their targets", () => {
  for (const [type, values] of [
    ["i8", [0, 1, 5, 200]],
    ["i64", [0, 3, 7]],
    ["i64", [1, 0x1_0000_0001, 2 ** 40]],
    ["i16", [40000, 3]],
  ] as const) {
    const list = values.map((v) => `${v}: a.${1 + (v % 2)}`).join(", ");
    const program = readProgram(`function f(%0: ${type}) -> (i32) {
entry.0:
  switch %0, other.3 [${list}]
a.1:
  %1: i32 = phi entry.0: 11i32
  return %1
a.2:
  %2: i32 = phi entry.0: 22i32
  jump join.4
other.3:
  jump join.4
join.4:
  %3: i32 = phi a.2: %2, other.3: 33i32
  return %3
}`);
    assert.deepEqual(verifyProgram(program), []);
    const run = new WasmRun(compileToWasm(program));
    for (const v of [...values, 2, 4, 6, 255, 0x1_0000_0000, 0x1_0000_0003, 2 ** 62]) {
      const bits = BigInt.asUintN(widths[type], BigInt(v));
      assert.deepEqual(run.call("f", [bits]), new Interpreter(program).call("f", [bits]), `${type} ${v}`);
    }
  }
});

test("traps, faults and a full stack are outcomes", () => {
  const f = newFunction("f", [{ type: "i64" }], []);
  const b = new Builder(f);
  const slot = b.slot("room", 4096, 16);
  b.store(constant("i8", 1n), b.slotAddress(slot));
  b.call(address("f"), f.signature, [f.parameters[0]!]);
  b.return();
  const g = newFunction("g", [{ type: "i64" }], []);
  const c = new Builder(g);
  c.store(constant("i8", 1n), g.parameters[0]!);
  c.trap("oops", g.parameters[0]!);
  const program = emptyProgram();
  program.functions.push(f, g);
  const data = new TextEncoder().encode("oops!");
  program.globals.push({
    name: "oops",
    site: f.site,
    section: "rodata",
    align: 1,
    bytes: 5,
    data,
    pointers: [],
    exported: false,
  });
  const compiled = compileToWasm(program);
  assert.deepEqual(new WasmRun(compiled).call("f", [0n]), { kind: "stack" });
  assert.deepEqual(new WasmRun(compiled).call("g", [0x8000n]), {
    kind: "trap",
    message: "oops!",
    arguments: [0x8000n, 0n],
  });
  assert.equal(new WasmRun(compiled).call("g", [0xffff_fff0n]).kind, "fault");
});

test("a loop as text", () => {
  const program = readProgram(`function sum(%at.0: i64, %n.1: i64) -> (i64) {
entry.0:
  jump test.1
test.1:
  %i.2: i64 = phi entry.0: 0i64, body.2: %i1.6
  %s.3: i64 = phi entry.0: 0i64, body.2: %s1.7
  %4: i1 = ult %i.2, %n.1
  branch %4, body.2, done.3
body.2:
  %5: i64 = add %at.0, %i.2
  %b.8: i8 = load [%5, 4] plain align 1
  %9: i64 = zext %b.8
  %s1.7: i64 = add %s.3, %9
  %i1.6: i64 = add %i.2, 1i64
  jump test.1
done.3:
  return %s.3
}`);
  const text = printWasm(compileToWasm(program).bytes);
  const body = text.slice(text.lastIndexOf("(func $sum")).replace(/\(local.*\)\n */g, "");
  assert.equal(
    body
      .split("\n")
      .map((line) => line.trim())
      .join(" ")
      .replace(/ +/g, " ")
      .trim(),
    "(func $sum (param i64) (param i64) (result i64) " +
      "i64.const 0 i64.const 0 local.set 2 local.set 3 " +
      "loop local.get 3 local.get 1 i64.lt_u local.set 4 local.get 4 if " +
      "local.get 0 local.get 3 i64.add local.set 5 local.get 5 i32.wrap_i64 i32.const 4 i32.add i32.load8_u local.set 6 " +
      "local.get 6 i64.extend_i32_u local.set 7 local.get 2 local.get 7 i64.add local.set 8 " +
      "local.get 3 i64.const 1 i64.add local.set 9 local.get 9 local.get 8 local.set 2 local.set 3 br 1 " +
      "else local.get 2 return end end unreachable))",
  );
});

test("600 random programs show the same as in the interpreter, as they are and optimized", () => {
  for (let seed = 0; seed < 600; seed++) {
    const program = randomProgram(seed);
    const argument = BigInt(seed) << 7n;
    const expected = shownByInterpreter(program, argument).text;
    if (expected === "steps") continue;
    assert.equal(shownByWasm(program, argument), expected, `seed ${seed}`);
    if (seed % 2 === 1) continue;
    optimize(program);
    assert.equal(shownByWasm(program, argument), expected, `seed ${seed}, optimized`);
  }
});
