/**
 * Frames that the processor itself builds on a stack, perhaps one that it is only about to switch to: far calls, call
 * gates, interrupts. Pushes are collected first and written together, after every check has passed, so that a fault in
 * the middle changes nothing.
 */
import { SS } from "../isa/instruction.ts";
import { type AccessBytes, type CpuContext, Fault } from "./context.ts";
import { in64BitMode, isCanonical } from "./segmentation.ts";
import { Access, Vector } from "./state.ts";

/** What a stack looks like: the present one, or one described by a new SS and a pointer from a TSS. */
export interface StackSegment {
  readonly base: bigint;
  readonly limit: number;
  readonly access: number;
  /** The whole stack pointer register; with a 16-bit stack its upper part stays. */
  readonly pointer: bigint;
  /** 64-bit addressing: base 0, no limit, canonical addresses. */
  readonly long: boolean;
  /** Error code of the #SS for a push that does not fit. */
  readonly errorCode: number;
  /** Null: pages are touched with the rights of the current CPL; else with those of supervisor code. */
  readonly supervisor: boolean | null;
}

/** The stack that SS:rSP names now. */
export function presentStack(cpu: CpuContext, errorCode = 0): StackSegment {
  const { state } = cpu;
  return {
    base: state.get64("segmentBase", SS),
    limit: state.get32("segmentLimit", SS),
    access: state.get32("segmentAccess", SS),
    pointer: state.get64("general", 4),
    long: in64BitMode(cpu),
    errorCode,
    supervisor: null,
  };
}

/** Bits of the stack pointer in use. */
export const pointerMask = (stack: { readonly access: number; readonly long: boolean }): bigint =>
  stack.long ? 0xffff_ffff_ffff_ffffn : stack.access & Access.big ? 0xffff_ffffn : 0xffffn;

/** Whether bytes offset … offset+bytes-1 lie within a data segment (expand-down ones included). */
export function withinLimit(
  segment: { readonly limit: number; readonly access: number },
  offset: bigint,
  bytes: number,
): boolean {
  const last = offset + BigInt(bytes - 1);
  const downward = (segment.access & (Access.code | Access.expandDown)) === Access.expandDown;
  if (!downward) return last <= BigInt(segment.limit);
  const top = segment.access & Access.big ? 0xffff_ffffn : 0xffffn;
  return offset > BigInt(segment.limit) && last <= top;
}

export class StackFrame {
  readonly #cpu: CpuContext;
  readonly #stack: StackSegment;
  readonly #mask: bigint;
  readonly #writes: { linear: bigint; bytes: AccessBytes; value: bigint }[] = [];
  #offset: bigint;

  constructor(cpu: CpuContext, stack: StackSegment) {
    this.#cpu = cpu;
    this.#stack = stack;
    this.#mask = pointerMask(stack);
    this.#offset = stack.pointer & this.#mask;
  }

  /** The whole stack pointer after the pushes so far. */
  get pointer(): bigint {
    return (this.#stack.pointer & ~this.#mask) | this.#offset;
  }

  /** Throws #SS when there is no room. Nothing is written yet. */
  push(bytes: 2 | 4 | 8, value: bigint): void {
    const stack = this.#stack;
    this.#offset = (this.#offset - BigInt(bytes)) & this.#mask;
    const fits = stack.long ? this.#isCanonical(bytes) : withinLimit(stack, this.#offset, bytes);
    if (!fits) throw new Fault(Vector.SS, stack.errorCode);
    const linear = stack.long ? this.#offset : (stack.base + this.#offset) & 0xffff_ffffn;
    this.#writes.push({ linear, bytes, value });
  }

  /** Throws if a page of the frame cannot be written; writes nothing. */
  probe(): void {
    for (const { linear, bytes } of this.#writes) this.#cpu.probeLinear(linear, bytes, this.#how());
  }

  /** Writes what was pushed. */
  write(): void {
    this.probe();
    for (const { linear, bytes, value } of this.#writes) this.#cpu.writeLinear(linear, bytes, value, this.#how());
  }

  #isCanonical(bytes: number): boolean {
    return isCanonical(this.#cpu, this.#offset) && isCanonical(this.#cpu, this.#offset + BigInt(bytes - 1));
  }

  #how() {
    return this.#stack.supervisor === null ? { write: true } : { write: true, supervisor: this.#stack.supervisor };
  }
}

/** Reads frames from the present stack, upwards, without moving it (RETF, IRET). */
export class StackReader {
  readonly #cpu: CpuContext;
  readonly #mask: bigint;
  readonly #pointer: bigint;
  #offset: bigint;

  constructor(cpu: CpuContext) {
    const stack = presentStack(cpu);
    this.#cpu = cpu;
    this.#mask = pointerMask(stack);
    this.#pointer = stack.pointer;
    this.#offset = stack.pointer & this.#mask;
  }

  /** The whole stack pointer behind what was read. */
  get pointer(): bigint {
    return (this.#pointer & ~this.#mask) | this.#offset;
  }

  /** Throws #SS(0) beyond the limit, #PF. */
  pop(bytes: 2 | 4 | 8): bigint {
    const value = this.#cpu.readSegment(SS, this.#offset, bytes);
    this.skip(BigInt(bytes));
    return value;
  }

  skip(bytes: bigint): void {
    this.#offset = (this.#offset + bytes) & this.#mask;
  }
}
