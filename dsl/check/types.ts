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
  /** Ptr<T>, or Ptr<T> | null when nullable. One word; null is 0. */
  | { readonly kind: "pointer"; readonly to: Type; readonly nullable: boolean }
  /** User<T>: an address in a user program. */
  | { readonly kind: "user"; readonly to: Type }
  /** Slice<T>: pointer and length, two words. A string is a read-only slice of u8. */
  | { readonly kind: "slice"; readonly of: Type; readonly readonly: boolean; readonly text: boolean }
  /** Arr<T, N>: N elements in place. */
  | { readonly kind: "array"; readonly of: Type; readonly length: number }
  | ClassType
  /** Res<T>: a value or an Errno; in registers: the error code (0: none), then the value. */
  | { readonly kind: "result"; readonly of: Type }
  /** A union of classes told apart by a literal field. */
  | { readonly kind: "tagged"; readonly name: string; readonly tag: string; readonly members: readonly ClassType[] }
  | { readonly kind: "atomic"; readonly of: Type }
  | { readonly kind: "volatile"; readonly of: Type }
  | { readonly kind: "bigEndian"; readonly bits: 16 | 32 | 64 }
  | { readonly kind: "perCpu"; readonly of: Type }
  | { readonly kind: "ports"; readonly count: number }
  | { readonly kind: "tuple"; readonly of: readonly Type[] }
  | FunctionType;

export interface IntegerType {
  readonly kind: "integer";
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  /** The unit's name ("Phys"), or null for u8 … i64. Different units never mix. */
  readonly unit: string | null;
  /** Members of an enum are integers that remember it. */
  readonly enumeration: string | null;
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
  /** A closure that reads or writes its environment: may be called and passed down, never stored or returned. */
  readonly captures: boolean;
}

export interface Effects {
  readonly sleeps: boolean;
  readonly allocates: boolean;
}

/** An instance of a class with its type arguments filled in: storage with a layout. */
export interface ClassType {
  readonly kind: "class";
  readonly name: string;
  readonly arguments: readonly Type[];
  readonly site: Site;
  /** By ascending offset. Bit fields share an offset. Filled once all members are known (classes may point at themselves). */
  fields: readonly Field[];
  bytes: number;
  align: number;
  /** Values that must be used exactly once (guards, frames, tokens). */
  readonly affine: boolean;
  /** Has [Symbol.dispose]: may stand in `using`. */
  disposable: boolean;
}

export interface Field {
  readonly name: string;
  readonly type: Type;
  /** Bytes from the start of the class. */
  readonly offset: number;
  /** Bit fields: position and width within the storage unit of `type`. */
  readonly bit: { readonly shift: number; readonly width: number } | null;
  readonly readonly: boolean;
  readonly private: boolean;
  readonly site: Site;
}
