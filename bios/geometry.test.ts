/** Drives of many sizes: their cylinders, heads and sectors as other firmware makes them up, on real QEMU. */
import assert from "node:assert/strict";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Qemu, withoutQemu } from "../disks/testing/qemu.ts";
import { w } from "../dsl/asm/operand.ts";
import { dl, si } from "../emulator/isa/registers.ts";
import { buildBios } from "./build.ts";
import { answers, BLOCK, type Probe, probeDisk } from "./testing/probe-disk.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
/** Three at a time, beside the disk that asks. */
const sizes = [
  [MiB, 300 * MiB, 510 * MiB],
  [540 * MiB, 1060 * MiB, 3 * GiB],
  [7 * GiB, 9 * GiB, 3000 * GiB],
];

function questions(probe: Probe): void {
  const { a } = probe;
  for (const drive of [0x81, 0x82, 0x83]) {
    const name = `drive ${drive.toString(16)}`;
    probe.ask(`${name} geometry`, 0x13, 0x0800, ["cx", "dx", "cf"], () => a.mov(dl, drive));
    probe.ask(`${name} sectors`, 0x13, 0x1500, ["ah", "cx", "dx", "cf"], () => a.mov(dl, drive));
    probe.ask(`${name} parameters`, 0x13, 0x4800, ["cf"], () => {
      a.mov(dl, drive);
      a.mov(w(BLOCK), 26);
      a.mov(si, BLOCK);
    });
    probe.line(`${name} buffer`, () => {
      for (let at = 2; at < 26; at += 2) probe.memory(`at${at}`, BLOCK + at, 2);
    });
  }
}

test("drives of many sizes", { skip: withoutQemu }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "cor-bios-"));
  try {
    const rom = join(folder, "bios.bin");
    await writeFile(rom, buildBios());
    const probe = join(folder, "probe.img");
    await writeFile(probe, probeDisk(questions));
    for (const [i, three] of sizes.entries()) {
      const images = [probe];
      for (const [j, size] of three.entries()) {
        const image = join(folder, `${i}${j}.img`);
        await writeFile(image, "");
        await truncate(image, size);
        images.push(image);
      }
      const drives = images.flatMap((file, index) => [
        "-drive",
        `file=${file},format=raw,snapshot=on,index=${index},media=disk`,
      ]);
      const ask = async (...options: string[]) => {
        await using machine = new Qemu(...options, ...drives);
        await machine.sees("probe ends");
        return answers(machine.serial);
      };
      const [ours, theirs] = await Promise.all([ask("-bios", rom), ask()]);
      assert.equal(ours.length, 12);
      assert.deepEqual(ours, theirs, `${three.map((size) => size / MiB).join(", ")} MiB`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
