/** Random statements that give variables values: assignments, and declarations of every kind. */
import { bool, closure, expression, fitting, hasLiteral, int, object, slice, text, typed } from "./expressions.ts";
import { block } from "./lines.ts";
import type { Scope } from "./scope.ts";
import { statements } from "./statements.ts";
import { type IntType, type Type, u8, written } from "./types.ts";

export function assign(s: Scope): string[] | null {
  const { dice } = s;
  const leaf = s.leaf((l) => l.writable);
  if (leaf === null) return null;
  const { type } = leaf;
  if (leaf.cell !== null && dice.chance(75)) {
    const value = () => int(s, type as IntType, 2);
    if (dice.chance(15)) return [`if (${leaf.cell}.cas(${value()}, ${value()})) ${leaf.cell}.store(${value()});`];
    const how = dice.pick(["swap", "add", "sub", "or", "and", "xor", "store", "store"]);
    const order = how === "store" ? dice.pick(["", ", release", ", relaxed"]) : "";
    return [`${leaf.cell}.${how}(${int(s, type as IntType, 2)}${order});`];
  }
  if (leaf.plain && type.kind === "int" && dice.chance(45)) {
    if (dice.chance(25)) return [`${leaf.read}${dice.pick(["++", "--"])};`];
    const operator = dice.pick(["+", "-", "*", "&", "|", "^", "<<", ">>", "/", "%"]);
    if (operator === "<<" || operator === ">>")
      return [
        `${leaf.read} ${operator}= ${dice.chance(50) ? dice.below(type.label === "parameter" ? 8 : type.bits) : typed(s, u8, 1)};`,
      ];
    if (operator === "/" || operator === "%") return [`${leaf.read} ${operator}= (${typed(s, type, 2)} | 1);`];
    return [`${leaf.read} ${operator}= ${fitting(s, leaf, 2)};`];
  }
  if (leaf.plain && type.kind === "float" && dice.chance(40))
    return [`${leaf.read} ${dice.pick(["+", "-", "*", "/"])}= ${expression(s, type, 2)};`];
  return [leaf.store(leaf.plain ? fitting(s, leaf, 2) : expression(s, type, 2))];
}

export function declare(s: Scope): string[] {
  const { dice, world } = s;
  const name = world.name("v");
  const type = s.scalar();
  const constant = dice.chance(30);
  if (!constant && dice.chance(15)) {
    // Given a value on both ways.
    const lines = [`let ${name}: ${written(type)};`];
    const condition = bool(s, 2);
    const [yes, no] = [expression(s, type, 2), expression(s, type, 2)];
    s.add({ name, type, writable: true, global: false });
    return [...lines, `if (${condition}) ${name} = ${yes};`, `else ${name} = ${no};`];
  }
  const value = expression(s, type, 2);
  s.add({ name, type, writable: !constant, global: false });
  return [`${constant ? "const" : "let"} ${name}: ${written(type)} = ${value};`];
}

export function declareText(s: Scope): string[] {
  const name = s.world.name("v");
  const value = text(s, true);
  s.add({ name, type: { kind: "text" }, writable: true, global: false });
  return [`let ${name} = ${value};`];
}

export function declareStorage(s: Scope): string[] | null {
  const { dice, world } = s;
  const name = world.name("v");
  const roll = dice.below(10);
  if (roll < 5 || world.classes.length === 0) {
    const length = 1 + dice.below(9);
    const of = dice.chance(80) ? s.int() : s.scalar();
    const type: Type = { kind: "array", of, length };
    const value = dice.chance(50) && of.kind === "int" ? expression(s, type, 1) : `zeroed<${written(type)}>()`;
    s.add({ name, type, writable: true, global: false });
    return [`let ${name}: ${written(type)} = ${value};`];
  }
  const type = dice.pick(world.classes);
  if (s.pure && !plainClass(type)) return null;
  const value = hasLiteral(type) && dice.chance(60) ? object(s, type, 2) : `zeroed<${type.name}>()`;
  s.add({ name, type, writable: true, global: false });
  return [`let ${name}: ${type.name} = ${value};`];
}

const plainClass = (type: Type): boolean =>
  type.kind !== "class" || type.fields.every((f) => f.storage === "plain" && plainClass(f.type));

export function declarePointer(s: Scope): string[] | null {
  const name = s.world.name("p");
  const leaf = s.dice.chance(40) ? s.leaf((l) => l.addressable && l.writable && l.type.kind === "int") : null;
  if (leaf !== null) {
    s.add({ name, type: { kind: "pointer", to: leaf.type, nullable: false }, writable: false, global: false });
    return [`const ${name} = ref(${leaf.read});`];
  }
  const v = s.variable((v) => v.type.kind === "class" && v.writable);
  if (v === null) return null;
  s.add({ name, type: { kind: "pointer", to: v.type, nullable: false }, writable: false, global: false });
  return [`const ${name} = ref(${v.name});`];
}

export function declareSlice(s: Scope): string[] | null {
  const { dice } = s;
  const from = s.variable((v) => v.type.kind === "array" && v.type.of.kind === "int");
  if (from === null || from.type.kind !== "array") return null;
  const least = 1 + dice.below(from.type.length);
  const view = dice.chance(30) || !from.writable;
  const value = slice(s, from.type.of, least, view);
  if (value === null) return null;
  const name = s.world.name("s");
  const type: Type = { kind: "slice", of: from.type.of, least, view };
  s.add({ name, type, writable: false, global: false });
  return [`const ${name}: ${written(type)} = ${value};`];
}

export function declareClosure(s: Scope): string[] | null {
  if (s.inClosure || s.weight > 20) return null;
  const { dice } = s;
  const name = s.world.name("c");
  const parameters = Array.from({ length: dice.below(3) }, () => s.int());
  const result = s.int();
  if (dice.chance(50)) {
    const value = closure(s, parameters, result);
    s.add({ name, type: { kind: "function", parameters, result }, writable: false, global: false });
    return [
      `const ${name} = ${value.startsWith("(") ? value : `(${parameters.map((p, k) => `y${k}: ${written(p)}`).join(", ")}): ${written(result)} => ${value}(${parameters.map((_, k) => `y${k}`).join(", ")})`};`,
    ];
  }
  const names = parameters.map(() => s.world.name("x"));
  const body = s.within(4, () => {
    const { loops, result: outer } = s;
    s.loops = [];
    s.result = { type: result, fallible: false };
    s.inClosure = true;
    for (const [k, n] of names.entries()) s.add({ name: n, type: parameters[k]!, writable: true, global: false });
    const made = [...statements(s, 1 + dice.below(3)), `return ${int(s, result, 2)};`];
    s.loops = loops;
    s.result = outer;
    s.inClosure = false;
    return made;
  });
  s.add({ name, type: { kind: "function", parameters, result }, writable: false, global: false });
  return block(
    `const ${name} = (${names.map((n, k) => `${n}: ${written(parameters[k]!)}`).join(", ")}): ${written(result)} =>`,
    body,
    "};",
  );
}
