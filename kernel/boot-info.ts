// What the kernel knows about the machine when it starts, whoever booted it. The assembler in boot/info.ts fills it, before
// there is paging, from what one of three boot protocols left in memory; a test holds the two descriptions together.
import type { Phys } from "./layout.ts";

export const PROTOCOL_MULTIBOOT1 = 1;
export const PROTOCOL_MULTIBOOT2 = 2;
export const PROTOCOL_PVH = 3;

/** What a region of the memory map is for (ACPI 6.5, table 15.9). */
export const REGION_USABLE = 1;

@size(24)
export class MemoryRegion {
  base: Phys;
  bytes: u64;
  kind: u32;
}

export class BootInfo {
  /** PROTOCOL_*. */
  protocol: u32;
  /** How many entries of `memoryMap` there are. */
  regions: u32;
  /** The first file that the loader brought along: an archive for the root, or nothing. */
  module: Phys;
  moduleBytes: u64;
  /** Where ACPI's tables begin, if the loader says so, or 0. */
  rsdp: Phys;
  /** Frame-aligned, from the headers to the end of everything. */
  imageStart: Phys;
  imageEnd: Phys;
  /** The end of the stack we are running on, which becomes that of the idle task. */
  bootStack: u64;
  commandLine: Arr<u8, 256>;
  loaderName: Arr<u8, 64>;
  memoryMap: Arr<MemoryRegion, 64>;
}

/** The text of a field that ends with zero. */
export function zeroTerminated(from: View<u8>): string {
  let length: usize = 0;
  while (length < from.length && from[length] !== 0) length++;
  return text(from.sub(0, length));
}

/** Whether a word stands in the command line, by itself. */
export function hasOption(boot: Ptr<BootInfo>, word: string): boolean {
  const line = zeroTerminated(slice(boot.commandLine));
  let start: usize = 0;
  for (let at: usize = 0; at <= line.length; at++) {
    if (at < line.length && line[at] !== byte(" ")) continue;
    if (line.sub(start, at) === word) return true;
    start = at + 1;
  }
  return false;
}
