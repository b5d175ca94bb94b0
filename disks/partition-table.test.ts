import assert from "node:assert/strict";
import { test } from "node:test";
import { geometryOf, wholeCylinders, writePartitionTable } from "./partition-table.ts";

const write = (...[partitions, total]: [Parameters<typeof writePartitionTable>[1], number]) => {
  const sector = new Uint8Array(512).fill(0xcc);
  writePartitionTable(sector, partitions, total, 0x12345678);
  return Buffer.from(sector);
};

test("the first sector keeps its code and gets signature, entry and 55 AA", () => {
  const sector = write([{ active: true, type: 0xda, firstSector: 2048, sectors: 14080 }], 16128);
  assert.ok(sector.subarray(0, 440).every((byte) => byte === 0xcc));
  assert.equal(sector.readUInt32LE(440), 0x12345678);
  // LBA 2048 on 16 heads × 63 sectors: cylinder 2, head 0, sector 33. The end, 16127, is the last sector of cylinder 15.
  assert.deepEqual([...sector.subarray(446, 454)], [0x80, 0, 33, 2, 0xda, 15, 63, 15]);
  assert.equal(sector.readUInt32LE(454), 2048);
  assert.equal(sector.readUInt32LE(458), 14080);
  assert.equal(sector.readUInt16LE(510), 0xaa55);
});

test("cylinders beyond 255 spill into the sector byte, beyond 1023 into FE FF FF", () => {
  const far = write([{ active: false, type: 0x83, firstSector: 300 * 1008, sectors: 1008 }], 400 * 1008);
  assert.deepEqual([...far.subarray(446, 454)], [0, 0, 1 | 0x40, 300 & 0xff, 0x83, 15, 63 | 0x40, 300 & 0xff]);
  const beyond = write([{ active: false, type: 0x83, firstSector: 2048, sectors: 40_000_000 }], 41_000_000);
  assert.deepEqual([...beyond.subarray(451, 454)], [0xfe, 0xff, 0xff]);
});

test("partitions that overlap or leave the disk are refused", () => {
  const at = (firstSector: number, sectors: number) => ({ active: false, type: 0x83, firstSector, sectors });
  assert.throws(() => write([at(0, 10)], 100), /partition 1/);
  assert.throws(() => write([at(10, 10), at(15, 10)], 100), /partition 2/);
  assert.throws(() => write([at(10, 91)], 100), /partition 1/);
});

test("a disk size is rounded up to whole cylinders of its geometry", () => {
  assert.equal(wholeCylinders(1009), 2016);
  assert.deepEqual(geometryOf(1024 * 16 * 63 + 1), { heads: 255, sectorsPerTrack: 63 });
});
