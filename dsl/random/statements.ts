/**
 * Random statements. Loops count to small limits or go through storage, and what runs often is written once only, so that
 * every program ends soon (scope.ts keeps the budget).
 */
import {
  bool,
  call,
  callOf,
  closure,
  enumeration,
  expression,
  fitting,
  hasLiteral,
  int,
  literal,
  object,
  slice,
  text,
  typed,
} from "./expressions.ts";
import { type Scope, same } from "./scope.ts";
import { type IntType, integers, type Type, u8, u32, u64, written } from "./types.ts";

/** Several statements; `count` is how many are wished for. */
export function statements(s: Scope, count: number): string[] {
  const lines: string[] = [];
  for (let k = 0; k < count && s.left > 1; k++) {
    s.spend(1);
    lines.push(...statement(s));
  }
  return lines;
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
const block = (head: string, body: readonly string[], end = "}") => [`${head} {`, ...indented(body), end];

export function statement(s: Scope): string[] {
  const made = s.dice.pick(s.depth < 4 ? all : simple)(s);
  return made ?? assign(s) ?? declare(s);
}

type Maker = (s: Scope) => string[] | null;

// ---- values

function assign(s: Scope): string[] | null {
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

function declare(s: Scope): string[] {
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

function declareText(s: Scope): string[] {
  const name = s.world.name("v");
  const value = text(s, true);
  s.add({ name, type: { kind: "text" }, writable: true, global: false });
  return [`let ${name} = ${value};`];
}

function declareStorage(s: Scope): string[] | null {
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

function declarePointer(s: Scope): string[] | null {
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

function declareSlice(s: Scope): string[] | null {
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

function declareClosure(s: Scope): string[] | null {
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

// ---- control

function ifStatement(s: Scope): string[] {
  const { dice } = s;
  const condition = bool(s, 2);
  const then = s.within(1, () => statements(s, 1 + dice.below(3)));
  if (dice.chance(50)) return block(`if (${condition})`, then);
  const otherwise = s.within(1, () => statements(s, 1 + dice.below(3)));
  return [...block(`if (${condition})`, then, "} else {"), ...indented(otherwise), "}"];
}

/** The body of a loop that runs so often at most. */
function loopBody(s: Scope, times: number, label: string | null, declareOwn: () => void): string[] {
  return s.within(times, () => {
    s.loops.push({ label, breakable: true });
    declareOwn();
    const made = statements(s, 1 + s.dice.below(3));
    s.loops.pop();
    return made;
  });
}

function forLoop(s: Scope): string[] | null {
  const { dice, world } = s;
  const times = 1 + dice.below(12);
  if (s.left < times * 3) return null;
  const name = world.name("at");
  const type = dice.pick(integers);
  const label = dice.chance(25) ? world.name("loop") : null;
  const down = dice.chance(20);
  const step = dice.chance(70) ? 1 : 1 + dice.below(3);
  const counter = { name, type, writable: false, global: false, below: type.signed ? undefined : times };
  const body = loopBody(s, Math.ceil(times / step), label, () =>
    s.add(counter.below === undefined ? { name, type, writable: false, global: false } : { ...counter, below: times }),
  );
  const advance = step === 1 ? `${name}${down ? "--" : "++"}` : `${name} ${down ? "-" : "+"}= ${step}`;
  const head = down
    ? `for (let ${name}: ${type.name} = ${times - 1}; ${type.signed ? `${name} >= 0` : `${name} < ${times}`}; ${advance})`
    : `for (let ${name}: ${type.name} = 0; ${name} < ${times}; ${advance})`;
  return block(`${label === null ? "" : `${label}: `}${head}`, body);
}

function whileLoop(s: Scope): string[] | null {
  const { dice, world } = s;
  const times = 1 + dice.below(8);
  if (s.left < times * 3) return null;
  const name = world.name("n");
  const label = dice.chance(25) ? world.name("loop") : null;
  const post = dice.chance(40);
  const body = loopBody(s, times, label, () => s.add({ name, type: u32, writable: false, global: false }));
  // Counts first: a continue must not run forever.
  const counted = [`${name}++;`, ...body];
  const also = dice.chance(40) ? ` && ${s.within(times, () => bool(s, 2))}` : "";
  const start = [`let ${name}: u32 = 0;`];
  const prefix = label === null ? "" : `${label}: `;
  if (post) {
    const [last, ...rest] = [`} while (${name} < ${times}${also});`];
    return [...start, ...block(`${prefix}do`, counted, last), ...rest];
  }
  if (dice.chance(20))
    return [...start, ...block(`${prefix}for (;;)`, [`if (${name} >= ${times}) break;`, ...counted])];
  return [...start, ...block(`${prefix}while (${name} < ${times}${also})`, counted)];
}

function forOf(s: Scope): string[] | null {
  const { dice, world } = s;
  const label = dice.chance(20) ? world.name("loop") : null;
  const prefix = label === null ? "" : `${label}: `;
  const name = world.name("e");
  const over = s.variable(
    (v) =>
      (v.type.kind === "array" &&
        v.type.of.kind !== "class" &&
        v.type.of.kind !== "array" &&
        v.type.of.kind !== "pointer" &&
        v.type.length <= 16) ||
      (v.type.kind === "slice" && v.type.of.kind === "int") ||
      (v.type.kind === "text" && v.name.startsWith("name")),
  );
  if (over === null) return null;
  const of = over.type.kind === "text" ? u8 : (over.type as { of: Type }).of;
  if (s.left < 25) return null;
  const body = loopBody(s, 16, label, () => s.add({ name, type: of, writable: false, global: false }));
  return block(`${prefix}for (const ${name} of ${over.name})`, body);
}

function leave(s: Scope): string[] | null {
  const { dice } = s;
  if (s.loops.length === 0 || s.depth === 0) return null;
  const loop = dice.pick(s.loops);
  const inner = s.loops.at(-1)!;
  const how = dice.chance(50) ? "break" : "continue";
  const condition = bool(s, 2);
  if (loop.label !== null && dice.chance(60)) return [`if (${condition}) ${how} ${loop.label};`];
  return inner.breakable ? [`if (${condition}) ${how};`] : null;
}

function giveBack(s: Scope): string[] | null {
  if (s.result === undefined || s.depth === 0) return null;
  const condition = bool(s, 2);
  const { type, fallible } = s.result;
  if (fallible && s.dice.chance(40))
    return [`if (${condition}) return err(Errno.${s.dice.pick(["EIO", "EINVAL", "ENOMEM"])});`];
  return [`if (${condition}) return${type === null ? "" : ` ${expression(s, type, 2)}`};`];
}

function cases(s: Scope, list: readonly string[], otherwise: boolean, inside: (k: number) => string[]): string[] {
  const { dice } = s;
  const lines: string[] = [];
  const arm = (heads: string[], make: () => string[]) => {
    const body = s.within(1, () => {
      // In a switch, break leaves it; continue still means the loop, but is left to labels.
      s.loops.push({ label: null, breakable: false });
      const made = make();
      s.loops.pop();
      return made;
    });
    lines.push(...heads, ...indented([...body, "break;"]));
  };
  for (let k = 0; k < list.length; k++) {
    const heads = [`case ${list[k]}:`];
    if (inside === NOTHING && k + 1 < list.length && dice.chance(20)) heads.push(`case ${list[++k]}:`);
    arm(heads, () => [...inside(k), ...statements(s, 1 + dice.below(2))]);
  }
  if (otherwise) arm(["default:"], () => statements(s, 1 + dice.below(2)));
  return indented(lines);
}

const NOTHING = (_: number): string[] => [];

function switchStatement(s: Scope): string[] | null {
  const { dice, world } = s;
  const roll = dice.below(10);
  if (roll < 2 && world.enums.length > 0) {
    const type = dice.pick(world.enums);
    const otherwise = dice.chance(30);
    const list = type.members.slice(0, otherwise ? type.members.length - 1 : undefined).map((m) => `${type.name}.${m}`);
    return [`switch (${enumeration(s, type)}) {`, ...cases(s, list, otherwise, NOTHING), "}"];
  }
  if (roll < 4) {
    const mode = s.variable((v) => v.type.kind === "mode");
    if (mode !== null && mode.type.kind === "mode")
      return [
        `switch (${mode.name}) {`,
        ...cases(
          s,
          mode.type.texts.map((t) => JSON.stringify(t)),
          false,
          NOTHING,
        ),
        "}",
      ];
  }
  const type = dice.pick(integers);
  const dense = dice.chance(60);
  const list = new Set(
    Array.from({ length: 2 + dice.below(dense ? 8 : 4) }, (_, k) => (dense ? String(k) : literal(s, type))),
  );
  const values = new Map(
    [...list].map((v) => [BigInt(v.replaceAll("_", "").replace(/^-/, "")) * (v.startsWith("-") ? -1n : 1n), v]),
  );
  const subject = dense ? `(${typed(s, type, 2)} & 7)` : typed(s, type, 2);
  return [`switch (${subject}) {`, ...cases(s, [...values.values()], dice.chance(70), NOTHING), "}"];
}

/** Looks at every member of a tagged union. */
function union(s: Scope): string[] | null {
  const { dice } = s;
  const v = s.variable((v) => v.type.kind === "union" || (v.type.kind === "pointer" && v.type.to.kind === "union"));
  if (v === null) return null;
  const type = v.type.kind === "pointer" ? v.type.to : v.type;
  if (type.kind !== "union") return null;
  if (v.writable && v.type.kind === "union" && dice.chance(30)) return [`${v.name} = ${expression(s, type, 2)};`];
  const p = v.type.kind === "pointer" ? v.name : s.world.name("p");
  const start = v.type.kind === "pointer" ? [] : [`const ${p} = ref<${type.name}>(${v.name});`];
  const list = type.members.map((m) => JSON.stringify(m.tag));
  const inside = (k: number): string[] => {
    const member = type.members[k]!;
    const field = member.fields.find((f) => f.type.kind === "int" && f.storage === "plain");
    if (field === undefined) return [];
    const sink = s.leaf(
      (l) => l.writable && l.type.kind === "int" && l.plain && l.addressable && l.type.label === "plain",
    );
    const first = sink === null ? [] : [`${sink.read} ^= ${(sink.type as IntType).name}(${p}.${field.name});`];
    return first.length === 0 || dice.chance(40)
      ? [`${p}.${field.name} = ${field.bits === null ? literal(s, field.type as IntType) : "1"};`]
      : first;
  };
  const otherwise = dice.chance(20);
  const made = cases(s, otherwise ? list.slice(0, -1) : list, otherwise, inside);
  return [...start, `switch (${p}.kind) {`, ...made, "}"];
}

// ---- storage, pointers, results, guards

function through(s: Scope): string[] | null {
  const { dice } = s;
  const from = s.variable((v) => {
    const type = v.type.kind === "pointer" && !v.type.nullable ? v.type.to : v.type;
    return type.kind === "class" && type.fields.some((f) => f.type.kind === "pointer" && f.type.nullable);
  });
  if (from === null) return null;
  const type = from.type.kind === "pointer" ? from.type.to : from.type;
  if (type.kind !== "class") return null;
  const field = dice.pick(type.fields.filter((f) => f.type.kind === "pointer" && f.type.nullable));
  const to = field.type as Extract<Type, { kind: "pointer" }>;
  if (dice.chance(40) && from.writable) return [`${from.name}.${field.name} = ${expression(s, to, 1)};`];
  const name = s.world.name("p");
  const body = s.within(1, () => {
    s.add({ name, type: { ...to, nullable: false }, writable: false, global: false });
    return statements(s, 2);
  });
  return [`const ${name} = ${from.name}.${field.name};`, ...block(`if (${name} !== null)`, body)];
}

function memory(s: Scope): string[] | null {
  const { dice } = s;
  const roll = dice.below(10);
  if (roll < 4) {
    const to = s.variable((v) => v.type.kind === "class" && v.writable);
    if (to === null) return null;
    const from = s.variable(
      (v) =>
        (v.type.kind === "class" && same(v.type, to.type)) ||
        (v.type.kind === "pointer" && !v.type.nullable && same(v.type.to, to.type)),
    );
    if (from === null) return null;
    return [`copy(ref(${to.name}), ${from.type.kind === "pointer" ? from.name : `ref(${from.name})`});`];
  }
  const to = s.variable((v) => v.type.kind === "array" && v.type.of.kind === "int" && v.writable);
  if (to === null || to.type.kind !== "array") return null;
  if (roll < 7) return [`fill(slice(${to.name}), ${expression(s, to.type.of, 2)});`];
  const length = 1 + dice.below(to.type.length);
  const from = slice(s, to.type.of, length, true);
  if (from === null) return null;
  const [a, b] = [dice.below(to.type.length - length + 1), dice.below(1)];
  return [`copySlice(slice(${to.name}).sub(${a}, ${a + length}), ${from}.sub(${b}, ${b + length}));`];
}

/** A call whose result may be an error. */
function fallible(s: Scope): string[] | null {
  const { dice } = s;
  const f = s.callable((f) => f.fallible);
  if (f === null) return null;
  const made = callOf(s, f, 2);
  if (made === null) return null;
  const roll = dice.below(10);
  if (roll < 2) return [`ignore(${made}, "nothing depends on it");`];
  const name = s.world.name("r");
  const value = { name, type: f.result!, writable: false, global: false };
  if (roll < 5 && s.result?.fallible && !s.inClosure) {
    s.add(value);
    return [`const ${name} = orReturn(${made});`];
  }
  const good = s.within(1, () => {
    s.add(value);
    return statements(s, 2);
  });
  const code = s.leaf(
    (l) => l.writable && l.type.kind === "int" && l.plain && l.addressable && l.type.label === "plain",
  );
  const bad = code === null ? [] : [`${code.read} += ${(code.type as IntType).name}(${name}.code);`];
  if (roll < 7) return [`const ${name} = ${made};`, ...block(`if (!isErr(${name}))`, good)];
  return [`const ${name} = ${made};`, ...block(`if (isErr(${name}))`, bad, "} else {"), ...indented(good), "}"];
}

function guarded(s: Scope): string[] | null {
  if (s.pure || s.inClosure) return null;
  const { dice, world } = s;
  const own = world.name("g");
  const isGuard = dice.chance(50);
  if (isGuard) world.used.add("Guard");
  const first = isGuard
    ? [`using ${own} = new Guard(${int(s, u64, 1)});`]
    : block(
        `using ${own} = defer(() =>`,
        s.within(2, () => {
          const { loops, result } = s;
          s.loops = [];
          s.result = undefined;
          s.inClosure = true;
          const made = statements(s, 1 + dice.below(2));
          s.inClosure = false;
          s.loops = loops;
          s.result = result;
          return made;
        }),
        "});",
      );
  return block("", [...first, ...s.within(1, () => statements(s, 3))]).map((line) => line.replace(/^ \{/, "{"));
}

function callStatement(s: Scope): string[] | null {
  const f = s.callable((f) => f.result === null);
  if (f === null) {
    const made = call(s, s.int(), 2);
    return made === null ? null : [`${made};`];
  }
  const made = callOf(s, f, 2);
  return made === null ? null : [`${made};`];
}

// ---- generics, function values, output

function generic(s: Scope): string[] | null {
  if (s.pure) return null;
  const { dice, world } = s;
  switch (dice.below(10)) {
    case 0: {
      const a = s.leaf((l) => l.addressable && l.writable && l.type.kind === "int");
      const other = a && s.leaf((l) => l.addressable && l.writable && same(l.type, a.type));
      if (a === null || other === null) return null;
      world.used.add("swap");
      return [`swap(ref(${a.read}), ref(${other.read}));`];
    }
    case 1: {
      const type = s.int();
      const to = s.leaf((l) => l.writable && same(l.type, type));
      if (to === null) return null;
      world.used.add("largest");
      return [to.store(`largest(${typed(s, type, 2)}, ${int(s, type, 2)})`)];
    }
    case 2: {
      const over = s.variable((v) => v.type.kind === "array" && v.type.of.kind === "int");
      if (over === null || over.type.kind !== "array" || s.left < 100) return null;
      world.used.add("fold");
      s.spend(40);
      const [sum, x] = [world.name("x"), world.name("x")];
      const body = s.within(16, () => {
        s.add({ name: sum, type: u64, writable: false, global: false });
        s.add({ name: x, type: over.type.kind === "array" ? over.type.of : u64, writable: false, global: false });
        return int(s, u64, 2, true);
      });
      const to = s.leaf((l) => l.writable && same(l.type, u64));
      const value = `fold(slice(${over.name}), (${sum}, ${x}) => ${body})`;
      return to === null ? [`mix(${value});`] : [to.store(value)];
    }
    case 3: {
      world.used.add("Ring");
      const to = s.leaf((l) => l.writable && same(l.type, u32));
      return [`ring.put(${int(s, u32, 2)});`, ...(to === null ? [] : [to.store("ring.take()")])];
    }
    case 4: {
      world.used.add("Source");
      if (s.left < 40) return null;
      s.spend(10);
      return [`mix(u64(${dice.pick(["drain(ref(counting))", "drain(ref(walking))"])}));`];
    }
    case 5: {
      world.used.add("perCpu");
      return [
        `ticks.my[0] ${dice.pick(["=", "+=", "^="])} ${int(s, u64, 2)};`,
        `mix(ticks.${dice.pick(["my", "of(0)"])}[0]);`,
      ];
    }
    case 6: {
      const own = s.variable((v) => v.type.kind === "class" && v.writable && v.type.tag === null);
      if (own === null || own.type.kind !== "class") return null;
      const field = own.type.fields.find((f) => f.bits === null && f.storage === "plain" && f.type.kind === "int");
      if (field === undefined) return null;
      const name = world.name("p");
      s.add({ name, type: { kind: "pointer", to: own.type, nullable: false }, writable: false, global: false });
      return [`const ${name} = containerOf<${own.type.name}>(ref(${own.name}.${field.name}), "${field.name}");`];
    }
    case 7: {
      world.used.add("copyIn");
      return [`userCopy(${int(s, u64, 2)});`];
    }
    default: {
      if (s.left < 25 || !world.used.has("handlers")) return null;
      s.spend(10);
      if (dice.chance(30)) return [`handler = ${dice.pick(["step0", "step1", "handlers[0]", "(x) => x ^ 5"])};`];
      const to = s.leaf((l) => l.writable && same(l.type, u32));
      const value = `${dice.pick([`handlers[${s.index(2)}]`, "handler"])}(${int(s, u32, 2)})`;
      return to === null ? [`mix(u64(${value}));`] : [to.store(value)];
    }
  }
}

/** Shows something; mixes something into the checksum. */
function show(s: Scope): string[] | null {
  if (s.pure) return null;
  const { dice, world } = s;
  if (s.weight > 16 || dice.chance(50)) {
    if (s.weight > 400) return null;
    return [`mix(${typed(s, u64, 2)});`];
  }
  const pieces = Array.from({ length: 1 + dice.below(3) }, () => {
    const roll = dice.below(10);
    if (roll < 5) return `\${${typed(s, s.int(), 1)}}`;
    if (roll < 6) return `\${hex(${typed(s, s.int(), 1)})}`;
    if (roll < 7) return `\${${bool(s, 1)}}`;
    if (roll < 8) return `\${${text(s)}}`;
    if (roll < 9 && s.world.enums.length > 0) return `\${${enumeration(s, dice.pick(s.world.enums))}}`;
    return `\${${expression(s, { kind: "float", name: "f64" }, 0).replace(/^(\d.*)$/, "f64($1)")}}`;
  });
  s.spend(10);
  if (dice.chance(30)) {
    const buffer = world.name("b");
    const bytes = 1 + dice.below(40);
    return [
      `const ${buffer} = zeroed<Arr<u8, ${bytes}>>();`,
      `mix(format(slice(${buffer}))\`${pieces.join(" ")}\`);`,
      `mixBytes(ref(${buffer}[0]), ${bytes});`,
    ];
  }
  return [`${dice.chance(8) ? "klog" : "print"}\`${pieces.join(" ")}${dice.chance(90) ? "\\n" : ""}\`;`];
}

function check(s: Scope): string[] | null {
  if (s.pure || s.depth === 0) return null;
  const { dice } = s;
  if (dice.chance(50)) return [`assert((${bool(s, 2)} || true)${dice.chance(50) ? ', "must hold"' : ""});`];
  if (dice.chance(60)) return null;
  return dice.chance(50) ? [`assert(${bool(s, 2)}, "an assertion");`] : [`if (${bool(s, 2)}) panic("a panic");`];
}

const often = (maker: Maker, times: number): Maker[] => Array.from({ length: times }, () => maker);
const simple: readonly Maker[] = [
  ...often(assign, 10),
  ...often(declare, 3),
  show,
  show,
  leave,
  giveBack,
  callStatement,
  memory,
  declareText,
];
const all: readonly Maker[] = [
  ...simple,
  ...often(assign, 4),
  ...often(ifStatement, 5),
  ...often(forLoop, 4),
  ...often(whileLoop, 2),
  ...often(forOf, 2),
  ...often(switchStatement, 2),
  ...[union, union, through, through, memory, fallible, fallible, guarded, callStatement, generic, generic, check],
  ...[declareStorage, declareStorage, declarePointer, declareSlice, declareClosure, show],
];

/** Everything that can be seen of a variable, mixed into the checksum. */
export function mixAll(name: string, type: Type, depth = 0): string[] {
  switch (type.kind) {
    case "int":
      return [`mix(u64(${name}));`];
    case "enum":
      return [`mix(u64(${name}));`];
    case "bool":
      return [`mix(u64(${name}));`];
    case "float":
      return [`mixFloat(${type.name === "f64" ? name : `f64(${name})`});`];
    case "text":
      return [`mixText(${name});`];
    case "mode":
      return [`mix(${name} === ${JSON.stringify(type.texts[0])} ? 1 : 2);`];
    case "array": {
      if (type.of.kind === "int")
        return [`mixBytes(unsafe.cast<Ptr<u8>>(ref(${name}[0])), ${(type.length * type.of.bits) / 8});`];
      const i = `k${depth}`;
      return block(
        `for (let ${i}: usize = 0; ${i} < ${type.length}; ${i}++)`,
        mixAll(`${name}[${i}]`, type.of, depth + 1),
      );
    }
    case "class":
      return type.fields.flatMap((f) => {
        const at = `${name}.${f.name}`;
        if (f.storage === "be") return mixAll(`${at}.get()`, f.type, depth);
        if (f.storage === "atomic") return mixAll(`${at}.load()`, f.type, depth);
        return mixAll(at, f.type, depth);
      });
    case "pointer":
      return type.nullable ? [`mix(${name} === null ? 3 : 4);`] : [];
    default:
      return [];
  }
}
