import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { openDisk, SECTOR } from "../disk.ts";
import { Log } from "../log.ts";
import { Memory } from "../memory.ts";
import { AtaDisk } from "./ata-disk.ts";
import { IdeChannel } from "./ide.ts";
import { BusMaster } from "./ide-bus-master.ts";
import { PciBus } from "./pci.ts";
import { IdeFunction } from "./piix.ts";

const SECTORS = 1024;
const BASE = 0x1f0;
const ENGINE = 0xc000;
const TABLE = 0x1000;
const [START, TO_MEMORY] = [1, 8];
const [ACTIVE, INTERRUPT] = [1, 4];

function pc() {
  const log = new Log();
  const bus = new Bus(log);
  const clock = new Clock();
  const memory = new Memory({ ramBytes: 4 << 20, firmware: new Uint8Array(4096), bus });
  const image = Uint8Array.from({ length: SECTORS * SECTOR }, (_, i) => (i * 13 + (i >> 9)) & 0xff);
  const disk = openDisk({ image });
  const drive = new AtaDisk({ name: "ata.0", clock, log, disk });
  const engines = [new BusMaster("dma.0", memory), new BusMaster("dma.1", memory)] as const;
  const irq = { high: false };
  const line = { set: (high: boolean) => void (irq.high = high) };
  const channel = new IdeChannel({
    name: "ide",
    bus,
    base: BASE,
    control: 0x3f6,
    line,
    log,
    busMaster: engines[0],
    device0: drive,
  });
  const pci = new PciBus({ bus, log, resetControl: { readPort: () => 0, writePort() {} }, route: () => line });
  pci.plug(1, 1, new IdeFunction({ bus, engines }));
  const config = (register: number, value: number) => {
    bus.writePort(0xcf8, 4, 0x8000_0900 | register);
    bus.writePort(0xcfc, 4, value);
  };
  config(0x20, ENGINE);
  config(0x04, 5);
  clock.advanceTo(1_000_000);
  const out = (port: number, value: number, size: 1 | 4 = 1) => bus.writePort(port, size, value);
  return {
    ...{ bus, clock, memory, disk, drive, engines, channel, irq, image, out },
    status: () => bus.readPort(ENGINE + 2, 1),
    ata: () => bus.readPort(0x3f6, 1),
    /** The region table. */
    regions(...list: readonly (readonly [address: number, bytes: number])[]) {
      for (const [i, [address, bytes]] of list.entries()) {
        memory.store(TABLE + 8 * i, 4, address);
        memory.store(TABLE + 8 * i + 4, 4, (bytes & 0xffff) + (i === list.length - 1 ? 0x8000_0000 : 0));
      }
      out(ENGINE + 4, TABLE, 4);
    },
    command(code: number, lba: number, count: number) {
      for (const [register, value] of [count, lba, lba >> 8, lba >> 16, 0xe0].entries())
        out(BASE + 2 + register, value & 0xff);
      out(BASE + 7, code);
    },
    bytes(address: number, length: number) {
      const into = new Uint8Array(length);
      memory.read(address, into);
      return into;
    },
  };
}

test("READ DMA fills the regions of the table, one after another, in virtual time", () => {
  const m = pc();
  m.regions([0x2_0000, 1024], [0x3_0002, 0], [0x5_0000, 256 * SECTOR - 1024 - 0x1_0000]);
  m.out(ENGINE, TO_MEMORY);
  m.command(0xc8, 5, 0);
  m.out(ENGINE, TO_MEMORY | START);
  assert.equal(m.status(), ACTIVE);
  assert.equal(m.ata() & 0x80, 0x80);
  m.clock.advanceTo(m.clock.now + 10_000_000);
  assert.equal(m.ata(), 0x50);
  assert.equal(m.status(), INTERRUPT);
  assert.equal(m.irq.high, true);
  const wanted = m.image.subarray(5 * SECTOR, 261 * SECTOR);
  assert.deepEqual(m.bytes(0x2_0000, 1024), wanted.slice(0, 1024));
  assert.deepEqual(m.bytes(0x3_0002, 0x1_0000), wanted.slice(1024, 1024 + 0x1_0000));
  assert.deepEqual(m.bytes(0x5_0000, wanted.length - 1024 - 0x1_0000), wanted.slice(1024 + 0x1_0000));
  m.out(ENGINE + 2, INTERRUPT | 0x20);
  assert.equal(m.status(), 0x20);
});

test("WRITE DMA EXT takes memory to the disk; the engine may start first", () => {
  const m = pc();
  const data = Uint8Array.from({ length: 3 * SECTOR }, (_, i) => (i * 7) & 0xff);
  m.memory.write(0x2_0000, data.subarray(0, 600));
  m.memory.write(0x2_8000, data.subarray(600));
  m.regions([0x2_0000, 600], [0x2_8000, data.length - 600]);
  m.out(ENGINE, START);
  for (const register of [2, 3, 4, 5]) m.out(BASE + register, 0);
  m.command(0x35, 100, 3);
  m.clock.advanceTo(m.clock.now + 1_000_000);
  assert.equal(m.ata(), 0x50);
  assert.equal(m.status(), INTERRUPT);
  const stored = new Uint8Array(data.length);
  m.disk.read(100, stored);
  assert.deepEqual(stored, data);
});

test("a table that is too long leaves the engine active, one too short the drive busy until it is reset", () => {
  const m = pc();
  m.regions([0x2_0000, 4096]);
  m.out(ENGINE, TO_MEMORY | START);
  m.command(0xc8, 0, 1);
  m.clock.advanceTo(m.clock.now + 1_000_000);
  assert.equal(m.status(), ACTIVE | INTERRUPT);
  m.out(ENGINE, 0);
  assert.equal(m.status(), INTERRUPT);
  m.out(ENGINE + 2, INTERRUPT);
  m.bus.readPort(BASE + 7, 1);
  m.regions([0x2_0000, 100]);
  m.out(ENGINE, TO_MEMORY | START);
  m.command(0xc8, 0, 1);
  m.clock.advanceTo(m.clock.now + 1_000_000);
  assert.equal(m.status(), 0);
  assert.equal(m.ata() & 0x80, 0x80);
  m.out(0x3f6, 4);
  m.out(0x3f6, 0);
  m.clock.advanceTo(m.clock.now + 1_000_000);
  assert.equal(m.ata(), 0x50);
});

test("the wrong direction moves nothing; beyond the disk is IDNF", () => {
  const m = pc();
  m.regions([0x2_0000, 512]);
  m.out(ENGINE, START);
  m.command(0xc8, 0, 1);
  m.clock.advanceTo(m.clock.now + 1_000_000);
  assert.equal(m.status(), ACTIVE);
  assert.deepEqual(m.bytes(0x2_0000, 512), new Uint8Array(512));
  const n = pc();
  n.regions([0x2_0000, 512]);
  n.out(ENGINE, TO_MEMORY | START);
  n.command(0xc8, SECTORS, 1);
  n.clock.advanceTo(n.clock.now + 1_000_000);
  assert.equal(n.ata() & 1, 1);
  assert.equal(n.bus.readPort(BASE + 1, 1), 0x10);
  assert.equal(n.status(), ACTIVE | INTERRUPT);
});

test("a snapshot in the middle goes on elsewhere", () => {
  const m = pc();
  m.regions([0x2_0000, 0], [0x3_0000, 0]);
  m.out(ENGINE, TO_MEMORY | START);
  m.command(0xc8, 0, 0);
  m.clock.advanceTo(m.clock.now + 200_000);
  const copy = pc();
  copy.memory.restore(m.memory.save());
  copy.drive.restore(m.drive.save());
  copy.channel.restore(m.channel.save());
  copy.engines[0].restore(m.engines[0].save());
  copy.clock.restore(m.clock.save());
  copy.clock.advanceTo(copy.clock.now + 1_000_000);
  assert.equal(copy.status(), INTERRUPT);
  assert.deepEqual(copy.bytes(0x2_0000, 256 * SECTOR), copy.image.slice(0, 256 * SECTOR));
});

test("an interrupt that was noted before a snapshot is not noted again", () => {
  const m = pc();
  m.regions([0x2_0000, SECTOR]);
  m.out(ENGINE, TO_MEMORY | START);
  m.command(0xc8, 0, 1);
  m.clock.advanceTo(m.clock.now + 1_000_000);
  assert.deepEqual([m.status(), m.irq.high], [INTERRUPT, true]);
  m.out(ENGINE + 2, INTERRUPT);
  const copy = pc();
  // As a machine does it: the engines before the drives, the channels behind.
  copy.engines[0].restore(m.engines[0].save());
  copy.drive.restore(m.drive.save());
  copy.channel.restore(m.channel.save());
  assert.deepEqual([copy.status(), copy.irq.high], [0, true]);
});
