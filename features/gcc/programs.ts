/**
 * Programs that the host's gcc compiles, run natively and in a bare machine from the very same relocatable objects. Natively
 * gcc links them with a start of ours into a static executable; for the machine our linker puts them into the guest that
 * also the benchmarks use (64-bit mode, SSE and AVX on), where each program is one workload. A program's result is one word, so
 * whatever differs on the way shows; 0 is a program's word for a published answer that it missed.
 *
 * The programs are in the C files beside this one; a level is what gcc may assume of the processor (-march).
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestKernel, MEMORY_MIB, type Workload } from "../../bench/guest/frame.ts";
import { Assembler } from "../../dsl/asm/assembler.ts";
import { q } from "../../dsl/asm/operand.ts";
import { objectFromElf } from "../../dsl/out/elf-input.ts";
import { elfObject } from "../../dsl/out/elf-object.ts";
import { Label } from "../../dsl/out/expression.ts";
import { run, withFiles } from "../../dsl/out/oracle.ts";
import { eax, edi, edx, esi, rax, rsp } from "../../emulator/isa/registers.ts";
import { Machine } from "../../emulator/machine.ts";
import type { Tier } from "../../emulator/translator/tiers.ts";

/** What gcc may use, and the flags of /proc/cpuinfo that it takes to run it. */
const levels = {
  "x86-64": [],
  "x86-64-v2": ["sse4_2", "ssse3", "popcnt", "cx16"],
  "x86-64-v3": ["avx2", "fma", "bmi1", "bmi2", "f16c", "abm", "movbe"],
} as const;
export type Level = keyof typeof levels;
export const levelNames = Object.keys(levels) as Level[];

/** Instructions beyond all levels that files ask for themselves. */
const beyond: Readonly<Record<string, readonly string[]>> = {
  "aes.c": ["aes", "pclmulqdq", "sse4_2"],
  "sha.c": ["sha_ni"],
};

const folder = import.meta.dirname;
const support = "support.c";
export const sources: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".c") && name !== support)
  .sort();

/** A compiled file at one level: its object, and the programs in it in order. */
export interface Compiled {
  readonly level: Level;
  readonly source: string;
  readonly object: Uint8Array;
  readonly programs: readonly string[];
}

/** Which of the flags needed for a file at a level the host's processor lacks. */
export function lacks(source: string, level: Level): readonly string[] {
  const line = /^flags\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "";
  const flags = new Set(line.split(" "));
  return [...levels[level], ...(beyond[source] ?? [])].filter((flag) => !flags.has(flag));
}

function gcc(source: string, level: Level, prefix: string, scale: number): Uint8Array {
  return withFiles((file) => {
    const object = file("program.o", "");
    const freestanding = ["-ffreestanding", "-fno-pic", "-fno-stack-protector", "-fno-asynchronous-unwind-tables"];
    run(
      "gcc",
      ...["-std=gnu11", "-O3", "-Wall", "-Wextra", "-Wno-sign-compare", "-Werror", `-march=${level}`],
      ...[...freestanding, "-fno-math-errno", `-DLEVEL=${prefix}`, `-DSCALE=${scale}`],
      ...["-c", join(folder, source), "-o", object],
    );
    return readFileSync(object);
  });
}

/** Compiles a file for a level; `scale` is how often its programs repeat their work. */
export function compileSource(source: string, level: Level, scale: number): Compiled {
  const prefix = `${level.replaceAll("-", "_")}_`;
  const object = gcc(source, level, prefix, scale);
  const there = new Set(objectFromElf(object, source).symbols.map(({ name }) => name));
  const names = [...readFileSync(join(folder, source), "utf8").matchAll(/^PROGRAM\((\w+)\)/gm)].map(
    ([, name]) => name!,
  );
  return { level, source, object, programs: names.map((name) => prefix + name).filter((name) => there.has(name)) };
}

/** The support that gcc's code calls, for every processor. */
const supportObject = (): Uint8Array => gcc(support, "x86-64", "", 1);

const names = (compiled: readonly Compiled[]): readonly string[] => compiled.flatMap(({ programs }) => programs);

/** The results of all programs on the host's processor, in order, sixteen digits each. */
export function native(compiled: readonly Compiled[]): readonly string[] {
  const all = names(compiled);
  const a = new Assembler();
  const results = new Label("results");
  a.section(".bss", { align: 16 }, () => a.object(results, () => a.space(8 * all.length)));
  const start = new Label("_start");
  a.func(start, () => {
    for (const [i, name] of all.entries()) {
      a.call(a.extern(name));
      a.mov(q(results.plus(8 * i)), rax);
    }
    a.mov(eax, 1); // write
    a.mov(edi, 1);
    a.mov(esi, results);
    a.mov(edx, 8 * all.length);
    a.syscall();
    a.mov(eax, 60); // exit
    a.xor(edi, edi);
    a.syscall();
  });
  a.global(start);
  return withFiles((file) => {
    const objects = [elfObject(a.finish()), supportObject(), ...compiled.map(({ object }) => object)];
    const program = file("program", "");
    run("gcc", "-static", "-nostdlib", "-no-pie", "-o", program, ...objects.map((bytes, i) => file(`${i}.o`, bytes)));
    const said = run("sh", "-c", `${program} | od -An -v -t x8 -w8`);
    return said.trim().split(/\s+/);
  });
}

/** An ELF file with a PVH note that runs all programs in order. */
export function kernel(compiled: readonly Compiled[]): Uint8Array {
  const workloads = names(compiled).map((name): Workload => {
    return {
      name,
      about: "",
      run(a) {
        a.sub(rsp, 8); // RSP + 8 is a multiple of 16 at a function's entry
        a.call(a.extern(name));
        a.add(rsp, 8);
      },
    };
  });
  const objects = [supportObject(), ...compiled.map(({ object }) => object)];
  return guestKernel(
    workloads,
    objects.map((bytes, i) => objectFromElf(bytes, `${i}.o`)),
  );
}

/** What a machine said on port 0xE9, as results. */
const results = (said: string): readonly string[] =>
  [...said.matchAll(/^BE([0-9a-f]{16})$/gm)].map(([, word]) => word!);

export interface Outcome {
  readonly results: readonly string[];
  /** Executed by the guest in all. */
  readonly instructions: number;
  readonly cycles: number;
  /** Executed from the end of the program before to the end of each. */
  readonly each: readonly number[];
}

/** The results on Cor. Ends early where a program ends the machine. */
export function onCor(image: Uint8Array, tier: Tier): Outcome {
  let said = "";
  const ends: number[] = [];
  const machine: Machine = new Machine(
    { memory: MEMORY_MIB, kernel: { image }, tier },
    {
      output: (channel, byte) => {
        if (channel !== "debugcon") return;
        said += String.fromCharCode(byte);
        if (byte === 10) ends.push(machine.processor.instructions);
      },
    },
  );
  const stop = machine.run({ idle: "stop" });
  const { instructions } = machine.processor;
  const cycles = machine.clock.now;
  machine.close();
  if (stop.kind !== "halted") throw new Error(`after ${results(said).length} programs: ${JSON.stringify(stop)}`);
  const each = ends.map((end, i) => end - (ends[i - 1] ?? 0));
  return { results: results(said), instructions, cycles, each };
}

/** Milliseconds without a word after which QEMU is taken to hang. */
const PATIENCE = 30_000;

/** The results on QEMU's translator with all that it knows; fewer than `count` if it ends or hangs. */
export async function onQemu(image: Uint8Array, count: number): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "cor-gcc-"));
  try {
    const file = join(folder, "kernel.elf");
    writeFileSync(file, image);
    const quiet = ["-display", "none", "-serial", "none", "-monitor", "none", "-no-reboot", "-debugcon", "stdio"];
    const machine = ["-accel", "tcg", "-cpu", "max", "-m", String(MEMORY_MIB), "-kernel", file];
    const child = spawn("qemu-system-x86_64", [...machine, ...quiet], { stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    child.stdout.setEncoding("latin1").on("data", (text: string) => {
      said += text;
      timer.refresh();
      if (results(said).length === count) child.kill("SIGKILL");
    });
    await new Promise((resolve) => child.on("close", resolve));
    clearTimeout(timer);
    return results(said);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Programs whose results differ, one line each. */
export function differences(
  compiled: readonly Compiled[],
  expected: readonly string[],
  got: readonly string[],
): readonly string[] {
  return names(compiled).flatMap((name, i) =>
    got[i] === expected[i] ? [] : [`${name}: ${got[i] ?? "nothing"}, natively ${expected[i]}`],
  );
}
