// I/O APICs: where the 8259s have a mask bit for each wire, these have an entry that says which vector to send to which
// processor, and whether the wire is an edge or a level. A level stays in the air until its end is told (the local APIC passes
// that on): only then the input asks again if it is still up, so a device that several handlers share is asked once more.
// (Intel 82093AA data sheet, order number 290566)
//
// Where PCI's wires lead when there is an I/O APIC stands in programs of the firmware (_PRT) that we cannot run. On Intel's PIIX
// and everything made like it the router in the south bridge (../drivers/pci-route.ts) still decides, and the table's overrides say
// that the lines it chose are levels; where there is no override, ELCR knows.
import { InterruptWiring, ISA_LINES, MOST_IO_APICS, readWiring } from "../drivers/acpi-interrupts.ts";
import type { Phys } from "../layout.ts";
import { mapDevice } from "../memory/kernel-space.ts";
import { Locked } from "../sync/spin.ts";
import { localId } from "./apic.ts";
import { isLevel } from "./elcr.ts";

/** Two registers are all that is in sight: the number of one, and that one. */
@size(0x20)
class Registers {
  @at(0x00) select: Vol<u32>;
  @at(0x10) window: Vol<u32>;
}

const VERSION: u32 = 1;
const TABLE: u32 = 0x10;
/** Bits of an entry's lower half; the upper half is the destination. */
const ACTIVE_LOW: u32 = 1 << 13;
const LEVEL: u32 = 1 << 15;
const MASKED: u32 = 1 << 16;

class Chip {
  registers: Ptr<Registers>;
  firstInput: u32;
  inputs: u32;

  read(register: u32): u32 {
    this.registers.select = register;
    return this.registers.window;
  }

  write(register: u32, value: u32): void {
    this.registers.select = register;
    this.registers.window = value;
  }
}

class Chips {
  count: u32;
  all: Arr<Chip, typeof MOST_IO_APICS>;
  wiring: InterruptWiring;
}

const chips = zeroed<Locked<Chips>>();

/** Finds them and closes all inputs; how many inputs there are. ENODEV without local APIC, ENOENT without any, EINVAL, ENOMEM. */
export function startIoApics(rsdp: Phys): Res<u32> {
  orReturn(localId());
  using c = chips.enter();
  orReturn(readWiring(rsdp, ref(c.v.wiring)));
  let inputs: u32 = 0;
  c.v.count = 0;
  for (let i: u32 = 0; i < c.v.wiring.count; i++) {
    const place = ref(c.v.wiring.ioApics[i]);
    const at = orReturn(mapDevice(place.registers, sizeOf<Registers>()));
    const chip = ref(c.v.all[i]);
    chip.registers = unsafe.ptr<Registers>(at);
    chip.firstInput = place.firstInput;
    chip.inputs = ((chip.read(VERSION) >> 16) & 0xff) + 1;
    for (let input: u32 = 0; input < chip.inputs; input++) chip.write(TABLE + 2 * input, MASKED);
    inputs += chip.inputs;
    c.v.count++;
  }
  return inputs;
}

/** Lets a line of the ISA bus through, wherever it leads, to this processor. EINVAL when it leads nowhere, ENODEV. */
export function openInput(line: u8, vector: u8): Res<void> {
  if (line >= ISA_LINES) return err(Errno.EINVAL);
  const destination = orReturn(localId());
  using c = chips.enter();
  const way = ref(c.v.wiring.lines[line]);
  // PCI's wires are levels, and low means that somebody pulls.
  const level = way.told ? way.level : isLevel(line);
  const low = way.told ? way.low : level;
  for (let i: u32 = 0; i < c.v.count; i++) {
    const chip = ref(c.v.all[i]);
    if (way.input < chip.firstInput || way.input - chip.firstInput >= chip.inputs) continue;
    const entry = TABLE + 2 * (way.input - chip.firstInput);
    chip.write(entry + 1, destination);
    chip.write(entry, u32(vector) | (level ? LEVEL : 0) | (low ? ACTIVE_LOW : 0));
    return;
  }
  return err(Errno.EINVAL);
}
