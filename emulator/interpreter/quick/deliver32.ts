/**
 * Interrupts, exceptions and INT n through plain 32-bit gates (SDM vol. 3, 6.12) into ring 0, with and without a change of ring: as
 * deliver.ts does it in 64-bit mode. Tasks, 16-bit gates, virtual-8086 mode and odd stacks are cpu/interrupts.ts's.
 */
import { Access, TR } from "../../cpu/state.ts";
import { TlbEntry } from "../../cpu/tlb.ts";
import { Workspace } from "../../cpu/workspace.ts";
import type { FunctionRef, WasmModule } from "../../formats/wasm.ts";
import { call, i32, i64, Routine } from "../../formats/wasm-expression.ts";
import { CS, SS } from "../../isa/instruction.ts";
import { findGate, flagsInHandler } from "./deliver.ts";
import {
  baseOf,
  isCode32,
  isPresentStackPlain,
  isQuick32,
  isStack32,
  limitOf,
  linearOf,
  type ProtectedWays,
  RSP,
  setLowStackPointer,
  settle,
  stackBase,
} from "./protected.ts";
import { bankInUse } from "./ring.ts";
import { accessOf, ringOf, type SegmentWays } from "./segments.ts";
import { field, lowOf, packedFlags, returnTaken, setField, workspace } from "./state.ts";

const GATE_BYTES = 8;
const FRAME_BYTES = 12;
/** With ESP and SS. */
const INNER_FRAME_BYTES = 20;
/** In a 32-bit task-state segment, a busy one: ESP0, then SS0. */
const TSS32_BUSY = 11;
const ESP0 = 4;

/** Parameters and result as those of deliver.ts. */
export function delivery32(module: WasmModule, ways: SegmentWays, own: ProtectedWays): FunctionRef {
  const parameters = ["i32", "i32", "i32", "i64", "i32"] as const;
  return module.func("deliver32", parameters, ["i32"], (code, vector, software, errorCode, rip, resumes) => {
    const r = new Routine(code);
    r.refuseIf(i32.eqz(isQuick32()));
    const { system, find, gate, kind, cpl, selector, segment } = findGate(r, ways, vector!, software!, GATE_BYTES);
    const access = r.i32(accessOf(segment));
    r.refuseIf(i32.or(i32.eqz(isCode32(access)), ringOf(access)));
    const target = r.i32(i32.or(i32.and(kind, 0xffff_0000), i32.load16(gate)));
    const limit = limitOf(r, segment);
    r.refuseIf(i32.gtU(target, limit));
    const key = r.i32(call(own.findKey, 0, baseOf(r, segment), limit));
    r.refuseIf(i32.eqz(key));

    const stack = r.i32(lowOf("general", RSP));
    const base = r.i32(stackBase());
    const bank = r.i32(system);
    const stackSelector = r.i32(0);
    const stackSegment = r.i32(0);
    const bytes = r.i32(INNER_FRAME_BYTES);
    r.if(
      cpl,
      () => {
        const isOdd = i32.ne(i32.and(field("segmentAccess", TR), Access.typeMask), TSS32_BUSY);
        r.refuseIf(i32.or(isOdd, i32.ltU(field("segmentLimit", TR), ESP0 + 7)));
        const at = find(system, TlbEntry.readTag, linearOf(lowOf("segmentBase", TR), ESP0), 8);
        r.set(stack, i32.load(at));
        r.set(stackSelector, i32.load16(at, 4));
        r.set(stackSegment, call(ways.descriptor, stackSelector));
        r.refuseIf(i32.or(i32.eqz(stackSegment), i32.and(stackSelector, 3)));
        const rights = r.i32(accessOf(stackSegment));
        r.refuseIf(i32.or(i32.eqz(isStack32(rights, limitOf(r, stackSegment))), ringOf(rights)));
        r.set(base, baseOf(r, stackSegment));
      },
      () => {
        r.refuseIf(i32.eqz(isPresentStackPlain()));
        r.set(bytes, FRAME_BYTES);
        r.set(bank, bankInUse(workspace(Workspace.dataBank)));
      },
    );
    const withCode = r.i32(i32.ne(errorCode!, -1));
    r.set(bytes, i32.add(bytes, i32.shl(withCode, 2)));
    r.set(stack, i32.sub(stack, bytes));
    const frame = find(bank, TlbEntry.writeTag, linearOf(base, stack), bytes);

    r.if(withCode, () => {
      r.store("i32.store", frame, errorCode!);
      r.set(frame, i32.add(frame, 4));
    });
    r.store("i32.store", frame, i32.wrap(rip!));
    r.store("i32.store", frame, field("segmentSelector", CS), 4);
    r.store("i32.store", frame, i32.or(packedFlags(r), resumes!), 8);
    r.if(
      cpl,
      () => {
        r.store("i32.store", frame, lowOf("general", RSP), 12);
        r.store("i32.store", frame, field("segmentSelector", SS), 16);
        r.call(ways.load, SS, stackSelector, stackSegment);
        setField(r, "general", i64.extend(stack), RSP);
      },
      () => setLowStackPointer(r, stack),
    );
    r.call(ways.load, CS, i32.and(selector, 0xfffc), segment);
    setField(r, "cpl", 0);
    setField(r, "flagsOther", flagsInHandler(kind));
    setField(r, "rip", i64.extend(target));
    settle(r, own, key);
    returnTaken(r, "deliver32");
  });
}
