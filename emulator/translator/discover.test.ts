/** What belongs to a region where a large one ends, and where another one begins. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultModel } from "../cpu/cpuid.ts";
import { CodeReader, discover } from "./discover.ts";

/** test eax,eax; jz over the next; inc eax: a fork whose ways meet behind 2 bytes. */
const FORK = [0x85, 0xc0, 0x74, 0x02, 0xff, 0xc0];
const FORKS = 600;
const AT = 0x1000;

function blocksFrom(rip: bigint, { taken = -1, others = [] as readonly bigint[] } = {}) {
  const bytes = new Uint8Array(2 * AT);
  for (let i = 0; i < FORKS; i++) bytes.set(FORK, AT + i * FORK.length);
  const locate = (at: bigint) => (at < FORKS * FORK.length && Number(at) !== taken ? AT + Number(at) : 0);
  const isTaken = (host: number) => host - AT === taken;
  const frame = (host: number) => bytes.subarray(host, host + AT);
  const source = {
    frame,
    mode: 64,
    model: defaultModel,
    timing: "simple",
    locate,
    isTaken,
    targets: () => [],
  } as const;
  const rings = { user: false, systemCalls: null, traps: null };
  const { blocks, entries } = discover(new CodeReader(source), rip, rings, new Set(others))!;
  const all = [...blocks.values()];
  const inside = new Set(all.flatMap(({ sites }) => sites.map((site) => site.rip)));
  const out = all.flatMap(({ sites }) => {
    const last = sites.at(-1)!;
    const next = last.rip + BigInt(last.instruction.length);
    return last.instruction.row.cost === "branch" ? [next, next + 2n] : [next];
  });
  const leaves = [...new Set(out.filter((to) => !inside.has(to)))];
  return { entries: entries.map((entry) => entry.rip), leaves, inside };
}

test("a region that is large enough ends where the ways of its last fork meet", () => {
  const { leaves, inside } = blocksFrom(0n);
  assert.ok(inside.size > 100 && inside.size < 3 * FORKS);
  assert.equal(leaves.length, 1);
});

test("a region ends before another one, in the midst of a line too", () => {
  const { leaves, inside } = blocksFrom(4n, { taken: 6 });
  assert.deepEqual([...inside], [4n]);
  assert.deepEqual(leaves, [6n]);
});

test("who wants to enter a few instructions behind a region's beginning enters the same region", () => {
  assert.deepEqual(blocksFrom(4n, { others: [6n] }).entries, [4n, 6n]);
  assert.deepEqual(blocksFrom(4n, { others: [6n * 100n] }).entries, [4n]);
});
