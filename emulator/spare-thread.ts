/**
 * A thread that can become a machine's: it loads the machine's modules and then waits to be told what machine. Whoever knows early that
 * there will be a machine makes one early, for loading takes longer than most of what can be done in the meantime.
 */
import { SHARE_ENV, Worker } from "node:worker_threads";
import { threadBeginning } from "./thread-beginning.ts";

export class SpareThread {
  /** Keeps nobody alive until it is given work. */
  readonly worker: Worker;
  /** One 32-bit word, counted up and notified with every order. */
  readonly wake = new SharedArrayBuffer(4);

  constructor() {
    this.worker = new Worker(threadBeginning(import.meta, "machine-runner"), {
      eval: true,
      env: SHARE_ENV,
      workerData: { wake: this.wake } satisfies ThreadData,
    });
    this.worker.unref();
  }
}

/** What the thread has from the beginning. */
export interface ThreadData {
  readonly wake: SharedArrayBuffer;
}
