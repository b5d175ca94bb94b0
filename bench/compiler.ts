/**
 * How good the compiler's code is: kernels in the small in our language, bounds checks and all, beside the same in C through
 * gcc -O2, in one executable that runs them in turns. Prints the median time and the code size of each, and the geometric
 * mean of the times relative to gcc's. Then how long the compiler itself takes (compiler/speed.ts).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { elfObject } from "../dsl/out/elf-object.ts";
import { measureCompiler } from "./compiler/speed.ts";
import { compileTwins, twinNames, twinsFolder } from "./compiler/twins.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
try {
  const at = (name: string) => join(folder, name);
  writeFileSync(at("ours.o"), elfObject(compileTwins()));
  const flags = ["-O2", "-fno-tree-vectorize", "-no-pie", "-fno-pie"];
  const gcc = (...args: string[]) =>
    execFileSync("gcc", [...flags, ...args], { stdio: ["ignore", "inherit", "inherit"] });
  const theirs = twinNames.map((name) => {
    gcc("-c", join(twinsFolder, `${name}.c`), "-o", at(`${name}.o`));
    return at(`${name}.o`);
  });
  gcc(join(twinsFolder, "../drive.c"), at("ours.o"), ...theirs, "-o", at("drive"), "-Wl,-z,noexecstack");
  const sizes = new Map<string, number>();
  for (const line of execFileSync("nm", ["-S", at("drive")], { encoding: "utf8" }).split("\n")) {
    const [, size, , name] = line.split(" ");
    if (name !== undefined) sizes.set(name, Number.parseInt(size!, 16));
  }
  console.log("kernel       ours ms    gcc ms   ratio    bytes  gcc bytes");
  const ratios: number[] = [];
  for (const line of execFileSync(at("drive"), { encoding: "utf8" }).trim().split("\n")) {
    const [name, ours, theirs] = line.split(" ") as [string, string, string];
    const ratio = Number(ours) / Number(theirs);
    ratios.push(ratio);
    const ms = (ns: string) => (Number(ns) / 1e6).toFixed(3).padStart(9);
    const bytes = (symbol: string) => String(sizes.get(symbol)).padStart(8);
    console.log(
      `${name.padEnd(10)} ${ms(ours)} ${ms(theirs)} ${ratio.toFixed(2).padStart(7)} ${bytes(name)}   ${bytes(`c_${name}`)}`,
    );
  }
  const mean = Math.exp(ratios.reduce((sum, r) => sum + Math.log(r), 0) / ratios.length);
  console.log(`geometric mean ${mean.toFixed(3)}, worst ${Math.max(...ratios).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true });
}

if (!process.argv.includes("--code")) measureCompiler();
