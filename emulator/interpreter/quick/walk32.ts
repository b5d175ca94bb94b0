/**
 * A TLB miss of a data access under 32-bit paging (SDM vol. 3, 4.3), as walk.ts does it under 4-level paging. Refused are tables that this
 * address space reads for the first time, reserved bits, pages beyond 4 GiB (PSE-36), device memory, ROM.
 */
import { Key } from "../../cpu/paging.ts";
import { MANY_PAGES } from "../../cpu/spaces.ts";
import { SPACE_BYTES, SpaceField, spaceAddress, TlbBank } from "../../cpu/tlb.ts";
import { TranslationMode, Workspace } from "../../cpu/workspace.ts";
import type { FunctionRef, Local, WasmModule } from "../../formats/wasm.ts";
import { any, call, i32, i64, type Operand, Routine, select } from "../../formats/wasm-expression.ts";
import { DEPENDENTS_BASE, RAM_BASE } from "../../memory.ts";
import { A, D, judge, mode, P, PRESENT, PS, pageFault } from "./rights.ts";
import { noteTaken, workspace } from "./state.ts";
import { fill, settleRegion } from "./walk.ts";

const FRAME = 0xffff_f000;
/** In a directory entry of a 4 MiB page: bit 21, and address bits 39:32 (PSE-36). */
const ODD_LARGE = 0x003f_e000;
const LARGE_FRAME = 0xffc0_0000;
/** Parameters and result as those of `walk`; the linear address has 32 bits. */
export function walk32(module: WasmModule, ram: FunctionRef): FunctionRef {
  return module.func("walk32", ["i64", "i32", "i32"], ["i32"], (code, linear, write, bank) => {
    const r = new Routine(code);
    const space = r.i32(workspace(Workspace.space));
    const spaceAt = r.i32(i32.add(spaceAddress(0), i32.mul(space, SPACE_BYTES)));
    const bit = r.i32(i32.shl(1, space));
    const user = r.i32(i32.eq(bank!, TlbBank.user));
    const low = r.i32(i32.wrap(linear!));
    const wish = { write: write!, user, bank: bank! };
    const fault = (errorCode: Operand) => pageFault(r, wish, errorCode);
    /** Host and value of the entry at `index` of the table that `above` names. */
    const step = (above: Operand, index: Operand): readonly [host: Local, entry: Local] => {
      const host = r.i32(i32.and(above, FRAME));
      r.refuseIf(i32.geU(host, workspace(Workspace.ramBytes)));
      r.refuseIf(i32.eqz(i32.and(i32.load16(i32.shl(i32.shrU(host, 12), 1), DEPENDENTS_BASE), bit)));
      r.set(host, i32.add(i32.add(host, RAM_BASE), i32.shl(index, 2)));
      const entry = r.i32(i32.load(host));
      r.if(i32.eqz(i32.and(entry, P)), () => fault(0));
      return [host, entry];
    };
    /** The entry at `host` maps the page, whose first byte is at `page`, with these rights. */
    const leaf = (
      host: Local,
      entry: Local,
      rights: Operand,
      page: Operand,
      region: Operand,
      settleAbove: () => void,
    ) => {
      const { writable, denied } = judge(r, wish, rights);
      r.if(denied, () => fault(PRESENT));
      const place = r.i32(call(ram, i64.extend(page)));
      r.refuseIf(i32.eqz(place));
      // Nothing can go wrong any more.
      settleAbove();
      const marked = r.i32(any(entry, A, select(write!, D, 0)));
      r.if(i32.ne(marked, entry), () => r.store("i32.store", host, marked));
      settleRegion(r, host, region);
      const mayWrite = i32.and(writable, i32.ne(i32.and(marked, D), 0));
      fill(r, { linear: linear!, place, bank: bank!, spaceAt, bit }, mayWrite, region === MANY_PAGES);
      noteTaken(r, "walk32");
      r.return(place);
    };
    const root = i32.load(spaceAt, SpaceField.key + 4 * Key.root);
    const [directoryAt, directory] = step(root, i32.shrU(low, 22));
    const isLarge = i32.and(i32.ne(i32.and(directory, PS), 0), i32.ne(mode(TranslationMode.pse), 0));
    r.if(isLarge, () => {
      r.refuseIf(i32.and(directory, ODD_LARGE));
      const page = i32.or(i32.and(directory, LARGE_FRAME), i32.and(low, ~LARGE_FRAME));
      leaf(directoryAt, directory, directory, page, MANY_PAGES, () => {});
    });
    const [at, entry] = step(directory, i32.and(i32.shrU(low, 12), 0x3ff));
    const page = i32.or(i32.and(entry, FRAME), i32.and(low, 0xfff));
    // Two regions of 2 MiB, of which the lower names both.
    leaf(at, entry, i32.and(directory, entry), page, i32.shl(i32.shrU(low, 22), 1), () => {
      r.if(i32.eqz(i32.and(directory, A)), () => r.store("i32.store", directoryAt, i32.or(directory, A)));
      settleRegion(r, directoryAt, MANY_PAGES);
    });
    code.i32(0);
  });
}
