/**
 * Range slots: what regions of the translator try before the TLB (tlb.ts). A slot remembers one stretch of linear addresses that
 * lies in one piece in memory and for which reading (or writing) is a plain load (or store): a page, or as much of a large page around it as nobody
 * watches. There is a slot for each base register, for reading and for writing, because a program's pointers move little; and as it
 * lies at a fixed address, an access through it costs a subtraction, a comparison and an addition with operands in memory.
 *
 * A set of slots belongs to the TLB bank that it was filled from (`owner`): whoever finds another bank in use clears it. There
 * are two sets, so that system calls need not do that. Whenever anything leaves the TLB because it is true no longer, all slots are cleared; or, if it is but a page, those
 * that have it.
 */
import { SCRATCH_BASE } from "../memory.ts";
import { WALKS } from "./workspace.ts";

/**
 * Offsets in a slot. `start`: i64, linear; `bytes`: i64, of the stretch; `wide`: i64, at which offsets from its start accesses of up to
 * 16 bytes surely end in it, as a number to be below of; `host`: i32, where it lies; `missed`: i32, number of the page (or large page) that was missed last. It is filled with a
 * page that is missed twice in succession: a pointer that visits pages at random had better use the TLB. The stack pointer's is filled at once.
 */
export const RangeSlot = { start: 0, bytes: 8, wide: 16, host: 24, missed: 28 } as const;
export const SLOT_BYTES = 32;

/** One for each general register, and one for all other addresses. */
export const OTHER_BASE = 16;
const SET_BYTES = 2 * (OTHER_BASE + 1) * SLOT_BYTES;

/** i32 × 2: address of the TLB bank that each set was filled from. */
const OWNERS = SCRATCH_BASE + 0x480;
/** i32 × 3: a bit for each slot, in their order: set if it was filled since all were cleared. */
export const SLOTS_FILLED = SCRATCH_BASE + 0x488;
export const FILLED_WORDS = 3;
const SLOTS = SCRATCH_BASE + 0x4a0;
export const SLOTS_START = SLOTS;
export const SLOTS_END = SLOTS + 2 * SET_BYTES;

/** `set`: 0, or 1 for code of user programs. A base's slot for writing is behind that for reading. */
export const slotAddress = (set: number, base: number, write: boolean): number =>
  SLOTS + set * SET_BYTES + (2 * base + (write ? 1 : 0)) * SLOT_BYTES;
export const setOwner = (set: number): number => OWNERS + 4 * set;
export const setStart = (set: number): number => SLOTS + set * SET_BYTES;
export const setBytes = SET_BYTES;

if (SLOTS_END - SLOTS_START > 32 * FILLED_WORDS * SLOT_BYTES) throw new Error("slots without a bit");
if (SLOTS_END > WALKS) throw new Error("the range slots do not fit their place");
