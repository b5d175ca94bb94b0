/**
 * How the definitions (../x87.ts) talk to the helpers of the x87 unit: words of 32 bits that say what is to be done, and what
 * every helper begins and ends with.
 */
import { CS } from "../../isa/instruction.ts";
import type { CpuContext } from "../context.ts";
import { Fault } from "../context.ts";
import type { Extended } from "./number.ts";
import type { X87 } from "./unit.ts";

/** What memory holds, for the operand words of the helpers; `register`: the operand is the number of a stack register. */
export const Source = { register: 0, single: 1, double: 2, integer: 3, extended: 4, decimal: 5, zero: 6 } as const;
export type Source = (typeof Source)[keyof typeof Source];

export const Operation = { add: 0, mul: 1, sub: 2, subr: 3, div: 4, divr: 5 } as const;

/** Bits of a helper's first word, beside the operation (3:0) and the source (7:4). */
export const Flavour = {
  pops: 8,
  /** The result goes to ST(i), not ST(0). */
  toRegister: 0x400,
  quietly: 0x800,
  truncate: 0x1000,
  /** The comparison goes to EFLAGS. */
  flags: 0x2000,
} as const;

/** Where a helper finds its arguments, in words of 32 bits. */
export const OPERATION = 0;
export const ADDRESS = 2;
export const OPERAND = 4;
export const TOP = 6;

/** Reads the operand from the words into `into`. */
export function operand(source: number, words: Uint32Array, into: Extended): void {
  const low = words[OPERAND]!;
  const high = words[OPERAND + 1]!;
  switch (source) {
    case Source.single:
      into.setSingle(low);
      break;
    case Source.double:
      into.setDouble(high, low);
      break;
    case Source.integer:
      into.setInteger(high, low);
      break;
    default:
      into.unpack(words[TOP]!, high, low);
  }
}

/**
 * After an instruction that left an unmasked exception behind: notes its opcode. (Only then is it kept, as on processors
 * since the Pentium 4: vol. 1, 8.1.9.1.) The bytes are read again, for no other instruction needs them.
 */
export function end(cpu: CpuContext, unit: X87): void {
  if (!unit.faulted) return;
  unit.faulted = false;
  const { state } = cpu;
  const mask = state.get32("codeSize") === 64 ? 64 : 32;
  let at = state.get64("rip") + (mask === 64 ? 0n : state.get64("segmentBase", CS));
  const next = () => Number(cpu.readLinear(BigInt.asUintN(mask, at++), 1));
  try {
    let byte = next();
    while ((byte & 0xf8) !== 0xd8) byte = next();
    unit.setOpcode(((byte & 7) << 8) | next());
  } catch (thrown) {
    // Code that may be executed but not read: the opcode stays what it was.
    if (!(thrown instanceof Fault)) throw thrown;
  }
}
