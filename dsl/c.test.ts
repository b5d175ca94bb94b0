/** Programs of two languages: gcc's objects in ours, ours in gcc's, by the headers that we write. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compile, diagnosticsText, headerOf } from "./compile.ts";
import { objectFromElf } from "./out/elf-input.ts";
import { elfObject } from "./out/elf-object.ts";
import { missing, run, withFiles } from "./out/oracle.ts";
import { runsHere } from "./x64/native.ts";

const skip = runsHere || missing("gcc");

const shared = `
export class Point {
  x: i32;
  y: i32;
  @bits(3) color: u8;
  next: Ptr<Point> | null;
  name: Arr<u8, 5>;
}
`;

const ours = `${shared}
declare function c_scale(point: Ptr<Point>, by: i32): i64;
declare function c_sum(items: Slice<u32>): u64;
declare function c_half(x: f64): f64;
declare const c_version: u32;
const numbers = zeroed<Arr<u32, 10>>();
export function squared(x: u64): u64 {
  attr(symbol("our_square"));
  return x * x;
}
export function main(): i32 {
  for (let i: usize = 0; i < numbers.length; i++) numbers[i] = u32(i) * 3;
  const point: Point = { x: 3, y: -4, color: 5, next: null, name: zeroed<Arr<u8, 5>>() };
  const scaled = c_scale(ref(point), 10);
  print\`\${scaled} \${point.x} \${point.y} \${point.color} \${point.name[4]} \${c_sum(slice(numbers))} \${c_half(3)} \${c_version}\\n\`;
  return 0;
}
`;

const theirs = `#include "ours.h"
#include <string.h>
static int calls;
uint32_t versions[2] = { 1, 7 };
uint32_t c_version = 42;
static uint64_t *const where[] = { 0 };
int64_t c_scale(struct Point *point, int32_t by) {
  calls++;
  point->x *= by; point->y *= by;
  memset(point->name, 'z', sizeof point->name);
  switch (by) { case 1: return 1; case 2: return 5; case 3: return 9; case 4: return 2; case 10: break; default: return 0; }
  return (int64_t)our_square(calls + 1) * 100 + versions[1] + (where[0] == 0);
}
uint64_t c_sum(uint32_t *items, uint64_t n) { uint64_t s = 0; for (uint64_t i = 0; i < n; i++) s += items[i]; return s; }
double c_half(double x) { return x / 2; }
`;

function compiled(source: string, options: Partial<Parameters<typeof compile>[0]> = {}) {
  const result = compile({
    entries: ["ours.ts"],
    read: (f) => (f === "ours.ts" ? source : null),
    target: "linux",
    ...options,
  });
  assert.equal(diagnosticsText(result), "");
  return result;
}

test("objects of gcc are linked into our program", { skip }, () => {
  const header = headerOf(compiled(ours, { oneObject: true, link: false }), "OURS_H");
  for (const flags of [["-fno-pic"], ["-fPIC", "-ffunction-sections", "-fcommon", "-g"], ["-O0"]])
    withFiles((file) => {
      file("ours.h", header);
      const source = file("theirs.c", theirs);
      const object = source.replace(/\.c$/, ".o");
      run("gcc", "-O2", "-Wall", "-Werror", "-fno-stack-protector", ...flags, "-c", source, "-o", object);
      const program = compiled(ours, { objects: [objectFromElf(readFileSync(object), "theirs.o")] });
      assert.equal(run(file("program", program.bytes!)), "408 30 -40 5 122 135 1.5 42\n", flags.join(" "));
    });
});

const library = `${shared}
class Pair {
  a: u64;
  b: u64;
  c: u64;
}
export function find(items: Slice<u32>, wanted: u32): Res<usize> {
  for (let i: usize = 0; i < items.length; i++) if (items[i] === wanted) return i;
  return err(Errno.ENOENT);
}
export function makePair(x: u64): Pair {
  return { a: x, b: x + 1, c: x + 2 };
}
export function longest(point: Ptr<Point>): u32 {
  attr(symbol("list_length"));
  let n: u32 = 0;
  for (let p: Ptr<Point> | null = point; p !== null; p = p.next) n++;
  return n;
}
export function name(): string {
  return "ours";
}
export function half(x: f32, on: boolean): f64 {
  return on ? f64(x) / 2 : 0;
}
`;

test("our object is linked by gcc, with the C library", { skip }, () => {
  const result = compiled(library, { oneObject: true, link: false });
  const main = `#include "ours.h"
#include <stdio.h>
int main(void) {
  uint32_t items[] = { 5, 6, 7 };
  struct Res_u64 found = ours_find(items, 3, 7), lost = ours_find(items, 3, 8);
  struct Pair pair;
  ours_makePair(&pair, 10);
  struct Point b = { .next = 0 }, a = { .next = &b };
  struct string text = ours_name();
  printf("%u %lu %u %lu %u %.*s %g\\n", found.error, found.value, lost.error, pair.a + pair.b + pair.c,
         list_length(&a), (int)text.length, (char *)text.at, ours_half(5, true));
  ours_find(items, 3, 5);
  return 0;
}
`;
  withFiles((file) => {
    file("ours.h", headerOf(result, "OURS_H"));
    const object = file("ours.o", elfObject(result.objects[0]!));
    const program = object.replace(/ours\.o$/, "program");
    run("gcc", "-O2", "-Wall", "-Werror", "-no-pie", file("main.c", main), object, "-o", program);
    assert.equal(run(program), "0 2 2 33 2 ours 2.5\n");
  });
});

test("what cannot be linked is told", { skip }, () => {
  withFiles((file) => {
    const source = file("tls.c", "_Thread_local int t; int f(void) { return t; }");
    const object = source.replace(/\.c$/, ".o");
    run("gcc", "-c", source, "-o", object);
    assert.throws(() => objectFromElf(readFileSync(object), "tls.o"), /tls\.o: \.tbss is thread-local/);
  });
});
