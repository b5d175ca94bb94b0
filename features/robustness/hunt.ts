/**
 * Hostile guests in a thread beside, and a watchdog in front of it: a guest takes well under a second, so one that takes a
 * minute of it hangs the host. A failure names the seed and how to run it alone.
 */
import { Worker } from "node:worker_threads";
import type { Lived, Part } from "./guests.ts";

/** Words that the thread shares with the watchdog. */
export const Progress = { seed: 0, instructions: 1 } as const;

export interface HuntStart {
  readonly first: number;
  /** Guests are run until so many instructions have been executed, or tried. */
  readonly instructions: number;
  /** How much of its life each guest has, up to 1. */
  readonly lifetime: number;
  readonly progress: SharedArrayBuffer;
}

/** What guests did, together. */
export class Report {
  guests = 0;
  tripleFaults = 0;
  readonly parts: Record<string, Part> = {};

  add({ tripleFaults, parts }: Lived): void {
    this.guests++;
    this.tripleFaults += tripleFaults;
    for (const { name, scenes, retired, faulted } of parts) {
      const part = (this.parts[name] ??= { name, scenes: 0, retired: 0, faulted: 0 });
      part.scenes += scenes;
      part.retired += retired;
      part.faulted += faulted;
    }
  }

  #sum(value: (part: Part) => number): number {
    return Object.values(this.parts).reduce((sum, part) => sum + value(part), 0);
  }

  /** Instructions that were begun: they retired, or ended in an exception. */
  get instructions(): number {
    return this.#sum(({ retired, faulted }) => retired + faulted);
  }

  toString(): string {
    const faulted = this.#sum((part) => part.faulted);
    const scenes = this.#sum((part) => part.scenes);
    const lines = Object.values(this.parts).map(
      (part) =>
        `  ${String(part.retired + part.faulted).padStart(12)} ${String(part.faulted).padStart(12)}  ${part.name}`,
    );
    return [
      `${this.instructions} instructions executed: ${this.instructions - faulted} retired, ${faulted} ended in an exception`,
      `(a repeated string instruction is one); ${this.tripleFaults} triple faults in ${scenes} scenes of ${this.guests} guests`,
      `  ${"executed".padStart(12)} ${"of which faulted".padStart(12)}  where`,
      ...lines.sort((x, y) => x.slice(27).localeCompare(y.slice(27))),
    ].join("\n");
  }
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
 * Runs guests from seed `first` on, and resolves with the report. Rejects when the host throws, is damaged, or hangs. `onProgress` hears of the number of
 * instructions about once a minute.
 */
export function hunt(
  first: number,
  instructions: number,
  onProgress: (instructions: number) => void = () => {},
  lifetime = 1,
): Promise<string> {
  const progress = new SharedArrayBuffer(16);
  const words = new BigInt64Array(progress);
  words[Progress.seed] = BigInt(first);
  const start: HuntStart = { first, instructions, lifetime, progress };
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
    worker.on("message", ({ report, failure }: { report?: string; failure?: string }) => {
      if (report === undefined) {
        fail(new Error(`seed ${words[Progress.seed]}: ${failure}; ${alone()}`));
        return;
      }
      end();
      resolve(report);
    });
  });
}
