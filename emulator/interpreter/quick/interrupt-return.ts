/** IRETQ from ring 0 to 64-bit code of any ring (SDM vol. 2, IRET): see cpu/interrupt-return.ts for all that can happen. */
import { Cr0 } from "../../cpu/control-bits.ts";
import { Access, Flag, STATUS_FLAGS } from "../../cpu/state.ts";
import { TlbEntry } from "../../cpu/tlb.ts";
import { Workspace } from "../../cpu/workspace.ts";
import type { Code, FunctionRef } from "../../formats/wasm.ts";
import { all, call, i32, i64, type Operand, Routine } from "../../formats/wasm-expression.ts";
import { CS, SS } from "../../isa/instruction.ts";
import { bankInUse, systemBank } from "./ring.ts";
import {
  accessOf,
  CODE_MASK,
  CODE64,
  DATA,
  DATA_MASK,
  descriptorHere,
  findHere,
  loadHere,
  loadNullStack,
  ringOf,
  type SegmentWays,
} from "./segments.ts";
import {
  field,
  isAnotherSure,
  isNotCanonical,
  isQuick,
  lowArgument,
  lowOf,
  returnTaken,
  setField,
  setPackedFlags,
  workspace,
} from "./state.ts";

const RSP = 4;
const FRAME_BYTES = 40;
/** ES, DS, FS, GS: what a return to an outer ring may take away. */
export const DATA_SEGMENTS = [0, 3, 4, 5] as const;
export const RETURNED =
  STATUS_FLAGS | Flag.TF | Flag.DF | Flag.NT | Flag.RF | Flag.AC | Flag.ID | Flag.IF | Flag.IOPL | Flag.VIF | Flag.VIP;
/** DR7 with nothing enabled. */
const DR7_IDLE = 0x400;

/** First argument: operand size in bits. */
export function writeInterruptReturn(
  code: Code,
  ringChanged: FunctionRef,
  ways: SegmentWays,
  interruptReturn32: FunctionRef,
): void {
  const r = new Routine(code);
  r.if(workspace(Workspace.quick32), () => r.return(call(interruptReturn32)));
  const wide = i32.eq(lowArgument(0), 64);
  r.refuseIf(i32.eqz(all(isQuick(), wide, i32.eqz(field("cpl")))));
  // Within a single step, or an RF that lasts until here, the run loop must know that it was an IRET.
  r.refuseIf(i32.and(field("flagsOther"), Flag.NT | Flag.TF | Flag.RF));
  const frame = findHere(
    r,
    ways.find,
    bankInUse(workspace(Workspace.dataBank)),
    TlbEntry.readTag,
    field("general", RSP),
    FRAME_BYTES,
  );
  r.refuseIf(i32.eqz(frame));
  const target = r.i64(i64.load(frame));
  r.refuseIf(isNotCanonical(target));
  const flags = r.i32(i32.load(frame, 16));
  refuseIfResumingIsSeen(r, flags);

  const selector = r.i32(i32.load16(frame, 8));
  const ring = r.i32(i32.and(selector, 3));
  const system = r.i32(systemBank());
  const segment = descriptorHere(r, ways.find, selector, system);
  const access = r.i32(accessOf(segment));
  r.refuseIf(i32.or(i32.ne(i32.and(access, CODE_MASK), CODE64), i32.ne(ringOf(access), ring)));

  const stackSelector = r.i32(i32.load16(frame, 32));
  r.refuseIf(i32.ne(i32.and(stackSelector, 3), ring));
  const stack = r.i32(0);
  r.if(
    i32.gtU(stackSelector, 3),
    () => {
      r.set(stack, descriptorHere(r, ways.find, stackSelector, system));
      const rights = r.i32(accessOf(stack));
      r.refuseIf(i32.or(i32.ne(i32.and(rights, DATA_MASK), DATA), i32.ne(ringOf(rights), ring)));
    },
    () => r.refuseIf(i32.eq(ring, 3)),
  );
  r.if(ring, () => {
    for (const segment of DATA_SEGMENTS) r.refuseIf(becomesNull(segment, ring));
  });

  const pointer = r.i64(i64.load(frame, 24));
  r.if(i32.and(flags, Flag.RF), () => r.store("i64.store", 0, i64.load(0, Workspace.left), Workspace.resumedAt));
  setField(r, "rip", target);
  loadHere(r, CS, selector, segment);
  r.if(
    stack,
    () => loadHere(r, SS, stackSelector, stack),
    () => loadNullStack(r, ring),
  );
  setField(r, "general", pointer, RSP);
  const kept = i32.and(field("flagsOther"), ~RETURNED);
  r.set(flags, i32.or(kept, i32.and(flags, RETURNED & ~Flag.RF)));
  setPackedFlags(r, flags);
  setField(r, "nmiBlocked", 0);
  // Another AC is seen when the instruction is over.
  r.if(ring, () => {
    setField(r, "cpl", ring);
    r.call(ringChanged);
  });
  returnTaken(r, "interruptReturn");
}

/** Whether a data segment register must become null in this outer ring. */
export function becomesNull(segment: number, ring: Operand): Operand {
  const access = field("segmentAccess", segment);
  return i32.and(i32.eqz(i32.and(access, Access.unusable)), i32.ltU(ringOf(access), ring));
}

/**
 * RF in the image, as every handler of faults has it there, lasts for one instruction, and then nobody has seen it — if that
 * instruction is sure to come, no breakpoint of any kind is set, and it does not push its flags as they are: INT n asks
 * `Workspace.resumedAt`. (A fault there pushes RF anyway.)
 */
export function refuseIfResumingIsSeen(r: Routine, flags: Operand): void {
  r.if(i32.and(flags, Flag.RF), () => {
    const unseen = all(
      isAnotherSure(),
      i32.eqz(workspace(Workspace.pending)),
      i32.eqz(i32.and(flags, Flag.TF)),
      i32.ne(i32.and(lowOf("cr0"), Number(Cr0.NE)), 0),
      i32.eq(lowOf("debug", 7), DR7_IDLE),
    );
    r.refuseIf(i32.eqz(unseen));
  });
}
