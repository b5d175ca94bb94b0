/**
 * Random expressions of a wanted type, as text. `typed` ones have their type by themselves; others may be bare literals,
 * which take the type of their place. Compound ones stand in brackets.
 */
import { type Leaf, type Scope, same } from "./scope.ts";
import {
  type ClassType,
  type EnumType,
  type FloatType,
  type FunctionShape,
  f64,
  type IntType,
  integers,
  type Type,
  u32,
  written,
} from "./types.ts";

const BINARY = ["+", "-", "*", "&", "|", "^", "/", "%", "<<", ">>"];
const COMPARE = ["===", "!==", "<", "<=", ">", ">="];

/** A value of any type that values have. */
export function expression(s: Scope, type: Type, depth = 3): string {
  switch (type.kind) {
    case "int":
      return int(s, type, depth);
    case "bool":
      return bool(s, depth);
    case "float":
      return float(s, type, depth);
    case "enum":
      return enumeration(s, type);
    case "mode":
      return s.leaf((l) => same(l.type, type), 4)?.read ?? JSON.stringify(s.dice.pick(type.texts));
    case "text":
      return text(s);
    case "class":
      return object(s, type, depth - 1);
    case "union": {
      const member = s.dice.pick(type.members);
      return object(s, member, depth - 1);
    }
    case "array":
      return `[${Array.from({ length: type.length }, () => expression(s, type.of, Math.min(depth - 1, 1))).join(", ")}]`;
    case "pointer":
      return pointer(s, type);
    case "slice":
      return slice(s, type.of, type.least, type.view) ?? "null";
    case "function":
      return closure(s, type.parameters, type.result);
  }
}

// ---- integers

export function literal(s: Scope, type: IntType): string {
  const { dice } = s;
  const bits = BigInt(type.bits);
  const high = type.signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  const low = type.signed ? -(1n << (bits - 1n)) : 0n;
  const values = [
    0n,
    1n,
    2n,
    7n,
    high,
    high - 1n,
    low,
    BigInt(dice.below(100)),
    1n << BigInt(dice.below(type.bits - 1)),
  ];
  let value = dice.chance(25) ? BigInt.asUintN(type.bits, dice.bits(64)) : dice.pick(values);
  if (value > high) value = type.signed ? BigInt.asIntN(type.bits, value) : high;
  if (value < 0n) return `-${-value}`;
  const roll = dice.below(10);
  if (roll < 3) return `0x${value.toString(16)}`;
  if (roll < 4) return `0b${value.toString(2)}`;
  return roll < 5 ? value.toString().replace(/(\d)(\d{3})$/, "$1_$2") : String(value);
}

/** A literal that has its type. */
function typedLiteral(s: Scope, type: IntType): string {
  if (type.label === "unit") return `unit<${type.name}>(${literal(s, type)})`;
  if (type.label === "parameter") return s.variable((v) => same(v.type, type))!.name;
  return `${type.name}(${literal(s, type)})`;
}

/** An integer whose type shows without its place. */
export function typed(s: Scope, type: IntType, depth: number): string {
  return int(s, type, depth, true);
}

export function int(s: Scope, type: IntType, depth = 3, isTyped = false): string {
  const { dice } = s;
  const simple = () => {
    const leaf = dice.chance(75) ? s.leaf((l) => l.type.kind === "int" && same(l.type, type)) : null;
    if (leaf !== null) return leaf.read;
    const other = dice.chance(50) ? s.leaf((l) => l.type.kind === "int" && l.type.label !== "parameter") : null;
    if (other !== null && type.label === "plain") return `${type.name}(${other.read})`;
    return isTyped ? typedLiteral(s, type) : literal(s, type);
  };
  if (depth <= 0) return simple();
  const roll = dice.below(100);
  if (roll < 35) return simple();
  if (roll < 60) return binary(s, type, depth);
  if (roll < 64) return `${dice.pick(["-", "~"])}(${typed(s, type, depth - 1)})`;
  if (roll < 70) return `(${bool(s, depth - 1)} ? ${typed(s, type, depth - 1)} : ${int(s, type, depth - 1)})`;
  if (roll < 80) return type.label === "plain" ? cast(s, type, depth - 1) : simple();
  if (roll < 88) return call(s, type, depth - 1) ?? simple();
  if (roll < 95) return tool(s, type, depth - 1) ?? simple();
  if (roll < 97) return assigning(s, type, depth - 1) ?? simple();
  return method(s, type, depth - 1) ?? simple();
}

function binary(s: Scope, type: IntType, depth: number): string {
  const { dice } = s;
  const operator = dice.pick(BINARY);
  const left = typed(s, type, depth - 1);
  if (operator === "<<" || operator === ">>") {
    if (dice.chance(50)) return `(${left} ${operator} ${dice.below(type.label === "parameter" ? 8 : type.bits)})`;
    const count = dice.pick(integers.filter((t) => !t.signed));
    const counted = typed(s, count, depth - 1);
    // Both small counts and ones beyond the width.
    return `(${left} ${operator} ${dice.chance(70) ? `(${counted} & ${type.bits - 1})` : counted})`;
  }
  if (operator === "/" || operator === "%") {
    if (dice.chance(40)) return `(${left} ${operator} ${nonZero(s, type)})`;
    const right = typed(s, type, depth - 1);
    const leaf = s.leaf((l) => same(l.type, type) && l.cell === null && l.writable);
    if (!s.pure && leaf !== null && dice.chance(3)) return `(${left} ${operator} ${leaf.read})`;
    if (leaf !== null && dice.chance(40))
      return `(${leaf.read} !== 0 ? ${left} ${operator} ${leaf.read} : ${int(s, type, 0)})`;
    return `(${left} ${operator} (${right} | 1))`;
  }
  return `(${left} ${operator} ${int(s, type, depth - 1)})`;
}

function nonZero(s: Scope, type: IntType): string {
  const { dice } = s;
  if (type.label === "parameter") return String(1 + dice.below(100));
  for (;;) {
    const made = literal(s, type);
    if (/[1-9a-f]/.test(made.replace(/^0[xb]/, ""))) return made;
  }
}

/** Of another integer, a boolean, a float. */
function cast(s: Scope, type: IntType, depth: number): string {
  const { dice } = s;
  const roll = dice.below(10);
  if (roll < 1) return `${type.name}(${bool(s, depth)})`;
  if (roll < 3) return `${type.name}(${float(s, dice.chance(70) ? f64 : { kind: "float", name: "f32" }, depth, true)})`;
  const from = s.int();
  return `${type.name}(${typed(s, from, depth)})`;
}

/** Bits, halves, lengths, bytes, numbers of members. */
function tool(s: Scope, type: IntType, depth: number): string | null {
  const { dice, world } = s;
  const roll = dice.below(12);
  if (roll < 2) return `${dice.pick(["rotateLeft", "rotateRight"])}(${typed(s, type, depth)}, ${int(s, u32, depth)})`;
  if (roll < 3) return `swapBytes(${typed(s, type, depth)})`;
  if (roll < 5) return `multiplyHigh(${typed(s, type, depth)}, ${typed(s, type, depth)})`;
  if (type.label !== "plain") return null;
  if (roll < 8)
    return `${type.name}(${dice.pick(["leadingZeros", "trailingZeros", "countOnes"])}(${typed(s, s.int(), depth)}))`;
  if (roll < 9) {
    const long = s.variable((v) => v.type.kind === "array" || v.type.kind === "slice" || v.type.kind === "text");
    return long === null ? null : `${type.name}(${long.name}.length)`;
  }
  if (roll < 10) {
    const texts = s.variable((v) => v.type.kind === "text" && v.name.startsWith("name"));
    if (texts !== null && !s.pure) return `${type.name}(${texts.name}[${s.index(3)}])`;
    return `${type.name}(byte(${JSON.stringify(dice.pick(["A", "z", " ", "0", "\n", "~"]))}))`;
  }
  if (roll < 11 && world.enums.length > 0) return `${type.name}(${enumeration(s, dice.pick(world.enums))})`;
  if (world.classes.length > 0) {
    const c = dice.pick(world.classes);
    const fields = c.fields.filter((f) => f.bits === null);
    if (fields.length > 0 && dice.chance(40))
      return `${type.name}(offsetOf<${c.name}>(${JSON.stringify(dice.pick(fields).name)}))`;
    return `${type.name}(${dice.pick(["sizeOf", "alignOf"])}<${c.name}>())`;
  }
  return null;
}

/** An assignment, ++, -- as value, or an atomic operation. */
function assigning(s: Scope, type: IntType, depth: number): string | null {
  const { dice } = s;
  const leaf = s.leaf((l) => same(l.type, type) && l.writable && (l.plain || l.cell !== null));
  if (leaf === null) return null;
  if (leaf.cell !== null) {
    const how = dice.pick(["swap", "add", "sub", "or", "and", "xor"]);
    return `${leaf.cell}.${how}(${int(s, type, depth)})`;
  }
  if (dice.chance(50)) return dice.pick([`${leaf.read}++`, `${leaf.read}--`, `++${leaf.read}`, `--${leaf.read}`]);
  const operator = dice.pick(["=", "+=", "-=", "^=", "|=", "&=", "*="]);
  return `(${leaf.read} ${operator} ${leaf.addressable ? int(s, type, depth) : fitting(s, leaf, depth)})`;
}

/** A value to be stored: literals may not fit into bit fields. */
export function fitting(s: Scope, leaf: Leaf, depth: number): string {
  return leaf.type.kind === "int" && !leaf.addressable
    ? typedValue(s, leaf.type, depth)
    : expression(s, leaf.type, depth);
}

function typedValue(s: Scope, type: IntType, depth: number): string {
  const leaf = s.leaf((l) => same(l.type, type));
  return leaf === null || s.dice.chance(40)
    ? `(${typed(s, type, Math.max(depth, 1))} + ${leaf?.read ?? s.dice.below(2)})`
    : leaf.read;
}

// ---- calls

/** A call of a function with that result. */
export function call(s: Scope, type: Type, depth: number): string | null {
  const kept = s.variable((v) => v.type.kind === "function" && same(v.type.result, type));
  if (kept !== null && kept.type.kind === "function" && s.left > 15 && s.dice.chance(50)) {
    s.spend(15);
    return `${kept.name}(${kept.type.parameters.map((p) => expression(s, p, depth - 1)).join(", ")})`;
  }
  const f = s.callable((f) => !f.fallible && f.result !== null && same(f.result, type));
  return f === null ? null : callOf(s, f, depth);
}

/** The arguments of a function; null when there is nothing to give it. */
export function callOf(s: Scope, f: FunctionShape, depth: number): string | null {
  const given: string[] = [];
  for (const p of f.parameters) {
    const made = argument(s, p, depth);
    if (made === null) return null;
    given.push(made);
  }
  s.spend(f.cost);
  return `${f.name}(${given.join(", ")})`;
}

export function argument(s: Scope, type: Type, depth: number): string | null {
  if (type.kind === "slice") return slice(s, type.of, type.least, type.view);
  if (type.kind === "pointer" && !type.nullable) {
    const v = s.variable((v) => storedAs(v.type, type.to) && v.writable);
    if (v === null) return null;
    return v.type.kind === "pointer" ? v.name : `ref(${v.name})`;
  }
  return expression(s, type, Math.min(depth, 2));
}

const storedAs = (type: Type, wanted: Type): boolean =>
  (type.kind === wanted.kind && type.kind === "class" && same(type, wanted)) ||
  (type.kind === "pointer" && !type.nullable && type.to.kind === wanted.kind && same(type.to, wanted)) ||
  (type.kind === "int" && wanted.kind === "int" && same(type, wanted));

/** A method's result, on an object in reach. */
function method(s: Scope, type: Type, depth: number): string | null {
  if (s.pure) return null;
  const of = s.variable(
    (v) =>
      (v.type.kind === "class"
        ? v.type
        : v.type.kind === "pointer" && !v.type.nullable && v.type.to.kind === "class"
          ? v.type.to
          : null
      )?.methods.some((m) => m.result !== null && same(m.result, type) && m.cost <= s.left) ?? false,
  );
  if (of === null) return null;
  const owner = (of.type.kind === "pointer" ? of.type.to : of.type) as ClassType;
  const m = s.dice.pick(owner.methods.filter((m) => m.result !== null && same(m.result, type) && m.cost <= s.left));
  s.spend(m.cost);
  return `${of.name}.${m.name}(${m.parameters.map((p) => expression(s, p, depth - 1)).join(", ")})`;
}

// ---- booleans, floats, enums, texts

export function bool(s: Scope, depth = 3): string {
  const { dice } = s;
  const roll = dice.below(100);
  if (depth > 0 && roll < 50) {
    const type = s.int();
    return `(${typed(s, type, depth - 1)} ${dice.pick(COMPARE)} ${int(s, type, depth - 1)})`;
  }
  if (depth > 0 && roll < 62) {
    const operator = dice.pick(["&&", "&&", "&&", "||", "||", "||", "===", "!=="]);
    return `(${bool(s, depth - 1)} ${operator} ${bool(s, depth - 1)})`;
  }
  if (depth > 0 && roll < 67) return `!${bool(s, depth - 1)}`;
  if (depth > 0 && roll < 72) {
    const type: FloatType = dice.chance(70) ? f64 : { kind: "float", name: "f32" };
    return `(${float(s, type, depth - 1, true)} ${dice.pick(COMPARE)} ${float(s, type, depth - 1, true)})`;
  }
  if (depth > 0 && roll < 75) return `(${text(s, true)} ${dice.pick(["===", "!=="])} ${text(s)})`;
  if (depth > 0 && roll < 78 && s.world.enums.length > 0) {
    const type = dice.pick(s.world.enums);
    return `(${enumeration(s, type)} ${dice.pick(["===", "!=="])} ${enumeration(s, type)})`;
  }
  if (depth > 0 && roll < 81) {
    const p = s.variable((v) => v.type.kind === "pointer" && v.type.nullable);
    if (p !== null) return `(${p.name} ${dice.pick(["===", "!=="])} null)`;
  }
  if (depth > 0 && roll < 84) {
    const cell = s.leaf((l) => l.cell !== null && l.writable, 20);
    if (cell !== null)
      return `${cell.cell}.cas(${int(s, cell.type as IntType, depth - 1)}, ${int(s, cell.type as IntType, depth - 1)})`;
  }
  if (depth > 0 && roll < 88) {
    const made = call(s, { kind: "bool" }, depth - 1);
    if (made !== null) return made;
  }
  const leaf = dice.chance(80) ? s.leaf((l) => l.type.kind === "bool") : null;
  return leaf?.read ?? dice.pick(["true", "false"]);
}

export function float(s: Scope, type: FloatType, depth = 2, isTyped = false): string {
  const { dice } = s;
  const roll = dice.below(100);
  if (depth > 0 && roll < 40)
    return `(${float(s, type, depth - 1, true)} ${dice.pick(["+", "-", "*", "/"])} ${float(s, type, depth - 1)})`;
  if (depth > 0 && roll < 55) return `${type.name}(${typed(s, s.int(), depth - 1)})`;
  if (depth > 0 && roll < 62)
    return `${type.name}(${float(s, { kind: "float", name: type.name === "f32" ? "f64" : "f32" }, depth - 1, true)})`;
  if (depth > 0 && roll < 66) return `-(${float(s, type, depth - 1, true)})`;
  if (depth > 0 && roll < 71 && type.name === "f64") return `sqrt(${float(s, type, depth - 1)})`;
  if (depth > 0 && roll < 75)
    return `(${bool(s, depth - 1)} ? ${float(s, type, depth - 1, true)} : ${float(s, type, depth - 1, true)})`;
  if (depth > 0 && roll < 80) {
    const made = call(s, type, depth - 1);
    if (made !== null) return made;
  }
  const leaf = dice.chance(70) ? s.leaf((l) => same(l.type, type)) : null;
  if (leaf !== null) return leaf.read;
  const made = dice.pick(["0.5", "1.5", "2.25", "1e10", "0.1", "3.0", "1e-5", "123456.789"]);
  return isTyped ? `${type.name}(${made})` : made;
}

export function enumeration(s: Scope, type: EnumType): string {
  const leaf = s.dice.chance(60) ? s.leaf((l) => same(l.type, type)) : null;
  return leaf?.read ?? `${type.name}.${s.dice.pick(type.members)}`;
}

const TEXTS = ["", "a", "kernel", "Cor runs", "h\u00e4llo w\u00f6rld", "0123456789", "tab\tand\nline", 'a\\b"c'];

export function text(s: Scope, isTyped = false): string {
  const { dice } = s;
  const v = dice.chance(70) ? s.variable((v) => v.type.kind === "text") : null;
  if (v === null)
    return isTyped ? `text(bytes(${JSON.stringify(dice.pick(TEXTS))}))` : JSON.stringify(dice.pick(TEXTS));
  // These texts have three bytes at least.
  if (v.name.startsWith("name") && !s.pure && dice.chance(30)) {
    const from = dice.below(3);
    const to = dice.chance(3) ? s.index(9) : String(from + dice.below(4 - from));
    return `${v.name}.sub(${from}, ${to})`;
  }
  return v.name;
}

/** An object literal: all fields, those that stay zero being left to `zeroed`. */
export function object(s: Scope, type: ClassType, depth: number): string {
  const made = type.fields.map((f) => `${f.name}: ${fieldValue(s, f.type, f.bits, depth)}`);
  if (type.tag !== null) made.unshift(`kind: ${JSON.stringify(type.tag)}`);
  return `{ ${made.join(", ")} }`;
}

function fieldValue(s: Scope, type: Type, bits: number | null, depth: number): string {
  if (bits !== null && type.kind === "int") return String(s.dice.below(2));
  return expression(s, type, Math.min(depth, 2));
}

/** Whether a class can be written as a literal: cells and big-endian fields cannot. */
export const hasLiteral = (type: Type): boolean =>
  type.kind === "class"
    ? type.methods.length === 0 && type.fields.every((f) => f.storage === "plain" && hasLiteral(f.type))
    : type.kind === "array"
      ? hasLiteral(type.of) && type.of.kind !== "class"
      : type.kind === "union"
        ? type.members.every(hasLiteral)
        : type.kind !== "slice";

/** A pointer that may be kept: to globals only. */
function pointer(s: Scope, type: Extract<Type, { kind: "pointer" }>): string {
  const target = s.pure ? null : s.variable((v) => v.global && v.writable && same(v.type, type.to));
  if (target !== null && s.dice.chance(80)) return `ref(${target.name})`;
  return type.nullable ? "null" : (s.variable((v) => v.type.kind === "pointer" && same(v.type, type))?.name ?? "null");
}

/** A slice of at least so many elements. */
export function slice(s: Scope, of: Type, least: number, view: boolean): string | null {
  const v = s.variable(
    (v) =>
      (v.type.kind === "array" && v.type.length >= least && same(v.type.of, of) && (view || v.writable)) ||
      (v.type.kind === "slice" && v.type.least >= least && same(v.type.of, of) && (view || !v.type.view)),
  );
  if (v === null) return null;
  const length = v.type.kind === "array" ? v.type.length : (v.type as { least: number }).least;
  const whole = v.type.kind === "array" ? `slice(${v.name})` : v.name;
  if (!s.dice.chance(40)) return whole;
  const from = s.dice.below(length - least + 1);
  return `${whole}.sub(${from}, ${from + least + s.dice.below(length - least - from + 1)})`;
}

/** A function value: one that exists, or a closure made here. */
export function closure(s: Scope, parameters: readonly Type[], result: Type): string {
  const plain = s.callable(
    (f) =>
      !f.fallible &&
      !f.generic &&
      f.cost <= 50 &&
      f.result !== null &&
      same(f.result, result) &&
      f.parameters.length === parameters.length &&
      f.parameters.every((p, k) => same(p, parameters[k]!)),
  );
  if (plain !== null && s.dice.chance(40)) return plain.name;
  const names = parameters.map(() => s.world.name("x"));
  return s.within(1, () => {
    const { loops, result: outer, inClosure } = s;
    s.loops = [];
    s.result = undefined;
    for (const [k, name] of names.entries()) s.add({ name, type: parameters[k]!, writable: false, global: false });
    const inside = expression(s, result, 2);
    s.loops = loops;
    s.result = outer;
    s.inClosure = inClosure;
    return `(${names.map((n, k) => `${n}: ${written(parameters[k]!)}`).join(", ")}): ${written(result)} => ${inside}`;
  });
}
