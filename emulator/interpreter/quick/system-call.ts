/** SYSCALL and SYSRET in 64-bit mode (SDM vol. 2): see cpu/system-calls.ts for all that can happen. */
import { Efer } from "../../cpu/control-bits.ts";
import { Access, Flag } from "../../cpu/state.ts";
import type { Code, FunctionRef } from "../../formats/wasm.ts";
import { i32, i64, Routine } from "../../formats/wasm-expression.ts";
import { CS, SS } from "../../isa/instruction.ts";
import { FLAT_CODE64, FLAT_DATA, loadFlat } from "./segments.ts";
import {
  argument,
  field,
  isNotCanonical,
  isQuick,
  lowOf,
  packedFlags,
  returnTaken,
  setField,
  setPackedFlags,
} from "./state.ts";

const RCX = 1;
const R11 = 11;
/** Flags that SYSRET takes from R11: not RF, not VM, not the reserved ones. */
export const SYSRET_FLAGS = 0x3c_7fd7;

const refuseUnlessEnabled = (r: Routine): void =>
  r.refuseIf(i32.eqz(i32.and(isQuick(), i32.and(lowOf("efer"), Number(Efer.SCE)))));

/** RCX ← RIP of the next instruction, R11 ← flags, RIP ← LSTAR. Argument: that RIP. */
export function writeSyscall(code: Code, ringChanged: FunctionRef): void {
  const r = new Routine(code);
  refuseUnlessEnabled(r);
  const flags = r.i32(i32.and(packedFlags(r), ~Flag.RF));
  setField(r, "general", argument(0), RCX);
  setField(r, "general", i64.extend(flags), R11);
  const selector = r.i32(i32.wrap(i64.and(i64.shrU(field("star"), 32n), 0xfffcn)));
  loadFlat(r, CS, selector, FLAT_CODE64);
  loadFlat(r, SS, i32.and(i32.add(selector, 8), 0xffff), FLAT_DATA);
  setField(r, "cpl", 0);
  r.set(flags, i32.and(flags, i32.xor(lowOf("fmask"), -1)));
  setPackedFlags(r, flags);
  setField(r, "rip", field("lstar"));
  r.call(ringChanged);
  returnTaken(r, "syscall");
}

/** With REX.W, to 64-bit code in ring 3. */
export function writeSysret(code: Code, ringChanged: FunctionRef): void {
  const r = new Routine(code);
  refuseUnlessEnabled(r);
  const target = r.i64(field("general", RCX));
  r.refuseIf(i32.or(field("cpl"), isNotCanonical(target)));
  const selector = r.i32(i32.wrap(i64.shrU(field("star"), 48n)));
  const ring = 3 << Access.dplShift;
  loadFlat(r, CS, i32.and(i32.or(i32.add(selector, 16), 3), 0xffff), FLAT_CODE64 | ring);
  loadFlat(r, SS, i32.and(i32.or(i32.add(selector, 8), 3), 0xffff), FLAT_DATA | ring);
  setField(r, "cpl", 3);
  const flags = r.i32(i32.and(lowOf("general", R11), SYSRET_FLAGS));
  setPackedFlags(r, flags);
  setField(r, "rip", target);
  r.call(ringChanged);
  returnTaken(r, "sysret");
}
