/**
 * Short ways for what kernels do all day: interrupts and exceptions through plain 64-bit gates, IRETQ back, SYSCALL and SYSRET.
 * The long ways (interrupts.ts, interrupt-return.ts, system-calls.ts) say everything that the manual says, with bigints, one check
 * after the other. A short way asks for the ordinary case in a row of comparisons of 32-bit words — 64-bit mode on both sides,
 * flat segments that were loaded before, a stack on one page, everything in the TLB — and does it; whatever is not ordinary it leaves
 * to the long way, having changed nothing. So it needs no faults of its own. The reference processor knows only the long
 * ways, and is compared with these in lockstep.
 */
import type { Memory } from "../memory.ts";
import type { Paging } from "./paging.ts";
import { Access, Flag, STATUS_FLAGS, type StateField, stateFields, TR } from "./state.ts";
import { TLB_ENTRIES, TLB_ENTRY_BYTES, TlbBank, TlbEntry } from "./tlb.ts";

const word = (field: StateField): number => stateFields[field].offset >> 2;
const GENERAL = word("general");
const RCX = GENERAL + 2 * 1;
const RSP = GENERAL + 2 * 4;
const R11 = GENERAL + 2 * 11;
const RIP = word("rip");
const FLAG_RESULT = word("flagResult");
const FLAG_CARRIES = word("flagCarries");
const FLAG_AUX = word("flagAux");
const FLAGS_OTHER = word("flagsOther");
const CPL = word("cpl");
const CODE_SIZE = word("codeSize");
const SELECTOR = word("segmentSelector");
const BASE = word("segmentBase");
const LIMIT = word("segmentLimit");
const ACCESS = word("segmentAccess");
const GDTR_BASE = word("gdtrBase");
const GDTR_LIMIT = word("gdtrLimit");
const IDTR_BASE = word("idtrBase");
const IDTR_LIMIT = word("idtrLimit");
const EFER = word("efer");
const STAR = word("star");
const LSTAR = word("lstar");
const FMASK = word("fmask");
const NMI_BLOCKED = word("nmiBlocked");

const CS = 1;
const SS = 2;
/** ES, DS, FS, GS: what a return to an outer ring may take away. */
const DATA_SEGMENTS = [0, 3, 4, 5] as const;

const EFER_SCE = 1;
const AUX_AF = 0x10;

/** Access rights that are looked at: of 64-bit code and of writable data, without DPL, both present and accessed. */
const CODE_MASK =
  Access.nonSystem | Access.code | Access.conforming | Access.accessed | Access.present | Access.long | Access.big;
const CODE64 = Access.nonSystem | Access.code | Access.accessed | Access.present | Access.long;
const DATA_MASK = Access.nonSystem | Access.code | Access.writable | Access.accessed | Access.present;
const DATA = Access.nonSystem | Access.writable | Access.accessed | Access.present;
/** What SYSCALL and SYSRET load without looking (SDM vol. 2). */
const FLAT = Access.present | Access.nonSystem | Access.accessed | Access.granularity;
const FLAT_CODE64 = FLAT | Access.code | Access.readable | Access.long;
const FLAT_DATA = FLAT | Access.writable | Access.big;

/** In the second word of a gate: present, S and type, and the types of 64-bit interrupt gates (the trap gate has bit 8 set too). */
const GATE_MASK = 0x9e00;
const GATE = 0x8e00;
const TRAP_GATE = 0x0100;

/** Flags that IRETQ and SYSRET take from their image: see interrupt-return.ts, system-calls.ts. */
const RETURNED =
  STATUS_FLAGS | Flag.TF | Flag.DF | Flag.NT | Flag.RF | Flag.AC | Flag.ID | Flag.IF | Flag.IOPL | Flag.VIF | Flag.VIP;
const SYSRET_FLAGS = 0x3c_7fd7;

const FRAME_BYTES = 40;

export class Shortcuts {
  readonly #paging: Paging;
  readonly #u32: Uint32Array;
  readonly #ringChanged: () => void;
  /** Nothing is watched: no data breakpoints, whose traps belong to the long ways. Kept by the processor. */
  enabled = false;

  /** `ringChanged`: recomputes what depends on CPL and flags alone, when mode and paging stay. */
  constructor(memory: Memory, paging: Paging, ringChanged: () => void) {
    this.#paging = paging;
    this.#u32 = new Uint32Array(memory.buffer);
    this.#ringChanged = ringChanged;
  }

  // ---- memory: only what the TLB knows, and on one page

  /** The bank for implicit accesses to tables and inner stacks. */
  get #systemBank(): number {
    return this.#paging.spaces.bank(this.#paging.hasSmap ? TlbBank.supervisorNoUser : TlbBank.supervisor);
  }

  /** Index of the 32-bit word at a linear address, or −1. `tag`: the entry's tag for reading or for writing. */
  #find(bank: number, tag: number, high: number, low: number, bytes: number): number {
    const u32 = this.#u32;
    const entry = (bank + ((low >>> 12) & (TLB_ENTRIES - 1)) * TLB_ENTRY_BYTES) >> 2;
    const at = entry + (tag >> 2);
    if (u32[at] !== (low & ~0xfff) >>> 0 || u32[at + 1] !== high || (low & 0xfff) + bytes > 0x1000) return -1;
    const host = (u32[entry + (TlbEntry.addend >> 2)]! + low) >>> 0;
    return host & 3 ? -1 : host >>> 2;
  }

  // ---- segments

  /** Index of the two words of a descriptor in the GDT, or −1: null, in the LDT, beyond the limit, not in the TLB. */
  #descriptor(selector: number): number {
    const u32 = this.#u32;
    const offset = selector & 0xfff8;
    if (offset === 0 || selector & 4 || offset + 7 > u32[GDTR_LIMIT]!) return -1;
    const low = u32[GDTR_BASE]! + offset;
    if (low > 0xffff_ffff) return -1;
    return this.#find(this.#systemBank, TlbEntry.readTag, u32[GDTR_BASE + 1]!, low, 8);
  }

  /** Loads a segment register from two words of a descriptor. */
  #load(segment: number, selector: number, at: number): void {
    const u32 = this.#u32;
    const low = u32[at]!;
    const high = u32[at + 1]!;
    const limit = (high & 0x000f_0000) | (low & 0xffff);
    u32[SELECTOR + segment] = selector;
    u32[BASE + 2 * segment] = (high & 0xff00_0000) | ((high & 0xff) << 16) | (low >>> 16);
    u32[BASE + 2 * segment + 1] = 0;
    u32[LIMIT + segment] = high & (Access.granularity << 8) ? (limit << 12) | 0xfff : limit;
    u32[ACCESS + segment] = (high >>> 8) & 0xf0ff;
  }

  #loadNullStack(ring: number): void {
    const u32 = this.#u32;
    u32[SELECTOR + SS] = ring;
    u32[BASE + 2 * SS] = u32[BASE + 2 * SS + 1] = u32[LIMIT + SS] = 0;
    u32[ACCESS + SS] = Access.unusable | (ring << Access.dplShift);
  }

  #loadFlat(segment: number, selector: number, access: number): void {
    const u32 = this.#u32;
    u32[SELECTOR + segment] = selector;
    u32[BASE + 2 * segment] = u32[BASE + 2 * segment + 1] = 0;
    u32[LIMIT + segment] = 0xffff_ffff;
    u32[ACCESS + segment] = access;
  }

  // ---- flags: as packFlags and unpackFlags (flags.ts), in words

  get #flags(): number {
    const u32 = this.#u32;
    const low = u32[FLAG_RESULT]!;
    const high = u32[FLAG_RESULT + 1]!;
    const aux = u32[FLAG_AUX]!;
    const carries = u32[FLAG_CARRIES + 1]!;
    let parity = (low ^ (aux >>> 8)) & 0xff;
    parity ^= parity >> 4;
    parity ^= parity >> 2;
    parity ^= parity >> 1;
    let flags = u32[FLAGS_OTHER]! | (carries >>> 31) | (aux & AUX_AF);
    if ((parity & 1) === 0) flags |= Flag.PF;
    if ((low | high) === 0) flags |= Flag.ZF;
    if ((high ^ aux) >>> 31) flags |= Flag.SF;
    if ((carries ^ (carries << 1)) >>> 31) flags |= Flag.OF;
    return flags;
  }

  #setFlags(flags: number): void {
    const u32 = this.#u32;
    const carry = flags & Flag.CF;
    const overflow = flags & Flag.OF ? 1 : 0;
    u32[FLAG_RESULT] = flags & Flag.ZF ? 0 : 0x100;
    u32[FLAG_RESULT + 1] = 0;
    u32[FLAG_CARRIES] = 0;
    u32[FLAG_CARRIES + 1] = ((carry << 1) | (carry ^ overflow)) << 30;
    u32[FLAG_AUX] = (flags & AUX_AF) | (flags & Flag.PF ? 0 : 0x100) | (flags & Flag.SF ? 0x8000_0000 : 0);
    u32[FLAGS_OTHER] = (flags & ~STATUS_FLAGS) | 2;
  }

  // ---- interrupts and exceptions

  /**
   * Delivers an event in 64-bit mode (vol. 3, 6.14). `software`: INT n, INT3, whose gates must allow the ring. `errorCode`: −1 for none.
   * `resumes`: RF is set in the pushed flags. (ripHigh, ripLow): where the program goes on. False: take the long way.
   */
  deliver(
    vector: number,
    software: boolean,
    errorCode: number,
    ripHigh: number,
    ripLow: number,
    resumes: boolean,
  ): boolean {
    const u32 = this.#u32;
    if (!this.enabled || u32[CODE_SIZE] !== 64) return false;
    const offset = vector * 16;
    const gateLow = u32[IDTR_BASE]! + offset;
    if (offset + 15 > u32[IDTR_LIMIT]! || gateLow > 0xffff_ffff) return false;
    const systemBank = this.#systemBank;
    const gate = this.#find(systemBank, TlbEntry.readTag, u32[IDTR_BASE + 1]!, gateLow, 16);
    if (gate < 0) return false;
    const kind = u32[gate + 1]!;
    const cpl = u32[CPL]!;
    if ((kind & GATE_MASK) !== GATE || (software && ((kind >>> 13) & 3) < cpl)) return false;
    const selector = u32[gate]! >>> 16;
    const code = this.#descriptor(selector);
    if (code < 0) return false;
    const access = (u32[code + 1]! >>> 8) & 0xf0ff;
    const ring = (access >> Access.dplShift) & 3;
    // Handlers of ring 0, as all systems have them: their stack is reached with a supervisor's rights.
    if ((access & CODE_MASK) !== CODE64 || ring !== 0) return false;
    const targetHigh = u32[gate + 2]!;
    if (!this.#paging.isCanonical(targetHigh)) return false;

    const ist = kind & 7;
    let stackHigh = u32[RSP + 1]!;
    let stackLow = u32[RSP]!;
    let bank = systemBank;
    if (ist !== 0 || cpl !== 0) {
      const field = ist === 0 ? 4 : 0x24 + 8 * (ist - 1);
      const low = u32[BASE + 2 * TR]! + field;
      if (field + 7 > u32[LIMIT + TR]! || low > 0xffff_ffff) return false;
      const at = this.#find(systemBank, TlbEntry.readTag, u32[BASE + 2 * TR + 1]!, low, 8);
      if (at < 0) return false;
      stackHigh = u32[at + 1]!;
      stackLow = u32[at]!;
    } else bank = this.#paging.spaces.bank(this.#paging.bank());
    const bytes = errorCode < 0 ? FRAME_BYTES : FRAME_BYTES + 8;
    const top = stackLow & ~15;
    // Also where the subtraction would borrow from the upper half.
    if (top >>> 0 < bytes) return false;
    const frameLow = (top - bytes) >>> 0;
    let frame = this.#find(bank, TlbEntry.writeTag, stackHigh, frameLow, bytes);
    if (frame < 0) return false;

    const flags = this.#flags;
    if (errorCode >= 0) {
      u32[frame++] = errorCode;
      u32[frame++] = 0;
    }
    u32[frame] = ripLow;
    u32[frame + 1] = ripHigh;
    u32[frame + 2] = u32[SELECTOR + CS]!;
    u32[frame + 3] = 0;
    u32[frame + 4] = resumes ? flags | Flag.RF : flags;
    u32[frame + 5] = 0;
    u32[frame + 6] = u32[RSP]!;
    u32[frame + 7] = u32[RSP + 1]!;
    u32[frame + 8] = u32[SELECTOR + SS]!;
    u32[frame + 9] = 0;

    this.#load(CS, selector & 0xfffc, code);
    if (cpl !== 0) this.#loadNullStack(0);
    u32[CPL] = 0;
    u32[RSP] = frameLow;
    u32[RSP + 1] = stackHigh;
    const cleared = Flag.TF | Flag.NT | Flag.RF | (kind & TRAP_GATE ? 0 : Flag.IF);
    u32[FLAGS_OTHER] = u32[FLAGS_OTHER]! & ~cleared;
    u32[RIP] = (u32[gate + 1]! & 0xffff_0000) | (u32[gate]! & 0xffff);
    u32[RIP + 1] = targetHigh;
    this.#ringChanged();
    return true;
  }

  /** IRETQ from ring 0 to 64-bit code of any ring (vol. 2, IRET). Sets RIP. False: take the long way. */
  interruptReturn(): boolean {
    const u32 = this.#u32;
    if (!this.enabled || u32[CODE_SIZE] !== 64 || u32[CPL] !== 0 || u32[FLAGS_OTHER]! & Flag.NT) return false;
    const bank = this.#paging.spaces.bank(this.#paging.bank());
    const frame = this.#find(bank, TlbEntry.readTag, u32[RSP + 1]!, u32[RSP]!, FRAME_BYTES);
    if (frame < 0) return false;
    const ripHigh = u32[frame + 1]!;
    if (!this.#paging.isCanonical(ripHigh)) return false;
    const selector = u32[frame + 2]! & 0xffff;
    const ring = selector & 3;
    const code = this.#descriptor(selector);
    if (code < 0) return false;
    const access = (u32[code + 1]! >>> 8) & 0xf0ff;
    if ((access & CODE_MASK) !== CODE64 || ((access >> Access.dplShift) & 3) !== ring) return false;

    const stackSelector = u32[frame + 8]! & 0xffff;
    if ((stackSelector & 3) !== ring) return false;
    let stack = -1;
    if (stackSelector > 3) {
      stack = this.#descriptor(stackSelector);
      if (stack < 0) return false;
      const rights = (u32[stack + 1]! >>> 8) & 0xf0ff;
      if ((rights & DATA_MASK) !== DATA || ((rights >> Access.dplShift) & 3) !== ring) return false;
    } else if (ring === 3) return false;
    if (ring !== 0 && !this.#keepsDataSegments(ring)) return false;

    const flags = u32[frame + 4]!;
    const pointerLow = u32[frame + 6]!;
    const pointerHigh = u32[frame + 7]!;
    u32[RIP] = u32[frame]!;
    u32[RIP + 1] = ripHigh;
    this.#load(CS, selector, code);
    u32[CPL] = ring;
    if (stack < 0) this.#loadNullStack(ring);
    else this.#load(SS, stackSelector, stack);
    u32[RSP] = pointerLow;
    u32[RSP + 1] = pointerHigh;
    this.#setFlags((this.#flags & ~RETURNED) | (flags & RETURNED));
    u32[NMI_BLOCKED] = 0;
    this.#ringChanged();
    return true;
  }

  /** Whether no data segment register must become null in this outer ring. */
  #keepsDataSegments(ring: number): boolean {
    for (const segment of DATA_SEGMENTS) {
      const access = this.#u32[ACCESS + segment]!;
      const dpl = (access >> Access.dplShift) & 3;
      if ((access & Access.unusable) === 0 && dpl < ring) return false;
    }
    return true;
  }

  // ---- system calls

  /** SYSCALL: RCX ← RIP of the next instruction, R11 ← flags, RIP ← LSTAR (vol. 2, SYSCALL). Sets RIP. False: take the long way. */
  syscall(nextHigh: number, nextLow: number): boolean {
    const u32 = this.#u32;
    if (!this.enabled || u32[CODE_SIZE] !== 64 || (u32[EFER]! & EFER_SCE) === 0) return false;
    const flags = this.#flags & ~Flag.RF;
    u32[RCX] = nextLow;
    u32[RCX + 1] = nextHigh;
    u32[R11] = flags;
    u32[R11 + 1] = 0;
    const selector = u32[STAR + 1]! & 0xfffc;
    this.#loadFlat(CS, selector, FLAT_CODE64);
    this.#loadFlat(SS, (selector + 8) & 0xffff, FLAT_DATA);
    u32[CPL] = 0;
    this.#setFlags((flags & ~u32[FMASK]!) | 2);
    u32[RIP] = u32[LSTAR]!;
    u32[RIP + 1] = u32[LSTAR + 1]!;
    this.#ringChanged();
    return true;
  }

  /** SYSRET with REX.W, to 64-bit code in ring 3 (vol. 2, SYSRET). Sets RIP. False: take the long way. */
  sysretq(): boolean {
    const u32 = this.#u32;
    if (!this.enabled || u32[CODE_SIZE] !== 64 || (u32[EFER]! & EFER_SCE) === 0 || u32[CPL] !== 0) return false;
    const high = u32[RCX + 1]!;
    if (!this.#paging.isCanonical(high)) return false;
    const selector = u32[STAR + 1]! >>> 16;
    const ring = 3 << Access.dplShift;
    this.#loadFlat(CS, ((selector + 16) | 3) & 0xffff, FLAT_CODE64 | ring);
    this.#loadFlat(SS, ((selector + 8) | 3) & 0xffff, FLAT_DATA | ring);
    u32[CPL] = 3;
    this.#setFlags((u32[R11]! & SYSRET_FLAGS) | 2);
    u32[RIP] = u32[RCX]!;
    u32[RIP + 1] = high;
    this.#ringChanged();
    return true;
  }
}
