/**
 * Linux from a bzImage (Documentation/arch/x86/boot.rst): the protected-mode part of the file goes to its place, a page of
 * boot parameters is filled in, and the kernel is entered in 64-bit mode where it can be (XLF_KERNEL_64), else in 32-bit
 * mode. Its own 16-bit setup code, which would ask a BIOS, does not run.
 */
import { UserError } from "../user-error.ts";
import { type EntryState, ESI } from "./entry.ts";
import type { Loading } from "./load.ts";
import { Records, zeroTerminated } from "./records.ts";

/** "HdrS", at 0x202. */
const HEADER_MAGIC = 0x5372_6448;
/** The oldest protocol with everything used here (2.10: pref_address, init_size). Linux 2.6.31 and newer. */
const OLDEST = 0x020a;
const LOADED_HIGH = 1 << 0;
const XLF_KERNEL_64 = 1 << 0;
/** type_of_loader: a loader without a number of its own. */
const UNREGISTERED_LOADER = 0xff;
/** Flat code and data descriptors at the selectors that both entries prescribe. */
const BOOT_CS = 0x10;
const BOOT_DS = 0x18;
const BOOT_PARAMETERS = 4096;

/** struct boot_params: where ACPI's root pointer is; read since version 2.14, reserved before. */
const ACPI_RSDP_ADDR = 0x70;

/** The fields of the setup header that matter here, by their names there. */
export interface LinuxHeader {
  readonly version: number;
  readonly setup_sects: number;
  readonly loadflags: number;
  readonly code32_start: number;
  readonly initrd_addr_max: number;
  readonly kernel_alignment: number;
  readonly relocatable_kernel: number;
  readonly xloadflags: number;
  readonly cmdline_size: number;
  readonly pref_address: number;
  readonly init_size: number;
  /** Where the setup header ends in the file. */
  readonly end: number;
}

/** The header, or null when the file has none. */
export function linuxHeader(image: Uint8Array): LinuxHeader | null {
  if (image.length < 1024) return null;
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (view.getUint16(0x1fe, true) !== 0xaa55 || view.getUint32(0x202, true) !== HEADER_MAGIC) return null;
  return {
    // 0 stands for 4, from a time before the field.
    setup_sects: view.getUint8(0x1f1) || 4,
    version: view.getUint16(0x206, true),
    loadflags: view.getUint8(0x211),
    code32_start: view.getUint32(0x214, true),
    initrd_addr_max: view.getUint32(0x22c, true),
    kernel_alignment: view.getUint32(0x230, true),
    relocatable_kernel: view.getUint8(0x234),
    xloadflags: view.getUint16(0x236, true),
    cmdline_size: view.getUint32(0x238, true),
    pref_address: Number(view.getBigUint64(0x258, true)),
    init_size: view.getUint32(0x260, true),
    end: 0x202 + view.getUint8(0x201),
  };
}

export function loadLinux(loading: Loading, header: LinuxHeader): EntryState {
  const { name, kernel, memory, placement } = loading;
  const { image } = kernel;
  if (header.version < OLDEST || (header.loadflags & LOADED_HIGH) === 0) {
    const [major, minor] = [header.version >> 8, header.version & 0xff];
    throw new UserError(
      `${name} speaks version ${major}.${minor} of Linux's boot protocol; give a kernel from 2009 or newer (2.10)`,
    );
  }
  const setupBytes = (header.setup_sects + 1) * 512;
  if (setupBytes >= image.length) throw new UserError(`${name} is cut off in its setup code; give the whole bzImage`);
  const commandLine = kernel.commandLine ?? "";
  if (new TextEncoder().encode(commandLine).length > header.cmdline_size) {
    throw new UserError(`--append is longer than ${name} takes (${header.cmdline_size} bytes); shorten it`);
  }

  const start = placeKernel(loading, header, image.length - setupBytes);
  memory.write(start, image.subarray(setupBytes));

  const parametersAt = placement.low(BOOT_PARAMETERS, "the boot parameters");
  const commandLineBytes = zeroTerminated(commandLine);
  const commandLineAt = placement.low(commandLineBytes.length, "the command line");
  memory.write(commandLineAt, commandLineBytes);
  const parameters = new Records(BOOT_PARAMETERS);
  parameters.data(image.subarray(0x1f1, Math.min(header.end, 0x290)), 0x1f1);
  screenInfo(parameters);
  parameters.u64(loading.rootPointer?.address ?? 0, ACPI_RSDP_ADDR);
  parameters.u8(UNREGISTERED_LOADER, 0x210).u32(commandLineAt, 0x228).u32(start, 0x214);
  if (kernel.initrd !== undefined) {
    const at = placement.below(header.initrd_addr_max + 1, kernel.initrd.length, "the initial RAM disk");
    memory.write(at, kernel.initrd);
    parameters.u32(at, 0x218).u32(kernel.initrd.length, 0x21c);
  }
  const ranges = placement.map;
  parameters.u8(ranges.length, 0x1e8);
  parameters.at = 0x2d0;
  for (const { start, length, type } of ranges) parameters.u64(start).u64(length).u32(type);
  memory.write(parametersAt, parameters.bytes);

  const wide = (header.xloadflags & XLF_KERNEL_64) !== 0;
  return {
    mode: wide ? 64 : 32,
    ip: wide ? start + 0x200 : start,
    general: { [ESI]: parametersAt },
    code: BOOT_CS,
    data: BOOT_DS,
    gdt: descriptorTable(loading, wide),
    cr3: wide ? identityMap(loading) : 0,
  };
}

/** A relocatable kernel goes where it likes best, or to the lowest place that is aligned as it wants. */
function placeKernel({ name, placement }: Loading, header: LinuxHeader, fileBytes: number): number {
  const size = Math.max(header.init_size, fileBytes);
  const liked = header.pref_address;
  if (!header.relocatable_kernel) {
    placement.fix(header.code32_start, size, "its code");
    return header.code32_start;
  }
  const align = Math.max(4096, header.kernel_alignment);
  const at = placement.find(size, align, liked, liked + size) === liked ? liked : placement.suits(size, align);
  if (at < 0) {
    throw new UserError(
      `${name} needs ${Math.ceil(size / 2 ** 20)} MiB in one piece to unpack itself; give more with --memory`,
    );
  }
  placement.fix(at, size, "its code");
  return at;
}

/** struct screen_info: colour text of 80 × 25 cells, cursor at the top. */
function screenInfo(parameters: Records): void {
  const videoMode = 3;
  parameters.u8(videoMode, 0x06).u8(80, 0x07).u8(25, 0x0e).u8(1, 0x0f).u16(16, 0x10);
}

/** Flat 4 GiB segments at BOOT_CS and BOOT_DS. */
function descriptorTable({ memory, placement }: Loading, wide: boolean): { base: number; limit: number } {
  const at = placement.low(32, "the descriptor table");
  const table = new Records(32).u64(0).u64(0);
  const flags = wide ? 0xa0 : 0xc0; // G, and L or D
  table
    .u16(0xffff)
    .u16(0)
    .u8(0)
    .u8(0x9b)
    .u8(flags | 0xf)
    .u8(0);
  table
    .u16(0xffff)
    .u16(0)
    .u8(0)
    .u8(0x93)
    .u8(0xc0 | 0xf)
    .u8(0);
  memory.write(at, table.bytes);
  return { base: at, limit: 31 };
}

/** Page tables that map the first 4 GiB to themselves in pages of 2 MiB; gives the PML4's address. */
function identityMap({ memory, placement }: Loading): number {
  const PRESENT_WRITABLE = 0x3;
  const PAGE_SIZE = 0x80;
  const at = placement.low(6 * 4096, "the page tables");
  const tables = new Records(6 * 4096);
  tables.u64(at + 4096 + PRESENT_WRITABLE, 0);
  for (let gib = 0; gib < 4; gib++) tables.u64(at + (2 + gib) * 4096 + PRESENT_WRITABLE, 4096 + gib * 8);
  for (let page = 0; page < 2048; page++) {
    tables.u64(page * 2 ** 21 + PRESENT_WRITABLE + PAGE_SIZE, 2 * 4096 + page * 8);
  }
  memory.write(at, tables.bytes);
  return at;
}
