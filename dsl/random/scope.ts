/**
 * What a random program has in reach at a point: variables, functions, the budget of statements that it may still run.
 * Places (variables, fields, elements, what pointers point at) are found by walking from a random variable to a scalar.
 */
import { Dice } from "../ir/dice.ts";
import {
  type ClassType,
  type EnumType,
  type FunctionShape,
  type IntType,
  integers,
  type ModeType,
  type Scalar,
  sameInt,
  type Type,
  type UnionType,
  type Variable,
  written,
} from "./types.ts";

/** A scalar in memory or in a variable. */
export interface Leaf {
  readonly type: Type;
  /** The expression that reads it. */
  readonly read: string;
  /** The statement that stores a value. */
  readonly store: (value: string) => string;
  /** Can be assigned to, with every operator, or have its address taken. */
  readonly plain: boolean;
  readonly addressable: boolean;
  /** A cell that only atomic operations touch: its place. */
  readonly cell: string | null;
  readonly writable: boolean;
}

/** Everything declared outside of functions. */
export class World {
  readonly dice: Dice;
  readonly units: IntType[] = [];
  readonly enums: EnumType[] = [];
  readonly modes: ModeType[] = [];
  readonly classes: ClassType[] = [];
  readonly unions: UnionType[] = [];
  readonly globals: Variable[] = [];
  readonly functions: FunctionShape[] = [];
  /** Declarations in text, in order. */
  readonly lines: string[] = [];
  /** Pieces of the library that were used. */
  readonly used = new Set<string>();
  #names = 0;

  constructor(seed: number) {
    this.dice = new Dice(seed);
  }

  name(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }
}

export interface ScopeOptions {
  /** Uses parameters and own variables only, and cannot fail. */
  readonly pure: boolean;
  /** Statements that a run of it may take. */
  readonly budget: number;
}

export class Scope {
  readonly world: World;
  readonly dice: Dice;
  readonly pure: boolean;
  variables: Variable[];
  /** How often what is written now runs in one call. */
  weight = 1;
  cost = 0;
  readonly budget: number;
  /** How deep statements nest. */
  depth = 0;
  /** The loops around, innermost last, and whether the innermost thing to break from is a loop. */
  loops: { label: string | null; breakable: boolean }[] = [];
  /** What return must give; undefined: no return here. */
  result: { type: Type | null; fallible: boolean } | undefined;
  /** A type parameter in scope has no casts. */
  inClosure = false;

  constructor(world: World, { pure, budget }: ScopeOptions) {
    this.world = world;
    this.dice = world.dice;
    this.pure = pure;
    this.budget = budget;
    this.variables = pure ? [] : [...world.globals];
  }

  get left(): number {
    return (this.budget - this.cost) / this.weight;
  }

  spend(statements: number): void {
    this.cost += statements * this.weight;
  }

  /** Runs `f` with variables and weight of its own. */
  within<T>(times: number, f: () => T): T {
    const { variables, weight } = this;
    this.variables = [...variables];
    this.weight = weight * times;
    this.depth++;
    const made = f();
    this.depth--;
    this.variables = variables;
    this.weight = weight;
    return made;
  }

  add(variable: Variable): void {
    this.variables.push(variable);
  }

  /** Functions that may still be called here. */
  callable(filter: (f: FunctionShape) => boolean): FunctionShape | null {
    const found = this.world.functions.filter(
      (f) => f.cost <= this.left && (!this.pure || f.pure) && !f.recursive && filter(f),
    );
    return found.length === 0 ? null : this.dice.pick(found);
  }

  /** An index below `length` as text; now and then one that may be outside. */
  index(length: number): string {
    const { dice } = this;
    if (!this.pure && length > 0 && dice.chance(8)) {
      const any = this.variable(
        (v) => v.type.kind === "int" && !v.type.signed && v.type.label === "plain" && v.writable,
      );
      if (any !== null) return any.name;
    }
    const counting = this.variables.filter((v) => v.below !== undefined && v.below <= length);
    if (counting.length > 0 && dice.chance(60)) return dice.pick(counting).name;
    const unsigned = this.variables.filter((v) => v.type.kind === "int" && !v.type.signed && v.type.label === "plain");
    if (unsigned.length > 0 && dice.chance(50)) {
      const v = dice.pick(unsigned);
      // What is below the length already fits into its type.
      if (length <= 128)
        return (length & (length - 1)) === 0 && dice.chance(50) ? `${v.name} & ${length - 1}` : `${v.name} % ${length}`;
    }
    return String(dice.below(length));
  }

  /** Walks from an expression of a type to a scalar. */
  walk(text: string, type: Type, writable: boolean, steps = 0): Leaf | null {
    const { dice } = this;
    const plain = (addressable = true): Leaf => ({
      ...{ type, read: text, store: (value: string) => `${text} = ${value};`, plain: true },
      ...{ addressable, cell: null, writable },
    });
    switch (type.kind) {
      case "int":
      case "float":
      case "bool":
      case "text":
      case "enum":
      case "mode":
        return plain(steps > 0 || !this.inClosure);
      case "array":
        return this.walk(`${text}[${this.index(type.length)}]`, type.of, writable, steps + 1);
      case "slice":
        if (type.least === 0) return null;
        return this.walk(`${text}[${this.index(type.least)}]`, type.of, writable && !type.view, steps + 1);
      case "pointer":
        if (type.nullable || steps > 3) return null;
        if (type.to.kind === "class") return this.walk(text, type.to, true, steps + 1);
        return type.to.kind === "array" || type.to.kind === "union"
          ? null
          : this.walk(`${text}[0]`, type.to, true, steps + 1);
      case "class": {
        const fields = type.fields.filter((f) => f.type.kind !== "pointer" || steps === 0);
        if (fields.length === 0) return null;
        const field = dice.pick(fields);
        const at = `${text}.${field.name}`;
        if (field.storage === "be")
          return {
            ...{
              type: field.type,
              read: `${at}.get()`,
              store: (value: string) => `${at}.set(${value});`,
              plain: false,
            },
            ...{ addressable: false, cell: null, writable },
          };
        if (field.storage === "atomic")
          return {
            ...{
              type: field.type,
              read: `${at}.load(${dice.pick(["", "", "acquire", "relaxed"])})`,
              store: (value: string) => `${at}.store(${value});`,
              plain: false,
            },
            ...{ addressable: false, cell: at, writable },
          };
        const leaf = this.walk(at, field.type, writable, steps + 1);
        if (leaf === null) return null;
        return field.bits !== null || field.storage === "vol" ? { ...leaf, addressable: false } : leaf;
      }
      default:
        return null;
    }
  }

  /** A scalar that fulfils a wish; null when none was met. */
  leaf(wish: (leaf: Leaf) => boolean, tries = 8): Leaf | null {
    if (this.variables.length === 0) return null;
    for (let k = 0; k < tries; k++) {
      // What was declared last is near.
      const near = this.dice.chance(50) ? Math.min(8, this.variables.length) : this.variables.length;
      const v = this.variables[this.variables.length - 1 - this.dice.below(near)]!;
      const leaf = this.walk(v.name, v.type, v.writable);
      if (leaf !== null && wish(leaf)) return leaf;
    }
    return null;
  }

  /** A variable in reach whose type fulfils a wish. */
  variable(wish: (v: Variable) => boolean): Variable | null {
    const found = this.variables.filter(wish);
    return found.length === 0 ? null : this.dice.pick(found);
  }

  /** A scalar type. */
  scalar(): Scalar {
    const { dice, world } = this;
    const roll = dice.below(100);
    if (roll < 70) return this.int();
    if (roll < 82) return { kind: "bool" };
    if (roll < 90 && world.enums.length > 0) return dice.pick(world.enums);
    return { kind: "float", name: dice.chance(70) ? "f64" : "f32" };
  }

  int(): IntType {
    const { dice, world } = this;
    if (world.units.length > 0 && dice.chance(8)) return dice.pick(world.units);
    return dice.pick(integers);
  }
}

export const same = (a: Type, b: Type): boolean =>
  a.kind === "int" ? b.kind === "int" && sameInt(a, b) : a.kind === b.kind && written(a) === written(b);
