/**
 * The language's types as a debugger sees them: integers under their own names, classes as structures, slices as pointer
 * and length, tagged unions as the union of their members. Types are written after the functions that mention them, and
 * refer to each other by labels, so that a class may point at itself.
 */
import {
  DW_AT_bit_size,
  DW_AT_byte_size,
  DW_AT_const_value,
  DW_AT_count,
  DW_AT_data_bit_offset,
  DW_AT_data_member_location,
  DW_AT_encoding,
  DW_AT_name,
  DW_AT_type,
  DW_ATE_boolean,
  DW_ATE_float,
  DW_ATE_signed,
  DW_ATE_unsigned,
  DW_TAG_array_type,
  DW_TAG_base_type,
  DW_TAG_enumeration_type,
  DW_TAG_enumerator,
  DW_TAG_member,
  DW_TAG_pointer_type,
  DW_TAG_structure_type,
  DW_TAG_subrange_type,
  DW_TAG_typedef,
  DW_TAG_union_type,
} from "../../emulator/formats/dwarf.ts";
import { roundUp, sizeOf, typeName } from "../check/intern.ts";
import type { Type } from "../check/types.ts";
import { Label } from "../out/expression.ts";
import type { EntryWriter } from "./debug-entries.ts";

/** What variables without a known type are shown as. */
const word: Type = { kind: "integer", bits: 64, signed: false, unit: null, enumeration: null };
const code: Type = { kind: "integer", bits: 32, signed: false, unit: null, enumeration: null };
const byte: Type = { kind: "integer", bits: 8, signed: false, unit: null, enumeration: null };

interface Member {
  readonly name: string;
  readonly type: Type;
  readonly offset: number;
  readonly bit?: { readonly shift: number; readonly width: number } | null;
}

export class TypeWriter {
  readonly #out: EntryWriter;
  readonly #labels = new Map<string, Label>();
  readonly #byIdentity = new Map<Type, Label>();
  readonly #waiting: { type: Type; label: Label }[] = [];

  constructor(out: EntryWriter) {
    this.#out = out;
  }

  /** The label of a type's entry, which is written later. */
  of(type: unknown): Label {
    const it = isType(type) ? type : word;
    const known = this.#byIdentity.get(it);
    if (known !== undefined) return known;
    const name = nameOf(it) ?? typeName(it);
    let label = this.#labels.get(name);
    if (label === undefined) {
      label = new Label();
      this.#labels.set(name, label);
      this.#waiting.push({ type: it, label });
    }
    this.#byIdentity.set(it, label);
    return label;
  }

  /** Writes all types that were asked for, and those they mention. */
  finish(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#out.place(next.label);
      this.#write(next.type);
    }
  }

  #write(type: Type): void {
    const out = this.#out;
    switch (type.kind) {
      case "integer":
        if (type.enumeration !== null) {
          out.entry(DW_TAG_enumeration_type, true, [
            out.text(DW_AT_name, nameOf(type)!),
            out.byte(DW_AT_byte_size, type.bits / 8),
            out.link(DW_AT_type, this.of({ ...type, unit: null, enumeration: null })),
          ]);
          for (const [name, value] of type.enumeration.members)
            out.entry(DW_TAG_enumerator, false, [
              out.text(DW_AT_name, name),
              out.signed(DW_AT_const_value, Number(value)),
            ]);
          out.end();
        } else if (type.unit !== null) {
          out.entry(DW_TAG_typedef, false, [
            out.text(DW_AT_name, nameOf(type)!),
            out.link(DW_AT_type, this.of({ ...type, unit: null })),
          ]);
        } else this.#base(nameOf(type)!, type.signed ? DW_ATE_signed : DW_ATE_unsigned, type.bits / 8);
        return;
      case "float":
        this.#base(`f${type.bits}`, DW_ATE_float, type.bits / 8);
        return;
      case "bool":
        this.#base("bool", DW_ATE_boolean, 1);
        return;
      case "symbol":
        this.#base("symbol", DW_ATE_unsigned, 2);
        return;
      case "bigEndian":
        this.#structure(nameOf(type)!, type.bits / 8, [{ name: "bigEndian", type: bytes(type.bits / 8), offset: 0 }]);
        return;
      case "pointer":
      case "user":
        if (type.to.kind === "void") out.entry(DW_TAG_pointer_type, false, [out.byte(DW_AT_byte_size, 8)]);
        else
          out.entry(DW_TAG_pointer_type, false, [out.byte(DW_AT_byte_size, 8), out.link(DW_AT_type, this.of(type.to))]);
        return;
      case "slice":
        this.#structure(nameOf(type)!, 16, [
          { name: "ptr", type: { kind: "pointer", to: type.of, nullable: false }, offset: 0 },
          { name: "length", type: word, offset: 8 },
        ]);
        return;
      case "array":
        out.entry(DW_TAG_array_type, true, [out.link(DW_AT_type, this.of(type.of))]);
        out.entry(DW_TAG_subrange_type, false, [out.number(DW_AT_count, type.length)]);
        out.end();
        return;
      case "class":
        this.#structure(type.name, type.bytes, type.fields);
        return;
      case "tagged":
        this.#members(
          DW_TAG_union_type,
          type.name,
          Math.max(...type.members.map((m) => m.bytes)),
          type.members.map((m) => ({ name: m.name, type: m, offset: 0 })),
        );
        return;
      case "result":
        this.#structure(nameOf(type) ?? "Res", sizeOf(type).bytes, [
          { name: "error", type: code, offset: 0 },
          ...(type.of.kind === "void"
            ? []
            : [{ name: "value", type: type.of, offset: roundUp(8, sizeOf(type.of).align) }]),
        ]);
        return;
      case "atomic":
      case "volatile":
      case "perCpu":
        out.entry(DW_TAG_typedef, false, [
          out.text(DW_AT_name, nameOf(type) ?? type.kind),
          out.link(DW_AT_type, this.of(type.of)),
        ]);
        return;
      case "function":
        out.entry(DW_TAG_pointer_type, false, [out.byte(DW_AT_byte_size, 8)]);
        return;
      default:
        this.#base("u64", DW_ATE_unsigned, 8);
    }
  }

  #base(name: string, encoding: number, size: number): void {
    const out = this.#out;
    out.entry(DW_TAG_base_type, false, [
      out.text(DW_AT_name, name),
      out.byte(DW_AT_encoding, encoding),
      out.byte(DW_AT_byte_size, size),
    ]);
  }

  #structure(name: string, size: number, members: readonly Member[]): void {
    this.#members(DW_TAG_structure_type, name, size, members);
  }

  #members(tag: number, name: string, size: number, members: readonly Member[]): void {
    const out = this.#out;
    out.entry(tag, true, [out.text(DW_AT_name, name), out.number(DW_AT_byte_size, size)]);
    for (const { name: member, type, offset, bit } of members) {
      const common = [out.text(DW_AT_name, member), out.link(DW_AT_type, this.of(type))];
      if (bit)
        out.entry(DW_TAG_member, false, [
          ...common,
          out.number(DW_AT_data_bit_offset, 8 * offset + bit.shift),
          out.number(DW_AT_bit_size, bit.width),
        ]);
      else out.entry(DW_TAG_member, false, [...common, out.number(DW_AT_data_member_location, offset)]);
    }
    out.end();
  }
}

const bytes = (length: number): Type => ({ kind: "array", of: byte, length });

function isType(type: unknown): type is Type {
  return typeof type === "object" && type !== null && "kind" in type;
}

/** Types of equal names are equal; null for those that have none. */
function nameOf(type: Type): string | null {
  switch (type.kind) {
    case "integer":
      return type.unit ?? type.enumeration?.name ?? `${type.signed ? "i" : "u"}${type.bits}`;
    case "float":
      return `f${type.bits}`;
    case "bool":
    case "symbol":
      return type.kind;
    case "bigEndian":
      return `be${type.bits}`;
    case "slice": {
      const of = nameOf(type.of);
      return type.text ? "string" : of === null ? null : `Slice<${of}>`;
    }
    case "pointer": {
      const to = nameOf(type.to);
      return to === null ? null : `Ptr<${to}>`;
    }
    case "user": {
      const to = nameOf(type.to);
      return to === null ? null : `User<${to}>`;
    }
    case "array": {
      const of = nameOf(type.of);
      return of === null ? null : `Arr<${of}, ${type.length}>`;
    }
    case "class":
      return type.name;
    case "tagged":
      return type.name;
    case "result": {
      const of = nameOf(type.of);
      return of === null ? null : `Res<${of}>`;
    }
    case "atomic":
    case "volatile":
    case "perCpu": {
      const of = nameOf(type.of);
      const wrapper = { atomic: "Atomic", volatile: "Vol", perCpu: "PerCpu" }[type.kind];
      return of === null ? null : `${wrapper}<${of}>`;
    }
    case "void":
      return "void";
    default:
      return null;
  }
}
