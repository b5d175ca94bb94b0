// ACPI's tables: what the firmware knows about the machine and no bus can tell. They are a tree in memory: a pointer that has
// to be looked for (RSDP) leads to a list, and the list to tables, each with a name of four letters. Nothing in a table is
// believed before its length and its checksum are. (ACPI 6.5: 5.2.5 RSDP, 5.2.7 RSDT, 5.2.8 XSDT)
import type { Phys } from "../layout.ts";
import { mapDevice } from "../memory/kernel-space.ts";

/** Bytes before what is a table's own. */
export const HEADER_BYTES: u64 = 36;
/** A table larger than this is none. */
const MOST_BYTES: u64 = 0x40_0000;
const MOST_TABLES: u64 = 64;
const EBDA_POINTER: Phys = 0x40e;
const BIOS_AREA: Phys = 0xe_0000;
const BIOS_BYTES: u64 = 0x2_0000;
const RSDP_BYTES: u64 = 20;
const RSDP_BYTES_2: u64 = 36;

function mapped(at: Phys, bytes: u64): Res<View<u8>> {
  if (bytes === 0 || bytes > MOST_BYTES) return err(Errno.EINVAL);
  return slice(unsafe.ptr<u8>(orReturn(mapDevice(at, bytes))), bytes);
}

export function read16(from: View<u8>, at: usize): u64 {
  return u64(from[at]) | (u64(from[at + 1]) << 8);
}

export function read32(from: View<u8>, at: usize): u64 {
  return read16(from, at) | (read16(from, at + 2) << 16);
}

export function read64(from: View<u8>, at: usize): u64 {
  return read32(from, at) | (read32(from, at + 4) << 32);
}

function isWhole(from: View<u8>): boolean {
  let sum: u8 = 0;
  for (const c of from) sum += c;
  return sum === 0;
}

/** Whether the bytes start with a text. */
export function begins(from: View<u8>, signature: string): boolean {
  return from.length >= signature.length && text(from.sub(0, signature.length)) === signature;
}

/** A table with its name and its checksum right. EINVAL, ENOMEM. */
export function tableAt(at: Phys, signature: string): Res<View<u8>> {
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

/**
 * The first table of that name in the list. `given` is where the boot loader says that the tables begin, or 0. ENOENT,
 * EINVAL, ENOMEM.
 */
export function findTable(given: Phys, signature: string): Res<View<u8>> {
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
    const table = tableAt(unit<Phys>(wide ? read64(tables, entry) : read32(tables, entry)), signature);
    if (!isErr(table)) return table;
  }
  return err(Errno.ENOENT);
}
