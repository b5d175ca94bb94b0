/**
 * IN and OUT of one byte within a region, for ports that are latches (latches.ts), in code that may use all ports: what interpreter/quick/ports.ts does
 * with these, as values and writes of a block. All other ports are left to the interpreter.
 */
import type { Node } from "../cpu/ir.ts";
import { Flag } from "../cpu/state.ts";
import { Workspace } from "../cpu/workspace.ts";
import { LATCH_BYTES, LATCH_VALUE_SHIFT, LatchMay } from "../latches.ts";
import { LATCHES_BASE } from "../memory.ts";
import type { StateAccess } from "./ring-change.ts";

const IOPL_SHIFT = 12;

/** Without I/O breakpoints, CPL ≤ IOPL, outside virtual-8086 mode; and no interrupt shadow ends here. */
function assumeAllowed({ b, assume, read }: StateAccess): void {
  const word = (value: number) => b.constant(32, value);
  assume(b.ne(read(Workspace.quickPorts, 32), word(0)));
  assume(b.eq(b.get("inhibit"), word(0)));
  const flags = b.get("flagsOther");
  if (b.mode !== 64) assume(b.eq(b.and(flags, word(Flag.VM)), word(0)));
  const iopl = b.and(b.shr(flags, word(IOPL_SHIFT)), word(3));
  assume(b.eq(b.ltUnsigned(iopl, b.get("cpl")), b.constant(1, 0)));
}

const isOneByte = (bytes: Node): boolean => bytes.op === "const" && bytes.value === 1n;

/** What an IN gives; null: it is none of these. Arguments: those of the helper `in`. */
export function readLatch(access: StateAccess, [port, bytes]: readonly Node[]): Node | null {
  if (!isOneByte(bytes!)) return null;
  const { b, assume, read } = access;
  assumeAllowed(access);
  const word =
    port!.op === "const"
      ? read(LATCHES_BASE + LATCH_BYTES * Number(port!.value), 32)
      : read(LATCHES_BASE, 32, b.mul(b.zeroExtend(port!, 32), b.constant(32, LATCH_BYTES)));
  assume(b.ne(b.and(word, b.constant(32, LatchMay.beRead)), b.constant(32, 0)));
  return b.truncate(b.shr(word, b.constant(32, LATCH_VALUE_SHIFT)), 8);
}

/** Does an OUT; false: it is none of these. Arguments: those of the helper `out`. */
export function writeLatch(access: StateAccess, [port, bytes, value]: readonly Node[]): boolean {
  if (!isOneByte(bytes!) || port!.op !== "const") return false;
  const { b, assume, read, write } = access;
  assumeAllowed(access);
  const at = LATCHES_BASE + LATCH_BYTES * Number(port.value);
  const word = read(at, 32);
  assume(b.ne(b.and(word, b.constant(32, LatchMay.beWritten)), b.constant(32, 0)));
  const shifted = b.shl(b.and(b.truncate(value!, 32), b.constant(32, 0xff)), b.constant(32, LATCH_VALUE_SHIFT));
  write(at, b.or(b.and(word, b.constant(32, LatchMay.beRead | LatchMay.beWritten)), shifted));
  return true;
}
