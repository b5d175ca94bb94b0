import assert from "node:assert/strict";
import { test } from "node:test";
import { ModuleCache } from "../syntax/modules.ts";
import { CheckCache, type Checked, checkProgram, showDiagnostics } from "./check.ts";
import { Checker } from "./checker.ts";
import { intrinsics } from "./intrinsics.ts";
import { preludeModules } from "./prelude.ts";
import { expression, printProgram } from "./print.ts";
import { specials } from "./specials.ts";

function checkFiles(files: { readonly [file: string]: string }, entries = ["main.ts"]): Checked {
  return checkProgram({ entries, read: (file) => files[file] ?? null, unsafe: [] });
}

const messages = (checked: Checked) =>
  checked.diagnostics.map(({ site, message }) => `${site.file}:${site.line}:${site.column}: ${message}`);

test("a mistake is shown with its line, a caret under it, and a hint", () => {
  const checked = checkFiles({ "main.ts": "export function main(a: u32): u64 {\n\treturn 1 + a;\n}\n" });
  assert.equal(
    showDiagnostics(checked),
    "main.ts:2:9: u64 expected, this is u32\n    \treturn 1 + a;\n    \t       ^^^^^\n  hint: casts are calls: u64(1 + a)",
  );
});

test("one run reports the mistakes of all modules, in the order in which they are imported", () => {
  const checked = checkFiles({
    "main.ts":
      'import { a } from "./a.ts";\nimport { b } from "./lib/b.ts";\nexport function main(): u8 {\n  return a(b(1));\n}\nconst x: u8 = 256;\n',
    "a.ts": "export function a(x: u16): u8 {\n  return x;\n}\n",
    "lib/b.ts": 'import { a } from "../a.ts";\nexport function b(x: u8): u16 {\n  return a(x);\n}\n',
  });
  assert.deepEqual(messages(checked), [
    "main.ts:6:15: 256 does not fit into u8 (0 to 255)",
    "a.ts:2:10: u8 expected, this is u16",
    "lib/b.ts:3:12: u16 expected, this is u8",
  ]);
});

test("imports that lead nowhere are named", () => {
  const checked = checkFiles({
    "main.ts":
      'import { gone } from "./gone.ts";\nimport { hidden, mising } from "./a.ts";\nexport function main(): void {\n  gone();\n  hidden();\n}\n',
    "a.ts": "function hidden(): void {}\nexport function missing(): void {}\n",
  });
  assert.deepEqual(messages(checked), [
    "main.ts:1:22: there is no module gone.ts",
    "main.ts:2:10: hidden is not exported by a.ts",
    "main.ts:2:18: a.ts has no mising",
  ]);
  assert.equal(checked.diagnostics[2].hint, "did you mean missing?");
});

test("modules may import each other", () => {
  const checked = checkFiles({
    "main.ts":
      'import { odd } from "./odd.ts";\nexport function even(n: u32): boolean {\n  return n === 0 || odd(n - 1);\n}\nexport function main(): void {}\n',
    "odd.ts":
      'import { even } from "./main.ts";\nexport function odd(n: u32): boolean {\n  return n !== 0 && even(n - 1);\n}\n',
  });
  assert.ok(checked.program, showDiagnostics(checked));
});

test("the program is what can be reached from the roots", () => {
  const checked = checkFiles({
    "main.ts":
      'export function main(): void {\n  used();\n}\nfunction used(): void {\n  n = 1;\n}\nfunction unused(): void {\n  m = 1;\n}\nfunction kept(): void {\n  attr(symbol("c_entry"));\n}\nlet n: u32 = 0;\nlet m: u32 = 0;\n',
  });
  assert.deepEqual(
    checked.program?.functions.map(({ name }) => name),
    ["main.main", "main.used", "main.kept"],
  );
  assert.deepEqual(
    checked.program?.globals.map(({ name }) => name),
    ["n"],
  );
  assert.deepEqual(
    checked.program?.roots.map(({ kind, function: fn }) => `${kind} ${fn.name}`),
    ["entry main.main", "export main.kept"],
  );
});

test("literals are exact beyond 2^53", () => {
  const checked = checkFiles({
    "main.ts": "export function main(): u64 {\n  return 0xffff_8000_0000_0001 - 9007199254740993;\n}\n",
  });
  assert.ok(checked.program);
  const [statement] = checked.program.functions[0].body!;
  assert.ok(statement.kind === "return" && statement.value);
  assert.equal(expression(statement.value), `${0xffff_8000_0000_0001n - 9007199254740993n}:u64`);
});

test("compile-time results are the bytes of the data sections", () => {
  const checked = checkFiles({
    "main.ts":
      "const crc = comptime(() => {\n  const t = zeroed<Arr<u32, 256>>();\n  for (let i: u32 = 0; i < 256; i++) {\n    let c: u32 = i;\n    for (let k = 0; k < 8; k++) c = (c & 1) !== 0 ? (c >> 1) ^ 0xedb8_8320 : c >> 1;\n    t[i] = c;\n  }\n  return t;\n});\nexport function main(i: u8): u32 {\n  return crc[i];\n}\n",
  });
  const table = checked.program?.globals[0].initial;
  assert.ok(table?.kind === "elements", showDiagnostics(checked));
  const at = (index: number) => (table.elements[index].kind === "integer" ? table.elements[index].value : null);
  // CRC-32 (ISO-HDLC), the table's well-known first entries and last.
  assert.deepEqual([at(0), at(1), at(2), at(255)], [0n, 0x77073096n, 0xee0e612cn, 0x2d02ef8dn]);
});

test("parsed modules are kept: only what changed is parsed again", () => {
  const cache = new ModuleCache();
  const files: { [file: string]: string } = {
    "main.ts": 'import { a } from "./a.ts";\nexport function main(): u8 {\n  return a();\n}\n',
    "a.ts": "export function a(): u8 {\n  return 1;\n}\n",
  };
  const run = () => checkProgram({ entries: ["main.ts"], read: (file) => files[file] ?? null, unsafe: [], cache });
  const before = cache.parse("main.ts", files["main.ts"]);
  assert.ok(run().program);
  files["a.ts"] = "export function a(): u16 {\n  return 1;\n}\n";
  assert.deepEqual(messages(run()), ["main.ts:3:10: u8 expected, this is u16"]);
  assert.equal(cache.parse("main.ts", files["main.ts"]), before);
});

test("broken and hostile sources end in diagnostics", () => {
  for (const text of [
    "export function (",
    "é = 3;;;",
    "(".repeat(100_000),
    "x = ".repeat(20_000),
    `const a = ${"1 + ".repeat(50_000)}1;`,
    `const a = ${"!".repeat(30_000)}true;`,
    "\0\u{1f600}",
  ]) {
    const checked = checkFiles({ "main.ts": text });
    assert.ok(checked.diagnostics.length > 0 || checked.program, text.slice(0, 40));
    assert.ok(showDiagnostics(checked).length < 10_000 + text.length * 4);
  }
});

test("every function of the prelude is special or an intrinsic that is listed", () => {
  const modules = preludeModules(new ModuleCache());
  const checker = new Checker([], modules, () => true, 1000);
  const declared: string[] = [];
  for (const { file } of modules) {
    for (const declaration of checker.names.get(file)!.values()) {
      if (declaration.kind === "function") declared.push(declaration.name);
      if (declaration.kind === "namespace")
        for (const member of declaration.members.keys()) declared.push(`${declaration.name}.${member}`);
    }
  }
  const layout = ["packed", "affine", "align", "size", "at", "bits"];
  const unknown = declared.filter((name) => !(name in specials) && !(name in intrinsics) && !layout.includes(name));
  assert.deepEqual(unknown, []);
  assert.ok(declared.length > 100);
});

test("the same sources give the same tree", () => {
  const text =
    'export function main(): void {\n  each((x) => cpu.wrmsr(u32(x), 0));\n}\nfunction each(f: (x: u8) => void): void {\n  for (const c of "abc") f(c);\n}\n';
  const tree = () => {
    const { program } = checkFiles({ "main.ts": text });
    return program && printProgram(program);
  };
  assert.ok(tree()?.includes("main.main$1"));
  assert.equal(tree(), tree());
});

test("a name has one declaration", () => {
  const checked = checkFiles({
    "main.ts":
      "function twice(): void {}\nfunction twice(): void {}\nclass A {\n  a: u8;\n  a: u16;\n  b: u8;\n  b(): void {}\n  c(): void {}\n  c(): void {}\n}\nexport function main(x: u8, x: u8): void {}\nexport function other(): void {\n  let y: u8 = 1;\n  let y: u8 = 2;\n}\n",
  });
  assert.deepEqual(
    checked.diagnostics.map(({ site, message }) => `${site.line}: ${message}`),
    [
      "2: twice is declared twice in this module",
      "5: the field a is declared twice",
      "6: b is a field and a method",
      "9: the method c is declared twice",
      "11: x is declared twice in this block",
      "14: y is declared twice in this block",
    ],
  );
});

test("generics that grow without end are refused", () => {
  const checked = checkFiles({
    "main.ts":
      "class Grows<T> {\n  next: Ptr<Grows<Ptr<T>>> | null;\n}\nfunction deeper<T>(): u32 {\n  return deeper<Ptr<T>>();\n}\nexport function main(g: Ptr<Grows<u8>>): u32 {\n  return deeper<u8>();\n}\n",
  });
  assert.deepEqual(messages(checked), [
    "main.ts:1:7: Grows names itself with ever larger types",
    "main.ts:4:10: deeper calls itself with ever larger types",
  ]);
});

test("what follows from a change outside of bodies is checked, and nothing else", () => {
  const shapes =
    "export class Point {\n  x: u32;\n  y: u32;\n  sum(): u32 {\n    return this.x + this.y;\n  }\n}\nexport enum Color {\n  Red,\n  Green,\n}\nexport type Size = u32;\nexport class Unseen {\n  a: u8;\n}\nexport function scaled(by: u32): u32 {\n  return by * 2;\n}\nexport const FEW = 3;\n";
  const main =
    'import { Color, FEW, type Point, scaled, type Size } from "./shapes.ts";\nfunction length(p: Ptr<Point>): u32 {\n  return p.sum();\n}\nfunction at(all: Slice<Point>): Ptr<Point> {\n  return ref(all[1]);\n}\nfunction sized(): u32 {\n  const size: Size = 5;\n  return u32(size);\n}\nfunction few(): u32 {\n  return FEW;\n}\nfunction red(): u32 {\n  return u32(Color.Red);\n}\nfunction alone(): u32 {\n  return 7;\n}\ndeclare let some: Slice<Point>;\nexport function main(): u32 {\n  return length(at(some)) + sized() + few() + red() + alone() + scaled(1);\n}\n';
  // On their lines, so that nothing is checked for having moved.
  const changes: readonly [from: string, to: string, again: string][] = [
    ["  y: u32;", "  y: u32; z: u64;", "Point.sum at length main"],
    ["  Green,", "  Green, Blue,", "red"],
    ["Size = u32", "Size = u64", "sized"],
    ["by: u32", "by: u32, more: u32 = 1", "main scaled"],
    ["FEW = 3", "FEW = 4", "few"],
    ["  a: u8;", "  a: u8; b: u8;", ""],
    ["export class Unseen", "class Unseen", ""],
    ["  sum()", "  other(): u32 { return 1; } sum()", "Point.sum length"],
  ];
  for (const [from, to, again] of changes) {
    const files = new Map([
      ["main.ts", main],
      ["shapes.ts", shapes],
    ]);
    const last = new CheckCache();
    const check = () =>
      checkProgram({ entries: ["main.ts"], read: (f) => files.get(f) ?? null, unsafe: [], cache, last });
    const cache = new ModuleCache();
    const bodies = () => new Map(check().program?.functions.map(({ name, body }) => [name, body]));
    const before = bodies();
    const { checker } = last.session!;
    files.set("shapes.ts", shapes.replace(from, to));
    const now = bodies();
    assert.ok(last.session!.checker === checker, to);
    const fresh = [...now].filter(([name, body]) => before.get(name) !== body && before.has(name));
    assert.equal(
      fresh
        .map(([name]) => name.replace(/^\w+\./, ""))
        .sort()
        .join(" "),
      again,
      to,
    );
  }
});
