/**
 * Where everything lies: the address map of the firmware and its data.
 *
 * The firmware is one 64 KiB segment of read-only memory, F000h, so every label is a 16-bit offset and every near jump
 * reaches. It never writes its own segment; what it must remember lies where every PC keeps it, in the BIOS data area
 * (BDA, 0:400h), and what has no place there in the extended BIOS data area (EBDA, the last KiB below 640 KiB). So it
 * runs from ROM as it is, and a chipset that could shadow it in RAM need not.
 *
 *     0:0000   interrupt vectors
 *     0:0400   BIOS data area
 *     0:0600   scratch, only until the boot sector runs
 *     0:7C00   stack of the power-on self-test downwards; the boot sector upwards
 *     9FC0:0   EBDA
 *     B800:0   text screen
 *     C000:0   option ROMs, up to DFFF:F
 *     F000:0   this firmware; also at FFFF0000h
 *     the last 16 KiB of RAM below 4 GiB: tables for the operating system
 */
/** Bytes of the image: the last of them lies below 4 GiB, and below 1 MiB. */
export const ROM_SIZE = 0x1_0000;
export const ROM_SEGMENT = 0xf000;

/** Linear addresses. */
export const STACK_TOP = 0x7c00;
export const BOOT_ADDRESS = 0x7c00;
/** 2 KiB that the self-test uses for IDENTIFY data and the sectors it looks at. */
export const SCRATCH = 0x600;

/** The EBDA until someone moves it: 1 KiB. Its present segment is in `bda.ebdaSegment`. */
export const EBDA_SEGMENT = 0x9fc0;
export const EBDA_KIB = 1;
/** Conventional memory below the EBDA, as INT 12h tells it. */
export const BASE_MEMORY_KIB = 640 - EBDA_KIB;

export const TEXT_SEGMENT = 0xb800;

/** Bytes at the end of RAM for the tables of ACPI: those that an operating system may throw away, and, from NVS on, the others. */
export const TABLES_SIZE = 0x4000;
export const TABLES_NVS = 0x3000;

/** Where the power management block is put, and the interrupt line it is wired to. (82371AB data sheet) */
export const PM_BASE = 0x600;
export const PM_PORTS = 64;
export const SCI = 9;
/** Which interrupt lines the four PCI wires lead to. */
export const WIRES = [10, 10, 11, 11] as const;
/** PCI devices' memory: from here to the I/O APIC. RAM never reaches so far. */
export const PCI_MEMORY_START = 0xe000_0000;
export const PCI_MEMORY_END = 0xfec0_0000;
/** Not the first processor's. */
export const IO_APIC_ID = 1;

/**
 * Offsets of the BIOS data area's fields from address 0. While the firmware runs, DS is 0.
 * The layout is the IBM PC AT's (Technical Reference, "BIOS data areas") with the EGA's and VGA's additions.
 */
export const bda = {
  /** Four words: ports of the serial lines, 0 when absent. */
  comPorts: 0x400,
  /** Three words: ports of the parallel ports. */
  lptPorts: 0x408,
  ebdaSegment: 0x40e,
  /** What INT 11h returns: bit 1 coprocessor, 2 mouse, 5:4 initial video mode, 11:9 serial ports, 15:14 printers. */
  equipment: 0x410,
  /** What INT 12h returns: KiB below the EBDA. */
  memoryKib: 0x413,
  /** Bit 0, 1 right and left Shift, 2 Ctrl, 3 Alt held; 4 Scroll, 5 Num, 6 Caps Lock, 7 Insert on. */
  shiftFlags: 0x417,
  /** Bit 0 left Ctrl, 1 left Alt, 2 SysRq held; 3 paused; 4 Scroll, 5 Num, 6 Caps Lock, 7 Insert held. */
  shiftFlags2: 0x418,
  /** The number being typed with Alt and the keypad. */
  altDigits: 0x419,
  /** Offsets (from 0:400h) of the next key to take, and of the next free place. */
  keyHead: 0x41a,
  keyTail: 0x41c,
  keyBuffer: 0x41e,
  diskStatusFloppy: 0x441,
  videoMode: 0x449,
  columns: 0x44a,
  /** Bytes of one page of screen memory. */
  pageSize: 0x44c,
  /** Offset of the shown page in screen memory. */
  pageStart: 0x44e,
  /** Eight words: cursor of each page, row in the high byte. */
  cursors: 0x450,
  /** Last line of the cursor in the low byte, first line in the high byte; as the program gave them. */
  cursorShape: 0x460,
  page: 0x462,
  crtcPort: 0x463,
  cgaMode: 0x465,
  cgaPalette: 0x466,
  /** Where the reset code jumps to when CMOS byte 0Fh says so: offset, segment. */
  resumeAt: 0x467,
  /** Timer interrupts since midnight, and whether midnight passed since the last question. */
  ticks: 0x46c,
  midnight: 0x470,
  /** Bit 7: Ctrl-Break was pressed. */
  breakFlag: 0x471,
  /** 1234h: restart without memory test. */
  resetFlag: 0x472,
  /** Result of the last INT 13h for a hard disk. */
  diskStatus: 0x474,
  diskCount: 0x475,
  lptTimeouts: 0x478,
  comTimeouts: 0x47c,
  /** Bounds of the key buffer, from 0:400h. */
  keyBufferStart: 0x480,
  keyBufferEnd: 0x482,
  /** Rows of the screen less one. */
  lastRow: 0x484,
  /** Scan lines of a character. */
  charHeight: 0x485,
  videoControl: 0x487,
  videoSwitches: 0x488,
  videoFlags: 0x489,
  displayCode: 0x48a,
  /** Bit 0, 1: the last byte was E1h, E0h; 2, 3 right Ctrl and Alt held; 4 enhanced keyboard. */
  keyState: 0x496,
  /** Bits 2:0 the lights (Scroll, Num, Caps), 4 acknowledged. */
  keyLights: 0x497,
  /** Where the waited-for byte is (offset, segment), how long still (µs), and bit 0: a wait is going on. */
  waitFlagAt: 0x498,
  waitMicroseconds: 0x49c,
  waiting: 0x4a0,
  videoSavePointer: 0x4a8,
} as const;

/**
 * Offsets in the EBDA. The first byte (its size) and the two hard-disk tables at 3Dh and 4Dh lie where programs have
 * always found them; the rest is our own. While the firmware runs, FS is the EBDA's segment.
 */
export const ebda = {
  sizeKib: 0x000,
  /** A virtio request: header (10h bytes) and status (1); and the table of four descriptors (40h) that all queues share. */
  virtioHeader: 0x010,
  virtioStatus: 0x020,
  virtioTable: 0x100,
  /** Where a disk's controller is to put what it reads: two regions of eight bytes, for one ends at a multiple of 64 KiB. */
  dmaRegions: 0x024,
  /** First port of the IDE controller's bus masters, 0 when there are none; and whether the transfer going on goes without them. */
  busMaster: 0x034,
  withoutDma: 0x036,
  /** What INT 41h and 46h point at. */
  diskTable0: 0x03d,
  diskTable1: 0x04d,
  /** End of RAM below 4 GiB that programs may use (dword, bytes), where the tables begin; and RAM from 4 GiB on (qword, bytes). */
  lowMemoryEnd: 0x060,
  highMemoryBytes: 0x064,
  /** Highest bus number, and whether there is PCI at all. */
  pciLastBus: 0x06c,
  pciPresent: 0x06d,
  /** Drives found so far: hard disks (80h…) are counted in the BDA. */
  cdCount: 0x06e,
  /** The 12 bytes of an ATAPI command. */
  packet: 0x070,
  /** The first port, and the first address, that no PCI device has yet (dwords). */
  pciNextPort: 0x140,
  pciNextMemory: 0x144,
  /** The transfer going on: first sector (qword), sectors done, and the drive's record. */
  transferSector: 0x0a4,
  transferDone: 0x0ac,
  /** El Torito specification packet (13h bytes) of the disc that was booted. */
  elTorito: 0x080,
  /** INT 13h AH=48h, device parameter table extension (10h bytes), made anew for each answer. */
  dpte: 0x094,
  /** ACPI's root pointer (24h bytes) and MP's floating pointer (10h bytes): systems search for them at multiples of 16. */
  rootPointer: 0x0b0,
  floatingPointer: 0x0e0,
  /** Whether there is a power management function. */
  pmPresent: 0x0f0,
  /** While a virtio disk's registers are asked for: where they are, bar (byte) and offset (dword). */
  virtioBar: 0x148,
  virtioStructure: 0x14c,
  /** E820's answer: a count, then entries of 20 bytes. */
  memoryMapCount: 0x150,
  memoryMap: 0x154,
  memoryMapLimit: 0x154 + 11 * 20,
  /** The rings of the virtio disks' queues. */
  rings: 0x230,
  /** Drive records, `drive` below. */
  drives: 0x300,
} as const;

/** Places on the two ATA channels; and with the virtio disks behind them. */
export const ATA_SLOTS = 4;
export const DRIVE_SLOTS = 8;
/** Bytes of a virtio disk's rings, four of which end where the drive records begin. */
export const RING_BYTES = 0x34;

/** A drive record in the EBDA: one for each place on the two ATA channels, then the virtio disks. */
export const drive = {
  /** A `driveKind`. */
  kind: 0,
  /** As INT 13h numbers it: 80h… hard disks, E0h… CD drives. */
  number: 1,
  /** First of the eight command-block registers, and the device control register. */
  commandPort: 2,
  controlPort: 4,
  /** Device register: E0h or F0h (LBA addressing; device 0 or 1). */
  select: 6,
  /** Bit 0: 48-bit addresses; 1: DMA. */
  flags: 7,
  /** Geometry as the drive says it. */
  cylinders: 8,
  heads: 10,
  sectors: 12,
  /** Geometry as INT 13h tells it: cylinders up to 1024, heads up to 255, sectors up to 63. */
  logicalCylinders: 14,
  logicalHeads: 16,
  logicalSectors: 18,
  /** Qword: number of sectors. */
  count: 20,
  /** Bytes of a sector: 512 or 2048. */
  sectorSize: 28,
  /** CD drives: how often it is locked. */
  locks: 30,
  /** virtio disks have these instead: bus and function, the register that is the window to the others, whether it refuses writes, the ring. */
  pciFunction: 2,
  window: 4,
  readOnly: 6,
  ring: 30,
} as const;
export const DRIVE_RECORD = 32;

export const driveKind = { none: 0, ata: 1, atapi: 2, virtio: 3 } as const;

/** The interrupt vector's place in the table at address 0: offset, then segment. */
export const vectorAt = (vector: number): number => vector * 4;
