/** The thread in which hostile guests run, so that one that hangs the host can be found out: see hunt.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { Arena } from "./arena.ts";
import { type HuntStart, Progress, Report } from "./hunt.ts";

const { first, instructions, lifetime, progress } = workerData as HuntStart;
const arena = new Arena();
const words = new BigInt64Array(progress);
const report = new Report();
try {
  for (let seed = first; report.instructions < instructions; seed++) {
    Atomics.store(words, Progress.seed, BigInt(seed));
    report.add(arena.run(seed, lifetime));
    Atomics.store(words, Progress.instructions, BigInt(report.instructions));
  }
  parentPort!.postMessage({ report: String(report) });
} catch (error) {
  parentPort!.postMessage({ failure: error instanceof Error ? error.stack : String(error) });
}
