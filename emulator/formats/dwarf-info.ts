/**
 * Reads debugging information entries (.debug_info; DWARF versions 2 to 5, chapters 2 and 7.5): the tree of units,
 * functions, variables and types, one entry at a time, with strings and addresses looked up.
 */
import {
  DW_AT_abstract_origin,
  DW_AT_addr_base,
  DW_AT_high_pc,
  DW_AT_linkage_name,
  DW_AT_low_pc,
  DW_AT_name,
  DW_AT_specification,
  DW_AT_str_offsets_base,
  DW_CHILDREN_no,
  DW_FORM,
  DW_TAG_subprogram,
  DW_UT_skeleton,
  DW_UT_split_compile,
  DW_UT_split_type,
  DW_UT_type,
  DwarfError,
} from "./dwarf.ts";
import { Cursor, type DebugSections, type RawValue, readForm, Strings, type UnitFormat } from "./dwarf-cursor.ts";

/** Compilers write about twenty. */
const mostAttributes = 64;

/** A unit's header, and what its root entry says about bases. */
export interface Unit extends UnitFormat {
  /** Offset of the unit in .debug_info, and of the byte after it. */
  readonly start: number;
  readonly end: number;
  /** Offset of the root entry. */
  readonly firstEntry: number;
  readonly abbreviations: ReadonlyMap<number, Abbreviation>;
  /** Where indexes into .debug_str_offsets and .debug_addr count from. */
  readonly stringOffsetsBase: number;
  readonly addressBase: number;
}

interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly { readonly name: number; readonly form: number; readonly implicit: number }[];
}

/** An attribute's value: constants and section offsets are numbers (bigints only if not exact as such), addresses bigints. */
export type AttributeValue = number | bigint | string | boolean | Uint8Array | Reference;

/** Another entry, by its offset in .debug_info. */
export class Reference {
  readonly offset: number;
  constructor(offset: number) {
    this.offset = offset;
  }
}

export interface Entry {
  /** In .debug_info. */
  readonly offset: number;
  /** 0 for a unit's root. */
  readonly depth: number;
  /** DW_TAG_… */
  readonly tag: number;
  /** DW_AT_… → value. */
  readonly attributes: ReadonlyMap<number, AttributeValue>;
}

export interface FunctionRange {
  readonly name: string;
  readonly address: bigint;
  /** Bytes. */
  readonly size: bigint;
}

export class DebugInfo {
  private readonly sections: DebugSections;
  private readonly strings: Strings;
  private readonly lineStrings: Strings;
  private readonly abbreviations = new Map<number, ReadonlyMap<number, Abbreviation>>();
  private unitList: readonly Unit[] | null = null;
  private abbreviationBytes = 0;

  constructor(sections: DebugSections) {
    this.sections = sections;
    this.strings = new Strings(sections.str);
    this.lineStrings = new Strings(sections.lineStr);
  }

  /** All units. Throws DwarfError if the chain of headers is broken. */
  get units(): readonly Unit[] {
    return (this.unitList ??= this.readUnits());
  }

  /** The entries of a unit in the order of the file, children after their parent. Throws DwarfError on damage. */
  *entries(unit: Unit): Iterable<Entry> {
    const cursor = new Cursor(this.sections.info, unit.firstEntry, unit.end);
    let depth = 0;
    while (cursor.at < cursor.end) {
      const read = this.readEntry(cursor, unit, depth);
      if (read === null) {
        if (--depth <= 0) return;
        continue;
      }
      yield read.entry;
      if (read.hasChildren) depth++;
      else if (depth === 0) return;
    }
  }

  /** The entry a reference leads to. */
  entryAt(reference: Reference): Entry {
    const { offset } = reference;
    const { units } = this;
    let low = 0;
    let high = units.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (units[middle]!.end <= offset) low = middle + 1;
      else high = middle;
    }
    const unit = units[low];
    const inside = unit !== undefined && offset >= unit.firstEntry;
    const read = inside ? this.readEntry(new Cursor(this.sections.info, offset, unit.end), unit, 0) : null;
    if (read === null) throw new DwarfError(`no entry at 0x${offset.toString(16)}`);
    return read.entry;
  }

  /** Name of an entry, asking the entries it specifies or is an instance of. (3.3.8, 3.3.3) */
  nameOf(entry: Entry): string | null {
    let it = entry;
    for (let hops = 0; hops < 8; hops++) {
      const name = it.attributes.get(DW_AT_name) ?? it.attributes.get(DW_AT_linkage_name);
      if (typeof name === "string") return name;
      const next = it.attributes.get(DW_AT_specification) ?? it.attributes.get(DW_AT_abstract_origin);
      if (!(next instanceof Reference)) return null;
      it = this.entryAt(next);
    }
    return null;
  }

  /** Every function with code in one piece, with its address range. */
  *functions(): Iterable<FunctionRange> {
    for (const unit of this.units) {
      for (const entry of this.entries(unit)) {
        if (entry.tag !== DW_TAG_subprogram) continue;
        const address = entry.attributes.get(DW_AT_low_pc);
        const high = entry.attributes.get(DW_AT_high_pc);
        if (typeof address !== "bigint" || (typeof high !== "number" && typeof high !== "bigint")) continue;
        // An address is the end, a constant is the size. (2.17.2)
        const size = typeof high === "bigint" ? high - address : BigInt(high);
        yield { name: this.nameOf(entry) ?? "", address, size };
      }
    }
  }

  private readUnits(): Unit[] {
    const cursor = new Cursor(this.sections.info);
    const units: Unit[] = [];
    while (cursor.at < cursor.end) {
      const start = cursor.at;
      const { cursor: body, offsetSize } = cursor.unit();
      const unit = this.readUnit(start, body, offsetSize);
      if (unit) units.push(unit);
    }
    return units;
  }

  /** The header (7.5.1); null for a version nobody here knows. */
  private readUnit(start: number, cursor: Cursor, offsetSize: 4 | 8): Unit | null {
    const version = cursor.u16();
    if (version < 2 || version > 5) return null;
    let abbreviationOffset: number;
    let addressSize: number;
    if (version >= 5) {
      const type = cursor.u8();
      addressSize = cursor.u8();
      abbreviationOffset = cursor.offset(offsetSize);
      if (type === DW_UT_skeleton || type === DW_UT_split_compile) cursor.skip(8);
      if (type === DW_UT_type || type === DW_UT_split_type) cursor.skip(8 + offsetSize);
    } else {
      abbreviationOffset = cursor.offset(offsetSize);
      addressSize = cursor.u8();
    }
    const abbreviations = this.abbreviationsAt(abbreviationOffset);
    const format = { offsetSize, addressSize, version, start, end: cursor.end, firstEntry: cursor.at, abbreviations };
    // Without the attributes, the bases point behind a single table's header. (7.26, 7.27)
    const provisional = { ...format, stringOffsetsBase: 2 * offsetSize, addressBase: 2 * offsetSize };
    const root = cursor.at < cursor.end ? this.rawRoot(provisional) : new Map<number, RawValue>();
    const base = (name: number) => {
      const value = root.get(name);
      return value?.kind === "number" ? value.value : 2 * offsetSize;
    };
    return { ...format, stringOffsetsBase: base(DW_AT_str_offsets_base), addressBase: base(DW_AT_addr_base) };
  }

  private rawRoot(unit: Unit): Map<number, RawValue> {
    const cursor = new Cursor(this.sections.info, unit.firstEntry, unit.end);
    const abbreviation = unit.abbreviations.get(cursor.uleb());
    const values = new Map<number, RawValue>();
    for (const { name, form, implicit } of abbreviation?.attributes ?? []) {
      values.set(name, readForm(cursor, form, unit, implicit));
    }
    return values;
  }

  /** An entry, or null for the mark that ends a list of children. */
  private readEntry(cursor: Cursor, unit: Unit, depth: number): { entry: Entry; hasChildren: boolean } | null {
    const offset = cursor.at;
    const code = cursor.uleb();
    if (code === 0) return null;
    const abbreviation = unit.abbreviations.get(code);
    if (!abbreviation) throw new DwarfError(`entry at 0x${offset.toString(16)} has an unknown abbreviation ${code}`);
    const attributes = new Map<number, AttributeValue>();
    for (const { name, form, implicit } of abbreviation.attributes) {
      attributes.set(name, this.resolve(readForm(cursor, form, unit, implicit), unit));
    }
    return { entry: { offset, depth, tag: abbreviation.tag, attributes }, hasChildren: abbreviation.hasChildren };
  }

  private resolve(raw: RawValue, unit: Unit): AttributeValue {
    switch (raw.kind) {
      case "str":
        return this.strings.at(raw.value);
      case "lineStr":
        return this.lineStrings.at(raw.value);
      case "strx": {
        const at = unit.stringOffsetsBase + raw.value * unit.offsetSize;
        return this.strings.at(new Cursor(this.sections.strOffsets, at).offset(unit.offsetSize));
      }
      case "addrx":
        return new Cursor(this.sections.addr, unit.addressBase + raw.value * unit.addressSize).address(
          unit.addressSize,
        );
      case "unitReference":
        return new Reference(unit.start + raw.value);
      case "infoReference":
        return new Reference(raw.value);
      case "wide":
        return raw.value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(raw.value) : raw.value;
      default:
        return raw.value;
    }
  }

  private abbreviationsAt(offset: number): ReadonlyMap<number, Abbreviation> {
    const known = this.abbreviations.get(offset);
    if (known) return known;
    const cursor = new Cursor(this.sections.abbrev, offset);
    const table = readAbbreviations(cursor);
    // Tables do not overlap, so all of them together are no longer than the section.
    this.abbreviationBytes += cursor.at - offset;
    if (this.abbreviationBytes > 4 * this.sections.abbrev.length) throw new DwarfError("abbreviation tables overlap");
    this.abbreviations.set(offset, table);
    return table;
  }
}

/** The shapes of entries (7.5.3), by code. */
function readAbbreviations(cursor: Cursor): ReadonlyMap<number, Abbreviation> {
  const table = new Map<number, Abbreviation>();
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== DW_CHILDREN_no;
    const attributes: { name: number; form: number; implicit: number }[] = [];
    for (;;) {
      const name = cursor.uleb();
      const form = cursor.uleb();
      const implicit = form === DW_FORM.implicit_const ? cursor.sleb() : 0;
      if (name === 0 && form === 0) break;
      // Attributes may take no bytes in an entry; their number bounds the work of reading one.
      if (attributes.length >= mostAttributes) throw new DwarfError(`abbreviation ${code} has too many attributes`);
      attributes.push({ name, form, implicit });
    }
    table.set(code, { tag, hasChildren, attributes });
  }
  return table;
}
