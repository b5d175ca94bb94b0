/** Steps about what is plugged into the machine: further disks, a network card, the keyboard, the screen. */
import { Given, Then, When } from "@cucumber/cucumber";
import { images } from "../support/media.ts";
import type { ExtraDisk } from "../support/test-machine.ts";
import type { MachineWorld } from "../support/world.ts";

const SECTOR = 512;
/** Sectors of an image that is made here. */
const SECTORS = 2048;

/** The disk image that a scenario speaks of and has not attached yet. */
const made = new WeakMap<MachineWorld, Uint8Array>();

Given("I have a disk image with a sector full of {string}", function (this: MachineWorld, text: string) {
  const image = new Uint8Array(SECTORS * SECTOR);
  for (let i = 0; i < SECTOR; i++) image[i] = text.charCodeAt(i % text.length);
  made.set(this, image);
});

function attach(world: MachineWorld, how: Pick<ExtraDisk, "interface" | "readonly">): void {
  const image = made.get(world);
  if (image === undefined) throw new Error('there is no image; say "Given I have a disk image …" first');
  world.setup = { ...world.setup, disks: [...world.setup.disks, { image, ...how }] };
}

Given("I attach this image as a virtio block device", function (this: MachineWorld) {
  attach(this, { interface: "virtio", readonly: false });
});

Given("I attach this image as a read-only virtio block device", function (this: MachineWorld) {
  attach(this, { interface: "virtio", readonly: true });
});

Given("I attach this image as an IDE drive", function (this: MachineWorld) {
  attach(this, { interface: "ide", readonly: false });
});

Given("Cor's own disk is attached as an IDE drive", function (this: MachineWorld) {
  made.set(this, images().img);
  attach(this, { interface: "ide", readonly: false });
});

Given("I attach a virtio network interface to the machine", function (this: MachineWorld) {
  this.setup = { ...this.setup, network: true };
});

Given("its disk is a virtio block device", function (this: MachineWorld) {
  this.setup = { ...this.setup, bootInterface: "virtio" };
});

When("I press Ctrl-C", function (this: MachineWorld) {
  this.machine.type("\x03");
});

When("I press {string} and Enter at the keyboard", async function (this: MachineWorld, text: string) {
  await this.machine.press(`${text}\r`);
});

Then("the screen shows {string}", async function (this: MachineWorld, text: string) {
  await this.machine.seeOnScreen(text);
});

Then("the machine is off", async function (this: MachineWorld) {
  const how = await this.machine.end();
  if (how !== "power-off") throw new Error(`the machine ended otherwise: ${how}`);
});
