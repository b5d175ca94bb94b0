/** AML's encodings, by the manual's own rules and examples (ACPI 6.5, 20.2). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buffer, eisaId, integer, irqShared, nameString, ports } from "./aml.ts";

const text = (s: string): number[] => Array.from(s, (c) => c.charCodeAt(0));

test("names are filled up to four characters, and paths say how many they are", () => {
  assert.deepEqual(nameString("\\_S5"), text("\\_S5_"));
  assert.deepEqual(nameString("^PCI0"), text("^PCI0"));
  assert.deepEqual(nameString("\\_SB.PCI0"), [0x5c, 0x2e, ...text("_SB_PCI0")]);
  assert.deepEqual(nameString("\\_SB.PCI0.ISA"), [0x5c, 0x2f, 3, ...text("_SB_PCI0ISA_")]);
  assert.throws(() => nameString("lower"));
  assert.throws(() => nameString("TOOLONG"));
});

test("integers take their shortest form", () => {
  assert.deepEqual(integer(1), [1]);
  assert.deepEqual(integer(0xff), [0x0a, 0xff]);
  assert.deepEqual(integer(0x100), [0x0b, 0, 1]);
  assert.deepEqual(integer(0xffff_ffff), [0x0c, 0xff, 0xff, 0xff, 0xff]);
});

test("EISA's identifiers are compressed", () => {
  assert.deepEqual(eisaId("PNP0A03"), [0x0c, 0x41, 0xd0, 0x0a, 0x03]);
});

test("a length counts itself, and takes one byte more where it must", () => {
  assert.deepEqual(buffer([]).slice(0, 3), [0x11, 2, 0]);
  const bytes = (n: number) => new Array<number>(n).fill(0);
  // Behind the length: the size (two bytes) and the contents.
  assert.deepEqual(buffer(bytes(60)).slice(0, 2), [0x11, 63]);
  assert.deepEqual(buffer(bytes(61)).slice(0, 3), [0x11, 0x40 | (65 & 0x0f), 65 >> 4]);
  assert.equal(buffer(bytes(5000))[1]! >> 6, 2);
});

test("resource descriptors are those of a plug and play ISA device", () => {
  assert.deepEqual(ports(0x3f8, 8), [0x47, 1, 0xf8, 3, 0xf8, 3, 1, 8]);
  assert.deepEqual(irqShared(10, 11), [0x23, 0x00, 0x0c, 0x18]);
});
