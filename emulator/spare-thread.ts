/**
 * A thread that can become a machine's: it loads the machine's modules and then waits to be told what machine. Whoever knows early that
 * there will be a machine makes one early, for loading takes longer than most of what can be done in the meantime.
 *
 * It begins with a line of JavaScript, not with a module: Node's compile cache has to be asked for in every thread before
 * anything is loaded, and a thread that began with TypeScript would need the type stripper for that one file.
 */
import { SHARE_ENV, Worker } from "node:worker_threads";

/** What a thread executes that loads its modules from their sources. */
function fromSources(): string {
  const runner = import.meta.filename.endsWith(".ts") ? "./machine-runner.ts" : "./machine-runner.js";
  const url = new URL(runner, import.meta.url).href;
  return `require("node:module").enableCompileCache?.(); import(${JSON.stringify(url)}).catch((error) => { throw error; });`;
}

export class SpareThread {
  /** Keeps nobody alive until it is given work. */
  readonly worker: Worker;
  /** One 32-bit word, counted up and notified with every order. */
  readonly wake = new SharedArrayBuffer(4);

  /** `beginning`: JavaScript that ends by executing machine-runner.ts, for those who have a faster way to it. */
  constructor(beginning: string = fromSources()) {
    this.worker = new Worker(beginning, {
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
