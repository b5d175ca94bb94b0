/**
 * Other people's firmware on Cor's machine: SeaBIOS, which finds PCI, copies itself into shadow RAM, asks fw_cfg, moves to
 * high memory, writes its tables, and boots. Skipped where it is not installed.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Machine, type MachineOptions } from "../emulator/machine.ts";
import { bareSystem } from "./testing/bare.ts";
import { grubImage, withoutGrub } from "./testing/grub.ts";

/** Where Debian's package seabios has them. */
const FOLDER = "/usr/share/seabios";
const image = (name: string): Uint8Array => new Uint8Array(readFileSync(`${FOLDER}/${name}`));
const missing = (name: string): string | false =>
  !existsSync(`${FOLDER}/${name}`) && `${name} is not installed (seabios)`;
const kernelSpeaks = "speaking on the serial console";

function run(options: MachineOptions, instructions: number) {
  let serial = "";
  const machine = new Machine(
    { memory: 64, ...options },
    {
      output: (channel, byte) => {
        if (channel === "com1") serial += String.fromCharCode(byte);
      },
    },
  );
  const { kind } = machine.run({ until: kernelSpeaks, instructions });
  return { kind, machine, serial: serial.replaceAll("\r", "") };
}

const { img, iso, elf } = bareSystem();

for (const name of ["bios-256k.bin", "bios.bin"]) {
  describe(`SeaBIOS (${name})`, { skip: missing(name) }, () => {
    const ways: readonly (readonly [string, MachineOptions])[] = [
      ["a disk", { disks: [{ image: img }] }],
      ["a virtio disk", { disks: [{ image: img, interface: "virtio" }] }],
      ["a CD", { cdrom: iso }],
      ["a kernel from the command line", { kernel: { image: elf } }],
    ];
    for (const [what, options] of ways) {
      test(`boots ${what}`, () => {
        const { kind, serial } = run({ firmware: image(name), ...options }, 50_000_000);
        assert.equal(kind, "text", serial);
        assert.match(serial, /^Hello from the kernel/m);
      });
    }
  });
}

describe("SeaBIOS and GRUB 2", { skip: missing("bios-256k.bin") || withoutGrub }, () => {
  for (const [name, options] of [
    ["from CD", (grub: Uint8Array) => ({ cdrom: grub })],
    ["from a disk", (grub: Uint8Array) => ({ disks: [{ image: grub }] })],
  ] as const) {
    test(`${name}: script, memory map, and a kernel`, async () => {
      const { kind, serial } = run({ firmware: image("bios-256k.bin"), ...options(await grubImage()) }, 300_000_000);
      assert.equal(kind, "text", serial);
      assert.match(serial, /GRUB runs its script/);
      assert.match(serial, /base_addr = 0x100000, length = 0x3efe000, available RAM/);
    });
  }
});

test("with its video ROM, SeaBIOS speaks on the screen", { skip: missing("vgabios-isavga.bin") }, () => {
  const firmware = image("bios-256k.bin");
  const machine = new Machine({ memory: 64, firmware, videoRom: image("vgabios-isavga.bin") });
  machine.run({ cycle: 20_000_000_000, instructions: 300_000_000 });
  const screen = machine.vga.text().join("\n");
  assert.match(screen, /SeaBIOS \(version/);
  assert.match(screen, /No bootable device/);
  assert.ok(machine.now.instructions < 300_000_000);
});
