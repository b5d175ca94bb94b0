/** `--stats`: what was executed, how fast, and where the time went as far as translated code knows. */
import { readFileSync } from "node:fs";
import { ElfFile, isElf } from "../emulator/formats/elf-reader.ts";
import type { Stats } from "../emulator/thread-protocol.ts";
import { type Cause, causes } from "../emulator/translator/counters.ts";

const reasons: Readonly<Record<Cause, string>> = {
  elsewhere: "to other code",
  instruction: "for an instruction of the interpreter's",
  memory: "for memory that is not plain",
  time: "because time was up",
  quick: "by a quick way of the processor's",
};

/** `kernel`: the file that `--kernel` named: its symbols name what is hot. */
export function describeStats(stats: Stats, kernel: string | null): string {
  const { instructions, cycles, hostMs, regions, translated, left } = stats;
  const mips = hostMs > 0 ? instructions / hostMs / 1000 : 0;
  const lines = [
    `instructions  ${instructions}`,
    `cycles        ${cycles}`,
    `guest time    ${(cycles / 1e9).toFixed(6)} s`,
    `host time     ${(hostMs / 1000).toFixed(6)} s`,
    `speed         ${mips.toFixed(1)} million instructions a second`,
    `translated    ${regions} regions, ${translated} instructions in them`,
  ];
  if (left === null) return lines.join("\n");
  for (const cause of causes) if (left[cause] > 0) lines.push(`left          ${left[cause]} times ${reasons[cause]}`);
  const nameOf = kernel === null ? () => "" : symbolNames(kernel);
  for (const { rip, instructions: executed, entered } of stats.hottest) {
    const share = `${((100 * executed) / instructions).toFixed(1).padStart(5)} %`;
    const each = entered > 0 ? (executed / entered).toFixed(0) : "?";
    lines.push(
      `hot           ${share}  ${rip.toString(16)}${nameOf(rip)}: entered ${entered} times, ${each} instructions each`,
    );
  }
  return lines.join("\n");
}

/** From an address to " <symbol+distance>", or "" where no function is. */
function symbolNames(file: string): (address: bigint) => string {
  const bytes = readFileSync(file);
  if (!isElf(bytes)) return () => "";
  const symbols = new ElfFile(bytes)
    .symbols()
    .filter(({ section, name }) => section !== 0 && name !== "")
    .sort((x, y) => (x.value < y.value ? -1 : 1));
  return (address) => {
    const found = symbols.findLast(({ value }) => value <= address);
    if (found === undefined || (found.size > 0n && address >= found.value + found.size)) return "";
    const distance = address - found.value;
    return ` <${found.name}${distance === 0n ? "" : `+${distance.toString(16)}h`}>`;
  };
}
