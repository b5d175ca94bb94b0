/**
 * A TLB miss of a data access under 4-level or 5-level paging (SDM vol. 3, 4.5): the walk with its rights, accessed and dirty bits, and the
 * TLB entry. What the upper levels say of a region of 2 MiB is remembered (`WalkEntry`), as long as nothing has been forgotten. cpu/paging.ts and cpu/spaces.ts do the same for all modes, and for what is refused here: tables that this
 * address space reads for the first time, reserved bits, protection keys that forbid something, device memory, ROM.
 */
import { MANY_PAGES } from "../../cpu/spaces.ts";
import {
  LargePage,
  NO_PAGE,
  SPACE_BYTES,
  SpaceField,
  spaceAddress,
  TlbBank,
  TlbEntry,
  WATCHED,
} from "../../cpu/tlb.ts";
import { TranslationMode, WALK_ENTRIES, WALKS, WalkEntry, Workspace } from "../../cpu/workspace.ts";
import type { FunctionRef, Local, WasmModule } from "../../formats/wasm.ts";
import { all, any, call, i32, i64, type Operand, Routine, select } from "../../formats/wasm-expression.ts";
import { DEPENDENTS_BASE, FRAME_FLAGS_BASE, FrameFlag, RAM_BASE, REGIONS_BASE, WRITERS_BASE } from "../../memory.ts";
import { A, D, judge, mode, P, PRESENT, PS, pageFault, RW, US } from "./rights.ts";
import { bankInUse, tlbEntryOf } from "./ring.ts";
import { field, noteTaken, workspace } from "./state.ts";

const FRAME = 0x3fff_ffff_f000n;
/** Bits 51:46, beyond the physical address width, and XD. */
const RESERVED = 0x000f_c000_0000_0000n;
const XD = -0x8000_0000_0000_0000n;
/** Of a large page's entry, by level. */
const LARGE = { 3: { reserved: 0x3fff_e000, within: 0x3fff_f000 }, 2: { reserved: 0x001f_e000, within: 0x001f_f000 } };

export const frameOf = (host: Operand): Operand => i32.shrU(i32.sub(host, RAM_BASE), 12);
export const frameFlags = (frame: Operand): Operand => i32.load8(frame, FRAME_FLAGS_BASE);

/** (physical, i64) → where it is in the WebAssembly memory if it is RAM, or 0. */
export function ramAt(module: WasmModule): FunctionRef {
  return module.func("ramAt", ["i64"], ["i32"], (code, physical) => {
    const r = new Routine(code);
    r.refuseIf(i64.geU(physical!, i64.load32(0, Workspace.ramBytes)));
    const low = r.i32(i32.wrap(physical!));
    r.refuseIf(i32.and(frameFlags(i32.shrU(low, 12)), FrameFlag.device));
    code.get(low);
    code.i32(RAM_BASE);
    code.op("i32.add");
  });
}

/**
 * (linear, 1 for writing, bank) → where the byte is in the WebAssembly memory, the page being entered in the bank; PAGE_FAULT; or
 * 0 when nothing was done. The address is canonical, and no page is crossed.
 */
export function walk(module: WasmModule, ram: FunctionRef): FunctionRef {
  return module.func("walk", ["i64", "i32", "i32"], ["i32"], (code, linear, write, bank) => {
    const r = new Routine(code);
    r.refuseIf(i32.eqz(mode(TranslationMode.walk)));
    const space = r.i32(workspace(Workspace.space));
    const spaceAt = r.i32(i32.add(spaceAddress(0), i32.mul(space, SPACE_BYTES)));
    const bit = r.i32(i32.shl(1, space));
    const user = r.i32(i32.eq(bank!, TlbBank.user));
    const rights = r.i32(RW | US);
    const reserved = r.i64(select(mode(TranslationMode.nx), RESERVED, RESERVED | XD));
    const entry = r.i64(i64.load(spaceAt, SpaceField.key + 12));
    const ramBytes = r.i64(i64.load32(0, Workspace.ramBytes));
    /** By level: where the entry is, and its low half. */
    const hosts = [0, 1, 2, 3, 4, 5].map(() => r.i32(0));
    const lows = [0, 1, 2, 3, 4, 5].map(() => r.i32(0));
    const wish = { write: write!, user, bank: bank! };
    const fault = (errorCode: Operand) => pageFault(r, wish, errorCode);
    /** Reads the entry of a level, whose table begins at `table` in the WebAssembly memory. */
    const read = (level: number, table: Operand) => {
      const host = hosts[level]!;
      const low = lows[level]!;
      const index = i64.and(i64.shrU(linear!, BigInt(9 * level)), 0xff8n);
      r.set(host, i32.add(table, i32.wrap(index)));
      r.set(entry, i64.load(host));
      r.set(low, i32.wrap(entry));
      r.if(i32.eqz(i32.and(low, P)), () => fault(0));
      r.refuseIf(i64.ne(i64.and(entry, reserved), 0n));
      r.set(rights, i32.and(rights, low));
    };
    /** The table that the entry read last leads to. One that is not watched yet is TypeScript's; one that is, is RAM. */
    const next = () => {
      r.set(entry, i64.and(entry, FRAME));
      r.refuseIf(i64.geU(entry, ramBytes));
      const host = r.i32(i32.wrap(entry));
      const dependents = i32.load16(i32.shl(i32.shrU(host, 12), 1), DEPENDENTS_BASE);
      r.refuseIf(i32.eqz(i32.and(dependents, bit)));
      r.set(host, i32.add(host, RAM_BASE));
      return host;
    };
    const step = (level: number) => {
      const table = next();
      read(level, table);
      code.release(table);
    };
    /** The entry of this level maps the page. `settleAbove`: nothing can go wrong any more. */
    const leaf = (level: 1 | 2 | 3, settleAbove: () => void) => {
      const host = hosts[level]!;
      const low = lows[level]!;
      const { userPage, writable, denied } = judge(r, wish, rights);
      r.if(i32.and(userPage, i32.ne(mode(TranslationMode.protectionKeys), 0)), () => {
        const key = i32.and(i32.wrap(i64.shrU(entry, 59n)), 15);
        r.refuseIf(i32.and(i32.shrU(field("pkru"), i32.shl(key, 1)), 3));
      });
      if (level !== 1) r.refuseIf(i32.and(low, LARGE[level].reserved));
      r.if(denied, () => fault(PRESENT));
      const within = level === 1 ? 0 : LARGE[level].within;
      const offset = i64.and(linear!, BigInt(within | 0xfff));
      const place = r.i32(call(ram, i64.or(i64.and(entry, FRAME & ~BigInt(within)), offset)));
      r.refuseIf(i32.eqz(place));
      settleAbove();
      const marked = r.i32(any(low, A, select(write!, D, 0)));
      r.if(i32.ne(marked, low), () => r.store("i32.store", host, marked));
      settleRegion(r, host, level === 1 ? regionOf(linear!) : MANY_PAGES);
      fill(
        r,
        { linear: linear!, place, bank: bank!, spaceAt, bit },
        i32.and(writable, i32.ne(i32.and(marked, D), 0)),
        level !== 1,
      );
      noteTaken(r, "walk");
      r.return(place);
      for (const local of [userPage, writable, place, marked]) code.release(local);
    };
    const settle = (above: number) => {
      const flagged = lows[above]!;
      r.if(i32.eqz(i32.and(flagged, A)), () => r.store("i32.store", hosts[above]!, i32.or(flagged, A)));
      settleRegion(r, hosts[above]!, MANY_PAGES);
    };
    const settleDownTo = (level: number) => () => {
      r.if(hosts[5]!, () => settle(5));
      for (let above = 4; above > level; above--) settle(above);
    };
    const region = i64.and(linear!, -0x20_0000n);
    const tag = r.i64(i64.or(region, i64.extend(space)));
    const marks = r.i64(i64.load(0, Workspace.marks));
    const number = i32.and(i32.wrap(i64.shrU(linear!, 21n)), WALK_ENTRIES - 1);
    const known = r.i32(i32.add(WALKS, i32.mul(number, WalkEntry.bytes)));
    const isSame = i64.eq(i64.load(known, WalkEntry.tag), tag);
    const table = r.i32(i32.load(known, WalkEntry.table));
    r.if(all(isSame, i64.eq(i64.load(known, WalkEntry.marks), marks), i32.ne(table, 0)), () => {
      r.set(rights, i32.load(known, WalkEntry.rights));
      read(1, table);
      leaf(1, () => {});
    });
    r.if(mode(TranslationMode.fiveLevels), () => {
      step(5);
      r.refuseIf(i32.and(lows[5]!, PS));
    });
    step(4);
    r.refuseIf(i32.and(lows[4]!, PS));
    step(3);
    r.if(i32.and(lows[3]!, PS), () => {
      r.refuseIf(i32.eqz(mode(TranslationMode.gigabytePages)));
      leaf(3, settleDownTo(3));
    });
    step(2);
    r.if(i32.and(lows[2]!, PS), () => leaf(2, settleDownTo(2)));
    r.set(table, next());
    const above = r.i32(rights);
    read(1, table);
    leaf(1, () => {
      settleDownTo(1)();
      r.store("i64.store", known, tag, WalkEntry.tag);
      r.store("i64.store", known, marks, WalkEntry.marks);
      r.store("i32.store", known, table, WalkEntry.table);
      r.store("i32.store", known, above, WalkEntry.rights);
    });
    code.i32(0);
  });
}

/** As regionOf in spaces.ts. */
export function regionOf(linear: Local): Operand {
  const isWhole = i64.ltU(i64.add(i64.shrS(linear, 52n), 1n), 2n);
  return select(isWhole, i32.wrap(i64.shrU(linear, 21n)), MANY_PAGES);
}

/** As AddressSpaces.watch for a frame that is watched already. */
export function settleRegion(r: Routine, host: Local, region: Operand): void {
  const at = r.i32(i32.shl(frameOf(host), 2));
  r.if(i32.ne(i32.load(at, REGIONS_BASE), region), () => r.store("i32.store", at, MANY_PAGES, REGIONS_BASE));
  r.code.release(at);
}

interface Page {
  readonly linear: Local;
  readonly place: Local;
  readonly bank: Local;
  readonly spaceAt: Local;
  /** The space's, in masks. */
  readonly bit: Local;
}

/** As AddressSpaces.fill. */
export function fill(r: Routine, { linear, place, bank, spaceAt, bit }: Page, writable: Operand, large: boolean): void {
  const entry = r.i32(tlbEntryOf(bankInUse(bank), i32.wrap(linear)));
  const wasEmpty = r.i32(i32.eq(i32.load(entry, TlbEntry.readTag), NO_PAGE));
  const page = r.i64(i64.and(linear, -0x1000n));
  r.store("i64.store", entry, page, TlbEntry.readTag);
  r.store("i32.store", entry, i32.sub(place, i32.wrap(linear)), TlbEntry.addend);
  const frame = r.i32(frameOf(place));
  r.store("i32.store", entry, frame, TlbEntry.frame);
  r.store("i32.store", entry, large ? LargePage.is : 0, TlbEntry.large);
  const isWatched = i32.ne(i32.and(frameFlags(frame), FrameFlag.code | FrameFlag.table | FrameFlag.rom), 0);
  const mayWrite = r.i32(i32.ne(writable, 0));
  r.if(
    i32.gtU(mayWrite, isWatched),
    () => {
      r.store("i64.store", entry, page, TlbEntry.writeTag);
      const writers = r.i32(i32.shl(frame, 1));
      r.store("i32.store16", writers, i32.or(i32.load16(writers, WRITERS_BASE), bit), WRITERS_BASE);
      r.code.release(writers);
    },
    () => {
      r.store("i32.store", entry, NO_PAGE, TlbEntry.writeTag);
      r.store("i32.store", entry, select(mayWrite, WATCHED, 0), TlbEntry.writeTag + 4);
    },
  );
  r.if(wasEmpty, () => {
    const count = r.i32(i32.load(spaceAt, SpaceField.filledCount));
    r.store("i32.store", i32.add(spaceAt, i32.shl(count, 2)), entry, SpaceField.filled);
    r.store("i32.store", spaceAt, i32.add(count, 1), SpaceField.filledCount);
    r.code.release(count);
  });
  for (const local of [entry, frame, wasEmpty, mayWrite]) r.code.release(local);
  r.code.release(page);
}
