/**
 * Multiboot 2 (Multiboot2 Specification 2.0): tags in the kernel's first 32 KiB say what it wants, tags in memory what it
 * got. This is a BIOS machine, so tags about EFI are as absent here as they would be there.
 */
import type { ElfFile } from "../formats/elf-reader.ts";
import { UserError } from "../user-error.ts";
import { version } from "../version.ts";
import { loadSections, loadSegments, zero } from "./elf-segments.ts";
import { EAX, EBX, type EntryState } from "./entry.ts";
import type { Loading } from "./load.ts";
import { Records, zeroTerminated } from "./records.ts";

const HEADER_MAGIC = 0xe852_50d6;
const BOOT_MAGIC = 0x36d7_6289;
/** The header lies wholly within the first 32 KiB, on an 8-byte boundary. */
const SEARCHED = 32768;
/** Architecture field: 32-bit protected mode of i386. */
const I386 = 0;
/** Flag of a header tag: the kernel can do without. */
const OPTIONAL = 1;

/** Header tags (section 3.1). */
const TAG_END = 0;
const TAG_INFORMATION_REQUEST = 1;
const TAG_ADDRESS = 2;
const TAG_ENTRY = 3;
const TAG_CONSOLE = 4;
const TAG_FRAMEBUFFER = 5;
const TAG_MODULE_ALIGNMENT = 6;
const TAG_EFI_BOOT_SERVICES = 7;
const TAG_EFI_I386_ENTRY = 8;
const TAG_EFI_AMD64_ENTRY = 9;
const TAG_RELOCATABLE = 10;
/** Of the console tag: the kernel insists on a console, and text is one. */
const UNDERSTOOD: readonly number[] = [
  TAG_INFORMATION_REQUEST,
  TAG_ADDRESS,
  TAG_ENTRY,
  TAG_CONSOLE,
  TAG_FRAMEBUFFER,
  TAG_MODULE_ALIGNMENT,
  TAG_EFI_BOOT_SERVICES,
  TAG_EFI_I386_ENTRY,
  TAG_EFI_AMD64_ENTRY,
  TAG_RELOCATABLE,
];

/** Information tags (section 3.6). */
const INFO_COMMAND_LINE = 1;
const INFO_LOADER_NAME = 2;
const INFO_MODULE = 3;
const INFO_MEMORY = 4;
const INFO_MEMORY_MAP = 6;
const INFO_FRAMEBUFFER = 8;
const INFO_ELF_SECTIONS = 9;
/** Copies of ACPI's root pointer: as of ACPI 1.0, and as of 2.0 or later. */
const INFO_OLD_ACPI = 14;
const INFO_NEW_ACPI = 15;
/** The last one the specification knows: "image load base physical address". */
const LAST_INFO = 21;

interface Tag {
  readonly type: number;
  readonly flags: number;
  /** What follows type, flags and size. */
  readonly words: readonly number[];
}

export interface Multiboot2Header {
  /** Where in the file. */
  readonly offset: number;
  readonly architecture: number;
  readonly tags: readonly Tag[];
}

/** The header, or null. Tags that leave the header are cut off with it. */
export function findMultiboot2(image: Uint8Array): Multiboot2Header | null {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  for (let offset = 0; offset + 16 <= Math.min(image.length, SEARCHED); offset += 8) {
    if (view.getUint32(offset, true) !== HEADER_MAGIC) continue;
    const [architecture, length, checksum] = [4, 8, 12].map((at) => view.getUint32(offset + at, true));
    if ((HEADER_MAGIC + architecture! + length! + checksum!) % 2 ** 32 !== 0) continue;
    const end = Math.min(offset + length!, image.length, SEARCHED);
    const tags: Tag[] = [];
    for (let at = offset + 16; at + 8 <= end; ) {
      const [type, flags, size] = [
        view.getUint16(at, true),
        view.getUint16(at + 2, true),
        view.getUint32(at + 4, true),
      ];
      if (type === TAG_END || size < 8 || at + size > end) break;
      const words = Array.from({ length: (size - 8) >> 2 }, (_, i) => view.getUint32(at + 8 + 4 * i, true));
      tags.push({ type, flags, words });
      at += Math.ceil(size / 8) * 8;
    }
    return { offset, architecture: architecture!, tags };
  }
  return null;
}

export function loadMultiboot2(loading: Loading, elf: ElfFile | null, header: Multiboot2Header): EntryState {
  const { name, kernel, memory, placement, rootPointer } = loading;
  check(name, header);
  const find = (type: number): readonly number[] | undefined => header.tags.find((tag) => tag.type === type)?.words;
  const address = find(TAG_ADDRESS);
  const entry = find(TAG_ENTRY);
  if (address === undefined && elf === null) {
    throw new UserError(
      `${name}: its multiboot 2 header has no address tag, and it is no ELF file; add one, or link it as ELF`,
    );
  }
  let ip = entry?.[0] ?? 0;
  if (address !== undefined) {
    if (entry === undefined)
      throw new UserError(`${name}: its multiboot 2 header has an address tag and no entry tag; add one`);
    loadByAddress(loading, header.offset, address);
  } else {
    const elfEntry = loadSegments(loading, elf!);
    ip = entry?.[0] ?? elfEntry;
  }
  const sections = address === undefined ? loadSections(loading, elf!) : null;

  const tags: Uint8Array[] = [];
  const tag = (type: number, size: number, fill: (body: Records) => void): void => {
    const record = new Records(8 + size).u32(type).u32(8 + size);
    fill(record);
    tags.push(record.bytes);
  };
  const text = (type: number, content: string): void => {
    const bytes = zeroTerminated(content);
    tag(type, bytes.length, (body) => body.data(bytes));
  };
  text(INFO_COMMAND_LINE, kernel.commandLine ?? "");
  text(INFO_LOADER_NAME, `Cor ${version}`);
  if (kernel.initrd !== undefined) {
    const start = placement.above(kernel.initrd.length, "the module");
    memory.write(start, kernel.initrd);
    tag(INFO_MODULE, 9, (body) =>
      body
        .u32(start)
        .u32(start + kernel.initrd!.length)
        .u8(0),
    );
  }
  const { lower, upper } = placement.kibibytes;
  tag(INFO_MEMORY, 8, (body) => body.u32(lower).u32(upper));
  const ranges = placement.map;
  tag(INFO_MEMORY_MAP, 8 + 24 * ranges.length, (body) => {
    body.u32(24).u32(0);
    for (const { start, length, type } of ranges) body.u64(start).u64(length).u32(type).u32(0);
  });
  // The screen: colour text, 80 × 25 cells of two bytes.
  tag(INFO_FRAMEBUFFER, 24, (body) => body.u64(0xb8000).u32(160).u32(80).u32(25).u8(16).u8(2).u16(0));
  if (sections !== null) {
    tag(INFO_ELF_SECTIONS, 12 + sections.bytes.length, (body) => {
      body.u32(sections.count).u32(sections.entrySize).u32(sections.names).data(sections.bytes);
    });
  }
  if (rootPointer !== null) {
    const { bytes } = rootPointer;
    tag(bytes.length > 20 ? INFO_NEW_ACPI : INFO_OLD_ACPI, bytes.length, (body) => body.data(bytes));
  }
  tag(TAG_END, 0, () => {});

  const info = new Records(8 + tags.reduce((size, bytes) => size + Math.ceil(bytes.length / 8) * 8, 0));
  info.u32(info.bytes.length).u32(0);
  for (const bytes of tags) info.data(bytes).align(8);
  const infoAt = placement.above(info.bytes.length, "the boot information");
  memory.write(infoAt, info.bytes);
  return { mode: 32, ip, general: { [EAX]: BOOT_MAGIC, [EBX]: infoAt }, code: 0x10, data: 0x18, gdt: null, cr3: 0 };
}

/** A loader must not start a kernel that insists on what it does not know. */
function check(name: string, { architecture, tags }: Multiboot2Header): void {
  if (architecture !== I386) {
    throw new UserError(
      `${name}: its multiboot 2 header is for architecture ${architecture}; an x86 kernel has 0 there`,
    );
  }
  for (const { type, flags, words } of tags) {
    if ((flags & OPTIONAL) !== 0) continue;
    if (!UNDERSTOOD.includes(type)) {
      throw new UserError(
        `${name}: its multiboot 2 header insists on tag ${type}, which nobody knows; mark it optional`,
      );
    }
    const unknown = type === TAG_INFORMATION_REQUEST ? words.find((wanted) => wanted > LAST_INFO) : undefined;
    if (unknown !== undefined) {
      throw new UserError(
        `${name}: its multiboot 2 header insists on information ${unknown}, which nobody has; mark it optional`,
      );
    }
  }
}

/** Section 3.1.5: header_addr, load_addr, load_end_addr, bss_end_addr. */
function loadByAddress({ name, kernel, memory, placement }: Loading, offset: number, words: readonly number[]): void {
  const [headerAddress = 0, loadAddress = 0, loadEnd = 0, bssEnd = 0] = words;
  // A load address of all ones means the beginning of the file.
  const from = loadAddress === 0xffff_ffff ? 0 : offset - (headerAddress - loadAddress);
  const start = headerAddress - (offset - from);
  const length = loadEnd === 0 ? kernel.image.length - from : loadEnd - start;
  if (
    from < 0 ||
    start < 0 ||
    length < 0 ||
    from + length > kernel.image.length ||
    (bssEnd !== 0 && bssEnd < start + length)
  ) {
    throw new UserError(`${name}: the addresses in its multiboot 2 header do not fit the file; check how it is linked`);
  }
  const size = bssEnd === 0 ? length : bssEnd - start;
  placement.fix(start, size, "its image");
  memory.write(start, kernel.image.subarray(from, from + length));
  zero(memory, start + length, size - length);
}
