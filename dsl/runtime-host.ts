/**
 * What the runtime leaves to the host when a program runs as WebAssembly or in the IR interpreter: a console and a log
 * that are kept as text, the end of a panic, a user's memory that is the program's own.
 */
import type { Outcome } from "./ir/interpret.ts";
import { Interpreter } from "./ir/interpret.ts";
import type { IrProgram } from "./ir/ssa.ts";
import type { CompiledWasm } from "./wasm/compile.ts";
import { WasmRun } from "./wasm/run.ts";

/** The error code of addresses that are not there (prelude, Errno). */
const EFAULT = 14n;

export interface HostedRun {
  readonly outcome: Outcome;
  /** What was printed, and what went to the log. */
  readonly output: string;
  readonly log: string;
}

/** A panic whose text was not constant. */
class Panic extends Error {}

class RuntimeHost {
  memory: Uint8Array = new Uint8Array(0);
  readonly #sinks: [number[], number[]] = [[], []];

  readonly extern = (name: string, args: readonly bigint[]): readonly bigint[] => {
    const [a, b, c] = args.map((word) => BigInt.asUintN(64, word)) as [bigint, bigint, bigint];
    switch (name) {
      case "cor_write":
        this.#sinks[Number(a) as 0 | 1].push(...this.#bytes(b, c));
        return [];
      case "panic":
        throw new Panic(new TextDecoder().decode(this.#bytes(a, b)));
      case "copyIn":
      case "copyOut": {
        const [to, from] = [this.#bytes(a, c), this.#bytes(b, c)];
        if (BigInt(to.length) !== c || BigInt(from.length) !== c) return [EFAULT, 0n];
        to.set(from);
        return [0n, c];
      }
      case "cpuId":
      case "perCpuOffset":
        return [0n];
      default:
        throw new Error(`the host has no ${name}`);
    }
  };

  /** Cut where memory ends. */
  #bytes(at: bigint, length: bigint): Uint8Array {
    return this.memory.subarray(Number(at), Number(at + length));
  }

  run(call: () => Outcome): HostedRun {
    let outcome: Outcome;
    try {
      outcome = call();
    } catch (error) {
      if (!(error instanceof Panic)) throw error;
      outcome = { kind: "trap", message: error.message, arguments: [0n, 0n] };
    }
    const [output, log] = this.#sinks.map((sink) => new TextDecoder().decode(Uint8Array.from(sink)));
    return { outcome, output: output!, log: log! };
  }
}

/** Calls a function of a compiled module, for instance "demo.main". */
export function runWasm(compiled: CompiledWasm, name: string, args: readonly bigint[] = []): HostedRun {
  const host = new RuntimeHost();
  const run = new WasmRun(compiled, { extern: host.extern, machine });
  host.memory = run.memory;
  return host.run(() => run.call(name, args));
}

/** Calls a function of a program in the IR interpreter. */
export function runInterpreted(program: IrProgram, name: string, args: readonly bigint[] = []): HostedRun {
  const host = new RuntimeHost();
  const interpreter = new Interpreter(program, { host: { extern: host.extern, machine } });
  host.memory = interpreter.memory;
  return host.run(() => interpreter.call(name, args, 1_000_000_000));
}

/** One processor, whose own data is the only copy. */
function machine(name: string): readonly bigint[] {
  if (name === "perCpuBase") return [0n];
  if (name === "pause") return [];
  throw new Error(`no instruction ${name} on this host`);
}
