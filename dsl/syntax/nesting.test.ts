import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { deepest, nestedTooDeeply } from "./nesting.ts";

const many = (text: string) => text.repeat(3 * deepest);

test("every way to nest without end is noticed", () => {
  const ways = [
    "(",
    "[",
    "{",
    "x = ",
    "a ? b : ",
    "b => ",
    "if (a) ",
    "if (a) ; else ",
    "if (a) { } else ",
    "a: ",
    "keyof ",
    "B<",
    "new ",
    "while (a) ",
    "for (;;) ",
    "B<C, ",
    "() => ",
    "!",
    "do ",
    "typeof ",
    "b ? {} : ",
  ];
  for (const way of ways) assert.notEqual(nestedTooDeeply(many(way)), null, way);
});

test("long is not deep", () => {
  const long = [
    "a = b;\n",
    "if (a) { b = c; } else { d = e; }\n",
    "if (a < b) f(a ? b : c);\n",
    "A = 1,\n",
    "{ a: 1, b: x => x },\n",
    '"((((",\n',
    "// ((( if else if\n",
    "field: Ptr<Arr<u8, 4>>;\n",
    "for (let i = 0; i < n; i++) x[i] = i;\n",
    "function f(a: u8): u8 { return a; }\n",
  ];
  for (const line of long) assert.equal(nestedTooDeeply(many(line)), null, line);
});

test("real sources are far below the limit", () => {
  const root = fileURLToPath(new URL("../check/", import.meta.url));
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".ts")) assert.equal(nestedTooDeeply(readFileSync(root + file, "utf8")), null, file);
  }
});
