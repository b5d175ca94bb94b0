/**
 * Where many bytes go at once, when somebody watches that page: frames are cleared or filled as a whole when they get a new life, and what they held
 * in the old one, code or page tables, is still being watched then. The watchers are told once, and not of each element.
 */
import { NO_PAGE, TlbEntry, WATCHED } from "../cpu/tlb.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { FunctionRef, WasmModule } from "../formats/wasm.ts";
import { call, i32, i64, Routine } from "../formats/wasm-expression.ts";
import { FrameFlag } from "../memory.ts";
import { tlbEntryOf } from "./quick/ring.ts";
import { workspace } from "./quick/state.ts";
import { frameFlags, frameOf } from "./quick/walk.ts";

/** Bytes from which on code gives way. */
const MANY = 512;
export const WRITABLE_BUT_WATCHED = (BigInt(WATCHED) << 32n) | BigInt(NO_PAGE);

/** (op, linear, bytes, all of one page) → where they may be written now, or 0. `giveUpCode`: see Runtime; `tableChanging`: quick/tables.ts. */
export function bulkTarget(module: WasmModule, giveUpCode: FunctionRef, tableChanging: FunctionRef): FunctionRef {
  return module.func("bulkTarget", ["i32", "i64", "i32"], ["i32"], (code, op, linear, bytes) => {
    const r = new Routine(code);
    const entry = r.i32(tlbEntryOf(workspace(Workspace.tlbBank), i32.wrap(linear!)));
    r.refuseIf(i64.ne(i64.load(entry, TlbEntry.readTag), i64.and(linear!, -0x1000n)));
    r.refuseIf(i64.ne(i64.load(entry, TlbEntry.writeTag), WRITABLE_BUT_WATCHED));
    const place = r.i32(i32.add(i32.wrap(linear!), i32.load(entry, TlbEntry.addend)));
    const flags = r.i32(frameFlags(frameOf(place)));
    r.refuseIf(i32.and(flags, FrameFlag.rom));
    r.if(i32.and(flags, FrameFlag.code), () => {
      r.refuseIf(i32.ltU(bytes!, MANY));
      r.refuseIf(i32.eqz(call(giveUpCode, op!, place)));
    });
    r.if(i32.and(flags, FrameFlag.table), () => r.refuseIf(i32.eqz(call(tableChanging, place, bytes!))));
    code.get(place);
  });
}
