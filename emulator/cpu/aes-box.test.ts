import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockValues } from "../translator/block-values.ts";
import { substitute, substituteInversely } from "./aes-box.ts";
import type { Builder, Value } from "./builder.ts";
import type { Node } from "./ir.ts";

/** What an operation makes of all bytes: a graph of constants is folded. */
function table(operation: (b: Builder, x: Value) => Value): number[] {
  const b = new BlockValues();
  return Array.from({ length: 16 }, (_, row) => {
    const bytes = Array.from({ length: 16 }, (_, i) => BigInt(16 * row + i) << BigInt(8 * i));
    const node = operation(
      b as unknown as Builder,
      b.constant(
        128,
        bytes.reduce((x, y) => x | y),
      ),
    ) as Node;
    assert.equal(node.op, "const");
    const { value } = node as Extract<Node, { op: "const" }>;
    return bytes.map((_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
  }).flat();
}

test("the S-box is that of FIPS 197, and its inverse undoes it", () => {
  const box = table(substitute);
  // Figure 7: the first row, and some of the others.
  assert.equal(Buffer.from(box.slice(0, 16)).toString("hex"), "637c777bf26b6fc53001672bfed7ab76");
  assert.deepEqual(
    [0x53, 0x7f, 0x80, 0xc5, 0xff].map((x) => box[x]),
    [0xed, 0xd2, 0xcd, 0xa6, 0x16],
  );
  const back = table(substituteInversely);
  assert.deepEqual(
    box.map((y) => back[y]),
    Array.from(box.keys()),
  );
});
