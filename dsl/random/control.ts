/**
 * Random statements that decide where control goes: branches, loops, ways out of them, switches, looks at unions and
 * nullable pointers.
 */
import { bool, enumeration, expression, literal, typed } from "./expressions.ts";
import { block, indented } from "./lines.ts";
import type { Scope } from "./scope.ts";
import { statements } from "./statements.ts";
import { type IntType, integers, type Type, u8, u32 } from "./types.ts";

export function ifStatement(s: Scope): string[] {
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

export function forLoop(s: Scope): string[] | null {
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

export function whileLoop(s: Scope): string[] | null {
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

export function forOf(s: Scope): string[] | null {
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

export function leave(s: Scope): string[] | null {
  const { dice } = s;
  if (s.loops.length === 0 || s.depth === 0) return null;
  const loop = dice.pick(s.loops);
  const inner = s.loops.at(-1)!;
  const how = dice.chance(50) ? "break" : "continue";
  const condition = bool(s, 2);
  if (loop.label !== null && dice.chance(60)) return [`if (${condition}) ${how} ${loop.label};`];
  return inner.breakable ? [`if (${condition}) ${how};`] : null;
}

export function giveBack(s: Scope): string[] | null {
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

export function switchStatement(s: Scope): string[] | null {
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
export function union(s: Scope): string[] | null {
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

export function through(s: Scope): string[] | null {
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
