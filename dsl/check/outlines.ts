/** A module as others see it: of each declaration a digest of all that is not inside of a function, with what bodies promise (attr). */
import { hash } from "node:crypto";
import type { FunctionBody, Node } from "oxc-parser";
import type { Module } from "../syntax/modules.ts";
import { memberName } from "./declarations.ts";

const digest = (text: string): string => hash("sha1", text, "base64");

/** By name; the fields of a class and the names of its methods are "Class{}", a method is "Class.method". */
export function outlinesOf({ source: { text }, program }: Module): Map<string, string> {
  const texts = new Map<string, string>();
  const add = (name: string, own: string) => texts.set(name, `${texts.get(name) ?? ""}${own}\n`);
  for (const node of program.body) {
    if (node.type === "ImportDeclaration") {
      for (const item of node.specifiers) add(item.local.name, text.slice(item.start, item.end) + node.source.value);
      continue;
    }
    const inner = (node.type === "ExportNamedDeclaration" && node.declaration) || node;
    const start = Math.min(node.start, firstOf(inner));
    const whole = () => text.slice(start, node.end);
    switch (inner.type) {
      case "FunctionDeclaration":
        if (inner.id) add(inner.id.name, withoutBody(text, start, node.end, inner.body));
        break;
      case "ClassDeclaration": {
        if (!inner.id) break;
        const { name } = inner.id;
        const parts: string[] = [];
        for (const member of inner.body.body) {
          const from = firstOf(member);
          if (member.type !== "MethodDefinition") {
            parts.push(text.slice(from, member.end));
            continue;
          }
          const method = memberName(member.key, member.computed) ?? "?";
          add(`${name}.${method}`, withoutBody(text, from, member.end, member.value.body));
          parts.push(method);
        }
        add(name, text.slice(start, inner.body.start));
        add(`${name}{}`, parts.join("\n"));
        break;
      }
      case "VariableDeclaration":
        for (const { id } of inner.declarations) if (id.type === "Identifier") add(id.name, whole());
        break;
      default:
        if ("id" in inner && inner.id && "name" in inner.id) add(inner.id.name as string, whole());
    }
  }
  return new Map([...texts].map(([name, own]) => [name, digest(own)]));
}

/** Where a declaration begins, its decorators included. */
const firstOf = (item: Node): number =>
  Math.min(item.start, ...(("decorators" in item && item.decorators) || []).map(({ start }) => start));

function withoutBody(text: string, start: number, end: number, body: FunctionBody | null): string {
  if (!body) return text.slice(start, end);
  const promises = body.body.filter(
    (statement) =>
      statement.type === "ExpressionStatement" &&
      statement.expression.type === "CallExpression" &&
      statement.expression.callee.type === "Identifier" &&
      statement.expression.callee.name === "attr",
  );
  const said = promises.map((statement) => text.slice(statement.start, statement.end));
  return [text.slice(start, body.start), ...said, text.slice(body.end, end)].join("\n");
}
