import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkProgram } from "../check/check.ts";
import { intrinsics } from "../check/intrinsics.ts";
import { agreement } from "./agree.ts";
import { constructs } from "./coverage.ts";
import { judge } from "./judge.ts";
import { DIFFERS, randomSource } from "./program.ts";
import { reduceSource } from "./reduce.ts";

const checked = (source: string) =>
  checkProgram({
    ...{ entries: ["p.ts"], read: (file: string) => (file === "p.ts" ? source : null) },
    ...{ unsafe: ["p.ts"], mostSteps: 200_000 },
  });

test("random programs are the same for the same seed, and nearly all of them accepted", () => {
  assert.equal(randomSource(7), randomSource(7));
  let accepted = 0;
  for (let seed = 0; seed < 60; seed++) if (checked(randomSource(seed)).program !== null) accepted++;
  assert.ok(accepted >= 55, `${accepted} of 60`);
});

test("random programs have every statement, expression, place and operator of the language", () => {
  const seen = new Set<string>();
  for (let seed = 1000; seed < 1150; seed++) {
    const { program } = checked(randomSource(seed, 3));
    if (program !== null) constructs(program, seen);
  }
  const kinds =
    "local using defer expression block if loop forOf switch break continue return localPlace globalPlace deref field " +
    "variant okPlace element elementOf constant read reference assign update binary compare unary logical conditional " +
    "convert call callValue closure construct makeVariant arrayLiteral makeSlice subSlice length makeError makeOk isError " +
    "errorCode orReturn intrinsic";
  const operators = "+ - * / % & | ^ << >> === !== < <= > >= ~"
    .split(" ")
    .flatMap((o) => "u8 u16 u32 u64 i8 i16 i32 i64".split(" ").map((t) => `${o} ${t}`));
  const other = "+ - * / < <= > >= === !==".split(" ").map((o) => `${o} float`);
  other.push("- i8", "- i64", "- float", "! bool", "&& bool", "|| bool", "=== pointer", "!== pointer", "=== bool");
  // Of the intrinsics, what a program on Linux has.
  const known = Object.keys(intrinsics).filter((name) => !/^((cpu|image|ports|unsafe)\.|addr$)/.test(name));
  assert.deepEqual(
    [...kinds.split(" "), ...operators, ...other, ...known].filter((name) => !seen.has(name)),
    [],
  );
});

test("60 random programs do the same in the interpreter, after passes, as WebAssembly and on this machine", () => {
  const { ran, ends, problem } = agreement(0, 60);
  assert.equal(problem, null);
  assert.ok(ran > 55, `${ran} ran`);
  assert.ok(ends.get("return")! > 40, "most end by themselves");
});

test("programs that once failed agree", () => {
  const corpus = fileURLToPath(new URL("corpus/", import.meta.url));
  const files = readdirSync(corpus).filter((file) => file.endsWith(".ts"));
  const sources = files.map((file) => readFileSync(corpus + file, "utf8"));
  for (const options of [{ everyPass: true }, { plainCode: true }])
    for (const [k, { rejected, problem }] of judge(sources, options).entries()) {
      assert.equal(rejected, null, files[k]);
      assert.equal(problem, null, files[k]);
    }
  assert.ok(files.length > 0);
});

test("TypeScript accepts random programs that the checker accepts", () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-random-"));
  try {
    const prelude = fileURLToPath(new URL("../prelude/", import.meta.url));
    const files = ["core", "cor", "machine"].map((name) => `${prelude}${name}.d.ts`);
    for (let seed = 0; seed < 25; seed++) {
      const source = randomSource(seed);
      if (checked(source).program === null) continue;
      mkdirSync(folder, { recursive: true });
      const file = join(folder, `p${seed}.ts`);
      writeFileSync(file, `${source}export {};\n`);
      files.push(file);
    }
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: `${prelude}tsconfig.json`, files, include: [] }),
    );
    const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
    let output = "";
    try {
      execFileSync(tsc, ["-p", folder, "--noEmit", "--pretty", "false"], { cwd: folder, encoding: "utf8" });
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    // What TypeScript knows of values (an enum or text that was just set is compared with another), and of T + T.
    const known = / error TS(2367|2678): | error TS2322: Type 'number' is not assignable to type 'T'|^ /;
    assert.deepEqual(
      output.split("\n").filter((line) => line !== "" && !known.test(line)),
      [],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("judges notice a program that shows its own results differ", () => {
  const [verdict] = judge([`export function main(): void {\n  print\`${DIFFERS}\\n\`;\n}\n`]);
  assert.match(verdict!.problem ?? "", /^the evaluation while compiling shows/);
});

test("a failure is reduced to what shows it", () => {
  const source = randomSource(5);
  // As if whoever compiles rotations by a variable count were wrong.
  const fails = (text: string) => {
    const { program } = checked(text);
    return program !== null && /rotateLeft\(/.test(text) && /main\(\)/.test(text);
  };
  assert.ok(fails(source));
  const small = reduceSource(source, fails, 2000);
  assert.ok(fails(small));
  assert.ok(small.length < 250, small);
});
