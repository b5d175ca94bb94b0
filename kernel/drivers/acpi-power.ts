// What ACPI's tables say about switching off. One table (FADT) describes the fixed hardware, and leads to programs for an
// interpreter (DSDT). We have no interpreter, and need one line of it: the package \_S5, whose numbers have to be written into
// the sleep control register for the deepest sleep, which is off. (ACPI 6.5: 5.2.9 FADT, 7.4.2 \_Sx, 20.2 AML)
import type { Phys } from "../layout.ts";
import { begins, findTable, HEADER_BYTES, read32, read64, tableAt } from "./acpi.ts";

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

const FADT_BYTES: u64 = 116;
/** Where version 2 ends, with the reset register in it. */
const FADT_BYTES_2: u64 = 129;
const RESET_SUPPORTED: u64 = 1 << 10;
const SYSTEM_IO: u8 = 1;

/** Reads what is there. `rsdp` is where the boot loader says that the tables begin, or 0. ENOENT, EINVAL, ENOMEM. */
export function readPower(rsdp: Phys, power: Ptr<AcpiPower>): Res<void> {
  const fadt = orReturn(findTable(rsdp, "FACP"));
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
