/** RDTSC, and RDMSR and WRMSR of the segment bases, which every switch between threads writes. cpu/msr.ts has all registers. */
import { Cr4 } from "../../cpu/control-bits.ts";
import { TICKS_PER_CYCLE } from "../../cpu/cost.ts";
import { type StateField, stateFields } from "../../cpu/state.ts";
import { Workspace } from "../../cpu/workspace.ts";
import type { Code, Local } from "../../formats/wasm.ts";
import { all, type Expression, i32, i64, Routine, select } from "../../formats/wasm-expression.ts";
import { FS } from "../../isa/instruction.ts";
import { Head, Op, RECORD_BYTES } from "../record.ts";
import { argument, field, isNotCanonical, isQuick, lowArgument, lowOf, returnTaken, setResult } from "./state.ts";

/** Cycles at the start of the instruction and TSC offset: as Counter.cycles within an instruction. */
export function writeReadTimestamp(code: Code, op: Local): void {
  const r = new Routine(code);
  const forbidden = i32.and(i32.ne(i32.and(lowOf("cr4"), Number(Cr4.TSD)), 0), i32.ne(field("cpl"), 0));
  r.refuseIf(forbidden);
  const number = r.i32(i32.load8(op, Op.number));
  const head = r.i32(i32.sub(op, i32.mul(i32.add(number, 1), RECORD_BYTES)));
  const before = r.i32(0);
  r.if(number, () => r.set(before, i32.load16(i32.sub(op, RECORD_BYTES), Op.ticks)));
  // What was charged since the counters were brought up to date: ticks in the lower half.
  const charged = i64.and(i64.sub(i64.load(0, Workspace.granted), i64.load(0, Workspace.left)), 0xffff_ffffn);
  const unspent = i64.extend(i32.sub(i32.load(head, Head.charge), before));
  const ticks = i64.sub(i64.add(field("ticks"), charged), unspent);
  setResult(r, i64.add(i64.shrU(ticks, BigInt(Math.log2(TICKS_PER_CYCLE))), field("tscOffset")));
  returnTaken(r, "readTimestamp");
}

/** IA32_FS_BASE, IA32_GS_BASE, IA32_KERNEL_GS_BASE. */
const FS_BASE = 0xc000_0100;
const offsetOf = (name: StateField, index = 0): number => stateFields[name].offset + 8 * index;

/** The address of the register's word (the bases of FS and GS are neighbours); refuses others. First argument: the register's number. */
function baseRegister(r: Routine): Expression {
  const number = r.i32(i32.sub(lowArgument(0), FS_BASE));
  r.refuseIf(i32.eqz(all(isQuick(), i32.ltU(number, 3))));
  const segment = i32.add(offsetOf("segmentBase", FS), i32.shl(number, 3));
  return select(i32.eq(number, 2), offsetOf("kernelGsBase"), segment);
}

export function writeReadMsr(code: Code): void {
  const r = new Routine(code);
  setResult(r, i64.load(baseRegister(r)));
  returnTaken(r, "segmentBase");
}

/** Second argument: the value. */
export function writeWriteMsr(code: Code): void {
  const r = new Routine(code);
  const at = r.i32(baseRegister(r));
  const value = r.i64(argument(1));
  r.refuseIf(isNotCanonical(value));
  r.store("i64.store", at, value);
  returnTaken(r, "segmentBase");
}
