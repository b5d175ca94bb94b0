/**
 * IN and OUT: permission by IOPL is decided here; latches are read and written here too, other devices are asked through one call of
 * TypeScript. The I/O permission bitmap and I/O breakpoints are cpu/ports.ts's business.
 */
import { Flag } from "../../cpu/state.ts";
import { Workspace } from "../../cpu/workspace.ts";
import type { Code, FunctionRef, Local } from "../../formats/wasm.ts";
import { any, call, type Expression, i32, i64, type Operand, Routine } from "../../formats/wasm-expression.ts";
import { LATCH_BYTES, LATCH_VALUE_SHIFT, LatchMay } from "../../latches.ts";
import { LATCHES_BASE } from "../../memory.ts";
import { field, lowArgument, returnTaken, setResult, workspace } from "./state.ts";

/** Refuses unless CPL ≤ IOPL outside virtual-8086 mode, and nobody watches ports. */
function refuseUnlessAllowed(r: Routine): void {
  const flags = r.i32(field("flagsOther"));
  const iopl = i32.and(i32.shrU(flags, 12), 3);
  const isDenied = any(i32.gtU(field("cpl"), iopl), i32.and(flags, Flag.VM), i32.eqz(workspace(Workspace.quickPorts)));
  r.refuseIf(isDenied);
}

const LATCH_MAY = LatchMay.beRead | LatchMay.beWritten;
const latchOf = (port: Operand): Expression => i32.load(i32.mul(port, LATCH_BYTES), LATCHES_BASE);
/** Whether the second argument, the access's bytes, is 1, and the latch may be dealt with so. */
const mayAlone = (latch: Local, may: number): Operand =>
  i32.and(i32.eq(lowArgument(1), 1), i32.ne(i32.and(latch, may), 0));

/** Arguments: port, bytes. `read`: (op, port, bytes) → value. */
export function writeIn(code: Code, op: Local, read: FunctionRef): void {
  const r = new Routine(code);
  refuseUnlessAllowed(r);
  const latch = r.i32(latchOf(lowArgument(0)));
  r.if(mayAlone(latch, LatchMay.beRead), () => {
    setResult(r, i64.extend(i32.shrU(latch, LATCH_VALUE_SHIFT)));
    returnTaken(r, "port");
    r.return();
  });
  setResult(r, i64.extend(call(read, op, lowArgument(0), lowArgument(1))));
  returnTaken(r, "port");
}

/** Arguments: port, bytes, value. `write`: (op, port, bytes, value). */
export function writeOut(code: Code, op: Local, write: FunctionRef): void {
  const r = new Routine(code);
  refuseUnlessAllowed(r);
  const latch = r.i32(latchOf(lowArgument(0)));
  r.if(mayAlone(latch, LatchMay.beWritten), () => {
    const value = i32.shl(i32.and(lowArgument(2), 0xff), LATCH_VALUE_SHIFT);
    const at = i32.mul(lowArgument(0), LATCH_BYTES);
    r.store("i32.store", at, i32.or(value, i32.and(latch, LATCH_MAY)), LATCHES_BASE);
    returnTaken(r, "port");
    r.return();
  });
  r.call(write, op, lowArgument(0), lowArgument(1), lowArgument(2));
  returnTaken(r, "port");
}
