/**
 * Calls: functions of modules with their type arguments given or inferred, methods on the address of their object,
 * function values, constructors, and what the prelude declares (intrinsics, which keep the prelude's name). Arguments are
 * checked from left to right against the parameters' types.
 */

import type { Expression as ExpressionNode, Node, TSType } from "oxc-parser";
import { MANIFEST } from "../manifest.ts";
import { Reported } from "../syntax/diagnostic.ts";
import { Body } from "./body.ts";
import { coerce } from "./coerce.ts";
import type { FunctionDeclaration, TypeArguments } from "./declarations.ts";
import { typeParameters } from "./declarations.ts";
import { check, expression, unknownName, value } from "./expressions.ts";
import { inferArguments } from "./infer.ts";
import { instantiate, parametersOf } from "./instances.ts";
import { isStorage, never, typeName, u64, voidType } from "./intern.ts";
import { complete } from "./layout.ts";
import { methodCall, namespaceOf } from "./members.ts";
import { insideOf } from "./places.ts";
import { address } from "./reference.ts";
import { bindArguments, classType, mistake, resolveType } from "./resolve.ts";
import { specials } from "./specials.ts";
import type { Expression, Place } from "./tree.ts";
import type { ClassType, Type } from "./types.ts";

export type CallNode = Extract<ExpressionNode, { type: "CallExpression" }>;
type NewNode = Extract<ExpressionNode, { type: "NewExpression" }>;

export function call(b: Body, node: CallNode, expected: Type | null): Expression {
  const made = callAny(b, node, expected);
  if (made.type === never) b.flow.reachable = false;
  return made;
}

function callAny(b: Body, node: CallNode, expected: Type | null): Expression {
  const { callee } = node;
  if (b.module.refused.has(callee) || node.arguments.some((argument) => b.module.refused.has(argument)))
    throw new Reported();
  if (callee.type === "Identifier") {
    const bound = b.find(callee.name);
    if (bound) return callValue(b, node, value(b, callee));
    const declaration = b.checker.lookUp(b.module, callee.name);
    switch (declaration?.kind) {
      case "function": {
        if (!b.checker.isPrelude(declaration.module)) return callFunction(b, node, declaration, null, expected);
        return builtin(b, node, declaration.name, declaration, expected);
      }
      case "class":
        throw mistake(callee, `${callee.name} is a class`, `new ${callee.name}(…)`);
      case undefined:
        throw unknownName(b, callee);
      case "global":
        return callValue(b, node, value(b, callee));
      default:
        throw mistake(
          callee,
          `${callee.name} is not a function`,
          declaration?.kind === "enum" ? `unit<${callee.name}>(x)` : null,
        );
    }
  }
  if (callee.type === "MemberExpression") {
    const namespace = namespaceOf(b, callee.object);
    if (namespace && !callee.computed && callee.property.type === "Identifier") {
      const found = b.checker.preludeName(namespace);
      const declaration = found?.kind === "namespace" ? found.members.get(callee.property.name) : undefined;
      if (!declaration) throw mistake(callee.property, `${namespace} has no ${callee.property.name}`, null);
      if (namespace === "unsafe" && !b.checker.mayBeUnsafe(b.module.file)) {
        throw mistake(
          callee,
          `unsafe.${callee.property.name} in a module that may not be unsafe`,
          `list it in ${MANIFEST}, "unsafe": { "${b.module.file}": "why" }, or ask a module that is listed`,
          "unsafe",
        );
      }
      return builtin(b, node, `${namespace}.${callee.property.name}`, declaration, expected);
    }
    return methodCall(b, node, callee, expected);
  }
  return callValue(b, node, value(b, callee));
}

/** What the prelude declares: treated specially, or an intrinsic with the declared signature. */
function builtin(
  b: Body,
  node: CallNode,
  name: string,
  declaration: FunctionDeclaration,
  expected: Type | null,
): Expression {
  if (Object.hasOwn(specials, name))
    return specials[name]({ b, node, name, arguments: node.arguments as ExpressionNode[], expected });
  const { parameters, result, given } = signature(b, node, declaration, null, expected);
  b.called();
  return {
    kind: "intrinsic",
    name,
    places: [],
    arguments: checkArguments(b, node, name, parameters, given, []),
    text: [],
    type: result,
    site: b.site(node),
  };
}

/** Parameter and result types of a call of a declaration, with its type parameters given or inferred. */
function signature(
  b: Body,
  node: CallNode,
  declaration: FunctionDeclaration,
  owner: ClassType | null,
  expected: Type | null,
) {
  const { bound, given } = bind(b, node, declaration, owner, expected);
  const { module } = declaration;
  const scope = { checker: b.checker, module, arguments: bound };
  const parameters = parametersOf(declaration.node, module.refused).map((parameter) =>
    resolveType(scope, parameter.type!, true),
  );
  const result = declaration.node.returnType
    ? resolveType(scope, declaration.node.returnType.typeAnnotation)
    : voidType;
  return { parameters, result, given };
}

interface Bound {
  readonly bound: TypeArguments;
  /** Arguments that inference has checked already. */
  readonly given: ReadonlyMap<number, Expression>;
}

function bind(
  b: Body,
  node: CallNode,
  declaration: FunctionDeclaration,
  owner: ClassType | null,
  expected: Type | null,
): Bound {
  const parameters = typeParameters(declaration.node);
  const none = { bound: new Map(), given: new Map() };
  if (node.typeArguments) {
    return {
      ...none,
      bound: bindArguments(b, declaration.node, node.typeArguments.params as TSType[], node.typeArguments),
    };
  }
  if (parameters.length === 0) return none;
  return inferArguments(b, node, declaration, owner ? b.checker.classes.get(owner)!.arguments : new Map(), expected);
}

function callFunction(
  b: Body,
  node: CallNode,
  declaration: FunctionDeclaration,
  receiver: { place: Place; owner: ClassType } | null,
  expected: Type | null,
): Expression {
  const { bound, given } = bind(b, node, declaration, receiver?.owner ?? null, expected);
  const fn = instantiate(b.checker, declaration, bound, receiver?.owner ?? null);
  const types = fn.parameters.slice(receiver ? 1 : 0).map((parameter) => parameter.type);
  const self = receiver ? [address(b, receiver.place, node)] : [];
  const rest = checkArguments(b, node, declaration.name, types, given, fallbacks(b, declaration, bound));
  b.called();
  return { kind: "call", callee: fn, arguments: [...self, ...rest], type: fn.result, site: b.site(node) };
}

/** The method of that name on the object in a place; null when the class has none. */
export function callMethod(
  b: Body,
  node: CallNode,
  property: Node,
  place: Place,
  type: ClassType,
  name: string,
  expected: Type | null,
): Expression | null {
  const declaration = b.checker.classes.get(type)?.declaration.methods.get(name);
  if (!declaration || name === "constructor") return null;
  if (isPrivate(declaration) && !insideOf(b, type))
    throw mistake(property, `${name} is private to ${type.name}`, `a method of ${type.name}`);
  return callFunction(b, node, declaration, { place, owner: type }, expected);
}

function isPrivate(declaration: FunctionDeclaration): boolean {
  for (const member of declaration.owner?.node.body.body ?? []) {
    if (member.type === "MethodDefinition" && member.value === declaration.node)
      return member.accessibility === "private";
  }
  return false;
}

/** Calls a function value. */
export function callValue(b: Body, node: CallNode, callee: Expression): Expression {
  const { type } = callee;
  if (type.kind !== "function")
    throw mistake(node.callee, `${b.text(node.callee)} is not a function, it is ${typeName(type)}`, null);
  if (type.nullable)
    throw mistake(node.callee, `${b.text(node.callee)} may be null`, `if (${b.text(node.callee)} !== null) …`);
  const given = checkArguments(b, node, b.text(node.callee), type.parameters, new Map(), []);
  b.called();
  return { kind: "callValue", callee, signature: type, arguments: given, type: type.result, site: b.site(node) };
}

/** Default values of parameters, by position; they are constants of the declaring module. */
function fallbacks(
  b: Body,
  declaration: FunctionDeclaration,
  bound: TypeArguments,
): (((type: Type) => Expression) | null)[] {
  const { module } = declaration;
  return parametersOf(declaration.node, module.refused).map(({ fallback }) => {
    if (!fallback) return null;
    return (type: Type) => {
      const inner = new Body({
        checker: b.checker,
        module,
        arguments: bound,
        function: null,
        thisClass: null,
        outer: null,
        result: null,
        isConstructor: false,
        node: null,
      });
      const made = b.checker.attempt(module, fallback, () => check(inner, fallback as ExpressionNode, type));
      if (!made) throw new Reported();
      return made;
    };
  });
}

export function checkArguments(
  b: Body,
  node: { readonly arguments: readonly Node[]; readonly start: number; readonly end: number },
  name: string,
  types: readonly Type[],
  given: ReadonlyMap<number, Expression>,
  defaults: readonly (((type: Type) => Expression) | null)[],
): Expression[] {
  const nodes = node.arguments as readonly ExpressionNode[];
  const least = types.findIndex((_, index) => defaults[index]);
  const needed = least < 0 ? types.length : least;
  if (nodes.length < needed || nodes.length > types.length) {
    const wanted = needed === types.length ? `${needed}` : `${needed} to ${types.length}`;
    throw mistake(node, `${name} takes ${wanted} argument${wanted === "1" ? "" : "s"}, not ${nodes.length}`, null);
  }
  return types.map((type, index) => {
    const argument = nodes[index];
    if (!argument) return defaults[index]!(type);
    const known = given.get(index);
    return coerce(b, known ?? expression(b, argument, type.kind === "result" ? type.of : type), type, argument);
  });
}

/** `new C(…)`: a value of storage, wherever it will lie; nothing is allocated. */
export function construct(b: Body, node: NewNode, expected: Type | null): Expression {
  if (node.callee.type !== "Identifier") throw mistake(node.callee, "new names a class", null);
  const declaration = b.checker.lookUp(b.module, node.callee.name);
  if (declaration?.kind !== "class")
    throw declaration ? mistake(node.callee, `${node.callee.name} is not a class`, null) : unknownName(b, node.callee);
  const written = declaration.methods.get("constructor");
  const inferred = inferClass(b, node, declaration.node, written ?? null, expected);
  const type = classType(b.checker, declaration, inferred.bound);
  complete(b.checker, type, node);
  const site = b.site(node);
  if (!written) {
    if (node.arguments.length > 0)
      throw mistake(
        node,
        `${type.name} has no constructor`,
        `{ ${type.fields.map((field) => `${field.name}: …`).join(", ")} } where a ${type.name} is expected`,
      );
    const tags = tagFields(b, type, node);
    if (tags.length > 0) return { kind: "construct", fields: new Map(tags), initialise: null, type, site };
    return { kind: "constant", type, site, value: { kind: "zero" } };
  }
  const fn = instantiate(b.checker, written, new Map(), type);
  const types = fn.parameters.slice(1).map((parameter) => parameter.type);
  const given = checkArguments(b, node, type.name, types, inferred.given, fallbacks(b, written, inferred.bound));
  const { body, params } = written.node;
  const plain = body?.body.length === 0 && params.every((parameter) => parameter.type === "TSParameterProperty");
  if (!plain) {
    b.called();
    return {
      kind: "construct",
      fields: new Map(tagFields(b, type, node)),
      initialise: { callee: fn, arguments: given },
      type,
      site,
    };
  }
  const names = fn.parameters.slice(1).map((parameter) => parameter.name);
  return {
    kind: "construct",
    fields: new Map([
      ...tagFields(b, type, node),
      ...names.map((name, index): [string, Expression] => [name, given[index]]),
    ]),
    initialise: null,
    type,
    site,
  };
}

/** Fields that can hold one text only: a new value has it. */
function tagFields(b: Body, type: ClassType, node: Node): [string, Expression][] {
  return type.fields.flatMap((field): [string, Expression][] => {
    if (field.type.kind !== "symbol" || field.type.texts.length !== 1) return [];
    const value = { kind: "integer", value: b.checker.symbolNumber(field.type.texts[0]) } as const;
    return [[field.name, { kind: "constant", value, type: field.type, site: b.site(node) }]];
  });
}

function inferClass(
  b: Body,
  node: NewNode,
  declaration: Parameters<typeof typeParameters>[0],
  written: FunctionDeclaration | null,
  expected: Type | null,
): Bound {
  const none = { bound: new Map(), given: new Map() };
  if (node.typeArguments)
    return { ...none, bound: bindArguments(b, declaration, node.typeArguments.params as TSType[], node.typeArguments) };
  const parameters = typeParameters(declaration);
  if (parameters.length === 0) return none;
  const wanted =
    expected?.kind === "class" && written?.owner && b.checker.classes.get(expected)?.declaration === written.owner
      ? expected
      : null;
  if (wanted) return { ...none, bound: b.checker.classes.get(wanted)!.arguments };
  if (!written)
    throw mistake(
      node,
      `the type arguments of ${b.text(node.callee)} are not known`,
      `new ${b.text(node.callee)}<…>()`,
    );
  return inferArguments(b, node, written, new Map(), null, parameters);
}

/** klog`…`, print`…` and format(buffer)`…`. */
export function tagged(b: Body, node: Extract<ExpressionNode, { type: "TaggedTemplateExpression" }>): Expression {
  const { tag, quasi } = node;
  const pieces = quasi.quasis.map((piece) => new TextEncoder().encode(piece.value.cooked ?? ""));
  const make = (name: string, type: Type, first: Expression[]): Expression => ({
    kind: "intrinsic",
    name,
    places: [],
    arguments: [...first, ...quasi.expressions.map((inner) => printable(b, inner))],
    text: pieces,
    type,
    site: b.site(node),
  });
  if (tag.type === "Identifier" && (tag.name === "klog" || tag.name === "print") && b.isBuiltin(tag.name))
    return make(tag.name, voidType, []);
  if (
    tag.type === "CallExpression" &&
    tag.callee.type === "Identifier" &&
    tag.callee.name === "format" &&
    b.isBuiltin("format")
  ) {
    const buffer = checkArguments(b, tag, "format", [b.checker.types.slice(u8Of(b), false)], new Map(), []);
    return make("format", u64, buffer);
  }
  throw mistake(tag, "a template string belongs to klog, print or format(buffer)", "klog`…`");
}

const u8Of = (b: Body): Type => (b.checker.types.text as { of: Type }).of;

/** A value in a format string: numbers, booleans, texts, bytes, pointers, enums, and hex(x). */
function printable(b: Body, node: ExpressionNode): Expression {
  if (
    node.type === "CallExpression" &&
    node.callee.type === "Identifier" &&
    node.callee.name === "hex" &&
    b.isBuiltin("hex")
  ) {
    const [argument] = node.arguments;
    if (node.arguments.length !== 1 || !argument) throw mistake(node, "hex takes 1 argument", null);
    const shown = value(b, argument as ExpressionNode);
    if (shown.type.kind !== "integer")
      throw mistake(
        argument,
        `hex shows integers, this is ${typeName(shown.type)}`,
        shown.type.kind === "pointer" ? "pointers are shown in hex already" : null,
      );
    return {
      kind: "intrinsic",
      name: "hex",
      places: [],
      arguments: [shown],
      text: [],
      type: shown.type,
      site: b.site(node),
    };
  }
  const shown = value(b, node);
  const { type } = shown;
  const fits =
    ["integer", "float", "bool", "pointer"].includes(type.kind) || (type.kind === "slice" && type.of === u8Of(b));
  if (fits) return shown;
  throw mistake(
    node,
    `${typeName(type)} has no text`,
    type.kind === "error" ? `${b.text(node)}.code` : isStorage(type) ? "its fields have" : null,
  );
}
