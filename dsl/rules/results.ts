/**
 * Every result is looked at. The checker sees the ones that are dropped on the spot and the variables that nobody reads;
 * here are those that get lost on the way: a value that is overwritten before anybody looked, a parameter that its function
 * ignores, a field that keeps a result for later.
 */
import { type Block, type Expression, hasBody, type Local, type Statement } from "../check/tree.ts";
import type { Site } from "../out/site.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { factsOf, wasRight } from "./facts.ts";
import { isRuntime } from "./reach.ts";
import { rootOf, type Visitor, visitBlock, visitExpression } from "./visit.ts";
import type { Whole } from "./whole.ts";

export function lostResults({ program }: Whole): Diagnostic[] {
  const found: Diagnostic[] = [];
  const say = (site: Site, length: number, message: string, hint: string) =>
    found.push({ site, length, message, hint, rule: "results" });
  const read = new Set<Local>();
  for (const fn of program.functions) {
    if (wasRight(fn) || isRuntime(fn) || fn.body === null || !factsOf(fn).results) continue;
    new Walk((site, local, from) => {
      const message = `${local.name} from line ${from.line} is overwritten before anybody looked at it`;
      say(site, local.name.length, message, "orReturn(…), isErr(…), or ignore(…, why) first");
    }, read).block(fn.body, new Map());
  }
  for (const fn of program.functions) {
    if (wasRight(fn) || isRuntime(fn) || !hasBody(fn)) continue;
    for (const local of fn.parameters)
      if (local.type.kind === "result" && !read.has(local))
        say(
          local.site,
          local.name.length,
          `${local.name} may be an error and nobody looks`,
          "look at it, or take the value and let callers write orReturn(…)",
        );
  }
  for (const { fields } of program.classes)
    for (const { name, type, site } of fields)
      if (type.kind === "result" && !site.file.startsWith("cor:"))
        say(
          site,
          name.length,
          `${name} keeps a result, which is looked at where it comes from`,
          "the value, or the code",
        );
  return found;
}

/** Where each variable got a result that nobody has looked at since. */
type Pending = Map<Local, Site>;

class Walk {
  readonly #lost: (site: Site, local: Local, from: Site) => void;
  readonly #read: Set<Local>;

  constructor(lost: (site: Site, local: Local, from: Site) => void, read: Set<Local>) {
    this.#lost = lost;
    this.#read = read;
  }

  block(body: Block, pending: Pending): void {
    for (const statement of body) this.#statement(statement, pending);
  }

  #statement(s: Statement, pending: Pending): void {
    if (s.kind === "local" && s.initial) {
      this.#expression(s.initial, pending);
      if (s.local.type.kind === "result") pending.set(s.local, s.site);
    } else if (s.kind === "expression") this.#expression(s.expression, pending);
    else if (s.kind === "block") this.block(s.body, pending);
    else if (s.kind === "if") {
      this.#expression(s.condition, pending);
      const other = new Map(pending);
      this.block(s.then, pending);
      if (s.otherwise) this.block(s.otherwise, other);
      for (const local of [...pending.keys()]) if (!other.has(local)) pending.delete(local);
    } else {
      // Loops and switches: what is looked at anywhere in them counts as looked at.
      const looks = this.#visitor(pending);
      visitBlock([s], looks);
    }
  }

  #expression(e: Expression, pending: Pending): void {
    const stored = e.kind === "assign" && e.place.kind === "localPlace" ? e.place.local : null;
    if (e.kind !== "assign" || stored?.type.kind !== "result") {
      visitExpression(e, this.#visitor(pending));
      return;
    }
    this.#expression(e.value, pending);
    const from = pending.get(stored);
    if (from !== undefined) this.#lost(e.site, stored, from);
    pending.set(stored, e.site);
  }

  #visitor(pending: Pending): Visitor {
    const look = (local: Local) => {
      this.#read.add(local);
      pending.delete(local);
    };
    return {
      place: (place, use) => {
        const root = rootOf(place);
        if (root.kind === "localPlace" && use !== "write") look(root.local);
      },
      expression: (e) => {
        if (e.kind === "closure") e.captured.forEach(look);
      },
    };
  }
}
