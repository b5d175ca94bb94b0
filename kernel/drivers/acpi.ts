// ACPI's tables, as far as switching off needs them. The firmware leaves a tree of tables in memory: a pointer that has to be
// looked for (RSDP) leads to a list, in the list is one that describes the fixed hardware (FADT), and that one leads to
// programs for an interpreter (DSDT). We have no interpreter, and need one line of it: the package \_S5, whose numbers have to
// be written into the sleep control register for the deepest sleep, which is off. Nothing in a table is believed before its
// length and its checksum are. (ACPI 6.5: 5.2.5 RSDP, 5.2.9 FADT, 7.4.2 \_Sx, 20.2 AML)
import type { Phys } from "../layout.ts";
import { mapDevice } from "../memory/kernel-space.ts";

const HEADER_BYTES: u64 = 36;
/** A table larger than this is none. */
const MOST_BYTES: u64 = 0x40_0000;
const MOST_TABLES: u64 = 64;
const EBDA_POINTER: Phys = 0x40e;
const BIOS_AREA: Phys = 0xe_0000;
const BIOS_BYTES: u64 = 0x2_0000;
const RSDP_BYTES: u64 = 20;
const RSDP_BYTES_2: u64 = 36;

/** Fixed hardware, and what sleeping means here; ports are 0 where there are none. */
export class AcpiPower {
  found: boolean;
  pm1aControl: u16;
  pm1bControl: u16;
  smiCommand: u16;
  acpiEnable: u8;
  resetPort: u16;
  resetValue: u8;
  /** SLP_TYP of S5 for both registers. */
  sleepA: u8;
  sleepB: u8;
}

function mapped(at: Phys, bytes: u64): Res<View<u8>> {
  if (bytes === 0 || bytes > MOST_BYTES) return err(Errno.EINVAL);
  return slice(unsafe.ptr<u8>(orReturn(mapDevice(at, bytes))), bytes);
}

function read16(from: View<u8>, at: usize): u64 {
  return u64(from[at]) | (u64(from[at + 1]) << 8);
}

function read32(from: View<u8>, at: usize): u64 {
  return read16(from, at) | (read16(from, at + 2) << 16);
}

function read64(from: View<u8>, at: usize): u64 {
  return read32(from, at) | (read32(from, at + 4) << 32);
}

function isWhole(from: View<u8>): boolean {
  let sum: u8 = 0;
  for (const c of from) sum += c;
  return sum === 0;
}

function begins(from: View<u8>, signature: string): boolean {
  return from.length >= signature.length && text(from.sub(0, signature.length)) === signature;
}

/** A table with its checksum right. EINVAL. */
function tableAt(at: Phys, signature: string): Res<View<u8>> {
  const header = orReturn(mapped(at, HEADER_BYTES));
  if (!begins(header, signature)) return err(Errno.EINVAL);
  const bytes = read32(header, 4);
  if (bytes < HEADER_BYTES) return err(Errno.EINVAL);
  const table = orReturn(mapped(at, bytes));
  if (!isWhole(table)) return err(Errno.EINVAL);
  return table;
}

/** The pointer to everything lies on a multiple of 16 in one of two places. ENOENT. */
function findRsdp(): Res<Phys> {
  const ebda = orReturn(mapped(EBDA_POINTER, 2));
  const segment = read16(ebda, 0) << 4;
  if (segment >= 0x400 && segment < 0xa_0000) {
    const there = search(unit<Phys>(segment), 1024);
    if (!isErr(there)) return there;
  }
  return search(BIOS_AREA, BIOS_BYTES);
}

function search(from: Phys, bytes: u64): Res<Phys> {
  const area = orReturn(mapped(from, bytes));
  for (let at: u64 = 0; at + RSDP_BYTES <= bytes; at += 16) {
    if (begins(area.sub(at, at + RSDP_BYTES), "RSD PTR ") && isWhole(area.sub(at, at + RSDP_BYTES)))
      return from + unit<Phys>(at);
  }
  return err(Errno.ENOENT);
}

/** Reads what is there. `given` is where the boot loader says the tables begin, or 0. ENOENT, EINVAL, ENOMEM. */
export function readAcpi(given: Phys, power: Ptr<AcpiPower>): Res<void> {
  const at = given === 0 ? orReturn(findRsdp()) : given;
  let rsdp = orReturn(mapped(at, RSDP_BYTES));
  if (!begins(rsdp, "RSD PTR ") || !isWhole(rsdp)) return err(Errno.EINVAL);
  let list = read32(rsdp, 16);
  let wide = false;
  if (rsdp[15] >= 2) {
    rsdp = orReturn(mapped(at, RSDP_BYTES_2));
    const extended = read64(rsdp, 24);
    if (isWhole(rsdp) && extended !== 0) {
      list = extended;
      wide = true;
    }
  }
  const tables = orReturn(tableAt(unit<Phys>(list), wide ? "XSDT" : "RSDT"));
  const size: u64 = wide ? 8 : 4;
  for (let i: u64 = 0; i < MOST_TABLES && HEADER_BYTES + (i + 1) * size <= tables.length; i++) {
    const entry = HEADER_BYTES + i * size;
    const fadt = tableAt(unit<Phys>(wide ? read64(tables, entry) : read32(tables, entry)), "FACP");
    if (!isErr(fadt)) return readFadt(fadt, power);
  }
  return err(Errno.ENOENT);
}

const FADT_BYTES: u64 = 116;
/** Where version 2 ends, with the reset register in it. */
const FADT_BYTES_2: u64 = 129;
const RESET_SUPPORTED: u64 = 1 << 10;
const SYSTEM_IO: u8 = 1;

function readFadt(fadt: View<u8>, power: Ptr<AcpiPower>): Res<void> {
  if (fadt.length < FADT_BYTES) return err(Errno.EINVAL);
  power.smiCommand = u16(read32(fadt, 48));
  power.acpiEnable = fadt[52];
  power.pm1aControl = u16(read32(fadt, 64));
  power.pm1bControl = u16(read32(fadt, 68));
  if (fadt.length >= FADT_BYTES_2 && (read32(fadt, 112) & RESET_SUPPORTED) !== 0 && fadt[116] === SYSTEM_IO) {
    power.resetPort = u16(read64(fadt, 120));
    power.resetValue = fadt[128];
  }
  const dsdt = orReturn(tableAt(unit<Phys>(read32(fadt, 40)), "DSDT"));
  orReturn(readSleep(dsdt, power));
  power.found = true;
}

const NAME: u8 = 0x08;
const PACKAGE: u8 = 0x12;
const BYTE_PREFIX: u8 = 0x0a;

/** Looks for Name(_S5, Package { a, b, … }): an opcode, the name, an opcode, a length in 1 to 4 bytes, a count, numbers. */
function readSleep(dsdt: View<u8>, power: Ptr<AcpiPower>): Res<void> {
  for (let at: usize = HEADER_BYTES; at + 16 <= dsdt.length; at++) {
    if (!begins(dsdt.sub(at, dsdt.length), "_S5_") || dsdt[at + 4] !== PACKAGE) continue;
    // The name may be written with its root: \_S5.
    if (dsdt[at - 1] !== NAME && !(dsdt[at - 1] === byte("\\") && dsdt[at - 2] === NAME)) continue;
    const lengthBytes = usize(dsdt[at + 5] >> 6) + 1;
    const first = at + 5 + lengthBytes + 1;
    if (first + 4 > dsdt.length) return err(Errno.EINVAL);
    const second = first + (dsdt[first] === BYTE_PREFIX ? usize(2) : usize(1));
    power.sleepA = dsdt[first] === BYTE_PREFIX ? dsdt[first + 1] : dsdt[first];
    power.sleepB = dsdt[second] === BYTE_PREFIX ? dsdt[second + 1] : dsdt[second];
    return;
  }
  return err(Errno.ENOENT);
}
