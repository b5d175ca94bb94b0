/**
 * A template string with nothing to fill in is a text that may go over several lines. It becomes what "…" would be, before
 * anybody looks at the program.
 */
import { type Node, visitorKeys } from "oxc-parser";

/** Turns `…` without ${} into text literals, in place. Tagged ones stay: they are formats. */
export function plainTemplates(node: Node): void {
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as { [key: string]: Node | (Node | null)[] | null })[key];
    for (const each of Array.isArray(child) ? child : [child]) {
      if (!each) continue;
      if (each.type !== "TemplateLiteral") plainTemplates(each);
      else if (each.expressions.length > 0) for (const part of each.expressions) plainTemplates(part);
      else if (node.type !== "TaggedTemplateExpression") {
        const value = each.quasis[0]!.value.cooked;
        Object.assign(each, { type: "Literal", value, raw: JSON.stringify(value) });
      }
    }
  }
}
