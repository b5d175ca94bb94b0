/**
 * What a random program shows when it runs: the calls of its extern and the ports in order, how it ends, and what its
 * globals hold then. Two readers agree on a program when these texts are equal.
 */
import { Interpreter, type Outcome } from "./interpret.ts";
import { ENTRY, HIDDEN } from "./random.ts";
import type { IrProgram } from "./ssa.ts";

type Answer = (name: string, args: readonly bigint[]) => readonly bigint[];

/** A host for any reader of IR. */
export interface PortHost {
  readonly extern: Answer;
  readonly machine: Answer;
}

/** What ports answer and note, the same for every reader; the wasm back end and native runs answer likewise. */
export function portHost(log: string[]): PortHost {
  return {
    extern: (_name, args) => {
      log.push(`${args.join(" ")}`);
      return [];
    },
    machine: (name, args) => {
      log.push(`${name} ${args.join(" ")}`);
      return name === "in16" ? [(args[0]! * 40503n) & 0xffffn] : [];
    },
  };
}

/** A text for how a run ended; a trap always with two words. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "return":
      return `return ${outcome.values.join(" ")}`;
    case "trap":
      return `trap ${outcome.message} ${[0, 1].map((k) => outcome.arguments[k] ?? 0n).join(" ")}`;
    case "fault":
      return `fault ${outcome.why}`;
    default:
      return outcome.kind;
  }
}

/** Contents of the globals that may be compared. */
export function globalsText(program: IrProgram, addressOf: (symbol: string) => number, memory: Uint8Array): string[] {
  return program.globals
    .filter((g) => g.name !== HIDDEN && g.section !== "rodata")
    .map((g) => {
      const at = addressOf(g.name);
      return `${g.name} ${Buffer.from(memory.subarray(at, at + g.bytes)).toString("hex")}`;
    });
}

/** Runs a random program in the interpreter and tells what it shows. */
export function shownByInterpreter(
  program: IrProgram,
  seed: bigint,
  stepLimit = 300_000,
): { text: string; steps: number } {
  const log: string[] = [];
  const interpreter = new Interpreter(program, { memoryBytes: 1 << 17, host: portHost(log) });
  const outcome = interpreter.call(ENTRY, [seed], stepLimit);
  if (outcome.kind === "steps" || outcome.kind === "fault")
    return { text: outcomeText(outcome), steps: interpreter.steps };
  const globals = globalsText(program, (symbol) => Number(interpreter.address(symbol)), interpreter.memory);
  return { text: [...log, outcomeText(outcome), ...globals].join("\n"), steps: interpreter.steps };
}
