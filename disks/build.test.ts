import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PF_W, PF_X, PT_LOAD } from "../emulator/formats/elf.ts";
import { ElfFile } from "../emulator/formats/elf-reader.ts";
import { bareSystem } from "./testing/bare.ts";

const { img, elf, iso } = bareSystem();
const loads = new ElfFile(elf).programHeaders.filter(({ type }) => type === PT_LOAD);

/** What lies on media is the kernel without what only debuggers want. */
function assertKernel(file: Uint8Array): void {
  const found = new ElfFile(file).programHeaders.filter(({ type }) => type === PT_LOAD);
  assert.equal(found.length, loads.length);
  for (const [i, { offset, fileSize, physicalAddress }] of loads.entries()) {
    assert.equal(found[i]!.physicalAddress, physicalAddress);
    assert.equal(found[i]!.fileSize, fileSize);
    const bytes = file.subarray(found[i]!.offset, found[i]!.offset + fileSize);
    assert.equal(Buffer.compare(bytes, elf.subarray(offset, offset + fileSize)), 0, `segment ${i}`);
  }
}

test("the disk has boot sector, partition table and the kernel in the active partition", () => {
  const disk = Buffer.from(img);
  assert.equal(disk.length % (16 * 63 * 512), 0, "whole cylinders");
  assert.equal(disk.readUInt16LE(510), 0xaa55);
  const active = [0, 1, 2, 3]
    .map((n) => disk.subarray(446 + 16 * n, 462 + 16 * n))
    .filter((entry) => entry[0] === 0x80);
  assert.equal(active.length, 1);
  const first = active[0]?.readUInt32LE(8) ?? 0;
  assertKernel(disk.subarray(first * 512));
  assert.equal(first + (active[0]?.readUInt32LE(12) ?? 0), disk.length / 512);
});

test("the CD image holds the kernel, and is a disk with it in the active partition", () => {
  const cd = Buffer.from(iso);
  assert.equal(cd.length % 2048, 0);
  const entry = cd.subarray(446, 462);
  assert.equal(entry[0], 0x80);
  assertKernel(cd.subarray(entry.readUInt32LE(8) * 512));
  assert.equal(cd.toString("latin1", 0x8001, 0x8006), "CD001");
});

test("no segment of the kernel is both writable and executable", () => {
  assert.ok(loads.length >= 4);
  for (const { flags } of loads) assert.notEqual(flags & (PF_W | PF_X), PF_W | PF_X);
});

test("the multiboot 1 header lies in the first 8 KiB and describes the file as one flat piece", () => {
  const file = Buffer.from(elf);
  const at = file.indexOf(Buffer.from([0x02, 0xb0, 0xad, 0x1b]));
  assert.ok(at >= 0 && at % 4 === 0 && at + 32 <= 8192);
  const [magic, flags, checksum, headerAddress, loadAddress, loadEnd, bssEnd, entry] = Array.from(
    { length: 8 },
    (_, i) => file.readUInt32LE(at + 4 * i),
  ) as [number, number, number, number, number, number, number, number];
  assert.equal((magic + flags + checksum) >>> 0, 0);
  assert.equal(flags & 0x10000, 0x10000);
  for (const { physicalAddress, offset, fileSize, memorySize } of loads) {
    const address = Number(physicalAddress);
    assert.equal(offset - at, address - headerAddress, "same distance in the file as in memory");
    assert.ok(address >= loadAddress && address <= loadEnd && address + Number(memorySize) <= bssEnd);
    // What it does not load it clears.
    const cleared = file.subarray(offset + Math.min(fileSize, loadEnd - address), offset + fileSize);
    assert.ok(cleared.every((byte) => byte === 0));
  }
  assert.equal(BigInt(entry), new ElfFile(elf).entry);
});

test("the multiboot 2 header lies in the first 32 KiB, its words sum to zero, its tags end", () => {
  const file = Buffer.from(elf);
  const at = file.indexOf(Buffer.from([0xd6, 0x50, 0x52, 0xe8]));
  assert.ok(at >= 0 && at % 8 === 0 && at < 32768);
  const word = (n: number) => file.readUInt32LE(at + 4 * n);
  assert.equal((word(0) + word(1) + word(2) + word(3)) >>> 0, 0);
  let tag = at + 16;
  while (file.readUInt16LE(tag) !== 0) tag += (file.readUInt32LE(tag + 4) + 7) & ~7;
  assert.equal(tag + 8, at + word(2));
});

test("building in another folder gives the same bytes, without a trace of the folder", () => {
  const project = join(import.meta.dirname, "..");
  const folder = mkdtempSync(join(tmpdir(), "cor-elsewhere-"));
  try {
    for (const part of ["disks", "kernel", "dsl", "emulator", "package.json", "cor.json"]) {
      cpSync(join(project, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
    const script = `
      import { createHash } from "node:crypto";
      import { build } from "./disks/build.ts";
      for (const part of Object.values(build({ bare: true }))) console.log(createHash("sha256").update(part).digest("hex"));`;
    const here = Object.values(bareSystem()).map((part) => createHash("sha256").update(part).digest("hex"));
    const there = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
    assert.deepEqual(there.toString().trim().split("\n"), here);
    assert.ok(!Buffer.from(elf).includes(project) && !Buffer.from(img).includes(tmpdir()));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
