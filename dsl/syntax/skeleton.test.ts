/** A module from its skeleton is the module that its source is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Program } from "oxc-parser";
import { digestOf, ModuleCache, parseModule } from "./modules.ts";
import { skeletonOf } from "./skeleton.ts";

const TEXT = `import { other } from "./other.ts";
const limits = [1, 2.5];
@affine
export class Guard {
  private count: u32;
  constructor() {}
  take(more = other(1)): u32 {
    const name = \`a text\`;
    return this.count + more + u32(name.length);
  }
}
export function twice(x: u32): u32 {
  const f = (y: u32) => y * 2;
  return f(x);
}
declare function outside(): void;
`;

const plain = (program: Program): unknown => JSON.parse(JSON.stringify(program));

test("a skeleton has no insides of functions, and gives them to who looks", () => {
  const parsed = parseModule("src/m.ts", TEXT);
  assert.deepEqual(parsed.diagnostics, []);
  const skeleton = skeletonOf(parsed.program)!;
  assert.doesNotMatch(skeleton, /ReturnStatement/);
  assert.match(skeleton, /"count"/);
  const cache = new ModuleCache();
  const digest = digestOf("src/m.ts", TEXT);
  cache.accepted = new Set([digest]);
  cache.skeleton = (wanted) => (wanted === digest ? skeleton : null);
  const again = cache.parse("src/m.ts", TEXT);
  assert.equal(skeletonOf(again.program), skeleton);
  assert.deepEqual(plain(again.program), plain(parsed.program));
});

test("a module with something that is no plain text has no skeleton", () => {
  assert.equal(skeletonOf(parseModule("src/m.ts", "const large = 12345678901234567890n;\n").program), null);
});
