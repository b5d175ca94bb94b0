/**
 * Types made once: equal types are the same object, so that the checker compares them by identity. One Interner belongs
 * to one run of the checker; the plain scalars are shared by all.
 */
import type { Site } from "../out/site.ts";
import type {
  ClassLayout,
  ClassType,
  Effects,
  Enumeration,
  Field,
  FloatType,
  FunctionType,
  IntegerType,
  SymbolType,
  TaggedType,
  Type,
} from "./types.ts";

const integer = (bits: 8 | 16 | 32 | 64, signed: boolean): IntegerType => ({
  kind: "integer",
  bits,
  signed,
  unit: null,
  enumeration: null,
});

export const u8 = integer(8, false);
export const i8 = integer(8, true);
export const u16 = integer(16, false);
export const i16 = integer(16, true);
export const u32 = integer(32, false);
export const i32 = integer(32, true);
export const u64 = integer(64, false);
export const i64 = integer(64, true);
export const f32: FloatType = { kind: "float", bits: 32 };
export const f64: FloatType = { kind: "float", bits: 64 };
export const bool: Type = { kind: "bool" };
export const voidType: Type = { kind: "void" };
export const never: Type = { kind: "never" };
export const nullType: Type = { kind: "null" };
export const errorType: Type = { kind: "error" };
export const literal: Type = { kind: "literal" };

export const scalarNames: ReadonlyMap<string, IntegerType | FloatType> = new Map<string, IntegerType | FloatType>([
  ["u8", u8],
  ["i8", i8],
  ["u16", u16],
  ["i16", i16],
  ["u32", u32],
  ["i32", i32],
  ["u64", u64],
  ["i64", i64],
  ["usize", u64],
  ["isize", i64],
  ["f32", f32],
  ["f64", f64],
]);

export const noEffects: Effects = { sleeps: false, allocates: false };

export class Interner {
  private readonly known = new Map<string, Type>();
  private readonly ids = new Map<Type, number>();

  /** A number for each type: equal numbers, equal types. */
  id(type: Type): number {
    let id = this.ids.get(type);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(type, id);
    }
    return id;
  }

  private once<T extends Type>(key: string, make: () => T): T {
    const known = this.known.get(key);
    if (known) return known as T;
    const type = make();
    this.known.set(key, type);
    return type;
  }

  pointer(to: Type, nullable = false): Type {
    return this.once(`pointer ${this.id(to)} ${nullable}`, () => ({ kind: "pointer", to, nullable }));
  }
  user(to: Type): Type {
    return this.once(`user ${this.id(to)}`, () => ({ kind: "user", to }));
  }
  slice(of: Type, readonly: boolean): Type {
    return this.once(`slice ${this.id(of)} ${readonly}`, () => ({ kind: "slice", of, readonly, text: false }));
  }
  get text(): Type {
    return this.once("text", () => ({ kind: "slice", of: u8, readonly: true, text: true }));
  }
  array(of: Type, length: number): Type {
    return this.once(`array ${this.id(of)} ${length}`, () => ({ kind: "array", of, length }));
  }
  result(of: Type): Type {
    return this.once(`result ${this.id(of)}`, () => ({ kind: "result", of }));
  }
  wrapper(kind: "atomic" | "volatile" | "perCpu", of: Type): Type {
    return this.once(`${kind} ${this.id(of)}`, () => ({ kind, of }));
  }
  bigEndian(bits: 16 | 32 | 64): Type {
    return this.once(`be${bits}`, () => ({ kind: "bigEndian", bits }));
  }
  ports(count: number): Type {
    return this.once(`ports ${count}`, () => ({ kind: "ports", count }));
  }
  number(value: bigint): Type {
    return this.once(`number ${value}`, () => ({ kind: "number", value }));
  }
  symbol(texts: readonly string[]): SymbolType {
    const sorted = [...new Set(texts)].sort();
    return this.once(`symbol ${JSON.stringify(sorted)}`, () => ({ kind: "symbol", texts: sorted }));
  }
  unit(name: string, base: IntegerType): Type {
    return this.once(`unit ${name} ${this.id(base)}`, () => ({ ...base, unit: name }));
  }
  enumeration(key: string, enumeration: Enumeration, base: IntegerType): IntegerType {
    return this.once(`enum ${key}`, () => ({ ...base, enumeration }));
  }
  tagged(name: string, tag: string, members: readonly ClassType[]): TaggedType {
    const key = members
      .map((member) => this.id(member))
      .sort((a, b) => a - b)
      .join(" ");
    return this.once(`tagged ${key}`, () => ({ kind: "tagged", name, tag, members }));
  }
  function(
    parameters: readonly Type[],
    result: Type,
    { effects = noEffects, captures = false, nullable = false }: Partial<Omit<FunctionType, "kind">> = {},
  ): FunctionType {
    const ids = parameters.map((parameter) => this.id(parameter)).join(" ");
    const key = `function ${ids}: ${this.id(result)} ${effects.sleeps} ${effects.allocates} ${captures} ${nullable}`;
    return this.once(key, () => ({ kind: "function", parameters, result, effects, captures, nullable }));
  }
  /** A type that is not what it was: who asks for it gets a new one. */
  forget(type: Type): void {
    for (const [key, known] of this.known) if (known === type) this.known.delete(key);
  }
  /** Classes are nominal: the key names declaration and arguments. Layout is filled in later. */
  class(key: string, make: () => ClassType): ClassType {
    return this.once(`class ${key}`, make);
  }
}

/** A type as the author would write it. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case "integer":
      return type.unit ?? type.enumeration?.name ?? `${type.signed ? "i" : "u"}${type.bits}`;
    case "float":
      return `f${type.bits}`;
    case "literal":
      return "an integer constant";
    case "bool":
      return "boolean";
    case "error":
      return "Err";
    case "symbol":
      return type.texts.map((text) => JSON.stringify(text)).join(" | ");
    case "number":
      return String(type.value);
    case "pointer":
      return `Ptr<${typeName(type.to)}>${type.nullable ? " | null" : ""}`;
    case "user":
      return `User<${typeName(type.to)}>`;
    case "slice":
      return type.text ? "string" : `${type.readonly ? "View" : "Slice"}<${typeName(type.of)}>`;
    case "array":
      return `Arr<${typeName(type.of)}, ${type.length}>`;
    case "class":
    case "tagged":
      return type.name;
    case "result":
      return `Res<${typeName(type.of)}>`;
    case "atomic":
      return `Atomic<${typeName(type.of)}>`;
    case "volatile":
      return `Vol<${typeName(type.of)}>`;
    case "bigEndian":
      return `be${type.bits}`;
    case "perCpu":
      return `PerCpu<${typeName(type.of)}>`;
    case "ports":
      return `Ports<${type.count}>`;
    case "function": {
      let text = `(${type.parameters.map(typeName).join(", ")}) => ${typeName(type.result)}`;
      if (type.effects.sleeps) text = `MaySleep<${text}>`;
      if (type.effects.allocates) text = `MayAlloc<${text}>`;
      return type.nullable ? `(${text}) | null` : text;
    }
    default:
      return type.kind;
  }
}

/** Storage: lives in a place and is never copied by reading it; everything else is a value of one or two words. */
export function isStorage(type: Type): boolean {
  switch (type.kind) {
    case "class":
    case "tagged":
    case "array":
    case "atomic":
    case "volatile":
    case "bigEndian":
    case "perCpu":
      return true;
    case "result":
      return isStorage(type.of);
    default:
      return false;
  }
}

/** Bytes and alignment of storage of a type. Class layouts must be complete. */
export function sizeOf(type: Type): { bytes: number; align: number } {
  const of = (bytes: number, align = bytes) => ({ bytes, align });
  switch (type.kind) {
    case "integer":
    case "float":
      return of(type.bits / 8);
    case "bool":
      return of(1);
    case "symbol":
      return of(2);
    case "error":
      return of(4);
    case "bigEndian":
      return of(type.bits / 8);
    case "ports":
      return of(2);
    case "pointer":
    case "user":
      return of(8);
    case "function":
      return type.captures ? of(16, 8) : of(8);
    case "slice":
      return of(16, 8);
    case "array": {
      const element = sizeOf(type.of);
      return of(element.bytes * type.length, element.align);
    }
    case "class":
      return of(type.bytes, type.align);
    case "tagged": {
      const members = type.members.map(sizeOf);
      const align = Math.max(...members.map((member) => member.align));
      return of(roundUp(Math.max(...members.map((member) => member.bytes)), align), align);
    }
    case "result": {
      if (type.of.kind === "void") return of(8);
      const value = sizeOf(type.of);
      const align = Math.max(8, value.align);
      return of(roundUp(align + value.bytes, align), align);
    }
    case "atomic":
    case "volatile":
      return sizeOf(type.of);
    case "perCpu":
      return sizeOf(type.of);
    default:
      return of(0, 1);
  }
}

export const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** Smallest and largest value. */
export function rangeOf(type: IntegerType): { low: bigint; high: bigint } {
  const bits = BigInt(type.bits);
  return type.signed
    ? { low: -(1n << (bits - 1n)), high: (1n << (bits - 1n)) - 1n }
    : { low: 0n, high: (1n << bits) - 1n };
}

/** The value that an integer of the type holds after wrapping around. */
export function wrap(type: IntegerType, value: bigint): bigint {
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}

/** A class, without layout at first; `seen` is told when somebody looks at what may change. */
export class Class implements ClassType {
  readonly kind = "class";
  readonly name: string;
  readonly module: string;
  readonly arguments: readonly Type[];
  readonly site: Site;
  readonly #seen: (type: ClassType) => void;
  #cell: { layout: ClassLayout } = { layout: { fields: [], bytes: 0, align: 1, affine: false, disposable: false } };

  constructor(name: string, module: string, of: readonly Type[], site: Site, seen: (type: ClassType) => void) {
    this.name = name;
    this.module = module;
    this.arguments = of;
    this.site = site;
    this.#seen = seen;
  }

  get layout(): ClassLayout {
    this.#seen(this);
    return this.#cell.layout;
  }
  set layout(layout: ClassLayout) {
    this.#cell.layout = layout;
  }
  /** From here on, what an earlier check knew as this class has the layout of this one. */
  replaces(earlier: Class): void {
    earlier.#cell.layout = this.#cell.layout;
    this.#cell = earlier.#cell;
  }
  get fields(): readonly Field[] {
    return this.layout.fields;
  }
  get bytes(): number {
    return this.layout.bytes;
  }
  get align(): number {
    return this.layout.align;
  }
  get affine(): boolean {
    return this.layout.affine;
  }
  get disposable(): boolean {
    return this.layout.disposable;
  }
}
