/**
 * Type arguments from the arguments of a call: parameter types as written are matched with the types of what is passed,
 * then with the type that is expected of the result. Closures come last, when the types of their parameters are known;
 * constants without a type make usize when nothing else is said.
 */
import type { Expression as ExpressionNode, Node, TSType } from "oxc-parser";
import type { Body } from "./body.ts";
import { closure } from "./closures.ts";
import { type FunctionDeclaration, type TypeArguments, typeParameters } from "./declarations.ts";
import { expression } from "./expressions.ts";
import { parametersOf } from "./instances.ts";
import { typeName, u64, voidType } from "./intern.ts";
import { untyped } from "./operators.ts";
import { mistake, resolveType } from "./resolve.ts";
import type { Expression } from "./tree.ts";
import type { Type } from "./types.ts";

interface CallLike {
  readonly callee: Node;
  readonly arguments: readonly Node[];
  readonly start: number;
  readonly end: number;
}

export function inferArguments(
  b: Body,
  node: CallLike,
  declaration: FunctionDeclaration,
  outer: TypeArguments,
  expected: Type | null,
  parameters = typeParameters(declaration.node),
): { bound: TypeArguments; given: ReadonlyMap<number, Expression> } {
  const { checker } = b;
  const found = new Map<string, Type>();
  const matcher = new Matcher(b, declaration, new Set(parameters.map((parameter) => parameter.name)), found);
  const given = new Map<number, Expression>();
  const late: { index: number; argument: ExpressionNode; type: TSType }[] = [];
  const written = parametersOf(declaration.node, declaration.module.refused);
  for (const [index, parameter] of written.entries()) {
    const argument = node.arguments[index] as ExpressionNode | undefined;
    if (!argument || !parameter.type || !matcher.mentions(parameter.type)) continue;
    if (argument.type === "ArrowFunctionExpression" || untyped(b, argument))
      late.push({ index, argument, type: parameter.type });
    else {
      const made = expression(b, argument, matcher.resolved(parameter.type, outer));
      given.set(index, made);
      matcher.match(parameter.type, made.type);
    }
  }
  // As TypeScript infers: a constant in front of what has the type would be its own type.
  const boundLater = new Set<string>();
  for (const [index, parameter] of written.entries()) {
    if (!given.has(index) || !late.some((item) => item.index < index)) continue;
    if (parameter.type?.type === "TSTypeReference" && parameter.type.typeName.type === "Identifier")
      boundLater.add(parameter.type.typeName.name);
  }
  if (expected && declaration.node.returnType) matcher.match(declaration.node.returnType.typeAnnotation, expected);
  for (const { index, argument, type } of late) {
    if (argument.type === "ArrowFunctionExpression") {
      const { type: shape, open } = matcher.shape(type, outer);
      const made = closure(b, argument, shape, open);
      given.set(index, made);
      matcher.match(type, made.type);
    } else if (
      type.type === "TSTypeReference" &&
      type.typeName.type === "Identifier" &&
      boundLater.has(type.typeName.name)
    ) {
      throw mistake(
        argument,
        `the type of ${b.text(argument)} is not known yet`,
        "a cast, or the type arguments of the call",
      );
    } else matcher.match(type, u64);
  }
  const bound = new Map<string, Type>();
  const all = new Map(outer);
  for (const parameter of parameters) {
    let type = found.get(parameter.name);
    if (!type && parameter.fallback)
      type = resolveType({ checker, module: declaration.module, arguments: all }, parameter.fallback as TSType);
    if (!type)
      throw mistake(
        node,
        `the type ${parameter.name} of ${declaration.name} is not known here`,
        `${b.text(node.callee)}<…>(…)`,
      );
    constraint(b, node, parameter.node, parameter.name, type);
    bound.set(parameter.name, type);
    all.set(parameter.name, type);
  }
  return { bound, given };
}

/** `T extends int` takes integers only. */
function constraint(b: Body, node: CallLike, parameter: Node, name: string, type: Type): void {
  if (parameter.type !== "TSTypeParameter" || parameter.constraint?.type !== "TSTypeReference") return;
  const { typeName: bound } = parameter.constraint;
  if (bound.type !== "Identifier" || bound.name !== "int") return;
  if (type.kind !== "integer")
    throw mistake(node, `${b.text(node.callee)} works on integers, ${name} would be ${typeName(type)}`, null);
}

class Matcher {
  private readonly b: Body;
  private readonly declaration: FunctionDeclaration;
  private readonly free: ReadonlySet<string>;
  private readonly found: Map<string, Type>;

  constructor(b: Body, declaration: FunctionDeclaration, free: ReadonlySet<string>, found: Map<string, Type>) {
    this.b = b;
    this.declaration = declaration;
    this.free = free;
    this.found = found;
  }

  /** Whether a type as written names a type parameter. */
  mentions(node: TSType): boolean {
    const text = this.declaration.module.source.text.slice(node.start, node.end);
    return (text.match(/[A-Za-z_$][\w$]*/g) ?? []).some((word) => this.free.has(word));
  }

  /** The type, when all type parameters in it are known already. */
  resolved(node: TSType, outer: TypeArguments): Type | null {
    const words = this.declaration.module.source.text.slice(node.start, node.end).match(/[A-Za-z_$][\w$]*/g) ?? [];
    if (words.some((word) => this.free.has(word) && !this.found.has(word))) return null;
    const { checker } = this.b;
    return resolveType(
      { checker, module: this.declaration.module, arguments: new Map([...outer, ...this.found]) },
      node,
      true,
    );
  }

  /** A function type of which at least the parameters are known, for a closure; `open`: its result is not. */
  shape(node: TSType, outer: TypeArguments): { type: Type | null; open: boolean } {
    const full = this.resolved(node, outer);
    if (full) return { type: full, open: false };
    if (node.type === "TSTypeReference" && node.typeArguments)
      return this.shape(node.typeArguments.params[0] as TSType, outer);
    if (node.type !== "TSFunctionType") return { type: null, open: true };
    const parameters = node.params.map((parameter) => {
      const type =
        parameter.type === "Identifier" && parameter.typeAnnotation
          ? this.resolved(parameter.typeAnnotation.typeAnnotation, outer)
          : null;
      if (!type) throw mistake(node, "the types of the closure's parameters are not known", "name them");
      return type;
    });
    return { type: this.b.checker.types.function(parameters, voidType, { captures: true }), open: true };
  }

  match(node: TSType, type: Type): void {
    switch (node.type) {
      case "TSParenthesizedType":
        this.match(node.typeAnnotation, type);
        break;
      case "TSUnionType":
        for (const member of node.types) if (member.type !== "TSNullKeyword") this.match(member, type);
        break;
      case "TSFunctionType":
        if (type.kind !== "function") break;
        for (const [index, parameter] of node.params.entries()) {
          if (parameter.type === "Identifier" && parameter.typeAnnotation && type.parameters[index]) {
            this.match(parameter.typeAnnotation.typeAnnotation, type.parameters[index]);
          }
        }
        this.match(node.returnType.typeAnnotation, type.result);
        break;
      case "TSTypeReference":
        if (node.typeName.type === "Identifier")
          this.reference(node.typeName.name, (node.typeArguments?.params ?? []) as TSType[], type);
        break;
      default:
    }
  }

  private reference(name: string, given: readonly TSType[], type: Type): void {
    if (this.free.has(name)) {
      if (!this.found.has(name) && !["literal", "null", "void"].includes(type.kind)) this.found.set(name, type);
      return;
    }
    const [first] = given;
    if (!first) return;
    switch (name) {
      case "Ptr":
        if (type.kind === "pointer") this.match(first, type.to);
        return;
      case "User":
        if (type.kind === "user") this.match(first, type.to);
        return;
      case "Slice":
      case "View":
        if (type.kind === "slice") this.match(first, type.of);
        return;
      case "Arr":
        if (type.kind !== "array") return;
        this.match(first, type.of);
        this.match(given[1], this.b.checker.types.number(BigInt(type.length)));
        return;
      case "Res":
        this.match(first, type.kind === "result" ? type.of : type);
        return;
      case "Vol":
        if (type.kind === "volatile") this.match(first, type.of);
        return;
      case "Atomic":
        if (type.kind === "atomic") this.match(first, type.of);
        return;
      case "PerCpu":
        if (type.kind === "perCpu") this.match(first, type.of);
        return;
      case "Ports":
        if (type.kind === "ports") this.match(first, this.b.checker.types.number(BigInt(type.count)));
        return;
      case "Fn":
      case "MaySleep":
      case "MayAlloc":
        this.match(first, type);
        return;
      default: {
        if (type.kind !== "class") return;
        const declaration = this.b.checker.lookUp(this.declaration.module, name);
        if (declaration?.kind !== "class" || this.b.checker.classes.get(type)?.declaration !== declaration) return;
        for (const [index, argument] of given.entries())
          if (type.arguments[index]) this.match(argument, type.arguments[index]);
      }
    }
  }
}
