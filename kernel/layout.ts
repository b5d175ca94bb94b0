// The address map: what lies where, for the processor and for us. The lower half of the addresses belongs to programs, the
// upper half to the kernel, and it is the same upper half in every address space, so that an interrupt finds its handler
// whoever is running.
//
//   0x0000_0000_0000_1000 … 0x0000_7fff_ffff_f000   the program: text, data, heap, mappings, stack
//   0xffff_8880_0000_0000 …                         all physical memory, one to one: the direct map
//   0xffff_c900_0000_0000 …                         what the kernel maps one by one: stacks between guard pages, device registers
//   0xffff_ffff_8000_0000 …                         the kernel's image, where 32-bit addresses with a sign reach it
//
// Page 0 is nobody's: following a null pointer is a page fault and not a story.

/** A physical address: what stands in page tables and what devices are told. */
export type Phys = Unit<"Phys">;
/** A virtual address of the kernel. */
export type Virt = Unit<"Virt">;

export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 1 << PAGE_SHIFT;
export const PAGE_MASK: u64 = 0xfff;

export const USER_START: u64 = 0x1000;
/** The last page below the hole is left free: SYSCALL there would return to an address that is none (SDM vol. 2, SYSRET). */
export const USER_END: u64 = 0x7fff_ffff_f000;
/** Where a program's stack ends; it grows downward from here. */
export const USER_STACK_END: u64 = 0x7fff_ffff_e000;
/** Mappings whose place the program leaves to us are looked for downward from here. */
export const USER_MAPPINGS_END: u64 = 0x7fff_0000_0000;

export const DIRECT_MAP: u64 = 0xffff_8880_0000_0000;
/** Bytes of physical memory that the direct map has room for: 64 TiB. */
export const DIRECT_MAP_BYTES: u64 = 0x4000_0000_0000;
/** What the boot code has mapped there before the kernel does it properly. */
export const BOOT_DIRECT_MAP_BYTES: u64 = 0x1_0000_0000;
export const KERNEL_MAPPINGS: u64 = 0xffff_c900_0000_0000;
export const KERNEL_MAPPINGS_BYTES: u64 = 0x0000_0080_0000_0000;
export const KERNEL_IMAGE: u64 = 0xffff_ffff_8000_0000;
/** The part of the top that belongs to the image; a virtual address in it is the physical one, but for the bits above. */
export const IMAGE_BYTES: u64 = 0x8000_0000;

/** Where the direct map shows a physical address. */
export function direct(at: Phys): u64 {
  attr(inline);
  return DIRECT_MAP + u64(at);
}

/** The physical address behind one of the direct map. */
export function directPhys(at: u64): Phys {
  attr(inline);
  return unit<Phys>(at - DIRECT_MAP);
}

export function pageDown(at: u64): u64 {
  attr(inline);
  return at & ~PAGE_MASK;
}

/** Wraps to 0 in the last page of all. */
export function pageUp(at: u64): u64 {
  attr(inline);
  return (at + PAGE_MASK) & ~PAGE_MASK;
}
