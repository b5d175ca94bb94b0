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
  readonly wake: SharedArrayBuffer;

  /**
   * `early`: a thread that somebody began before this module was there. It has `ThreadData`, looks for its first message each time that
   * `wake` is notified, and executes that.
   */
  constructor(early?: { readonly worker: Worker; readonly wake: SharedArrayBuffer }) {
    this.wake = early?.wake ?? new SharedArrayBuffer(4);
    if (early !== undefined) {
      this.worker = early.worker;
      this.worker.postMessage(threadBeginning(import.meta, "emulator/machine-runner"));
      const word = new Int32Array(this.wake);
      Atomics.add(word, 0, 1);
      Atomics.notify(word, 0);
      return;
    }
    this.worker = new Worker(threadBeginning(import.meta, "emulator/machine-runner"), {
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
