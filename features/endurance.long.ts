/**
 * The kernel under load, on Cor and on QEMU: every test of system calls twenty times with free memory the same after each
 * round, and stress for about 10⁹ instructions (30 rounds). Nothing panics, nothing leaks, nothing comes out wrong.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutQemu } from "../disks/testing/qemu.ts";
import { CorMachine } from "./support/cor-machine.ts";
import { QemuMachine } from "./support/qemu-machine.ts";
import type { MachineSetup, TestMachine } from "./support/test-machine.ts";

const setup: MachineSetup = {
  ...{ medium: "disk", bootInterface: "ide", disks: [], network: false },
  ...{ memory: 64, commandLine: "" },
};

async function onPrompt(machine: TestMachine, work: () => Promise<void>): Promise<void> {
  try {
    await machine.see("The root is the ext2 of hda2.");
    await machine.see("# ");
    await work();
    assert.ok(!machine.serial.includes("PANIC"));
  } finally {
    await machine.close();
  }
}

const machines: readonly [name: string, make: () => TestMachine, skip: string | false][] = [
  ["Cor", () => new CorMachine(setup), false],
  ["QEMU", () => new QemuMachine(setup), withoutQemu ?? false],
];

for (const [name, make, skip] of machines) {
  test(`${name}: usertests twenty times, with free memory the same after each round`, { skip }, async () => {
    const machine = make();
    await onPrompt(machine, async () => {
      machine.type("usertests -q -n 20\r");
      for (let round = 1; round <= 20; round++) await machine.see(`round ${round}: `);
      await machine.see("ALL TESTS PASSED");
    });
  });

  test(`${name}: stress for thirty rounds`, { skip }, async () => {
    const machine = make();
    await onPrompt(machine, async () => {
      machine.type("stress -n 30\r");
      for (let round = 2; round <= 30; round++) await machine.see(`round ${round} of 30, 0 mistakes`);
      await machine.see("stress: all is well");
    });
  });
}
