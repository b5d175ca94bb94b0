import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TextWatch } from "./text-watch.ts";

test("a text is seen at its last byte, wherever includes() would see it", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom("a", "b", "é") }),
      fc.string({ maxLength: 60, unit: fc.constantFrom("a", "b", "é") }),
      (text, stream) => {
        const watch = new TextWatch(text);
        let seen = "";
        for (const letter of stream) {
          seen += letter;
          const complete = [...new TextEncoder().encode(letter)].map((byte) => watch.push(byte)).includes(true);
          assert.equal(complete, seen.endsWith(text));
        }
      },
    ),
  );
});
