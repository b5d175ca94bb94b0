/**
 * Multiboot 1 (Multiboot Specification 0.6.96): a header in the kernel's first 8 KiB says what it wants, EBX points at a
 * record of what it got. 32- and 64-bit ELF files load by their segments, other files by the header's address fields.
 */
import type { ElfFile } from "../formats/elf-reader.ts";
import { UserError } from "../user-error.ts";
import { version } from "../version.ts";
import { loadSections, loadSegments, zero } from "./elf-segments.ts";
import { EAX, EBX, type EntryState } from "./entry.ts";
import type { Loading } from "./load.ts";
import { Records, zeroTerminated } from "./records.ts";

const HEADER_MAGIC = 0x1bad_b002;
const BOOT_MAGIC = 0x2bad_b002;
/** The header lies wholly within the first 8 KiB, on a 4-byte boundary. */
const SEARCHED = 8192;

/** Header flags. Those in the lower half must be understood or the kernel must not be started. */
const PAGE_ALIGN = 1 << 0;
const MEMORY_INFO = 1 << 1;
const VIDEO_MODE = 1 << 2;
const ADDRESS_FIELDS = 1 << 16;
const UNDERSTOOD = PAGE_ALIGN | MEMORY_INFO | VIDEO_MODE;

/** Flags of the information record: which of its fields are valid. */
const INFO_MEMORY = 1 << 0;
const INFO_COMMAND_LINE = 1 << 2;
const INFO_MODULES = 1 << 3;
const INFO_ELF_SECTIONS = 1 << 5;
const INFO_MEMORY_MAP = 1 << 6;
const INFO_LOADER_NAME = 1 << 9;
const INFO_FRAMEBUFFER = 1 << 12;

export interface Multiboot1Header {
  /** Where in the file. */
  readonly offset: number;
  readonly flags: number;
  /** header_addr, load_addr, load_end_addr, bss_end_addr, entry_addr; valid with ADDRESS_FIELDS. */
  readonly addresses: readonly [number, number, number, number, number];
}

/** The header, or null. */
export function findMultiboot1(image: Uint8Array): Multiboot1Header | null {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const word = (at: number): number => (at + 4 <= image.length ? view.getUint32(at, true) : 0);
  for (let offset = 0; offset + 12 <= Math.min(image.length, SEARCHED); offset += 4) {
    if (word(offset) !== HEADER_MAGIC) continue;
    const flags = word(offset + 4);
    if ((HEADER_MAGIC + flags + word(offset + 8)) % 2 ** 32 !== 0) continue;
    const field = (n: number): number => word(offset + 12 + 4 * n);
    return { offset, flags, addresses: [field(0), field(1), field(2), field(3), field(4)] };
  }
  return null;
}

export function loadMultiboot1(loading: Loading, elf: ElfFile | null, header: Multiboot1Header): EntryState {
  const { name, kernel, memory, placement } = loading;
  const strange = header.flags & 0xffff & ~UNDERSTOOD;
  if (strange !== 0) {
    throw new UserError(
      `${name}: its multiboot header asks for 0x${strange.toString(16)}, which nobody knows; clear these flags`,
    );
  }
  const byAddress = (header.flags & ADDRESS_FIELDS) !== 0;
  if (!byAddress && elf === null) {
    throw new UserError(
      `${name}: its multiboot header has no addresses, and it is no ELF file; set flag 16, or link it as ELF`,
    );
  }
  const ip = byAddress ? loadByAddress(loading, header) : loadSegments(loading, elf!);
  const sections = byAddress ? null : loadSections(loading, elf!);
  const sectionsAt = sections === null ? 0 : put(loading, sections.bytes, "its section headers");

  const commandLine = zeroTerminated(`${name}${kernel.commandLine ? ` ${kernel.commandLine}` : ""}`);
  const commandLineAt = put(loading, commandLine, "the command line");
  const loaderNameAt = put(loading, zeroTerminated(`Cor ${version}`), "the loader's name");
  let modulesAt = 0;
  if (kernel.initrd !== undefined) {
    const start = placement.above(kernel.initrd.length, "the module");
    memory.write(start, kernel.initrd);
    const string = put(loading, zeroTerminated(""), "the module's command line");
    const list = new Records(16)
      .u32(start)
      .u32(start + kernel.initrd.length)
      .u32(string);
    modulesAt = put(loading, list.bytes, "the list of modules");
  }
  const ranges = placement.map;
  const map = new Records(ranges.length * 24);
  // The size field counts what follows it.
  for (const { start, length, type } of ranges) map.u32(20).u64(start).u64(length).u32(type);
  const mapAt = put(loading, map.bytes, "the memory map");

  const { lower, upper } = placement.kibibytes;
  const flags =
    INFO_MEMORY |
    INFO_COMMAND_LINE |
    INFO_MEMORY_MAP |
    INFO_LOADER_NAME |
    INFO_FRAMEBUFFER |
    (modulesAt === 0 ? 0 : INFO_MODULES) |
    (sections === null ? 0 : INFO_ELF_SECTIONS);
  const info = new Records(116).u32(flags).u32(lower).u32(upper);
  info.u32(commandLineAt, 16);
  if (modulesAt !== 0) info.u32(1, 20).u32(modulesAt, 24);
  if (sections !== null) {
    info.u32(sections.count, 28).u32(sections.entrySize, 32).u32(sectionsAt, 36).u32(sections.names, 40);
  }
  info.u32(map.bytes.length, 44).u32(mapAt, 48).u32(loaderNameAt, 64);
  // The screen: colour text, 80 × 25 cells of two bytes.
  info.u64(0xb8000, 88).u32(160, 96).u32(80, 100).u32(25, 104).u8(16, 108).u8(2, 109);
  const infoAt = put(loading, info.bytes, "the boot information");
  return { mode: 32, ip, general: { [EAX]: BOOT_MAGIC, [EBX]: infoAt }, code: 0x10, data: 0x18, gdt: null, cr3: 0 };
}

function put({ memory, placement }: Loading, bytes: Uint8Array, what: string): number {
  const at = placement.above(bytes.length, what, 8);
  memory.write(at, bytes);
  return at;
}

/** Section 3.1.3 of the specification. */
function loadByAddress({ name, kernel, memory, placement }: Loading, { offset, addresses }: Multiboot1Header): number {
  const [headerAddress, loadAddress, loadEnd, bssEnd, entry] = addresses;
  const from = offset - (headerAddress - loadAddress);
  const length = loadEnd === 0 ? kernel.image.length - from : loadEnd - loadAddress;
  if (
    from < 0 ||
    length < 0 ||
    from + length > kernel.image.length ||
    (bssEnd !== 0 && bssEnd < loadAddress + length)
  ) {
    throw new UserError(`${name}: the addresses in its multiboot header do not fit the file; check how it is linked`);
  }
  const size = bssEnd === 0 ? length : bssEnd - loadAddress;
  placement.fix(loadAddress, size, "its image");
  memory.write(loadAddress, kernel.image.subarray(from, from + length));
  zero(memory, loadAddress + length, size - length);
  return entry;
}
