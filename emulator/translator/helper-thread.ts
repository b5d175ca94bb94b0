/**
 * The thread that translates while the guest goes on: it gets batches, and gives modules that have been compiled. Whoever executes looks
 * from time to time whether one is there; nobody waits. The thread begins with the first batch: most machines of tests have none.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { CpuModelName } from "../cpu/cpu-models.ts";
import { threadBeginning } from "../thread-beginning.ts";
import type { Batch, Made } from "./batch.ts";

/** What the thread has from the beginning. */
export interface HelperData {
  readonly memory: WebAssembly.Memory;
  readonly model: CpuModelName;
  /** Of `CodeBits`. */
  readonly seen: Uint8Array | null;
  readonly taken: Uint8Array;
  /** Regions count (counters.ts). */
  readonly counts: boolean;
  readonly wantsText: boolean;
  /** Batches come, answers go. */
  readonly port: MessagePort;
  /** One word: how many answers were given. */
  readonly answers: SharedArrayBuffer;
}

/** A batch as it comes back; `error`: a mistake of ours. */
export type Answer =
  | (Omit<Made, "bytes"> & {
      readonly module: WebAssembly.Module | null;
      readonly looked: number;
    })
  | { readonly error: string };

/** Threads whose machines are gone are ended. */
const orphans = new FinalizationRegistry<Worker>((worker) => void worker.terminate());

export class HelperThread {
  readonly #port: MessagePort;
  readonly #answers: Int32Array;
  #taken = 0;

  constructor(data: Omit<HelperData, "port" | "answers">) {
    const { port1, port2 } = new MessageChannel();
    const answers = new SharedArrayBuffer(4);
    const worker = new Worker(threadBeginning(import.meta, "emulator/translator/helper"), {
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
      eval: true,
      workerData: { ...data, port: port2, answers } satisfies HelperData,
      transferList: [port2],
    });
    worker.unref();
    port1.unref();
    this.#port = port1;
    this.#answers = new Int32Array(answers);
    orphans.register(this, worker);
  }

  send(batch: Batch): void {
    this.#port.postMessage(batch);
  }

  /** The next answer, or null if there is none yet. */
  take(): Exclude<Answer, { readonly error: string }> | null {
    if (Atomics.load(this.#answers, 0) === this.#taken) return null;
    this.#taken++;
    const answer = receiveMessageOnPort(this.#port)!.message as Answer;
    if ("error" in answer) throw new Error(`translating: ${answer.error}`);
    return answer;
  }
}
