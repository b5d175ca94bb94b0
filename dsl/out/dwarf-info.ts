/**
 * The debug information of an assembled object (DWARF 5: .debug_info, .debug_abbrev, .debug_str, .debug_rnglists): one
 * compilation unit that covers its code sections, and in it one entry per function. Enough for a debugger to find the
 * source line of an address, break at a line or a function, and name the function an address lies in.
 */
import {
  DW_AT_decl_file,
  DW_AT_decl_line,
  DW_AT_external,
  DW_AT_high_pc,
  DW_AT_language,
  DW_AT_low_pc,
  DW_AT_name,
  DW_AT_producer,
  DW_AT_ranges,
  DW_AT_stmt_list,
  DW_CHILDREN_no,
  DW_CHILDREN_yes,
  DW_FORM,
  DW_LANG_Mips_Assembler,
  DW_RLE_end_of_list,
  DW_RLE_start_length,
  DW_TAG_compile_unit,
  DW_TAG_subprogram,
  DW_UT_compile,
} from "../../emulator/formats/dwarf.ts";
import { writeLineTable } from "./dwarf-line.ts";
import { Label } from "./expression.ts";
import type { ObjectFile, ObjectSection, ObjectSymbol, Place } from "./object.ts";
import { SectionBuilder, StringSection } from "./section-builder.ts";

const producer = "Cor assembler";

const unitCode = 1;
const functionCode = 2;
const globalFunctionCode = 3;

/** The object with debug sections added; the same object if no instruction's source is known. */
export function withDebugInfo(object: ObjectFile): ObjectFile {
  const code = object.sections.flatMap((section, index) => (section.lines.length ? [{ section, index }] : []));
  if (code.length === 0) return object;
  const functions = object.symbols.filter(({ type, label }) => type === "function" && label);
  const files = [
    ...new Set([...code.flatMap(({ section }) => section.lines), ...functions].map(({ site }) => site.file)),
  ];

  const places = new Map<Label, Place>(object.places);
  const sections: ObjectSection[] = [...object.sections];
  const startOf = new Map<string, Label>();
  /** A label at the start of section number `index`. */
  const label = (name: string, index: number) => {
    const start = new Label(`.start of ${name}`);
    places.set(start, { section: index, offset: 0 });
    startOf.set(name, start);
    return start;
  };
  const names = [".debug_info", ".debug_abbrev", ".debug_str", ".debug_line", ".debug_rnglists"];
  for (const [i, name] of names.entries()) label(name, sections.length + i);
  const start = (name: string) => startOf.get(name)!;

  const strings = new StringSection(".debug_str", start(".debug_str"));
  const lines = new SectionBuilder(".debug_line");
  const ranges = new SectionBuilder(".debug_rnglists");
  const sequences = code.map(({ section, index }) => ({
    start: label(section.name, index),
    size: section.size,
    rows: section.lines,
  }));
  writeLineTable(lines, files, sequences);
  writeRanges(ranges, sequences);

  const info = new SectionBuilder(".debug_info");
  const endUnit = info.lengthPrefix();
  info.u16(5);
  info.u8(DW_UT_compile);
  info.u8(8); // address_size
  info.reference(4, start(".debug_abbrev"));
  info.uleb(unitCode);
  info.reference(4, strings.reference(producer));
  info.u16(DW_LANG_Mips_Assembler);
  info.reference(4, strings.reference(object.name));
  info.reference(4, start(".debug_line"));
  info.u64(0n); // low_pc: what offsets in the range list count from
  info.reference(4, start(".debug_rnglists").plus(rangesHeaderSize));
  for (const symbol of functions) writeFunction(info, strings, symbol, files);
  info.uleb(0);
  endUnit();

  const built = [info, abbreviations(), strings.builder, lines, ranges].map((builder) => builder.finish());
  return { ...object, sections: [...sections, ...built], places };
}

/** Shapes of the entries. (7.5.3) */
function abbreviations(): SectionBuilder {
  const out = new SectionBuilder(".debug_abbrev");
  const shape = (code: number, tag: number, children: number, attributes: readonly (readonly [number, number])[]) => {
    out.uleb(code);
    out.uleb(tag);
    out.u8(children);
    for (const [attribute, form] of [...attributes, [0, 0]] as const) {
      out.uleb(attribute);
      out.uleb(form);
    }
  };
  shape(unitCode, DW_TAG_compile_unit, DW_CHILDREN_yes, [
    [DW_AT_producer, DW_FORM.strp],
    [DW_AT_language, DW_FORM.data2],
    [DW_AT_name, DW_FORM.strp],
    [DW_AT_stmt_list, DW_FORM.sec_offset],
    [DW_AT_low_pc, DW_FORM.addr],
    [DW_AT_ranges, DW_FORM.sec_offset],
  ]);
  const functionAttributes = [
    [DW_AT_name, DW_FORM.strp],
    [DW_AT_decl_file, DW_FORM.udata],
    [DW_AT_decl_line, DW_FORM.udata],
    [DW_AT_low_pc, DW_FORM.addr],
    [DW_AT_high_pc, DW_FORM.data8],
  ] as const;
  shape(functionCode, DW_TAG_subprogram, DW_CHILDREN_no, functionAttributes);
  shape(globalFunctionCode, DW_TAG_subprogram, DW_CHILDREN_no, [
    ...functionAttributes,
    [DW_AT_external, DW_FORM.flag_present],
  ]);
  out.uleb(0);
  return out;
}

function writeFunction(
  info: SectionBuilder,
  strings: StringSection,
  symbol: ObjectSymbol,
  files: readonly string[],
): void {
  info.uleb(symbol.global ? globalFunctionCode : functionCode);
  info.reference(4, strings.reference(symbol.name));
  info.uleb(Math.max(files.indexOf(symbol.site.file), 0));
  info.uleb(symbol.site.line);
  info.reference(8, symbol.label!);
  info.u64(BigInt(symbol.size));
}

/** unit_length, version, address_size, segment_selector_size, offset_entry_count. (7.28) */
const rangesHeaderSize = 12;

function writeRanges(out: SectionBuilder, ranges: readonly { readonly start: Label; readonly size: number }[]): void {
  const end = out.lengthPrefix();
  out.u16(5);
  out.u8(8);
  out.u8(0);
  out.u32(0);
  for (const { start, size } of ranges) {
    out.u8(DW_RLE_start_length);
    out.reference(8, start);
    out.uleb(size);
  }
  out.u8(DW_RLE_end_of_list);
  end();
}
