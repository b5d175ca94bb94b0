/**
 * What random programs of the kernel language are made of: types as the generator sees them, and the scalars that can be
 * reached from a variable. Text is generated at once; these records only remember what has a name.
 */

export interface IntType {
  readonly kind: "int";
  /** As written: u8 … i64, usize, a unit, or a type parameter. */
  readonly name: string;
  /** For a type parameter the least it can have. */
  readonly bits: number;
  readonly signed: boolean;
  /** Units and type parameters have no cast of their own name. */
  readonly label: "plain" | "unit" | "parameter";
}

export interface FloatType {
  readonly kind: "float";
  readonly name: "f32" | "f64";
}

export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  readonly members: readonly string[];
}

/** A set of texts: `"slow" | "fast"`. */
export interface ModeType {
  readonly kind: "mode";
  readonly name: string;
  readonly texts: readonly string[];
}

export interface Field {
  readonly name: string;
  readonly type: Type;
  /** The width of a bit field; the value's type is wider. */
  readonly bits: number | null;
  /** Stored big-endian, in an atomic cell, or accessed exactly as written. */
  readonly storage: "plain" | "be" | "atomic" | "vol";
}

export interface ClassType {
  readonly kind: "class";
  readonly name: string;
  readonly fields: readonly Field[];
  readonly methods: FunctionShape[];
  /** The text in its first field, for members of unions. */
  readonly tag: string | null;
}

export interface UnionType {
  readonly kind: "union";
  readonly name: string;
  readonly members: readonly ClassType[];
}

export type Type =
  | IntType
  | FloatType
  | { readonly kind: "bool" }
  | { readonly kind: "text" }
  | EnumType
  | ModeType
  | ClassType
  | UnionType
  | { readonly kind: "array"; readonly of: Type; readonly length: number }
  /** `least`: how many elements it has for certain. */
  | { readonly kind: "slice"; readonly of: Type; readonly least: number; readonly view: boolean }
  | { readonly kind: "pointer"; readonly to: Type; readonly nullable: boolean }
  | { readonly kind: "function"; readonly parameters: readonly Type[]; readonly result: Type };

export type Scalar = IntType | FloatType | { readonly kind: "bool" } | EnumType;

export interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly writable: boolean;
  /** May be read, but never be written by what the program does beside counting with it. */
  readonly global: boolean;
  /** The values it has are below this, for indexes that need no check. */
  readonly below?: number;
}

export interface FunctionShape {
  readonly name: string;
  readonly parameters: readonly Type[];
  readonly result: Type | null;
  /** Whether the result is a Res. */
  readonly fallible: boolean;
  /** Statements a call runs, about. */
  readonly cost: number;
  /** Uses nothing but its parameters and cannot fail: can be evaluated while compiling. */
  readonly pure: boolean;
  /** How many type parameters T it has, 0 or 1: T is the first parameter's type. */
  readonly generic: boolean;
  /** The first parameter counts down to the end of the recursion. */
  readonly recursive: boolean;
}

const int = (name: string, bits: number, signed: boolean): IntType => ({
  kind: "int",
  name,
  bits,
  signed,
  label: "plain",
});

export const u8 = int("u8", 8, false);
export const u32 = int("u32", 32, false);
export const u64 = int("u64", 64, false);
export const usize = int("usize", 64, false);
export const i64 = int("i64", 64, true);
export const integers: readonly IntType[] = [
  ...[u8, int("u16", 16, false), u32, u64, usize],
  ...[int("i8", 8, true), int("i16", 16, true), int("i32", 32, true), i64, int("isize", 64, true)],
];
export const bool = { kind: "bool" } as const;
export const text = { kind: "text" } as const;
export const f32: FloatType = { kind: "float", name: "f32" };
export const f64: FloatType = { kind: "float", name: "f64" };

/** The same type under another name is the same: usize is u64. */
export const sameInt = (a: IntType, b: IntType): boolean =>
  a.label === b.label && a.bits === b.bits && a.signed === b.signed && (a.label === "plain" || a.name === b.name);

/** A type as the language writes it. */
export function written(type: Type): string {
  switch (type.kind) {
    case "bool":
      return "boolean";
    case "text":
      return "string";
    case "array":
      return `Arr<${written(type.of)}, ${type.length}>`;
    case "slice":
      return `${type.view ? "View" : "Slice"}<${written(type.of)}>`;
    case "pointer":
      return `Ptr<${written(type.to)}>${type.nullable ? " | null" : ""}`;
    case "function":
      return `(${type.parameters.map((p, k) => `x${k}: ${written(p)}`).join(", ")}) => ${written(type.result)}`;
    default:
      return type.name;
  }
}

/** How a field's type is written in its class. */
export function writtenField({ type, storage }: Field): string {
  if (storage === "be") return `be${(type as IntType).bits}`;
  if (storage === "atomic") return `Atomic<${written(type)}>`;
  return storage === "vol" ? `Vol<${written(type)}>` : written(type);
}
