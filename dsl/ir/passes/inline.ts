/**
 * Inlining, from the leaves of the call graph upwards, so that what is inlined has been made small first. "always" means
 * it; "auto" goes by size: a call is replaced when the body costs about as much as calling it, or more when it is the only
 * call. Origins remember the chain of calls, so that a debugger can show the frames that no longer exist.
 */
import { constant, freshBlock } from "../build.ts";
import { copyBody } from "../clone.ts";
import { Replacements } from "../pass.ts";
import type { Block, Instruction, IrFunction, IrProgram, Origin, Phi } from "../ssa.ts";
import { mentionsOf, successors } from "../visit.ts";

type Call = Extract<Instruction, { op: "call" }>;

/** Instructions a body may have to be inlined wherever it is called. */
const SMALL = 24;
/** … when it is called in one place only, and nowhere else needed. */
const ONCE = 200;
/** A constant argument makes a body smaller by about so much. */
const PER_CONSTANT = 4;
/** Functions do not grow beyond this by inlining. */
const LARGEST = 3000;

/** How many instructions a function is; what only informs the debugger counts nothing. */
export function sizeOf(f: IrFunction): number {
  let size = 0;
  for (const block of f.blocks) {
    // Traps are out of the way; what they cost is space.
    size += block.terminator.op === "trap" || block.terminator.op === "jump" ? 0 : 1;
    for (const i of block.instructions)
      if (i.op === "call") size += 2 + i.arguments.length;
      else if (i.op !== "debug" && i.op !== "declare" && i.op !== "slot") size++;
  }
  return size;
}

/** Whether any call could be replaced by the body of a function of a size. `only`: it is mentioned once, and not exported. */
export function couldInline(f: IrFunction, size: number, only: boolean, recursive: boolean): boolean {
  const { inline, cold, noReturn } = f.attributes;
  if (recursive || inline === "never") return false;
  if (inline === "always") return true;
  const least = size - f.parameters.length * (PER_CONSTANT + 1);
  return !cold && !noReturn && least <= (only ? ONCE : SMALL);
}

export class Inliner {
  readonly #functions: Map<string, IrFunction>;
  /** How often each symbol is named: calls, addresses, pointers in globals. */
  readonly #mentions = new Map<string, number>();

  readonly #recursive = new Set<IrFunction>();
  readonly #named: (f: IrFunction) => readonly string[];
  /** Of functions that are in the form in which they are inlined. */
  readonly #sizes = new Map<IrFunction, number>();

  /** `named`: the symbols that a function names, each as often as it does, where that is known already. */
  constructor(program: IrProgram, named: (f: IrFunction) => readonly string[] = mentionsOf) {
    this.#named = named;
    this.#functions = new Map(program.functions.map((f) => [f.name, f]));
    const mention = (symbol: string) => this.#mentions.set(symbol, (this.#mentions.get(symbol) ?? 0) + 1);
    for (const g of program.globals) for (const p of g.pointers) mention(p.to.symbol);
    for (const f of program.functions) for (const symbol of named(f)) mention(symbol);
  }

  /** Whether a function is named in one place only, and nowhere else needed. */
  onlyOnce(f: IrFunction): boolean {
    return !f.attributes.exported && this.#mentions.get(f.name) === 1;
  }

  /** Whether a function is in a circle of calls; known after `order`. */
  isRecursive(f: IrFunction): boolean {
    return this.#recursive.has(f);
  }

  /** A function's body is now this one. */
  replace(f: IrFunction, by: IrFunction): void {
    this.#functions.set(f.name, by);
    if (this.#recursive.has(f)) this.#recursive.add(by);
  }

  /**
   * Callees before their callers, as far as there are no circles (Tarjan's algorithm); the functions that are in circles
   * are remembered, and never inlined.
   */
  order(): IrFunction[] {
    const order: IrFunction[] = [];
    const number = new Map<IrFunction, number>();
    const low = new Map<IrFunction, number>();
    const open: IrFunction[] = [];
    const isOpen = new Set<IrFunction>();
    for (const root of this.#functions.values()) {
      if (number.has(root)) continue;
      const stack: { f: IrFunction; callees: IrFunction[]; next: number }[] = [];
      const enter = (f: IrFunction) => {
        number.set(f, number.size);
        low.set(f, number.get(f)!);
        open.push(f);
        isOpen.add(f);
        stack.push({ f, callees: this.callees(f), next: 0 });
      };
      enter(root);
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const callee = top.callees[top.next++];
        if (callee !== undefined) {
          if (callee === top.f) this.#recursive.add(callee);
          if (!number.has(callee)) enter(callee);
          else if (isOpen.has(callee)) low.set(top.f, Math.min(low.get(top.f)!, number.get(callee)!));
          continue;
        }
        stack.pop();
        const above = stack.at(-1);
        if (above !== undefined) low.set(above.f, Math.min(low.get(above.f)!, low.get(top.f)!));
        if (low.get(top.f) !== number.get(top.f)) continue;
        const circle = open.splice(open.indexOf(top.f));
        for (const f of circle) {
          isOpen.delete(f);
          if (circle.length > 1) this.#recursive.add(f);
        }
        order.push(...circle.reverse());
      }
    }
    return order;
  }

  /** Whom a function calls, or names: function values may turn out to be called. */
  callees(f: IrFunction): IrFunction[] {
    const found = new Set<IrFunction>();
    for (const symbol of this.#named(f)) {
      const callee = this.#functions.get(symbol);
      if (callee !== undefined) found.add(callee);
    }
    return [...found];
  }

  #target(i: Call): IrFunction | null {
    if (i.callee.kind !== "address" || i.callee.offset !== 0n) return null;
    return this.#functions.get(i.callee.symbol) ?? null;
  }

  #sizeOf(finished: IrFunction): number {
    let size = this.#sizes.get(finished);
    if (size === undefined) this.#sizes.set(finished, (size = sizeOf(finished)));
    return size;
  }

  /** Replaces the calls that are worth it, after `order`; `finished`: the functions that are in their final form. */
  run(f: IrFunction, finished: Pick<ReadonlySet<IrFunction>, "has">): boolean {
    let changed = false;
    let size = sizeOf(f);
    for (let at = 0; at < f.blocks.length; at++) {
      const block = f.blocks[at]!;
      const index = block.instructions.findIndex((i) => {
        if (i.op !== "call") return false;
        const callee = this.#target(i);
        return callee !== null && finished.has(callee) && this.#wants(f, block, i, callee, size);
      });
      if (index < 0) continue;
      const call = block.instructions[index] as Call;
      const callee = this.#target(call)!;
      size += this.#sizeOf(callee);
      inlineCall(f, at, index, callee);
      changed = true;
      // The blocks that came in follow; calls in them are looked at as well, they are finished calls of the callee.
    }
    return changed;
  }

  #wants(f: IrFunction, block: Block, call: Call, callee: IrFunction, size: number): boolean {
    const { inline, cold, noReturn, section, floats } = callee.attributes;
    if (floats && !f.attributes.floats) return false;
    if (this.#recursive.has(callee) || inline === "never") return false;
    if (inline === "always") return true;
    if (cold || noReturn || (section !== null && section !== f.attributes.section)) return false;
    const end = block.terminator.op;
    if (end === "trap" || end === "unreachable") return false;
    if (size > LARGEST) return false;
    const constants = call.arguments.filter((a) => a.kind !== "value").length;
    const cost = this.#sizeOf(callee) - constants * PER_CONSTANT - call.arguments.length;
    return cost <= (this.onlyOnce(callee) ? ONCE : SMALL);
  }
}

/**
 * Where something came from, seen from the function into which it was inlined. What has no place in the sources (helpers
 * that lowering made) is part of the call.
 */
function inlinedOrigins({ name: callee, site }: IrFunction, at: Origin): (o: Origin) => Origin {
  const known = new Map<Origin, Origin>();
  const outer = (o: Origin): Origin => {
    if (o.inlined === null && site.line === 0) return at;
    let result = known.get(o);
    if (result === undefined) {
      const inlined = o.inlined === null ? { callee, at } : { callee: o.inlined.callee, at: outer(o.inlined.at) };
      result = { site: o.site, scope: o.scope, inlined };
      known.set(o, result);
    }
    return result;
  };
  return outer;
}

/** Puts a callee's body in the place of a call: the call's block ends before it, and goes on in a new block behind. */
export function inlineCall(f: IrFunction, at: number, index: number, callee: IrFunction): void {
  const block = f.blocks[at]!;
  const call = block.instructions[index] as Call;
  const body = copyBody(callee, f, call.arguments, inlinedOrigins(callee, call.origin));
  const after = freshBlock(f, block.label);
  after.instructions = block.instructions.slice(index + 1);
  after.terminator = block.terminator;
  for (const to of successors(after))
    for (const phi of to.phis) {
      const operand = phi.inputs.get(block);
      if (operand === undefined) continue;
      phi.inputs.delete(block);
      phi.inputs.set(after, operand);
    }
  block.instructions = block.instructions.slice(0, index);
  block.terminator = { op: "jump", to: body[0]!, origin: call.origin };
  const results: Phi[] = call.results.map((result) => ({ result, inputs: new Map() }));
  let returns = 0;
  for (const b of body) {
    const t = b.terminator;
    if (t.op !== "return") continue;
    returns++;
    for (let k = 0; k < results.length; k++) results[k]!.inputs.set(b, t.values[k]!);
    b.terminator = { op: "jump", to: after, origin: t.origin };
  }
  after.phis = results;
  f.blocks.splice(at + 1, 0, ...body, after);
  if (returns === 0) {
    // Nothing comes back: what follows is unreachable, and its values must not be missed.
    const missing = new Replacements();
    for (const r of call.results) missing.set(r, constant(r.type, 0n));
    after.phis = [];
    missing.apply(f);
  }
}
