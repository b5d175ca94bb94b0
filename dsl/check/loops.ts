/**
 * What a loop forgets at its head: anything that an iteration may change cannot be known when the next one begins. A scan
 * of the syntax finds assigned names, assigned fields and calls; it errs on the side of forgetting.
 */
import { type Node, visitorKeys } from "oxc-parser";
import type { Body } from "./body.ts";

interface Changes {
  readonly names: Set<string>;
  readonly fields: Set<string>;
  calls: boolean;
}

/** The names that are assigned anywhere within a node. */
export function assignedNames(node: Node): Set<string> {
  const changes: Changes = { names: new Set(), fields: new Set(), calls: false };
  scan(node, changes);
  return changes.names;
}

type Loose = { readonly [key: string]: unknown };

export function forgetLoop(b: Body, loop: object): void {
  if (b.flow.narrowed.size === 0) return;
  const changes: Changes = { names: new Set(), fields: new Set(), calls: false };
  for (const key of ["test", "body", "update", "right"]) {
    const part = (loop as Loose)[key];
    if (part) scan(part as Node, changes);
  }
  const { names, fields, calls } = changes;
  b.flow.forget((path) => {
    const local = b.localOf(path);
    if (local && names.has(local.name)) return true;
    if (calls && b.isMemory(path)) return true;
    const steps = path.split(/(?=[*.!])/);
    if (path.startsWith("@") && names.has(steps[0].slice(steps[0].indexOf(":") + 1))) return true;
    return (
      steps.some((step) => step.startsWith(".") && fields.has(step.slice(1))) || (fields.has("[]") && b.isMemory(path))
    );
  });
}

function scan(node: Node, changes: Changes): void {
  if (node.type === "AssignmentExpression") target(node.left as Node, changes);
  else if (node.type === "UpdateExpression") target(node.argument as Node, changes);
  else if (node.type === "CallExpression" || node.type === "NewExpression") changes.calls = true;
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Loose)[key];
    if (Array.isArray(child)) for (const item of child) item && scan(item as Node, changes);
    else if (child) scan(child as Node, changes);
  }
}

function target(node: Node, changes: Changes): void {
  if (node.type === "Identifier") changes.names.add(node.name);
  else if (node.type === "MemberExpression") {
    changes.fields.add(!node.computed && node.property.type === "Identifier" ? node.property.name : "[]");
  }
}
