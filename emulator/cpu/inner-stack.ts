/**
 * Stacks of the inner rings: the TSS holds SS:rSP for rings 0–2, and in long mode RSP0–2 and the seven IST pointers
 * (SDM vol. 3, 5.8.5, 7.2.1, 7.7). Call gates and interrupts switch to them.
 */
import { SS } from "../isa/instruction.ts";
import { type CpuContext, Fault } from "./context.ts";
import {
  checkStackDescriptor,
  inLongMode,
  isCanonical,
  isNull,
  markAccessed,
  SystemType,
  selectorError,
  setNull,
  setSegment,
} from "./segmentation.ts";
import type { StackSegment } from "./stack-frame.ts";
import { Access, TR, Vector } from "./state.ts";

export interface InnerStack {
  readonly stack: StackSegment;
  /** Loads SS; cannot fault. To be called when CPL is already the new one. */
  load(): void;
}

/** #TS(TR) unless `bytes` at `offset` lie within the TSS. */
function checkTssLimit(cpu: CpuContext, offset: number, bytes: number, ext: number): void {
  if (offset + bytes - 1 > cpu.state.get32("segmentLimit", TR))
    throw new Fault(Vector.TS, selectorError(cpu.state.get32("segmentSelector", TR), ext));
}

/**
 * The stack for ring `cpl` (0–2). Throws #TS for a bad TSS or SS, #SS for one that is not present; pushes that do not
 * fit fault with #SS(new SS). `ext` is bit 0 of these error codes.
 */
export function innerStack(cpu: CpuContext, cpl: number, ext: number): InnerStack {
  if (inLongMode(cpu)) return longStack(cpu, 4 + 8 * cpl, cpl, ext);
  const { state } = cpu;
  const type = state.get32("segmentAccess", TR) & Access.typeMask;
  const wide = type === SystemType.tss32 || type === SystemType.tss32Busy;
  const offset = wide ? 4 + 8 * cpl : 2 + 4 * cpl;
  const tss = state.get64("segmentBase", TR);
  checkTssLimit(cpu, offset, wide ? 6 : 4, ext);
  const at = (distance: number, bytes: 2 | 4) =>
    cpu.readLinear(tss + BigInt(offset + distance), bytes, { supervisor: true });
  const pointer = at(0, wide ? 4 : 2);
  const selector = Number(at(wide ? 4 : 2, 2));
  if (isNull(selector)) throw new Fault(Vector.TS, selectorError(selector, ext));
  const descriptor = markAccessed(cpu, checkStackDescriptor(cpu, selector, cpl, Vector.TS, ext));
  return {
    stack: {
      base: descriptor.base,
      limit: descriptor.limit,
      access: descriptor.access,
      pointer,
      long: false,
      errorCode: selectorError(selector, ext),
      supervisor: true,
    },
    load: () => setSegment(cpu, SS, selector, descriptor),
  };
}

/** The stack of IST entry `ist` (1–7), for a handler in ring `cpl`; SS becomes null only if the ring changes. */
export function interruptStack(cpu: CpuContext, ist: number, cpl: number, ext: number): InnerStack {
  return longStack(cpu, 0x24 + 8 * (ist - 1), cpl, ext);
}

/** Long mode: a 64-bit pointer at `offset` of the TSS; SS becomes null with RPL = CPL when the ring changes. */
function longStack(cpu: CpuContext, offset: number, cpl: number, ext: number): InnerStack {
  const { state } = cpu;
  checkTssLimit(cpu, offset, 8, ext);
  const pointer = cpu.readLinear(state.get64("segmentBase", TR) + BigInt(offset), 8, { supervisor: true });
  if (!isCanonical(cpu, pointer)) throw new Fault(Vector.SS, ext);
  const changes = cpl !== state.get32("cpl");
  return {
    stack: {
      base: 0n,
      limit: 0,
      access: 0,
      pointer,
      long: true,
      errorCode: ext,
      supervisor: cpl < 3,
    },
    load: () => {
      if (changes) setNull(cpu, SS, cpl);
    },
  };
}
