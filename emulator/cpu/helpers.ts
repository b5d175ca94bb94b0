/**
 * The helpers by the names under which definitions call them. Arguments and results cross as 64-bit words; here they
 * become what the functions of the chapters take.
 */

import { SS } from "../isa/instruction.ts";
import { approximationHelpers } from "./approximations.ts";
import { type CpuContext, Fault, type Helpers, RESULT_WORD, type WordHelper } from "./context.ts";
import { softwareKinds } from "./control.ts";
import {
  clearTaskSwitched,
  invalidatePcid,
  loadMachineStatus,
  readControl,
  readDebug,
  readExtendedControl,
  readProtectionKeys,
  writeControl,
  writeDebug,
  writeExtendedControl,
  writeProtectionKeys,
} from "./control-registers.ts";
import { cpuid } from "./cpuid.ts";
import { callFar, jumpFar, returnFar } from "./far.ts";
import { floatHelpers } from "./float-helpers.ts";
import { fxrstor, fxsave, xrstor, xsave } from "./fxsave.ts";
import { interruptReturn } from "./interrupt-return.ts";
import { deliver } from "./interrupts.ts";
import { readMsr, readPerformanceCounter, readTimestamp, writeMsr } from "./msr.ts";
import { checkPort, readPort, writePort } from "./ports.ts";
import { in64BitMode, isCanonical, loadSegment } from "./segmentation.ts";
import { pointerMask, presentStack } from "./stack-frame.ts";
import { Activity, Flag, Inhibit, Vector } from "./state.ts";
import { syscall, sysenter, sysexit, sysret } from "./system-calls.ts";
import { accessRights, loadLdtr, loadTaskRegister, segmentLimit, verifyRead, verifyWrite } from "./system-segments.ts";
import { vectorMemoryHelpers } from "./vector-memory.ts";
import { compareStrings } from "./vector-string.ts";
import { clearVirtualInterrupt, popFlagsVirtual, setVirtualInterrupt } from "./virtual-8086.ts";
import { Exception } from "./x87/exceptions.ts";
import { clearExceptions, imageWord, loadImage } from "./x87/image.ts";
import * as moves from "./x87/moves.ts";
import * as x87 from "./x87/operations.ts";

type Bytes = 2 | 4 | 8;

const RAX = 0;
const RDX = 2;
const RSP = 4;
const RBP = 5;

const bytesOf = (bits: bigint): Bytes => (Number(bits) / 8) as Bytes;
const word = (value: bigint): number => Number(value & 0xffffn);
const dword = (value: bigint): number => Number(value & 0xffff_ffffn);

/** DIV, 128 by 64 bits; the divisor is not 0. #DE when the quotient does not fit. */
function divideUnsigned128(cpu: CpuContext, divisor: bigint): void {
  const { state } = cpu;
  const dividend = (state.get64("general", RDX) << 64n) | state.get64("general", RAX);
  const quotient = dividend / divisor;
  if (quotient >> 64n) throw new Fault(Vector.DE);
  state.set64("general", quotient, RAX);
  state.set64("general", dividend % divisor, RDX);
}

/** IDIV, 128 by 64 bits, rounding towards zero; the remainder has the dividend's sign. */
function divideSigned128(cpu: CpuContext, word64: bigint): void {
  const { state } = cpu;
  const dividend = BigInt.asIntN(128, (state.get64("general", RDX) << 64n) | state.get64("general", RAX));
  const divisor = BigInt.asIntN(64, word64);
  const quotient = dividend / divisor;
  if (BigInt.asIntN(64, quotient) !== quotient) throw new Fault(Vector.DE);
  state.set64("general", quotient, RAX);
  state.set64("general", dividend % divisor, RDX);
}

/**
 * ENTER (vol. 2): rBP is pushed, then level − 1 older frame pointers and the new one; rSP makes room for `size` bytes.
 * The pushes are made one by one, for they may overlap the old frame; after a fault in the middle those before it stay
 * in memory, as on real processors, and the registers are as before.
 */
function enter(cpu: CpuContext, size: number, level: number, bytes: Bytes): void {
  const { state } = cpu;
  const mask = pointerMask(presentStack(cpu));
  const oldTop = state.get64("general", RSP);
  const oldBase = state.get64("general", RBP);
  let top = oldTop & mask;
  const push = (value: bigint) => {
    top = (top - BigInt(bytes)) & mask;
    cpu.writeSegment(SS, top, bytes, value);
  };
  push(oldBase);
  const newBase = top;
  const nesting = level & 31;
  for (let i = 1; i < nesting; i++) push(cpu.readSegment(SS, (oldBase - BigInt(i * bytes)) & mask, bytes));
  if (nesting > 0) push((oldTop & ~mask) | newBase);
  top = (top - BigInt(size)) & mask;
  // The last word of the new frame must be writable, although nothing is written there.
  cpu.probeSegment(SS, top, bytes, true);
  const width = bytes === 2 ? 0xffffn : bytes === 4 ? 0xffff_ffffn : mask;
  const kept = bytes === 2 ? oldBase & ~0xffffn : 0n;
  state.set64("general", kept | (((oldTop & ~mask) | newBase) & width), RBP);
  state.set64("general", (oldTop & ~mask) | top, RSP);
}

/** SplitMix64: a step of a fixed stride, then mixed. The machine's seed is where the sequence starts. */
function random(cpu: CpuContext): bigint {
  const { state } = cpu;
  const next = BigInt.asUintN(64, state.get64("random") + 0x9e37_79b9_7f4a_7c15n);
  state.set64("random", next);
  let mixed = BigInt.asUintN(64, (next ^ (next >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d0_49bb_1331_11ebn);
  return mixed ^ (mixed >> 31n);
}

/** LGDT, LIDT: in 64-bit mode the base must be canonical. */
function loadTable(cpu: CpuContext, name: "gdtr" | "idtr", base: bigint, limit: number): void {
  if (in64BitMode(cpu) && !isCanonical(cpu, base)) throw new Fault(Vector.GP, 0);
  cpu.state.set64(`${name}Base`, base);
  cpu.state.set32(`${name}Limit`, limit);
}

/** MWAIT: waits like HLT if a MONITOR came before; nobody but this processor writes memory while it waits. */
function mwait(cpu: CpuContext): void {
  const { state } = cpu;
  if (state.get32("monitorArmed") === 0) return;
  state.set32("monitorArmed", 0);
  state.set32("activity", Activity.halted);
}

/** MOV and POP: of SS, they hold interrupts and debug traps off for one instruction, so that the stack pointer can follow. */
function loadSegmentWithShadow(cpu: CpuContext, segment: number, selector: number): void {
  loadSegment(cpu, segment, selector);
  if (segment === SS) cpu.state.set32("inhibit", cpu.state.get32("inhibit") | Inhibit.movSs);
}

/** INT n, INT3, INTO, INT1; `kind` is an index of `softwareKinds`. */
function softwareInterrupt(cpu: CpuContext, vector: number, kind: number, ripLow: number, ripHigh: number): void {
  const stepping = (cpu.state.get32("flagsOther") & Flag.TF) !== 0;
  deliver(cpu, { vector, kind: softwareKinds[kind]!, errorCode: null, rip: joined(ripLow, ripHigh) });
  if (stepping) cpu.state.set32("inhibit", cpu.state.get32("inhibit") | Inhibit.singleStep);
}

const joined = (low: number, high: number): bigint => (BigInt(high) << 32n) | BigInt(low);

/** INVLPG: a non-canonical address is nobody's page. */
function invalidatePage(cpu: CpuContext, linear: bigint): void {
  if (isCanonical(cpu, linear)) cpu.flushPage(linear);
}

/** What comes often: arguments in words, no bigints. */
export const wordHelpers: Record<string, WordHelper> = {
  softwareInterrupt: (cpu, words) => softwareInterrupt(cpu, words[0]!, words[2]!, words[4]!, words[5]!),
  interruptReturn: (cpu, words) => interruptReturn(cpu, bytesOf(BigInt(words[0]!)), joined(words[2]!, words[3]!)),
  syscall: (cpu, words) => syscall(cpu, joined(words[0]!, words[1]!)),
  sysretq: (cpu) => sysret(cpu, true),
  checkPort: (cpu, words) => checkPort(cpu, words[0]!, words[2]!),
  readPort: (cpu, words) => {
    words[RESULT_WORD] = readPort(cpu, words[0]!, words[2]!);
    words[RESULT_WORD + 1] = 0;
  },
  writePort: (cpu, words) => writePort(cpu, words[0]!, words[2]!, words[4]!),
  /** IN and OUT: permission and access in one. */
  in: (cpu, words) => {
    checkPort(cpu, words[0]!, words[2]!);
    words[RESULT_WORD] = readPort(cpu, words[0]!, words[2]!);
    words[RESULT_WORD + 1] = 0;
  },
  out: (cpu, words) => {
    checkPort(cpu, words[0]!, words[2]!);
    writePort(cpu, words[0]!, words[2]!, words[4]!);
  },
  x87Arithmetic: x87.arithmetic,
  x87Compare: x87.compare,
  x87Load: moves.load,
  x87LoadConstant: moves.loadConstant,
  x87Store: moves.store,
  x87StoreRegister: moves.storeRegister,
  x87Exchange: moves.exchange,
  x87ConditionalMove: moves.conditionalMove,
  x87ChangeSign: moves.changeSign,
  x87Examine: x87.examine,
  x87Function: x87.evaluateFunction,
  x87TurnStack: moves.turnStack,
  x87Free: moves.free,
  x87Nothing: moves.nothing,
  x87Pending: x87.pending,
  x87SetControl: (cpu, words) => cpu.x87.setControl(words[0]!),
  x87ClearExceptions: clearExceptions,
  x87Initialize: (cpu) => cpu.x87.initialize(),
  x87MaskAll: (cpu) => cpu.x87.setControl(cpu.x87.control | Exception.all),
  x87ImageWord: (cpu, words) => {
    words[RESULT_WORD] = imageWord(cpu, words[0]!, words[2]!);
  },
  x87Significand: (cpu, words) => {
    words[RESULT_WORD + 1] = cpu.x87.highOf(words[0]!);
    words[RESULT_WORD] = cpu.x87.lowOf(words[0]!);
  },
  x87Exponent: (cpu, words) => {
    words[RESULT_WORD] = cpu.x87.exponentOf(words[0]!);
  },
  x87LoadImage: (cpu, words) => {
    const image = [0, 1, 2, 3, 4, 5, 6].map((i) => words[2 * i]!);
    loadImage(cpu, image, words[14]!);
  },
  x87LoadRegister: (cpu, words) => cpu.x87.restoreRegister(words[0]!, words[4]!, words[3]!, words[2]!),
};

export const helpers: Helpers = {
  loadSegment: (cpu, segment, selector) => loadSegmentWithShadow(cpu, Number(segment), word(selector!)),
  loadPointerSegment: (cpu, segment, selector) => loadSegment(cpu, Number(segment), word(selector!)),
  jumpFar: (cpu, selector, offset, _bits, rip) => jumpFar(cpu, word(selector!), offset!, rip!),
  callFar: (cpu, selector, offset, bits, rip) => callFar(cpu, word(selector!), offset!, bytesOf(bits!), rip!),
  returnFar: (cpu, release, bits) => returnFar(cpu, release!, bytesOf(bits!)),
  sysret: (cpu) => sysret(cpu, false),
  sysenter: (cpu) => sysenter(cpu),
  sysexit: (cpu) => sysexit(cpu, false),
  sysexitq: (cpu) => sysexit(cpu, true),
  enter: (cpu, size, level, bits) => enter(cpu, Number(size), Number(level), bytesOf(bits!)),
  divideUnsigned128: (cpu, divisor) => divideUnsigned128(cpu, divisor!),
  divideSigned128: (cpu, divisor) => divideSigned128(cpu, divisor!),
  readControl: (cpu, number) => readControl(cpu, Number(number)),
  writeControl: (cpu, number, value) => writeControl(cpu, Number(number), value!),
  readDebug: (cpu, number) => readDebug(cpu, Number(number)),
  writeDebug: (cpu, number, value) => writeDebug(cpu, Number(number), value!),
  loadMachineStatus: (cpu, value) => loadMachineStatus(cpu, value!),
  clearTaskSwitched,
  readExtendedControl: (cpu, index) => readExtendedControl(cpu, dword(index!)),
  writeExtendedControl: (cpu, index, value) => writeExtendedControl(cpu, dword(index!), value!),
  readProtectionKeys: (cpu, index) => readProtectionKeys(cpu, dword(index!)),
  writeProtectionKeys: (cpu, index, high, low) => writeProtectionKeys(cpu, dword(index!), dword(high!), dword(low!)),
  loadGdtr: (cpu, base, limit) => loadTable(cpu, "gdtr", base!, word(limit!)),
  loadIdtr: (cpu, base, limit) => loadTable(cpu, "idtr", base!, word(limit!)),
  loadLdtr: (cpu, selector) => loadLdtr(cpu, word(selector!)),
  loadTaskRegister: (cpu, selector) => loadTaskRegister(cpu, word(selector!)),
  accessRights: (cpu, selector) => accessRights(cpu, word(selector!)),
  segmentLimit: (cpu, selector) => segmentLimit(cpu, word(selector!)),
  verifyRead: (cpu, selector) => verifyRead(cpu, word(selector!)),
  verifyWrite: (cpu, selector) => verifyWrite(cpu, word(selector!)),
  readMsr: (cpu, number) => readMsr(cpu, dword(number!)),
  writeMsr: (cpu, number, value) => writeMsr(cpu, dword(number!), value!),
  readTimestamp,
  readPerformanceCounter: (cpu, index) => readPerformanceCounter(cpu, dword(index!)),
  invalidatePage: (cpu, linear) => invalidatePage(cpu, linear!),
  invpcid: (cpu, type, low, high) => invalidatePcid(cpu, type!, low!, high!, isCanonical(cpu, high!)),
  checkCanonical: (cpu, address) => {
    if (!isCanonical(cpu, address!)) throw new Fault(Vector.GP, 0);
  },
  cpuid,
  random,
  monitor: (cpu) => cpu.state.set32("monitorArmed", 1),
  mwait,
  clearVirtualInterrupt,
  setVirtualInterrupt,
  fxsave: (cpu, linear, wide) => fxsave(cpu, linear!, wide !== 0n),
  fxrstor: (cpu, linear, wide) => fxrstor(cpu, linear!, wide !== 0n),
  xsave: (cpu, linear, mask, wide, form) => xsave(cpu, linear!, mask!, wide !== 0n, Number(form)),
  xrstor: (cpu, linear, mask, wide) => xrstor(cpu, linear!, mask!, wide !== 0n),
  compareStrings: (cpu, x0, x1, y0, y1, control) => compareStrings(cpu, [x0!, x1!, y0!, y1!, control!], null),
  compareStringsOfLength: (cpu, x0, x1, y0, y1, control, first, second) =>
    compareStrings(cpu, [x0!, x1!, y0!, y1!, control!], [first!, second!]),
  ...floatHelpers,
  ...approximationHelpers,
  ...vectorMemoryHelpers,
  popFlagsVirtual: (cpu, image, bits) => popFlagsVirtual(cpu, dword(image!), Number(bits)),
};
