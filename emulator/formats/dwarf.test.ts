import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { DW_AT_comp_dir, DW_TAG_compile_unit, DwarfError } from "./dwarf.ts";
import { debugSections } from "./dwarf-cursor.ts";
import { DebugInfo } from "./dwarf-info.ts";
import { LineTable } from "./dwarf-line.ts";
import { ElfFile } from "./elf-reader.ts";

const program = `
static int twice(int x) {
  return 2 * x;
}

struct list { struct list *next; int value; };

int sum(struct list *list) {
  int total = 0;
  for (; list; list = list->next)
    total += twice(list->value);
  return total;
}

int _start(void) {
  struct list last = { 0, 3 }, first = { &last, 4 };
  return sum(&first);
}
`;

/** The program as gcc and ld build it, with the debug information asked for. */
function compile(...options: string[]): { bytes: Uint8Array; addr2line: (address: bigint) => string } {
  const folder = mkdtempSync(join(tmpdir(), "cor-dwarf-"));
  try {
    writeFileSync(join(folder, "list.c"), program);
    const built = spawnSync("gcc", ["-nostdlib", "-static", "-o", "list", ...options, "list.c"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(built.status, 0, built.stderr);
    const bytes = readFileSync(join(folder, "list"));
    const lines = new Map<bigint, string>();
    const text = new ElfFile(bytes).section(".text")!;
    const addresses = Array.from({ length: text.size }, (_, i) => text.address + BigInt(i));
    const { stdout } = spawnSync("addr2line", ["-e", "list"], {
      cwd: folder,
      encoding: "utf8",
      input: addresses.map((address) => `0x${address.toString(16)}\n`).join(""),
    });
    for (const [i, at] of stdout.trimEnd().split("\n").entries()) lines.set(addresses[i]!, at);
    return { bytes, addr2line: (address) => lines.get(address)! };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const noTools =
  ["gcc", "addr2line"].some((tool) => spawnSync(tool, ["--version"]).error) && "gcc or binutils not installed";

for (const options of [["-gdwarf-5"], ["-gdwarf-5", "-O2"], ["-gdwarf-4"], ["-gdwarf-3"], ["-gdwarf-2"]]) {
  test(`lines and functions of gcc ${options.join(" ")} are read as addr2line reads them`, { skip: noTools }, () => {
    const { bytes, addr2line } = compile(...options);
    const elf = new ElfFile(bytes);
    const sections = debugSections(elf);
    const table = new LineTable(sections);
    assert.deepEqual(table.problems, []);
    const text = elf.section(".text")!;
    let compared = 0;
    for (let offset = 0; offset < text.size; offset++) {
      const address = text.address + BigInt(offset);
      const [, line] = /list\.c:(\d+)/.exec(addr2line(address)) ?? [];
      const found = table.find(address);
      if (line === undefined) continue;
      assert.equal(found?.line, Number(line), `at 0x${address.toString(16)}`);
      assert.match(found.file, /list\.c$/);
      compared++;
    }
    assert.ok(compared > 30);
    const symbols = elf.symbols().filter(({ type }) => type === 2);
    const functions = new Map([...new DebugInfo(sections).functions()].map(({ name, ...range }) => [name, range]));
    for (const { name, value, size } of symbols) assert.deepEqual(functions.get(name), { address: value, size }, name);
    assert.ok(functions.has("sum"));
  });
}

test("64-bit DWARF says the same as 32-bit DWARF of the same program", { skip: noTools }, () => {
  const [narrow, wide] = [compile("-gdwarf-5"), compile("-gdwarf-5", "-gdwarf64")].map(({ bytes }) => {
    const elf = new ElfFile(bytes);
    const sections = debugSections(elf);
    const table = new LineTable(sections);
    const text = elf.section(".text")!;
    const places = Array.from({ length: text.size }, (_, i) => table.find(text.address + BigInt(i)));
    return { lines: places.map((place) => place?.line), functions: [...new DebugInfo(sections).functions()] };
  });
  assert.ok(narrow!.lines.some((line) => line !== undefined));
  assert.deepEqual(wide, narrow);
});

test("a breakpoint goes to the first instruction of the line, or to the next line with code", { skip: noTools }, () => {
  const { bytes } = compile("-gdwarf-5");
  const elf = new ElfFile(bytes);
  const table = new LineTable(debugSections(elf));
  const sum = elf.symbols().find(({ name }) => name === "sum")!;
  const opening = table.addressesOf("list.c", 8)!;
  assert.deepEqual([opening.line, opening.addresses[0]], [8, sum.value]);
  assert.deepEqual(table.addressesOf("list.c", 7), opening);
  const inside = table.addressesOf("list.c", 9)!;
  assert.ok(inside.addresses[0]! > sum.value && inside.addresses[0]! < sum.value + sum.size);
  assert.equal(table.addressesOf("other.c", 1), null);
  assert.equal(table.addressesOf("list.c", 1000), null);
  assert.equal(table.find(0n), null);
});

test("entries come as a tree with their strings", { skip: noTools }, () => {
  const { bytes } = compile("-gdwarf-5");
  const info = new DebugInfo(debugSections(new ElfFile(bytes)));
  const unit = info.units[0]!;
  const [root, ...entries] = [...info.entries(unit)];
  assert.equal(root!.tag, DW_TAG_compile_unit);
  assert.match(info.nameOf(root!)!, /list\.c$/);
  assert.match(String(root!.attributes.get(DW_AT_comp_dir)), /cor-dwarf-/);
  assert.ok(entries.every(({ depth }) => depth >= 1));
  const names = entries.map((entry) => info.nameOf(entry));
  for (const name of ["twice", "sum", "total", "list", "next", "value"]) assert.ok(names.includes(name), name);
});

test("any damage gives a DwarfError or an answer, never another error", { skip: noTools }, () => {
  const { bytes } = compile("-gdwarf-5");
  const elf = new ElfFile(bytes);
  const whole = debugSections(elf);
  const text = elf.section(".text")!;
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let damaged = 0;
  for (let round = 0; round < 3000; round++) {
    const sections = { ...whole };
    for (const name of ["info", "abbrev", "line", "str", "lineStr"] as const) {
      if (random(2)) continue;
      const copy = Uint8Array.from(whole[name]);
      for (let n = 1 + random(3); n > 0; n--) copy[random(copy.length)] = random(2) ? random(256) : 0xff;
      sections[name] = random(8) ? copy : copy.subarray(0, random(copy.length));
    }
    const table = new LineTable(sections);
    damaged += table.problems.length;
    for (let offset = 0; offset < text.size; offset += 8) table.find(text.address + BigInt(offset));
    table.addressesOf("list.c", 8);
    try {
      const info = new DebugInfo(sections);
      for (const _ of info.functions());
      for (const unit of info.units) for (const entry of info.entries(unit)) info.nameOf(entry);
    } catch (error) {
      if (!(error instanceof DwarfError)) throw error;
      damaged++;
    }
  }
  assert.ok(damaged > 500, `only ${damaged}`);
});
