import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bus } from "../bus.ts";
import { Log } from "../log.ts";
import { DmaControllers } from "./dma8237.ts";
import { PostCodes } from "./system-ports.ts";

function pc() {
  const bus = new Bus(new Log());
  const dma = new DmaControllers({ bus, log: new Log() });
  const out = (port: number, ...values: number[]) => {
    for (const value of values) bus.writePort(port, 1, value);
  };
  const read = (port: number) => bus.readPort(port, 1);
  return { bus, dma, out, read };
}

test("addresses and counts are written and read low byte first, by the flip-flop", () => {
  const { out, read } = pc();
  for (const [base, step, clear] of [
    [0x00, 1, 0x0c],
    [0xc0, 2, 0xd8],
  ] as const) {
    for (let register = 0; register < 8; register++) {
      out(clear, 0);
      out(base + register * step, 0x34 + register, 0x12);
    }
    for (let register = 0; register < 8; register++) {
      out(clear, 0);
      assert.deepEqual([read(base + register * step), read(base + register * step)], [0x34 + register, 0x12]);
    }
    out(base, 0x99);
    out(clear, 0);
    assert.deepEqual([read(base), read(base)], [0x99, 0x12], "a cleared flip-flop starts with the low byte");
  }
});

test("master clear empties command, requests and flip-flop, and keeps addresses", () => {
  const { dma, out, read } = pc();
  out(0x0c, 0);
  out(0x00, 0x11, 0x22);
  out(0x09, 0x06);
  assert.equal(read(0x08), 0x40);
  out(0x00, 0x33);
  out(0x0d, 0);
  assert.equal(read(0x08), 0);
  assert.deepEqual([read(0x00), read(0x00)], [0x33, 0x22]);
  assert.equal(dma.save().controllers[0]!.mask, 0x0f);
});

test("masks are set one by one, all at once, and cleared", () => {
  const { dma, out } = pc();
  const mask = () => dma.save().controllers[1]!.mask;
  assert.equal(mask(), 0x0f);
  out(0xdc, 0);
  assert.equal(mask(), 0);
  out(0xd4, 0x06);
  assert.equal(mask(), 0x04);
  out(0xde, 0x0b);
  assert.equal(mask(), 0x0b);
  out(0xd4, 0x00);
  assert.equal(mask(), 0x0a);
});

test("page registers remember, and leave port 0x80 to POST codes", () => {
  const { bus, out, read } = pc();
  new PostCodes({ bus });
  for (let port = 0x80; port < 0x90; port++) out(port, port);
  for (let port = 0x80; port < 0x90; port++) assert.equal(read(port), port);
});

test("restored controllers read like the saved ones, whatever was written", () => {
  const ports = [
    ...Array.from({ length: 16 }, (_, i) => i),
    ...Array.from({ length: 32 }, (_, i) => 0xc0 + i),
    0x81,
    0x8f,
  ];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...ports), fc.nat(255)), { minLength: 200, maxLength: 200 }),
      (steps) => {
        const a = pc();
        for (const [port, value] of steps) {
          a.out(port, value);
          assert.ok(a.read(port) <= 255);
        }
        const b = pc();
        b.dma.restore(structuredClone(a.dma.save()));
        for (const port of ports) assert.equal(b.read(port), a.read(port));
      },
    ),
    { numRuns: 500 },
  );
});
