/**
 * Names by which another process finds the functions, classes, variables and types of a program that it checks itself: terms
 * are plain data, and say what a function or a class was made from. What has no such name (closures, unions) has no term.
 */
import type { Checker } from "./checker.ts";
import type { ClassDeclaration, Declaration, FunctionDeclaration, TypeArguments } from "./declarations.ts";
import { typeParameters } from "./declarations.ts";
import { globalOf } from "./globals.ts";
import { instantiate } from "./instances.ts";
import { bool, errorType, never, nullType, scalarNames, voidType } from "./intern.ts";
import { complete } from "./layout.ts";
import type { Seen } from "./reads.ts";
import { classType, enumeration } from "./resolve.ts";
import type { TypedFunction, TypedGlobal } from "./tree.ts";
import type { ClassType, FunctionType, IntegerType, Type } from "./types.ts";

/** A kind, and what that takes. */
export type Term = readonly [kind: string, ...parts: (string | number | boolean | null | Term | readonly Term[])[]];

/** There is no term for it; or none of that name now. */
export class NoTerm extends Error {}

const plain: readonly Type[] = [bool, voidType, never, nullType, errorType];

export class Terms {
  readonly #checker: Checker;
  #enumerations: Map<Type, Term> | null = null;
  readonly #types = new Map<Type, Term>();

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** Throws NoTerm. */
  of(item: object): Term {
    if ("contracts" in item) return this.function(item as TypedFunction);
    if ("late" in item) return this.#global(item as TypedGlobal);
    return this.type(item as Type);
  }

  /** Of what was looked at; null where nothing has to be done for it again. Throws NoTerm. */
  ofSeen(item: Seen): Term | null {
    if ("contracts" in item) return this.function(item);
    if (item.kind === "global") return ["global", item.module.file, item.name];
    return item.kind === "class" && "layout" in item ? this.type(item) : null;
  }

  function(fn: TypedFunction): Term {
    const instance = this.#checker.instances.get(fn);
    if (instance === undefined) throw new NoTerm();
    const { declaration, arguments: given, owner } = instance;
    const own = typeParameters(declaration.node).map(({ name }) => this.type(given.get(name)!));
    if (owner !== null) return ["method", this.type(owner), declaration.name, own];
    if (this.#named(declaration.module.file, declaration.name) !== declaration) throw new NoTerm();
    return ["function", declaration.module.file, declaration.name, own];
  }

  #global(global: TypedGlobal): Term {
    const { file } = global.site;
    const found = this.#named(file, global.name);
    if (found?.kind !== "global" || found.global !== global) throw new NoTerm();
    return ["global", file, global.name];
  }

  type(type: Type): Term {
    let term = this.#types.get(type);
    if (term === undefined) this.#types.set(type, (term = this.#makeType(type)));
    return term;
  }

  #makeType(type: Type): Term {
    switch (type.kind) {
      case "bool":
      case "void":
      case "never":
      case "null":
      case "error":
        return [type.kind];
      case "integer":
        return this.#integer(type);
      case "float":
        return ["float", type.bits];
      case "number":
        return ["number", String(type.value)];
      case "pointer":
        return ["pointer", this.type(type.to), type.nullable];
      case "user":
        return ["user", this.type(type.to)];
      case "slice":
        return type.text ? ["text"] : ["slice", this.type(type.of), type.readonly];
      case "array":
        return ["array", this.type(type.of), type.length];
      case "result":
        return ["result", this.type(type.of)];
      case "atomic":
      case "volatile":
      case "perCpu":
        return [type.kind, this.type(type.of)];
      case "bigEndian":
        return ["bigEndian", type.bits];
      case "ports":
        return ["ports", type.count];
      case "class": {
        const instance = this.#checker.classes.get(type);
        if (instance === undefined) throw new NoTerm();
        const { declaration, arguments: given } = instance;
        return ["class", declaration.module.file, declaration.name, [...given.values()].map((one) => this.type(one))];
      }
      case "function": {
        const { parameters, result, effects, captures, nullable } = type;
        const flags = [effects.sleeps, effects.allocates, captures, nullable];
        return ["signature", parameters.map((one) => this.type(one)), this.type(result), ...flags];
      }
      default:
        throw new NoTerm();
    }
  }

  #integer(type: IntegerType): Term {
    if (type.enumeration === null) return ["integer", type.bits, type.signed, type.unit];
    if (this.#enumerations === null) {
      this.#enumerations = new Map();
      for (const [file, names] of this.#checker.names)
        for (const { kind, name, ...own } of names.values())
          if (kind === "enum" && "resolved" in own && own.resolved)
            this.#enumerations.set(own.resolved.type, ["enum", file, name]);
    }
    const found = this.#enumerations.get(type);
    if (found === undefined) throw new NoTerm();
    return found;
  }

  /** What a term names in the program as it is now; makes it if it is not there yet. Throws NoTerm, and what checking throws. */
  find(term: Term): TypedFunction | TypedGlobal | Type | null {
    const [kind, first, second, third] = term;
    switch (kind) {
      case "function": {
        const declaration = this.#declared(first as string, second as string, "function");
        return this.#instance(declaration as FunctionDeclaration, third as readonly Term[], null);
      }
      case "method": {
        const owner = this.findType(first as Term) as ClassType;
        const declaration = this.#checker.classes.get(owner)?.declaration.methods.get(second as string);
        if (declaration === undefined) throw new NoTerm();
        return this.#instance(declaration, third as readonly Term[], owner);
      }
      case "global": {
        const declaration = this.#declared(first as string, second as string, "global");
        return declaration.kind === "global" ? globalOf(this.#checker, declaration) : null;
      }
      default:
        return this.findType(term);
    }
  }

  #instance(declaration: FunctionDeclaration, given: readonly Term[], owner: ClassType | null): TypedFunction {
    return instantiate(this.#checker, declaration, this.#arguments(declaration, given), owner);
  }

  #arguments({ node }: FunctionDeclaration | ClassDeclaration, given: readonly Term[]): TypeArguments {
    const parameters = typeParameters(node);
    if (parameters.length !== given.length) throw new NoTerm();
    return new Map(parameters.map(({ name }, k) => [name, this.findType(given[k]!)]));
  }

  findType([kind, first, second, third, ...rest]: Term): Type {
    const { types } = this.#checker;
    const inner = () => this.findType(first as Term);
    switch (kind) {
      case "integer": {
        const base = scalarNames.get(`${second ? "i" : "u"}${first}`) as IntegerType;
        return third === null ? base : types.unit(third as string, base);
      }
      case "float":
        return scalarNames.get(`f${first}`)!;
      case "enum": {
        const declaration = this.#declared(first as string, second as string, "enum");
        if (declaration.kind !== "enum") throw new NoTerm();
        return enumeration(this.#checker, declaration).type;
      }
      case "number":
        return types.number(BigInt(first as string));
      case "pointer":
        return types.pointer(inner(), second as boolean);
      case "user":
        return types.user(inner());
      case "text":
        return types.text;
      case "slice":
        return types.slice(inner(), second as boolean);
      case "array":
        return types.array(inner(), second as number);
      case "result":
        return types.result(inner());
      case "atomic":
      case "volatile":
      case "perCpu":
        return types.wrapper(kind, inner());
      case "bigEndian":
        return types.bigEndian(first as 16 | 32 | 64);
      case "ports":
        return types.ports(first as number);
      case "class": {
        const declaration = this.#declared(first as string, second as string, "class") as ClassDeclaration;
        const type = classType(this.#checker, declaration, this.#arguments(declaration, third as readonly Term[]));
        complete(this.#checker, type, declaration.node);
        return type;
      }
      case "signature": {
        const parameters = (first as readonly Term[]).map((one) => this.findType(one));
        const [allocates, captures, nullable] = rest as boolean[];
        const effects = { sleeps: third as boolean, allocates: allocates! };
        const more: Partial<FunctionType> = { effects, captures: captures!, nullable: nullable! };
        return types.function(parameters, this.findType(second as Term), more);
      }
      default: {
        const found = plain.find((type) => type.kind === kind);
        if (found === undefined) throw new NoTerm();
        return found;
      }
    }
  }

  #named(file: string, name: string): Declaration | undefined {
    return this.#checker.names.get(file)?.get(name);
  }

  #declared(file: string, name: string, kind: Declaration["kind"]): Declaration {
    const found = this.#named(file, name);
    if (found?.kind !== kind) throw new NoTerm();
    return found;
  }
}
