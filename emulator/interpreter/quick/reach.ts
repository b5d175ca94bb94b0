/** The way to memory that the inline probe of generated code did not find (access.ts), as far as it needs no TypeScript. */
import { Exit } from "../../cpu/exits.ts";
import { stateFields, Vector } from "../../cpu/state.ts";
import { TlbEntry } from "../../cpu/tlb.ts";
import { TranslationMode, Workspace } from "../../cpu/workspace.ts";
import type { FunctionRef, WasmModule } from "../../formats/wasm.ts";
import { all, call, i32, i64, Routine, select } from "../../formats/wasm-expression.ts";
import { FS } from "../../isa/instruction.ts";
import { FrameFlag, WRITERS_BASE } from "../../memory.ts";
import { WRITABLE_BUT_WATCHED } from "../bulk-target.ts";
import { AccessKind } from "../imports.ts";
import { isQuick32 } from "./protected.ts";
import { PAGE_FAULT } from "./rights.ts";
import { bankInUse, tlbEntryOf } from "./ring.ts";
import { isNotCanonical, isQuick, setField, workspace } from "./state.ts";
import { frameFlags, frameOf } from "./walk.ts";
import { walk32 } from "./walk32.ts";

/** What `quickReach` gives for an access that faults: the exit is recorded. */
export const FAULTED = -1;

/** (op, offset, access word) → the address, FAULTED, or 0 for the slow way, nothing having been done. `leave`: see imports.ts; `ram`, `walking`: walk.ts; `changing`: tables.ts. */
export function quickReach(
  module: WasmModule,
  leave: FunctionRef,
  ram: FunctionRef,
  walking: FunctionRef,
  changing: FunctionRef,
): FunctionRef {
  const walking32 = walk32(module, ram);
  return module.func("quickReach", ["i32", "i64", "i32"], ["i32"], (code, op, offset, access) => {
    const r = new Routine(code);
    r.refuseIf(workspace(Workspace.checkAlignment));
    const linear = r.i64(offset!);
    const segment = r.i32(i32.and(i32.shrU(access!, 16), 0xff));
    const bytes = r.i32(i32.and(access!, 0xff));
    const kind = r.i32(i32.and(i32.shrU(access!, 8), 0xff));
    const write = i32.ne(kind, AccessKind.read);
    const base = i64.load(i32.shl(segment, 3), stateFields.segmentBase.offset);
    // A store to a table that is known as such: 64-bit mode, no segment to look at.
    r.if(i32.ltU(i32.sub(kind, AccessKind.write), 2), () => {
      const entry = r.i32(tlbEntryOf(workspace(Workspace.tlbBank), i32.wrap(linear)));
      const last = i64.and(i64.add(linear, i64.extend(i32.sub(bytes, 1))), -0x1000n);
      const isWatched = all(
        i64.eq(i64.load(entry, TlbEntry.readTag), last),
        i64.eq(i64.load(entry, TlbEntry.writeTag), WRITABLE_BUT_WATCHED),
        i32.ltU(segment, FS),
        isQuick(),
        i32.eqz(i32.and(i32.wrap(linear), i32.sub(i32.shrU(access!, 24), 1))),
      );
      r.if(isWatched, () => {
        const place = r.i32(i32.add(i32.wrap(linear), i32.load(entry, TlbEntry.addend)));
        const flags = i32.and(frameFlags(frameOf(place)), FrameFlag.code | FrameFlag.rom | FrameFlag.table);
        r.refuseIf(i32.ne(flags, FrameFlag.table));
        r.refuseIf(i32.eqz(call(changing, place, bytes)));
        r.return(place);
      });
    });
    const is32 = r.i32(isQuick32());
    const walks = (bit: number) => i32.ne(i32.and(workspace(Workspace.translation), bit), 0);
    r.if(
      is32,
      () => {
        r.refuseIf(i32.eqz(walks(TranslationMode.walk32)));
        const table = r.i32(select(write, Workspace.writeEnd, Workspace.readEnd));
        const end = i64.load(i32.add(table, i32.shl(segment, 3)));
        r.refuseIf(i64.gtU(i64.add(linear, i64.extend(bytes)), end));
        r.set(linear, i64.and(i64.add(linear, base), 0xffff_ffffn));
      },
      () => {
        r.refuseIf(i32.eqz(i32.and(isQuick(), walks(TranslationMode.walk))));
        r.if(i32.geU(segment, FS), () => r.set(linear, i64.add(linear, base)));
        r.refuseIf(isNotCanonical(linear));
      },
    );
    const low = r.i32(i32.wrap(linear));
    r.refuseIf(i32.gtU(i32.add(i32.and(low, 0xfff), bytes), 0x1000));
    r.refuseIf(i32.and(low, i32.sub(i32.shrU(access!, 24), 1)));
    const bank = workspace(Workspace.dataBank);
    const place = r.i32(0);
    const entry = r.i32(tlbEntryOf(bankInUse(bank), low));
    const isThere = i64.eq(i64.load(entry, TlbEntry.readTag), i64.and(linear, -0x1000n));
    const isWatched = i64.eq(i64.load(entry, TlbEntry.writeTag), WRITABLE_BUT_WATCHED);
    r.if(
      all(write, isThere, isWatched),
      () => r.set(place, i32.add(low, i32.load(entry, TlbEntry.addend))),
      () =>
        r.if(
          is32,
          () => r.set(place, call(walking32, linear, write, bank)),
          () => r.set(place, call(walking, linear, write, bank)),
        ),
    );
    r.if(i32.eq(place, PAGE_FAULT), () => {
      setField(r, "exitVector", Vector.PF);
      setField(r, "exitErrorCode", workspace(Workspace.walkError));
      setField(r, "exitAddress", linear);
      r.call(leave, op!, Exit.fault);
      r.return(FAULTED);
    });
    r.if(i32.or(i32.eqz(place), i32.eq(kind, AccessKind.read)), () => r.return(place));
    r.if(i32.eq(kind, AccessKind.probe), () => r.return(1));
    const flags = r.i32(frameFlags(frameOf(place)));
    r.refuseIf(i32.and(flags, FrameFlag.code | FrameFlag.rom));
    r.if(
      i32.and(flags, FrameFlag.table),
      () => r.refuseIf(i32.eqz(call(changing, place, bytes))),
      // Nobody watches it any more.
      () =>
        r.if(i32.and(isThere, isWatched), () => {
          r.store("i64.store", entry, i64.and(linear, -0x1000n), TlbEntry.writeTag);
          const writers = r.i32(i32.shl(frameOf(place), 1));
          const bit = i32.shl(1, workspace(Workspace.space));
          r.store("i32.store16", writers, i32.or(i32.load16(writers, WRITERS_BASE), bit), WRITERS_BASE);
        }),
    );
    code.get(place);
  });
}
