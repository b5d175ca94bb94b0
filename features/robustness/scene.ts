/**
 * Scenes for hostile guests: a mode, control registers, page tables, descriptor tables and registers, all random within
 * what the processor allows to be loaded. Tables are sane more often than not, so that programs get somewhere; a good part
 * of the gates lead to handlers that step over whatever faulted, so that a program goes on after its faults.
 */
import { Cr0, Cr4, Efer } from "../../emulator/cpu/control-bits.ts";
import { Access, Activity, Flag, LDTR, TR } from "../../emulator/cpu/state.ts";
import { CS, type Mode, SS } from "../../emulator/isa/instruction.ts";
import type { Machine } from "../../emulator/machine.ts";
import type { Random } from "../cpu/random.ts";
import type { Pools } from "./bytes.ts";

export type Kind = "real" | "virtual-8086" | "protected-16" | "protected-32" | "compatibility" | "64-bit";
export type PagingKind = "off" | "32-bit" | "PAE" | "4-level" | "5-level";

/** A mode with a kind of paging that it can have. */
export interface Place {
  readonly kind: Kind;
  readonly paging: PagingKind;
}

/** All of them. */
export const PLACES: readonly Place[] = [
  { kind: "real", paging: "off" },
  ...(["virtual-8086", "protected-16", "protected-32"] as const).flatMap((kind): Place[] => [
    { kind, paging: "off" },
    { kind, paging: "32-bit" },
    { kind, paging: "PAE" },
  ]),
  ...(["compatibility", "64-bit"] as const).flatMap((kind): Place[] => [
    { kind, paging: "4-level" },
    { kind, paging: "5-level" },
  ]),
];

/** What programs are made of: nothing but random bytes, most of which fault; random valid instructions; somebody's program elsewhere. */
export type Matter = "random bytes" | "instructions" | "a program";

/** Physical places of the tables. Everything else up to the end of RAM is the program's. */
const GDT = 0x1000;
const LDT = 0x1800;
const IDT = 0x2000;
const TSS = 0x3000;
const HANDLERS = 0x3800;
const TABLES = 0x4000;
/** Two pages of stacks for handlers. */
const STACKS = 0xd000;
/** Above the tables. */
const PROGRAMS = 0xf000;
/** Bytes behind a program: as many NOPs as its last instruction may take for itself, and a jump. */
const RETURN = 20;
const RAM_FRAMES = 1024;
const RSP = 4;
const RCX = 1;
const RDX = 2;

const CODE = 0x08;
const DATA = 0x10;
const USER_CODE = 0x18;
const USER_DATA = 0x20;
const LDT_SELECTOR = 0x28;
const TSS_SELECTOR = 0x38;

/** What somebody answers at: where IN and OUT with a port in DX go half of the time. */
export const PORTS = [
  0x0, 0x8, 0xd, 0x20, 0x21, 0x40, 0x41, 0x42, 0x43, 0x60, 0x61, 0x64, 0x70, 0x71, 0x80, 0x81, 0x92, 0xa0, 0xa1, 0xb2,
  0xc0, 0xd0, 0xe9, 0x170, 0x171, 0x172, 0x176, 0x177, 0x1ce, 0x1cf, 0x1f0, 0x1f1, 0x1f2, 0x1f3, 0x1f4, 0x1f5, 0x1f6,
  0x1f7, 0x2f8, 0x2f9, 0x376, 0x3c0, 0x3c4, 0x3c5, 0x3c8, 0x3c9, 0x3ce, 0x3d4, 0x3d5, 0x3da, 0x3f6, 0x3f8, 0x3f9, 0x3fa,
  0x3fb, 0x3fc, 0x402, 0x510, 0x511, 0x514, 0x518, 0x600, 0x604, 0x608, 0xcf8, 0xcf9, 0xcfc, 0xcfe, 0xb000, 0xc000,
];

/** Handlers that go on some bytes behind what faulted; the distance is appended, 16 or 32 bits wide. */
const stepOver = {
  // push bp; mov bp,sp; add word [bp+2],distance
  16: [0x55, 0x89, 0xe5, 0x81, 0x46, 0x02],
  // add dword [esp],distance
  32: [0x81, 0x04, 0x24],
  // add qword [rsp],distance
  64: [0x48, 0x81, 0x04, 0x24],
} as const;
// pop bp; iret
const goBack = { 16: [0x5d, 0xcf], 32: [0xcf], 64: [0x48, 0xcf] } as const;
const stepBy = (mode: Mode, distance: number): number[] => [
  ...stepOver[mode],
  ...[0, 8, 16, 24].slice(0, mode === 16 ? 2 : 4).map((shift) => (distance >> shift) & 0xff),
  ...goBack[mode],
];
const dropErrorCode = { 16: [0x83, 0xc4, 0x02], 32: [0x83, 0xc4, 0x04], 64: [0x48, 0x83, 0xc4, 0x08] } as const;
// push eax/ecx/edx; mov ecx,80Bh; xor eax,eax; cdq; wrmsr; pop edx/ecx/eax
const endOfInterrupt = [0x50, 0x51, 0x52, 0xb9, 0x0b, 0x08, 0, 0, 0x31, 0xc0, 0x99, 0x0f, 0x30, 0x5a, 0x59, 0x58];
const WITH_ERROR_CODE = [8, 10, 11, 12, 13, 14, 17, 21];
/** Offsets of the handlers from HANDLERS. */
const Stub = { plain: 0, errorCode: 0x20, page: 0x40, interrupt: 0x60, repeat: 0x80 } as const;
const PAGE_FAULT = 14;
/** Far enough that a page without rights is left soon. */
const PAGE_STEP = 0x3f1;

export interface Scene extends Place {
  readonly matter: Matter;
  /** What is in memory below the programs. */
  readonly tables: Uint8Array;
}

/** A scene in a machine with 4 MiB or more. What devices, MSRs, and memory elsewhere hold stays from the scene before. */
export function setUp(machine: Machine, random: Random, pools: Pools, { kind, paging }: Place, matter: Matter): Scene {
  writeDescriptors(machine, random, kind);
  writeHandlers(machine, random, kind);
  if (paging !== "off") writePageTables(machine, random, paging);
  const tables = new Uint8Array(PROGRAMS);
  machine.memory.read(0, tables);
  const scene: Scene = { kind, paging, matter, tables };
  enter(machine, random, pools, scene);
  if (random.once(2)) startTimer(machine, random);
  return scene;
}

/** The scene once more, after what its program has made of it: tables as they were, other registers, another program. */
export function setUpAgain(machine: Machine, random: Random, pools: Pools, scene: Scene): void {
  machine.memory.write(0, scene.tables);
  enter(machine, random, pools, scene);
}

function enter(machine: Machine, random: Random, pools: Pools, { kind, paging, matter }: Scene): void {
  const cpl =
    kind === "real" ? 0 : kind === "virtual-8086" ? 3 : !random.once(3) ? 3 : random.once(4) ? random.below(3) : 0;
  setControl(machine, random, kind, paging);
  setTables(machine, random, kind);
  setSegments(machine, random, kind, cpl);
  const start = setRegisters(machine, random, kind);
  writeProgram(machine, random, pools, kind, matter, start);
  machine.processor.modeChanged();
}

const wideModes: Readonly<Record<Kind, Mode>> = {
  real: 16,
  "virtual-8086": 32,
  "protected-16": 16,
  "protected-32": 32,
  compatibility: 64,
  "64-bit": 64,
};

function setControl({ processor: { state } }: Machine, random: Random, kind: Kind, paging: PagingKind): void {
  const maybe = (bit: bigint, oneIn = 2): bigint => (random.once(oneIn) ? bit : 0n);
  const long = paging === "4-level" || paging === "5-level";
  let cr0 =
    Cr0.ET | maybe(Cr0.NE) | maybe(Cr0.WP) | maybe(Cr0.AM) | maybe(Cr0.TS, 4) | maybe(Cr0.EM, 4) | maybe(Cr0.MP);
  if (kind !== "real") cr0 |= Cr0.PE;
  if (paging !== "off") cr0 |= Cr0.PG;
  let cr4 = maybe(Cr4.VME) | maybe(Cr4.PVI) | maybe(Cr4.TSD, 4) | maybe(Cr4.DE) | maybe(Cr4.PSE) | maybe(Cr4.PGE);
  cr4 |=
    maybe(Cr4.PCE) |
    maybe(Cr4.UMIP, 4) |
    maybe(Cr4.FSGSBASE) |
    maybe(Cr4.SMEP, 6) |
    maybe(Cr4.SMAP, 6) |
    maybe(Cr4.PKE);
  if (long || paging === "PAE") cr4 |= Cr4.PAE;
  if (paging === "5-level") cr4 |= Cr4.LA57;
  if (long) cr4 |= maybe(Cr4.PCIDE);
  state.set64("cr0", cr0);
  state.set64("cr4", cr4);
  state.set64("efer", maybe(Efer.SCE) | maybe(Efer.NXE) | (long ? Efer.LME | Efer.LMA : 0n));
  state.set64("cr3", BigInt(TABLES) | (cr4 & Cr4.PCIDE ? BigInt(random.below(8)) : 0n));
  for (let i = 0; i < 4; i++) state.set64("pdpte", BigInt(TABLES + 0x1000 * (1 + random.below(2))) | 1n, i);
  state.set32("pkru", random.once(2) ? random.word() & random.word() & random.word() : 0);
  for (let i = 0; i < 4; i++) state.set64("debug", random.once(2) ? BigInt(random.below(0x40_0000)) : random.wide(), i);
  state.set64("debug", random.once(6) ? 0x400n | BigInt(random.word() & 0xffff_23ff) : 0x400n, 7);
  for (const name of ["star", "lstar", "cstar", "sysenterCs", "sysenterEsp", "sysenterEip", "fmask"] as const)
    state.set64(name, random.once(3) ? BigInt(random.word()) : BigInt(random.below(0x40_0000)));
  state.set32("activity", Activity.running);
  for (const name of ["inhibit", "debugPending", "nmiBlocked", "monitorArmed", "exit"] as const) state.set32(name, 0);
}

const segment = (base: number, units: number, access: number, flags: number): bigint =>
  BigInt(units & 0xffff) |
  (BigInt(base & 0xff_ffff) << 16n) |
  (BigInt(access) << 40n) |
  (BigInt((units >>> 16) & 15) << 48n) |
  (BigInt(flags) << 52n) |
  (BigInt(base >>> 24) << 56n);

const gate = (selector: number, offset: number, access: number, count: number): bigint =>
  BigInt(offset & 0xffff) |
  (BigInt(selector) << 16n) |
  (BigInt(count) << 32n) |
  (BigInt(access) << 40n) |
  (BigInt(offset >>> 16) << 48n);

/** A descriptor of any type, mostly with a sensible base. */
function anyDescriptor(random: Random): bigint {
  switch (random.below(4)) {
    case 0:
      return random.wide();
    case 1:
      return gate(
        random.pick([CODE, USER_CODE, TSS_SELECTOR, random.below(0x200)]),
        random.below(0x1_0000),
        random.below(256) | 0x80,
        0,
      );
    default:
      return segment(random.below(0x1_0000), random.below(0x10_0000), random.below(256) | 0x90, random.below(16));
  }
}

function setTables({ processor: { state } }: Machine, random: Random, kind: Kind): void {
  state.set64("gdtrBase", BigInt(GDT));
  state.set32("gdtrLimit", random.once(4) ? random.below(0x1000) : 0xfff);
  const limit = 256 * gateBytes(kind) - 1;
  state.set64("idtrBase", kind === "real" ? 0n : BigInt(IDT));
  state.set32("idtrLimit", random.once(16) ? random.below(limit) : limit);
}

const gateBytes = (kind: Kind): number => (wideModes[kind] === 64 ? 16 : kind === "real" ? 4 : 8);

function writeDescriptors({ memory }: Machine, random: Random, kind: Kind): void {
  const table = new DataView(new ArrayBuffer(0x1000));
  for (let at = 0; at < 0x1000; at += 8) table.setBigUint64(at, anyDescriptor(random), true);
  const mode = wideModes[kind];
  // Flags: G, D/B, L.
  const codeFlags = mode === 64 ? 0xa : mode === 32 ? 0xc : 0x0;
  const userFlags = kind === "compatibility" ? (random.once(2) ? 0xc : 0x8) : codeFlags;
  const top = mode === 16 ? 0xffff : 0xf_ffff;
  const dataFlags = mode === 16 ? 0x0 : 0xc;
  const put = (selector: number, value: bigint) => table.setBigUint64(selector, value, true);
  put(0, 0n);
  put(CODE, segment(0, top, 0x9b, codeFlags));
  put(DATA, segment(0, top, 0x93, dataFlags));
  put(USER_CODE, segment(0, top, 0xfb, userFlags));
  put(USER_DATA, segment(0, top, 0xf3, dataFlags));
  put(LDT_SELECTOR, segment(LDT, 0x7ff, 0x82, 0));
  put(LDT_SELECTOR + 8, 0n);
  put(TSS_SELECTOR, segment(TSS, 0x7ff, 0x8b, 0));
  put(TSS_SELECTOR + 8, 0n);
  memory.write(GDT, new Uint8Array(table.buffer));

  const tss = new DataView(new ArrayBuffer(0x800));
  for (let at = 0; at < 0x68; at += 4) tss.setUint32(at, random.word() & 0x3f_fff0, true);
  const stack = () =>
    random.once(8) ? random.below(mode === 16 ? 0xf000 : 0x3f_0000) & ~15 : STACKS + 0x1000 * (1 + random.below(2));
  if (mode === 64) {
    for (let i = 0; i < 3; i++) tss.setBigUint64(4 + 8 * i, BigInt(stack()), true);
    for (let i = 0; i < 7; i++) tss.setBigUint64(0x24 + 8 * i, BigInt(stack()), true);
  } else if (mode === 32)
    for (let ring = 0; ring < 3; ring++) {
      tss.setUint32(4 + 8 * ring, stack(), true);
      tss.setUint32(8 + 8 * ring, ring === 0 ? DATA : random.below(0x100), true);
    }
  else
    for (let ring = 0; ring < 3; ring++) {
      tss.setUint16(2 + 4 * ring, stack(), true);
      tss.setUint16(4 + 4 * ring, ring === 0 ? DATA : random.below(0x100), true);
    }
  // The I/O permission bitmap, with everything allowed or nothing.
  tss.setUint16(0x66, 0x68, true);
  new Uint8Array(tss.buffer).fill(random.once(2) ? 0xff : 0, 0x68);
  memory.write(TSS, new Uint8Array(tss.buffer));
}

function writeHandlers({ memory }: Machine, random: Random, kind: Kind): void {
  const mode = wideModes[kind];
  const stubs = new Uint8Array(0x90);
  stubs.set(stepBy(mode, 1 + random.below(4)), Stub.plain);
  stubs.set([...dropErrorCode[mode], ...stepBy(mode, 1 + random.below(8))], Stub.errorCode);
  stubs.set([...dropErrorCode[mode], ...stepBy(mode, PAGE_STEP)], Stub.page);
  stubs.set([...(mode === 16 ? [] : endOfInterrupt), ...stepBy(mode, random.below(2))], Stub.interrupt);
  stubs.set(mode === 64 ? [0x48, 0xcf] : [0xcf], Stub.repeat);
  memory.write(HANDLERS, stubs);

  const handled = !random.once(8);
  const target = (vector: number): number => {
    if (!handled || random.once(32)) return random.below(mode === 16 ? 0x1_0000 : 0x40_0000);
    if (vector >= 32) return HANDLERS + Stub.interrupt;
    if (vector === 1) return HANDLERS + Stub.repeat;
    if (vector === PAGE_FAULT && kind !== "real") return HANDLERS + Stub.page;
    return HANDLERS + (kind !== "real" && WITH_ERROR_CODE.includes(vector) ? Stub.errorCode : Stub.plain);
  };
  const size = gateBytes(kind);
  const table = new DataView(new ArrayBuffer(256 * size));
  for (let vector = 0; vector < 256; vector++) {
    const at = vector * size;
    if (kind === "real") table.setUint32(at, target(vector), true);
    else if (random.once(64)) for (let i = 0; i < size; i += 4) table.setUint32(at + i, random.word(), true);
    else {
      const wide = mode === 16 ? 0x86 : 0x8e;
      const access = wide | (random.once(4) ? 1 : 0) | (random.once(2) ? 0x60 : 0);
      const stack = mode === 64 && random.once(8) ? random.below(8) : 0;
      table.setBigUint64(at, gate(CODE, target(vector), access, stack), true);
    }
  }
  memory.write(kind === "real" ? 0 : IDT, new Uint8Array(table.buffer));
}

/** Two tables for each level; entries of the lowest name frames of RAM, mostly those that they map. */
function writePageTables({ memory }: Machine, random: Random, paging: PagingKind): void {
  const wide = paging !== "32-bit";
  const levels = { off: 0, "32-bit": 2, PAE: 2, "4-level": 4, "5-level": 5 }[paging];
  const count = wide ? 512 : 1024;
  const identity = random.once(4) ? 2 : 12;
  /** Table `which` of a level; the root is the first page. */
  const place = (level: number, which: number): number =>
    level === levels && paging !== "PAE" ? TABLES : TABLES + 0x1000 * (1 + 2 * (level - 1) + which);
  // PDPTEs name pages 1 and 2: with PAE the directories change places with the tables.
  const placeOf = (level: number, which: number): number =>
    paging === "PAE" ? TABLES + 0x1000 * (level === 2 ? 1 + which : 3 + which) : place(level, which);
  const table = new Uint8Array(0x1000);
  const words = new Uint32Array(table.buffer);
  const rights = (): number => {
    const r = random.word();
    // Present, writable and for users, each less often absent.
    return ((r & 0x3f) === 0 ? 0 : 1) | ((r >>> 6) & 7 ? 2 : 0) | ((r >>> 9) & 7 ? 4 : 0) | ((r >>> 12) & 0x160);
  };
  for (let level = 1; level <= levels; level++)
    for (let which = 0; which < (level === levels && paging !== "PAE" ? 1 : 2); which++) {
      for (let i = 0; i < count; i++) {
        const r = random.word();
        let low: number;
        if (level === 1) {
          const same = (i + which * count) % RAM_FRAMES;
          // What handlers need is the supervisor's, most of the time.
          if (same < PROGRAMS >>> 12 && i < RAM_FRAMES && r % 64 !== 0) low = (same << 12) | 3;
          else low = ((r % identity === 0 ? (r >>> 8) % (RAM_FRAMES + 16) : same) << 12) | rights();
        } else {
          low = placeOf(level - 1, level === 2 && wide ? i & 1 : (r >>> 8) & 1) | 7;
          if ((r & 0x3f) === 0) low ^= 1 << ((r >>> 12) & 7);
          if ((r & 0x7c0) === 0) low = ((r & 0x1f) << 21) | 0x87;
        }
        if (wide) {
          words[2 * i] = low;
          words[2 * i + 1] = level === 1 && (r & 0xf000_0000) === 0 ? r << 27 : (r & 0xfff) === 1 ? r : 0;
        } else words[i] = low;
      }
      memory.write(placeOf(level, which), table);
    }
}

function setSegments({ processor: { state } }: Machine, random: Random, kind: Kind, cpl: number): void {
  const set = (number: number, selector: number, base: number, limit: number, access: number) => {
    state.set32("segmentSelector", selector, number);
    state.set64("segmentBase", BigInt(base), number);
    state.set32("segmentLimit", limit, number);
    state.set32("segmentAccess", access, number);
  };
  state.set32("cpl", cpl);
  set(LDTR, LDT_SELECTOR, LDT, 0x7ff, 0x82);
  set(TR, TSS_SELECTOR, TSS, 0x7ff, kind === "protected-16" ? 0x83 : 0x8b);
  if (kind === "real" || kind === "virtual-8086") {
    for (let number = 0; number < 6; number++) {
      const selector = random.once(4) ? random.below(0x1_0000) : random.below(0x4000);
      set(number, selector, selector * 16, 0xffff, kind === "real" ? 0x93 : 0xf3);
    }
    return;
  }
  const user = cpl === 3;
  const size = kind === "protected-16" ? 0 : Access.big;
  const limit = kind === "protected-16" ? 0xffff : 0xffff_ffff;
  for (let number = 0; number < 6; number++)
    set(number, (user ? USER_DATA : DATA) | cpl, 0, limit, 0x93 | (cpl << Access.dplShift) | size);
  const flags = { "64-bit": Access.long, compatibility: random.once(2) ? Access.big : 0 } as Record<string, number>;
  set(CS, (user ? USER_CODE : CODE) | cpl, 0, limit, 0x9b | (cpl << Access.dplShift) | (flags[kind] ?? size));
  if (!random.once(3)) return;
  const odd = random.pick([0, SS, 3, 4, 5]);
  set(
    odd,
    random.below(0x1_0000),
    random.below(0x2_0000),
    random.word() >>> random.below(32),
    0x90 | random.below(16) | size,
  );
}

/** Returns where execution begins, as a physical address if nothing is translated. */
function setRegisters({ processor: cpu }: Machine, random: Random, kind: Kind): number {
  const { state } = cpu;
  const narrow = kind === "real" || kind === "virtual-8086" || kind === "protected-16";
  const reach = narrow ? 0x1_0000 : 0x40_0000;
  for (let i = 0; i < 16; i++) {
    const value = random.once(2)
      ? BigInt(random.below(reach))
      : random.once(2)
        ? BigInt(random.below(64))
        : random.wide();
    state.set64("general", kind === "64-bit" ? value : value & 0xffff_ffffn, i);
  }
  if (random.once(2)) state.set64("general", BigInt(random.pick(PORTS)), RDX);
  state.set64(
    "general",
    BigInt((random.once(4) ? random.below(reach) : STACKS + 0x1000 + random.below(0x1000)) & ~7),
    RSP,
  );
  const start = PROGRAMS + random.below(reach - PROGRAMS);
  state.set64("rip", BigInt(start));
  let flags = 2 | (random.word() & (0x8d5 | Flag.DF | Flag.NT | Flag.AC));
  if (random.once(2)) flags |= Flag.IF;
  if (random.once(2)) flags |= Flag.IOPL;
  if (random.once(32)) flags |= Flag.TF;
  if (kind === "virtual-8086") flags |= Flag.VM;
  cpu.setFlags(flags);
  if (random.once(2)) state.set64("general", BigInt(random.below(64)), RCX);
  return Number(state.get64("segmentBase", CS)) + start;
}

/**
 * Something to execute where execution begins. Behind its end a jump leads back to its start: what has been decoded is executed with
 * many values before something leads elsewhere.
 */
function writeProgram(
  { memory }: Machine,
  random: Random,
  pools: Pools,
  kind: Kind,
  matter: Matter,
  start: number,
): void {
  const mode =
    kind === "compatibility" ? random.pick([16, 32] as const) : kind === "virtual-8086" ? 16 : wideModes[kind];
  const { anything, real } = pools;
  const pool = { "random bytes": anything, instructions: pools.valid[mode], "a program": real }[matter];
  const length = 16 << random.below(6);
  const program = new Uint8Array(length + RETURN).fill(0x90);
  const from = random.below(pool.length - length);
  program.set(pool.subarray(from, from + length));
  const distance = -program.length;
  program.set([0xe9, distance, distance >> 8, distance >> 16, distance >> 24], program.length - 5);
  if (mode === 16) program.set([0x90, 0x90, 0xe9, distance, distance >> 8], program.length - 5);
  memory.write(start % (RAM_FRAMES * 0x1000 - program.length), program);
}

/** The local APIC as an x2APIC with a timer, and the 8254 through the 8259s. */
function startTimer({ processor: { apic }, bus }: Machine, random: Random): void {
  const x2 = 0xfee0_0d00n;
  if (apic.base !== x2) {
    if (apic.allowsBase(0xfee0_0900n)) apic.setBase(0xfee0_0900n);
    if (apic.allowsBase(x2)) apic.setBase(x2);
  }
  apic.writeMsr(0x80f, 0x1ffn);
  apic.writeMsr(0x808, 0n);
  apic.writeMsr(0x832, BigInt(0x2_0000 | (32 + random.below(224))));
  apic.writeMsr(0x83e, 0xbn);
  apic.writeMsr(0x838, BigInt(random.below(300) + 3));
  apic.writeMsr(0x835, 0x700n);
  // ICW1…4 with automatic end of interrupt; the timer alone is let through.
  for (const [port, value] of [
    [0x20, 0x11],
    [0x21, 0x20],
    [0x21, 4],
    [0x21, 3],
    [0x21, 0xfe],
  ] as const)
    bus.writePort(port, 1, value);
  for (const [port, value] of [
    [0x43, 0x34],
    [0x40, random.below(256)],
    [0x40, 0],
  ] as const)
    bus.writePort(port, 1, value);
}
