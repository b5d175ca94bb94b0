/**
 * What rules find when the bodies of unchanged functions are not looked at, but only what an earlier process found in them: the
 * same mistakes, to the letter, as in a program that is compiled from nothing.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkProgram } from "../check/check.ts";
import { bodyReferences } from "../check/reach.ts";
import type { KeptBodies } from "../check/unchecked.ts";
import { type Compilation, CompileCache, compile, diagnosticsText } from "../compile.ts";
import { readManifest } from "../manifest.ts";
import { ObjectStore } from "../store.ts";
import { factsOf } from "./facts.ts";
import { factsText } from "./facts-text.ts";
import { checkRules, ruledFacts } from "./rules.ts";

const corpus = fileURLToPath(new URL("corpus/", import.meta.url));
const fromCorpus = (file: string): string | null =>
  existsSync(corpus + file) ? readFileSync(corpus + file, "utf8") : null;

const settled = new Map([
  [
    "src/main.ts",
    `import { disk, timer } from "./handlers.ts";
import { run } from "./work.ts";
export const interrupts = 2;
export function main(): void {
  run(3);
}
`,
  ],
  [
    "src/handlers.ts",
    `import { later, now } from "./gate.ts";
import { twice } from "./work.ts";
export const timer = interrupt(0x20, () => {
  now(1);
});
export const disk = interrupt(0x21, () => {
  hand(2);
});
function hand(x: u32): void {
  twice(later, x);
}
`,
  ],
  [
    "src/work.ts",
    `import { Frame, give, take } from "./frames.ts";
import { calm, chosen, now, step, within } from "./gate.ts";
import { Locked } from "./sync.ts";

class Left {
  count: u32;
}
class Right {
  count: u32;
}
class Device {
  status: Vol<u32>;
}
export const left = zeroed<Locked<Left>>();
export const right = zeroed<Locked<Right>>();
let plain: u32 = 0;
let atBoot: Slice<u32> = late();
const device = zeroed<Device>();
const big = zeroed<Arr<u32, 8>>();
let last: Fn<(x: u32) => void> | null = null;

export function run(x: u32): void {
  for (let i: u32 = 0; i < x; i++) step(i);
  quiet();
  lock();
  const frame = take();
  if (frame.number > 3) klog\`many\`;
  keep(frame);
  last = calm;
  twice((y) => step(y), x);
}
function keep(frame: Frame): void {
  attr(noInline);
  give(frame);
}
function quiet(): void {
  attr(noSleep, noAlloc);
  step(1);
  const value = chosen;
  value(2);
}
export function lock(): void {
  using l = left.enter();
  l.v.count++;
  within();
}
export function takesLeft(): void {
  using l = left.enter();
  l.v.count++;
}
export function takesRight(): void {
  using r = right.enter();
  r.v.count++;
}
export function sleeps(x: u32): void {
  attr(maySleep);
  plain += x;
}
export function allocates(x: u32): void {
  attr(mayAlloc);
  if (x > 7) plain = x;
}
export function counts(x: u32): void {
  plain += x;
}
export function reads(x: u32): u32 {
  return atBoot.length === 0 ? 0 : atBoot[0] + big[x & 7];
}
export function waits(): void {
  while ((device.status & 1) === 0) cpu.pause();
}
export function recurs(x: u32): void {
  if (x > 0) now(x - 1);
}
export function deep(x: u32): u32 {
  attr(noInline);
  const room = zeroed<Arr<u8, 3000>>();
  room[x & 2047] = 1;
  step(x);
  return u32(room[(x + 1) & 2047]);
}
export function twice(f: (x: u32) => void, x: u32): void {
  f(x);
  f(x + 1);
}
export function lastOne(x: u32): void {
  const f = last;
  if (f !== null) f(x);
}
`,
  ],
  ["src/sync.ts", fromCorpus("sync.ts")!],
  ["src/frames.ts", fromCorpus("frames.ts")!],
]);

interface Gate {
  readonly now?: string;
  readonly later?: string;
  readonly step?: string;
  readonly within?: string;
  readonly calm?: string;
}

const names = "allocates counts deep lastOne reads recurs right sleeps takesLeft takesRight twice waits";

const gate = ({ now = "", later = "", step = "", within = "", calm = "" }: Gate): string =>
  `import { ${names.split(" ").join(", ")} } from "./work.ts";
const seen = zeroed<Atomic<u32>>();
export function now(x: u32): void {
  seen.add(x);
  ${now}
}
export function later(x: u32): void {
  seen.add(x);
  ${later}
}
export function step(x: u32): void {
  seen.add(x);
  ${step}
}
export function within(): void {
  ${within}
}
export function calm(x: u32): void {
  seen.add(x);
  ${calm}
}
export const chosen: Fn<(x: u32) => void> = calm;
`;

const manifest = readManifest('{ "unsafe": {}, "stacks": { "default": 4096, "interrupt": 2048 } }', "cor.json");

function compileWith(read: (file: string) => string | null, entry: string, store?: ObjectStore): Compilation {
  const options = { entries: [entry], read, target: "cor-kernel", manifest, cache: new CompileCache() } as const;
  return compile({ ...options, store, debug: false, ...(store && { early: () => {} }) });
}

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "cor-facts-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const edits: readonly (readonly [edit: Gate, wrong: RegExp | null])[] = [
  [{}, null],
  [{ now: "counts(x);" }, /plain \(u32\) is neither Locked/],
  [{ now: "reads(x);" }, /atBoot is set once at boot|what atBoot points at/],
  [{ now: "waits();" }, /nothing shows that this loop ends/],
  [{ now: "sleeps(x);" }, /timer.* may not sleep/],
  [{ later: "sleeps(x);" }, /later may sleep, which .* does not allow/],
  [{ later: "counts(x);" }, /plain \(u32\) is neither Locked/],
  [{ later: "waits();" }, /nothing shows that this loop ends/],
  [{ now: "takesRight();" }, null],
  [{ now: "recurs(x);" }, /this recursion has no bound/],
  [{ now: "deep(x);" }, /bytes of stack/],
  [{ step: "sleeps(x);" }, /work\.quiet \(noSleep\) may not sleep/],
  [{ step: "allocates(x);" }, /work\.quiet \(noAlloc\) may not allocate/],
  [{ step: "recurs(x);" }, null],
  [{ within: "takesLeft();" }, /is taken here while one is held/],
  [{ within: "takesRight();" }, null],
  [{ within: "using r = right.enter();\n  takesLeft();" }, /locks are taken in a ring/],
  [{ within: "takesRight();", step: "sleeps(x);" }, /may not sleep/],
  [{ within: "sleeps(1);" }, /may sleep, but l is held here/],
  [{ within: "lastOne(1);" }, null],
  [{ within: "lastOne(1);", calm: "takesLeft();" }, /is taken here while one is held/],
  [{ within: "lastOne(1);", calm: "sleeps(x);" }, /does not allow/],
  [{ within: "twice((x) => takesLeft(), 1);" }, /is taken here while one is held/],
  [{ step: "deep(x);" }, /this recursion has no bound|bytes of stack/],
  [{ step: "x += 1;" }, null],
];

test("a rule that an edit elsewhere breaks is broken at the same places, by the same ways", () =>
  inFolder((folder) => {
    for (const [index, [edit, wrong]] of edits.entries()) {
      const text = gate(edit);
      const read = (file: string) => (file === "src/gate.ts" ? text : (settled.get(file) ?? null));
      const fresh = compileWith(read, "src/main.ts");
      const kept = compileWith(read, "src/main.ts", new ObjectStore(folder, "1"));
      const said = diagnosticsText(fresh);
      assert.equal(diagnosticsText(kept), said, `edit ${index}`);
      if (wrong === null) assert.equal(said, "", `edit ${index}`);
      else assert.match(said, wrong, `edit ${index}`);
    }
  }));

test("rules look at no body of which they know already", () => {
  const check = (edit: Gate, bodies: KeptBodies | null) => {
    const read = (file: string) => (file === "src/gate.ts" ? gate(edit) : (settled.get(file) ?? null));
    return checkProgram({ entries: ["src/main.ts"], read, unsafe: [], bodies });
  };
  const first = check({ within: "lastOne(1);" }, null);
  const { program } = check({ within: "lastOne(2);\n  klog`more`;" }, first.keep(ruledFacts(first.program!)));
  const left = () => program!.functions.flatMap(({ name, unchecked }) => (unchecked === undefined ? [] : [name]));
  const before = left();
  assert.ok(before.length > 10, before.join());
  assert.deepEqual(checkRules(program!, []).diagnostics, []);
  assert.deepEqual(left(), before);
});

const right = readdirSync(corpus, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\/passes-[^/]*\.ts$/.test(file));

test("what is kept of a body is what is found in it", () => {
  let compared = 0;
  const compare = (read: (file: string) => string | null, entry: string) =>
    inFolder((folder) => {
      const made = () => compileWith(read, entry, new ObjectStore(folder, "1"));
      if (made().typed === null) return;
      for (const fn of made().typed!.functions) {
        const { unchecked } = fn;
        if (unchecked === undefined || unchecked.facts === null) continue;
        const again = factsText(fn, factsOf(fn), unchecked.references());
        assert.equal(again, unchecked.facts, `${entry}, ${fn.name}: read and said again`);
        const found = factsText(fn, factsOf({ ...fn, body: fn.body, unchecked: undefined }), bodyReferences(fn.body!));
        assert.equal(found, unchecked.facts, `${entry}, ${fn.name}: found again`);
        compared++;
      }
    });
  const text = gate({ now: "takesRight();", within: "lastOne(1);" });
  compare((file) => (file === "src/gate.ts" ? text : (settled.get(file) ?? null)), "src/main.ts");
  for (const file of right) compare(fromCorpus, file);
  assert.ok(compared > 100, `${compared} bodies`);
});
