/** Addresses of places: `ref(place)`, and the object of a method call. */
import type { Node } from "oxc-parser";
import type { Body } from "./body.ts";
import { rootOf } from "./places.ts";
import { mistake } from "./resolve.ts";
import type { Expression, Place } from "./tree.ts";

/** The address of a place. A local whose address is taken lives in memory from then on. */
export function address(b: Body, place: Place, node: Node): Expression {
  if (place.kind === "deref") return place.pointer;
  if (place.kind === "field" && place.of.type.kind === "class") {
    const field = place.of.type.fields.find((candidate) => candidate.name === place.field);
    if (field?.bit) throw mistake(node, `${place.field} is a bit field: it has no address`, "read it into a variable");
    if (field?.readonly && !["class", "array", "tagged", "atomic", "volatile", "bigEndian"].includes(field.type.kind)) {
      throw mistake(node, `${place.field} is readonly: an address would let it be written`, "read it into a variable");
    }
  }
  if (place.kind === "elementOf" && place.of.type.kind === "slice" && place.of.type.readonly) {
    throw mistake(
      node,
      "the elements of a text or view are only read: an address would let them be written",
      "read it into a variable",
    );
  }
  const root = rootOf(place);
  if (root.kind === "localPlace") root.local.addressed = true;
  return { kind: "reference", place, type: b.checker.types.pointer(place.type), site: b.site(node) };
}
