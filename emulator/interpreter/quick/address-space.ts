/**
 * MOV to CR3 in long mode, to an address space that is among those that are kept, and INVLPG, which has nothing to
 * take away from a TLB that always says what the tables say. See cpu/control-registers.ts, cpu/spaces.ts.
 */
import { Cr4 } from "../../cpu/control-bits.ts";
import { Key } from "../../cpu/paging.ts";
import { SPACE_BYTES, SPACES, SpaceField, spaceAddress } from "../../cpu/tlb.ts";
import { TranslationMode, Workspace } from "../../cpu/workspace.ts";
import type { Code, FunctionRef } from "../../formats/wasm.ts";
import { all, i32, i64, Routine } from "../../formats/wasm-expression.ts";
import { isQuick32 } from "./protected.ts";
import { argument, isQuick, lowArgument, lowOf, returnTaken, setField, setWorkspace, workspace } from "./state.ts";

const PHYSICAL_BITS = 46n;

/** Arguments: number of the control register, value. */
export function writeLoadCr3(code: Code, ringChanged: FunctionRef): void {
  const r = new Routine(code);
  const walks = i32.ne(i32.and(workspace(Workspace.translation), TranslationMode.walk), 0);
  r.refuseIf(i32.eqz(all(isQuick(), walks, i32.eq(lowArgument(0), 3))));
  const value = r.i64(argument(1));
  // With PCIDs bit 63 says that nothing is to be forgotten, and is not stored.
  r.if(i32.and(lowOf("cr4"), Number(Cr4.PCIDE)), () => r.set(value, i64.and(value, 0x7fff_ffff_ffff_ffffn)));
  r.refuseIf(i64.ne(i64.shrU(value, PHYSICAL_BITS), 0n));
  const present = r.i32(i32.add(spaceAddress(0), i32.mul(workspace(Workspace.space), SPACE_BYTES)));
  const key = (word: number) => SpaceField.key + 4 * word;
  const root = i64.and(value, -0x1000n);
  /** The key's words 0 to 5; the others are 0 in long mode. */
  const mode = r.i64(i64.load(present, key(Key.mode)));
  const low = r.i64(i64.or(i64.load32(present, key(Key.efer)), i64.shl(root, 32n)));
  const high = r.i64(i64.or(i64.shrU(root, 32n), i64.shl(i64.load32(present, key(Key.pkru)), 32n)));
  const at = r.i32(spaceAddress(0));
  const number = r.i32(0);
  r.loop((again) => {
    const same = all(
      i64.eq(i64.load(at, key(Key.efer)), low),
      i64.eq(i64.load(at, key(Key.root + 1)), high),
      i64.eq(i64.load(at, key(Key.mode)), mode),
      i64.eqz(i64.load(at, key(Key.pdpte))),
      i32.load(at, SpaceField.used),
    );
    r.if(same, () => {
      setField(r, "cr3", value);
      r.if(i32.ne(at, present), () => {
        const turn = r.i32(i32.add(workspace(Workspace.turn), 1));
        setWorkspace(r, Workspace.turn, turn);
        r.store("i32.store", at, turn, SpaceField.turn);
        setWorkspace(r, Workspace.space, number);
        r.call(ringChanged);
      });
      returnTaken(r, "loadCr3");
      r.return();
    });
    r.set(at, i32.add(at, SPACE_BYTES));
    r.set(number, i32.add(number, 1));
    r.goIf(i32.ltU(number, SPACES), again);
  });
  code.i32(0);
}

export function writeInvalidatePage(code: Code): void {
  const r = new Routine(code);
  r.refuseIf(i32.eqz(i32.or(isQuick(), isQuick32())));
  returnTaken(r, "invalidatePage");
}
