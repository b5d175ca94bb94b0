/** Runs cases on the processor that machines have: to their end at one go, or an instruction at a time under a judge's eyes. */
import { type Board, board } from "../../emulator/cpu/board.ts";
import { Cr4 } from "../../emulator/cpu/control-bits.ts";
import { prepareInterpreter } from "../../emulator/cpu/execution.ts";
import type { Processor } from "../../emulator/cpu/processor.ts";
import { STATE_SIZE, stateFields } from "../../emulator/cpu/state.ts";
import type { Tier } from "../../emulator/translator/tiers.ts";
import type { Group } from "./groups.ts";
import { LinuxMachine } from "./linux-machine.ts";
import type { RecordView } from "./user-case.ts";

/** The parts of the state that instructions of user mode change: all up to the control registers, x87, vectors. */
const USER_STATE = [
  [0, stateFields.cr0.offset],
  [stateFields.x87Significand.offset, stateFields.miscEnable.offset],
  [stateFields.vector.offset, stateFields.mxcsr.offset + 4],
] as const;
const CPL = stateFields.cpl.offset >> 2;

export class ProcessorRunner {
  readonly machine: LinuxMachine;
  readonly cpu: Processor;
  readonly #state: Uint8Array;
  readonly #u32: Uint32Array;
  readonly #kept = new Uint8Array(STATE_SIZE);

  constructor(group: Group, tier: Tier = "interpreter") {
    const { memory, cpu }: Board = board({ megabytes: 1, interpreter: prepareInterpreter(), tier });
    this.cpu = cpu;
    this.#state = memory.bytes.subarray(0, STATE_SIZE);
    this.#u32 = new Uint32Array(memory.buffer, 0, STATE_SIZE / 4);
    this.machine = new LinuxMachine(cpu, group, (address, bytes) => memory.write(address, bytes), {
      buffer: memory.buffer,
      offset: memory.locate(0),
    });
  }

  /** `umip`: CR4.UMIP, as Linux has it. */
  enter(record: RecordView, umip = true): void {
    const { state } = this.cpu;
    const cr4 = state.get64("cr4");
    state.set64("cr4", umip ? cr4 | Cr4.UMIP : cr4 & ~Cr4.UMIP);
    this.machine.enter(record);
  }

  /** So many instructions, an iteration of a repeated one counting as one; true if the program ended in the last (or behind it, in a trap). */
  step(count: number): boolean {
    this.cpu.run(count);
    return this.#u32[CPL] === 0;
  }

  /** Remembers registers, flags and segments, not memory. */
  keep(): void {
    for (const [from, to] of USER_STATE) this.#kept.set(this.#state.subarray(from, to), from);
  }

  /** Goes back to what was kept. */
  restore(): void {
    for (const [from, to] of USER_STATE) this.#state.set(this.#kept.subarray(from, to), from);
    this.cpu.modeChanged();
  }

  /** To the end of the program and what it led to; false if that takes more than `limit` instructions. */
  finish(limit: number, outcome: RecordView): boolean {
    if (this.cpu.run(limit).kind !== "halted") return false;
    this.machine.leave(outcome);
    return true;
  }
}
