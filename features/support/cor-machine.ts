/**
 * A scenario's machine on Cor, in this very thread: it runs in slices, and stops at the instruction that completes an
 * awaited text. So a scenario takes the same instructions in every run; limits are in instructions, and a clock on the
 * wall is only the backstop.
 */
import { setImmediate } from "node:timers/promises";
import { buildBios } from "../../bios/build.ts";
import { isEnd, Machine, type MachineOptions, type StopReason } from "../../emulator/machine.ts";
import { TextWatch } from "../../emulator/text-watch.ts";
import { images } from "./media.ts";
import { type Evidence, findEnd, type MachineSetup, type TestMachine } from "./test-machine.ts";

/** Instructions that a step may take. */
const LIMIT = 400_000_000;
/** Milliseconds on the wall that a step may take. */
const BACKSTOP = 60_000;
const SLICE = 1_000_000;

export class CorMachine implements TestMachine {
  readonly #machine: Machine;
  #log = "";
  #seen = 0;
  #watch: TextWatch | null = null;
  #stop: StopReason = { kind: "instructions" };

  constructor(setup: MachineSetup) {
    this.#machine = new Machine(options(setup), {
      output: (channel, byte) => {
        if (channel !== "com1") return;
        this.#log += String.fromCharCode(byte);
        if (byte !== 0x0d && this.#watch?.push(byte)) this.#machine.pause();
      },
    });
  }

  get serial(): string {
    return this.#log.replaceAll("\r", "");
  }

  async see(text: string): Promise<void> {
    const complete = (): boolean => {
      const end = findEnd(this.serial, text, this.#seen);
      if (end >= 0) this.#seen = end;
      return end >= 0;
    };
    // What was said and not yet looked at may be the text's beginning.
    this.#watch = new TextWatch(text);
    for (const byte of new TextEncoder().encode(this.serial.slice(this.#seen))) this.#watch.push(byte);
    try {
      await this.#run(complete, `"${text}" did not come`);
    } finally {
      this.#watch = null;
    }
  }

  type(text: string): void {
    this.#machine.input({ channel: "com1", bytes: new TextEncoder().encode(text) });
  }

  async end(): Promise<string> {
    await this.#run(() => isEnd(this.#stop), "the machine did not end");
    return this.#stop.kind === "debug-exit" ? `debug-exit ${this.#stop.code}` : this.#stop.kind;
  }

  /** Runs until `done`; throws `complaint` when that cannot be any more, or takes too long. */
  async #run(done: () => boolean, complaint: string): Promise<void> {
    const machine = this.#machine;
    const last = machine.now.instructions + LIMIT;
    const backstop = performance.now() + BACKSTOP;
    while (!done()) {
      if (isEnd(this.#stop)) throw new Error(`${complaint}: the machine has ended (${this.#stop.kind})`);
      if (machine.now.instructions >= last) throw new Error(`${complaint} within ${LIMIT} instructions`);
      if (performance.now() > backstop) throw new Error(`${complaint} within ${BACKSTOP} ms`);
      this.#stop = machine.run({ instructions: Math.min(SLICE, last - machine.now.instructions) });
      if (this.#stop.kind === "idle") {
        if (this.#stop.deadline === Number.POSITIVE_INFINITY)
          throw new Error(`${complaint}: the machine waits for input`);
        machine.passTime(this.#stop.deadline);
      }
      await setImmediate();
    }
  }

  async evidence(): Promise<Evidence[]> {
    const { instructions, cycles } = this.#machine.now;
    return [
      { name: "serial line", mediaType: "text/plain", body: this.serial },
      { name: "time", mediaType: "text/plain", body: `${instructions} instructions, ${cycles} cycles` },
    ];
  }

  async close(): Promise<void> {
    this.#machine.close();
  }
}

function options({ medium, memory, commandLine }: MachineSetup): MachineOptions {
  const { img, iso, elf } = images();
  const firmware = buildBios();
  switch (medium) {
    case "disk":
      return { memory, firmware, disks: [{ image: img }] };
    case "kernel":
      return { memory, firmware, kernel: { image: elf, name: "cor.elf", commandLine } };
    case "CD":
      return { memory, firmware, cdrom: iso };
  }
}
