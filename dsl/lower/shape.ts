/**
 * What values of the language are in IR: a few scalars (a slice is an address and a length, a result its error code and
 * its value), or, for classes, arrays and unions, storage that is worked with by address. The scalars say where they lie
 * when the value is in memory, so that loading, storing and passing need no cases by type.
 */
import { roundUp, sizeOf } from "../check/intern.ts";
import type { Type } from "../check/types.ts";
import type { Type as IrType } from "../ir/ssa.ts";

export interface Scalar {
  /** In registers; booleans are i1 here and a byte in memory. */
  readonly type: IrType;
  /** Bytes from the start of the value in memory. */
  readonly offset: number;
}

/** What a cell, device register or per-CPU variable holds. */
export function contentOf(type: Type): Type {
  return type.kind === "atomic" || type.kind === "volatile" || type.kind === "perCpu" ? contentOf(type.of) : type;
}

const integers: { readonly [bits: number]: IrType } = { 8: "i8", 16: "i16", 32: "i32", 64: "i64" };

/** The IR type of a type that is one scalar; null when it is none or several. */
export function scalarOf(type: Type): IrType | null {
  switch (type.kind) {
    case "integer":
    case "bigEndian":
      return integers[type.bits]!;
    case "float":
      return type.bits === 32 ? "f32" : "f64";
    case "bool":
      return "i1";
    case "symbol":
    case "ports":
      return "i16";
    case "error":
      return "i32";
    case "null":
    case "pointer":
    case "user":
    case "literal":
      return "i64";
    case "function":
      return type.captures ? null : "i64";
    case "atomic":
    case "volatile":
    case "perCpu":
      return scalarOf(type.of);
    default:
      return null;
  }
}

/** Where the value of a result lies, behind its code. */
export function okOffset(of: Type): number {
  return roundUp(8, sizeOf(of).align);
}

/** The scalars of a type; null for types that are worked with by address. Nothing at all for void and never. */
export function scalarsOf(type: Type): readonly Scalar[] | null {
  const one = scalarOf(type);
  if (one !== null) return [{ type: one, offset: 0 }];
  switch (type.kind) {
    case "void":
    case "never":
      return [];
    case "slice":
    case "function":
      return [
        { type: "i64", offset: 0 },
        { type: "i64", offset: 8 },
      ];
    case "result": {
      const inner = scalarsOf(type.of);
      if (inner === null) return null;
      const at = okOffset(type.of);
      return [{ type: "i32", offset: 0 }, ...inner.map((s) => ({ type: s.type, offset: at + s.offset }))];
    }
    default:
      return null;
  }
}

/** Results that come back in registers: up to two scalars (RAX and RDX). Others are written where the caller says. */
export function inRegisters(type: Type): boolean {
  const scalars = scalarsOf(type);
  return scalars !== null && scalars.length <= 2;
}

/** Whether numbers of the type are compared, extended and divided as signed ones. */
export function isSigned(type: Type): boolean {
  return type.kind === "integer" && type.signed;
}
