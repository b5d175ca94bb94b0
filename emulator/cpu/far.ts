/**
 * Far jumps, calls and returns (SDM vol. 2, JMP, CALL, RET; vol. 3, 5.8): within a ring, through call gates to an inner
 * one, back to an outer one, and through task gates and TSSs (tasks.ts).
 */
import { CS, SS } from "../isa/instruction.ts";
import { type CpuContext, Fault } from "./context.ts";
import { innerStack } from "./inner-stack.ts";
import {
  checkCodeSize,
  checkInstructionPointer,
  checkStackDescriptor,
  type Descriptor,
  dropPrivilegedSegments,
  inLongMode,
  inRealOrVirtual8086,
  inVirtual8086,
  isCode,
  isConforming,
  isNull,
  isPresent,
  isSegment,
  markAccessed,
  privilegeOf,
  readDescriptor,
  readUpperHalf,
  rplOf,
  SystemType,
  selectorError,
  setCode,
  setNull,
  setRealSegment,
  setSegment,
  setVirtual8086Segment,
} from "./segmentation.ts";
import { presentStack, StackFrame, StackReader } from "./stack-frame.ts";
import { Access, Vector } from "./state.ts";
import { switchTask, taskOfGate } from "./tasks.ts";

type Bytes = 2 | 4 | 8;

const RSP = 4;

/** Real-address and virtual-8086 mode: CS is a paragraph number; the offset must be within the limit. */
function loadParagraph(cpu: CpuContext, selector: number, offset: bigint): void {
  if (offset > BigInt(cpu.state.get32("segmentLimit", CS))) throw new Fault(Vector.GP, 0);
  if (inVirtual8086(cpu)) setVirtual8086Segment(cpu, CS, selector);
  else setRealSegment(cpu, CS, selector);
  cpu.modeChanged();
  cpu.transfer(offset);
}

/** The checks of a code segment that is jumped to or called directly: its ring is not left. */
function checkDirectCode(cpu: CpuContext, descriptor: Descriptor): void {
  const { selector, access } = descriptor;
  const cpl = cpu.state.get32("cpl");
  checkCodeSize(cpu, descriptor);
  const allowed = isConforming(access)
    ? privilegeOf(access) <= cpl
    : rplOf(selector) <= cpl && privilegeOf(access) === cpl;
  if (!allowed) throw new Fault(Vector.GP, selectorError(selector));
  if (!isPresent(access)) throw new Fault(Vector.NP, selectorError(selector));
}

/** Type of a system descriptor that a far transfer may name; #GP(selector) for the others, and for those that long mode has not. */
function transferType(cpu: CpuContext, descriptor: Descriptor): number {
  const type = descriptor.access & Access.typeMask;
  const legal = inLongMode(cpu)
    ? type === SystemType.callGate32
    : type === SystemType.callGate16 ||
      type === SystemType.callGate32 ||
      type === SystemType.taskGate ||
      type === SystemType.tss16 ||
      type === SystemType.tss32 ||
      type === SystemType.tss16Busy ||
      type === SystemType.tss32Busy;
  if (!legal) throw new Fault(Vector.GP, selectorError(descriptor.selector));
  return type;
}

/** Gates and TSSs: DPL must not be below CPL or the selector's RPL (#GP), and they must be present (#NP). */
function checkGateAccess(cpu: CpuContext, descriptor: Descriptor): void {
  const dpl = privilegeOf(descriptor.access);
  const { selector } = descriptor;
  if (dpl < cpu.state.get32("cpl") || dpl < rplOf(selector)) throw new Fault(Vector.GP, selectorError(selector));
  if (!isPresent(descriptor.access)) throw new Fault(Vector.NP, selectorError(selector));
}

interface Target {
  readonly code: Descriptor;
  readonly offset: bigint;
  readonly bytes: Bytes;
  /** Parameters to copy, in units of `bytes`. */
  readonly parameters: number;
}

/** What a call gate leads to, with the checks that JMP and CALL share (vol. 3, 5.8.4); its privilege is the caller's question. */
function gateTarget(cpu: CpuContext, gate: Descriptor): Target {
  const long = inLongMode(cpu);
  const upper = long ? readUpperHalf(cpu, gate.selector, Vector.GP) : 0n;
  checkGateAccess(cpu, gate);
  const wide = (gate.access & Access.typeMask) === SystemType.callGate32;
  const selector = gate.low >>> 16;
  const low = (gate.low & 0xffff) | (wide ? gate.high & 0xffff_0000 : 0);
  const offset = upper | BigInt(low >>> 0);
  if (isNull(selector)) throw new Fault(Vector.GP, 0);
  const code = readDescriptor(cpu, selector);
  const { access } = code;
  if (!isCode(access) || privilegeOf(access) > cpu.state.get32("cpl"))
    throw new Fault(Vector.GP, selectorError(selector));
  if (long && (access & (Access.long | Access.big)) !== Access.long)
    throw new Fault(Vector.GP, selectorError(selector));
  if (!isPresent(access)) throw new Fault(Vector.NP, selectorError(selector));
  return { code, offset, bytes: long ? 8 : wide ? 4 : 2, parameters: gate.high & 31 };
}

/** JMP far. `rip`: of the next instruction, for the task that is left. */
export function jumpFar(cpu: CpuContext, selector: number, offset: bigint, rip: bigint): void {
  if (inRealOrVirtual8086(cpu)) {
    loadParagraph(cpu, selector, offset);
    return;
  }
  if (isNull(selector)) throw new Fault(Vector.GP, 0);
  const descriptor = readDescriptor(cpu, selector);
  if (isCode(descriptor.access)) {
    checkDirectCode(cpu, descriptor);
    enter(cpu, descriptor, offset);
    return;
  }
  if (isSegment(descriptor.access)) throw new Fault(Vector.GP, selectorError(selector));
  switch (transferType(cpu, descriptor)) {
    case SystemType.callGate16:
    case SystemType.callGate32: {
      const { code, offset: entry } = gateTarget(cpu, descriptor);
      if (!isConforming(code.access) && privilegeOf(code.access) !== cpu.state.get32("cpl"))
        throw new Fault(Vector.GP, selectorError(code.selector));
      enter(cpu, code, entry);
      return;
    }
    default:
      switchTask(cpu, taskTarget(cpu, descriptor), { cause: "jump", rip });
  }
}

/** The TSS that a far transfer to a task gate or TSS descriptor means: not busy and in the GDT (#GP), and only then present (#NP). */
function taskTarget(cpu: CpuContext, descriptor: Descriptor): Descriptor {
  const type = descriptor.access & Access.typeMask;
  const busy = type === SystemType.tss16Busy || type === SystemType.tss32Busy;
  const local = type !== SystemType.taskGate && (descriptor.selector & 4) !== 0;
  if (busy || local) throw new Fault(Vector.GP, selectorError(descriptor.selector));
  checkGateAccess(cpu, descriptor);
  return type === SystemType.taskGate ? taskOfGate(cpu, descriptor, 0) : descriptor;
}

/** Enters a checked code segment in the present ring. */
function enter(cpu: CpuContext, code: Descriptor, rip: bigint): void {
  const { state } = cpu;
  checkInstructionPointer(cpu, code, rip);
  setCode(cpu, code, state.get32("cpl"));
  cpu.modeChanged();
  cpu.transfer(rip);
}

/** CALL far. `bytes`: operand size; `rip`: of the next instruction. */
export function callFar(cpu: CpuContext, selector: number, offset: bigint, bytes: Bytes, rip: bigint): void {
  const { state } = cpu;
  const returnTo = (frame: StackFrame, size: Bytes) => {
    frame.push(size, BigInt(state.get32("segmentSelector", CS)));
    frame.push(size, rip);
  };
  const callWithin = (code: Descriptor, target: bigint, size: Bytes) => {
    const frame = new StackFrame(cpu, presentStack(cpu));
    returnTo(frame, size);
    checkInstructionPointer(cpu, code, target);
    frame.write();
    setCode(cpu, code, state.get32("cpl"));
    state.set64("general", frame.pointer, RSP);
    cpu.modeChanged();
    cpu.transfer(target);
  };
  if (inRealOrVirtual8086(cpu)) {
    const frame = new StackFrame(cpu, presentStack(cpu));
    returnTo(frame, bytes);
    if (offset > BigInt(state.get32("segmentLimit", CS))) throw new Fault(Vector.GP, 0);
    frame.write();
    loadParagraph(cpu, selector, offset);
    state.set64("general", frame.pointer, RSP);
    return;
  }
  if (isNull(selector)) throw new Fault(Vector.GP, 0);
  const descriptor = readDescriptor(cpu, selector);
  if (isCode(descriptor.access)) {
    checkDirectCode(cpu, descriptor);
    callWithin(descriptor, offset, bytes);
    return;
  }
  if (isSegment(descriptor.access)) throw new Fault(Vector.GP, selectorError(selector));
  switch (transferType(cpu, descriptor)) {
    case SystemType.callGate16:
    case SystemType.callGate32: {
      const target = gateTarget(cpu, descriptor);
      if (!isConforming(target.code.access) && privilegeOf(target.code.access) < state.get32("cpl"))
        callInner(cpu, target, rip);
      else callWithin(target.code, target.offset, target.bytes);
      return;
    }
    default:
      switchTask(cpu, taskTarget(cpu, descriptor), { cause: "call", rip });
  }
}

/** CALL through a gate to an inner ring: a new stack from the TSS, old SS:rSP and the parameters copied onto it. */
function callInner(cpu: CpuContext, target: Target, rip: bigint): void {
  const { state } = cpu;
  const { code, bytes } = target;
  const cpl = privilegeOf(code.access);
  const inner = innerStack(cpu, cpl, 0);
  const frame = new StackFrame(cpu, inner.stack);
  frame.push(bytes, BigInt(state.get32("segmentSelector", SS)));
  frame.push(bytes, state.get64("general", RSP));
  if (bytes !== 8) {
    const old = new StackReader(cpu);
    const parameters = Array.from({ length: target.parameters }, () => old.pop(bytes));
    for (const parameter of parameters.reverse()) frame.push(bytes, parameter);
  }
  frame.push(bytes, BigInt(state.get32("segmentSelector", CS)));
  frame.push(bytes, rip);
  checkInstructionPointer(cpu, code, target.offset);
  frame.write();
  setCode(cpu, code, cpl);
  inner.load();
  state.set64("general", frame.pointer, RSP);
  cpu.modeChanged();
  cpu.transfer(target.offset);
}

/** The checks of a code segment that RETF or IRET goes back to: its RPL is the ring, not inside the present one. */
export function checkReturnCode(cpu: CpuContext, selector: number): Descriptor {
  if (isNull(selector)) throw new Fault(Vector.GP, 0);
  const descriptor = readDescriptor(cpu, selector);
  const { access } = descriptor;
  const rpl = rplOf(selector);
  const refuse = () => new Fault(Vector.GP, selectorError(selector));
  if (!isCode(access) || rpl < cpu.state.get32("cpl")) throw refuse();
  checkCodeSize(cpu, descriptor);
  if (isConforming(access) ? privilegeOf(access) > rpl : privilegeOf(access) !== rpl) throw refuse();
  if (!isPresent(access)) throw new Fault(Vector.NP, selectorError(selector));
  return descriptor;
}

/** The SS that RETF or IRET goes back to. Null is allowed for 64-bit code outside ring 3; then there is no descriptor. */
export function checkReturnStack(cpu: CpuContext, selector: number, code: Descriptor): Descriptor | null {
  const ring = rplOf(code.selector);
  if (isNull(selector)) {
    const longCode = inLongMode(cpu) && (code.access & Access.long) !== 0;
    if (!longCode || ring === 3 || rplOf(selector) !== ring) throw new Fault(Vector.GP, 0);
    return null;
  }
  return markAccessed(cpu, checkStackDescriptor(cpu, selector, ring, Vector.GP, 0));
}

/**
 * Loads a checked SS and the stack pointer for the ring that CS already has. On a 16-bit stack only SP is loaded; what
 * is above it stays.
 */
export function setReturnStack(
  cpu: CpuContext,
  selector: number,
  descriptor: Descriptor | null,
  pointer: bigint,
  longCode: boolean,
): void {
  const { state } = cpu;
  if (descriptor === null) setNull(cpu, SS, selector);
  else setSegment(cpu, SS, selector, descriptor);
  const wide = longCode || (descriptor !== null && descriptor.access & Access.big);
  const old = state.get64("general", RSP);
  state.set64("general", wide ? pointer : (old & ~0xffffn) | (pointer & 0xffffn), RSP);
}

/** RETF, RETF imm16. `release`: bytes of parameters to drop; `bytes`: operand size. */
export function returnFar(cpu: CpuContext, release: bigint, bytes: Bytes): void {
  const { state } = cpu;
  const stack = new StackReader(cpu);
  const rip = stack.pop(bytes);
  const selector = Number(stack.pop(bytes) & 0xffffn);
  stack.skip(release);
  if (inRealOrVirtual8086(cpu)) {
    loadParagraph(cpu, selector, rip);
    state.set64("general", stack.pointer, RSP);
    return;
  }
  const code = checkReturnCode(cpu, selector);
  const ring = rplOf(selector);
  if (ring === state.get32("cpl")) {
    checkInstructionPointer(cpu, code, rip);
    setCode(cpu, code, ring);
    state.set64("general", stack.pointer, RSP);
  } else {
    const pointer = stack.pop(bytes);
    const stackSelector = Number(stack.pop(bytes) & 0xffffn);
    const stackDescriptor = checkReturnStack(cpu, stackSelector, code);
    checkInstructionPointer(cpu, code, rip);
    setCode(cpu, code, ring);
    const longCode = inLongMode(cpu) && (code.access & Access.long) !== 0;
    setReturnStack(cpu, stackSelector, stackDescriptor, pointer, longCode);
    const outer = presentStack(cpu);
    const mask = longCode ? 0xffff_ffff_ffff_ffffn : outer.access & Access.big ? 0xffff_ffffn : 0xffffn;
    const top = state.get64("general", RSP);
    state.set64("general", (top & ~mask) | ((top + release) & mask), RSP);
    dropPrivilegedSegments(cpu, ring);
  }
  cpu.modeChanged();
  cpu.transfer(rip);
}
