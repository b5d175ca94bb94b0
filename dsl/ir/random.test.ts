import assert from "node:assert/strict";
import { test } from "node:test";
import { disagreement } from "./agree.ts";
import { ENTRY, randomProgram } from "./random.ts";
import { readProgram } from "./read.ts";
import { reduceProgram } from "./reduce.ts";
import { shownByInterpreter } from "./shown.ts";
import { printProgram } from "./text.ts";
import { verifyProgram } from "./verify.ts";

test("random programs are sound, and the same for the same seed", () => {
  const ends = new Set<string>();
  for (let seed = 0; seed < 300; seed++) {
    const program = randomProgram(seed);
    assert.deepEqual(verifyProgram(program), [], `seed ${seed}`);
    ends.add(shownByInterpreter(program, 1n).text.match(/^(return|trap|fault|steps|stack)/m)?.[0] ?? "");
  }
  assert.deepEqual([...ends].sort(), ["return", "trap"]);
  assert.equal(printProgram(randomProgram(7)), printProgram(randomProgram(7)));
});

test("random programs have every instruction, operation and terminator", () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 400; seed++)
    for (const f of randomProgram(seed).functions)
      for (const block of f.blocks) {
        seen.add(block.terminator.op);
        for (const i of block.instructions) {
          seen.add(i.op);
          if ("how" in i) seen.add(i.how);
          if ("ordering" in i) seen.add(i.ordering);
        }
      }
  const all =
    "binary compare unary select load store slot copy move fill atomic compareExchange fence call machine debug declare " +
    "jump branch switch return trap add sub mul udiv sdiv urem srem and or xor shl lshr ashr rotl rotr umulh smulh fadd " +
    "fsub fmul fdiv eq ne ult ule ugt uge slt sle sgt sge feq fne flt fle fgt fge neg not clz ctz popcnt bswap fneg fabs " +
    "fsqrt zext sext trunc stof utof ftos ftou fext ftrunc bitcast swap plain volatile relaxed acquire release seqcst";
  assert.deepEqual(
    all.split(" ").filter((op) => !seen.has(op)),
    [],
  );
});

test("random programs survive being written and read", () => {
  for (let seed = 0; seed < 60; seed++) {
    const text = printProgram(randomProgram(seed), { origins: true });
    assert.equal(printProgram(readProgram(text), { origins: true }), text, `seed ${seed}`);
  }
});

test("250 random programs show the same after every pass", () => {
  for (let seed = 0; seed < 250; seed++) assert.equal(disagreement(seed, true), null);
});

test("1,500 random programs show the same after all passes together", () => {
  for (let seed = 1000; seed < 2500; seed++) assert.equal(disagreement(seed, false), null);
});

test("a failure is reduced to what shows it", () => {
  const program = randomProgram(11);
  const uses = (p: ReturnType<typeof randomProgram>) =>
    p.functions.some((f) => f.name === ENTRY && f.blocks.some((b) => b.instructions.some((i) => i.op === "fill")));
  assert.ok(uses(program));
  const small = reduceProgram(program, uses);
  const size = small.functions.reduce((n, f) => n + f.blocks.reduce((m, b) => m + b.instructions.length, 0), 0);
  assert.ok(size <= 2, printProgram(small));
});
