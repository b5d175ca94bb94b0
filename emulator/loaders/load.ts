/**
 * START HERE: puts a kernel into memory as a boot loader would, and says in which state its entry expects the processor.
 * Which protocol it speaks is found in the file: multiboot 1, multiboot 2 and PVH headers in ELF files (multiboot also in
 * flat ones), the Linux boot header in a bzImage. A kernel that speaks several gets the first of these, as from QEMU.
 *
 * Where firmware has run before, its memory map is what the kernel is told (boot-rom.ts); without any, it is this machine's.
 */
import { ElfError } from "../formats/elf.ts";
import { ElfFile, isElf } from "../formats/elf-reader.ts";
import type { PhysicalMemory } from "../memory.ts";
import { UserError } from "../user-error.ts";
import { linuxHeader, loadLinux } from "./bzimage.ts";
import type { EntryState } from "./entry.ts";
import { findMultiboot1, loadMultiboot1 } from "./multiboot1.ts";
import { findMultiboot2, loadMultiboot2 } from "./multiboot2.ts";
import { bareMemoryMap, type MemoryRange, Placement } from "./placement.ts";
import { loadPvh, pvhEntry } from "./pvh.ts";
import { findRootPointer, type RootPointer } from "./rsdp.ts";

/** A kernel and what goes with it. */
export interface KernelOptions {
  readonly image: Uint8Array;
  /** For messages: the file's name. */
  readonly name?: string;
  /** Initial RAM disk of Linux; the one module of multiboot and PVH. */
  readonly initrd?: Uint8Array;
  readonly commandLine?: string;
}

/** What a loader works with. */
export interface Loading {
  readonly kernel: KernelOptions;
  /** How messages call the kernel. */
  readonly name: string;
  readonly memory: PhysicalMemory;
  /** Which parts of RAM are taken. */
  readonly placement: Placement;
  /** What leads to the firmware's ACPI tables; null where no firmware has run, or it made none. */
  readonly rootPointer: RootPointer | null;
}

/**
 * Loads a kernel into `memory`, of which `ramBytes` are RAM. `map` is the firmware's memory map, if one has run. Throws a UserError when the file is no kernel, asks for what
 * the machine has not, or does not fit.
 */
export function loadKernel(
  kernel: KernelOptions,
  memory: PhysicalMemory,
  ramBytes: number,
  map?: readonly MemoryRange[],
): EntryState {
  const name = kernel.name ?? "the kernel";
  const placement = new Placement(ramBytes, name, map ?? bareMemoryMap(ramBytes));
  const rootPointer = map === undefined ? null : findRootPointer(memory);
  const loading: Loading = { kernel, name, memory, placement, rootPointer };
  const { image } = kernel;
  try {
    const elf = isElf(image) ? new ElfFile(image) : null;
    const multiboot1 = findMultiboot1(image);
    if (multiboot1 !== null) return loadMultiboot1(loading, elf, multiboot1);
    const multiboot2 = findMultiboot2(image);
    if (multiboot2 !== null) return loadMultiboot2(loading, elf, multiboot2);
    if (elf !== null) {
      const entry = pvhEntry(elf);
      if (entry !== null) return loadPvh(loading, elf, entry);
      throw new UserError(`${name} has no multiboot header and no PVH note; add one to the kernel`);
    }
    const linux = linuxHeader(image);
    if (linux !== null) return loadLinux(loading, linux);
  } catch (error) {
    if (error instanceof ElfError) throw notKernel(name, error.message);
    throw error;
  }
  throw notKernel(name, "it has neither an ELF header nor a multiboot or Linux boot header");
}

function notKernel(name: string, why: string): UserError {
  return new UserError(`${name} is no kernel: ${why}; give an ELF file (multiboot 1 or 2, PVH) or a bzImage`);
}
