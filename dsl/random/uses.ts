/**
 * Random statements that use what the language has beside values and control: bulk memory, calls that may fail, guards,
 * generics, function values, output, assertions.
 */
import { bool, call, callOf, enumeration, expression, int, slice, text, typed } from "./expressions.ts";
import { block, indented } from "./lines.ts";
import { type Scope, same } from "./scope.ts";
import { statements } from "./statements.ts";
import { type IntType, u32, u64 } from "./types.ts";

export function memory(s: Scope): string[] | null {
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
export function fallible(s: Scope): string[] | null {
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

export function guarded(s: Scope): string[] | null {
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

export function callStatement(s: Scope): string[] | null {
  const f = s.callable((f) => f.result === null);
  if (f === null) {
    const made = call(s, s.int(), 2);
    return made === null ? null : [`${made};`];
  }
  const made = callOf(s, f, 2);
  return made === null ? null : [`${made};`];
}

export function generic(s: Scope): string[] | null {
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
export function show(s: Scope): string[] | null {
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

export function check(s: Scope): string[] | null {
  if (s.pure || s.depth === 0) return null;
  const { dice } = s;
  if (dice.chance(50)) return [`assert((${bool(s, 2)} || true)${dice.chance(50) ? ', "must hold"' : ""});`];
  if (dice.chance(60)) return null;
  return dice.chance(50) ? [`assert(${bool(s, 2)}, "an assertion");`] : [`if (${bool(s, 2)}) panic("a panic");`];
}
