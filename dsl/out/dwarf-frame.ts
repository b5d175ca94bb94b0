/**
 * Unwinding tables (.debug_frame, DWARF 5, 6.4): for every instruction, where the caller's frame begins (the CFA) and
 * where the registers lie that the function has saved. The return address lies right below the CFA.
 */
import {
  DW_CFA_advance_loc,
  DW_CFA_advance_loc1,
  DW_CFA_advance_loc2,
  DW_CFA_advance_loc4,
  DW_CFA_def_cfa,
  DW_CFA_def_cfa_offset,
  DW_CFA_nop,
  DW_CFA_offset,
  DW_CFA_remember_state,
  DW_CFA_restore_state,
} from "../../emulator/formats/dwarf.ts";
import type { Label } from "./expression.ts";
import type { SectionBuilder } from "./section-builder.ts";

/** DWARF's numbers of RAX … R15 in the order of their encoding, and of the return address (System V ABI, figure 3.36). */
export const dwarfRegisters: readonly number[] = [0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15];
const returnAddress = 16;
const rsp = 7;

/** A change of the rules, in force from the offset on. */
export type FrameRule = { readonly offset: number } & (
  | { readonly kind: "cfa"; readonly fromRsp: number }
  /** The register (by its encoding) lies so many bytes below the CFA. */
  | { readonly kind: "saved"; readonly register: number; readonly below: number }
  | { readonly kind: "remember" }
  | { readonly kind: "restore" }
);

export interface FrameDescription {
  readonly start: Label;
  readonly size: number;
  /** By ascending offset. */
  readonly rules: readonly FrameRule[];
  /** Entered by the processor, not by a call: RIP, CS, RFLAGS, RSP and SS lie below the CFA. */
  readonly interrupt: boolean;
}

/** Appends the descriptions of functions and the common entries they begin with. `start`: a label at the section's own beginning. */
export function writeFrames(out: SectionBuilder, start: Label, functions: readonly FrameDescription[]): void {
  for (const interrupt of [false, true]) {
    const members = functions.filter((f) => f.interrupt === interrupt);
    if (members.length === 0) continue;
    const base = out.length;
    writeCommon(out, interrupt);
    for (const f of members) {
      const end = out.lengthPrefix();
      out.reference(4, start.plus(base));
      out.reference(8, f.start);
      out.u64(BigInt(f.size));
      writeRules(out, f.rules);
      pad(out);
      end();
    }
  }
}

/** "S" says that the frame was interrupted: its address is the next instruction's, not one behind a call. */
function writeCommon(out: SectionBuilder, interrupt: boolean): void {
  const end = out.lengthPrefix();
  out.u32(0xffff_ffff);
  out.u8(4); // version
  out.string(interrupt ? "S" : "");
  out.u8(8); // address_size
  out.u8(0); // segment_selector_size
  out.uleb(1); // code_alignment_factor
  out.sleb(-8); // data_alignment_factor
  out.uleb(returnAddress);
  out.u8(DW_CFA_def_cfa);
  out.uleb(rsp);
  out.uleb(interrupt ? 40 : 8);
  out.u8(DW_CFA_offset | returnAddress);
  out.uleb(interrupt ? 5 : 1);
  if (interrupt) {
    out.u8(DW_CFA_offset | rsp);
    out.uleb(2);
  }
  pad(out);
  end();
}

/** Entries are padded to whole words. */
function pad(out: SectionBuilder): void {
  while (out.length % 8 !== 0) out.u8(DW_CFA_nop);
}

function writeRules(out: SectionBuilder, rules: readonly FrameRule[]): void {
  let at = 0;
  for (const rule of rules) {
    const advance = rule.offset - at;
    if (advance > 0 && advance < 64) out.u8(DW_CFA_advance_loc | advance);
    else if (advance >= 0x10000) {
      out.u8(DW_CFA_advance_loc4);
      out.u32(advance);
    } else if (advance >= 0x100) {
      out.u8(DW_CFA_advance_loc2);
      out.u16(advance);
    } else if (advance > 0) {
      out.u8(DW_CFA_advance_loc1);
      out.u8(advance);
    }
    at = rule.offset;
    switch (rule.kind) {
      case "cfa":
        out.u8(DW_CFA_def_cfa_offset);
        out.uleb(rule.fromRsp);
        break;
      case "saved":
        out.u8(DW_CFA_offset | dwarfRegisters[rule.register]!);
        out.uleb(rule.below / 8);
        break;
      case "remember":
        out.u8(DW_CFA_remember_state);
        break;
      case "restore":
        out.u8(DW_CFA_restore_state);
        break;
    }
  }
}
