/**
 * The kernel under load, on Cor and on QEMU: every test of system calls twenty times, with all memory where it was after each round; and
 * 10⁹ instructions of forks, pipes, file churn, mappings, signals and one that takes all memory, again and again. Nothing
 * panics, nothing leaks, nothing comes out wrong, and after power-off e2fsck finds nothing on the disk.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ownDisk } from "../../cli/own.ts";
import { Qemu, withoutQemu } from "../../disks/testing/qemu.ts";
import { FileSystemFile, rootOf, withoutJudges } from "./judges.ts";
import { EnduranceMachine } from "./machine.ts";
import { Platter } from "./platter.ts";

const ROUNDS = 20;
/** Rounds of stress, of about 36 million instructions each. */
const STRESS_ROUNDS = 32;
const INSTRUCTIONS = 1e9;

/** A machine at the prompt: what it says until a text comes, and its disk when it is off. */
interface Load {
  type(text: string): void;
  see(text: string): Promise<void>;
  readonly said: string;
  /** Null where nobody counts. */
  readonly instructions: number | null;
  off(): Promise<Uint8Array>;
  [Symbol.asyncDispose](): Promise<void>;
}

async function onCor(): Promise<Load> {
  const img = await ownDisk();
  const platter = new Platter(img);
  const it = new EnduranceMachine({
    disks: [{ image: img }],
    watch: (access) => {
      platter.take(access);
      return true;
    },
  });
  await it.boot();
  return {
    type: (text) => it.type(text),
    see: (text) => it.see(text, 2e9),
    get said() {
      return it.log;
    },
    get instructions() {
      return it.instructions;
    },
    async off() {
      await it.off();
      return platter.now;
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function onQemu(): Promise<Load> {
  const img = await ownDisk();
  let path = "";
  const it = new Qemu((folder) => {
    path = join(folder, "cor.img");
    writeFileSync(path, img);
    return ["-drive", `file=${path},format=raw,if=ide`, "-nic", "none"];
  });
  let seen = await it.sees("~ # ");
  return {
    type: (text) => it.type(text),
    async see(text) {
      seen = await it.sees(text, seen);
    },
    get said() {
      return it.serial;
    },
    instructions: null,
    async off() {
      it.type("poweroff\r");
      assert.equal(await it.ends(), 0);
      return readFileSync(path);
    },
    [Symbol.asyncDispose]: () => it[Symbol.asyncDispose](),
  };
}

const machines: readonly [name: string, make: () => Promise<Load>, skip: string | false][] = [
  ["Cor", onCor, false],
  ["QEMU", onQemu, withoutQemu],
];

function assertClean(image: Uint8Array): void {
  const { from, to } = rootOf(image);
  using root = new FileSystemFile(image.subarray(from, to));
  root.assertClean("the root after power-off");
}

for (const [name, make, missing] of machines) {
  const skip = missing || withoutJudges;

  test(`${name}: usertests ${ROUNDS} times, with all memory where it was after each round`, {
    skip,
  }, async (context) => {
    await using load = await make();
    load.type(`usertests -n ${ROUNDS}\r`);
    for (let round = 1; round <= ROUNDS; round++) await load.see(`round ${round}: `);
    await load.see("ALL TESTS PASSED");
    const rounds = [
      ...load.said.matchAll(/round \d+: (\d+) tests passed, 0 failed, (\d+) frames free, (\d+) in slabs/g),
    ];
    const sums = rounds.map(([, , free, slabs]) => Number(free) + Number(slabs));
    const tests = Number(rounds[0]?.[1]);
    context.diagnostic(`${tests} tests; free frames ${rounds.map(([, , free]) => free)}; with slabs ${sums}`);
    assert.ok(tests >= 150);
    assert.deepEqual(sums.slice(1), Array(ROUNDS - 1).fill(sums[1]));
    assert.ok(!load.said.includes("PANIC"));
    assertClean(await load.off());
  });

  test(`${name}: stress for ${STRESS_ROUNDS} rounds`, { skip }, async (context) => {
    await using load = await make();
    const from = load.instructions ?? 0;
    load.type(`stress -n ${STRESS_ROUNDS}\r`);
    for (let round = 1; round <= STRESS_ROUNDS; round++)
      await load.see(`round ${round} of ${STRESS_ROUNDS}, 0 mistakes`);
    await load.see("stress: all is well");
    const instructions = load.instructions === null ? null : load.instructions - from;
    context.diagnostic(`${instructions ?? "an unknown number of"} instructions`);
    assert.ok(instructions === null || instructions >= INSTRUCTIONS, `${instructions} instructions`);
    assert.ok(!load.said.includes("PANIC"));
    assertClean(await load.off());
  });
}
