/**
 * REP MOVS and REP STOS, many iterations at once: between two ordinary iterations the loop asks here whether the next ones
 * stay within plain memory of one source and one destination page, upwards, within the budget, and (moves) without the
 * destination overtaking the source. Then they are one copy or fill, with exactly the registers and counts that the iterations
 * would have left. For 64-bit addresses without segment bases.
 */
import { Flag, stateFields } from "../cpu/state.ts";
import { TLB_ENTRIES, TlbEntry } from "../cpu/tlb.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Code, Local } from "../formats/wasm.ts";
import type { Instruction } from "../isa/instruction.ts";
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
  if (match === null || instruction.mode !== 64 || instruction.addressSize !== 64) return null;
  const move = match[1] === "movs";
  if (move && usesBase(segmentOf(instruction, null))) return null;
  return { name: move ? "bulkMove" : "bulkStore", shift: elementShift[match[2]!]! };
}

/** Writes the body of bulkMove or bulkStore: (op, shift). */
export function writeBulk(c: Code, op: Local, shift: Local, move: boolean): void {
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

  loadField(stateFields.flagsOther.offset, "i32");
  c.i32(Flag.DF);
  c.op("i32.and");
  returnIf();
  // As many as rCX says, and as instructions are left.
  loadField(RCX);
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
  // Whole elements up to the end of each page.
  for (const register of move ? [RSI, RDI] : [RDI]) {
    c.i32(0x1000);
    loadField(register, "i32");
    c.i32(0xfff);
    c.op("i32.and");
    c.op("i32.sub");
    c.get(shift);
    c.op("i32.shr_u");
    atMost();
  }
  c.get(count);
  c.i32(FEWEST);
  c.op("i32.lt_u");
  returnIf();

  const source = c.local("i32");
  const target = c.local("i32");
  const bytes = c.local("i32");
  if (move) pushHost(c, RSI, TlbEntry.readTag, source);
  pushHost(c, RDI, TlbEntry.writeTag, target);
  c.get(count);
  c.get(shift);
  c.op("i32.shl");
  c.set(bytes);
  if (move) {
    // Upwards, a destination inside the source would repeat what was just written.
    c.get(target);
    c.get(source);
    c.op("i32.sub");
    c.i32(1);
    c.op("i32.sub");
    c.get(bytes);
    c.i32(1);
    c.op("i32.sub");
    c.op("i32.lt_u");
    returnIf();
    c.get(target);
    c.get(source);
    c.get(bytes);
    c.memoryCopy();
  } else writeFill(c, target, bytes, shift);

  const advance = (register: number) => {
    c.i32(0);
    loadField(register);
    c.get(bytes);
    c.op("i64.extend_i32_u");
    c.op("i64.add");
    c.memory("i64.store", register);
  };
  if (move) advance(RSI);
  advance(RDI);
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

/** Sets `host` to where the register's address is; returns from the function when the TLB does not know it with this tag. */
function pushHost(c: Code, register: number, tag: number, host: Local): void {
  const entry = c.local("i32");
  c.i32(0);
  c.memory("i32.load", register);
  c.i32(7);
  c.op("i32.shr_u");
  c.i32((TLB_ENTRIES - 1) << 5);
  c.op("i32.and");
  c.i32(0);
  c.memory("i32.load", Workspace.tlbBank);
  c.op("i32.add");
  c.tee(entry);
  c.memory("i64.load", tag);
  c.i32(0);
  c.memory("i64.load", register);
  c.i64(-0x1000n);
  c.op("i64.and");
  c.op("i64.ne");
  c.if(() => c.op("return"));
  c.i32(0);
  c.memory("i32.load", register);
  c.get(entry);
  c.memory("i32.load", TlbEntry.addend);
  c.op("i32.add");
  c.set(host);
  c.release(entry);
}

/** Bytes are filled as such; wider elements are stored one by one. */
function writeFill(c: Code, target: Local, bytes: Local, shift: Local): void {
  const at = c.local("i32");
  const end = c.local("i32");
  const pushRax = () => {
    c.i32(0);
    c.memory("i64.load", RAX);
  };
  const eachElement = (store: "i64.store16" | "i64.store32" | "i64.store", size: number) =>
    c.loop((again) => {
      c.get(at);
      pushRax();
      c.memory(store);
      c.get(at);
      c.i32(size);
      c.op("i32.add");
      c.tee(at);
      c.get(end);
      c.op("i32.ne");
      c.brIf(again);
    });
  c.get(target);
  c.tee(at);
  c.get(bytes);
  c.op("i32.add");
  c.set(end);
  c.block((done) => {
    c.block((four) => {
      c.block((eight) => {
        c.block((two) => {
          c.block((one) => {
            c.get(shift);
            c.brTable([one, two, four], eight);
          });
          c.get(target);
          c.i32(0);
          c.memory("i32.load8_u", RAX);
          c.get(bytes);
          c.memoryFill();
          c.br(done);
        });
        eachElement("i64.store16", 2);
        c.br(done);
      });
      eachElement("i64.store", 8);
      c.br(done);
    });
    eachElement("i64.store32", 4);
  });
  c.release(at);
  c.release(end);
}
