import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { Log } from "../log.ts";
import { FwCfg, type FwCfgContents, fwCfgKey } from "./fw_cfg.ts";

const MiB = 1 << 20;
const RAM = 1 << 20;

/** Physical memory of 1 MiB; accesses beyond it are counted and have no effect. */
class Ram {
  readonly bytes = new Uint8Array(RAM);
  outside = 0;
  read(address: number, into: Uint8Array): void {
    for (let i = 0; i < into.length; i++) into[i] = this.bytes[address + i] ?? 0xff;
  }
  isMemory(address: number): boolean {
    return address < RAM;
  }
  write(address: number, bytes: Uint8Array): void {
    if (address + bytes.length > RAM) this.outside++;
    else this.bytes.set(bytes, address);
  }
}

function pc(contents: Partial<FwCfgContents> = {}) {
  const bus = new Bus(new Log());
  const clock = new Clock();
  const ram = new Ram();
  const config = new FwCfg({ bus, clock, log: new Log(), memory: ram, contents: { ramBytes: 128 * MiB, ...contents } });
  const select = (item: number) => bus.writePort(0x510, 2, item);
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => bus.readPort(0x511, 1));
  const number = (item: number, count: number) => {
    select(item);
    return bytes(count).reduceRight((sum, byte) => sum * 256 + byte, 0);
  };
  const directory = () => {
    select(fwCfgKey.directory);
    const count = new DataView(bytes(4).buffer).getUint32(0);
    return Array.from({ length: count }, () => {
      const view = new DataView(bytes(64).buffer);
      const name = new TextDecoder().decode(new Uint8Array(view.buffer, 8)).split("\0")[0]!;
      return { size: view.getUint32(0), item: view.getUint16(4), name };
    });
  };
  const file = (name: string) => {
    const entry = directory().find((e) => e.name === name);
    if (entry === undefined) return null;
    select(entry.item);
    return bytes(entry.size);
  };
  const swap = (n: number) => new DataView(new Uint32Array([n]).buffer).getUint32(0);
  /** Starts a DMA request whose descriptor is at 0x100. */
  const dma = (control: number, length: number, address: number) => {
    const view = new DataView(ram.bytes.buffer);
    view.setUint32(0x100, control);
    view.setUint32(0x104, length);
    view.setUint32(0x108, Math.floor(address / 2 ** 32));
    view.setUint32(0x10c, address % 2 ** 32);
    bus.writePort(0x514, 4, 0);
    bus.writePort(0x518, 4, swap(0x100));
  };
  const control = () => new DataView(ram.bytes.buffer).getUint32(0x100);
  return { bus, clock, ram, config, select, bytes, number, directory, file, swap, dma, control };
}

test("the signature and the features say that this is QEMU's interface, with DMA", () => {
  const { select, bytes, number, bus, swap } = pc();
  select(0);
  assert.equal(new TextDecoder().decode(bytes(4)), "QEMU");
  assert.equal(number(1, 4), 3);
  assert.equal(swap(bus.readPort(0x514, 4)), 0x51454d55);
  assert.equal(swap(bus.readPort(0x518, 4)), 0x20434647);
});

test("memory size and processors", () => {
  const { number } = pc({ ramBytes: 3072 * MiB, processors: 4 });
  assert.equal(number(fwCfgKey.ramSize, 8), 3072 * MiB);
  assert.equal(number(fwCfgKey.processors, 2), 4);
  assert.equal(number(fwCfgKey.mostProcessors, 2), 4);
});

test("an item ends in zeros, an unknown one is nothing but zeros", () => {
  const { select, bytes } = pc();
  select(0);
  bytes(4);
  assert.deepEqual([...bytes(3)], [0, 0, 0]);
  select(0x7777);
  assert.deepEqual([...bytes(3)], [0, 0, 0]);
});

test("the directory lists the files by name, and the memory map is RAM from 0", () => {
  const { directory, file } = pc({
    bootOrder: ["/pci@i0cf8/ide@1,1/drive@0/disk@0"],
    files: new Map([["opt/org.example/x", Uint8Array.of(1, 2, 3)]]),
  });
  assert.deepEqual(
    directory().map((e) => [e.name, e.size]),
    [
      ["bootorder", 34],
      ["etc/e820", 20],
      ["etc/max-cpus", 2],
      ["opt/org.example/x", 3],
    ],
  );
  const view = new DataView(file("etc/e820")!.buffer);
  assert.equal(view.getBigUint64(0, true), 0n);
  assert.equal(view.getBigUint64(8, true), BigInt(128 * MiB));
  assert.equal(view.getUint32(16, true), 1);
  assert.deepEqual([...file("opt/org.example/x")!], [1, 2, 3]);
});

test("a kernel is split at its setup sectors", () => {
  const kernel = new Uint8Array(20 * 512).map((_, i) => i >> 9);
  kernel[0x1f1] = 3;
  const { number, select, bytes } = pc({ kernel, commandLine: "console=ttyS0", initrd: Uint8Array.of(9, 8) });
  assert.equal(number(fwCfgKey.setupSize, 4), 4 * 512);
  assert.equal(number(fwCfgKey.kernelSize, 4), 16 * 512);
  select(fwCfgKey.kernelData);
  assert.equal(bytes(1)[0], 4);
  assert.equal(number(fwCfgKey.commandLineSize, 4), 14);
  select(fwCfgKey.commandLineData);
  assert.equal(new TextDecoder().decode(bytes(14)), "console=ttyS0\0");
  assert.equal(number(fwCfgKey.initrdSize, 4), 2);
});

test("DMA selects, skips and reads into memory, and clears the control field", () => {
  const machine = pc({ files: new Map([["opt/a", Uint8Array.from({ length: 100 }, (_, i) => i)]]) });
  const { control, ram, clock } = machine;
  const dma = (control: number, length: number, address: number) => {
    machine.dma(control, length, address);
    clock.advanceTo(clock.now + 10_000);
  };
  const item = 0x22;
  dma((item << 16) | 0x08 | 0x04, 10, 0);
  assert.equal(control(), 0);
  dma(0x02, 5, 0x2000);
  assert.deepEqual([...ram.bytes.subarray(0x2000, 0x2006)], [10, 11, 12, 13, 14, 0]);
  dma(0x02, 100, 0x3000);
  assert.equal(ram.bytes[0x3000 + 84], 99);
  assert.equal(ram.bytes[0x3000 + 85], 0);
  assert.equal(control(), 0);
});

test("DMA writes are refused with the error bit", () => {
  const { dma, control } = pc();
  dma(0x10, 4, 0x2000);
  assert.equal(control(), 1);
});

test("a large transfer goes on in virtual time, and the guest sees when it is done", () => {
  const data = new Uint8Array(300_000).fill(7);
  const { dma, control, ram, clock } = pc({ files: new Map([["opt/a", data]]) });
  dma((0x22 << 16) | 0x0a, data.length, 0x1_0000);
  assert.equal(ram.bytes[0x1_0000], 0, "nothing has been moved yet");
  clock.advanceTo(20_000);
  assert.equal(ram.bytes[0x1_ffff], 7);
  assert.equal(ram.bytes[0x2_0000], 0);
  assert.notEqual(control(), 0);
  clock.advanceTo(1_000_000);
  assert.equal(control(), 0);
  assert.ok(ram.bytes.subarray(0x1_0000, 0x1_0000 + data.length).every((byte) => byte === 7));
  assert.equal(ram.bytes[0x1_0000 + data.length], 0);
});

test("where no memory is a transfer is slow, so that a guest cannot keep the host busy with it", () => {
  const { dma, control, ram, clock } = pc();
  let written = 0;
  ram.write = (_, bytes) => {
    written += bytes.length;
  };
  for (let i = 0; i < 1000; i++) dma(0x02, 0xffff_ffff, 0xd000_0000);
  clock.advanceTo(1_000_000);
  assert.notEqual(control(), 0);
  assert.ok(written > 0 && written < 2000, `${written} bytes in a millisecond`);
});

test("a restored device continues an item and a transfer", () => {
  const data = new Uint8Array(200_000).map((_, i) => i);
  const files = new Map([["opt/a", data]]);
  const a = pc({ files });
  a.dma((0x22 << 16) | 0x0a, data.length, 0x1_0000);
  const b = pc({ files });
  b.ram.bytes.set(a.ram.bytes);
  b.clock.restore(structuredClone(a.clock.save()));
  b.config.restore(structuredClone(a.config.save()));
  for (const m of [a, b]) m.clock.advanceTo(1_000_000);
  assert.deepEqual(b.ram.bytes, a.ram.bytes);
  assert.equal(b.control(), 0);
});

test("random requests never throw and take bounded time", () => {
  const step = fc.record({
    port: fc.integer({ min: 0x510, max: 0x51b }),
    size: fc.constantFrom(1, 2, 4) as fc.Arbitrary<1 | 2 | 4>,
    value: fc.nat(0xffff_ffff),
    control: fc.nat(0xffff_ffff),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 200, maxLength: 200 }), (steps) => {
      const { bus, dma, clock } = pc();
      for (const { port, size, value, control } of steps) {
        bus.writePort(port, size, size === 4 ? value : value % 2 ** (8 * size));
        const read = bus.readPort(port, size);
        assert.ok(Number.isInteger(read) && read >= 0 && read < 2 ** (8 * size));
        dma(control, value, control * 16);
        clock.advanceTo(clock.now + (value % 100_000));
      }
    }),
    { numRuns: 100 },
  );
});
