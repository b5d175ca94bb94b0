/**
 * Debug information of compiled functions (DWARF 5): lines, functions with what was inlined into them, variables with
 * their places, types, unwinding. One compilation unit for each object.
 */
import {
  DW_AT_abstract_origin,
  DW_AT_call_column,
  DW_AT_call_file,
  DW_AT_call_line,
  DW_AT_decl_file,
  DW_AT_decl_line,
  DW_AT_external,
  DW_AT_frame_base,
  DW_AT_high_pc,
  DW_AT_inline,
  DW_AT_language,
  DW_AT_location,
  DW_AT_low_pc,
  DW_AT_name,
  DW_AT_producer,
  DW_AT_prototyped,
  DW_AT_ranges,
  DW_AT_stmt_list,
  DW_AT_type,
  DW_LANG_C11,
  DW_LLE_end_of_list,
  DW_LLE_start_length,
  DW_OP_addr,
  DW_OP_breg0,
  DW_OP_call_frame_cfa,
  DW_OP_const8u,
  DW_OP_deref,
  DW_OP_fbreg,
  DW_OP_piece,
  DW_OP_reg0,
  DW_OP_regx,
  DW_OP_stack_value,
  DW_RLE_end_of_list,
  DW_RLE_start_length,
  DW_TAG_compile_unit,
  DW_TAG_formal_parameter,
  DW_TAG_inlined_subroutine,
  DW_TAG_lexical_block,
  DW_TAG_subprogram,
  DW_TAG_variable,
  DW_UT_compile,
} from "../../emulator/formats/dwarf.ts";
import type { IrGlobal } from "../ir/ssa.ts";
import { dwarfRegisters, writeFrames } from "../out/dwarf-frame.ts";
import { writeLineTable } from "../out/dwarf-line.ts";
import { type Expression, Label } from "../out/expression.ts";
import type { LineRow, Place as ObjectPlace, ObjectSection } from "../out/object.ts";
import { SectionBuilder, StringSection } from "../out/section-builder.ts";
import { EntryWriter } from "./debug-entries.ts";
import { type ScopeNode, scopesOf } from "./debug-scopes.ts";
import { TypeWriter } from "./debug-types.ts";
import type { FunctionCode } from "./emit.ts";
import type { Compiled } from "./function.ts";
import type { Place, Range, VariableLocation } from "./locations.ts";
import { XMM0 } from "./mir.ts";

const producer = "Cor";

export interface DebuggedFunction {
  readonly compiled: Compiled;
  readonly label: Label;
  readonly exported: boolean;
  /** Entered by the processor (entry.ts). */
  readonly interrupt: boolean;
}

/** A variable of a module, which lies at one address. */
export interface DebuggedGlobal {
  readonly global: IrGlobal;
  readonly label: Label;
}

/** A symbol as the sources say it: without the module, which is its file's name. */
function sourceName(symbol: string, file: string): string {
  const module = `${file.replace(/\.ts$/, "")}.`;
  return symbol.startsWith(module) ? symbol.slice(module.length) : symbol;
}

/** unit_length, version, address_size, segment_selector_size, offset_entry_count. (7.28, 7.29) */
const listHeaderSize = 12;

/**
 * The debug sections of an object. `first`: the number the first of them gets among the object's sections; `places`
 * takes the labels that stand in them; `labelOf` gives a symbol's label.
 */
export function debugSections(
  name: string,
  functions: readonly DebuggedFunction[],
  globals: readonly DebuggedGlobal[],
  first: number,
  places: Map<Label, ObjectPlace>,
  labelOf: (symbol: string) => Label,
): ObjectSection[] {
  return new DebugBuilder(name, functions, globals, first, places, labelOf).finish();
}

const names = ".debug_info .debug_abbrev .debug_str .debug_line .debug_rnglists .debug_loclists .debug_frame".split(
  " ",
);

class DebugBuilder {
  readonly #name: string;
  readonly #functions: readonly DebuggedFunction[];
  readonly #variablesOfModules: readonly DebuggedGlobal[];
  readonly #labelOf: (symbol: string) => Label;
  readonly #starts = new Map<string, Label>();
  readonly #strings: StringSection;
  readonly #entries: EntryWriter;
  readonly #types: TypeWriter;
  readonly #ranges = new SectionBuilder(".debug_rnglists");
  readonly #locations = new SectionBuilder(".debug_loclists");
  readonly #files: string[];
  /** Functions that were inlined somewhere, by name: their abstract entries. */
  readonly #abstract = new Map<string, { readonly label: Label; readonly file: string }>();

  constructor(
    name: string,
    functions: readonly DebuggedFunction[],
    globals: readonly DebuggedGlobal[],
    first: number,
    places: Map<Label, ObjectPlace>,
    labelOf: (symbol: string) => Label,
  ) {
    this.#name = name;
    this.#functions = functions;
    this.#variablesOfModules = globals;
    this.#labelOf = labelOf;
    names.forEach((section, k) => {
      const label = new Label();
      places.set(label, { section: first + k, offset: 0 });
      this.#starts.set(section, label);
    });
    this.#strings = new StringSection(".debug_str", this.#start(".debug_str"));
    this.#entries = new EntryWriter(this.#strings, places, first);
    this.#types = new TypeWriter(this.#entries);
    const files = new Set<string>();
    for (const { compiled } of functions) {
      files.add(compiled.source.site.file);
      for (const { origin } of compiled.code.lines) {
        files.add(origin.site.file);
        for (let up = origin.inlined; up !== null; up = up.at.inlined) files.add(up.at.site.file);
      }
      for (const { variable } of compiled.variables) files.add(variable.site.file);
    }
    for (const { global } of globals) files.add(global.site.file);
    files.delete("");
    this.#files = [...files];
  }

  #start(section: string): Label {
    return this.#starts.get(section)!;
  }

  #file(file: string): number {
    return Math.max(this.#files.indexOf(file), 0);
  }

  finish(): ObjectSection[] {
    const { info } = this.#entries;
    const lines = new SectionBuilder(".debug_line");
    const frames = new SectionBuilder(".debug_frame");
    writeLineTable(
      lines,
      this.#files,
      this.#functions.map(({ compiled: { code }, label }) => ({
        start: label,
        size: code.bytes.length,
        rows: lineRows(code),
      })),
    );
    writeFrames(
      frames,
      this.#start(".debug_frame"),
      this.#functions.map(({ compiled: { code }, label, interrupt }) => ({
        start: label,
        size: code.bytes.length,
        rules: code.rules,
        interrupt,
      })),
    );
    const endRanges = listHeader(this.#ranges);
    const endLocations = listHeader(this.#locations);
    const unitRanges = this.#rangeList(
      this.#functions.map(({ compiled: { code }, label }) => ({ label, from: 0, to: code.bytes.length })),
    );
    const endUnit = info.lengthPrefix();
    info.u16(5);
    info.u8(DW_UT_compile);
    info.u8(8); // address_size
    info.reference(4, this.#start(".debug_abbrev"));
    const out = this.#entries;
    out.entry(DW_TAG_compile_unit, true, [
      out.text(DW_AT_producer, producer),
      out.half(DW_AT_language, DW_LANG_C11),
      out.text(DW_AT_name, this.#files[0] ?? this.#name),
      out.offset(DW_AT_stmt_list, this.#start(".debug_line")),
      out.zero(DW_AT_low_pc),
      out.offset(DW_AT_ranges, unitRanges),
    ]);
    for (const it of this.#functions) this.#function(it);
    for (const [name, { label, file }] of this.#abstract) this.#abstractFunction(name, label, file);
    for (const it of this.#variablesOfModules) this.#global(it);
    this.#types.finish();
    out.end();
    endUnit();
    endRanges();
    endLocations();
    const built = [info, out.abbreviations(), this.#strings.builder, lines, this.#ranges, this.#locations, frames];
    return built.map((builder) => builder.finish());
  }

  #function({ compiled, label, exported }: DebuggedFunction): void {
    const { source, code, variables } = compiled;
    const out = this.#entries;
    out.entry(DW_TAG_subprogram, true, [
      out.text(DW_AT_name, sourceName(code.name, source.site.file)),
      out.number(DW_AT_decl_file, this.#file(source.site.file)),
      out.number(DW_AT_decl_line, source.site.line),
      out.flag(DW_AT_prototyped),
      ...(source.resultType === undefined ? [] : [out.link(DW_AT_type, this.#types.of(source.resultType))]),
      ...(exported ? [out.flag(DW_AT_external)] : []),
      out.address(DW_AT_low_pc, label),
      out.length(DW_AT_high_pc, code.bytes.length),
      out.bytes(DW_AT_frame_base, [DW_OP_call_frame_cfa]),
    ]);
    this.#scope(scopesOf(compiled), label);
    out.end();
  }

  /** What is in a scope: its variables, parameters first, then calls that were inlined and blocks. */
  #scope({ variables, inner }: ScopeNode, label: Label): void {
    const rank = (v: VariableLocation) => (v.variable.parameter > 0 ? v.variable.parameter : 1000);
    for (const v of variables.toSorted((a, b) => rank(a) - rank(b))) this.#variable(v, label);
    for (const node of inner) {
      if (node.ranges.length === 0) continue;
      if (node.call !== null) this.#inlined(node, node.call, label);
      else if (node.variables.length > 0) this.#block(node, label);
      else this.#scope(node, label);
    }
  }

  #block(node: ScopeNode, label: Label): void {
    const out = this.#entries;
    out.entry(DW_TAG_lexical_block, true, [
      out.offset(DW_AT_ranges, this.#rangeList(node.ranges.map((r) => ({ label, ...r })))),
    ]);
    this.#scope(node, label);
    out.end();
  }

  #variable({ variable, ranges, slot }: VariableLocation, label: Label): void {
    const out = this.#entries;
    const tag = variable.parameter > 0 ? DW_TAG_formal_parameter : DW_TAG_variable;
    const location =
      slot !== null && slot.kind === "frame"
        ? [out.bytes(DW_AT_location, [DW_OP_fbreg, ...sleb(slot.offset)])]
        : ranges === null || ranges.length === 0
          ? []
          : [out.offset(DW_AT_location, this.#locationList(ranges, label))];
    out.entry(tag, false, [
      out.text(DW_AT_name, variable.name),
      out.number(DW_AT_decl_file, this.#file(variable.site.file)),
      out.number(DW_AT_decl_line, variable.site.line),
      out.link(DW_AT_type, this.#types.of(variable.type)),
      ...location,
    ]);
  }

  #inlined(node: ScopeNode, { callee, file, at }: NonNullable<ScopeNode["call"]>, label: Label): void {
    const out = this.#entries;
    let abstract = this.#abstract.get(callee);
    if (abstract === undefined) this.#abstract.set(callee, (abstract = { label: new Label(), file }));
    out.entry(DW_TAG_inlined_subroutine, true, [
      out.link(DW_AT_abstract_origin, abstract.label),
      out.offset(DW_AT_ranges, this.#rangeList(node.ranges.map((r) => ({ label, ...r })))),
      out.number(DW_AT_call_file, this.#file(at.site.file)),
      out.number(DW_AT_call_line, at.site.line),
      out.number(DW_AT_call_column, at.site.column),
    ]);
    this.#scope(node, label);
    out.end();
  }

  #abstractFunction(name: string, label: Label, file: string): void {
    const out = this.#entries;
    const site = this.#functions.find((f) => f.compiled.source.name === name)?.compiled.source.site;
    out.place(label);
    out.entry(DW_TAG_subprogram, false, [
      out.text(DW_AT_name, sourceName(name, file)),
      ...(site === undefined
        ? []
        : [out.number(DW_AT_decl_file, this.#file(site.file)), out.number(DW_AT_decl_line, site.line)]),
      out.flag(DW_AT_prototyped),
      out.byte(DW_AT_inline, 1),
    ]);
  }

  #global({ global, label }: DebuggedGlobal): void {
    const out = this.#entries;
    out.entry(DW_TAG_variable, false, [
      out.text(DW_AT_name, sourceName(global.name, global.site.file)),
      out.number(DW_AT_decl_file, this.#file(global.site.file)),
      out.number(DW_AT_decl_line, global.site.line),
      out.link(DW_AT_type, this.#types.of(global.type)),
      ...(global.exported ? [out.flag(DW_AT_external)] : []),
      out.location(DW_AT_location, [DW_OP_addr, label]),
    ]);
  }

  #rangeList(ranges: readonly (Range & { readonly label: Label })[]): Expression {
    const at = this.#start(".debug_rnglists").plus(this.#ranges.length);
    for (const { label, from, to } of ranges) {
      this.#ranges.u8(DW_RLE_start_length);
      this.#ranges.reference(8, from === 0 ? label : label.plus(from));
      this.#ranges.uleb(to - from);
    }
    this.#ranges.u8(DW_RLE_end_of_list);
    return at;
  }

  /** Between two borders every piece of the variable has one place. */
  #locationList(ranges: Ranges, label: Label): Expression {
    const out = this.#locations;
    const at = this.#start(".debug_loclists").plus(out.length);
    for (const { from, to, here } of piecewise(ranges)) {
      const bytes: (number | Expression)[] = [];
      const whole = here.find((r) => r.piece === null);
      if (whole !== undefined) bytes.push(...this.#place(whole.place));
      else {
        let end = 0;
        for (const { piece, place } of here.sort((a, b) => a.piece!.offset - b.piece!.offset)) {
          if (piece!.offset < end) continue;
          if (piece!.offset > end) bytes.push(DW_OP_piece, ...uleb(piece!.offset - end));
          bytes.push(...this.#place(place), DW_OP_piece, ...uleb(piece!.bytes));
          end = piece!.offset + piece!.bytes;
        }
      }
      out.u8(DW_LLE_start_length);
      out.reference(8, label.plus(from));
      out.uleb(to - from);
      out.uleb(bytes.reduce((n: number, b) => n + (typeof b === "number" ? 1 : 8), 0));
      for (const b of bytes) {
        if (typeof b === "number") out.u8(b);
        else out.reference(8, b);
      }
    }
    out.u8(DW_LLE_end_of_list);
    return at;
  }

  #place(place: Place): (number | Expression)[] {
    switch (place.kind) {
      case "register": {
        if (place.register >= XMM0) return [DW_OP_regx, ...uleb(17 + place.register - XMM0)];
        const n = dwarfRegisters[place.register]!;
        return place.indirect ? [DW_OP_breg0 + n, 0] : [DW_OP_reg0 + n];
      }
      case "frame":
        return [DW_OP_fbreg, ...sleb(place.offset), ...(place.indirect ? [DW_OP_deref] : [])];
      case "constant": {
        const low = Number(BigInt.asUintN(32, place.value));
        const high = Number(BigInt.asUintN(32, place.value >> 32n));
        const bytes = [low, low >>> 8, low >>> 16, low >>> 24, high, high >>> 8, high >>> 16, high >>> 24];
        return [DW_OP_const8u, ...bytes.map((b) => b & 0xff), ...(place.indirect ? [] : [DW_OP_stack_value])];
      }
      case "symbol": {
        const value = this.#labelOf(place.symbol).plus(place.offset);
        return [DW_OP_addr, value, ...(place.indirect ? [] : [DW_OP_stack_value])];
      }
    }
  }
}

type Ranges = NonNullable<VariableLocation["ranges"]>;

/** Stretches of code in each of which every piece of a variable has one place, in order. */
function piecewise(ranges: Ranges): { from: number; to: number; here: Ranges[number][] }[] {
  const stretches: { from: number; to: number; here: Ranges[number][] }[] = [];
  if (ranges.every((r) => r.piece === null)) {
    for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
      const last = stretches.at(-1);
      if (last !== undefined && range.from <= last.to && samePlace(last.here[0]!.place, range.place))
        last.to = Math.max(last.to, range.to);
      else if (range.to > (last?.to ?? 0))
        stretches.push({ from: Math.max(range.from, last?.to ?? 0), to: range.to, here: [range] });
    }
    return stretches;
  }
  const borders = [...new Set(ranges.flatMap((r) => [r.from, r.to]))].sort((a, b) => a - b);
  for (let k = 0; k + 1 < borders.length; k++) {
    const [from, to] = [borders[k]!, borders[k + 1]!];
    const here = ranges.filter((r) => r.from <= from && r.to >= to);
    if (here.length > 0) stretches.push({ from, to, here });
  }
  return stretches;
}

/** Rows of a line table: where only the block changes, the line does not begin anew. */
export function lineRows({ lines }: FunctionCode): LineRow[] {
  const changed = lines.filter(({ origin: { site, inlined } }, k) => {
    const before = lines[k - 1]?.origin;
    return before?.site.line !== site.line || before.site.file !== site.file || before.inlined !== inlined;
  });
  return changed.map(({ offset, origin }) => ({ offset, site: origin.site }));
}

function samePlace(a: Place, b: Place): boolean {
  if (a.indirect !== b.indirect) return false;
  switch (a.kind) {
    case "register":
      return b.kind === "register" && a.register === b.register;
    case "frame":
      return b.kind === "frame" && a.offset === b.offset;
    case "constant":
      return b.kind === "constant" && a.value === b.value;
    case "symbol":
      return b.kind === "symbol" && a.symbol === b.symbol && a.offset === b.offset;
  }
}

function listHeader(out: SectionBuilder): () => void {
  const end = out.lengthPrefix();
  out.u16(5);
  out.u8(8);
  out.u8(0);
  out.u32(0);
  if (out.length !== listHeaderSize) throw new Error("a list does not stand at the start of its section");
  return end;
}

function uleb(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

function sleb(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    const last = (value === 0 && byte < 64) || (value === -1 && byte >= 64);
    bytes.push(last ? byte : byte | 0x80);
    if (last) return bytes;
  }
}
