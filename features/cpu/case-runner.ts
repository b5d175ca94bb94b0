/** Makes programs and runs their cases on our processor: under a judge's eyes first, then at one go. */

import type { Tier } from "../../emulator/translator/tiers.ts";
import { Generator, STEP_LIMIT } from "./generate.ts";
import type { Group } from "./groups.ts";
import { noneLeftOut } from "./left-out.ts";
import { canonical, describe, type Verdict } from "./outcome.ts";
import { ProcessorRunner } from "./processor-case.ts";
import { fillCase, type Program } from "./program.ts";
import { overwritesCode, withoutUmip } from "./rules.ts";
import { Case, Outcome, RecordView } from "./user-case.ts";
import { Watcher } from "./watch.ts";

/** More than any case takes that ended when it was stepped. */
export const RUN_LIMIT = 8 * STEP_LIMIT;

export class CaseRunner {
  /** The present case, and what became of it on ours: canonical, but for instructions with a rule. */
  readonly given: RecordView;
  readonly outcome: RecordView;
  readonly watcher: Watcher;
  /** Cases that were not compared, by reason; and those that go on for too long. */
  readonly leftOut = noneLeftOut();
  endless = 0;
  readonly #group: Group;
  readonly #runner: ProcessorRunner;
  readonly #generator: Generator;

  constructor(group: Group, tier?: Tier) {
    this.#group = group;
    this.given = RecordView.of(Case.bytes(group.stateBytes));
    this.outcome = RecordView.of(Outcome.bytes(group.stateBytes));
    this.#runner = new ProcessorRunner(group, tier);
    this.watcher = new Watcher(this.#runner, group);
    this.#generator = new Generator(group, this.#runner, this.watcher);
  }

  /** The program of a number. */
  program(seed: number, number: number): Program {
    return this.#generator.make(seed, number, this.given);
  }

  /**
   * Runs a variant of a program. Null: its outcome is not the processor's alone, or it does not end. A text: it did something
   * else at one go than in steps.
   */
  run(program: Program, variant: number): Verdict | null | string {
    const { mode, ruled } = program;
    fillCase(program, variant, this.#group, this.given);
    if (ruled !== null) {
      if (overwritesCode(ruled, this.given)) return null;
      this.#runner.enter(this.given, !withoutUmip(this.given));
      const ended = this.#runner.finish(RUN_LIMIT, this.outcome);
      return ended ? { mode, undefinedFlags: 0, partialStores: false, ruled } : null;
    }
    const ended = this.#watch(true) ?? this.#watch(false);
    if (this.watcher.judge.reason !== null) this.leftOut[this.watcher.judge.reason]++;
    else if (!ended) this.endless++;
    if (!ended) return null;
    const { undefinedFlags, partialStores, reason } = this.watcher.judge;
    if (reason !== null) return null;
    const verdict = { mode, undefinedFlags, partialStores, ruled };
    if (this.runAgain(verdict)) return verdict;
    return `${describe(this.#group, this.given)}\n  => ends when it is stepped, not at one go`;
  }

  /** Runs `given` at one go; false if that does not end. */
  runAgain(verdict: Verdict): boolean {
    this.#runner.enter(this.given);
    if (!this.#runner.finish(RUN_LIMIT, this.outcome)) return false;
    canonical(this.outcome, verdict);
    return true;
  }

  /** Runs the case under the judge's eyes; false if it is tainted or goes on for too long, null as `stride` says. */
  #watch(strides: boolean): boolean | null {
    const { watcher } = this;
    this.#runner.enter(this.given);
    watcher.begin();
    while (watcher.taken < STEP_LIMIT) {
      const ended = strides ? watcher.stride() : watcher.step();
      if (ended === null) return null;
      if (ended) return true;
      if (watcher.judge.tainted) return false;
    }
    return false;
  }
}
