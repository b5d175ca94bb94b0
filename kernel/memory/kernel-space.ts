// The kernel's half of every address space. The boot code has mapped the image and the first gigabytes of memory; here the
// rest of memory is added, what must not be written or executed loses the right to it, and the pages under the stacks go.
//
// The image is seen twice: where it runs, with the rights of its parts, and in the direct map with all other memory. A
// right that is refused in one place and given in the other is refused by nobody, so the direct map shows the image's code
// and constants without the right to write, and nothing of memory may be executed there.
import type { BootInfo } from "../boot-info.ts";
import {
  BOOT_DIRECT_MAP_BYTES,
  DIRECT_MAP,
  direct,
  IMAGE_BYTES,
  KERNEL_MAPPINGS,
  KERNEL_MAPPINGS_BYTES,
  PAGE_MASK,
  PAGE_SHIFT,
  PAGE_SIZE,
  type Phys,
  pageDown,
  pageUp,
} from "../layout.ts";
import { Locked } from "../sync/spin.ts";
import { memoryEnd, OWNER_TABLES, physOf, zeroedFrame } from "./frames.ts";
import {
  ADDRESS,
  ENTRIES,
  findEntry,
  indexAt,
  LARGE,
  makeEntry,
  NO_EXECUTE,
  PRESENT,
  tableAt,
  UNCACHED,
  WRITABLE,
} from "./tables.ts";

const LARGE_PAGE: u64 = 0x20_0000;
const GIGABYTE: u64 = 0x4000_0000;
/** Half of the kernel's mappings is for stacks (stacks.ts), half for devices. */
const DEVICE_MAPPINGS: u64 = KERNEL_MAPPINGS + KERNEL_MAPPINGS_BYTES / 2;

let root: Phys = late();

class Devices {
  next: u64;
}
const devices = zeroed<Locked<Devices>>();

/** The page table of the kernel alone; every space has its upper half. */
export function kernelRoot(): Phys {
  return root;
}

export function startKernelSpace(boot: Ptr<BootInfo>): void {
  root = unit<Phys>(cpu.readCr3() & ADDRESS);
  mapMemory();
  protectImage(boot);
  // All top entries that will ever be used: spaces copy them once and see all that comes later.
  const made = makeEntry(root, KERNEL_MAPPINGS, 0);
  assert(!isErr(made), "no memory for the kernel's page tables");
  {
    using d = devices.enter();
    d.v.next = DEVICE_MAPPINGS;
  }
  cpu.writeCr3(u64(root));
}

/** Memory beyond what the boot code has mapped, in pages of 2 MiB. */
function mapMemory(): void {
  for (let at = BOOT_DIRECT_MAP_BYTES; at < memoryEnd(); at += LARGE_PAGE) {
    const directory = directoryFor(direct(unit<Phys>(at)));
    directory[indexAt(direct(unit<Phys>(at)), 1)] = at | LARGE | PRESENT | WRITABLE | NO_EXECUTE;
  }
}

/** The page directory for an address of the direct map. */
function directoryFor(at: u64): Ptr<u64> {
  let table = tableAt(u64(root));
  for (let level: u64 = 3; level > 1; level--) {
    const place = ref(table[indexAt(at, level)]);
    if ((place[0] & PRESENT) === 0) {
      const frame = zeroedFrame(OWNER_TABLES);
      assert(!isErr(frame), "no memory for the direct map");
      place[0] = u64(physOf(frame)) | PRESENT | WRITABLE;
    }
    table = tableAt(place[0]);
  }
  return table;
}

/** In the direct map, code and constants of the image are only read. */
function protectImage(boot: Ptr<BootInfo>): void {
  const start = u64(boot.imageStart);
  const end = addr(image.data()) & (IMAGE_BYTES - 1);
  for (let at = start & ~(LARGE_PAGE - 1); at < end; at += LARGE_PAGE) splitLarge(direct(unit<Phys>(at)));
  for (let at = start; at < end; at += PAGE_SIZE) {
    const entry = findEntry(root, direct(unit<Phys>(at)));
    assert(entry !== null, "the direct map has no page for the image");
    entry[0] = entry[0] & ~WRITABLE;
  }
}

/** Replaces a large page by a table of small ones with the same rights. */
function splitLarge(at: u64): void {
  const directory = directoryFor(at);
  const place = ref(directory[indexAt(at, 1)]);
  const large = place[0];
  if ((large & LARGE) === 0) return;
  const frame = zeroedFrame(OWNER_TABLES);
  assert(!isErr(frame), "no memory for the direct map");
  const table = tableAt(u64(physOf(frame)));
  for (let i: usize = 0; i < ENTRIES; i++) table[i] = (large & ~LARGE) + (u64(i) << PAGE_SHIFT);
  place[0] = u64(physOf(frame)) | PRESENT | WRITABLE;
}

/** Takes a page of the kernel's half away. What it mapped is the caller's to give back. */
export function unmapKernel(at: u64): u64 {
  const entry = findEntry(root, at);
  if (entry === null) return 0;
  const before = entry[0];
  entry[0] = 0;
  cpu.invlpg(at);
  return before;
}

/** Maps a frame for the kernel to read and write. ENOMEM. */
export function mapKernel(at: u64, to: Phys, bits: u64): Res<void> {
  const entry = orReturn(makeEntry(root, at, 0));
  assert((entry[0] & PRESENT) === 0, "a kernel page is mapped twice");
  entry[0] = u64(to) | PRESENT | WRITABLE | NO_EXECUTE | bits;
}

/**
 * Device registers at a physical address, to be reached from now on at the address this gives (which keeps the offset in its
 * page). The mapping stays forever. ENOMEM.
 */
export function mapDevice(at: Phys, bytes: usize): Res<u64> {
  const start = pageDown(u64(at));
  const end = pageUp(u64(at) + bytes);
  using d = devices.enter();
  const base = d.v.next;
  for (let page = start; page < end; page += PAGE_SIZE)
    orReturn(mapKernel(base + (page - start), unit<Phys>(page), UNCACHED));
  // A page apart from the next one: running over the end is a fault.
  d.v.next = base + (end - start) + PAGE_SIZE;
  return base + (u64(at) & PAGE_MASK);
}
