/**
 * IRET, IRETD, IRETQ (SDM vol. 2, IRET): back from an interrupt within a ring or to an outer one, into virtual-8086
 * mode, to the task that was interrupted (NT), in real-address and virtual-8086 mode themselves, and in long mode, where
 * SS:RSP always comes off the stack.
 */
import { CS, SS } from "../isa/instruction.ts";
import { type CpuContext, Fault } from "./context.ts";
import { Cr0, Cr4 } from "./control-bits.ts";
import { checkReturnCode, checkReturnStack, setReturnStack } from "./far.ts";
import {
  checkInstructionPointer,
  dropPrivilegedSegments,
  inLongMode,
  inVirtual8086,
  rplOf,
  setCode,
  setRealSegment,
  setVirtual8086Segment,
} from "./segmentation.ts";
import { StackReader } from "./stack-frame.ts";
import { Access, Flag, Vector } from "./state.ts";
import { switchTask, taskOfLink } from "./tasks.ts";

type Bytes = 2 | 4 | 8;

const RSP = 4;
const STATUS_AND_CONTROL = Flag.CF | Flag.PF | Flag.AF | Flag.ZF | Flag.SF | Flag.TF | Flag.DF | Flag.OF | Flag.NT;

/** The flags that an image of `bytes` may set at this CPL and IOPL. VM is never among them. */
function loadableFlags(cpu: CpuContext, bytes: Bytes): number {
  const cpl = cpu.state.get32("cpl");
  const iopl = (cpu.flags & Flag.IOPL) >> 12;
  let mask = STATUS_AND_CONTROL;
  if (bytes !== 2) mask |= Flag.RF | Flag.AC | Flag.ID;
  if (cpl <= iopl) mask |= Flag.IF;
  if (cpl === 0) mask |= Flag.IOPL | (bytes === 2 ? 0 : Flag.VIF | Flag.VIP);
  return mask;
}

const merge = (old: number, image: number, mask: number): number => (old & ~mask) | (image & mask);

/** `nextRip`: where a task that is left by NT goes on. Throws as the manual orders; nothing has changed then (but see tasks.ts). */
export function interruptReturn(cpu: CpuContext, bytes: Bytes, nextRip: bigint): void {
  const { state } = cpu;
  if ((state.get64("cr0") & Cr0.PE) === 0n) returnReal(cpu, bytes);
  else if (inVirtual8086(cpu)) returnFromVirtual8086(cpu, bytes);
  else if (inLongMode(cpu)) returnLong(cpu, bytes);
  else if (cpu.flags & Flag.NT) returnToTask(cpu, nextRip);
  else returnProtected(cpu, bytes);
  state.set32("nmiBlocked", 0);
}

interface Frame {
  readonly rip: bigint;
  readonly selector: number;
  readonly flags: number;
}

function popFrame(stack: StackReader, bytes: Bytes): Frame {
  const rip = stack.pop(bytes);
  const selector = Number(stack.pop(bytes) & 0xffffn);
  const flags = Number(stack.pop(bytes) & 0xffff_ffffn);
  return { rip, selector, flags };
}

function returnReal(cpu: CpuContext, bytes: Bytes): void {
  const { state } = cpu;
  const stack = new StackReader(cpu);
  const { rip, selector, flags } = popFrame(stack, bytes);
  if (rip > BigInt(state.get32("segmentLimit", CS))) throw new Fault(Vector.GP, 0);
  state.set64("general", stack.pointer, RSP);
  setRealSegment(cpu, CS, selector);
  cpu.setFlags(merge(cpu.flags, flags, loadableFlags(cpu, bytes) & ~(Flag.VIF | Flag.VIP)));
  cpu.modeChanged();
  cpu.transfer(rip);
}

/** With IOPL 3 as in real-address mode (IOPL stays); below it #GP(0), or with VME and 16 bits, IF goes to VIF. */
function returnFromVirtual8086(cpu: CpuContext, bytes: Bytes): void {
  const { state } = cpu;
  const trusted = (cpu.flags & Flag.IOPL) === Flag.IOPL;
  const virtual = (state.get64("cr4") & Cr4.VME) !== 0n && bytes === 2;
  if (!trusted && !virtual) throw new Fault(Vector.GP, 0);
  const stack = new StackReader(cpu);
  const { rip, selector, flags } = popFrame(stack, bytes);
  if (rip > 0xffffn) throw new Fault(Vector.GP, 0);
  const old = cpu.flags;
  let next: number;
  if (trusted) next = merge(old, flags, loadableFlags(cpu, bytes));
  else {
    if ((flags & Flag.IF && old & Flag.VIP) || flags & Flag.TF) throw new Fault(Vector.GP, 0);
    next = merge(old, flags, STATUS_AND_CONTROL) & ~Flag.VIF;
    if (flags & Flag.IF) next |= Flag.VIF;
  }
  state.set64("general", stack.pointer, RSP);
  setVirtual8086Segment(cpu, CS, selector);
  cpu.setFlags(next);
  cpu.modeChanged();
  cpu.transfer(rip);
}

/** NT: the link field of the TSS says who was interrupted. */
function returnToTask(cpu: CpuContext, nextRip: bigint): void {
  const tss = taskOfLink(cpu);
  switchTask(cpu, tss, { cause: "return", rip: nextRip });
}

function returnProtected(cpu: CpuContext, bytes: Bytes): void {
  const stack = new StackReader(cpu);
  const frame = popFrame(stack, bytes);
  if (frame.flags & Flag.VM && cpu.state.get32("cpl") === 0 && bytes === 4) {
    returnToVirtual8086(cpu, stack, frame);
    return;
  }
  finish(cpu, stack, frame, bytes, false);
}

function returnLong(cpu: CpuContext, bytes: Bytes): void {
  if (cpu.flags & Flag.NT) throw new Fault(Vector.GP, 0);
  const stack = new StackReader(cpu);
  // Compatibility mode pops SS:ESP only for another ring; 64-bit mode always.
  finish(cpu, stack, popFrame(stack, bytes), bytes, cpu.state.get32("codeSize") === 64);
}

/** Return to the same ring or an outer one, with the checks that far returns make. */
function finish(cpu: CpuContext, stack: StackReader, frame: Frame, bytes: Bytes, always: boolean): void {
  const { state } = cpu;
  const code = checkReturnCode(cpu, frame.selector);
  const ring = rplOf(frame.selector);
  const outer = ring !== state.get32("cpl");
  const mask = loadableFlags(cpu, bytes);
  const longCode = inLongMode(cpu) && (code.access & Access.long) !== 0;
  if (outer || always) {
    const pointer = stack.pop(bytes);
    const selector = Number(stack.pop(bytes) & 0xffffn);
    const descriptor = checkReturnStack(cpu, selector, code);
    checkInstructionPointer(cpu, code, frame.rip);
    setCode(cpu, code, ring);
    setReturnStack(cpu, selector, descriptor, pointer, longCode);
    if (outer) dropPrivilegedSegments(cpu, ring);
  } else {
    checkInstructionPointer(cpu, code, frame.rip);
    setCode(cpu, code, ring);
    state.set64("general", stack.pointer, RSP);
  }
  cpu.setFlags(merge(cpu.flags, frame.flags, mask));
  cpu.modeChanged();
  cpu.transfer(frame.rip);
}

/** From ring 0 into virtual-8086 mode: ESP SS ES DS FS GS follow EFLAGS, all flags are loaded. */
function returnToVirtual8086(cpu: CpuContext, stack: StackReader, frame: Frame): void {
  const { state } = cpu;
  const pointer = stack.pop(4);
  const selectors = Array.from({ length: 5 }, () => Number(stack.pop(4) & 0xffffn));
  if (frame.rip > 0xffffn) throw new Fault(Vector.GP, 0);
  const [ss, es, ds, fs, gs] = selectors as [number, number, number, number, number];
  for (const [segment, selector] of [
    [CS, frame.selector],
    [SS, ss],
    [0, es],
    [3, ds],
    [4, fs],
    [5, gs],
  ] as const)
    setVirtual8086Segment(cpu, segment, selector);
  const mask = STATUS_AND_CONTROL | Flag.IF | Flag.IOPL | Flag.RF | Flag.VM | Flag.AC | Flag.VIF | Flag.VIP | Flag.ID;
  cpu.setFlags(merge(cpu.flags, frame.flags, mask));
  state.set32("cpl", 3);
  state.set64("general", pointer, RSP);
  cpu.modeChanged();
  cpu.transfer(frame.rip);
}
