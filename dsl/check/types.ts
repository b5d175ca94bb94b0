/**
 * The types of the kernel language, as the checker computes them. TypeScript's own checker sees "flavours of number" and
 * object types; here each has a width, a layout and rules. Types are compared by `sameType` (types are interned by the
 * checker, so identity is equality); units and classes are nominal.
 */
import type { Site } from "../out/site.ts";

export type Type =
  | IntegerType
  | FloatType
  /** An integer constant expression that has not met a type yet: exact, of any size. Never the type of storage. */
  | { readonly kind: "literal" }
  | { readonly kind: "bool" }
  | { readonly kind: "void" }
  | { readonly kind: "never" }
  | { readonly kind: "null" }
  /** An Err: the code of an error (an Errno, 32 bits) on its way to a Res. */
  | { readonly kind: "error" }
  /** One of a set of texts ("read" | "write"): 16 bits, a number that the program gives to the text. Tags are of this type. */
  | SymbolType
  /** A const type argument: a number where a type stands. Never the type of a value. */
  | { readonly kind: "number"; readonly value: bigint }
  /** Ptr<T>, or Ptr<T> | null when nullable. One word; null is 0. */
  | { readonly kind: "pointer"; readonly to: Type; readonly nullable: boolean }
  /** User<T>: an address in a user program. */
  | { readonly kind: "user"; readonly to: Type }
  /** Slice<T>, or View<T> when readonly: pointer and length, two words. A string is a read-only slice of u8 with `text`. */
  | { readonly kind: "slice"; readonly of: Type; readonly readonly: boolean; readonly text: boolean }
  /** Arr<T, N>: N elements in place. */
  | { readonly kind: "array"; readonly of: Type; readonly length: number }
  | ClassType
  /** Res<T>: a value or an Errno; in registers: the error code (0: none), then the value. */
  | { readonly kind: "result"; readonly of: Type }
  | TaggedType
  | { readonly kind: "atomic"; readonly of: Type }
  | { readonly kind: "volatile"; readonly of: Type }
  | { readonly kind: "bigEndian"; readonly bits: 16 | 32 | 64 }
  | { readonly kind: "perCpu"; readonly of: Type }
  | { readonly kind: "ports"; readonly count: number }
  | FunctionType;

export interface IntegerType {
  readonly kind: "integer";
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  /** The unit's name ("Phys"), or null for u8 … i64. Different units never mix. */
  readonly unit: string | null;
  /** Values of an enum are integers that remember it; they convert to plain ones by a cast only. */
  readonly enumeration: Enumeration | null;
}

export interface Enumeration {
  readonly name: string;
  readonly members: ReadonlyMap<string, bigint>;
}

export interface SymbolType {
  readonly kind: "symbol";
  readonly texts: readonly string[];
}

/** A union of classes told apart by a tag: a field of symbol type that stands first in each. As large as its largest member. */
export interface TaggedType {
  readonly kind: "tagged";
  readonly name: string;
  readonly tag: string;
  readonly members: readonly ClassType[];
}

export interface FloatType {
  readonly kind: "float";
  readonly bits: 32 | 64;
}

export interface FunctionType {
  readonly kind: "function";
  readonly parameters: readonly Type[];
  readonly result: Type;
  /** What calling it may do; for function values the declared bound. */
  readonly effects: Effects;
  /**
   * May be a closure that uses its maker's variables: code and environment, two words; called and passed down, never
   * stored or returned. Parameters are of this kind unless declared Fn<…>; all other function values are one word.
   */
  readonly captures: boolean;
  /** A function, or null; only without `captures`. */
  readonly nullable: boolean;
}

export interface Effects {
  readonly sleeps: boolean;
  readonly allocates: boolean;
}

/** An instance of a class with its type arguments filled in: storage with a layout. */
export interface ClassType {
  readonly kind: "class";
  /** With its arguments: "VirtQueue<64>". */
  readonly name: string;
  readonly module: string;
  readonly arguments: readonly Type[];
  readonly site: Site;
  /** The fields below, as one object: another one when any of them changed. */
  layout: ClassLayout;
  /** By ascending offset. Bit fields share an offset. Filled once all members are known (classes may point at themselves). */
  readonly fields: readonly Field[];
  readonly bytes: number;
  readonly align: number;
  /** Values that must be used exactly once (guards, frames, tokens). */
  readonly affine: boolean;
  /** Has [Symbol.dispose]: may stand in `using`. */
  readonly disposable: boolean;
}

export type ClassLayout = Pick<ClassType, "fields" | "bytes" | "align" | "affine" | "disposable">;

export interface Field {
  readonly name: string;
  readonly type: Type;
  /** Bytes from the start of the class. */
  readonly offset: number;
  /** Bit fields: position and width within the storage unit of `bytes` bytes at `offset`. */
  readonly bit: { readonly shift: number; readonly width: number; readonly bytes: number } | null;
  readonly readonly: boolean;
  readonly private: boolean;
  readonly site: Site;
}
