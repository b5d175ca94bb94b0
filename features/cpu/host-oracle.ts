/**
 * The host's processor as oracle: batches of random programs, each in several variants, run on ours and natively, and every
 * difference is told. A case has a number, from which alone (and the seed) it can be made again.
 */
import { rows } from "../../emulator/isa/rows.ts";
import type { Tier } from "../../emulator/translator/tiers.ts";
import { CaseRunner, RUN_LIMIT } from "./case-runner.ts";
import { STEP_LIMIT } from "./generate.ts";
import type { Group } from "./groups.ts";
import { BATCH_CASES } from "./host-driver.ts";
import { DriverDied, HostProcessor } from "./host-processor.ts";
import type { LeftOut } from "./left-out.ts";
import { canonical, describe, differences, type Verdict } from "./outcome.ts";
import { fillCase, type Program } from "./program.ts";
import { ReferenceRunner } from "./reference-case.ts";
import { rule } from "./rules.ts";
import { Case, Outcome, RecordView, Word } from "./user-case.ts";

/** Cases made of one program. */
export const VARIANTS = 16;
export const BATCH_PROGRAMS = BATCH_CASES / VARIANTS;

export interface Mismatch {
  /** Number of the case. */
  readonly case: number;
  readonly text: string;
}

/** How often each row was executed to its end, and how often it faulted, by row id. */
export interface Coverage {
  readonly executed: Float64Array;
  readonly faulted: Float64Array;
}

export const newCoverage = (): Coverage => ({
  executed: new Float64Array(rows.length),
  faulted: new Float64Array(rows.length),
});

/** Cases that can be compared, with what ours made of them. */
interface Batch {
  count: number;
  readonly cases: Uint8Array;
  readonly ours: Uint8Array;
  readonly numbers: Float64Array;
  readonly verdicts: Verdict[];
}

export class HostOracle {
  readonly coverage = newCoverage();
  readonly mismatches: Mismatch[] = [];
  /** Cases in which the host differed from ours once, but not again. */
  readonly interrupted: number[] = [];
  cases = 0;
  instructions = 0;
  readonly #group: Group;
  readonly #seed: number;
  readonly #host: HostProcessor;
  readonly #runner: CaseRunner;
  readonly #case: RecordView;
  readonly #outcome: RecordView;

  constructor(group: Group, seed: number, tier?: Tier) {
    this.#group = group;
    this.#seed = seed;
    this.#host = new HostProcessor(group);
    this.#runner = new CaseRunner(group, tier);
    this.#case = this.#runner.given;
    this.#outcome = this.#runner.outcome;
  }

  /**
   * Runs programs by number, from `first` on, a batch at a time, until `enough` says so between two batches. While the host
   * runs one batch the next is made.
   */
  async run(first: number, enough: () => boolean, programs = BATCH_PROGRAMS): Promise<void> {
    let pending: Promise<void> = Promise.resolve();
    for (let number = first; !enough(); number += programs) {
      const batch = this.#make(number, programs);
      await pending;
      pending = this.#compare(batch);
      pending.catch(() => {});
    }
    await pending;
  }

  /** One case alone; its text, and what differs. */
  async single(number: number): Promise<string> {
    const program = this.#program(Math.floor(number / VARIANTS));
    const batch = this.#newBatch(1);
    const taken = this.#add(batch, program, number);
    fillCase(program, number % VARIANTS, this.#group, this.#case);
    const text = describe(this.#group, this.#case);
    if (!taken) return `${text}\n  cannot be compared: processors may differ in what it does`;
    await this.#compare(batch);
    return this.mismatches[0]?.text ?? `${text}\n  ends as on the host`;
  }

  /** Cases that were not compared, by reason. */
  get leftOut(): LeftOut {
    return this.#runner.leftOut;
  }

  /** Cases that do not end. */
  get endless(): number {
    return this.#runner.endless;
  }

  close(): void {
    this.#host.close();
  }

  #program(number: number): Program {
    return this.#runner.program(this.#seed, number);
  }

  #newBatch(most: number): Batch {
    const { stateBytes } = this.#group;
    return {
      count: 0,
      cases: new Uint8Array(most * Case.bytes(stateBytes)),
      ours: new Uint8Array(most * Outcome.bytes(stateBytes)),
      numbers: new Float64Array(most),
      verdicts: [],
    };
  }

  #make(first: number, programs: number): Batch {
    const batch = this.#newBatch(programs * VARIANTS);
    for (let number = first; number < first + programs; number++) {
      const program = this.#program(number);
      for (let variant = 0; variant < VARIANTS; variant++) {
        this.#add(batch, program, number * VARIANTS + variant);
        if (this.#runner.watcher.taken >= STEP_LIMIT) break;
      }
    }
    return batch;
  }

  /** Runs a case on ours; it joins the batch if it can be compared. */
  #add(batch: Batch, program: Program, number: number): boolean {
    const verdict = this.#runner.run(program, number % VARIANTS);
    if (verdict === null) return false;
    if (typeof verdict === "string") {
      this.mismatches.push({ case: number, text: verdict });
      return false;
    }
    this.#join(batch, number, verdict);
    const { executed, faulted } = this.coverage;
    if (verdict.ruled !== null) {
      executed[verdict.ruled.row.id]!++;
      this.instructions++;
      return true;
    }
    const { watcher } = this.#runner;
    for (let i = 0; i < watcher.executed; i++) executed[watcher.rows[i]!]!++;
    if (watcher.faulted >= 0) faulted[watcher.faulted]!++;
    this.instructions += watcher.executed;
    return true;
  }

  #join(batch: Batch, number: number, verdict: Verdict): void {
    batch.cases.set(this.#case.bytes, batch.count * this.#case.bytes.length);
    batch.ours.set(this.#outcome.bytes, batch.count * this.#outcome.bytes.length);
    batch.numbers[batch.count] = number;
    batch.verdicts.push(verdict);
    batch.count++;
    this.cases++;
  }

  async #compare(batch: Batch): Promise<void> {
    const host = await this.#ask(batch.cases, batch.count, batch.numbers);
    const length = this.#outcome.bytes.length;
    const at = (buffer: ArrayBufferLike, i: number) => new RecordView(buffer, i * length, length);
    const givenOf = (i: number) =>
      new RecordView(batch.cases.buffer, i * this.#case.bytes.length, this.#case.bytes.length);
    for (let i = 0; i < batch.count; i++) {
      const { ruled } = batch.verdicts[i]!;
      const theirs = at(host.buffer, i);
      if (ruled === null) canonical(theirs, batch.verdicts[i]!);
      else {
        const ours = at(batch.ours.buffer, i);
        const given = givenOf(i);
        const lines = [...rule(ruled, "ours", given, ours), ...rule(ruled, "host", given, theirs)];
        const text = [describe(this.#group, given), ...lines.map((line) => `  => ${line}`)].join("\n");
        if (lines.length > 0) this.mismatches.push({ case: batch.numbers[i]!, text });
        ours.bytes.fill(0);
        theirs.bytes.fill(0);
      }
    }
    const same = Buffer.compare(host, batch.ours.subarray(0, host.length)) === 0;
    for (let i = 0; !same && i < batch.count; i++) {
      const theirs = at(host.buffer, i);
      const lines = differences(this.#group, at(batch.ours.buffer, i), theirs);
      if (lines.length > 0 && !(await this.#wasInterrupted(batch, i)))
        this.mismatches.push({
          case: batch.numbers[i]!,
          text: this.#tell(givenOf(i), theirs, batch.verdicts[i]!, lines),
        });
    }
  }

  /**
   * Whether the host agrees when it is asked again. Its own interrupts can be seen by a program that has put a null selector of 1 to 3 into DS, ES,
   * FS or GS: the return from one makes it 0 (vol. 2, IRET, return to an outer privilege level). It happens once in some ten million cases.
   */
  async #wasInterrupted(batch: Batch, i: number): Promise<boolean> {
    const { length } = this.#case.bytes;
    const host = await this.#ask(batch.cases.slice(i * length, (i + 1) * length), 1, batch.numbers.subarray(i, i + 1));
    const bytes = this.#outcome.bytes.length;
    const theirs = new RecordView(host.buffer, 0, bytes);
    canonical(theirs, batch.verdicts[i]!);
    if (differences(this.#group, new RecordView(batch.ours.buffer, i * bytes, bytes), theirs).length > 0) return false;
    this.interrupted.push(batch.numbers[i]!);
    return true;
  }

  /** The host's outcomes. A case that is the driver's end is found by halving, told, and has zeros for an outcome. */
  async #ask(cases: Uint8Array, count: number, numbers: Float64Array): Promise<Uint8Array> {
    const bytes = this.#case.bytes.length;
    try {
      return await this.#host.run(cases, count);
    } catch (error) {
      if (!(error instanceof DriverDied)) throw error;
      if (count === 1) {
        const text = `${describe(this.#group, new RecordView(cases.slice(0, bytes).buffer, 0, bytes))}\n  => ${error.message}`;
        this.mismatches.push({ case: numbers[0]!, text });
        return new Uint8Array(this.#outcome.bytes.length);
      }
      const half = count >> 1;
      const first = await this.#ask(cases.subarray(0, half * bytes), half, numbers.subarray(0, half));
      const second = await this.#ask(cases.subarray(half * bytes), count - half, numbers.subarray(half));
      const both = new Uint8Array(first.length + second.length);
      both.set(first);
      both.set(second, first.length);
      return both;
    }
  }

  #tell(given: RecordView, host: RecordView, verdict: Verdict, lines: readonly string[]): string {
    const reference = RecordView.of(this.#outcome.bytes.length);
    const ended = new ReferenceRunner(this.#group).run(given, reference, RUN_LIMIT);
    canonical(reference, verdict);
    const others = ended ? differences(this.#group, reference, host) : ["does not end"];
    return [
      describe(this.#group, given),
      `  exception ${host.u64[Word.vector]} at ${host.u64[Word.rip]!.toString(16)} on the host`,
      ...lines.map((line) => `  => ${line}`),
      ...others.map((line) => `  => reference processor: ${line}`),
    ].join("\n");
  }
}
