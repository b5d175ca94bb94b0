/**
 * The tables as an operating system finds them after a run on Cor's machine: everything adds up, and ACPICA's compiler, with
 * which operating systems share their interpreter, takes our AML apart and puts it together again without a complaint.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { findRootPointer } from "../emulator/loaders/rsdp.ts";
import { Machine } from "../emulator/machine.ts";
import { buildBios } from "./build.ts";

const withoutIasl = spawnSync("iasl", ["-v"]).status === 0 ? false : "iasl (Debian: acpica-tools) is not installed";

const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0) & 0xff;

describe("the tables that the firmware leaves", () => {
  let machine: Machine;
  const read = (address: number, length: number): DataView => {
    const bytes = new Uint8Array(length);
    machine.memory.read(address, bytes);
    return new DataView(bytes.buffer);
  };
  const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer);
  const text = (view: DataView, at: number, length: number): string =>
    String.fromCharCode(...bytesOf(view).subarray(at, at + length));
  const table = (address: number): DataView => read(address, read(address, 8).getUint32(4, true));
  /** By signature. */
  const tables = new Map<string, DataView>();
  let addresses: number[] = [];

  before(() => {
    machine = new Machine({ memory: 64, firmware: buildBios() });
    assert.equal(machine.run({ instructions: 10_000_000 }).kind, "halted");
    const root = findRootPointer(machine.memory);
    assert.ok(root !== null, "there is a root pointer");
    assert.equal(root.bytes.length, 36);
    assert.equal(sum(root.bytes), 0, "with its second checksum");
    const pointer = new DataView(root.bytes.buffer);
    const [rsdt, xsdt] = [table(pointer.getUint32(16, true)), table(pointer.getUint32(24, true))];
    assert.equal(text(rsdt, 0, 4), "RSDT");
    assert.equal(text(xsdt, 0, 4), "XSDT");
    const long = Array.from({ length: (xsdt.byteLength - 36) / 8 }, (_, i) => xsdt.getBigUint64(36 + 8 * i, true));
    addresses = Array.from({ length: (rsdt.byteLength - 36) / 4 }, (_, i) => rsdt.getUint32(36 + 4 * i, true));
    assert.deepEqual(long.map(Number), addresses, "both list the same tables");
    for (const found of [rsdt, xsdt, ...addresses.map(table)]) tables.set(text(found, 0, 4), found);
    addresses.push(tables.get("FACP")!.getUint32(40, true));
    tables.set("DSDT", table(addresses.at(-1)!));
  });

  test("add up, and are those of a PC", () => {
    assert.deepEqual([...tables.keys()], ["RSDT", "XSDT", "FACP", "APIC", "DSDT"]);
    for (const [name, found] of tables) assert.equal(sum(bytesOf(found)), 0, name);
    const facs = tables.get("FACP")!.getUint32(36, true);
    assert.equal(facs % 64, 0);
    assert.equal(text(read(facs, 4), 0, 4), "FACS");
  });

  test("lie behind the memory that E801h tells of, in RAM", () => {
    const end = 64 << 20;
    for (const address of addresses) assert.ok(address >= end - 0x4000 && address < end - 0x1000);
  });

  test("tell where power management is, and it is there", () => {
    const fadt = tables.get("FACP")!;
    const control = fadt.getUint32(64, true);
    const timer = fadt.getUint32(76, true);
    // ACPI mode is off until the command port is told.
    assert.equal(machine.bus.readPort(control, 2) & 1, 0);
    machine.bus.writePort(fadt.getUint32(48, true), 1, fadt.getUint8(52));
    assert.equal(machine.bus.readPort(control, 2) & 1, 1);
    assert.notEqual(machine.bus.readPort(timer, 4), 0xffff_ffff);
  });

  test("of the MultiProcessor Specification add up, too, and name the processor", () => {
    const ebda = read(0x40e, 2).getUint16(0, true) << 4;
    const at = Array.from({ length: 64 }, (_, i) => ebda + 16 * i).find(
      (place) => text(read(place, 4), 0, 4) === "_MP_",
    );
    assert.ok(at !== undefined, "there is a floating pointer");
    const floating = read(at, 16);
    assert.equal(sum(bytesOf(floating)), 0);
    const address = floating.getUint32(4, true);
    const configuration = read(address, read(address, 6).getUint16(4, true));
    assert.equal(text(configuration, 0, 4), "PCMP");
    assert.equal(sum(bytesOf(configuration)), 0);
    let offset = 44;
    for (let i = 0; i < configuration.getUint16(34, true); i++) offset += configuration.getUint8(offset) === 0 ? 20 : 8;
    assert.equal(offset, configuration.byteLength, "as many entries as it says");
    assert.notEqual(configuration.getUint32(44 + 8, true) & (1 << 9), 0, "the processor has an APIC");
  });

  describe("in the eyes of ACPICA", { skip: withoutIasl }, () => {
    const folder = mkdtempSync(join(tmpdir(), "cor-acpi-"));
    after(() => rmSync(folder, { recursive: true }));
    const iasl = (...args: string[]): string => {
      const { status, stdout, stderr } = spawnSync("iasl", args, { cwd: folder, encoding: "utf8" });
      assert.equal(status, 0, stdout + stderr);
      return stdout + stderr;
    };

    for (const signature of ["FACP", "APIC", "DSDT"]) {
      test(`${signature} is taken apart`, () => {
        writeFileSync(join(folder, `${signature}.dat`), bytesOf(tables.get(signature)!));
        assert.doesNotMatch(iasl("-d", `${signature}.dat`), /warning|error|invalid/i);
        const source = readFileSync(join(folder, `${signature}.dsl`), "utf8");
        assert.doesNotMatch(source, /Incorrect checksum|Invalid|should be/i);
      });
    }

    test("DSDT is put together again, without warnings, and says how to switch off", () => {
      assert.match(readFileSync(join(folder, "DSDT.dsl"), "utf8"), /Name \(\\?_S5/);
      assert.match(iasl("-we", "DSDT.dsl"), /0 Errors, 0 Warnings, 0 Remarks/);
    });
  });
});
