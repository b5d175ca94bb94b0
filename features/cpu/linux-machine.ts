/**
 * The machine that a user case sees, as Linux sets it up, for any of our processors: Linux's segments, 4-level paging with
 * the two pages of a case, and in the kernel's half the GDT, a TSS, and an IDT whose every handler is HLT: the address at
 * which the processor halts tells the vector, the stack what was pushed.
 */
import type { CpuContext } from "../../emulator/cpu/context.ts";
import { Cr0, Cr4, Efer } from "../../emulator/cpu/control-bits.ts";
import { unpackDescriptor } from "../../emulator/cpu/segmentation.ts";
import { Access, Activity, Flag, LDTR, TR } from "../../emulator/cpu/state.ts";
import {
  CODE,
  CODE_16_LIMIT,
  CODE_BYTES,
  codeBase,
  DATA,
  DATA_16_LIMIT,
  INT3,
  PAGE,
  USER_CODE_16,
  USER_CODE_32,
  USER_CODE_64,
  USER_DATA,
  USER_DATA_16,
  type UserCase,
  WINDOWS,
} from "./user-case.ts";

/** Physical frames. */
const PML4 = 0x1000;
const PDPT = 0x2000;
const DIRECTORY = 0x3000;
const DATA_TABLE = 0x4000;
const CODE_TABLE = 0x5000;
const SYSTEM_PDPT = 0x6000;
const SYSTEM_DIRECTORY = 0x7000;
const SYSTEM_TABLE = 0x8000;
const SYSTEM_FRAME = 0x9000;
const STACK_FRAME = 0xa000;
export const DATA_FRAME = 0xb000;
export const CODE_FRAME = 0xc000;
export const MACHINE_BYTES = 0x10_0000;

/** The kernel's pages: tables and handlers in the first, its stack in the second. */
const SYSTEM = 0xffff_ff80_0000_0000n;
const TSS_OFFSET = 0x100;
const LDT_OFFSET = 0x180;
const IDT_OFFSET = 0x200;
const HANDLERS_OFFSET = 0x600;
const VECTORS = 32;
const STACK_TOP = SYSTEM + 0x2000n;

/** Linux's GDT (arch/x86/include/asm/segment.h): kernel code and data, user 32-bit code, data, 64-bit code. */
const GDT: readonly bigint[] = [
  0n,
  0x00cf_9b00_0000_ffffn,
  0x00af_9b00_0000_ffffn,
  0x00cf_9300_0000_ffffn,
  0x00cf_fb00_0000_ffffn,
  0x00cf_f300_0000_ffffn,
  0x00af_fb00_0000_ffffn,
  // TSS, LDT and three empty slots for threads, which user code cannot load; then the processor's number.
  ...new Array(8).fill(0n),
  0x0040_f500_0000_0000n,
];
const KERNEL_CODE = 0x10;

/** The LDT as modify_ldt makes it: 16-bit code over the code page, 16-bit data over the data page. */
const LDT: readonly bigint[] = [ldtEntry(CODE, CODE_16_LIMIT, 0xfbn), ldtEntry(DATA, DATA_16_LIMIT, 0xf3n)];

function ldtEntry(base: number, limit: number, access: bigint): bigint {
  const wide = BigInt(base);
  return BigInt(limit) | ((wide & 0xff_ffffn) << 16n) | (access << 40n) | ((wide >> 24n) << 56n);
}

export type WriteMemory = (physical: number, bytes: Uint8Array) => void;

function word(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return bytes;
}

/** Tables and registers that stay the same for all programs. */
export function prepareMachine(cpu: CpuContext, write: WriteMemory): void {
  const { state } = cpu;
  const entry = (table: number, index: number, value: number, high = 0n) =>
    write(table + 8 * index, word(BigInt(value) | high));
  const noExecute = 1n << 63n;
  entry(PML4, 0, PDPT | 7);
  entry(PDPT, 0, DIRECTORY | 7);
  entry(DIRECTORY, DATA >>> 21, DATA_TABLE | 7);
  entry(DIRECTORY, CODE >>> 21, CODE_TABLE | 7);
  entry(DATA_TABLE, 0, DATA_FRAME | 7, noExecute);
  entry(CODE_TABLE, 0, CODE_FRAME | 7);
  entry(PML4, 511, SYSTEM_PDPT | 3);
  entry(SYSTEM_PDPT, 0, SYSTEM_DIRECTORY | 3);
  entry(SYSTEM_DIRECTORY, 0, SYSTEM_TABLE | 3);
  entry(SYSTEM_TABLE, 0, SYSTEM_FRAME | 3);
  entry(SYSTEM_TABLE, 1, STACK_FRAME | 3);
  for (const [i, descriptor] of GDT.entries()) write(SYSTEM_FRAME + 8 * i, word(descriptor));
  // TSS: RSP0, and an I/O permission bitmap for which there is no room.
  write(SYSTEM_FRAME + TSS_OFFSET + 4, word(STACK_TOP));
  write(SYSTEM_FRAME + TSS_OFFSET + 0x66, Uint8Array.of(0x68, 0));
  for (let vector = 0; vector < VECTORS; vector++) {
    const handler = SYSTEM + BigInt(HANDLERS_OFFSET + vector);
    const low =
      (handler & 0xffffn) | (BigInt(KERNEL_CODE) << 16n) | (0xee00n << 32n) | (((handler >> 16n) & 0xffffn) << 48n);
    write(SYSTEM_FRAME + IDT_OFFSET + 16 * vector, word(low));
    write(SYSTEM_FRAME + IDT_OFFSET + 16 * vector + 8, word(handler >> 32n));
  }
  write(SYSTEM_FRAME + HANDLERS_OFFSET, new Uint8Array(VECTORS).fill(0xf4));
  state.set64("cr0", Cr0.PG | Cr0.WP | Cr0.NE | Cr0.ET | Cr0.AM | Cr0.PE);
  state.set64("cr3", BigInt(PML4));
  state.set64("cr4", Cr4.PAE | Cr4.FSGSBASE | Cr4.SMEP | Cr4.SMAP | Cr4.UMIP | Cr4.PGE);
  state.set64("efer", Efer.LME | Efer.LMA | Efer.SCE | Efer.NXE);
  state.set64("gdtrBase", SYSTEM);
  state.set32("gdtrLimit", 0x7f);
  state.set64("idtrBase", SYSTEM + BigInt(IDT_OFFSET));
  state.set32("idtrLimit", 16 * VECTORS - 1);
  for (const [i, entry] of LDT.entries()) write(SYSTEM_FRAME + LDT_OFFSET + 8 * i, word(entry));
  state.set64("segmentBase", SYSTEM + BigInt(LDT_OFFSET), LDTR);
  state.set32("segmentLimit", 8 * LDT.length - 1, LDTR);
  state.set32("segmentAccess", 0x82, LDTR);
  state.set64("segmentBase", SYSTEM + BigInt(TSS_OFFSET), TR);
  state.set32("segmentLimit", 0x67, TR);
  state.set32("segmentAccess", 0x8b, TR);
}

function setSegment(cpu: CpuContext, segment: number, selector: number): void {
  const { state } = cpu;
  const { base, limit, access } = unpackDescriptor(selector, 0n, (selector & 4 ? LDT : GDT)[selector >> 3]!);
  state.set32("segmentSelector", selector, segment);
  state.set64("segmentBase", base, segment);
  state.set32("segmentLimit", limit, segment);
  state.set32("segmentAccess", selector === 0 ? Access.unusable : access, segment);
}

/** Puts a processor where a program begins. */
export function enterProgram(cpu: CpuContext, write: WriteMemory, program: UserCase): void {
  const { state } = cpu;
  const data = new Uint8Array(PAGE);
  let at = 0;
  for (const { offset, bytes } of WINDOWS) {
    data.set(program.windows.subarray(at, at + bytes), offset);
    at += bytes;
  }
  write(DATA_FRAME, data);
  const code = new Uint8Array(PAGE).fill(INT3);
  code.set(program.code.subarray(0, CODE_BYTES), program.start);
  write(CODE_FRAME, code);
  for (const [i, value] of program.general.entries()) state.set64("general", value, i);
  cpu.setFlags(program.flags | Flag.IF | 2);
  const code64 = program.mode === 64 ? USER_CODE_64 : USER_CODE_32;
  setSegment(cpu, 1, program.mode === 16 ? USER_CODE_16 : code64);
  for (const segment of [2, 3, 0]) setSegment(cpu, segment, program.mode === 16 ? USER_DATA_16 : USER_DATA);
  setSegment(cpu, 4, 0);
  setSegment(cpu, 5, 0);
  state.set32("cpl", 3);
  state.set32("inhibit", 0);
  state.set32("activity", Activity.running);
  state.set64("cr2", 0n);
  state.set64("rip", BigInt(codeBase(program.mode) + program.start));
  cpu.modeChanged();
}

/** What a halted handler's stack says: which exception, and the state that was pushed. */
export function readHandler(cpu: CpuContext): {
  vector: number;
  errorCode: number;
  rip: bigint;
  flags: number;
  rsp: bigint;
} {
  const { state } = cpu;
  const vector = Number(state.get64("rip") - SYSTEM) - HANDLERS_OFFSET - 1;
  const top = state.get64("general", 4);
  const pushed = (Number(STACK_TOP - top) / 8) | 0;
  const at = (index: number) => cpu.readPhysical(BigInt(STACK_FRAME + 0x1000) - BigInt(8 * (pushed - index)), 8);
  const withCode = pushed === 6;
  const frame = withCode ? 1 : 0;
  return {
    vector,
    errorCode: withCode ? Number(at(0)) : 0,
    rip: at(frame),
    flags: Number(at(frame + 2)),
    rsp: at(frame + 3),
  };
}
