/**
 * START HERE: everything that `cor build` writes, as bytes in memory. Nothing here depends on time, chance or place:
 * the same sources give the same bytes.
 */
import { elfExecutable } from "../dsl/out/elf-executable.ts";
import { flatBinary } from "../dsl/out/flat.ts";
import { type Image, link } from "../dsl/out/link.ts";
import { mapFile } from "../dsl/out/map.ts";
import type { ObjectStore } from "../dsl/store.ts";
import { kernelImage, kernelMemory } from "../kernel/image.ts";
import type { Medium } from "./boot/boot-sector.ts";
import { kernelFile, rootFile } from "./boot/find-kernel.ts";
import { bootSectorAt, kernelPartitionSector, loaderMaxBytes } from "./boot/layout.ts";
import { bootProgram, bootProgramSections } from "./boot/loader.ts";
import { ext2Image } from "./ext2.ts";
import { cdSectorSize, iso9660 } from "./iso9660.ts";
import { type Partition, sectorSize, wholeCylinders, writePartitionTable } from "./partition-table.ts";
import { rootArchive, rootFiles } from "./root-files.ts";

export interface BuildOptions {
  /** A system without programs: the disk has no root, and the kernel ends at its rescue console. Default: false. */
  readonly bare?: boolean;
  /** The root's file system, if it is there already (rootImage), and the same as an archive (rootArchive). */
  readonly root?: Uint8Array;
  readonly archive?: Uint8Array;
  /** What the compiler left for itself in earlier processes. */
  readonly store?: ObjectStore;
}

export interface Build {
  /**
   * cor.img: a raw disk with partition table, boot sector, loader, the kernel in its active partition, and the root with all
   * programs in another.
   */
  readonly img: Uint8Array;
  /** cor.elf: the kernel, for loaders that speak multiboot 1, multiboot 2 or PVH. */
  readonly elf: Uint8Array;
  /** What of cor.elf memory holds: as the disk and the CD have it. */
  readonly memory: Uint8Array;
  /** cor.iso: a CD that boots by El Torito, with the root in an archive; and as a disk when written to one, with the kernel alone. */
  readonly iso: Uint8Array;
  /** root.cpio: the root as an archive (newc), for boot loaders that bring a module along; without programs it is empty. */
  readonly archive: Uint8Array;
  /** cor.map: where the sections and symbols are, of the kernel and of the disk's boot sector and loader. */
  readonly map: string;
}

/** Builds the kernel, the programs, and the media they boot from. */
export function build({ bare = false, root, archive, store }: BuildOptions = {}): Build {
  const { elf, memory, map } = kernelImage({ store });
  const brought = bare ? new Uint8Array(0) : (archive ?? rootArchive({ store }));
  return {
    img: diskImage(memory, bare ? null : (root ?? rootImage(store))),
    elf,
    memory,
    iso: cdImage(memory, bare ? null : brought),
    archive: brought,
    map: `Kernel\n\n${map}\nBoot sector and loader\n\n${mapFile(linkedBootProgram("disk"))}`,
  };
}

/**
 * What the disk that `build` makes has before its root: all that is made anew when the kernel has changed. `early` is given it while it is not
 * known yet that the kernel breaks no rule; if it does, that throws a UserError.
 */
export function buildHead(store: ObjectStore, early: (head: Uint8Array) => void): Uint8Array {
  let head: Uint8Array | null = null;
  kernelMemory(store, (memory) => {
    head = diskHead(memory, rootBytes).head;
    early(head);
  });
  return head!;
}

/** "Cor\0": by this number systems tell the disk from others. */
const diskSignature = 0x00726f43;
/** Partition type "non-FS data": the kernel file lies there as it is. */
const kernelPartitionType = 0xda;

const rootPartitionType = 0x83;
/** Bytes of the root's file system. */
const rootBytes = 32 << 20;
/** Partitions begin on multiples of 1 MiB, as everybody's do: flash memory has large pages. */
const partitionAlignment = (1 << 20) / sectorSize;

/** A disk of whole cylinders: boot sector, loader behind it, kernel in a partition at 1 MiB, and the root behind that. */
export function diskImage(elf: Uint8Array, root: Uint8Array | null = null): Uint8Array {
  const { head, sectors } = diskHead(elf, root?.length ?? null);
  const image = new Uint8Array(sectors * sectorSize);
  image.set(head);
  if (root !== null) image.set(root, head.length);
  return image;
}

/** Sectors of a disk with so many bytes before its root, and so many in it. */
const diskSectors = (headBytes: number, rootBytes: number): number =>
  wholeCylinders((headBytes + rootBytes) / sectorSize);

/** What a disk has before its root of so many bytes, if it has one; and the sectors of the whole disk. */
function diskHead(elf: Uint8Array, rootBytes: number | null): { head: Uint8Array; sectors: number } {
  const kernelSectors = Math.ceil(elf.length / sectorSize);
  const kernelEnd = kernelPartitionSector + kernelSectors;
  const rootSector = Math.ceil(kernelEnd / partitionAlignment) * partitionAlignment;
  const rootSectors = (rootBytes ?? 0) / sectorSize;
  const headSectors = rootBytes === null ? kernelEnd : rootSector;
  const totalSectors = diskSectors(headSectors * sectorSize, rootBytes ?? 0);
  const head = new Uint8Array(headSectors * sectorSize);
  head.set(bootImage("disk"));
  head.set(elf, kernelPartitionSector * sectorSize);
  const partitions: Partition[] = [
    {
      active: true,
      type: kernelPartitionType,
      firstSector: kernelPartitionSector,
      sectors: (rootBytes === null ? totalSectors : rootSector) - kernelPartitionSector,
    },
  ];
  if (rootBytes !== null)
    partitions.push({ active: false, type: rootPartitionType, firstSector: rootSector, sectors: rootSectors });
  writePartitionTable(head.subarray(0, sectorSize), partitions, totalSectors, diskSignature);
  return { head, sectors: totalSectors };
}

/** The root's file system: all programs, and what disks/root has besides. */
export function rootImage(store?: ObjectStore): Uint8Array {
  return ext2Image(rootFiles({ store }), { bytes: rootBytes });
}

/** A CD with the loader, the kernel, and a root for it; its first sectors make it a disk with the kernel file as a partition. */
export function cdImage(elf: Uint8Array, archive: Uint8Array | null = null): Uint8Array {
  const loaderFile = "LOADER.BIN";
  return iso9660({
    volume: "COR",
    files: [
      { name: loaderFile, content: bootImage("cd") },
      { name: kernelFile, content: elf },
      ...(archive === null ? [] : [{ name: rootFile, content: archive }]),
    ],
    boot: loaderFile,
    systemArea: (sectorOf, sectors) => {
      const perSector = cdSectorSize / sectorSize;
      const area = bootImage("disk");
      const firstSector = sectorOf(kernelFile) * perSector;
      const partition = {
        active: true,
        type: kernelPartitionType,
        firstSector,
        sectors: sectors * perSector - firstSector,
      };
      writePartitionTable(area.subarray(0, sectorSize), [partition], sectors * perSector, diskSignature);
      return area;
    },
  });
}

/** Boot sector and loader as they lie in memory from 0x7C00 on, in whole sectors. */
function bootImage(medium: Medium): Uint8Array {
  const bytes = flatBinary(linkedBootProgram(medium));
  if (bytes.length > sectorSize + loaderMaxBytes) throw new Error("the loader has grown into its disk buffer");
  const whole = new Uint8Array(Math.ceil(bytes.length / sectorSize) * sectorSize);
  whole.set(bytes);
  return whole;
}

/** Boot sector and loader as an ELF file, for debuggers: symbols and lines at the addresses where they run. */
export function bootSymbols(medium: Medium): Uint8Array {
  return elfExecutable(linkedBootProgram(medium));
}

function linkedBootProgram(medium: Medium): Image {
  const regions = [{ address: bootSectorAt, sections: bootProgramSections }];
  return link([bootProgram(medium).finish()], { pageSize: 1, regions });
}
