/**
 * From a recorded program to an object: every item gets its offset, every instruction its form, every field a value or
 * a relocation.
 *
 * Relaxation starts with the shortest form everywhere and only ever grows: each round lays out the section, and an
 * instruction whose value does not fit its form takes the next one. What has grown never shrinks again, so the rounds
 * come to an end, with branches as short as this order of growing allows (the smallest solution, unless alignment padding
 * changes direction).
 */
import type { Label } from "../out/expression.ts";
import {
  fits,
  type Linear,
  type LineRow,
  type ObjectFile,
  type ObjectSection,
  type ObjectSymbol,
  type Place,
  type Relocation,
  type SectionEdge,
  simplify,
  store,
} from "../out/object.ts";
import { misfit } from "../out/relocate.ts";
import { nowhere, type Site, SourceError } from "../out/site.ts";
import type { Form, OpenField } from "./forms.ts";
import { fillWithNops } from "./nops.ts";
import type { InstructionItem, Item, RecordedSection, RecordedSymbol } from "./program.ts";

/** What layout needs of an Assembler. */
export interface RecordedProgram {
  readonly name: string;
  readonly sections: ReadonlyMap<string, RecordedSection>;
  readonly symbols: ReadonlyMap<Label, RecordedSymbol>;
  readonly externs: ReadonlySet<Label>;
}

/** Lays out all sections. Throws SourceError for labels that are nowhere, values that do not fit, origins that lie behind. */
export function layout(program: RecordedProgram): ObjectFile {
  const sections = [...program.sections.values()];
  const edges = new Map<Label, SectionEdge>();
  for (const { name, start, end } of sections) {
    edges.set(start, { section: name, edge: "start" });
    edges.set(end, { section: name, edge: "end" });
  }
  const places = new Map<Label, Place>();
  sections.forEach((section, index) => {
    for (const item of section.items) if (item.kind === "label") places.set(item.label, { section: index, offset: 0 });
  });
  for (const label of program.externs) {
    if (places.has(label)) throw new SourceError(nowhere, `label ${label} is declared extern and placed as well`);
  }
  const known = (label: Label, site: Site): Place | null => {
    const place = places.get(label);
    if (place) return place;
    if (!edges.has(label) && !program.externs.has(label)) {
      throw new SourceError(
        site,
        `label ${label} is used but never placed (declare it with extern if another object has it)`,
      );
    }
    return null;
  };
  const laidOut = sections.map((section, index) => new SectionLayout(section, index, places, known));
  for (const section of laidOut) section.relax();
  return {
    name: program.name,
    sections: laidOut.map((section) => section.finish()),
    symbols: objectSymbols(program, places),
    places,
    edges,
    externs: program.externs,
  };
}

class SectionLayout {
  private readonly section: RecordedSection;
  private readonly index: number;
  private readonly places: Map<Label, Place>;
  private readonly known: (label: Label, site: Site) => Place | null;
  /** By item: which of its forms an instruction has, and where the item begins. */
  private readonly chosen: Uint8Array;
  private readonly offsets: Float64Array;
  private size = 0;

  constructor(
    section: RecordedSection,
    index: number,
    places: Map<Label, Place>,
    known: (label: Label, site: Site) => Place | null,
  ) {
    this.section = section;
    this.index = index;
    this.places = places;
    this.known = known;
    this.chosen = new Uint8Array(section.items.length);
    this.offsets = new Float64Array(section.items.length);
  }

  /** Rounds of placing and growing until every form holds its values. */
  relax(): void {
    const { items } = this.section;
    do this.place();
    while (items.filter((item, i) => item.kind === "instruction" && this.grow(item, i)).length > 0);
  }

  finish(): ObjectSection {
    const { name, flags, align, address, load, items } = this.section;
    if (flags.nobits) this.refuseContents();
    const bytes = new Uint8Array(flags.nobits ? 0 : this.size);
    const relocations: Relocation[] = [];
    const lines: LineRow[] = [];
    items.forEach((item, i) => {
      const offset = this.offsets[i]!;
      if (flags.nobits) return;
      if (item.kind === "instruction") {
        const last = lines.at(-1)?.site;
        if (last?.line !== item.site.line || last.file !== item.site.file) lines.push({ offset, site: item.site });
        const form = item.forms[this.chosen[i]!]!;
        bytes.set(form.bytes, offset);
        for (const field of form.fields) {
          const relocation = this.toRelocation(field, offset, form.bytes.length, item.site);
          this.resolve(bytes, relocation, relocations);
        }
      } else if (item.kind === "data") {
        bytes.set(item.bytes, offset);
        for (const field of item.fields) this.resolve(bytes, { ...field, offset: offset + field.offset }, relocations);
      } else if (item.kind !== "label") {
        const end = this.offsets[i + 1] ?? this.size;
        if (item.fill !== null) bytes.fill(item.fill, offset, end);
        else if (item.kind === "align") fillWithNops(bytes, offset, end, item.mode);
      }
    });
    return { name, flags, align, address, load, bytes, size: this.size, relocations, lines };
  }

  /** One round: offsets of all items and labels with the forms as they are. */
  private place(): void {
    let offset = 0;
    this.section.items.forEach((item, i) => {
      this.offsets[i] = offset;
      if (item.kind === "label") this.places.set(item.label, { section: this.index, offset });
      offset += this.sizeOf(item, i, offset);
    });
    this.size = offset;
  }

  private sizeOf(item: Item, i: number, offset: number): number {
    switch (item.kind) {
      case "instruction":
        return item.forms[this.chosen[i]!]!.bytes.length;
      case "data":
        return item.bytes.length;
      case "label":
        return 0;
      case "space":
        return item.count;
      case "align":
        return (item.align - (offset % item.align)) % item.align;
      case "org":
        if (offset <= item.offset) return item.offset - offset;
        throw new SourceError(item.site, `org(${item.offset}): the section has already ${offset} bytes`);
    }
  }

  /** Takes the next form if some value does not fit this one; true if so. */
  private grow(item: InstructionItem, i: number): boolean {
    const form = item.forms[this.chosen[i]!]!;
    const isLast = this.chosen[i] === item.forms.length - 1;
    if (form.fields.length === 0) return false;
    if (form.fields.every((field) => this.holds(field, form, this.offsets[i]!, isLast, item))) return false;
    this.chosen[i]!++;
    return true;
  }

  private holds(field: OpenField, form: Form, offset: number, isLast: boolean, item: InstructionItem): boolean {
    const relocation = this.toRelocation(field, offset, form.bytes.length, item.site);
    const value = this.valueOf(relocation);
    if (isLast) {
      if (value !== null && !fits(field, value, field.relative)) throw misfit(relocation, value);
      return true;
    }
    if (value !== null) return fits(field, value, field.relative);
    // Left to the linker: a field as wide as addresses usually are in this mode.
    return field.size >= (item.mode === 16 ? 2 : 4);
  }

  private toRelocation(field: OpenField, offset: number, length: number, site: Site): Relocation {
    const { size, extendTo, signed, value, branch } = field;
    const relativeTo = field.relative ? offset + length : null;
    return { size, extendTo, signed, value, branch, offset: offset + field.offset, relativeTo, site };
  }

  /** Stores the value if it is known within the section, else keeps the relocation. */
  private resolve(bytes: Uint8Array, relocation: Relocation, relocations: Relocation[]): void {
    const value = this.valueOf(relocation);
    if (value === null) relocations.push(relocation);
    else if (fits(relocation, value, relocation.relativeTo !== null))
      store(bytes, relocation.offset, relocation.size, value);
    else throw misfit(relocation, value);
  }

  /** What is to be stored, if it does not depend on addresses. */
  private valueOf({ value, relativeTo, site }: Relocation): bigint | null {
    const linear = simplify(value, (label) => this.known(label, site));
    if (!linear) return null;
    if (relativeTo === null) return linear.terms.size === 0 ? linear.constant : null;
    return isOnly(linear, this.index) ? linear.constant - BigInt(relativeTo) : null;
  }

  private refuseContents(): void {
    const { name, items } = this.section;
    for (const item of items) {
      if (item.kind === "instruction" || (item.kind === "data" && item.bytes.length > 0)) {
        throw new SourceError(item.site, `section ${name} holds only zeros (space, align, labels)`);
      }
    }
  }
}

function isOnly({ terms }: Linear, section: number): boolean {
  return terms.size === 1 && terms.get(section) === 1n;
}

function objectSymbols(program: RecordedProgram, places: ReadonlyMap<Label, Place>): ObjectSymbol[] {
  const symbols: ObjectSymbol[] = [];
  for (const section of program.sections.values()) {
    for (const item of section.items) {
      if (item.kind !== "label") continue;
      const { label, site } = item;
      const recorded = program.symbols.get(label);
      if (!label.name || (label.name.startsWith(".") && !recorded?.global)) continue;
      const size = recorded?.end ? places.get(recorded.end)!.offset - places.get(label)!.offset : 0;
      const type = recorded?.type ?? "none";
      symbols.push({ name: label.name, label, value: null, type, global: recorded?.global ?? false, size, site });
    }
  }
  for (const { label, global, value, site } of program.symbols.values()) {
    if (value) symbols.push({ name: label.name, label: null, value, type: "none", global, size: 0, site });
    else if (global && !places.has(label)) {
      throw new SourceError(site, `label ${label} is declared global but never placed`);
    }
  }
  return symbols;
}
