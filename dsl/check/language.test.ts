/** The listings of docs/kernel-language.md are one module, and get the verdicts written in them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkProgram, showDiagnostics } from "./check.ts";

const page = readFileSync(new URL("../../docs/kernel-language.md", import.meta.url), "utf8");
const listings = [...page.matchAll(/^```ts\n([\s\S]*?)\n```$/gm)].map(([, listing]) => listing);

function checkText(text: string) {
  return checkProgram({ entries: ["page.ts"], read: (file) => (file === "page.ts" ? text : null), unsafe: [] });
}

test("the language's page: every listing means what it says", () => {
  const text = listings.join("\n");
  const expected = text.split("\n").flatMap((line, index) => {
    const found = /\/\/ error: (.*)$/.exec(line);
    return found ? [`${index + 1}: ${found[1]}`] : [];
  });
  const { diagnostics } = checkText(text);
  assert.deepEqual(
    diagnostics.map(({ site, message }) => {
      const wanted = expected.find(
        (line) => line.startsWith(`${site.line}: `) && `${site.line}: ${message}`.startsWith(line),
      );
      return wanted ?? `${site.line}: ${message}`;
    }),
    expected,
  );
  assert.ok(expected.length >= 5);
});

test("the language's page: without the mistakes it is a program", () => {
  const checked = checkText(
    listings
      .join("\n")
      .split("\n")
      .filter((line) => !line.includes("// error:"))
      .join("\n")
      .replace("const next = ref(page[1]);", "return page[1].owner;"),
  );
  assert.ok(checked.program, showDiagnostics(checked));
  assert.deepEqual(
    checked.program.roots.map(({ kind }) => kind),
    ["interrupt", "exception", "entry"],
  );
});
