/** Runs cases on the reference processor: a second opinion when ours and the host's differ. */
import { ReferenceProcessor } from "../../emulator/cpu/reference.ts";
import { Activity } from "../../emulator/cpu/state.ts";
import type { Group } from "./groups.ts";
import { LinuxMachine, MACHINE_BYTES } from "./linux-machine.ts";
import type { RecordView } from "./user-case.ts";

export class ReferenceRunner {
  readonly #cpu = new ReferenceProcessor(MACHINE_BYTES);
  readonly #machine: LinuxMachine;

  constructor(group: Group) {
    const { memory } = this.#cpu;
    this.#machine = new LinuxMachine(this.#cpu, group, (address, bytes) => memory.set(bytes, address), {
      buffer: memory.buffer,
      offset: memory.byteOffset,
    });
  }

  /** False if the program does not end within `limit` instructions. */
  run(record: RecordView, outcome: RecordView, limit: number): boolean {
    this.#machine.enter(record);
    const { state } = this.#cpu;
    for (let i = 0; i < limit && state.get32("activity") === Activity.running; i++) this.#cpu.step();
    if (state.get32("activity") !== Activity.halted) return false;
    this.#machine.leave(outcome);
    return true;
  }
}
