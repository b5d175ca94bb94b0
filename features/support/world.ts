/**
 * The world of one scenario: exactly one machine, Cor or QEMU as the profile says, that starts when a step says so and is
 * gone when the scenario is over. When it failed, the report gets what the machine left behind.
 */
import { After, Before, Status, setDefaultTimeout, setWorldConstructor, World } from "@cucumber/cucumber";
import { withoutQemu } from "../../disks/testing/qemu.ts";
import { CorMachine } from "./cor-machine.ts";
import { QemuMachine } from "./qemu-machine.ts";
import type { MachineSetup, Medium, TestMachine } from "./test-machine.ts";

interface Parameters {
  readonly machine: "cor" | "qemu";
}

export class MachineWorld extends World<Parameters> {
  /** What the scenario has asked for so far. */
  setup: MachineSetup = {
    ...{ medium: "disk", bootInterface: "ide", disks: [], network: false },
    ...{ memory: 64, commandLine: "" },
  };
  #machine: TestMachine | null = null;

  /** Builds the machine and switches it on. */
  start(): void {
    if (this.#machine !== null) throw new Error("this scenario's machine is already running");
    this.#machine = this.parameters.machine === "cor" ? new CorMachine(this.setup) : new QemuMachine(this.setup);
  }

  get machine(): TestMachine {
    if (this.#machine === null) throw new Error('the machine is off; say "When I run the machine" first');
    return this.#machine;
  }

  startsFrom(medium: Medium): void {
    this.setup = { ...this.setup, medium };
  }

  /** Ends the machine; `failed` is the name of the scenario if it failed. */
  async finish(failed: string | null): Promise<void> {
    if (this.#machine === null) return;
    if (failed !== null) {
      for (const { name, mediaType, body } of await this.#machine.evidence()) {
        await this.attach(body as string, { mediaType, fileName: name });
        // The HTML report has it all; whoever has only the log of a build server needs the words.
        if (mediaType === "text/plain") process.stderr.write(`\n--- ${failed}: ${name}\n${body}\n`);
      }
    }
    await this.#machine.close();
  }
}

setWorldConstructor(MachineWorld);
// Steps have limits of their own; this one only ends what got stuck.
setDefaultTimeout(120_000);

Before(function (this: MachineWorld) {
  if (this.parameters.machine === "qemu" && withoutQemu) {
    this.log(`skipped: ${withoutQemu}`);
    return "skipped";
  }
  return undefined;
});

After(async function (this: MachineWorld, { result, pickle }) {
  await this.finish(result?.status === Status.FAILED ? pickle.name : null);
});
