/** What is kept between processes changes nothing but the time: programs come out as from nothing, byte by byte. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { generateProgram } from "../bench/compiler/generate.ts";
import { type Compilation, CompileCache, compile, diagnosticsText } from "./compile.ts";
import { readManifest } from "./manifest.ts";
import { ObjectStore } from "./store.ts";

const { files, entry } = generateProgram(1500);

function build(changed: ReadonlyMap<string, string>, store?: ObjectStore): Compilation {
  const read = (file: string) => changed.get(file) ?? files.get(file) ?? null;
  const result = compile({
    entries: [entry],
    read,
    target: "linux",
    unsafe: ["src/"],
    cache: new CompileCache(),
    store,
  });
  assert.equal(diagnosticsText(result), "");
  return result;
}

/** The module with a piece of its text replaced by another. */
const edited = (file: string, from: RegExp, to: string): ReadonlyMap<string, string> => {
  const text = files.get(file)!;
  assert.match(text, from);
  return new Map([[file, text.replace(from, to)]]);
};

const edits: readonly (readonly [string, ReadonlyMap<string, string>])[] = [
  ["nothing", new Map()],
  ["a number in a function", edited("src/m1.ts", /\* 1664525/, "* 1664527")],
  ["a constant that others see", edited("src/m0.ts", /LIMIT_0 = (\d+)/, "LIMIT_0 = 1$1")],
  ["a line more at the top", edited("src/m1.ts", /^/, "\n")],
  ["a function more", edited("src/m2.ts", /$/, "\nexport function unused(x: u32): u32 {\n  return x * 3;\n}\n")],
  ["a field of a class", edited("src/m1.ts", /priority: (u\d+);/, "urgency: u64;\n  priority: $1;")],
];

test("a program from the store is the program, whatever was changed since", () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-store-"));
  try {
    build(new Map(), new ObjectStore(folder, "1"));
    for (const [what, changed] of edits) {
      const plain = build(changed).bytes!;
      assert.deepEqual(build(changed, new ObjectStore(folder, "1")).bytes, plain, what);
      const again = build(changed, new ObjectStore(folder, "1"));
      assert.deepEqual(again.bytes, plain, `${what}, again`);
    }
    const objects = () => readdirSync(folder).filter((name) => name.startsWith("object")).length;
    const before = objects();
    build(new Map(), new ObjectStore(folder, "1"));
    assert.equal(objects(), before, "nothing was compiled again");
    build(new Map(), new ObjectStore(folder, "2"));
    assert.ok(objects() > before, "another compiler trusts nothing");
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      truncateSync(path, Math.floor(statSync(path).size / 2));
    }
    assert.deepEqual(build(new Map(), new ObjectStore(folder, "1")).bytes, build(new Map()).bytes, "broken files");
    assert.deepEqual(
      build(new Map(), new ObjectStore(join(folder, readdirSync(folder)[0]!), "1")).bytes,
      build(new Map()).bytes,
      "a folder that is none",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("bodies that see nothing new are checked when somebody looks at them", () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-store-"));
  try {
    const left = (changed: ReadonlyMap<string, string>) => {
      const read = (file: string) => changed.get(file) ?? files.get(file) ?? null;
      const store = new ObjectStore(folder, "1");
      const options = { entries: [entry], target: "linux", unsafe: ["src/"], cache: new CompileCache() } as const;
      const { functions } = compile({ ...options, read, store, debug: false }).typed!;
      return { functions, names: functions.filter(({ unchecked }) => unchecked !== undefined).map(({ name }) => name) };
    };
    assert.deepEqual(left(new Map()).names, []);
    const { functions, names } = left(edited("src/m1.ts", /\* 1664525/, "* 1664527"));
    assert.ok(names.length > functions.length / 3, `${names.length} of ${functions.length}`);
    assert.ok(!names.some((name) => name.startsWith("src/m1.")));
    const one = functions.find(({ name }) => name === names[0])!;
    assert.ok(one.body!.length > 0);
    assert.equal(one.unchecked, undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a stack report is the same from the store", () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-store-"));
  try {
    const options = { entries: [entry], target: "linux", unsafe: ["src/"], stack: true } as const;
    const read = (file: string) => files.get(file) ?? null;
    const fresh = compile({ ...options, read, store: new ObjectStore(folder, "1") }).stack;
    const kept = compile({ ...options, read, store: new ObjectStore(folder, "1") }).stack;
    assert.deepEqual(kept, fresh);
    assert.ok(fresh!.entries.length > 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a function that a constant holds may be inlined, and is not what it was when it changes", () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-store-"));
  try {
    const make = (factor: number, line: string, store?: ObjectStore) => {
      const text = `const scale: Fn<(x: u32) => u32> = (x) => x * ${factor} + 1;
${line}function twice(x: u32): u32 {
  attr(noInline);
  return scale(scale(x));
}
export function main(): i32 {
  return i32(twice(5) + twice(6));
}
`;
      const read = (file: string) => (file === "src/main.ts" ? text : null);
      const entries = ["src/main.ts"];
      const made = compile({ entries, read, target: "linux", cache: new CompileCache(), store, debug: false });
      assert.equal(diagnosticsText(made), "");
      return made.bytes;
    };
    for (const [factor, line] of [
      [3, ""],
      [7, ""],
      [7, "\n"],
      [3, "\n"],
    ] as const)
      assert.deepEqual(make(factor, line, new ObjectStore(folder, "1")), make(factor, line), `${factor}${line}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a rule that is broken through functions that did not change is broken from the store as well", () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-store-"));
  const sources = new Map([
    ["src/main.ts", 'import { quiet } from "./quiet.ts";\nimport { other } from "./step.ts";\n'],
    ["src/quiet.ts", 'import { step } from "./step.ts";\nexport function quiet(x: u32): u32 {\n'],
  ]);
  sources.set(
    "src/main.ts",
    `${sources.get("src/main.ts")}export function main(): i32 {\n  other();\n  return i32(quiet(3));\n}\n`,
  );
  sources.set(
    "src/quiet.ts",
    `${sources.get("src/quiet.ts")}  attr(noSleep, stack(64), noInline);\n  return step(x) + 1;\n}\n`,
  );
  const step = (work: string) =>
    `import { wait } from "./wait.ts";\nexport function step(x: u32): u32 {\n  attr(noInline);\n${work}  return x + 1;\n}\nexport function other(): void {\n  wait();\n}\n`;
  const wait = (contract: string) =>
    `let waited: u32 = 0;\nexport function wait(): void {\n${contract}  waited++;\n}\n`;
  const room = "  const room = zeroed<Arr<u8, 4096>>();\n  room[x & 4095] = 1;\n  x += u32(room[(x + 1) & 4095]);\n";
  // Rules see the call alone; the stack has what lives while it runs.
  const names = Array.from({ length: 12 }, (_, k) => `v${k}`);
  const many = [
    ...names.map((name, k) => `  const ${name} = x * ${2 * k + 3};\n`),
    "  wait();\n",
    ...names.map((name, k) => `  x = (x ^ ${name}) + ${k};\n`),
  ].join("");
  const sleeps = wait("  attr(maySleep, noInline);\n");
  const awake = wait("  attr(noInline);\n");
  const manifest = readManifest('{ "unsafe": {}, "stacks": { "default": 65536 } }', "cor.json");
  const outcome = (now: ReadonlyMap<string, string>, store?: ObjectStore) => {
    const read = (file: string) => now.get(file) ?? null;
    const entries = ["src/main.ts"];
    let loaded = 0;
    const early = store && { early: () => loaded++ };
    const options = {
      entries,
      read,
      target: "linux",
      manifest,
      cache: new CompileCache(),
      store,
      debug: false,
    } as const;
    const made = compile({ ...options, ...early });
    if (made.bytes !== null) assert.equal(loaded, store ? 1 : 0);
    return made.bytes === null ? diagnosticsText(made) : Buffer.from(made.bytes).toString("base64");
  };
  try {
    const steps: readonly (readonly [work: string, wait: string, wrong: RegExp | null])[] = [
      ["", sleeps, null],
      ["  // Nothing.\n", sleeps, null],
      ["  x += 2;\n", sleeps, null],
      ["  wait();\n", sleeps, /may not sleep/],
      ["  x += 3;\n", sleeps, null],
      ["  wait();\n", awake, null],
      ["  wait();\n", sleeps, /may not sleep/],
      ["  wait();\n", awake, null],
      [room, awake, /promises at most/],
      ["  wait();\n", awake, null],
      [many, awake, /promises at most/],
      ["  x += 4;\n", awake, null],
      ["  if (x > 1000) x = step(x - 1);\n", awake, /recur|comes back|calls itself/],
      ["", awake, null],
    ];
    for (const [index, [work, waiting, wrong]] of steps.entries()) {
      const now = new Map([...sources, ["src/step.ts", step(work)], ["src/wait.ts", waiting]]);
      const fresh = outcome(now);
      assert.equal(outcome(now, new ObjectStore(folder, "1")), fresh, `step ${index}`);
      if (wrong === null) assert.doesNotMatch(fresh, / /, `step ${index}: ${fresh}`);
      else assert.match(fresh, wrong, `step ${index}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
