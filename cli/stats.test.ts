/** What `--stats` says. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Assembler } from "../dsl/asm/assembler.ts";
import { elfExecutable } from "../dsl/out/elf-executable.ts";
import { Label } from "../dsl/out/expression.ts";
import { link } from "../dsl/out/link.ts";
import { describeStats } from "./stats.ts";

const totals = { instructions: 1000, cycles: 2000, hostMs: 1, regions: 1, translated: 5 };
const left = { elsewhere: 3, instruction: 0, memory: 1, time: 2, quick: 0 };

test("regions are named by the kernel's symbols", () => {
  const a = new Assembler({ bits: 64 });
  const entry = new Label("start");
  a.section(".text", { align: 4096 });
  a.func(entry, () => {
    a.nop();
    a.ret();
  });
  const folder = mkdtempSync(join(tmpdir(), "cor-stats-"));
  try {
    const kernel = join(folder, "kernel.elf");
    const code = link([a.finish()], { entry, regions: [{ address: 0x10_0000, sections: [".text"] }] });
    writeFileSync(kernel, elfExecutable(code));
    const hottest = [
      { rip: 0x10_0001n, entered: 4, instructions: 250, left },
      { rip: 0x5n, entered: 1, instructions: 1, left },
    ];
    const text = describeStats({ ...totals, hottest, left }, kernel);
    assert.match(text, /^left {10}3 times to other code\nleft {10}1 times for memory that is not plain$/m);
    assert.match(text, /^hot +25\.0 % {2}100001 <start\+1h>: entered 4 times, 63 instructions each$/m);
    assert.match(text, / 5: entered 1 times/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("without translated code there is nothing more to say", () => {
  const text = describeStats({ ...totals, hottest: [], left: null }, null);
  assert.match(text, /^speed {9}1\.0 million instructions a second$/m);
  assert.doesNotMatch(text, /^(left|hot)/m);
});
