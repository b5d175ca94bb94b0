/** Every limit of the kernel, in one place. */

/** Regions of the memory map that are kept; what a loader says beyond them is dropped. */
export const memoryRegions = 64;
/** Bytes, with the zero at the end; longer ones are cut. */
export const commandLineBytes = 256;
export const loaderNameBytes = 64;

/** Bytes, whole pages; under each lies a page that is not mapped. */
export const kernelStackBytes = 16384;
export const doubleFaultStackBytes = 4096;

/** Timer interrupts per second. */
export const timerHz = 100;

/** Bytes typed and not yet looked at: 256, so that an 8-bit index wraps by itself. */
export const typedBytes = 256;
/** Bytes said and not yet sent; a power of two. */
export const saidBytes = 1024;
/** Bytes of a command. */
export const lineBytes = 80;
