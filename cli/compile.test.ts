/** `cor compile` as a user meets it: what it writes, what it says of rejected sources, its exit codes. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { missing, run } from "../dsl/out/oracle.ts";
import { runsHere } from "../dsl/x64/native.ts";
import { cor } from "./testing/cor.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-compile-"));
after(() => rmSync(folder, { recursive: true }));

function source(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("a program is written and runs", { skip: runsHere }, async () => {
  const path = source(
    "hello.ts",
    `export function main(): void {
  print\`hello, \${1 + 2}\\n\`;
}
`,
  );
  const output = join(folder, "hello");
  const map = join(folder, "hello.map");
  const ended = await cor(["compile", path, "-o", output, "--map", map, "--time"]);
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stderr, /^check +\d+\.\d ms\n/);
  assert.equal(run(output), "hello, 3\n");
  assert.match(run("cat", map), /hello\.main/);
});

test("an object for a kernel is written", { skip: missing("readelf") }, async () => {
  const path = source("kernel.ts", "export function twice(x: u64): u64 {\n  return x * 2;\n}\n");
  const output = join(folder, "kernel.o");
  const ended = await cor(["compile", path, "--target", "cor-kernel", "-o", output, "--dump", "optimize:kernel.twice"]);
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(run("readelf", "-hs", "-W", output), /REL \(Relocatable file\).*FUNC +GLOBAL [^\n]* kernel\.twice/s);
});

test("a kernel is linked with the assembler code that the manifest names", { skip: missing("readelf") }, async () => {
  const project = mkdtempSync(join(folder, "kernel-"));
  const assembler = new URL("../dsl/asm/assembler.ts", import.meta.url).href;
  writeFileSync(join(project, "main.ts"), "export function main(): never {\n  for (;;) cpu.hlt();\n}\n");
  writeFileSync(
    join(project, "boot.ts"),
    `import { Assembler } from ${JSON.stringify(assembler)};
export function assembler() {
  const a = new Assembler({ name: "boot" });
  const start = a.func("start", () => a.jmp(a.extern("main.main")));
  a.global(start);
  return { objects: [a.finish()], layout: { entry: "start", regions: [{ address: 0xffff_ffff_8010_0000n }] } };
}
`,
  );
  writeFileSync(join(project, "cor.json"), '{ "assembler": "boot.ts", "stacks": { "default": 4096 } }');
  const output = join(project, "kernel.elf");
  const linked = await cor(["compile", join(project, "main.ts"), "--target", "cor-kernel", "-o", output]);
  assert.equal(linked.code, 0, linked.stderr);
  assert.match(
    run("readelf", "-hs", "-W", output),
    /EXEC \(Executable file\).*Entry point address: +0xffffffff801000.* main\.main\n/s,
  );
  writeFileSync(join(project, "cor.json"), '{ "assembler": "other.ts" }');
  const missed = await cor(["compile", join(project, "main.ts"), "--target", "cor-kernel", "-o", output]);
  assert.equal(missed.code, 2);
  assert.match(missed.stderr, /names other\.ts, which does not exist/);
});

test("rejected sources are shown with place, caret and hint, and end with 1", async () => {
  const path = source("bad.ts", "export function main(): u32 {\n  const x: u32 = 1;\n  return x as u64;\n}\n");
  const ended = await cor(["compile", path]);
  assert.equal(ended.code, 1);
  assert.equal(ended.stdout, "");
  assert.match(ended.stderr, /^bad\.ts:3:\d+: [^\n]+\n {4} {2}return x as u64;\n {4} +\^+\n {2}hint: /);
});

test("the manifest beside the sources says which modules may be unsafe", async () => {
  const project = mkdtempSync(join(folder, "manifest-"));
  const path = join(project, "screen.ts");
  const output = join(project, "screen.o");
  writeFileSync(path, "export function put(c: u8): void {\n  unsafe.ptr<u8>(0xb8000)[0] = c;\n}\n");
  const refused = await cor(["compile", path, "-c", "-o", output]);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /cor\.json, "unsafe": \{ "screen\.ts": "why" \}.*\n {2}rule: docs\/rules\/unsafe\.md\n$/,
  );
  writeFileSync(join(project, "cor.json"), '{ "unsafe": { "screen.ts": "the text screen" } }');
  const allowed = await cor(["compile", path, "-c", "-o", output]);
  assert.equal(allowed.code, 0, allowed.stderr);
  writeFileSync(join(project, "cor.json"), '{ "unsafe": { "gone.ts": "the text screen" } }');
  const gone = await cor(["compile", path, "-c", "-o", output]);
  assert.deepEqual([gone.code, gone.stderr.split("\n").length], [2, 2]);
  assert.match(gone.stderr, /cor\.json lists gone\.ts, which does not exist/);
});

test("the stack report is printed, and sizes in the manifest are enforced", async () => {
  const project = mkdtempSync(join(folder, "stack-"));
  const path = join(project, "deep.ts");
  const text =
    "export function deep(n: u64): u64 {\n  const room = zeroed<Arr<u64, 200>>();\n  fill(slice(room), n);\n  return room[n & 15];\n}\n";
  writeFileSync(path, text);
  const args = ["compile", path, "--target", "cor-kernel", "-c", "-o", join(project, "deep.o"), "--report", "stack"];
  const shown = await cor(args);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /^deep\.deep +export +1[67]\d\d +-\n {4}deep\.deep 1[67]\d\d/m);
  writeFileSync(join(project, "cor.json"), '{ "stacks": { "default": 1024 } }');
  const refused = await cor(args);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^deep\.ts:1:17: deep\.deep needs 1[67]\d\d bytes of stack, its stack has 1024\n/);
  const other = await cor(["compile", path, "--report", "heap"]);
  assert.deepEqual([other.code, other.stderr.split("\n").length], [2, 2]);
});
