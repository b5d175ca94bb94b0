/** What of an outcome counts, and what differs between two, in words. */
import { STATUS_FLAGS, Vector } from "../../emulator/cpu/state.ts";
import { decode } from "../../emulator/isa/decode.ts";
import { format } from "../../emulator/isa/format.ts";
import type { Instruction } from "../../emulator/isa/instruction.ts";
import type { Group } from "./groups.ts";
import {
  Case,
  CODE_BYTES,
  INT3,
  type Mode,
  OUTCOME_SELECTORS,
  Outcome,
  REGISTER_OF_WORD,
  type RecordView,
  registerBits,
  USER_CODE_64,
  WORD_OF_REGISTER,
  Word,
} from "./user-case.ts";

const registerNames = "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split(" ");
const segmentNames = "ES CS SS DS FS GS".split(" ");

const RSP = 4;

/** Compared besides the status flags: TF DF NT AC ID. RF and IF are the kernel's. */
const OTHER_FLAGS = 0x24_4500;

/** What a judge leaves open. */
export interface Verdict {
  readonly mode: Mode;
  readonly undefinedFlags: number;
  readonly partialStores: boolean;
  /** The instruction by whose rule each outcome is judged by itself. */
  readonly ruled: Instruction | null;
}

/** Makes 0 of everything in an outcome that need not be equal on two processors. */
export function canonical(outcome: RecordView, { mode, undefinedFlags, partialStores }: Verdict): void {
  const { u32, u16, u64 } = outcome;
  if (mode !== 64)
    for (let word = 0; word < 16; word++) {
      u32[2 * word + 1] = 0;
      const register = REGISTER_OF_WORD[word]!;
      if (register > 7) u32[2 * word] = 0;
      else if (registerBits(mode, register) === 16) u32[2 * word] = u32[2 * word]! & 0xffff;
    }
  // A 64-bit program that ends in 32-bit code: the upper halves are undefined there (vol. 1, 3.4.1.1), and what is pushed of RSP shows it.
  else if (u16[4 * Word.segments] !== USER_CODE_64) u32[2 * WORD_OF_REGISTER[RSP]! + 1] = 0;
  u32[2 * Word.flags] = u32[2 * Word.flags]! & ((STATUS_FLAGS & ~undefinedFlags) | OTHER_FLAGS);
  u32[2 * Word.flags + 1] = 0;
  // FS and GS lie here only by name.
  u16[4 * Word.segments + 1] = u16[4 * Word.segments + 2] = 0;
  if (u32[2 * Word.vector] !== Vector.PF) u64[Word.cr2] = 0n;
  // Linux reports every address that is not for processes as present.
  else if (u64[Word.cr2]! >= 0x7fff_ffff_f000n) u32[2 * Word.error] = u32[2 * Word.error]! & ~1;
  u64[Word.oldMask] = 0n;
  // The way back from the kernel, IRET, makes all null selectors 0.
  for (let i = 0; i < OUTCOME_SELECTORS.length; i++) {
    const at = Outcome.selectors / 2 + i;
    if (u16[at]! < 4) u16[at] = 0;
  }
  if (partialStores) u32[Outcome.checksum / 4] = 0;
}

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** What differs between two canonical outcomes, one line each. */
export function differences(group: Group, ours: RecordView, host: RecordView): string[] {
  const lines: string[] = [];
  const compare = (name: string, mine: bigint | number, theirs: bigint | number) => {
    if (mine !== theirs) lines.push(`${name}: ${hex(mine)}, the host has ${hex(theirs)}`);
  };
  for (const name of ["vector", "rip", "error", "cr2", "flags"] as const)
    compare(name, ours.u64[Word[name]]!, host.u64[Word[name]]!);
  for (let register = 0; register < 16; register++)
    compare(registerNames[register]!, ours.register(register), host.register(register));
  compare("CS", ours.u16[4 * Word.segments]!, host.u16[4 * Word.segments]!);
  compare("SS", ours.u16[4 * Word.segments + 3]!, host.u16[4 * Word.segments + 3]!);
  for (const [i, segment] of OUTCOME_SELECTORS.entries())
    compare(segmentNames[segment]!, ours.u16[Outcome.selectors / 2 + i]!, host.u16[Outcome.selectors / 2 + i]!);
  if (ours.u32[Outcome.checksum / 4] !== host.u32[Outcome.checksum / 4]) lines.push("memory differs");
  lines.push(...group.differences(ours, host));
  return lines;
}

/** A case as text: what its registers begin with, and its code. */
export function describe(group: Group, given: RecordView): string {
  const { mode } = given;
  const lines = [`${mode}-bit, flags ${hex(given.u32[2 * Word.flags]!)}`];
  const count = mode === 64 ? 16 : 8;
  for (let i = 0; i < count; i++) lines.push(`  ${registerNames[i]} = ${hex(given.u64[WORD_OF_REGISTER[i]!]!)}`);
  lines.push(...group.describe(given));
  const code = given.bytes.subarray(Case.code(group.stateBytes), Case.code(group.stateBytes) + CODE_BYTES);
  const start = Number(given.u64[Word.rip]!);
  for (let at = 0; at < code.length && !code.subarray(at).every((byte) => byte === INT3); ) {
    const instruction = decode(code, at, code.length, mode);
    const length = typeof instruction === "string" ? 1 : instruction.length;
    const bytes = Buffer.from(code.subarray(at, at + length)).toString("hex");
    const text = typeof instruction === "string" ? "?" : format(instruction, { address: BigInt(start + at) });
    lines.push(`  ${(start + at).toString(16)}: ${bytes.padEnd(22)} ${text}`);
    at += length;
  }
  return lines.join("\n");
}
