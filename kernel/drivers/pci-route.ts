// Where PCI's four interrupt wires lead. The sixteen lines of the interrupt controllers were given away before there was PCI,
// so the south bridge has a register for each wire that says which line it shares. Normally the firmware has chosen; where
// none ran, we do as it would have: lines 10 and 11, as levels, because a wire that several devices pull stays up until the last
// of them is served. (Intel 82371FB PIIX, order number 290550: PIRQRC)
import { makeLevel } from "../trap/elcr.ts";
import { PCI_VENDOR, pciAddress, readConfig8, readConfig32, writeConfig8 } from "./pci-config.ts";

const PIRQRC: u8 = 0x60;
const NOT_ROUTED: u8 = 0x80;
const PIIX3: u32 = 0x7000_8086;
const NONE: u8 = 0xff;
const CHOICE: Arr<u8, 4> = [10, 11, 10, 11];

/** The line that a wire (0 to 3) leads to; 0xff: none, as far as we know this south bridge. */
export function routeWire(wire: u32): u8 {
  const bridge = pciAddress(0, 1, 0);
  if (readConfig32(bridge, PCI_VENDOR) !== PIIX3) return NONE;
  const register = PIRQRC + u8(wire);
  const now = readConfig8(bridge, register);
  if ((now & NOT_ROUTED) === 0) return now & 15;
  const line = CHOICE[wire];
  writeConfig8(bridge, register, line);
  makeLevel(line);
  return line;
}
