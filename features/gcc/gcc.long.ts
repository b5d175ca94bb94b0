/** All programs that gcc compiled, at all levels, a hundred million instructions: on Cor, natively, and on QEMU what QEMU can. */
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { withoutQemu } from "../../disks/testing/qemu.ts";
import { missing } from "../../dsl/out/oracle.ts";
import { runsHere } from "../../dsl/x64/native.ts";
import { compileSource, differences, kernel, lacks, levelNames, native, onCor, onQemu, sources } from "./programs.ts";

const skip = runsHere || missing("gcc", "od");
const SCALE = 2;

/** What QEMU 7.2 has not: SHA. */
const notOnQemu = ["sha.c"];
/**
 * Where QEMU 7.2 computes otherwise than processors do: the flags of denormal operands and tiny results in MXCSR, and what FPREM leaves in
 * the condition codes.
 */
const otherOnQemu = ["flags", "fused_limits", "remainders", "roundings", "tiny_numbers"];

for (const level of levelNames)
  describe(`programs compiled by gcc -O3 -march=${level}`, { skip }, () => {
    const left = skip ? [] : sources.filter((source) => lacks(source, level).length === 0);
    const compiled = left.map((source) => compileSource(source, level, SCALE));
    const expected = skip ? [] : native(compiled);

    test("compute the same as on the host's processor", { skip: left.length === 0 }, (context) => {
      const image = kernel(compiled);
      const interpreted = onCor(image, "interpreter");
      const { results, instructions } = interpreted;
      assert.deepEqual(differences(compiled, expected, results), []);
      assert.ok(!results.includes("0".repeat(16)), "a published answer was missed");
      assert.deepEqual(onCor(image, "translator"), interpreted);
      context.diagnostic(`${results.length} programs, ${instructions} instructions`);
      for (const source of sources)
        if (!left.includes(source)) context.diagnostic(`${source} left out: no ${lacks(source, level).join(", ")}`);
    });

    test("compute the same on QEMU", { skip: withoutQemu || left.length === 0 }, async () => {
      const known = compiled.filter(({ source }) => !notOnQemu.includes(source));
      const all = native(known);
      const results = await onQemu(kernel(known), all.length);
      const differ = differences(known, all, results);
      assert.deepEqual(
        differ.filter((line) => !otherOnQemu.some((name) => line.includes(`_${name}:`))),
        [],
      );
    });
  });
