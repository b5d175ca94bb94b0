/**
 * How a kernel given on the command line is started on a machine with firmware: an option ROM takes INT 19h, by which
 * firmware, when all devices are set up and the screen is in text mode, asks for something to boot. Its handler collects
 * the firmware's memory map (INT 15h, AX=E820h) and writes to a port of ours; at that instruction the machine puts the
 * kernel into memory and the processor into the state that the kernel's boot protocol wants. So a kernel finds the same
 * machine here as behind a boot loader. (BIOS Boot Specification 1.01, 6.5; boot-rom.test.ts has the code in words.)
 */
import type { Bus } from "../bus.ts";
import type { PhysicalMemory } from "../memory.ts";
import type { MemoryRange } from "./placement.ts";

/** Where the ROM is seen: the first place that firmware searches behind the video ROM's. */
export const BOOT_ROM_ADDRESS = 0xc_8000;
const ROM_BYTES = 512;
/** A word written here, by the ROM alone, is the end of the memory map. */
const PORT = 0x5c0;
/** Where the ROM collects the map: boot sectors go here, and there is none. */
const MAP = 0x7c00;
const MAP_ENTRY = 20;

/** Offset of the handler. */
const HANDLER = 0x16;
// biome-ignore format: one instruction per line
const code = [
  0x55, 0xaa, ROM_BYTES / 512,
  // Called by the self-test: takes the vector.
  0x1e, 0x50,
  0x31, 0xc0,
  0x8e, 0xd8,
  0xc7, 0x06, 0x64, 0x00, HANDLER, 0x00,
  0x8c, 0x0e, 0x66, 0x00,
  0x58, 0x1f, 0xcb,
  // INT 19h
  0xfc,
  0x31, 0xc0,
  0x8e, 0xc0,
  0xbf, MAP & 0xff, MAP >> 8,
  0x66, 0x31, 0xdb,
  0x66, 0xba, 0x50, 0x41, 0x4d, 0x53,
  0x66, 0xb9, MAP_ENTRY, 0x00, 0x00, 0x00,
  0x66, 0xb8, 0x20, 0xe8, 0x00, 0x00,
  0xcd, 0x15,
  0x72, 0x08,
  0x83, 0xc7, MAP_ENTRY,
  0x66, 0x85, 0xdb,
  0x75, 0xe2,
  0x89, 0xf8,
  0xba, PORT & 0xff, PORT >> 8,
  0xef,
  0xf4,
  0xeb, 0xfd,
];

/** The ROM's bytes, which add up to 0. */
export function bootRom(): Uint8Array {
  const rom = new Uint8Array(ROM_BYTES);
  rom.set(code);
  rom[ROM_BYTES - 1] = -code.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return rom;
}

/** The port behind the ROM. `boot` is called with the firmware's memory map, in the middle of the OUT. */
export function claimBootPort(bus: Bus, memory: PhysicalMemory, boot: (map: readonly MemoryRange[]) => void): void {
  bus.claimPorts("boot-rom", PORT, 2, {
    readPort: () => 0,
    writePort: (_port, _size, end) => {
      const bytes = new Uint8Array(Math.max(0, end - MAP));
      memory.read(MAP, bytes);
      const view = new DataView(bytes.buffer);
      const map: MemoryRange[] = [];
      for (let at = 0; at + MAP_ENTRY <= bytes.length; at += MAP_ENTRY) {
        const [start, length] = [Number(view.getBigUint64(at, true)), Number(view.getBigUint64(at + 8, true))];
        map.push({ start, length, type: view.getUint32(at + 16, true) });
      }
      boot(map);
    },
  });
}
