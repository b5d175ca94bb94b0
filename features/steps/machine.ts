/** Steps about the machine itself: what it starts from, and that it runs. */
import { Given, When } from "@cucumber/cucumber";
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

When("I run the machine", function (this: MachineWorld) {
  this.start();
});
