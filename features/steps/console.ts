/** Steps at the serial console: what a person sees and types there. */
import assert from "node:assert/strict";
import { Then, When } from "@cucumber/cucumber";
import type { MachineWorld } from "../support/world.ts";

/** Keys that cannot be written in a feature, in pointed brackets. */
const keys: Readonly<Record<string, string>> = {
  BS: "\x7f",
  Esc: "\x1b",
  Tab: "\t",
  "Ctrl-C": "\x03",
  "Ctrl-D": "\x04",
  "Ctrl-Q": "\x11",
  "Ctrl-S": "\x13",
};

const typed = (text: string): string => text.replaceAll(/<([\w-]+)>/g, (whole, key: string) => keys[key] ?? whole);

/** Text and keys, and then Enter. */
When("I type {string}", function (this: MachineWorld, text: string) {
  this.machine.type(`${typed(text)}\r`);
});

/** Without Enter. */
When("I press the keys {string}", function (this: MachineWorld, text: string) {
  this.machine.type(typed(text));
});

Then("I should see {string}", async function (this: MachineWorld, text: string) {
  await this.machine.see(text);
});

Then("I don't see {string}", function (this: MachineWorld, text: string) {
  assert.ok(!this.machine.serial.includes(text), `"${text}" is there`);
});
