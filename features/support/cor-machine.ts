/**
 * A scenario's machine on Cor, in this very thread: it runs in slices, and stops at the instruction that completes an
 * awaited text. So a scenario takes the same instructions in every run; limits are in instructions, and a clock on the
 * wall is only the backstop.
 */
import { setImmediate } from "node:timers/promises";
import { buildBios } from "../../bios/build.ts";
import { describeNextInstruction } from "../../emulator/debug/instruction.ts";
import { describeRegisters } from "../../emulator/debug/registers.ts";
import { encodePng } from "../../emulator/devices/screenshot.ts";
import { isEnd, Machine, type MachineOptions, type StopReason } from "../../emulator/machine.ts";
import { Player, type RecordedInput } from "../../emulator/replay.ts";
import { TextWatch } from "../../emulator/text-watch.ts";
import { grubDisc, images } from "./media.ts";
import { type Evidence, findEnd, type MachineSetup, type Medium, type TestMachine } from "./test-machine.ts";

/** Instructions that a step may take. */
const LIMIT = 400_000_000;
/** Milliseconds on the wall that a step may take. */
const BACKSTOP = 60_000;
const SLICE = 1_000_000;
/** Instructions that the report of a failure shows. */
const WATCHED = 40;

export class CorMachine implements TestMachine {
  readonly #machine: Machine;
  readonly #options: MachineOptions;
  readonly #inputs: RecordedInput[] = [];
  #log = "";
  #seen = 0;
  #watch: TextWatch | null = null;
  #stop: StopReason = { kind: "instructions" };

  constructor(setup: MachineSetup) {
    this.#options = options(setup);
    this.#machine = new Machine(this.#options, {
      input: (at, event) => this.#inputs.push({ at, event }),
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

  async press(text: string): Promise<void> {
    this.#machine.input({ channel: "keyboard", bytes: new TextEncoder().encode(text) });
  }

  async seeOnScreen(text: string): Promise<void> {
    const shows = (): boolean => this.#machine.vga.text().join("\n").includes(text);
    await this.#run(shows, `"${text}" did not appear on the screen`);
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
    const machine = this.#machine;
    const { instructions, cycles } = machine.now;
    const text = (name: string, body: string): Evidence => ({ name, mediaType: "text/plain", body });
    return [
      text("serial line", this.serial),
      text("time", `${instructions} instructions, ${cycles} cycles`),
      text("last instructions", this.#lastInstructions().join("\n")),
      text("registers", describeRegisters(machine.processor)),
      text("screen, in words", machine.vga.text().join("\n").trimEnd()),
      { name: "screen", mediaType: "image/png", body: Buffer.from(encodePng(machine.vga.render())) },
    ];
  }

  /** The same run once more, watched at its end: a run is a function of its options and its input. */
  #lastInstructions(): string[] {
    const { instructions } = this.#machine.now;
    const again = new Machine(this.#options);
    const player = new Player({ inputs: this.#inputs, end: null });
    const before = Math.max(0, instructions - WATCHED);
    while (again.now.instructions < before) {
      player.run(again, { instructions: before - again.now.instructions });
    }
    const lines: string[] = [];
    again.processor.onInstruction = () => lines.push(describeNextInstruction(again.processor));
    player.run(again, { instructions: instructions - before });
    again.close();
    return lines;
  }

  async close(): Promise<void> {
    this.#machine.close();
  }
}

function options(setup: MachineSetup): MachineOptions {
  const { medium, memory, commandLine, bootInterface, bootDisk, bootReadonly, disks, network } = setup;
  const { img, iso, elf } = images();
  const own = medium === "disk" ? [{ image: bootDisk ?? img, interface: bootInterface, readonly: bootReadonly }] : [];
  const from: Record<Medium, MachineOptions> = {
    disk: {},
    kernel: { kernel: { image: elf, name: "cor.elf", commandLine } },
    CD: { cdrom: iso },
    GRUB: medium === "GRUB" ? { cdrom: grubDisc(commandLine) } : {},
  };
  const card = network ? { network: {} } : {};
  return { memory, firmware: buildBios(), disks: [...own, ...disks], ...card, ...from[medium] };
}
