/** Goes through typed trees. */
import type { Block, Expression } from "./tree.ts";

/** Parts of a node that are not below it: types, places in the source, and what it refers to. */
const references = new Set([
  "type",
  "site",
  "local",
  "callee",
  "function",
  "global",
  "signature",
  "dispose",
  "captured",
]);

/** Of bodies, which do not change: they are replaced. */
const known = new WeakMap<Block, readonly Expression[]>();

/**
 * All expressions of a body, outer ones before inner ones, left to right. The bodies of closures are functions of their
 * own; disposals at the end of `using` are calls of `dispose`, given here as such.
 */
export function expressionsIn(body: Block): readonly Expression[] {
  const before = known.get(body);
  if (before !== undefined) return before;
  const found: Expression[] = [];
  known.set(body, found);
  const visit = (item: unknown): void => {
    if (item === null || typeof item !== "object" || item instanceof Uint8Array) return;
    if (Array.isArray(item)) for (const inner of item) visit(inner);
    else if (item instanceof Map) for (const inner of item.values()) visit(inner);
    else {
      const node = item as { readonly kind?: string; readonly type?: unknown; readonly site?: unknown };
      if (node.kind === undefined && !("callee" in node) && !("values" in node)) return;
      if (isExpression(node)) found.push(node);
      for (const [key, inner] of Object.entries(node)) {
        if (!references.has(key) || (key === "callee" && node.kind === "callValue")) visit(inner);
      }
      if (node.kind === "using") found.push(disposal(node as Extract<Block[number], { kind: "using" }>));
    }
  };
  visit(body);
  return found;
}

const places = new Set(["localPlace", "globalPlace", "deref", "field", "variant", "okPlace", "element", "elementOf"]);

function isExpression(node: {
  readonly kind?: string;
  readonly type?: unknown;
  readonly site?: unknown;
}): node is Expression {
  return node.type !== undefined && node.site !== undefined && node.kind !== undefined && !places.has(node.kind);
}

function disposal({ local, dispose, site }: Extract<Block[number], { kind: "using" }>): Expression {
  const object: Expression = {
    kind: "reference",
    place: { kind: "localPlace", local, type: local.type, site },
    type: dispose.parameters[0].type,
    site,
  };
  return { kind: "call", callee: dispose, arguments: [object], type: dispose.result, site };
}
