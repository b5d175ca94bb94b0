/** What the writers say, the emulator's readers understand. */
import assert from "node:assert/strict";
import test from "node:test";
import { debugSections } from "../../emulator/formats/dwarf-cursor.ts";
import { DebugInfo } from "../../emulator/formats/dwarf-info.ts";
import { LineTable } from "../../emulator/formats/dwarf-line.ts";
import { ElfFile } from "../../emulator/formats/elf-reader.ts";
import { Assembler } from "../asm/assembler.ts";
import { withDebugInfo } from "./dwarf-info.ts";
import { elfExecutable } from "./elf-executable.ts";
import { Label } from "./expression.ts";
import { link } from "./link.ts";
import type { LineRow, ObjectFile, ObjectSection } from "./object.ts";

const read = (objects: readonly ObjectFile[]) => {
  const sections = debugSections(new ElfFile(elfExecutable(link(objects, { regions: [{ address: 0x40_0000 }] }))));
  return { lines: new LineTable(sections), info: new DebugInfo(sections) };
};

test("every row comes back, near and far, forward and backward, over several files and sections", () => {
  let state = 3;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const flags = { allocate: true, write: false, execute: true, nobits: false, note: false };
  const section = (name: string): ObjectSection => {
    const lines: LineRow[] = [];
    let offset = 0;
    for (let i = 0; i < 500; i++) {
      const site = { file: `src/${random(5)}.ts`, line: 1 + random(random(2) ? 20 : 100_000), column: random(200) };
      lines.push({ offset, site });
      offset += 1 + random(random(20) ? 15 : 100_000);
    }
    return {
      name,
      flags,
      align: 16,
      address: null,
      load: null,
      bytes: new Uint8Array(offset),
      size: offset,
      relocations: [],
      lines,
    };
  };
  const sections = [section(".text"), section(".text.more"), section(".init")];
  const object: ObjectFile = {
    name: "unit",
    sections,
    symbols: [],
    places: new Map(),
    edges: new Map(),
    externs: new Set(),
  };
  const image = link([withDebugInfo(object)], { regions: [{ address: 0x40_0000 }] });
  const { lines } = read([withDebugInfo(object)]);
  assert.deepEqual(lines.problems, []);
  for (const { name, lines: rows, size } of sections) {
    const start = image.sections.find((it) => it.name === name)!.address;
    rows.forEach(({ offset, site }, i) => {
      const last = (rows[i + 1]?.offset ?? size) - 1;
      assert.deepEqual(lines.find(start + BigInt(offset)), site);
      assert.deepEqual(lines.find(start + BigInt(last)), site);
    });
  }
});

test("functions of several objects are found by name and range, and breakpoints by line", () => {
  const one = new Assembler({ name: "one.ts" });
  const first = new Label("first");
  one.global(one.func(first, () => one.nop()));
  one.func("second", () => {
    one.nop();
    one.ret();
  });
  const two = new Assembler({ name: "two.ts" });
  two.section(".init", { flags: "rx" });
  two.func("third", () => two.ret());
  const { lines, info } = read([one.finish(), two.finish()]);
  assert.deepEqual(
    [...info.functions()],
    [
      { name: "first", address: 0x40_0000n, size: 1n },
      { name: "second", address: 0x40_0001n, size: 2n },
      { name: "third", address: 0x40_0003n, size: 1n },
    ],
  );
  const line = lines.find(0x40_0002n)!;
  assert.match(line.file, /^dsl\/out\/dwarf\.test\.ts$/);
  assert.deepEqual(lines.addressesOf("dwarf.test.ts", line.line), { line: line.line, addresses: [0x40_0002n] });
});

test("an object without code gets no debug information", () => {
  const a = new Assembler({ name: "x" });
  a.section(".data");
  a.db(1);
  assert.deepEqual(
    a.finish().sections.map(({ name }) => name),
    [".data"],
  );
});
