// What ACPI's tables say about interrupts (MADT): which I/O APICs there are, and what became of the sixteen lines of the
// first PCs on the way to their inputs. Most lead to the input of the same number, as edges; where one does not, an
// override says so. (The timer is the usual one: its input is the one that the 8259s use for their cascade.)
// (ACPI 6.5: 5.2.12 MADT, 5.2.12.3 I/O APIC, 5.2.12.5 interrupt source override)
import type { Phys } from "../layout.ts";
import { findTable, HEADER_BYTES, read16, read32 } from "./acpi.ts";

export const MOST_IO_APICS = 4;
/** Lines of the ISA bus. */
export const ISA_LINES = 16;

/** Flags of an override, as far as they mean anything else than what is usual on the bus. (MPS INTI flags, table 5.26) */
const POLARITY: u64 = 0b11;
const POLARITY_LOW: u64 = 0b11;
const TRIGGER: u64 = 0b1100;
const TRIGGER_LEVEL: u64 = 0b1100;

const FIRST_ENTRY: usize = HEADER_BYTES + 8;
const KIND_IO_APIC: u8 = 1;
const IO_APIC_BYTES: usize = 12;
const KIND_OVERRIDE: u8 = 2;
const OVERRIDE_BYTES: usize = 10;

export class IoApicPlace {
  registers: Phys;
  /** The number of its first input among those of all. */
  firstInput: u32;
}

export class IsaLine {
  /** Whether the table speaks of it. */
  told: boolean;
  input: u32;
  level: boolean;
  low: boolean;
}

export class InterruptWiring {
  count: u32;
  ioApics: Arr<IoApicPlace, typeof MOST_IO_APICS>;
  lines: Arr<IsaLine, typeof ISA_LINES>;
}

/** `rsdp` is where the boot loader says that the tables begin, or 0. ENOENT without table or I/O APIC, EINVAL, ENOMEM. */
export function readWiring(rsdp: Phys, wiring: Ptr<InterruptWiring>): Res<void> {
  const madt = orReturn(findTable(rsdp, "APIC"));
  wiring.count = 0;
  for (let line: u32 = 0; line < ISA_LINES; line++) wiring.lines[line] = { told: false, input: line, level: false, low: false };
  let at = FIRST_ENTRY;
  while (at + 2 <= madt.length) {
    const bytes = usize(madt[at + 1]);
    if (bytes < 2 || at + bytes > madt.length) return err(Errno.EINVAL);
    const entry = madt.sub(at, at + bytes);
    if (entry[0] === KIND_IO_APIC && bytes >= IO_APIC_BYTES) addIoApic(entry, wiring);
    else if (entry[0] === KIND_OVERRIDE && bytes >= OVERRIDE_BYTES) addOverride(entry, wiring);
    at += bytes;
  }
  if (wiring.count === 0) return err(Errno.ENOENT);
}

function addIoApic(entry: View<u8>, wiring: Ptr<InterruptWiring>): void {
  if (wiring.count === MOST_IO_APICS) return;
  wiring.ioApics[wiring.count] = { registers: unit<Phys>(read32(entry, 4)), firstInput: u32(read32(entry, 8)) };
  wiring.count++;
}

function addOverride(entry: View<u8>, wiring: Ptr<InterruptWiring>): void {
  const source = u32(entry[3]);
  if (source >= ISA_LINES) return;
  const flags = read16(entry, 8);
  const level = (flags & TRIGGER) === TRIGGER_LEVEL;
  const low = (flags & POLARITY) === POLARITY_LOW;
  wiring.lines[source] = { told: true, input: u32(read32(entry, 4)), level, low };
}
