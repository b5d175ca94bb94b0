/**
 * SYSCALL and SYSRET of 64-bit code within a region: what interpreter/quick/system-call.ts and ring.ts do, as values and writes of a block, so that
 * registers and flags stay where they are. What is out of the ordinary is assumed not to be, and left to the interpreter.
 */
import type { Bits } from "../cpu/builder.ts";
import { Efer } from "../cpu/control-bits.ts";
import type { Node } from "../cpu/ir.ts";
import { Access, Flag, STATUS_FLAGS, stateFields } from "../cpu/state.ts";
import { bankAddress, TLB_BANK_BYTES, TlbBank } from "../cpu/tlb.ts";
import { TranslationMode, Workspace } from "../cpu/workspace.ts";
import { FLAT_CODE64, FLAT_DATA } from "../interpreter/quick/segments.ts";
import { SYSRET_FLAGS } from "../interpreter/quick/system-call.ts";
import { CS, SS } from "../isa/instruction.ts";
import { general } from "../isa/registers.ts";
import type { BlockOperands } from "./block-operands.ts";

const RCX = general[64][1]!;
const R11 = general[64][11]!;

/** What a block lends to what changes the processor's state beside its registers. */
export interface StateAccess {
  readonly b: BlockOperands;
  assume(condition: Node): void;
  /** A word of the workspace, or one behind it, so many bytes farther. */
  read(address: number, bits: Bits, index?: Node): Node;
  write(address: number, value: Node): void;
}

/** What both ask first; `ring`: it must be in. */
function assumeOrdinary({ b, assume, read }: StateAccess, ring: number): void {
  const word = (value: number) => b.constant(32, value);
  assume(b.ne(read(Workspace.quick, 32), word(0)));
  assume(b.eq(b.get("cpl"), word(ring)));
  assume(b.ne(b.and(read(stateFields.efer.offset, 32), word(Number(Efer.SCE))), word(0)));
  // Then the run loop need not look at what has changed.
  const awaited = b.or(b.or(read(Workspace.pending, 32), b.get("activity")), b.get("inhibit"));
  assume(b.eq(awaited, word(0)));
}

/** The key under which code is looked up in a ring, and the bank of data accesses there, EFLAGS.AC being clear. */
function spaceOf({ b, assume, read }: StateAccess, user: boolean): { key: Node; bank: Node; tlbBank: Node } {
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

function enterRing(
  { b, write }: StateAccess,
  ring: 0 | 3,
  code: Node,
  stack: Node,
  flagsOther: Node,
  { key, bank, tlbBank }: ReturnType<typeof spaceOf>,
): void {
  for (const [segment, selector, access] of [
    [CS, code, FLAT_CODE64],
    [SS, stack, FLAT_DATA],
  ] as const) {
    b.set("segmentSelector", selector, segment);
    b.set("segmentBase", b.constant(64, 0), segment);
    b.set("segmentLimit", b.constant(32, 0xffff_ffff), segment);
    b.set("segmentAccess", b.constant(32, access | (ring << Access.dplShift)), segment);
  }
  b.set("cpl", b.constant(32, ring));
  b.set("flagsOther", flagsOther);
  write(Workspace.lookupKey, key);
  write(Workspace.knownFlags, b.constant(32, 0));
  write(Workspace.dataBank, bank);
  write(Workspace.checkAlignment, b.constant(32, 0));
  write(Workspace.tlbBank, tlbBank);
}

const OTHER_FLAGS = ~STATUS_FLAGS;

/** SYSCALL in ring 3 to where it is known to lead; `next`: RIP behind it. */
export function changeBySyscall(changer: StateAccess, handler: bigint, next: bigint): void {
  const { b, assume, read } = changer;
  const word = (value: number) => b.constant(32, value);
  assumeOrdinary(changer, 3);
  assume(b.eq(b.get("lstar"), b.constant(64, handler)));
  const other = b.get("flagsOther");
  assume(b.eq(b.and(other, word(Flag.TF | Flag.AC)), word(0)));
  const fmask = read(stateFields.fmask.offset, 32);
  assume(b.eq(b.and(fmask, word(STATUS_FLAGS)), word(0)));
  const space = spaceOf(changer, false);
  const code = b.and(read(stateFields.star.offset + 4, 32), word(0xfffc));
  const flags = b.and(b.flags(), word(~Flag.RF));
  b.setRegister(R11, b.zeroExtend(flags, 64));
  b.setRegister(RCX, b.constant(64, next));
  const kept = b.and(b.and(other, word(~Flag.RF)), b.not(fmask));
  enterRing(changer, 0, code, b.and(b.add(code, word(8)), word(0xffff)), b.or(kept, word(2)), space);
}

/** SYSRET with REX.W; `expected`: where it is thought to lead, or null. Returns where it leads. */
export function changeBySysret(changer: StateAccess, expected: bigint | null): Node {
  const { b, assume, read } = changer;
  const word = (value: number) => b.constant(32, value);
  assumeOrdinary(changer, 0);
  const target = b.register(RCX);
  if (expected === null) {
    const shift = read(Workspace.canonicalShift, 64);
    assume(b.eq(b.sar(b.shl(target, shift), shift), target));
  } else assume(b.eq(target, b.constant(64, expected)));
  const flags = b.and(b.truncate(b.register(R11), 32), word(SYSRET_FLAGS));
  assume(b.eq(b.and(flags, word(Flag.TF | Flag.AC)), word(0)));
  const space = spaceOf(changer, true);
  const base = b.shr(read(stateFields.star.offset + 4, 32), word(16));
  const selector = (offset: number) => b.and(b.or(b.add(base, word(offset)), word(3)), word(0xffff));
  b.setFlagBits(flags, STATUS_FLAGS);
  enterRing(changer, 3, selector(16), selector(8), b.or(b.and(flags, word(OTHER_FLAGS)), word(2)), space);
  return expected === null ? target : b.constant(64, expected);
}
