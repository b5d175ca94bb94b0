/** The processor's state and the workspace as the quick ways name them, and the flags as one word. */
import { Flag, STATUS_FLAGS, type StateField, stateFields } from "../../cpu/state.ts";
import { QuickWay, USED_UP, Workspace } from "../../cpu/workspace.ts";
import { all, any, type Expression, i32, i64, type Operand, type Routine } from "../../formats/wasm-expression.ts";

const AUX_AF = 0x10;

const offsetOf = (field: StateField, index: number): number => {
  const { offset, width } = stateFields[field];
  return offset + index * (width === "i64" ? 8 : 4);
};

/** A field as it is: i32 or i64 as its width says. */
export const field = (name: StateField, index = 0): Expression =>
  stateFields[name].width === "i64" ? i64.load(0, offsetOf(name, index)) : i32.load(0, offsetOf(name, index));

/** The lower half of a 64-bit field. */
export const lowOf = (name: StateField, index = 0): Expression => i32.load(0, offsetOf(name, index));

export function setField(r: Routine, name: StateField, value: Operand, index = 0): void {
  r.store(stateFields[name].width === "i64" ? "i64.store" : "i32.store", 0, value, offsetOf(name, index));
}

export const workspace = (offset: number): Expression => i32.load(0, offset);
export const setWorkspace = (r: Routine, offset: number, value: Operand): void =>
  r.store("i32.store", 0, value, offset);

/** An argument of the helper in whose place a quick way is tried, and where its result goes: 64 bits each. */
export const argument = (number: number): Expression => i64.load(0, Workspace.helperArguments + 8 * number);
export const lowArgument = (number: number): Expression => i32.load(0, Workspace.helperArguments + 8 * number);
export const setResult = (r: Routine, value: Operand): void => r.store("i64.store", 0, value, Workspace.helperResult);

/** With as many bits of linear address as the paging mode has. */
export function isNotCanonical(address: Operand): Expression {
  const shift = i64.load(0, Workspace.canonicalShift);
  return i64.ne(i64.shrS(i64.shl(address, shift), shift), address);
}

/** Whether one more instruction is sure to be executed before the run loop looks up: see Workspace.left. */
export const isAnotherSure = (): Expression =>
  i64.eqz(i64.and(i64.sub(i64.load(0, Workspace.left), 1n << 32n), USED_UP));

/** Whether 64-bit code runs and nobody watches: what all quick ways ask first. */
export const isQuick = (): Operand => all(workspace(Workspace.quick), i32.eq(field("codeSize"), 64));

/** EFLAGS in one word: see flags.ts, packFlags. */
export function packedFlags(r: Routine): Operand {
  const result = r.i64(field("flagResult"));
  const carries = r.i64(field("flagCarries"));
  const aux = r.i32(field("flagAux"));
  const low = i32.wrap(result);
  const parity = i32.and(i32.popcount(i32.and(i32.xor(low, i32.shrU(aux, 8)), 0xff)), 1);
  const overflow = i32.wrap(i64.shrU(i64.xor(carries, i64.shl(carries, 1n)), 63n));
  const sign = i32.xor(i32.wrap(i64.shrU(result, 63n)), i32.shrU(aux, 31));
  return any(
    field("flagsOther"),
    i32.wrap(i64.shrU(carries, 63n)),
    i32.and(aux, AUX_AF),
    i32.shl(i32.xor(parity, 1), 2),
    i32.shl(i64.eqz(result), 6),
    i32.shl(sign, 7),
    i32.shl(overflow, 11),
  );
}

/** Replaces all of EFLAGS: see flags.ts, unpackFlags. */
export function setPackedFlags(r: Routine, flags: Operand): void {
  const at = (mask: number, position: number, to: number): Expression => {
    const bit = i32.and(flags, mask);
    return to < position ? i32.shrU(bit, position - to) : i32.shl(bit, to - position);
  };
  setField(r, "flagResult", i64.extend(i32.xor(at(Flag.ZF, 6, 8), 0x100)));
  // Bit 63: CF; bit 62: CF ^ OF.
  const top = i32.or(at(Flag.CF, 0, 31), i32.xor(at(Flag.CF, 0, 30), at(Flag.OF, 11, 30)));
  setField(r, "flagCarries", i64.shl(i64.extend(top), 32n));
  setField(r, "flagAux", any(i32.and(flags, AUX_AF), i32.xor(at(Flag.PF, 2, 8), 0x100), at(Flag.SF, 7, 31)));
  setField(r, "flagsOther", i32.or(i32.and(flags, ~STATUS_FLAGS), 2));
}

/** A quick way has been gone: counts it. */
export function noteTaken(r: Routine, way: keyof typeof QuickWay): void {
  const at = Workspace.taken + 4 * QuickWay[way];
  setWorkspace(r, at, i32.add(workspace(at), 1));
}

/** Likewise, and leaves 1 on the stack. */
export function returnTaken(r: Routine, way: keyof typeof QuickWay): void {
  noteTaken(r, way);
  r.code.i32(1);
}
