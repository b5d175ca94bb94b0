/**
 * What follows from CPL, EFLAGS and address space while 64-bit mode stays: which translations data accesses use, and under which key
 * code is looked up. The same as `Processor.modeChanged` for this case, on the same words of the workspace.
 */
import { Cr0 } from "../../cpu/control-bits.ts";
import { Flag } from "../../cpu/state.ts";
import { bankAddress, TLB_BANK_BYTES, TLB_ENTRIES, TLB_ENTRY_BYTES, TlbBank } from "../../cpu/tlb.ts";
import { TranslationMode, Workspace } from "../../cpu/workspace.ts";
import type { FunctionRef, WasmModule } from "../../formats/wasm.ts";
import { all, i32, type Operand, Routine, select } from "../../formats/wasm-expression.ts";
import { field, lowOf, setWorkspace, workspace } from "./state.ts";

/** Address of a bank of the present space. */
export const bankInUse = (bank: Operand): Operand =>
  i32.add(
    bankAddress(0, 0),
    i32.mul(i32.add(i32.mul(workspace(Workspace.space), TlbBank.strict), bank), TLB_BANK_BYTES),
  );

const ENTRY_SHIFT = Math.log2(TLB_ENTRY_BYTES);
/** Address of the entry of a bank for a linear address, given its low half. */
export const tlbEntryOf = (bank: Operand, low: Operand): Operand =>
  i32.add(bank, i32.and(i32.shrU(low, 12 - ENTRY_SHIFT), (TLB_ENTRIES - 1) << ENTRY_SHIFT));

export const hasSmap = (): Operand => i32.and(workspace(Workspace.translation), TranslationMode.smap);

/** The bank for implicit accesses to tables and inner stacks. */
export const systemBank = (): Operand => bankInUse(select(hasSmap(), TlbBank.supervisorNoUser, TlbBank.supervisor));

/** () → nothing; 64-bit mode. */
export function ringChanged(module: WasmModule): FunctionRef {
  return module.func("ringChanged", [], [], (code) => {
    const r = new Routine(code);
    const user = r.i32(i32.eq(field("cpl"), 3));
    const at = r.i32(i32.shl(i32.add(i32.shl(workspace(Workspace.space), 1), user), 2));
    const key = r.i32(i32.load(at, Workspace.longKeys));
    r.if(i32.eqz(key), () => {
      r.set(key, workspace(Workspace.nextKey));
      setWorkspace(r, Workspace.nextKey, i32.add(key, 1));
      r.store("i32.store", at, key, Workspace.longKeys);
    });
    setWorkspace(r, Workspace.lookupKey, key);
    chooseBank(r, user);
  });
}

/** () → nothing; any mode: EFLAGS.AC is another one. */
export function bankChanged(module: WasmModule): FunctionRef {
  return module.func("bankChanged", [], [], (code) => {
    const r = new Routine(code);
    chooseBank(r, i32.eq(field("cpl"), 3));
  });
}

/** The bank of data accesses, and whether they must be aligned; `user`: whether CPL is 3. */
export function chooseBank(r: Routine, isUser: Operand): void {
  const user = r.i32(isUser);
  const flags = r.i32(field("flagsOther"));
  setWorkspace(r, Workspace.knownFlags, i32.and(flags, Flag.AC | Flag.VM));
  const ac = i32.and(flags, Flag.AC);
  const noUser = i32.and(i32.ne(hasSmap(), 0), i32.eqz(ac));
  const bank = r.i32(select(user, TlbBank.user, select(noUser, TlbBank.supervisorNoUser, TlbBank.supervisor)));
  const am = i32.and(lowOf("cr0"), Number(Cr0.AM));
  const alignment = r.i32(all(i32.ne(ac, 0), user, i32.ne(am, 0)));
  setWorkspace(r, Workspace.dataBank, bank);
  setWorkspace(r, Workspace.checkAlignment, alignment);
  setWorkspace(r, Workspace.tlbBank, select(alignment, bankAddress(0, TlbBank.strict), bankInUse(bank)));
}
