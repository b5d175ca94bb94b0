/**
 * The world of one scenario: exactly one machine, Cor or QEMU as the profile says, that starts when a step says so and is
 * gone when the scenario is over. When it failed, the report gets what the machine left behind.
 */
import { rmSync } from "node:fs";
import { After, Before, BeforeAll, Status, setDefaultTimeout, setWorldConstructor, World } from "@cucumber/cucumber";
import { withoutQemu } from "../../disks/testing/qemu.ts";
import { CorMachine } from "./cor-machine.ts";
import { type InitSource, ownBootDisk, prepareGrub, prepareImages } from "./media.ts";
import { QemuMachine } from "./qemu-machine.ts";
import type { MachineSetup, Medium, TestMachine } from "./test-machine.ts";

interface Parameters {
  readonly machine: "cor" | "qemu";
}

export class MachineWorld extends World<Parameters> {
  /** What the scenario has asked for so far. */
  setup: MachineSetup = {
    ...{ medium: "disk", bootInterface: "ide", disks: [], network: false },
    ...{ memory: 64, commandLine: "", bootDisk: null, bootReadonly: false },
  };
  /** What the scenario has written for /sbin/init, and files that its boot disk shall have. */
  init: InitSource | null = null;
  readonly files = new Map<string, Uint8Array>();
  /** Where a disk is that outlives the machine. */
  folder: string | null = null;
  #machine: TestMachine | null = null;

  /** Builds the machine and switches it on. */
  async start(): Promise<void> {
    if (this.#machine !== null) throw new Error("this scenario's machine is already running");
    if (this.init !== null || this.files.size > 0)
      this.setup = { ...this.setup, bootDisk: await ownBootDisk(this.init, this.files) };
    if (this.setup.medium === "GRUB") await prepareGrub(this.setup.commandLine);
    this.#machine = this.parameters.machine === "cor" ? new CorMachine(this.setup) : new QemuMachine(this.setup);
  }

  get machine(): TestMachine {
    if (this.#machine === null) throw new Error('the machine is off; say "When I run the machine" first');
    return this.#machine;
  }

  startsFrom(medium: Medium): void {
    this.setup = { ...this.setup, medium };
  }

  /** What a step says more about. */
  get ownInit(): InitSource {
    if (this.init === null)
      throw new Error('there is no code for init; say "Given the following code for /sbin/init:" first');
    return this.init;
  }

  /** Switches it on again, once it has ended. */
  async startAgain(): Promise<void> {
    await this.machine.end();
    await this.machine.close();
    this.#machine = null;
    await this.start();
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
    if (this.folder !== null) rmSync(this.folder, { recursive: true });
  }
}

setWorldConstructor(MachineWorld);
BeforeAll(prepareImages);
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
