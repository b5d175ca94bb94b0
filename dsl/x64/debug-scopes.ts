/**
 * The scopes of a compiled function as a tree: calls that were inlined, and blocks of the sources, each with the code that
 * came from it and the variables that belong to it. Both are read off the origins of instructions: an inlined call stands
 * in the block in which it was written, so that a debugger that goes up from it sees what is in scope there.
 */
import type { LexicalScope, Origin } from "../ir/ssa.ts";
import type { Compiled } from "./function.ts";
import type { Range, VariableLocation } from "./locations.ts";

export class ScopeNode {
  readonly parent: ScopeNode | null;
  /** For an inlined call: the callee, the file its instructions come from, and where it was called; null: a block, or the function. */
  readonly call: { readonly callee: string; readonly file: string; readonly at: Origin } | null;
  readonly ranges: Range[] = [];
  readonly inner: ScopeNode[] = [];
  readonly variables: VariableLocation[] = [];
  readonly #blocks = new Map<LexicalScope, ScopeNode>();
  readonly #calls = new Map<string, ScopeNode>();

  constructor(parent: ScopeNode | null, call: ScopeNode["call"]) {
    this.parent = parent;
    this.call = call;
  }

  block(scope: LexicalScope): ScopeNode {
    let node = this.#blocks.get(scope);
    if (node === undefined) {
      this.#blocks.set(scope, (node = new ScopeNode(this, null)));
      this.inner.push(node);
    }
    return node;
  }

  inlined(inlined: NonNullable<Origin["inlined"]>, file: string): ScopeNode {
    const { callee, at } = inlined;
    const key = `${callee}@${at.site.file}:${at.site.line}:${at.site.column}`;
    let node = this.#calls.get(key);
    if (node === undefined) {
      this.#calls.set(key, (node = new ScopeNode(this, { callee, file, at })));
      this.inner.push(node);
    }
    return node;
  }

  /** Takes a stretch of code, which begins where the last one ended or later. */
  add(from: number, to: number): void {
    const last = this.ranges.at(-1);
    if (last?.to === from) this.ranges[this.ranges.length - 1] = { from: last.from, to };
    else this.ranges.push({ from, to });
  }
}

/** The function's own scope, with all others in it. Scopes of which no code is left have no ranges. */
export function scopesOf({ code, variables }: Compiled): ScopeNode {
  const top = new ScopeNode(null, null);
  const byOrigin = new Map<Origin, ScopeNode>();
  const byChain = new Map<Origin["inlined"], ScopeNode>([[null, top]]);
  const within = (node: ScopeNode, scope: LexicalScope | undefined): ScopeNode =>
    scope === undefined ? node : within(node, scope.parent).block(scope);
  const callOf = (inlined: Origin["inlined"], file: string): ScopeNode => {
    let node = byChain.get(inlined);
    if (node === undefined) byChain.set(inlined, (node = scopeOf(inlined!.at).inlined(inlined!, file)));
    return node;
  };
  const scopeOf = (origin: Origin): ScopeNode => {
    let node = byOrigin.get(origin);
    if (node === undefined)
      byOrigin.set(origin, (node = within(callOf(origin.inlined, origin.site.file), origin.scope)));
    return node;
  };
  code.lines.forEach(({ offset, origin }, k) => {
    const to = code.lines[k + 1]?.offset ?? code.bytes.length;
    for (let node: ScopeNode | null = scopeOf(origin); node !== null; node = node.parent) node.add(offset, to);
  });
  for (const it of variables) within(callOf(it.inlined, it.variable.site.file), it.variable.scope).variables.push(it);
  return top;
}
