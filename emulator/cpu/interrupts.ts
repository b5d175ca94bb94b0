/**
 * Interrupts and exceptions (SDM vol. 2, INT n; vol. 3, chapter 6): how an event finds its handler through the interrupt
 * vector table of real-address mode, the IDT's gates in protected, virtual-8086 and long mode, or the redirection of
 * virtual-8086 mode extensions; and what becomes of exceptions while one is being delivered.
 */
import { CS, SS } from "../isa/instruction.ts";
import { GENERAL_DETECT } from "./breakpoints.ts";
import { type CpuContext, type Delivery, Fault } from "./context.ts";
import { Cr0, Cr4 } from "./control-bits.ts";
import type { FaultRecord } from "./exits.ts";
import { type InnerStack, innerStack, interruptStack } from "./inner-stack.ts";
import {
  checkInstructionPointer,
  type Descriptor,
  inLongMode,
  inVirtual8086,
  isCode,
  isConforming,
  isNull,
  isPresent,
  privilegeOf,
  readDescriptor,
  SystemType,
  selectorError,
  setCode,
  setNull,
  setRealSegment,
  setVirtual8086Segment,
  unpackDescriptor,
} from "./segmentation.ts";
import { presentStack, StackFrame, type StackSegment } from "./stack-frame.ts";
import { Access, Flag, TR, Vector } from "./state.ts";
import { switchTask, taskOfGate } from "./tasks.ts";

const RSP = 4;
const system = { supervisor: true } as const;

/** INT n, INT3 and INTO are privilege-checked against the gate and leave EXT clear; INT1 and all others are external events in that sense. */
const isSoftware = (event: Delivery): boolean =>
  event.kind === "software" || event.kind === "int3" || event.kind === "into";
const extOf = (event: Delivery): number => (isSoftware(event) ? 0 : 1);

/** The error code that names an IDT entry: IDT bit set. */
const idtError = (event: Delivery): number => event.vector * 8 + 2 + extOf(event);

/**
 * Delivers one event: saves the interrupted state on the stack its gate asks for and enters the handler.
 * Throws the Fault that delivery itself runs into, with nothing changed (task gates: see tasks.ts).
 */
export function deliver(cpu: CpuContext, event: Delivery): void {
  const { state } = cpu;
  if ((state.get64("cr0") & Cr0.PE) === 0n) deliverReal(cpu, event);
  else if (inLongMode(cpu)) deliverLong(cpu, event);
  else if (inVirtual8086(cpu) && event.kind === "software") deliverSoftware8086(cpu, event);
  else deliverProtected(cpu, event);
  if (event.kind === "nmi") state.set32("nmiBlocked", 1);
  // The handler of #DB may use the registers (vol. 3, 17.2.4).
  if (event.kind === "exception" && event.vector === Vector.DB)
    state.set64("debug", state.get64("debug", 7) & ~GENERAL_DETECT, 7);
}

/** The EFLAGS image that is pushed: with RF set, an instruction breakpoint does not strike again (vol. 3, 17.3.1.1). */
const pushedFlags = (cpu: CpuContext, event: Delivery): number =>
  event.resumes === true ? cpu.flags | Flag.RF : cpu.flags;

/** Real-address mode: four bytes per vector, no error codes, FLAGS CS IP pushed as words. */
function deliverReal(cpu: CpuContext, event: Delivery): void {
  const { state } = cpu;
  if (event.vector * 4 + 3 > state.get32("idtrLimit")) throw new Fault(Vector.GP, idtError(event));
  const entry = Number(cpu.readLinear(state.get64("idtrBase") + BigInt(event.vector * 4), 4, system));
  const frame = new StackFrame(cpu, presentStack(cpu));
  frame.push(2, BigInt(pushedFlags(cpu, event)));
  frame.push(2, BigInt(state.get32("segmentSelector", CS)));
  frame.push(2, event.rip);
  const rip = BigInt(entry & 0xffff);
  if (rip > BigInt(state.get32("segmentLimit", CS))) throw new Fault(Vector.GP, 0);
  frame.write();
  state.set64("general", frame.pointer, RSP);
  setRealSegment(cpu, CS, entry >>> 16);
  cpu.setFlags(cpu.flags & ~(Flag.IF | Flag.TF | Flag.AC | Flag.RF));
  cpu.modeChanged();
  cpu.transfer(rip);
}

/**
 * INT n in virtual-8086 mode (vol. 3, 20.3.3, table 20-2): without VME it is the monitor's if IOPL is 3, else #GP(0); with
 * VME the redirection bitmap of the TSS sends single vectors to the task's own handlers.
 */
function deliverSoftware8086(cpu: CpuContext, event: Delivery): void {
  const { state } = cpu;
  const trusted = (cpu.flags & Flag.IOPL) === Flag.IOPL;
  const redirected = (state.get64("cr4") & Cr4.VME) !== 0n && !redirectionBit(cpu, event.vector);
  if (redirected) deliverWithin8086(cpu, event, trusted);
  else if (trusted) deliverProtected(cpu, event);
  else throw new Fault(Vector.GP, 0);
}

/** Bit `vector` of the 32 bytes below the I/O permission bitmap. */
function redirectionBit(cpu: CpuContext, vector: number): boolean {
  const { state } = cpu;
  const tss = state.get64("segmentBase", TR);
  const limit = state.get32("segmentLimit", TR);
  if (limit < 0x67) throw new Fault(Vector.GP, 0);
  const map = Number(cpu.readLinear(tss + 0x66n, 2, system));
  const at = map - 32 + (vector >> 3);
  if (at < 0 || at > limit) throw new Fault(Vector.GP, 0);
  const bits = Number(cpu.readLinear(tss + BigInt(at), 1, system));
  return ((bits >> (vector & 7)) & 1) !== 0;
}

/** As in real-address mode, through the table at linear 0; an untrusted task sees VIF in IF's place, and IOPL 3. */
function deliverWithin8086(cpu: CpuContext, event: Delivery, trusted: boolean): void {
  const { state } = cpu;
  const entry = Number(cpu.readLinear(BigInt(event.vector * 4), 4));
  const { flags } = cpu;
  const virtualIf = flags & Flag.VIF ? Flag.IF : 0;
  const image = trusted ? flags : (flags & ~Flag.IF) | virtualIf | Flag.IOPL;
  const frame = new StackFrame(cpu, presentStack(cpu));
  frame.push(2, BigInt(image & 0xffff));
  frame.push(2, BigInt(state.get32("segmentSelector", CS)));
  frame.push(2, event.rip);
  frame.write();
  state.set64("general", frame.pointer, RSP);
  setVirtual8086Segment(cpu, CS, entry >>> 16);
  cpu.setFlags(flags & ~(Flag.TF | Flag.RF | (trusted ? Flag.IF : Flag.VIF)));
  cpu.modeChanged();
  cpu.transfer(BigInt(entry & 0xffff));
}

/** A gate of the IDT, with the checks that all kinds of gates share. */
function readGate(cpu: CpuContext, event: Delivery, bytes: 8 | 16, types: readonly number[]): Descriptor {
  const { state } = cpu;
  const error = idtError(event);
  if (event.vector * bytes + bytes - 1 > state.get32("idtrLimit")) throw new Fault(Vector.GP, error);
  const address = state.get64("idtrBase") + BigInt(event.vector * bytes);
  const gate = unpackDescriptor(0, address, cpu.readLinear(address, 8, system));
  if (!types.includes(gate.access & (Access.typeMask | Access.nonSystem))) throw new Fault(Vector.GP, error);
  if (isSoftware(event) && privilegeOf(gate.access) < state.get32("cpl")) throw new Fault(Vector.GP, error);
  if (!isPresent(gate.access)) throw new Fault(Vector.NP, error);
  return gate;
}

/** The handler's code segment: code, in this ring or an inner one, present. */
function readHandlerCode(cpu: CpuContext, selector: number, ext: number): Descriptor {
  if (isNull(selector)) throw new Fault(Vector.GP, ext);
  const code = readDescriptor(cpu, selector, Vector.GP, ext);
  if (!isCode(code.access) || privilegeOf(code.access) > cpu.state.get32("cpl"))
    throw new Fault(Vector.GP, selectorError(selector, ext));
  return code;
}

const offsetOf = (gate: Descriptor): number => ((gate.high & 0xffff_0000) | (gate.low & 0xffff)) >>> 0;
const isInterruptGate = (gate: Descriptor): boolean => (gate.access & 1) === 0;

const protectedGates = [
  SystemType.taskGate,
  SystemType.interruptGate16,
  SystemType.trapGate16,
  SystemType.interruptGate32,
  SystemType.trapGate32,
] as const;

/** Protected and virtual-8086 mode: 8-byte gates. */
function deliverProtected(cpu: CpuContext, event: Delivery): void {
  const { state } = cpu;
  const ext = extOf(event);
  const gate = readGate(cpu, event, 8, protectedGates);
  const type = gate.access & Access.typeMask;
  if (type === SystemType.taskGate) {
    deliverToTask(cpu, event, gate);
    return;
  }
  const bytes = type === SystemType.interruptGate32 || type === SystemType.trapGate32 ? 4 : 2;
  const code = readHandlerCode(cpu, gate.low >>> 16, ext);
  if (!isPresent(code.access)) throw new Fault(Vector.NP, selectorError(code.selector, ext));
  const rip = BigInt(bytes === 4 ? offsetOf(gate) : gate.low & 0xffff);
  const virtual = inVirtual8086(cpu);
  const cpl = state.get32("cpl");
  const ring = isConforming(code.access) ? cpl : privilegeOf(code.access);
  if (virtual && ring !== 0) throw new Fault(Vector.GP, selectorError(code.selector, ext));
  const inner: InnerStack | null = ring < cpl ? innerStack(cpu, ring, ext) : null;
  const frame = new StackFrame(cpu, inner?.stack ?? presentStack(cpu, ext));
  const pushSegment = (segment: number) => frame.push(bytes, BigInt(state.get32("segmentSelector", segment)));
  if (virtual) for (const segment of [5, 4, 3, 0]) pushSegment(segment);
  if (inner !== null) {
    pushSegment(SS);
    frame.push(bytes, state.get64("general", RSP));
  }
  frame.push(bytes, BigInt(pushedFlags(cpu, event)));
  pushSegment(CS);
  frame.push(bytes, event.rip);
  if (event.errorCode !== null) frame.push(bytes, BigInt(event.errorCode));
  checkInstructionPointer(cpu, code, rip, ext);
  frame.write();
  setCode(cpu, code, ring);
  inner?.load();
  state.set64("general", frame.pointer, RSP);
  if (virtual) for (const segment of [5, 4, 3, 0]) setNull(cpu, segment, 0);
  enterHandler(cpu, gate, rip);
}

/** TF, NT, RF and VM are cleared, by interrupt gates IF too. */
function enterHandler(cpu: CpuContext, gate: Descriptor, rip: bigint): void {
  const cleared = Flag.TF | Flag.NT | Flag.RF | Flag.VM | (isInterruptGate(gate) ? Flag.IF : 0);
  cpu.setFlags(cpu.flags & ~cleared);
  cpu.modeChanged();
  cpu.transfer(rip);
}

/** Through a task gate: the error code goes onto the new task's stack. */
function deliverToTask(cpu: CpuContext, event: Delivery, gate: Descriptor): void {
  const { state } = cpu;
  const ext = extOf(event);
  switchTask(cpu, taskOfGate(cpu, gate, ext), { cause: "interrupt", rip: event.rip, ext, resumes: event.resumes });
  if (event.errorCode === null) return;
  const wide = (state.get32("segmentAccess", TR) & 8) !== 0;
  const frame = new StackFrame(cpu, presentStack(cpu, ext));
  frame.push(wide ? 4 : 2, BigInt(event.errorCode));
  frame.write();
  state.set64("general", frame.pointer, RSP);
}

/** Long mode: 16-byte gates, 64-bit handlers, the stack aligned to 16 bytes, SS:RSP always pushed (vol. 3, 6.14). */
function deliverLong(cpu: CpuContext, event: Delivery): void {
  const { state } = cpu;
  const ext = extOf(event);
  const gate = readGate(cpu, event, 16, [SystemType.interruptGate32, SystemType.trapGate32]);
  const upper = cpu.readLinear(gate.address + 8n, 4, system);
  const rip = (upper << 32n) | BigInt(offsetOf(gate));
  const code = readHandlerCode(cpu, gate.low >>> 16, ext);
  if ((code.access & (Access.long | Access.big)) !== Access.long)
    throw new Fault(Vector.GP, selectorError(code.selector, ext));
  if (!isPresent(code.access)) throw new Fault(Vector.NP, selectorError(code.selector, ext));
  const cpl = state.get32("cpl");
  const ring = isConforming(code.access) ? cpl : privilegeOf(code.access);
  const ist = gate.high & 7;
  let inner: InnerStack | null = null;
  if (ist !== 0) inner = interruptStack(cpu, ist, ring, ext);
  else if (ring < cpl) inner = innerStack(cpu, ring, ext);
  const stack: StackSegment = inner?.stack ?? { ...presentStack(cpu, ext), long: true };
  const frame = new StackFrame(cpu, { ...stack, pointer: stack.pointer & ~15n });
  frame.push(8, BigInt(state.get32("segmentSelector", SS)));
  frame.push(8, state.get64("general", RSP));
  frame.push(8, BigInt(pushedFlags(cpu, event)));
  frame.push(8, BigInt(state.get32("segmentSelector", CS)));
  frame.push(8, event.rip);
  if (event.errorCode !== null) frame.push(8, BigInt(event.errorCode));
  checkInstructionPointer(cpu, code, rip, ext);
  frame.write();
  setCode(cpu, code, ring);
  inner?.load();
  state.set64("general", frame.pointer, RSP);
  enterHandler(cpu, gate, rip);
}

type FaultClass = "benign" | "contributory" | "pageFault";

/** Vol. 3, table 6-4. */
function classOf(vector: number): FaultClass {
  if (vector === Vector.PF) return "pageFault";
  const contributory: readonly number[] = [Vector.DE, Vector.TS, Vector.NP, Vector.SS, Vector.GP];
  return contributory.includes(vector) ? "contributory" : "benign";
}

/** Whether a fault during the delivery of `first` makes a double fault (vol. 3, table 6-5). */
export function makesDoubleFault(first: number, second: number): boolean {
  const a = classOf(first);
  const b = classOf(second);
  return (a === "contributory" && b === "contributory") || (a === "pageFault" && b !== "benign");
}

/** Vectors that push an error code (vol. 3, table 6-1). */
const withErrorCode: readonly number[] = [Vector.DF, Vector.TS, Vector.NP, Vector.SS, Vector.GP, Vector.PF, Vector.AC];

/**
 * Delivers an event and whatever its delivery raises in turn: serially, as a double fault, or not at all.
 * `address`: what CR2 receives, for a #PF. Returns null when a handler was entered, or the chain of faults that ended in
 * a shutdown (vol. 3, 6.15, interrupt 8).
 */
export function raise(cpu: CpuContext, event: Delivery, address: bigint | null = null): readonly FaultRecord[] | null {
  const { state } = cpu;
  const chain: FaultRecord[] = [];
  let current = event;
  let cr2 = address;
  state.set64("rip", event.rip);
  for (;;) {
    if (cr2 !== null) state.set64("cr2", cr2);
    chain.push({ vector: current.vector, errorCode: current.errorCode, rip: current.rip, cr2 });
    try {
      deliver(cpu, current);
      return null;
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      const isException = current.kind === "exception";
      if (isException && current.vector === Vector.DF && makesShutdown(thrown.vector)) {
        chain.push({ vector: thrown.vector, errorCode: thrown.errorCode, rip: current.rip, cr2: thrown.address });
        return chain;
      }
      const double = isException && makesDoubleFault(current.vector, thrown.vector);
      // Delivery changes nothing when it faults, but for a task switch that has already moved on.
      const rip = state.get64("rip");
      const vector = double ? Vector.DF : thrown.vector;
      const errorCode = double ? 0 : withErrorCode.includes(vector) ? thrown.errorCode : null;
      if (double) chain.push({ vector: thrown.vector, errorCode: thrown.errorCode, rip, cr2: thrown.address });
      cr2 = thrown.address;
      current = { vector, kind: "exception", errorCode, rip, resumes: !double && thrown.resumes };
    }
  }
}

/** A contributory exception or page fault while a double fault is delivered: shutdown. Benign ones are delivered in its place. */
const makesShutdown = (vector: number): boolean => classOf(vector) !== "benign";
