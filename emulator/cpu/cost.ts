/**
 * What an instruction costs in cycles of virtual time. At least 1, so that time never stands still; a function of the
 * instruction alone. A repeated string instruction costs as much again for each further iteration.
 */
import type { Instruction } from "../isa/instruction.ts";

/** An access to a port waits for the ISA bus: about a microsecond, which software takes for granted when it polls. */
const PORT = 1000;
/** One of a block transfer: the bus is kept. (ATA PIO mode 4: 120 ns a word.) */
const PORT_BLOCK = 120;

/** Delivery of an interrupt or exception, in cycles. */
export const DELIVERY = 60;

export function cost({ row }: Instruction): number {
  if (row.cost !== "io") return 1;
  return row.repeat === "none" ? PORT : PORT_BLOCK;
}
