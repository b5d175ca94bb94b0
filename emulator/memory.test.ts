import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "./bus.ts";
import { Log } from "./log.ts";
import { FrameFlag, Memory, RAM_BASE } from "./memory.ts";

const MiB = 1 << 20;
const firmware = Uint8Array.from({ length: 128 * 1024 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

function machine() {
  const log: string[] = [];
  const bus = new Bus(new Log(["guest_errors"], (line) => log.push(line)));
  return { bus, log, memory: new Memory({ ramBytes: 4 * MiB, firmware, bus }) };
}

const readBytes = (memory: Memory, address: number, count: number) => {
  const into = new Uint8Array(count);
  memory.read(address, into);
  return [...into];
};

test("RAM keeps what is written, across frames", () => {
  const { memory } = machine();
  const bytes = Uint8Array.from({ length: 9000 }, (_, i) => i & 0xff);
  memory.write(0x20_0ffd, bytes);
  assert.deepEqual(readBytes(memory, 0x20_0ffd, 9000), [...bytes]);
  assert.equal(memory.bytes[RAM_BASE + 0x20_0ffe], 1);
});

test("the firmware stands at both places and ignores writes", () => {
  const { memory } = machine();
  assert.deepEqual(readBytes(memory, 0xffff_fff0, 16), [...firmware.subarray(-16)]);
  assert.deepEqual(readBytes(memory, 0x10_0000 - firmware.length, firmware.length), [...firmware]);
  assert.deepEqual(readBytes(memory, 0xc_0000, 2), [0xff, 0xff], "nothing in the option ROM area");
  memory.write(0xffff_fff0, Uint8Array.of(1, 2));
  memory.store(0xf_fff0, 4, 0);
  assert.deepEqual(readBytes(memory, 0xffff_fff0, 16), [...firmware.subarray(-16)]);
  assert.deepEqual(readBytes(memory, 0xf_fff0, 16), [...firmware.subarray(-16)]);
});

test("what is not memory goes to the bus", () => {
  const { memory, bus, log } = machine();
  const seen: number[][] = [];
  bus.claimMemory("vga", 0xa_0000, 0x2_0000, {
    readMemory: (offset) => offset & 0xff,
    writeMemory: (offset, size, value) => seen.push([offset, size, value]),
  });
  assert.deepEqual(readBytes(memory, 0xb_8001, 2), [1, 2]);
  memory.write(0x9_ffff, Uint8Array.of(5, 6));
  memory.store(0xb_8000, 2, 0x1f41);
  assert.deepEqual(seen, [
    [0, 1, 6],
    [0x1_8000, 2, 0x1f41],
  ]);
  assert.equal(memory.load(0x9_ffff, 1), 5);
  assert.equal(memory.load(5 * MiB, 4), 0xffff_ffff, "above RAM");
  assert.deepEqual(readBytes(memory, 2 ** 45, 1), [0xff]);
  assert.equal(log.length, 2);
});

test("the watcher hears of writes to watched frames only, before they happen", () => {
  const { memory } = machine();
  const heard: string[] = [];
  memory.watcher = {
    codeChanging: (physical, bytes) => heard.push(`code ${physical.toString(16)}+${bytes}=${memory.load(physical, 1)}`),
    tableChanging: (physical, bytes) => heard.push(`table ${physical.toString(16)}+${bytes}`),
    frameRemapped() {},
  };
  const host = memory.locate(0x3000);
  memory.mark(host, FrameFlag.code);
  memory.mark(memory.locate(0x5000), FrameFlag.table);
  memory.write(0x2ffe, Uint8Array.of(1, 2, 3));
  memory.store(0x5008, 4, 1);
  memory.store(0x4000, 4, 1);
  memory.unmark(host, FrameFlag.code);
  memory.store(0x3000, 1, 9);
  assert.deepEqual(heard, ["code 3000+1=0", "table 5008+4"]);
  assert.equal(memory.load(0x3000, 1), 9);
});

test("a snapshot of RAM restores it", () => {
  const { memory } = machine();
  memory.write(0x3_0001, Uint8Array.of(1, 2, 3));
  memory.write(2 * MiB, Uint8Array.of(9));
  const saved = memory.save();
  memory.write(0x3_0000, new Uint8Array(4));
  memory.write(3 * MiB, Uint8Array.of(7));
  memory.restore(saved);
  assert.deepEqual(readBytes(memory, 0x3_0000, 4), [0, 1, 2, 3]);
  assert.deepEqual(readBytes(memory, 2 * MiB, 1), [9]);
  assert.deepEqual(readBytes(memory, 3 * MiB, 1), [0]);
});

test("the largest machine can be built", () => {
  const memory = new Memory({ ramBytes: 3072 * MiB, firmware, bus: new Bus(new Log()) });
  memory.store(3072 * MiB - 4, 4, 0xdeadbeef);
  assert.equal(memory.load(3072 * MiB - 4, 4), 0xdeadbeef);
});
