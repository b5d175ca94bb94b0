/**
 * Interrupts, exceptions and INT n through plain 64-bit gates (SDM vol. 3, 6.14) into ring 0, with and without a change of ring,
 * with and without IST. cpu/interrupts.ts says everything that the manual says.
 */
import { Flag, TR } from "../../cpu/state.ts";
import { TlbEntry } from "../../cpu/tlb.ts";
import { Workspace } from "../../cpu/workspace.ts";
import type { Code, FunctionRef, Local, WasmModule } from "../../formats/wasm.ts";
import { call, i32, i64, type Operand, Routine } from "../../formats/wasm-expression.ts";
import { CS, SS } from "../../isa/instruction.ts";
import { Head, Op, RECORD_BYTES } from "../record.ts";
import { isQuick32 } from "./protected.ts";
import { bankInUse, systemBank } from "./ring.ts";
import {
  accessOf,
  CODE_MASK,
  CODE64,
  descriptorHere,
  findHere,
  loadHere,
  loadNullStack,
  ringOf,
  type SegmentWays,
} from "./segments.ts";
import {
  argument,
  field,
  isNotCanonical,
  isQuick,
  lowArgument,
  packedFlags,
  returnTaken,
  setField,
  workspace,
} from "./state.ts";

const RSP = 4;
/** In the second word of a gate: present, S and type, and the types of 64-bit interrupt gates (the trap gate has bit 8 set too). */
const GATE_MASK = 0x9e00;
const GATE = 0x8e00;
const TRAP_GATE_BIT = 8;
const GATE_BYTES = 16;
const FRAME_BYTES = 40;
/** In the task-state segment: RSP0, and IST1. */
const RSP0 = 4;
const IST1 = 0x24;

/**
 * The gate of a vector, if it is a present interrupt or trap gate that the ring may use, and the descriptor of its code segment;
 * refuses otherwise. `find` refuses what the TLB does not know; `system` is the bank for tables and inner stacks.
 */
export function findGate(r: Routine, ways: SegmentWays, vector: Local, software: Local, bytes: 8 | 16) {
  const find = (bank: Operand, tag: number, linear: Operand, size: Operand): Local => {
    const at = findHere(r, ways.find, bank, tag, linear, size);
    r.refuseIf(i32.eqz(at));
    return at;
  };
  const system = r.i32(systemBank());
  const offset = r.i32(i32.mul(vector, bytes));
  r.refuseIf(i32.gtU(i32.add(offset, bytes - 1), field("idtrLimit")));
  const gate = find(system, TlbEntry.readTag, i64.add(field("idtrBase"), i64.extend(offset)), bytes);
  const kind = r.i32(i32.load(gate, 4));
  const cpl = r.i32(field("cpl"));
  const forbidden = i32.and(software, i32.ltU(i32.and(i32.shrU(kind, 13), 3), cpl));
  r.refuseIf(i32.or(i32.ne(i32.and(kind, GATE_MASK), GATE), forbidden));
  const selector = r.i32(i32.load16(gate, 2));
  const segment = descriptorHere(r, ways.find, selector, system);
  return { system, find, gate, kind, cpl, selector, segment };
}

/** EFLAGS after a delivery through a gate of this kind, but for the status flags: a trap gate leaves IF. */
export function flagsInHandler(kind: Local): Operand {
  const keepsIf = i32.shl(i32.and(i32.shrU(kind, TRAP_GATE_BIT), 1), Math.log2(Flag.IF));
  return i32.and(field("flagsOther"), i32.or(keepsIf, ~(Flag.TF | Flag.NT | Flag.RF | Flag.IF)));
}

const parameters = ["i32", "i32", "i32", "i64", "i32"] as const;

/** Of both kinds, whichever the mode wants: parameters and result as those of `delivery64`. */
export function delivery(module: WasmModule, delivery64: FunctionRef, delivery32: FunctionRef): FunctionRef {
  return module.func("deliver", parameters, ["i32"], (code, ...args) => {
    const r = new Routine(code);
    r.if(isQuick32(), () => r.return(call(delivery32, ...args)));
    call(delivery64, ...args)(code);
  });
}

/**
 * (vector, software, error code, RIP, RF) → 1, or 0 for the long way, nothing having been changed. `software`: INT n and INT3,
 * whose gates must allow the ring. Error code: −1 for none. RIP: where the program goes on. RF: 1 << 16 if it is set in the pushed flags.
 */
export function delivery64(module: WasmModule, ringChanged: FunctionRef, ways: SegmentWays): FunctionRef {
  return module.func("deliver64", parameters, ["i32"], (code, vector, software, errorCode, rip, resumes) => {
    const r = new Routine(code);
    r.refuseIf(i32.eqz(isQuick()));
    const { system, find, gate, kind, cpl, selector, segment } = findGate(r, ways, vector!, software!, GATE_BYTES);
    const access = r.i32(accessOf(segment));
    // Handlers of ring 0, as all systems have them: their stack is reached with a supervisor's rights.
    r.refuseIf(i32.or(i32.ne(i32.and(access, CODE_MASK), CODE64), ringOf(access)));
    const target = r.i64(
      i64.or(i64.shl(i64.load32(gate, 8), 32n), i64.extend(i32.or(i32.and(kind, 0xffff_0000), i32.load16(gate)))),
    );
    r.refuseIf(isNotCanonical(target));

    const stack = r.i64(field("general", RSP));
    const bank = r.i32(system);
    const ist = r.i32(i32.and(kind, 7));
    r.if(
      i32.or(ist, cpl),
      () => {
        const place = r.i32(RSP0);
        r.if(ist, () => r.set(place, i32.add(i32.shl(ist, 3), IST1 - 8)));
        r.refuseIf(i32.gtU(i32.add(place, 7), field("segmentLimit", TR)));
        const at = find(system, TlbEntry.readTag, i64.add(field("segmentBase", TR), i64.extend(place)), 8);
        r.set(stack, i64.load(at));
      },
      () => r.set(bank, bankInUse(workspace(Workspace.dataBank))),
    );
    const withCode = r.i32(i32.ne(errorCode!, -1));
    const bytes = r.i32(i32.add(i32.shl(withCode, 3), FRAME_BYTES));
    r.set(stack, i64.sub(i64.and(stack, -16n), i64.extend(bytes)));
    const frame = find(bank, TlbEntry.writeTag, stack, bytes);

    r.if(withCode, () => {
      r.store("i64.store", frame, i64.extend(errorCode!));
      r.set(frame, i32.add(frame, 8));
    });
    r.store("i64.store", frame, rip!);
    r.store("i64.store", frame, i64.extend(field("segmentSelector", CS)), 8);
    r.store("i64.store", frame, i64.extend(i32.or(packedFlags(r), resumes!)), 16);
    r.store("i64.store", frame, field("general", RSP), 24);
    r.store("i64.store", frame, i64.extend(field("segmentSelector", SS)), 32);

    loadHere(r, CS, i32.and(selector, 0xfffc), segment);
    setField(r, "general", stack, RSP);
    setField(r, "flagsOther", flagsInHandler(kind));
    setField(r, "rip", target);
    r.if(cpl, () => {
      loadNullStack(r, 0);
      setField(r, "cpl", 0);
      r.call(ringChanged);
    });
    returnTaken(r, "deliver");
  });
}

/**
 * INT n, INT3, INTO, INT1: arguments vector, kind, RIP of the next instruction. `resumed`: RF, 1 << 16 or 0, as the instruction would
 * find it if IRETQ had not left it out.
 */
export function writeSoftwareInterrupt(code: Code, resumed: Operand, deliver: FunctionRef, int1: number): void {
  const r = new Routine(code);
  // A trap behind it would be lost; the long way knows of that.
  r.refuseIf(i32.and(field("flagsOther"), Flag.TF));
  const resumes = r.i32(resumed);
  r.if(i32.ne(lowArgument(1), int1), () =>
    r.if(call(deliver, lowArgument(0), 1, -1, argument(2), resumes), () => r.return(1)),
  );
  setField(r, "flagsOther", i32.or(field("flagsOther"), resumes));
  code.i32(0);
}

/** RF as the instruction of a record would find it: see Workspace.resumedAt. */
export function resumedAtRecord(op: Local): Operand {
  const isFirst = i32.eqz(i32.load8(op, Op.number));
  return i32.mul(isFirst, resumedAtCost(i64.load(i32.sub(op, RECORD_BYTES), Head.charge)));
}

/** Likewise, of an instruction of a region that has been paid for. */
export function resumedAtCost(cost: Operand): Operand {
  const before = i64.add(i64.load(0, Workspace.left), cost);
  return i32.shl(i64.eq(before, i64.load(0, Workspace.resumedAt)), Math.log2(Flag.RF));
}
