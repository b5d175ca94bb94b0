/**
 * Where things lie in the first megabyte while the boot sector and the loader run, and what a disk looks like to them.
 * Below 0x500 are the interrupt vectors and the BIOS's own data; from 0x9FC00 or so up to 1 MiB its extended data,
 * the screen and the firmware.
 */

/** The firmware loads the first sector here, on every PC since 1981. Our stack grows down from it. */
export const bootSectorAt = 0x7c00;
export const stackTop = bootSectorAt;

/** The loader follows the boot sector, in memory as on the disk, so that the two are one program. */
export const loaderAt = bootSectorAt + 512;

/** Memory map: entries of 24 bytes, as E820 gives and as PVH passes on. */
export const memoryMapAt = 0x1000;
export const memoryMapEntries = 128;

/** First page of the kernel file: ELF header and program headers. Then its notes. */
export const elfHeaderAt = 0x2000;
export const elfHeaderBytes = 4096;
export const notesAt = 0x3000;
export const notesBytes = 4096;

/** What the BIOS reads for us before it is copied to its place: 32 KiB that cross no 64 KiB boundary. */
export const bufferAt = 0x1_0000;
export const bufferBytes = 0x8000;

/** The loader must end where the buffer begins. */
export const loaderMaxBytes = bufferAt - loaderAt;

/** Below this address is what the loader itself needs; a kernel must be linked above it. */
export const lowestKernel = 0x10_0000;

/** Where the archive from a CD goes: the kernel ends far below. */
export const moduleAt = 0x100_0000;

/** The partition that holds the kernel begins at 1 MiB, as partitions do since disks have sectors of 4096 bytes. */
export const kernelPartitionSector = 2048;
