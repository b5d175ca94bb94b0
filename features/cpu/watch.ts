/**
 * Runs a case on our processor an instruction at a time, with a judge watching, and notes which rows of the table were
 * executed. Decoded instructions are kept: a program's variants execute the same ones.
 */
import { asUnderstood } from "../../emulator/cpu/cpuid.ts";
import { Vector } from "../../emulator/cpu/state.ts";
import { decode } from "../../emulator/isa/decode.ts";
import { CS, type Instruction, type Mode } from "../../emulator/isa/instruction.ts";
import type { Group } from "./groups.ts";
import { Judge } from "./judge.ts";
import type { ProcessorRunner } from "./processor-case.ts";
import { CODE, PAGE } from "./user-case.ts";

interface Decoded {
  readonly instruction: Instruction;
  readonly bytes: Uint8Array;
  /** A 66 prefix stands in front. */
  readonly narrow: boolean;
}

/** The rows that do what they are for when they raise their exception. */
const trapping: Readonly<Record<string, number>> = {
  int3: Vector.BP,
  into: Vector.OF,
  ud0: Vector.UD,
  ud1: Vector.UD,
  ud2: Vector.UD,
};

const MODES: readonly Mode[] = [16, 32, 64];
const ROOM = 4096;

export class Watcher {
  readonly judge: Judge;
  readonly #runner: ProcessorRunner;
  readonly #group: Group;
  readonly #decoded: (Decoded | null)[] = new Array(MODES.length * PAGE).fill(null);
  /** Row ids of the instructions executed to their end, in their order; a repeated one counts once. */
  readonly rows = new Uint16Array(ROOM);
  executed = 0;
  /** Row id of the instruction whose fault ended the program, or −1. */
  faulted = -1;

  constructor(runner: ProcessorRunner, group: Group) {
    this.#runner = runner;
    this.#group = group;
    this.judge = new Judge(runner.cpu);
  }

  /** To be called when a case was entered. */
  begin(): void {
    this.judge.reset();
    this.executed = 0;
    this.faulted = -1;
  }

  /** Where the next instruction is, in bytes from the start of the code page; anything outside it faults. */
  get offset(): number {
    const { state } = this.#runner.cpu;
    const rip = state.get64("rip");
    const linear = state.get32("codeSize") === 64 ? rip : (rip + state.get64("segmentBase", CS)) & 0xffff_ffffn;
    return linear >= CODE && linear < CODE + PAGE ? Number(linear) - CODE : -1;
  }

  /** One instruction, or one iteration of a repeated one. True if the program ended. */
  step(): boolean {
    const runner = this.#runner;
    const { state } = runner.cpu;
    const { judge } = this;
    const offset = this.offset;
    const decoded = offset < 0 ? null : this.#decode(offset, state.get32("codeSize") as Mode);
    if (decoded !== null) {
      judge.observe(decoded.instruction, decoded.narrow);
      if (!this.#group.runs(decoded.instruction.row)) judge.tainted = true;
    }
    if (runner.step()) {
      const vector = runner.machine.vector;
      const row = decoded?.instruction.row;
      const done = row !== undefined && (vector === Vector.DB || trapping[row.mnemonic] === vector);
      if (done) this.rows[this.executed++] = row.id;
      else this.faulted = row?.id ?? -1;
      if (vector !== Vector.DB) judge.judgeFault(decoded?.instruction ?? null, vector);
      return true;
    }
    const { row, prefixes } = decoded!.instruction;
    if (row.repeat !== "none" && prefixes !== 0 && this.offset === offset) {
      judge.repeats(this.#isSame(decoded!, offset));
      return false;
    }
    this.rows[this.executed++] = row.id;
    if (this.executed === ROOM) this.executed--;
    return false;
  }

  #isSame({ bytes }: Decoded, offset: number): boolean {
    const page = this.#runner.machine.code;
    for (let i = 0; i < bytes.length; i++) if (page[offset + i] !== bytes[i]) return false;
    return true;
  }

  #decode(offset: number, mode: Mode): Decoded | null {
    const key = MODES.indexOf(mode) * PAGE + offset;
    const known = this.#decoded[key]!;
    if (known !== null && this.#isSame(known, offset)) return known;
    const page = this.#runner.machine.code;
    const found = decode(page, offset, PAGE, mode);
    const instruction = typeof found === "string" ? null : asUnderstood(this.#runner.cpu.model, found);
    if (instruction === null) return null;
    const bytes = page.slice(offset, offset + instruction.length);
    return (this.#decoded[key] = { instruction, bytes, narrow: bytes.subarray(0, 4).includes(0x66) });
  }
}
