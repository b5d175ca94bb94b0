/** Our image on our own machine: the same lines, the same screen and the same panics as on QEMU. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { buildBios } from "../bios/build.ts";
import { Machine, type MachineOptions } from "../emulator/machine.ts";
import { diskImage } from "./build.ts";
import { bareSystem } from "./testing/bare.ts";
import { assertGreeting, mistakenKernel, mistakes, screen, trace } from "./testing/expected.ts";

const { img, elf, iso } = bareSystem();
const firmware = buildBios();
const fromDisk = (image: Uint8Array): MachineOptions => ({ firmware, disks: [{ image }] });
const enough = 20_000_000; // instructions

/** A machine that has come to the prompt, and what its serial line has said since the kernel's first words. */
class Running implements Disposable {
  readonly machine: Machine;
  private said = "";

  constructor(options: MachineOptions) {
    this.machine = new Machine(
      { memory: 64, ...options },
      {
        output: (channel, byte) => {
          if (channel === "com1") this.said += String.fromCharCode(byte);
        },
      },
    );
    this.until("\n> ");
  }

  get serial(): string {
    const text = this.said.replaceAll("\r", "");
    return text.slice(text.indexOf("Hello from the kernel."));
  }

  until(text: string): void {
    assert.deepEqual(this.machine.run({ until: text, instructions: enough }), { kind: "text" }, this.said);
  }

  type(text: string): void {
    this.machine.input({ channel: "com1", bytes: new TextEncoder().encode(text) });
  }

  [Symbol.dispose](): void {
    this.machine.close();
  }
}

describe("on Cor's machine the kernel says the same", () => {
  const pvh = Buffer.from(elf);
  pvh.fill(0, pvh.indexOf(Buffer.from([0x02, 0xb0, 0xad, 0x1b])), pvh.indexOf(Buffer.from([0xd6, 0x50, 0x52, 0xe8])));
  const ways: readonly (readonly [string, MachineOptions])[] = [
    ["from a disk, with Cor's firmware", fromDisk(img)],
    ["from a virtio disk, with Cor's firmware", { firmware, disks: [{ image: img, interface: "virtio" }] }],
    ["from a CD image written to a disk", fromDisk(iso)],
    ["loaded through multiboot 1", { kernel: { image: elf, name: "cor.elf" } }],
    ["loaded without the multiboot 1 header", { kernel: { image: pvh, name: "cor.elf" } }],
  ];
  for (const [name, options] of ways) {
    test(name, () => {
      using cor = new Running(options);
      assertGreeting(cor.serial);
    });
  }
});

describe("on Cor's machine the running kernel", () => {
  test("shows its greeting on the screen", () => {
    using cor = new Running(fromDisk(img));
    assert.equal(cor.machine.vga.text().join("\n").trimEnd(), screen);
  });

  test("sleeps, and the clock moves on without it", () => {
    using cor = new Running(fromDisk(img));
    cor.machine.run({ idle: "stop" });
    const { instructions, cycles } = cor.machine.now;
    cor.machine.run({ cycle: cycles + 100_000_000, instructions: enough });
    assert.ok(cor.machine.now.cycles >= cycles + 100_000_000);
    assert.ok(cor.machine.now.instructions - instructions < 50_000, "ten ticks of a timer take few instructions");
  });

  test("says everything, in order, when it has more to say than the line can take", () => {
    using cor = new Running(fromDisk(img));
    const before = cor.serial.length;
    cor.type(`${"help\r".repeat(12)}that was all\r`);
    cor.until("that was all? Type help.");
    const answers = cor.serial.slice(before).split("help\n").slice(1);
    assert.equal(answers.length, 12);
    const [first, ...others] = answers.slice(0, -1);
    for (const answer of others) assert.equal(answer, first);
  });

  test("restarts", () => {
    using cor = new Running(fromDisk(img));
    cor.type("reboot\r");
    cor.until("\n> ");
    assert.equal(cor.serial.split("speaking on the serial console").length, 3);
  });

  test("halts for ever when told", () => {
    using cor = new Running(fromDisk(img));
    cor.type("halt\r");
    assert.deepEqual(cor.machine.run({ instructions: enough }), { kind: "halted" });
  });

  for (const [name, code, report] of mistakes) {
    test(`is stopped when ${name}`, () => {
      using cor = new Running(fromDisk(diskImage(mistakenKernel(elf, code))));
      cor.type("panic\r");
      assert.deepEqual(cor.machine.run({ instructions: enough }), { kind: "halted" });
      assert.match(cor.serial, report);
      if (code[0] !== 0xff) assert.match(cor.serial, name === "running out of stack" ? /at mistake / : trace);
    });
  }
});
