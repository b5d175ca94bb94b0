/** Descriptors and segment registers as 64-bit kernels use them. Whatever is found must be within one page, and a quick walk away. */
import { Access, type StateField, stateFields } from "../../cpu/state.ts";
import { TLB_BANK_BYTES, TlbEntry } from "../../cpu/tlb.ts";
import type { FunctionRef, Local, WasmModule } from "../../formats/wasm.ts";
import { any, call, i32, i64, type Operand, Routine, select } from "../../formats/wasm-expression.ts";
import { SS } from "../../isa/instruction.ts";
import { FrameFlag } from "../../memory.ts";
import { PAGE_FAULT } from "./rights.ts";
import { bankInUse, systemBank, tlbEntryOf } from "./ring.ts";
import { field, isNotCanonical, isQuick, setField } from "./state.ts";
import { frameFlags, frameOf } from "./walk.ts";

/** Access rights that are looked at: of 64-bit code and of writable data, without DPL, both present and accessed. */
export const CODE_MASK =
  Access.nonSystem | Access.code | Access.conforming | Access.accessed | Access.present | Access.long | Access.big;
export const CODE64 = Access.nonSystem | Access.code | Access.accessed | Access.present | Access.long;
export const DATA_MASK = Access.nonSystem | Access.code | Access.writable | Access.accessed | Access.present;
export const DATA = Access.nonSystem | Access.writable | Access.accessed | Access.present;
/** What SYSCALL and SYSRET load without looking (SDM vol. 2). */
const FLAT = Access.present | Access.nonSystem | Access.accessed | Access.granularity;
export const FLAT_CODE64 = FLAT | Access.code | Access.readable | Access.long;
export const FLAT_DATA = FLAT | Access.writable | Access.big;

const DESCRIPTOR_BYTES = 8;

export interface SegmentWays {
  /** (bank, offset of the tag, linear i64, bytes) → address in the WebAssembly memory, or 0. */
  readonly find: FunctionRef;
  /** (selector) → address of its descriptor in the GDT, or 0: null, in the LDT, beyond the limit, not in the TLB. */
  readonly descriptor: FunctionRef;
  /** (segment, selector, address of the descriptor): loads a segment register. */
  readonly load: FunctionRef;
}

/** What `find` gives, asked where it stands: a local. */
export function findHere(
  r: Routine,
  find: FunctionRef,
  bank: Operand,
  tag: number,
  address: Operand,
  bytes: Operand,
): Local {
  const linear = r.i64(address);
  const low = r.i32(i32.wrap(linear));
  const from = r.i32(bank);
  const entry = r.i32(tlbEntryOf(from, low));
  const last = i64.and(i64.add(linear, i64.extend(i32.sub(bytes, 1))), -0x1000n);
  const at = r.i32(0);
  r.if(
    i64.eq(i64.load(entry, tag), last),
    () => r.set(at, i32.add(low, i32.load(entry, TlbEntry.addend))),
    () => r.set(at, call(find, from, tag, linear, bytes)),
  );
  r.code.release(linear);
  for (const local of [low, from, entry]) r.code.release(local);
  return at;
}

/** What `descriptor` gives, asked where it stands; refuses where that is 0. `bank`: for implicit accesses. */
export function descriptorHere(r: Routine, find: FunctionRef, selector: Local, bank: Operand): Local {
  const offset = r.i32(i32.and(selector, 0xfff8));
  const beyond = i32.gtU(i32.add(offset, DESCRIPTOR_BYTES - 1), field("gdtrLimit"));
  r.refuseIf(any(i32.eqz(offset), i32.and(selector, 4), beyond));
  const linear = i64.add(field("gdtrBase"), i64.extend(offset));
  const at = findHere(r, find, bank, TlbEntry.readTag, linear, DESCRIPTOR_BYTES);
  r.refuseIf(i32.eqz(at));
  r.code.release(offset);
  return at;
}

/** What `load` does, where it stands. */
export function loadHere(r: Routine, segment: Operand, selector: Operand, at: Local): void {
  const low = r.i32(i32.load(at));
  const high = r.i32(i32.load(at, 4));
  const words = r.i32(i32.shl(segment, 2));
  const put = (name: StateField, value: Operand) => r.store("i32.store", words, value, stateFields[name].offset);
  put("segmentSelector", selector);
  const limit = r.i32(i32.or(i32.and(high, 0x000f_0000), i32.and(low, 0xffff)));
  const pages = i32.or(i32.shl(limit, 12), 0xfff);
  put("segmentLimit", select(i32.and(high, Access.granularity << 8), pages, limit));
  put("segmentAccess", i32.and(i32.shrU(high, 8), 0xf0ff));
  const base = any(i32.and(high, 0xff00_0000), i32.shl(i32.and(high, 0xff), 16), i32.shrU(low, 16));
  r.store("i64.store", i32.shl(segment, 3), i64.extend(base), stateFields.segmentBase.offset);
  for (const local of [low, high, words, limit]) r.code.release(local);
}

/** `walking`: see walk.ts. */
export function segmentWays(module: WasmModule, walking: FunctionRef): SegmentWays {
  const find = module.func("find", ["i32", "i32", "i64", "i32"], ["i32"], (code, bank, tag, linear, bytes) => {
    const r = new Routine(code);
    const low = r.i32(i32.wrap(linear!));
    const entry = r.i32(tlbEntryOf(bank!, low));
    // The page of the last byte, as in the inline probe.
    const last = i64.and(i64.add(linear!, i64.extend(i32.sub(bytes!, 1))), -0x1000n);
    r.if(i64.eq(i64.load(i32.add(entry, tag!)), last), () => r.return(i32.add(low, i32.load(entry, TlbEntry.addend))));
    // What a walk marks as accessed and dirty the long way would mark too.
    r.refuseIf(i32.eqz(isQuick()));
    r.refuseIf(i32.or(isNotCanonical(linear!), i32.gtU(i32.add(i32.and(low, 0xfff), bytes!), 0x1000)));
    const write = r.i32(i32.eq(tag!, TlbEntry.writeTag));
    const number = i32.shrU(i32.sub(bank!, bankInUse(0)), Math.log2(TLB_BANK_BYTES));
    const place = r.i32(call(walking, linear!, write, number));
    r.refuseIf(i32.eq(place, PAGE_FAULT));
    const watched = FrameFlag.code | FrameFlag.table | FrameFlag.rom;
    r.if(write, () => r.refuseIf(i32.and(frameFlags(frameOf(place)), watched)));
    code.get(place);
  });
  const descriptor = module.func("descriptor", ["i32"], ["i32"], (code, selector) => {
    code.get(descriptorHere(new Routine(code), find, selector!, systemBank()));
  });
  const load = module.func("loadSegment", ["i32", "i32", "i32"], [], (code, segment, selector, at) =>
    loadHere(new Routine(code), segment!, selector!, at!),
  );
  return { find, descriptor, load };
}

/** Loads a flat segment without looking at a descriptor. */
export function loadFlat(r: Routine, segment: number, selector: Operand, access: number): void {
  setField(r, "segmentSelector", selector, segment);
  setField(r, "segmentBase", 0n, segment);
  setField(r, "segmentLimit", -1, segment);
  setField(r, "segmentAccess", access, segment);
}

/** Makes SS null in a ring. */
export function loadNullStack(r: Routine, ring: Operand): void {
  setField(r, "segmentSelector", ring, SS);
  setField(r, "segmentBase", 0n, SS);
  setField(r, "segmentLimit", 0, SS);
  setField(r, "segmentAccess", i32.or(i32.shl(ring, Access.dplShift), Access.unusable), SS);
}

/** Access rights of the descriptor at an address, as in `segmentAccess`. */
export const accessOf = (descriptor: Local): Operand => i32.and(i32.shrU(i32.load(descriptor, 4), 8), 0xf0ff);
export const ringOf = (access: Operand): Operand => i32.and(i32.shrU(access, Access.dplShift), 3);
