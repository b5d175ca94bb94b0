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

function answer(batch: Batch): Answer {
  try {
    const { bytes, ...made } = writeBatch(from, batch);
    return { ...made, module: bytes === null ? null : new WebAssembly.Module(bytes) };
  } catch (thrown) {
    return { error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}

port.on("message", (batch: Batch) => {
  port.postMessage(answer(batch));
  Atomics.add(new Int32Array(answers), 0, 1);
});
