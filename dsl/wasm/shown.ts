/** What a random program shows when it runs as WebAssembly: comparable with ir/shown.ts. */
import { ENTRY } from "../ir/random.ts";
import { globalsText, outcomeText, portHost } from "../ir/shown.ts";
import type { IrProgram } from "../ir/ssa.ts";
import { compileToWasm } from "./compile.ts";
import { WasmRun } from "./run.ts";

/** Compiles a program that ends, runs it, and tells what it shows. */
export function shownByWasm(program: IrProgram, argument: bigint): string {
  const log: string[] = [];
  const run = new WasmRun(compileToWasm(program, { memoryBytes: 1 << 17 }), portHost(log));
  const outcome = run.call(ENTRY, [argument]);
  if (outcome.kind === "fault") return outcomeText(outcome);
  return [...log, outcomeText(outcome), ...globalsText(program, (symbol) => run.address(symbol), run.memory)].join(
    "\n",
  );
}
