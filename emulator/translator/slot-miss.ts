/**
 * What regions call when an address is not where its slot was filled for (cpu/range-slots.ts): the TLB is asked, and the slot may be
 * filled anew, with as much of a large page as lies in RAM that nobody watches.
 */
import { RangeSlot, SLOT_BYTES, SLOTS_FILLED, SLOTS_START, setBytes, setOwner, setStart } from "../cpu/range-slots.ts";
import { LargePage, TLB_ENTRIES, TLB_ENTRY_BYTES, TlbEntry } from "../cpu/tlb.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { FunctionRef, Local, WasmModule } from "../formats/wasm.ts";
import { any, call, i32, i64, type Operand, Routine, select } from "../formats/wasm-expression.ts";
import { FRAME_FLAGS_BASE } from "../memory.ts";

const ENTRY_SHIFT = Math.log2(TLB_ENTRY_BYTES);
/** Frames of a large page, less one. */
const LARGE = 511;
const ALL_MARKS = -1n << BigInt(LargePage.marks);

/** (set): if another bank is in use than the one that the set was filled from, it is cleared. */
export function claimSlots(module: WasmModule): FunctionRef {
  return module.func("claimSlots", ["i32", "i32"], [], (code, owner, start) => {
    const r = new Routine(code);
    r.store("i32.store", owner!, i32.load(0, Workspace.tlbBank));
    code.get(start!);
    code.i32(0);
    code.i32(setBytes);
    code.memoryFill();
  });
}

/** Claims a set of slots on entry into a region. */
export function pushClaim(code: Routine["code"], claim: FunctionRef, set: number): void {
  const r = new Routine(code);
  i32.ne(i32.load(0, setOwner(set)), i32.load(0, Workspace.tlbBank))(code);
  code.hint(false);
  code.if(() => r.call(claim, setOwner(set), setStart(set)));
}

/** (linear, entry of the TLB, of a large page, that matches) → its `large`, with how many pages around it are plain memory. */
export function lookAround(module: WasmModule): FunctionRef {
  return module.func("lookAround", ["i64", "i32"], ["i64"], (code, linear, entry) => {
    const r = new Routine(code);
    const frame = r.i32(i32.load(entry!, TlbEntry.frame));
    const flags = r.i32(i32.add(frame, FRAME_FLAGS_BASE));
    const below = r.i32(0);
    const above = r.i32(0);
    const frames = i32.shrU(i32.load(0, Workspace.ramBytes), 12);
    const number = r.i32(i32.and(i32.wrap(i64.shrU(linear!, 12n)), LARGE));
    const last = r.i32(i32.sub(frames, i32.add(frame, 1)));
    const least = (x: Operand, y: Operand) => select(i32.ltS(x, y), x, y);
    /** How far flags are all 0 from here: steps of 8, then of 1. `from`: the first flag of so many next ones. */
    const reach = (count: Local, most: Local, from: (bytes: number) => Operand) => {
      for (const [bytes, none] of [
        [8, i64.eqz(i64.load(from(8)))],
        [1, i32.eqz(i32.load8(from(1)))],
      ] as const)
        code.block((end) => {
          r.loop((again) => {
            r.goIf(i32.gtS(i32.add(count, bytes), most), end);
            r.goIf(i32.eqz(none), end);
            r.set(count, i32.add(count, bytes));
            code.br(again);
          });
        });
    };
    r.if(i32.and(i32.eqz(i32.load8(flags)), i32.geS(last, 0)), () => {
      reach(below, number, (bytes) => i32.sub(flags, i32.add(below, bytes)));
      const most = r.i32(least(i32.sub(LARGE, number), last));
      reach(above, most, () => i32.add(flags, i32.add(above, 1)));
    });
    const around = any(
      LargePage.is | LargePage.known,
      i32.shl(below, LargePage.below),
      i32.shl(above, LargePage.above),
    );
    const word = r.i64(i64.or(i64.extend(around), i64.load(0, Workspace.marks)));
    r.store("i64.store", entry!, word, TlbEntry.large);
    code.get(word);
  });
}

/** Fills a slot from an entry of the TLB that matches. */
function fillSlot(r: Routine, slot: Local, linear: Local, entry: Local, look: FunctionRef): void {
  const start = r.i64(i64.and(linear, -0x1000n));
  const bytes = r.i64(0x1000n);
  const host = r.i32(i32.add(i32.wrap(start), i32.load(entry, TlbEntry.addend)));
  const large = r.i64(i64.load(entry, TlbEntry.large));
  r.if(i32.wrap(i64.and(large, BigInt(LargePage.is))), () => {
    const isOld = i64.ne(i64.and(large, ALL_MARKS), i64.load(0, Workspace.marks));
    const isUnknown = i64.eqz(i64.and(large, BigInt(LargePage.known)));
    r.if(i32.or(isOld, isUnknown), () => r.set(large, call(look, linear, entry)));
    const pages = (at: number) => i32.and(i32.shrU(i32.wrap(large), at), LARGE);
    const below = r.i32(i32.shl(pages(LargePage.below), 12));
    const above = i32.shl(pages(LargePage.above), 12);
    r.set(start, i64.sub(start, i64.extend(below)));
    r.set(host, i32.sub(host, below));
    r.set(bytes, i64.extend(i32.add(i32.add(below, above), 0x1000)));
  });
  r.store("i64.store", slot, start, RangeSlot.start);
  r.store("i64.store", slot, bytes, RangeSlot.bytes);
  r.store("i64.store", slot, i64.sub(bytes, 15n), RangeSlot.wide);
  r.store("i32.store", slot, host, RangeSlot.host);
  noteFilled(r, slot);
}

function noteFilled(r: Routine, slot: Local): void {
  const number = r.i32(i32.shrU(i32.sub(slot, SLOTS_START), Math.log2(SLOT_BYTES)));
  const word = r.i32(i32.shl(i32.shrU(number, 5), 2));
  r.store("i32.store", word, i32.or(i32.load(word, SLOTS_FILLED), i32.shl(1, number)), SLOTS_FILLED);
}

/** Where reading and writing are allowed, what is plain memory for one is so for the other. */
function copySlot(r: Routine, from: Local, to: Operand): void {
  const other = r.i32(to);
  for (const field of [RangeSlot.start, RangeSlot.bytes, RangeSlot.wide])
    r.store("i64.store", other, i64.load(from, field), field);
  r.store("i32.store", other, i32.load(from, RangeSlot.host), RangeSlot.host);
  noteFilled(r, other);
}

/**
 * (slot, linear, offset, access) → where plain memory is that may be accessed so; −1: it faults, which has been recorded; 0: the interpreter
 * knows. `limited`: segments have ends; `eager`: the slot is filled at once, and the one for the other kind of access
 * with it, if that is allowed.
 */
export function slotMiss(
  module: WasmModule,
  reachPlain: FunctionRef,
  look: FunctionRef,
  limited: boolean,
  eager: boolean,
): FunctionRef {
  return module.func("slotMiss", ["i32", "i64", "i64", "i32"], ["i32"], (code, slot, linear, offset, access) => {
    const r = new Routine(code);
    const low = r.i32(i32.wrap(linear!));
    const index = i32.and(i32.shrU(low, 12 - ENTRY_SHIFT), (TLB_ENTRIES - 1) << ENTRY_SHIFT);
    const entry = r.i32(i32.add(i32.load(0, Workspace.tlbBank), index));
    const bytes = i32.and(access!, 0xff);
    const kind = i32.and(access!, 0xff00);
    const tag = i64.load(i32.add(entry, select(kind, TlbEntry.writeTag, TlbEntry.readTag)));
    const lastByte = i64.add(linear!, i64.extend(i32.sub(bytes, 1)));
    const isElsewhere = i64.ne(tag, i64.and(lastByte, -0x1000n));
    const isOdd = i32.and(low, i32.sub(i32.shrU(access!, 24), 1));
    const ends = i32.add(
      select(kind, Workspace.writeEnd, Workspace.readEnd),
      i32.and(i32.shrU(access!, 16 - 3), 0xff << 3),
    );
    const isBeyond = limited ? i64.gtU(i64.add(offset!, i64.extend(bytes)), i64.load(ends)) : 0;
    r.if(any(isElsewhere, isOdd, isBeyond), () => r.return(call(reachPlain, offset!, access!)));
    if (eager) {
      fillSlot(r, slot!, linear!, entry, look);
      const isBoth = i64.eq(i64.load(entry, TlbEntry.readTag), i64.load(entry, TlbEntry.writeTag));
      r.if(isBoth, () => copySlot(r, slot!, i32.add(slot!, select(kind, -SLOT_BYTES, SLOT_BYTES))));
    } else {
      const isLarge = i32.and(i32.load(entry, TlbEntry.large), LargePage.is);
      const page = r.i32(i32.wrap(i64.shrU(linear!, select(isLarge, 21n, 12n))));
      r.if(
        i32.eq(page, i32.load(slot!, RangeSlot.missed)),
        () => fillSlot(r, slot!, linear!, entry, look),
        () => r.store("i32.store", slot!, page, RangeSlot.missed),
      );
    }
    code.get(low);
    code.get(entry);
    code.memory("i32.load", TlbEntry.addend);
    code.op("i32.add");
  });
}
