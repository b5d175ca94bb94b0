/**
 * Reads ELF files of both classes, little-endian, for the x86 family: kernels to boot, objects to link, symbols to debug by.
 *
 * The file may be anything at all. Every offset and count is checked against the file before it is used, work and memory
 * are bounded by the file's size, and whatever does not hold throws an `ElfError`. The parts are read when asked for: a
 * kernel with broken section headers still boots, since loading needs program headers alone.
 */
import { inflateSync, zstdDecompressSync } from "node:zlib";
import {
  ELFCOMPRESS_ZLIB,
  ELFCOMPRESS_ZSTD,
  ElfError,
  type ElfNote,
  type ElfRelocation,
  type ElfSymbol,
  EM_386,
  EM_X86_64,
  type ProgramHeader,
  PT_NOTE,
  type SectionHeader,
  SHF_COMPRESSED,
  SHN_ABS,
  SHN_LORESERVE,
  SHN_UNDEF,
  SHN_XINDEX,
  SHT_DYNSYM,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_REL,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
  sizes,
} from "./elf.ts";

/** Unpacked debug information larger than this (bytes) is refused. */
const largestUnpacked = 2 ** 30;

/** Whether the bytes begin with ELF's magic number; nothing else is looked at. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** An opened file. Construction checks the file header only. */
export class ElfFile {
  readonly bytes: Uint8Array;
  readonly class: 32 | 64;
  /** ET_… */
  readonly type: number;
  /** EM_386 or EM_X86_64 */
  readonly machine: number;
  readonly entry: bigint;

  private readonly view: DataView;
  private readonly header: { readonly [K in "phoff" | "shoff"]: number } & {
    readonly [K in "phentsize" | "phnum" | "shentsize" | "shnum" | "shstrndx"]: number;
  };
  private programHeaderCache: readonly ProgramHeader[] | null = null;
  private sectionCache: readonly SectionHeader[] | null = null;

  /** Throws ElfError unless the bytes begin with the header of a little-endian x86 ELF file. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!isElf(bytes)) throw new ElfError("not an ELF file (the first four bytes are not 7f 45 4c 46)");
    if (bytes.length < 20) throw new ElfError(`truncated: ${bytes.length} bytes cannot hold an ELF header`);
    if (bytes[4] !== 1 && bytes[4] !== 2) throw new ElfError(`unknown ELF class ${bytes[4]}`);
    this.class = bytes[4] === 1 ? 32 : 64;
    if (bytes[5] !== 1) throw new ElfError("not a little-endian ELF file");
    if (bytes.length < sizes[this.class].header) {
      throw new ElfError(`truncated: ${bytes.length} bytes cannot hold an ELF${this.class} header`);
    }
    this.type = this.view.getUint16(16, true);
    this.machine = this.view.getUint16(18, true);
    if (this.machine !== EM_386 && this.machine !== EM_X86_64) {
      throw new ElfError(`made for machine ${this.machine}, not for x86 (3) or x86-64 (62)`);
    }
    const wide = this.class === 64;
    this.entry = this.address(24);
    const tail = wide ? 52 : 40;
    const half = (n: number) => this.view.getUint16(tail + 2 * n, true);
    this.header = {
      phoff: this.offset(wide ? 32 : 28, "program header table"),
      shoff: this.offset(wide ? 40 : 32, "section header table"),
      phentsize: half(1),
      phnum: half(2),
      shentsize: half(3),
      shnum: half(4),
      shstrndx: half(5),
    };
  }

  /** All program headers, in the file's order. Each one's bytes lie within the file. */
  get programHeaders(): readonly ProgramHeader[] {
    return (this.programHeaderCache ??= this.readProgramHeaders());
  }

  /** All section headers, index 0 (the null section) included. Each one's bytes lie within the file. */
  get sections(): readonly SectionHeader[] {
    return (this.sectionCache ??= this.readSections());
  }

  /** The first section of this name. */
  section(name: string): SectionHeader | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** The file's bytes of a segment: a view, not a copy. */
  segmentBytes(header: ProgramHeader): Uint8Array {
    return this.slice(header.offset, header.fileSize, "segment");
  }

  /** The bytes of a section, unpacked when it is compressed; empty for NOBITS. */
  sectionBytes(section: SectionHeader): Uint8Array {
    if (section.type === SHT_NOBITS) return new Uint8Array();
    const bytes = this.slice(section.offset, section.size, `section ${section.name}`);
    return section.flags & SHF_COMPRESSED ? this.unpack(section, bytes) : bytes;
  }

  /** The symbol table (SHT_SYMTAB; the first, if there were several), without the null symbol; empty if there is none. */
  symbols(): readonly ElfSymbol[] {
    const table = this.sections.find((section) => section.type === SHT_SYMTAB);
    return table ? this.symbolsOf(table).slice(1) : [];
  }

  /** All symbols of one table, the null symbol included: relocations count from it. */
  symbolsOf(table: SectionHeader): readonly ElfSymbol[] {
    if (table.type !== SHT_SYMTAB && table.type !== SHT_DYNSYM) throw new ElfError(`${table.name} holds no symbols`);
    const strings = this.strings(this.sections[table.link], `the strings of ${table.name}`);
    const size = sizes[this.class].symbol;
    const start = table.offset;
    const symbols: ElfSymbol[] = [];
    for (let at = start; at + size <= start + table.size; at += size) {
      const wide = this.class === 64;
      const info = this.view.getUint8(at + (wide ? 4 : 12));
      symbols.push({
        name: strings.at(this.view.getUint32(at, true)),
        value: this.address(at + (wide ? 8 : 4)),
        size: this.address(at + (wide ? 16 : 8)),
        binding: info >> 4,
        type: info & 15,
        section: this.view.getUint16(at + (wide ? 6 : 14), true),
      });
    }
    return symbols;
  }

  /** The relocations of one SHT_RELA or SHT_REL section (whose addends are in the place itself, and 0 here). */
  relocationsOf(section: SectionHeader): readonly ElfRelocation[] {
    if (section.type !== SHT_RELA && section.type !== SHT_REL) {
      throw new ElfError(`section ${section.name} holds no relocations`);
    }
    const explicit = section.type === SHT_RELA;
    const size = sizes[this.class][explicit ? "rela" : "rel"];
    const relocations: ElfRelocation[] = [];
    for (let at = section.offset; at + size <= section.offset + section.size; at += size) {
      if (this.class === 64) {
        relocations.push({
          offset: this.view.getBigUint64(at, true),
          type: this.view.getUint32(at + 8, true),
          symbol: this.view.getUint32(at + 12, true),
          addend: explicit ? this.view.getBigInt64(at + 16, true) : 0n,
        });
      } else {
        const info = this.view.getUint32(at + 4, true);
        const addend = explicit ? BigInt(this.view.getInt32(at + 8, true)) : 0n;
        relocations.push({ offset: this.address(at), type: info & 0xff, symbol: info >>> 8, addend });
      }
    }
    return relocations;
  }

  /** The notes of all PT_NOTE segments; of the SHT_NOTE sections in a file without segments. (gABI 5, "Note Section") */
  notes(): readonly ElfNote[] {
    const areas = this.programHeaders.length
      ? this.programHeaders
          .filter((header) => header.type === PT_NOTE)
          .map((header) => ({ bytes: this.segmentBytes(header), align: Number(header.align) }))
      : this.sections
          .filter((section) => section.type === SHT_NOTE)
          .map((section) => ({ bytes: this.sectionBytes(section), align: section.align }));
    return areas.flatMap(({ bytes, align }) => readNotes(bytes, align === 8 ? 8 : 4));
  }

  private readProgramHeaders(): ProgramHeader[] {
    const { phoff, phentsize } = this.header;
    let { phnum } = this.header;
    // PN_XNUM: the count did not fit and stands in section 0.
    if (phnum === 0xffff && this.header.shoff) {
      const at = this.header.shoff + (this.class === 64 ? 44 : 28);
      if (at + 4 > this.bytes.length)
        throw new ElfError("the count of program headers lies beyond the end of the file");
      phnum = this.view.getUint32(at, true);
    }
    this.table("program header", phoff, phentsize, phnum, sizes[this.class].programHeader);
    return Array.from({ length: phnum }, (_, i) => this.readProgramHeader(phoff + i * phentsize, i));
  }

  private readProgramHeader(at: number, index: number): ProgramHeader {
    const wide = this.class === 64;
    const what = `program header ${index}`;
    const header: ProgramHeader = {
      type: this.view.getUint32(at, true),
      flags: this.view.getUint32(at + (wide ? 4 : 24), true),
      offset: this.offset(at + (wide ? 8 : 4), what),
      virtualAddress: this.address(at + (wide ? 16 : 8)),
      physicalAddress: this.address(at + (wide ? 24 : 12)),
      fileSize: this.offset(at + (wide ? 32 : 16), what),
      memorySize: this.address(at + (wide ? 40 : 20)),
      align: this.address(at + (wide ? 48 : 28)),
    };
    this.slice(header.offset, header.fileSize, what);
    if (header.memorySize < BigInt(header.fileSize)) {
      throw new ElfError(
        `${what} is larger in the file (${header.fileSize} bytes) than in memory (${header.memorySize})`,
      );
    }
    return header;
  }

  private readSections(): SectionHeader[] {
    const { shoff, shentsize } = this.header;
    let { shnum, shstrndx } = this.header;
    if (shoff === 0) return [];
    this.table("section header", shoff, shentsize, 1, sizes[this.class].sectionHeader);
    const first = this.readSection(shoff, 0);
    // Counts that did not fit into the header stand in section 0. (gABI 4, "e_shnum", "e_shstrndx")
    if (shnum === 0) shnum = first.size;
    if (shstrndx === SHN_XINDEX) shstrndx = first.link;
    if (shnum === 0) return [];
    this.table("section header", shoff, shentsize, shnum, sizes[this.class].sectionHeader);
    const unnamed = Array.from({ length: shnum }, (_, i) => this.readSection(shoff + i * shentsize, i));
    for (const { index, type, offset, size } of unnamed) {
      if (index > 0 && type !== SHT_NOBITS) this.slice(offset, size, `section ${index}`);
    }
    const strings = shstrndx === 0 ? null : this.strings(unnamed[shstrndx], "section names");
    return unnamed.map(({ nameOffset, ...section }) => ({ ...section, name: strings?.at(nameOffset) ?? "" }));
  }

  private readSection(at: number, index: number): SectionHeader & { readonly nameOffset: number } {
    const wide = this.class === 64;
    const word = (offset: number) => this.view.getUint32(at + offset, true);
    const what = `section ${index}`;
    return {
      index,
      name: "",
      nameOffset: word(0),
      type: word(4),
      flags: word(8),
      address: this.address(at + (wide ? 16 : 12)),
      // The size of a NOBITS section and the fields of section 0 are no ranges of the file.
      offset: this.offset(at + (wide ? 24 : 16), what),
      size: this.offset(at + (wide ? 32 : 20), what),
      link: word(wide ? 40 : 24),
      info: word(wide ? 44 : 28),
      align: this.offset(at + (wide ? 48 : 32), what),
      entrySize: this.offset(at + (wide ? 56 : 36), what),
    };
  }

  private unpack(section: SectionHeader, bytes: Uint8Array): Uint8Array {
    const wide = this.class === 64;
    const headerSize = wide ? 24 : 12;
    if (bytes.length < headerSize) throw new ElfError(`section ${section.name}: compression header is truncated`);
    const type = this.view.getUint32(section.offset, true);
    const size = this.offset(section.offset + (wide ? 8 : 4), `section ${section.name}`);
    if (size > largestUnpacked) throw new ElfError(`section ${section.name} claims ${size} bytes unpacked: too large`);
    const packed = bytes.subarray(headerSize);
    const options = { maxOutputLength: Math.max(size, 1) };
    let unpacked: Uint8Array;
    try {
      if (type === ELFCOMPRESS_ZLIB) unpacked = inflateSync(packed, options);
      else if (type === ELFCOMPRESS_ZSTD) unpacked = zstdDecompressSync(packed, options);
      else throw new ElfError(`section ${section.name}: unknown compression ${type}`);
    } catch (error) {
      if (error instanceof ElfError) throw error;
      throw new ElfError(`section ${section.name} does not unpack: ${(error as Error).message}`);
    }
    if (unpacked.length !== size) throw new ElfError(`section ${section.name} unpacks to another size than it says`);
    return unpacked;
  }

  private strings(section: SectionHeader | undefined, what: string): StringTable {
    if (section?.type !== SHT_STRTAB) throw new ElfError(`${what}: there is no such string table`);
    return new StringTable(this.slice(section.offset, section.size, what), this.bytes.length);
  }

  private table(what: string, offset: number, entrySize: number, count: number, leastEntrySize: number): void {
    if (count === 0) return;
    if (entrySize < leastEntrySize) throw new ElfError(`${what}s of ${entrySize} bytes are too small`);
    this.slice(offset, entrySize * count, `the ${what} table`);
  }

  private slice(offset: number, size: number, what: string): Uint8Array {
    if (offset + size > this.bytes.length) {
      throw new ElfError(
        `${what} reaches beyond the end of the file (${offset + size} > ${this.bytes.length}): truncated?`,
      );
    }
    return this.bytes.subarray(offset, offset + size);
  }

  /** A field of the class's address size. */
  private address(at: number): bigint {
    return this.class === 64 ? this.view.getBigUint64(at, true) : BigInt(this.view.getUint32(at, true));
  }

  /** The same for offsets and sizes, which must be exact as numbers. */
  private offset(at: number, what: string): number {
    const value = this.address(at);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ElfError(`${what}: offset or size ${value} is absurd`);
    return Number(value);
  }
}

/** Null-terminated strings. All names together may be at most a small multiple of the file, however they overlap. */
class StringTable {
  private readonly bytes: Uint8Array;
  private readonly known = new Map<number, string>();
  private budget: number;

  constructor(bytes: Uint8Array, fileSize: number) {
    this.bytes = bytes;
    this.budget = 16 * fileSize;
  }

  at(offset: number): string {
    const known = this.known.get(offset);
    if (known !== undefined) return known;
    const end = offset < this.bytes.length ? this.bytes.indexOf(0, offset) : -1;
    if (end < 0) {
      if (offset === 0) return "";
      throw new ElfError(`a name at ${offset} is not in its string table`);
    }
    this.budget -= end - offset;
    if (this.budget < 0) throw new ElfError("the names of the string table overlap beyond reason");
    const name = utf8.decode(this.bytes.subarray(offset, end));
    this.known.set(offset, name);
    return name;
  }
}

const utf8 = new TextDecoder();

function readNotes(bytes: Uint8Array, align: 4 | 8): ElfNote[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const up = (n: number) => Math.ceil(n / align) * align;
  const notes: ElfNote[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const nameSize = view.getUint32(at, true);
    const dataSize = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const dataAt = up(at + 12 + nameSize);
    if (dataAt + dataSize > bytes.length) throw new ElfError("a note reaches beyond its segment");
    const name = bytes.subarray(at + 12, at + 12 + nameSize);
    const zero = name.indexOf(0);
    notes.push({
      owner: utf8.decode(zero < 0 ? name : name.subarray(0, zero)),
      type,
      data: bytes.subarray(dataAt, dataAt + dataSize),
    });
    at = up(dataAt + dataSize);
  }
  return notes;
}

/** Whether a symbol is defined in some section or absolute, rather than asked for or special. */
export function isDefined(symbol: ElfSymbol): boolean {
  return symbol.section !== SHN_UNDEF && (symbol.section < SHN_LORESERVE || symbol.section === SHN_ABS);
}
