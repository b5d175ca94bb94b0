/** What may be touched from anywhere at any time: atomics, what each processor has for itself, what lies behind a lock. */
import type { Place } from "../check/tree.ts";
import type { ClassType, Type } from "../check/types.ts";
import { rootOf } from "./visit.ts";

/** Data behind a lock: a class `Locked<T>` whose fields only its own methods reach. */
export function isLockType(type: Type): boolean {
  return type.kind === "class" && /^Locked</.test(type.name) && type.fields.every((field) => field.private);
}

/** Whether the place, or something it lies in, may be touched from anywhere. */
export function anyShared(place: Place): boolean {
  for (let at = place; ; at = at.of) {
    if (isShared(at.type)) return true;
    if (at.kind !== "field" && at.kind !== "variant" && at.kind !== "okPlace" && at.kind !== "element")
      return (at.kind === "deref" || at.kind === "elementOf") && at.type.kind === "volatile";
    if (at.type.kind === "volatile") {
      const root = rootOf(at);
      if (root.kind === "deref" || root.kind === "elementOf") return true;
    }
  }
}

/** Atomic, per CPU, behind a lock, or made of nothing else. */
export function isShared(type: Type): boolean {
  switch (type.kind) {
    case "atomic":
    case "perCpu":
      return true;
    case "array":
      return isShared(type.of);
    case "class":
      return isLockType(type) || madeOfShared(type);
    default:
      return false;
  }
}

const madeOfShared = ({ fields }: ClassType): boolean =>
  fields.length > 0 && fields.every((field) => isShared(field.type));
