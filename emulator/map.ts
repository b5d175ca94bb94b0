/**
 * The machine's physical address map, on one page. It is a PC's: RAM from 0, with the window of the video adapter and
 * the ROMs cut out below 1 MiB; devices below 4 GiB; and the firmware twice, at the end of the first mebibyte, where
 * real-mode code can call it, and at the end of 4 GiB, where the processor starts.
 *
 *     0000_0000  RAM
 *     000a_0000  video memory (128 KiB)
 *     000c_0000  ROM (256 KiB), at its end the last 128 KiB of the firmware; or RAM, as the host bridge says
 *     0010_0000  RAM, up to 3 GiB
 *     c000_0000  PCI devices
 *     fec0_0000  I/O APIC
 *     fed0_0000  HPET
 *     fee0_0000  local APIC
 *     ffxx_xxxx  firmware, ending at 4 GiB
 */

export const MiB = 1 << 20;

/** First byte that is not conventional memory. */
export const VIDEO_START = 0x000a_0000;
export const ROM_START = 0x000c_0000;
export const EXTENDED_START = 0x0010_0000;

/** RAM ends here at the latest: everything above, up to 4 GiB, belongs to devices. */
export const DEVICES_START = 0xc000_0000;
export const IO_APIC = 0xfec0_0000;
export const HPET = 0xfed0_0000;
export const LOCAL_APIC = 0xfee0_0000;

/** The firmware's last byte is the one before. */
export const FIRMWARE_END = 0x1_0000_0000;
/** The firmware's last bytes that are seen a second time, below EXTENDED_START. */
export const LOW_FIRMWARE = 0x2_0000;
export const LARGEST_FIRMWARE = 16 * MiB;

/** RAM sizes the machine can have, in MiB. */
export const MINIMUM_MEMORY = 4;
export const MAXIMUM_MEMORY = DEVICES_START / MiB;

/** Port 0xE9 as Bochs and QEMU have it, and the exit device at its usual place. */
export const DEBUG_CONSOLE_PORT = 0xe9;
export const DEBUG_EXIT_PORT = 0xf4;
