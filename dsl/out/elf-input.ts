/**
 * ELF64 relocatable objects of other compilers (gcc -c) as objects for our linker. Sections join those of the same kind by
 * our names (.text.startup is .text), symbols become labels, relocations expressions; a global offset table, which a
 * statically linked program could do without, is made where code insists on one.
 */
import {
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
  type SectionHeader,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHN_ABS,
  SHN_UNDEF,
  SHT_NOBITS,
  SHT_PROGBITS,
  SHT_RELA,
  SHT_SYMTAB,
  STB_LOCAL,
  STT_FILE,
  STT_FUNC,
  STT_OBJECT,
} from "../../emulator/formats/elf.ts";
import { ElfFile } from "../../emulator/formats/elf-reader.ts";
import { expression, Label } from "./expression.ts";
import type { ObjectFile, ObjectSection, ObjectSymbol, Place, Relocation, SectionFlags } from "./object.ts";
import { nowhere, SourceError } from "./site.ts";

const SHF_TLS = 0x400;
const SHN_COMMON = 0xfff2;
/** psABI, table 4.9: the address of the symbol's slot in the global offset table. */
const [R_X86_64_GOTPCREL, R_X86_64_GOTPCRELX, R_X86_64_REX_GOTPCRELX] = [9, 41, 42];

/** How each relocation is stored. */
const forms: { readonly [type: number]: Pick<Relocation, "size" | "extendTo" | "signed"> & { relative: boolean } } = {
  [R_X86_64_64]: { size: 8, extendTo: 64, signed: false, relative: false },
  [R_X86_64_32]: { size: 4, extendTo: 64, signed: false, relative: false },
  [R_X86_64_32S]: { size: 4, extendTo: 64, signed: true, relative: false },
  [R_X86_64_16]: { size: 2, extendTo: 16, signed: false, relative: false },
  [R_X86_64_8]: { size: 1, extendTo: 8, signed: false, relative: false },
  [R_X86_64_PC64]: { size: 8, extendTo: 64, signed: true, relative: true },
  [R_X86_64_PC32]: { size: 4, extendTo: 64, signed: true, relative: true },
  [R_X86_64_PLT32]: { size: 4, extendTo: 64, signed: true, relative: true },
  [R_X86_64_GOTPCREL]: { size: 4, extendTo: 64, signed: true, relative: true },
  [R_X86_64_GOTPCRELX]: { size: 4, extendTo: 64, signed: true, relative: true },
  [R_X86_64_REX_GOTPCRELX]: { size: 4, extendTo: 64, signed: true, relative: true },
  [R_X86_64_PC16]: { size: 2, extendTo: 64, signed: true, relative: true },
  [R_X86_64_PC8]: { size: 1, extendTo: 64, signed: true, relative: true },
};
const throughTable = new Set([R_X86_64_GOTPCREL, R_X86_64_GOTPCRELX, R_X86_64_REX_GOTPCRELX]);

/**
 * Reads an object. `name` is for messages and the map. Throws ElfError for bytes that are no ELF file, and SourceError for
 * what this linker does not do: thread-local storage, relocations of shared libraries.
 */
export function objectFromElf(bytes: Uint8Array, name: string): ObjectFile {
  const file = new ElfFile(bytes);
  if (file.type !== ET_REL || file.class !== 64)
    throw new SourceError(nowhere, `${name} is no 64-bit relocatable object; compile it with -c`);
  return new ElfInput(file, name).read();
}

class ElfInput {
  readonly #file: ElfFile;
  readonly #name: string;
  readonly #sections: ObjectSection[] = [];
  /** By the file's section number, where it is among ours. */
  readonly #index = new Map<number, number>();
  readonly #labels: Label[] = [];
  readonly #places = new Map<Label, Place>();
  readonly #symbols: ObjectSymbol[] = [];
  /** What others define; only what is used is asked for. */
  readonly #undefined = new Set<Label>();
  readonly #externs = new Set<Label>();
  /** Slots of the global offset table, by label. */
  readonly #slots = new Map<Label, Label>();

  constructor(file: ElfFile, name: string) {
    this.#file = file;
    this.#name = name;
  }

  read(): ObjectFile {
    const { sections } = this.#file;
    for (const section of sections) if (isWanted(section)) this.#take(section);
    this.#readSymbols();
    for (const section of sections) {
      const target = section.type === SHT_RELA ? this.#index.get(section.info) : undefined;
      if (target === undefined) continue;
      const into = this.#sections[target]!.relocations as Relocation[];
      for (const relocation of this.#file.relocationsOf(section)) into.push(this.#relocation(relocation, target));
    }
    return {
      name: this.#name,
      sections: this.#sections,
      symbols: this.#symbols,
      places: this.#places,
      edges: new Map(),
      externs: this.#externs,
    };
  }

  #take(section: SectionHeader): void {
    const { name, type, flags, align, size, index } = section;
    if (flags & SHF_TLS) throw new SourceError(nowhere, `${this.#name}: ${name} is thread-local, which is not there`);
    const nobits = type === SHT_NOBITS;
    this.#index.set(index, this.#sections.length);
    this.#add(
      ourName(name),
      flagsOf(flags, nobits),
      align,
      nobits ? new Uint8Array(0) : this.#file.sectionBytes(section),
      size,
    );
  }

  #add(name: string, flags: SectionFlags, align: number, bytes: Uint8Array, size: number): void {
    const common = { address: null, load: null, relocations: [], lines: [] };
    this.#sections.push({ name, flags, align: Math.max(align, 1), bytes, size, ...common });
  }

  #readSymbols(): void {
    const table = this.#file.sections.find(({ type }) => type === SHT_SYMTAB);
    // With the null symbol: relocations count from it.
    for (const symbol of table === undefined ? [] : this.#file.symbolsOf(table)) {
      const { name, value, size, binding, type, section } = symbol;
      const label = new Label(name);
      this.#labels.push(label);
      if (type === STT_FILE) continue;
      const kind = type === STT_FUNC ? "function" : type === STT_OBJECT ? "object" : "none";
      const common = { name, type: kind, global: binding !== STB_LOCAL, size: Number(size), site: nowhere } as const;
      if (section === SHN_UNDEF) {
        this.#undefined.add(label);
      } else if (section === SHN_ABS) {
        this.#symbols.push({ ...common, label: null, value: expression(value) });
      } else if (section === SHN_COMMON) {
        // The value is the alignment: the variable gets a section of its own.
        this.#places.set(label, { section: this.#sections.length, offset: 0 });
        this.#add(".bss", flagsOf(SHF_ALLOC | SHF_WRITE, true), Number(value), new Uint8Array(0), Number(size));
        this.#symbols.push({ ...common, label, value: null });
      } else {
        const index = this.#index.get(section);
        if (index === undefined) continue;
        this.#places.set(label, { section: index, offset: Number(value) });
        if (name !== "") this.#symbols.push({ ...common, label, value: null });
      }
    }
  }

  #relocation(
    { offset, type, symbol, addend }: ReturnType<ElfFile["relocationsOf"]>[number],
    section: number,
  ): Relocation {
    const form = forms[type];
    const where = `${this.#name}: ${this.#sections[section]!.name}+0x${offset.toString(16)}`;
    if (form === undefined)
      throw new SourceError(
        nowhere,
        `${where} has relocation type ${type}; compile with -fno-pic -mcmodel=small or kernel`,
      );
    let label = this.#labels[symbol]!;
    if (this.#undefined.has(label)) this.#externs.add(label);
    else if (!this.#places.has(label)) {
      const absolute = this.#symbols.find((it) => it.name === label.name && it.value !== null);
      if (absolute === undefined) throw new SourceError(nowhere, `${where} refers to a section that is left out`);
    }
    if (throughTable.has(type)) label = this.#slot(label);
    const { relative, ...stored } = form;
    return {
      ...stored,
      offset: Number(offset),
      value: addend === 0n ? label : label.plus(addend),
      relativeTo: relative ? Number(offset) : null,
      branch: type === R_X86_64_PLT32,
      site: nowhere,
    };
  }

  /** A word that holds the address of a symbol. */
  #slot(label: Label): Label {
    let slot = this.#slots.get(label);
    if (slot !== undefined) return slot;
    slot = new Label(`slot of ${label.name}`);
    this.#slots.set(label, slot);
    this.#places.set(slot, { section: this.#sections.length, offset: 0 });
    this.#add(".got", flagsOf(SHF_ALLOC | SHF_WRITE, false), 8, new Uint8Array(8), 8);
    const form = { size: 8, extendTo: 64, signed: false, relativeTo: null, branch: false } as const;
    (this.#sections.at(-1)!.relocations as Relocation[]).push({ ...form, offset: 0, value: label, site: nowhere });
    return slot;
  }
}

/** What has bytes or room, but for what only other linkers and libraries use. */
function isWanted({ name, type }: SectionHeader): boolean {
  if (type !== SHT_PROGBITS && type !== SHT_NOBITS) return false;
  return name !== ".comment" && name !== ".eh_frame" && !name.startsWith(".note.");
}

function ourName(name: string): string {
  return /^\.(?:text|rodata|data\.rel\.ro|data|bss)(?=\.|$)/.exec(name)?.[0] ?? name;
}

function flagsOf(flags: number, nobits: boolean): SectionFlags {
  return {
    allocate: (flags & SHF_ALLOC) !== 0,
    write: (flags & SHF_WRITE) !== 0,
    execute: (flags & SHF_EXECINSTR) !== 0,
    nobits,
    note: false,
  };
}
