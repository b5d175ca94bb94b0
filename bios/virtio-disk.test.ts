/** virtio disks behind INT 13h: the same answers as SeaBIOS's on real QEMU, and the same on Cor's machine as there. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { bareSystem } from "../disks/testing/bare.ts";
import { Qemu, withoutQemu } from "../disks/testing/qemu.ts";
import type { DiskOptions } from "../emulator/disk.ts";
import { Machine } from "../emulator/machine.ts";
import { buildBios } from "./build.ts";
import { askDisks } from "./testing/ask-disks.ts";
import { answers, probeDisk, SPARE_SECTOR } from "./testing/probe-disk.ts";

const { img, iso } = bareSystem();
const probe = probeDisk(askDisks);

function run(disks: readonly DiskOptions[], until: string) {
  let serial = "";
  const options = { memory: 64, firmware: buildBios(), disks, cdrom: iso };
  const machine = new Machine(options, {
    output: (channel, byte) => {
      if (channel === "com1") serial += String.fromCharCode(byte);
    },
  });
  assert.equal(machine.run({ until, instructions: 50_000_000 }).kind, "text", serial);
  return { machine, serial: serial.replaceAll("\r", "") };
}

type Answers = ReturnType<typeof answers>;

const plain = (all: Answers) => all.map(({ name, values }) => ({ name, values: [...values] }));

/** Questions that SeaBIOS answers differently, and why. */
const opinions = new Set([
  "no drive's type", // the AT answered: no such drive, and no error
  "parameters", // where the disk is plugged in is told there
  "CD type", // there: removable, and changes go unnoticed
  "CD's parameters", // the number of sectors is not asked for there
  "CD not booted", // what was booted is told there even when that was something else
]);

describe("a virtio disk", () => {
  test("is found behind the ATA disks, and boots when it is the first", () => {
    const virtio = { image: img, interface: "virtio" } as const;
    const alone = run([virtio], "speaking on the serial console").serial;
    assert.match(alone, /Hard disk 80h: virtio disk, \d+ KiB\n(.*\n)*Booting from hard disk 80h\./);
    const behind = run([virtio, { image: img }], "speaking on the serial console").serial;
    assert.match(behind, /Hard disk 80h: Cor virtual disk, .*\n(.*\n)*Hard disk 81h: virtio disk, /);
  });

  test("four have a place; a fifth is left to the operating system", () => {
    const disks = Array.from({ length: 5 }, () => ({ image: img, interface: "virtio" }) as const);
    const { serial } = run(disks, "speaking on the serial console");
    assert.deepEqual(serial.match(/8\dh: virtio/g), ["80h: virtio", "81h: virtio", "82h: virtio", "83h: virtio"]);
  });

  test("that refuses writes is said to be write-protected", () => {
    const { serial } = run([{ image: probe, interface: "virtio", readonly: true }], "probe ends");
    const write = answers(serial).find(({ name }) => name === "write packet");
    assert.equal(write?.values.get("ah"), "03");
    assert.equal(write.values.get("cf"), "1");
  });

  test("answers as behind other firmware, and on Cor's machine as on QEMU", { skip: withoutQemu }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "cor-bios-"));
    try {
      await writeFile(join(folder, "bios.bin"), buildBios());
      await writeFile(join(folder, "cor.iso"), iso);
      const ask = async (name: string, ...options: string[]) => {
        const image = join(folder, name);
        await writeFile(image, probe);
        const media = ["-drive", `file=${image},format=raw,if=virtio`, "-cdrom", join(folder, "cor.iso"), "-boot", "c"];
        await using machine = new Qemu(...options, ...media);
        await machine.sees("probe ends");
        return answers(machine.serial);
      };
      const ours = await ask("ours", "-bios", join(folder, "bios.bin"));
      const theirs = await ask("theirs");
      const agreed = (all: Answers) => plain(all).filter(({ name }) => !opinions.has(name));
      assert.deepEqual(agreed(ours), agreed(theirs));
      const written = (await readFile(join(folder, "ours"))).subarray(SPARE_SECTOR * 512, (SPARE_SECTOR + 3) * 512);
      assert.deepEqual(written, Buffer.from(probe.subarray(0, 3 * 512)), "what was written is on the disk");
      const cor = run([{ image: probe, interface: "virtio" }], "probe ends");
      assert.deepEqual(plain(answers(cor.serial)), plain(ours));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
