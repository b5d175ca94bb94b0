/**
 * The processor's way to memory when the inline probe of generated code does not suffice, and for helpers: segment checks,
 * translation, page crossings, devices, ROM, watched frames.
 *
 * Generated code asks `reach` where it can find the bytes. For plain memory the answer is their address; else it is a slot
 * of the workspace: filled for reading, and for writing to be committed when the value is there. Both pages of an access that
 * crosses are checked before anything happens.
 */
import type { AccessSize, Bus } from "../bus.ts";
import { AccessKind, accessKindOf, alignmentOfAccess, bytesOf, segmentOfAccess } from "../interpreter/imports.ts";
import { FS, SS } from "../isa/instruction.ts";
import type { Memory } from "../memory.ts";
import type { Breakpoints } from "./breakpoints.ts";
import { type AccessBytes, Fault, type LinearAccess } from "./context.ts";
import { PageAccess, type Paging } from "./paging.ts";
import { Access, type StateView, stateFields, Vector } from "./state.ts";
import { TLB_ENTRIES, TLB_ENTRY_BYTES, TlbBank, TlbEntry } from "./tlb.ts";
import { Workspace } from "./workspace.ts";

/** A write that waits in a slot. */
interface Pending {
  readonly bytes: number;
  /** Where the first bytes go, and how many of them; the rest goes to `second`. As `Paging.reach` gives them. */
  readonly first: number;
  readonly firstBytes: number;
  readonly second: number;
}

/** Bytes of one page. */
interface Piece {
  readonly linear: bigint;
  /** As `Paging.reach` gives it. */
  readonly place: number;
  readonly bytes: number;
}

const segmentLimits = stateFields.segmentLimit.offset >> 2;
const segmentAccesses = stateFields.segmentAccess.offset >> 2;
const segmentBases = stateFields.segmentBase.offset >> 2;

export class DataAccess {
  readonly #state: StateView;
  readonly #memory: Memory;
  readonly #paging: Paging;
  readonly #bus: Bus;
  readonly #breakpoints: Breakpoints;
  readonly #u32: Uint32Array;
  readonly #pending: (Pending | undefined)[] = new Array(Workspace.slotCount);
  /** The last slot is for helpers. */
  #nextSlot = 0;

  /** Kept by the processor (`modeChanged`): long addressing, protection checks of segments. */
  longMode = false;
  checkTypes = false;

  /** A bigint taken apart without making others. */
  readonly #wide = new BigUint64Array(1);
  readonly #halves = new Uint32Array(this.#wide.buffer);

  /** Linear address that `#linear` found. */
  #high = 0;
  #low = 0;

  constructor(state: StateView, memory: Memory, paging: Paging, bus: Bus, breakpoints: Breakpoints) {
    this.#breakpoints = breakpoints;
    this.#state = state;
    this.#memory = memory;
    this.#paging = paging;
    this.#bus = bus;
    this.#u32 = new Uint32Array(memory.buffer);
  }

  /** The bank of the present CPL. */
  get #bank(): number {
    return this.#u32[Workspace.dataBank >> 2]!;
  }

  /**
   * Slow path of generated code: the offset is in the workspace, `access` as `accessWord` made it. Returns where the bytes are
   * (see above); for probes anything. Throws the Fault of the access.
   */
  reach(access: number): number {
    const kind = accessKindOf(access);
    const bytes = bytesOf(access);
    const offsetAt = Workspace.offset >> 2;
    this.#linear(
      segmentOfAccess(access),
      this.#u32[offsetAt + 1]!,
      this.#u32[offsetAt]!,
      bytes,
      kind !== AccessKind.read,
      alignmentOfAccess(access),
    );
    const high = this.#high;
    const low = this.#low;
    const pageAccess = kind === AccessKind.read ? PageAccess.read : PageAccess.write;
    const firstBytes = 0x1000 - (low & 0xfff);
    if (firstBytes < bytes) return this.#reachTwo(high, low, bytes, firstBytes, kind, pageAccess);
    const place = this.#translate(high, low, pageAccess, this.#bank);
    if (this.#breakpoints.data && kind !== AccessKind.probe)
      this.#breakpoints.access(joined(high, low), bytes, kind !== AccessKind.read);
    if (kind === AccessKind.probe) return 1;
    if (place < 0) return this.#reachSlot(place, bytes, place, bytes, kind);
    if (kind === AccessKind.read || this.#memory.prepareWrite(place, bytes)) return place;
    return this.#reachSlot(place, bytes, place, bytes, kind);
  }

  #reachTwo(
    high: number,
    low: number,
    bytes: number,
    firstBytes: number,
    kind: number,
    pageAccess: PageAccess,
  ): number {
    const [nextHigh, nextLow] = this.#nextPage(high, low);
    const first = this.#translate(high, low, pageAccess, this.#bank);
    const second = this.#translate(nextHigh, nextLow, pageAccess, this.#bank);
    if (kind === AccessKind.probe) return 1;
    if (this.#breakpoints.data) {
      this.#breakpoints.access(joined(high, low), firstBytes, kind !== AccessKind.read);
      this.#breakpoints.access(joined(nextHigh, nextLow), bytes - firstBytes, kind !== AccessKind.read);
    }
    return this.#reachSlot(first, firstBytes, second, bytes, kind);
  }

  /** As `Paging.reach`. Pages that a breakpoint watches are not entered in the bank. */
  #translate(high: number, low: number, access: PageAccess, bank: number): number {
    const fill = !(this.#breakpoints.data && this.#breakpoints.onDataPage(joined(high, low)));
    return this.#paging.reach(high, low, access, bank, fill);
  }

  /** The first byte of the next page, modulo 2^32 outside long mode. */
  #nextPage(high: number, low: number): [number, number] {
    const nextLow = ((low | 0xfff) + 1) >>> 0;
    return [nextLow === 0 && this.longMode ? (high + 1) | 0 : high, nextLow];
  }

  #reachSlot(first: number, firstBytes: number, second: number, bytes: number, kind: number): number {
    const slot = this.#nextSlot;
    this.#nextSlot = (slot + 1) % (Workspace.slotCount - 1);
    const at = Workspace.slots + 16 * slot;
    if (kind !== AccessKind.write) {
      if (firstBytes === bytes) this.#readInto(at, first, bytes);
      else {
        this.#readInto(at, first, firstBytes);
        this.#readInto(at + firstBytes, second, bytes - firstBytes);
      }
    }
    if (kind !== AccessKind.read) this.#pending[slot] = { bytes, first, firstBytes, second };
    return at;
  }

  /** Generated code has put the value into a slot. */
  commit(at: number): void {
    const slot = (at - Workspace.slots) / 16;
    const { bytes, first, firstBytes, second } = this.#pending[slot]!;
    this.#pending[slot] = undefined;
    this.#writeFrom(at, first, firstBytes);
    if (firstBytes < bytes) this.#writeFrom(at + firstBytes, second, bytes - firstBytes);
  }

  /** `place` as `Paging.reach` gives it; bytes of one page. */
  #readInto(at: number, place: number, bytes: number): void {
    if (place >= 0) this.#memory.bytes.copyWithin(at, place, place + bytes);
    else
      this.#pieces(-1 - place, bytes, (physical, size, done) => {
        const value = this.#bus.readMemory(physical, size);
        for (let i = 0; i < size; i++) this.#memory.bytes[at + done + i] = value >>> (8 * i);
      });
  }

  #writeFrom(at: number, place: number, bytes: number): void {
    if (place >= 0) {
      if (this.#memory.prepareWrite(place, bytes)) this.#memory.bytes.copyWithin(place, at, at + bytes);
      else this.#memory.writeBehind(place, this.#memory.bytes.subarray(at, at + bytes));
    } else
      this.#pieces(-1 - place, bytes, (physical, size, done) => {
        let value = 0;
        for (let i = size - 1; i >= 0; i--) value = value * 256 + this.#memory.bytes[at + done + i]!;
        this.#bus.writeMemory(physical, size, value);
      });
  }

  /** Splits a device access into naturally aligned pieces of at most four bytes. */
  #pieces(physical: number, bytes: number, each: (physical: number, size: AccessSize, done: number) => void): void {
    for (let done = 0; done < bytes; ) {
      const at = physical + done;
      const left = bytes - done;
      const size: AccessSize = at % 4 === 0 && left >= 4 ? 4 : at % 2 === 0 && left >= 2 ? 2 : 1;
      each(at, size, done);
      done += size;
    }
  }

  // ---- segments

  /** Checks an access of `bytes` at an offset in a segment (alignment 0: without #AC); leaves the linear address in #high and #low. */
  #linear(segment: number, offsetHigh: number, offsetLow: number, bytes: number, write: boolean, alignment = 1): void {
    const u32 = this.#u32;
    const base = segmentBases + 2 * segment;
    if (this.longMode && this.#state.get32("codeSize") === 64) {
      let low = offsetLow;
      let high = offsetHigh;
      if (segment >= FS) {
        low += u32[base]!;
        high += u32[base + 1]! + (low > 0xffff_ffff ? 1 : 0);
        low >>>= 0;
      }
      high |= 0;
      const last = low + bytes - 1;
      if (!this.#paging.isCanonical(high) || (last > 0xffff_ffff && !this.#paging.isCanonical((high + 1) | 0)))
        throw refusal(segment);
      this.#high = high;
      this.#low = low | 0;
    } else {
      this.#checkSegment(segment, offsetLow, bytes, write);
      this.#high = 0;
      this.#low = (u32[base]! + offsetLow) | 0;
    }
    if (alignment === 0) return;
    if (this.#low & (alignment - 1)) throw new Fault(Vector.GP, 0);
    if (this.#u32[Workspace.checkAlignment >> 2] !== 0 && this.#low & (bytes - 1)) throw new Fault(Vector.AC, 0);
  }

  /** Type and limit (vol. 3, 5.3 and 5.5). */
  #checkSegment(segment: number, offset: number, bytes: number, write: boolean): void {
    const access = this.#u32[segmentAccesses + segment]!;
    if (access & Access.unusable) throw refusal(segment);
    if (this.checkTypes && !isAllowed(access, write)) throw refusal(segment);
    const limit = this.#u32[segmentLimits + segment]!;
    const last = offset + bytes - 1;
    const fits = isDownward(access)
      ? offset > limit && last <= (access & Access.big ? 0xffff_ffff : 0xffff)
      : last <= limit;
    if (!fits) throw refusal(segment);
  }

  /**
   * As `reach`, but only for plain memory on one page that nobody watches: 0 for everything else, faults included. For translated
   * code, which leaves the rest to the interpreter.
   */
  reachPlain(access: number): number {
    const kind = accessKindOf(access);
    const bytes = bytesOf(access);
    const offsetAt = Workspace.offset >> 2;
    const write = kind !== AccessKind.read;
    if (this.#breakpoints.data) return 0;
    try {
      const [high, low] = [this.#u32[offsetAt + 1]!, this.#u32[offsetAt]!];
      this.#linear(segmentOfAccess(access), high, low, bytes, write, alignmentOfAccess(access));
      if ((this.#low & 0xfff) + bytes > 0x1000) return 0;
      const page = write ? PageAccess.write : PageAccess.read;
      const place = this.#translate(this.#high, this.#low, page, this.#bank);
      return place < 0 || (write && this.#memory.isWatched(place)) ? 0 : place;
    } catch (thrown) {
      if (thrown instanceof Fault) return 0;
      throw thrown;
    }
  }

  /** Recomputes what the inline checks of generated code compare with, for all segments. */
  segmentsChanged(): void {
    let flat = this.#u32[segmentAccesses + SS]! & Access.big ? 0x100 : 0;
    for (let segment = 0; segment < 8; segment++) {
      const access = this.#u32[segmentAccesses + segment]!;
      const limit = this.#u32[segmentLimits + segment]!;
      const usable = !(access & Access.unusable) && !isDownward(access);
      const end = (allowed: boolean) => (usable && allowed ? limit + 1 : 0);
      this.#setEnd(Workspace.readEnd, segment, end(!this.checkTypes || isAllowed(access, false)));
      this.#setEnd(Workspace.writeEnd, segment, end(!this.checkTypes || isAllowed(access, true)));
      const both = !this.checkTypes || (isAllowed(access, false) && isAllowed(access, true));
      if (usable && both && limit === 0xffff_ffff && this.#u32[segmentBases + 2 * segment] === 0) flat |= 1 << segment;
    }
    this.#u32[Workspace.flatSegments >> 2] = flat;
  }

  #setEnd(table: number, segment: number, end: number): void {
    const at = (table >> 2) + 2 * segment;
    this.#u32[at] = end >>> 0;
    this.#u32[at + 1] = end > 0xffff_ffff ? 1 : 0;
  }

  // ---- for helpers

  #bankFor(how: LinearAccess): number {
    if (how.supervisor !== true) return this.#bank;
    // Implicit accesses obey SMAP whatever EFLAGS.AC says (vol. 3, 4.6).
    return this.#paging.hasSmap ? TlbBank.supervisorNoUser : TlbBank.supervisor;
  }

  /** Places of the bytes, page by page, each translated before any is touched. */
  #places(linear: bigint, bytes: number, how: LinearAccess): Piece[] {
    this.#wide[0] = linear;
    let low = this.#halves[0]!;
    let high = this.longMode ? this.#halves[1]! | 0 : 0;
    const access = how.write === true ? PageAccess.write : PageAccess.read;
    const bank = this.#bankFor(how);
    const places: Piece[] = [];
    for (let done = 0; done < bytes; ) {
      if (!this.#paging.isCanonical(high)) throw new Fault(Vector.GP, 0);
      const count = Math.min(bytes - done, 0x1000 - (low & 0xfff));
      places.push({ linear: joined(high, low), place: this.#translate(high, low | 0, access, bank), bytes: count });
      done += count;
      [high, low] = this.#nextPage(high, low);
    }
    return places;
  }

  /**
   * Where `bytes` at a linear address are, if the TLB knows it: as the inline probe of generated code, for the bank that
   * `how` asks for. Else 0.
   */
  #probe(linear: bigint, bytes: number, how: LinearAccess, tag: number): number {
    if (this.#breakpoints.data) return 0;
    const wide = this.#wide;
    wide[0] = linear;
    const low = this.#halves[0]!;
    const high = this.longMode ? this.#halves[1]! : 0;
    if ((low & 0xfff) + bytes > 0x1000) return 0;
    const entry = this.#paging.spaces.bank(this.#bankFor(how)) + ((low >>> 12) & (TLB_ENTRIES - 1)) * TLB_ENTRY_BYTES;
    const at = (entry + tag) >> 2;
    const u32 = this.#u32;
    if (u32[at] !== (low & ~0xfff) >>> 0 || u32[at + 1] !== high) return 0;
    return (low + u32[(entry + TlbEntry.addend) >> 2]!) >>> 0;
  }

  /** See CpuContext. */
  directView(linear: bigint, bytes: number, write: boolean): DataView | null {
    const place = this.#probe(linear, bytes, {}, write ? TlbEntry.writeTag : TlbEntry.readTag);
    return place === 0 ? null : new DataView(this.#memory.buffer, place, bytes);
  }

  readLinear(linear: bigint, bytes: AccessBytes, how: LinearAccess = {}): bigint {
    const place = this.#probe(linear, bytes, how, TlbEntry.readTag);
    if (place !== 0) {
      const { view } = this.#memory;
      if (bytes === 8) return view.getBigUint64(place, true);
      if (bytes === 4) return BigInt(view.getUint32(place, true));
      return BigInt(bytes === 2 ? view.getUint16(place, true) : view.getUint8(place));
    }
    let at = Workspace.slots + 16 * (Workspace.slotCount - 1);
    const start = at;
    for (const { linear: first, place, bytes: count } of this.#places(linear, bytes, how)) {
      if (this.#breakpoints.data) this.#breakpoints.access(first, count, false);
      this.#readInto(at, place, count);
      at += count;
    }
    return this.#slotValue(start, bytes);
  }

  #slotValue(at: number, bytes: AccessBytes): bigint {
    const low = this.#memory.view.getBigUint64(at, true);
    if (bytes === 16) return low | (this.#memory.view.getBigUint64(at + 8, true) << 64n);
    return low & ((1n << BigInt(8 * bytes)) - 1n);
  }

  #setSlot(at: number, bytes: AccessBytes, value: bigint): void {
    this.#memory.view.setBigUint64(at, value, true);
    if (bytes === 16) this.#memory.view.setBigUint64(at + 8, value >> 64n, true);
  }

  writeLinear(linear: bigint, bytes: AccessBytes, value: bigint, how: LinearAccess = {}): void {
    const place = this.#probe(linear, bytes, how, TlbEntry.writeTag);
    if (place !== 0) {
      const { view } = this.#memory;
      if (bytes === 8) view.setBigUint64(place, value, true);
      else {
        this.#wide[0] = value;
        const low = this.#halves[0]!;
        if (bytes === 4) view.setUint32(place, low, true);
        else if (bytes === 2) view.setUint16(place, low, true);
        else view.setUint8(place, low);
      }
      return;
    }
    const places = this.#places(linear, bytes, { ...how, write: true });
    let at = Workspace.slots + 16 * (Workspace.slotCount - 1);
    this.#setSlot(at, bytes, value);
    for (const { linear: first, place, bytes: count } of places) {
      if (this.#breakpoints.data) this.#breakpoints.access(first, count, true);
      this.#writeFrom(at, place, count);
      at += count;
    }
  }

  probeLinear(linear: bigint, bytes: number, how: LinearAccess = {}): void {
    const tag = how.write === true ? TlbEntry.writeTag : TlbEntry.readTag;
    if (bytes > 0 && this.#probe(linear, bytes, how, tag) !== 0) return;
    this.#places(linear, bytes, how);
  }

  /** The linear address of an access through a segment, checked. */
  linearOf(segment: number, offset: bigint, bytes: number, write: boolean, alignment = 1): bigint {
    this.#wide[0] = offset;
    this.#linear(segment, this.#halves[1]!, this.#halves[0]!, bytes, write, alignment);
    return joined(this.#high, this.#low);
  }

  readPhysical(physical: bigint, bytes: AccessBytes): bigint {
    const at = Workspace.slots + 16 * (Workspace.slotCount - 1);
    this.#eachPhysical(physical, bytes, at, (slot, place, count) => this.#readInto(slot, place, count));
    return this.#slotValue(at, bytes);
  }

  writePhysical(physical: bigint, bytes: AccessBytes, value: bigint): void {
    const at = Workspace.slots + 16 * (Workspace.slotCount - 1);
    this.#setSlot(at, bytes, value);
    this.#eachPhysical(physical, bytes, at, (slot, place, count) => this.#writeFrom(slot, place, count));
  }

  #eachPhysical(
    physical: bigint,
    bytes: number,
    at: number,
    each: (slot: number, place: number, count: number) => void,
  ) {
    for (let done = 0; done < bytes; ) {
      const address = this.#paging.throughA20(Number(physical) + done);
      const count = Math.min(bytes - done, 0x1000 - (address % 0x1000));
      const host = this.#memory.locate(address);
      each(at + done, host === 0 ? -1 - address : host, count);
      done += count;
    }
  }
}

const joined = (high: number, low: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

const refusal = (segment: number): Fault => new Fault(segment === SS ? Vector.SS : Vector.GP, 0);

const isDownward = (access: number): boolean => (access & (Access.code | Access.expandDown)) === Access.expandDown;

/** Whether a segment's type allows reading, or writing. */
const isAllowed = (access: number, write: boolean): boolean =>
  access & Access.code ? !write && (access & Access.readable) !== 0 : !write || (access & Access.writable) !== 0;
