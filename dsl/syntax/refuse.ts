/**
 * The first pass over a parsed module: finds every construct of TypeScript that the kernel language does not have, by its
 * syntax alone, and says which idiom takes its place. The checker then meets only what it knows; nodes refused here are
 * remembered, so that the statements around them are skipped without a second message.
 */
import { type Node, visitorKeys } from "oxc-parser";
import { knownNodes, type Refusal, refusedNodes, refusedOperators } from "./refused.ts";

export type Refuse = (node: Node, message: string, hint: string | null) => void;

type Loose = { readonly [key: string]: unknown } & { readonly type: string };

/** Calls `refuse` for every construct outside the language, outermost first; what is inside a refused one is not looked at. */
export function refuseConstructs(program: Node, refuse: Refuse): void {
  const walk = (node: Node, parent: Node | null): void => {
    const refusal = refusalOf(node as unknown as Loose, parent as unknown as Loose | null);
    if (refusal) {
      refuse(node, `${refusal[0]} is not part of the kernel language`, `instead: ${refusal[1]}`);
      return;
    }
    for (const key of visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Loose)[key];
      if (Array.isArray(child)) for (const item of child) item && walk(item as Node, node);
      else if (child) walk(child as Node, node);
    }
  };
  walk(program, null);
}

function refusalOf(node: Loose, parent: Loose | null): Refusal | null {
  const special = specials[node.type]?.(node, parent);
  if (special) return special;
  const refused = refusedNodes[node.type];
  if (refused) return refused;
  return knownNodes.has(node.type) ? null : [node.type, "the language's two pages in docs/ list what there is"];
}

const accessor: Refusal = ["a getter or setter", "a method: a call should look like one"];
const asynchronous: Refusal = ["async", "a task of its own, and a token to wait for it"];
const generator: Refusal = ["a generator", "a loop that calls a function for each element"];

const functions = (node: Loose, parent: Loose | null): Refusal | null => {
  if (node.async) return asynchronous;
  if (node.generator) return generator;
  if (node.type === "FunctionDeclaration" && !topLevel(parent)) {
    return ["a function inside a function", "const name = (…) => …, or a function at the top of the module"];
  }
  if (node.type === "FunctionExpression" && parent?.type !== "MethodDefinition") {
    return ["a function expression", "an arrow function"];
  }
  const parameters = node.params as Loose[];
  if (parameters.some((p) => p.type === "Identifier" && p.name === "this")) return refusedNodes.ThisParameter;
  return null;
};

const topLevel = (parent: Loose | null) => parent?.type === "Program" || parent?.type === "ExportNamedDeclaration";

const specials: {
  readonly [type: string]: (node: Loose, parent: Loose | null) => Refusal | null | undefined;
} = {
  FunctionDeclaration: functions,
  FunctionExpression: functions,
  ArrowFunctionExpression: functions,
  Literal(node) {
    if (node.regex) return refusedNodes.RegExpLiteral;
    return node.bigint === undefined ? null : refusedNodes.BigIntLiteral;
  },
  TemplateLiteral: (_, parent) =>
    parent?.type === "TaggedTemplateExpression"
      ? null
      : ["a template string with values in it", "klog`…`, or format(buffer)`…`, which writes into a buffer of yours"],
  BinaryExpression: (node) => refusedOperators[node.operator as string],
  LogicalExpression: (node) => refusedOperators[node.operator as string],
  AssignmentExpression: (node) => refusedOperators[node.operator as string],
  UnaryExpression: (node) => refusedOperators[node.operator === "+" ? "unary +" : (node.operator as string)],
  VariableDeclaration(node, parent) {
    if (node.kind === "var") return ["var", "let or const"];
    if (node.kind === "await using") return ["await using", "using"];
    return node.kind === "using" && topLevel(parent)
      ? ["using at the top of a module", "a const: the kernel is never left"]
      : null;
  },
  VariableDeclarator: (node) => (node.definite ? ["the ! after a variable's name", "an initial value"] : null),
  ForOfStatement: (node) => (node.await ? ["for await", "for … of"] : null),
  ClassDeclaration(node, parent) {
    if (node.superClass) {
      return ["inheritance (extends)", "a field that holds the other class, or a tagged union of classes"];
    }
    if (node.abstract) return ["an abstract class", "a class whose fields hold functions"];
    return topLevel(parent) ? null : ["a class inside a function", "a class at the top of the module"];
  },
  TSEnumDeclaration: (_, parent) =>
    topLevel(parent) ? null : ["an enum inside a function", "an enum at the top of the module"],
  TSTypeAliasDeclaration: (_, parent) =>
    topLevel(parent) ? null : ["a type inside a function", "a type at the top of the module"],
  TSInterfaceDeclaration: (_, parent) =>
    topLevel(parent) ? null : ["an interface inside a function", "an interface at the top of the module"],
  PropertyDefinition(node) {
    if (node.static) return ["a static field", "a const or let of the module"];
    if (node.optional) return ["an optional field", "Ptr<T> | null"];
    if (node.definite) return ["the ! after a field's name", "the field without it: storage starts as zeros"];
    if (node.override) return ["override", "nothing: classes have no base"];
    if (node.value) return ["a field's initial value", "a constructor, or a function that makes the value"];
    return node.computed ? ["a computed name", "a plain name"] : null;
  },
  MethodDefinition(node) {
    if (node.static) return ["a static method", "a function of the module"];
    if ((node.decorators as Loose[]).length > 0) return ["a decorator of a method", "attr(…) as its first statement"];
    if (node.kind === "get" || node.kind === "set") return accessor;
    if (node.optional) return ["an optional method", "a field that holds a function"];
    if (node.override) return ["override", "nothing: classes have no base"];
    return node.computed && !isDispose(node.key as Loose) ? ["a computed name", "a plain name"] : null;
  },
  MemberExpression: (node) => (node.optional ? refusedNodes.ChainExpression : null),
  CallExpression: (node) => (node.optional ? refusedNodes.ChainExpression : null),
  Identifier: (node) =>
    (node.decorators as Loose[] | undefined)?.length
      ? ["a decorator of a parameter", "leave it out"]
      : node.optional
        ? ["an optional parameter", "a second function, or a parameter of type Ptr<T> | null"]
        : null,
  Property(node) {
    if (node.kind !== "init") return accessor;
    if (node.method) return ["a method in an object", "a class with a method"];
    return node.computed ? ["a computed name", "a plain name"] : null;
  },
  ExportNamedDeclaration: (node) =>
    node.source ? ["a re-export", "import the name from the module that has it"] : null,
  ImportDeclaration(node) {
    const from = (node.source as Loose).value as string;
    if (/^\.\.?\//.test(from) && from.endsWith(".ts")) return null;
    return [`import from "${from}"`, 'a relative path that ends in .ts: import { name } from "./file.ts"'];
  },
};

function isDispose(key: Loose): boolean {
  if (key.type !== "MemberExpression" || key.computed) return false;
  const { object, property } = key as unknown as { object: Loose; property: Loose };
  return object.type === "Identifier" && object.name === "Symbol" && property.name === "dispose";
}
