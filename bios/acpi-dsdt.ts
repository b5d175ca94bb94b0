/**
 * The differentiated system description: which devices this PC has that no bus can tell of, where the interrupt wires of
 * the PCI slots lead, and what to write into PM1 control to switch it off. (ACPI 6.5, chapters 6 and 7; Intel 82371AB for
 * the registers; the numbers of PNP devices: Microsoft's "Plug and Play Vendor IDs and Device IDs")
 */
import * as aml from "./aml.ts";
import { PCI_MEMORY_END, PCI_MEMORY_START, PM_BASE, PM_PORTS, SCI, WIRES } from "./layout.ts";

/** Which of the serial ports are there. */
export interface SerialPorts {
  readonly com1: boolean;
  readonly com2: boolean;
}

const { integer, name, device, method, local, arg, index, store, give, when } = aml;

const hid = (id: string) => name("_HID", aml.eisaId(id));
const crs = (...descriptors: aml.Aml[]) => name("_CRS", aml.resources(...descriptors));

/** A device on the ISA bus, with what it takes. */
const isa = (path: string, id: string, ...descriptors: aml.Aml[]) => device(path, hid(id), crs(...descriptors));

const LINKS = ["LNKA", "LNKB", "LNKC", "LNKD"] as const;
const ROUTES = ["PRQA", "PRQB", "PRQC", "PRQD"] as const;
const NOT_ROUTED = 0x80;
/** _STA: present, enabled, shown, works. */
const STATUS = { off: 0x09, on: 0x0b, shown: 0x0f, absent: 0 } as const;

/** Which wire of the board each pin of each slot is on, in turns; the south bridge's pin A is the SCI's, hard-wired. */
const pciRoutes = () =>
  name(
    "_PRT",
    aml.packageOf(
      ...Array.from({ length: 32 * 4 }, (_, i) => {
        const [slot, pin] = [i >> 2, i & 3];
        const link = LINKS[(slot + pin + 3) & 3]!;
        const source = slot === 1 && pin === 0 ? [integer(0), integer(SCI)] : [aml.nameString(link), integer(0)];
        return aml.packageOf(integer(slot * 0x1_0000 + 0xffff), integer(pin), ...source);
      }),
    ),
  );

/** A wire's way to one of the interrupt lines, which an operating system may choose anew. */
const link = (i: number) => {
  const route = aml.nameString(`\\_SB.PCI0.ISA.${ROUTES[i]}`);
  return device(
    LINKS[i]!,
    hid("PNP0C0F"),
    name("_UID", integer(i + 1)),
    name("_PRS", aml.resources(aml.irqShared(...new Set(WIRES)))),
    method("_STA", 0, give(aml.call("LSTA", route))),
    method("_DIS", 0, aml.or(route, integer(NOT_ROUTED), route)),
    method("_CRS", 0, give(aml.call("LCRS", route))),
    method("_SRS", 1, store(aml.call("LSRS", arg(0)), route)),
  );
};

/** What the four links share: from a routing register to a status and to resources, and back. */
const linkMethods = () => [
  method("LSTA", 1, when(aml.and(arg(0), integer(NOT_ROUTED)), give(integer(STATUS.off))), give(integer(STATUS.on))),
  method(
    "LCRS",
    1,
    store(aml.resources(aml.irqShared()), local(0)),
    when(
      aml.logicalNot(aml.and(arg(0), integer(NOT_ROUTED))),
      aml.shiftLeft(integer(1), aml.and(arg(0), integer(0x0f)), local(1)),
      store(aml.and(local(1), integer(0xff)), index(local(0), integer(1))),
      store(aml.shiftRight(local(1), integer(8)), index(local(0), integer(2))),
    ),
    give(local(0)),
  ),
  method(
    "LSRS",
    1,
    aml.shiftLeft(aml.derefOf(index(arg(0), integer(2))), integer(8), local(0)),
    aml.or(local(0), aml.derefOf(index(arg(0), integer(1))), local(0)),
    aml.findSetRightBit(local(0), local(0)),
    when(aml.logicalNot(local(0)), give(integer(NOT_ROUTED))),
    aml.decrement(local(0)),
    give(local(0)),
  ),
];

const serialPort = (path: string, uid: number, first: number, line: number, present: boolean) =>
  device(
    path,
    hid("PNP0501"),
    name("_UID", integer(uid)),
    // Always with a byte of its own, so that the firmware can change it.
    name("_STA", [0x0a, present ? STATUS.shown : STATUS.absent]),
    crs(aml.ports(first, 8), aml.irqNoFlags(line)),
  );

const isaDevices = ({ com1, com2 }: SerialPorts) => [
  aml.pciConfigRegion("PIRQ", 0x60, 4),
  aml.byteFields("PIRQ", ...ROUTES),
  isa("PIC", "PNP0000", aml.ports(0x20, 2), aml.ports(0xa0, 2), aml.ports(0x4d0, 2), aml.irqNoFlags(2)),
  isa("TIMR", "PNP0100", aml.ports(0x40, 4), aml.irqNoFlags(0)),
  isa("DMAC", "PNP0200", aml.ports(0x00, 16), aml.ports(0x81, 15), aml.ports(0xc0, 32), aml.dma(4)),
  isa("RTC", "PNP0B00", aml.ports(0x70, 2), aml.irqNoFlags(8)),
  isa("FPU", "PNP0C04", aml.ports(0xf0, 2), aml.irqNoFlags(13)),
  isa("SPKR", "PNP0800", aml.ports(0x61, 1)),
  isa("KBD", "PNP0303", aml.ports(0x60, 1), aml.ports(0x64, 1), aml.irqNoFlags(1)),
  isa("MOU", "PNP0F13", aml.irqNoFlags(12)),
  serialPort("COM1", 1, 0x3f8, 4, com1),
  serialPort("COM2", 2, 0x2f8, 3, com2),
  // What is taken and has no device of its own: system control port A, APM, the power management block.
  isa("RES", "PNP0C02", aml.ports(0x92, 1), aml.ports(0xb2, 2), aml.ports(PM_BASE, PM_PORTS)),
];

/** The definition block's terms. */
export function dsdtTerms(serialPorts: SerialPorts): aml.Aml {
  return [
    // Soft off is sleep type 0 for both halves of PM1 control. (82371AB, PMCNTRL)
    ...name("\\_S5", aml.packageOf(integer(0), integer(0), integer(0), integer(0))),
    ...aml.scope(
      "\\_SB",
      device(
        "PCI0",
        hid("PNP0A03"),
        name("_UID", integer(0)),
        crs(
          aml.busWindow(0, 0xff),
          aml.ports(0xcf8, 8),
          aml.portWindow(0x0000, 0x0cf7),
          aml.portWindow(0x0d00, 0xffff),
          aml.memoryWindow(0x000a_0000, 0x000b_ffff),
          aml.memoryWindow(PCI_MEMORY_START, PCI_MEMORY_END - 1),
        ),
        pciRoutes(),
        device("ISA", name("_ADR", integer(0x0001_0000)), ...isaDevices(serialPorts)),
      ),
      ...linkMethods(),
      ...LINKS.map((_, i) => link(i)),
    ),
  ];
}
