/**
 * Hostile guests in a thread beside, and a watchdog in front of it: a guest takes well under a second, so one that takes a
 * minute of it hangs the host. A failure names the seed and how to run it alone.
 */
import { Worker } from "node:worker_threads";
import type { Outcome } from "./arena.ts";

/** Words that the thread shares with the watchdog. */
export const Progress = { seed: 0, instructions: 1 } as const;

export interface HuntStart {
  readonly first: number;
  /** Guests are run until so many instructions have retired. */
  readonly instructions: number;
  readonly progress: SharedArrayBuffer;
}

export interface Report {
  guests: number;
  /** Scenes, and boots. */
  parts: number;
  instructions: number;
  /** Exceptions and interrupts. */
  delivered: number;
  tripleFaults: number;
  /** Instructions by mode and paging, and of damaged boots. */
  readonly places: Record<string, number>;
}

/** Sums up outcomes. */
export class Guests {
  readonly report: Report = { guests: 0, parts: 0, instructions: 0, delivered: 0, tripleFaults: 0, places: {} };

  add({ instructions, delivered, tripleFaults, parts }: Outcome): void {
    const { report } = this;
    report.guests++;
    report.parts += parts.length;
    report.instructions += instructions;
    report.delivered += delivered;
    report.tripleFaults += tripleFaults;
    for (const part of parts) report.places[part.name] = (report.places[part.name] ?? 0) + part.instructions;
  }
}

export function describe({ guests, parts, instructions, delivered, tripleFaults, places }: Report): string {
  const lines = Object.entries(places).map(([place, count]) => `  ${String(count).padStart(12)}  ${place}`);
  return [
    `${instructions} instructions, ${delivered} exceptions and interrupts, ${tripleFaults} triple faults in ${parts} scenes of ${guests} guests`,
    ...lines.sort(),
  ].join("\n");
}

/** Milliseconds of the processor's time: a busy host is slow, but does not hang. */
const PATIENCE = 60_000;
/** Milliseconds between two looks. */
const LOOK = 1000;

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Runs guests from seed `first` on. Rejects when the host throws, is damaged, or hangs. `onProgress` hears of the number of
 * instructions about once a minute.
 */
export function hunt(
  first: number,
  instructions: number,
  onProgress: (instructions: number) => void = () => {},
): Promise<Report> {
  const progress = new SharedArrayBuffer(16);
  const words = new BigInt64Array(progress);
  words[Progress.seed] = BigInt(first);
  const start: HuntStart = { first, instructions, progress };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: start });
  const alone = () => `to run it alone: node features/robustness/run.ts --seed ${words[Progress.seed]}`;
  return new Promise((resolve, reject) => {
    let since = processorTime();
    let told = since;
    let seed = -1n;
    const watchdog = setInterval(() => {
      const now = processorTime();
      if (words[Progress.seed] !== seed) {
        seed = words[Progress.seed]!;
        since = now;
      }
      if (now - told > PATIENCE) {
        told = now;
        onProgress(Number(words[Progress.instructions]));
      }
      if (now - since > PATIENCE) fail(new Error(`seed ${seed} has run for a minute; ${alone()}`));
    }, LOOK);
    const end = () => {
      clearInterval(watchdog);
      void worker.terminate();
    };
    const fail = (error: Error) => {
      end();
      reject(error);
    };
    worker.on("error", (error) => fail(new Error(`seed ${words[Progress.seed]}; ${alone()}`, { cause: error })));
    worker.on("message", ({ report, failure }: { report?: Report; failure?: string }) => {
      if (report === undefined) {
        fail(new Error(`seed ${words[Progress.seed]}: ${failure}; ${alone()}`));
        return;
      }
      end();
      resolve(report);
    });
  });
}
