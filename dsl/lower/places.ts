/**
 * Places: where in memory something is, and reading and writing there, with what its type asks for (bits of a unit,
 * volatile access, late variables that must have been set).
 */
import { sizeOf } from "../check/intern.ts";
import type { Place } from "../check/tree.ts";
import type { Field, Type } from "../check/types.ts";
import { address, constant, i64, typeOf } from "../ir/build.ts";
import type { Type as IrType, Operand } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { one, value } from "./expressions.ts";
import type { Frame } from "./frame.ts";
import { contentOf, isSigned, okOffset, scalarsOf } from "./shape.ts";

/** A place that has been found: everything in it is evaluated. */
export interface Spot {
  readonly address: Operand;
  readonly offset: number;
  /** Of what is there, without the wrappers that say how to access it. */
  readonly type: Type;
  readonly bit: Field["bit"];
  readonly ordering: "plain" | "volatile";
}

/** Finds a place: evaluates pointers and indices, and checks bounds. */
export function spotOf(l: Frame, place: Place): Spot {
  const inner = find(l, place);
  const ordering = place.type.kind === "volatile" ? "volatile" : inner.ordering;
  return { ...inner, type: contentOf(place.type), ordering };
}

function find(l: Frame, place: Place): Spot {
  const plain = (at: Operand, offset = 0): Spot => {
    return { address: at, offset, type: place.type, bit: null, ordering: "plain" };
  };
  switch (place.kind) {
    case "localPlace":
      return plain(l.home(place.local));
    case "globalPlace":
      return plain(address(l.unit.globalSymbol(place.global)));
    case "deref":
      return plain(one(l, place.pointer));
    case "variant":
      return { ...spotOf(l, place.of), type: place.type };
    case "okPlace": {
      const of = spotOf(l, place.of);
      if (of.type.kind !== "result") throw new Error("only results have a value");
      return { ...of, offset: of.offset + okOffset(of.type.of), type: place.type };
    }
    case "field": {
      const of = spotOf(l, place.of);
      const classes = of.type.kind === "tagged" ? of.type.members : [of.type];
      const field = classes.flatMap((c) =>
        c.kind === "class" ? c.fields.filter((f) => f.name === place.field) : [],
      )[0];
      if (field === undefined) throw new Error(`no field ${place.field}`);
      const ordering = field.type.kind === "volatile" ? "volatile" : "plain";
      return { address: of.address, offset: of.offset + field.offset, type: field.type, bit: field.bit, ordering };
    }
    case "element": {
      const of = spotOf(l, place.of);
      if (of.type.kind !== "array") throw new Error("only arrays have elements in place");
      const index = one(l, place.index);
      if (place.checked) checkIndex(l, index, i64(of.type.length));
      return { ...plain(elementAddress(l, of.address, index, of.type.of), of.offset), ordering: of.ordering };
    }
    case "elementOf": {
      const base = value(l, place.of);
      const index = one(l, place.index);
      if (place.of.type.kind === "slice" && place.checked) checkIndex(l, index, base[1]!);
      const of = place.of.type.kind === "slice" ? place.of.type.of : place.type;
      return plain(elementAddress(l, base[0]!, index, of));
    }
  }
}

export function checkIndex(l: Frame, index: Operand, length: Operand): void {
  if (index.kind === "constant" && length.kind === "constant" && index.bits < length.bits) return;
  l.check(l.b.compare("ult", index, length), "index out of bounds", index, length);
}

/** The address of the element at an index. */
export function elementAddress(l: Frame, base: Operand, index: Operand, of: Type): Operand {
  const { bytes } = sizeOf(of);
  if (index.kind === "constant" && index.bits === 0n) return base;
  return l.b.binary("add", base, bytes === 1 ? index : l.b.binary("mul", index, i64(bytes)));
}

/** The address of a spot. */
export function addressOf(l: Frame, spot: Spot): Operand {
  return spot.offset === 0 ? spot.address : l.b.binary("add", spot.address, i64(spot.offset));
}

const unitTypes: { readonly [bytes: number]: IrType } = { 1: "i8", 2: "i16", 4: "i32", 8: "i64" };

/** Reads the scalars at a spot. */
export function readSpot(l: Frame, spot: Spot): Operand[] {
  const { b } = l;
  const scalars = scalarsOf(spot.type);
  if (scalars === null) throw new Error(`a ${spot.type.kind} is no value`);
  if (spot.bit === null)
    return scalars.map((s) => l.loadScalar(s.type, spot.address, spot.offset + s.offset, spot.ordering));
  const { shift, width, bytes } = spot.bit;
  const unit = unitTypes[bytes]!;
  const whole = b.load(unit, spot.address, spot.offset, { ordering: spot.ordering });
  const type = scalars[0]!.type;
  if (isSigned(spot.type)) {
    const up = b.binary("shl", whole, constant(unit, widths[unit] - shift - width));
    return [resize(l, b.binary("ashr", up, constant(unit, widths[unit] - width)), type, true)];
  }
  const bits = b.binary(
    "and",
    b.binary("lshr", whole, constant(unit, shift)),
    constant(unit, (1n << BigInt(width)) - 1n),
  );
  return [type === "i1" ? b.compare("ne", bits, constant(unit, 0)) : resize(l, bits, type, false)];
}

/** Writes scalars to a spot; what a later read gives, which bit fields may have cut. */
export function writeSpot(l: Frame, spot: Spot, values: readonly Operand[]): Operand[] {
  const { b } = l;
  const scalars = scalarsOf(spot.type)!;
  if (spot.bit === null) {
    scalars.forEach((s, k) => {
      l.storeScalar(values[k]!, spot.address, spot.offset + s.offset, spot.ordering);
    });
    return [...values];
  }
  const { shift, width, bytes } = spot.bit;
  const unit = unitTypes[bytes]!;
  const mask = ((1n << BigInt(width)) - 1n) << BigInt(shift);
  const given = resize(l, values[0]!, unit, false);
  const moved = b.binary("and", b.binary("shl", given, constant(unit, shift)), constant(unit, mask));
  const whole = b.load(unit, spot.address, spot.offset, { ordering: spot.ordering });
  const rest = b.binary("and", whole, constant(unit, ~mask));
  b.store(b.binary("or", rest, moved), spot.address, spot.offset, { ordering: spot.ordering });
  const type = scalars[0]!.type;
  if (type === "i1" || width === widths[type]) return [...values];
  const left = constant(type, widths[type] - width);
  return [b.binary(isSigned(spot.type) ? "ashr" : "lshr", b.binary("shl", values[0]!, left), left)];
}

/** An integer of another width: cut, or extended. */
export function resize(l: Frame, x: Operand, to: IrType, signed: boolean): Operand {
  const from = typeOf(x);
  if (widths[from] === widths[to]) return x;
  if (widths[from] > widths[to]) return l.b.unary("trunc", x, to);
  return l.b.unary(signed ? "sext" : "zext", x, to);
}

/** Reads of a late variable come after it has been set. */
export function checkLate(l: Frame, place: Place): void {
  let root = place;
  while ("of" in root && (root.kind === "field" || root.kind === "element" || root.kind === "variant")) root = root.of;
  if (root.kind !== "globalPlace" || !root.global.late) return;
  const set = l.b.load("i8", address(l.unit.lateFlag(root.global)));
  l.check(l.b.compare("ne", set, constant("i8", 0)), `${root.global.name} is read before it is set`);
}

/** Writing a late variable sets it. */
export function markLate(l: Frame, place: Place): void {
  if (place.kind === "globalPlace" && place.global.late)
    l.b.store(constant("i8", 1), address(l.unit.lateFlag(place.global)));
}
