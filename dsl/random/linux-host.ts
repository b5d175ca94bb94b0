/**
 * The few system calls of Linux that random programs make (runtime/linux.ts), answered for the IR interpreter and for
 * WebAssembly, so that all judges run one and the same program; and runs of programs in words that all judges share.
 */
import type { Outcome } from "../ir/interpret.ts";
import { PANIC_STATUS } from "../x64/linux.ts";

/** Numbers: Linux, x86-64, syscall_64.tbl. */
const calls = { write: 1, getpid: 39, exitGroup: 231, readv: 310, writev: 311 };

/** Thrown by the call that ends a process: no error, and nobody wants to know where it was made. */
class Exit {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

type Call = (name: string, args: readonly bigint[]) => Outcome;

export class LinuxHost {
  #memory: Uint8Array = new Uint8Array(0);
  readonly #sinks: [number[], number[]] = [[], []];

  readonly machine = (name: string, args: readonly bigint[]): readonly bigint[] => {
    if (name === "perCpuBase") return [0n];
    if (name !== "syscall") throw new Error(`no instruction ${name} on this host`);
    const [number, a, b, c, d] = args.map((word) => Number(BigInt.asIntN(64, word)));
    switch (number) {
      case calls.write:
        this.#sinks[a === 1 ? 0 : 1].push(...this.#memory.subarray(b!, b! + c!));
        return [BigInt(c!)];
      case calls.getpid:
        return [1n];
      case calls.exitGroup:
        throw new Exit(a!);
      case calls.readv:
      case calls.writev: {
        // (pid, own vector, its count, the other's vector, …): one piece each, address and length.
        const view = new DataView(this.#memory.buffer);
        const word = (at: number) => Number(view.getBigUint64(at, true));
        const [own, other, bytes] = [word(b!), word(d!), word(b! + 8)];
        const [to, from] = number === calls.readv ? [own, other] : [other, own];
        this.#memory.copyWithin(to, from, from + bytes);
        return [BigInt(bytes)];
      }
      default:
        throw new Error(`no system call ${number} on this host`);
    }
  };

  /** Runs a program whose memory this is: what it shows and how it ends. */
  run(memory: Uint8Array, call: Call, main: string): string {
    this.#memory = memory;
    let outcome: Outcome | null = null;
    let status = 0;
    try {
      outcome = call(main, []);
      // What waits for the end of its line goes out as the program ends.
      call("exit", [0n]);
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      status = error.status;
    }
    const [output, log] = this.#sinks.map((sink) => new TextDecoder().decode(Uint8Array.from(sink))) as [
      string,
      string,
    ];
    if (outcome === null || outcome.kind === "return") return ended(output, log, status);
    if (outcome.kind === "trap") return words(output, log, failure(outcome.message, outcome.arguments));
    return words(output, log, outcome.kind === "fault" ? `fault ${outcome.why}` : outcome.kind);
  }
}

/** What a process showed, by its exit status or what else ended it. The last line of the log tells of a failed check. */
export function ended(output: string, log: string, status: number | string): string {
  if (status === 0) return words(output, log, "return");
  if (status !== PANIC_STATUS) return words(output, log, typeof status === "number" ? `exit ${status}` : status);
  const start = log.lastIndexOf("\n", log.length - 2) + 1;
  const [, message, a, b] = /^(.*?)(?:: (\d+)(?:, (\d+))?)?\n$/s.exec(log.slice(start)) ?? ["", log];
  return words(output, log.slice(0, start), failure(message!, [BigInt(a ?? 0), BigInt(b ?? 0)]));
}

const words = (output: string, log: string, end: string) => `${output}\n-- log\n${log}\n-- ${end}`;

/** Words that a failed check has not are 0. */
const failure = (message: string, [a = 0n, b = 0n]: readonly bigint[]) => `trap ${message}: ${a}, ${b}`;
