/** The thread in which hostile guests run, so that one that hangs the host can be found out: see hunt.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { Arena } from "./arena.ts";
import { Guests, type HuntStart, Progress } from "./hunt.ts";

const { first, instructions, progress } = workerData as HuntStart;
const arena = new Arena();
const words = new BigInt64Array(progress);
const guests = new Guests();
try {
  for (let seed = first; guests.report.instructions < instructions; seed++) {
    Atomics.store(words, Progress.seed, BigInt(seed));
    guests.add(arena.run(seed));
    Atomics.store(words, Progress.instructions, BigInt(guests.report.instructions));
  }
  parentPort!.postMessage({ report: guests.report });
} catch (error) {
  parentPort!.postMessage({ failure: error instanceof Error ? error.stack : String(error) });
}
