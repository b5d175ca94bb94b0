/**
 * A miss of the lookup table (lookup.ts) in 64-bit mode for code that is decoded already: the same kernel in a new address space, a program in
 * its second life, what another entry has displaced. Two steps, each with a table of its own: from the page of RIP to its frame, under the present
 * lookup key, or by a walk; and from a place in memory to the head of the run there. Interpreter.#find does the same for all modes, and what
 * is refused here: faults, tables that are read for the first time, devices, code that is to be decoded.
 */
import { MANY_PAGES } from "../../cpu/spaces.ts";
import { SPACE_BYTES, SpaceField, spaceAddress } from "../../cpu/tlb.ts";
import { TranslationMode, USED_UP, Workspace } from "../../cpu/workspace.ts";
import type { FunctionRef, WasmModule } from "../../formats/wasm.ts";
import { all, any, call, i32, i64, type Operand, Routine, select } from "../../formats/wasm-expression.ts";
import { CODE_PAGES_BASE, DEPENDENTS_BASE, FrameFlag, HEADS_BASE, LOOKUP_BASE, RAM_BASE } from "../../memory.ts";
import {
  CODE_PAGES,
  CodePage,
  HEADS,
  HEADS_FOLD,
  LOOKUP_ENTRIES,
  LOOKUP_ENTRY_BYTES,
  LOOKUP_FOLD,
  LOOKUP_KEY_STRIDE,
  LookupEntry,
} from "../lookup.ts";
import { Head, RunKind } from "../record.ts";
import { A, mode, P, PS, RW, US } from "./rights.ts";
import { field, isNotCanonical, isQuick, noteTaken, workspace } from "./state.ts";
import { frameFlags, frameOf, regionOf, settleRegion } from "./walk.ts";

const FRAME = 0x3fff_ffff_f000n;
const RESERVED = 0x000f_c000_0000_0000n;
const XD = -0x8000_0000_0000_0000n;
/** Bits of the page's address within 2 MiB. */
const WITHIN = 0x001f_f000;

/** () → the head for the RIP in the state, entered into the lookup table, or 0 after a fault. `find`: the slow way. */
export function codeLookup(module: WasmModule, ram: FunctionRef, find: FunctionRef): FunctionRef {
  const walk = walkToCode(module, ram);
  return module.func("codeLookup", [], ["i32"], (code) => {
    const r = new Routine(code);
    const slowIf = (condition: Operand) => r.if(condition, () => r.return(call(find)));
    // When nothing more may be executed, nothing is fetched.
    const left = r.i64(i64.load(0, Workspace.left));
    slowIf(any(i32.eqz(isQuick()), i64.ne(i64.and(left, USED_UP), 0n), i64.eqz(i64.shrU(left, 32n))));
    const rip = r.i64(field("rip"));
    slowIf(isNotCanonical(rip));
    const low = r.i32(i32.wrap(rip));
    const key = r.i32(workspace(Workspace.lookupKey));
    const stride = r.i32(i32.mul(key, LOOKUP_KEY_STRIDE));
    const page = r.i32(i32.shl(i32.and(i32.xor(i32.shrU(low, 12), stride), CODE_PAGES - 1), Math.log2(CodePage.bytes)));
    const place = r.i32(0);
    const isKnown = all(
      i64.eq(i64.load(page, CODE_PAGES_BASE + CodePage.page), i64.and(rip, -0x1000n)),
      i32.eq(i32.load(page, CODE_PAGES_BASE + CodePage.key), key),
    );
    r.if(
      isKnown,
      () => r.set(place, i32.load(page, CODE_PAGES_BASE + CodePage.place)),
      () => {
        r.set(place, call(walk, rip));
        slowIf(i32.eqz(place));
        r.store("i64.store", page, i64.and(rip, -0x1000n), CODE_PAGES_BASE + CodePage.page);
        r.store("i32.store", page, key, CODE_PAGES_BASE + CodePage.key);
        r.store("i32.store", page, place, CODE_PAGES_BASE + CodePage.place);
      },
    );
    r.set(place, i32.add(place, i32.and(low, 0xfff)));
    const folded = i32.xor(place, i32.shrU(place, HEADS_FOLD));
    const head = r.i32(i32.load(i32.shl(i32.and(folded, HEADS - 1), 2), HEADS_BASE));
    const isIts = all(
      i32.ne(head, 0),
      i32.eq(i32.load(head, Head.place), place),
      i32.eq(i32.load(head, Head.kind), RunKind.long),
    );
    slowIf(i32.eqz(isIts));
    const index = i32.xor(i32.xor(low, i32.shrU(low, LOOKUP_FOLD)), stride);
    const entry = r.i32(i32.shl(i32.and(index, LOOKUP_ENTRIES - 1), Math.log2(LOOKUP_ENTRY_BYTES)));
    r.store("i64.store", entry, rip, LOOKUP_BASE + LookupEntry.rip);
    r.store("i32.store", entry, key, LOOKUP_BASE + LookupEntry.key);
    r.store("i32.store", entry, head, LOOKUP_BASE + LookupEntry.head);
    code.get(head);
  });
}

/** (linear) → where the page is in the WebAssembly memory, if the present ring may fetch from it by tables from which that was done before; or 0, nothing having been done. */
function walkToCode(module: WasmModule, ram: FunctionRef): FunctionRef {
  return module.func("walkToCode", ["i64"], ["i32"], (code, linear) => {
    const r = new Routine(code);
    r.refuseIf(i32.or(i32.eqz(mode(TranslationMode.walk)), mode(TranslationMode.fiveLevels)));
    const space = r.i32(workspace(Workspace.space));
    const spaceAt = r.i32(i32.add(spaceAddress(0), i32.mul(space, SPACE_BYTES)));
    const bit = r.i32(i32.shl(1, space));
    const entry = r.i64(i64.load(spaceAt, SpaceField.key + 12));
    const ramBytes = r.i64(i64.load32(0, Workspace.ramBytes));
    const rights = r.i32(RW | US);
    const user = r.i32(i32.eq(field("cpl"), 3));
    const hosts = [1, 2, 3, 4].map(() => r.i32(0));
    const lows = [1, 2, 3, 4].map(() => r.i32(0));
    const step = (level: number) => {
      const host = hosts[level - 1]!;
      const low = lows[level - 1]!;
      r.set(entry, i64.and(entry, FRAME));
      r.refuseIf(i64.geU(entry, ramBytes));
      r.set(host, i32.wrap(entry));
      r.refuseIf(i32.eqz(i32.and(i32.load16(i32.shl(i32.shrU(host, 12), 1), DEPENDENTS_BASE), bit)));
      const index = i64.and(i64.shrU(linear!, BigInt(9 * level)), 0xff8n);
      r.set(host, i32.add(i32.add(host, RAM_BASE), i32.wrap(index)));
      r.set(entry, i64.load(host));
      r.set(low, i32.wrap(entry));
      r.refuseIf(i32.eqz(i32.and(low, P)));
      r.refuseIf(i64.ne(i64.and(entry, RESERVED | XD), 0n));
      r.set(rights, i32.and(rights, low));
    };
    const leaf = (level: 1 | 2) => {
      const host = hosts[level - 1]!;
      const low = lows[level - 1]!;
      // A supervisor's fetch from a user's page is for who knows of SMEP.
      r.refuseIf(i32.ne(i32.ne(i32.and(rights, US), 0), user));
      if (level === 2) r.refuseIf(i32.and(low, 0x001f_e000));
      const within = level === 1 ? 0 : WITHIN;
      const physical = i64.or(i64.and(entry, FRAME & ~BigInt(within)), i64.and(linear!, BigInt(within)));
      const place = r.i32(call(ram, physical));
      r.refuseIf(i32.eqz(place));
      const region = level === 1 ? regionOf(linear!) : MANY_PAGES;
      const fetches = select(user, FrameFlag.userCode, FrameFlag.systemCode);
      r.refuseIf(i32.eqz(i32.and(frameFlags(frameOf(host)), fetches)));
      for (let above = 4; above >= level; above--) {
        const [at, flagged] = [hosts[above - 1]!, lows[above - 1]!];
        r.if(i32.eqz(i32.and(flagged, A)), () => r.store("i32.store", at, i32.or(flagged, A)));
        settleRegion(r, at, above > level ? MANY_PAGES : region);
      }
      noteTaken(r, "walkToCode");
      r.return(place);
      code.release(place);
    };
    step(4);
    r.refuseIf(i32.and(lows[3]!, PS));
    step(3);
    r.refuseIf(i32.and(lows[2]!, PS));
    step(2);
    r.if(i32.and(lows[1]!, PS), () => leaf(2));
    step(1);
    leaf(1);
    code.i32(0);
  });
}
