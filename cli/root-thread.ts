/**
 * A thread that makes the root of Cor's own disk: its sixty programs take longer than the kernel, which is compiled meanwhile.
 * It says what it made, or why it could not; then it writes what the compiler keeps for the next time.
 */
import { parentPort, workerData } from "node:worker_threads";
import { rootImage } from "../disks/build.ts";
import { ObjectStore } from "../dsl/store.ts";
import { UserError } from "../emulator/user-error.ts";
import { cacheFolder } from "./program/load.ts";

/** What the thread has from the beginning. */
export interface RootOrder {
  /** See `ObjectStore`. */
  readonly version: string;
}

export type RootAnswer =
  | { readonly image: Uint8Array }
  /** The user's mistake (UserError), and a bug of ours. */
  | { readonly refused: string; readonly details: string | null }
  | { readonly failed: string; readonly stack: string };

const waiting: (() => void)[] = [];
const { version } = workerData as RootOrder;
parentPort!.postMessage(made());
for (const write of waiting) write();

function made(): RootAnswer {
  try {
    return { image: rootImage(new ObjectStore(cacheFolder("objects"), version, (write) => waiting.push(write))) };
  } catch (error) {
    if (error instanceof UserError) return { refused: error.message, details: error.details };
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    return { failed: message, stack };
  }
}
