/** Programs by hand for what random ones hardly meet: many arguments, phi cycles, pressure, tables, tail calls, memmove. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readProgram } from "../ir/read.ts";
import { shownByInterpreter } from "../ir/shown.ts";
import { verifyProgram } from "../ir/verify.ts";
import { runNative, runsHere } from "./native.ts";
import { linux } from "./target.ts";

/** Both readers must show the same, and it must be more than the end. */
function agree(text: string): string {
  const program = readProgram(`extern observe (i64) -> ()\n${text}`);
  assert.deepEqual(verifyProgram(program), []);
  const expected = shownByInterpreter(program, 7n).text;
  for (const model of ["small", "pic"] as const)
    assert.equal(runNative([{ program, argument: 7n }], { ...linux, model })[0], expected);
  return expected;
}

test("arguments beyond the sixth go through the stack, and narrow ones keep their low bits", { skip: runsHere }, () => {
  const names = Array.from({ length: 11 }, (_, k) => `%${k}: ${["i64", "i32", "i16", "i8"][k % 4]}`);
  const sums = names.map((_, k) => {
    const wide = k % 4 === 0 ? `%${100 + k}: i64 = add %${k}, 0i64` : `%${100 + k}: i64 = sext %${k}`;
    const before = k === 0 ? "0i64" : `%${200 + k - 1}`;
    return `  ${wide}\n  %${300 + k}: i64 = mul ${before}, 31i64\n  %${200 + k}: i64 = add %${300 + k}, %${100 + k}`;
  });
  const given = names.map((_, k) => `${k % 4 === 0 ? "%seed.0" : `-${k + 1}${["i64", "i32", "i16", "i8"][k % 4]}`}`);
  const shown = agree(`
function many(${names.join(", ")}) -> (i64) inline never {
entry.0:
${sums.join("\n")}
  return %210
}
function main(%seed.0: i64) -> (i64) exported {
entry.0:
  %r.1: i64 = call @many(${given.join(", ")})
  call @observe(%r.1)
  %r.2: i64 = call @many(${given.join(", ")})
  return %r.2
}`);
  assert.match(shown, /^\d{10,}\nreturn \d{10,}/);
});

test("phis that exchange their values do so at once", { skip: runsHere }, () => {
  agree(`
function main(%seed.0: i64) -> (i64) exported {
entry.0:
  jump loop.1
loop.1:
  %i.1: i64 = phi entry.0: 0i64, loop.1: %i.2
  %a.3: i64 = phi entry.0: 1i64, loop.1: %b.4
  %b.4: i64 = phi entry.0: 2i64, loop.1: %c.5
  %c.5: i64 = phi entry.0: %seed.0, loop.1: %a.3
  %d.6: i64 = phi entry.0: 9i64, loop.1: %a.3
  call @observe(%a.3)
  call @observe(%d.6)
  %i.2: i64 = add %i.1, 1i64
  %m.7: i1 = ult %i.2, 10i64
  branch %m.7, loop.1, done.2
done.2:
  %x.8: i64 = mul %a.3, 100i64
  %y.9: i64 = add %x.8, %b.4
  return %y.9
}`);
});

test("forty values alive across calls in a loop come back whole", { skip: runsHere }, () => {
  const count = 40;
  const list = Array.from({ length: count }, (_, k) => k);
  agree(`
function main(%seed.0: i64) -> (i64) exported {
entry.0:
${list.map((k) => `  %${10 + k}: i64 = mul %seed.0, ${k * 7 + 3}i64`).join("\n")}
  jump loop.1
loop.1:
  %i.1: i64 = phi entry.0: 0i64, loop.1: %i.2
${list.map((k) => `  %${100 + k}: i64 = phi entry.0: %${10 + k}, loop.1: %${200 + ((k + 1) % count)}`).join("\n")}
${list.map((k) => `  %${200 + k}: i64 = ${["add", "xor", "sub"][k % 3]} %${100 + k}, %${100 + ((k * 5 + 1) % count)}\n${k % 8 === 0 ? `  call @observe(%${200 + k})` : ""}`).join("\n")}
  %i.2: i64 = add %i.1, 1i64
  %m.3: i1 = ult %i.2, 6i64
  branch %m.3, loop.1, done.2
done.2:
${list.map((k) => `  %${300 + k}: i64 = add ${k === 0 ? "0i64" : `%${300 + k - 1}`}, %${200 + k}`).join("\n")}
  return %${300 + count - 1}
}`);
});

test("switches jump through tables or search, and miss", { skip: runsHere }, () => {
  const dense = Array.from({ length: 9 }, (_, k) => `${k + 3}: c.${10 + k}`).join(", ");
  const bodies = Array.from({ length: 9 }, (_, k) => `c.${10 + k}:\n  call @observe(${k * 11}i64)\n  jump end.3`);
  agree(`
function pick(%x.0: i32) -> () inline never {
entry.0:
  switch %x.0, other.2 [${dense}]
${bodies.join("\n")}
other.2:
  switch %x.0, end.3 [0: a.4, 100: b.5, 1000: a.4, 1000000: b.5, 4294967295: a.4]
a.4:
  call @observe(1i64)
  jump end.3
b.5:
  call @observe(2i64)
  jump end.3
end.3:
  return
}
function main(%seed.0: i64) -> (i64) exported {
entry.0:
${[0, 2, 3, 7, 11, 12, 100, 1000, 999, 1000000].map((x) => `  call @pick(${x}i32)`).join("\n")}
  call @pick(-1i32)
  return 0i64
}`);
});

test("calls in tail position need no stack: a million of them", { skip: runsHere }, () => {
  const program = readProgram(`
extern observe (i64) -> ()
function down(%n.0: i64, %s.1: i64) -> (i64) inline never {
entry.0:
  %z.2: i1 = eq %n.0, 0i64
  branch %z.2, end.1, more.2
end.1:
  return %s.1
more.2:
  %m.3: i64 = sub %n.0, 1i64
  %t.4: i64 = add %s.1, %n.0
  %r.5: i64 = call @down(%m.3, %t.4)
  return %r.5
}
function main(%seed.0: i64) -> (i64) exported {
entry.0:
  %r.1: i64 = call @down(1000000i64, %seed.0)
  return %r.1
}`);
  assert.equal(runNative([{ program, argument: 7n }])[0], "return 500000500007");
});

test("memory moves both ways, over itself", { skip: runsHere }, () => {
  agree(`
global buffer data bytes 64 align 8 = ${Array.from({ length: 64 }, (_, k) => (k + 16).toString(16)).join("")}
function main(%seed.0: i64) -> (i64) exported {
entry.0:
  move @buffer+5, @buffer, 40i64 align 1
  %n.1: i64 = add %seed.0, 20i64
  move @buffer, @buffer+3, %n.1 align 1
  copy @buffer+48, @buffer, 13i64 align 1
  return 0i64
}`);
});

test("addresses far beyond every symbol, in code that never runs, compile", { skip: runsHere }, () => {
  agree(`
global zeros data bytes 8 align 8
function main(%seed.0: i64) -> (i64) exported {
entry.0:
  %never.1: i1 = eq %seed.0, 99i64
  branch %never.1, bad.1, good.2
bad.1:
  %far.2: i64 = add @zeros, 0x222222222222i64
  store 1i64, [%far.2] plain align 8
  %near.3: i64 = load [@zeros, 2147483640] plain align 8
  %sum.4: i64 = add %near.3, @zeros+2147483632
  call @observe(@zeros+37529996894754)
  store @zeros-37529996894754, [@zeros] plain align 8
  return %sum.4
good.2:
  return 3i64
}`);
});
