/** Contestants take turns; what counts is the median of each, and how many times the first one's it is. */

export interface Contestant {
  readonly name: string;
  /** Why it cannot take part here, or null. */
  readonly missing: string | null;
  /** One run: milliseconds until each of the benchmark's moments. */
  run(): Promise<readonly number[]>;
}

export interface Benchmark {
  readonly name: string;
  readonly describe: string;
  /** What one run passes, in order. */
  readonly moments: readonly string[];
  /** Ours first: the others are compared with it. */
  readonly contestants: () => readonly Contestant[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs one benchmark and prints a table for each of its moments. The first turn of each contestant warms up and does not count. */
export async function compare({ name, describe, moments, contestants }: Benchmark, rounds: number): Promise<void> {
  console.log(`${name}: ${describe} (median of ${rounds}, turn by turn)`);
  const all = contestants();
  for (const { name, missing } of all) if (missing !== null) console.log(`  ${name.padEnd(28)} ${missing}`);
  const racers = all.filter(({ missing }) => missing === null);
  const runs = racers.map(() => [] as (readonly number[])[]);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, racer] of racers.entries()) {
      const times = await racer.run();
      if (round > 0) runs[i]!.push(times);
    }
  }
  for (const [moment, what] of moments.entries()) {
    console.log(` ${what}`);
    const times = runs.map((all) => all.map((run) => run[moment]!));
    const ours = median(times[0]!);
    for (const [i, racer] of racers.entries()) {
      const all = times[i]!;
      const spread = `${Math.min(...all).toFixed(0)}…${Math.max(...all).toFixed(0)}`;
      const ratio = i === 0 ? "" : `  ${(median(all) / ours).toFixed(2)} × ${racers[0]!.name}'s`;
      console.log(`  ${racer.name.padEnd(28)} ${median(all).toFixed(0).padStart(7)} ms  (${spread})${ratio}`);
    }
  }
}
