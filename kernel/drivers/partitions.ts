// A disk is cut into partitions so that several systems could share it; today mostly so that a boot loader has room of its
// own. The table is the last 66 bytes of the first sector: four entries. Who wanted more made one of them a chain of further
// tables (logical partitions), numbered from 5. Numbers of sectors have 32 bits there, which ends at 2 TiB; what lies beyond
// is not lost, it just belongs to no partition. (Disk formats of DOS 3.3 and later)
import { create } from "../memory/slab.ts";
import { type BlockDevice, registerBlock, SECTOR } from "./block.ts";
import { readSectors } from "./block-bytes.ts";
import { namePartition } from "./disk-names.ts";

const TABLE = 446;
const ENTRY = 16;
const SIGNATURE = 510;
/** Logical partitions at most: the chain may be a ring. */
const MOST_LOGICAL: u32 = 32;

const EMPTY: u8 = 0;
const EXTENDED: u8 = 0x05;
const EXTENDED_LBA: u8 = 0x0f;
const EXTENDED_LINUX: u8 = 0x85;
/** A disk with a GUID partition table has an entry of this kind over everything, for programs that do not know of it. */
const PROTECTIVE: u8 = 0xee;

class Entry {
  kind: u8;
  first: u64;
  sectors: u64;
}

function isExtended(kind: u8): boolean {
  return kind === EXTENDED || kind === EXTENDED_LBA || kind === EXTENDED_LINUX;
}

function littleEndian32(from: View<u8>, at: usize): u64 {
  return u64(from[at]) | (u64(from[at + 1]) << 8) | (u64(from[at + 2]) << 16) | (u64(from[at + 3]) << 24);
}

function hasTable(sector: View<u8>): boolean {
  return sector[SIGNATURE] === 0x55 && sector[SIGNATURE + 1] === 0xaa;
}

function entryOf(sector: View<u8>, index: usize, into: Ptr<Entry>): void {
  const at = TABLE + index * ENTRY;
  into.kind = sector[at + 4];
  into.first = littleEndian32(sector, at + 8);
  into.sectors = littleEndian32(sector, at + 12);
}

/** Whether it is a table, and not the boot code of a file system without partitions: that has any bytes there. */
function isPlausible(sector: View<u8>): boolean {
  for (let i: usize = 0; i < 4; i++) if ((sector[TABLE + i * ENTRY] & 0x7f) !== 0) return false;
  return true;
}

/** Registers a device for each partition. EIO and others from reading; ENOMEM, ENFILE. */
export function findPartitions(disk: Ptr<BlockDevice>): Res<void> {
  attr(maySleep);
  const sector = zeroed<Arr<u8, typeof SECTOR>>();
  if (disk.sectors === 0) return;
  orReturn(readSectors(disk, 0, slice(sector)));
  if (!hasTable(slice(sector)) || !isPlausible(slice(sector))) return;
  let extended: u64 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const entry = zeroed<Entry>();
    entryOf(slice(sector), i, ref(entry));
    if (entry.kind === PROTECTIVE) klog`${disk.name()}: a GUID partition table, which is not read`;
    if (isExtended(entry.kind)) extended = entry.first;
    else orReturn(addPartition(disk, u32(i) + 1, 0, ref(entry)));
  }
  if (extended !== 0) orReturn(findLogical(disk, extended));
}

/** Each table of the chain describes one partition, counted from itself, and the next table, counted from the first. */
function findLogical(disk: Ptr<BlockDevice>, extended: u64): Res<void> {
  attr(maySleep);
  const sector = zeroed<Arr<u8, typeof SECTOR>>();
  let at = extended;
  for (let n: u32 = 0; n < MOST_LOGICAL; n++) {
    if (at >= disk.sectors) return;
    orReturn(readSectors(disk, at, slice(sector)));
    if (!hasTable(slice(sector))) return;
    const entry = zeroed<Entry>();
    entryOf(slice(sector), 0, ref(entry));
    orReturn(addPartition(disk, n + 5, at, ref(entry)));
    entryOf(slice(sector), 1, ref(entry));
    if (!isExtended(entry.kind) || entry.first === 0) return;
    at = extended + entry.first;
  }
}

function addPartition(disk: Ptr<BlockDevice>, number: u32, base: u64, entry: Ptr<Entry>): Res<void> {
  const first = base + entry.first;
  if (entry.kind === EMPTY || entry.kind === PROTECTIVE || entry.sectors === 0) return;
  if (first >= disk.sectors) {
    klog`${disk.name()}: partition ${number} begins beyond the end of the disk`;
    return;
  }
  const device = orReturn(create<BlockDevice>());
  namePartition(device, disk, number);
  device.whole = disk;
  device.first = first;
  // A table from a larger disk: what is not there cannot be read.
  device.sectors = entry.sectors < disk.sectors - first ? entry.sectors : disk.sectors - first;
  device.readOnly = disk.readOnly;
  device.submit = disk.submit;
  device.recover = disk.recover;
  device.driver = disk.driver;
  orReturn(registerBlock(device));
}
