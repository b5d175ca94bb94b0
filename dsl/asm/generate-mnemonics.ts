/**
 * Makes mnemonics.ts from the instruction table: one method per mnemonic, its overloads computed from the rows.
 *
 *     node dsl/asm/generate-mnemonics.ts      # writes mnemonics.ts; a test says when it is stale
 *
 * Rows overlap (`add r/m32, r32` and `add r32, r/m32` both take two registers) and an overload for each would make
 * editors slow and errors long. So all operand combinations of a mnemonic are gathered, and covered again by the fewest,
 * largest overloads that allow exactly those combinations.
 */
import { writeFileSync } from "node:fs";
import type { OperandSpec, Row } from "../../emulator/isa/instruction.ts";
import { synonyms } from "../../emulator/isa/mnemonics.ts";
import type { RegisterClass } from "../../emulator/isa/registers.ts";
import { rows } from "../../emulator/isa/rows.ts";

const registerTypes: Readonly<Partial<Record<RegisterClass, string>>> = {
  segment: "SegmentRegister",
  control: "ControlRegister",
  debug: "DebugRegister",
  x87: "X87Register",
  mmx: "MmxRegister",
  xmm: "XmmRegister",
  ymm: "YmmRegister",
};

/** The types an operand may have, one by one. `vector`: memory of 16 and 32 bytes has that width. */
function typesOf(
  { notation, source, register, memory, bits, registerBits, registerClass, fixed }: OperandSpec,
  vector: boolean,
): string[] {
  if (fixed === 1 || source === "immediate" || source === "relative") return ["Value"];
  const types: string[] = [];
  if (register) types.push(registerTypes[registerClass!] ?? `R${registerBits}`);
  if (memory) {
    if (notation === "m") types.push("Memory");
    else if (notation.includes(":") || notation.includes("&") || bits > (vector ? 256 : 80)) types.push("Memory<0>");
    else types.push(`Memory<${bits}>`);
  }
  return types;
}

/** Far transfers have methods of their own. */
const isFar = (row: Row) =>
  /^(jmp|call)$/.test(row.mnemonic) && row.operands.some(({ notation }) => notation.includes(":"));

/** Every combination of operand types the rows allow, as lists joined with "|". */
function combinations(forms: readonly Row[]): Set<string> {
  const all = new Set<string>();
  for (const row of forms) {
    let tuples = [""];
    for (const spec of row.operands)
      tuples = tuples.flatMap((tuple) => typesOf(spec, row.vector !== null).map((type) => `${tuple}${type}|`));
    for (const tuple of tuples) all.add(tuple);
  }
  return all;
}

/** The overloads: per operand the allowed types. */
function overloads(allowed: ReadonlySet<string>): string[][][] {
  const covered = new Set<string>();
  const result: string[][][] = [];
  const everything = [...allowed].map((tuple) => tuple.split("|").slice(0, -1));
  const product = (lists: readonly string[][]) =>
    lists.reduce((tuples, types) => tuples.flatMap((tuple) => types.map((type) => `${tuple}${type}|`)), [""]);
  for (const seed of everything) {
    if (covered.has(`${seed.join("|")}${seed.length ? "|" : ""}`)) continue;
    const lists = seed.map((type) => [type]);
    for (let position = seed.length - 1; position >= 0; position--) {
      const candidates = new Set(everything.filter((it) => it.length === seed.length).map((it) => it[position]!));
      lists[position] = [...candidates].filter((type) =>
        product(lists.map((list, i) => (i === position ? [type] : list))).every((tuple) => allowed.has(tuple)),
      );
    }
    for (const tuple of product(lists)) covered.add(tuple);
    result.push(lists);
  }
  return result;
}

/** What operands are called in the editor's hints. */
function parameterNames(mnemonic: string, count: number, types: readonly (readonly string[])[]): string[] {
  if (count === 1)
    return [types[0]!.join() === "Value" ? (/^(j|call|loop)/.test(mnemonic) ? "target" : "value") : "operand"];
  return ["destination", "source", "third", "fourth"].slice(0, count);
}

/** An overload, for one set of operand types or for all widths at once. */
interface Overload {
  readonly widths: readonly string[];
  readonly types: readonly (readonly string[])[];
}

/**
 * Overloads that differ only in the width of their first operand become one generic overload. The width is inferred from
 * the first operand alone (NoInfer), so that the error for `add(rax, ebx)` names what the second should have been.
 */
function overAllWidths(list: readonly (readonly (readonly string[])[])[]): Overload[] {
  const groups = new Map<string, { widths: string[]; types: readonly (readonly string[])[] }>();
  for (const types of list) {
    const width = /^(?:R|Memory<)([1-9]\d*)/.exec(types[0]?.[0] ?? "")?.[1] ?? "";
    const generic = types.map((union, i) => union.map((type) => generalise(type, width, i)));
    const key = JSON.stringify(generic);
    const group = groups.get(key);
    if (group) group.widths.push(width);
    else groups.set(key, { widths: [width], types });
  }
  const all = [...groups].map(([key, { widths, types }]) => ({
    widths: widths.length > 1 ? widths : [],
    types: widths.length > 1 ? (JSON.parse(key) as string[][]) : types,
  }));
  // Messages are about the last overload: let that be the most general one.
  return all.sort((x, y) => x.widths.length - y.widths.length);
}

function generalise(type: string, width: string, position: number): string {
  const variable = position === 0 ? "W" : "NoInfer<W>";
  if (type === `R${width}`) return `R<${variable}>`;
  return type === `Memory<${width}>` ? `Memory<${variable}>` : type;
}

function signature(name: string, mnemonic: string, { widths, types }: Overload): string {
  const names = parameterNames(mnemonic, types.length, types);
  const parameters = types.map((union, i) => `${names[i]}: ${union.join(" | ")}`);
  const start = `  ${name}${widths.length ? `<W extends ${widths.join(" | ")}>` : ""}(`;
  const line = `${start}${parameters.join(", ")}): void;`;
  if (line.length <= 120) return line;
  const broken = parameters.map((parameter, i) =>
    parameter.length + 5 <= 120
      ? `    ${parameter},`
      : `    ${names[i]}:${types[i]!.map((type) => `\n      | ${type}`).join("")},`,
  );
  return [start, ...broken, "  ): void;"].join("\n");
}

/** The manual's forms on one line, for the editor. */
function documentation(forms: readonly Row[]): string {
  const operands = [...new Set(forms.map((row) => row.operands.map(({ notation }) => notation).join(", ")))];
  const shown = operands.filter((text) => text !== "").map((text) => text.replaceAll("*/", "* /"));
  const name = forms[0]!.mnemonic.toUpperCase();
  if (shown.length > 12) shown.splice(12, shown.length, "…");
  return `  /** ${name}${shown.length ? ` ${shown.join(" · ")}` : ""} */`;
}

function nameType(title: string, comment: string, names: readonly string[]): string {
  const line = `export type ${title} = ${names.map((name) => `"${name}"`).join(" | ")};`;
  const list = names.map((name) => `\n  | "${name}"`).join("");
  return `/** ${comment} */\n${line.length <= 120 ? line : `export type ${title} =${list};`}\n`;
}

/** The text of mnemonics.ts. */
export function mnemonicsSource(): string {
  const byMnemonic = Map.groupBy(
    rows.filter((row) => !row.alias && !isFar(row)),
    (row) => row.mnemonic,
  );
  const names = new Map([...byMnemonic.keys()].map((name) => [name, name]));
  for (const [synonym, name] of synonyms()) if (byMnemonic.has(name)) names.set(synonym, name);
  const sorted = [...names].sort(([x], [y]) => (x < y ? -1 : 1));

  const methods = sorted.flatMap(([name, mnemonic]) => {
    const forms = byMnemonic.get(mnemonic)!;
    return [
      documentation(forms),
      ...overAllWidths(overloads(combinations(forms))).map((types) => signature(name, mnemonic, types)),
    ];
  });
  const having = (test: (row: Row) => boolean) =>
    sorted.filter(([, mnemonic]) => byMnemonic.get(mnemonic)!.some(test)).map(([name]) => name);
  return `/**
 * The mnemonics as methods, with the operand types that the instruction table allows. Made by generate-mnemonics.ts:
 * do not edit; change emulator/isa/opcodes.ts and run \`node dsl/asm/generate-mnemonics.ts\`.
 */
import type {
  ControlRegister,
  DebugRegister,
  MmxRegister,
  R8,
  R16,
  R32,
  R64,
  Register,
  SegmentRegister,
  X87Register,
  XmmRegister,
  YmmRegister,
} from "../../emulator/isa/registers.ts";
import type { Value } from "../out/expression.ts";
import type { Memory } from "./operand.ts";

/** A general register of W bits. */
type R<W extends number> = Register<W, "general">;

export interface Mnemonics {
${methods.join("\n")}
}

${nameType(
  "Lockable",
  "Those that LOCK may precede.",
  having((row) => row.lockable),
)}
${nameType(
  "Repeatable",
  "Those that REP (with CMPS and SCAS: REPE) may precede.",
  having((row) => row.repeat !== "none"),
)}
${nameType(
  "RepeatableUntilEqual",
  "Those that REPNE may precede.",
  having((row) => row.repeat === "repe"),
)}
/** All names, for the methods themselves. */
export const mnemonics: readonly (keyof Mnemonics)[] = [
${sorted.map(([name]) => `  "${name}",`).join("\n")}
];
`;
}

if (import.meta.main) {
  writeFileSync(new URL("mnemonics.ts", import.meta.url), mnemonicsSource());
}
