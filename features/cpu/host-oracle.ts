/**
 * The host's processor as oracle: random programs run natively and on ours, and every difference is told.
 */
import { readFileSync } from "node:fs";
import { defaultModel } from "../../emulator/cpu/cpuid.ts";
import { STATUS_FLAGS } from "../../emulator/cpu/state.ts";
import { decode } from "../../emulator/isa/decode.ts";
import { format } from "../../emulator/isa/format.ts";
import type { Row } from "../../emulator/isa/instruction.ts";
import { eligibleRows, Generator, STEP_LIMIT } from "./generate.ts";
import { runOnHost } from "./host-driver.ts";
import { ProcessorRunner } from "./processor-case.ts";
import { Random } from "./random.ts";
import { ReferenceRunner, type Run } from "./reference-case.ts";
import { codeBase, INT3, type Mode, type Outcome, registerBits, type UserCase } from "./user-case.ts";

const registerNames = "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split(" ");

/** Compared besides the status flags: TF DF NT AC ID. RF and IF are the kernel's. */
const OTHER_FLAGS = 0x24_4500;

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** What differs between the two outcomes, one line each. `known`: what the reference found out about the program. */
export function differences(program: UserCase, ours: Outcome, host: Outcome, known: Run): string[] {
  const lines: string[] = [];
  const compare = (name: string, mine: bigint | number, theirs: bigint | number) => {
    if (mine !== theirs) lines.push(`${name}: ${hex(mine)}, the host has ${hex(theirs)}`);
  };
  compare("vector", ours.vector, host.vector);
  compare("rip", ours.rip, host.rip);
  if (ours.vector === host.vector) {
    // Linux reports every address that is not for processes as present.
    const kernelHalf = host.vector === 14 && host.cr2 >= 0x7fff_ffff_f000n;
    const ignored = kernelHalf ? 1 : 0;
    compare("error code", ours.errorCode & ~ignored, host.errorCode & ~ignored);
    compare("cr2", ours.cr2, host.cr2);
  }
  const mask = (STATUS_FLAGS & ~known.undefinedFlags) | OTHER_FLAGS;
  compare("flags", ours.flags & mask, host.flags & mask);
  const count = program.mode === 64 ? 16 : 8;
  for (let i = 0; i < count; i++) {
    const bits = registerBits(program.mode, i);
    compare(registerNames[i]!, BigInt.asUintN(bits, ours.general[i]!), BigInt.asUintN(bits, host.general[i]!));
  }
  if (ours.checksum !== host.checksum && !known.partialStores) lines.push("memory differs");
  return lines;
}

/** The program as text, with what its registers began with. */
export function describe(program: UserCase): string {
  const lines = [`${program.mode}-bit, flags ${hex(program.flags)}`];
  const count = program.mode === 64 ? 16 : 8;
  for (let i = 0; i < count; i++) lines.push(`  ${registerNames[i]} = ${hex(program.general[i]!)}`);
  for (let at = 0; at < program.code.length; ) {
    const instruction = decode(program.code, at, program.code.length, program.mode);
    const length = typeof instruction === "string" ? 1 : instruction.length;
    const bytes = Buffer.from(program.code.subarray(at, at + length)).toString("hex");
    const address = codeBase(program.mode) + program.start + at;
    const text = typeof instruction === "string" ? "?" : format(instruction, { address: BigInt(address) });
    lines.push(`  ${address.toString(16)}: ${bytes.padEnd(22)} ${text}`);
    at += length;
    if (program.code.subarray(at).every((byte) => byte === INT3)) break;
  }
  return lines.join("\n");
}

export interface Mismatch {
  readonly program: UserCase;
  readonly lines: readonly string[];
}

export interface Report {
  readonly programs: number;
  readonly instructions: number;
  readonly mismatches: readonly Mismatch[];
  /** By row id: how often it was executed to its end. */
  readonly coverage: readonly number[];
}

export function hostFlags(): ReadonlySet<string> {
  const line = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"));
  return new Set(line?.[1]?.trim().split(/\s+/) ?? []);
}

export interface Sample {
  readonly seed: number;
  readonly programs: number;
  readonly mode: Mode;
  /** Most instructions that are chosen for one program. */
  readonly length: number;
}

/** Generates programs, runs them on both processors and compares. */
export function compareWithHost({ seed, programs, mode, length }: Sample): Report {
  const runner = new ReferenceRunner();
  const rows = eligibleRows(mode, defaultModel, hostFlags());
  const processor = new ProcessorRunner();
  const generator = new Generator(new Random(seed), runner, mode, rows);
  const made = Array.from({ length: programs }, () => generator.next(length));
  const results = runOnHost(made.map(({ program }) => program));
  const mismatches: Mismatch[] = [];
  const coverage: number[] = [];
  let instructions = 0;
  for (const [i, { program, expected }] of made.entries()) {
    const lines = differences(program, processor.run(program, STEP_LIMIT + 1), results[i]!, expected);
    const reference = differences(program, expected, results[i]!, expected).map((line) => `reference: ${line}`);
    if (lines.length + reference.length > 0) mismatches.push({ program, lines: [...lines, ...reference] });
    instructions += expected.instructions;
    for (const id of expected.rows) coverage[id] = (coverage[id] ?? 0) + 1;
  }
  return { programs, instructions, mismatches, coverage };
}

/** The rows whose execution can be compared: not privileged, in some mode of user code. */
export function judgedRows(): Row[] {
  const flags = hostFlags();
  const all = new Set([...([16, 32, 64] as const).flatMap((mode) => eligibleRows(mode, defaultModel, flags))]);
  return [...all].filter((row) => row.privilege === 3 && !alwaysFaults.has(row.mnemonic));
}

const alwaysFaults = new Set(["ud0", "ud1", "ud2", "rsm", "into"]);

export function describeMismatch({ program, lines }: Mismatch): string {
  return [describe(program), ...lines.map((line) => `  => ${line}`)].join("\n");
}
