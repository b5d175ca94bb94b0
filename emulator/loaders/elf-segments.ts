/**
 * An ELF kernel's parts in physical memory: its segments where the program headers want them, and behind them those
 * sections (symbols, debugging information) that no segment holds but boot loaders bring along.
 */
import { PF_X, PT_LOAD, SHF_ALLOC, SHT_NOBITS, SHT_NULL, sizes } from "../formats/elf.ts";
import type { ElfFile } from "../formats/elf-reader.ts";
import { UserError } from "../user-error.ts";
import type { Loading } from "./load.ts";
import { Records } from "./records.ts";

/** Beyond any address that a machine of ours has. */
const NOWHERE = 2 ** 32;
const number = (address: bigint): number => (address < 2n ** 32n ? Number(address) : NOWHERE);

/** Copies the segments to their physical addresses and gives the entry point's physical address. */
export function loadSegments({ name, memory, placement }: Loading, elf: ElfFile): number {
  const segments = elf.programHeaders.filter((header) => header.type === PT_LOAD && header.memorySize > 0n);
  if (segments.length === 0) throw new UserError(`${name} has nothing to load; link it as an executable`);
  let entry = number(elf.entry);
  for (const segment of segments) {
    const start = number(segment.physicalAddress);
    const length = number(segment.memorySize);
    placement.fix(start, length, "a segment");
    memory.write(start, elf.segmentBytes(segment));
    zero(memory, start + segment.fileSize, length - segment.fileSize);
    // The entry is a virtual address; processors start with paging off.
    const offset = elf.entry - segment.virtualAddress;
    const inside = offset >= 0n && offset < segment.memorySize;
    if (inside && (segment.flags & PF_X) !== 0) entry = start + Number(offset);
  }
  return entry;
}

/** RAM keeps its contents over a reset, so what a kernel expects to be zero is made so. */
export function zero(memory: Loading["memory"], start: number, length: number): void {
  const zeros = new Uint8Array(Math.min(length, 1 << 20));
  for (let done = 0; done < length; done += zeros.length) {
    memory.write(start + done, zeros.subarray(0, Math.min(zeros.length, length - done)));
  }
}

/** The section header table as both multiboot protocols hand it over: with addresses for the sections that were brought along. */
export interface SectionTable {
  readonly count: number;
  readonly entrySize: number;
  /** Index of the section of section names. */
  readonly names: number;
  readonly bytes: Uint8Array;
}

/** Brings the remaining sections into memory. null when the file has no section headers. */
export function loadSections({ memory, placement }: Loading, elf: ElfFile): SectionTable | null {
  if (elf.sections.length === 0) return null;
  const wide = elf.class === 64;
  const entrySize = sizes[elf.class].sectionHeader;
  const table = new Records(elf.sections.length * entrySize);
  for (const section of elf.sections) {
    let address = number(section.address);
    const elsewhere = (section.flags & SHF_ALLOC) === 0 && section.type !== SHT_NULL && section.type !== SHT_NOBITS;
    if (elsewhere && section.size > 0) {
      address = placement.above(section.size, "its symbols", Math.max(16, Math.min(section.align, 4096)));
      memory.write(address, elf.bytes.subarray(section.offset, section.offset + section.size));
    }
    const word = (value: number): unknown => (wide ? table.u64(value) : table.u32(value));
    table.u32(sectionName(elf, section.index)).u32(section.type);
    word(section.flags);
    word(address);
    word(section.offset);
    word(section.size);
    table.u32(section.link).u32(section.info);
    word(section.align);
    word(section.entrySize);
  }
  const names = new DataView(elf.bytes.buffer, elf.bytes.byteOffset).getUint16(wide ? 62 : 50, true);
  return { count: elf.sections.length, entrySize, names, bytes: table.bytes };
}

/** sh_name as it stands in the file: an offset into the section of names. */
function sectionName(elf: ElfFile, index: number): number {
  const view = new DataView(elf.bytes.buffer, elf.bytes.byteOffset, elf.bytes.byteLength);
  const table = elf.class === 64 ? Number(view.getBigUint64(40, true)) : view.getUint32(32, true);
  return view.getUint32(table + index * view.getUint16(elf.class === 64 ? 58 : 46, true), true);
}
