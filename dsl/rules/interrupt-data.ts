/**
 * An interrupt comes between any two instructions, so what its handler shares with the rest of the kernel must be made for
 * that: `Locked`, `Atomic`, `PerCpu`, or never changing. Looked at is every global that can be reached from a handler or
 * from a function with attr(irqSafe); and that whoever takes a lock there has turned interrupts off.
 */
import { isStorage, typeName } from "../check/intern.ts";
import type { Place, TypedFunction, TypedGlobal } from "../check/tree.ts";
import type { ClassType, Type } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { factsOf, type Touch } from "./facts.ts";
import { isRuntime } from "./reach.ts";
import { rootOf } from "./visit.ts";
import { isLockType, type Whole } from "./whole.ts";

export function interruptData(whole: Whole): Diagnostic[] {
  const found: Diagnostic[] = [];
  const { interrupts } = whole;
  for (const fn of interrupts.functions) {
    if (isRuntime(fn)) continue;
    const seen = new Set<TypedGlobal>();
    for (const touch of factsOf(fn).touches) {
      const wrong = mistakeOf(touch);
      if (wrong === null || seen.has(wrong.global)) continue;
      seen.add(wrong.global);
      found.push({
        site: wrong.site,
        length: wrong.global.name.length,
        message: `${wrong.message}, and ${whole.context(fn)} comes here`,
        hint: wrong.hint,
        path: whole.interruptPath(fn, wrong.site),
        rule: "interrupt-data",
      });
    }
    for (const { callee, site } of interrupts.calls(fn)) {
      const lock = openLock(whole, callee);
      if (lock === null) continue;
      found.push({
        site,
        length: 1,
        message: `${callee.name} leaves interrupts on, and ${whole.context(fn)} takes the same lock`,
        hint: `${lock}: cpu.saveFlagsCli() before the lock is taken, cpu.restoreFlags(flags) after it is given back`,
        path: whole.interruptPath(fn, site),
        rule: "interrupt-data",
      });
    }
  }
  return found;
}

/** The class of a lock that is taken with interrupts on. */
function openLock(whole: Whole, callee: TypedFunction): string | null {
  const lock = whole.lockTakenBy(callee);
  return lock !== null && !whole.turnsInterruptsOff(callee) ? lock.name : null;
}

interface Wrong {
  readonly site: Site;
  readonly global: TypedGlobal;
  readonly message: string;
  readonly hint: string;
}

function mistakeOf({ place, use, guarded }: Touch): Wrong | null {
  const root = rootOf(place);
  if (root.kind === "localPlace" || anyShared(place)) return null;
  if (root.kind === "globalPlace") return ownMistake(root, use);
  // Behind a pointer or slice that a global holds.
  const holder = root.kind === "deref" ? root.pointer : root.of;
  if (use === "address" || guarded || holder.kind !== "read") return null;
  const from = rootOf(holder.place);
  if (from.kind !== "globalPlace" || anyShared(holder.place)) return null;
  if (holder.type.kind === "slice" && holder.type.readonly) return null;
  const { global, site } = from;
  return {
    ...{ global, site },
    message: `what ${global.name} points at is shared without a lock`,
    hint: "keep it behind a Locked<…>, whose guard is held here, or make the field Atomic or Vol",
  };
}

function ownMistake({ global, site }: Extract<Place, { kind: "globalPlace" }>, use: Touch["use"]): Wrong | null {
  const { type, constant, late, name } = global;
  if (type.kind === "ports") return null;
  const writes = use === "write" || use === "update";
  if (late && !writes && !isStorage(type)) return null;
  if (constant && !writes && (!isStorage(type) || neverChanges(global))) return null;
  if (late)
    return {
      ...{ global, site },
      message: `${name} is set once at boot`,
      hint: "set it before the first interrupt can come",
    };
  return {
    ...{ global, site },
    message: `${name} (${typeName(type)}) is neither Locked, Atomic, PerCpu nor constant`,
    hint: hintFor(name, type),
  };
}

/** What has a value from the start and is a constant lies in read-only data. */
const neverChanges = ({ initial }: TypedGlobal): boolean => initial !== null && initial.kind !== "zero";

/** Whether the place, or something it lies in, may be touched from anywhere. */
function anyShared(place: Place): boolean {
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

function hintFor(name: string, type: Type): string {
  if (type.kind === "integer" || type.kind === "bool" || (type.kind === "pointer" && type.nullable))
    return `const ${name} = zeroed<Atomic<${typeName(type)}>>(), or perCpu<…>() for one on each CPU`;
  return `const ${name} = zeroed<Locked<${typeName(type)}>>(), and using held = ${name}.enter()`;
}
