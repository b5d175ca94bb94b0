/** The helper thread's own part: see helper-thread.ts. */
import { setFlagsFromString } from "node:v8";
import { workerData } from "node:worker_threads";
import { models } from "../cpu/cpuid.ts";
import { type Batch, CodeBits, type CodeMemory, writeBatch } from "./batch.ts";
import { compiledCode } from "./compiled-code.ts";
import { Constants } from "./constants.ts";
import type { Answer, HelperData, Work } from "./helper-thread.ts";

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

/** Nobody calls what is compiled here: any functions will do. */
function compile(module: WebAssembly.Module): Answer {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  const functions = WebAssembly.Module.imports(module).filter(({ kind }) => kind === "function");
  const imports = Object.fromEntries(functions.map(({ name }) => [name, () => 0]));
  const { exports } = new WebAssembly.Instance(module, { cor: { ...imports, memory, table } });
  return { code: compiledCode().encode(module, exports) };
}

function answer(work: Work): Answer {
  try {
    if ("module" in work) return compile(work.module);
    const batch: Batch = work;
    const { bytes, ...made } = writeBatch(from, batch);
    return { ...made, wire: bytes, module: bytes === null ? null : new WebAssembly.Module(bytes) };
  } catch (thrown) {
    return { error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}

port.on("message", (work: Work) => {
  port.postMessage(answer(work));
  Atomics.add(new Int32Array(answers), 0, 1);
});
