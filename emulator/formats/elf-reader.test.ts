import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { deflateSync, zstdCompressSync } from "node:zlib";
import {
  ElfError,
  EM_386,
  EM_X86_64,
  ET_EXEC,
  PF_R,
  PF_W,
  PF_X,
  PT_LOAD,
  PT_NOTE,
  SHF_ALLOC,
  SHF_COMPRESSED,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHN_ABS,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_PROGBITS,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
  STB_GLOBAL,
  STB_LOCAL,
  STT_FUNC,
  STT_NOTYPE,
  XEN_ELFNOTE_PHYS32_ENTRY,
} from "./elf.ts";
import { ElfFile, isDefined, isElf } from "./elf-reader.ts";
import { encodeNote, encodeSymbols, sizedSection, writeElf } from "./elf-writer.ts";

const noteData = Uint8Array.of(0, 0, 0x10, 0);

/** A small executable with everything in it: text, data, zeros, a note, symbols, relocations. */
function sample(): Uint8Array {
  const symbols = encodeSymbols([
    { name: "helper", value: 0x100004n, size: 2n, binding: STB_LOCAL, type: STT_FUNC, section: 1 },
    { name: "start", value: 0x100000n, size: 4n, binding: STB_GLOBAL, type: STT_FUNC, section: 1 },
    { name: "ANSWER", value: 42n, size: 0n, binding: STB_GLOBAL, type: STT_NOTYPE, section: SHN_ABS },
    { name: "elsewhere", value: 0n, size: 0n, binding: STB_GLOBAL, type: STT_NOTYPE, section: 0 },
  ]);
  const allocated = (name: string, type: number, flags: number, address: bigint, size: number, bytes: Uint8Array) =>
    sizedSection({ name, type, flags: flags | SHF_ALLOC, address, size, bytes, align: 4 });
  const note = encodeNote({ owner: "Xen", type: XEN_ELFNOTE_PHYS32_ENTRY, data: noteData });
  const rela = new Uint8Array(24);
  new DataView(rela.buffer).setBigUint64(0, 4n, true);
  new DataView(rela.buffer).setUint32(8, 2, true);
  new DataView(rela.buffer).setUint32(12, 4, true);
  new DataView(rela.buffer).setBigInt64(16, -4n, true);
  return writeElf({
    type: ET_EXEC,
    entry: 0x100000n,
    sections: [
      allocated(".text", SHT_PROGBITS, SHF_EXECINSTR, 0x100000n, 6, Uint8Array.of(0xf4, 0xeb, 0xfd, 0x90, 0x90, 0xc3)),
      allocated(".data", SHT_PROGBITS, SHF_WRITE, 0x101000n, 4, Uint8Array.of(1, 2, 3, 4)),
      allocated(".bss", SHT_NOBITS, SHF_WRITE, 0x101004n, 0x2000, new Uint8Array()),
      allocated(".note.Xen", SHT_NOTE, 0, 0x104000n, note.length, note),
      sizedSection({
        name: ".symtab",
        type: SHT_SYMTAB,
        bytes: symbols.bytes,
        link: 6,
        info: symbols.info,
        entrySize: 24,
      }),
      sizedSection({ name: ".strtab", type: SHT_STRTAB, bytes: symbols.strings }),
      sizedSection({ name: ".rela.text", type: SHT_RELA, bytes: rela, link: 5, info: 1, entrySize: 24 }),
    ],
    segments: [
      { type: PT_LOAD, flags: PF_R | PF_X, physicalAddress: 0x200000n, align: 4096, sections: [1] },
      { type: PT_LOAD, flags: PF_R | PF_W, physicalAddress: 0x201000n, align: 4096, sections: [2, 3] },
      { type: PT_LOAD, flags: PF_R, physicalAddress: 0x204000n, align: 4096, sections: [4] },
      { type: PT_NOTE, flags: PF_R, physicalAddress: 0x204000n, align: 4, sections: [4] },
    ],
  });
}

/** Everything the reader can be asked. */
function readAll(bytes: Uint8Array) {
  const elf = new ElfFile(bytes);
  const segments = elf.programHeaders.map((header) => elf.segmentBytes(header));
  const sections = elf.sections.map((section) => elf.sectionBytes(section));
  const relocations = elf.sections.filter(({ type }) => type === SHT_RELA).map((section) => elf.relocationsOf(section));
  return { elf, segments, sections, relocations, symbols: elf.symbols(), notes: elf.notes() };
}

test("what was written is read back", () => {
  const { elf, segments, relocations, symbols, notes } = readAll(sample());
  assert.deepEqual([elf.class, elf.type, elf.machine, elf.entry], [64, ET_EXEC, EM_X86_64, 0x100000n]);
  assert.deepEqual(
    elf.programHeaders.map((it) => [
      it.type,
      it.flags,
      it.virtualAddress,
      it.physicalAddress,
      it.fileSize,
      it.memorySize,
    ]),
    [
      [PT_LOAD, PF_R | PF_X, 0x100000n, 0x200000n, 6, 6n],
      [PT_LOAD, PF_R | PF_W, 0x101000n, 0x201000n, 4, 0x2004n],
      [PT_LOAD, PF_R, 0x104000n, 0x204000n, 20, 20n],
      [PT_NOTE, PF_R, 0x104000n, 0x204000n, 20, 20n],
    ],
  );
  for (const { type, offset, virtualAddress, align } of elf.programHeaders) {
    if (type === PT_LOAD) assert.equal(BigInt(offset) % align, virtualAddress % align);
  }
  assert.deepEqual([...segments[1]!], [1, 2, 3, 4]);
  assert.deepEqual(
    symbols.map((symbol) => [symbol.name, symbol.value, symbol.binding, isDefined(symbol)]),
    [
      ["helper", 0x100004n, STB_LOCAL, true],
      ["start", 0x100000n, STB_GLOBAL, true],
      ["ANSWER", 42n, STB_GLOBAL, true],
      ["elsewhere", 0n, STB_GLOBAL, false],
    ],
  );
  assert.deepEqual(notes, [{ owner: "Xen", type: XEN_ELFNOTE_PHYS32_ENTRY, data: noteData }]);
  assert.deepEqual(relocations, [[{ offset: 4n, type: 2, symbol: 4, addend: -4n }]]);
  assert.equal(elf.section(".bss")?.size, 0x2000);
});

/** What objcopy makes of the sample. */
function objcopy(...args: string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "cor-elf-"));
  try {
    const [from, to] = [join(folder, "from"), join(folder, "to")];
    writeFileSync(from, sample());
    const { status, stderr } = spawnSync("objcopy", [...args, from, to], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const noObjcopy = spawnSync("objcopy", ["--version"]).error ? "objcopy not installed" : false;

test("32-bit files, as binutils write them, read the same", { skip: noObjcopy }, () => {
  const { elf, segments, symbols, notes } = readAll(objcopy("-O", "elf32-i386", "-R", ".rela.text"));
  assert.deepEqual([elf.class, elf.machine, elf.entry], [32, EM_386, 0x100000n]);
  const [text, data] = elf.programHeaders;
  assert.deepEqual([text!.virtualAddress, text!.physicalAddress, text!.fileSize], [0x100000n, 0x200000n, 6]);
  assert.deepEqual([data!.flags, data!.memorySize], [PF_R | PF_W, 0x2004n]);
  assert.deepEqual([...segments[0]!.subarray(0, 3)], [0xf4, 0xeb, 0xfd]);
  assert.ok(symbols.some(({ name, value }) => name === "start" && value === 0x100000n));
  assert.deepEqual([...notes[0]!.data], [...noteData]);
});

test("compressed sections are unpacked, and what does not unpack is refused", () => {
  const original = Buffer.from("debug information ".repeat(100));
  const compressed = (type: number, size: number, packed: Uint8Array) => {
    const bytes = new Uint8Array(24 + packed.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, type, true);
    view.setBigUint64(8, BigInt(size), true);
    bytes.set(packed, 24);
    const debug = sizedSection({ name: ".debug_x", type: SHT_PROGBITS, flags: SHF_COMPRESSED, bytes });
    const elf = new ElfFile(writeElf({ type: ET_EXEC, entry: 0n, segments: [], sections: [debug] }));
    return elf.sectionBytes(elf.section(".debug_x")!);
  };
  const { length } = original;
  assert.deepEqual(Buffer.from(compressed(1, length, deflateSync(original))), original);
  assert.deepEqual(Buffer.from(compressed(2, length, zstdCompressSync(original))), original);
  assert.throws(() => compressed(1, length - 1, deflateSync(original)), ElfError);
  assert.throws(() => compressed(1, length + 1, deflateSync(original)), ElfError);
  assert.throws(() => compressed(1, length, original), ElfError);
  assert.throws(() => compressed(3, length, original), ElfError);
  assert.throws(() => compressed(1, 2 ** 40, deflateSync(original)), ElfError);
});

test("what is no ELF file for this machine is refused with a reason", () => {
  const bytes = sample();
  const changed = (offset: number, ...values: number[]) => {
    const copy = Uint8Array.from(bytes);
    copy.set(values, offset);
    return copy;
  };
  const refused = (file: Uint8Array, reason: RegExp) =>
    assert.throws(() => readAll(file), { name: "ElfError", message: reason });
  assert.equal(isElf(new Uint8Array()), false);
  refused(new Uint8Array(), /not an ELF file/);
  refused(Buffer.from("#!/bin/sh\n"), /not an ELF file/);
  refused(bytes.subarray(0, 40), /truncated/);
  refused(bytes.subarray(0, 200), /reaches beyond the end of the file/);
  refused(changed(4, 3), /unknown ELF class 3/);
  refused(changed(5, 2), /not a little-endian/);
  refused(changed(18, 0xb7, 0), /made for machine 183/);
  refused(changed(32, 0xff, 0xff, 0xff, 0xff), /program header table/);
  refused(changed(54, 8), /program headers of 8 bytes are too small/);
  refused(changed(64 + 32, 0xff, 0xff, 0xff), /program header 0 reaches beyond/);
  refused(changed(64 + 40, 1), /larger in the file/);
});

test("a file without section headers still loads", () => {
  const bytes = Uint8Array.from(sample());
  bytes.fill(0xff, 40, 48); // e_shoff
  assert.throws(() => new ElfFile(bytes), ElfError);
  bytes.fill(0, 40, 48);
  const { elf, segments, symbols } = readAll(bytes);
  assert.equal(elf.sections.length, 0);
  assert.equal(symbols.length, 0);
  assert.equal(segments.length, 4);
});

test("names that overlap without end do not use up time or memory", () => {
  // 4,000 symbols, each with its own suffix of one long name.
  const count = 4000;
  const table = new Uint8Array(24 * count);
  for (let i = 0; i < count; i++) new DataView(table.buffer).setUint32(24 * i, i, true);
  const strings = new Uint8Array(1_000_000).fill(0x61);
  strings[strings.length - 1] = 0;
  const bytes = writeElf({
    type: ET_EXEC,
    entry: 0n,
    segments: [],
    sections: [
      sizedSection({ name: ".symtab", type: SHT_SYMTAB, bytes: table, link: 2, entrySize: 24 }),
      sizedSection({ name: ".strtab", type: SHT_STRTAB, bytes: strings }),
    ],
  });
  assert.throws(() => new ElfFile(bytes).symbols(), /overlap beyond reason/);
});

test("any damage gives an ElfError or an answer, never another error", () => {
  const original = sample();
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const interesting = [0, 1, 0x7f, 0x80, 0xff];
  // Damage is most telling in the tables: the first 300 bytes and the last 1,000.
  const place = () => (random(2) ? random(300) : original.length - 1 - random(1000));
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    let bytes = Uint8Array.from(original);
    for (let n = 1 + random(4); n > 0; n--) bytes[place()] = random(2) ? random(256) : interesting[random(5)]!;
    if (random(8) === 0) bytes = bytes.subarray(0, random(bytes.length));
    try {
      readAll(bytes);
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      refused++;
    }
  }
  assert.ok(refused > 1000, `only ${refused} were refused`);
});
