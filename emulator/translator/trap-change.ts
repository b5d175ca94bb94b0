/**
 * INT n of ring 3 and the IRETQ that comes back, within a region: what interpreter/quick/deliver.ts and interrupt-return.ts do, as values and
 * writes of a block. Gates and descriptors are compared with those that the region was made for (gates.ts); whatever else is out of the ordinary is
 * left to the interpreter.
 */
import type { Bits } from "../cpu/builder.ts";
import type { Node } from "../cpu/ir.ts";
import { Access, Flag, STATUS_FLAGS, stateFields, TR } from "../cpu/state.ts";
import { TLB_ENTRIES, TLB_ENTRY_BYTES, TlbEntry } from "../cpu/tlb.ts";
import { Workspace } from "../cpu/workspace.ts";
import { DATA_SEGMENTS, RETURNED } from "../interpreter/quick/interrupt-return.ts";
import { CS, SS } from "../isa/instruction.ts";
import { general } from "../isa/registers.ts";
import { fieldsOf, type Gate, offsetOf, type Segment, type UserSegments } from "./gates.ts";
import { assumeQuiet, pair, type Space, type StateAccess, spaceOf } from "./ring-change.ts";

const RSP = general[64][4]!;
/** RIP, CS, RFLAGS, RSP, SS. */
const FRAME_BYTES = 40;
/** In the task-state segment: RSP0, and IST1. */
const RSP0 = 4;
const IST1 = 0x24;
const ENTRY_SHIFT = Math.log2(TLB_ENTRY_BYTES);
/** What must not be set while such ways are gone: single steps, RF that lasts, checks of alignment or none of SMAP. */
const ODD = Flag.TF | Flag.RF | Flag.AC;

/** Where so many bytes of plain memory are that the bank knows; it is assumed to. */
function find({ b, assume, read }: StateAccess, bank: Node, tag: number, linear: Node, bytes: number): Node {
  const low = b.truncate(linear, 32);
  const index = b.and(b.shr(low, b.constant(32, 12 - ENTRY_SHIFT)), b.constant(32, (TLB_ENTRIES - 1) << ENTRY_SHIFT));
  const entry = b.add(bank, index);
  const last = b.and(b.add(linear, b.constant(64, bytes - 1)), b.constant(64, -0x1000n));
  assume(b.eq(read(tag, 64, entry), last));
  return b.add(low, read(TlbEntry.addend, 32, entry));
}

/** The table register's limit covers a byte. */
function assumeWithin({ b, assume }: StateAccess, field: "idtrLimit" | "gdtrLimit", last: number): void {
  assume(b.leUnsigned(b.constant(32, last), b.get(field)));
}

/** CS and SS, which are neighbours, and what follows from the ring. `stack`: null: SS is null. */
function enter(access: StateAccess, ring: 0 | 3, code: Segment, stack: Segment | null, space: Space): void {
  const { b, write } = access;
  const put = (field: "segmentSelector" | "segmentLimit" | "segmentAccess", ofCode: number, ofStack: number) =>
    write(stateFields[field].offset + 4 * CS, pair(access, b.constant(32, ofCode), b.constant(32, ofStack)));
  const none = { base: 0, limit: 0, access: Access.unusable | (ring << Access.dplShift) };
  const [first, second] = [fieldsOf(code.descriptor), stack === null ? none : fieldsOf(stack.descriptor)];
  put("segmentSelector", code.selector, stack?.selector ?? ring);
  put("segmentLimit", first.limit, second.limit);
  put("segmentAccess", first.access, second.access);
  const bases = (BigInt(second.base) << 64n) | BigInt(first.base);
  write(stateFields.segmentBase.offset + 8 * CS, b.constant(128, bases));
  b.set("cpl", b.constant(32, ring));
  write(Workspace.tlbBank, pair(access, space.tlbBank, space.key));
  write(Workspace.dataBank, space.bank);
}

/** INT n in ring 3 through a gate; `next`: RIP behind it. */
export function changeByInterrupt(access: StateAccess, gate: Gate, next: bigint): void {
  const { b, assume, read, write } = access;
  const word = (value: number) => b.constant(32, value);
  const wide = (value: number | bigint) => b.constant(64, value);
  assumeQuiet(access);
  assume(b.eq(b.get("cpl"), word(3)));
  const other = b.get("flagsOther");
  assume(b.eq(b.and(other, word(ODD)), word(0)));
  const space = spaceOf(access, false);
  const table = (base: Node, at: number, bytes: number) =>
    find(access, space.tlbBank, TlbEntry.readTag, b.add(base, wide(at)), bytes);

  const at = 16 * gate.vector;
  assumeWithin(access, "idtrLimit", at + 15);
  const found = table(b.get("idtrBase"), at, 16);
  assume(b.eq(read(0, 64, found), wide(gate.low)));
  assume(b.eq(read(8, 32, found), word(Number(gate.high))));
  const offset = offsetOf(gate.code);
  assumeWithin(access, "gdtrLimit", offset + 7);
  assume(b.eq(read(0, 64, table(b.get("gdtrBase"), offset, 8)), wide(gate.code.descriptor)));
  const place = gate.ist === 0 ? RSP0 : IST1 + 8 * (gate.ist - 1);
  assume(b.leUnsigned(word(place + 7), b.get("segmentLimit", TR)));
  const top = read(0, 64, table(b.get("segmentBase", TR), place, 8));
  const stack = b.sub(b.and(top, wide(-16n)), wide(FRAME_BYTES));
  const frame = find(access, space.tlbBank, TlbEntry.writeTag, stack, FRAME_BYTES);

  const pushed = [
    wide(next),
    b.zeroExtend(b.get("segmentSelector", CS), 64),
    b.zeroExtend(b.flags(), 64),
    b.register(RSP),
    b.zeroExtend(b.get("segmentSelector", SS), 64),
  ];
  for (const [i, value] of pushed.entries()) write(8 * i, value, frame);
  enter(access, 0, gate.code, null, space);
  const cleared = Flag.TF | Flag.NT | Flag.RF | (gate.isTrapGate ? 0 : Flag.IF);
  b.set("flagsOther", b.and(other, word(~cleared)));
  b.setRegister(RSP, stack);
}

/** IRETQ in a handler that was entered by an INT of this region, to where that came from. */
export function changeByInterruptReturn(access: StateAccess, back: bigint, { code, stack }: UserSegments): void {
  const { b, assume, read, write } = access;
  const word = (value: number) => b.constant(32, value);
  const wide = (value: number | bigint) => b.constant(64, value);
  assumeQuiet(access);
  assume(b.eq(b.get("cpl"), word(0)));
  const other = b.get("flagsOther");
  assume(b.eq(b.and(other, word(ODD | Flag.NT)), word(0)));
  const pointer = b.register(RSP);
  const popped = (at: number, bits: Bits = 64) => b.load(SS, b.add(pointer, wide(8 * at)), bits);
  // All of the frame is read, and in one piece.
  const [target, codeSelector, image, outer, stackSelector] = [0, 1, 2, 3, 4].map((at) => popped(at)) as [
    Node,
    Node,
    Node,
    Node,
    Node,
  ];
  assume(b.eq(target, wide(back)));
  assume(b.eq(b.truncate(codeSelector, 16), b.constant(16, code.selector)));
  assume(b.eq(b.truncate(stackSelector, 16), b.constant(16, stack.selector)));
  const flags = b.truncate(image, 32);
  assume(b.eq(b.and(flags, word(ODD)), word(0)));
  const [low, high] = [offsetOf(code), offsetOf(stack)].sort((x, y) => x - y) as [number, number];
  assumeWithin(access, "gdtrLimit", high + 7);
  const base = b.add(b.get("gdtrBase"), wide(low));
  const found = find(access, read(Workspace.tlbBank, 32), TlbEntry.readTag, base, high + 8 - low);
  for (const segment of [code, stack]) assume(b.eq(read(offsetOf(segment) - low, 64, found), wide(segment.descriptor)));
  assumeKept(access);

  enter(access, 3, code, stack, spaceOf(access, true));
  b.set("nmiBlocked", word(0));
  const mine = RETURNED & ~STATUS_FLAGS & ~Flag.RF;
  const flagsOther = b.or(b.and(other, word(~RETURNED)), b.and(flags, word(mine)));
  b.setFlagBits(flags, STATUS_FLAGS);
  b.set("flagsOther", b.or(flagsOther, word(2)));
  b.setRegister(RSP, outer);
}

/** No data segment becomes null in ring 3: each is so already, or of that ring. */
function assumeKept({ b, assume }: StateAccess): void {
  const word = (value: number) => b.constant(32, value);
  const ring = word(3 << Access.dplShift);
  const toRing = Math.log2(Access.unusable) - Access.dplShift;
  const kept = DATA_SEGMENTS.map((segment) => {
    const access = b.get("segmentAccess", segment);
    const unusable = b.and(access, word(Access.unusable));
    return b.or(access, b.or(b.shr(unusable, word(toRing)), b.shr(unusable, word(toRing - 1))));
  });
  const all = kept.reduce((sum, one) => b.and(sum, one));
  assume(b.eq(b.and(all, ring), ring));
}
