/** Where ACPI's root pointer is searched, and what is taken for one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findRootPointer } from "./rsdp.ts";

const LENGTH = { first: 20, second: 36 } as const;

/** The first mebibyte with root pointers of these revisions. */
function memory(pointers: readonly { readonly at: number; readonly revision: number }[]) {
  const bytes = new Uint8Array(1 << 20);
  // The EBDA is at 9FC00h.
  bytes.set([0xc0, 0x9f], 0x40e);
  for (const { at, revision } of pointers) {
    bytes.set(new TextEncoder().encode("RSD PTR "), at);
    bytes[at + 15] = revision;
    const first = bytes.subarray(at, at + LENGTH.first);
    first[8] = -first.reduce((sum, byte) => sum + byte, 0);
  }
  return {
    bytes,
    read: (address: number, into: Uint8Array) => into.set(bytes.subarray(address, address + into.length)),
  };
}

test("the extended BIOS data area goes before the ROM", () => {
  const found = findRootPointer(memory([0xf_1230, 0x9_fd00].map((at) => ({ at, revision: 2 }))));
  assert.equal(found?.address, 0x9_fd00);
  assert.equal(found.bytes.length, LENGTH.second);
});

test("one of the first version is shorter", () => {
  const found = findRootPointer(memory([{ at: 0xf_fff0 - 16, revision: 0 }]));
  assert.equal(found?.address, 0xf_ffe0);
  assert.equal(found.bytes.length, LENGTH.first);
});

test("what does not add up, or lies at no multiple of 16, is none", () => {
  const wrong = memory([{ at: 0xe_0000, revision: 2 }]);
  wrong.bytes[0xe_0009]! ^= 1;
  assert.equal(findRootPointer(wrong), null);
  assert.equal(findRootPointer(memory([{ at: 0xe_0008, revision: 2 }])), null);
});
