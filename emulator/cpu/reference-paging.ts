/**
 * Page translation as the manual tells it (SDM vol. 3, chapter 4), for the reference processor: every access walks, sets
 * accessed and dirty bits, and checks rights along the way.
 */
import { type CpuContext, Fault } from "./context.ts";
import { Cr0, Cr4, Efer } from "./control-bits.ts";
import { Flag, Vector } from "./state.ts";

export interface PageAccess {
  readonly write?: boolean;
  readonly execute?: boolean;
  /** An implicit system access. */
  readonly supervisor?: boolean;
}

/** Bits of a paging-structure entry. */
const P = 1n;
const RW = 2n;
const US = 4n;
const A = 0x20n;
const D = 0x40n;
const PS = 0x80n;
const XD = 1n << 63n;

/** Error code of #PF (vol. 3, 4.7). */
const Code = { present: 1, write: 2, user: 4, reserved: 8, fetch: 16, key: 32 } as const;

/** Bits 51:46 of an entry: beyond the physical address width. */
const RESERVED_ADDRESS = 0xfffff_ffff_f000n & ~((1n << 46n) - 1n) & ((1n << 52n) - 1n);
const ADDRESS = 0x3fff_ffff_f000n;

interface Mode {
  readonly levels: number;
  readonly entryBytes: 4 | 8;
  readonly indexBits: bigint;
  readonly long: boolean;
  readonly nx: boolean;
}

/** The physical address of the page frame that holds a linear address. Throws #PF. */
export function translate(cpu: CpuContext, linear: bigint, access: PageAccess): bigint {
  const { state } = cpu;
  const cr0 = state.get64("cr0");
  if (!(cr0 & Cr0.PG)) return linear & ~0xfffn;
  const cr4 = state.get64("cr4");
  const efer = state.get64("efer");
  const long = (efer & Efer.LMA) !== 0n;
  const pae = (cr4 & Cr4.PAE) !== 0n;
  const mode: Mode = {
    levels: long ? (cr4 & Cr4.LA57 ? 5 : 4) : pae ? 3 : 2,
    entryBytes: pae ? 8 : 4,
    indexBits: pae ? 9n : 10n,
    long,
    nx: pae && (efer & Efer.NXE) !== 0n,
  };
  return walk(cpu, linear, access, mode);
}

function walk(cpu: CpuContext, linear: bigint, access: PageAccess, mode: Mode): bigint {
  const { state } = cpu;
  const cr4 = state.get64("cr4");
  const user = state.get32("cpl") === 3 && access.supervisor !== true;
  const reportsFetch = access.execute && (mode.nx || (cr4 & Cr4.SMEP) !== 0n);
  const code = (access.write ? Code.write : 0) | (user ? Code.user : 0) | (reportsFetch ? Code.fetch : 0);
  const fault = (extra: number) => new Fault(Vector.PF, code | extra, linear);

  let table = state.get64("cr3") & (mode.long ? ADDRESS : mode.levels === 3 ? 0xffff_ffe0n : 0xffff_f000n);
  let rights = RW | US;
  let executeDisable = false;
  const visited: { at: bigint; entry: bigint }[] = [];
  for (let level = mode.levels; level >= 1; level--) {
    const shift = 12n + mode.indexBits * BigInt(level - 1);
    const index = (linear >> shift) & ((1n << mode.indexBits) - 1n);
    const isPdpteRegister = mode.levels === 3 && level === 3;
    const at = table + index * BigInt(mode.entryBytes);
    const entry = isPdpteRegister ? state.get64("pdpte", Number(index & 3n)) : cpu.readPhysical(at, mode.entryBytes);
    if (!(entry & P)) throw fault(0);
    const large = level > 1 && (entry & PS) !== 0n && !isPdpteRegister && mayBeLarge(cpu, level, mode);
    if (isReserved(entry, level, large, mode)) throw fault(Code.present | Code.reserved);
    if (!isPdpteRegister) {
      rights &= entry;
      if (mode.nx && entry & XD) executeDisable = true;
      visited.push({ at, entry });
    }
    if (level === 1 || large) {
      const key = mode.long ? Number((entry >> 59n) & 15n) : 0;
      const violation = forbids(cpu, rights, executeDisable, key, user, access, mode);
      if (violation !== 0) throw fault(Code.present | violation);
      mark(cpu, visited, access.write === true, mode);
      return frameOf(entry, linear, shift, large, mode);
    }
    table = entry & (mode.entryBytes === 8 ? ADDRESS : 0xffff_f000n);
  }
  throw new Error("a page walk ended nowhere");
}

/** Whether PS means a large page at this level. */
function mayBeLarge(cpu: CpuContext, level: number, mode: Mode): boolean {
  if (mode.levels === 2) return (cpu.state.get64("cr4") & Cr4.PSE) !== 0n;
  return level === 2 || (level === 3 && mode.long && cpu.model.features.has("PDPE1GB"));
}

function isReserved(entry: bigint, level: number, large: boolean, mode: Mode): boolean {
  if (mode.entryBytes === 4) return large && (entry & (1n << 21n)) !== 0n;
  if (mode.levels === 3 && level === 3) return false;
  let reserved = RESERVED_ADDRESS;
  if (!mode.nx) reserved |= XD;
  if (!mode.long) reserved |= 0x7ff0_0000_0000_0000n;
  if (large) reserved |= (1n << (12n + 9n * BigInt(level - 1))) - 1n - 0x1fffn;
  else if (level >= 3) reserved |= PS;
  return (entry & reserved) !== 0n;
}

/** 0 when the access is allowed; else bits to add to the error code. */
function forbids(
  cpu: CpuContext,
  rights: bigint,
  executeDisable: boolean,
  key: number,
  user: boolean,
  access: PageAccess,
  mode: Mode,
): number {
  const { state } = cpu;
  const cr4 = state.get64("cr4");
  const userPage = (rights & US) !== 0n;
  const writable = (rights & RW) !== 0n;
  const denied = Code.present;
  if (access.execute) {
    if (executeDisable || (user && !userPage)) return denied;
    return !user && userPage && cr4 & Cr4.SMEP ? denied : 0;
  }
  const writeProtected = user || (state.get64("cr0") & Cr0.WP) !== 0n;
  const implicit = access.supervisor === true;
  const smap = !user && userPage && (cr4 & Cr4.SMAP) !== 0n && (implicit || !(cpu.flags & Flag.AC));
  const refused = (user && !userPage) || smap || (access.write && !writable && writeProtected);
  let keyed = 0;
  if (mode.long && userPage && cr4 & Cr4.PKE) {
    const pkru = state.get32("pkru") >>> (2 * key);
    if (pkru & 1 || (access.write && pkru & 2 && writeProtected)) keyed = Code.key;
  }
  return refused ? denied | keyed : keyed;
}

/** Accessed bits on the way, the dirty bit in the entry that maps the page. */
function mark(cpu: CpuContext, visited: readonly { at: bigint; entry: bigint }[], write: boolean, mode: Mode): void {
  for (const [i, { at, entry }] of visited.entries()) {
    const wanted = entry | A | (write && i === visited.length - 1 ? D : 0n);
    if (wanted !== entry) cpu.writePhysical(at, mode.entryBytes, wanted);
  }
}

function frameOf(entry: bigint, linear: bigint, shift: bigint, large: boolean, mode: Mode): bigint {
  if (!large) return entry & (mode.entryBytes === 8 ? ADDRESS : 0xffff_f000n);
  const within = linear & ((1n << shift) - 1n) & ~0xfffn;
  if (mode.entryBytes === 8) return (entry & ADDRESS & ~((1n << shift) - 1n)) | within;
  // PSE-36: bits 20:13 of the entry are address bits 39:32.
  return (entry & 0xffc0_0000n) | (((entry >> 13n) & 0xffn) << 32n) | within;
}
