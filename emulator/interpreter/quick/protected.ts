/**
 * 32-bit protected mode as kernels use it: 32-bit code segments of any base and limit, big stacks that reach up to 4 GiB. What follows
 * from a change of ring or segments there: `Processor.modeChanged` for this case.
 */
import { Access, stateFields } from "../../cpu/state.ts";
import { MODE_KEYS, ModeKey, Workspace } from "../../cpu/workspace.ts";
import type { FunctionRef, Local, WasmModule } from "../../formats/wasm.ts";
import { all, any, i32, i64, type Operand, Routine, select } from "../../formats/wasm-expression.ts";
import { CS, SS } from "../../isa/instruction.ts";
import { chooseBank } from "./ring.ts";
import { accessOf, CODE_MASK, DATA, DATA_MASK } from "./segments.ts";
import { field, lowOf, setField, setWorkspace, workspace } from "./state.ts";

export const RSP = 4;

/** Of 32-bit code that does not conform. */
export const CODE32 = Access.nonSystem | Access.code | Access.accessed | Access.present | Access.big;
/** Of a stack: writable data, big, not expand-down. */
export const STACK_MASK = DATA_MASK | Access.expandDown | Access.big;
export const STACK32 = DATA | Access.big;
const NO_LIMIT = -1;

/** Whether 32-bit protected mode runs, no long mode around it, and nobody watches. */
export const isQuick32 = (): Operand => workspace(Workspace.quick32);

const isGranular = (descriptor: Local): Operand => i32.and(accessOf(descriptor), Access.granularity);
/** Limit and base of the descriptor at an address. */
export function limitOf(r: Routine, descriptor: Local): Local {
  const low = i32.and(i32.load(descriptor), 0xffff);
  const limit = r.i32(i32.or(i32.and(i32.load(descriptor, 4), 0x000f_0000), low));
  r.set(limit, select(isGranular(descriptor), i32.or(i32.shl(limit, 12), 0xfff), limit));
  return limit;
}
export function baseOf(r: Routine, descriptor: Local): Local {
  const high = i32.load(descriptor, 4);
  return r.i32(any(i32.and(high, 0xff00_0000), i32.shl(i32.and(high, 0xff), 16), i32.shrU(i32.load(descriptor), 16)));
}

/** Whether a descriptor is of 32-bit code that does not conform, its rights beside. */
export const isCode32 = (access: Operand): Operand => i32.eq(i32.and(access, CODE_MASK), CODE32);
/** Whether a stack with these rights has nothing odd. */
export const isStack32 = (access: Operand, limit: Operand): Operand =>
  all(i32.eq(i32.and(access, STACK_MASK | Access.unusable), STACK32), i32.eq(limit, NO_LIMIT));
export const isPresentStackPlain = (): Operand => isStack32(field("segmentAccess", SS), field("segmentLimit", SS));

/** The linear address of an offset in a segment with this base, at 64 bits. */
export const linearOf = (base: Operand, offset: Operand): Operand => i64.extend(i32.add(base, offset));
export const stackBase = (): Operand => lowOf("segmentBase", SS);

export interface ProtectedWays {
  /** (1 for ring 3, base and limit of CS) → the key under which code is looked up there, or 0: TypeScript must make one. */
  readonly findKey: FunctionRef;
  /** (segment): recomputes what inline checks compare with. */
  readonly ends: FunctionRef;
}

/** In `Workspace.flatSegments`. */
const BIG_STACK = 0x100;

export function protectedWays(module: WasmModule): ProtectedWays {
  const findKey = module.func("findKey", ["i32", "i32", "i32"], ["i32"], (code, user, base, limit) => {
    const r = new Routine(code);
    const who = r.i32(i32.or(i32.shl(workspace(Workspace.space), 1), user!));
    const at = r.i32(Workspace.modeKeys);
    r.loop((again) => {
      const same = all(
        i32.eq(i32.load(at, ModeKey.who), who),
        i32.eq(i32.load(at, ModeKey.base), base!),
        i32.eq(i32.load(at, ModeKey.limit), limit!),
      );
      r.if(same, () => r.return(i32.load(at, ModeKey.key)));
      r.set(at, i32.add(at, ModeKey.bytes));
      r.goIf(i32.ltU(at, Workspace.modeKeys + MODE_KEYS * ModeKey.bytes), again);
    });
    code.i32(0);
  });
  const ends = module.func("segmentEnds", ["i32"], [], (code, segment) => {
    const r = new Routine(code);
    const words = r.i32(i32.shl(segment!, 2));
    const access = r.i32(i32.load(words, stateFields.segmentAccess.offset));
    const isCode = r.i32(i32.ne(i32.and(access, Access.code), 0));
    const isDownward = i32.and(i32.eqz(isCode), i32.ne(i32.and(access, Access.expandDown), 0));
    const isUsable = r.i32(i32.and(i32.eqz(i32.and(access, Access.unusable)), i32.eqz(isDownward)));
    // Code's bit for "readable" is data's for "writable".
    const isAllowed = r.i32(i32.ne(i32.and(access, Access.readable), 0));
    const end = r.i64(i64.add(i64.load32(words, stateFields.segmentLimit.offset), 1n));
    const put = (table: number, allowed: Operand) =>
      r.store("i64.store", i32.shl(segment!, 3), select(i32.and(isUsable, allowed), end, 0n), table);
    put(Workspace.readEnd, i32.or(i32.eqz(isCode), isAllowed));
    put(Workspace.writeEnd, i32.and(i32.eqz(isCode), isAllowed));
    const isWhole = i32.eq(i32.load(words, stateFields.segmentLimit.offset), -1);
    const atZero = i32.eqz(i32.load(i32.shl(segment!, 3), stateFields.segmentBase.offset));
    const flat = all(isUsable, i32.eqz(isCode), isAllowed, isWhole, atZero);
    const bit = r.i32(i32.shl(1, segment!));
    const others = r.i32(i32.and(workspace(Workspace.flatSegments), i32.xor(bit, -1)));
    r.if(flat, () => r.set(others, i32.or(others, bit)));
    r.if(i32.eq(segment!, SS), () => {
      r.set(others, i32.and(others, ~BIG_STACK));
      r.if(i32.ne(i32.and(access, Access.big), 0), () => r.set(others, i32.or(others, BIG_STACK)));
    });
    setWorkspace(r, Workspace.flatSegments, others);
  });
  return { findKey, ends };
}

/** After CS, SS and CPL: `key` as `findKey` gave it. */
export function settle(r: Routine, ways: ProtectedWays, key: Operand): void {
  for (const segment of [CS, SS]) r.call(ways.ends, segment);
  setWorkspace(r, Workspace.lookupKey, key);
  chooseBank(r, i32.eq(field("cpl"), 3));
}

/** Sets ESP, and leaves what is above it. */
export const setLowStackPointer = (r: Routine, value: Operand): void =>
  r.store("i32.store", 0, value, stateFields.general.offset + 8 * RSP);

/** Makes a data segment null. */
export function loadNull(r: Routine, ways: ProtectedWays, segment: number): void {
  setField(r, "segmentSelector", 0, segment);
  setField(r, "segmentBase", 0n, segment);
  setField(r, "segmentLimit", 0, segment);
  setField(r, "segmentAccess", Access.unusable, segment);
  r.call(ways.ends, segment);
}
