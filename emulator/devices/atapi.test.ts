import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { type Disk, openDisk } from "../disk.ts";
import { Log } from "../log.ts";
import { AtapiCdrom } from "./atapi.ts";
import { IdeChannel } from "./ide.ts";

const BASE = 0x170;
const CONTROL = 0x376;
const [DATA, ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS] = [0, 1, 2, 3, 4, 5, 6, 7];
const SECTORS = 600;

/** A disc whose sector n begins with n as 32 bits and is otherwise full of n's low byte. */
function image(sectors = SECTORS): Uint8Array {
  const bytes = new Uint8Array(sectors * 2048);
  const view = new DataView(bytes.buffer);
  for (let n = 0; n < sectors; n++) {
    bytes.fill(n & 0xff, n * 2048, (n + 1) * 2048);
    view.setUint32(n * 2048, n, true);
  }
  return bytes;
}

function pc(disc: Disk | null = openDisk({ image: image(), readonly: true })) {
  const log = new Log();
  const bus = new Bus(log);
  const clock = new Clock();
  const pin = { high: false, rises: 0 };
  const line = {
    set(high: boolean) {
      if (high && !pin.high) pin.rises++;
      pin.high = high;
    },
  };
  const cdrom = new AtapiCdrom({ name: "ata.secondary.0", clock, log, disc });
  const channel = new IdeChannel({
    name: "ide.secondary",
    bus,
    base: BASE,
    control: CONTROL,
    line,
    log,
    device0: cdrom,
  });
  const out = (register: number, value: number) => bus.writePort(BASE + register, 1, value);
  const read = (register: number) => bus.readPort(BASE + register, 1);
  const ready = () => {
    for (let i = 0; bus.readPort(CONTROL, 1) & 0x80; i++) {
      assert.ok(i < 100, "busy for ever");
      clock.advanceTo(clock.nextDeadline());
    }
    return bus.readPort(CONTROL, 1);
  };
  const command = (code: number, features = 0) => {
    out(DEVICE, 0xa0);
    out(ERROR, features);
    out(STATUS, code);
    return ready();
  };
  /** Sends a packet and takes all data; gives them, or the sense key when the command failed. */
  const packet = (bytes: number[], limit = 0xfffe): Uint8Array | number => {
    out(DEVICE, 0xa0);
    out(ERROR, 0);
    out(MID, limit & 0xff);
    out(HIGH, limit >> 8);
    out(STATUS, 0xa0);
    assert.equal(ready() & 0x08, 0x08);
    assert.equal(read(COUNT) & 3, 1);
    const padded = [...bytes, ...new Array<number>(12 - bytes.length).fill(0)];
    for (let i = 0; i < 12; i += 2) bus.writePort(BASE + DATA, 2, padded[i]! | (padded[i + 1]! << 8));
    const data: number[] = [];
    const lengths: number[] = [];
    while (ready() & 0x08) {
      assert.equal(read(COUNT) & 3, 2);
      const length = read(MID) | (read(HIGH) << 8);
      assert.ok(length > 0 && length <= limit);
      lengths.push(length);
      read(STATUS);
      for (let i = 0; i < length; i += 2) {
        const word = bus.readPort(BASE + DATA, 2);
        data.push(word & 0xff);
        if (i + 1 < length) data.push(word >> 8);
      }
    }
    assert.equal(read(COUNT) & 3, 3);
    assert.ok(
      lengths.slice(0, -1).every((length) => length % 2 === 0),
      "only the last block may be odd",
    );
    return read(STATUS) & 1 ? read(ERROR) >> 4 : Uint8Array.from(data);
  };
  /** The same, for commands that must succeed. */
  const good = (bytes: number[], limit?: number): Uint8Array => {
    const answer = packet(bytes, limit);
    assert.ok(answer instanceof Uint8Array, `sense key ${answer}`);
    return answer;
  };
  const sense = () => {
    const answer = good([0x03, 0, 0, 0, 18]);
    return [answer[2], answer[12], answer[13]];
  };
  cdrom.reset();
  channel.reset();
  ready();
  return { bus, clock, pin, cdrom, channel, out, read, ready, command, packet, good, sense };
}

/** A drive that has told its UNIT ATTENTION after power-on. */
function attended(disc?: Disk | null) {
  const drive = pc(disc);
  drive.packet([0x00]);
  return drive;
}

const read10 = (lba: number, count: number) =>
  [0x28, 0, lba >>> 24, lba >> 16, lba >> 8, lba, 0, count >> 8, count].map((b) => b & 0xff);

test("after reset the registers say ATAPI, and IDENTIFY DEVICE is aborted with the same signature", () => {
  const { read, command, ready } = pc();
  assert.equal(ready(), 0x00);
  assert.deepEqual([ERROR, COUNT, LOW, MID, HIGH].map(read), [1, 1, 1, 0x14, 0xeb]);
  assert.equal(command(0xec), 0x51);
  assert.deepEqual([ERROR, MID, HIGH].map(read), [4, 0x14, 0xeb]);
});

test("IDENTIFY PACKET DEVICE describes a CD-ROM drive", () => {
  const { bus, command } = pc();
  assert.equal(command(0xa1), 0x58);
  const words = Array.from({ length: 256 }, () => bus.readPort(BASE, 2));
  assert.equal(words[0], 0x85c0);
  assert.equal(words.reduce((sum, word) => sum + (word & 0xff) + (word >> 8), 0) & 0xff, 0);
});

test("power-on is a UNIT ATTENTION, told once; INQUIRY answers before", () => {
  const { packet, good, sense } = pc();
  const inquiry = good([0x12, 0, 0, 0, 36]);
  assert.equal(inquiry.length, 36);
  assert.equal(inquiry[0], 0x05);
  assert.equal(inquiry[1], 0x80);
  assert.equal(packet([0x00]), 6);
  assert.deepEqual(sense(), [6, 0x29, 0]);
  assert.deepEqual(sense(), [0, 0, 0]);
  good([0x00]);
});

test("READ (10) gives sectors in blocks no longer than the host's limit, with an interrupt for each and one at the end", () => {
  for (const [limit, blocks] of [
    [2048, 3],
    [0xfffe, 1],
    [1001, 7],
    [0, 1],
  ] as const) {
    const { good, pin } = attended();
    pin.rises = 0;
    const data = limit === 0 ? good(read10(300, 3), 0xffff) : good(read10(300, 3), limit);
    assert.equal(data.length, 3 * 2048);
    for (let i = 0; i < 3; i++) {
      assert.equal(new DataView(data.buffer).getUint32(i * 2048, true), 300 + i);
      assert.equal(data[i * 2048 + 2047], (300 + i) & 0xff);
    }
    assert.equal(pin.rises, blocks + 1);
  }
});

test("READ (12) and READ CD give the same sectors", () => {
  const { good, packet } = attended();
  const expected = good(read10(5, 1));
  assert.deepEqual(good([0xa8, 0, 0, 0, 0, 5, 0, 0, 0, 1]), expected);
  assert.deepEqual(good([0xbe, 0, 0, 0, 0, 5, 0, 0, 1, 0x10]), expected);
  assert.equal(packet([0xbe, 0, 0, 0, 0, 5, 0, 0, 1, 0xf8]), 5);
});

test("sectors beyond the end are out of range; no sectors are no data", () => {
  const { packet, good, sense } = attended();
  assert.equal(packet(read10(SECTORS - 1, 2)), 5);
  assert.deepEqual(sense(), [5, 0x21, 0]);
  assert.equal(good(read10(0, 0)).length, 0);
  assert.equal(packet([0x2b, 0, 0, 0, 0x7f, 0xff]), 5);
});

test("READ CAPACITY tells the last sector and its size", () => {
  const view = new DataView(attended().good([0x25]).buffer);
  assert.equal(view.getUint32(0), SECTORS - 1);
  assert.equal(view.getUint32(4), 2048);
});

test("READ TOC: one data track and the lead-out, by sector and by minute", () => {
  const { good, packet } = attended();
  assert.deepEqual(
    [...good([0x43, 0, 0, 0, 0, 0, 0, 0, 255])],
    [0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0, 0, 0x14, 0xaa, 0, 0, 0, 2, 88],
  );
  assert.deepEqual([...good([0x43, 2, 0, 0, 0, 0, 0xaa, 0, 255])], [0, 10, 1, 1, 0, 0x14, 0xaa, 0, 0, 0, 10, 0]);
  assert.deepEqual([...good([0x43, 0, 1, 0, 0, 0, 0, 0, 12])], [0, 10, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0]);
  assert.equal(good([0x43, 0, 0, 0, 0, 0, 0, 0, 4]).length, 4, "the allocation length cuts off");
  assert.equal(packet([0x43, 0, 0, 0, 0, 0, 2, 0, 255]), 5);
});

test("without a disc the drive is not ready, and a new one is announced", () => {
  const { packet, sense, cdrom, good } = attended(null);
  assert.equal(packet([0x00]), 2);
  assert.deepEqual(sense(), [2, 0x3a, 0]);
  assert.equal(packet(read10(0, 1)), 2);
  cdrom.insert(openDisk({ image: image(16), readonly: true }));
  assert.deepEqual([...good([0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8])], [0, 6, 4, 0x10, 2, 2, 0, 0]);
  assert.deepEqual([...good([0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8])].slice(4), [0, 2, 0, 0]);
  assert.equal(packet([0x00]), 6);
  assert.deepEqual(sense(), [6, 0x28, 0]);
  assert.equal(good(read10(15, 1)).length, 2048);
});

test("the guest can eject the disc, unless it has locked it, and load it again", () => {
  const { packet, good, sense } = attended();
  good([0x1e, 0, 0, 0, 1]);
  assert.equal(packet([0x1b, 0, 0, 0, 2]), 5);
  assert.deepEqual(sense(), [5, 0x53, 2]);
  good([0x1e, 0, 0, 0, 0]);
  good([0x1b, 0, 0, 0, 2]);
  assert.equal(packet([0x00]), 2);
  good([0x1b, 0, 0, 0, 3]);
  assert.equal(packet([0x00]), 6);
  good([0x00]);
});

test("MODE SENSE gives pages of capabilities and error recovery; others are refused", () => {
  const { good, packet } = attended();
  const capabilities = good([0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 255]);
  assert.equal(capabilities.length, 28);
  assert.equal(capabilities[1], 26);
  assert.equal(capabilities[8], 0x2a);
  assert.equal(good([0x5a, 0, 0x3f, 0, 0, 0, 0, 0, 255]).length, 36);
  assert.equal(packet([0x5a, 0, 0x0e, 0, 0, 0, 0, 0, 255]), 5);
});

test("GET CONFIGURATION, disc and track information, mechanism status", () => {
  const { good } = attended();
  const configuration = good([0x46, 0, 0, 0, 0, 0, 0, 1, 0]);
  const view = new DataView(configuration.buffer);
  assert.equal(view.getUint32(0), configuration.length - 4);
  assert.equal(view.getUint16(6), 0x0008);
  assert.equal(good([0x51, 0, 0, 0, 0, 0, 0, 0, 255]).length, 34);
  assert.equal(new DataView(good([0x52, 1, 0, 0, 0, 1, 0, 0, 255]).buffer).getUint32(24), SECTORS);
  assert.equal(good([0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 8]).length, 8);
  good([0xbb]);
});

test("unknown commands, and those by DMA, are refused", () => {
  const { packet, sense, command, read } = attended();
  assert.equal(packet([0x2a]), 5);
  assert.deepEqual(sense(), [5, 0x20, 0]);
  assert.equal(command(0xa0, 1), 0x51);
  assert.equal(read(ERROR), 4);
  assert.equal(command(0xc8), 0x51);
});

test("a read that the host cannot do is a medium error", () => {
  const disc: Disk = {
    sectors: 400,
    readonly: true,
    read: () => false,
    write: () => false,
    flush: () => true,
    close() {},
  };
  const { packet, sense } = attended(disc);
  assert.equal(packet(read10(0, 1)), 3);
  assert.deepEqual(sense(), [3, 0x11, 0]);
});

test("DEVICE RESET stops a transfer even while the drive is busy", () => {
  const { bus, out, ready, read } = attended();
  out(MID, 0xfe);
  out(HIGH, 0xff);
  out(STATUS, 0xa0);
  ready();
  for (const word of [0x0028, 0, 0, 0, 1, 0]) bus.writePort(BASE, 2, word);
  assert.equal(bus.readPort(CONTROL, 1) & 0x80, 0x80);
  out(STATUS, 0x08);
  assert.equal(ready(), 0);
  assert.deepEqual([MID, HIGH].map(read), [0x14, 0xeb]);
});

test("a restored drive continues a transfer", () => {
  const a = attended();
  a.out(MID, 0x00);
  a.out(HIGH, 0x08);
  a.out(STATUS, 0xa0);
  a.ready();
  const packet = [...read10(40, 2), 0, 0, 0];
  for (let i = 0; i < 12; i += 2) a.bus.writePort(BASE, 2, packet[i]! | (packet[i + 1]! << 8));
  a.ready();
  for (let i = 0; i < 1024; i++) a.bus.readPort(BASE, 2);
  const b = pc();
  b.clock.restore(structuredClone(a.clock.save()));
  b.cdrom.restore(structuredClone(a.cdrom.save()));
  b.channel.restore(structuredClone(a.channel.save()));
  assert.equal(b.ready() & 8, 8);
  assert.equal(b.bus.readPort(BASE, 2), 41);
});

test("random packets and registers never throw and never leave the disc", () => {
  const memory = openDisk({ image: image(50), readonly: true });
  const disc: Disk = {
    sectors: 200,
    readonly: true,
    read(sector, into) {
      assert.ok(Number.isInteger(sector) && sector >= 0 && sector + into.length / 512 <= 200);
      return memory.read(sector, into);
    },
    write: () => false,
    flush: () => true,
    close() {},
  };
  const codes = [0, 3, 0x12, 0x1b, 0x1e, 0x25, 0x28, 0x2b, 0x43, 0x46, 0x4a, 0x51, 0x52, 0x5a, 0xa8, 0xbd, 0xbe];
  const anyPacket = fc.tuple(fc.constantFrom(...codes), fc.array(fc.nat(255), { minLength: 11, maxLength: 11 }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyPacket, fc.nat(7), fc.nat(255), fc.nat(0xffff)), { minLength: 50, maxLength: 50 }),
      (steps) => {
        const { packet, out, read, ready } = pc(disc);
        for (const [[code, rest], register, value, limit] of steps) {
          const small = rest.map((byte, i) => (i >= 1 && i <= 3 && byte > 30 ? 0 : byte));
          out(DEVICE, 0xa0);
          packet([code, ...small], Math.max(2, limit));
          out(register, value);
          assert.ok(read(register) <= 255);
          out(STATUS, 0x08);
          ready();
        }
      },
    ),
    { numRuns: 50 },
  );
});
