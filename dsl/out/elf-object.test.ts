import assert from "node:assert/strict";
import test from "node:test";
import { eax, rax, rbx, rcx } from "../../emulator/isa/registers.ts";
import { Assembler } from "../asm/assembler.ts";
import { absolute, d, q } from "../asm/operand.ts";
import { elfObject } from "./elf-object.ts";
import { missing, run, withFiles } from "./oracle.ts";

/** The relocations as readelf prints them: "type symbol + addend". */
function relocations(body: (a: Assembler) => void): string[] {
  const a = new Assembler();
  body(a);
  return withFiles((file) => {
    const output = run("readelf", "-rW", file("x.o", elfObject(a.finish())));
    const table = output.slice(output.indexOf("'.rela.text'"), output.indexOf("'.rela.debug"));
    return [...table.matchAll(/(R_X86_64_\w+) +(?:\w+ +)?(.+)$/gm)].map(
      ([, type, target]) => `${type} ${target!.trim()}`,
    );
  });
}

test("each use of an outside symbol gets the relocation type that fits it", { skip: missing("readelf") }, () => {
  const seen = relocations((a) => {
    const x = a.extern("x");
    a.call(x);
    a.jnz(x);
    a.mov(rax, q(x));
    a.cmp(d(x, 4), 1);
    a.mov(rax, q(absolute(x)));
    a.mov(rbx, q(x, [rcx, 8]));
    a.mov(eax, x);
    a.mov(rax, x);
    a.movabs(rax, x.plus(16));
    a.dq(x);
    a.dd(x);
    a.dw(x);
  });
  assert.deepEqual(seen, [
    "R_X86_64_PLT32 x - 4",
    "R_X86_64_PLT32 x - 4",
    "R_X86_64_PC32 x - 4",
    "R_X86_64_PC32 x - 1",
    "R_X86_64_32S x + 0",
    "R_X86_64_32S x + 0",
    "R_X86_64_32 x + 0",
    "R_X86_64_32S x + 0",
    "R_X86_64_64 x + 10",
    "R_X86_64_64 x + 0",
    "R_X86_64_32 x + 0",
    "R_X86_64_16 x + 0",
  ]);
});

test("labels of other sections are their section plus an offset; of the same section, no relocation", {
  skip: missing("readelf"),
}, () => {
  const seen = relocations((a) => {
    const data = a.newLabel("data");
    const end = a.newLabel("end");
    a.mov(rax, q(data));
    a.jmp(end);
    a.here(end);
    const section = a.section(".data");
    a.space(12);
    a.here(data);
    a.dq(1);
    a.section(".text");
    a.mov(eax, section.size);
    a.mov(rax, section.end);
  });
  assert.deepEqual(seen, ["R_X86_64_PC32 .data + 8", "R_X86_64_32S .data + 14"]);
});

test("what ELF relocations cannot say is refused with its line", () => {
  const refused = (body: (a: Assembler) => void) => {
    const a = new Assembler();
    body(a);
    assert.throws(
      () => elfObject(a.finish()),
      /^SourceError: dsl\/out\/elf-object\.test\.ts:\d+:\d+: .* cannot be written/,
    );
  };
  refused((a) => a.dd(a.here().shr(16)));
  refused((a) => a.dd(a.extern("x").and(0xffff)));
  refused((a) => a.dq(a.extern("x").minus(a.extern("y"))));
  refused((a) => a.dq(a.here().physical()));
});

test("binutils' own linker joins objects with common symbols and absolute ones", { skip: missing("ld", "nm") }, () => {
  withFiles((file) => {
    const one = new Assembler({ name: "one.ts" });
    one.global(one.func("_start", () => one.call(one.extern("other"))));
    one.constant("ANSWER", 42);
    const two = new Assembler({ name: "two.ts" });
    two.global(two.func("other", () => two.ret()));
    const path = file("out", "");
    run(
      "ld",
      "--fatal-warnings",
      "-o",
      path,
      file("1.o", elfObject(one.finish())),
      file("2.o", elfObject(two.finish())),
    );
    const symbols = run("nm", path);
    assert.match(symbols, /000000000000002a a ANSWER/);
    assert.match(symbols, /T _start/);
    assert.match(symbols, /T other/);
  });
});
