/**
 * START HERE: random programs in the kernel language, as source text. A seed gives one module whose `main` runs random
 * statements over random types and functions, prints now and then, and at its end prints a checksum of all its state.
 * Programs end by themselves; some of them by a failed check, which is part of what they show. Functions that use nothing
 * but their parameters are also evaluated while compiling: both results must be the same, which the program looks at
 * itself (it prints DIFFERS).
 */
import { callOf, expression, hasLiteral, int, literal } from "./expressions.ts";
import { library } from "./library.ts";
import { mixAll } from "./mix.ts";
import { Scope, World } from "./scope.ts";
import { statements } from "./statements.ts";
import {
  type ClassType,
  type Field,
  type FunctionShape,
  type IntType,
  integers,
  type Type,
  u32,
  type Variable,
  written,
  writtenField,
} from "./types.ts";

/** What a program prints when two of its own results differ that must not. */
export const DIFFERS = "DIFFERS";

/** The program of a seed: one module. Sizes go from -1 (a handful of statements) to 3 (some 200 lines); default: any, mostly small. */
export function randomSource(seed: number, given: number | null = null): string {
  const world = new World(seed);
  const { dice } = world;
  const size = given ?? dice.pick([-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 1, 2, 3]);
  types(world, size);
  globals(world, size);
  const handlers = dice.chance(30 + size * 20) ? ["step0", "step1"] : [];
  const steps = handlers.map((name) => plainFunction(world, name, [u32], u32, 1, 8));
  if (handlers.length > 0) {
    world.used.add("handlers");
    steps.push(
      "const handlers: Arr<Fn<(x: u32) => u32>, 2> = [step0, step1];",
      "let handler: Fn<(x: u32) => u32> = step1;",
    );
  }
  const functions = Array.from({ length: dice.below(size * 2 + 2) }, () => declareFunction(world));
  const main = mainFunction(world, size);
  const body = [...world.lines, ...steps, ...functions, main].join("\n");
  return `// seed ${seed}\n${library(world.used, body)}\n${body}\n`;
}

const block = (head: string, body: readonly string[]) => `${head} {\n${body.map((line) => `  ${line}\n`).join("")}}`;

// ---- types

function types(world: World, size: number): void {
  const { dice, lines } = world;
  if (dice.chance(30)) {
    const base = dice.pick(integers.filter((t) => !t.signed));
    const name = world.name("Unit");
    lines.push(`type ${name} = Unit<"${name}"${base.bits === 64 ? "" : `, ${base.name}`}>;`);
    world.units.push({ ...base, name, label: "unit" });
  }
  if (dice.chance(50)) {
    const name = world.name("Enum");
    const members = Array.from({ length: 2 + dice.below(4) }, (_, k) => `M${k}`);
    let value = 0;
    const text = members.map((m) => (dice.chance(30) ? `${m} = ${(value += 1 + dice.below(9))}` : (value++, m)));
    lines.push(`enum ${name} { ${text.join(", ")} }`);
    world.enums.push({ kind: "enum", name, members });
  }
  if (dice.chance(30)) {
    const name = world.name("Mode");
    const texts = ["slow", "fast", "off"].slice(0, 2 + dice.below(2));
    lines.push(`type ${name} = ${texts.map((t) => JSON.stringify(t)).join(" | ")};`);
    world.modes.push({ kind: "mode", name, texts });
  }
  for (let k = dice.below(size + 2); k > 0; k--) declareClass(world, null);
  if (dice.chance(15 * size)) {
    const members = Array.from({ length: 2 + dice.below(3) }, (_, k) => declareClass(world, `tag${k}`));
    const name = world.name("Union");
    lines.push(`type ${name} = ${members.map((m) => m.name).join(" | ")};`);
    world.unions.push({ kind: "union", name, members });
  }
}

function fields(world: World, name: string, tag: string | null): Field[] {
  const { dice } = world;
  const scope = new Scope(world, { pure: true, budget: 0 });
  const made: Field[] = [];
  for (let k = tag === null ? 1 + dice.below(5) : dice.below(3); k > 0; k--) {
    const field = world.name("f");
    const roll = dice.below(100);
    const add = (type: Type, storage: Field["storage"] = "plain", bits: number | null = null) =>
      made.push({ name: field, type, bits, storage });
    if (roll < 45) add(scope.scalar());
    else if (roll < 54) {
      const type = dice.pick(integers.filter((t) => !t.signed || dice.chance(30)));
      add(type, "plain", 1 + dice.below(type.bits));
    } else if (roll < 57) add({ kind: "bool" }, "plain", 1);
    else if (roll < 62 && tag === null)
      add(dice.pick(integers.filter((t) => !t.signed && t.bits > 8 && t.name !== "usize")), "be");
    else if (roll < 73 && tag === null) add(dice.pick(integers), "atomic");
    else if (roll < 76 && tag === null) add(dice.pick(integers), "vol");
    else if (roll < 86) add({ kind: "array", of: scope.int(), length: 1 + dice.below(8) });
    else if (roll < 92 && world.classes.length > 0) add(dice.pick(world.classes));
    else if (roll < 96 && tag === null && world.classes.length > 0)
      add({ kind: "pointer", to: dice.pick(world.classes), nullable: true });
    else if (tag === null && roll < 98)
      add({ kind: "pointer", to: { kind: "class", name, fields: [], methods: [], tag: null }, nullable: true });
    else add(u32);
  }
  return made;
}

function declareClass(world: World, tag: string | null): ClassType {
  const { dice, lines } = world;
  const name = world.name("Class");
  const list = fields(world, name, tag);
  const type: ClassType = { kind: "class", name, fields: list, methods: [], tag };
  // A pointer to its own class knows its fields.
  for (const [k, f] of list.entries())
    if (f.type.kind === "pointer" && f.type.to.kind === "class" && f.type.to.name === name)
      list[k] = { ...f, type: { ...f.type, to: type } };
  const text = list.map((f) => `${f.bits === null ? "" : `@bits(${f.bits}) `}${f.name}: ${writtenField(f)};`);
  if (tag !== null) text.unshift(`kind: ${JSON.stringify(tag)};`);
  const methods: string[] = [];
  if (tag === null && dice.chance(40)) {
    const scope = new Scope(world, { pure: false, budget: 30 });
    scope.variables = [{ name: "this", type, writable: true, global: false }];
    const result = scope.int();
    const parameters = [scope.int()];
    scope.variables.push({ name: "x", type: parameters[0]!, writable: true, global: false });
    scope.result = { type: result, fallible: false };
    const method = world.name("method");
    const body = [...statements(scope, 1 + dice.below(4)), `return ${int(scope, result, 2)};`];
    methods.push(block(`${method}(x: ${written(parameters[0]!)}): ${written(result)}`, body));
    type.methods.push({
      ...{ name: method, parameters, result, fallible: false, cost: scope.cost + 2 },
      ...{ pure: false, generic: false, recursive: false },
    });
  }
  const plain = list.every((f) => f.storage === "plain" && f.bits === null) && tag === null;
  const layout =
    plain && dice.chance(15)
      ? "@packed\n"
      : tag === null && dice.chance(10)
        ? `@align(${dice.pick([16, 32, 64])})\n`
        : "";
  lines.push(`${layout}${block(`class ${name}`, [...text, ...methods])}`);
  if (tag === null) world.classes.push(type);
  return type;
}

// ---- globals

function globals(world: World, size: number): void {
  const { dice } = world;
  const scope = new Scope(world, { pure: true, budget: 0 });
  const add = (name: string, type: Type, value: string, writable = true): void => {
    world.lines.push(`${writable ? "let" : "const"} ${name}: ${written(type)} = ${value};`);
    world.globals.push({ name, type, writable, global: true });
  };
  for (let k = 2 + dice.below(2 + Math.max(size, 0)); k > 0; k--) {
    const type = scope.scalar();
    const value =
      type.kind === "int"
        ? literal(scope, type)
        : type.kind === "bool"
          ? dice.pick(["true", "false"])
          : type.kind === "enum"
            ? `${type.name}.${dice.pick(type.members)}`
            : "1.25";
    add(world.name("g"), type, value, dice.chance(85));
  }
  for (let k = dice.below(2 + size); k > 0; k--) {
    const type: Type = { kind: "array", of: scope.int(), length: dice.pick([1, 2, 3, 4, 5, 7, 8, 16]) };
    if (dice.chance(25)) {
      const name = world.name("g");
      const of = type.of as IntType;
      world.lines.push(
        `const ${name} = comptime(() => { const t = zeroed<${written(type)}>(); for (let i: usize = 0; i < ${type.length}; i++) t[i] = ${of.label === "plain" ? `${of.name}(i * i + ${dice.below(99)})` : `unit<${of.name}>(u${of.bits}(i + 3))`}; return t; });`,
      );
      world.globals.push({ name, type, writable: false, global: true });
    } else if (dice.chance(30)) add(world.name("g"), type, expression(scope, type, 0), dice.chance(60));
    else add(world.name("g"), type, `zeroed<${written(type)}>()`);
  }
  if (dice.chance(20)) {
    const rows: Type = { kind: "array", of: { kind: "array", of: scope.int(), length: 3 }, length: 2 + dice.below(3) };
    add(world.name("g"), rows, `zeroed<${written(rows)}>()`);
  }
  for (const type of world.classes) {
    if (dice.chance(80)) add(world.name("g"), type, `zeroed<${type.name}>()`);
    if (dice.chance(30)) {
      const list: Type = { kind: "array", of: type, length: 2 + dice.below(4) };
      add(world.name("g"), list, `zeroed<${written(list)}>()`);
    }
  }
  for (const type of world.unions) if (hasLiteral(type)) add(world.name("g"), type, expression(scope, type, 0));
  if (dice.chance(20)) {
    // Set before anything else runs.
    world.lines.push("let lateValue: u32 = late();");
    world.globals.push({ name: "lateValue", type: u32, writable: true, global: true });
  }
  for (const type of world.modes) add(world.name("g"), type, JSON.stringify(dice.pick(type.texts)));
  // The generator counts on three bytes in texts of this name.
  if (dice.chance(60))
    add(
      world.name("name"),
      { kind: "text" },
      JSON.stringify(dice.pick(["abc", "kernel", "Cor runs", "0123456789"])),
      false,
    );
}

// ---- functions

function plainFunction(
  world: World,
  name: string,
  parameters: Type[],
  result: Type,
  most: number,
  budget: number,
): string {
  const scope = new Scope(world, { pure: true, budget });
  const names = parameters.map((type, k) => {
    scope.add({ name: `a${k}`, type, writable: true, global: false });
    return `a${k}: ${written(type)}`;
  });
  scope.result = { type: result, fallible: false };
  const body = [...statements(scope, 1 + world.dice.below(most)), `return ${expression(scope, result, 2)};`];
  world.functions.push({
    ...{ name, parameters, result, fallible: false, cost: scope.cost + 2 },
    ...{ pure: true, generic: false, recursive: false },
  });
  return block(`function ${name}(${names.join(", ")}): ${written(result)}`, body);
}

function declareFunction(world: World): string {
  const { dice } = world;
  const pick = new Scope(world, { pure: true, budget: 0 });
  const roll = dice.below(10);
  if (roll < 3) {
    const parameters = Array.from({ length: 1 + dice.below(4) }, () => pick.scalar());
    return plainFunction(world, world.name("pure"), parameters, pick.int(), 4, 60);
  }
  if (roll < 4) return genericFunction(world);
  const recursive = roll < 5;
  const scope = new Scope(world, { pure: false, budget: recursive ? 15 : 80 });
  const variables: Variable[] = Array.from({ length: dice.below(5) }, (_, k) => ({
    ...{ name: `a${k}`, type: parameterType(world, pick), writable: true, global: false },
  }));
  const result = dice.chance(25) ? null : pick.scalar();
  const fallible = result !== null && !recursive && dice.chance(45);
  const name = world.name(fallible ? "try" : recursive ? "rec" : "fun");
  for (const v of variables)
    scope.add({ ...v, writable: v.type.kind !== "slice" && v.type.kind !== "function" && v.type.kind !== "pointer" });
  scope.result = { type: result, fallible };
  const lines: string[] = [];
  const depth = { name: "depth", type: u32, writable: false, global: false };
  const signature = variables.map((v) => `${v.name}: ${written(v.type)}`);
  const type = result === null ? "void" : fallible ? `Res<${written(result)}>` : written(result);
  if (recursive) {
    signature.unshift("depth: u32");
    scope.add(depth);
    lines.push("attr(bounded(20));");
    lines.push(`if (depth === 0) return${result === null ? "" : ` ${expression(scope, result, 1)}`};`);
  }
  if (fallible) {
    const other = scope.callable((f) => f.fallible);
    const made = other && callOf(scope, other, 1);
    if (made !== null) {
      lines.push(`const got = orReturn(${made});`);
      scope.add({ name: "got", type: other!.result!, writable: false, global: false });
    }
  }
  lines.push(...statements(scope, 1 + dice.below(5)));
  if (recursive) {
    const given = variables.map((v) =>
      v.type.kind === "int" || v.type.kind === "bool" || v.type.kind === "float" || v.type.kind === "enum"
        ? expression(scope, v.type, 1)
        : v.name,
    );
    const again = `${name}(depth - 1${given.map((g) => `, ${g}`).join("")})`;
    if (result === null) lines.push(`${again};`);
    else if (result.kind === "int" && dice.chance(50)) lines.push(`return ${again} + ${int(scope, result, 1)};`);
    else lines.push(`return ${again};`);
  } else if (result !== null) lines.push(`return ${expression(scope, result, 2)};`);
  const shape: FunctionShape = {
    ...{ name, parameters: variables.map((v) => v.type), result, fallible, pure: false, generic: false },
    ...{ cost: (scope.cost + 3) * (recursive ? 8 : 1), recursive: false },
  };
  if (!recursive) {
    world.functions.push(shape);
    return block(`function ${name}(${signature.join(", ")}): ${type}`, lines);
  }
  // Others call it with a depth of eight at most.
  const way = `${name}At`;
  world.functions.push({ ...shape, name: way });
  const pass = variables.map((v) => `, ${v.name}`).join("");
  const start = [`${result === null ? "" : "return "}${name}(${dice.below(9)}${pass});`];
  return [
    block(`function ${name}(${signature.join(", ")}): ${type}`, lines),
    block(`function ${way}(${signature.slice(1).join(", ")}): ${type}`, start),
  ].join("\n");
}

function parameterType(world: World, pick: Scope): Type {
  const { dice } = world;
  const roll = dice.below(100);
  if (roll < 60) return pick.scalar();
  if (roll < 75 && world.classes.length > 0) return { kind: "pointer", to: dice.pick(world.classes), nullable: false };
  if (roll < 80 && world.unions.length > 0) return pick.scalar();
  if (roll < 90) {
    const array = dice.pick(world.globals.filter((g) => g.type.kind === "array" && g.type.of.kind === "int"));
    if (array?.type.kind === "array")
      return {
        kind: "slice",
        of: array.type.of,
        least: 1 + dice.below(array.type.length),
        view: dice.chance(40) || !array.writable,
      };
  }
  if (roll < 95) return { kind: "text" };
  return { kind: "function", parameters: [pick.int()], result: pick.int() };
}

/** A function of one type parameter: random arithmetic on any integer. */
function genericFunction(world: World): string {
  const { dice } = world;
  const scope = new Scope(world, { pure: true, budget: 60 });
  const t: IntType = { kind: "int", name: "T", bits: 7, signed: false, label: "parameter" };
  for (const name of ["a", "b"]) scope.add({ name, type: t, writable: true, global: false });
  scope.result = { type: t, fallible: false };
  const name = world.name("generic");
  const lines = [...statements(scope, 1 + dice.below(3)), `return ${int(scope, t, 2)};`];
  for (const type of [dice.pick(integers), dice.pick(integers)])
    world.functions.push({
      ...{
        name: `${name}<${type.name}>`,
        parameters: [type, type],
        result: type,
        fallible: false,
        cost: scope.cost + 2,
      },
      ...{ pure: true, generic: true, recursive: false },
    });
  return block(`function ${name}<T extends int>(a: T, b: T): T`, lines);
}

function mainFunction(world: World, size: number): string {
  const { dice } = world;
  const scope = new Scope(world, { pure: false, budget: 250 });
  const lines: string[] = world.globals.some((g) => g.name === "lateValue") ? [`lateValue = ${dice.below(99)};`] : [];
  for (const f of world.functions.filter((f) => f.pure && f.result?.kind === "int")) {
    if (!dice.chance(60)) continue;
    const empty = new Scope(world, { pure: true, budget: 0 });
    const given = f.parameters.map((p) => expression(empty, p, 0)).join(", ");
    const name = world.name("c");
    lines.push(`const ${name}: ${written(f.result!)} = comptime(() => ${f.name}(${given}));`);
    lines.push(`if (${name} !== ${f.name}(${given})) print\`${DIFFERS} ${f.name} \${${name}}\\n\`;`);
  }
  lines.push(...statements(scope, 1 + dice.below(3 + size * 5)));
  // What nobody calls is not compiled.
  for (const f of world.functions) {
    if (!dice.chance(f.fallible ? 90 : 30)) continue;
    const made = callOf(scope, f, 1);
    if (made !== null) lines.push(f.fallible ? `ignore(${made}, "its effects show");` : `${made};`);
  }
  lines.push("print`${hex(checksum)}\\n`;");
  for (const { name, type } of scope.variables) lines.push(...mixAll(name, type));
  lines.push("print`${hex(checksum)}\\n`;");
  return block("export function main(): void", lines);
}
