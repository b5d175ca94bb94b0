/** The benchmarks' own programs: they compile, and the guest that runs them says the same results as before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Machine } from "../../emulator/machine.ts";
import { END, MEMORY_MIB } from "./frame.ts";
import { workloadKernel, workloads } from "./image.ts";

test("a guest with workloads of each kind runs them and tells their results", () => {
  const chosen = workloads.filter(({ name }) => ["fib", "decimal", "rep-stos", "interrupt"].includes(name));
  let said = "";
  const machine = new Machine(
    { memory: MEMORY_MIB, kernel: { image: workloadKernel(chosen), name: "workloads" } },
    { output: (channel, byte) => channel === "debugcon" && (said += String.fromCharCode(byte)) },
  );
  assert.equal(machine.run({ instructions: 1_000_000_000 }).kind, "halted");
  const results = said
    .trim()
    .split("\n")
    .map((line) => line.split(END)[1]);
  assert.equal(results.length, chosen.length, said);
  const fib = chosen.findIndex(({ name }) => name === "fib");
  assert.equal(Number.parseInt(results[fib]!, 16), 1_346_269);
});
