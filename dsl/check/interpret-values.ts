/**
 * Values of compile-time evaluation. Storage is made of boxes, so that an address is a box (or a place in a row of boxes);
 * integers are bigints, texts are bytes.
 */
import { Reported } from "../syntax/diagnostic.ts";
import type { ConstantValue, TypedFunction, TypedGlobal } from "./tree.ts";
import type { Type } from "./types.ts";

export interface Box {
  value: Value;
}

/** An address: element `index` of a row of boxes. */
export interface Pointer {
  readonly kind: "pointer";
  readonly elements: Box[];
  readonly index: number;
}

export interface Slice {
  readonly kind: "slice";
  readonly elements: Box[];
  readonly from: number;
  readonly length: number;
}

export type Value =
  | bigint
  | number
  | boolean
  | null
  | Uint8Array
  | Pointer
  | Slice
  | { readonly kind: "array"; readonly elements: Box[] }
  | { readonly kind: "object"; readonly type: Type; readonly fields: Map<string, Box> }
  | { readonly kind: "result"; readonly error: bigint; readonly value: Box }
  | { readonly kind: "function"; readonly function: TypedFunction; readonly frame: unknown }
  /** A place in a global, and an address given as a number. */
  | { readonly kind: "address"; readonly global: TypedGlobal; readonly offset: number }
  | { readonly kind: "fixed"; readonly address: bigint };

/** Storage of zeros. */
export function zeroOf(type: Type): Value {
  switch (type.kind) {
    case "integer":
    case "symbol":
    case "bigEndian":
    case "error":
    case "ports":
      return 0n;
    case "float":
      return 0;
    case "bool":
      return false;
    case "slice":
      return type.text ? new Uint8Array() : { kind: "slice", elements: [], from: 0, length: 0 };
    case "array":
      return { kind: "array", elements: Array.from({ length: type.length }, () => ({ value: zeroOf(type.of) })) };
    case "class":
      return {
        kind: "object",
        type,
        fields: new Map(type.fields.map((field) => [field.name, { value: zeroOf(field.type) }])),
      };
    case "tagged":
      return zeroOf(type.members[0]);
    case "result":
      return { kind: "result", error: 0n, value: { value: type.of.kind === "void" ? null : zeroOf(type.of) } };
    case "atomic":
    case "volatile":
    case "perCpu":
      return zeroOf(type.of);
    default:
      return null;
  }
}

export function fromConstant(value: ConstantValue, type: Type): Value {
  switch (value.kind) {
    case "integer":
      return type.kind === "pointer" || type.kind === "user" ? { kind: "fixed", address: value.value } : value.value;
    case "float":
    case "bool":
      return value.value;
    case "null":
      return null;
    case "zero":
      return zeroOf(type);
    case "text":
      return value.bytes;
    case "function":
      return { kind: "function", function: value.function, frame: null };
    case "reference":
      return { kind: "address", global: value.global, offset: value.offset };
    case "elements":
      return {
        kind: "array",
        elements: value.elements.map((element) => ({ value: fromConstant(element, elementType(type)) })),
      };
    case "fields": {
      const of = value.variant ?? type;
      const made = zeroOf(of);
      if (
        made !== null &&
        typeof made === "object" &&
        "kind" in made &&
        made.kind === "object" &&
        of.kind === "class"
      ) {
        for (const field of of.fields) {
          const given = value.fields.get(field.name);
          if (given) made.fields.set(field.name, { value: fromConstant(given, field.type) });
        }
      }
      return made;
    }
  }
}

const elementType = (type: Type): Type => (type.kind === "array" ? type.of : type);

/** A copy that shares no storage. */
export function clone(value: Value): Value {
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  if (value.kind === "array")
    return { kind: "array", elements: value.elements.map((box) => ({ value: clone(box.value) })) };
  if (value.kind === "object")
    return { ...value, fields: new Map([...value.fields].map(([name, box]) => [name, { value: clone(box.value) }])) };
  if (value.kind === "result") return { ...value, value: { value: clone(value.value.value) } };
  return value;
}

export class NotConstant extends Error {}

/** What remains of a value in the data sections. An address of something that lives only while compiling does not. */
export function toConstant(value: Value, type: Type): ConstantValue {
  if (typeof value === "bigint") return { kind: "integer", value };
  if (typeof value === "number") return { kind: "float", value };
  if (typeof value === "boolean") return { kind: "bool", value };
  if (value === null) return { kind: "null" };
  if (value instanceof Uint8Array) return { kind: "text", bytes: value };
  switch (value.kind) {
    case "array":
      return { kind: "elements", elements: value.elements.map((box) => toConstant(box.value, elementType(type))) };
    case "object": {
      const of = value.type;
      if (of.kind !== "class") throw new Reported();
      const fields = new Map(
        of.fields.map((field) => [field.name, toConstant(value.fields.get(field.name)!.value, field.type)]),
      );
      return { kind: "fields", fields, variant: type.kind === "tagged" ? of : null };
    }
    case "function":
      return { kind: "function", function: value.function };
    case "address":
      return { kind: "reference", global: value.global, offset: value.offset };
    case "fixed":
      return { kind: "integer", value: value.address };
    case "slice":
      if (value.length === 0) return { kind: "zero" };
      throw new NotConstant("a slice of what exists only while compiling cannot remain");
    default:
      throw new NotConstant("an address of what exists only while compiling cannot remain");
  }
}
