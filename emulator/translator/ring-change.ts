/**
 * SYSCALL and SYSRET of 64-bit code within a region, and INVLPG: what interpreter/quick/system-call.ts and ring.ts do, as values and writes of a block,
 * so that registers and flags stay where they are. What is out of the ordinary is assumed not to be, and left to the interpreter.
 */
import type { Bits } from "../cpu/builder.ts";
import { Efer } from "../cpu/control-bits.ts";
import type { Node } from "../cpu/ir.ts";
import { Access, Flag, STATUS_FLAGS, stateFields } from "../cpu/state.ts";
import { bankAddress, TLB_BANK_BYTES, TlbBank } from "../cpu/tlb.ts";
import { TranslationMode, Workspace } from "../cpu/workspace.ts";
import { FLAT_CODE64, FLAT_DATA } from "../interpreter/quick/segments.ts";
import { SYSRET_FLAGS } from "../interpreter/quick/system-call.ts";
import { CS } from "../isa/instruction.ts";
import { general } from "../isa/registers.ts";
import type { BlockOperands } from "./block-operands.ts";

const RCX = general[64][1]!;
const R11 = general[64][11]!;

/** What a block lends to what changes the processor's state beside its registers. */
export interface StateAccess {
  readonly b: BlockOperands;
  assume(condition: Node): void;
  /** A word of the workspace, or one that is so many bytes behind another address. */
  read(address: number, bits: Bits, index?: Node): Node;
  write(address: number, value: Node, index?: Node): void;
}

/** Nobody watches, and the run loop need not look at what has changed. */
export function assumeQuiet({ b, assume, read }: StateAccess): void {
  const word = (value: number) => b.constant(32, value);
  assume(b.ne(read(Workspace.quick, 32), word(0)));
  const awaited = b.or(b.or(read(Workspace.pending, 32), b.get("activity")), b.get("inhibit"));
  assume(b.eq(awaited, word(0)));
}

/** What both ask first; `ring`: it must be in. */
function assumeOrdinary(access: StateAccess, ring: number): void {
  const { b, assume, read } = access;
  const word = (value: number) => b.constant(32, value);
  assumeQuiet(access);
  assume(b.eq(b.get("cpl"), word(ring)));
  assume(b.ne(b.and(read(stateFields.efer.offset, 32), word(Number(Efer.SCE))), word(0)));
}

/** Of a ring: the key under which code is looked up, the kind of bank for data accesses, and its address. */
export interface Space {
  readonly key: Node;
  readonly bank: Node;
  readonly tlbBank: Node;
}

/** Of ring 0 or 3, EFLAGS.AC being clear. */
export function spaceOf({ b, assume, read }: StateAccess, user: boolean): Space {
  const word = (value: number) => b.constant(32, value);
  const space = read(Workspace.space, 32);
  const key = read(Workspace.longKeys + (user ? 4 : 0), 32, b.shl(space, word(3)));
  assume(b.ne(key, word(0)));
  const smap = b.and(read(Workspace.translation, 32), word(TranslationMode.smap));
  const bank = user
    ? word(TlbBank.user)
    : b.select(b.ne(smap, word(0)), word(TlbBank.supervisorNoUser), word(TlbBank.supervisor));
  const number = b.add(b.mul(space, word(TlbBank.strict)), bank);
  return { key, bank, tlbBank: b.add(word(bankAddress(0, 0)), b.mul(number, word(TLB_BANK_BYTES))) };
}

/** Neighbours in memory, written as one. */
export const pair = ({ b }: StateAccess, low: Node, high: Node): Node =>
  b.or(b.zeroExtend(low, 64), b.shl(b.zeroExtend(high, 64), b.constant(64, 32)));

interface Entry {
  readonly ring: 0 | 3;
  /** Selectors of CS and SS. */
  readonly code: Node;
  readonly stack: Node;
  readonly flagsOther: Node;
  readonly space: Space;
}

/** EFLAGS.AC is clear in both rings, so alignment is not checked before or afterwards. `isFlat`: CS and SS have no base and no limit already. */
function enterRing(access: StateAccess, { ring, code, stack, flagsOther, space }: Entry, isFlat: boolean): void {
  const { b, write } = access;
  const word = (value: number) => b.constant(32, value);
  // SS is behind CS.
  const at = (field: "segmentSelector" | "segmentBase" | "segmentLimit" | "segmentAccess", bytes: number) =>
    stateFields[field].offset + bytes * CS;
  const rights = (flat: number) => word(flat | (ring << Access.dplShift));
  write(at("segmentSelector", 4), pair(access, code, stack));
  write(at("segmentAccess", 4), pair(access, rights(FLAT_CODE64), rights(FLAT_DATA)));
  if (!isFlat) {
    write(at("segmentBase", 8), b.constant(128, 0));
    write(at("segmentLimit", 4), b.constant(64, -1n));
  }
  b.set("cpl", word(ring));
  b.set("flagsOther", flagsOther);
  write(Workspace.tlbBank, pair(access, space.tlbBank, space.key));
  write(Workspace.dataBank, space.bank);
}

const OTHER_FLAGS = ~STATUS_FLAGS;

/** INVLPG: see interpreter/quick/address-space.ts. */
export function invalidatePage({ b, assume, read }: StateAccess): void {
  const isQuick = read(b.mode === 64 ? Workspace.quick : Workspace.quick32, 32);
  assume(b.ne(isQuick, b.constant(32, 0)));
  assume(b.eq(b.get("inhibit"), b.constant(32, 0)));
}

/** SYSCALL in ring 3 to where it is known to lead; `next`: RIP behind it. */
export function changeBySyscall(access: StateAccess, handler: bigint, next: bigint): void {
  const { b, assume, read } = access;
  const word = (value: number) => b.constant(32, value);
  assumeOrdinary(access, 3);
  assume(b.eq(b.get("lstar"), b.constant(64, handler)));
  const other = b.get("flagsOther");
  assume(b.eq(b.and(other, word(Flag.TF | Flag.RF | Flag.AC)), word(0)));
  const fmask = read(stateFields.fmask.offset, 32);
  assume(b.eq(b.and(fmask, word(STATUS_FLAGS)), word(0)));
  const space = spaceOf(access, false);
  const code = b.and(read(stateFields.star.offset + 4, 32), word(0xfffc));
  const stack = b.and(b.add(code, word(8)), word(0xffff));
  b.setRegister(R11, b.zeroExtend(b.flags(), 64));
  b.setRegister(RCX, b.constant(64, next));
  const kept = b.or(b.and(other, b.not(fmask)), word(2));
  enterRing(access, { ring: 0, code, stack, flagsOther: kept, space }, false);
}

/**
 * SYSRET with REX.W; `expected`: where it leads if it belongs to a SYSCALL of this region, behind which nothing of what that has asked and set can have
 * changed; or null. Returns where it leads.
 */
export function changeBySysret(access: StateAccess, expected: bigint | null): Node {
  const { b, assume, read, write } = access;
  const word = (value: number) => b.constant(32, value);
  const isInside = expected !== null;
  if (!isInside) assumeOrdinary(access, 0);
  const target = b.register(RCX);
  if (!isInside) {
    const shift = read(Workspace.canonicalShift, 64);
    assume(b.eq(b.sar(b.shl(target, shift), shift), target));
  } else assume(b.eq(target, b.constant(64, expected)));
  const flags = b.and(b.truncate(b.register(R11), 32), word(SYSRET_FLAGS));
  assume(b.eq(b.and(flags, word(Flag.TF | Flag.AC)), word(0)));
  const space = spaceOf(access, true);
  const base = b.shr(read(stateFields.star.offset + 4, 32), word(16));
  const selector = (offset: number) => b.and(b.or(b.add(base, word(offset)), word(3)), word(0xffff));
  b.setFlagBits(flags, STATUS_FLAGS);
  const flagsOther = b.or(b.and(flags, word(OTHER_FLAGS)), word(2));
  enterRing(access, { ring: 3, code: selector(16), stack: selector(8), flagsOther, space }, isInside);
  if (!isInside) write(Workspace.knownFlags, word(0));
  return isInside ? b.constant(64, expected) : target;
}
