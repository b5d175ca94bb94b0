/**
 * Every service, asked by a boot sector on real QEMU, under this firmware and under QEMU's own (SeaBIOS): a PC's firmware
 * is what programs have come to expect, and SeaBIOS is what they meet most often.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { bareSystem } from "../disks/testing/bare.ts";
import { Qemu, withoutQemu } from "../disks/testing/qemu.ts";
import { Machine } from "../emulator/machine.ts";
import { buildBios } from "./build.ts";
import { askDisks } from "./testing/ask-disks.ts";
import { askLines } from "./testing/ask-lines.ts";
import { askSystem } from "./testing/ask-system.ts";
import { askVideo } from "./testing/ask-video.ts";
import { answers, type Probe, probeDisk, SPARE_SECTOR } from "./testing/probe-disk.ts";

function questions(probe: Probe): void {
  askSystem(probe);
  askDisks(probe);
  askLines(probe);
  askVideo(probe);
}

/** What the clock shows when a machine is switched on. */
const CLOCK_START_TEXT = "2024-02-29T21:43:05";
const CLOCK_START = Date.parse(`${CLOCK_START_TEXT}Z`) / 1000;

type Answers = readonly { readonly name: string; readonly values: ReadonlyMap<string, string> }[];

/** Questions that the two may answer differently, and why. */
const opinions = new Map([
  ["equipment", "a floppy, a printer and a mouse are offered there and not here"],
  ["no power management", "APM is offered there"],
  ["map", "compared by what it adds up to"],
  ["E801", "memory for ACPI's tables is kept back there"],
  ["extended memory", "the same"],
  ["waited", "four ticks or more"],
  ["ticks before", "time passes"],
  ["ticks after", "time passes"],
  ["no drive's type", "the AT answered: no such drive, and no error"],
  ["PCI odd word", "the PCI BIOS asks for an error, which is not given there"],
  ["CD type", "there: removable, and changes go unnoticed; here they are noticed"],
  ["CD's parameters", "the number of sectors is not asked for there"],
  ["CD not booted", "what was booted is told there even when that was something else"],
  ["F12 hidden", "the old function must not show keys of the enhanced keyboard, and does there"],
  ["Alt-65", "is not known there"],
  [
    "on the last line",
    "a line that scrolls in takes the colours of the line before here, as on IBM's, and is grey there",
  ],
  ["behind", "the same"],
]);

/** What Cor's machine has in another way than QEMU, so that the same firmware answers otherwise. */
const otherMachine = new Map([
  ["send", "a byte is on the wire for 87 µs here"],
  ["serial status", "the same"],
  ["waited", "four ticks or more"],
  ["ticks before", "time passes"],
  ["ticks after", "time passes"],
  ...["PCI", "PCI device", "no PCI device", "PCI class", "PCI word", "PCI dword", "PCI odd word"].map(
    (name) => [name, "there is no PCI here"] as const,
  ),
]);

/** Where two runs differ, but for questions that may be answered differently. */
function differences(one: Answers, other: Answers, expected: ReadonlyMap<string, string>) {
  const text = ({ values }: Answers[number]) =>
    [...values].map(([register, value]) => `${register}=${value}`).join(" ");
  return one
    .map((answer, i) => ({ name: answer.name, one: text(answer), other: other[i] ? text(other[i]) : "nothing" }))
    .filter(({ name, one, other }) => one !== other && !expected.has(name));
}

describe("services on QEMU", { skip: withoutQemu }, () => {
  let folder = "";
  let ours: Answers = [];
  let theirs: Answers = [];
  let com2 = "";
  let disk: Uint8Array;
  let iso: Uint8Array;
  let written: Buffer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cor-bios-"));
    const rom = join(folder, "bios.bin");
    await writeFile(rom, buildBios());
    disk = probeDisk(questions);
    iso = bareSystem().iso;
    await writeFile(join(folder, "cor.iso"), iso);
    const run = async (name: string, ...options: string[]) => {
      const image = join(folder, `${name}.img`);
      await writeFile(image, disk);
      const clock = ["-rtc", `base=${CLOCK_START_TEXT},clock=vm`];
      const ports = ["-serial", `file:${join(folder, name)}.com2`, "-boot", "c"];
      const media = ["-drive", `file=${image},format=raw`, "-cdrom", join(folder, "cor.iso")];
      await using machine = new Qemu(...options, ...clock, ...ports, ...media);
      await machine.sees("probe ends");
      return answers(machine.serial);
    };
    [ours, theirs] = await Promise.all([run("ours", "-bios", rom), run("theirs")]);
    com2 = await readFile(join(folder, "ours.com2"), "latin1");
    written = (await readFile(join(folder, "ours.img"))).subarray(SPARE_SECTOR * 512, (SPARE_SECTOR + 3) * 512);
    assert.deepEqual(written, Buffer.from(disk.subarray(0, 3 * 512)), "what was written is on the disk");
  });
  after(() => rm(folder, { recursive: true }));

  const value = (name: string, register: string, of: Answers = ours) =>
    of.find((answer) => answer.name === name)?.values.get(register);
  const number = (name: string, register: string, of: Answers = ours) =>
    Number.parseInt(value(name, register, of) ?? "none", 16);

  test("answers as other firmware does", () => {
    assert.ok(ours.length > 250);
    const withoutMap = (all: Answers) => all.filter(({ name }) => name !== "map");
    assert.deepEqual(
      withoutMap(ours).map(({ name }) => name),
      withoutMap(theirs).map(({ name }) => name),
    );
    assert.deepEqual(differences(withoutMap(ours), withoutMap(theirs), opinions), []);
  });

  test("answers on Cor's machine as on QEMU", () => {
    let serial = "";
    const machine = new Machine(
      { memory: 64, firmware: buildBios(), disks: [{ image: disk }], cdrom: iso, time: CLOCK_START },
      {
        output: (channel, byte) => {
          if (channel === "com1") serial += String.fromCharCode(byte);
        },
      },
    );
    const stop = machine.run({ until: "probe ends", instructions: 50_000_000 });
    assert.equal(stop.kind, "text", serial);
    assert.deepEqual(differences(ours, answers(serial), otherMachine), []);
  });

  test("the memory map is in order, without overlaps, and has as much memory as other firmware's, up to its tables", () => {
    const map = (all: Answers) =>
      all
        .filter(({ name }) => name === "map")
        .map(({ values }) => {
          const field = (name: string) =>
            Number.parseInt(values.get(`${name}High`)!, 16) * 2 ** 32 + Number.parseInt(values.get(name)!, 16);
          return {
            base: field("base"),
            end: field("base") + field("length"),
            usable: values.get("type") === "00000001",
          };
        });
    const usable = (all: Answers) =>
      map(all)
        .filter((entry) => entry.usable)
        .reduce((total, { base, end }) => total + end - base, 0);
    const entries = map(ours);
    entries.reduce((before, entry) => {
      assert.ok(before.end <= entry.base && entry.base < entry.end);
      return entry;
    });
    const difference = usable(ours) - usable(theirs);
    assert.ok(difference >= 0 && difference <= 256 * 1024, `${difference} bytes more`);
  });

  test("the older ways to ask for memory agree with the map", () => {
    assert.equal(number("E801", "ax"), 15 * 1024);
    // All units of 64 KiB but the last, whose end has the tables.
    assert.equal(number("E801", "bx"), (64 - 16) * 16 - 1);
    assert.equal(number("E801", "cx"), number("E801", "ax"));
    assert.equal(number("E801", "dx"), number("E801", "bx"));
    assert.equal(number("extended memory", "ax"), 63 * 1024 - 16);
    assert.equal(number("equipment", "ax"), 0x0422);
  });

  test("time passes", () => {
    assert.ok(number("waited", "ticks") >= 4);
    assert.ok(number("ticks after", "dx") - number("ticks before", "dx") >= 5);
    // 21:43:05 in ticks, and what the boot took.
    const ticks = number("ticks before", "cx") * 0x1_0000 + number("ticks before", "dx");
    const start = ((21 * 60 + 43) * 60 + 5) * (1_193_182 / 65_536);
    assert.ok(ticks >= Math.floor(start) && ticks < start + 2000, `${ticks} ticks, from ${start} on`);
  });

  test("keys that only the enhanced functions know are hidden from the others, and Alt makes characters of numbers", () => {
    assert.equal(number("F12 hidden", "zf"), 1);
    assert.equal(value("Alt-65", "ax"), "0041");
  });

  test("a line that scrolls in keeps the colours of the one before", () => {
    assert.equal(value("on the last line", "cell"), "477a");
    assert.equal(value("behind", "cell"), "4720");
  });

  test("what is not there is said so", () => {
    assert.equal(value("no power management", "cf"), "1");
    assert.equal(value("no drive's type", "ah"), "00");
    assert.equal(value("PCI odd word", "ah"), "87");
    assert.equal(value("CD not booted", "cf"), "1");
  });

  test("a CD's size is told", () => {
    assert.equal(number("CD's parameters", "sectors") * 2048, iso.length);
    assert.equal(value("CD's parameters", "sectorSize"), "0800");
    assert.equal(value("CD's parameters", "flags"), "0074");
    assert.equal(value("CD type", "ah"), "02");
  });

  test("INT 14h sends", () => assert.equal(com2, "to COM2"));
});
