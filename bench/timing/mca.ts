/** llvm-mca on the same blocks: what another model of the same kind says. It knows Zen 3, the nearest, and not Zen 4. */
import { spawnSync } from "node:child_process";
import type { Block } from "../cost/blocks.ts";

export const MCA_PROCESSOR = "znver3";
const ITERATIONS = 100;

const available = (tool: string): boolean => spawnSync(tool, ["--version"]).status === 0;

/** Null where LLVM's tools are installed; else what is missing. */
export const mcaMissing: string | null =
  available("llvm-mca") && available("llvm-mc") ? null : "llvm-mca or llvm-mc is not installed";

/** Cycles of one execution of each block in the steady state; null for those that it cannot analyse. */
export function mcaCycles(blocks: readonly Block[]): (number | null)[] {
  const bytes = blocks.map((block) => [...block.bytes].map((byte) => `0x${byte.toString(16)}`).join(" "));
  const text = run("llvm-mc", ["--disassemble", "-triple=x86_64", "-mattr=+avx2,+fma,+bmi,+bmi2"], bytes.join("\n"));
  const lines = text.split("\n").filter((line) => line.startsWith("\t") && !line.startsWith("\t."));
  if (lines.length !== blocks.reduce((sum, { instructions }) => sum + instructions.length, 0))
    throw new Error("llvm-mc and Cor count different instructions");
  let next = 0;
  return blocks.map(({ instructions }) => {
    const code = lines.slice(next, (next += instructions.length)).join("\n");
    const said = run(
      "llvm-mca",
      [`-mcpu=${MCA_PROCESSOR}`, `-iterations=${ITERATIONS}`, "-resource-pressure=false", "-instruction-info=false"],
      code,
    );
    const found = /Total Cycles:\s+(\d+)/.exec(said);
    return found === null ? null : Number(found[1]) / ITERATIONS;
  });
}

function run(tool: string, args: readonly string[], input: string): string {
  return spawnSync(tool, args, { input, encoding: "utf8", maxBuffer: 1 << 26 }).stdout ?? "";
}
