/**
 * The object format: what one assembled (later: compiled) unit hands to the linker, in memory. ELF is how it looks when
 * it is written to a file (elf-object.ts); nothing here is narrower than what the linker can resolve: a relocation
 * carries a whole expression, so that "upper half of the address of a label" needs no relocation type.
 */
import { calculate, type Expression, type Label } from "./expression.ts";
import type { Site } from "./site.ts";

/** What a section's memory allows, and what it is made of. */
export interface SectionFlags {
  /** Occupies memory when the program runs. Others (debug information) are only in the file. */
  readonly allocate: boolean;
  readonly write: boolean;
  readonly execute: boolean;
  /** Zeros that take no room in a file (.bss). */
  readonly nobits: boolean;
  /** ELF note records (SHT_NOTE, PT_NOTE). */
  readonly note: boolean;
}

export interface ObjectFile {
  /** Names the unit in messages and in the map. */
  readonly name: string;
  readonly sections: readonly ObjectSection[];
  readonly symbols: readonly ObjectSymbol[];
  /** Where every label of this object stands. */
  readonly places: ReadonlyMap<Label, Place>;
  /** Labels for the ends of whole output sections (all objects' parts together). */
  readonly edges: ReadonlyMap<Label, SectionEdge>;
  /** Labels that other objects define, by their names. */
  readonly externs: ReadonlySet<Label>;
}

export interface ObjectSection {
  readonly name: string;
  readonly flags: SectionFlags;
  /** Bytes, a power of two. */
  readonly align: number;
  /** Address and load address the section insists on, or null. */
  readonly address: bigint | null;
  readonly load: bigint | null;
  /** The contents; empty for nobits. */
  readonly bytes: Uint8Array;
  /** Bytes in memory. */
  readonly size: number;
  readonly relocations: readonly Relocation[];
  /** By ascending offset: from here on, the code comes from this place in the sources. */
  readonly lines: readonly LineRow[];
}

export interface LineRow {
  readonly offset: number;
  readonly site: Site;
}

/** A section of the same object, and the byte offset within it. */
export interface Place {
  readonly section: number;
  readonly offset: number;
}

export interface SectionEdge {
  readonly section: string;
  readonly edge: "start" | "end";
}

export interface ObjectSymbol {
  readonly name: string;
  readonly label: Label | null;
  /** Absolute symbols have a value instead of a label. */
  readonly value: Expression | null;
  readonly type: "none" | "function" | "object";
  readonly global: boolean;
  /** Other objects of the same link find it by its name, though it is not global. */
  readonly shared?: boolean;
  /** Bytes; 0 unknown. */
  readonly size: number;
  readonly site: Site;
  /**
   * For functions: bytes from RSP, where they call others, to their caller's RSP; "entry" where the processor came in and
   * a TrapFrame lies at RSP. Missing where nobody knows.
   */
  readonly frame?: number | "entry";
}

/** How a value is stored in a field, and when it fits. */
export interface FieldForm {
  /** Bytes of the field, little-endian. */
  readonly size: 1 | 2 | 4 | 8;
  /**
   * Bits the processor makes of the stored bytes, by sign extension when `signed`; a value fits when it comes out the
   * same, modulo 2^extendTo. Equal to 8 × size for plain data.
   */
  readonly extendTo: number;
  readonly signed: boolean;
}

/** A field whose value needs addresses. */
export interface Relocation extends FieldForm {
  /** Of the field within the section. */
  readonly offset: number;
  readonly value: Expression;
  /** The offset within the section that the stored value counts from (branch targets, RIP-relative), or null: absolute. */
  readonly relativeTo: number | null;
  /** Whether a branch, and no data access, goes to the value. */
  readonly branch: boolean;
  readonly site: Site;
}

/** Whether the value survives being stored. Distances may wrap once around the address space. */
export function fits(form: FieldForm, value: bigint, isDistance: boolean): boolean {
  const { size, extendTo, signed } = form;
  // Words and offsets of debug information, which most are.
  if (extendTo === 8 * size && value >= 0n && value < (size === 8 ? 1n << 64n : 1n << 32n) && size >= 4) return true;
  const span = 1n << BigInt(extendTo);
  if (value >= span || value < (isDistance ? -span + 1n : -(span >> 1n))) return false;
  const stored = signed ? BigInt.asIntN(8 * size, value) : BigInt.asUintN(8 * size, value);
  return BigInt.asUintN(extendTo, stored) === BigInt.asUintN(extendTo, value);
}

/** Stores a value that fits. */
export function store(bytes: Uint8Array, offset: number, size: number, value: bigint): void {
  for (let at = 0; at < size; at += 4) {
    const part = Number(BigInt.asUintN(32, at === 0 ? value : value >> 32n));
    for (let i = 0; i < 4 && at + i < size; i++) bytes[offset + at + i] = part >>> (8 * i);
  }
}

/** An expression as far as it is known without addresses: a constant, plus places counted so many times. */
export interface Linear {
  readonly constant: bigint;
  /** Section index or extern label → how often its address is added; no zeros. */
  readonly terms: ReadonlyMap<number | Label, bigint>;
}

/**
 * Folds an expression with what the object itself knows, labels of one section cancelling out. Null when it is not
 * linear in the addresses (shifted or masked addresses, physical addresses), so that only the linker can compute it.
 * `placeOf` gives a label's section and offset, or null for a label that is not of this object.
 */
export function simplify(value: Expression, placeOf: (label: Label) => Place | null): Linear | null {
  const { node } = value;
  switch (node.op) {
    case "constant":
      return { constant: node.value, terms: none };
    case "physical":
      return null;
    case "label": {
      const place = placeOf(node.label);
      if (!place) return { constant: 0n, terms: new Map([[node.label, 1n]]) };
      return { constant: BigInt(place.offset), terms: new Map([[place.section, 1n]]) };
    }
    default: {
      const left = simplify(node.left, placeOf);
      const right = simplify(node.right, placeOf);
      if (!left || !right) return null;
      if (node.op === "plus" || node.op === "minus") return add(left, right, node.op === "plus" ? 1n : -1n);
      if (left.terms.size || right.terms.size) return null;
      return { constant: calculate(node.op, left.constant, right.constant), terms: none };
    }
  }
}

const none: ReadonlyMap<number | Label, bigint> = new Map();

function add(left: Linear, right: Linear, sign: 1n | -1n): Linear {
  const terms = new Map(left.terms);
  for (const [key, count] of right.terms) {
    const sum = (terms.get(key) ?? 0n) + sign * count;
    if (sum === 0n) terms.delete(key);
    else terms.set(key, sum);
  }
  return { constant: left.constant + sign * right.constant, terms };
}
