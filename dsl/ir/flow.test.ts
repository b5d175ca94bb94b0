import assert from "node:assert/strict";
import { test } from "node:test";
import { Flow } from "./flow.ts";
import { readProgram } from "./read.ts";
import type { Block } from "./ssa.ts";
import { successors } from "./visit.ts";

const nest = `function f(%c.0: i1) -> () {
entry.0:
  jump outer.1
outer.1:
  branch %c.0, inner.2, exit.5
inner.2:
  branch %c.0, inner.2, after.3
after.3:
  branch %c.0, outer.1, other.4
other.4:
  jump outer.1
exit.5:
  return
lost.6:
  jump exit.5
}`;

test("loops nest, with their latches", () => {
  const f = readProgram(nest).functions[0]!;
  const { loops, innermost } = new Flow(f).loops();
  assert.deepEqual(
    loops.map((l) => [l.header.label, l.depth, [...l.blocks].map((b) => b.label).sort(), l.latches.length]),
    [
      ["outer", 1, ["after", "inner", "other", "outer"], 2],
      ["inner", 2, ["inner"], 1],
    ],
  );
  assert.equal(loops[1]!.parent, loops[0]);
  assert.equal(innermost.get(f.blocks[3]!), loops[0]);
});

test("unreachable blocks precede nothing", () => {
  const f = readProgram(nest).functions[0]!;
  const flow = new Flow(f);
  assert.equal(flow.reachable(f.blocks[6]!), false);
  assert.deepEqual(
    flow.predecessors(f.blocks[5]!).map((b) => b.label),
    ["outer"],
  );
});

/** A graph of n blocks whose edges come from a small generator. */
function graph(n: number, seed: number) {
  let state = seed;
  const pick = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return ((state >>> 8) % (n - 1)) + 1;
  };
  const lines = ["function f(%c.0: i1) -> () {"];
  for (let at = 0; at < n; at++)
    lines.push(`b.${at}:`, pick() % 5 === 0 ? "  return" : `  branch %c.0, b.${pick()}, b.${pick()}`);
  return readProgram([...lines, "}"].join("\n")).functions[0]!;
}

test("dominance is what removing a block shows, on 200 random graphs", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const f = graph(4 + (seed % 12), seed);
    const flow = new Flow(f);
    const reach = (without: Block | null) => {
      const seen = new Set<Block>();
      const work = [f.blocks[0]!];
      for (let b = work.pop(); b !== undefined; b = work.pop()) {
        if (seen.has(b) || b === without) continue;
        seen.add(b);
        work.push(...successors(b));
      }
      return seen;
    };
    const all = reach(null);
    assert.deepEqual(new Set(flow.order), all);
    for (const a of all) {
      const rest = reach(a);
      for (const b of all) assert.equal(flow.dominates(a, b), !rest.has(b), `seed ${seed}: ${a.id} ${b.id}`);
      const strict = [...all].filter((b) => b !== a && flow.dominates(b, a));
      const immediate = flow.dominator(a);
      assert.equal(immediate === null, strict.length === 0);
      if (immediate !== null) assert.ok(strict.every((b) => flow.dominates(b, immediate)));
    }
    const frontiers = flow.frontiers();
    for (const a of all) {
      const expected = [...all].filter(
        (join) => flow.predecessors(join).some((p) => flow.dominates(a, p)) && !(a !== join && flow.dominates(a, join)),
      );
      assert.deepEqual(new Set(frontiers(a)), new Set(expected), `seed ${seed}: frontier of ${a.id}`);
    }
  }
});
