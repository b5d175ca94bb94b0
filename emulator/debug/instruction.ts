/** The instruction that a processor is about to execute, in words. */
import { decode } from "../isa/decode.ts";
import { format } from "../isa/format.ts";
import type { Mode } from "../isa/instruction.ts";
import { CS } from "../isa/instruction.ts";
import { type Peekable, peek } from "./peek.ts";

/** The longest instruction, in bytes. */
const LONGEST = 15;

/** "cs:rip  bytes  text", as "0008:ffffffff80100000  0f 0b  ud2"; where nothing can be read or decoded, it says so. */
export function describeNextInstruction(machine: Peekable): string {
  const { state } = machine;
  const mode = state.get32("codeSize") as Mode;
  const rip = state.get64("rip");
  const linear = mode === 64 ? rip : (state.get64("segmentBase", CS) + rip) & 0xffff_ffffn;
  const bytes = peek(machine, linear, LONGEST);
  const instruction = decode(bytes, 0, bytes.length, mode);
  const decoded = typeof instruction !== "string";
  const shown = bytes.subarray(0, decoded ? instruction.length : Math.min(bytes.length, 4));
  const selector = state.get32("segmentSelector", CS).toString(16).padStart(4, "0");
  const text = decoded
    ? format(instruction, { address: rip })
    : bytes.length === 0
      ? "(no memory)"
      : "(no instruction)";
  return `${selector}:${rip.toString(16).padStart(mode / 4, "0")}  ${Buffer.from(shown)
    .toString("hex")
    .padEnd(2 * 10)}  ${text}`;
}
