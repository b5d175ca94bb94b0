/** The benchmarks' own programs: they compile, and the guest that runs them says the same results as before. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Machine } from "../../emulator/machine.ts";
import { compute32 } from "./compute32.ts";
import { END, MEMORY_MIB } from "./frame.ts";
import { guestKernel32 } from "./frame32.ts";
import { workloadKernel, workloads } from "./image.ts";
import { nativeProgram } from "./native.ts";

/** What a guest says of its workloads, as numbers, in their order. */
function resultsOf(kernel: Uint8Array): readonly number[] {
  let said = "";
  const machine = new Machine(
    { memory: MEMORY_MIB, kernel: { image: kernel, name: "workloads" } },
    { output: (channel, byte) => channel === "debugcon" && (said += String.fromCharCode(byte)) },
  );
  assert.equal(machine.run({ instructions: 5_000_000_000 }).kind, "halted", said);
  return numbersIn(said);
}

const numbersIn = (said: string): readonly number[] =>
  said
    .trim()
    .split("\n")
    .map((line) => Number.parseInt(line.split(END)[1]!, 16));

test("a guest with workloads of each kind runs them and tells their results", () => {
  const chosen = workloads.filter(({ name }) => ["fib", "rep-movs", "interrupt"].includes(name));
  const results = resultsOf(workloadKernel(chosen));
  assert.equal(results.length, chosen.length);
  assert.equal(results[chosen.findIndex(({ name }) => name === "fib")], 9_227_465);
});

test("the guest of 32-bit code does too", () => {
  const chosen = compute32.filter(({ name }) => ["fib", "int-iret", "page-fault"].includes(name));
  const results = resultsOf(guestKernel32(chosen));
  assert.deepEqual(results.slice(0, 2), [5_702_887, 1_000_000]);
  assert.equal(results.length, chosen.length);
});

const isNative = process.platform === "linux" && process.arch === "x64";

test("the host's processor comes to the same results", { skip: !isNative && "needs an x86-64 host" }, () => {
  const chosen = workloads.filter(({ name }) => ["fib", "search", "strlen-sse2", "address-space"].includes(name));
  const folder = mkdtempSync(join(tmpdir(), "cor-bench-"));
  try {
    const program = join(folder, "native");
    writeFileSync(program, nativeProgram(chosen), { mode: 0o755 });
    const { stdout, status } = spawnSync(program, { encoding: "latin1" });
    assert.equal(status, 0);
    const expected = resultsOf(workloadKernel(chosen));
    const needsRing0 = chosen.findIndex(({ name }) => name === "address-space");
    assert.deepEqual(numbersIn(stdout), expected.with(needsRing0, Number.NaN));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
