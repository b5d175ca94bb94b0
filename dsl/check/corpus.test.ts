/**
 * Small programs with the verdicts of both checkers written beside the lines. `// error: text` expects a mistake of ours
 * at that line, whose message begins so; TypeScript must refuse the line as well unless the comment says `tsc: no`. What
 * we accept, TypeScript accepts: an error of its own on any other line fails. Programs with a .tree file beside them give
 * exactly that typed tree (UPDATE_GOLDEN=1 writes it anew).
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkProgram, showDiagnostics } from "./check.ts";
import { printProgram } from "./print.ts";

const corpus = fileURLToPath(new URL("corpus/", import.meta.url));
const files = readdirSync(corpus, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"))
  .sort();
const read = (file: string) => (existsSync(corpus + file) ? readFileSync(corpus + file, "utf8") : null);
const unsafe = files.filter((file) => /^\/\/ unsafe$/m.test(read(file)!));
const options = (entries: readonly string[]) => ({ entries, read, unsafe: ["kernel/", ...unsafe], mostSteps: 100_000 });

interface Verdict {
  readonly line: number;
  readonly message: string;
  readonly tsc: boolean;
}

function verdicts(file: string): Verdict[] {
  return read(file)!
    .split("\n")
    .flatMap((text, index) => {
      const found = /\/\/ (tsc: no, )?error: (.*)$/.exec(text);
      return found && !text.startsWith("//")
        ? [{ line: index + 1, message: found[2], tsc: found[1] === undefined }]
        : [];
    });
}

test("every program gets the verdicts written beside its lines", () => {
  const { diagnostics } = checkProgram(options(files));
  for (const file of files) {
    const expected = verdicts(file).map(({ line, message }) => `${file}:${line}: ${message}`);
    const found = diagnostics
      .filter(({ site }) => site.file === file)
      .map(({ site, message }) => {
        const wanted = verdicts(file).find(({ line }) => line === site.line)?.message;
        return `${file}:${site.line}: ${wanted !== undefined && message.startsWith(wanted) ? wanted : message}`;
      });
    assert.deepEqual(found, expected);
  }
});

test("TypeScript refuses the lines it is said to refuse, and no others", () => {
  const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
  let output = "";
  try {
    output = execFileSync(tsc, ["-p", "tsconfig.json", "--pretty", "false"], { cwd: corpus, encoding: "utf8" });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const found = new Set<string>();
  for (const [, file, line] of output.matchAll(/^(\S[^(]*)\((\d+),\d+\): error/gm)) found.add(`${file}:${line}`);
  const expected = files.flatMap((file) =>
    verdicts(file)
      .filter((verdict) => verdict.tsc)
      .map(({ line }) => `${file}:${line}`),
  );
  assert.deepEqual([...found].sort(), expected.sort(), output);
});

for (const file of files.filter((candidate) => existsSync(`${corpus}${candidate.replace(/ts$/, "tree")}`))) {
  test(`the typed tree of ${file} is as recorded`, () => {
    const checked = checkProgram(options([file]));
    assert.ok(checked.program, showDiagnostics(checked));
    const golden = `${corpus}${file.replace(/ts$/, "tree")}`;
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, printProgram(checked.program));
    assert.equal(printProgram(checked.program), readFileSync(golden, "utf8"));
  });
}

test("a program without mistakes is a program", () => {
  for (const file of files.filter((candidate) => verdicts(candidate).length === 0)) {
    const checked = checkProgram(options([file]));
    assert.ok(checked.program, `${file} in ${relative(process.cwd(), dirname(corpus))}:\n${showDiagnostics(checked)}`);
    assert.ok(printProgram(checked.program).length > 0);
  }
});
