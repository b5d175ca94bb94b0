/**
 * The processor at work, on Cor and its neighbours: one disk image boots on each of them in turn and runs all workloads.
 * What counts is the time between a workload's two marks on port 0xE9, read on the clock on the wall outside, so neither boot
 * time nor the machine's own idea of time matter. All must come to the same results.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { median } from "./compare.ts";
import { BEGIN, END, LACKS, MEMORY_MIB, type Workload } from "./guest/frame.ts";
import { workloadDisk, workloads } from "./guest/image.ts";

export const workloadNames: readonly string[] = workloads.map(({ name }) => name);

interface Turn {
  /** Milliseconds, in the workloads' order; NaN where the machine lacks what it takes. */
  readonly times: readonly number[];
  readonly results: readonly string[];
}

interface Racer {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly missing: string | null;
}

/** Longest time in milliseconds that one machine may take for all workloads. */
const PATIENCE = 600_000;

/** One machine runs all workloads of the image. */
function turn({ name, program, args }: Racer, count: number): Promise<Turn> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const times: number[] = [];
    const results: string[] = [];
    const said: string[] = [];
    let line = "";
    let began = 0;
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    child.stderr.on("data", (part) => said.push(String(part)));
    child.stdout.on("data", (part) => {
      const now = performance.now();
      for (const letter of part.toString("latin1")) {
        if (letter !== "\n") line += letter;
        if (line === BEGIN) began = now;
        if (letter !== "\n") continue;
        const end = new RegExp(`^${BEGIN}${END}([0-9a-f]{16}|${LACKS})$`).exec(line);
        if (end !== null) {
          // What begins and ends in one piece of output took less than a millisecond.
          times.push(end[1] === LACKS ? Number.NaN : Math.max(now - began, 0.5));
          results.push(end[1]!);
          if (times.length === count) child.kill("SIGKILL");
        }
        line = "";
      }
    });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      if (times.length === count) resolve({ times, results });
      else
        reject(new Error(`${name} ended after ${times.length} of ${count} workloads:\n${said.join("").slice(-2000)}`));
    });
  });
}

function racers(folder: string): readonly Racer[] {
  const image = join(folder, "workloads.img");
  const launcher = resolve(import.meta.dirname, "../bin/cor.mjs");
  const here = (program: string) => (spawnSync(program, ["--help"]).error === undefined ? null : "is not installed");
  const qemu = "qemu-system-x86_64";
  const bochsRoms = ["/usr/share/bochs/BIOS-bochs-latest", "/usr/share/vgabios/vgabios.bin"];
  const configuration = join(folder, "bochsrc");
  const commands = join(folder, "commands");
  writeFileSync(commands, "c\n"); // Debian builds Bochs with its debugger: continue
  writeFileSync(
    configuration,
    `plugin_ctrl: speaker=0
config_interface: textconfig
display_library: rfb, options="timeout=0"
memory: guest=${MEMORY_MIB}, host=${MEMORY_MIB}
romimage: file=${bochsRoms[0]}
vgaromimage: file=${bochsRoms[1]}
ata0-master: type=disk, path="${image}", mode=volatile
boot: disk
port_e9_hack: enabled=1
cpu: model=ryzen, ips=400000000
clock: sync=none
log: ${join(folder, "bochs.log")}
`,
  );
  const cor = ["run", "--time", "fast", "--memory", String(MEMORY_MIB), "--serial", "none", "--debugcon", "stdio"];
  const drive = ["-drive", `file=${image},format=raw,snapshot=on`];
  const quiet = ["-display", "none", "-serial", "none", "-monitor", "none", "-debugcon", "stdio"];
  return [
    { name: "Cor", program: process.execPath, args: [launcher, ...cor, "--disk", `${image},snapshot`], missing: null },
    {
      name: "QEMU TCG",
      program: qemu,
      args: ["-accel", "tcg", "-cpu", "max", "-m", String(MEMORY_MIB), ...quiet, ...drive],
      missing: here(qemu),
    },
    {
      name: "Bochs",
      program: "bochs",
      args: ["-q", "-f", configuration, "-rc", commands],
      missing: here("bochs") ?? (bochsRoms.every((rom) => existsSync(rom)) ? null : "has no bochsbios and vgabios"),
    },
  ];
}

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Runs the workloads `rounds` times on each machine, turn by turn, and prints the medians and how many times Cor's each is. */
export async function race(chosen: readonly string[], rounds: number): Promise<void> {
  const list = workloads.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  console.log(`workloads: milliseconds in a booted guest (median of ${rounds}, turn by turn)`);
  const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
  try {
    writeFileSync(join(folder, "workloads.img"), workloadDisk(list));
    const all = racers(folder);
    for (const { name, missing } of all) if (missing !== null) console.log(`  ${name} ${missing}`);
    const present = all.filter(({ missing }) => missing === null);
    const turns = new Map<Racer, Turn[]>(present.map((racer) => [racer, []]));
    for (let round = 0; round < rounds; round++) {
      for (const racer of present) turns.get(racer)!.push(await turn(racer, list.length));
    }
    print(list, turns);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(list: readonly Workload[], turns: ReadonlyMap<Racer, readonly Turn[]>): void {
  const [cor, ...others] = [...turns.keys()];
  const time = (racer: Racer, i: number) => median(turns.get(racer)!.map(({ times }) => times[i]!));
  const column = (text: string) => text.padStart(12);
  console.log(
    `  ${"".padEnd(16)}${column(cor!.name)}${others.map(({ name }) => column(name) + column("ratio")).join("")}`,
  );
  for (const [i, { name }] of list.entries()) {
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
