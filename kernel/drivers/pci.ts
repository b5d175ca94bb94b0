// PCI is why nobody sets jumpers any more. The bus is asked, address by address, whether somebody is there; each function says
// who made it, what it is, and how much room it wants for its registers (base address registers). Where that room lies the
// firmware has decided before us. A loader that starts a kernel without firmware has not, so what has no place gets one here.
// (PCI Local Bus 3.0, chapter 6; PCI-to-PCI Bridge 1.2)
import type { Phys } from "../layout.ts";
import { mapDevice } from "../memory/kernel-space.ts";
import { routeWire } from "./pci-route.ts";
import {
  COMMAND_BUS_MASTER,
  COMMAND_MEMORY,
  COMMAND_PORTS,
  PCI_BAR,
  PCI_CAPABILITIES,
  PCI_CLASS,
  PCI_COMMAND,
  PCI_HEADER,
  PCI_LINE,
  PCI_PIN,
  PCI_SECONDARY_BUS,
  PCI_STATUS,
  PCI_SUBSYSTEM,
  PCI_VENDOR,
  type PciAddress,
  pciAddress,
  readConfig8,
  readConfig16,
  readConfig32,
  STATUS_CAPABILITIES,
  writeConfig8,
  writeConfig16,
  writeConfig32,
} from "./pci-config.ts";
import { className } from "./pci-names.ts";

/** Functions that are kept. */
const MOST_FUNCTIONS = 64;
const MOST_BUSES: u32 = 256;
const SLOTS: u32 = 32;
const FUNCTIONS: u32 = 8;
const BARS = 6;
const NOBODY: u16 = 0xffff;
const MULTIFUNCTION: u8 = 0x80;
const BRIDGE: u8 = 1;
/** Capabilities at most: each takes 4 bytes of those behind the header. */
const MOST_CAPABILITIES: u32 = 48;
/** Room for what has no place: below the chipset's own, above what memory there can be; and free ports. */
const FREE_MEMORY: u64 = 0xe000_0000;
const FREE_MEMORY_END: u64 = 0xfec0_0000;
const FREE_PORTS: u64 = 0xc000;
const FREE_PORTS_END: u64 = 0x1_0000;

/** Room of a function, and where it is. */
export class PciBar {
  at: u64;
  /** 0: there is none. */
  bytes: u64;
  ports: boolean;
  wide: boolean;
}

export class PciFunction {
  address: PciAddress;
  vendor: u16;
  device: u16;
  subsystem: u16;
  /** Base class, subclass, programming interface. */
  class: u32;
  bars: Arr<PciBar, typeof BARS>;
  /** The line of the interrupt controllers that its pin leads to, or 0xff. */
  line: u8;

  bus(): u32 {
    return u32(this.address) >> 16;
  }
  slot(): u32 {
    return (u32(this.address) >> 11) & 31;
  }
  number(): u32 {
    return (u32(this.address) >> 8) & 7;
  }
}

class Found {
  count: u32;
  functions: Arr<PciFunction, typeof MOST_FUNCTIONS>;
  /** Where the next one without a place goes. */
  memory: u64;
  ports: u64;
  /** A bit for each bus that a bridge leads to. */
  buses: Arr<u64, 4>;
}

const found = zeroed<Found>();

/** Looks who is there. At boot, before there is anybody else. */
export function startPci(): void {
  found.memory = FREE_MEMORY;
  found.ports = FREE_PORTS;
  found.buses[0] = 1;
  // Bridges lead upward: a bus is found before its number comes up.
  for (let bus: u32 = 0; bus < MOST_BUSES; bus++) {
    if ((found.buses[bus >> 6] & (1 << u64(bus & 63))) === 0) continue;
    for (let slot: u32 = 0; slot < SLOTS; slot++) look(bus, slot);
  }
}

function look(bus: u32, slot: u32): void {
  for (let number: u32 = 0; number < FUNCTIONS; number++) {
    const at = pciAddress(bus, slot, number);
    if (readConfig16(at, PCI_VENDOR) !== NOBODY) add(at);
    else if (number === 0) return;
    if (number === 0 && (readConfig8(at, PCI_HEADER) & MULTIFUNCTION) === 0) return;
  }
}

function add(at: PciAddress): void {
  const kind = readConfig8(at, PCI_HEADER) & 0x7f;
  if (kind === BRIDGE) {
    const secondary = readConfig8(at, PCI_SECONDARY_BUS);
    found.buses[secondary >> 6] |= 1 << u64(secondary & 63);
  }
  if (found.count === MOST_FUNCTIONS) {
    klog`pci: more than ${MOST_FUNCTIONS} functions, the rest is left alone`;
    return;
  }
  const it = ref(found.functions[found.count]);
  found.count++;
  const id = readConfig32(at, PCI_VENDOR);
  it.address = at;
  it.vendor = u16(id);
  it.device = u16(id >> 16);
  it.class = readConfig32(at, PCI_CLASS) >> 8;
  it.subsystem = kind === 0 ? u16(readConfig32(at, PCI_SUBSYSTEM) >> 16) : 0;
  if (kind === 0) findBars(it);
  it.line = lineOf(it);
  klog`pci ${it.bus()}:${it.slot()}.${it.number()} ${hex(it.vendor)}:${hex(it.device)} ${className(it.class)}`;
}

// ---- where registers are

/** Asks for sizes by writing ones: the bits that stay 0 are the size. Nobody answers meanwhile. */
function findBars(it: Ptr<PciFunction>): void {
  const command = readConfig16(it.address, PCI_COMMAND);
  writeConfig16(it.address, PCI_COMMAND, command & ~(COMMAND_PORTS | COMMAND_MEMORY));
  let unplaced = false;
  for (let n: u32 = 0; n < BARS; n++) {
    const bar = ref(it.bars[n]);
    readBar(it.address, n, bar);
    if (bar.bytes === 0) continue;
    if (bar.at === 0) {
      placeBar(it.address, n, bar);
      unplaced = true;
    }
    if (bar.wide) n++;
  }
  const wanted = unplaced ? command | COMMAND_PORTS | COMMAND_MEMORY : command;
  writeConfig16(it.address, PCI_COMMAND, wanted);
}

function registerOf(n: u32): u8 {
  return PCI_BAR + u8(n) * 4;
}

function readBar(at: PciAddress, n: u32, bar: Ptr<PciBar>): void {
  const register = registerOf(n);
  const low = readConfig32(at, register);
  bar.ports = (low & 1) !== 0;
  bar.wide = !bar.ports && (low & 6) === 4 && n + 1 < BARS;
  const flags: u64 = bar.ports ? 3 : 15;
  const high = bar.wide ? readConfig32(at, register + 4) : 0;
  bar.at = ((u64(high) << 32) | u64(low)) & ~flags;
  writeConfig32(at, register, 0xffff_ffff);
  if (bar.wide) writeConfig32(at, register + 4, 0xffff_ffff);
  const sizeLow = u64(readConfig32(at, register)) & ~flags;
  const sizeHigh: u64 = bar.wide ? u64(readConfig32(at, register + 4)) : 0xffff_ffff;
  writeConfig32(at, register, low);
  if (bar.wide) writeConfig32(at, register + 4, high);
  const mask = (sizeHigh << 32) | sizeLow | (bar.ports ? 0xffff_0000 : 0);
  bar.bytes = sizeLow === 0 && !bar.wide ? 0 : ~mask + 1;
}

function placeBar(at: PciAddress, n: u32, bar: Ptr<PciBar>): void {
  const from = bar.ports ? found.ports : found.memory;
  const end = bar.ports ? FREE_PORTS_END : FREE_MEMORY_END;
  const place = (from + bar.bytes - 1) & ~(bar.bytes - 1);
  if (place < from || place >= end || bar.bytes > end - place) {
    klog`pci: no room for ${bar.bytes} bytes`;
    bar.bytes = 0;
    return;
  }
  bar.at = place;
  if (bar.ports) found.ports = place + bar.bytes;
  else found.memory = place + bar.bytes;
  writeConfig32(at, registerOf(n), u32(place));
  if (bar.wide) writeConfig32(at, registerOf(n) + 4, 0);
}

function lineOf(it: Ptr<PciFunction>): u8 {
  const pin = readConfig8(it.address, PCI_PIN);
  if (pin === 0 || pin > 4) return 0xff;
  const line = readConfig8(it.address, PCI_LINE);
  if (line !== 0 && line < 16) return line;
  // The wires of a slot are shifted against those of the slot below it, so that not everybody shares the first.
  const routed = routeWire((it.slot() + u32(pin) - 2) & 3);
  writeConfig8(it.address, PCI_LINE, routed);
  return routed;
}

// ---- for drivers

/** The functions in the order of their addresses; null behind the last. */
export function pciFunction(index: u32): Ptr<PciFunction> | null {
  return index < found.count ? ref(found.functions[index]) : null;
}

/** Lets a function answer, and move data by itself. */
export function enable(it: Ptr<PciFunction>): void {
  const command = readConfig16(it.address, PCI_COMMAND);
  writeConfig16(it.address, PCI_COMMAND, command | COMMAND_PORTS | COMMAND_MEMORY | COMMAND_BUS_MASTER);
}

/** Where a capability of that kind begins in configuration space: the first one, or the next behind `after`; 0: there is none. */
export function findCapability(it: Ptr<PciFunction>, id: u8, after: u8): u8 {
  if ((readConfig16(it.address, PCI_STATUS) & STATUS_CAPABILITIES) === 0) return 0;
  let at = readConfig8(it.address, after === 0 ? PCI_CAPABILITIES : after + 1) & 0xfc;
  for (let n: u32 = 0; n < MOST_CAPABILITIES && at >= 0x40; n++) {
    if (readConfig8(it.address, at) === id) return at;
    at = readConfig8(it.address, at + 1) & 0xfc;
  }
  return 0;
}

/** The ports of a bar. ENXIO when it is not there, is memory, or has fewer. */
export function barPorts<N extends number>(it: Ptr<PciFunction>, bar: u32): Res<Ports<N>> {
  if (bar >= BARS) return err(Errno.ENXIO);
  const room = ref(it.bars[bar]);
  if (!room.ports || room.bytes < constant<N>() || room.at > 0xffff) return err(Errno.ENXIO);
  return unsafe.ports<N>(u16(room.at));
}

/** `bytes` of registers that lie at an offset in a bar, mapped. ENXIO when they do not lie in it, ENOMEM. */
export function barRegisters<T>(it: Ptr<PciFunction>, bar: u32, offset: u64, bytes: u64): Res<Ptr<T>> {
  if (bar >= BARS) return err(Errno.ENXIO);
  const room = ref(it.bars[bar]);
  if (room.ports || offset > room.bytes || bytes > room.bytes - offset || bytes < sizeOf<T>()) return err(Errno.ENXIO);
  return unsafe.ptr<T>(orReturn(mapDevice(unit<Phys>(room.at + offset), bytes)));
}
