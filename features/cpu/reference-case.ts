/**
 * Runs user cases on the reference processor, one instruction at a time, so that the generator can look at what the
 * registers hold, and a judge at what is done.
 */
import { Fault, type Helpers } from "../../emulator/cpu/context.ts";
import { evaluate } from "../../emulator/cpu/evaluate.ts";
import { helpers } from "../../emulator/cpu/helpers.ts";
import { ReferenceProcessor } from "../../emulator/cpu/reference.ts";
import { Flag, Vector } from "../../emulator/cpu/state.ts";
import { CS, type Instruction } from "../../emulator/isa/instruction.ts";
import { Judge } from "./judge.ts";
import { CODE_FRAME, DATA_FRAME, enterProgram, MACHINE_BYTES, prepareMachine } from "./linux-machine.ts";
import { CODE, checksumOf, type Outcome, PAGE, type UserCase } from "./user-case.ts";

export interface Run extends Outcome {
  /** What the judge found: see there. */
  readonly undefinedFlags: number;
  readonly tainted: boolean;
  readonly partialStores: boolean;
  /** Row ids of the instructions executed to their end. */
  readonly rows: readonly number[];
  readonly instructions: number;
}

/** INT3, INTO and INT1 end a program like a fault, with RIP behind them. */
const userHelpers: Helpers = {
  ...helpers,
  softwareInterrupt: (cpu, vector, _kind, rip) => {
    cpu.state.set64("rip", rip!);
    throw new Fault(Number(vector));
  },
};

export class ReferenceRunner {
  readonly cpu = new ReferenceProcessor(MACHINE_BYTES);
  readonly judge = new Judge(this.cpu);
  #rows: number[] = [];

  constructor() {
    prepareMachine(this.cpu, (address, bytes) => this.cpu.memory.set(bytes, address));
  }

  #page(frame: number): Uint8Array {
    return this.cpu.memory.subarray(frame, frame + PAGE);
  }

  /** Puts the processor where the program begins. Code bytes beyond `code` are INT3. */
  load(program: UserCase): void {
    enterProgram(this.cpu, (address, bytes) => this.cpu.memory.set(bytes, address), program);
    this.judge.reset();
    this.#rows = [];
  }

  /** Overwrites code bytes; `offset` in the code page. */
  patch(offset: number, bytes: Uint8Array): void {
    this.#page(CODE_FRAME).set(bytes, offset);
  }

  /** Overwrites data; `offset` in the data page. */
  plant(offset: number, bytes: Uint8Array): void {
    this.#page(DATA_FRAME).set(bytes, offset);
  }

  /** One instruction. Null, or the fault (or single-step trap) that ends the program. */
  step(): Fault | null {
    const { cpu, judge } = this;
    const trap = (cpu.flags & Flag.TF) !== 0;
    const start = cpu.state.get64("rip");
    let instruction: Instruction | null = null;
    let bytes: Uint8Array;
    try {
      instruction = cpu.fetch();
      bytes = this.#codeAt(start, instruction.length);
      judge.observe(instruction, bytes);
      evaluate(cpu, userHelpers, instruction);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      judge.judgeFault(instruction, thrown);
      return thrown;
    }
    if (cpu.state.get64("rip") === start && instruction.prefixes !== 0)
      judge.repeats(Buffer.compare(this.#codeAt(start, instruction.length), bytes) === 0);
    this.#rows.push(instruction.row.id);
    return trap ? new Fault(Vector.DB) : null;
  }

  /** A copy of code bytes; empty when they leave the code page. */
  #codeAt(rip: bigint, length: number): Uint8Array {
    const { state } = this.cpu;
    const base = state.get32("codeSize") === 64 ? 0n : state.get64("segmentBase", CS);
    const offset = Number(base + rip) - CODE;
    if (offset < 0 || offset + length > PAGE) return new Uint8Array();
    return this.#page(CODE_FRAME).slice(offset, offset + length);
  }

  /** Runs a program to its end; null if that does not come within `limit` instructions. */
  run(program: UserCase, limit: number): Run | null {
    this.load(program);
    for (let i = 0; i < limit; i++) {
      const fault = this.step();
      if (fault !== null) return this.#result(fault);
    }
    return null;
  }

  #result(fault: Fault): Run {
    const { state } = this.cpu;
    const { undefinedFlags, tainted, partialStores } = this.judge;
    return {
      vector: fault.vector,
      errorCode: fault.errorCode ?? 0,
      cr2: fault.address ?? 0n,
      rip: state.get64("rip"),
      general: Array.from({ length: 16 }, (_, i) => state.get64("general", i)),
      flags: this.cpu.flags,
      checksum: checksumOf(this.#page(DATA_FRAME), this.#page(CODE_FRAME)),
      undefinedFlags,
      tainted,
      partialStores,
      rows: this.#rows,
      instructions: this.#rows.length,
    };
  }
}
