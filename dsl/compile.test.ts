/**
 * Whole programs through the whole compiler: the same source natively, as WebAssembly and in the IR interpreter, and what
 * happens when something is wrong.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generateProgram } from "../bench/compiler/generate.ts";
import { type Compilation, CompileCache, type CompileOptions, compile, diagnosticsText, dumpNames } from "./compile.ts";
import { withFiles } from "./out/oracle.ts";
import { runInterpreted, runWasm } from "./runtime-host.ts";
import { runsHere } from "./x64/native.ts";

const demoText = readFileSync(new URL("lower/programs/demo.ts", import.meta.url), "utf8");

/** Compiles one module, demo.ts; fails with the compiler's messages. */
function compiled(source: string, options: Partial<CompileOptions> = {}): Compilation {
  const result = attempt(source, options);
  assert.equal(diagnosticsText(result), "");
  return result;
}

function attempt(source: string, options: Partial<CompileOptions> = {}): Compilation {
  const read = (file: string) => (file === "demo.ts" ? source : null);
  return compile({ entries: ["demo.ts"], read, target: "linux", unsafe: ["demo.ts"], ...options });
}

/** Runs an executable in a process of its own. */
function execute(bytes: Uint8Array, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return withFiles((file) => {
    const { status, stdout, stderr, signal } = spawnSync(file("program", bytes), args, { encoding: "utf8" });
    assert.equal(signal, null);
    return { status, stdout, stderr };
  });
}

/** The values are those that lower.test.ts computes in JavaScript. */
const printed = `allocator 40125
rings 149510508564243
sorting 2833814109984321219
counting 100302
shapes 243090, bit fields 1274811, guards 1232229112291
arithmetic 0xe86713eb461, pairs 90
floating 11.414213562373096 0.3333333333333333 0.10000000149011612
[n=300 0x12c true Green text -5] of 30 bytes, atomics 5202
`;

test("the demo prints the same natively, as WebAssembly and in the IR interpreter", { skip: runsHere }, () => {
  const native = execute(compiled(demoText).bytes!);
  assert.deepEqual(native, { status: 7, stdout: printed, stderr: "" });
  const wasm = compiled(demoText, { target: "wasm" });
  const seven = { kind: "return", values: [7n] };
  assert.deepEqual(runWasm(wasm.wasm!, "demo.main"), { outcome: seven, output: printed, log: "" });
  assert.deepEqual(runInterpreted(wasm.ir!, "demo.main"), { outcome: seven, output: printed, log: "" });
});

test("floats are printed with the shortest digits that read back", () => {
  const { wasm } = compiled(`export function show(x: f64): void { print\`\${x}\`; }`, { target: "wasm" });
  const word = new BigUint64Array(1);
  const float = new Float64Array(word.buffer);
  const check = (x: number) => {
    float[0] = x;
    assert.equal(runWasm(wasm!, "demo.show", [word[0]!]).output, Object.is(x, -0) ? "0" : String(x));
  };
  const powers = Array.from({ length: 40 }, (_, k) => 2 ** (k * 52 - 1074));
  for (const x of [
    ...powers,
    0,
    -0,
    1,
    -1.5,
    1e21,
    1e-6,
    1e-7,
    123456789e13,
    5e-324,
    2 ** 1023,
    NaN,
    Infinity,
    -Infinity,
  ])
    check(x);
  // Any bits: a multiplicative generator (Knuth, MMIX).
  word[0] = 1n;
  for (let k = 0, bits = 1n; k < 200; k++) {
    bits = BigInt.asUintN(64, bits * 6364136223846793005n + 1442695040888963407n);
    word[0] = bits;
    check(float[0]!);
  }
});

test("a failed check tells file, line and what was wrong, after all output", { skip: runsHere }, () => {
  const source = `const list = zeroed<Arr<u32, 4>>();
export function main(argc: u64): u32 {
  print\`before\`;
  return list[argc + 3];
}
`;
  const ended = execute(compiled(source).bytes!);
  assert.deepEqual(ended, {
    status: 134,
    stdout: "before",
    stderr: "demo.ts:4:15: index out of bounds: 4, 4\n",
  });
  const message = 'let why = "no"; export function main(): void { why = "no pages left"; panic(why); }';
  assert.equal(execute(compiled(message).bytes!).stderr, "no pages left\n");
  const wasm = runWasm(compiled(message, { target: "wasm" }).wasm!, "demo.main");
  assert.deepEqual(wasm.outcome, { kind: "trap", message: "no pages left", arguments: [0n, 0n] });
});

test("programs on Linux: arguments, system calls, per-CPU variables, user memory that is not there", {
  skip: runsHere,
}, () => {
  const source = `
declare function write(fd: i32, at: Ptr<u8>, bytes: usize): i64;
declare function mmap(bytes: usize): i64;
declare function exit(status: i32): never;
const ticks = perCpu<u64>();
export function main(argc: u64, argv: Ptr<Ptr<u8>>): void {
  const first = argv[1];
  write(1, first, 3);
  const page = unsafe.ptr<u64>(u64(mmap(8192)));
  page[1023] = 5;
  ticks.my[0] = page[1023] + argc;
  const bad = copyIn(slice(page, 2), unsafe.user<u64>(8));
  const good = copyIn(slice(page, 1), unsafe.user<u64>(addr(ref(page[1023]))));
  print\` \${ticks.my[0]} \${isErr(bad)} \${isErr(good)} \${page[0]}\`;
  exit(3);
}
`;
  assert.deepEqual(execute(compiled(source).bytes!, "abc"), { status: 3, stdout: "abc 7 true false 5", stderr: "" });
});

test("C's memory routines are there for those who call them", { skip: runsHere }, () => {
  const source = `
declare function memcpy(to: Ptr<u8>, from: Ptr<u8>, bytes: usize): Ptr<u8>;
declare function memmove(to: Ptr<u8>, from: Ptr<u8>, bytes: usize): Ptr<u8>;
declare function memset(to: Ptr<u8>, value: i32, bytes: usize): Ptr<u8>;
declare function memcmp(x: Ptr<u8>, y: Ptr<u8>, bytes: usize): i32;
const area = zeroed<Arr<u8, 256>>();
export function main(): i32 {
  const a = ref(area[0]);
  for (let i: usize = 0; i < 100; i++) a[i] = u8(i);
  memcpy(ref(a[100]), a, 100);
  if (memcmp(a, ref(a[100]), 100) !== 0) return 1;
  memmove(ref(a[1]), a, 99);
  for (let i: usize = 1; i < 100; i++) if (a[i] !== u8(i) - 1) return 2;
  memmove(a, ref(a[1]), 99);
  for (let i: usize = 0; i < 99; i++) if (a[i] !== u8(i)) return 3;
  memset(a, 0x17f, 70);
  for (let i: usize = 0; i < 70; i++) if (a[i] !== 0x7f) return 4;
  return memcmp(a, ref(a[100]), 100) === 0x7f ? 0 : 5;
}
`;
  assert.equal(execute(compiled(source).bytes!).status, 0);
});

test("what nobody calls is left out of a program", () => {
  const { image } = compiled(demoText);
  const names = image!.symbols.map(({ name }) => name);
  assert.ok(names.includes("demo.search"), "exports stay");
  assert.ok(!names.includes("memcmp"), "the runtime's own only when needed");
  const small = compiled("export function main(): i32 { return 3; }").image!;
  const code = small.sections.find(({ name }) => name === ".text")!;
  assert.ok(code.size < 250, `${code.size} bytes of code`);
  assert.ok(small.dropped.some(({ section }) => section === ".text"));
});

test("compiling again after a change gives the bytes that compiling afresh gives", () => {
  const { files, entry } = generateProgram(900);
  const now = new Map(files);
  const cache = new CompileCache();
  const again = (fresh: boolean) =>
    compile({
      entries: [entry],
      read: (f) => now.get(f) ?? null,
      target: "linux",
      cache: fresh ? new CompileCache() : cache,
    });
  again(false);
  const edit = (file: string, from: string, to: string) => {
    assert.ok(now.get(file)!.includes(from), from);
    now.set(file, now.get(file)!.replace(from, to));
    const [result, expected] = [again(false), again(true)];
    assert.equal(diagnosticsText(result), "");
    assert.ok(Buffer.from(result.bytes!).equals(Buffer.from(expected.bytes!)), `${file}: ${from} → ${to}`);
  };
  // A body, a function that was inlined, a line more, a class, a mistake and its mending, a constant, back again.
  edit("src/m0.ts", "value * 10", "value * 11");
  edit("src/m1.ts", "state * 1664525", "state * 1664527");
  edit("src/m0.ts", "let now: u64", "\n    let now: u64");
  edit("src/m1.ts", "let now: u64", "// two\n    // more\n    let now: u64");
  edit("src/m1.ts", "// two\n    // more\n    let now: u64", "let now: u64");
  edit("src/m0.ts", "\n    let now: u64", "let now: u64");
  edit("src/m0.ts", "  length: u32;\n  kind: u16;", "  kind: u16;\n  length: u32;");
  now.set("src/m1.ts", now.get("src/m1.ts")!.replace("state * 1664527", "state * true"));
  assert.match(diagnosticsText(again(false)), /src\/m1\.ts:\d+:\d+: /);
  edit("src/m1.ts", "state * true", "state * 3");
  edit("src/m1.ts", "const LIMIT_1 = ", "const LIMIT_1 = 1 + ");
  edit("src/m0.ts", "value * 11", "value * 10");
  // What stands between functions: comments, constants, variables, functions and imports come, change and go.
  const between = (file: string, text: string) => edit(file, "\n\nfunction", `\n\n${text}function`);
  between("src/m0.ts", "// a word\n\n");
  between("src/m0.ts", "const ADDED = 12;\n");
  edit("src/m0.ts", "let now: u64", "let unused = ADDED;\n    let now: u64");
  edit("src/m0.ts", "const ADDED = 12;", "const ADDED = 13;");
  edit("src/m0.ts", "let unused = ADDED;\n    ", "");
  edit("src/m0.ts", "const ADDED = 13;\n", "");
  edit("src/m0.ts", "MASK_0: u32 = 0x", "MASK_0: u32 = 0x1");
  edit("src/m1.ts", "LIMIT_1 = 1 + ", "LIMIT_1 = 2 + ");
  between("src/m1.ts", "let counter: u32 = 5;\nfunction count(): u32 {\n  counter++;\n  return counter;\n}\n");
  edit("src/m1.ts", "state * 3", "state * count()");
  edit("src/m1.ts", "let counter: u32 = 5", "let counter: u32 = 6");
  edit("src/m1.ts", "state * count()", "state * 3");
  between("src/m0.ts", "export function ours(x: u32): u32 {\n  return x + 1;\n}\n");
  edit("src/m1.ts", "import { ", "import { ours, ");
  edit("src/m1.ts", "state * 3", "state * ours(3)");
  edit("src/m1.ts", "state * ours(3)", "state * 3");
  edit("src/m1.ts", "import { ours, ", "import { ");
  edit("src/m0.ts", "export function ours(x: u32): u32 {\n  return x + 1;\n}\n", "");
  edit("src/m1.ts", "let counter: u32 = 6;\nfunction count(): u32 {\n  counter++;\n  return counter;\n}\n", "");
  // What somebody else names is missed; what hides something is seen.
  now.set("src/m0.ts", now.get("src/m0.ts")!.replace("LIMIT_0 = ", "LIMIT_NONE = "));
  assert.match(diagnosticsText(again(false)), /LIMIT_0/);
  assert.equal(diagnosticsText(again(false)), diagnosticsText(again(true)));
  edit("src/m0.ts", "LIMIT_NONE = ", "LIMIT_0 = ");
  now.set("src/m0.ts", now.get("src/m0.ts")!.replace("const LIMIT_0 = ", "const TWICE: u8 = 300;\nconst LIMIT_0 = "));
  assert.match(diagnosticsText(again(false)), /src\/m0\.ts:/);
  assert.equal(diagnosticsText(again(false)), diagnosticsText(again(true)));
});

/** What a program for Cor needs from its library, on Linux. */
const library = `
declare function systemCall(number: u64, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): i64;
function output(sink: u64, at: Ptr<u8>, bytes: usize): void {
  attr(symbol("cor_write"));
  systemCall(1, 1, addr(at), bytes, 0, 0, 0);
}
function exit(status: i32): never {
  attr(symbol("exit"));
  for (;;) systemCall(231, u64(status), 0, 0, 0, 0, 0);
}
function failed(text: Ptr<u8>, bytes: usize, count: u64, a: u64, b: u64): never {
  attr(symbol("cor.panic"));
  output(1, text, bytes);
  exit(99);
}
`;

test("a program for Cor runs wherever it is loaded", { skip: runsHere }, () => {
  const source = `${library}
enum Color {
  Red,
  Green = 5,
}
const names = ["zero", "one", "two"];
const tables: Arr<Fn<(x: u64) => u64>, 2> = [twice, thrice];
function twice(x: u64): u64 {
  return x * 2;
}
function thrice(x: u64): u64 {
  return x * 3;
}
function pick(n: u64): string {
  switch (n) {
    case 1: return "a";
    case 2: return "bb";
    case 3: return "ccc";
    case 4: return "dddd";
    case 5: return "eeeee";
    default: return names[2];
  }
}
export function main(argc: u64, argv: Ptr<Ptr<u8>>): i32 {
  const color = argc > 5 ? Color.Red : Color.Green;
  print\`\${names[argc]} \${tables[argc & 1](7)} \${pick(argc + 2)} \${pick(argc)} \${color} \${argc} \${argv[1][0]}\`;
  return i32(names[argc].length);
}
`;
  const { bytes, image } = compiled(source, { target: "cor-user" });
  assert.equal(new DataView(bytes!.buffer).getUint16(16, true), 3, "ET_DYN");
  assert.ok(image!.sections.find(({ name }) => name === ".rela.dyn")!.size >= 24 * 5);
  assert.deepEqual(execute(bytes!, "A"), { status: 3, stdout: "two 14 dddd bb Green 2 65", stderr: "" });
});

test("a program knows its own functions, lines and callers", { skip: runsHere }, () => {
  const source = `
export function deep(n: u64): u64 {
  attr(noInline);
  const step = zeroed<StackStep>();
  const place = zeroed<CodePlace>();
  image.here(ref(step));
  step.end = step.rsp + 4096;
  do {
    if (!image.locate(step.rip - 1, ref(place))) break;
    print\`\${place.name} \${place.file}:\${place.line}\\n\`;
  } while (image.caller(ref(step)));
  return n * n;
}
function between(n: u64): u64 {
  attr(noInline);
  const numbers = zeroed<Arr<u64, 100>>();
  numbers[n] = 3;
  return deep(numbers[n]) +
    1;
}
export function main(): void {
  const place = zeroed<CodePlace>();
  const found = image.locate(addr(between), ref(place));
  const nothing = image.locate(addr(image.rodata()), ref(place));
  print\`\${found} \${place.name}+\${place.offset} \${nothing} \${image.text().length > 100}\\n\`;
  between(5);
}
`;
  const stdout = `true demo.between+0 false true
demo.deep demo.ts:6
demo.between demo.ts:18
demo.main demo.ts:26
_start `;
  const result = execute(compiled(source).bytes!);
  assert.equal(result.stdout.slice(0, stdout.length), stdout);
  assert.equal(result.status, 0);
});

/** Sources that are rejected after the checker has accepted them, with what is said. */
const rejected: readonly [why: string, source: string, options: Partial<CompileOptions>, message: RegExp][] = [
  ["no main", "export function start(): void {}", {}, /^demo\.ts:1:1: demo\.ts exports no function main/],
  [
    "a symbol twice",
    'export function a(): void { attr(symbol("x")); }\nexport function b(): void { attr(symbol("x")); }',
    {},
    /^demo\.ts:2:17: the symbol x is defined twice, here and at demo\.ts:1/,
  ],
  [
    "a declaration that differs",
    "declare function exit(status: u64, why: u64): never;\nexport function main(): void { exit(1, 2); }",
    {},
    /^demo\.ts:1:18: exit takes i32 and gives nothing\n/,
  ],
  [
    "nobody defines it",
    "declare function elsewhere(): u64;\nexport function main(): void { elsewhere(); }",
    {},
    /^demo\.ts:1:18: nothing defines elsewhere\n.*\n.*\n {2}hint: .*attr\(symbol\("elsewhere"\)\)/,
  ],
  [
    "a program for Cor without its library",
    "export function main(): void { print`hello`; }",
    { target: "cor-user" },
    /^nothing defines cor_write, which print and klog need\n {2}hint: /m,
  ],
  [
    "floats in the kernel",
    "export function half(n: u64): u64 {\n  return u64(f64(n) / 2);\n}",
    { target: "cor-kernel" },
    /^demo\.ts:2:\d+: floating point in demo\.half, but cor-kernel has only general registers\n.*\n.*\^\n {2}hint: /,
  ],
  [
    "a broken rule",
    "const a = claimPorts(0x60, 4); const b = claimPorts(0x62, 1);\nexport function main(): void { a.out8(0, b.in8(0)); }",
    {},
    /b overlaps a/,
  ],
];

for (const [why, source, options, message] of rejected)
  test(`rejected: ${why}`, () => {
    const result = attempt(source, options);
    assert.match(diagnosticsText(result), message);
    assert.equal(result.bytes, null);
  });

test("each pass shows its result", () => {
  const seen = new Set<string>();
  const dump = { wants: () => true, show: (pass: string, _: string | null, text: string) => text && seen.add(pass) };
  compiled(demoText, { dump });
  compiled(demoText, { dump, target: "wasm" });
  for (const name of seen) assert.ok(dumpNames.includes(name), name);
  for (const name of [
    "check",
    "rules",
    "lower",
    "inline",
    "gvn",
    "optimize",
    "select",
    "allocate",
    "code",
    "link",
    "wasm",
  ])
    assert.ok(seen.has(name), name);
});

test("slices, texts and functions have addresses; a constant that is a closure is called and kept", {
  skip: runsHere,
}, () => {
  const source = `
    const next = (x: u32): u32 => x + 1;
    const table: Arr<(x: u32) => u32, 2> = [next, next];
    export function main(): i32 {
      const a = zeroed<Arr<u32, 4>>();
      const b = slice(a);
      const known = addr(next) !== 0 && addr(next) === addr(table[0]) && addr("text") !== 0;
      print\`\${next(3)} \${table[1](4)} \${addr(b.sub(2, 4)) - addr(b)} \${known}\\n\`;
      return 0;
    }`;
  assert.equal(execute(compiled(source).bytes!).stdout, "4 5 8 true\n");
});

test("main gets the number of arguments, their texts, the environment and what the system tells", {
  skip: runsHere,
}, () => {
  const source = `
class Auxiliary {
  type: u64;
  value: u64;
}
function length(text: Ptr<u8>): usize {
  let n: usize = 0;
  while (text[n] !== 0) n++;
  return n;
}
const AT_PAGESZ = 6;
export function main(argc: u64, argv: Ptr<Ptr<u8>>, envp: Ptr<Ptr<u8> | null>, auxv: Ptr<Auxiliary>): i32 {
  print\`\${argc} \${text(slice(argv[1], length(argv[1])))}\\n\`;
  for (let i: usize = 0; ; i++) {
    const one = envp[i];
    if (one === null) break;
    print\`\${text(slice(one, length(one)))}\\n\`;
  }
  for (let i: usize = 0; auxv[i].type !== 0; i++)
    if (auxv[i].type === AT_PAGESZ) print\`\${auxv[i].value}\\n\`;
  return 0;
}`;
  const bytes = compiled(source).bytes!;
  const stdout = withFiles(
    (file) =>
      spawnSync(file("program", bytes), ["first"], { encoding: "utf8", env: { A: "1", LONG: "two words" } }).stdout,
  );
  assert.equal(stdout, "2 first\nA=1\nLONG=two words\n4096\n");
});

test("classes of two modules may have one name, and so may what is made for them", { skip: runsHere }, () => {
  const texts: { readonly [file: string]: string } = {
    "box.ts": "export class Box<T> { v: T; get(): Ptr<T> { attr(noInline); return ref(this.v); } }",
    "a.ts": `import { Box } from "./box.ts";
class Slot { n: u32; }
const own = zeroed<Box<Slot>>();
export function one(): u32 { own.get().n = 5; return own.get().n; }`,
    "demo.ts": `import { Box } from "./box.ts";
import { one } from "./a.ts";
class Slot { far: u64; n: u32; }
const own = zeroed<Box<Slot>>();
const more = zeroed<Box<Arr<Slot, 2>>>();
export function main(): void {
  own.get().n = 7;
  more.get()[0][1].n = 9;
  print\`\${one()} \${own.get().n} \${more.get()[0][1].n}\`;
}`,
  };
  const result = compile({ entries: ["demo.ts"], read: (file) => texts[file] ?? null, target: "linux" });
  assert.equal(diagnosticsText(result), "");
  assert.equal(execute(result.bytes!).stdout, "5 7 9");
});

test("a kernel's function may use floating point when it says so, and stays by itself", () => {
  const source = `
    function root(x: u64): u64 { attr(floats); return u64(sqrt(f64(x)) * 1.5); }
    export function whole(x: u64): u64 { return root(x) + 1; }`;
  const { objects } = compiled(source, { target: "cor-kernel", oneObject: true });
  assert.ok(objects[0]!.symbols.some(({ name }) => name === "demo.root"));
});

test("a choice between a value and an error is a result", { skip: runsHere }, () => {
  const source = `
    function pick(n: u32): Res<usize> { return n === 0 ? 0 : n > 3 ? err(Errno.ELOOP) : usize(n) * 2; }
    function may(n: u32): Res<void> { return n === 0 ? undefined : err(Errno.EINVAL); }
    function code(n: u32): u32 { const r = pick(n); if (isErr(r)) return u32(r.code); return u32(r); }
    export function main(): void {
      const x = may(1);
      const y = may(0);
      print\`\${code(0)} \${code(2)} \${code(4)} \${isErr(x)} \${isErr(y)}\`;
    }`;
  assert.equal(execute(compiled(source).bytes!).stdout, "0 4 40 true false");
});

test("debuggers are told of a class as it is now, where nothing else depends on it", () => {
  const files = new Map([
    ["shapes.ts", "export class Box {\n  a: u32;\n}\nexport const box = zeroed<Box>();\n"],
    [
      "main.ts",
      'import { type Box, box } from "./shapes.ts";\nlet last: Ptr<Box> | null = null;\nfunction keep(p: Ptr<Box>): void {\n  last = p;\n}\nexport function main(): i32 {\n  keep(ref(box));\n  return last === null ? 1 : 0;\n}\n',
    ],
  ]);
  const cache = new CompileCache();
  const bytes = (cache: CompileCache) =>
    compile({ entries: ["main.ts"], read: (file) => files.get(file) ?? null, target: "linux", cache }).bytes!;
  bytes(cache);
  for (const text of ["a: u32;\n  b: u8;", "b: u32;", "a: u32;"]) {
    files.set("shapes.ts", files.get("shapes.ts")!.replace(/ [ab]:[^}]*;/, ` ${text}`));
    assert.deepEqual(bytes(cache), bytes(new CompileCache()));
  }
});
