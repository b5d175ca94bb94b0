/**
 * How deep the stack gets, for every function where execution can begin: the frames of the finished code, added up along
 * the deepest chain of calls. What a call of a function value may reach is known from the sources (reach.ts); where the
 * code's call is not found there, any function of that shape whose address is taken. A chain that comes back to itself has
 * no depth unless a function in it says how deep it goes (`attr(bounded(n))`).
 *
 * A part of the call graph that recurs is entered at most Σ n times through its bounded functions, each time followed by
 * at most the longest way among the others: that product is its depth. A tail call's frame is gone before the callee's.
 */
import { hash } from "node:crypto";
import type { Root, TypedFunction } from "../check/tree.ts";
import { nowhere, type Site } from "../out/site.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { trapFrame } from "../x64/entry.ts";
import type { StackFacts } from "../x64/stack-facts.ts";
import { components } from "./components.ts";
import { factsOf } from "./facts.ts";
import { placeKey } from "./reach.ts";
import type { Whole } from "./whole.ts";

/** What the entry of an interrupt or system call keeps below the interrupted program: the frame (x64/entry.ts), and where the function returns to. */
const ENTRY_BYTES = trapFrame.bytes;

export interface EntryDepth {
  readonly name: string;
  readonly kind: Root["kind"] | "task";
  readonly site: Site;
  /** Bytes; null when it recurs without a bound. */
  readonly worst: number | null;
  /** The deepest way: functions with the bytes of their frames. */
  readonly way: readonly { readonly name: string; readonly bytes: number }[];
  /** The configured size, if there is one. */
  readonly size: number | null;
}

export interface StackReport {
  readonly entries: readonly EntryDepth[];
  /** Bytes that interrupts may add to the stack they come on: 0 where they have one of their own. */
  readonly interrupts: number;
  /** Symbols that are called and whose depth is not known: assembler's and C's. */
  readonly unknown: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Node {
  readonly facts: StackFacts;
  readonly edges: { readonly to: Node; readonly tail: boolean; readonly site: Site }[];
  readonly bound: number | null;
  readonly fn: TypedFunction | null;
  worst: number | null;
  next: Node | null;
}

/** `sizes`: of stacks, by function, kind, or "default". */
export function stackDepths(
  whole: Whole,
  frames: readonly StackFacts[],
  sizes: ReadonlyMap<string, number>,
): StackReport {
  const graph = new Graph(whole, frames);
  const diagnostics: Diagnostic[] = [...graph.measure()];
  const roots = whole.program.roots.filter(({ site }) => !site.file.startsWith("cor:"));
  const entries = new Map<string, EntryDepth>();
  const tasks = whole.program.functions.flatMap((fn) => factsOf(fn).starts);
  const begins = [...roots, ...tasks.map((fn) => ({ kind: "task" as const, function: fn, site: fn.site }))];
  for (const { kind, function: fn, site } of begins) {
    const name = fn.contracts.symbol ?? fn.name;
    const node = graph.nodes.get(name);
    if (node === undefined || entries.has(name)) continue;
    const extra = kind === "entry" || kind === "export" || kind === "task" ? 0 : ENTRY_BYTES;
    const worst = node.worst === null ? null : node.worst + extra;
    const way = [...(extra > 0 ? [{ name: `(${kind})`, bytes: extra }] : []), ...graph.way(node)];
    const size = sizes.get(name) ?? sizes.get(kind) ?? sizes.get("default") ?? null;
    entries.set(name, { name, kind, site, worst, way, size });
  }
  const list = [...entries.values()];
  const most = (wanted: Root["kind"]) =>
    sizes.has(wanted)
      ? 0
      : list.reduce((most, { kind, worst }) => (kind === wanted ? Math.max(most, worst ?? 0) : most), 0);
  const interrupts = most("interrupt");
  const exceptions = most("exception");
  for (const entry of list) {
    const { name, kind, worst, size, site, way } = entry;
    if (worst === null || size === null) continue;
    // An exception's handler can be interrupted, an interrupt's can not, and neither meets an exception that it survives.
    const onTop = kind === "interrupt" ? 0 : interrupts + (kind === "exception" ? 0 : exceptions);
    const needed = worst + onTop;
    if (needed > size)
      diagnostics.push({
        site,
        length: 1,
        message: `${name} needs ${needed} bytes of stack${onTop === 0 ? "" : ` (${onTop} for ${exceptions === 0 || kind === "exception" ? "" : "an exception and "}an interrupt)`}, its stack has ${size}`,
        hint: "a smaller frame on the way, or a larger stack in cor.json",
        path: way.map(({ name, bytes }) => `${name}: ${bytes}`),
        rule: "stack",
      });
  }
  for (const node of graph.nodes.values()) {
    const limit = node.fn?.contracts.stackBytes ?? null;
    if (limit === null || node.worst === null || node.worst <= limit) continue;
    diagnostics.push({
      site: node.fn!.site,
      length: 1,
      message: `${node.fn!.name} needs ${node.worst} bytes of stack, and promises at most ${limit}`,
      hint: "a smaller frame on the way, or another promise in attr(stack(n))",
      path: graph.way(node).map(({ name, bytes }) => `${name}: ${bytes}`),
      rule: "stack",
    });
  }
  return { entries: list, interrupts, unknown: [...graph.unknown].sort(), diagnostics };
}

class Graph {
  readonly nodes = new Map<string, Node>();
  readonly unknown = new Set<string>();

  constructor(whole: Whole, frames: readonly StackFacts[]) {
    const typed = new Map(whole.program.functions.map((fn) => [fn.contracts.symbol ?? fn.name, fn]));
    for (const facts of frames) {
      const fn = typed.get(facts.name) ?? null;
      this.nodes.set(facts.name, {
        ...{ facts, fn, edges: [], worst: null, next: null },
        bound: fn?.contracts.bounded ?? null,
      });
    }
    const taken = new Map<string, Set<Node>>();
    for (const name of [...frames.flatMap(({ takes }) => takes), ...keptSymbols(whole)]) {
      const node = this.nodes.get(name);
      if (node === undefined) continue;
      const { signature } = node.facts;
      taken.set(signature, (taken.get(signature) ?? new Set()).add(node));
    }
    const thunks = [...this.nodes.values()].filter(({ facts }) => isThunk(facts.name));
    const targets = whole.everything.valueTargets;
    for (const node of this.nodes.values()) {
      const { facts, edges } = node;
      for (const { symbol, tail, site } of facts.calls) {
        const to = this.nodes.get(symbol);
        if (to !== undefined) edges.push({ to, tail, site });
        else this.unknown.add(symbol);
      }
      for (const { site, signature } of facts.indirect) {
        const known = targets.get(placeKey(site));
        // A thunk stands between a closure's call and a plain function; what it calls is known where it is called.
        const reached = isThunk(facts.name)
          ? []
          : known === undefined
            ? (taken.get(signature) ?? [])
            : [...known].flatMap((fn) => this.nodes.get(fn.contracts.symbol ?? fn.name) ?? []);
        for (const to of reached) edges.push({ to, tail: false, site });
        for (const thunk of thunks)
          if (thunk.facts.signature === signature)
            for (const to of reached) {
              const name = `${thunk.facts.name} to ${to.facts.name}`;
              const between = { ...thunk.facts, name };
              edges.push({
                to: {
                  facts: between,
                  fn: null,
                  bound: null,
                  worst: null,
                  next: null,
                  edges: [{ to, tail: false, site }],
                },
                ...{ tail: false, site },
              });
            }
      }
    }
    this.#cutFailures();
  }

  /** What tells of a failed check may have checks itself: that one of them fails while it does is not counted. */
  #cutFailures(): void {
    const failures = new Set(["cor.panic", "panic"].flatMap((name) => this.nodes.get(name) ?? []));
    const telling = new Set(failures);
    for (const node of telling) for (const { to } of node.edges) telling.add(to);
    for (const { edges } of telling)
      edges.splice(0, edges.length, ...edges.filter(({ to }) => !failures.has(to) || !telling.has(to)));
  }

  /** Gives every node its worst depth, callees first. Gives the recursions that have no bound. */
  *measure(): Iterable<Diagnostic> {
    const all = components([...this.nodes.values()], (node) => node.edges.map(({ to }) => to));
    for (const part of all) {
      const inside = new Set(part);
      const recurs = part.some(({ edges }) => edges.some(({ to }) => inside.has(to)));
      if (!recurs) {
        const [node] = part;
        this.#settle(node!);
        continue;
      }
      const left = part.filter(({ bound }) => bound === null);
      const open = this.#growing(left);
      if (open !== null) {
        yield unbounded(open);
        continue;
      }
      this.#bounded(part, left);
    }
  }

  #settle(node: Node): void {
    const { facts, edges } = node;
    let worst: number | null = facts.bytes;
    for (const { to, tail } of edges) {
      if (to.worst === null) {
        worst = null;
        break;
      }
      const depth: number = to.worst + (tail ? 0 : facts.bytes);
      if (depth <= worst) continue;
      worst = depth;
      node.next = to;
    }
    node.worst = worst;
  }

  /** A ring of calls among nodes without a bound that are no tail calls all. */
  #growing(left: readonly Node[]): Node[] | null {
    const inside = new Set(left);
    for (const part of components(left, (node) => node.edges.flatMap(({ to }) => (inside.has(to) ? [to] : [])))) {
      const ring = new Set(part);
      for (const from of part)
        for (const { to, tail } of from.edges) if (ring.has(to) && !tail) return [from, ...way(to, from, ring)];
    }
    return null;
  }

  /** The depth of a part that recurs within bounds. */
  #bounded(part: readonly Node[], left: readonly Node[]): void {
    const inside = new Set(part);
    // The longest way among those without a bound: no two of a ring of tail calls stand at once.
    const between = left.reduce((sum, { facts }) => sum + facts.bytes, 0);
    let depth = between;
    for (const { bound, facts } of part) if (bound !== null) depth += bound * (facts.bytes + between);
    const outside = part.flatMap(({ edges }) => edges.flatMap(({ to }) => (inside.has(to) ? [] : [to])));
    const open = outside.some(({ worst }) => worst === null);
    const deepest = outside.reduce<Node | null>((a, b) => ((b.worst ?? 0) > (a?.worst ?? 0) ? b : a), null);
    for (const node of part) {
      node.worst = open ? null : depth + (deepest?.worst ?? 0);
      node.next = deepest;
    }
  }

  way(node: Node): { name: string; bytes: number }[] {
    const steps: { name: string; bytes: number }[] = [];
    for (let at: Node | null = node; at !== null && steps.length < 100; at = at.next) {
      const own = (at.worst ?? at.facts.bytes) - (at.next?.worst ?? 0);
      steps.push({ name: at.facts.name, bytes: own });
    }
    return steps;
  }
}

const isThunk = (name: string): boolean => name.startsWith("lower.thunk(");

function keptSymbols(whole: Whole): string[] {
  return whole.values.all().map((fn) => fn.contracts.symbol ?? fn.name);
}

/** From one node of a ring to another: those on the way, the first included, the last not. */
function way(from: Node, to: Node, ring: ReadonlySet<Node>): Node[] {
  const before = new Map<Node, Node | null>([[from, null]]);
  for (const node of before.keys()) {
    if (node === to) break;
    for (const { to: next } of node.edges) if (ring.has(next) && !before.has(next)) before.set(next, node);
  }
  const steps: Node[] = [];
  for (let at: Node | null = before.get(to) ?? null; at !== null; at = before.get(at) ?? null) steps.unshift(at);
  return from === to ? [] : steps;
}

function unbounded(ring: readonly Node[]): Diagnostic {
  const [first, second = ring[0]!] = ring;
  const call = first!.edges.find(({ to }) => to === second);
  const names = [...ring, ring[0]!].map(({ facts }) => facts.name);
  const site = call === undefined || call.site === nowhere ? (first!.fn?.site ?? nowhere) : call.site;
  return {
    site,
    length: 1,
    message: `${names.join(" → ")}: this recursion has no bound, so no stack is large enough`,
    hint: `attr(bounded(n)) in one of them, n being the deepest that it goes; or a loop`,
    rule: "stack",
  };
}

/** The report as text. */
export function stackReportText({ entries, interrupts, unknown }: StackReport): string {
  const row = (cells: readonly string[], widths: readonly number[]) =>
    cells
      .map((cell, k) => (k === 0 || k === 1 ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0)))
      .join("  ");
  const rows = entries.map(({ name, kind, worst, size }) => [
    ...[name, kind, worst === null ? "no bound" : String(worst), size === null ? "-" : String(size)],
  ]);
  const head = ["begins at", "kind", "worst", "stack"];
  const widths = head.map((cell, k) => Math.max(cell.length, ...rows.map((cells) => cells[k]!.length)));
  const lines = ["Stack in bytes: the deepest that each entry gets, and the size that is configured."];
  lines.push("", row(head, widths));
  entries.forEach(({ way }, k) => {
    lines.push(row(rows[k]!, widths), `    ${way.map(({ name, bytes }) => `${name} ${bytes}`).join(", ")}`);
  });
  if (interrupts > 0) lines.push("", `An interrupt adds up to ${interrupts} bytes to the stack it comes on.`);
  if (unknown.length > 0) lines.push("", `Not counted, not compiled here: ${unknown.join(", ")}.`);
  return `${lines.join("\n")}\n`;
}

/** A digest of what the depth of stacks follows from, besides what rules see. */
export function framesText(frames: readonly StackFacts[], sizes: ReadonlyMap<string, number>): string {
  const lines = frames.map(({ name, bytes, calls, indirect, takes, signature }) => {
    const called = calls.map(({ symbol, tail }) => (tail ? `${symbol} last` : symbol));
    return `${name} ${bytes} ${called.join()} ${indirect.map((call) => call.signature).join()} ${takes.join()} ${signature}`;
  });
  return hash("sha1", [JSON.stringify([...sizes]), ...lines].join("\n"), "base64");
}
