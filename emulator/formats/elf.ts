/**
 * The words of ELF (System V gABI 4.1, chapters 4 and 5; x86-64 psABI 1.0, chapter 4): numbers and records that the
 * reader, the writer, the linker and the loaders share. Addresses are bigints; offsets and sizes in the file are numbers.
 */

/** e_type */
export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;

/** e_machine */
export const EM_386 = 3;
export const EM_X86_64 = 62;

/** p_type */
export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_NOTE = 4;
export const PT_GNU_STACK = 0x6474e551;

/** p_flags */
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

/** sh_type */
export const SHT_NULL = 0;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_RELA = 4;
export const SHT_NOTE = 7;
export const SHT_NOBITS = 8;
export const SHT_REL = 9;
export const SHT_DYNSYM = 11;

/** sh_flags */
export const SHF_WRITE = 1;
export const SHF_ALLOC = 2;
export const SHF_EXECINSTR = 4;
export const SHF_MERGE = 0x10;
export const SHF_STRINGS = 0x20;
export const SHF_INFO_LINK = 0x40;
export const SHF_COMPRESSED = 0x800;

/** ch_type: how a SHF_COMPRESSED section is packed. */
export const ELFCOMPRESS_ZLIB = 1;
export const ELFCOMPRESS_ZSTD = 2;

/** Section indexes with a meaning of their own (st_shndx). */
export const SHN_UNDEF = 0;
export const SHN_LORESERVE = 0xff00;
export const SHN_ABS = 0xfff1;
export const SHN_XINDEX = 0xffff;

/** Symbol binding and type, the two halves of st_info. */
export const STB_LOCAL = 0;
export const STB_GLOBAL = 1;
export const STB_WEAK = 2;
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_SECTION = 3;
export const STT_FILE = 4;

/** Relocation types of x86-64 (psABI table 4.10). S: symbol, A: addend, P: place. */
export const R_X86_64_64 = 1; // word64, S + A
export const R_X86_64_PC32 = 2; // word32, S + A - P
export const R_X86_64_PLT32 = 4; // word32, L + A - P; statically linked the same as PC32
export const R_X86_64_32 = 10; // word32, S + A, zero-extended
export const R_X86_64_32S = 11; // word32, S + A, sign-extended
export const R_X86_64_16 = 12;
export const R_X86_64_PC16 = 13;
export const R_X86_64_8 = 14;
export const R_X86_64_PC8 = 15;
export const R_X86_64_PC64 = 24; // word64, S + A - P

/** Note types of owner "Xen": where a PVH loader enters, as a 32- or 64-bit physical address. (xen/include/public/elfnote.h) */
export const XEN_ELFNOTE_PHYS32_ENTRY = 18;

/** Sizes of the records in bytes, by file class. */
export const sizes = {
  32: { header: 52, programHeader: 32, sectionHeader: 40, symbol: 16, rel: 8, rela: 12 },
  64: { header: 64, programHeader: 56, sectionHeader: 64, symbol: 24, rel: 16, rela: 24 },
} as const;

export interface ProgramHeader {
  /** PT_… */
  readonly type: number;
  /** PF_… bits */
  readonly flags: number;
  readonly offset: number;
  readonly virtualAddress: bigint;
  readonly physicalAddress: bigint;
  /** Bytes in the file, and in memory; memory beyond the file's bytes is zero. memorySize is at least fileSize. */
  readonly fileSize: number;
  readonly memorySize: bigint;
  readonly align: bigint;
}

export interface SectionHeader {
  readonly index: number;
  readonly name: string;
  /** SHT_… */
  readonly type: number;
  /** SHF_… bits */
  readonly flags: number;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entrySize: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: bigint;
  readonly size: bigint;
  /** STB_… */
  readonly binding: number;
  /** STT_… */
  readonly type: number;
  /** Index of its section, or SHN_UNDEF, SHN_ABS. */
  readonly section: number;
}

export interface ElfRelocation {
  /** Within the section it applies to (ET_REL). */
  readonly offset: bigint;
  /** R_X86_64_… */
  readonly type: number;
  /** Index into the symbol table. */
  readonly symbol: number;
  readonly addend: bigint;
}

export interface ElfNote {
  readonly owner: string;
  readonly type: number;
  readonly data: Uint8Array;
}

/** The file is not a (usable) ELF file; the message is one line and says what is wrong. */
export class ElfError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ElfError";
  }
}
