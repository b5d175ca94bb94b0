/**
 * A thread that can become a machine's: it loads the machine's modules and then waits to be told what machine. Whoever knows early that
 * there will be a machine makes one early, for loading takes longer than most of what can be done in the meantime.
 *
 * It begins with a line of JavaScript, not with a module: Node's compile cache has to be asked for in every thread before
 * anything is loaded, and a thread that began with TypeScript would need the type stripper for that one file.
 */
import { Worker } from "node:worker_threads";

const BEGINNING = (url: string): string =>
  `require("node:module").enableCompileCache?.(); import(${JSON.stringify(url)}).catch((error) => { throw error; });`;

export class SpareThread {
  /** Keeps nobody alive until it is given work. */
  readonly worker: Worker;
  /** One 32-bit word, counted up and notified with every order. */
  readonly wake = new SharedArrayBuffer(4);

  constructor() {
    const runner = import.meta.filename.endsWith(".ts") ? "./machine-runner.ts" : "./machine-runner.js";
    this.worker = new Worker(BEGINNING(new URL(runner, import.meta.url).href), {
      eval: true,
      workerData: { wake: this.wake } satisfies ThreadData,
    });
    this.worker.unref();
  }
}

/** What the thread has from the beginning. */
export interface ThreadData {
  readonly wake: SharedArrayBuffer;
}
