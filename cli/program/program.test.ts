import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { after, test } from "node:test";
import { loader, type Program } from "./load.ts";
import { readModule } from "./module.ts";
import { renewParts } from "./parts.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-program-"));
after(() => rmSync(folder, { recursive: true }));
const require = createRequire(import.meta.url);

/** A program of these files, begun at "main.ts" by the command and at "thread.ts" by the machine. */
function programOf(
  name: string,
  files: Readonly<Record<string, string>>,
): { program: Program; parts: string; root: string } {
  const root = join(folder, name);
  for (const [file, text] of Object.entries({ "thread.ts": "export {};", ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const parts = join(folder, `${name}.parts`);
  renewParts(parts, root, { command: ["main.ts"], machine: ["thread.ts"], grammar: [], tools: [] });
  return { program: loader(require, root, parts, "test"), parts, root };
}

function load(name: string, files: Readonly<Record<string, string>>): Record<string, unknown> {
  const { program } = programOf(name, files);
  assert.ok(program.add("shared") && program.add("command"));
  return program.use("main.ts");
}

test("all ways to import and export hand on what modules do", () => {
  const exports = load("forms", {
    "main.ts": `
      import whole, { a as b, type T } from "./a.ts";
      import * as everything from "./a.ts";
      import { join } from "node:path";
      import path from "node:path";
      export { a as again, default as standard } from "./a.ts";
      export * from "./star.ts";
      export * as star from "./star.ts";
      const local: T = b + 1;
      export { local as "a name", whole };
      export const { x, y: [z] } = { x: 1, y: [2] };
      export default class extends Array<number> {}
      export async function later(): Promise<number> { return local; }
      export const seen = [Object.keys(everything), join("a", "b") === path.join("a", "b"), "→ × \\u{1f600} 😀", /[→]/u.test("→")]; // → in a comment
      export const here = [import.meta.filename, import.meta.dirname, import.meta.url];
    `,
    "a.ts": "export type T = number; export const a: T = 41; export default function named() { return a; }",
    "star.ts": "export enum_ ; const enum_ = 7;".replace("export enum_ ;", "export { enum_ };"),
  }) as Record<string, never>;
  assert.deepEqual([exports.again, exports["a name"], exports.x, exports.z, exports.enum_], [41, 42, 1, 2, 7]);
  assert.equal((exports.whole as () => number)(), 41);
  assert.equal(exports.standard, exports.whole);
  assert.deepEqual(exports.star, { enum_: 7 });
  assert.ok(Array.isArray(new (exports.default as new () => unknown)()));
  assert.deepEqual(exports.seen, [["a", "default"], true, "→ × 😀 😀", true]);
  const root = join(folder, "forms");
  assert.deepEqual(exports.here, [join(root, "main.ts"), root, `file://${join(root, "main.ts")}`]);
});

test("a place in a part is a place in a source", () => {
  const { program, root } = programOf("places", {
    "main.ts": `import { thrown } from "./thrown.ts";\nimport { second } from "./second.ts";\n\nexport const lines = [thrown(), second()];`,
    "second.ts": `// One.\nimport { thrown } from "./thrown.ts";\nexport const second = (): string => thrown();`,
    "thrown.ts": "export const thrown = (): string => new Error().stack!.split(/\\n/)[2]!;",
  });
  assert.ok(program.add("shared") && program.add("command"));
  const sources = (program.use("main.ts").lines as string[]).map((frame) => {
    const [, part, line] = /([^\s()]+):(\d+):\d+\)?$/.exec(frame)!;
    return program.place(part!, Number(line));
  });
  assert.deepEqual(sources, [
    { file: join(root, "main.ts"), line: 4 },
    { file: join(root, "second.ts"), line: 3 },
  ]);
  assert.equal(program.place(join(root, "main.ts"), 1), null);
});

test("modules that import each other in a circle use each other's functions and, when all are executed, values", () => {
  const exports = load("circle", {
    "main.ts": `import { even } from "./even.ts"; export const answers = [even(10), even(7)];`,
    "even.ts": `import { odd, limit } from "./odd.ts"; export const step = 1; export function even(n: number): boolean { return n > limit ? false : n === 0 || odd(n - step); } export const early = odd(0);`,
    "odd.ts": `import { even, step } from "./even.ts"; export const limit = 100; export function odd(n: number): boolean { return n !== 0 && even(n - step); } export const told = typeof even;`,
  });
  assert.deepEqual(exports.answers, [true, false]);
});

test("a module is executed once, after what it imports, and when it is first wanted", async () => {
  const { program } = programOf("order", {
    "main.ts": `import { said } from "./said.ts"; import "./b.ts"; import "./a.ts"; said.push("main"); export { said }; export const load = () => import("./later.ts");`,
    "a.ts": `import "./b.ts"; import { said } from "./said.ts"; said.push("a");`,
    "b.ts": `import { said } from "./said.ts"; said.push("b");`,
    "said.ts": "export const said: string[] = [];",
    "later.ts": `import { said } from "./said.ts"; said.push("later"); export const done = true;`,
  });
  assert.ok(program.add("shared") && program.add("command"));
  const { said, load } = program.use("main.ts") as { said: string[]; load: () => Promise<{ done: boolean }> };
  assert.deepEqual(said, ["b", "a", "main"]);
  program.missing = async () => assert.ok(program.add("tools"));
  assert.deepEqual([(await load()).done, (await load()).done, said], [true, true, ["b", "a", "main", "later"]]);
});

test("what a function cannot do as a module is refused", () => {
  assert.throws(() => readModule("m.ts", "export let changing = 1;"), /can change/);
  assert.throws(() => readModule("m.ts", "export const = 1;"));
});

test("a part that is damaged, cut off or gone is not used; kept code that is damaged changes nothing", () => {
  const { program, parts, root } = programOf("damaged", {
    "main.ts": "export const f = () => 5; export const five = f();",
  });
  assert.ok(program.add("command"));
  program.use("main.ts");
  program.keepCode();
  const code = readdirSync(parts).find((name) => name.startsWith("command."))!;
  const again = (): unknown => {
    const other = loader(require, root, parts, "test");
    return other.add("command") && other.use("main.ts").five;
  };
  assert.equal(again(), 5);
  const flip = (name: string): void => {
    const bytes = readFileSync(join(parts, name));
    bytes[bytes.length - 20]! ^= 0x40;
    writeFileSync(join(parts, name), bytes);
  };
  flip(code);
  assert.equal(again(), 5);
  writeFileSync(join(parts, code), "x");
  assert.equal(again(), 5);
  flip("command");
  assert.equal(again(), false);
  writeFileSync(join(parts, "command"), readFileSync(join(parts, "command")).subarray(0, 50));
  assert.equal(again(), false);
  rmSync(join(parts, "command"));
  assert.equal(again(), false);
});

test("every module of Cor can be put into a part: none exports what changes", () => {
  // Whoever breaks this is told which module it is; the command itself would go back to the sources, and take its time.
  const parts = join(folder, "cor");
  renewParts(parts, resolve(import.meta.dirname, "../.."));
  assert.deepEqual(readdirSync(parts).sort(), ["command", "grammar", "machine", "modules", "shared", "tools"]);
});

test("the command makes its parts, uses them while the sources are as they were, and mends what is damaged", () => {
  const cache = join(folder, "cache");
  const version = (): string => {
    const env = { ...process.env, XDG_CACHE_HOME: cache };
    const launcher = resolve(import.meta.dirname, "../../bin/cor.mjs");
    const { stdout, stderr } = spawnSync(process.execPath, [launcher, "--version"], { env, encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout;
  };
  const expected = version();
  assert.match(expected, /^\d+\.\d+\.\d+\n$/);
  const programs = join(cache, "cor/program");
  const parts = join(programs, readdirSync(programs)[0]!);
  const command = join(parts, "command");
  const made = readFileSync(command);
  utimesSync(command, 1, 1);
  assert.equal(version(), expected);
  for (const content of ["", "nonsense", made.subarray(0, 1000), made.with(made.length - 9, 0xff)]) {
    writeFileSync(command, content);
    assert.equal(version(), expected);
    assert.ok(readFileSync(command).equals(made), "made anew");
  }
  const [gone, other] = ["gone", "other"].map((name) => join(programs, name));
  for (const copy of [gone!, other!]) {
    mkdirSync(copy);
    writeFileSync(join(copy, "modules"), "");
  }
  utimesSync(join(gone!, "modules"), 1, 1);
  writeFileSync(join(parts, "modules"), "nonsense");
  rmSync(join(parts, "shared"));
  assert.equal(version(), expected);
  assert.deepEqual(readdirSync(programs).sort(), [basename(parts), "other"].sort());
});
