/**
 * The tables in which firmware describes the machine: ACPI's, for the operating systems of this century, and the
 * MultiProcessor Specification's for older ones. Here they are made as one block of bytes as it will lie at the top of
 * RAM, all addresses in it counted from the block's start; acpi.ts puts it there. (ACPI 6.5, 5.2; MP 1.4, chapter 4)
 */
import { dsdtTerms } from "./acpi-dsdt.ts";
import { IO_APIC_ID, PM_BASE, SCI, TABLES_NVS, TABLES_SIZE, WIRES } from "./layout.ts";

const LOCAL_APIC = 0xfee0_0000;
const IO_APIC = 0xfec0_0000;
/** MADT and MP: level-triggered, low. */
const LEVEL_LOW = 0x0f;

type Field = readonly [value: number | string, bytes: number];

/** Little-endian numbers, and texts filled up with spaces. */
function bytes(...fields: readonly Field[]): number[] {
  return fields.flatMap(([value, length]) => {
    if (typeof value === "string") return Array.from(value.padEnd(length), (c) => c.charCodeAt(0));
    return Array.from({ length }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);
  });
}

/** Makes the bytes of `table` add up to 0. */
function balance(table: number[], at: number): number[] {
  table[at] = 0;
  table[at] = -table.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return table;
}

export const HEADER_CHECKSUM = 9;

/** A table with ACPI's header. (5.2.6) */
function table(signature: string, revision: number, body: readonly number[]): number[] {
  const header = bytes(
    ...([
      [signature, 4],
      [36 + body.length, 4],
      [revision, 1],
      [0, 1],
      ["COR", 6],
      ["CORPC", 8],
    ] as const),
    ...([
      [1, 4],
      ["COR ", 4],
      [1, 4],
    ] as const),
  );
  return balance([...header, ...body], HEADER_CHECKSUM);
}

/** A register in port space: generic address structure. (5.2.3.2) */
const port = (address: number, width: number, access: number): Field[] => [
  ...([
    [1, 1],
    [width, 1],
    [0, 1],
    [access, 1],
  ] as const),
  [address, 8],
];
const noRegister: Field[] = [[0, 12]];

const ACPI_ON = 0xf1;
const ACPI_OFF = 0xf0;
/** Fixed feature flags: WBINVD works; halting in C1 works; no sleep button; the clock's alarm is no fixed event; a reset register. */
const FADT_FLAGS = (1 << 0) | (1 << 2) | (1 << 5) | (1 << 6) | (1 << 10);
/** There are devices on the ISA bus, and a keyboard controller; and a VGA, for no bit says otherwise. */
const BOOT_ARCHITECTURE = 0b11;

/** Fixed description, revision 3. (5.2.9) `facs` and `dsdt`: where they are. */
function fadt(facs: number, dsdt: number): number[] {
  const body = bytes(
    ...([
      [facs, 4],
      [dsdt, 4],
      [0, 1],
      [1, 1],
      [SCI, 2],
    ] as const),
    // SMI_CMD: the command port, what switches ACPI on and off; no S4BIOS, no processor state control.
    ...([
      [0xb2, 4],
      [ACPI_ON, 1],
      [ACPI_OFF, 1],
      [0, 1],
      [0, 1],
    ] as const),
    // PM1a and PM1b event, PM1a and PM1b control, PM2 control, PM timer, GPE0, GPE1; and their lengths.
    ...([
      [PM_BASE, 4],
      [0, 4],
      [PM_BASE + 4, 4],
      [0, 4],
      [0, 4],
      [PM_BASE + 8, 4],
      [0, 4],
      [0, 4],
    ] as const),
    ...([
      [4, 1],
      [2, 1],
      [0, 1],
      [4, 1],
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
    ] as const),
    // Latencies that say: no C2, no C3; no cache to flush by reading; no duty cycle; no alarm further off than a day.
    ...([
      [0x0fff, 2],
      [0x0fff, 2],
      [0, 2],
      [0, 2],
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
    ] as const),
    // The century in CMOS byte 32h.
    ...([
      [0x32, 1],
      [BOOT_ARCHITECTURE, 2],
      [0, 1],
      [FADT_FLAGS, 4],
    ] as const),
    // Reset: 6 to port CF9h.
    ...port(0xcf9, 8, 1),
    ...([
      [0x06, 1],
      [0, 2],
      [0, 1],
      [facs, 8],
      [dsdt, 8],
    ] as const),
    ...[...port(PM_BASE, 32, 2), ...noRegister, ...port(PM_BASE + 4, 16, 2), ...noRegister, ...noRegister],
    ...[...port(PM_BASE + 8, 32, 3), ...noRegister, ...noRegister],
  );
  return table("FACP", 3, body);
}
/** In the FADT: FIRMWARE_CTRL, DSDT, X_DSDT. */
const FADT_ADDRESSES = [36, 40, 140] as const;

/** Interrupt controllers. (5.2.12) The timer is on the I/O APIC's input 2; SCI and PCI's lines are levels. */
function madt(): number[] {
  const override = (source: number, input: number, flags: number) =>
    bytes([2, 1], [10, 1], [0, 1], [source, 1], [input, 4], [flags, 2]);
  return table("APIC", 3, [
    ...bytes([LOCAL_APIC, 4], [1, 4]), // and there are 8259s
    ...bytes([0, 1], [8, 1], [0, 1], [0, 1], [1, 4]),
    ...bytes([1, 1], [12, 1], [IO_APIC_ID, 1], [0, 1], [IO_APIC, 4], [0, 4]),
    ...override(0, 2, 0),
    ...[SCI, ...new Set(WIRES)].flatMap((line) => override(line, line, LEVEL_LOW)),
    ...bytes([4, 1], [6, 1], [0xff, 1], [0, 2], [1, 1]), // every processor: NMI at LINT1
  ]);
}

/** Firmware control: the lock between firmware and operating system, never taken by ours. (5.2.10) */
const facs = (): number[] => bytes(["FACS", 4], [64, 4], [0, 24], [1, 1], [0, 31]);

/** Offset of the processor's signature and features in the MP configuration table; its checksum. */
export const MP_SIGNATURE = 44 + 4;
export const MP_CHECKSUM = 7;

function multiProcessor(): number[] {
  const [pci, isa] = [0, 1];
  const processor = bytes([0, 1], [0, 1], [0x14, 1], [0b11, 1], [0, 8], [0, 8]);
  const interrupt = (kind: number, flags: number, bus: number, source: number, input: number, to = IO_APIC_ID) =>
    bytes([3, 1], [kind, 1], [flags, 2], [bus, 1], [source, 1], [to, 1], [input, 1]);
  const local = (kind: number, to: number, input: number) =>
    bytes([4, 1], [kind, 1], [0, 2], [isa, 1], [0, 1], [to, 1], [input, 1]);
  const isaLines = [0, 1, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15];
  const entries = [
    processor,
    bytes([1, 1], [pci, 1], ["PCI", 6]),
    bytes([1, 1], [isa, 1], ["ISA", 6]),
    bytes([2, 1], [IO_APIC_ID, 1], [0x20, 1], [1, 1], [IO_APIC, 4]),
    ...isaLines.map((line) => interrupt(0, line === SCI ? LEVEL_LOW : 0, isa, line, line === 0 ? 2 : line)),
    ...Array.from({ length: 31 * 4 }, (_, i) => {
      const [slot, pin] = [(i >> 2) + 1, i & 3];
      return interrupt(0, LEVEL_LOW, pci, (slot << 2) | pin, WIRES[(slot + pin + 3) & 3]!);
    }),
    local(3, 0, 0), // ExtINT: the 8259s at LINT0 of the first processor
    local(1, 0xff, 1),
  ];
  const body = entries.flat();
  const header = bytes(
    ...([
      ["PCMP", 4],
      [44 + body.length, 2],
      [4, 1],
      [0, 1],
      ["COR", 8],
      ["PC", 12],
      [0, 4],
      [0, 2],
    ] as const),
    ...([
      [entries.length, 2],
      [LOCAL_APIC, 4],
      [0, 4],
    ] as const),
  );
  return balance([...header, ...body], MP_CHECKSUM);
}

/** The block, and what is to be changed in it. All numbers are offsets in it. */
export interface Tables {
  readonly block: Uint8Array;
  /** Only so many of its bytes are not 0 before the non-volatile part, and behind the start of that. */
  readonly used: { readonly reclaimable: number; readonly nonVolatile: number };
  readonly rsdt: number;
  readonly xsdt: number;
  readonly dsdt: number;
  readonly multiProcessor: number;
  /** Dwords that the block's address is to be added to. */
  readonly addresses: readonly number[];
  /** Tables with such dwords in them, whose checksums are then to be made anew. */
  readonly changed: readonly { readonly start: number; readonly length: number; readonly checksum: number }[];
  /** The _STA bytes of COM1 and COM2. */
  readonly serialStatus: readonly [com1: number, com2: number];
}

export function makeTables(): Tables {
  const block = new Uint8Array(TABLES_SIZE);
  let end = 0;
  const put = (table: readonly number[]): number => {
    const at = Math.ceil(end / 16) * 16;
    end = at + table.length;
    if (end > TABLES_NVS) throw new Error("the ACPI tables do not fit");
    block.set(table, at);
    return at;
  };
  const dsdtBytes = table("DSDT", 2, dsdtTerms({ com1: true, com2: true }));
  /** The byte in which it is different, the header aside, when a port is missing. */
  const statusOf = (missing: "com1" | "com2"): number => {
    const other = table("DSDT", 2, dsdtTerms({ com1: true, com2: true, [missing]: false }));
    return dsdtBytes.findIndex((byte, i) => i >= 36 && byte !== other[i]);
  };
  const dsdt = put(dsdtBytes);
  const fadtBytes = fadt(TABLES_NVS, dsdt);
  const fadtAt = put(fadtBytes);
  const madtAt = put(madt());
  const rsdtBytes = table("RSDT", 1, bytes([fadtAt, 4], [madtAt, 4]));
  const rsdt = put(rsdtBytes);
  const xsdtBytes = table("XSDT", 1, bytes([fadtAt, 8], [madtAt, 8]));
  const xsdt = put(xsdtBytes);

  const facsBytes = facs();
  block.set(facsBytes, TABLES_NVS);
  const mpAt = TABLES_NVS + facsBytes.length;
  const mpBytes = multiProcessor();
  block.set(mpBytes, mpAt);

  const acpi = (start: number, length: number) => ({ start, length, checksum: start + HEADER_CHECKSUM });
  return {
    block,
    used: { reclaimable: end, nonVolatile: facsBytes.length + mpBytes.length },
    rsdt,
    xsdt,
    dsdt,
    multiProcessor: mpAt,
    addresses: [...FADT_ADDRESSES.map((at) => fadtAt + at), rsdt + 36, rsdt + 40, xsdt + 36, xsdt + 44],
    changed: [
      acpi(fadtAt, fadtBytes.length),
      acpi(rsdt, rsdtBytes.length),
      acpi(xsdt, xsdtBytes.length),
      { start: mpAt, length: mpBytes.length, checksum: mpAt + MP_CHECKSUM },
    ],
    serialStatus: [dsdt + statusOf("com1"), dsdt + statusOf("com2")],
  };
}

/** ACPI's root pointer, without addresses and checksums. (5.2.5.3) */
export const rootPointer = Uint8Array.from(
  bytes(
    ...([
      ["RSD PTR ", 8],
      [0, 1],
      ["COR", 6],
      [2, 1],
      [0, 4],
      [36, 4],
      [0, 8],
      [0, 4],
    ] as const),
  ),
);
export const rootPointerField = { checksum: 8, rsdt: 16, xsdt: 24, extendedChecksum: 32, firstLength: 20 } as const;

/** The MP floating pointer: a configuration table is there, and no register that leads around the APIC. (MP 1.4, 4.1) */
export const floatingPointer = Uint8Array.from(
  bytes(
    ...([
      ["_MP_", 4],
      [0, 4],
      [1, 1],
      [4, 1],
      [0, 6],
    ] as const),
  ),
);
export const floatingPointerField = { table: 4, checksum: 10 } as const;
