/** Limits of the boot code; those of the kernel are in ../limits.ts. */

/** Regions of the memory map that are kept; what a loader says beyond them is dropped. */
export const memoryRegions = 64;
/** Bytes, with the zero at the end; longer ones are cut. */
export const commandLineBytes = 256;
export const loaderNameBytes = 64;

/** Bytes, whole pages; under it lies a page that is not mapped. */
export const kernelStackBytes = 16384;
