/**
 * The processor's state at a kernel's entry. The boot protocols agree on a flat machine: segments of 4 GiB from 0,
 * interrupts off, and either 32-bit protected mode without paging or 64-bit mode.
 */
import { Cr0, Cr4, Efer } from "../cpu/control-bits.ts";
import { Access, LDTR, type StateView, TR } from "../cpu/state.ts";
import { CS, DS, ES, FS, GS, SS } from "../isa/instruction.ts";

export interface EntryState {
  readonly mode: 32 | 64;
  /** RIP, also the linear address. */
  readonly ip: number;
  /** General registers that the protocol names, by their number (0 RAX … 7 RDI); the others are 0. */
  readonly general: Readonly<Record<number, number>>;
  /** Selectors of the flat segments; the protocols that leave them open get GRUB's usual ones. */
  readonly code: number;
  readonly data: number;
  /** A descriptor table that holds them, where the protocol asks for one. */
  readonly gdt: { readonly base: number; readonly limit: number } | null;
  /** Physical address of the PML4, for 64-bit mode. */
  readonly cr3: number;
}

export const EAX = 0;
export const EBX = 3;
export const ESI = 6;

/** Type 11, code, execute/read, accessed; type 3, data, read/write, accessed. */
const CODE = Access.code | Access.readable | Access.accessed | Access.nonSystem | Access.present | Access.granularity;
const DATA = Access.writable | Access.accessed | Access.nonSystem | Access.present | Access.granularity | Access.big;
/** Type 11: busy 32-bit TSS. */
const BUSY_TSS = 0xb | Access.present;
const LDT = 0x2 | Access.present;
const FLAT = 0xffff_ffff;

/** Puts a processor that was just reset into an entry state. The caller tells it that its mode changed. */
export function enter(state: StateView, { mode, ip, general, code, data, gdt, cr3 }: EntryState): void {
  const segment = (index: number, selector: number, limit: number, access: number): void => {
    state.set64("segmentBase", 0n, index);
    state.set32("segmentLimit", limit, index);
    state.set32("segmentAccess", access, index);
    state.set32("segmentSelector", selector, index);
  };
  segment(CS, code, FLAT, CODE | (mode === 64 ? Access.long : Access.big));
  for (const index of [ES, SS, DS, FS, GS]) segment(index, data, FLAT, DATA);
  segment(LDTR, 0, 0xffff, LDT);
  segment(TR, 0, 0x67, BUSY_TSS);
  state.set64("gdtrBase", BigInt(gdt?.base ?? 0));
  state.set32("gdtrLimit", gdt?.limit ?? 0xffff);
  state.set64("idtrBase", 0n);
  state.set32("idtrLimit", 0);

  for (let register = 0; register < 16; register++) state.set64("general", BigInt(general[register] ?? 0), register);
  state.set64("rip", BigInt(ip));
  state.set32("cpl", 0);
  state.set32("codeSize", mode);
  const cr0 = state.get64("cr0");
  if (mode === 32) {
    state.set64("cr0", cr0 | Cr0.PE);
    return;
  }
  state.set64("cr3", BigInt(cr3));
  state.set64("cr4", state.get64("cr4") | Cr4.PAE);
  state.set64("efer", state.get64("efer") | Efer.LME | Efer.LMA);
  state.set64("cr0", cr0 | Cr0.PE | Cr0.PG);
}
