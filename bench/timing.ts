/**
 * START HERE: `npm run bench:timing` holds the model of time against this processor. Basic blocks are cut from programs that
 * are installed here, and small programs of our own get fresh input; both are measured natively and asked of the model. None of them was
 * used to choose the model's numbers, which come from bench/cost/. What is missing on the machine is said and left out.
 */

import { cpus } from "node:os";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { loopCycles } from "../emulator/cpu/loop-cost.ts";
import { timingModels } from "../emulator/cpu/timing-models.ts";
import { asPiece, cutBlocks } from "./cost/blocks.ts";
import { measure, nativeMissing } from "./cost/native.ts";
import { MCA_PROCESSOR, mcaCycles, mcaMissing } from "./timing/mca.ts";
import { judging } from "./timing/programs.ts";
import { runNatively, runOnCor } from "./timing/run.ts";

const PROGRAMS = ["/usr/bin/bash", "/usr/bin/gdb", "/usr/bin/busybox", "/usr/lib/x86_64-linux-gnu/libc.so.6"];

const { values } = parseArgs({
  options: { blocks: { type: "string", default: "120" }, seed: { type: "string", default: "1" } },
});
const [perProgram, seed] = [Number(values.blocks), Number(values.seed)];
if (!Number.isInteger(perProgram) || perProgram < 1 || !Number.isInteger(seed)) {
  process.stderr.write("bench:timing: give --blocks N (of each program) and --seed N\n");
  process.exit(2);
}

/** Value below which a part of the values lies. */
const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((x, y) => x - y)[Math.min(values.length - 1, Math.floor(part * values.length))]!;

function judge(name: string, predicted: readonly number[], measured: readonly number[]): void {
  const errors = predicted.map((value, i) => (value - measured[i]!) / measured[i]!);
  const sizes = errors.map(Math.abs);
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const bias = errors.reduce((x, y) => x + y, 0) / errors.length;
  console.log(
    `  ${name.padEnd(28)} median ${percent(quantile(sizes, 0.5))}, 90th percentile ${percent(quantile(sizes, 0.9))}, bias ${percent(bias)}`,
  );
}

function judgeBlocks(): void {
  const all = PROGRAMS.flatMap((program) => {
    const found = cutBlocks(program, perProgram, seed);
    if (found.length === 0) console.log(`  ${program} is not here`);
    else console.log(`  ${basename(program)}: ${found.length} blocks`);
    return found;
  });
  const cycles = measure(all.map(asPiece));
  const blocks = all.filter((_, i) => cycles[i] !== null);
  const measured = cycles.filter((value) => value !== null);
  console.log(`  ${blocks.length} blocks measured, ${all.length - blocks.length} fault with the data they are given`);
  judge(
    "Cor",
    blocks.map(({ instructions }) => Math.max(loopCycles(instructions), SHORTEST)),
    measured,
  );
  judge(
    "one cycle an instruction",
    blocks.map(({ instructions }) => instructions.length),
    measured,
  );
  if (mcaMissing !== null) {
    console.log(`  ${mcaMissing}`);
    return;
  }
  const mca = mcaCycles(blocks);
  const known = measured.filter((_, i) => mca[i] !== null);
  judge(
    `llvm-mca, ${MCA_PROCESSOR}${known.length < blocks.length ? `, ${known.length} of them` : ""}`,
    mca.filter((value) => value !== null),
    known,
  );
}

/** What a block without any work would take: the model never says 0. */
const SHORTEST = 0.1;

function judgePrograms(): void {
  const inputs = 88172645463325252n + BigInt(seed);
  const native = judging.map((program) => runNatively(program, inputs, 10));
  const ours = timingModels.map((timing) => judging.map((program) => runOnCor(program, inputs, timing)));
  for (const [i, { name }] of judging.entries()) {
    const figures = ours.map((model) => {
      if (model[i]!.checksum !== native[i]!.checksum) throw new Error(`${name} gives another result on Cor`);
      return model[i]!.cycles.toFixed(0).padStart(9);
    });
    console.log(
      `  ${name.padEnd(28)} ${native[i]!.cycles.toFixed(0).padStart(9)} cycles; ${timingModels.map((timing, k) => `${timing} ${figures[k]}`).join(", ")}`,
    );
  }
  for (const [k, timing] of timingModels.entries())
    judge(
      `--timing ${timing}`,
      ours[k]!.map(({ cycles }) => cycles),
      native.map(({ cycles }) => cycles),
    );
}

if (nativeMissing !== null) {
  console.log(`bench:timing ${nativeMissing}`);
} else {
  console.log(`on ${cpus()[0]?.model}; relative errors\nbasic blocks in the steady state:`);
  judgeBlocks();
  console.log("programs with fresh input:");
  judgePrograms();
}
