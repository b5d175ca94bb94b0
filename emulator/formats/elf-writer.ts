/**
 * Writes ELF64 little-endian files: relocatable objects and static executables.
 *
 * The caller gives sections with their bytes and says which of them make up each segment; the writer chooses file
 * offsets (congruent to the address modulo the segment's alignment, as PT_LOAD demands), builds the section name table
 * and the headers. The same input gives the same bytes.
 */
import {
  type ElfNote,
  type ElfSymbol,
  EM_X86_64,
  type SectionHeader,
  SHT_NOBITS,
  SHT_NULL,
  SHT_STRTAB,
  STB_LOCAL,
  sizes,
} from "./elf.ts";

/** A section to be written. `link` and `info` are indexes as they will be: the first section given has index 1. */
export interface SectionToWrite extends Omit<SectionHeader, "index" | "offset" | "size"> {
  readonly bytes: Uint8Array;
  /** Bytes in memory; differs from bytes.length only in NOBITS sections. */
  readonly size: number;
}

export interface SegmentToWrite {
  /** PT_… and PF_… */
  readonly type: number;
  readonly flags: number;
  /** Physical address of the first section. */
  readonly physicalAddress: bigint;
  readonly align: number;
  /** Indexes of its sections (1 is the first given), by ascending address; NOBITS last. May be empty (PT_GNU_STACK). */
  readonly sections: readonly number[];
}

export interface ElfToWrite {
  /** ET_… */
  readonly type: number;
  readonly entry: bigint;
  readonly sections: readonly SectionToWrite[];
  readonly segments: readonly SegmentToWrite[];
}

/** The whole file. */
export function writeElf(elf: ElfToWrite): Uint8Array {
  const { header, programHeader, sectionHeader } = sizes[64];
  const names = new StringTableWriter();
  const nameIndex = elf.sections.length + 1;
  const all: SectionToWrite[] = [emptySection, ...elf.sections];
  const nameOffsets = all.map((section) => names.add(section.name));
  nameOffsets.push(names.add(".shstrtab"));
  all.push(sizedSection({ name: ".shstrtab", type: SHT_STRTAB, bytes: names.bytes() }));

  const bodyStart = header + programHeader * elf.segments.length;
  const { offsets, end } = placeInFile(all, elf.segments, bodyStart);
  const tableOffset = Math.ceil(end / 8) * 8;
  const file = new Uint8Array(tableOffset + sectionHeader * all.length);
  const view = new DataView(file.buffer);

  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // magic, ELFCLASS64, ELFDATA2LSB, EV_CURRENT
  view.setUint16(16, elf.type, true);
  view.setUint16(18, EM_X86_64, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, elf.entry, true);
  view.setBigUint64(32, BigInt(elf.segments.length ? header : 0), true);
  view.setBigUint64(40, BigInt(tableOffset), true);
  view.setUint16(52, header, true);
  view.setUint16(54, elf.segments.length ? programHeader : 0, true);
  view.setUint16(56, elf.segments.length, true);
  view.setUint16(58, sectionHeader, true);
  view.setUint16(60, all.length, true);
  view.setUint16(62, nameIndex, true);

  elf.segments.forEach((segment, i) => {
    const first = segment.sections.length ? all[segment.sections[0]!]! : emptySection;
    let fileSize = 0;
    let memorySize = 0;
    for (const index of segment.sections) {
      const section = all[index]!;
      memorySize = Number(section.address - first.address) + section.size;
      if (section.type !== SHT_NOBITS) fileSize = memorySize;
    }
    const at = header + programHeader * i;
    view.setUint32(at, segment.type, true);
    view.setUint32(at + 4, segment.flags, true);
    view.setBigUint64(at + 8, BigInt(segment.sections.length ? offsets[segment.sections[0]!]! : 0), true);
    view.setBigUint64(at + 16, first.address, true);
    view.setBigUint64(at + 24, segment.physicalAddress, true);
    view.setBigUint64(at + 32, BigInt(fileSize), true);
    view.setBigUint64(at + 40, BigInt(memorySize), true);
    view.setBigUint64(at + 48, BigInt(segment.align), true);
  });

  all.forEach((section, i) => {
    const at = tableOffset + sectionHeader * i;
    view.setUint32(at, nameOffsets[i]!, true);
    view.setUint32(at + 4, section.type, true);
    view.setBigUint64(at + 8, BigInt(section.flags), true);
    view.setBigUint64(at + 16, section.address, true);
    view.setBigUint64(at + 24, BigInt(offsets[i]!), true);
    view.setBigUint64(at + 32, BigInt(section.size), true);
    view.setUint32(at + 40, section.link, true);
    view.setUint32(at + 44, section.info, true);
    view.setBigUint64(at + 48, BigInt(section.align), true);
    view.setBigUint64(at + 56, BigInt(section.entrySize), true);
    if (section.type !== SHT_NOBITS) file.set(section.bytes, offsets[i]!);
  });
  return file;
}

const emptySection: SectionToWrite = {
  name: "",
  type: SHT_NULL,
  flags: 0,
  address: 0n,
  bytes: new Uint8Array(),
  size: 0,
  link: 0,
  info: 0,
  align: 0,
  entrySize: 0,
};

/** A section that occupies no memory when running (tables, debug information): what is not given is zero. */
export function sizedSection(section: Partial<SectionToWrite> & Pick<SectionToWrite, "bytes" | "name" | "type">) {
  return { ...emptySection, align: 1, size: section.bytes.length, ...section };
}

/** File offsets of all sections: those of loaded segments first, each segment in one run, then the rest. */
function placeInFile(all: readonly SectionToWrite[], segments: readonly SegmentToWrite[], start: number) {
  const offsets = new Array<number>(all.length).fill(-1);
  let end = start;
  for (const segment of segments) {
    const first = all[segment.sections[0] ?? 0]!;
    if (segment.sections.length === 0 || offsets[segment.sections[0]!] !== -1) continue;
    const align = Math.max(segment.align, 1);
    const wanted = Number(first.address % BigInt(align));
    const base = end + ((wanted - (end % align) + align) % align);
    for (const index of segment.sections) {
      const section = all[index]!;
      offsets[index] = base + Number(section.address - first.address);
      if (section.type !== SHT_NOBITS) end = Math.max(end, offsets[index]! + section.size);
    }
  }
  offsets[0] = 0;
  for (let i = 1; i < all.length; i++) {
    if (offsets[i] !== -1) continue;
    const { align, type, size } = all[i]!;
    end = Math.ceil(end / Math.max(align, 1)) * Math.max(align, 1);
    offsets[i] = end;
    if (type !== SHT_NOBITS) end += size;
  }
  return { offsets, end };
}

/** Null-terminated strings, each once, with the empty string at 0. */
export class StringTableWriter {
  private readonly offsets = new Map<string, number>([["", 0]]);
  private readonly parts: Uint8Array[] = [new Uint8Array(1)];
  private length = 1;

  /** The string's offset. */
  add(text: string): number {
    const known = this.offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.length;
    const bytes = new TextEncoder().encode(`${text}\0`);
    this.parts.push(bytes);
    this.length += bytes.length;
    this.offsets.set(text, offset);
    return offset;
  }

  bytes(): Uint8Array {
    return concatenate(this.parts);
  }
}

/** The bytes of SHT_SYMTAB and its SHT_STRTAB; locals must come first. `info` is what the section header's field says. */
export function encodeSymbols(symbols: readonly ElfSymbol[]) {
  const strings = new StringTableWriter();
  const bytes = new Uint8Array(sizes[64].symbol * (symbols.length + 1));
  const view = new DataView(bytes.buffer);
  symbols.forEach((symbol, i) => {
    const at = sizes[64].symbol * (i + 1);
    view.setUint32(at, strings.add(symbol.name), true);
    view.setUint8(at + 4, (symbol.binding << 4) | symbol.type);
    view.setUint16(at + 6, symbol.section, true);
    view.setBigUint64(at + 8, BigInt.asUintN(64, symbol.value), true);
    view.setBigUint64(at + 16, symbol.size, true);
  });
  const locals = symbols.filter((symbol) => symbol.binding === STB_LOCAL).length;
  return { bytes, strings: strings.bytes(), info: locals + 1 };
}

/** One note record with 4-byte alignment. (gABI 5, "Note Section") */
export function encodeNote(note: ElfNote): Uint8Array {
  const owner = new TextEncoder().encode(`${note.owner}\0`);
  const dataAt = 12 + Math.ceil(owner.length / 4) * 4;
  const bytes = new Uint8Array(dataAt + Math.ceil(note.data.length / 4) * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, owner.length, true);
  view.setUint32(4, note.data.length, true);
  view.setUint32(8, note.type, true);
  bytes.set(owner, 12);
  bytes.set(note.data, dataAt);
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
