/**
 * Type annotations to types. The names that have a meaning of their own (Ptr, Slice, Arr, …) are a table; everything else
 * is a declaration of some module. Generic classes and aliases are instances of their arguments from here on.
 */
import type { Node, TSFunctionType, TSType, TSTypeReference, TSUnionType } from "oxc-parser";
import { Mistake, Reported, type RuleName } from "../syntax/diagnostic.ts";
import type { Module } from "../syntax/modules.ts";
import { type Checker, nearest } from "./checker.ts";
import { constantInteger, untypedValue } from "./constants.ts";
import {
  type AliasDeclaration,
  type ClassDeclaration,
  decorators,
  type EnumDeclaration,
  type TypeArguments,
  typeParameters,
} from "./declarations.ts";
import { bool, Class, errorType, i32, isStorage, never, scalarNames, typeName, u8, u32, voidType } from "./intern.ts";
import type { ClassLayout, ClassType, IntegerType, Type } from "./types.ts";

/** Where types are named: a module, and the type arguments in force. */
export interface TypeScope {
  readonly checker: Checker;
  readonly module: Module;
  readonly arguments: TypeArguments;
}

export function mistake(
  node: { start: number; end: number },
  message: string,
  hint: string | null = null,
  rule: RuleName | null = null,
): Mistake {
  return new Mistake(node.start, node.end, message, hint, rule);
}

/** `parameter`: the type is a parameter's, so that a function type takes closures too. */
export function resolveType(scope: TypeScope, node: TSType, parameter = false): Type {
  const { checker, module } = scope;
  if (module.refused.has(node)) throw new Reported();
  switch (node.type) {
    case "TSBooleanKeyword":
      return bool;
    case "TSStringKeyword":
      return checker.types.text;
    case "TSVoidKeyword":
      return voidType;
    case "TSNeverKeyword":
      return never;
    case "TSNumberKeyword":
      throw mistake(node, "number has no width", "u8 … u64, i8 … i64, usize, f32 or f64");
    case "TSNullKeyword":
      throw mistake(node, "null alone is not a type", "Ptr<T> | null");
    case "TSParenthesizedType":
      return resolveType(scope, node.typeAnnotation, parameter);
    case "TSFunctionType":
      return functionType(scope, node, parameter);
    case "TSUnionType":
      return union(scope, node, null);
    case "TSTypeQuery":
      return query(scope, node);
    case "TSLiteralType":
      return literalType(scope, node.literal);
    case "TSTypeReference":
      return reference(scope, node, parameter);
    default:
      throw mistake(node, "this is not a type of the kernel language", null);
  }
}

function literalType(scope: TypeScope, node: Node): Type {
  if (node.type === "Literal" && typeof node.value === "string") return scope.checker.types.symbol([node.value]);
  if (node.type === "Literal" && typeof node.value === "boolean")
    throw mistake(node, "a boolean constant is not a type", "boolean");
  const value = constantInteger(node);
  if (value === null) throw mistake(node, "this is not a type of the kernel language", null);
  return scope.checker.types.number(value);
}

function query(scope: TypeScope, node: Extract<TSType, { type: "TSTypeQuery" }>): Type {
  if (node.exprName.type === "Identifier") {
    const declaration = scope.checker.lookUp(scope.module, node.exprName.name);
    if (declaration?.kind === "global" && declaration.constant) {
      const value = untypedValue(scope.checker, declaration);
      if (value !== null) return scope.checker.types.number(value);
    }
  }
  throw mistake(node, "typeof names an integer constant here, as in Arr<u8, typeof COUNT>", null);
}

function functionType(scope: TypeScope, node: TSFunctionType, parameter: boolean): Type {
  if (node.typeParameters)
    throw mistake(node.typeParameters, "a function value has no type parameters", "name the types");
  const inner = node.params.map((item) => {
    if (scope.module.refused.has(item)) throw new Reported();
    if (item.type !== "Identifier" || !item.typeAnnotation)
      throw mistake(item, "a parameter needs a name and a type", null);
    return valueType(scope, item.typeAnnotation.typeAnnotation, true);
  });
  const result = resolveType(scope, node.returnType.typeAnnotation);
  return scope.checker.types.function(inner, result, { captures: parameter });
}

function union(scope: TypeScope, node: TSUnionType, name: string | null): Type {
  const { types } = scope.checker;
  const rest = node.types.filter((member) => member.type !== "TSNullKeyword");
  const members = rest.map((member) => resolveType(scope, member));
  if (rest.length < node.types.length) {
    const [only] = members;
    if (members.length === 1 && only.kind === "pointer") return types.pointer(only.to, true);
    if (members.length === 1 && only.kind === "function")
      return types.function(only.parameters, only.result, { ...only, nullable: true });
    const hint =
      only && members.length === 1 && isStorage(only)
        ? `Ptr<${typeName(only)}> | null`
        : "Ptr<T> | null, or a tagged union";
    throw mistake(node, "only a pointer or a function can be null", hint);
  }
  if (members.some((member) => member === errorType)) {
    const others = members.filter((member) => member !== errorType);
    if (others.length === 1) return types.result(others[0]);
  }
  const symbols: string[] = [];
  for (const member of members) if (member.kind === "symbol") symbols.push(...member.texts);
  if (members.every((member) => member.kind === "symbol")) return types.symbol(symbols);
  const classes = members.flatMap((member) =>
    member.kind === "tagged" ? member.members : member.kind === "class" ? [member] : [],
  );
  if (members.some((member) => member.kind !== "class" && member.kind !== "tagged")) {
    throw mistake(node, "a union is of classes that a tag tells apart, of texts, or of a pointer and null", null);
  }
  const tags = classes.map((member) => tagOf(scope.checker, member));
  const seen = new Set<string>();
  for (const [index, tag] of tags.entries()) {
    if (!tag || tag.name !== tags[0]?.name) {
      throw mistake(
        node,
        `${classes[index].name} has no tag`,
        'every member of a union begins with the same field, each with a text of its own: kind: "read"',
      );
    }
    if (seen.has(tag.text))
      throw mistake(node, `two members of the union have the tag ${JSON.stringify(tag.text)}`, null);
    seen.add(tag.text);
  }
  return types.tagged(name ?? classes.map((member) => member.name).join(" | "), tags[0]!.name, classes);
}

/** The first field of a class when its type is one text: what tells it apart in a union. */
export function tagOf(checker: Checker, type: ClassType): { name: string; text: string } | null {
  const first = checker.classes
    .get(type)
    ?.declaration.node.body.body.find((member) => member.type === "PropertyDefinition");
  if (first?.type !== "PropertyDefinition" || first.key.type !== "Identifier") return null;
  const annotation = first.typeAnnotation?.typeAnnotation;
  if (annotation?.type !== "TSLiteralType" || annotation.literal.type !== "Literal") return null;
  const { value } = annotation.literal;
  return typeof value === "string" ? { name: first.key.name, text: value } : null;
}

function reference(scope: TypeScope, node: TSTypeReference, parameter: boolean): Type {
  const { checker, module } = scope;
  if (node.typeName.type !== "Identifier") {
    throw mistake(node, "a member of an enum is not a type", 'tags are texts: kind: "read"');
  }
  const name = node.typeName.name;
  const given = (node.typeArguments?.params ?? []) as TSType[];
  const bound = scope.arguments.get(name);
  if (bound) return parameter && bound.kind === "function" ? asParameter(checker, bound) : bound;
  const scalar = scalarNames.get(name);
  if (scalar) return plain(node, given, scalar);
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (builtin) {
    const [least, most] = builtin.count;
    if (given.length < least || given.length > most) {
      throw mistake(
        node,
        `${name} takes ${least === most ? least : `${least} or ${most}`} type argument${most === 1 ? "" : "s"}`,
        builtin.hint,
      );
    }
    return builtin.make(scope, given, node, parameter);
  }
  const declaration = checker.lookUp(module, name);
  switch (declaration?.kind) {
    case "class":
      return classType(checker, declaration, bindArguments(scope, declaration.node, given, node));
    case "alias":
      return alias(scope, declaration, given, node, parameter);
    case "enum":
      return plain(node, given, enumeration(checker, declaration).type);
    case "interface":
      throw mistake(
        node,
        `${name} is an interface: it has no storage`,
        `make the function generic: <T extends ${name}>, or use a class whose fields hold functions`,
      );
    case undefined:
      throw mistake(node, `there is no type ${name}`, nearest(name, typeNames(checker, module)));
    default:
      throw mistake(node, `${name} is not a type`, null);
  }
}

function* typeNames(checker: Checker, module: Module): Iterable<string> {
  yield* scalarNames.keys();
  yield* Object.keys(builtins);
  for (const [name, { kind }] of checker.names.get(module.file) ?? [])
    if (kind !== "function" && kind !== "global") yield name;
}

const plain = (node: TSTypeReference, given: readonly TSType[], type: Type): Type => {
  if (given.length > 0) throw mistake(node, `${typeName(type)} takes no type arguments`, null);
  return type;
};

/** A function type as a parameter's: closures too. */
export function asParameter(checker: Checker, type: Type): Type {
  if (type.kind !== "function" || type.captures || type.nullable) return type;
  return checker.types.function(type.parameters, type.result, { ...type, captures: true });
}

/** The type that an alias stands for. */
export function alias(
  scope: TypeScope,
  declaration: AliasDeclaration,
  given: readonly TSType[],
  node: Node,
  parameter: boolean,
): Type {
  const { checker } = scope;
  const inner = bindArguments(scope, declaration.node, given, node);
  if (declaration.resolving) throw mistake(node, `the type ${declaration.name} is defined by itself`, null);
  declaration.resolving = true;
  try {
    const own = { checker, module: declaration.module, arguments: inner };
    const body = declaration.node.typeAnnotation;
    const type = checker.attempt(declaration.module, body, () =>
      body.type === "TSUnionType" ? union(own, body, declaration.name) : resolveType(own, body, false),
    );
    if (type === null) throw new Reported();
    return parameter ? asParameter(checker, type) : type;
  } finally {
    declaration.resolving = false;
  }
}

/** Type arguments by the names of a declaration's type parameters. */
export function bindArguments(
  scope: TypeScope,
  declaration: Parameters<typeof typeParameters>[0],
  given: readonly TSType[],
  node: Node,
): TypeArguments {
  const parameters = typeParameters(declaration);
  if (given.length > parameters.length) {
    throw mistake(
      node,
      `${parameters.length === 0 ? "no" : `only ${parameters.length}`} type argument${parameters.length === 1 ? "" : "s"} expected`,
      null,
    );
  }
  const bound = new Map<string, Type>();
  for (const [index, parameter] of parameters.entries()) {
    const argument = given[index] ?? parameter.fallback;
    if (!argument) throw mistake(node, `the type argument ${parameter.name} is missing`, null);
    const type = resolveType(given[index] ? scope : { ...scope, arguments: bound }, argument as TSType);
    if (parameter.constant !== (type.kind === "number")) {
      throw mistake(
        argument,
        parameter.constant
          ? `${parameter.name} is a number, this is ${typeName(type)}`
          : `${parameter.name} is a type, this is a number`,
        null,
      );
    }
    bound.set(parameter.name, type);
  }
  return bound;
}

/** The type of something that can be held: not void, not a number. */
export function valueType(scope: TypeScope, node: TSType, parameter = false): Type {
  const type = resolveType(scope, node, parameter);
  if (type.kind === "void" || type.kind === "never")
    throw mistake(node, `nothing can be held in ${typeName(type)}`, null);
  if (type.kind === "number") throw mistake(node, `${typeName(type)} is a number, where a type is expected`, null);
  return type;
}

/** Longer names come from generics that name themselves with ever larger types. */
export const longestName = 1000;

/** The instance of a class for some type arguments; its layout is made when it is first needed (layout.ts). */
export function classType(checker: Checker, declaration: ClassDeclaration, given: TypeArguments): ClassType {
  const of = [...given.values()];
  const key = `${declaration.module.file} ${declaration.name} ${of.map((type) => checker.types.id(type)).join(" ")}`;
  return checker.types.class(key, () => {
    const name = of.length > 0 ? `${declaration.name}<${of.map(typeName).join(", ")}>` : declaration.name;
    if (name.length > longestName) {
      checker.report(
        declaration.module,
        declaration.node.id ?? declaration.node,
        `${declaration.name} names itself with ever larger types`,
      );
      throw new Reported();
    }
    const site = checker.site(declaration.module, declaration.node.id ?? declaration.node);
    const type = new Class(name, declaration.module.name, of, site, (seen) => checker.reads.note(seen));
    type.layout = noLayout(declaration);
    checker.classes.set(type, { declaration, arguments: given, layout: "none" });
    return type;
  });
}

/** What is known of a class before its fields are. */
export function noLayout({ methods, node }: ClassDeclaration): ClassLayout {
  const disposable = methods.has("[dispose]");
  const affine = disposable || decorators(node.decorators).some(({ name }) => name === "affine");
  return { fields: [], bytes: 0, align: 1, affine, disposable };
}

/** An enum's type and members: exact integers, counted on from the one before where no value is given. */
export function enumeration(checker: Checker, declaration: EnumDeclaration): NonNullable<EnumDeclaration["resolved"]> {
  if (declaration.resolved) return declaration.resolved;
  if (declaration.resolving) throw new Reported();
  declaration.resolving = true;
  const { module, node } = declaration;
  const members = membersOf(checker, declaration);
  const values = [...members.values()];
  const signed = values.some((value) => value < 0n);
  if (values.some((value) => value > (signed ? 0x7fff_ffffn : 0xffff_ffffn) || value < -0x8000_0000n)) {
    checker.report(module, node.id, "the members of an enum do not fit into 32 bits", null);
  }
  const made = { name: declaration.name, members };
  const type = checker.types.enumeration(`${module.file} ${declaration.name}`, made, signed ? i32 : u32);
  declaration.resolved = { type, enumeration: made };
  return declaration.resolved;
}

/** The members of an enum, made anew. */
export function membersOf(checker: Checker, declaration: EnumDeclaration): Map<string, bigint> {
  return checker.reads.during(declaration, () => makeMembers(checker, declaration));
}

function makeMembers(checker: Checker, { module, node }: EnumDeclaration): Map<string, bigint> {
  const members = new Map<string, bigint>();
  let next = 0n;
  for (const member of node.body.members) {
    checker.attempt(module, member, () => {
      if (member.id.type !== "Identifier") throw mistake(member.id, "a member of an enum has a plain name", null);
      if (members.has(member.id.name)) throw mistake(member.id, `the member ${member.id.name} is declared twice`, null);
      members.set(member.id.name, next);
      if (member.initializer) {
        const value = constantInteger(
          member.initializer,
          (name) => members.get(name) ?? constantByName(checker, module, name),
        );
        if (value === null)
          throw mistake(member.initializer, "the value of an enum's member is an integer constant", null);
        members.set(member.id.name, value);
        next = value;
      }
      next++;
    });
  }
  return members;
}

export function constantByName(checker: Checker, module: Module, name: string): bigint | null {
  const found = checker.lookUp(module, name);
  return found?.kind === "global" && found.constant ? untypedValue(checker, found) : null;
}

interface Builtin {
  readonly count: readonly [least: number, most: number];
  readonly hint: string;
  make(scope: TypeScope, given: readonly TSType[], node: TSTypeReference, parameter: boolean): Type;
}

const one = (hint: string, make: (scope: TypeScope, of: Type, node: TSType) => Type): Builtin => ({
  count: [1, 1],
  hint,
  make: (scope, [of]) => make(scope, valueType(scope, of), of),
});

const none = (make: (scope: TypeScope) => Type): Builtin => ({ count: [0, 0], hint: "", make });

function count(scope: TypeScope, node: TSType, what: string): number {
  const type = resolveType(scope, node);
  if (type.kind !== "number")
    throw mistake(
      node,
      `${what} is an integer constant`,
      "a number, typeof CONSTANT, or a type parameter N extends number",
    );
  if (type.value < 0n || type.value > 0x7fff_ffffn) throw mistake(node, `${type.value} is no possible ${what}`, null);
  return Number(type.value);
}

function bounded(effect: "sleeps" | "allocates"): Builtin {
  return {
    count: [1, 1],
    hint: "(x: u32) => void",
    make(scope, [of], _, parameter) {
      const type = resolveType(scope, of, parameter);
      if (type.kind !== "function") throw mistake(of, "a function type is expected", null);
      return scope.checker.types.function(type.parameters, type.result, {
        ...type,
        effects: { ...type.effects, [effect]: true },
      });
    },
  };
}

/** The types whose names mean more than their declarations in the prelude say. */
export const builtins: { readonly [name: string]: Builtin } = {
  Ptr: one("Ptr<Page>", ({ checker }, of) => checker.types.pointer(of)),
  User: {
    count: [1, 1],
    hint: "User<u8>",
    make: (scope, [of]) => scope.checker.types.user(resolveType(scope, of)),
  },
  Slice: one("Slice<u8>", ({ checker }, of) => checker.types.slice(of, false)),
  View: one("View<u8>", ({ checker }, of) => checker.types.slice(of, true)),
  Arr: {
    count: [2, 2],
    hint: "Arr<u8, 512>",
    make: (scope, [of, length]) =>
      scope.checker.types.array(valueType(scope, of), count(scope, length, "length of an array")),
  },
  Res: {
    count: [1, 1],
    hint: "Res<usize>",
    make(scope, [of]) {
      const type = resolveType(scope, of);
      if (type.kind === "result") throw mistake(of, "a result of a result", "Res<T> alone");
      return scope.checker.types.result(type);
    },
  },
  Err: none(() => errorType),
  Vol: one("Vol<u32>", ({ checker }, of, node) => {
    if (of.kind !== "integer" && of.kind !== "bool")
      throw mistake(
        node,
        `only integers and booleans can be volatile, this is ${typeName(of)}`,
        "Vol<…> for each field, Arr<Vol<T>, N> for an array",
      );
    return checker.types.wrapper("volatile", of);
  }),
  Atomic: one("Atomic<u32>", ({ checker }, of, node) => {
    if (!["integer", "bool", "pointer", "symbol"].includes(of.kind))
      throw mistake(
        node,
        `only values of at most 64 bits can be atomic, this is ${typeName(of)}`,
        "a lock around larger data",
      );
    return checker.types.wrapper("atomic", of);
  }),
  PerCpu: one("PerCpu<u64>", ({ checker }, of) => checker.types.wrapper("perCpu", of)),
  Ports: {
    count: [1, 1],
    hint: "Ports<8>",
    make: (scope, [n]) => scope.checker.types.ports(count(scope, n, "number of ports")),
  },
  be16: none(({ checker }) => checker.types.bigEndian(16)),
  be32: none(({ checker }) => checker.types.bigEndian(32)),
  be64: none(({ checker }) => checker.types.bigEndian(64)),
  Vector: none(({ checker }) => checker.types.unit("Vector", u8)),
  Unit: {
    count: [1, 2],
    hint: 'Unit<"Phys">',
    make(scope, [name, base]) {
      if (name.type !== "TSLiteralType" || name.literal.type !== "Literal" || typeof name.literal.value !== "string") {
        throw mistake(name, "a unit's name is a text", 'type Phys = Unit<"Phys">');
      }
      const of = base ? resolveType(scope, base) : scalarNames.get("u64")!;
      if (of.kind !== "integer" || of.unit || of.enumeration)
        throw mistake(base, "the base of a unit is an integer type", null);
      return scope.checker.types.unit(name.literal.value, of as IntegerType);
    },
  },
  Fn: {
    count: [1, 1],
    hint: "Fn<(x: u32) => void>",
    make(scope, [of]) {
      const type = resolveType(scope, of, false);
      if (type.kind !== "function") throw mistake(of, "a function type is expected", null);
      return type;
    },
  },
  MaySleep: bounded("sleeps"),
  MayAlloc: bounded("allocates"),
};
