/**
 * Runs a compiled program in Node: makes the memory and table the module imports, answers its calls to the outside through
 * the same host interface as the interpreter, and tells outcomes in the same words.
 */

import { bitsOfFloat, floatOfBits } from "../ir/build.ts";
import type { Outcome } from "../ir/interpret.ts";
import { machineOps } from "../ir/machine.ts";
import type { Type } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { type CompiledWasm, PAGE } from "./compile.ts";

type Native = number | bigint;

/** What Node made of compiled programs, for those that run again and again from the beginning. */
const modules = new WeakMap<CompiledWasm, WebAssembly.Module>();

/** What leaves the module by a throw: the outcome of the call that is running. */
class Leave extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

/** The host's side of calls; the interpreter argument of the interpreter's host is left out. */
export interface WasmHost {
  readonly extern?: (name: string, args: readonly bigint[]) => readonly bigint[];
  readonly machine?: (name: string, args: readonly bigint[]) => readonly bigint[];
}

function toBits(type: Type, value: Native): bigint {
  if (type === "f32" || type === "f64") return bitsOfFloat(type, Number(value));
  return BigInt.asUintN(widths[type], BigInt(value));
}

function toNative(type: Type, bits: bigint): Native {
  if (type === "f32" || type === "f64") return floatOfBits(type, bits);
  return type === "i64" ? BigInt.asIntN(64, bits) : Number(BigInt.asUintN(widths[type], bits));
}

export class WasmRun {
  readonly memory: Uint8Array;
  readonly #compiled: CompiledWasm;
  readonly #exports: WebAssembly.Exports;

  constructor(compiled: CompiledWasm, host: WasmHost = {}) {
    this.#compiled = compiled;
    const pages = compiled.memoryBytes / PAGE;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.memory = new Uint8Array(memory.buffer);
    this.memory.set(compiled.image.bytes);
    const table = new WebAssembly.Table({ element: "anyfunc", initial: compiled.image.callable.length });
    const outside = (
      parameters: readonly Type[],
      results: readonly Type[],
      answer: (args: bigint[]) => readonly bigint[] | undefined,
      name: string,
    ) => {
      return (...args: Native[]) => {
        const values = answer(args.map((a, k) => toBits(parameters[k]!, a)));
        if (values === undefined) throw new Leave({ kind: "fault", why: `nobody provides ${name}` });
        const natives = results.map((type, k) => toNative(type, values[k] ?? 0n));
        return natives.length > 1 ? natives : natives[0];
      };
    };
    const externs: Record<string, (...args: Native[]) => Native | Native[] | undefined> = {};
    for (const { name, signature } of compiled.program.externs)
      if (signature !== null)
        externs[name] = outside(signature.parameters, signature.results, (args) => host.extern?.(name, args), name);
    const machine: Record<string, (...args: Native[]) => Native | Native[] | undefined> = {};
    for (const [name, { parameters, results }] of Object.entries(machineOps))
      machine[name] = outside(parameters, results, (args) => host.machine?.(name, args), name);
    const module = modules.get(compiled) ?? new WebAssembly.Module(compiled.bytes);
    modules.set(compiled, module);
    const instance = new WebAssembly.Instance(module, {
      env: {
        memory,
        table,
        trap: (message: bigint, a: bigint, b: bigint) => {
          throw new Leave({
            kind: "trap",
            message: this.#text(message),
            arguments: [a, b].map((w) => BigInt.asUintN(64, w)),
          });
        },
        stackFull: () => {
          throw new Leave({ kind: "stack" });
        },
      },
      extern: externs,
      machine,
    });
    this.#exports = instance.exports;
  }

  /** The text of the global at an address; one without bytes may share it with the next. */
  #text(at: bigint): string {
    for (const g of this.#compiled.program.globals)
      if (g.bytes > 0 && this.#compiled.image.addresses.get(g.name) === at) return new TextDecoder().decode(g.data);
    return `0x${at.toString(16)}`;
  }

  /** The address of a symbol. */
  address(symbol: string): number {
    return Number(this.#compiled.image.addresses.get(symbol));
  }

  /**
   * Calls a function. A trap gives both its words, 0 for those it has not; after anything but a return, the stack is not
   * what it was, and the run should be given up.
   */
  call(name: string, args: readonly bigint[] = []): Outcome {
    const f = this.#compiled.program.functions.find((f) => f.name === name);
    if (f === undefined) throw new Error(`no function ${name}`);
    const run = this.#exports[name] as (...args: Native[]) => Native | Native[] | undefined;
    try {
      const natives = run(...args.map((a, k) => toNative(f.signature.parameters[k]!, a)));
      const list = Array.isArray(natives) ? natives : natives === undefined ? [] : [natives];
      return { kind: "return", values: list.map((n, k) => toBits(f.signature.results[k]!, n)) };
    } catch (error) {
      if (error instanceof Leave) return error.outcome;
      if (error instanceof WebAssembly.RuntimeError) return { kind: "fault", why: error.message };
      if (error instanceof RangeError) return { kind: "stack" };
      throw error;
    }
  }
}
