/** What each pass is for, on the smallest function that shows it; that it changes no meaning is ir/random.test.ts's affair. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Interpreter } from "../interpret.ts";
import { optimize } from "../optimize.ts";
import { type Pass, ProgramFacts } from "../pass.ts";
import { readProgram } from "../read.ts";
import type { IrProgram } from "../ssa.ts";
import { printFunction } from "../text.ts";
import { verifyProgram } from "../verify.ts";
import { bounds } from "./bounds.ts";
import { cfg } from "./cfg.ts";
import { compares } from "./compares.ts";
import { dce } from "./dce.ts";
import { divide } from "./divide.ts";
import { dse } from "./dse.ts";
import { expand } from "./expand.ts";
import { forward } from "./forward.ts";
import { gvn } from "./gvn.ts";
import { induction } from "./induction.ts";
import { layout } from "./layout.ts";
import { licm } from "./licm.ts";
import { promote } from "./promote.ts";
import { rotate } from "./rotate.ts";
import { simplify } from "./simplify.ts";
import { strength } from "./strength.ts";

const globals = `global message rodata bytes 3 align 1 = 626164
global table rodata bytes 8 align 8 = 0100000002000000
global g data bytes 64 align 8
global h data bytes 64 align 8
extern out (i64) -> ()
`;

/** Runs passes over the last function and gives its body's lines, without blanks at their ends. */
function after(text: string, ...passes: Pass[]): string[] {
  const program: IrProgram = readProgram(globals + text);
  assert.deepEqual(verifyProgram(program), []);
  const f = program.functions.at(-1)!;
  for (const pass of passes) {
    pass.run(f, new ProgramFacts(program));
    assert.deepEqual(verifyProgram(program), [], pass.name);
  }
  return printFunction(f)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "}");
}

const body = (text: string, ...passes: Pass[]) => after(text, ...passes).slice(1);
const one = (line: string, type = "i64", result = type) =>
  body(
    `function f(%x.0: ${type}, %y.1: ${type}, %c.2: i1) -> (${result}) {\nentry.0:\n${line}\n  return %9\n}`,
    simplify,
    dce,
  )
    .slice(1)
    .join("; ");

test("simplify: identities, constants and shapes that later passes know", () => {
  const cases: [string, string, string?, string?][] = [
    ["  %9: i64 = add %x.0, 0i64", "return %x.0"],
    ["  %9: i64 = mul %x.0, 8i64", "%9: i64 = shl %x.0, 3i64; return %9"],
    ["  %9: i64 = udiv %x.0, 8i64", "%9: i64 = lshr %x.0, 3i64; return %9"],
    ["  %9: i64 = urem %x.0, 8i64", "%9: i64 = and %x.0, 7i64; return %9"],
    ["  %8: i64 = add 5i64, %x.0\n  %9: i64 = sub %8, 7i64", "%9: i64 = add %x.0, -2i64; return %9"],
    ["  %9: i64 = xor %x.0, %x.0", "return 0i64"],
    ["  %9: i64 = lshr %x.0, 64i64", "return 0i64"],
    ["  %8: i64 = shl %x.0, 4i64\n  %9: i64 = lshr %8, 4i64", "%9: i64 = and %x.0, 0xfffffffffffffffi64; return %9"],
    [
      "  %8: i32 = trunc %x.0\n  %7: i64 = zext %8\n  %9: i64 = and %7, 0xffffffffi64",
      "%8: i32 = trunc %x.0; %7: i64 = zext %8; return %7",
    ],
    ["  %8: i1 = eq %x.0, %y.1\n  %9: i1 = not %8", "%9: i1 = ne %x.0, %y.1; return %9", "i64", "i1"],
    ["  %8: i8 = zext %c.2\n  %9: i1 = ne %8, 0i8", "return %c.2", "i64", "i1"],
    ["  %8: i64 = add %x.0, 3i64\n  %9: i1 = eq %8, 10i64", "%9: i1 = eq %x.0, 7i64; return %9", "i64", "i1"],
    ["  %8: i64 = and %x.0, 15i64\n  %9: i1 = ult %8, 16i64", "return true", "i64", "i1"],
    ["  %9: i1 = select %c.2, true, false", "return %c.2", "i64", "i1"],
    // It does not happen: so it is not folded either.
    ["  %9: i64 = udiv 7i64, 0i64", "%9: i64 = udiv 7i64, 0i64; return %9"],
    ["  %9: i32 = load [@table, 4] plain align 4", "return 2i32", "i64", "i32"],
    [
      "  %8: i64 = add %x.0, 24i64\n  %9: i64 = load [%8, 8] plain align 8",
      "%9: i64 = load [%x.0, 32] plain align 8; return %9",
    ],
  ];
  for (const [line, expected, type, result] of cases) {
    const lines = one(line, type ?? "i64", result ?? type ?? "i64");
    assert.equal(lines, expected, line);
  }
});

test("simplify leaves floats whose zeros and infinities differ", () => {
  assert.match(one("  %9: f64 = fadd %x.0, f64(0)", "f64"), /fadd/);
  assert.match(one("  %9: f64 = fmul %x.0, f64(0)", "f64"), /fmul/);
  assert.equal(one("  %9: f64 = fmul %x.0, f64(1)", "f64"), "return %x.0");
});

test("gvn: what is calculated once is not calculated again, and branches teach", () => {
  const lines = body(
    `function f(%x.0: i64, %y.1: i64) -> (i64) {
entry.0:
  %2: i64 = add %x.0, %y.1
  %3: i1 = eq %x.0, 5i64
  branch %3, same.1, other.2
same.1:
  %4: i64 = add %y.1, %x.0
  return %x.0
other.2:
  %5: i64 = add %y.1, %x.0
  %6: i1 = ne %x.0, 5i64
  branch %6, yes.3, no.4
yes.3:
  return %5
no.4:
  return 0i64
}`,
    gvn,
    cfg,
    dce,
  );
  assert.deepEqual(lines, [
    "entry.0:",
    "%2: i64 = add %x.0, %y.1",
    "%3: i1 = eq %x.0, 5i64",
    "branch %3, same.1, other.2",
    "same.1:",
    "return 5i64",
    "other.2:",
    "return %2",
  ]);
});

test("promote: slots become values with phis, and variables keep their debug values", () => {
  const lines = body(
    `function f(%c.0: i1, %x.1: i32) -> (i32) {
  slot v#0 4 align 4
  variable v#0 parameter 0 !a.ts:1:1
entry.0:
  declare v#0 in v#0
  %2: i64 = slot v#0
  store %x.1, [%2] plain align 4
  branch %c.0, then.1, join.2
then.1:
  store 7i32, [%2] plain align 4
  jump join.2
join.2:
  %3: i32 = load [%2] plain align 4
  return %3
}`,
    promote,
    dce,
  );
  assert.deepEqual(lines, [
    "variable v#0 parameter 0 !a.ts:1:1",
    "entry.0:",
    "debug v#0 = %x.1",
    "branch %c.0, then.1, join.2",
    "then.1:",
    "debug v#0 = 7i32",
    "jump join.2",
    "join.2:",
    "%v.4: i32 = phi entry.0: %x.1, then.1: 7i32",
    "debug v#0 = %v.4",
    "return %v.4",
  ]);
});

test("promote: a slot whose address gets out, or that is accessed at a computed place, stays", () => {
  for (const use of [
    "call @out(%1)",
    "%3: i64 = add %1, %x.0\n  %4: i8 = load [%3] plain align 1",
    "%5: i64 = atomic add %1, 1i64 seqcst",
  ]) {
    const text = `function f(%x.0: i64) -> (i64) {\n  slot s#0 8 align 8\nentry.0:\n  %1: i64 = slot s#0\n  store 1i64, [%1] plain align 8\n  ${use}\n  %9: i64 = load [%1] plain align 8\n  return %9\n}`;
    assert.ok(body(text, promote, dce).includes("%9: i64 = load [%1] plain align 8"), use);
  }
});

test("expand and promote: a class is copied through slots without memory", () => {
  const lines = body(
    `function f(%x.0: i64, %y.1: i32) -> (i64, i32) {
  slot a#0 16 align 8
  slot b#1 16 align 8
entry.0:
  %2: i64 = slot a#0
  %3: i64 = slot b#1
  fill %2, 0i8, 16i64 align 8
  store %x.0, [%2] plain align 8
  store %y.1, [%2, 12] plain align 4
  copy %3, %2, 16i64 align 8
  %4: i64 = load [%3] plain align 8
  %5: i32 = load [%3, 12] plain align 4
  return %4, %5
}`,
    expand,
    promote,
    simplify,
    dce,
  );
  assert.deepEqual(lines, ["entry.0:", "return %x.0, %y.1"]);
});

test("forward: loads after stores and loads, past what cannot touch the place", () => {
  const lines = body(
    `function f(%p.0: i64) -> (i64, i64, i64) {
  slot s#0 8 align 8
entry.0:
  %1: i64 = slot s#0
  store 5i64, [%1] plain align 8
  store 6i64, [@g] plain align 8
  store 7i64, [@h] plain align 8
  %2: i64 = load [@g] plain align 8
  store 8i64, [%p.0] plain align 8
  %3: i64 = load [@g] plain align 8
  call @out(%3)
  %4: i64 = load [%1] plain align 8
  return %2, %3, %4
}`,
    forward,
  );
  // What p points at may be g, but not the slot, whose address nobody has.
  assert.ok(lines.includes("%3: i64 = load [@g] plain align 8"));
  assert.equal(lines.at(-1), "return 6i64, %3, 5i64");
});

test("dse: overwritten stores, and stores to slots that nobody reads, are gone; volatile ones stay", () => {
  const lines = body(
    `function f(%p.0: i64) -> () {
  slot s#0 8 align 8
entry.0:
  %1: i64 = slot s#0
  store 1i64, [@g] plain align 8
  store 2i64, [@g] volatile align 8
  store 3i64, [@g] plain align 8
  store 4i64, [@g] plain align 8
  store 5i64, [%1] plain align 8
  %2: i64 = load [%p.0] plain align 8
  store 6i64, [@h] plain align 8
  call @out(%2)
  store 7i64, [@h] plain align 8
  return
}`,
    dse,
    dce,
  );
  assert.deepEqual(
    lines.filter((line) => line.startsWith("store")).map((line) => line.split(",")[0]),
    ["store 2i64", "store 4i64", "store 6i64", "store 7i64"],
  );
});

test("dse: a move reads what it overwrites", () => {
  const lines = body(
    `function f() -> () {
entry.0:
  store 1i64, [@g] plain align 8
  %1: i64 = add @g, 4i64
  move @g, %1, 8i64 align 4
  return
}`,
    dse,
  );
  assert.ok(lines.includes("store 1i64, [@g] plain align 8"), lines.join("\n"));
});

const counted = (
  test: string,
  inside: string,
  start = "0i64",
  step = "1i64",
) => `function f(%n.0: i64, %p.1: i64) -> (i64) {
entry.0:
  jump loop.1
loop.1:
  %i.2: i64 = phi entry.0: ${start}, next.4: %i1.5
  %s.3: i64 = phi entry.0: 0i64, next.4: %s1.6
  %4: i1 = ${test}
  branch %4, body.2, done.5
body.2:
${inside}
next.4:
  %v.9: i8 = load [%p.1, 3] plain align 1
  %10: i64 = zext %v.9
  %s1.6: i64 = add %s.3, %10
  %i1.5: i64 = add %i.2, ${step}
  jump loop.1
done.5:
  return %s.3
bad.6:
  trap @message(%i.2, %n.0)
}`;
const check = (what: string) => `  %8: i1 = ${what}\n  branch %8, next.4, bad.6`;

test("bounds: checks that the loop's own test implies are gone, others stay", () => {
  const gone = (text: string) => !after(text, gvn, bounds, cfg).some((line) => line.startsWith("trap"));
  assert.ok(gone(counted("ult %i.2, %n.0", check("ult %i.2, %n.0"))));
  assert.ok(gone(counted("ult %i.2, 10i64", check("ult %i.2, 10i64"))));
  assert.ok(gone(counted("ult %i.2, 10i64", check("ult %i.2, 64i64"))));
  assert.ok(gone(counted("slt %i.2, %n.0", check("ult %i.2, %n.0"))));
  assert.ok(gone(counted("ne %i.2, 10i64", check("ult %i.2, 10i64"))));
  assert.ok(gone(counted("ugt %i.2, 0i64", `  %7: i64 = add %i.2, -1i64\n${check("ult %7, %n.0")}`, "%n.0", "-1i64")));
  assert.ok(gone(counted("ult %i.2, %n.0", `  %7: i64 = lshr %i.2, 1i64\n${check("ult %7, %n.0")}`)));
  assert.ok(!gone(counted("ult %i.2, 11i64", check("ult %i.2, 10i64"))));
  assert.ok(!gone(counted("ule %i.2, %n.0", check("ult %i.2, %n.0"))));
  assert.ok(!gone(counted("slt %i.2, %n.0", check("ult %i.2, %n.0"), "-5i64")));
  assert.ok(!gone(counted("ult %i.2, %n.0", `  %7: i64 = add %i.2, 1i64\n${check("ult %7, %n.0")}`)));
  // Steps of 3 may wrap around when the limit is close to the largest number.
  assert.ok(!gone(counted("slt %i.2, 0x7fffffffffffffffi64", check("slt -1i64, %i.2"), "0i64", "3i64")));
});

test("bounds: contradictions in code that never runs do no harm", () => {
  const text = `function f(%x.0: i64) -> (i64) {
entry.0:
  %1: i64 = and %x.0, 0i64
  %2: i1 = ne %1, 0i64
  branch %2, never.1, done.2
never.1:
  %3: i64 = udiv %1, %1
  %4: i1 = ult %3, 16i64
  branch %4, done.2, done.2
done.2:
  return 0i64
}`;
  assert.ok(body(text, bounds, cfg).length > 0);
});

test("rotate and licm: the test goes to the bottom, and what does not change goes in front", () => {
  const lines = after(counted("ult %i.2, %n.0", "  jump next.4"), cfg, rotate, licm, simplify, dce);
  const load = lines.findIndex((line) => line.includes("load"));
  const loop = lines.findIndex((line) => line.includes("phi"));
  assert.ok(load >= 0 && load < loop, lines.join("\n"));
  // One branch in each round, back to the top of the loop.
  const back = lines.filter((line) => line.startsWith("branch"));
  assert.equal(back.length, 2, lines.join("\n"));
});

test("licm: a load behind a store that may touch it stays in the loop", () => {
  const store = "  store %i.2, [@g] plain align 8\n  jump next.4";
  const lines = after(counted("ult %i.2, %n.0", store), cfg, rotate, licm);
  assert.ok(lines.findIndex((line) => line.includes("load")) > lines.findIndex((line) => line.includes("phi")));
});

test("strength: the counter's multiple is counted along", () => {
  const inside =
    "  %7: i64 = mul %i.2, 24i64\n  %11: i64 = add %p.1, %7\n  store %i.2, [%11] plain align 8\n  jump next.4";
  const lines = after(counted("ult %i.2, %n.0", inside), strength, simplify, dce);
  assert.ok(lines.some((line) => /phi .*0i64/.test(line) && line.includes("i.1")));
  assert.ok(!lines.some((line) => line.includes("mul")), lines.join("\n"));
});

test("strength: also in the block that goes round by itself", () => {
  const lines = after(
    `function f(%n.0: i64) -> () {
entry.0:
  jump loop.1
loop.1:
  %i.1: i64 = phi entry.0: 0i64, loop.1: %3
  %2: i64 = mul %i.1, 24i64
  call @out(%2)
  %3: i64 = add %i.1, 1i64
  %4: i1 = ult %3, %n.0
  branch %4, loop.1, after.2
after.2:
  return
}`,
    strength,
    simplify,
    dce,
  );
  assert.ok(lines.some((line) => /add %\S+, 24i64/.test(line)) && !lines.some((line) => line.includes("mul")));
});

test("divide: quotients and remainders by every small and many large constants are exact", () => {
  const constants: [string, bigint[]][] = [
    ["i8", [3n, 5n, 7n, 10n, 100n, 127n, 128n, 255n]],
    ["i16", [3n, 7n, 10n, 641n, 1000n, 0xffffn]],
    ["i32", [3n, 7n, 10n, 60n, 641n, 1_000_000_007n, 0x8000_0001n, 0xffff_ffffn]],
    ["i64", [3n, 7n, 10n, 24n, 641n, 1_000_000_007n, 0x8000_0000_0000_0001n, (1n << 64n) - 1n, (1n << 64n) - 7n]],
  ];
  for (const [type, list] of constants) {
    const width = Number(type.slice(1));
    const dividends = [0n, 1n, 2n, 9n, 10n, 99n, 100n, 1n << BigInt(width - 1)];
    for (const d of list) dividends.push(d, d - 1n, d + 1n, d * 5n, d * 5n - 1n, -d, -d - 1n);
    for (let k = 1n; k < 60n; k++) dividends.push(k * 0x9e3779b97f4a7c15n, -k);
    for (const how of ["udiv", "urem", "sdiv", "srem"])
      for (const d of [...list, 2n, 4n, 1n << BigInt(width - 1)]) {
        if ((how === "sdiv" || how === "srem") && BigInt.asUintN(width, d) === (1n << BigInt(width)) - 1n) continue;
        const text = `function f(%x.0: ${type}) -> (${type}) {\nentry.0:\n  %1: ${type} = ${how} %x.0, ${BigInt.asUintN(width, d)}${type}\n  return %1\n}`;
        const plain = new Interpreter(readProgram(text));
        const program = readProgram(text);
        divide.run(program.functions[0]!, new ProgramFacts(program));
        assert.deepEqual(verifyProgram(program), []);
        if (how[0] === "s" || (d & (d - 1n)) !== 0n)
          assert.doesNotMatch(printFunction(program.functions[0]!), /div|rem/);
        const better = new Interpreter(program);
        for (const x of dividends)
          assert.deepEqual(better.call("f", [x]), plain.call("f", [x]), `${how} ${type} ${x} ${d}`);
      }
  }
});

test("cfg: a small choice between values is a select", () => {
  const lines = body(
    `function f(%c.0: i1, %x.1: i64) -> (i64) {
entry.0:
  branch %c.0, then.1, join.2
then.1:
  %2: i64 = add %x.1, 1i64
  jump join.2
join.2:
  %3: i64 = phi entry.0: %x.1, then.1: %2
  return %3
}`,
    cfg,
    simplify,
  );
  assert.deepEqual(lines, ["entry.0:", "%2: i64 = add %x.1, 1i64", "%4: i64 = select %c.0, %2, %x.1", "return %4"]);
});

test("layout: traps stand behind everything else, loops together", () => {
  const lines = after(counted("ult %i.2, %n.0", check("ult %i.2, 64i64")), layout);
  const labels = lines.filter((line) => /^\w+\.\d+:$/.test(line)).map((line) => line.split(".")[0]);
  assert.deepEqual(labels, ["entry", "loop", "body", "next", "done", "bad"]);
});

test("optimize: small functions are inlined, with the calls remembered; unused ones leave", () => {
  const program = readProgram(`${globals}
function twice(%x.0: i64) -> (i64) !lib.ts:1:1 {
entry.0:
  %1: i64 = add %x.0, %x.0 !lib.ts:2:3
  return %1 !lib.ts:2:3
}
function f(%x.0: i64) -> (i64) exported !main.ts:1:1 {
entry.0:
  %1: i64 = call @twice(%x.0) !main.ts:2:5
  %2: i64 = call @twice(%1) !main.ts:3:5
  return %2 !main.ts:4:1
}`);
  optimize(program, { check: true });
  assert.deepEqual(
    program.functions.map((f) => printFunction(f, { origins: true })),
    [
      `function f(%x.0: i64) -> (i64) exported !main.ts:1:1 {
entry.0:
  %3: i64 = add %x.0, %x.0 !lib.ts:2:3 in twice !main.ts:2:5
  %4: i64 = add %3, %3 !lib.ts:2:3 in twice !main.ts:3:5
  return %4 !main.ts:4:1
}
`,
    ],
  );
});

test("optimize: recursion is not inlined without end", () => {
  const program = readProgram(`function f(%x.0: i64) -> (i64) inline always exported {
entry.0:
  %1: i1 = eq %x.0, 0i64
  branch %1, done.1, more.2
done.1:
  return 0i64
more.2:
  %2: i64 = add %x.0, -1i64
  %3: i64 = call @g(%2)
  return %3
}
function g(%x.0: i64) -> (i64) inline always {
entry.0:
  %1: i64 = call @f(%x.0)
  %2: i64 = add %1, 3i64
  return %2
}`);
  optimize(program, { check: true });
  assert.deepEqual(new Interpreter(program).call("f", [5n]), { kind: "return", values: [15n] });
});

test("induction: behind the next counter's making, comparisons and addresses go by it", () => {
  const text = `function f(%a.0: i64, %n.1: i64) -> (i64) {
entry.0:
  jump loop.1
loop.1:
  %p.2: i64 = phi entry.0: %n.1, more.2: %q.3
  %q.3: i64 = add %p.2, -1i64
  %s.4: i64 = shl %p.2, 2i64
  %at.5: i64 = add %a.0, %s.4
  store 7i32, [%at.5] plain align 4
  %end.6: i1 = eq %p.2, 1i64
  branch %end.6, done.3, more.2
more.2:
  %odd.7: i1 = eq %p.2, %a.0
  branch %odd.7, done.3, loop.1
done.3:
  %r.8: i64 = phi loop.1: %q.3, more.2: %p.2
  return %r.8
}`;
  assert.deepEqual(body(text, induction, dce).slice(0, 4), body(text, dce).slice(0, 4), "a use that cannot go by it");
  const possible = text.replace("eq %p.2, %a.0", "eq %q.3, %a.0");
  const lines = body(possible, induction, dce);
  assert.ok(
    lines.some((line) => line.startsWith("store 7i32") && line.includes(", 4] plain")),
    lines.join("\n"),
  );
  assert.equal(lines.filter((line) => line.includes("%p.2")).length, 2, "the phi, and the next counter's making");
  assert.ok(lines.some((line) => line.includes("= eq %q.3, 0i64")));
});

test("compares: each branch has a comparison of its own", () => {
  const lines = body(
    `function f(%x.0: i64) -> (i64) {
entry.0:
  %1: i1 = eq %x.0, 1i64
  branch %1, a.1, b.2
a.1:
  call @out(%x.0)
  jump b.2
b.2:
  branch %1, c.3, d.4
c.3:
  return 1i64
d.4:
  return 2i64
}`,
    compares,
    dce,
  );
  assert.equal(lines.filter((line) => line.includes("= eq")).length, 2);
});
