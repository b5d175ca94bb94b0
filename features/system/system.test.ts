/**
 * The system oracle: kernels of ours on Cor and on QEMU's translator, compared line by line; what may differ is in
 * differences.ts. Where QEMU is not installed, Cor is still held to what that list says of it.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutQemu } from "../../disks/testing/qemu.ts";
import { d, m } from "../../dsl/asm/operand.ts";
import type { Differences } from "./difference.ts";
import { differences } from "./differences.ts";
import { Kernel, SCRATCH } from "./kernel.ts";
import { kernels } from "./kernels.ts";
import { onCor, onQemu, type Said } from "./run.ts";

/** By case; the text before the first colon is its name. */
const textsOf = ({ lines }: Said): Map<string, string> =>
  new Map(lines.slice(0, -1).map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));

for (const [name, make] of Object.entries(kernels)) {
  const known: Differences = differences[name] ?? {};
  // Assembling a kernel takes longer than running it.
  let whole: Uint8Array | null = null;
  let run: Said | null = null;
  const onCorOnce = (): Said => {
    whole ??= make(new Set());
    run ??= onCor(whole);
    return run;
  };

  test(`${name}: Cor runs all cases and says what the manual does where QEMU does not`, () => {
    const cor = onCorOnce();
    const said = textsOf(cor);
    assert.equal(cor.lines.at(-1), "end");
    assert.equal(cor.end, "debug-exit");
    for (const [label, { cor: expected }] of Object.entries(known)) assert.equal(said.get(label), expected, label);
  });

  test(`${name}: translated, it says the same`, () => {
    const cor = onCorOnce();
    assert.deepEqual(onCor(whole!, { threshold: 4, cooling: 1, deferred: true, onlySeen: true }), cor);
  });

  test(`${name}: as on QEMU`, { skip: withoutQemu }, async () => {
    const lethal = Object.keys(known).filter((label) => known[label]!.qemu === null);
    const said = textsOf(onCorOnce());
    const qemu = await onQemu(lethal.length === 0 ? whole! : make(new Set(lethal)));
    assert.equal(qemu.lines.at(-1), "end", qemu.lines.slice(-3).join("\n"));
    const theirs = textsOf(qemu);
    assert.equal(theirs.size, said.size - lethal.length);
    for (const [label, text] of said) {
      if (lethal.includes(label)) continue;
      assert.equal(theirs.get(label), known[label]?.qemu ?? text, label);
    }
  });
}

test("a fault without an IDT ends in a shutdown on both", { skip: withoutQemu }, async () => {
  const kernel = new Kernel(32, new Set());
  const image = kernel.finish((a) => {
    a.mov(d(SCRATCH), 0);
    a.mov(d(SCRATCH + 4), 0);
    a.lidt(m(SCRATCH));
    a.ud2();
  });
  assert.equal(onCor(image).end, "triple-fault");
  assert.equal((await onQemu(image)).end, "triple-fault");
});
