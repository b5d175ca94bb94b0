// What a program's file says about its memory (System V ABI, "Object Files" and "Program Loading"). Only the program headers
// count: each PT_LOAD is a piece of the file that shall lie at an address, with rights, and may have more bytes in memory
// than in the file, which are zeros. The file comes from anybody, so nothing in it is believed before it is looked at:
// what does not fit together is refused, with ENOEXEC, before anything has been touched.
import { USER_START } from "../layout.ts";

/** Bytes of the headers of the file and of one segment. */
export const ELF_HEADER_BYTES = 64;
export const PROGRAM_HEADER_BYTES = 56;
/** Most segments of all kinds, and most that are loaded. */
export const PROGRAM_HEADERS = 64;
export const SEGMENTS = 16;

/** Where programs that can lie anywhere are put. */
export const MOVABLE_BASE: u64 = 0x5555_5540_0000;
/** Programs end below this: behind lie mappings and the stack. */
export const PROGRAM_END: u64 = 0x7000_0000_0000;

/** "\x7fELF", 64-bit, little-endian, version 1. */
const MAGIC: u64 = 0x0001_0102_464c_457f;
const MAGIC_MASK: u64 = 0x00ff_ffff_ffff_ffff;
const ET_EXEC: u16 = 2;
const ET_DYN: u16 = 3;
const EM_X86_64: u16 = 62;
const EV_CURRENT: u32 = 1;
const PT_LOAD: u32 = 1;
const PT_INTERP: u32 = 3;
export const PF_X: u32 = 1;
export const PF_W: u32 = 2;
export const PF_R: u32 = 4;

@size(64)
export class ElfHeader {
  magic: u64;
  padding: u64;
  type: u16;
  machine: u16;
  version: u32;
  entry: u64;
  programHeaders: u64;
  sectionHeaders: u64;
  flags: u32;
  headerBytes: u16;
  programHeaderBytes: u16;
  programHeaderCount: u16;
  sectionHeaderBytes: u16;
  sectionHeaderCount: u16;
  sectionNames: u16;
}

@size(56)
export class ProgramHeader {
  type: u32;
  flags: u32;
  offset: u64;
  address: u64;
  physicalAddress: u64;
  fileBytes: u64;
  memoryBytes: u64;
  align: u64;
}

/** A piece of memory: `fileBytes` from the file, zeros up to `memoryBytes`. */
export class Segment {
  address: u64;
  memoryBytes: u64;
  offset: u64;
  fileBytes: u64;
  /** PF_*. */
  flags: u32;
}

/** What to load, in the order of addresses, with the base added. */
export class Program {
  entry: u64;
  /** Added to the file's addresses. */
  base: u64;
  /** Where the program headers lie in memory, or 0: for AT_PHDR. */
  headers: u64;
  headerCount: u64;
  count: usize;
  segments: Arr<Segment, typeof SEGMENTS>;
  /** Behind the last byte of all. */
  end: u64;
}

/** Whether a file begins as an ELF file does. */
export function isElf(header: Ptr<ElfHeader>): boolean {
  return (header.magic & 0xffff_ffff) === 0x464c_457f;
}

/** The file's header: ENOEXEC unless it is of a program for this machine whose program headers lie in the file. */
export function checkHeader(header: Ptr<ElfHeader>, fileBytes: u64): Res<void> {
  if ((header.magic & MAGIC_MASK) !== MAGIC) return err(Errno.ENOEXEC);
  if (header.type !== ET_EXEC && header.type !== ET_DYN) return err(Errno.ENOEXEC);
  if (header.machine !== EM_X86_64 || header.version !== EV_CURRENT) return err(Errno.ENOEXEC);
  if (usize(header.programHeaderBytes) !== PROGRAM_HEADER_BYTES) return err(Errno.ENOEXEC);
  const count = u64(header.programHeaderCount);
  if (count === 0 || count > PROGRAM_HEADERS) return err(Errno.ENOEXEC);
  const bytes = count * PROGRAM_HEADER_BYTES;
  if (header.programHeaders > fileBytes || bytes > fileBytes - header.programHeaders) return err(Errno.ENOEXEC);
}

/** What the program headers ask for. `header` has been checked. ENOEXEC: they do not fit together. */
export function readProgram(header: Ptr<ElfHeader>, list: View<ProgramHeader>, fileBytes: u64, out: Ptr<Program>): Res<void> {
  const base: u64 = header.type === ET_DYN ? MOVABLE_BASE : 0;
  out.base = base;
  let executable = false;
  if (header.entry >= PROGRAM_END) return err(Errno.ENOEXEC);
  for (let n: usize = 0; n < list.length; n++) {
    const type = list[n].type;
    // Who wants an interpreter wants dynamic linking.
    if (type === PT_INTERP) return err(Errno.ENOEXEC);
    if (type !== PT_LOAD || list[n].memoryBytes === 0) continue;
    const fileSize = list[n].fileBytes;
    const memorySize = list[n].memoryBytes;
    const offset = list[n].offset;
    const align = list[n].align;
    if (fileSize > memorySize) return err(Errno.ENOEXEC);
    // Zeros alone may claim to begin anywhere in the file.
    if (fileSize > 0 && (offset > fileBytes || fileSize > fileBytes - offset)) return err(Errno.ENOEXEC);
    if ((align & (align - 1)) !== 0) return err(Errno.ENOEXEC);
    // Addresses and file offsets agree up to the alignment (System V ABI, p_align), or pages could not be mapped.
    if (align > 1 && ((list[n].address - offset) & (align - 1)) !== 0) return err(Errno.ENOEXEC);
    const from = list[n].address + base;
    if (list[n].address >= PROGRAM_END || from < USER_START || memorySize > PROGRAM_END || from + memorySize > PROGRAM_END)
      return err(Errno.ENOEXEC);
    // In ascending order, as the ABI wants them, and apart.
    if (out.count > 0 && from < out.end) return err(Errno.ENOEXEC);
    if (out.count === SEGMENTS) return err(Errno.ENOEXEC);
    const segment = ref(out.segments[out.count]);
    segment.address = from;
    segment.memoryBytes = memorySize;
    segment.offset = offset;
    segment.fileBytes = fileSize;
    segment.flags = list[n].flags & (PF_R | PF_W | PF_X);
    out.count++;
    out.end = from + memorySize;
    const headers = header.programHeaders;
    if (headers >= offset && headers + u64(list.length) * PROGRAM_HEADER_BYTES <= offset + fileSize)
      out.headers = from + (headers - offset);
    const entry = header.entry + base;
    if ((segment.flags & PF_X) !== 0 && entry >= from && entry < out.end) executable = true;
  }
  if (!executable) return err(Errno.ENOEXEC);
  out.entry = header.entry + base;
  out.headerCount = u64(list.length);
}
