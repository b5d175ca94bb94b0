/**
 * The line number table (.debug_line, DWARF 5, 6.2): which source line each address comes from.
 *
 * One sequence per code section. Rows are encoded with special opcodes where they reach; files are relative to the
 * project's root, which is directory 0 and has no name (nor has the unit a DW_AT_comp_dir), so that the bytes do not
 * depend on where the project lies, and tools print the plain relative path.
 */
import {
  DW_FORM,
  DW_LNCT_directory_index,
  DW_LNCT_path,
  DW_LNE_end_sequence,
  DW_LNE_set_address,
  DW_LNS_advance_line,
  DW_LNS_advance_pc,
  DW_LNS_copy,
  DW_LNS_set_column,
  DW_LNS_set_file,
  standardOpcodeLengths,
} from "../../emulator/formats/dwarf.ts";
import type { Label } from "./expression.ts";
import type { LineRow } from "./object.ts";
import type { SectionBuilder } from "./section-builder.ts";

/** Lines of one section; `start` is a label at its first byte. */
export interface LineSequence {
  readonly start: Label;
  /** Bytes the sequence covers. */
  readonly size: number;
  /** By ascending offset. */
  readonly rows: readonly LineRow[];
}

/** Special opcodes cover line advances from lineBase to lineBase + lineRange - 1. (6.2.5.1) */
const lineBase = -5;
const lineRange = 14;
const opcodeBase = standardOpcodeLengths.length + 1;

/** Appends one line table. `files[0]` is the unit's primary file. */
export function writeLineTable(
  out: SectionBuilder,
  files: readonly string[],
  sequences: readonly LineSequence[],
): void {
  const endUnit = out.lengthPrefix();
  out.u16(5);
  out.u8(8); // address_size
  out.u8(0); // segment_selector_size
  const endHeader = out.lengthPrefix();
  out.u8(1); // minimum_instruction_length
  out.u8(1); // maximum_operations_per_instruction
  out.u8(1); // default_is_stmt
  out.u8(lineBase & 0xff);
  out.u8(lineRange);
  out.u8(opcodeBase);
  for (const length of standardOpcodeLengths) out.u8(length);
  out.u8(1);
  out.uleb(DW_LNCT_path);
  out.uleb(DW_FORM.string);
  out.uleb(1);
  out.string("");
  out.u8(2);
  out.uleb(DW_LNCT_path);
  out.uleb(DW_FORM.string);
  out.uleb(DW_LNCT_directory_index);
  out.uleb(DW_FORM.udata);
  out.uleb(files.length);
  for (const file of files) {
    out.string(file);
    out.uleb(0);
  }
  endHeader();
  const fileIndex = new Map(files.map((file, index) => [file, index]));
  for (const sequence of sequences) writeSequence(out, sequence, fileIndex);
  endUnit();
}

function writeSequence(
  out: SectionBuilder,
  { start, size, rows }: LineSequence,
  files: ReadonlyMap<string, number>,
): void {
  out.u8(0);
  out.uleb(9);
  out.u8(DW_LNE_set_address);
  out.reference(8, start);
  // The state machine's registers at the start of a sequence. (6.2.2)
  let offset = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  for (const { offset: at, site } of rows) {
    const index = files.get(site.file) ?? 0;
    if (index !== file) {
      out.u8(DW_LNS_set_file);
      out.uleb((file = index));
    }
    if (site.column !== column) {
      out.u8(DW_LNS_set_column);
      out.uleb((column = site.column));
    }
    writeAdvance(out, at - offset, site.line - line);
    offset = at;
    line = site.line;
  }
  out.u8(DW_LNS_advance_pc);
  out.uleb(size - offset);
  out.u8(0);
  out.uleb(1);
  out.u8(DW_LNE_end_sequence);
}

/** Moves address and line and appends a row. */
function writeAdvance(out: SectionBuilder, addressAdvance: number, lineAdvance: number): void {
  if (lineAdvance < lineBase || lineAdvance >= lineBase + lineRange) {
    out.u8(DW_LNS_advance_line);
    out.sleb(lineAdvance);
    lineAdvance = 0;
  }
  const special = lineAdvance - lineBase + lineRange * addressAdvance + opcodeBase;
  if (special <= 255) {
    out.u8(special);
    return;
  }
  out.u8(DW_LNS_advance_pc);
  out.uleb(addressAdvance);
  if (lineAdvance === 0) out.u8(DW_LNS_copy);
  else out.u8(lineAdvance - lineBase + opcodeBase);
}
