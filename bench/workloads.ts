/**
 * The processor at work, on Cor and its neighbours: one disk image boots on each of them in turn and runs all workloads.
 * What counts is the time between a workload's two marks on port 0xE9, read on the clock on the wall outside, so neither boot
 * time nor the machine's own idea of time matter. All must come to the same results.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./compare.ts";
import { compute32 } from "./guest/compute32.ts";
import { LACKS, MEMORY_MIB } from "./guest/frame.ts";
import { workloadDisk, workloadDisk32, workloads } from "./guest/image.ts";
import { nativeProgram } from "./guest/native.ts";
import { bochs, cor, native, qemu, type Racer, v86 } from "./racers.ts";
import { type Turn, turn } from "./turn.ts";

/** Workloads that share an image, and who can run it. */
interface Suite {
  readonly name: string;
  /** In front of a workload's name on the command line. */
  readonly prefix: string;
  readonly workloads: readonly string[];
  /** The disk image of some of them, in the order of `workloads`. */
  readonly disk: (chosen: readonly string[]) => Uint8Array;
  readonly racers: (image: string, folder: string, chosen: readonly string[]) => readonly Racer[];
}

const named = <T extends { readonly name: string }>(all: readonly T[], chosen: readonly string[]): readonly T[] =>
  all.filter(({ name }) => chosen.includes(name));

/** By the name that `npm run bench` takes. */
export const suites: readonly Suite[] = [
  {
    name: "workloads",
    prefix: "",
    workloads: workloads.map(({ name }) => name),
    disk: (chosen) => workloadDisk(named(workloads, chosen)),
    racers: (image, folder, chosen) => {
      const program = join(folder, "native");
      writeFileSync(program, nativeProgram(named(workloads, chosen)), { mode: 0o755 });
      return [cor(image), qemu(image), bochs(image, folder), native(program)];
    },
  },
  {
    name: "interpreter",
    prefix: "interpreter:",
    workloads: workloads.map(({ name }) => name),
    disk: (chosen) => workloadDisk(named(workloads, chosen)),
    racers: (image, folder) => [cor(image, MEMORY_MIB, "interpreter"), qemu(image), bochs(image, folder)],
  },
  {
    name: "workloads32",
    prefix: "32:",
    workloads: compute32.map(({ name }) => name),
    disk: (chosen) => workloadDisk32(named(compute32, chosen)),
    racers: (image, folder) => [cor(image), qemu(image), bochs(image, folder), v86(image)],
  },
];

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Runs a suite's workloads `rounds` times on each machine, turn by turn, and prints the medians and how many times Cor's each is. */
export async function race(suite: Suite, chosen: readonly string[], rounds: number): Promise<void> {
  console.log(`${suite.name}: milliseconds in a booted guest (median of ${rounds}, turn by turn)`);
  const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
  try {
    const image = join(folder, "workloads.img");
    writeFileSync(image, suite.disk(chosen));
    const all = suite.racers(image, folder, chosen);
    for (const { name, missing } of all) if (missing !== null) console.log(`  ${name} ${missing}`);
    const present = all.filter(({ missing }) => missing === null);
    const turns = new Map<Racer, Turn[]>(present.map((racer) => [racer, []]));
    for (let round = 0; round < rounds; round++) {
      for (const racer of present)
        if (round === 0 || racer.once !== true) turns.get(racer)!.push(await turn(racer, chosen.length));
    }
    print(chosen, turns);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(list: readonly string[], turns: ReadonlyMap<Racer, readonly Turn[]>): void {
  const [cor, ...others] = [...turns.keys()];
  const time = (racer: Racer, i: number) => median(turns.get(racer)!.map(({ times }) => times[i]!));
  const column = (text: string) => text.padStart(12);
  console.log(
    `  ${"".padEnd(16)}${column(cor!.name)}${others.map(({ name }) => column(name) + column("ratio")).join("")}`,
  );
  for (const [i, name] of list.entries()) {
    const results = new Set([...turns.values()].flatMap((all) => all.map(({ results }) => results[i]!)));
    results.delete(LACKS);
    const cells = others.map((racer) => {
      const theirs = time(racer, i);
      return Number.isNaN(theirs)
        ? column("lacks it") + column("")
        : column(theirs.toFixed(1)) + column(`${(theirs / time(cor!, i)).toFixed(2)} ×`);
    });
    const differ = results.size > 1 ? `  results differ: ${[...results].join(" ")}` : "";
    console.log(`  ${name.padEnd(16)}${column(time(cor!, i).toFixed(1))}${cells.join("")}${differ}`);
  }
  for (const racer of others) {
    const ratios = list.map((_, i) => time(racer, i) / time(cor!, i)).filter((ratio) => !Number.isNaN(ratio));
    if (ratios.length === 0) continue;
    const mean = geometricMean(ratios);
    console.log(`  Cor is ${mean.toFixed(2)} × as fast as ${racer.name} (geometric mean)`);
  }
}
