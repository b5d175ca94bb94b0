/**
 * What a program is while it is being recorded: sections, each a list of items in the order they were written. Nothing
 * has an address yet; layout.ts gives every item its offset.
 */
import type { SegmentRegister } from "../../emulator/isa/registers.ts";
import type { Expression, Label } from "../out/expression.ts";
import type { Relocation, SectionFlags } from "../out/object.ts";
import type { Site } from "../out/site.ts";
import type { Form } from "./forms.ts";

export interface SectionOptions {
  /**
   * Some of "r", "w", "x", and "n" for a section without bytes of its own (.bss); "": only in the file, not in memory.
   * The default comes from the name.
   */
  readonly flags?: string;
  /** The address the section's first byte has when it runs; without it the linker chooses. */
  readonly address?: number | bigint;
  /** The (physical) address it is loaded at, when that is another. */
  readonly load?: number | bigint;
  /** Alignment in bytes, a power of two; `align` inside the section raises it. */
  readonly align?: number;
}

/** A section being recorded. `start` and `end` are labels; `size` their distance. */
export interface RecordedSection {
  readonly name: string;
  readonly flags: SectionFlags;
  readonly address: bigint | null;
  readonly load: bigint | null;
  readonly start: Label;
  readonly end: Label;
  readonly size: Expression;
  align: number;
  readonly items: Item[];
}

export type Item = DataItem | InstructionItem | AlignItem | SpaceItem | OrgItem | LabelItem;

/** Bytes, with fields in them that are filled once their value is known. */
export interface DataItem {
  readonly kind: "data";
  readonly bytes: Uint8Array;
  /** Offsets count within the item. */
  readonly fields: readonly Relocation[];
  readonly site: Site;
}

export interface InstructionItem {
  readonly kind: "instruction";
  /** Its encodings, the shortest first; more than one while values are not known. */
  readonly forms: readonly [Form, ...Form[]];
  readonly mode: 16 | 32 | 64;
  readonly site: Site;
}

/** What was written in front of an instruction: `a.rep`, `a.lock`, `a.o32`, `a.a16`, `a.seg(es)`. */
export interface Modifiers {
  readonly lock?: boolean;
  readonly repeat?: "rep" | "repne";
  readonly operandSize?: 16 | 32 | 64;
  readonly addressSize?: 16 | 32 | 64;
  readonly segment?: SegmentRegister;
}

/** Up to the next multiple of `align`, counted from the section's start. */
export interface AlignItem {
  readonly kind: "align";
  readonly align: number;
  /** The byte to fill with; null: no-operation instructions of the given mode. */
  readonly fill: number | null;
  readonly mode: 16 | 32 | 64;
}

export interface SpaceItem {
  readonly kind: "space";
  readonly count: number;
  readonly fill: number;
}

/** Up to a fixed offset from the section's start. */
export interface OrgItem {
  readonly kind: "org";
  readonly offset: number;
  readonly fill: number;
  readonly site: Site;
}

export interface LabelItem {
  readonly kind: "label";
  readonly label: Label;
  readonly site: Site;
}

/** What a symbol table says about a label. */
export interface RecordedSymbol {
  readonly label: Label;
  global: boolean;
  type: "none" | "function" | "object";
  /** Label after the last byte, for symbols with a size. */
  end: Label | null;
  /** The number that an absolute symbol is. */
  value: Expression | null;
  readonly site: Site;
}
