/**
 * Runs a case on our processor with a judge watching, and notes which rows of the table were executed: an instruction at a
 * time, or several where the judge need not look at registers in between. Decoded instructions are kept: a program's variants
 * execute the same ones.
 */
import { asUnderstood } from "../../emulator/cpu/cpuid.ts";
import { Flag, Vector } from "../../emulator/cpu/state.ts";
import { decode } from "../../emulator/isa/decode.ts";
import { CS, type Instruction, type Mode, type Row } from "../../emulator/isa/instruction.ts";
import { hostFlags, notOnHost } from "./eligible.ts";
import type { Group } from "./groups.ts";
import { closingOf, isImageRow, savesImage } from "./images.ts";
import { Judge } from "./judge.ts";
import type { Reason } from "./left-out.ts";
import type { ProcessorRunner } from "./processor-case.ts";
import { CODE, PAGE } from "./user-case.ts";

interface Decoded {
  /** As the table has it; the model may understand an older instruction. */
  readonly row: Row;
  readonly instruction: Instruction;
  /** With the closing of an image. */
  readonly bytes: Uint8Array;
  /** Saves an image, and has no closing (images.ts). */
  readonly open: boolean;
  /** A 66 prefix stands in front. */
  readonly narrow: boolean;
  /** Processors of the host's make or model have it not, or another. */
  readonly foreign: boolean;
  /** Must be executed alone. */
  readonly alone: boolean;
  /** What comes behind it may not be what stands behind it, or may be something else than before. */
  readonly last: boolean;
}

const isLast = ({ row }: Instruction): boolean => /^(j|call|ret|iret|loop|int|ud|sys|popf)/.test(row.mnemonic);

/** The rows that do what they are for when they raise their exception. */
const trapping: Readonly<Record<string, number>> = {
  int3: Vector.BP,
  into: Vector.OF,
  ud0: Vector.UD,
  ud1: Vector.UD,
  ud2: Vector.UD,
};

const MODES: readonly Mode[] = [16, 32, 64];
const NOTHING = new Uint8Array(0);
const ROOM = 4096;
const RCX = 1;
const MOST_ITERATIONS = 2000n;
/** Most instructions of one stretch. */
const STRETCH = 24;

export class Watcher {
  readonly judge: Judge;
  readonly #runner: ProcessorRunner;
  readonly #group: Group;
  readonly #flags: ReadonlySet<string>;
  readonly #decoded: (Decoded | null)[] = new Array(MODES.length * PAGE).fill(null);
  /** Row ids of the instructions executed to their end, in their order; a repeated one counts once. */
  readonly rows = new Uint16Array(ROOM);
  executed = 0;
  /** Instructions begun, each iteration of a repeated one counting. */
  taken = 0;
  /** The instructions of a stretch, where they are, and for each the judge's findings: flags before it, taint behind it. */
  readonly #stretch: Decoded[] = [];
  readonly #offsets = new Int32Array(STRETCH);
  readonly #undefined = new Int32Array(STRETCH);
  readonly #reasons: (Reason | null)[] = [];
  /** Row id of the instruction whose fault ended the program, or −1. */
  faulted = -1;

  /** `flags`: the host's. */
  constructor(runner: ProcessorRunner, group: Group, flags = hostFlags()) {
    this.#flags = flags;
    this.#runner = runner;
    this.#group = group;
    this.judge = new Judge(runner.cpu);
  }

  /** To be called when a case was entered. */
  begin(): void {
    this.judge.reset();
    this.executed = 0;
    this.taken = 0;
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
    if (decoded !== null) this.#observe(decoded);
    const count = decoded === null ? 1 : this.#iterations(decoded.instruction);
    this.taken += count;
    const ended = runner.step(count);
    const repeated =
      decoded !== null && decoded.instruction.row.repeat !== "none" && decoded.instruction.prefixes !== 0;
    if (repeated) judge.repeats(this.#isSame(decoded, offset));
    // The image itself lies where its closing stood.
    if (decoded !== null && decoded.bytes.length > decoded.instruction.length && !this.#isSame(decoded, offset))
      judge.taint("openImage");
    if (ended) {
      const vector = runner.machine.vector;
      const row = decoded?.row;
      const done = row !== undefined && (vector === Vector.DB || trapping[row.mnemonic] === vector);
      if (done) this.rows[this.executed++] = row.id;
      else this.faulted = row?.id ?? -1;
      if (vector !== Vector.DB) judge.judgeFault(decoded?.instruction ?? null, vector);
      return true;
    }
    const { row } = decoded!;
    if (repeated && this.offset === offset) return false;
    this.rows[this.executed++] = row.id;
    if (this.executed === ROOM) this.executed--;
    return false;
  }

  /**
   * As `step`, for several instructions where that makes no difference. Null: one of them changed another, so that the case must
   * be begun again with `step`.
   */
  stride(): boolean | null {
    const runner = this.#runner;
    const { state } = runner.cpu;
    const { judge } = this;
    const first = this.offset;
    if (first < 0 || state.get32("flagsOther") & Flag.TF) return this.step();
    const mode = state.get32("codeSize") as Mode;
    let count = 0;
    for (let offset = first; count < STRETCH; ) {
      const decoded = this.#decode(offset, mode);
      if (decoded === null || decoded.alone) break;
      this.#observe(decoded);
      this.#stretch[count] = decoded;
      this.#offsets[count] = offset;
      this.#undefined[count] = judge.before;
      this.#reasons[count] = judge.reason;
      count++;
      offset += decoded.instruction.length;
      if (decoded.last) break;
    }
    if (count < 2) {
      if (count === 1) judge.undefinedFlags = this.#undefined[0]!;
      return this.step();
    }
    this.taken += count;
    const ended = runner.step(count);
    let done = count;
    if (ended) {
      const { vector, faultingOffset } = runner.machine;
      for (done = 0; done < count && this.#offsets[done] !== faultingOffset; ) done++;
      // What traps is the last of its stretch, and ends behind itself.
      if (done === count && trapping[this.#stretch[count - 1]!.instruction.row.mnemonic] !== vector) return null;
      if (done < count) {
        judge.undefinedFlags = judge.before = this.#undefined[done]!;
        judge.reason = this.#reasons[done]!;
        const { row } = this.#stretch[done]!;
        if (trapping[row.mnemonic] === vector) this.rows[this.executed++] = row.id;
        else this.faulted = row.id;
        judge.judgeFault(this.#stretch[done]!.instruction, vector);
      }
    }
    for (let i = 0; i < count; i++) if (!this.#isSame(this.#stretch[i]!, this.#offsets[i]!)) return null;
    for (let i = 0; i < done; i++) this.rows[this.executed++] = this.#stretch[i]!.row.id;
    if (this.executed > ROOM - STRETCH) this.executed = ROOM - STRETCH;
    return ended;
  }

  /** How many iterations are sure to come, of an instruction that is repeated whatever it finds. */
  #iterations({ row, prefixes, addressSize }: Instruction): number {
    if (row.repeat !== "rep" || prefixes === 0) return 1;
    const left = BigInt.asUintN(addressSize, this.#runner.cpu.state.get64("general", RCX));
    return left === 0n ? 1 : left > MOST_ITERATIONS ? Number(MOST_ITERATIONS) : Number(left);
  }

  #observe({ instruction, narrow, open, foreign }: Decoded): void {
    this.judge.observe(instruction, narrow);
    if (open) this.judge.taint("openImage");
    if (foreign) this.judge.taint("foreign");
    if (!this.#group.runs(instruction.row)) this.judge.taint("otherGroup");
  }

  #isSame({ bytes }: Decoded, offset: number): boolean {
    const page = this.#runner.machine.code;
    for (let i = 0; i < bytes.length; i++) if (page[offset + i] !== bytes[i]) return false;
    return true;
  }

  /** Null: nothing that can be decoded, or the page's end. */
  #decode(offset: number, mode: Mode): Decoded | null {
    if (offset >= PAGE) return null;
    const key = MODES.indexOf(mode) * PAGE + offset;
    const known = this.#decoded[key]!;
    if (known !== null && this.#isSame(known, offset)) return known;
    const page = this.#runner.machine.code;
    const found = decode(page, offset, PAGE, mode);
    const instruction = typeof found === "string" ? null : asUnderstood(this.#runner.cpu.model, found);
    if (instruction === null) return null;
    const behind = offset + instruction.length;
    const closing = isImageRow(instruction.row) && savesImage(instruction.row) ? closingOf(instruction) : NOTHING;
    const open = closing === null || Buffer.compare(page.subarray(behind, behind + closing.length), closing) !== 0;
    const bytes = page.slice(offset, behind + (open ? 0 : closing.length));
    const narrow = bytes.subarray(0, Math.min(4, instruction.length)).includes(0x66);
    const alone = Judge.looks(instruction);
    return (this.#decoded[key] = {
      row: (found as Instruction).row,
      instruction,
      bytes,
      open,
      narrow,
      foreign: notOnHost((found as Instruction).row, this.#flags) !== null,
      alone,
      last: isLast(instruction),
    });
  }
}
