// The wires of devices, by whichever controller brings them. Every PC has the two 8259s; nearly every one since 1997 has an
// I/O APIC on the same wires, which is quicker to be told that a handler is done (a word to memory instead of two port
// writes) and can send to any processor. It needs a local APIC at the other end and a table of the firmware that says where
// the wires lead. Whoever gives the kernel the word "noapic" or "nolapic" does without, as on Linux.
import { type BootInfo, hasOption } from "../boot-info.ts";
import { closeWire, endLocal } from "./apic.ts";
import { openInput, startIoApics } from "./ioapic.ts";
import { closePic, endPicLine, isSpuriousAtPic, openPicLine, startPic } from "./pic.ts";
import { LINES_VECTOR } from "./vectors.ts";

export const LINES: u8 = 16;

const through = zeroed<Atomic<u32>>();

/** Moves the wires to their vectors, all closed. After the local APIC has started. */
export function startLines(boot: Ptr<BootInfo>): void {
  through.store(0);
  startPic();
  if (hasOption(boot, "noapic") || isErr(startInputs(boot))) print`Interrupts come through the 8259s.\n`;
}

/** ENOENT, ENODEV without I/O APIC or local APIC; EINVAL, ENOMEM. */
function startInputs(boot: Ptr<BootInfo>): Res<void> {
  const inputs = orReturn(startIoApics(boot.rsdp));
  closePic();
  closeWire();
  through.store(1);
  print`Interrupts come through the I/O APIC: ${inputs} inputs.\n`;
}

/** Who brings a vector: for /proc/interrupts. */
export function controllerOf(vector: u8): string {
  if (vector < LINES_VECTOR || vector >= LINES_VECTOR + LINES) return "APIC";
  return viaIoApic() ? "IO-APIC" : "8259";
}

function viaIoApic(): boolean {
  attr(irqSafe);
  return through.load(relaxed) !== 0;
}

/** Lets a line through. EINVAL when it leads nowhere. */
export function openLine(line: u8): Res<void> {
  if (line >= LINES) return err(Errno.EINVAL);
  if (viaIoApic()) return openInput(line, LINES_VECTOR + line);
  openPicLine(line);
}

/** Whether nobody wanted this interrupt after all. */
export function isSpurious(line: u8): boolean {
  attr(irqSafe);
  return !viaIoApic() && isSpuriousAtPic(line);
}

/** The handlers are done: the controller may bring the next one. */
export function endLine(line: u8): void {
  attr(irqSafe);
  // The local APIC passes it on to the I/O APICs if it was a level.
  if (viaIoApic()) endLocal();
  else endPicLine(line);
}
