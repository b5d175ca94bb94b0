/**
 * The stack report beside what real runs use: a program paints the stack below it, runs, and looks how much paint is left.
 * Programs that the rule refuses are in corpus/stack.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { type Compilation, compile, diagnosticsText } from "../compile.ts";
import { withFiles } from "../out/oracle.ts";
import { runsHere } from "../x64/native.ts";

/** Paints 256 KiB from 1 KiB below main's marker down, works, and gives how far below main's caller the paint is gone. */
const measuring = (work: string, body: string) => `
const PAINT: u64 = 0x5aa5_c33c_1234_8765;
const DEEP: u64 = 0x40000;
const out = zeroed<Atomic<u64>>();

function paint(from: u64, to: u64): void {
  attr(cold);
  for (let at = from; at < to; at += 8) unsafe.ptr<Vol<u64>>(at)[0] = PAINT;
}
function lowest(from: u64): u64 {
  attr(cold);
  let at = from;
  while (unsafe.ptr<Vol<u64>>(at)[0] === PAINT) at += 8;
  return at;
}
${body}
export function main(argc: u64, argv: Ptr<Ptr<u8>>): void {
  const top = addr(argv) - 8;
  paint(top - DEEP, top - 1024);
  ${work}
  print\`\${top - lowest(top - DEEP)}\`;
}
`;

function compiled(source: string): Compilation {
  const read = (file: string) => (file === "main.ts" ? source : null);
  const result = compile({ entries: ["main.ts"], read, target: "linux", unsafe: ["main.ts"], stack: true });
  assert.equal(diagnosticsText(result), "");
  return result;
}

/** Bytes of stack that the process used from the call of main on. */
function measured({ bytes }: Compilation): number {
  const { stdout, status, stderr } = withFiles((file) => spawnSync(file("program", bytes!), { encoding: "utf8" }));
  assert.equal(status, 0, stderr);
  return Number(stdout);
}

const programs: { readonly [what: string]: readonly [work: string, body: string] } = {
  "a chain of frames": [
    "out.store(first(argc));",
    `
function first(n: u64): u64 {
  attr(cold);
  const room = zeroed<Arr<u64, 100>>();
  fill(slice(room), n);
  return second(ref(room[5])) + room[7];
}
function second(p: Ptr<u64>): u64 {
  attr(cold);
  const room = zeroed<Arr<u64, 300>>();
  fill(slice(room), p[0]);
  return third(ref(room[0])) + room[9];
}
function third(p: Ptr<u64>): u64 {
  attr(cold);
  const room = zeroed<Arr<u64, 500>>();
  fill(slice(room), p[0]);
  return room[3];
}`,
  ],
  "recursion to its bound": [
    "out.store(down(40));",
    `
function down(n: u64): u64 {
  attr(bounded(41));
  const room = zeroed<Arr<u64, 32>>();
  fill(slice(room), n);
  return n === 0 ? room[1] : down(n - 1) + room[n & 31];
}`,
  ],
  "two functions that call each other": [
    "out.store(even(30));",
    `
function even(n: u64): u64 {
  attr(bounded(16));
  const room = zeroed<Arr<u64, 20>>();
  fill(slice(room), n);
  return n === 0 ? room[1] : odd(n - 1) + room[n & 15];
}
function odd(n: u64): u64 {
  attr(cold);
  const room = zeroed<Arr<u64, 60>>();
  fill(slice(room), n);
  return n === 0 ? room[1] : even(n - 1) + room[n & 15];
}`,
  ],
  "function values and closures": [
    "for (let i: u64 = 0; i < 2; i++) table[i](i); each(3, (x) => { out.add(leaf(x)); });",
    `
let table: Arr<(x: u64) => void, 2> = [small, large];
function small(x: u64): void {
  out.add(x);
}
function large(x: u64): void {
  const room = zeroed<Arr<u64, 400>>();
  fill(slice(room), x);
  out.add(room[x & 15]);
}
function leaf(x: u64): u64 {
  attr(cold);
  const room = zeroed<Arr<u64, 700>>();
  fill(slice(room), x);
  return room[x & 15];
}
function each(n: u64, f: (x: u64) => void): void {
  attr(cold);
  for (let i: u64 = 0; i < n; i++) f(i);
}`,
  ],
};

for (const [what, [work, body]] of Object.entries(programs))
  test(`the report is true of a real run, and near it: ${what}`, { skip: runsHere }, () => {
    const result = compiled(measuring(work, body));
    const main = result.stack!.entries.find(({ kind }) => kind === "entry")!;
    const used = measured(result);
    assert.ok(main.worst !== null && used <= main.worst, `${used} bytes used, ${main.worst} reported`);
    assert.ok(used >= 0.8 * main.worst, `${used} bytes used, ${main.worst} reported`);
  });
