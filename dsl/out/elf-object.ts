/**
 * ELF64 relocatable objects (.o) for other linkers and for binutils to look into.
 *
 * ELF's relocations hold one symbol and an addend where ours hold whole expressions, so that what cannot be said that way
 * (a shifted address, the sum of two) is refused here, with the line that wrote it. Labels of the object itself are
 * expressed through their section's symbol, as other assemblers do.
 */
import {
  type ElfSymbol,
  ET_REL,
  R_X86_64_8,
  R_X86_64_16,
  R_X86_64_32,
  R_X86_64_32S,
  R_X86_64_64,
  R_X86_64_PC8,
  R_X86_64_PC16,
  R_X86_64_PC32,
  R_X86_64_PC64,
  R_X86_64_PLT32,
  SHF_INFO_LINK,
  SHN_ABS,
  SHN_UNDEF,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
  STB_GLOBAL,
  STB_LOCAL,
  STT_NOTYPE,
  STT_SECTION,
} from "../../emulator/formats/elf.ts";
import { encodeSymbols, type SectionToWrite, sizedSection, writeElf } from "../../emulator/formats/elf-writer.ts";
import { elfSectionFlags, elfSectionType, elfSymbolType } from "./elf-executable.ts";
import type { Label } from "./expression.ts";
import { type Linear, type ObjectFile, type Place, type Relocation, simplify, store } from "./object.ts";
import { SourceError } from "./site.ts";

/** The bytes of the .o file. Throws SourceError for what an ELF relocation cannot say. */
export function elfObject(object: ObjectFile): Uint8Array {
  const { symbols, indexOf } = symbolTable(object);
  const contents = object.sections.map((section) => section.bytes.slice());
  const relocations = object.sections.map((section, i) =>
    section.relocations.flatMap((relocation) => encodeRelocation(object, relocation, i, contents[i]!, indexOf)),
  );
  const sections: SectionToWrite[] = object.sections.map(({ name, flags, align, size }, i) => ({
    name,
    type: elfSectionType(flags),
    flags: elfSectionFlags(flags),
    address: 0n,
    align,
    size,
    bytes: contents[i]!,
    link: 0,
    info: 0,
    entrySize: 0,
  }));
  const withRelocations = object.sections.flatMap((_, i) => (relocations[i]!.length ? [i] : []));
  const symbolTableIndex = object.sections.length + withRelocations.length + 1;
  for (const i of withRelocations) {
    sections.push(
      sizedSection({
        name: `.rela${object.sections[i]!.name}`,
        type: SHT_RELA,
        flags: SHF_INFO_LINK,
        bytes: encodeRela(relocations[i]!),
        align: 8,
        entrySize: 24,
        link: symbolTableIndex,
        info: i + 1,
      }),
    );
  }
  const { bytes, strings, info } = encodeSymbols(symbols);
  sections.push(
    sizedSection({
      name: ".symtab",
      type: SHT_SYMTAB,
      bytes,
      align: 8,
      entrySize: 24,
      link: symbolTableIndex + 1,
      info,
    }),
    sizedSection({ name: ".strtab", type: SHT_STRTAB, bytes: strings }),
    // Its presence tells linkers that the code needs no executable stack.
    sizedSection({ name: ".note.GNU-stack", type: elfSectionType(stackNote), bytes: new Uint8Array() }),
  );
  return writeElf({ type: ET_REL, entry: 0n, sections, segments: [] });
}

const stackNote = { allocate: false, write: false, execute: false, nobits: false, note: false };

/** Section symbols, named locals, then globals and externs; and the table index of what a relocation may name. */
function symbolTable(object: ObjectFile): { symbols: ElfSymbol[]; indexOf: (key: number | Label) => number } {
  const symbols: ElfSymbol[] = object.sections.map((_, index) => ({
    name: "",
    value: 0n,
    size: 0n,
    binding: STB_LOCAL,
    type: STT_SECTION,
    section: index + 1,
  }));
  for (const wantGlobal of [false, true]) {
    for (const { name, label, value, type, global, size, site } of object.symbols) {
      if (global !== wantGlobal) continue;
      const place = label && object.places.get(label);
      const known = place ? null : simplify(label ?? value!, (it) => placeOf(object, it));
      if (!place && (!known || known.terms.size > 0)) {
        throw new SourceError(site, `the value of ${name} depends on addresses that only the linker knows`);
      }
      symbols.push({
        name,
        value: place ? BigInt(place.offset) : known!.constant,
        size: BigInt(size),
        binding: global ? STB_GLOBAL : STB_LOCAL,
        type: elfSymbolType[type],
        section: place ? place.section + 1 : SHN_ABS,
      });
    }
  }
  const externs = new Map<string, number>();
  for (const { name } of object.externs) {
    if (externs.has(name)) continue;
    symbols.push({ name, value: 0n, size: 0n, binding: STB_GLOBAL, type: STT_NOTYPE, section: SHN_UNDEF });
    externs.set(name, symbols.length);
  }
  return { symbols, indexOf: (key) => (typeof key === "number" ? key + 1 : externs.get(key.name)!) };
}

/** Labels of the object, and the ends of its own sections (of the whole output section only the linker knows). */
export function placeOf(object: ObjectFile, label: Label): Place | null {
  const place = object.places.get(label);
  if (place) return place;
  const edge = object.edges.get(label);
  if (!edge) return null;
  const section = object.sections.findIndex((it) => it.name === edge.section);
  return { section, offset: edge.edge === "start" ? 0 : object.sections[section]!.size };
}

interface Rela {
  readonly offset: number;
  readonly type: number;
  readonly symbol: number;
  readonly addend: bigint;
}

/** The ELF relocation, or none when the value turns out to be a constant, which is then stored. */
function encodeRelocation(
  object: ObjectFile,
  relocation: Relocation,
  section: number,
  contents: Uint8Array,
  indexOf: (key: number | Label) => number,
): Rela[] {
  const { offset, value, site, relativeTo, size } = relocation;
  const linear = simplify(value, (label) => placeOf(object, label));
  const distance = relativeTo === null ? 0n : BigInt(offset - relativeTo);
  if (linear && linear.terms.size === 0 && relativeTo === null) {
    store(contents, offset, size, linear.constant);
    return [];
  }
  // What is counted from the section that it lies in (tables of switches) is as good as counted from its own place.
  if (linear !== null && relativeTo === null && linear.terms.get(section) === -1n) {
    const terms = new Map(linear.terms);
    terms.delete(section);
    const key = singleTerm({ ...linear, terms });
    const type = relocationType({ ...relocation, relativeTo: offset });
    if (key !== null && type !== null)
      return [{ offset, type, symbol: key === "none" ? 0 : indexOf(key), addend: linear.constant + BigInt(offset) }];
  }
  const key = linear && singleTerm(linear);
  const type = relocationType(relocation);
  if (!linear || key === null || type === null) {
    throw new SourceError(site, `${value} in ${8 * size} bits cannot be written as an ELF relocation`);
  }
  return [{ offset, type, symbol: key === "none" ? 0 : indexOf(key), addend: linear.constant + distance }];
}

/** What an address is added for: one section or extern symbol, once; "none" for an absolute address. */
function singleTerm({ terms }: Linear): number | Label | "none" | null {
  if (terms.size === 0) return "none";
  const [[key, count]] = terms as unknown as [[number | Label, bigint]];
  return terms.size === 1 && count === 1n ? key : null;
}

function relocationType({ size, signed, extendTo, relativeTo, branch }: Relocation): number | null {
  if (relativeTo !== null) {
    return { 1: R_X86_64_PC8, 2: R_X86_64_PC16, 4: branch ? R_X86_64_PLT32 : R_X86_64_PC32, 8: R_X86_64_PC64 }[size];
  }
  const widened = signed && extendTo > 8 * size;
  if (size === 4) return widened ? R_X86_64_32S : R_X86_64_32;
  return { 1: R_X86_64_8, 2: R_X86_64_16, 8: R_X86_64_64 }[size];
}

function encodeRela(relocations: readonly Rela[]): Uint8Array {
  const bytes = new Uint8Array(24 * relocations.length);
  const view = new DataView(bytes.buffer);
  relocations.forEach(({ offset, type, symbol, addend }, i) => {
    view.setBigUint64(24 * i, BigInt(offset), true);
    view.setUint32(24 * i + 8, type, true);
    view.setUint32(24 * i + 12, symbol, true);
    view.setBigInt64(24 * i + 16, BigInt.asIntN(64, addend), true);
  });
  return bytes;
}
