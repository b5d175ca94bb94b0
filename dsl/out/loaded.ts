/** Objects without what only debuggers read: two thirds of their bytes, and of what a linker has to fill in. */
import type { Expression, Label } from "./expression.ts";
import type { ObjectFile } from "./object.ts";

/** What memory holds of an object. What debuggers read stands at its end. */
export function loadedPart<T extends ObjectFile>(object: T): T {
  const end = object.sections.findIndex(({ flags }) => !flags.allocate);
  if (end < 0) return object;
  const sections = object.sections.slice(0, end);
  const places = new Map([...object.places].filter(([, { section }]) => section < end));
  const wanted = new Set<Label>();
  for (const { relocations } of sections) for (const { value } of relocations) labelsIn(value, wanted);
  return { ...object, sections, places, externs: new Set([...wanted].filter((label) => !places.has(label))) };
}

function labelsIn({ node }: Expression, found: Set<Label>): void {
  if (node.op === "label" || node.op === "physical") found.add(node.label);
  else if (node.op !== "constant") {
    labelsIn(node.left, found);
    labelsIn(node.right, found);
  }
}
