import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, diagnosticsText } from "./compile.ts";
import { ManifestError, readManifest } from "./manifest.ts";

const good = `{
  "unsafe": { "kernel/page.ts": "tables", "boot/": "early" },
  "stacks": { "default": 16384 }
}`;

test("a manifest lists unsafe modules with reasons, and stacks", () => {
  const { unsafe, stacks } = readManifest(good, "cor.json");
  assert.deepEqual(
    [...unsafe],
    [
      ["kernel/page.ts", "tables"],
      ["boot/", "early"],
    ],
  );
  assert.deepEqual([...stacks], [["default", 16384]]);
  assert.equal(readManifest("{}", "cor.json").unsafe.size, 0);
});

test("a bad manifest is told in one line", () => {
  const bad: readonly [string, RegExp][] = [
    ["{", /^cor\.json is no JSON: /],
    ["[]", /the manifest is an object/],
    ['{ "unsave": {} }', /there is no section "unsave"/],
    ['{ "unsafe": ["a.ts"] }', /"unsafe" is an object/],
    ['{ "unsafe": { "a.ts": "" } }', /"a\.ts" may be unsafe, but why/],
    ['{ "unsafe": { "../a.ts": "x" } }', /neither a module/],
    ['{ "unsafe": { "boot": "x" } }', /neither a module/],
    ['{ "stacks": { "default": 1000 } }', /a multiple of 16/],
    ['{ "stacks": { "default": "4k" } }', /a multiple of 16/],
  ];
  for (const [text, message] of bad)
    assert.throws(
      () => readManifest(text, "cor.json"),
      (error) => error instanceof ManifestError && message.test(error.message) && !error.message.includes("\n"),
      text,
    );
});

test("a permission that nobody needs is told with its place in the manifest", () => {
  const manifest = readManifest('{\n  "unsafe": { "main.ts": "once it was" }\n}', "cor.json");
  const source = "export function main(): u32 {\n  return 1;\n}\n";
  const read = (file: string) => (file === "main.ts" ? source : null);
  assert.equal(
    diagnosticsText(compile({ entries: ["main.ts"], read, target: "linux", manifest })),
    `cor.json:2:15: main.ts is listed as unsafe and says nothing unsafe
      "unsafe": { "main.ts": "once it was" }
                  ^^^^^^^^^
  hint: take it out
  rule: docs/rules/unsafe.md`,
  );
});
