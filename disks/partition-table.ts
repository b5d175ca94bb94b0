/**
 * The partition table of a PC's first sector, as DOS 2.0 drew it in 1983 and as every BIOS since reads it: four entries
 * of 16 bytes at byte 446, then 55 AA. Sectors are named twice, by linear number (what is used) and by cylinder, head
 * and sector (what old firmware guesses a disk's geometry from, so it must be consistent).
 */

export const sectorSize = 512;
/** Byte offsets in the first sector. */
export const diskSignatureOffset = 440;
export const partitionTableOffset = 446;
export const bootSignatureOffset = 510;
/** Bytes that boot code may use: up to the disk signature. */
export const bootCodeSize = diskSignatureOffset;

export interface Partition {
  /** The one partition a boot sector boots from. */
  readonly active: boolean;
  /** System id, e.g. 0x83 Linux, 0xda "non-FS data". */
  readonly type: number;
  /** First sector (LBA) and number of sectors. */
  readonly firstSector: number;
  readonly sectors: number;
}

/** Heads and sectors per track that a BIOS reports for a disk of this many sectors. Cylinders must fit in 10 bits. */
export interface Geometry {
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

/** The smallest of the two common translations whose cylinders fit in INT 13h's ten bits. */
export function geometryOf(totalSectors: number): Geometry {
  return totalSectors <= 1024 * 16 * 63 ? { heads: 16, sectorsPerTrack: 63 } : { heads: 255, sectorsPerTrack: 63 };
}

/** `sectors` rounded up to whole cylinders, so that geometry guessed from the last partition's end is the real one. */
export function wholeCylinders(sectors: number): number {
  const { heads, sectorsPerTrack } = geometryOf(sectors);
  const cylinder = heads * sectorsPerTrack;
  return Math.ceil(sectors / cylinder) * cylinder;
}

/** The three bytes head, sector | cylinder<9:8>, cylinder<7:0>; FE FF FF for what lies beyond cylinder 1023. */
function cylinderHeadSector(lba: number, { heads, sectorsPerTrack }: Geometry): [number, number, number] {
  const cylinder = Math.floor(lba / (heads * sectorsPerTrack));
  if (cylinder > 1023) return [0xfe, 0xff, 0xff];
  const head = Math.floor(lba / sectorsPerTrack) % heads;
  const sector = (lba % sectorsPerTrack) + 1;
  return [head, sector | ((cylinder >> 8) << 6), cylinder & 0xff];
}

/**
 * Writes disk signature, partition entries and 55 AA into a first sector that already holds its boot code.
 * @param sector 512 bytes, changed in place
 * @param totalSectors size of the disk, from which the geometry follows
 * @param diskSignature 32 bits by which systems tell disks apart
 * @throws when there are more than four partitions, they overlap, or one lies outside the disk
 */
export function writePartitionTable(
  sector: Uint8Array,
  partitions: readonly Partition[],
  totalSectors: number,
  diskSignature: number,
): void {
  if (partitions.length > 4) throw new Error("a partition table has four entries");
  const view = new DataView(sector.buffer, sector.byteOffset, sectorSize);
  const geometry = geometryOf(totalSectors);
  view.setUint32(diskSignatureOffset, diskSignature, true);
  let free = 1;
  partitions.forEach(({ active, type, firstSector, sectors }, index) => {
    if (firstSector < free || sectors < 1 || firstSector + sectors > totalSectors) {
      throw new Error(`partition ${index + 1} overlaps another or leaves the disk`);
    }
    free = firstSector + sectors;
    const entry = partitionTableOffset + 16 * index;
    sector.set([active ? 0x80 : 0, ...cylinderHeadSector(firstSector, geometry)], entry);
    sector.set([type, ...cylinderHeadSector(firstSector + sectors - 1, geometry)], entry + 4);
    view.setUint32(entry + 8, firstSector, true);
    view.setUint32(entry + 12, sectors, true);
  });
  view.setUint16(bootSignatureOffset, 0xaa55, true);
}
