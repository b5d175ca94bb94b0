/**
 * REP MOVS and REP STOS, many iterations at once: between two ordinary iterations the loop asks here whether the next ones
 * stay within plain memory of one source and one destination page, upwards, within the budget, and (moves) without the
 * destination overtaking the source. Then they are one copy or fill, with exactly the registers and counts that the iterations
 * would have left; and so on, page by page, as far as that goes. For 64-bit addresses without segment bases, and for 32-bit ones outside 64-bit mode: there the iterations also
 * stay within the segments' limits.
 */
import { Flag, stateFields } from "../cpu/state.ts";
import { TLB_ENTRIES, TlbEntry } from "../cpu/tlb.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Code, FunctionRef, Local } from "../formats/wasm.ts";
import { ES, type Instruction } from "../isa/instruction.ts";
import type { SharedName } from "./imports.ts";
import { Op } from "./record.ts";
import { segmentOf, usesBase } from "./shape.ts";

const RCX = stateFields.general.offset + 8;
const RAX = stateFields.general.offset;
const RSI = stateFields.general.offset + 6 * 8;
const RDI = stateFields.general.offset + 7 * 8;
/** Iterations below which the way here costs more than it saves. */
const FEWEST = 4;

const elementShift: Readonly<Record<string, number>> = { b: 0, w: 1, d: 2, q: 3 };

/** Which shared function does several iterations of a repeated instruction, and its element size as a power of two. */
export function bulkOf(instruction: Instruction): { name: SharedName & `bulk${string}`; shift: number } | null {
  const match = /^(movs|stos)([bwdq])$/.exec(instruction.row.mnemonic);
  const is64 = instruction.mode === 64;
  if (match === null || instruction.addressSize !== (is64 ? 64 : 32)) return null;
  const move = match[1] === "movs";
  if (is64 && move && usesBase(segmentOf(instruction, null))) return null;
  const name = is64 ? (move ? "bulkMove" : "bulkStore") : move ? "bulkMove32" : "bulkStore32";
  return { name, shift: elementShift[match[2]!]! };
}

/** Where an operand of string instructions is: its register; the table of segments' ends and the TLB's tag for its kind of access. */
interface Side {
  readonly register: number;
  /** "record": as the instruction's record says. */
  readonly segment: number | "record";
  readonly end: number;
  readonly tag: number;
}

const source: Side = { register: RSI, segment: "record", end: Workspace.readEnd, tag: TlbEntry.readTag };
const destination: Side = { register: RDI, segment: ES, end: Workspace.writeEnd, tag: TlbEntry.writeTag };

/** Of fill.ts and bulk-target.ts. */
export interface BulkParts {
  readonly fill: FunctionRef;
  readonly target: FunctionRef;
}

/** Writes the body of bulkMove or bulkStore: (op, shift), for addresses of 64 or 32 bits. */
export function writeBulk(
  c: Code,
  op: Local,
  shift: Local,
  kind: "move" | "store",
  bits: 64 | 32,
  parts: BulkParts,
): void {
  /** Where a whole page was filled before, or 0. */
  const filled = c.local("i32");
  c.i32(0);
  c.memory("i32.load", stateFields.flagsOther.offset);
  c.i32(Flag.DF);
  c.op("i32.and");
  c.if(() => c.op("return"));
  c.i32(0);
  c.set(filled);
  c.loop((again) => {
    writePages(c, op, shift, kind, bits, parts, filled);
    c.br(again);
  });
}

/** As many iterations as stay in their pages; returns from the function when they are too few. */
function writePages(
  c: Code,
  op: Local,
  shift: Local,
  kind: "move" | "store",
  bits: 64 | 32,
  parts: BulkParts,
  filled: Local,
): void {
  const move = kind === "move";
  const sides = move ? [source, destination] : [destination];
  const count = c.local("i32");
  const remaining = c.local("i64");
  const returnIf = () => c.if(() => c.op("return"));
  const loadField = (offset: number, type: "i32" | "i64" = "i64") => {
    c.i32(0);
    c.memory(`${type}.load`, offset);
  };
  /** Replaces `count` by the value on the stack if that is less (both unsigned). */
  const atMost = () => {
    const limit = c.local("i32");
    c.tee(limit);
    c.get(count);
    c.get(limit);
    c.get(count);
    c.op("i32.lt_u");
    c.op("select");
    c.set(count);
    c.release(limit);
  };

  // As many as rCX says, and as instructions are left.
  loadRegister(c, RCX, bits);
  c.tee(remaining);
  c.i64(0x1000n);
  c.get(remaining);
  c.i64(0x1000n);
  c.op("i64.lt_u");
  c.op("select");
  c.op("i32.wrap_i64");
  c.set(count);
  loadField(Workspace.left + 4, "i32");
  atMost();
  // The last of them must start before the deadline: at most ticks left / cost + 1.
  loadField(Workspace.left, "i32");
  c.i32(0);
  c.op("i32.lt_s");
  returnIf();
  loadField(Workspace.left, "i32");
  c.get(op);
  c.memory("i32.load", Op.displacement);
  c.op("i32.div_u");
  c.i32(1);
  c.op("i32.add");
  atMost();
  const linear = new Map(sides.map((side) => [side, linearOf(c, op, side, bits)]));
  // Whole elements up to the end of each page, and of each segment.
  for (const side of sides) {
    c.i32(0x1000);
    c.get(linear.get(side)!);
    c.op("i32.wrap_i64");
    c.i32(0xfff);
    c.op("i32.and");
    c.op("i32.sub");
    c.get(shift);
    c.op("i32.shr_u");
    atMost();
    if (bits === 64) continue;
    const room = c.local("i64");
    pushSegment(c, op, side);
    c.memory("i64.load", side.end);
    loadRegister(c, side.register, bits);
    c.op("i64.sub");
    c.tee(room);
    c.i64(0n);
    c.op("i64.le_s");
    returnIf();
    c.get(room);
    c.i64(0x1000n);
    c.get(room);
    c.i64(0x1000n);
    c.op("i64.lt_u");
    c.op("select");
    c.op("i32.wrap_i64");
    c.get(shift);
    c.op("i32.shr_u");
    atMost();
    c.release(room);
  }
  c.get(count);
  c.i32(FEWEST);
  c.op("i32.lt_u");
  returnIf();

  const from = c.local("i32");
  const target = c.local("i32");
  const bytes = c.local("i32");
  if (move) findHost(c, linear.get(source)!, source.tag, from, () => c.op("return"));
  c.get(count);
  c.get(shift);
  c.op("i32.shl");
  c.set(bytes);
  findHost(c, linear.get(destination)!, destination.tag, target, () => {
    c.get(op);
    c.get(linear.get(destination)!);
    c.get(bytes);
    c.call(parts.target);
    c.tee(target);
    c.op("i32.eqz");
    c.if(() => c.op("return"));
  });
  if (move) {
    // Upwards, a destination inside the source would repeat what was just written.
    c.get(target);
    c.get(from);
    c.op("i32.sub");
    c.i32(1);
    c.op("i32.sub");
    c.get(bytes);
    c.i32(1);
    c.op("i32.sub");
    c.op("i32.lt_u");
    returnIf();
    c.get(target);
    c.get(from);
    c.get(bytes);
    c.memoryCopy();
  } else writePage(c, parts.fill, target, bytes, shift, filled);

  for (const { register } of sides) {
    c.i32(0);
    loadRegister(c, register, bits);
    c.get(bytes);
    c.op("i64.extend_i32_u");
    c.op("i64.add");
    cutTo(c, bits);
    c.memory("i64.store", register);
  }
  c.i32(0);
  c.get(remaining);
  c.get(count);
  c.op("i64.extend_i32_u");
  c.op("i64.sub");
  c.memory("i64.store", RCX);
  c.i32(0);
  loadField(Workspace.left);
  c.get(op);
  c.memory("i64.load32_u", Op.displacement);
  c.i64(1n << 32n);
  c.op("i64.or");
  c.get(count);
  c.op("i64.extend_i32_u");
  c.op("i64.mul");
  c.op("i64.sub");
  c.memory("i64.store", Workspace.left);
}

/** Pushes a register's lower `bits` bits, at 64. */
function loadRegister(c: Code, register: number, bits: 64 | 32): void {
  c.i32(0);
  c.memory(bits === 64 ? "i64.load" : "i64.load32_u", register);
}

function cutTo(c: Code, bits: 64 | 32): void {
  if (bits === 64) return;
  c.i64(0xffff_ffffn);
  c.op("i64.and");
}

/** Pushes 8 × the segment's number. */
function pushSegment(c: Code, op: Local, { segment }: Side): void {
  if (segment !== "record") c.i32(8 * segment);
  else {
    c.get(op);
    c.memory("i32.load8_u", Op.segment);
    c.i32(3);
    c.op("i32.shl");
  }
}

/** A local with the linear address of a side's next element. */
function linearOf(c: Code, op: Local, side: Side, bits: 64 | 32): Local {
  const linear = c.local("i64");
  loadRegister(c, side.register, bits);
  if (bits === 32) {
    pushSegment(c, op, side);
    c.memory("i64.load", stateFields.segmentBase.offset);
    c.op("i64.add");
    cutTo(c, bits);
  }
  c.set(linear);
  return linear;
}

/** Sets `host` to where a linear address is; `miss` does when the TLB does not know it with this tag. */
function findHost(c: Code, linear: Local, tag: number, host: Local, miss: () => void): void {
  const entry = c.local("i32");
  c.get(linear);
  c.op("i32.wrap_i64");
  c.i32(7);
  c.op("i32.shr_u");
  c.i32((TLB_ENTRIES - 1) << 5);
  c.op("i32.and");
  c.i32(0);
  c.memory("i32.load", Workspace.tlbBank);
  c.op("i32.add");
  c.tee(entry);
  c.memory("i64.load", tag);
  c.get(linear);
  c.i64(-0x1000n);
  c.op("i64.and");
  c.op("i64.ne");
  c.if(miss, () => {
    c.get(linear);
    c.op("i32.wrap_i64");
    c.get(entry);
    c.memory("i32.load", TlbEntry.addend);
    c.op("i32.add");
    c.set(host);
  });
  c.release(entry);
}

/** `filled`: where a whole page has been filled with the same already, or 0; it is set if this one is whole. */
function writePage(c: Code, fill: FunctionRef, target: Local, bytes: Local, shift: Local, filled: Local): void {
  c.get(bytes);
  c.i32(0x1000);
  c.op("i32.eq");
  c.if(
    () => {
      c.get(filled);
      c.if(
        () => {
          c.get(target);
          c.get(filled);
          c.i32(0x1000);
          c.memoryCopy();
        },
        () => callFill(c, fill, target, bytes, shift),
      );
      c.get(target);
      c.set(filled);
    },
    () => callFill(c, fill, target, bytes, shift),
  );
}

function callFill(c: Code, fill: FunctionRef, target: Local, bytes: Local, shift: Local): void {
  c.get(target);
  c.get(bytes);
  c.i32(0);
  c.memory("i64.load", RAX);
  c.get(shift);
  c.call(fill);
}
