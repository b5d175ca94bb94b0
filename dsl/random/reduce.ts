/**
 * The reducer for sources: makes a program of the kernel language that shows a failure as small as it can, by trying again
 * and again to take something away: declarations, statements, members, what blocks and loops stand around; and to put
 * simpler expressions in the place of others: one of their own parts, a small number, a truth value. It knows the syntax
 * only; whoever asks must refuse what the checker refuses.
 */
import { type Node, parseSync } from "oxc-parser";

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The smallest source found that still `fails`. `tries` bounds how often `fails` is asked. */
export function reduceSource(source: string, fails: (source: string) => boolean, tries = 3000): string {
  let best = source;
  let left = tries;
  for (let progress = true; progress && left > 0; ) {
    progress = false;
    // The list is made anew after each success, and goes on where it was: what is before that was tried.
    for (let at = 0; left > 0; ) {
      const edits = editsOf(best);
      if (at >= edits.length) break;
      const { from, to, text } = edits[at]!;
      const next = best.slice(0, from) + text + best.slice(to);
      left--;
      if (next.length < best.length && fails(next)) {
        best = next;
        progress = true;
      } else at++;
    }
  }
  return best.replace(/^\s*\n/gm, "");
}

/** Everything that can be tried, what takes away most first. */
function editsOf(source: string): Edit[] {
  const { program, errors } = parseSync("reduced.ts", source, { lang: "ts", sourceType: "module" });
  if (errors.length > 0) return [];
  const removals: Edit[] = [];
  const replacements: Edit[] = [];
  const text = (node: Node) => source.slice(node.start, node.end);
  const replace = (node: Node, by: string) => replacements.push({ from: node.start, to: node.end, text: by });
  const remove = (node: Node) => removals.push({ from: node.start, to: node.end, text: "" });
  const listed = (nodes: readonly (Node | null)[]) => {
    // An item of a list goes with the comma beside it.
    nodes.forEach((node, k) => {
      if (node === null) return;
      const before = nodes[k - 1];
      const after = nodes[k + 1];
      removals.push({
        from: before ? before.end : node.start,
        to: before ? node.end : (after?.start ?? node.end),
        text: "",
      });
    });
  };
  const visit = (node: Node): void => {
    switch (node.type) {
      case "BlockStatement":
        replace(node, source.slice(node.start + 1, node.end - 1));
        remove(node);
        break;
      case "IfStatement":
        remove(node);
        replace(node, text(node.consequent));
        if (node.alternate) replace(node, text(node.alternate));
        if (node.alternate) removals.push({ from: node.consequent.end, to: node.alternate.end, text: "" });
        break;
      case "ForStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "ForOfStatement":
      case "LabeledStatement":
        remove(node);
        replace(node, text(node.body));
        break;
      case "SwitchCase":
      case "PropertyDefinition":
      case "MethodDefinition":
      case "TSEnumMember":
      case "Decorator":
        remove(node);
        break;
      case "CallExpression":
        listed(node.arguments);
        for (const part of node.arguments) replace(node, text(part));
        simplify(node, replace);
        break;
      case "TemplateLiteral":
        // From the "${" to the "}" of each value.
        for (const part of node.expressions) {
          const from = source.lastIndexOf("${", part.start);
          removals.push({ from, to: source.indexOf("}", part.end) + 1, text: "" });
        }
        break;
      case "ObjectExpression":
        listed(node.properties);
        break;
      case "ArrayExpression":
        listed(node.elements);
        break;
      case "FunctionDeclaration":
      case "ArrowFunctionExpression":
        listed(node.params);
        if (node.type === "FunctionDeclaration") remove(node);
        break;
      case "BinaryExpression":
      case "LogicalExpression":
        replace(node, text(node.left));
        replace(node, text(node.right));
        simplify(node, replace);
        break;
      case "ConditionalExpression":
        replace(node, text(node.consequent));
        replace(node, text(node.alternate));
        break;
      case "UnaryExpression":
      case "ParenthesizedExpression":
        replace(node, text(node.type === "UnaryExpression" ? node.argument : node.expression));
        break;
      case "MemberExpression":
        simplify(node, replace);
        break;
      case "Literal":
        if (typeof node.value === "number") for (const n of ["0", "1"]) replace(node, n);
        else if (typeof node.value === "string") replace(node, '""');
        break;
      default:
        if (/Statement$|Declaration$/.test(node.type)) remove(node);
    }
    for (const value of Object.values(node)) {
      const children: unknown[] = Array.isArray(value) ? value : [value];
      for (const child of children)
        if (typeof child === "object" && child !== null && "type" in child && "start" in child) visit(child as Node);
    }
  };
  visit(program);
  const bySize = (a: Edit, b: Edit) => b.to - b.from - b.text.length - (a.to - a.from - a.text.length);
  return [...removals.sort(bySize), ...replacements.sort(bySize)];
}

function simplify(node: Node, replace: (node: Node, by: string) => void): void {
  for (const by of ["0", "1", "true", "false"]) replace(node, by);
}
