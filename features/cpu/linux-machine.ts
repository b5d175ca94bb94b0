/**
 * The machine that a user case sees, as Linux sets it up, for any of our processors: Linux's segments, 4-level paging with
 * the two pages of a case, and in the kernel's half the GDT, a TSS, and an IDT whose every handler is HLT: the address at
 * which the processor halts tells the vector, the stack what was pushed.
 */
import type { CpuContext } from "../../emulator/cpu/context.ts";
import { Cr0, Cr4, Efer } from "../../emulator/cpu/control-bits.ts";
import { unpackDescriptor } from "../../emulator/cpu/segmentation.ts";
import { Access, Activity, LDTR, TR, Vector } from "../../emulator/cpu/state.ts";
import { CS, DS, ES, FS, GS, SS } from "../../emulator/isa/instruction.ts";
import type { Group } from "./groups.ts";
import {
  Case,
  CODE,
  CODE_16_LIMIT,
  CODE_BYTES,
  checksumOf,
  checksumPage,
  DATA,
  DATA_16_LIMIT,
  INT3,
  OUTCOME_SELECTORS,
  Outcome,
  PAGE,
  REGISTER_OF_WORD,
  type RecordView,
  WINDOWS,
  WORD_OF_REGISTER,
  Word,
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
/** SYSCALL goes to a handler of its own, behind those of the vectors. */
export const SYSCALL_HANDLER = VECTORS;
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
/** XCR0: x87, SSE, AVX. */
const ALL_STATES = 7n;

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
    // INT 3 and INTO are for everybody.
    const access = vector === Vector.BP || vector === Vector.OF ? 0xee00n : 0x8e00n;
    const low =
      (handler & 0xffffn) | (BigInt(KERNEL_CODE) << 16n) | (access << 32n) | (((handler >> 16n) & 0xffffn) << 48n);
    write(SYSTEM_FRAME + IDT_OFFSET + 16 * vector, word(low));
    write(SYSTEM_FRAME + IDT_OFFSET + 16 * vector + 8, word(handler >> 32n));
  }
  write(SYSTEM_FRAME + HANDLERS_OFFSET, new Uint8Array(VECTORS + 1).fill(0xf4));
  state.set64("cr0", Cr0.PG | Cr0.WP | Cr0.NE | Cr0.ET | Cr0.AM | Cr0.PE);
  state.set64("cr3", BigInt(PML4));
  const protection = Cr4.SMEP | Cr4.SMAP | Cr4.UMIP;
  state.set64("cr4", Cr4.PAE | Cr4.PGE | Cr4.FSGSBASE | Cr4.OSFXSR | Cr4.OSXMMEXCPT | Cr4.OSXSAVE | protection);
  state.set64("xcr0", ALL_STATES);
  state.set64("efer", Efer.LME | Efer.LMA | Efer.SCE | Efer.NXE);
  state.set64("lstar", SYSTEM + BigInt(HANDLERS_OFFSET + SYSCALL_HANDLER));
  state.set64("star", BigInt(KERNEL_CODE) << 32n);
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

/** What loading a selector puts into a segment register, by selector. */
const loaded = new Map<number, ReturnType<typeof unpackDescriptor>>();
for (const [table, entries] of [GDT, LDT].entries())
  for (const [index, entry] of entries.entries())
    for (let rpl = 0; rpl < 4; rpl++) {
      const selector = (index << 3) | (table << 2) | rpl;
      loaded.set(selector, unpackDescriptor(selector, 0n, entry));
    }

function setSegment(cpu: CpuContext, segment: number, selector: number): void {
  const { state } = cpu;
  const { base, limit, access } = loaded.get(selector)!;
  state.set32("segmentSelector", selector, segment);
  state.set64("segmentBase", base, segment);
  state.set32("segmentLimit", limit, segment);
  state.set32("segmentAccess", selector === 0 ? Access.unusable : access, segment);
}

/** One of our processors as the machine that programs run on. */
export class LinuxMachine {
  readonly #cpu: CpuContext;
  readonly #group: Group;
  readonly #write: WriteMemory;
  /** The two pages as they are now. */
  readonly #data: Uint32Array;
  readonly #code: Uint32Array;
  readonly #codeBytes: Uint8Array;
  readonly #wantedData = new Uint8Array(PAGE);
  readonly #wantedCode = new Uint8Array(PAGE).fill(INT3);
  readonly #lanes = new Uint32Array(4);
  readonly #windows: number;
  readonly #caseCode: number;
  /** Where the program's code stands in its page. */
  #start = 0;

  /** `memory`: where physical address 0 is. */
  constructor(cpu: CpuContext, group: Group, write: WriteMemory, memory: { buffer: ArrayBufferLike; offset: number }) {
    this.#cpu = cpu;
    this.#group = group;
    this.#write = write;
    this.#data = new Uint32Array(memory.buffer, memory.offset + DATA_FRAME, PAGE / 4);
    this.#code = new Uint32Array(memory.buffer, memory.offset + CODE_FRAME, PAGE / 4);
    this.#codeBytes = new Uint8Array(memory.buffer, memory.offset + CODE_FRAME, PAGE);
    this.#windows = Case.windows(group.stateBytes);
    this.#caseCode = Case.code(group.stateBytes);
    prepareMachine(cpu, write);
  }

  /** The code page as it is now. */
  get code(): Uint8Array {
    return this.#codeBytes;
  }

  /** Of the exception whose handler was just entered, or has halted already. */
  get vector(): number {
    const { state } = this.#cpu;
    const halted = state.get32("activity") === Activity.halted ? 1 : 0;
    return Number(state.get64("rip") - SYSTEM) - HANDLERS_OFFSET - halted;
  }

  /** Where the instruction is that its handler would return to, in bytes from the start of the code page. */
  get faultingOffset(): number {
    const word = (from: number) => Number(this.#cpu.readPhysical(BigInt(STACK_FRAME + 0x1000 - from), 8));
    return word(40) - (word(32) & 4 ? 0 : CODE);
  }

  /** Overwrites code; `offset` in the page. */
  patch(offset: number, bytes: Uint8Array): void {
    this.#write(CODE_FRAME + offset, bytes);
  }

  /** Overwrites data; `offset` in the page. */
  plant(offset: number, bytes: Uint8Array): void {
    this.#write(DATA_FRAME + offset, bytes);
  }

  /** Puts the processor where a case begins. */
  enter(record: RecordView): void {
    const { bytes, u32, u64, u16 } = record;
    const data = this.#wantedData;
    let at = this.#windows;
    for (const window of WINDOWS) {
      data.set(bytes.subarray(at, at + window.bytes), window.offset);
      at += window.bytes;
    }
    this.#write(DATA_FRAME, data);
    const code = this.#wantedCode;
    code.fill(INT3, this.#start, this.#start + CODE_BYTES);
    this.#start = u32[Case.place / 4]! - CODE;
    code.set(bytes.subarray(this.#caseCode, this.#caseCode + CODE_BYTES), this.#start);
    // Code that is there already stays decoded.
    if (Buffer.compare(code, this.#codeBytes) !== 0)
      for (let from = 0; from < PAGE; from += CODE_BYTES) {
        const part = code.subarray(from, from + CODE_BYTES);
        if (Buffer.compare(part, this.#codeBytes.subarray(from, from + CODE_BYTES)) !== 0)
          this.#write(CODE_FRAME + from, part);
      }

    const cpu = this.#cpu;
    const { state } = cpu;
    for (let word = 0; word < 16; word++) state.set64("general", u64[word]!, REGISTER_OF_WORD[word]!);
    cpu.setFlags(u32[2 * Word.flags]!);
    setSegment(cpu, CS, u16[4 * Word.segments]!);
    for (const segment of [SS, DS, ES]) setSegment(cpu, segment, u16[4 * Word.segments + 3]!);
    setSegment(cpu, FS, 0);
    setSegment(cpu, GS, 0);
    state.set32("cpl", 3);
    state.set32("inhibit", 0);
    state.set32("debugPending", 0);
    state.set32("activity", Activity.running);
    state.set64("cr2", 0n);
    state.set64("rip", u64[Word.rip]!);
    this.#group.load(cpu, record);
    cpu.modeChanged();
  }

  /** What a halted handler's address and stack say: the exception, and the state that was pushed. */
  leave(outcome: RecordView): void {
    const { state } = this.#cpu;
    const { u64, u32, u16 } = outcome;
    const vector = Number(state.get64("rip") - SYSTEM) - HANDLERS_OFFSET - 1;
    for (let word = 0; word < 16; word++) u64[word] = state.get64("general", REGISTER_OF_WORD[word]!);
    u64[Word.vector] = BigInt(vector);
    u64[Word.error] = 0n;
    if (vector === SYSCALL_HANDLER) {
      u64[Word.rip] = state.get64("general", RCX);
      u64[Word.flags] = state.get64("general", R11);
      u64[Word.segments] = 0n;
    } else {
      const top = state.get64("general", RSP);
      const withCode = STACK_TOP - top === 48n;
      const frame = BigInt(STACK_FRAME + 0x1000) - 40n;
      const at = (index: bigint) => this.#cpu.readPhysical(frame + 8n * index, 8);
      if (withCode) u64[Word.error] = at(-1n);
      u64[Word.rip] = at(0n);
      u64[Word.segments] = at(1n) | (at(4n) << 48n);
      u64[Word.flags] = at(2n);
      u64[WORD_OF_RSP] = at(3n);
    }
    u64[Word.oldMask] = 0n;
    u64[Word.cr2] = vector === Vector.PF ? state.get64("cr2") : 0n;
    const lanes = this.#lanes.fill(0);
    checksumPage(lanes, this.#data);
    checksumPage(lanes, this.#code);
    u32[Outcome.checksum / 4] = checksumOf(lanes);
    u32[Outcome.checksum / 4 + 1] = 0;
    for (const [i, segment] of OUTCOME_SELECTORS.entries())
      u16[Outcome.selectors / 2 + i] = state.get32("segmentSelector", segment);
    this.#group.save(this.#cpu, outcome);
  }
}

const RCX = 1;
const RSP = 4;
const R11 = 11;
const WORD_OF_RSP = WORD_OF_REGISTER[RSP]!;
