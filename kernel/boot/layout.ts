/**
 * The kernel's address map. The kernel lives in the highest two gigabytes, where a sign-extended 32-bit address reaches
 * it, and leaves the lower half to user space. Physically it lies at 1 MiB: .boot (headers and the 32-bit code, which runs
 * where it was loaded), .note, .text, .rodata, .symbols, .data, .bss, each on pages of its own, so that each can have its own
 * rights: no page is writable and executable at once (W^X).
 *
 * In the file the sections lie as in memory, without gaps: for a loader that knows nothing of ELF the kernel is one flat
 * piece (that is how multiboot 1 loads it).
 */

/** Virtual address = physical address + this, for the kernel's own sections and for the screen. */
export const kernelBase = 0xffff_ffff_8000_0000n;

export const pageBytes = 4096;

/** Physical address of the kernel's first byte: the end of the first megabyte, which is full of the PC's history. */
export const loadAddress = 0x10_0000;

/** The screen's memory in text mode: 32 KiB of character and attribute bytes. */
export const vgaText = { physical: 0xb_8000, bytes: 0x8000 } as const;

/** What the boot page tables map at kernelBase, from physical address 0 on: all of the above. */
export const mappedBytes = 0x100_0000;

/** The direct map (../layout.ts), and how much of it there is from the start. */
export const directMap = 0xffff_8880_0000_0000n;
export const directMapBytes = 0x1_0000_0000;
