/**
 * What the tests of random programs ask: do the judges agree on the programs of these seeds? The first failure comes back
 * with its reduced source and the way to run it again; reduced programs of bugs that were found are kept in corpus/.
 */
import { type JudgeOptions, judge } from "./judge.ts";
import { randomSource } from "./program.ts";
import { reduceSource } from "./reduce.ts";

/** So many programs share a compilation. */
const batch = 50;

export interface Agreement {
  /** Programs that ran; programs that the checker rejected; how programs ended. */
  readonly ran: number;
  readonly rejected: number;
  readonly ends: ReadonlyMap<string, number>;
  /** What went wrong first, with a small program that shows it; null: nothing. */
  readonly problem: string | null;
}

/**
 * Judges the programs of the seeds [from, to): before all passes, after each and after all, as WebAssembly, optimized on
 * the machine, and of every fifth batch the plain code too.
 */
export function agreement(from: number, to: number): Agreement {
  const ends = new Map<string, number>();
  let rejected = 0;
  let ran = 0;
  for (let start = from; start < to; start += batch) {
    const seeds = Array.from({ length: Math.min(batch, to - start) }, (_, k) => start + k);
    const ways: JudgeOptions[] = [{ everyPass: true }];
    if ((start / batch) % 5 === 1) ways.push({ plainCode: true });
    for (const options of ways)
      for (const [k, { problem, rejected: why, end }] of judge(seeds.map(sourceOf), options).entries()) {
        if (problem !== null)
          return {
            ...{ ran, rejected, ends },
            problem: `seed ${seeds[k]}: ${described(sourceOf(seeds[k]!), problem, options)}`,
          };
        if (options.plainCode) continue;
        if (why !== null) rejected++;
        else ran++;
        if (end !== null) ends.set(end, (ends.get(end) ?? 0) + 1);
      }
  }
  return { ran, rejected, ends, problem: null };
}

/** Every sixth program is longer than most. */
const sourceOf = (seed: number): string => randomSource(seed, seed % 6 === 0 ? (seed / 6) % 4 : null);

/** A failure with the smallest program that still fails, by whichever judge. */
function described(source: string, problem: string, options: JudgeOptions): string {
  // What fails in another way, as a module without main does, is another failure.
  const kind = (text: string | null) => text?.split("\n")[0];
  const small = reduceSource(source, (text) => kind(judge([text], options)[0]!.problem) === kind(problem), 1500);
  return `${problem}\nAgain: agreement(seed, seed + 1) in dsl/random/agree.ts. Reduced:\n${small}`;
}
