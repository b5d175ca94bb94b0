/**
 * Cor's own system on a machine of Cor's for tests that take long: with the translator, a console that costs no time, and
 * disks that somebody watches. It runs in this thread, and from the same images to the same instruction it is the same.
 */
import { setImmediate } from "node:timers/promises";
import { buildBios } from "../../bios/build.ts";
import type { DiskOptions } from "../../emulator/disk.ts";
import { isEnd, Machine, type StopReason } from "../../emulator/machine.ts";
import type { Tier } from "../../emulator/translator/tiers.ts";
import type { DiskWatch } from "../../emulator/watched-disk.ts";

const SLICE = 20_000_000;

export interface EnduranceSetup {
  readonly disks: readonly DiskOptions[];
  /** MiB; default 64. */
  readonly memory?: number;
  readonly tier?: Tier;
  readonly watch?: DiskWatch;
}

export class EnduranceMachine {
  readonly machine: Machine;
  /** Everything the console has said, with line ends as "\n". */
  log = "";
  /** What was seen last ends here. */
  #seen = 0;
  #stop: StopReason = { kind: "instructions" };

  constructor({ disks, memory = 64, tier = "auto", watch }: EnduranceSetup) {
    this.machine = new Machine(
      { memory, firmware: buildBios(), disks, console: true, tier },
      {
        output: (channel, byte) => {
          if (channel === "console" && byte !== 0x0d) this.log += String.fromCharCode(byte);
        },
        ...(watch && { disk: watch }),
      },
    );
  }

  get instructions(): number {
    return this.machine.now.instructions;
  }

  type(text: string): void {
    this.machine.input({ channel: "console", bytes: new TextEncoder().encode(text) });
  }

  /** Runs for so many instructions, or until the machine pauses or ends; whether it can go on. */
  async run(instructions: number): Promise<boolean> {
    const last = this.instructions + instructions;
    do {
      const from = this.instructions;
      this.#stop = this.machine.run({ instructions: Math.min(SLICE, last - from) });
      if (this.#stop.kind === "idle") throw new Error(`the machine waits for ever\n${this.#tail()}`);
      if (this.log.includes("PANIC")) throw new Error(`the kernel has given up\n${this.#tail()}`);
      await setImmediate();
    } while (this.#stop.kind === "instructions" && this.instructions < last);
    return !isEnd(this.#stop);
  }

  /** Runs until the console says a text, after what was seen last. */
  async see(text: string, limit = 400_000_000): Promise<void> {
    const last = this.instructions + limit;
    for (;;) {
      const at = this.log.indexOf(text, this.#seen);
      if (at >= 0) {
        this.#seen = at + text.length;
        return;
      }
      if (this.instructions >= last) throw new Error(`"${text}" did not come\n${this.#tail()}`);
      if (!(await this.run(1_000_000))) throw new Error(`"${text}" did not come: ${this.#stop.kind}\n${this.#tail()}`);
    }
  }

  /** To the prompt of the shell. */
  async boot(): Promise<void> {
    await this.see("~ # ");
  }

  /** A command, and everything it says; throws when it does not end with status 0. */
  async command(line: string, limit?: number): Promise<string> {
    // The shell draws what is typed, character by character; only the answer has the word in one piece.
    this.type(`${line}; echo ended''with $?\r`);
    const from = this.log.length;
    await this.see("endedwith ", limit);
    await this.see("\n");
    const said = this.log.slice(from, this.#seen);
    const status = Number(/endedwith (\d+)\n$/.exec(said)![1]);
    if (status !== 0) throw new Error(`${line} ended with ${status}\n${said}`);
    await this.see("# ");
    return said;
  }

  /** Switches it off in order. */
  async off(): Promise<void> {
    this.type("poweroff\r");
    for (let n = 0; n < 400; n++) if (!(await this.run(1_000_000))) break;
    if (this.#stop.kind !== "power-off") throw new Error(`the machine is not off: ${this.#stop.kind}\n${this.#tail()}`);
    this.machine.close();
  }

  #tail(): string {
    return this.log.slice(-4000);
  }
}
