import assert from "node:assert/strict";
import { test } from "node:test";
import { PrefixKeys } from "./prefix.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

test("keys pass, Ctrl-C among them; Ctrl-A and the next key are taken out", () => {
  assert.deepEqual(new PrefixKeys().split(bytes("ls\r\x03")), [bytes("ls\r\x03")]);
  assert.deepEqual(new PrefixKeys().split(bytes("ab\x01hcd\x01x")), [bytes("ab"), "help", bytes("cd"), "quit"]);
});

test("Ctrl-A twice is one Ctrl-A for the guest", () => {
  assert.deepEqual(new PrefixKeys().split(bytes("\x01\x01b")), [bytes("\x01b")]);
});

test("the prefix and its key may come in two pieces", () => {
  const keys = new PrefixKeys();
  assert.deepEqual(keys.split(bytes("a\x01")), [bytes("a")]);
  assert.deepEqual(keys.split(bytes("xb")), ["quit", bytes("b")]);
});
