import assert from "node:assert/strict";
import { test } from "node:test";
import { readProgram } from "./read.ts";
import { printProgram } from "./text.ts";
import { verifyProgram } from "./verify.ts";

const everything = `extern putc (i8) -> ()
extern "odd name"
global message rodata bytes 5 align 1 = 68656c6c6f
global table ".init data" bytes 24 align 8 exported pointer 0: @work pointer 16: @message+3

function work(%n.0: i64, %1: i8) -> (i64, i1) inline always cold exported section .text.boot noreturn floats !"a b.ts":3:1 {
  slot pair#0 16 align 8
  slot pair#1 4 align 4
  variable n#0 parameter 1 !a.ts:3:15
entry.0:
  debug n#0 = %n.0
  %2: i64 = slot pair#0 !a.ts:4:3 in callee !main.ts:40:3 in "other one" !b.ts:1:1
  declare n#0 in pair#1
  store %n.0, [%2, 8] plain align 8
  store -1i16, [@message-8, 4] volatile align 1
  %3: i32 = load [%2, 8] acquire align 4
  fill %2, 0i8, 16i64 align 8
  copy %2, @table+16, 8i64 align 8
  move %2, @table, 4i64 align 1
  %4: i32 = atomic add %2, %3 seqcst
  %5: i64 = compareExchange %2, 1i64, 0xfedcba9876543210i64 release
  fence seqcst
  call @putc(%1)
  %6: i64 = call %5(%n.0, true, f64(1.5), f32(-0), f64(#7ff8000000000001))
  %7: i64, %8: i1 = machine rdrand()
  debug n#0 [4, 4] = %3
  debug n#0 = at %2
  debug n#0 = gone
  jump loop.1
loop.1:
  %i.9: i64 = phi entry.0: 0i64, loop.1: %10
  %10: i64 = add %i.9, 1i64
  %11: i1 = ult %10, %n.0
  %12: f64 = utof %10
  %13: i64 = select %11, %10, %i.9
  branch %11, loop.1, choose.2 likely taken
choose.2:
  switch %13, end.3 [0: end.3, 18446744073709551615: bad.4, 7: never.5]
end.3:
  return %10, %8 !a.ts:9:1
bad.4:
  trap @message(%10, %n.0)
never.5:
  unreachable
}
`;

test("what is printed can be read back, and prints the same", () => {
  const program = readProgram(everything);
  assert.deepEqual(verifyProgram(program), []);
  assert.equal(printProgram(program, { origins: true }), everything);
});

test("without origins, the text is the same but for them", () => {
  const bare = printProgram(readProgram(everything));
  assert.doesNotMatch(bare, /!main/);
  assert.equal(printProgram(readProgram(bare)), bare);
});

test("what cannot be read is named with its line", () => {
  const cases: [string, RegExp][] = [
    ["function f() -> () {\nentry.0:\n  frobnicate\n}", /^ir:3:1: unknown instruction "frobnicate"/],
    ["function f() -> () {\nentry.0:\n  jump there.1\n}", /no block \.1/],
    ["function f() -> (i64) {\nentry.0:\n  return %4\n}", /value %4 is used and never defined/],
    [
      "function f() -> () {\nentry.0:\n  %0: i8 = add 1i8, 2i8\n  %0: i8 = add 1i8, 2i8\n  return\n}",
      /ir:4:1: .*twice/,
    ],
    ["function f() -> () {\nentry.0:\n  return", /ends too early|expected/],
    ["global g data bytes", /expected a number|ends too early/],
    ["`", /cannot read/],
  ];
  for (const [text, message] of cases) assert.throws(() => readProgram(text), { name: "SourceError", message });
});
