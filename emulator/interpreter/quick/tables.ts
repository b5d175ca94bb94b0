/**
 * Writes of generated code to page tables: entries that were present and now change take with them what the TLB has of the page,
 * in every space that read the table. As AddressSpaces.tableChanging, for tables of one region.
 */

import { FILLED_WORDS, RangeSlot, SLOT_BYTES, SLOTS_FILLED, SLOTS_START } from "../../cpu/range-slots.ts";
import { ANY_CODE, MANY_PAGES } from "../../cpu/spaces.ts";
import { bankAddress, FORGOTTEN, NO_PAGE, TLB_BANK_BYTES, TlbBank, TlbEntry } from "../../cpu/tlb.ts";
import { Workspace } from "../../cpu/workspace.ts";
import type { FunctionRef, Local, WasmModule } from "../../formats/wasm.ts";
import { all, i32, i64, type Operand, Routine, select } from "../../formats/wasm-expression.ts";
import { DEPENDENTS_BASE, FrameFlag, REGIONS_BASE } from "../../memory.ts";
import { tlbEntryOf } from "./ring.ts";
import { field, returnTaken, workspace } from "./state.ts";
import { frameFlags, frameOf } from "./walk.ts";

const P = 1;
const SPACE_BANKS = TlbBank.strict * TLB_BANK_BYTES;

/** (address in the WebAssembly memory, bytes, 1 … 16, of one frame) → 1, or 0 when TypeScript must be asked, nothing having been done. */
export function tableChanging(module: WasmModule): FunctionRef {
  return module.func("tableChanging", ["i32", "i32"], ["i32"], (code, host, bytes) => {
    const r = new Routine(code);
    const frame = r.i32(frameOf(host!));
    const dependents = r.i32(i32.load16(i32.shl(frame, 1), DEPENDENTS_BASE));
    r.refuseIf(i32.eqz(dependents));
    // Entries have 8 bytes, or 4 in all spaces that read the table.
    const narrow = r.i32(i32.and(dependents, workspace(Workspace.narrowSpaces)));
    r.refuseIf(i32.and(i32.ne(narrow, 0), i32.ne(narrow, dependents)));
    // One entry that is not present: nobody has anything of it.
    const isOne = i32.eqz(i32.or(i32.and(host!, 7), i32.gtU(bytes!, 8)));
    r.if(all(isOne, i32.eqz(narrow), i32.eqz(i32.and(i32.load(host!), P))), () => {
      returnTaken(r, "tableChange");
      r.code.op("return");
    });
    const entryBytes = r.i32(select(narrow, 4, 8));
    const end = r.i32(i32.add(host!, bytes!));
    const first = r.i32(i32.and(host!, i32.sub(0, entryBytes)));
    const entries = (each: (at: Local) => void) => {
      const at = r.i32(first);
      r.loop((again) => {
        r.if(i32.and(i32.load(at), P), () => each(at));
        r.set(at, i32.add(at, entryBytes));
        r.goIf(i32.ltU(at, end), again);
      });
      code.release(at);
    };
    const region = r.i32(i32.load(i32.shl(frame, 2), REGIONS_BASE));
    const isOdd = i32.or(i32.eq(region, MANY_PAGES), i32.and(dependents, workspace(Workspace.deviceSpaces)));
    /** Whose code may be elsewhere from now on. */
    const moved = r.i32(0);
    entries((at) => {
      r.refuseIf(isOdd);
      // None that an entry with XD set maps.
      const fetched = i32.or(i32.ne(narrow, 0), i32.geS(i32.load(at, 4), 0));
      r.if(fetched, () => r.set(moved, i32.and(frameFlags(frame), ANY_CODE)));
    });
    r.if(moved, () => {
      // That of ring 3, in 64-bit mode, while another ring executes: its key is another one when that is looked for.
      r.refuseIf(i32.or(i32.ne(moved, FrameFlag.userCode), i32.eq(field("cpl"), 3)));
      r.refuseIf(i32.and(dependents, workspace(Workspace.modeSpaces)));
      const left = r.i32(dependents);
      r.loop((again) => {
        r.store("i32.store", i32.shl(i32.ctz(left), 3), 0, Workspace.longKeys + 4);
        r.set(left, i32.and(left, i32.sub(left, 1)));
        r.goIf(left, again);
      });
      code.release(left);
    });
    entries((at) => {
      const within = select(
        narrow,
        i64.shl(i64.extend(i32.and(at, 0xffc)), 10n),
        i64.shl(i64.extend(i32.and(at, 0xff8)), 9n),
      );
      const page = r.i64(i64.add(i64.shl(i64.extendS(region), 21n), within));
      clearSlots(r, page);
      const left = r.i32(dependents);
      r.loop((again) => {
        const start = r.i32(i32.add(bankAddress(0, 0), i32.mul(i32.ctz(left), SPACE_BANKS)));
        for (let bank = 0; bank < TlbBank.strict; bank++) forget(r, i32.add(start, bank * TLB_BANK_BYTES), page);
        r.set(left, i32.and(left, i32.sub(left, 1)));
        r.goIf(left, again);
      });
    });
    returnTaken(r, "tableChange");
  });
}

/** Clears the slots that have a page. */
function clearSlots(r: Routine, page: Local): void {
  for (let word = 0; word < FILLED_WORDS; word++) {
    const filled = r.i32(i32.load(0, SLOTS_FILLED + 4 * word));
    r.code.block((end) => {
      r.loop((again) => {
        r.goIf(i32.eqz(filled), end);
        const slot = r.i32(i32.add(SLOTS_START + 32 * word * SLOT_BYTES, i32.mul(i32.ctz(filled), SLOT_BYTES)));
        const from = i64.sub(page, i64.load(slot, RangeSlot.start));
        // What `wide` and `missed` say is then of no stretch.
        r.if(i64.ltU(from, i64.load(slot, RangeSlot.bytes)), () => {
          for (const field of [RangeSlot.bytes, RangeSlot.wide]) r.store("i64.store", slot, 0n, field);
          r.store("i32.store", slot, 0, RangeSlot.missed);
        });
        r.set(filled, i32.and(filled, i32.sub(filled, 1)));
        r.code.release(slot);
        r.code.br(again);
      });
    });
    r.code.release(filled);
  }
}

function forget(r: Routine, bank: Operand, page: Local): void {
  const entry = r.i32(tlbEntryOf(bank, i32.wrap(page)));
  r.if(i64.eq(i64.load(entry, TlbEntry.readTag), page), () => {
    r.store("i32.store", entry, FORGOTTEN, TlbEntry.readTag);
    r.store("i32.store", entry, NO_PAGE, TlbEntry.writeTag);
  });
  r.code.release(entry);
}
