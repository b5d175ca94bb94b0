/**
 * PVH, the way Xen and QEMU start ELF kernels directly (xen/docs/misc/pvh.pandoc, xen/include/public/arch-x86/hvm/
 * start_info.h): a note names the 32-bit entry, EBX points at a start-info record. Unpacked Linux kernels start by it.
 */
import { XEN_ELFNOTE_PHYS32_ENTRY } from "../formats/elf.ts";
import type { ElfFile } from "../formats/elf-reader.ts";
import { loadSegments } from "./elf-segments.ts";
import { EBX, type EntryState } from "./entry.ts";
import type { Loading } from "./load.ts";
import { Records, zeroTerminated } from "./records.ts";

/** "xEn3" with bit 7 of the E set. */
const START_INFO_MAGIC = 0x336e_c578;

/** The physical address that the kernel's note names, or null. */
export function pvhEntry(elf: ElfFile): number | null {
  const note = elf.notes().find(({ owner, type }) => owner === "Xen" && type === XEN_ELFNOTE_PHYS32_ENTRY);
  if (note === undefined || note.data.length < 4) return null;
  return new DataView(note.data.buffer, note.data.byteOffset).getUint32(0, true);
}

export function loadPvh(loading: Loading, elf: ElfFile, ip: number): EntryState {
  const { kernel, memory, placement } = loading;
  loadSegments(loading, elf);
  const put = (bytes: Uint8Array, what: string): number => {
    const at = placement.above(bytes.length, what, 8);
    memory.write(at, bytes);
    return at;
  };
  const commandLineAt = put(zeroTerminated(kernel.commandLine ?? ""), "the command line");
  let modulesAt = 0;
  if (kernel.initrd !== undefined) {
    const start = placement.above(kernel.initrd.length, "the module");
    memory.write(start, kernel.initrd);
    modulesAt = put(new Records(32).u64(start).u64(kernel.initrd.length).bytes, "the list of modules");
  }
  const ranges = placement.map;
  const map = new Records(ranges.length * 24);
  for (const { start, length, type } of ranges) map.u64(start).u64(length).u32(type).u32(0);
  const mapAt = put(map.bytes, "the memory map");
  const info = new Records(56);
  info.u32(START_INFO_MAGIC).u32(1).u32(0);
  info
    .u32(modulesAt === 0 ? 0 : 1)
    .u64(modulesAt)
    .u64(commandLineAt);
  info
    .u64(loading.rootPointer?.address ?? 0)
    .u64(mapAt)
    .u32(ranges.length)
    .u32(0);
  const infoAt = put(info.bytes, "the start information");
  return { mode: 32, ip, general: { [EBX]: infoAt }, code: 0x10, data: 0x18, gdt: null, cr3: 0 };
}
