/** Functions that call themselves: what becomes of the calls, and that the results stay. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cloneProgram } from "../clone.ts";
import { Interpreter } from "../interpret.ts";
import { optimize } from "../optimize.ts";
import { readProgram } from "../read.ts";
import { printFunction } from "../text.ts";

/** The optimized function's text; it must give what it gave before, for small arguments. */
function optimized(text: string, parameters: number): string {
  const program = readProgram(text);
  const before = cloneProgram(program);
  optimize(program, { check: true });
  for (let x = 0n; x < 12n; x++) {
    const given = [x, x * 3n + 1n, 5n].slice(0, parameters);
    assert.deepEqual(new Interpreter(program).call("f", given), new Interpreter(before).call("f", given), `f(${x})`);
  }
  return printFunction(program.functions.find((f) => f.name === "f")!);
}

test("a call at the end, with arguments that change places, is a loop", () => {
  const text = optimized(
    `function f(%n.0: i64, %a.1: i64, %b.2: i64) -> (i64) exported {
entry.0:
  %3: i1 = eq %n.0, 0i64
  branch %3, done.1, more.2
done.1:
  return %a.1
more.2:
  %4: i64 = sub %n.0, 1i64
  %5: i64 = add %a.1, %b.2
  %6: i64 = call @f(%4, %b.2, %5)
  return %6
}`,
    3,
  );
  assert.doesNotMatch(text, /call/);
});

for (const how of ["add", "mul", "and", "or", "xor"])
  test(`results joined by ${how} are collected in a loop`, () => {
    const text = optimized(
      `function f(%n.0: i64) -> (i64) exported {
entry.0:
  %1: i1 = ule %n.0, 1i64
  branch %1, done.1, more.2
done.1:
  return 1013i64
more.2:
  %2: i64 = sub %n.0, 2i64
  %3: i64 = mul %n.0, 37i64
  %4: i64 = call @f(%2)
  %5: i64 = ${how} %3, %4
  jump end.3
end.3:
  %6: i64 = phi more.2: %5
  return %6
}`,
      1,
    );
    assert.doesNotMatch(text, /call/);
  });

test("what is not joined in any order stays a call", () => {
  const text = optimized(
    `function f(%n.0: i64) -> (i64) exported {
entry.0:
  %1: i1 = ule %n.0, 1i64
  branch %1, done.1, more.2
done.1:
  return 3i64
more.2:
  %2: i64 = sub %n.0, 1i64
  %3: i64 = call @f(%2)
  %4: i64 = sub %n.0, %3
  return %4
}`,
    1,
  );
  assert.match(text, /call @f/);
});

test("of two calls one is a loop, and the other has the body a few levels deep", () => {
  const text = optimized(
    `function f(%n.0: i64) -> (i64) exported {
entry.0:
  %1: i1 = ult %n.0, 2i64
  branch %1, one.1, more.2
one.1:
  return %n.0
more.2:
  %2: i64 = sub %n.0, 1i64
  %3: i64 = sub %n.0, 2i64
  %4: i64 = call @f(%2)
  %5: i64 = call @f(%3)
  %6: i64 = add %4, %5
  return %6
}`,
    1,
  );
  assert.equal(text.match(/call @f/g)?.length, 1);
});

test("a function whose own memory may still be in use calls itself", () => {
  const text = optimized(
    `global g data bytes 8 align 8
function f(%n.0: i64) -> (i64) exported {
  slot a#0 8 align 8
entry.0:
  %1: i64 = slot a#0
  %2: i64 = load [@g] plain align 8
  store %1, [@g] plain align 8
  store %n.0, [%1] plain align 8
  %3: i1 = eq %n.0, 0i64
  branch %3, done.1, more.2
done.1:
  %4: i64 = load [%2] plain align 8
  store 0i64, [@g] plain align 8
  return %4
more.2:
  %5: i64 = sub %n.0, 1i64
  %6: i64 = call @f(%5)
  return %6
}`,
    1,
  );
  assert.match(text, /call @f/);
});
