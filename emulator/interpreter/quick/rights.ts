/** What all paging modes share (SDM vol. 3, 5.6): bits of their entries, who may do what to a page, and the page fault if not. */
import { TlbBank } from "../../cpu/tlb.ts";
import { TranslationMode, Workspace } from "../../cpu/workspace.ts";
import type { Local } from "../../formats/wasm.ts";
import { any, i32, type Operand, type Routine, select } from "../../formats/wasm-expression.ts";
import { setWorkspace, workspace } from "./state.ts";

/** In the low half of an entry. */
export const P = 1;
export const RW = 2;
export const US = 4;
export const A = 0x20;
export const D = 0x40;
export const PS = 0x80;

/** Error code of #PF: P, W/R, U/S. */
export const PRESENT = 1;
const WRITE = 2;
const USER = 4;

/** What a walk gives instead of an address: a page fault, whose error code is in `Workspace.walkError`. */
export const PAGE_FAULT = -1;

export const mode = (bit: number): Operand => i32.and(workspace(Workspace.translation), bit);

/** An access: 1 for writing, 1 for ring 3, the bank. */
export interface Wish {
  readonly write: Local;
  readonly user: Local;
  readonly bank: Local;
}

/** Returns from the walk with the fault. */
export function pageFault(r: Routine, { write, user }: Wish, errorCode: Operand): void {
  const asked = i32.or(select(write, WRITE, 0), select(user, USER, 0));
  setWorkspace(r, Workspace.walkError, i32.or(errorCode, asked));
  r.return(PAGE_FAULT);
}

/** What the R/W and U/S bits of all levels, one AND the other, give and deny. The locals are the caller's to release. */
export function judge(r: Routine, { write, user, bank }: Wish, rights: Operand) {
  const userPage = r.i32(i32.ne(i32.and(rights, US), 0));
  const protects = i32.or(user, i32.ne(mode(TranslationMode.writeProtect), 0));
  const writable = r.i32(i32.or(i32.ne(i32.and(rights, RW), 0), i32.eqz(protects)));
  const denied = any(
    i32.and(user, i32.eqz(userPage)),
    i32.and(userPage, i32.eq(bank, TlbBank.supervisorNoUser)),
    i32.and(write, i32.eqz(writable)),
  );
  return { userPage, writable, denied };
}
