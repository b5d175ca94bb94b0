/** What gdb makes of the demo, compiled with all optimisations: a session by line numbers, as its author would have it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compile, diagnosticsText } from "./compile.ts";
import { missing, run, withFiles } from "./out/oracle.ts";
import { runsHere } from "./x64/native.ts";

const demo = readFileSync(new URL("lower/programs/demo.ts", import.meta.url), "utf8");

/** The number of the line that begins with a text, indented or not. */
function line(text: string, source = demo): number {
  const index = source.split("\n").findIndex((it) => it.trimStart().startsWith(text));
  assert.ok(index >= 0, text);
  return index + 1;
}

/** What gdb says to each command. */
function session(source: string, commands: readonly string[]): string[] {
  const result = compile({
    entries: ["demo.ts"],
    read: (file) => (file === "demo.ts" ? source : null),
    target: "linux",
    unsafe: ["demo.ts"],
  });
  assert.equal(diagnosticsText(result), "");
  return withFiles((file) => {
    const path = file("demo", result.bytes!);
    const script = commands.flatMap((command) => ["-ex", "echo \\n<>\\n", "-ex", command]);
    const out = run("sh", "-c", 'exec gdb -nx -batch "$@" 2>&1', "gdb", "-ex", "set confirm off", ...script, path);
    return out.split("\n<>\n").slice(1);
  });
}

/** Commands with what each must say. */
type Step = readonly [command: string, said: RegExp];

function expects(...steps: readonly Step[]): void {
  expectsOf(demo, steps);
}

function expectsOf(source: string, steps: readonly Step[]): void {
  const said = session(
    source,
    steps.map(([command]) => command),
  );
  steps.forEach(([command, expected], k) => {
    assert.match(said[k]!, expected, command);
  });
}

const skip = runsHere || missing("gdb");

test("break at a line, locals, structures, pointers, the frames of what was inlined", { skip }, () => {
  const at = line("this.first = page;");
  expects(
    [`break demo.ts:${at}`, new RegExp(`^Breakpoint 1 at 0x\\w+: file demo\\.ts, line ${at}\\.`)],
    ["run", new RegExp(`Breakpoint 1, Arena\\.start \\(this=0x\\w+ <demo\\[arena\\]>\\) at demo\\.ts:${at}\\n`)],
    ["info locals", /^page = 0x\w+ <demo\[arena\]>$/m],
    ["print *page", /\{next = 0x0, bytes = 1000, free = true\}/],
    ["print page->bytes", /= 1000/],
    ["ptype page", /^type = struct Block \{\n +struct Block \*next;\n +u64 bytes;\n +bool free;\n\} \*/],
    ["print this->calls", /= 0/],
    ["ptype arena", /^type = struct Arena \{\n +u8 memory\[1024\];\n +struct Block \*first;\n +u32 calls;\n\}/],
    ["bt", /^#0 {2}Arena\.start .*\n#1 {2}allocator \(\) at demo\.ts:\d+\n#2 {2}0x\w+ in main \(\) at demo\.ts:\d+/],
    ["next", new RegExp(`^allocator \\(\\) at demo\\.ts:${line("const distance")}\\n`)],
    ["print *arena.first", /\{next = 0x0, bytes = 1000, free = true\}/],
    ["print sizeof(arena)", /= 1040/],
  );
});

test("step goes into functions, next over them, finish shows results", { skip }, () => {
  expects(
    [`break demo.ts:${line("const distance")}`, /^Breakpoint 1 /],
    ["run", /Breakpoint 1, allocator \(\)/],
    ["step", new RegExp(`^two \\(a=10, b=20\\) at demo\\.ts:${line("function two")}\\n`)],
    ["info args", /^a = 10\nb = 20$/m],
    ["bt", /^#0 {2}two \(a=10, b=20\) .*\n#1 {2}0x\w+ in allocator \(\) at .*\n#2 {2}0x\w+ in main \(\)/],
    ["up", /^#1 {2}0x\w+ in allocator \(\)/],
    ["down", /^#0 {2}two /],
    ["finish", /Value returned is \$\d+ = \{error = 0, value = 40\}/],
    ["next", new RegExp(`^${line("if (isErr(distance))")}\\t`, "m")],
    ["next", new RegExp(`^${line("const failed")}\\t`, "m")],
    ["next", new RegExp(`^${line("if (!isErr(failed))")}\\t`, "m")],
    ["break two", /^Breakpoint 2 /],
    ["delete", /^$/],
    ["continue", /exited with code 07/],
  );
});

test("loops, slices, texts, enums, conditional breakpoints", { skip }, () => {
  expects(
    [`break demo.ts:${line("items[j] = item;")} if i == 3`, /^Breakpoint 1 /],
    ["run", /Breakpoint 1, sort<i32> \(items=\.\.\., less=.*\) at demo\.ts:\d+/],
    ["print i", /= 3$/m],
    ["print items.length", /= 40$/m],
    ["ptype items", /^type = struct Slice<i32> \{\n +i32 \*ptr;\n +u64 length;\n\}/],
    ["print items.ptr[0] <= items.ptr[1]", /= 1$/m],
    ["print numbers[0] == items.ptr[0]", /= 1$/m],
    ["bt", /^#0 {2}sort<i32> .*\n#1 {2}sorting .*\n#2 {2}0x\w+ in main/],
    ["delete", /^$/],
    ["break Table.add", /^Breakpoint 2 at /],
    ["continue", /Breakpoint 2.*, Table\.add \(this=0x\w+ <demo\[table\]>, key=\.\.\.\)/],
    ["print key.length", /= 3$/m],
    ["print key.ptr[0]", /= 116 't'/],
    ["delete", /^$/],
    [`break demo.ts:${line("print` of ")}`, /^Breakpoint 3 at /],
    ["continue", /Breakpoint 3, main \(\)/],
    ["info locals", /^length = 30$/m],
  );
});

const blocks = `function opaque(x: u64): u64 {
  attr(noInline);
  return x * 2;
}
function show(x: u64): void {
  attr(noInline);
  print\`\${x}\\n\`;
}
function twice(x: u64): u64 {
  const inner = x + 1;
  show(inner);
  return inner * 2;
}
export function main(): void {
  let total: u64 = 0;
  for (let i: u64 = 0; i < 4; i++) {
    const value = opaque(i);
    if (value > 3) {
      const total: u64 = value * 10;
      show(total);
      show(total + i);
    } else {
      const small = opaque(value);
      show(twice(small) + small);
    }
    total += value;
  }
  const after = opaque(total);
  show(after);
}
`;

test("locals are those of the blocks around: shadowed names, the frame of an inlined call, behind a loop", {
  skip,
}, () => {
  const at = (text: string) => `tbreak demo.ts:${line(text, blocks)}`;
  const gone = "after = <optimized out>";
  expectsOf(blocks, [
    [at("show(inner)"), /^Temporary breakpoint 1 /],
    ["run", /twice \(x=.*\) at demo\.ts:11/],
    ["info locals", /^inner = 1\n$/],
    ["up", /^#1 {2}main \(\) at demo\.ts:24/],
    ["info locals", new RegExp(`^small = (0|<optimized out>)\nvalue = 0\ni = 0\ntotal = 0\n${gone}\n$`)],
    [at("show(total + i)"), /^Temporary breakpoint 2 /],
    ["continue", /main \(\) at demo\.ts:21/],
    ["info locals", new RegExp(`^total = 40\nvalue = 4\ni = 2\ntotal = 2\n${gone}\n$`)],
    ["print total", /= 40$/m],
    [at("const after"), /^Temporary breakpoint 3 /],
    ["continue", /main \(\) at demo\.ts:28/],
    ["info locals", new RegExp(`^total = 12\n${gone}\n$`)],
    ["print value", /No symbol "value" in current context/],
    ["next", /demo\.ts:29|^29\t/m],
    ["info locals", /^total = .*\nafter = 24\n$/],
  ]);
});

test("readelf finds no fault with what gdb reads", { skip: missing("readelf") }, () => {
  const { bytes } = compile({
    ...{ entries: ["demo.ts"], target: "linux", unsafe: ["demo.ts"] },
    read: (file) => (file === "demo.ts" ? demo : null),
  });
  withFiles((file) => {
    const path = file("demo", bytes!);
    const out = run("sh", "-c", `readelf -W --debug-dump=info,abbrev,decodedline,Ranges,loc,frames ${path} 2>&1`);
    assert.doesNotMatch(out, /warning|error:|corrupt|overlap/i);
    assert.match(out, /DW_TAG_enumerator/);
  });
});
