/** IRETD from ring 0 to 32-bit code of any ring (SDM vol. 2, IRET): as interrupt-return.ts does it in 64-bit mode. */
import { Access, Flag } from "../../cpu/state.ts";
import { TlbEntry } from "../../cpu/tlb.ts";
import { Workspace } from "../../cpu/workspace.ts";
import type { FunctionRef, WasmModule } from "../../formats/wasm.ts";
import { all, call, i32, i64, type Operand, Routine } from "../../formats/wasm-expression.ts";
import { CS, SS } from "../../isa/instruction.ts";
import { becomesNull, DATA_SEGMENTS, RETURNED, refuseIfResumingIsSeen } from "./interrupt-return.ts";
import {
  baseOf,
  isCode32,
  isPresentStackPlain,
  limitOf,
  linearOf,
  loadNull,
  type ProtectedWays,
  RSP,
  STACK_MASK,
  STACK32,
  setLowStackPointer,
  settle,
  stackBase,
} from "./protected.ts";
import { bankInUse } from "./ring.ts";
import { accessOf, findHere, ringOf, type SegmentWays } from "./segments.ts";
import { field, lowArgument, lowOf, returnTaken, setField, setPackedFlags, workspace } from "./state.ts";

const FRAME_BYTES = 12;
const OUTER_FRAME_BYTES = 20;

/** () → 1, or 0 for the long way. 32-bit protected mode runs. */
export function interruptReturn32(module: WasmModule, ways: SegmentWays, own: ProtectedWays): FunctionRef {
  return module.func("interruptReturn32", [], ["i32"], (code) => {
    const r = new Routine(code);
    const isPlain = all(i32.eq(lowArgument(0), 32), i32.eqz(field("cpl")), isPresentStackPlain());
    r.refuseIf(i32.eqz(isPlain));
    r.refuseIf(i32.and(field("flagsOther"), Flag.NT | Flag.TF | Flag.RF));
    const bank = r.i32(bankInUse(workspace(Workspace.dataBank)));
    const pop = (bytes: number): Operand =>
      findHere(r, ways.find, bank, TlbEntry.readTag, linearOf(stackBase(), lowOf("general", RSP)), bytes);
    const frame = r.i32(pop(FRAME_BYTES));
    r.refuseIf(i32.eqz(frame));
    const target = r.i32(i32.load(frame));
    const flags = r.i32(i32.load(frame, 8));
    r.refuseIf(i32.and(flags, Flag.VM));
    refuseIfResumingIsSeen(r, flags);

    const selector = r.i32(i32.load16(frame, 4));
    const ring = r.i32(i32.and(selector, 3));
    const segment = r.i32(call(ways.descriptor, selector));
    r.refuseIf(i32.eqz(segment));
    const access = r.i32(accessOf(segment));
    r.refuseIf(i32.or(i32.eqz(isCode32(access)), i32.ne(ringOf(access), ring)));
    const limit = limitOf(r, segment);
    r.refuseIf(i32.gtU(target, limit));
    const key = r.i32(call(own.findKey, i32.eq(ring, 3), baseOf(r, segment), limit));
    r.refuseIf(i32.eqz(key));

    const stackSelector = r.i32(0);
    const stack = r.i32(0);
    r.if(ring, () => {
      r.refuseIf(i32.eqz(pop(OUTER_FRAME_BYTES)));
      r.set(stackSelector, i32.load16(frame, 16));
      r.set(stack, call(ways.descriptor, stackSelector));
      r.refuseIf(i32.or(i32.eqz(stack), i32.ne(i32.and(stackSelector, 3), ring)));
      const rights = r.i32(accessOf(stack));
      r.refuseIf(i32.or(i32.ne(i32.and(rights, STACK_MASK), STACK32), i32.ne(ringOf(rights), ring)));
    });

    r.if(i32.and(flags, Flag.RF), () => r.store("i64.store", 0, i64.load(0, Workspace.left), Workspace.resumedAt));
    setField(r, "rip", i64.extend(target));
    r.call(ways.load, CS, selector, segment);
    setField(r, "cpl", ring);
    r.if(
      ring,
      () => {
        setField(r, "general", i64.load32(frame, 12), RSP);
        r.call(ways.load, SS, stackSelector, stack);
        for (const one of DATA_SEGMENTS) {
          const conforming = i32.eq(
            i32.and(field("segmentAccess", one), Access.code | Access.conforming),
            Access.code | Access.conforming,
          );
          r.if(i32.and(i32.eqz(conforming), becomesNull(one, ring)), () => loadNull(r, own, one));
        }
      },
      () => setLowStackPointer(r, i32.add(lowOf("general", RSP), FRAME_BYTES)),
    );
    const kept = i32.and(field("flagsOther"), ~RETURNED);
    r.set(flags, i32.or(kept, i32.and(flags, RETURNED & ~Flag.RF)));
    setPackedFlags(r, flags);
    setField(r, "nmiBlocked", 0);
    settle(r, own, key);
    returnTaken(r, "interruptReturn32");
  });
}
