import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { type Disk, openDisk, SECTOR } from "../disk.ts";
import { Log } from "../log.ts";
import { AtaDisk } from "./ata-disk.ts";
import { IdeChannel } from "./ide.ts";

const BASE = 0x1f0;
const CONTROL = 0x3f6;
const [DATA, ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS] = [0, 1, 2, 3, 4, 5, 6, 7];
const SECTORS = 4096;

/** A disk whose sector n is full of n's low byte, but for its number in the first four bytes. */
function numbered(sectors = SECTORS): Uint8Array {
  const bytes = new Uint8Array(sectors * SECTOR);
  const view = new DataView(bytes.buffer);
  for (let n = 0; n < sectors; n++) {
    bytes.fill(n & 0xff, n * SECTOR, (n + 1) * SECTOR);
    view.setUint32(n * SECTOR, n, true);
  }
  return bytes;
}

interface Options {
  readonly disk?: Disk | null;
  readonly second?: Disk;
}

function pc({ disk = openDisk({ image: numbered() }), second }: Options = {}) {
  const errors: string[] = [];
  const log = new Log(["guest_errors", "disk"], (line) => errors.push(line));
  const bus = new Bus(log);
  const clock = new Clock();
  const pin = { high: false, rises: 0 };
  const line = {
    set(high: boolean) {
      if (high && !pin.high) pin.rises++;
      pin.high = high;
    },
  };
  const drives = [disk, second].map((d, i) => (d ? new AtaDisk({ name: `ata.${i}`, clock, log, disk: d }) : undefined));
  const [device0, device1] = drives;
  const channel = new IdeChannel({
    name: "ide.primary",
    bus,
    base: BASE,
    control: CONTROL,
    line,
    log,
    ...(device0 ? { device0 } : {}),
    ...(device1 ? { device1 } : {}),
  });
  const out = (register: number, value: number) => bus.writePort(BASE + register, 1, value);
  const read = (register: number) => bus.readPort(BASE + register, 1);
  const control = (value: number) => bus.writePort(CONTROL, 1, value);
  const alternate = () => bus.readPort(CONTROL, 1);
  /** Lets time pass until the drive is not busy any more. */
  const ready = () => {
    for (let i = 0; alternate() & 0x80; i++) {
      assert.ok(i < 100, "busy for ever");
      clock.advanceTo(clock.nextDeadline());
    }
    return alternate();
  };
  const command = (code: number, { count = 0, lba = 0, device = 0xe0, features = 0 } = {}) => {
    out(DEVICE, (device & 0xf0) | ((lba >>> 24) & 0x0f));
    out(ERROR, features);
    out(COUNT, count & 0xff);
    out(LOW, lba & 0xff);
    out(MID, (lba >> 8) & 0xff);
    out(HIGH, (lba >> 16) & 0xff);
    out(STATUS, code);
  };
  const commandExt = (code: number, { count = 0, lba = 0 } = {}) => {
    out(DEVICE, 0x40);
    const byte = (n: number) => Math.floor(lba / 2 ** (8 * n)) % 256;
    for (const [register, high, low] of [
      [COUNT, count >> 8, count & 0xff],
      [LOW, byte(3), byte(0)],
      [MID, byte(4), byte(1)],
      [HIGH, byte(5), byte(2)],
    ] as const) {
      out(register, high);
      out(register, low);
    }
    out(STATUS, code);
  };
  const readBlock = (sectors = 1) => {
    const bytes = new Uint8Array(sectors * SECTOR);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < bytes.length; i += 2) view.setUint16(i, bus.readPort(BASE + DATA, 2), true);
    return bytes;
  };
  const writeBlock = (bytes: Uint8Array) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let i = 0; i < bytes.length; i += 4) bus.writePort(BASE + DATA, 4, view.getUint32(i, true));
  };
  const words = () => {
    const bytes = readBlock();
    return new Uint16Array(bytes.buffer);
  };
  const reset = () => {
    channel.reset();
    for (const drive of drives) drive?.reset();
    ready();
  };
  reset();
  return {
    ...{ bus, clock, pin, errors, channel, drives, out, read, control, alternate, ready, reset },
    ...{ command, commandExt, readBlock, writeBlock, words },
  };
}

const numberOf = (sector: Uint8Array) => new DataView(sector.buffer, sector.byteOffset).getUint32(0, true);

test("after reset a disk is ready and shows its signature and that its diagnostic passed", () => {
  const { read } = pc();
  assert.equal(read(STATUS), 0x50);
  assert.deepEqual([ERROR, COUNT, LOW, MID, HIGH, DEVICE].map(read), [1, 1, 1, 0, 0, 0xa0]);
});

test("IDENTIFY tells what the drive is, and its checksum is right", () => {
  const { command, ready, words, read, pin } = pc();
  command(0xec);
  assert.equal(read(STATUS), 0xd0, "busy until its deadline");
  assert.equal(ready(), 0x58);
  assert.equal(pin.high, true);
  read(STATUS);
  assert.equal(pin.high, false, "the status read answers the interrupt");
  const w = words();
  assert.equal(read(STATUS), 0x50);
  assert.deepEqual([w[1], w[3], w[6]], [4, 16, 63]);
  assert.equal(w[60]! | (w[61]! << 16), SECTORS);
  assert.equal(w[100]! | (w[101]! << 16), SECTORS);
  assert.equal(w[83]! & 0xc400, 0x4400, "48-bit addresses");
  const text = String.fromCharCode(...Array.from(w.slice(27, 47)).flatMap((x) => [x >> 8, x & 0xff]));
  assert.equal(text, "Cor virtual disk".padEnd(40));
  const sum = Array.from(w).reduce((s, x) => s + (x & 0xff) + (x >> 8), 0);
  assert.equal(sum & 0xff, 0);
  assert.equal(w[255]! & 0xff, 0xa5);
});

test("READ SECTORS gives each sector as a block with an interrupt of its own", () => {
  const { command, ready, readBlock, read, pin } = pc();
  command(0x20, { lba: 1000, count: 3 });
  for (let i = 0; i < 3; i++) {
    assert.equal(ready(), 0x58);
    read(STATUS);
    const sector = readBlock();
    assert.equal(numberOf(sector), 1000 + i);
    assert.equal(sector[511], (1000 + i) & 0xff);
  }
  assert.equal(read(STATUS), 0x50);
  assert.equal(pin.rises, 3);
  assert.equal(read(COUNT), 0);
  assert.equal(read(LOW) | (read(MID) << 8), 1002, "the last sector read");
});

test("a count of zero means 256 sectors", () => {
  const { command, ready, readBlock, read } = pc();
  command(0x20, { lba: 5 });
  let sectors = 0;
  while (ready() & 8) {
    readBlock();
    sectors++;
  }
  assert.equal(sectors, 256);
  assert.equal(read(STATUS), 0x50);
});

test("48-bit commands reach the sectors beyond 2^28 and count to 65536", () => {
  const far = 2 ** 32 + 12345;
  const asked: number[] = [];
  const disk: Disk = {
    sectors: 2 ** 33,
    readonly: false,
    read(sector, into) {
      asked.push(sector);
      into.fill(0);
      return true;
    },
    write: () => true,
    flush: () => true,
    close() {},
  };
  const { commandExt, ready, readBlock, words, command, read, control, out } = pc({ disk });
  commandExt(0x24, { lba: far, count: 2 });
  for (let i = 0; i < 2; i++) {
    ready();
    readBlock();
  }
  assert.deepEqual(asked, [far, far + 1]);
  control(0x80);
  assert.deepEqual([LOW, MID, HIGH].map(read), [0, 1, 0], "the high-order bytes, by HOB");
  out(ERROR, 0);
  assert.equal(read(LOW), (12345 + 1) & 0xff, "any write to the command block clears HOB");
  commandExt(0x42, { lba: 0, count: 0 });
  ready();
  assert.equal(asked.length, 2 + 65536);
  command(0xec);
  ready();
  const w = words();
  assert.equal(w[60]! + w[61]! * 65536, 2 ** 28 - 1);
  assert.equal(w[102], 2);
  commandExt(0x27);
  ready();
  control(0x80);
  assert.deepEqual([LOW, MID, HIGH].map(read), [255, 1, 0]);
});

test("cylinders, heads and sectors reach the same sectors, in the geometry the program set", () => {
  const { out, ready, readBlock, read } = pc();
  const chs = (cylinder: number, head: number, sector: number) => {
    out(DEVICE, 0xa0 | head);
    out(COUNT, 1);
    out(LOW, sector);
    out(MID, cylinder & 0xff);
    out(HIGH, cylinder >> 8);
    out(STATUS, 0x20);
    ready();
  };
  chs(2, 3, 4);
  assert.equal(numberOf(readBlock()), (2 * 16 + 3) * 63 + 3);
  assert.deepEqual([LOW, MID, HIGH, DEVICE].map(read), [4, 2, 0, 0xa3]);
  out(DEVICE, 0xa3);
  out(COUNT, 32);
  out(STATUS, 0x91);
  ready();
  chs(5, 3, 32);
  assert.equal(numberOf(readBlock()), (5 * 4 + 3) * 32 + 31);
  chs(0, 0, 0);
  assert.equal(read(STATUS), 0x51);
  assert.equal(read(ERROR), 0x10, "there is no sector 0");
  chs(0, 4, 1);
  assert.equal(read(ERROR), 0x10);
});

test("READ MULTIPLE moves blocks of the size SET MULTIPLE MODE chose, and is refused before", () => {
  const { command, ready, readBlock, read, words, pin } = pc();
  command(0xc4, { count: 8 });
  assert.equal(ready(), 0x51);
  assert.equal(read(ERROR), 0x04);
  command(0xc6, { count: 3 });
  assert.equal(ready(), 0x51, "no power of two");
  command(0xc6, { count: 8 });
  assert.equal(ready(), 0x50);
  command(0xec);
  ready();
  assert.equal(words()[59], 0x0108);
  read(STATUS);
  pin.rises = 0;
  command(0xc4, { lba: 10, count: 20 });
  for (const [from, count] of [
    [10, 8],
    [18, 8],
    [26, 4],
  ] as const) {
    assert.equal(ready(), 0x58);
    read(STATUS);
    const block = readBlock(count);
    for (let i = 0; i < count; i++) assert.equal(numberOf(block.subarray(i * SECTOR)), from + i);
  }
  assert.equal(read(STATUS), 0x50);
  assert.equal(pin.rises, 3);
});

test("WRITE SECTORS takes the first block without an interrupt and stores at the deadline", () => {
  const disk = openDisk({ image: numbered() });
  const { command, ready, writeBlock, read, pin, alternate } = pc({ disk });
  command(0x30, { lba: 7, count: 2 });
  assert.equal(alternate(), 0x58);
  assert.equal(pin.high, false);
  writeBlock(new Uint8Array(SECTOR).fill(0xaa));
  assert.equal(alternate(), 0xd0);
  const now = new Uint8Array(SECTOR);
  disk.read(7, now);
  assert.equal(now[100], 7, "not yet");
  assert.equal(ready(), 0x58);
  assert.equal(pin.high, true);
  read(STATUS);
  writeBlock(new Uint8Array(SECTOR).fill(0xbb));
  assert.equal(ready(), 0x50);
  assert.equal(pin.rises, 2);
  const both = new Uint8Array(2 * SECTOR);
  disk.read(7, both);
  assert.deepEqual([both[0], both[511], both[512], both[1023]], [0xaa, 0xaa, 0xbb, 0xbb]);
});

test("WRITE MULTIPLE EXT stores blocks, and FLUSH CACHE reaches the host", () => {
  let flushes = 0;
  const memory = openDisk({ image: numbered() });
  const disk: Disk = {
    sectors: memory.sectors,
    readonly: false,
    read: (sector, into) => memory.read(sector, into),
    write: (sector, from) => memory.write(sector, from),
    flush: () => ++flushes > 0,
    close() {},
  };
  const { command, commandExt, ready, writeBlock } = pc({ disk });
  command(0xc6, { count: 4 });
  ready();
  commandExt(0x39, { lba: 100, count: 6 });
  writeBlock(new Uint8Array(4 * SECTOR).fill(1));
  assert.equal(ready(), 0x58);
  writeBlock(new Uint8Array(2 * SECTOR).fill(2));
  assert.equal(ready(), 0x50);
  const all = new Uint8Array(7 * SECTOR);
  memory.read(100, all);
  assert.deepEqual(
    [0, 3, 4, 5, 6].map((i) => all[i * SECTOR + 9]),
    [1, 1, 2, 2, 106],
  );
  assert.equal(flushes, 0);
  for (const [i, code] of [0xe7, 0xea].entries()) {
    command(code);
    assert.equal(ready(), 0x50);
    assert.equal(flushes, i + 1);
  }
  command(0xef, { features: 0x82 });
  ready();
  command(0x30, { lba: 1, count: 1 });
  writeBlock(new Uint8Array(SECTOR));
  assert.equal(ready(), 0x50);
  assert.equal(flushes, 3, "without a write cache every write is on the disk when it is done");
});

test("a sector beyond the end is not found, and what lies before it is read", () => {
  const { command, ready, readBlock, read } = pc();
  command(0x20, { lba: SECTORS - 1, count: 2 });
  assert.equal(ready(), 0x58);
  assert.equal(numberOf(readBlock()), SECTORS - 1);
  assert.equal(ready(), 0x51);
  assert.equal(read(ERROR), 0x10);
  assert.equal(read(LOW) | (read(MID) << 8), SECTORS);
  command(0x30, { lba: SECTORS, count: 1 });
  assert.equal(ready(), 0x51);
  assert.equal(read(ERROR), 0x10);
  command(0x40, { lba: SECTORS - 3, count: 4 });
  assert.equal(ready(), 0x51);
  command(0x40, { lba: SECTORS - 4, count: 4 });
  assert.equal(ready(), 0x50);
});

test("what the host cannot do is an error of the drive and a line in the log", () => {
  const disk: Disk = {
    sectors: 10,
    readonly: false,
    read: () => false,
    write: () => false,
    flush: () => false,
    close() {},
  };
  const { command, ready, read, writeBlock, errors } = pc({ disk });
  command(0x20, { lba: 3, count: 1 });
  assert.equal(ready(), 0x51);
  assert.equal(read(ERROR), 0x40);
  command(0x30, { lba: 3, count: 1 });
  writeBlock(new Uint8Array(SECTOR));
  assert.equal(ready(), 0x51);
  assert.equal(read(ERROR), 0x04);
  command(0xe7);
  assert.equal(ready(), 0x51);
  assert.equal(errors.filter((line) => line.includes("the host could not")).length, 3);
});

test("a read-only disk aborts writes", () => {
  const { command, ready, read } = pc({ disk: openDisk({ image: numbered(), readonly: true }) });
  command(0x30, { lba: 3, count: 1 });
  assert.equal(ready(), 0x51);
  assert.equal(read(ERROR), 0x04);
});

test("unknown commands, NOP, DEVICE RESET and IDENTIFY PACKET DEVICE are aborted", () => {
  const { command, ready, read } = pc();
  for (const code of [0x00, 0x08, 0xa0, 0xa1, 0xb0, 0xff]) {
    command(code);
    assert.equal(ready(), 0x51, code.toString(16));
    assert.equal(read(ERROR), 0x04);
  }
});

test("SET FEATURES knows caches and PIO modes, and IDENTIFY tells what is on", () => {
  const { command, ready, words } = pc();
  for (const [features, count, status] of [
    [0x82, 0, 0x50],
    [0x55, 0, 0x50],
    [0x03, 0x0c, 0x50],
    [0x03, 0x45, 0x51],
    [0x99, 0, 0x51],
  ] as const) {
    command(0xef, { features, count });
    assert.equal(ready(), status);
  }
  command(0xec);
  ready();
  assert.equal(words()[85]! & 0x60, 0);
});

test("power modes: standby until the next access to the medium", () => {
  const { command, ready, read, readBlock } = pc();
  const mode = () => {
    command(0xe5);
    ready();
    return read(COUNT);
  };
  assert.equal(mode(), 0xff);
  command(0xe0);
  assert.equal(ready(), 0x50);
  assert.equal(mode(), 0x00);
  command(0x20, { count: 1 });
  ready();
  readBlock();
  assert.equal(mode(), 0xff);
});

test("the sector buffer keeps what was written to it", () => {
  const { command, ready, readBlock, writeBlock } = pc();
  command(0xe8);
  writeBlock(numbered(1).fill(0x5a));
  ready();
  command(0xe4);
  ready();
  assert.equal(readBlock()[300], 0x5a);
});

test("SEEK and RECALIBRATE complete, READ NATIVE MAX tells the last sector", () => {
  const { command, ready, read } = pc();
  command(0x70, { lba: 5 });
  assert.equal(ready(), 0x50);
  command(0x7f, { lba: SECTORS });
  assert.equal(ready(), 0x51);
  command(0x10);
  assert.equal(ready(), 0x50);
  command(0xf8);
  assert.equal(ready(), 0x50);
  assert.equal(read(LOW) | (read(MID) << 8) | (read(HIGH) << 16), SECTORS - 1);
});

test("SRST stops a transfer, keeps both devices busy while it is set, and selects device 0", () => {
  const { command, control, alternate, ready, read, pin, out, clock } = pc({
    second: openDisk({ image: numbered(64) }),
  });
  out(DEVICE, 0xf0);
  command(0x20, { count: 4, device: 0xf0 });
  ready();
  assert.equal(pin.high, true);
  control(0x04);
  assert.equal(alternate(), 0x80);
  assert.equal(pin.high, false);
  clock.advanceTo(clock.now + 1e9);
  assert.equal(alternate(), 0x80);
  control(0x00);
  assert.equal(ready(), 0x50);
  assert.deepEqual([ERROR, COUNT, LOW, MID, HIGH, DEVICE].map(read), [1, 1, 1, 0, 0, 0xa0]);
});

test("EXECUTE DEVICE DIAGNOSTIC runs on both devices, and device 0 interrupts", () => {
  const { out, ready, read, pin } = pc({ second: openDisk({ image: numbered(64) }) });
  out(DEVICE, 0xb0);
  out(STATUS, 0x90);
  assert.equal(ready(), 0x50);
  assert.equal(pin.high, true);
  assert.equal(read(ERROR), 1);
  assert.equal(read(DEVICE), 0xa0);
});

test("two drives: each has its own sectors, and only the selected one interrupts", () => {
  const second = new Uint8Array(64 * SECTOR).fill(0x77);
  const { command, ready, readBlock, out, pin, words } = pc({ second: openDisk({ image: second }) });
  command(0x20, { lba: 3, count: 1, device: 0xf0 });
  ready();
  assert.equal(pin.high, true);
  assert.equal(readBlock()[9], 0x77);
  out(DEVICE, 0xe0);
  assert.equal(pin.high, false);
  command(0x20, { lba: 3, count: 1 });
  ready();
  assert.equal(readBlock()[9], 3);
  command(0xec, { device: 0xf0 });
  ready();
  assert.equal(words()[60], 64);
});

test("device 0 answers for a missing device 1: registers, but a status of zero, and commands vanish", () => {
  const { out, read, pin, alternate } = pc();
  out(DEVICE, 0xb0);
  out(COUNT, 0x55);
  out(LOW, 0xaa);
  assert.equal(read(COUNT), 0x55);
  assert.equal(read(LOW), 0xaa);
  assert.equal(read(DEVICE), 0xb0);
  assert.equal(alternate(), 0);
  out(STATUS, 0xec);
  assert.equal(read(STATUS), 0);
  assert.equal(pin.high, false);
  out(DEVICE, 0xa0);
  assert.equal(read(STATUS), 0x50);
});

test("an empty channel reads as zero", () => {
  const { out, read, bus, alternate } = pc({ disk: null });
  out(DEVICE, 0xa0);
  out(COUNT, 0x55);
  assert.deepEqual([ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS].map(read), [0, 0, 0, 0, 0, 0, 0]);
  assert.equal(bus.readPort(BASE, 2), 0);
  assert.equal(alternate(), 0);
});

test("nIEN keeps the interrupt from the line until it is cleared", () => {
  const { command, control, ready, pin } = pc();
  control(0x02);
  command(0xe7);
  ready();
  assert.equal(pin.high, false);
  control(0x00);
  assert.equal(pin.high, true);
});

test("registers and data are left alone while BSY, and the log tells", () => {
  const { command, out, read, ready, bus, errors } = pc();
  command(0x20, { lba: 7, count: 1 });
  errors.length = 0;
  out(COUNT, 9);
  out(STATUS, 0xec);
  assert.equal(bus.readPort(BASE, 2), 0xffff);
  assert.equal(errors.length, 3);
  assert.equal(ready(), 0x58);
  assert.equal(read(COUNT), 0);
});

test("a restored channel continues a transfer in the middle of a block", () => {
  const a = pc();
  a.command(0x20, { lba: 50, count: 2 });
  a.ready();
  for (let i = 0; i < 100; i++) a.bus.readPort(BASE, 2);
  const b = pc();
  b.clock.restore(structuredClone(a.clock.save()));
  b.drives[0]!.restore(structuredClone(a.drives[0]!.save()));
  b.channel.restore(structuredClone(a.channel.save()));
  assert.equal(b.pin.high, true);
  for (let i = 100; i < 256; i++) assert.equal(b.bus.readPort(BASE, 2), a.bus.readPort(BASE, 2));
  assert.equal(b.ready(), 0x58);
  assert.equal(numberOf(b.readBlock()), 51);
  assert.equal(b.read(STATUS), 0x50);
});

test("random accesses never throw, never leave the disk's range, and reads fit their width", () => {
  const memory = openDisk({ image: numbered(100) });
  const inside = (sector: number, bytes: Uint8Array) =>
    assert.ok(Number.isInteger(sector) && sector >= 0 && sector + bytes.length / SECTOR <= 100 && bytes.length > 0);
  const disk: Disk = {
    sectors: 100,
    readonly: false,
    read(sector, into) {
      inside(sector, into);
      return memory.read(sector, into);
    },
    write(sector, from) {
      inside(sector, from);
      return memory.write(sector, from);
    },
    flush: () => true,
    close() {},
  };
  const commands = [0x20, 0x24, 0x29, 0x30, 0x34, 0x39, 0x40, 0x91, 0xc4, 0xc5, 0xc6, 0xec, 0xf8, 0x27, 0x90];
  const step = fc.oneof(
    fc.record({ register: fc.nat(7), value: fc.nat(255), what: fc.nat(5) }),
    fc.record({ register: fc.constant(STATUS), value: fc.constantFrom(...commands), what: fc.constant(1) }),
    fc.record({ register: fc.constant(DATA), value: fc.nat(255), what: fc.constantFrom(6, 7) }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 500, maxLength: 500 }), (steps) => {
      const { bus, clock, out, read, control } = pc({ disk, second: disk });
      for (const { register, value, what } of steps) {
        if (what < 4) out(register, value);
        else if (what === 4) control(value);
        else if (what === 5) clock.advanceTo(clock.now + value * 100);
        else for (let i = 0; i < 256; i++) what === 6 ? bus.readPort(BASE, 2) : bus.writePort(BASE, 2, value);
        const byte = read(register);
        assert.ok(Number.isInteger(byte) && byte >= 0 && byte <= 255);
      }
    }),
    { numRuns: 200 },
  );
});
