import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "../disks/build.ts";
import { Qemu, withoutQemu } from "../disks/testing/qemu.ts";
import { buildBios } from "./build.ts";

test("two builds give the same 64 KiB, which begin where the processor does", () => {
  const rom = buildBios();
  assert.equal(rom.length, 0x1_0000);
  assert.deepEqual(buildBios(), rom);
  assert.equal(rom[0xfff0], 0xea, "a far jump at the reset vector");
  assert.equal(rom[0xfffe], 0xfc, "the byte that says AT");
});

test("boots Cor's disk on QEMU", { skip: withoutQemu }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "cor-bios-"));
  try {
    await writeFile(join(folder, "bios.bin"), buildBios());
    await writeFile(join(folder, "cor.img"), build().img);
    const disk = `file=${join(folder, "cor.img")},format=raw`;
    await using machine = new Qemu("-bios", join(folder, "bios.bin"), "-drive", disk);
    await machine.sees("speaking on the serial console");
    assert.match(
      machine.serial,
      /^Cor BIOS \S+, 64 MiB of memory\nHard disk 80h: QEMU HARDDISK, \d+ [KM]iB\n(CD .*\n)?Booting from hard disk 80h\.\n/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
