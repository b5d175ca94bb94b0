/**
 * ELF64 executables from a linked image, static or position-independent without an interpreter: program headers with W^X rights, sections, symbols, notes.
 */
import {
  type ElfSymbol,
  ET_DYN,
  ET_EXEC,
  PF_R,
  PF_W,
  PF_X,
  PT_DYNAMIC,
  PT_GNU_STACK,
  PT_LOAD,
  PT_NOTE,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHN_ABS,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_PROGBITS,
  SHT_STRTAB,
  SHT_SYMTAB,
  STB_GLOBAL,
  STB_LOCAL,
  STT_FUNC,
  STT_NOTYPE,
  STT_OBJECT,
} from "../../emulator/formats/elf.ts";
import {
  encodeSymbols,
  type SectionToWrite,
  type SegmentToWrite,
  sizedSection,
  writeElf,
} from "../../emulator/formats/elf-writer.ts";
import type { Image, ImageSymbol } from "./link.ts";
import type { SectionFlags } from "./object.ts";

/** Alignment of loaded segments in the file and in memory. */
const pageSize = 4096;

/** The bytes of the executable. Every PT_LOAD carries the rights of its sections; PT_NOTE repeats the note sections; the stack is not executable. */
export function elfExecutable(image: Image): Uint8Array {
  const sections: SectionToWrite[] = image.sections.map(({ name, flags, address, align, size, bytes }) => ({
    name,
    type: elfSectionType(flags),
    flags: elfSectionFlags(flags),
    address,
    align,
    size,
    bytes,
    link: 0,
    info: 0,
    entrySize: 0,
  }));

  const segments: SegmentToWrite[] = [];
  for (const { flags, sections: indexes } of image.segments) {
    segments.push({
      type: PT_LOAD,
      flags: elfSegmentFlags(flags),
      physicalAddress: image.sections[indexes[0]!]!.load,
      align: pageSize,
      sections: indexes.map((index) => index + 1),
    });
  }
  image.sections.forEach(({ flags, load, align }, index) => {
    if (!flags.note || !flags.allocate) return;
    segments.push({ type: PT_NOTE, flags: PF_R, physicalAddress: load, align, sections: [index + 1] });
  });
  const dynamic = image.sections.findIndex(({ name }) => name === ".dynamic");
  if (image.movable && dynamic >= 0) {
    const { load, align } = image.sections[dynamic]!;
    segments.push({ type: PT_DYNAMIC, flags: PF_R, physicalAddress: load, align, sections: [dynamic + 1] });
  }
  segments.push({ type: PT_GNU_STACK, flags: PF_R | PF_W, physicalAddress: 0n, align: 16, sections: [] });

  const { bytes, strings, info } = encodeSymbols(elfSymbols(image.symbols));
  sections.push(
    sizedSection({
      name: ".symtab",
      type: SHT_SYMTAB,
      bytes,
      align: 8,
      entrySize: 24,
      link: sections.length + 2,
      info,
    }),
    sizedSection({ name: ".strtab", type: SHT_STRTAB, bytes: strings }),
  );
  return writeElf({ type: image.movable ? ET_DYN : ET_EXEC, entry: image.entry, sections, segments });
}

export function elfSectionType({ nobits, note }: SectionFlags): number {
  return nobits ? SHT_NOBITS : note ? SHT_NOTE : SHT_PROGBITS;
}

export function elfSectionFlags({ allocate, write, execute }: SectionFlags): number {
  return (allocate ? SHF_ALLOC : 0) | (write ? SHF_WRITE : 0) | (execute ? SHF_EXECINSTR : 0);
}

function elfSegmentFlags({ write, execute }: SectionFlags): number {
  return PF_R | (write ? PF_W : 0) | (execute ? PF_X : 0);
}

export const elfSymbolType = { none: STT_NOTYPE, function: STT_FUNC, object: STT_OBJECT } as const;

function elfSymbols(symbols: readonly ImageSymbol[]): ElfSymbol[] {
  const locals = symbols.filter((symbol) => !symbol.global);
  const globals = symbols.filter((symbol) => symbol.global);
  return [...locals, ...globals].map(({ name, value, size, type, global, section }) => ({
    name,
    value,
    size: BigInt(size),
    binding: global ? STB_GLOBAL : STB_LOCAL,
    type: elfSymbolType[type],
    section: section === null ? SHN_ABS : section + 1,
  }));
}
