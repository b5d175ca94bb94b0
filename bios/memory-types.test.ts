/** The memory type range registers as the firmware leaves them, and as a kernel behind it still finds them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bareSystem } from "../disks/testing/bare.ts";
import { Machine, type MachineOptions } from "../emulator/machine.ts";
import { buildBios } from "./build.ts";

const run = (options: MachineOptions, until: string) => {
  const machine = new Machine({ memory: 64, firmware: buildBios(), ...options });
  assert.equal(machine.run({ until, instructions: 20_000_000 }).kind, "text");
  return machine.processor.state;
};

test("RAM is cached, devices below 4 GiB and video memory are not; a kernel started behind the firmware finds it so", () => {
  const { elf } = bareSystem();
  for (const options of [{}, { kernel: { image: elf } }]) {
    const state = run(options, options.kernel === undefined ? "Nothing to boot" : "Hello from the kernel.");
    assert.equal(state.get64("mtrrDefault"), 0xc06n);
    assert.equal(state.get64("mtrrVariable", 0), 0xc000_0000n);
    assert.equal(state.get64("mtrrVariable", 1) & 0xffff_ffffn, 0xc000_0800n);
    const fixed = Array.from({ length: 11 }, (_, i) => Number(state.get64("mtrrFixed", i) & 0xffn));
    assert.deepEqual(fixed, [6, 6, 0, ...new Array(8).fill(5)]);
    assert.equal(state.get64("pat"), 0x0007_0406_0007_0406n);
  }
});
