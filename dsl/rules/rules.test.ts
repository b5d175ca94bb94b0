/**
 * Programs that a rule refuses, and programs that nearly break it and must pass: a folder for each rule, a file for each
 * program (with what it imports). A comment under a line tells the mistake in it and points at its column:
 *
 *     ticks++;
 *     // <- rule: the beginning of the message          at the column where the comment starts
 *      // ^ rule: the beginning of the message          at the column of the ^
 *
 * TypeScript, with the prelude as editors see it, accepts all of them.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkProgram, showDiagnostics } from "../check/check.ts";
import { compile } from "../compile.ts";
import { readManifest } from "../manifest.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { checkRules } from "./rules.ts";

const corpus = fileURLToPath(new URL("corpus/", import.meta.url));
const rules = readdirSync(corpus, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const read = (file: string) => (existsSync(corpus + file) ? readFileSync(corpus + file, "utf8") : null);

/** "file:line:column: the beginning of the message", as the comments say. */
function expected(text: string): string[] {
  const found: string[] = [];
  let code = 0;
  text.split("\n").forEach((line, index) => {
    const comment = /^(\s*)\/\/ (<-|\s*\^) rule(?:, tsc)?: (.*)$/.exec(line);
    if (comment === null) {
      code = index + 1;
      return;
    }
    const column = comment[2] === "<-" ? comment[1]!.length + 1 : line.indexOf("^") + 1;
    found.push(`${code}:${column}: ${comment[3]}`);
  });
  return found;
}

const manifest = readManifest(read("cor.json")!, "cor.json");

/** Lines that TypeScript refuses as well: "rule, tsc". */
function refusedByBoth(text: string): number[] {
  let code = 0;
  return text.split("\n").flatMap((line, index) => {
    const comment = /^\s*\/\/ (?:<-|\s*\^) rule(, tsc)?: /.exec(line);
    if (comment === null) code = index + 1;
    return comment?.[1] === undefined ? [] : [code];
  });
}

function mistakesIn(file: string): readonly Diagnostic[] {
  // Stacks are looked at when there is code.
  if (file.startsWith("stack/")) return compile({ entries: [file], read, target: "cor-kernel", manifest }).diagnostics;
  const checked = checkProgram({ entries: [file], read, unsafe: [...manifest.unsafe.keys()] });
  if (checked.program === null) return checked.diagnostics;
  return checkRules(checked.program, [...checked.sources.keys()]).diagnostics;
}

for (const rule of rules) {
  const files = readdirSync(corpus + rule).map((name) => `${rule}/${name}`);
  const refused = files.filter((file) => expected(read(file)!).length > 0);

  for (const file of files) {
    const wanted = expected(read(file)!);
    test(`${file}: ${wanted.length > 0 ? "refused where it says so" : "passes"}`, () => {
      const mistakes = mistakesIn(file);
      const found = mistakes.map(({ site, message }) => {
        const said = `${site.line}:${site.column}: ${message}`;
        return site.file === file ? (wanted.find((line) => said.startsWith(line)) ?? said) : `${site.file}:${said}`;
      });
      assert.deepEqual(found, wanted);
      for (const { rule: named } of mistakes) assert.equal(named, rule);
    });
  }

  test(`${rule}: five programs at least are refused, five pass, and there is a page`, () => {
    assert.ok(refused.length >= 5, `${refused.length} refused`);
    assert.ok(files.length - refused.length >= 5, `${files.length - refused.length} pass`);
    const page = readFileSync(new URL(`../../docs/rules/${rule}.md`, import.meta.url), "utf8");
    assert.ok(page.length > 400);
  });
}

test("TypeScript accepts what only the rules refuse", () => {
  const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
  const { stdout } = spawnSync(tsc, ["-p", "tsconfig.json", "--pretty", "false"], { cwd: corpus, encoding: "utf8" });
  const found = new Set([...stdout.matchAll(/^(\S[^(]*)\((\d+),\d+\): error/gm)].map((m) => `${m[1]}:${m[2]}`));
  const also = rules.flatMap((rule) =>
    readdirSync(corpus + rule).flatMap((name) =>
      refusedByBoth(read(`${rule}/${name}`)!).map((n) => `${rule}/${name}:${n}`),
    ),
  );
  assert.deepEqual([...found].sort(), also.sort(), stdout);
});

test("a message shows the line, the calls that lead there, a hint, and the page of its rule", () => {
  const checked = checkProgram({ entries: ["interrupt-data/through-calls.ts"], read, unsafe: [] });
  const { diagnostics } = checkRules(checked.program!, ["interrupt-data/through-calls.ts"]);
  assert.equal(
    showDiagnostics({ ...checked, diagnostics }),
    `interrupt-data/through-calls.ts:9:3: stats (Stats) is neither Locked, Atomic, PerCpu nor constant, and the handler of interrupt 0x2a comes here
      stats.packets++;
      ^^^^^
  path: interrupt-data/through-calls.network, the handler of interrupt 0x2a (interrupt-data/through-calls.ts:18)
        calls interrupt-data/through-calls.received (interrupt-data/through-calls.ts:18)
        calls interrupt-data/through-calls.account (interrupt-data/through-calls.ts:15)
        to interrupt-data/through-calls.ts:9
  hint: const stats = zeroed<Locked<Stats>>(), and using held = stats.enter()
  rule: docs/rules/interrupt-data.md`,
  );
});

test("the message shows the way to the contract", () => {
  const text =
    "export function main(): void {\n  attr(noSleep);\n  a();\n}\nfunction a(): void {\n  b();\n}\nfunction b(): void {\n  attr(maySleep);\n}\n";
  const { program } = checkProgram({ entries: ["main.ts"], read: () => text, unsafe: [] });
  const [mistake] = checkRules(program!, ["main.ts"]).diagnostics;
  assert.equal(mistake!.hint, "main.a → main.b: attr(maySleep) at main.ts:8");
  assert.deepEqual(
    program!.functions.map(({ name, inferred }) => [name, inferred?.sleeps]),
    [
      ["main.main", false],
      ["main.a", true],
      ["main.b", true],
    ],
  );
});
