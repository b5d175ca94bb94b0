import assert from "node:assert/strict";
import { test } from "node:test";
import { type Host, Interpreter, type Outcome } from "./interpret.ts";
import { readProgram } from "./read.ts";
import { verifyProgram } from "./verify.ts";

function run(text: string, name: string, args: bigint[] = [], host: Host = {}, stepLimit?: number): Outcome {
  const program = readProgram(text);
  assert.deepEqual(verifyProgram(program), []);
  return new Interpreter(program, { host }).call(name, args, stepLimit);
}

/** The value of one expression. */
function value(type: string, line: string): bigint {
  const outcome = run(`function f() -> (${type}) {\nentry.0:\n  %0: ${type} = ${line}\n  return %0\n}`, "f");
  assert.equal(outcome.kind, "return", line);
  return outcome.kind === "return" ? outcome.values[0]! : 0n;
}

test("every operation gives what ssa.ts says at its edges", () => {
  const cases: [string, string, bigint][] = [
    ["i8", "add 200i8, 100i8", 44n],
    ["i8", "sub 1i8, 2i8", 255n],
    ["i64", "mul 0xffffffffffffffffi64, 0xffffffffffffffffi64", 1n],
    ["i8", "sdiv -7i8, 2i8", 253n],
    ["i8", "srem -7i8, 2i8", 255n],
    ["i8", "udiv -7i8, 2i8", 124n],
    ["i32", "shl 1i32, 32i32", 0n],
    ["i32", "lshr -1i32, 40i32", 0n],
    ["i8", "ashr -128i8, 200i8", 255n],
    ["i8", "ashr 64i8, 200i8", 0n],
    ["i8", "rotl 129i8, 9i8", 3n],
    ["i8", "rotr 129i8, 17i8", 192n],
    ["i8", "rotr 129i8, 16i8", 129n],
    ["i64", "umulh -1i64, -1i64", (1n << 64n) - 2n],
    ["i64", "smulh -1i64, -1i64", 0n],
    ["i64", "smulh -1i64, 5i64", (1n << 64n) - 1n],
    ["i1", "slt -1i8, 1i8", 1n],
    ["i1", "ult -1i8, 1i8", 0n],
    ["i1", "fne f64(NaN), f64(NaN)", 1n],
    ["i1", "fle f64(NaN), f64(1)", 0n],
    ["i1", "feq f32(-0), f32(0)", 1n],
    ["i16", "clz 0i16", 16n],
    ["i16", "ctz 0i16", 16n],
    ["i16", "ctz 8i16", 3n],
    ["i16", "clz 1i16", 15n],
    ["i32", "popcnt -1i32", 32n],
    ["i16", "bswap 4660i16", 0x3412n],
    ["i64", "sext true", (1n << 64n) - 1n],
    ["i1", "trunc 2i8", 0n],
    ["i8", "ftos f64(300)", 127n],
    ["i8", "ftos f64(-Infinity)", 128n],
    ["i8", "ftou f64(-3)", 0n],
    ["i8", "ftou f64(255.9)", 255n],
    ["i64", "ftou f64(NaN)", 0n],
    ["f32", "utof 0xffffff7fffffffffi64", 0x5f7fffffn],
    // 2^53 + 2^29 + 1 rounds up to f32; through f64 the last bit would be lost and the tie go to even.
    ["f32", "utof 0x20000020000001i64", 0x5a000001n],
    ["f32", "fadd f32(1), f32(5.960464477539063e-8)", 0x3f800000n],
    ["f64", "fext f32(1.5)", 0x3ff8000000000000n],
    ["f32", "ftrunc f64(1e300)", 0x7f800000n],
    ["i64", "bitcast f64(1)", 0x3ff0000000000000n],
    ["f64", "fneg f64(0)", 1n << 63n],
    ["f64", "fsqrt f64(2)", 0x3ff6a09e667f3bcdn],
  ];
  for (const [type, line, expected] of cases) assert.equal(value(type, line), expected, line);
});

const swap = `function f(%n.0: i64) -> (i64) {
entry.0:
  jump loop.1
loop.1:
  %a.1: i64 = phi entry.0: 0i64, loop.1: %b.2
  %b.2: i64 = phi entry.0: 1i64, loop.1: %s.3
  %i.4: i64 = phi entry.0: 0i64, loop.1: %5
  %s.3: i64 = add %a.1, %b.2
  %5: i64 = add %i.4, 1i64
  %6: i1 = ult %5, %n.0
  branch %6, loop.1, end.2
end.2:
  return %a.1
}`;

test("phis of a block change at once", () => {
  assert.deepEqual(run(swap, "f", [21n]), { kind: "return", values: [6765n] });
});

test("a loop without end meets the step limit", () => {
  assert.deepEqual(run("function f() -> () {\nentry.0:\n  jump a.1\na.1:\n  jump a.1\n}", "f", [], {}, 1000), {
    kind: "steps",
  });
});

test("recursion without end fills the stack", () => {
  const text = "function f() -> () {\n  slot s#0 64 align 16\nentry.0:\n  call @f()\n  return\n}";
  assert.deepEqual(run(text, "f"), { kind: "stack" });
});

const memory = `global message rodata bytes 13 align 1 = 6f7574206f6620626f756e6473
global table data bytes 16 align 8 pointer 8: @double
extern put (i64) -> ()
function double(%0: i64) -> (i64, i64) {
entry.0:
  %1: i64 = add %0, %0
  return %1, %0
}
function f(%0: i64) -> (i64) {
  slot s#0 16 align 16
entry.0:
  %1: i64 = slot s#0
  %8: i64 = and %1, 15i64
  call @put(%8)
  fill %1, 255i8, 16i64 align 16
  store %0, [%1, 3] plain align 1
  %2: i16 = load [%1, 3] plain align 1
  %3: i64 = zext %2
  %4: i64 = load [@table, 8] plain align 8
  %5: i64, %6: i64 = call %4(%3)
  call @put(%6)
  %9: i64 = atomic add %1, 1i64 seqcst
  %10: i64 = compareExchange %1, 0i64, 5i64 seqcst
  call @put(%10)
  %7: i1 = ult %0, 10i64
  branch %7, good.1, bad.2
good.1:
  return %5
bad.2:
  trap @message(%0, 10i64)
}`;

test("memory, pointers to functions, externs and traps", () => {
  const put: bigint[] = [];
  const host: Host = {
    extern: (_name, args) => {
      put.push(...args);
      return [];
    },
  };
  assert.deepEqual(run(memory, "f", [7n], host), { kind: "return", values: [14n] });
  assert.deepEqual(put, [0n, 7n, 0x0000000008000000n]);
  assert.deepEqual(run(memory, "f", [0x1_0005n], host), {
    kind: "trap",
    message: "out of bounds",
    arguments: [0x10005n, 10n],
  });
});

test("what must not happen is a fault with its reason", () => {
  const body = (lines: string) => `function f(%0: i64) -> () {\nentry.0:\n${lines}\n}`;
  const cases: [string, RegExp][] = [
    ["  %1: i64 = load [%0] plain align 1\n  return", /accesses 8 bytes at 0x8/],
    ["  %1: i64 = udiv 1i64, 0i64\n  return", /udiv has no result/],
    ["  call %0()\n  return", /no function/],
    ["  unreachable", /unreachable/],
    ["  machine cli()\n  return", /cli is not here/],
  ];
  for (const [lines, why] of cases) {
    const outcome = run(body(lines), "f", [8n]);
    assert.equal(outcome.kind, "fault");
    assert.match(outcome.kind === "fault" ? outcome.why : "", why);
  }
});
