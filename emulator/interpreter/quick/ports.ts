/**
 * IN and OUT: permission by IOPL is decided here, the device is asked through one call of
 * TypeScript. The I/O permission bitmap and I/O breakpoints are cpu/ports.ts's business.
 */
import { Flag } from "../../cpu/state.ts";
import { Workspace } from "../../cpu/workspace.ts";
import type { Code, FunctionRef, Local } from "../../formats/wasm.ts";
import { any, call, i32, i64, Routine } from "../../formats/wasm-expression.ts";
import { field, lowArgument, returnTaken, setResult, workspace } from "./state.ts";

/** Refuses unless CPL ≤ IOPL outside virtual-8086 mode, and nobody watches ports. */
function refuseUnlessAllowed(r: Routine): void {
  const flags = r.i32(field("flagsOther"));
  const iopl = i32.and(i32.shrU(flags, 12), 3);
  const isDenied = any(i32.gtU(field("cpl"), iopl), i32.and(flags, Flag.VM), i32.eqz(workspace(Workspace.quickPorts)));
  r.refuseIf(isDenied);
}

/** Arguments: port, bytes. `read`: (op, port, bytes) → value. */
export function writeIn(code: Code, op: Local, read: FunctionRef): void {
  const r = new Routine(code);
  refuseUnlessAllowed(r);
  setResult(r, i64.extend(call(read, op, lowArgument(0), lowArgument(1))));
  returnTaken(r, "port");
}

/** Arguments: port, bytes, value. `write`: (op, port, bytes, value). */
export function writeOut(code: Code, op: Local, write: FunctionRef): void {
  const r = new Routine(code);
  refuseUnlessAllowed(r);
  r.call(write, op, lowArgument(0), lowArgument(1), lowArgument(2));
  returnTaken(r, "port");
}
