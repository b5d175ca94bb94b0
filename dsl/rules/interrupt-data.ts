/**
 * An interrupt comes between any two instructions, so what its handler shares with the rest of the kernel must be made for
 * that: `Locked`, `Atomic`, `PerCpu`, or never changing. Looked at is every global that can be reached from a handler or
 * from a function with attr(irqSafe); and that whoever takes a lock there has turned interrupts off.
 */
import { isStorage, typeName } from "../check/intern.ts";
import type { TypedFunction, TypedGlobal } from "../check/tree.ts";
import type { Type } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { factsOf, type Touch } from "./facts.ts";
import { isRuntime } from "./reach.ts";
import type { Whole } from "./whole.ts";

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

/** A touch of a global that is not for everybody. */
function mistakeOf({ global, site, behind, writes }: Touch): Wrong | null {
  if (behind)
    return {
      ...{ global, site },
      message: `what ${global.name} points at is shared without a lock`,
      hint: "keep it behind a Locked<…>, whose guard is held here, or make the field Atomic or Vol",
    };
  const { type, constant, late, name } = global;
  if (type.kind === "ports") return null;
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

function hintFor(name: string, type: Type): string {
  if (type.kind === "integer" || type.kind === "bool" || (type.kind === "pointer" && type.nullable))
    return `const ${name} = zeroed<Atomic<${typeName(type)}>>(), or perCpu<…>() for one on each CPU`;
  return `const ${name} = zeroed<Locked<${typeName(type)}>>(), and using held = ${name}.enter()`;
}
