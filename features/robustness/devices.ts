/**
 * A guest that does anything to the devices: ports, memory-mapped registers, PCI configuration with BARs moved about, DMA lists in
 * RAM that are random or nearly right, and time that passes in between. What devices make of it goes through the machine's own bus;
 * afterwards everything that belongs to nobody is looked at.
 */
import assert from "node:assert/strict";
import type { AccessSize } from "../../emulator/bus.ts";
import { Machine, type Snapshot } from "../../emulator/machine.ts";
import { IO_APIC, LOCAL_APIC, MiB } from "../../emulator/map.ts";
import { RAM_BASE } from "../../emulator/memory.ts";
import { Random } from "../cpu/random.ts";
import { PORTS } from "./scene.ts";

const RAM = 4 * MiB;
const FIRMWARE = 0x1_0000;
const CANARY = 0xa5;
const SIZES: readonly AccessSize[] = [1, 2, 4];
const ROM = 0xffff_0000;

/** Ports of one device each, first and last: an operation stays with one for a while, as drivers do. */
const devices: readonly (readonly [name: string, first: number, last: number])[] = [
  ["DMA controllers", 0x00, 0x0f],
  ["8259", 0x20, 0x21],
  ["8259", 0xa0, 0xa1],
  ["8254", 0x40, 0x43],
  ["8042", 0x60, 0x64],
  ["RTC", 0x70, 0x71],
  ["DMA pages", 0x80, 0x8f],
  ["port 92h", 0x92, 0x92],
  ["DMA controllers", 0xc0, 0xdf],
  ["ATA, secondary", 0x170, 0x177],
  ["ATA, primary", 0x1f0, 0x1f7],
  ["ATA control", 0x376, 0x376],
  ["ATA control", 0x3f6, 0x3f6],
  ["VBE", 0x1ce, 0x1d0],
  ["VGA", 0x3b0, 0x3df],
  ["COM1", 0x3f8, 0x3ff],
  ["COM2", 0x2f8, 0x2ff],
  ["fw_cfg", 0x510, 0x51b],
  ["PCI", 0xcf8, 0xcff],
  ["power management", 0x600, 0x63f],
  ["bus master, virtio", 0xc000, 0xc07f],
  ["anything", 0, 0xffff],
];

/** Commands that make ATA and ATAPI devices do something. */
const COMMANDS = [0x20, 0x30, 0xc4, 0xc5, 0xc6, 0xc8, 0xca, 0xec, 0xa0, 0xa1, 0xef, 0xe7, 0x90, 0x91, 0x08, 0x25, 0x35];
/** First bytes of SCSI commands. */
const PACKETS = [0x00, 0x03, 0x12, 0x1b, 0x1e, 0x25, 0x28, 0xa8, 0xbe, 0x43, 0x46, 0x4a, 0x51, 0x52, 0x5a];

export class DeviceArena {
  readonly #machine: Machine;
  readonly #powerOn: Snapshot;
  readonly #firmware = Uint8Array.from({ length: FIRMWARE }, (_, i) => i * 7);
  readonly #guard: Uint8Array;

  constructor() {
    const image = Uint8Array.from({ length: 64 * 1024 }, (_, i) => i * 3);
    this.#machine = new Machine({
      memory: RAM / MiB,
      firmware: this.#firmware,
      disks: [{ image }, { image, interface: "virtio" }],
      cdrom: new Uint8Array(64 * 1024),
      network: {},
      console: true,
      rng: true,
    });
    this.#powerOn = this.#machine.save();
    const { memory } = this.#machine;
    this.#guard = memory.bytes.subarray(RAM_BASE + RAM + FIRMWARE);
    this.#guard.fill(CANARY);
  }

  /** So many operations of a seed. Throws what the host should not have thrown, and when something was damaged. */
  run(seed: number, operations: number): void {
    const machine = this.#machine;
    const random = new Random(seed);
    machine.restore(this.#powerOn);
    this.#lists(random);
    for (let left = operations; left > 0; ) {
      const some = 1 + random.below(12);
      left -= some;
      this.#drive(random, some);
      // Deadlines fall due; what devices ask of the machine (a reset, the end) is carried out.
      if (random.once(3)) machine.clock.advanceTo(machine.clock.now + random.below(1 << random.below(22)));
      if (random.once(8)) machine.run({ instructions: 20, cycle: machine.clock.now + 1000 });
      if (random.once(16)) machine.input({ channel: "com1", bytes: Uint8Array.of(random.word(), random.word()) });
      if (random.once(200)) machine.restore(machine.save());
      if (random.once(200)) machine.reset();
      if (random.once(50)) machine.vga.render();
    }
    this.#check();
  }

  /** Physical region descriptors, fw_cfg's requests and virtqueues that are more or less right, all over RAM. */
  #lists(random: Random): void {
    const { memory } = this.#machine;
    for (let i = 0; i < 64; i++) memory.store(random.below(RAM / 4) * 4, 4, this.#value(random));
    for (let page = 0; page < 8; page++)
      for (let at = 0; at < 0x100; at += 8) {
        memory.store(0x1_0000 + 0x1000 * page + at, 4, random.once(4) ? this.#value(random) : random.below(RAM));
        memory.store(0x1_0004 + 0x1000 * page + at, 4, random.once(2) ? this.#value(random) : random.below(0x1_0000));
      }
  }

  #value(random: Random): number {
    switch (random.below(6)) {
      case 0:
        return random.word();
      case 1:
        return random.below(256);
      case 2:
        return (1 << random.below(32)) >>> 0;
      case 3:
        // In RAM, often one of the lists.
        return random.once(2) ? 0x1_0000 + 0x1000 * random.below(8) : random.below(RAM + 0x1000);
      case 4:
        return 0xffff_ffff;
      default:
        return 0;
    }
  }

  #drive(random: Random, count: number): void {
    const { bus } = this.#machine;
    const port = (number: number, size: AccessSize, value = this.#value(random)) => {
      if (random.once(3)) bus.readPort(number, size);
      else bus.writePort(number, size, value);
    };
    switch (random.below(8)) {
      case 0:
      case 1: {
        const [, first, last] = random.pick(devices);
        for (let i = 0; i < count; i++) port(first + random.below(last - first + 1), random.pick(SIZES));
        break;
      }
      case 2:
        for (let i = 0; i < count; i++) port(random.pick(PORTS), random.pick(SIZES));
        break;
      case 3: {
        // Configuration space: a function that is there, more often than not.
        const address = (0x8000_0000 | (random.below(8) << 11) | (random.below(4) << 8)) >>> 0;
        for (let i = 0; i < count; i++) {
          const register = random.once(2) ? random.pick([0x04, 0x10, 0x14, 0x20, 0x30, 0x3c]) : 4 * random.below(64);
          bus.writePort(0xcf8, 4, address | register);
          port(0xcfc + random.below(4), random.pick(SIZES));
        }
        break;
      }
      case 4:
        this.#ata(random, count);
        break;
      case 5:
        for (let i = 0; i < count; i++) {
          const base = random.pick([LOCAL_APIC, IO_APIC, 0xa_0000, 0xb_8000, 0xc_0000, 0xe000_0000, 0xfebc_0000, ROM]);
          const address = (base + (random.below(0x2000) & ~3) + (random.once(8) ? random.below(4) : 0)) >>> 0;
          if (random.once(2)) bus.readMemory(address, random.pick(SIZES));
          else bus.writeMemory(address, random.pick(SIZES), this.#value(random));
        }
        break;
      case 6: {
        // fw_cfg by DMA, big-endian: control, length, address.
        const at = 0x1_0000 + 0x1000 * random.below(8);
        for (let i = 0; i < 16; i += 4) this.#machine.memory.store(at + i, 4, this.#value(random));
        if (random.once(2)) this.#machine.memory.store(at, 4, random.below(32) << 24);
        bus.writePort(0x514, 4, 0);
        bus.writePort(0x518, 4, ((at & 0xff) << 24) | ((at & 0xff00) << 8) | ((at >> 8) & 0xff00) | (at >>> 24));
        break;
      }
      default:
        this.#busMaster(random);
    }
  }

  /** A transfer by the bus master of the IDE function, as a driver would start it but for some steps. */
  #busMaster(random: Random): void {
    const { bus, clock } = this.#machine;
    const channel = random.below(2);
    const base = [0x1f0, 0x170][channel]!;
    const engine = 0xc000 + 8 * channel;
    const packet = channel === 1 && !random.once(4);
    const step = (port: number, size: AccessSize, value: number) => {
      if (!random.once(16)) bus.writePort(port, size, random.once(16) ? this.#value(random) : value);
    };
    step(0xcf8, 4, 0x8000_0920);
    step(0xcfc, 4, 0xc001);
    step(0xcf8, 4, 0x8000_0904);
    step(0xcfc, 2, 7);
    step(engine, 1, 0);
    step(engine + 4, 4, 0x1_0000 + 0x1000 * random.below(8));
    for (const [register, value] of [
      [6, 0xe0],
      [1, packet ? 1 : 0],
      [2, 1 + random.below(16)],
      [3, random.below(64)],
      [4, 0],
      [5, packet ? 0x80 : 0],
      [7, packet ? 0xa0 : random.pick([0xc8, 0xca])],
    ] as const)
      step(base + register, 1, value);
    if (packet) {
      clock.advanceTo(clock.now + random.below(2_000_000));
      for (const word of [0x28, 0, random.below(16) << 8, 0, random.below(8) << 8, 0]) step(base, 2, word);
    }
    step(engine, 1, random.once(8) ? random.word() & 0xff : random.pick([1, 9]));
    for (let i = 0; i < 3; i++) {
      clock.advanceTo(clock.now + random.below(2_000_000));
      bus.readPort(engine + 2, 1);
    }
  }

  #ata(random: Random, count: number): void {
    const { bus } = this.#machine;
    const base = random.pick([0x1f0, 0x170]);
    for (let register = 1; register < 6; register++)
      if (!random.once(3)) bus.writePort(base + register, 1, random.once(2) ? random.below(4) : random.word() & 0xff);
    bus.writePort(base + 6, 1, random.pick([0xa0, 0xe0, 0xb0, 0xf0, random.word() & 0xff]));
    bus.writePort(base + 7, 1, random.once(4) ? random.word() & 0xff : random.pick(COMMANDS));
    if (random.once(2)) {
      bus.writePort(base, 2, random.once(4) ? random.word() & 0xffff : random.pick(PACKETS));
      for (let i = 1; i < 6; i++) bus.writePort(base, 2, random.once(2) ? random.below(4) : random.word() & 0xffff);
    }
    this.#machine.clock.advanceTo(this.#machine.clock.now + random.below(500_000));
    for (let i = 0; i < count; i++) {
      if (random.once(2)) bus.readPort(base, random.pick(SIZES));
      else bus.writePort(base, random.pick(SIZES), random.word());
      bus.readPort(base + 7, 1);
    }
  }

  #check(): void {
    const { memory } = this.#machine;
    const damaged = this.#guard.findIndex((byte) => byte !== CANARY);
    assert.equal(damaged, -1, "the room behind RAM and ROM was written to");
    const rom = memory.bytes.subarray(RAM_BASE + RAM, RAM_BASE + RAM + FIRMWARE);
    assert.equal(Buffer.compare(rom, this.#firmware), 0, "ROM was written to");
  }
}
