/**
 * The stack frame. From the caller's end down: the return address, pushed callee-saved registers, local slots, spilled
 * values, arguments of calls. RSP stays where the prologue leaves it, so every slot has a fixed distance from it, and
 * the unwinding rules change only in prologue and epilogues.
 */
import { type MachineFunction, R12, R13, R14, R15, RBP, RBX, type Reg } from "./mir.ts";

export interface Frame {
  /** Pushed in this order. */
  readonly saved: readonly Reg[];
  /** Bytes below the pushed registers. */
  readonly bytes: number;
}

const pushOrder: readonly Reg[] = [RBP, R15, R14, R13, R12, RBX];

/** Gives every slot its offset. `savedMask`: callee-saved registers in use. */
export function layFrame(f: MachineFunction, savedMask: number): Frame {
  const saved = pushOrder.filter((r) => (savedMask >> r) & 1);
  let at = f.outgoingBytes;
  const own = f.slots.filter((slot) => slot.kind === "local" || slot.kind === "spill");
  // Strictest first, so that no gaps come between.
  own.sort((a, b) => b.align - a.align);
  const aligned = own.some((slot) => slot.align > 8);
  if (aligned) at = Math.ceil(at / 16) * 16;
  for (const slot of own) {
    at = Math.ceil(at / slot.align) * slot.align;
    slot.offset = at;
    at += slot.bytes;
  }
  at = Math.ceil(at / 8) * 8;
  // At entry RSP is 8 below a multiple of 16.
  if ((f.calls || aligned) && (at + 8 * saved.length + 8) % 16 !== 0) at += 8;
  for (const slot of f.slots) if (slot.kind === "incoming") slot.offset = slot.offset + 8 * saved.length + at;
  return { saved, bytes: at };
}
