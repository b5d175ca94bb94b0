/**
 * Hardware tasks (SDM vol. 3, chapter 7): the switch through a TSS that a far JMP or CALL, an interrupt through a task
 * gate, or IRET with NT set makes, in both TSS formats. Long mode has no task switches; its TSS only holds stacks.
 *
 * The switch has a point of no return: what is wrong with the new TSS as a whole is found before it, in the old task;
 * what is wrong with the segments it names is found after it, and faults in the new one.
 */
import { CS, DS, ES, FS, GS, SS } from "../isa/instruction.ts";
import { Dr6, setDr6 } from "./breakpoints.ts";
import { type CpuContext, Fault } from "./context.ts";
import { Cr0 } from "./control-bits.ts";
import { loadPageDirectoryPointers } from "./control-registers.ts";
import {
  checkDataDescriptor,
  checkStackDescriptor,
  type Descriptor,
  findDescriptor,
  isCode,
  isConforming,
  isNull,
  isPresent,
  markAccessed,
  privilegeOf,
  readDescriptor,
  rplOf,
  SystemType,
  selectorError,
  setNull,
  setSegment,
  setVirtual8086Segment,
} from "./segmentation.ts";
import { Access, Flag, LDTR, TR, Vector } from "./state.ts";

/** Offsets within the two TSS formats (vol. 3, figures 7-2 and 7-10). */
const layouts = {
  32: { bytes: 4, size: 0x68, rip: 0x20, flags: 0x24, general: 0x28, segments: 0x48, ldt: 0x60 },
  16: { bytes: 2, size: 0x2c, rip: 0x0e, flags: 0x10, general: 0x12, segments: 0x22, ldt: 0x2a },
} as const;

const CR3_OFFSET = 0x1c;
const TRAP_OFFSET = 0x64;
/** Segment registers in the order of the TSS; the 16-bit format ends with DS. */
const segmentOrder: readonly number[] = [ES, CS, SS, DS, FS, GS];

const system = { supervisor: true } as const;
const systemWrite = { supervisor: true, write: true } as const;

export interface Switch {
  readonly cause: "jump" | "call" | "interrupt" | "return";
  /** Where the old task goes on when it is resumed. */
  readonly rip: bigint;
  /** EXT bit of error codes. */
  readonly ext?: number;
  /** RF is set in the saved EFLAGS: see `Delivery.resumes`. */
  readonly resumes?: boolean | undefined;
}

const formatOf = (access: number): 16 | 32 => (access & 8 ? 32 : 16);
const BUSY = 2;
/** L0 to L3 of DR7 end with the task (vol. 3, 17.2.4). */
const DR7_LOCAL = 0x55n;

/** The TSS behind a task gate: in the GDT, available (#GP), present (#NP). */
export function taskOfGate(cpu: CpuContext, gate: Descriptor, ext: number): Descriptor {
  const selector = gate.low >>> 16;
  if (selector & 4) throw new Fault(Vector.GP, selectorError(selector, ext));
  const tss = readDescriptor(cpu, selector, Vector.GP, ext);
  const type = tss.access & (Access.typeMask | Access.nonSystem);
  if (type !== SystemType.tss16 && type !== SystemType.tss32) throw new Fault(Vector.GP, selectorError(selector, ext));
  if (!isPresent(tss.access)) throw new Fault(Vector.NP, selectorError(selector, ext));
  return tss;
}

/** The task that IRET with NT returns to: the link field of the present TSS, which must name a busy TSS (#TS). */
export function taskOfLink(cpu: CpuContext): Descriptor {
  const selector = Number(cpu.readLinear(cpu.state.get64("segmentBase", TR), 2, system));
  if (selector & 4) throw new Fault(Vector.TS, selectorError(selector));
  const tss = readDescriptor(cpu, selector, Vector.TS);
  const type = tss.access & (Access.typeMask | Access.nonSystem);
  if (type !== SystemType.tss16Busy && type !== SystemType.tss32Busy)
    throw new Fault(Vector.TS, selectorError(selector));
  if (!isPresent(tss.access)) throw new Fault(Vector.NP, selectorError(selector));
  return tss;
}

interface Image {
  readonly rip: bigint;
  readonly flags: number;
  readonly general: readonly bigint[];
  readonly selectors: readonly number[];
  readonly ldt: number;
  readonly cr3: bigint | null;
  readonly trap: boolean;
}

function readImage(cpu: CpuContext, tss: Descriptor): Image {
  const format = formatOf(tss.access);
  const layout = layouts[format];
  const at = (offset: number, bytes: 2 | 4) => cpu.readLinear(tss.base + BigInt(offset), bytes, system);
  const { bytes } = layout;
  return {
    rip: at(layout.rip, bytes),
    flags: Number(at(layout.flags, bytes)),
    general: Array.from({ length: 8 }, (_, i) => at(layout.general + i * bytes, bytes)),
    selectors: segmentOrder.map((_, i) => (format === 16 && i > 3 ? 0 : Number(at(layout.segments + i * bytes, 2)))),
    ldt: Number(at(layout.ldt, 2)),
    cr3: format === 32 ? at(CR3_OFFSET, 4) : null,
    trap: format === 32 && (at(TRAP_OFFSET, 2) & 1n) !== 0n,
  };
}

/** Saves the running task into the TSS that TR names. All pages have been probed. */
function saveTask(cpu: CpuContext, rip: bigint, flags: number): void {
  const { state } = cpu;
  const layout = layouts[formatOf(state.get32("segmentAccess", TR))];
  const base = state.get64("segmentBase", TR);
  const put = (offset: number, bytes: 2 | 4, value: bigint) =>
    cpu.writeLinear(base + BigInt(offset), bytes, value, system);
  const { bytes } = layout;
  put(layout.rip, bytes, rip);
  put(layout.flags, bytes, BigInt(flags));
  for (let i = 0; i < 8; i++) put(layout.general + i * bytes, bytes, state.get64("general", i));
  for (const [i, segment] of segmentOrder.entries()) {
    if (bytes === 2 && i > 3) break;
    put(layout.segments + i * bytes, 2, BigInt(state.get32("segmentSelector", segment)));
  }
}

function setBusy(cpu: CpuContext, address: bigint, busy: boolean): void {
  const access = Number(cpu.readLinear(address + 5n, 1, system));
  cpu.writeLinear(address + 5n, 1, BigInt(busy ? access | BUSY : access & ~BUSY), system);
}

/**
 * Switches to the task of `tss`, whose descriptor the caller has checked. Throws #TS(new TSS) for a limit that is too
 * small and page faults before anything has changed; #TS, #NP, #SS, #GP for the new task's segments after the switch.
 */
export function switchTask(cpu: CpuContext, tss: Descriptor, how: Switch): void {
  const { state } = cpu;
  const ext = how.ext ?? 0;
  const format = formatOf(tss.access);
  const layout = layouts[format];
  if (tss.limit < layout.size - 1) throw new Fault(Vector.TS, selectorError(tss.selector, ext));
  const image = readImage(cpu, tss);
  const old = findDescriptor(cpu, state.get32("segmentSelector", TR));
  const oldLayout = layouts[formatOf(state.get32("segmentAccess", TR))];
  const oldBase = state.get64("segmentBase", TR);
  const saved = oldLayout.ldt - oldLayout.rip;
  cpu.probeLinear(oldBase + BigInt(oldLayout.rip), saved, systemWrite);
  const links = how.cause === "call" || how.cause === "interrupt";
  if (links) cpu.probeLinear(tss.base, 2, systemWrite);
  const leavesOld = how.cause === "jump" || how.cause === "return";
  if (leavesOld && old !== null) cpu.probeLinear(old.address + 5n, 1, systemWrite);
  if (how.cause !== "return") cpu.probeLinear(tss.address + 5n, 1, systemWrite);

  const savedFlags = how.cause === "return" ? cpu.flags & ~Flag.NT : cpu.flags | (how.resumes === true ? Flag.RF : 0);
  saveTask(cpu, how.rip, savedFlags);
  if (leavesOld && old !== null) setBusy(cpu, old.address, false);
  if (links) cpu.writeLinear(tss.base, 2, BigInt(state.get32("segmentSelector", TR)), system);
  if (how.cause !== "return") setBusy(cpu, tss.address, true);

  setSegment(cpu, TR, tss.selector, { base: tss.base, limit: tss.limit, access: tss.access | BUSY });
  state.set64("cr0", state.get64("cr0") | Cr0.TS);
  state.set64("debug", state.get64("debug", 7) & ~DR7_LOCAL, 7);
  if (image.cr3 !== null && state.get64("cr0") & Cr0.PG) {
    state.set64("cr3", image.cr3);
    loadPageDirectoryPointers(cpu, image.cr3);
    cpu.flushTranslations("nonGlobal");
  }
  enterTask(cpu, image, links, ext);
  if (image.trap) {
    setDr6(state, Dr6.BT);
    throw new Fault(Vector.DB);
  }
}

/** The new task's registers, then its segments, checked one by one. */
function enterTask(cpu: CpuContext, image: Image, links: boolean, ext: number): void {
  const { state } = cpu;
  cpu.setFlags((image.flags & FLAGS_KEPT) | 2 | (links ? Flag.NT : 0));
  for (const [i, value] of image.general.entries())
    state.set64("general", image.cr3 === null ? 0xffff_0000n | value : value, i);
  cpu.transfer(image.rip);
  state.set64("rip", image.rip);
  // Selectors are visible at once; their descriptors count only when checked.
  for (const [i, segment] of segmentOrder.entries()) {
    setSegment(cpu, segment, image.selectors[i]!, { base: 0n, limit: 0, access: Access.unusable });
  }
  setNull(cpu, LDTR, image.ldt);
  const virtual = (image.flags & Flag.VM) !== 0 && image.cr3 !== null;
  state.set32("cpl", virtual ? 3 : rplOf(image.selectors[1]!));
  cpu.modeChanged();
  loadTaskLdt(cpu, image.ldt, ext);
  if (virtual)
    for (const [i, segment] of segmentOrder.entries()) setVirtual8086Segment(cpu, segment, image.selectors[i]!);
  else loadTaskSegments(cpu, image, ext);
  cpu.modeChanged();
  if (image.rip > BigInt(state.get32("segmentLimit", CS))) throw new Fault(Vector.GP, ext);
}

/** All architected flags; the reserved bits of an image are not loaded. */
const FLAGS_KEPT = 0x3f7fd5;

function loadTaskLdt(cpu: CpuContext, selector: number, ext: number): void {
  if (isNull(selector)) return;
  const refuse = () => new Fault(Vector.TS, selectorError(selector, ext));
  if (selector & 4) throw refuse();
  const descriptor = readDescriptor(cpu, selector, Vector.TS, ext);
  if ((descriptor.access & (Access.typeMask | Access.nonSystem)) !== SystemType.ldt) throw refuse();
  if (!isPresent(descriptor.access)) throw refuse();
  setSegment(cpu, LDTR, selector, descriptor);
}

function loadTaskSegments(cpu: CpuContext, image: Image, ext: number): void {
  const [, csSelector, ssSelector] = image.selectors as [number, number, number];
  const cpl = rplOf(csSelector);
  const refuse = (selector: number) => new Fault(Vector.TS, selectorError(selector, ext));
  if (isNull(csSelector)) throw refuse(csSelector);
  const code = readDescriptor(cpu, csSelector, Vector.TS, ext);
  if (!isCode(code.access)) throw refuse(csSelector);
  if (isConforming(code.access) ? privilegeOf(code.access) > cpl : privilegeOf(code.access) !== cpl)
    throw refuse(csSelector);
  if (!isPresent(code.access)) throw new Fault(Vector.NP, selectorError(csSelector, ext));
  setSegment(cpu, CS, csSelector, markAccessed(cpu, code));
  cpu.modeChanged();
  if (isNull(ssSelector)) throw refuse(ssSelector);
  const stack = checkStackDescriptor(cpu, ssSelector, cpl, Vector.TS, ext);
  setSegment(cpu, SS, ssSelector, markAccessed(cpu, stack));
  for (const segment of [DS, ES, FS, GS]) {
    const selector = image.selectors[segmentOrder.indexOf(segment)]!;
    if (isNull(selector)) setNull(cpu, segment, selector);
    else {
      const descriptor = checkDataDescriptor(cpu, selector, cpl, Vector.TS, ext);
      setSegment(cpu, segment, selector, markAccessed(cpu, descriptor));
    }
  }
}
