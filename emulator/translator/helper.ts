/** The helper thread's own part: see helper-thread.ts. */
import { setFlagsFromString } from "node:v8";
import { workerData } from "node:worker_threads";
import { models } from "../cpu/cpuid.ts";
import { type Batch, CodeBits, type CodeMemory, writeBatch } from "./batch.ts";
import { Constants } from "./constants.ts";
import type { Answer, HelperData } from "./helper-thread.ts";

const { memory, model, seen, taken, wantsText, counts, port, answers } = workerData as HelperData;
const { buffer } = memory;
const constants = new Constants(new DataView(buffer));
const from: CodeMemory = {
  buffer,
  model: models[model],
  constants,
  seen: seen === null ? null : new CodeBits(seen),
  taken: new CodeBits(taken),
  isShared: true,
  wantsText,
  numbers: counts ? { next: 0 } : null,
};
setFlagsFromString("--experimental-wasm-branch-hinting");

/**
 * V8 compiles a function when it is first called, which would be the guest's thread: here it is done before the module is handed over. The flag is the whole process's,
 * and others' modules have functions that are never called.
 */
function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  setFlagsFromString("--no-wasm-lazy-compilation");
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString("--wasm-lazy-compilation");
  }
}

function answer(batch: Batch): Answer {
  try {
    const { bytes, ...made } = writeBatch(from, batch);
    return { ...made, module: bytes === null ? null : compile(bytes) };
  } catch (thrown) {
    return { error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}

port.on("message", (batch: Batch) => {
  port.postMessage(answer(batch));
  Atomics.add(new Int32Array(answers), 0, 1);
});
