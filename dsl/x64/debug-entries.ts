/**
 * Writes the tree of .debug_info entries (DWARF 5, 7.5): each entry names its shape by a number, and the shapes
 * (.debug_abbrev) are collected as they occur.
 */
import { DW_CHILDREN_no, DW_CHILDREN_yes, DW_FORM } from "../../emulator/formats/dwarf.ts";
import type { Expression, Label } from "../out/expression.ts";
import type { Place } from "../out/object.ts";
import { SectionBuilder, type StringSection } from "../out/section-builder.ts";

export interface Attribute {
  readonly attribute: number;
  readonly form: number;
  readonly write: (info: SectionBuilder) => void;
}

export class EntryWriter {
  readonly info = new SectionBuilder(".debug_info");
  readonly #strings: StringSection;
  readonly #places: Map<Label, Place>;
  readonly #section: number;
  readonly #shapes = new Map<string, { code: number; words: number[] }>();

  /** `section`: the number that .debug_info has among the object's sections. */
  constructor(strings: StringSection, places: Map<Label, Place>, section: number) {
    this.#strings = strings;
    this.#places = places;
    this.#section = section;
  }

  /** The next entry gets this label. */
  place(label: Label): void {
    this.#places.set(label, { section: this.#section, offset: this.info.length });
  }

  entry(tag: number, children: boolean, attributes: readonly Attribute[]): void {
    const words = [tag, children ? DW_CHILDREN_yes : DW_CHILDREN_no];
    for (const { attribute, form } of attributes) words.push(attribute, form);
    const key = words.join(" ");
    let shape = this.#shapes.get(key);
    if (shape === undefined) this.#shapes.set(key, (shape = { code: this.#shapes.size + 1, words }));
    this.info.uleb(shape.code);
    for (const { write } of attributes) write(this.info);
  }

  /** Ends the children of an entry. */
  end(): void {
    this.info.uleb(0);
  }

  abbreviations(): SectionBuilder {
    const out = new SectionBuilder(".debug_abbrev");
    for (const { code, words } of this.#shapes.values()) {
      out.uleb(code);
      out.uleb(words[0]!);
      out.u8(words[1]!);
      for (const word of words.slice(2)) out.uleb(word);
      out.uleb(0);
      out.uleb(0);
    }
    out.uleb(0);
    return out;
  }

  text(attribute: number, text: string): Attribute {
    return { attribute, form: DW_FORM.strp, write: (info) => info.reference(4, this.#strings.reference(text)) };
  }

  number(attribute: number, value: number): Attribute {
    return { attribute, form: DW_FORM.udata, write: (info) => info.uleb(value) };
  }

  signed(attribute: number, value: number): Attribute {
    return { attribute, form: DW_FORM.sdata, write: (info) => info.sleb(value) };
  }

  byte(attribute: number, value: number): Attribute {
    return { attribute, form: DW_FORM.data1, write: (info) => info.u8(value) };
  }

  half(attribute: number, value: number): Attribute {
    return { attribute, form: DW_FORM.data2, write: (info) => info.u16(value) };
  }

  flag(attribute: number): Attribute {
    return { attribute, form: DW_FORM.flag_present, write: () => {} };
  }

  /** Another entry, wherever it stands. */
  link(attribute: number, label: Label): Attribute {
    return { attribute, form: DW_FORM.ref_addr, write: (info) => info.reference(4, label) };
  }

  address(attribute: number, value: Expression): Attribute {
    return { attribute, form: DW_FORM.addr, write: (info) => info.reference(8, value) };
  }

  /** Address 0: what offsets in a unit's range list count from. */
  zero(attribute: number): Attribute {
    return { attribute, form: DW_FORM.addr, write: (info) => info.u64(0n) };
  }

  length(attribute: number, value: number): Attribute {
    return { attribute, form: DW_FORM.data8, write: (info) => info.u64(BigInt(value)) };
  }

  /** A place in another debug section. */
  offset(attribute: number, value: Expression): Attribute {
    return { attribute, form: DW_FORM.sec_offset, write: (info) => info.reference(4, value) };
  }

  /** An expression of bytes and addresses. */
  location(attribute: number, parts: readonly (number | Expression)[]): Attribute {
    return {
      attribute,
      form: DW_FORM.exprloc,
      write: (info) => {
        info.uleb(parts.reduce<number>((bytes, part) => bytes + (typeof part === "number" ? 1 : 8), 0));
        for (const part of parts) {
          if (typeof part === "number") info.u8(part);
          else info.reference(8, part);
        }
      },
    };
  }

  /** An expression of plain bytes. */
  bytes(attribute: number, bytes: readonly number[]): Attribute {
    return {
      attribute,
      form: DW_FORM.exprloc,
      write: (info) => {
        info.uleb(bytes.length);
        for (const byte of bytes) info.u8(byte);
      },
    };
  }
}
