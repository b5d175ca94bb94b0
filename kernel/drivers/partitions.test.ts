/** Partition tables: ours, nested ones, and such as nobody should have written. */
import assert from "node:assert/strict";
import test from "node:test";
import { writePartitionTable } from "../../disks/partition-table.ts";
import { kernelModule } from "../testing/module.ts";

const SECTORS = 4096;
const source = `
import { findPartitions } from "./drivers/partitions.ts";
import { BlockDevice } from "./drivers/block.ts";
import { disk } from "./drivers/block-bytes.ts";
const whole = zeroed<BlockDevice>();
export function diskAt(): u64 {
  return addr(ref(disk));
}
export function find(sectors: u64): u32 {
  whole.setName("vda");
  whole.sectors = sectors;
  const found = findPartitions(ref(whole));
  return isErr(found) ? u32(found.code) : 0;
}
`;
const doubles = {
  "kernel/drivers/block-bytes.ts": `
import type { BlockDevice } from "./block.ts";
export const disk = zeroed<Arr<u8, ${SECTORS * 512}>>();
export function readSectors(device: Ptr<BlockDevice>, sector: u64, to: Slice<u8>): Res<void> {
  attr(maySleep);
  if (sector >= device.sectors) return err(Errno.EINVAL);
  copySlice(to, slice(disk).sub(sector * 512, sector * 512 + to.length));
}
`,
  "kernel/drivers/block.ts": `
export const SECTOR = 512;
export class BlockDevice {
  private letters: Arr<u8, 16>;
  private nameLength: usize;
  sectors: u64;
  readOnly: boolean;
  whole: Ptr<BlockDevice> | null;
  first: u64;
  submit: u64;
  recover: u64;
  driver: u64;
  name(): string {
    return text(slice(this.letters, this.nameLength));
  }
  setName(name: string): void {
    copySlice(slice(this.letters, name.length), bytes(name));
    this.nameLength = name.length;
  }
}
export function registerBlock(device: Ptr<BlockDevice>): Res<void> {
  if (device.sectors === 0) return err(Errno.EINVAL);
  print\`\${device.name()} \${device.first} \${device.sectors}\\n\`;
}
`,
  "kernel/memory/slab.ts": `
import { BlockDevice } from "../drivers/block.ts";
const devices = zeroed<Arr<BlockDevice, 64>>();
let count: u32 = 0;
export function create<T>(): Res<Ptr<T>> {
  if (count === 64) return err(Errno.ENOMEM);
  count++;
  return unsafe.cast<Ptr<T>>(ref(devices[count - 1]));
}
`,
};

/** What is found on a disk whose sectors are given by number. */
function found(sectors: Readonly<Record<number, Uint8Array>>, size = SECTORS): string[] {
  const { call, run, output } = kernelModule(source, doubles);
  const at = Number(call("diskAt")[0]);
  for (const [sector, bytes] of Object.entries(sectors)) run.memory.set(bytes, at + Number(sector) * 512);
  assert.equal(call("find", BigInt(size))[0], 0n);
  return output().split("\n").filter(Boolean);
}

/** A table of entries: type, first sector, sectors. */
function table(...entries: (readonly [number, number, number])[]): Uint8Array {
  const sector = new Uint8Array(512);
  const view = new DataView(sector.buffer);
  entries.forEach(([type, first, sectors], i) => {
    sector[446 + 16 * i + 4] = type;
    view.setUint32(446 + 16 * i + 8, first, true);
    view.setUint32(446 + 16 * i + 12, sectors, true);
  });
  view.setUint16(510, 0xaa55, true);
  return sector;
}

test("the table that our own builder writes", () => {
  const sector = new Uint8Array(512);
  const partitions = [
    { active: true, type: 0xda, firstSector: 63, sectors: 945 },
    { active: false, type: 0x83, firstSector: 1008, sectors: 2016 },
  ];
  writePartitionTable(sector, partitions, SECTORS, 1);
  assert.deepEqual(found({ 0: sector }), ["vda1 63 945", "vda2 1008 2016"]);
});

test("logical partitions are a chain, counted from 5", () => {
  const sectors = {
    0: table([0x83, 10, 90], [0x05, 1000, 2000]),
    1000: table([0x83, 10, 100], [0x05, 500, 300]),
    1500: table([0x82, 5, 50]),
  };
  assert.deepEqual(found(sectors), ["vda1 10 90", "vda5 1010 100", "vda6 1505 50"]);
});

test("a chain that bites its own tail ends", () => {
  const sectors = { 0: table([0x0f, 100, 1000]), 100: table([0x83, 1, 10], [0x05, 50, 10]), 150: table([0x83, 1, 10], [0x05, 0, 10]) };
  assert.deepEqual(found(sectors), ["vda5 101 10", "vda6 151 10"]);
  const ring = { 0: table([0x05, 100, 1000]), 100: table([0x83, 1, 10], [0x05, 50, 10]), 150: table([0x83, 1, 10], [0x05, 50, 10]) };
  assert.equal(found(ring).length, 32);
});

test("what lies beyond the disk is cut or left out; disks without a table have no partitions", () => {
  assert.deepEqual(found({ 0: table([0x83, 4000, 1000], [0x83, 5000, 10]) }), [
    "vda1 4000 96",
    "vda: partition 2 begins beyond the end of the disk",
  ]);
  assert.deepEqual(found({}), []);
  const noise = table([0x83, 10, 10]);
  noise[446] = 0x55;
  assert.deepEqual(found({ 0: noise }), []);
});
