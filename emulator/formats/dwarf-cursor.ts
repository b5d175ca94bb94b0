/**
 * Reading DWARF byte by byte: numbers, strings, units' headers and attribute forms (DWARF 5, 7.4 to 7.6), for the readers
 * of line tables and entries. Every read is checked; what lies outside throws a DwarfError.
 */
import { DW_FORM, DwarfError } from "./dwarf.ts";
import type { ElfFile } from "./elf-reader.ts";

/** The debug sections of one file; those that are missing are empty. */
export interface DebugSections {
  readonly info: Uint8Array;
  readonly abbrev: Uint8Array;
  readonly line: Uint8Array;
  readonly str: Uint8Array;
  readonly lineStr: Uint8Array;
  readonly strOffsets: Uint8Array;
  readonly addr: Uint8Array;
}

/** The debug sections of an executable. (Relocatable objects would have to be linked first.) Throws ElfError if one is unreadable. */
export function debugSections(elf: ElfFile): DebugSections {
  const bytes = (name: string) => {
    const section = elf.section(name);
    return section ? elf.sectionBytes(section) : new Uint8Array();
  };
  return {
    info: bytes(".debug_info"),
    abbrev: bytes(".debug_abbrev"),
    line: bytes(".debug_line"),
    str: bytes(".debug_str"),
    lineStr: bytes(".debug_line_str"),
    strOffsets: bytes(".debug_str_offsets"),
    addr: bytes(".debug_addr"),
  };
}

/** What sizes mean in a unit: 32- or 64-bit DWARF, addresses of 4 or 8 bytes. */
export interface UnitFormat {
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
  readonly version: number;
}

const utf8 = new TextDecoder();

/** LEB128 numbers of more bits are refused. */
const longestNumber = 2 ** 84;

export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  /** Reads stop here. */
  end: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    if (at > bytes.length || end > bytes.length) throw new DwarfError(`offset ${at} lies outside of its section`);
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }
  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }
  u24(): number {
    const low = this.u16();
    return low | (this.u8() << 16);
  }
  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }
  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  /** An address of `size` bytes. */
  address(size: number): bigint {
    if (size === 8) return this.u64();
    if (size === 4) return BigInt(this.u32());
    if (size === 2) return BigInt(this.u16());
    throw new DwarfError(`addresses of ${size} bytes`);
  }

  /** An offset or length of 32- or 64-bit DWARF; exact. */
  offset(size: 4 | 8): number {
    if (size === 4) return this.u32();
    const value = this.u64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DwarfError(`offset ${value} is absurd`);
    return Number(value);
  }

  /** Unsigned LEB128, exact up to 2^53; beyond that only large. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
      if (scale > longestNumber) throw new DwarfError("a LEB128 number without an end");
    }
  }

  /** Signed LEB128, likewise. */
  sleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return byte & 0x40 ? value - scale : value;
      if (scale > longestNumber) throw new DwarfError("a LEB128 number without an end");
    }
  }

  /** `count` bytes, as a view. */
  block(count: number): Uint8Array {
    const at = this.take(count);
    return this.bytes.subarray(at, at + count);
  }

  skip(count: number): void {
    this.take(count);
  }

  /** A null-terminated string. */
  string(): string {
    const zero = this.bytes.indexOf(0, this.at);
    if (zero < 0 || zero >= this.end) throw new DwarfError("a string without an end");
    const text = utf8.decode(this.bytes.subarray(this.at, zero));
    this.at = zero + 1;
    return text;
  }

  /**
   * The initial length of a unit (7.4): returns a cursor for the bytes it counts and leaves this one behind them.
   */
  unit(): { readonly cursor: Cursor; readonly offsetSize: 4 | 8 } {
    let length = this.u32();
    let offsetSize: 4 | 8 = 4;
    if (length === 0xffffffff) {
      offsetSize = 8;
      length = this.offset(8);
    } else if (length >= 0xfffffff0) throw new DwarfError(`reserved unit length 0x${length.toString(16)}`);
    const start = this.take(length);
    return { cursor: new Cursor(this.bytes, start, start + length), offsetSize };
  }

  private take(count: number): number {
    const at = this.at;
    if (!(count >= 0 && at + count <= this.end))
      throw new DwarfError(`reads beyond the end of its data at offset ${at}`);
    this.at = at + count;
    return at;
  }
}

/** String sections read by offset: each string once, all together bounded by a multiple of the section. */
export class Strings {
  private readonly bytes: Uint8Array;
  private readonly known = new Map<number, string>();
  private budget: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.budget = 16 * bytes.length;
  }

  at(offset: number): string {
    const known = this.known.get(offset);
    if (known !== undefined) return known;
    if (offset >= this.bytes.length) throw new DwarfError(`string offset ${offset} lies outside of its section`);
    const cursor = new Cursor(this.bytes, offset);
    const text = cursor.string();
    this.budget -= cursor.at - offset;
    if (this.budget < 0) throw new DwarfError("strings overlap beyond reason");
    this.known.set(offset, text);
    return text;
  }
}

/** What an attribute's form holds, before indexes are looked up. */
export type RawValue =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "wide"; readonly value: bigint }
  | { readonly kind: "address"; readonly value: bigint }
  | { readonly kind: "flag"; readonly value: boolean }
  | { readonly kind: "block"; readonly value: Uint8Array }
  | { readonly kind: "string"; readonly value: string }
  /** Offset into .debug_str or .debug_line_str */
  | { readonly kind: "str" | "lineStr"; readonly value: number }
  /** Index into .debug_str_offsets or .debug_addr */
  | { readonly kind: "strx" | "addrx"; readonly value: number }
  /** Offset of an entry, within the unit or within .debug_info */
  | { readonly kind: "unitReference" | "infoReference"; readonly value: number };

const F = DW_FORM;

/** Reads one attribute value (7.5.6). `implicit` is the abbreviation's constant for DW_FORM_implicit_const. */
export function readForm(cursor: Cursor, form: number, unit: UnitFormat, implicit = 0): RawValue {
  switch (form) {
    case F.addr:
      return { kind: "address", value: cursor.address(unit.addressSize) };
    case F.data1:
      return { kind: "number", value: cursor.u8() };
    case F.data2:
      return { kind: "number", value: cursor.u16() };
    case F.data4:
      return { kind: "number", value: cursor.u32() };
    case F.data8:
    case F.ref_sig8:
      return { kind: "wide", value: cursor.u64() };
    case F.data16:
      return { kind: "block", value: cursor.block(16) };
    case F.sdata:
      return { kind: "number", value: cursor.sleb() };
    case F.udata:
    case F.loclistx:
    case F.rnglistx:
      return { kind: "number", value: cursor.uleb() };
    case F.implicit_const:
      return { kind: "number", value: implicit };
    case F.block1:
      return { kind: "block", value: cursor.block(cursor.u8()) };
    case F.block2:
      return { kind: "block", value: cursor.block(cursor.u16()) };
    case F.block4:
      return { kind: "block", value: cursor.block(cursor.u32()) };
    case F.block:
    case F.exprloc:
      return { kind: "block", value: cursor.block(cursor.uleb()) };
    case F.string:
      return { kind: "string", value: cursor.string() };
    case F.strp:
      return { kind: "str", value: cursor.offset(unit.offsetSize) };
    case F.line_strp:
      return { kind: "lineStr", value: cursor.offset(unit.offsetSize) };
    case F.strx:
      return { kind: "strx", value: cursor.uleb() };
    case F.strx1:
      return { kind: "strx", value: cursor.u8() };
    case F.strx2:
      return { kind: "strx", value: cursor.u16() };
    case F.strx3:
      return { kind: "strx", value: cursor.u24() };
    case F.strx4:
      return { kind: "strx", value: cursor.u32() };
    case F.addrx:
      return { kind: "addrx", value: cursor.uleb() };
    case F.addrx1:
      return { kind: "addrx", value: cursor.u8() };
    case F.addrx2:
      return { kind: "addrx", value: cursor.u16() };
    case F.addrx3:
      return { kind: "addrx", value: cursor.u24() };
    case F.addrx4:
      return { kind: "addrx", value: cursor.u32() };
    case F.flag:
      return { kind: "flag", value: cursor.u8() !== 0 };
    case F.flag_present:
      return { kind: "flag", value: true };
    case F.sec_offset:
    case F.strp_sup:
      return { kind: "number", value: cursor.offset(unit.offsetSize) };
    case F.ref1:
      return { kind: "unitReference", value: cursor.u8() };
    case F.ref2:
      return { kind: "unitReference", value: cursor.u16() };
    case F.ref4:
      return { kind: "unitReference", value: cursor.u32() };
    case F.ref8:
      return { kind: "unitReference", value: cursor.offset(8) };
    case F.ref_udata:
      return { kind: "unitReference", value: cursor.uleb() };
    case F.ref_addr:
      // In DWARF 2 as wide as an address.
      return {
        kind: "infoReference",
        value: unit.version === 2 ? Number(cursor.address(unit.addressSize)) : cursor.offset(unit.offsetSize),
      };
    case F.ref_sup4:
      return { kind: "number", value: cursor.u32() };
    case F.ref_sup8:
      return { kind: "wide", value: cursor.u64() };
    case F.indirect: {
      const actual = cursor.uleb();
      if (actual === F.indirect || actual === F.implicit_const)
        throw new DwarfError("an indirect form that leads nowhere");
      return readForm(cursor, actual, unit);
    }
    default:
      throw new DwarfError(`unknown form 0x${form.toString(16)}`);
  }
}
