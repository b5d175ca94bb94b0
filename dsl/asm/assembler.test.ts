import assert from "node:assert/strict";
import test from "node:test";
import { al, eax, es, rax, rdi } from "../../emulator/isa/registers.ts";
import { Label } from "../out/expression.ts";
import { Assembler } from "./assembler.ts";
import { b, d } from "./operand.ts";

/** The line of the caller of the caller-supplied error: where this was written. */
const line = () => Number(/assembler\.test\.ts:(\d+)/.exec(new Error().stack!.split("\n")[2]!)![1]);

test("an instruction remembers the line that recorded it, relative to the project", () => {
  const a = new Assembler();
  a.section(".text");
  a.mov(rax, 1);
  const here = line() - 1;
  const item = a.sections.get(".text")!.items[0]!;
  assert.equal(item.kind, "instruction");
  if (item.kind === "instruction") {
    assert.deepEqual({ file: item.site.file, line: item.site.line }, { file: "dsl/asm/assembler.test.ts", line: here });
  }
});

test("prefixes hold for one instruction and are refused before anything else", () => {
  const a = new Assembler();
  a.lock.add(d(rdi), eax);
  a.add(d(rdi), eax);
  a.rep.seg(es).movsb();
  const bytes = a.sections.get(".text")!.items.map((item) => item.kind === "instruction" && [...item.forms[0].bytes]);
  assert.deepEqual(bytes, [
    [0xf0, 0x01, 0x07],
    [0x01, 0x07],
    [0x26, 0xf3, 0xa4],
  ]);
  a.rep;
  assert.throws(() => a.db(1), /^SourceError: dsl\/asm\/assembler.test.ts:\d+:\d+: a prefix stands before/);
});

test("a label is placed once", () => {
  const a = new Assembler();
  const twice = a.label("twice");
  assert.throws(() => a.here(twice), /label twice is placed twice: first at dsl\/asm\/assembler.test.ts:\d+/);
});

test("a label of a module serves several programs", () => {
  const shared = new Label("shared");
  for (const a of [new Assembler(), new Assembler()]) {
    a.here(shared);
    a.mov(al, b(shared));
  }
});

test("a function does not end in another section", () => {
  const a = new Assembler();
  assert.throws(
    () =>
      a.func("f", () => {
        a.section(".data");
      }),
    /f does not end in the section in which it begins/,
  );
});

test("instructions of a macro belong to the line that uses it", () => {
  const a = new Assembler();
  const twice = () => a.macro(twice, () => once());
  const once = () => a.macro(once, () => a.nop());
  const lineOf = (use: () => void) => {
    const before = Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split("\n")[2] ?? "")?.[1]);
    use();
    return before;
  };
  lineOf(() => a.ret());
  const line = lineOf(() => twice());
  const sites = a.finish().sections[0]?.lines.map((row) => row.site.line);
  assert.equal(sites?.[1], line);
});
