import assert from "node:assert/strict";
import { test } from "node:test";
import { readProgram } from "./read.ts";
import { verifyProgram } from "./verify.ts";

const wrap = (body: string) => `global g data bytes 8 align 8
function two(%0: i64) -> (i64, i64) {
entry.0:
  return %0, %0
}
function f(%a.0: i64, %b.1: i32, %c.2: i1, %d.3: f64) -> () {
  slot s#0 8 align 8
entry.9:
${body}
}`;

const complain = (body: string, message: RegExp) => {
  const complaints = verifyProgram(readProgram(wrap(body)));
  assert.ok(
    complaints.some((c) => message.test(c)),
    `${body}\n${complaints.join("\n")}`,
  );
};

test("a sound function draws no complaint", () => {
  assert.deepEqual(verifyProgram(readProgram(wrap("  branch %c.2, x.1, x.1\nx.1:\n  return"))), []);
});

test("uses must be dominated by their definitions", () => {
  complain("  %5: i64 = add %6, %a.0\n  %6: i64 = add %a.0, %a.0\n  return", /%6 does not dominate/);
  complain(
    "  branch %c.2, x.1, y.2\nx.1:\n  %5: i64 = add %a.0, %a.0\n  jump y.2\ny.2:\n  %6: i64 = add %5, %5\n  return",
    /%5 does not dominate/,
  );
  complain(
    "  branch %c.2, x.1, y.2\nx.1:\n  %5: i64 = add %a.0, %a.0\n  jump y.2\ny.2:\n  %6: i64 = phi entry.9: %5, x.1: %5\n  return",
    /%5 does not dominate/,
  );
});

test("phis have one input for each predecessor", () => {
  complain("  jump x.1\nx.1:\n  %5: i64 = phi x.1: 1i64\n  return", /not one input/);
  complain("  branch %c.2, x.1, y.2\ny.2:\n  jump x.1\nx.1:\n  %5: i64 = phi y.2: 1i64\n  return", /not one input/);
  complain("  jump x.1\nx.1:\n  %5: i64 = phi entry.9: 1i32\n  return", /input of type i32/);
});

test("the entry has no predecessors, and jumps go to blocks of the function", () => {
  complain("  jump entry.9", /the entry has predecessors/);
  const program = readProgram(wrap("  jump x.1\nx.1:\n  return"));
  program.functions[1]!.blocks.pop();
  assert.match(verifyProgram(program).join(), /which is not here/);
});

test("types are exact", () => {
  complain("  %5: i64 = add %a.0, %b.1\n  return", /one type/);
  complain("  %5: i32 = umulh %b.1, %b.1\n  return", /only for i64/);
  complain("  %5: f64 = add %d.3, %d.3\n  return", /not for f64/);
  complain("  %5: i1 = add %c.2, %c.2\n  return", /not for i1/);
  complain("  %5: i1 = ult %c.2, %c.2\n  return", /not for i1/);
  complain("  %5: i1 = feq %a.0, %a.0\n  return", /not for i64/);
  complain("  %5: i64 = zext %a.0\n  return", /not from i64 to i64/);
  complain("  %5: i32 = bitcast %d.3\n  return", /not from f64 to i32/);
  complain("  %5: i8 = bswap 1i8\n  return", /not from i8 to i8/);
  complain("  %5: i64 = select %a.0, %a.0, %a.0\n  return", /condition is an i1/);
  complain("  store %c.2, [%a.0] plain align 1\n  return", /not stored/);
  complain("  store %a.0, [%b.1] plain align 1\n  return", /address is an i64/);
  complain("  store %a.0, [%a.0] plain align 3\n  return", /power of two/);
  complain("  %5: i64 = atomic add %a.0, %a.0 plain\n  return", /is ordered/);
  complain("  fence volatile\n  return", /is ordered/);
  complain("  fill %a.0, %a.0, %a.0 align 1\n  return", /i64, i8, i64/);
  complain("  %5: i64 = machine rdmsr(%a.0)\n  return", /takes \(i32\)/);
  complain("  machine fly()\n  return", /no such instruction/);
  complain("  branch %a.0, x.1, x.1\nx.1:\n  return", /not an i1/);
  complain("  switch %b.1, x.1 [1: x.1, 1: x.1]\nx.1:\n  return", /two cases/);
  complain("  switch %b.1, x.1 [4294967296: x.1]\nx.1:\n  return", /not cut/);
  complain("  return %a.0", /the signature \(\)/);
  complain("  trap @g(%b.1)", /both i64/);
});

test("calls keep to the signature of what they call, and symbols exist", () => {
  complain("  %5: i64 = call @two(%a.0)\n  return", /another signature/);
  complain("  call @nobody()\n  return", /no symbol nobody/);
  complain("  trap @nobody()", /no symbol nobody/);
});

test("globals keep their pointers and data inside", () => {
  assert.match(verifyProgram(readProgram("global g data bytes 8 align 8 pointer 4: @g")).join(), /outside/);
  assert.match(verifyProgram(readProgram("global g data bytes 1 align 1 = 0102")).join(), /more data/);
  assert.match(verifyProgram(readProgram("global g data bytes 8 align 8 pointer 0: @h")).join(), /no symbol h/);
  assert.match(verifyProgram(readProgram("extern g\nglobal g data bytes 8 align 8")).join(), /defined twice/);
});
