/** Virtio devices, driven as their specification says, through both of their interfaces; and drivers that do it wrong. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Machine, type MachineOptions } from "../machine.ts";
import { type DriverOptions, VirtioDriver } from "./testing/virtio-driver.ts";

const firmware = new Uint8Array(0x1_0000).fill(0xf4);
const EVENT_IDX = 1n << 29n;
const INDIRECT = 1n << 28n;
const BLK_FLUSH = 1n << 9n;
const BLK_ZEROES = 1n << 14n;

function request(type: number, sector: number): Uint8Array {
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  view.setUint32(0, type, true);
  view.setUint32(8, sector, true);
  return header;
}

const image = () => Uint8Array.from({ length: 64 * 512 }, (_, i) => (i * 7 + (i >> 9)) & 0xff);

interface World {
  readonly machine: Machine;
  readonly driver: VirtioDriver;
  readonly log: string[];
  readonly said: number[];
}

function world(options: MachineOptions, driving: Omit<DriverOptions, "slot"> = {}): World {
  const log: string[] = [];
  const said: number[] = [];
  const machine = new Machine(
    { memory: 16, firmware, log: ["guest_errors"], ...options },
    {
      log: (line) => log.push(line),
      output: (channel, byte) => channel === "console" && said.push(byte),
    },
  );
  return { machine, driver: new VirtioDriver(machine, { slot: 3, ...driving }), log, said };
}

const disk = (extra = {}): MachineOptions => ({ disks: [{ image: image(), interface: "virtio", ...extra }] });

const variants: readonly (readonly [string, Omit<DriverOptions, "slot">])[] = [
  ["modern", {}],
  ["modern with MSI-X", { msix: true }],
  ["modern with indirect descriptors and event index", { features: INDIRECT | EVENT_IDX, indirect: true }],
  ["legacy", { legacy: true }],
  [
    "legacy with MSI-X, indirect descriptors and event index",
    { legacy: true, msix: true, features: INDIRECT | EVENT_IDX, indirect: true },
  ],
];

for (const [name, driving] of variants) {
  describe(`virtio, ${name}`, () => {
    const features = (driving.features ?? 0n) | BLK_FLUSH | BLK_ZEROES;

    test("a disk is read and written", () => {
      const { driver, log } = world(disk(), { ...driving, features });
      assert.equal(driver.deviceConfig(0, 4), 64);
      const read = driver.exchange(0, request(0, 3), 512, 512, 1);
      assert.deepEqual(read.bytes.subarray(0, 1024), image().subarray(3 * 512, 5 * 512));
      assert.deepEqual([read.written, read.bytes[1024]], [1025, 0]);
      const fresh = Uint8Array.from({ length: 1024 }, (_, i) => i & 0xff);
      assert.deepEqual(
        driver.exchange(0, request(1, 10), fresh.subarray(0, 512), fresh.subarray(512), 1).bytes,
        Uint8Array.of(0),
      );
      assert.deepEqual(driver.exchange(0, request(0, 10), 1024, 1).bytes.subarray(0, 1024), fresh);
      assert.deepEqual(driver.exchange(0, request(4, 0), 1).bytes, Uint8Array.of(0));
      const id = driver.exchange(0, request(8, 0), 20, 1);
      assert.match(new TextDecoder().decode(id.bytes.subarray(0, 20)), /^cor-disk-0\0+$/);
      const range = request(10, 0);
      new DataView(range.buffer).setUint32(8, 1, true);
      assert.deepEqual(driver.exchange(0, request(13, 0), range, 1).bytes, Uint8Array.of(0));
      assert.deepEqual(driver.exchange(0, request(0, 10), 512, 1).bytes.subarray(0, 512), new Uint8Array(512));
      assert.deepEqual(log, []);
    });

    test("a disk refuses what is not on it", () => {
      const { driver } = world(disk(), { ...driving, features });
      for (const sector of [63, 64, 2 ** 31]) assert.equal(driver.exchange(0, request(0, sector), 1024, 1).written, 0);
      assert.deepEqual(driver.exchange(0, request(77, 0), 1).bytes, Uint8Array.of(2));
      assert.deepEqual(driver.exchange(0, request(1, 0), new Uint8Array(100), 1).bytes, Uint8Array.of(1));
      assert.deepEqual(driver.exchange(0, request(1, 63), new Uint8Array(1024), 1).bytes, Uint8Array.of(1));
    });

    test("several requests are in flight, and an interrupt tells of them", () => {
      const { driver, machine } = world(disk(), { ...driving, features });
      driver.offer(0, [{ bytes: request(0, 0) }, { bytes: 512 }, { bytes: 1 }]);
      driver.offer(0, [{ bytes: request(0, 1) }, { bytes: 512 }, { bytes: 1 }]);
      driver.offer(0, [{ bytes: request(0, 2) }, { bytes: 512 }, { bytes: 1 }]);
      driver.kick(0);
      assert.deepEqual(driver.collect(0), []);
      if (driving.msix) {
        machine.processor.apic.setBase(0xfee0_0900n);
        machine.bus.writeMemory(0xfee0_00f0, 4, 0x1ff);
      }
      driver.wait(1_000_000);
      assert.equal(driver.collect(0).length, 3);
      if (driving.msix) {
        assert.equal(driver.isr, 0);
        assert.equal(machine.bus.readMemory(0xfee0_0200 + 0x20, 4) & 2, 2, "vector 0x41 is requested");
      } else {
        assert.equal(driver.isr, 1);
        assert.equal(driver.isr, 0, "reading clears it");
      }
    });

    test("a console says and hears", () => {
      const { driver, machine, said } = world({ console: true }, driving);
      const text = new TextEncoder().encode("hello\n");
      driver.exchange(1, text.subarray(0, 2), text.subarray(2));
      assert.deepEqual(Uint8Array.from(said), text);
      const { answer } = driver.offer(0, [{ bytes: 4 }]);
      driver.kick(0);
      machine.input({ channel: "console", bytes: text });
      const [given] = driver.collect(0);
      assert.deepEqual(answer(given!.written).bytes, text.subarray(0, 4));
      assert.equal(machine.pendingInput("console"), 2);
    });

    test("random bytes are not all the same, and the same in every run", () => {
      const bytes = () => world({ rng: true }, driving).driver.exchange(0, 32).bytes;
      const first = bytes();
      assert.equal(first.length, 32);
      assert.ok(new Set(first).size > 8);
      assert.deepEqual(bytes(), first);
    });

    test("a network card is there, without a cable", () => {
      const { driver } = world(
        { network: {} },
        { ...driving, features: (driving.features ?? 0n) | (1n << 5n) | (1n << 16n) },
      );
      const mac = Array.from({ length: 6 }, (_, i) => driver.deviceConfig(i, 1));
      assert.deepEqual(mac, [0x52, 0x54, 0, 0x12, 0x34, 0x56]);
      assert.equal(driver.deviceConfig(6, 2), 0, "link down");
      assert.equal(driver.exchange(1, new Uint8Array(12), new Uint8Array(60)).written, 0);
    });
  });
}

test("a read-only disk says so, and takes no writes", () => {
  const { driver } = world(disk({ readonly: true }), { features: 1n << 5n });
  assert.ok(driver.features & (1n << 5n));
  assert.equal(driver.exchange(0, request(1, 0), new Uint8Array(512), 1).bytes[0], 1);
});

test("a large console output does not hold the machine up, and comes out whole", () => {
  const { driver, said } = world({ console: true });
  const text = Uint8Array.from({ length: 20_000 }, (_, i) => i % 251);
  driver.offer(1, [{ bytes: text }]);
  driver.kick(1);
  assert.ok(said.length > 0 && said.length < 20_000);
  driver.wait(1_000_000);
  assert.deepEqual(Uint8Array.from(said), text);
  assert.equal(driver.collect(1).length, 1);
});

test("the emergency register of a console needs no driver", () => {
  const { driver, said } = world({ console: true });
  driver.status = 0;
  driver.setDeviceConfig(8, 4, 0x41);
  assert.deepEqual(said, [0x41]);
});

describe("a driver at fault", () => {
  /** Everything that a chain can be, but right. */
  const faults: Record<string, (driver: VirtioDriver) => void> = {
    "a descriptor that does not exist": (d) => d.makeAvailable(0, 0x7fff),
    "a chain that bites its tail": (d) => {
      d.descriptor(d.queues[0]!.descriptors, 0, 0x40_0000, 16, 1, 0);
      d.makeAvailable(0, 0);
    },
    "a buffer beyond RAM": (d) => {
      d.descriptor(d.queues[0]!.descriptors, 0, 0xfff_fff0, 0x1000, 0, 0);
      d.makeAvailable(0, 0);
    },
    "room before data": (d) => {
      d.descriptor(d.queues[0]!.descriptors, 0, 0x40_0000, 16, 3, 1);
      d.descriptor(d.queues[0]!.descriptors, 1, 0x40_0000, 16, 0, 0);
      d.makeAvailable(0, 0);
    },
    "an indirect table that was not negotiated": (d) => {
      d.descriptor(d.queues[0]!.descriptors, 0, 0x40_0000, 32, 4, 0);
      d.makeAvailable(0, 0);
    },
    "a request without status": (d) => {
      d.descriptor(d.queues[0]!.descriptors, 0, 0x40_0000, 16, 0, 0);
      d.makeAvailable(0, 0);
    },
    "a ring index that ran away": (d) => d.setWord(d.queues[0]!.driver + 2, 0x4000),
  };
  for (const [name, fault] of Object.entries(faults)) {
    test(name, () => {
      const { driver, log } = world(disk());
      fault(driver);
      driver.kick(0);
      driver.wait(1_000_000);
      assert.equal(driver.status & 0x40, 0x40, "the device needs a reset");
      assert.match(log.join("\n"), /virtio\.blk\.0: .*; the device needs a reset/);
      assert.deepEqual(driver.collect(0), []);
      driver.negotiate();
      assert.equal(driver.exchange(0, request(0, 0), 512, 1).written, 513, "and works again after one");
    });
  }

  test("a queue beyond RAM", () => {
    const { driver } = world(disk());
    driver.status = 0;
    for (const value of [1, 3]) driver.status = value;
    driver.write(8, 4, 1);
    driver.write(12, 4, 1);
    driver.status = 11;
    for (const offset of [32, 36, 40, 44, 48, 52]) driver.write(offset, 4, 0xffff_f000);
    driver.write(28, 2, 1);
    driver.status = 15;
    driver.kick(0);
    assert.equal(driver.status & 0x40, 0x40);
  });

  test("a reset with requests in flight: nothing is written any more", () => {
    const { driver, machine } = world(disk());
    driver.offer(0, [{ bytes: request(0, 0) }, { bytes: 512 }, { bytes: 1 }]);
    driver.kick(0);
    driver.status = 0;
    const before = machine.memory.load(driver.queues[0]!.device + 2, 2);
    driver.wait(10_000_000);
    assert.equal(machine.memory.load(driver.queues[0]!.device + 2, 2), before);
  });

  test("FEATURES_OK without VERSION_1 is not accepted", () => {
    const { driver } = world(disk());
    driver.status = 0;
    driver.status = 3;
    driver.status = 11;
    assert.equal(driver.status & 8, 0);
  });
});

test("configuration space reaches the structures too", () => {
  const { driver } = world(disk());
  let at = driver.config(0x34, 1);
  while (driver.config(at, 1) !== 9 || driver.config(at + 3, 1) !== 5) at = driver.config(at + 1, 1);
  driver.setConfig(at + 4, 1, 4);
  driver.setConfig(at + 8, 4, 0x2000);
  driver.setConfig(at + 12, 4, 4);
  assert.equal(driver.config(at + 16, 4), 64);
});

test("a masked MSI-X vector waits", () => {
  const { driver, machine } = world(disk(), { msix: true });
  machine.bus.writeMemory(driver.table + 16 + 12, 4, 1);
  driver.exchange(0, request(0, 0), 512, 1);
  assert.equal(machine.bus.readMemory(driver.table + 0x800, 4), 2);
  machine.bus.writeMemory(driver.table + 16 + 12, 4, 0);
  assert.equal(machine.bus.readMemory(driver.table + 0x800, 4), 0);
});

test("a snapshot holds requests in flight", () => {
  const one = world(disk());
  one.driver.offer(0, [{ bytes: request(0, 5) }, { bytes: 512 }, { bytes: 1 }]);
  one.driver.kick(0);
  const two = world(disk());
  two.machine.restore(structuredClone(one.machine.save()));
  for (const { driver } of [one, two]) driver.wait(1_000_000);
  assert.deepEqual(structuredClone(two.machine.save()), structuredClone(one.machine.save()));
  assert.equal(one.driver.collect(0).length, 1);
});
