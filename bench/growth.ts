/**
 * How costs grow: the time of an instruction while a program's memory grows from 1 MiB to 2 GiB, and while its code grows from
 * 10 KiB to 20 MiB, on Cor and on QEMU, and what the machine's processes hold of the host's memory meanwhile.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskImage } from "../disks/build.ts";
import { median } from "./compare.ts";
import { guestKernel } from "./guest/frame.ts";
import { codeSizes, GROWTH_MEMORY_MIB, type Step, workingSets } from "./guest/growth.ts";
import { cor, qemu, type Racer } from "./racers.ts";
import { type Turn, turn } from "./turn.ts";

const curves: readonly { readonly name: string; readonly steps: readonly Step[] }[] = [
  { name: "memory", steps: workingSets },
  { name: "code", steps: codeSizes },
];

/** Prints the curves: medians of `rounds` turns. */
export async function growth(rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
  try {
    for (const { name, steps } of curves) {
      const image = join(folder, `${name}.img`);
      const kernel = guestKernel(
        steps.map(({ workload }) => workload),
        [],
      );
      writeFileSync(image, diskImage(kernel));
      const racers = [cor(image, GROWTH_MEMORY_MIB), qemu(image, GROWTH_MEMORY_MIB)];
      const present = racers.filter(({ missing }) => missing === null);
      const turns = new Map<Racer, Turn[]>(present.map((racer) => [racer, []]));
      for (let round = 0; round < rounds; round++)
        for (const racer of present) turns.get(racer)!.push(await turn(racer, steps.length));
      print(name, steps, turns);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(curve: string, steps: readonly Step[], turns: ReadonlyMap<Racer, readonly Turn[]>): void {
  console.log(`growth of ${curve}: nanoseconds an instruction, and MiB that the machine holds`);
  const names = [...turns.keys()].map(({ name }) => `${name.padStart(10)} ns${"MiB".padStart(9)}`);
  console.log(`  ${"".padEnd(10)}${names.join("")}`);
  for (const [i, { bytes, instructions }] of steps.entries()) {
    const cells = [...turns.values()].map((all) => {
      const time = (median(all.map(({ times }) => times[i]!)) * 1e6) / instructions;
      const memory = median(all.map((one) => one.memory[i]!)) / 2 ** 20;
      return time.toFixed(2).padStart(13) + memory.toFixed(0).padStart(9);
    });
    const size = bytes >= 1 << 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 1024} KiB`;
    console.log(`  ${size.padStart(10)}${cells.join("")}`);
  }
}
