// Registers of floating point and vectors. The kernel itself uses none of them, so they stay the program's own through
// system calls and interrupts; only when another program gets the processor they are put away and the other's are taken
// out. XSAVE knows how much there is to save on this processor (SDM vol. 1, chapter 13); one that has no XSAVE has FXSAVE,
// which knows x87 and SSE.
import { kalloc, kfree } from "../memory/slab.ts";

const CR4_OSFXSR: u64 = 1 << 9;
const CR4_OSXMMEXCPT: u64 = 1 << 10;
const CR4_OSXSAVE: u64 = 1 << 18;
const CR0_MP: u64 = 1 << 1;
const CR0_EM: u64 = 1 << 2;
const CR0_TS: u64 = 1 << 3;
const CR0_NE: u64 = 1 << 5;

/** CPUID.01H:ECX */
const HAS_XSAVE: u32 = 1 << 26;

/** XCR0: x87, SSE, AVX, and the three parts of AVX-512, which come together (SDM vol. 1, 13.3). */
const X87_SSE: u64 = 3;
const AVX: u64 = 4;
const AVX512: u64 = 0xe0;

const FXSAVE_BYTES: u32 = 512;
/** Behind the part that FXSAVE knows: which components are in the area (SDM vol. 1, 13.4.2). */
const XSAVE_HEADER: u32 = 512;
const XSAVE_HEADER_BYTES: u32 = 64;

/** Offsets in the area, and the values after FNINIT (SDM vol. 1, table 10-2; 11.6.4). */
const FCW: u64 = 0;
const MXCSR: u64 = 24;
const MXCSR_MASK: u64 = 28;
const FCW_START: u16 = 0x37f;
const MXCSR_START: u32 = 0x1f80;
/** MXCSR bits that exist where the processor does not say so. */
const MXCSR_BITS: u32 = 0xffbf;

class Vectors {
  /** The components that XSAVE saves; 0: FXSAVE does it. */
  components: Atomic<u64>;
  /** Bytes of an area. */
  bytes: Atomic<u32>;
  mxcsrMask: Atomic<u32>;
}

const vectors = zeroed<Vectors>();

/** At boot, on each CPU: programs may use what there is. */
export function startVectors(): void {
  cpu.writeCr0((cpu.readCr0() | CR0_MP | CR0_NE) & ~(CR0_EM | CR0_TS));
  cpu.writeCr4(cpu.readCr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
  vectors.bytes.store(FXSAVE_BYTES);
  vectors.mxcsrMask.store(MXCSR_BITS);
  if ((cpu.cpuidEcx(1, 0) & HAS_XSAVE) === 0) return;
  cpu.writeCr4(cpu.readCr4() | CR4_OSXSAVE);
  const known = u64(cpu.cpuidEax(13, 0));
  let components = X87_SSE;
  if ((known & AVX) !== 0) {
    components |= AVX;
    if ((known & AVX512) === AVX512) components |= AVX512;
  }
  cpu.xsetbv(0, components);
  // EBX is what the components just switched on need.
  vectors.bytes.store(cpu.cpuidEbx(13, 0));
  vectors.components.store(components);
}

/** Bytes of what saveVectors writes. */
export function vectorBytes(): usize {
  return usize(vectors.bytes.load(relaxed));
}

/** An area with the registers as a program finds them at its start; ENOMEM. */
export function newVectors(): Res<u64> {
  // XSAVE wants a multiple of 64; objects that are not of a power of two are multiples of 16 only.
  const size = vectorBytes();
  const area = orReturn(kalloc(size <= 512 ? 512 : size <= 1024 ? 1024 : size <= 2048 ? 2048 : 4096));
  clearVectors(addr(area));
  return addr(area);
}

export function freeVectors(area: u64): void {
  if (area !== 0) kfree(unsafe.ptr<u8>(area));
}

/** As a program finds them at its start. */
export function clearVectors(area: u64): void {
  fill(slice(unsafe.ptr<u8>(area), vectorBytes()), 0);
  unsafe.ptr<u16>(area + FCW)[0] = FCW_START;
  unsafe.ptr<u32>(area + MXCSR)[0] = MXCSR_START;
}

/** Puts this CPU's registers away. */
export function saveVectors(area: u64): void {
  attr(irqSafe, noSleep);
  const components = vectors.components.load(relaxed);
  if (components === 0) cpu.fxsave(area);
  else cpu.xsave(area, components);
}

export function loadVectors(area: u64): void {
  attr(irqSafe, noSleep);
  const components = vectors.components.load(relaxed);
  if (components === 0) cpu.fxrstor(area);
  else cpu.xrstor(area, components);
}

/** The bytes of an area, to copy to or from. */
export function vectorArea(area: u64): Slice<u8> {
  return slice(unsafe.ptr<u8>(area), vectorBytes());
}

/**
 * Makes an area that a program has written fit to be loaded: bits that do not exist would be a general protection fault in
 * the kernel (SDM vol. 1, 13.8.1).
 */
export function mendVectors(area: u64): void {
  unsafe.ptr<u32>(area + MXCSR)[0] = unsafe.ptr<u32>(area + MXCSR)[0] & vectors.mxcsrMask.load(relaxed);
  const components = vectors.components.load(relaxed);
  if (components === 0) return;
  const header = slice(unsafe.ptr<u64>(area + u64(XSAVE_HEADER)), usize(XSAVE_HEADER_BYTES / 8));
  const present = header[0] & components;
  fill(header, 0);
  header[0] = present;
}
