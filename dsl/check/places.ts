/**
 * Places: what can be read, assigned, and pointed at. A member of a pointer is reached through it, so `p.next` is a field
 * of what p points at; a place that is known to hold something narrower appears as that (flow.ts).
 */
import type { Expression as ExpressionNode, Node } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import type { Body } from "./body.ts";
import { nearest } from "./checker.ts";
import { declaredBefore } from "./constants.ts";
import { value } from "./expressions.ts";
import { globalOf } from "./globals.ts";
import { errorType, typeName, u8 } from "./intern.ts";
import { complete } from "./layout.ts";
import { index } from "./operators.ts";
import { mistake } from "./resolve.ts";
import type { Expression, Place } from "./tree.ts";
import type { ClassType, Field, Type } from "./types.ts";

type MemberNode = Extract<ExpressionNode, { type: "MemberExpression" }>;

/**
 * read: the place as it is known here. write: as it is declared. look: only for paths without effects, to find out what a
 * condition says; the node was checked already.
 */
export type Mode = "read" | "write" | "look";

/** The place that an expression names, or null when it names none. */
export function placeOf(b: Body, node: ExpressionNode, mode: Mode = "read"): Place | null {
  if (b.module.refused.has(node)) throw new Reported();
  switch (node.type) {
    case "Identifier":
      return variable(b, node, mode);
    case "ThisExpression": {
      const bound = b.find("this");
      if (bound?.kind !== "local") throw mistake(node, "this has a meaning in methods only", null);
      const { local } = bound;
      const site = b.site(node);
      const to = (local.type as { to: Type }).to;
      const pointer: Expression = {
        kind: "read",
        place: { kind: "localPlace", local, type: local.type, site },
        type: local.type,
        site,
      };
      return { kind: "deref", pointer, type: to, site };
    }
    case "MemberExpression":
      if (mode === "look" && !isPath(node)) return null;
      return node.computed ? element(b, node, mode) : fieldPlace(b, node, mode);
    default:
      return null;
  }
}

/** Names and fields only: evaluating it twice has no effect. */
function isPath(node: Node): boolean {
  if (node.type === "MemberExpression") return !node.computed && isPath(node.object);
  return node.type === "Identifier" || node.type === "ThisExpression";
}

function variable(b: Body, node: Extract<ExpressionNode, { type: "Identifier" }>, mode: Mode): Place | null {
  const site = b.site(node);
  const bound = b.find(node.name);
  if (bound?.kind === "broken") throw new Reported();
  if (bound?.kind === "constant") return null;
  if (bound) {
    const { local } = bound;
    if (mode === "read" && b.flow.unassigned.has(local))
      throw mistake(node, `${node.name} may have no value yet`, "give it one where it is declared");
    if (mode !== "write") for (let body: Body | null = b; body; body = body.outer) body.unlooked.delete(local);
    const place: Place = { kind: "localPlace", local, type: local.type, site };
    return mode === "write" ? place : settle(b, place);
  }
  const declaration = b.checker.lookUp(b.module, node.name);
  if (declaration?.kind !== "global") return null;
  if (!b.function) declaredBefore(declaration, b.module, node);
  const global = globalOf(b.checker, declaration);
  if (!global) return null;
  const place: Place = { kind: "globalPlace", global, type: global.type, site };
  return mode === "write" ? place : settle(b, place);
}

/** Applies what is known: the value of a result without error, the member of a union. */
export function settle(b: Body, place: Place): Place {
  if (place.type.kind !== "result" && place.type.kind !== "tagged") return place;
  const path = b.path(place);
  const known = path === null ? undefined : b.flow.narrowed.get(path);
  if (!known) return place;
  if (place.type.kind === "result") {
    if (known === errorType) return place;
    return settle(b, { kind: "okPlace", of: place, type: known, site: place.site });
  }
  if (known.kind === "class") return { kind: "variant", of: place, type: known, site: place.site };
  return { ...place, type: known };
}

/** The value in a place, of the type that is known here. */
export function readPlace(b: Body, place: Place, node: Node): Expression {
  const site = b.site(node);
  if (place.kind === "globalPlace" && place.global.constant && place.global.initial && !place.global.external) {
    const { kind } = place.global.initial;
    const { kind: of } = place.type;
    const plain = of === "integer" || of === "bool" || of === "float" || of === "symbol";
    if (plain && (kind === "integer" || kind === "bool" || kind === "float"))
      return { kind: "constant", value: place.global.initial, type: place.type, site };
  }
  let type = place.type.kind === "volatile" ? place.type.of : place.type;
  if (type.kind === "pointer" || type.kind === "function" || type.kind === "result") {
    const path = b.path(place);
    const known = path === null ? undefined : b.flow.narrowed.get(path);
    if (known) {
      if (type.kind === "result") {
        const operand: Expression = { kind: "read", place, type, site };
        return { kind: "errorCode", operand, type: errorType, site };
      }
      type = known;
    }
  }
  return { kind: "read", place, type, site };
}

/** What stands left of a dot or bracket: a place, reached through a pointer where there is one, or a value of no place. */
export type Base =
  | { readonly place: Place; readonly value: null }
  | { readonly place: null; readonly value: Expression };

export function baseOf(b: Body, node: ExpressionNode, mode: Mode = "read"): Base {
  const inner = mode === "look" ? "look" : "read";
  const place = placeOf(b, node, inner);
  if (place && place.type.kind !== "pointer") {
    if (place.type.kind === "user") throw userReach(b, node);
    if (place.type.kind === "result") {
      const read = readPlace(b, place, node);
      if (read.type !== errorType) throw unlookedReach(b, node, place.type);
      return { place: null, value: read };
    }
    return { place, value: null };
  }
  const pointer = place ? readPlace(b, place, node) : value(b, node);
  if (pointer.type.kind === "pointer") return { place: deref(b, pointer, node), value: null };
  if (pointer.type.kind === "user") throw userReach(b, node);
  if (pointer.type.kind === "result") throw unlookedReach(b, node, pointer.type);
  return { place: null, value: pointer };
}

const userReach = (b: Body, node: Node) =>
  mistake(
    node,
    `${b.text(node)} is an address in a user program: nothing is reached through it`,
    "copyIn(buffer, …) or copyOut(…, buffer)",
    "user-memory",
  );

const unlookedReach = (b: Body, node: Node, type: Type) =>
  mistake(
    node,
    `${b.text(node)} may be an error: it is a ${typeName(type)}`,
    `orReturn(${b.text(node)}), or if (isErr(…)) … first`,
    "results",
  );

/** What a pointer points at; one that may be null is a mistake. */
export function deref(b: Body, pointer: Expression, node: Node): Place {
  const { type } = pointer;
  if (type.kind !== "pointer") throw new Reported();
  if (type.nullable) throw mistake(node, `${b.text(node)} may be null`, nullHint(b, pointer, node));
  return settle(b, { kind: "deref", pointer, type: type.to, site: b.site(node) });
}

function nullHint(b: Body, pointer: Expression, node: Node): string {
  const path = pointer.kind === "read" ? b.path(pointer.place) : null;
  if (path !== null && b.flow.forgotten.has(path)) {
    return "it was compared with null, but a call or a store since then may have changed it: keep it in a const";
  }
  return `if (${b.text(node)} !== null) …`;
}

/** The field of a class that a name means; private ones only inside the class. */
export function fieldOf(b: Body, type: ClassType, name: string, node: Node): Field | null {
  complete(b.checker, type, node);
  const field = type.fields.find((candidate) => candidate.name === name);
  if (!field) return null;
  if (field.private && !insideOf(b, type))
    throw mistake(node, `${name} is private to ${type.name}`, `a method of ${type.name}`);
  return field;
}

export function insideOf(b: Body, type: ClassType): boolean {
  const { classes } = b.checker;
  return b.thisClass !== null && classes.get(b.thisClass)?.declaration === classes.get(type)?.declaration;
}

function fieldPlace(b: Body, node: MemberNode, mode: Mode): Place | null {
  if (node.property.type !== "Identifier" || node.computed) throw new Reported();
  if (node.object.type === "Identifier" && !b.find(node.object.name)) {
    const kind = b.checker.lookUp(b.module, node.object.name)?.kind;
    if (kind === "enum" || kind === "namespace") return null;
  }
  const base = baseOf(b, node.object, mode);
  if (!base.place) return null;
  const found = fieldIn(b, base.place, node.property.name, node.property);
  return found && mode !== "write" ? settle(b, found) : found;
}

/** A field of the class or union in a place; null when it has none of that name. */
export function fieldIn(b: Body, place: Place, name: string, node: Node): Place | null {
  const { type } = place;
  const site = b.site(node);
  if (type.kind === "class") {
    const field = fieldOf(b, type, name, node);
    return field && { kind: "field", of: place, field: name, type: field.type, site };
  }
  if (type.kind !== "tagged") return null;
  if (name === type.tag) {
    const texts = type.members.flatMap((member) => {
      const field = fieldOf(b, member, name, node);
      return field?.type.kind === "symbol" ? field.type.texts : [];
    });
    return { kind: "field", of: place, field: name, type: b.checker.types.symbol(texts), site };
  }
  for (const member of type.members) complete(b.checker, member, node);
  const having = type.members.filter((member) => member.fields.some((field) => field.name === name));
  if (having.length === 0) {
    const all = type.members.flatMap((member) => member.fields.map((field) => field.name));
    throw mistake(node, `no member of ${type.name} has a field ${name}`, nearest(name, all));
  }
  if (having.length === type.members.length) {
    const fields = having.map((member) => fieldOf(b, member, name, node)!);
    const [first] = fields;
    if (fields.every((field) => field.type === first.type && field.offset === first.offset && !field.bit)) {
      const member: Place = { kind: "variant", of: place, type: having[0], site };
      return { kind: "field", of: member, field: name, type: first.type, site };
    }
    throw mistake(
      node,
      `${name} is not at the same place in every member of ${type.name}`,
      `compare the tag first: .${type.tag} === …`,
    );
  }
  const path = b.path(place);
  const lost =
    path !== null && b.flow.forgotten.has(path)
      ? "; what was known is gone after a call or a store: keep ref(…) of it in a const"
      : "";
  throw mistake(
    node,
    `only ${having.map((member) => member.name).join(" and ")} of ${type.name} has ${name}`,
    `compare the tag first: .${type.tag} === …${lost}`,
  );
}

/** `x[i]`: of an array or slice, checked; of what follows a pointer, not. */
function element(b: Body, node: MemberNode, mode: Mode): Place {
  const { object } = node;
  const site = b.site(node);
  const place = placeOf(b, object, "read");
  const from =
    place && place.type.kind !== "pointer" && place.type.kind !== "slice"
      ? null
      : place
        ? readPlace(b, place, object)
        : value(b, object);
  const at = index(b, node.property as ExpressionNode);
  if (place && !from) {
    if (place.type.kind === "array") {
      const fixed = at.kind === "constant" && at.value.kind === "integer" ? at.value.value : null;
      if (fixed !== null && fixed >= BigInt(place.type.length))
        throw mistake(node.property, `${typeName(place.type)} has no element ${fixed}`, null);
      return inMode(
        b,
        { kind: "element", of: place, index: at, checked: fixed === null, type: place.type.of, site },
        mode,
      );
    }
    if (place.type.kind === "user") throw userReach(b, object);
    if (place.type.kind === "result") throw unlookedReach(b, object, place.type);
    throw mistake(object, `${typeName(place.type)} has no elements`, null);
  }
  const { type } = from!;
  if (type.kind === "pointer") {
    if (type.nullable) throw mistake(object, `${b.text(object)} may be null`, nullHint(b, from!, object));
    return inMode(b, { kind: "elementOf", of: from!, index: at, checked: false, type: type.to, site }, mode);
  }
  if (type.kind === "slice")
    return inMode(
      b,
      { kind: "elementOf", of: from!, index: at, checked: true, type: type.text ? u8 : type.of, site },
      mode,
    );
  if (type.kind === "user") throw userReach(b, object);
  if (type.kind === "result") throw unlookedReach(b, object, type);
  throw mistake(
    object,
    type.kind === "array" ? "the elements of a value without a name" : `${typeName(type)} has no elements`,
    type.kind === "array" ? "const a = …, then a[i]" : null,
  );
}

const inMode = (b: Body, place: Place, mode: Mode) => (mode === "write" ? place : settle(b, place));

/** Refuses to assign what is only read. */
export function assignable(b: Body, place: Place, node: Node): void {
  const text = b.text(node);
  switch (place.kind) {
    case "localPlace":
      if (!place.local.mutable) throw mistake(node, `${text} is a const`, "let");
      break;
    case "globalPlace":
      if (place.global.constant) throw mistake(node, `${text} is a const`, "let");
      break;
    case "field": {
      const owner = place.of.type;
      const field = owner.kind === "class" ? owner.fields.find((candidate) => candidate.name === place.field) : null;
      const own = b.isConstructor && place.of.kind === "deref" && b.thisClass === owner;
      if (field?.readonly && !own)
        throw mistake(
          node,
          `${place.field} is readonly`,
          owner.kind === "class" && insideOf(b, owner) ? "assign it in the constructor" : null,
        );
      if (owner.kind === "tagged")
        throw mistake(node, `the tag ${place.field} is not assigned by itself`, "assign a whole member: slot = { … }");
      break;
    }
    case "elementOf":
      if (place.of.type.kind === "slice" && place.of.type.readonly) {
        throw mistake(node, `${place.of.type.text ? "a text" : typeName(place.of.type)} is only read`, "Slice<T>");
      }
      break;
    default:
  }
  const { kind } = place.type;
  if (kind === "atomic") throw mistake(node, `${text} is atomic`, `${text}.store(…)`);
  if (kind === "bigEndian") throw mistake(node, `${text} is stored big-endian`, `${text}.set(…)`);
  if (kind === "perCpu") throw mistake(node, `${text} is one for each CPU`, null);
  const fixed = constantRoot(place);
  if (fixed !== null) throw mistake(node, `${fixed} is a constant: its bytes are only read`, "let");
}

/** The name of the constant whose bytes a place is among; they lie in read-only data. Storage that begins as zeros is not constant. */
export function constantRoot(place: Place): string | null {
  const root = rootOf(place);
  if (root.kind !== "globalPlace" || !root.global.constant || root.global.external) return null;
  return root.global.initial && root.global.initial.kind !== "zero" ? root.global.name : null;
}

/** The variable that a place is part of, or what a pointer points at. */
export function rootOf(place: Place): Place {
  return place.kind === "field" || place.kind === "variant" || place.kind === "okPlace" || place.kind === "element"
    ? rootOf(place.of)
    : place;
}
