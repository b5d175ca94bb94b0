/**
 * Every kernel of the system oracle by name. Each makes an image (a flat multiboot file that any machine with a COM1 can run)
 * and leaves out the cases named in `without`; what it says ends with the line "end", and it ends by a write to port F4.
 */
import { localApic } from "./apic.ts";
import { systemCalls } from "./calls.ts";
import { debugRegisters } from "./debug.ts";
import { rareEvents } from "./events.ts";
import { callGates, outerRings } from "./gates.ts";
import { innerStacks, ioPermission } from "./inner.ts";
import { longMode } from "./long.ts";
import { longGates } from "./long-gates.ts";
import { paging4, paging5, protection4, protection5 } from "./long-paging.ts";
import { modeSwitches } from "./modes.ts";
import { paging32, pagingEntries } from "./paging.ts";
import { protectedMode, segmentChecks } from "./protected.ts";
import { realMode } from "./real.ts";
import { taskFaults, taskSwitches } from "./tasks.ts";
import { virtual8086 } from "./virtual.ts";

export type KernelMaker = (without: ReadonlySet<string>) => Uint8Array;

export const kernels: Readonly<Record<string, KernelMaker>> = {
  protected: protectedMode,
  segments: segmentChecks,
  long: longMode,
  debug: debugRegisters,
  gates: callGates,
  rings: outerRings,
  inner: innerStacks,
  ports: ioPermission,
  tasks: taskSwitches,
  taskFaults: taskFaults,
  virtual: virtual8086,
  real: realMode,
  calls: systemCalls,
  longGates: longGates,
  paging32: paging32,
  pagingEntries: pagingEntries,
  paging4: paging4,
  paging5: paging5,
  protection4: protection4,
  protection5: protection5,
  apic: localApic,
  modes: modeSwitches,
  events: rareEvents,
};
