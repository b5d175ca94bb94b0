/** Every instruction of ir/machine.ts has its registers and its bytes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Builder, newFunction, noOrigin } from "../ir/build.ts";
import { machineOps } from "../ir/machine.ts";
import type { Operand } from "../ir/ssa.ts";
import { disassemble, missing } from "../out/oracle.ts";
import { compileFunction } from "./function.ts";
import { selectedMachineOps } from "./machine-ops.ts";
import { corKernel } from "./target.ts";

function compiled(name: string): Uint8Array {
  const op = machineOps[name]!;
  const f = newFunction(
    name,
    op.parameters.slice(0, 6).map((type) => ({ type })),
    op.results.slice(0, 2),
  );
  const b = new Builder(f);
  // More parameters than registers: the last is the first once more.
  const args: Operand[] = op.parameters.map((_, k) => f.parameters[k] ?? f.parameters[0]!);
  const results = b.machine(name, args, op.results);
  b.return(...results.slice(0, 2));
  assert.equal(b.current.terminator.origin, noOrigin);
  return compileFunction(f, corKernel, () => 0).code.bytes;
}

test("every machine instruction is selected", () => {
  assert.deepEqual([...selectedMachineOps].sort(), Object.keys(machineOps).sort());
});

/** What the manual calls them, where the name is another. */
const mnemonics: { readonly [name: string]: string } = {
  stiHlt: "sti hlt",
  readFlags: "pushf pop",
  writeFlags: "push popf",
  saveFlagsCli: "pushf pop cli",
  perCpuBase: "mov",
  stackPointer: "lea",
  returnAddress: "mov",
  int0x14: "int",
};

test("objdump reads back what was meant", { skip: missing("objdump") }, () => {
  for (const name of Object.keys(machineOps)) {
    const text = disassemble(compiled(name), 64)
      .map((i) => i.text)
      .join("; ");
    const plain = /^(?:read|write)([CDEFGS][a-z]+\d?)$/.test(name) && !name.endsWith("Flags");
    const wanted = mnemonics[name] ?? (plain ? "mov" : name.replace(/\d+$/, "").toLowerCase());
    for (const word of wanted.split(" ")) assert.match(text, new RegExp(`\\b${word}`), `${name}: ${text}`);
    if (plain)
      assert.match(text, new RegExp(`\\b${name.replace(/^read|^write/, "").toLowerCase()}\\b`), `${name}: ${text}`);
    assert.doesNotMatch(text, /\(bad\)/, name);
  }
});

test("registers that an instruction insists on, and callers keep, are given back", { skip: missing("objdump") }, () => {
  for (const name of ["cpuid", "int0x14"]) {
    const text = disassemble(compiled(name), 64).map((i) => i.text);
    const pushed = text.findIndex((one) => /^push\s+rbx$/.test(one));
    assert.ok(pushed >= 0 && text.findLastIndex((one) => /^pop\s+rbx$/.test(one)) > pushed, text.join("; "));
  }
});
