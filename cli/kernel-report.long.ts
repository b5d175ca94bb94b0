/** The page about the kernel can be made, and no stack was ever deeper than the compiler says it can be. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { diskImage } from "../disks/build.ts";
import { compileKernel, memoryOf } from "../kernel/image.ts";
import { kernelReport } from "./kernel-report.ts";
import { ENTRY_BYTES, measureStacks } from "./measure-stacks.ts";
import { ownDisk, ownObjects, ownRoot } from "./own.ts";

test("what is measured stays below what is computed, and stands beside it on the page", async () => {
  const kernel = compileKernel({ store: await ownObjects() });
  const work = "usertests -q 'open'; ls -l / | sort > /tmp/x; cat /tmp/x; rm /tmp/x; sync";
  const disk = diskImage(memoryOf(kernel), await ownRoot());
  assert.ok(Buffer.from(await ownDisk()).equals(disk), "the disk that is kept is the one that the sources give");
  const measured = measureStacks(kernel, disk, work, 40_000_000);
  const { entries } = kernel.stack!;
  const seen = entries.filter(({ name }) => measured.depths.has(name));
  assert.ok(seen.length > 35, `only ${seen.length} entries were seen`);
  for (const { name, worst } of seen) {
    const depth = measured.depths.get(name)!;
    assert.ok(depth <= worst! + ENTRY_BYTES, `${name}: ${depth} bytes, computed ${worst}`);
  }
  const page = kernelReport(kernel, readFileSync(join(import.meta.dirname, "../cor.json"), "utf8"), measured);
  const deepest = Math.max(...seen.map(({ name }) => measured.depths.get(name)!));
  for (const text of ["## Stacks", "## Effects", "## Lock order", "## Unsafe modules", "## Size", `| ${deepest} |`])
    assert.ok(page.includes(text), text);
});
