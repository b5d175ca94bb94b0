/**
 * A disk with a sector that cannot be read: the firmware says so, and how many sectors before it are there, whichever way it
 * reads. An even buffer is filled by the bus master, an odd one word by word.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { b, d, w } from "../dsl/asm/operand.ts";
import { ax, dl, ds, eax, si } from "../emulator/isa/registers.ts";
import { Machine } from "../emulator/machine.ts";
import { buildBios } from "./build.ts";
import { answers, BLOCK, BOOT_DRIVE, BUFFER, probeDisk, VARIABLE } from "./testing/probe-disk.ts";

const FIRST = 20_000;
const BAD = FIRST + 3;
const COUNT = 8;

test("a bad sector is told exactly, and the sectors before it are there", () => {
  const image = probeDisk((probe) => {
    const { a } = probe;
    for (const offset of [0, 1]) {
      probe.ask(`read to ${offset}`, 0x13, 0x4200, ["ah", "cf"], () => {
        a.mov(w(BLOCK), 16);
        a.mov(w(BLOCK + 2), COUNT);
        a.mov(w(BLOCK + 4), offset);
        a.mov(w(BLOCK + 6), BUFFER);
        a.mov(d(BLOCK + 8), FIRST);
        a.mov(d(BLOCK + 12), 0);
        a.mov(dl, b(BOOT_DRIVE));
        a.mov(si, BLOCK);
      });
      probe.line(`done to ${offset}`, () => {
        probe.memory("count", BLOCK + 2, 2);
        a.push(ds);
        a.mov(ax, BUFFER);
        a.mov(ds, ax);
        a.mov(eax, d(offset + (BAD - FIRST) * 512 - 4));
        a.pop(ds);
        a.mov(d(VARIABLE), eax);
        probe.memory("last", VARIABLE, 4);
      });
    }
  });
  const last = new DataView(image.buffer, image.byteOffset).getUint32(BAD * 512 - 4, true);
  let said = "";
  const reads: number[] = [];
  const machine = new Machine(
    { memory: 64, firmware: buildBios(), disks: [{ image }] },
    {
      output: (channel, byte) => {
        if (channel === "com1") said += String.fromCharCode(byte);
      },
      disk: ({ kind, sector, sectors }) => {
        if (kind === "read" && sector >= FIRST) reads.push(sectors);
        return !(kind === "read" && sector <= BAD && BAD < sector + sectors);
      },
    },
  );
  assert.equal(machine.run({ until: "probe ends", instructions: 50_000_000 }).kind, "text", said);
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  const error = new Map([
    ["ah", "10"],
    ["cf", "1"],
  ]);
  const done = new Map([
    ["count", hex(BAD - FIRST, 4)],
    ["last", hex(last, 8)],
  ]);
  assert.deepEqual(answers(said), [
    { name: "read to 0", values: error },
    { name: "done to 0", values: done },
    { name: "read to 1", values: error },
    { name: "done to 1", values: done },
  ]);
  // The bus master asks for all of them, and then they are read one by one; the words come one sector at a time.
  assert.deepEqual(reads, [COUNT, 1, 1, 1, 1, 1, 1, 1, 1]);
});
