/**
 * Runs single modules of the kernel in Node: compiled to WebAssembly together with a test module in the kernel language,
 * with doubles for what only a machine has. The processor's flags are there (spinlocks save them); everything else of
 * the machine is refused.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CompileCache, compile, diagnosticsText } from "../../dsl/compile.ts";
import type { Outcome } from "../../dsl/ir/interpret.ts";
import type { CompiledWasm } from "../../dsl/wasm/compile.ts";
import { type WasmHost, WasmRun } from "../../dsl/wasm/run.ts";

const root = new URL("../../", import.meta.url);
const caches = new Map<string, CompileCache>();
/** What was compiled in this process already, by its source and doubles. */
const compiled = new Map<string, CompiledWasm>();

export interface KernelModule {
  readonly run: WasmRun;
  /** Calls an exported function of the test module and gives its words; a trap or fault fails the test. */
  readonly call: (name: string, ...args: bigint[]) => bigint[];
  /** The same, for functions that are to fail. */
  readonly outcome: (name: string, ...args: bigint[]) => Outcome;
  /** What was printed and logged. */
  readonly output: () => string;
}

/**
 * Compiles `source` as kernel/test.ts, which imports what it tests by "./memory/frames.ts" and the like. `doubles` replace
 * modules by their path from the root; an empty text is a module without anything.
 */
export function kernelModule(
  source: string,
  doubles: Readonly<Record<string, string>> = {},
  host: WasmHost = {},
): KernelModule {
  const entry = "kernel/test.ts";
  const read = (file: string): string | null => {
    if (file === entry) return source;
    const double = doubles[file];
    if (double !== undefined) return double;
    try {
      return readFileSync(new URL(file, root), "utf8");
    } catch {
      return null;
    }
  };
  const key = Object.keys(doubles).join();
  const cache = caches.get(key) ?? new CompileCache();
  caches.set(key, cache);
  const text = [source, ...Object.values(doubles)].join("\0");
  let wasm = compiled.get(text);
  if (wasm === undefined) {
    const result = compile({ entries: [entry], read, target: "wasm", unsafe: ["kernel/"], cache });
    assert.ok(result.diagnostics.length === 0, `\n${diagnosticsText(result)}`);
    wasm = result.wasm!;
    compiled.set(text, wasm);
  }
  const written: number[] = [];
  const run: WasmRun = new WasmRun(wasm, {
    extern: (name, args) => {
      if (name === "cor_write") {
        written.push(...run.memory.subarray(Number(args[1]), Number(args[1]! + args[2]!)));
        return [];
      }
      if (name === "cpuId" || name === "perCpuOffset") return [0n];
      return host.extern?.(name, args) ?? [];
    },
    machine: (name, args) => {
      if (name === "saveFlagsCli") return [0x202n];
      if (name === "writeFlags" || name === "pause" || name === "sti" || name === "cli") return [];
      const answer = host.machine?.(name, args);
      if (answer === undefined) throw new Error(`this test has no ${name}`);
      return answer;
    },
  });
  const outcome = (name: string, ...args: bigint[]) => run.call(`kernel/test.${name}`, args);
  const output = () => new TextDecoder().decode(Uint8Array.from(written));
  const call = (name: string, ...args: bigint[]) => {
    const it = outcome(name, ...args);
    if (it.kind !== "return")
      assert.fail(`${name}: ${JSON.stringify(it, (_, v) => (typeof v === "bigint" ? `${v}` : v))} ${output()}`);
    return [...it.values];
  };
  return { run, call, outcome, output };
}
