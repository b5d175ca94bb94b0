/**
 * A fault that generated code has come upon, delivered without going back to TypeScript: what Execution and Processor do with
 * `Exit.fault`, for the case that nothing else waits to be done at this place.
 */
import { DELIVERY, TICKS_PER_CYCLE } from "../../cpu/cost.ts";
import { Exit } from "../../cpu/exits.ts";
import { Flag, Vector } from "../../cpu/state.ts";
import { Workspace } from "../../cpu/workspace.ts";
import type { Code, FunctionRef } from "../../formats/wasm.ts";
import { any, call, i32, i64, Routine } from "../../formats/wasm-expression.ts";
import { Head, Op, RECORD_BYTES } from "../record.ts";
import { isQuick32 } from "./protected.ts";
import { field, isQuick, noteTaken, setField, setWorkspace, workspace } from "./state.ts";

const VECTORS = 32;

/** () → the head record at which the handler begins, or 0: the fault waits for TypeScript, or something else does. */
export function writeDeliverFault(code: Code, deliver: FunctionRef, lookup: FunctionRef): void {
  const r = new Routine(code);
  r.refuseIf(i32.ne(field("exit"), Exit.fault));
  const vector = r.i32(field("exitVector"));
  r.refuseIf(i32.or(i32.geU(vector, VECTORS), i32.eq(vector, Vector.DB)));
  const awaited = any(
    i32.eqz(i32.or(isQuick(), isQuick32())),
    i32.and(field("flagsOther"), Flag.TF | Flag.RF),
    field("inhibit"),
    field("debugPending"),
    field("activity"),
    workspace(Workspace.pending),
    workspace(Workspace.stops),
  );
  r.refuseIf(awaited);
  const op = r.i32(workspace(Workspace.exitOp));
  const rip = r.i64(field("rip"));
  r.if(op, () => {
    const start = i32.sub(i32.load16(op, Op.end), i32.load8(op, Op.length));
    r.set(rip, i64.add(rip, i64.extend(start)));
  });
  r.refuseIf(i32.eqz(call(deliver, vector, 0, field("exitErrorCode"), rip, Flag.RF)));
  r.if(i32.eq(vector, Vector.PF), () => setField(r, "cr2", field("exitAddress")));
  // The instruction and those behind it in its run were paid for, and have not been executed.
  r.if(op, () => {
    const number = r.i32(i32.load8(op, Op.number));
    const head = r.i32(i32.sub(op, i32.mul(i32.add(number, 1), RECORD_BYTES)));
    const undone = i64.extend(i32.sub(i32.load16(head, Head.count), number));
    setField(r, "instructions", i64.sub(field("instructions"), undone));
    const before = r.i32(0);
    r.if(number, () => r.set(before, i32.load16(i32.sub(op, RECORD_BYTES), Op.ticks)));
    const ticks = i64.extend(i32.sub(i32.load(head, Head.charge), before));
    setField(r, "ticks", i64.sub(field("ticks"), ticks));
  });
  // A delivery counts among the instructions that `Processor.run` may execute, but not among those that were.
  const add = (offset: number, amount: bigint) => r.store("i64.store", 0, i64.add(i64.load(0, offset), amount), offset);
  add(Workspace.left, -(1n << 32n) - BigInt(DELIVERY * TICKS_PER_CYCLE));
  add(Workspace.granted, -(1n << 32n));
  add(Workspace.delivered, 1n);
  add(Workspace.faulted, 1n);
  setField(r, "exit", Exit.none);
  setWorkspace(r, Workspace.exitOp, 0);
  noteTaken(r, "deliverFault");
  call(lookup, 0)(code);
}
