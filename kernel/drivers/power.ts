// The end. To switch a PC off one writes two numbers into a register whose place the firmware's tables tell (acpi-power.ts); to
// restart it there are four ways, none of which works everywhere, so they are tried one after the other. Neither comes back.
// Whoever calls has written everything to the disks before. (ACPI 6.5, 4.8.3.2 PM1 control; 16.1 sleeping)
import type { Phys } from "../layout.ts";
import { AcpiPower, readPower } from "./acpi-power.ts";
import { resetByController } from "./keyboard-controller.ts";
import { spinNanos } from "./timer.ts";
import { resetByChipset, PCI_VENDOR, pciAddress, readConfig32, writeConfig8, writeConfig32 } from "./pci-config.ts";

const SCI_ENABLE: u16 = 1;
const SLEEP_ENABLE: u16 = 0x2000;
const SLEEP_TYPE_SHIFT = 10;
const LOOKS: u32 = 1_000_000;

/** Intel's PIIX4, on most virtual PCs; where the ports of its power management are, and whether they answer. */
const PIIX4: u32 = 0x7113_8086;
const PIIX4_SLOT: u32 = 1;
const PIIX4_FUNCTION: u32 = 3;
const PMBA: u8 = 0x40;
const PMREGMISC: u8 = 0x80;
const FREE_PORTS: u32 = 0x600;
const PM1_CONTROL = 4;

const acpi = zeroed<AcpiPower>();

/** At boot: reads the tables, and takes power management over from the firmware. `rsdp` is what the boot loader knows, or 0. */
export function startPower(rsdp: Phys): void {
  const read = readPower(rsdp, ref(acpi));
  if (isErr(read)) {
    klog`acpi: no tables (error ${u32(read.code)})`;
    return;
  }
  if (acpi.pm1aControl === 0) return;
  const control = unsafe.ports<2>(acpi.pm1aControl);
  if (acpi.smiCommand === 0 || (control.in16(0) & SCI_ENABLE) !== 0) return;
  unsafe.ports<1>(acpi.smiCommand).out8(0, acpi.acpiEnable);
  for (let looks: u32 = 0; looks < LOOKS; looks++) if ((control.in16(0) & SCI_ENABLE) !== 0) return;
  klog`acpi: the firmware keeps power management to itself`;
}

/** Switches the machine off. Where nothing can do that, it stands still. */
export function powerOff(): never {
  cpu.cli();
  if (acpi.found && acpi.pm1aControl !== 0) {
    sleep(acpi.pm1aControl, acpi.sleepA);
    if (acpi.pm1bControl !== 0) sleep(acpi.pm1bControl, acpi.sleepB);
  }
  sleepByChipset();
  // A machine that is switched off goes on for a moment.
  spinNanos(500_000_000);
  print`It is now safe to turn off your computer.\n`;
  halt();
}

/** Stands still, for ever. */
export function halt(): never {
  attr(irqSafe);
  cpu.cli();
  for (;;) cpu.hlt();
}

function sleep(port: u16, kind: u8): void {
  const control = unsafe.ports<2>(port);
  const rest = control.in16(0) & SCI_ENABLE;
  control.out16(0, rest | (u16(kind & 7) << SLEEP_TYPE_SHIFT));
  control.out16(0, rest | (u16(kind & 7) << SLEEP_TYPE_SHIFT) | SLEEP_ENABLE);
}

/** Without tables: the chipset that we know, whose S5 is 0. */
function sleepByChipset(): void {
  const at = pciAddress(0, PIIX4_SLOT, PIIX4_FUNCTION);
  if (readConfig32(at, PCI_VENDOR) !== PIIX4) return;
  let base = readConfig32(at, PMBA) & 0xffc0;
  if (base === 0) {
    base = FREE_PORTS;
    writeConfig32(at, PMBA, base | 1);
  }
  writeConfig8(at, PMREGMISC, 1);
  sleep(u16(base) + PM1_CONTROL, 0);
}

/** Starts the machine anew: the way of the tables, the chipset's, the keyboard controller's, and a fault that has no way out. */
export function restart(): never {
  cpu.cli();
  if (acpi.resetPort !== 0) unsafe.ports<1>(acpi.resetPort).out8(0, acpi.resetValue);
  resetByChipset();
  resetByController();
  cpu.lidt(0, 0);
  for (;;) cpu.int3();
}
