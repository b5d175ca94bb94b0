/**
 * Random user-mode programs. They are made by walking: each instruction is chosen when our processor has executed the ones
 * before it, so its operands can be aimed at what the registers then hold (operands.ts). One that faults, or leads out of the
 * program, is nearly always taken back and another tried, so that programs are long; the variants of a program (program.ts)
 * fault in its place.
 */
import { defaultModel } from "../../emulator/cpu/cpuid.ts";
import { decode } from "../../emulator/isa/decode.ts";
import { encode } from "../../emulator/isa/encode.ts";
import type { Operand, Row } from "../../emulator/isa/instruction.ts";
import { eligibleRows, hostFlags, ruledRows } from "./eligible.ts";
import type { Group } from "./groups.ts";
import { isImageRow } from "./images.ts";
import { Operands } from "./operands.ts";
import type { ProcessorRunner } from "./processor-case.ts";
import { fillCase, type Plant, type Program, windowAt } from "./program.ts";
import { Random } from "./random.ts";
import { CODE_BYTES, dataBase, INT3, type Mode, PAGE, type RecordView } from "./user-case.ts";
import type { Watcher } from "./watch.ts";

/** Instructions, and iterations of repeated ones, that a program may take to its end. */
export const STEP_LIMIT = 1000;
/** Of which one of CMPS or SCAS may take so many. */
const REPEAT_LIMIT = 100;
/** And so many may be executed again, while the program is made. */
const AGAIN_LIMIT = 200;
const ATTEMPTS = 12;
/** Where loops count, in the data page. */
const COUNTER = PAGE / 2 + 96;

const MODES_IN_TURN: readonly Mode[] = [64, 32, 64, 16];
/** Short programs reach each row's edges, long ones what instructions leave for each other. */
const LENGTHS_IN_TURN = [3, 12, 24, 36] as const;

/** Rows that end a program: chosen seldom, and then for good. */
const isEnd = (row: Row): boolean => row.privilege !== 3 || /^ud\d$/.test(row.mnemonic);
/** Rows that seldom end well are tried oftener. */
const isDifficult = (row: Row): boolean =>
  row.vector === null &&
  /^(ret|iret|jmp|call|bound|enter|leave|pop|l[defgs]s|into|cmpxchg|loop|j.?cxz|(wr|rd)[fg]s|(movs|cmps|stos|lods|scas)[bwdq]$)/.test(
    row.mnemonic,
  );

/** And some seldom indeed. */
const isRare = ({ mnemonic, operands, operandSize }: Row): boolean =>
  /^(iret|retf|movs[bwdq]$|cmps[bwdq]$)/.test(mnemonic) ||
  /^(ptr|SS)/.test(operands[0]?.notation ?? "") ||
  (/^i?div$/.test(mnemonic) && operandSize === 64);

/** Rows of the vector state that are tried oftener: for gathers and loads of MXCSR the right operands are rare, images are long. */
const isIntricate = (row: Row): boolean =>
  isImageRow(row) || /^v?ldmxcsr$/.test(row.mnemonic) || row.operands.some((spec) => spec.vectorIndex !== null);

/** One program of so many is of an instruction that is judged by rule. */
const RULED = 8;

interface Choices {
  readonly usual: readonly Row[];
  readonly difficult: readonly Row[];
  readonly rare: readonly Row[];
  readonly intricate: readonly Row[];
  readonly ends: readonly Row[];
  readonly undefined: readonly Row[];
  readonly ruled: readonly Row[];
}

export class Generator {
  readonly #group: Group;
  readonly #runner: ProcessorRunner;
  readonly #watcher: Watcher;
  readonly #choices: Readonly<Record<Mode, Choices>>;

  constructor(group: Group, runner: ProcessorRunner, watcher: Watcher, flags = hostFlags()) {
    this.#group = group;
    this.#runner = runner;
    this.#watcher = watcher;
    const choices = (mode: Mode): Choices => {
      // INT3 stands behind every program anyway.
      const all = eligibleRows(group, mode, defaultModel, flags).filter((row) => row.mnemonic !== "int3");
      const usual = all.filter((row) => !isEnd(row));
      const ends = all.filter(isEnd);
      return {
        usual,
        difficult: usual.filter(isDifficult),
        rare: usual.filter(isRare),
        intricate: usual.filter(isIntricate),
        ends,
        undefined: ends.filter((row) => row.privilege === 3),
        ruled: ruledRows(group, mode, defaultModel, flags),
      };
    };
    this.#choices = { 16: choices(16), 32: choices(32), 64: choices(64) };
  }

  /** The program of a number, always the same; `record` is used for its making. */
  make(seed: number, number: number, record: RecordView): Program {
    const random = new Random(Math.imul(seed, 0x85eb_ca6b) ^ Math.imul(number, 0xc2b2_ae35) ^ (number >>> 16));
    const ruled = number % RULED === 0;
    const mode = MODES_IN_TURN[ruled ? random.below(4) : number % 4]!;
    const length = LENGTHS_IN_TURN[(number >> 2) % 4]!;
    const start = random.once(8) ? PAGE - CODE_BYTES : 0x400 + random.below(16);
    const code = new Uint8Array(CODE_BYTES).fill(INT3);
    const program = { mode, start, code, seed: random.word(), plants: [], pointers: 0, ruled: null };
    if (ruled && this.#choices[mode].ruled.length > 0) return this.#ruled(program, random, record);
    fillCase(program, 0, this.#group, record);
    this.#runner.enter(record);
    this.#watcher.begin();
    this.#walk(program, random, length);
    return program;
  }

  /** A program of one instruction. */
  #ruled(program: Program, random: Random, record: RecordView): Program {
    const { mode, start, code } = program;
    for (;;) {
      const row = random.pick(this.#choices[mode].ruled);
      fillCase(program, 0, this.#group, record);
      this.#runner.enter(record);
      const bytes = new Operands(random, this.#runner.cpu, this.#group, mode, start, 0).encode(row);
      // Linux's own gate.
      if (bytes === null || (row.mnemonic === "int" && bytes.at(-1) === 0x80)) continue;
      const instruction = decode(bytes, 0, bytes.length, mode);
      if (typeof instruction === "string" || instruction.row !== row) continue;
      code.set(bytes);
      return { ...program, ruled: instruction };
    }
  }

  #walk(program: Program, random: Random, length: number): void {
    const { code, start } = program;
    const watcher = this.#watcher;
    let frontier = 0;
    let chosen = 0;
    for (let again = 0; again < AGAIN_LIMIT; ) {
      const at = watcher.offset - start;
      if (at < 0 || at >= CODE_BYTES) return;
      if (at < frontier) {
        again++;
        if (watcher.step()) return;
        continue;
      }
      if (chosen === length) {
        if (random.once(2)) this.#loop(program, random, at);
        return;
      }
      const bytes = this.#next(program, random, at);
      if (bytes === null) return;
      code.set(bytes, at);
      frontier = at + bytes.length;
      chosen++;
    }
  }

  /** Chooses an instruction to stand at `at`, and executes it. Null if that is the end: no choice, no room, a fault. */
  #next(program: Program, random: Random, at: number): Uint8Array | null {
    const runner = this.#runner;
    const watcher = this.#watcher;
    const { start } = program;
    const mode = runner.cpu.state.get32("codeSize") as Mode;
    runner.keep();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const operands = new Operands(random, runner.cpu, this.#group, mode, start + at, program.pointers);
      const choices = this.#choices[mode];
      const end = random.once(80);
      const hard = random.below(12);
      const seldom = random.once(2) ? choices.undefined : choices.ends;
      const usual = hard === 3 && choices.intricate.length > 0 ? choices.intricate : choices.usual;
      const preferred = end ? seldom : hard === 0 ? choices.rare : hard < 3 ? choices.difficult : usual;
      const row = random.pick(preferred.length === 0 ? choices.usual : preferred);
      if (row.flags.reads & watcher.judge.undefinedFlags) continue;
      const encoded = random.once(50) ? this.#anything(random, mode) : operands.encode(row);
      if (encoded === null) continue;
      const bytes = random.once(12) && encoded.length < 16 ? withPrefix(encoded, random, mode) : encoded;
      if (at + bytes.length > CODE_BYTES) return null;
      runner.machine.patch(start + at, bytes);
      const plants = this.#plants(program, operands);
      for (const plant of plants) program.plants.push(plant);
      const { executed, judge } = watcher;
      const { undefinedFlags, reason } = judge;
      const ended = this.#execute();
      const gone = watcher.offset - start;
      if (ended || gone < 0 || gone >= CODE_BYTES || judge.reason !== reason) {
        if ((end || random.once(64)) && judge.reason === reason) {
          program.code.set(bytes, at);
          return null;
        }
        program.plants.length -= plants.length;
        runner.restore();
        watcher.executed = executed;
        judge.reset();
        judge.undefinedFlags = undefinedFlags;
        judge.reason = reason;
        continue;
      }
      program.pointers = operands.pointers;
      return bytes;
    }
    return null;
  }

  /** One instruction with all its repetitions; true if it faulted or does not come to an end. */
  #execute(): boolean {
    const watcher = this.#watcher;
    const { executed } = watcher;
    for (let i = 0; i < REPEAT_LIMIT; i++) {
      if (watcher.step()) return true;
      if (watcher.executed !== executed) return false;
    }
    return true;
  }

  /** What the operands want to find in memory: put there now, and for the program's start, where that is in a window. */
  #plants({ mode }: Program, operands: Operands): Plant[] {
    const plants: Plant[] = [];
    for (const { address, bytes } of operands.wanted) {
      const offset = Number(address) - dataBase(mode);
      const at = windowAt(offset, bytes.length);
      if (at < 0) continue;
      this.#runner.machine.plant(offset, bytes);
      plants.push({ at, bytes });
    }
    return plants;
  }

  /** Bytes as they come, if they are an instruction. */
  #anything(random: Random, mode: Mode): Uint8Array | null {
    const bytes = Uint8Array.from({ length: 15 }, () => random.word());
    if (random.once(3)) bytes[0] = 0x0f;
    const found = decode(bytes, 0, bytes.length, mode);
    return typeof found === "string" ? null : bytes.subarray(0, found.length);
  }

  /** Behind the last instruction: back to the first, a few times. */
  #loop(program: Program, random: Random, at: number): void {
    const { mode, code } = program;
    if (this.#runner.cpu.state.get32("codeSize") !== mode) return;
    const counter: Operand = {
      kind: "memory",
      bits: 16,
      segment: 3,
      base: null,
      index: null,
      scale: 1,
      displacement: BigInt(dataBase(mode) + COUNTER),
      addressSize: mode,
    };
    const one: Operand = { kind: "immediate", bits: 16, value: 1n };
    const { bytes: count } = encode("sub", [counter, one], mode);
    const branch = (from: number) =>
      encode("jne", [{ kind: "relative", bits: 0, displacement: BigInt(-from) }], mode).bytes;
    let back = branch(at + count.length + 2);
    if (back.length > 2) back = branch(at + count.length + back.length);
    if (at + count.length + back.length > CODE_BYTES) return;
    code.set(count, at);
    code.set(back, at + count.length);
    program.plants.push({ at: windowAt(COUNTER, 2), bytes: Uint8Array.of(2 + random.below(24), 0) });
  }
}

/** One more prefix in front, whether it means anything there or not. */
function withPrefix(bytes: Uint8Array, random: Random, mode: Mode): Uint8Array {
  const legacy = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3];
  const rex = mode === 64 && random.once(2);
  const prefix = rex ? 0x40 + random.below(16) : random.pick(legacy);
  const longer = new Uint8Array(Math.min(bytes.length + 1, 15));
  longer[0] = prefix;
  longer.set(bytes.subarray(0, longer.length - 1), 1);
  return longer;
}
