/** The words for how a machine ended, on stderr: nothing for what the user wanted, a reason for everything else. */
import type { FaultRecord } from "../emulator/cpu/exits.ts";
import type { Ending } from "../emulator/thread-protocol.ts";

const vectorNames = [
  ["#DE", "divide error"],
  ["#DB", "debug"],
  ["NMI", "non-maskable interrupt"],
  ["#BP", "breakpoint"],
  ["#OF", "overflow"],
  ["#BR", "bound range exceeded"],
  ["#UD", "invalid opcode"],
  ["#NM", "device not available"],
  ["#DF", "double fault"],
  ["#9", "coprocessor segment overrun"],
  ["#TS", "invalid TSS"],
  ["#NP", "segment not present"],
  ["#SS", "stack fault"],
  ["#GP", "general protection"],
  ["#PF", "page fault"],
  ["#15", "reserved"],
  ["#MF", "x87 floating-point error"],
  ["#AC", "alignment check"],
  ["#MC", "machine check"],
  ["#XM", "SIMD floating-point exception"],
] as const;

const hex = (n: bigint | number): string => `0x${n.toString(16)}`;

/** One exception of the chain: "#PF page fault, error code 0x2, CR2 0x1000, at RIP 0x7c00". */
function describeFault({ vector, errorCode, rip, cr2 }: FaultRecord): string {
  const [name, meaning] = vectorNames[vector] ?? [`vector ${hex(vector)}`, "interrupt"];
  const code = errorCode === null ? "" : `, error code ${hex(errorCode)}`;
  const address = cr2 === null ? "" : `, CR2 ${hex(cr2)}`;
  return `${name} ${meaning}${code}${address}, at RIP ${hex(rip)}`;
}

/** What the user asked for, as far as the words need it. */
interface Asked {
  readonly until: string | null;
  readonly timeout: number | null;
  readonly maxInstructions: number | null;
}

/** Lines without the last line end, or null when there is nothing to explain. */
export function describeEnding(ending: Ending, { until, timeout, maxInstructions }: Asked): string | null {
  const missing = until === null ? "" : `; ${JSON.stringify(until)} did not come`;
  switch (ending.kind) {
    case "triple-fault":
      return [
        "cor: triple fault: the processor could not deliver an exception, nor the double fault after it, and shut down",
        ...ending.faults.map((fault, i) => `  ${i + 1}. ${describeFault(fault)}`),
        ...ending.registers.split("\n").map((line) => `  ${line}`),
      ].join("\n");
    case "halted":
      return `cor: the processor halted with interrupts off, for ever${missing}`;
    case "instructions":
      return `cor: ${maxInstructions} instructions are used up${missing}`;
    case "timeout":
      return `cor: ${timeout} seconds are over${missing}`;
    case "power-off":
    case "quit":
      return until === null ? null : `cor: the machine ended before ${JSON.stringify(until)} came`;
    default:
      return null;
  }
}
