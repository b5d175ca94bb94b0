// Which interrupt vector is for what. 0 to 31 are the processor's exceptions (SDM vol. 3, table 7-1), and 14h, which is one
// of them, is our system call as well: the processors we run on never raise #VE.

/** Lines of the interrupt controllers: sixteen from here on. */
export const LINES_VECTOR: u8 = 0x20;
/** Messages of devices and what the local APIC raises: more urgent than the lines, by their number. */
export const FIRST_MESSAGE: u8 = 0x40;
export const LAST_MESSAGE: u8 = 0xef;
/** What the local APIC raises when a request vanished; it wants no end. */
export const SPURIOUS_VECTOR: u8 = 0xff;
