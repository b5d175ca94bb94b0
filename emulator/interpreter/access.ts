/**
 * Memory accesses in generated code: segment, TLB probe, and the way to the slow path. The fast path is one load of a tag and
 * one comparison (cpu/tlb.ts); whatever it does not cover, from a TLB miss to a device, is `reach`'s business.
 *
 * In 64-bit mode only FS and GS have a base, and a non-canonical address matches no tag. Elsewhere the offset is compared
 * with the segment's end, precomputed for reading and writing (cpu/workspace.ts), and the base is added modulo 2^32.
 */
import { stateFields } from "../cpu/state.ts";
import { TLB_ENTRIES, TlbEntry } from "../cpu/tlb.ts";
import { WORKSPACE_END, Workspace } from "../cpu/workspace.ts";
import type { Code, Local } from "../formats/wasm.ts";
import { FS } from "../isa/instruction.ts";
import { AccessKind, accessWord, type Shared } from "./imports.ts";
import { Op } from "./record.ts";

/** The segment: a number, or the one in the record. */
export type Segment = number | "record";

export interface Frame {
  readonly code: Code;
  readonly shared: Shared;
  /** The running instruction's record. */
  readonly op: Local;
  readonly mode: 16 | 32 | 64;
  /** The record's segment has a base although the mode is 64-bit. */
  readonly based: boolean;
  /** Emits the way out after a fault or exit was recorded. */
  leave(): void;
  /** Takes the address of the next record (or 0: leave) from the stack and emits the way there. */
  goOn(): void;
  /** Emits the way to the record behind `op`. */
  fallThrough(): void;
}

const pageMask = -0x1000n;
/** Bits of a 32-bit linear address, shifted right by 7, that select an entry's offset. */
const entryMask = (TLB_ENTRIES - 1) << 5;

/** Pushes address + 8 × segment, from which per-segment i64 words are loaded: returns the constant offset that remains. */
function pushSegmentIndex({ code, op }: Frame, segment: Segment): number {
  if (segment !== "record") {
    code.i32(0);
    return segment * 8;
  }
  code.get(op);
  code.memory("i32.load8_u", Op.segment);
  code.i32(3);
  code.op("i32.shl");
  return 0;
}

/** From the offset (i64 local) to the linear address (i64 on the stack). */
function pushLinear(frame: Frame, segment: Segment, offset: Local): void {
  const { code } = frame;
  code.get(offset);
  if (frame.mode === 64) {
    const based = segment === "record" ? frame.based : segment >= FS;
    if (!based) return;
  }
  const at = pushSegmentIndex(frame, segment);
  code.memory("i64.load", stateFields.segmentBase.offset + at);
  code.op("i64.add");
  if (frame.mode !== 64) {
    code.i64(0xffff_ffffn);
    code.op("i64.and");
  }
}

/** Pushes the condition that the access can be made directly; leaves the low linear half and the entry's address in the locals. */
function pushProbe(
  frame: Frame,
  segment: Segment,
  offset: Local,
  bytes: number,
  write: boolean,
  linear32: Local,
  entry: Local,
  alignment = 1,
): void {
  const { code } = frame;
  const linear = code.local("i64");
  pushLinear(frame, segment, offset);
  code.tee(linear);
  code.op("i32.wrap_i64");
  code.tee(linear32);
  code.i32(7);
  code.op("i32.shr_u");
  code.i32(entryMask);
  code.op("i32.and");
  code.i32(0);
  code.memory("i32.load", Workspace.tlbBank);
  code.op("i32.add");
  code.tee(entry);
  code.memory("i64.load", write ? TlbEntry.writeTag : TlbEntry.readTag);
  code.get(linear);
  // What is aligned to its size crosses no page, and its low bits are those of a tag.
  const isAligned = alignment >= bytes;
  if (bytes > 1 && !isAligned) {
    code.i64(BigInt(bytes - 1));
    code.op("i64.add");
  }
  code.i64(isAligned ? pageMask | BigInt(alignment - 1) : pageMask);
  code.op("i64.and");
  code.op("i64.eq");
  code.release(linear);
  if (frame.mode === 64) return;
  code.get(offset);
  code.i64(BigInt(bytes));
  code.op("i64.add");
  const at = pushSegmentIndex(frame, segment);
  code.memory("i64.load", (write ? Workspace.writeEnd : Workspace.readEnd) + at);
  code.op("i64.le_u");
  code.op("i32.and");
}

function pushAccessWord(
  { code, op }: Frame,
  segment: Segment,
  bytes: number,
  kind: AccessKind,
  alignment: number,
): void {
  if (segment !== "record") {
    code.i32(accessWord(bytes, kind, segment, alignment));
    return;
  }
  code.get(op);
  code.memory("i32.load8_u", Op.segment);
  code.i32(16);
  code.op("i32.shl");
  code.i32(accessWord(bytes, kind, 0, alignment));
  code.op("i32.or");
}

function pushDirect(code: Code, linear32: Local, entry: Local): void {
  code.get(linear32);
  code.get(entry);
  code.memory("i32.load", TlbEntry.addend);
  code.op("i32.add");
}

/**
 * Pushes where `bytes` at the offset (an i64 local) can be reached; leaves when the access faults. For `modify` the
 * place may be a slot that must be committed after writing.
 */
export function pushReach(
  frame: Frame,
  segment: Segment,
  offset: Local,
  bytes: number,
  kind: typeof AccessKind.read | typeof AccessKind.modify,
  alignment = 1,
): void {
  const { code, shared } = frame;
  const linear32 = code.local("i32");
  const entry = code.local("i32");
  pushProbe(frame, segment, offset, bytes, kind !== AccessKind.read, linear32, entry, alignment);
  code.if(
    () => pushDirect(code, linear32, entry),
    () => {
      code.get(frame.op);
      code.get(offset);
      pushAccessWord(frame, segment, bytes, kind, alignment);
      code.call(shared.reach);
      code.tee(entry);
      code.op("i32.eqz");
      code.if(() => frame.leave());
      code.get(entry);
    },
    "i32",
  );
  code.release(linear32);
  code.release(entry);
}

const loads = { 1: "i32.load8_u", 2: "i32.load16_u", 4: "i32.load", 8: "i64.load" } as const;
const stores = { 1: "i32.store8", 2: "i32.store16", 4: "i32.store", 8: "i64.store" } as const;
export type AccessBytes = keyof typeof loads | 16;

/** With an address on the stack: the value there, clean. */
export function loadValue(code: Code, bytes: AccessBytes): void {
  if (bytes === 16) code.simdMemory("v128.load");
  else code.memory(loads[bytes]);
}

/** With an address and a value on the stack. */
export function storeValue(code: Code, bytes: AccessBytes): void {
  if (bytes === 16) code.simdMemory("v128.store");
  else code.memory(stores[bytes]);
}

/** Stores the value (a local, i64 for 8 bytes, v128 for 16) at the offset (an i64 local). */
export function store(
  frame: Frame,
  segment: Segment,
  offset: Local,
  bytes: AccessBytes,
  value: Local,
  alignment = 1,
): void {
  const { code, shared } = frame;
  const linear32 = code.local("i32");
  const entry = code.local("i32");
  pushProbe(frame, segment, offset, bytes, true, linear32, entry, alignment);
  code.if(
    () => {
      pushDirect(code, linear32, entry);
      code.get(value);
      storeValue(code, bytes);
    },
    () => {
      code.get(frame.op);
      code.get(offset);
      pushAccessWord(frame, segment, bytes, AccessKind.write, alignment);
      code.get(value);
      code.call(bytes === 16 ? shared.store128 : bytes === 8 ? shared.store64 : shared.store32);
      code.op("i32.eqz");
      code.if(() => frame.leave());
    },
  );
  code.release(linear32);
  code.release(entry);
}

/** Writes back to where `pushReach` for `modify` led (an i32 local). */
export function storeModified(frame: Frame, place: Local, bytes: AccessBytes, pushValue: () => void): void {
  const { code, shared } = frame;
  code.get(place);
  pushValue();
  storeValue(code, bytes);
  code.get(place);
  code.i32(WORKSPACE_END);
  code.op("i32.lt_u");
  code.if(() => {
    code.get(frame.op);
    code.get(place);
    code.call(shared.commit);
  });
}

/** Leaves if a store there would fault. */
export function probeStore(frame: Frame, segment: Segment, offset: Local, bytes: number, alignment = 1): void {
  const { code, shared } = frame;
  const linear32 = code.local("i32");
  const entry = code.local("i32");
  pushProbe(frame, segment, offset, bytes, true, linear32, entry, alignment);
  code.op("i32.eqz");
  code.if(() => {
    code.get(frame.op);
    code.get(offset);
    pushAccessWord(frame, segment, bytes, AccessKind.probe, alignment);
    code.call(shared.reach);
    code.op("i32.eqz");
    code.if(() => frame.leave());
  });
  code.release(linear32);
  code.release(entry);
}
