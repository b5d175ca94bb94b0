/**
 * Programs that the checker accepts and a rule refuses: `// rule: text` stands at the line of the mistake, with the beginning
 * of its message. Lines without are near misses, which must pass. TypeScript accepts all of them.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkProgram, showDiagnostics } from "../check/check.ts";
import { checkRules } from "./rules.ts";

const corpus = fileURLToPath(new URL("corpus/", import.meta.url));
const files = readdirSync(corpus).filter((file) => file.endsWith(".ts"));

for (const file of files) {
  test(`${file}: the rules refuse the lines that say so, and no others`, () => {
    const text = readFileSync(corpus + file, "utf8");
    const checked = checkProgram({ entries: [file], read: (name) => (name === file ? text : null), unsafe: [] });
    assert.ok(checked.program, showDiagnostics(checked));
    const expected = text.split("\n").flatMap((line, index) => {
      const found = /\/\/ rule: (.*)$/.exec(line);
      return found ? [`${index + 1}: ${found[1]}`] : [];
    });
    const found = checkRules(checked.program, [file]).map(({ site, message }) => {
      const said = `${site.line}: ${message}`;
      return expected.find((line) => said.startsWith(line)) ?? said;
    });
    assert.deepEqual(found, expected);
    assert.ok(expected.length >= 5);
  });
}

test("TypeScript accepts what only the rules refuse", () => {
  execFileSync(fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url)), ["-p", "tsconfig.json"], {
    cwd: corpus,
  });
});

test("the message shows the way to the contract", () => {
  const text =
    "export function main(): void {\n  attr(noSleep);\n  a();\n}\nfunction a(): void {\n  b();\n}\nfunction b(): void {\n  attr(maySleep);\n}\n";
  const { program } = checkProgram({ entries: ["main.ts"], read: () => text, unsafe: [] });
  const [mistake] = checkRules(program!, ["main.ts"]);
  assert.equal(mistake.hint, "main.a → main.b: attr(maySleep) at main.ts:8");
  assert.deepEqual(
    program!.functions.map(({ name, inferred }) => [name, inferred?.sleeps]),
    [
      ["main.main", false],
      ["main.a", true],
      ["main.b", true],
    ],
  );
});
