/** Steps about the machine itself: what it starts from, what is on its disk, and that it runs. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Given, When } from "@cucumber/cucumber";
import { withoutCompiler } from "../../cli/cc.ts";
import { withoutGrub } from "../../disks/testing/grub.ts";
import { images } from "../support/media.ts";
import type { Medium } from "../support/test-machine.ts";
import type { MachineWorld } from "../support/world.ts";

Given("Cor's own {word}", function (this: MachineWorld, medium: Medium) {
  this.startsFrom(medium);
});

Given("the kernel's command line {string}", function (this: MachineWorld, commandLine: string) {
  this.setup = { ...this.setup, commandLine };
});

Given("{int} MiB of memory", function (this: MachineWorld, memory: number) {
  this.setup = { ...this.setup, memory };
});

When("I run the machine", async function (this: MachineWorld) {
  await this.start();
});

When("I start the machine again", async function (this: MachineWorld) {
  await this.startAgain();
});

/** What is written to it stays, also when the machine is started again. */
Given("a machine with a fresh disk", function (this: MachineWorld) {
  this.folder = mkdtempSync(join(tmpdir(), "cor-feature-"));
  const bootDisk = join(this.folder, "disk.img");
  writeFileSync(bootDisk, images().img);
  this.setup = { ...this.setup, bootDisk };
});

Given("its disk cannot be written", function (this: MachineWorld) {
  this.setup = { ...this.setup, bootInterface: "virtio", bootReadonly: true };
});

Given("a CD with GRUB 2 on it", function (this: MachineWorld) {
  if (withoutGrub) {
    this.log(`skipped: ${withoutGrub}`);
    return "skipped";
  }
  this.startsFrom("GRUB");
  return undefined;
});

/** C, or the kernel language: its main is an export. */
Given(/^the following code for (?:\/sbin\/)?init:$/, theCodeForInit);

function theCodeForInit(this: MachineWorld, code: string): "skipped" | undefined {
  const without = withoutCompiler();
  const isC = !/^export function main/m.test(code);
  if (isC && without) {
    this.log(`skipped: ${without}`);
    return "skipped";
  }
  this.init = { code, language: isC ? "c" : "ts", script: null, options: [] };
  return undefined;
}

Given("I use the following linker script for init:", function (this: MachineWorld, script: string) {
  this.init = { ...this.ownInit, script };
});

Given("I compile init with {string}", function (this: MachineWorld, options: string) {
  this.init = { ...this.ownInit, options: options.split(" ") };
});

Given(
  "I have a boot disk containing a file {string} with contents {string}",
  function (this: MachineWorld, path: string, contents: string) {
    this.files.set(path.replace(/^\//, ""), new TextEncoder().encode(contents));
  },
);
