/**
 * Functions as they are called: a declaration with its type arguments filled in is one TypedFunction, made when it is
 * first named; its body is checked later, so that functions may call each other in any order.
 */
import type { Function as FunctionNode, Node, TSType } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import { Body } from "./body.ts";
import type { Checker } from "./checker.ts";
import type { FunctionDeclaration, TypeArguments } from "./declarations.ts";
import { typeParameters } from "./declarations.ts";
import { typeName, voidType } from "./intern.ts";
import { longestName, mistake, resolveType, type TypeScope, valueType } from "./resolve.ts";
import { functionBody } from "./statements.ts";
import type { Contracts, Expression, Local, TypedFunction } from "./tree.ts";
import type { ClassType, Type } from "./types.ts";

export const noContracts: Contracts = {
  noSleep: false,
  noAlloc: false,
  irqSafe: false,
  maySleep: false,
  mayAlloc: false,
  inline: false,
  noInline: false,
  cold: false,
  floats: false,
  stackBytes: null,
  section: null,
  symbol: null,
  bounded: null,
};

/** A parameter as written: its name, type and default. */
export interface Parameter {
  readonly name: string;
  readonly node: Node;
  readonly type: TSType | null;
  readonly fallback: Node | null;
}

export function parametersOf(node: Pick<FunctionNode, "params">, refused: ReadonlySet<Node>): Parameter[] {
  return node.params.map((item) => {
    const inner = item.type === "TSParameterProperty" ? item.parameter : item;
    if (refused.has(item) || refused.has(inner)) throw new Reported();
    const target = inner.type === "AssignmentPattern" ? inner.left : inner;
    if (target.type !== "Identifier" || refused.has(target)) throw new Reported();
    const fallback = inner.type === "AssignmentPattern" ? inner.right : null;
    return { name: target.name, node: target, type: target.typeAnnotation?.typeAnnotation ?? null, fallback };
  });
}

/** What a function's instance was made from. */
export interface Instance {
  readonly declaration: FunctionDeclaration;
  readonly arguments: TypeArguments;
  readonly owner: ClassType | null;
}

/** The function for these type arguments (and those of its class). */
export function instantiate(
  checker: Checker,
  declaration: FunctionDeclaration,
  own: TypeArguments,
  owner: ClassType | null,
): TypedFunction {
  const of = [...own.values()];
  const key = `${owner ? checker.types.id(owner) : ""} ${of.map((type) => checker.types.id(type)).join(" ")}`;
  const known = declaration.instances.get(key);
  if (known) {
    checker.reads.note(known);
    return known;
  }
  if (of.reduce((length, type) => length + typeName(type).length, 0) > longestName) {
    checker.report(
      declaration.module,
      declaration.node.id ?? declaration.node,
      `${declaration.name} calls itself with ever larger types`,
    );
    throw new Reported();
  }
  const { module, node } = declaration;
  const given = new Map([...(owner ? checker.classes.get(owner)!.arguments : []), ...own]);
  const instance: Instance = { declaration, arguments: given, owner };
  const made = checker.attempt(module, node, () => {
    const { parameters, result } = headOf(checker, instance);
    const suffix = of.length > 0 ? `<${of.map(typeName).join(", ")}>` : "";
    const base = owner ? `${owner.name}.${declaration.name}` : declaration.name;
    const fn: TypedFunction = {
      name: ownName(checker, `${module.name}.${base}${suffix}`, [...(owner?.arguments ?? []), ...of]),
      site: checker.site(module, node.id ?? node),
      module: module.name,
      parameters,
      captures: [],
      result,
      body: null,
      contracts: declaration.external ? { ...noContracts, symbol: declaration.name } : noContracts,
      inferred: null,
      exported: declaration.exported,
    };
    return fn;
  });
  if (!made) throw new Reported();
  declaration.instances.set(key, made);
  checker.instances.set(made, instance);
  checker.reads.note(made);
  checker.functions.push(made);

  if (node.body && !checker.isPrelude(module))
    checker.pending.set(made, () => {
      if (!checker.unchecked?.leave(made)) checkBody(checker, made);
    });
  return made;
}

/** What callers of a function need to know of it. */
export function headOf(checker: Checker, instance: Instance): { parameters: Local[]; result: Type } {
  const { declaration, arguments: given, owner } = instance;
  const { module, node } = declaration;
  const scope: TypeScope = { checker, module, arguments: given };
  return checker.reads.during(instance, () => {
    const parameters: Local[] = [];
    if (owner)
      parameters.push(local(checker, declaration, "this", checker.types.pointer(owner), node.id ?? node, false));
    for (const parameter of parametersOf(node, module.refused)) {
      if (!parameter.type)
        throw mistake(parameter.node, `the parameter ${parameter.name} has no type`, `${parameter.name}: u32`);
      const type = valueType(scope, parameter.type, !declaration.external);
      if (!["class", "tagged", "result"].includes(type.kind) && isCell(type))
        throw mistake(parameter.type, `${typeName(type)} is not passed by value`, `Ptr<${typeName(type)}>`);
      parameters.push(local(checker, declaration, parameter.name, type, parameter.node, true));
    }
    return { parameters, result: node.returnType ? resolveType(scope, node.returnType.typeAnnotation) : voidType };
  });
}

/** A name of its own: where types of two modules are called alike, the second instance tells their modules. */
function ownName(checker: Checker, name: string, given: readonly Type[]): string {
  let made = name;
  const modules = given.map(modulesOf).join(", ");
  const taken = () => given.length > 0 && checker.instanceNames.has(made);
  if (taken()) checker.renamed.push(`${name} of ${checker.instanceNames.get(name)}`);
  if (taken()) made = `${name} of ${modules}`;
  for (let k = 2; taken(); k++) made = `${name} ${k}`;
  if (made !== name) checker.renamed.push(`${made} of ${modules}`);
  checker.instanceNames.set(made, modules);
  return made;
}

function modulesOf(type: Type): string {
  if (type.kind === "class") return type.module;
  return "of" in type ? modulesOf(type.of as Type) : "to" in type ? modulesOf(type.to as Type) : typeName(type);
}

const isCell = (type: Type) => ["array", "atomic", "volatile", "bigEndian", "perCpu"].includes(type.kind);

function local(
  checker: Checker,
  { module }: FunctionDeclaration,
  name: string,
  type: Type,
  node: Node,
  mutable: boolean,
): Local {
  return { name, type, site: checker.site(module, node), mutable, addressed: false, captured: false };
}

/** Checks the body of a function that has a declaration. */
export function checkBody(checker: Checker, fn: TypedFunction): void {
  const { declaration, arguments: given, owner } = checker.instances.get(fn)!;
  const { module, node } = declaration;
  const isConstructor = declaration.name === "constructor";
  const b = new Body({
    checker,
    module,
    arguments: given,
    function: fn,
    thisClass: owner,
    outer: null,
    result: fn.result,
    isConstructor,
    node: node,
  });
  const inside = () => {
    const nodes = parametersOf(node, module.refused).map((parameter) => parameter.node);
    if (owner) nodes.unshift(node);
    for (const [index, parameter] of fn.parameters.entries()) {
      b.declare(parameter.name, { kind: "local", local: parameter, owner: b }, nodes[index]);
    }
    fn.body = functionBody(b, node.body!.body, node, node.params);
  };
  const before = deedsOf(checker);
  checker.attempt(module, node, () => checker.reads.during(fn, inside));
  if (deedsOf(checker) === before) checker.acting.delete(fn);
  else checker.acting.add(fn);
}

/** Counts what bodies seldom do: closures, roots, claims, functions run while compiling. */
const deedsOf = ({ functions, instances, roots, claims, evaluated, syscalls }: Checker): number =>
  functions.length - instances.size + roots.length + claims.length + evaluated.size + syscalls.size;

/** A declared function as a value. */
export function functionValue(
  b: { checker: Checker; module: TypeScope["module"]; site(node: Node): Expression["site"]; text(node: Node): string },
  node: Node,
  declaration: FunctionDeclaration,
  expected: Type | null,
): Expression {
  if (b.checker.isPrelude(declaration.module))
    throw mistake(
      node,
      `${declaration.name} is built in: it is called, not handed around`,
      `(…) => ${declaration.name}(…)`,
    );
  if (typeParameters(declaration.node).length > 0)
    throw mistake(
      node,
      `${declaration.name} has type parameters: as a value it must be one function`,
      `(…) => ${declaration.name}<…>(…)`,
    );
  const fn = instantiate(b.checker, declaration, new Map(), null);
  const effects = expected?.kind === "function" ? expected.effects : undefined;
  const type = b.checker.types.function(
    fn.parameters.map((parameter) => parameter.type),
    fn.result,
    effects ? { effects } : {},
  );
  return { kind: "constant", type, site: b.site(node), value: { kind: "function", function: fn } };
}

/** The instance of a method of a class. */
export function methodOf(checker: Checker, owner: ClassType, name: string): TypedFunction | null {
  const declaration = checker.classes.get(owner)?.declaration.methods.get(name);
  return declaration && typeParameters(declaration.node).length === 0
    ? instantiate(checker, declaration, new Map(), owner)
    : null;
}
