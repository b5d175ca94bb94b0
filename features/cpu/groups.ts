/**
 * A group is a family of table rows that the oracle runs together, and the state that only they touch. Everything else here
 * (driver, generator, judge, comparison) is written against this interface: a new group, such as the vectors, is one object
 * more in `groups`. It chooses its rows, says how its state is laid into a case's record and out of an outcome's, on our
 * processor and in the driver that runs on the host's, and how its operands are biased.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { q } from "../../dsl/asm/operand.ts";
import type { CpuContext } from "../../emulator/cpu/context.ts";
import { FS, GS, type OperandSpec, type Row } from "../../emulator/isa/instruction.ts";
import {
  controlRegisters,
  debugRegisters,
  type Register,
  r13,
  r14,
  rax,
  segments,
} from "../../emulator/isa/registers.ts";
import type { Random } from "./random.ts";
import { Case, DATA, type Mode, Outcome, PAGE, type RecordView } from "./user-case.ts";
import { touchesVectorState, vectors } from "./vectors.ts";

export interface Group {
  readonly name: string;
  /** Whether a row belongs to it; which of them a processor has is asked elsewhere. */
  has(row: Row): boolean;
  /** Whether its programs may execute a row at all: whether what the row does shows in the state that is loaded and compared. */
  runs(row: Row): boolean;
  /** Its state in a record, in bytes: a multiple of 8. It begins at `Case.state` in a case, at `Outcome.state` in an outcome. */
  readonly stateBytes: number;
  /** The state a program begins with. `other` is another source of numbers for the variants of a program: null for the first. */
  fill(random: Random, mode: Mode, record: RecordView, other: Random | null): void;
  /** Puts a case's state into one of our processors, which is about to enter user mode. */
  load(cpu: CpuContext, record: RecordView): void;
  /** Writes the state of a processor whose program has ended into an outcome. */
  save(cpu: CpuContext, outcome: RecordView): void;
  /** The same on the host, within the signal handler: R14 is the case's record. RAX to RDI are free. */
  hostLoad(a: Assembler): void;
  /** R13 is the outcome, R12 the signal frame's registers (uc_mcontext.gregs). */
  hostSave(a: Assembler): void;
  /** What differs in the state, a line each. */
  differences(ours: RecordView, host: RecordView): string[];
  /** A case's state as text. */
  describe(given: RecordView): string[];
  /** A number of 64 bits as its instructions find interesting, as two words at `words[at]`: for registers and memory. */
  value(random: Random, words: Uint32Array, at: number): void;
  /** An operand that is a register other than a general one. */
  register(random: Random, spec: OperandSpec, mode: Mode): Register;
}

const FS_BASE = 0;
const GS_BASE = 1;

/** Integer and system rows. Their own state beside the general registers: the bases of FS and GS, which 64-bit code can see. */
const integer: Group = {
  name: "integer",
  has: (row) => !touchesVectorState(row),
  runs: (row) => !touchesVectorState(row),
  stateBytes: 16,
  fill(random, mode, record) {
    for (const base of [FS_BASE, GS_BASE]) {
      const at = Case.state / 8 + base;
      record.u64[at] = mode !== 64 || random.once(2) ? 0n : BigInt(random.once(2) ? random.below(PAGE) : DATA);
    }
  },
  load({ state }, { u64 }) {
    // As a new process finds it: WAIT tells of exceptions that are pending.
    state.set32("x87Control", 0x37f);
    state.set32("x87Status", 0);
    state.set64("segmentBase", u64[Case.state / 8 + FS_BASE]!, FS);
    state.set64("segmentBase", u64[Case.state / 8 + GS_BASE]!, GS);
  },
  save({ state }, { u64 }) {
    u64[Outcome.state / 8 + FS_BASE] = state.get64("segmentBase", FS);
    u64[Outcome.state / 8 + GS_BASE] = state.get64("segmentBase", GS);
  },
  hostLoad(a) {
    a.mov(rax, q(r14, Case.state + 8 * FS_BASE));
    a.wrfsbase(rax);
    a.mov(rax, q(r14, Case.state + 8 * GS_BASE));
    a.wrgsbase(rax);
  },
  hostSave(a) {
    a.rdfsbase(rax);
    a.mov(q(r13, Outcome.state + 8 * FS_BASE), rax);
    a.rdgsbase(rax);
    a.mov(q(r13, Outcome.state + 8 * GS_BASE), rax);
  },
  differences(ours, host) {
    return [FS_BASE, GS_BASE].flatMap((base) => {
      const [mine, theirs] = [ours, host].map(({ u64 }) => u64[Outcome.state / 8 + base]!);
      const name = base === FS_BASE ? "FS base" : "GS base";
      return mine === theirs ? [] : [`${name}: 0x${mine!.toString(16)}, the host has 0x${theirs!.toString(16)}`];
    });
  },
  describe: () => [],
  value: (random, words, at) => random.edgyWords(words, at),
  register(random, { notation }, mode) {
    if (notation === "CR") return random.pick(controlRegisters.slice(0, mode === 64 ? 9 : 5));
    if (notation === "DR") return random.pick(debugRegisters.slice(0, 8));
    return random.pick([segments[0]!, segments[3]!, segments[3]!, segments[4]!, segments[5]!]);
  },
};

export const groups: Readonly<Record<string, Group>> = { integer, vectors };
