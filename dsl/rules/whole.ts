/**
 * The whole program as the rules see it: made once for each check and handed to every rule. Also the words that several
 * rules share: what a lock is, what interrupt context is.
 *
 * A lock is a class with a method that gives a guard (a class with [Symbol.dispose]) and changes an `Atomic` on its way;
 * `Locked<T>` is one, and so is every other that is built that way.
 */
import type { Root, TypedFunction, TypedProgram } from "../check/tree.ts";
import type { ClassType } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import { factsOf } from "./facts.ts";
import { isRuntime, Reach, Values } from "./reach.ts";

export class Whole {
  readonly program: TypedProgram;
  readonly values: Values;
  /** Interrupt handlers, by their function. */
  readonly handlers: ReadonlyMap<TypedFunction, Root>;
  #interrupts: Reach | null = null;
  #handled: Reach | null = null;
  #everything: Reach | null = null;
  readonly #answers = new Map<string, ReadonlySet<TypedFunction>>();

  /** Effects must have been inferred. */
  constructor(program: TypedProgram) {
    this.program = program;
    this.values = new Values(program);
    const interrupts = program.roots.filter(({ kind }) => kind === "interrupt");
    this.handlers = new Map(interrupts.map((root) => [root.function, root]));
  }

  /** What handlers reach, and functions that promise attr(irqSafe). */
  get interrupts(): Reach {
    const safe = this.program.functions.filter((fn) => fn.contracts.irqSafe && !isRuntime(fn));
    this.#interrupts ??= new Reach(this.values, [...this.handlers.keys(), ...safe]);
    return this.#interrupts;
  }

  /** What handlers alone reach. */
  get handled(): Reach {
    this.#handled ??= new Reach(this.values, this.handlers.keys());
    return this.#handled;
  }

  get everything(): Reach {
    this.#everything ??= new Reach(this.values, this.program.functions);
    return this.#everything;
  }

  /** "the handler of interrupt 0x20", or the promise by which a function is in interrupt context. */
  context(fn: TypedFunction): string {
    const root = this.interrupts.way(fn)[0].fn;
    const handler = this.handlers.get(root);
    if (handler) return handlerText(handler.vector);
    return root === fn ? `this function (irqSafe) promises that an interrupt` : `${root.name} (irqSafe)`;
  }

  /** The calls from a handler to a place. */
  interruptPath(fn: TypedFunction, site: Site, reach = this.interrupts): string[] {
    return pathOf(reach, fn, site, (root) => {
      const handler = this.handlers.get(root);
      return handler === undefined ? null : handlerText(handler.vector);
    });
  }

  /** The functions that are what is asked for, or call one that is; `question` names it. */
  #callersOf(question: string, asks: (fn: TypedFunction) => boolean): ReadonlySet<TypedFunction> {
    const before = this.#answers.get(question);
    if (before !== undefined) return before;
    const { functions } = this.program;
    const found = new Set(functions.filter(asks));
    this.#answers.set(question, found);
    const callers = new Map<TypedFunction, TypedFunction[]>();
    for (const fn of functions)
      for (const { callee } of factsOf(fn).calls) {
        const list = callers.get(callee);
        if (list === undefined) callers.set(callee, [fn]);
        else list.push(fn);
      }
    for (const callee of found) for (const fn of callers.get(callee) ?? []) found.add(fn);
    return found;
  }

  /** Whether a function turns interrupts off, itself or in what it calls. */
  turnsInterruptsOff(fn: TypedFunction): boolean {
    // Who may wait in it has them on again in between, and takes a lock that sleeps.
    return fn.inferred?.sleeps !== true && this.#callersOf("interrupts off", interruptsOff).has(fn);
  }

  /** The class of the lock that a method takes, or null. */
  lockTakenBy(fn: TypedFunction): ClassType | null {
    const guard = fn.result.kind === "result" ? fn.result.of : fn.result;
    const self = fn.parameters[0];
    if (guard.kind !== "class" || !guard.disposable || self?.name !== "this") return null;
    const owner = self.type.kind === "pointer" ? self.type.to : self.type;
    return owner.kind === "class" && this.#callersOf("atomic", changesAtomic).has(fn) ? owner : null;
  }
}

const handlerText = (vector: number | null): string =>
  vector === null ? "the handler of all other interrupts" : `the handler of interrupt 0x${vector.toString(16)}`;

const atomicChange = /^atomic\.(swap|add|sub|or|and|xor|cas)\./;

const changesAtomic = (fn: TypedFunction): boolean =>
  factsOf(fn).intrinsics.some(({ name }) => atomicChange.test(name));

const interruptsOff = (fn: TypedFunction): boolean =>
  factsOf(fn).intrinsics.some(({ name }) => name === "cpu.cli" || name === "cpu.saveFlagsCli");

/** The steps to a place as lines of a message. */
export function pathOf(
  reach: Reach,
  fn: TypedFunction,
  site: Site,
  roleOf: (fn: TypedFunction) => string | null = () => null,
): string[] {
  const lines: string[] = [];
  for (const { fn: step, site: at } of reach.way(fn)) {
    const role = roleOf(step);
    const what = role === null ? "" : `, ${role}`;
    if (at !== null) lines.push(`calls ${step.name} (${at.file}:${at.line})`);
    else lines.push(`${step.name}${what} (${step.site.file}:${step.site.line})`);
  }
  lines.push(`to ${site.file}:${site.line}`);
  return lines;
}
