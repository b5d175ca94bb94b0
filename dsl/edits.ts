/**
 * Edits as people make them, at random: numbers, lines more and less, types, fields, parameters, members of enums and unions, exports
 * taken away, modules put back as they were. After each the program is compiled from nothing, from what a store has, and in a process that goes on: bytes must be equal, and so must the text of what is wrong.
 */
import { type Compilation, CompileCache, type CompileOptions, diagnosticsText } from "./compile.ts";
import { ObjectStore } from "./store.ts";

/** Numbers from a seed (xorshift32). */
function dice(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

type Edit = (text: string, pick: (below: number) => number) => string;

/** Replaces one of the places where a pattern is found. */
const somewhere =
  (pattern: RegExp, instead: (found: string) => string): Edit =>
  (text, pick) => {
    const all = [...text.matchAll(pattern)];
    if (all.length === 0) return text;
    const { 0: found, index } = all[pick(all.length)]!;
    return text.slice(0, index) + instead(found) + text.slice(index + found.length);
  };

const STATEMENT = /^ {2,}[^\s/*].*;\n/gm;

/** A call of a function of the same module, one that takes nothing. */
const callOwn: Edit = (text, pick) => {
  const names = [...text.matchAll(/^(?:export )?function (\w+)\(\): void/gm)].map(([, name]) => name!);
  if (names.length === 0) return text;
  return somewhere(STATEMENT, (line) => `${line}  ${names[pick(names.length)]}();\n`)(text, pick);
};

const FIELD = /^ {2}(?:@\w+\(\d+\) )?(?:private )?\w+: [^=()\n]*;\n/gm;

/** One name for another of the same module, where both are types: fields, parameters, members of unions. */
const otherType: Edit = (text, pick) => {
  const names = [...text.matchAll(/^(?:export )?(?:class|type|enum) (\w+)(?!<)\b/gm)].map(([, name]) => name!);
  if (names.length < 2) return text;
  return somewhere(new RegExp(`(?<=[:<|=] )(?:${names.join("|")})\\b`, "g"), () => names[pick(names.length)]!)(
    text,
    pick,
  );
};

const edits: readonly Edit[] = [
  somewhere(FIELD, (line) => `  more${line.length}: u32;\n${line}`),
  somewhere(FIELD, (line) => `${line}  last${line.length}: u8;\n`),
  somewhere(FIELD, () => ""),
  somewhere(/^(?=(?:export )?class )/gm, () => "@align(32)\n"),
  somewhere(/(?<=^ {2}\w+: )u(?:8|16|32)(?=;)/gm, (type) => (type === "u8" ? "u16" : "u8")),
  somewhere(/(?<=^(?:export )?function \w+\([^()\n]+)\)(?=: )/gm, () => ", more: u32 = 7)"),
  somewhere(/(?<=^ {2}\w+\([^()\n]+)\)(?=: \w)/gm, () => ", more: u32 = 7)"),
  somewhere(/(?<=^ {2}\w+\(\))(?=: \w)/gm, () => ""),
  somewhere(/^ {2}\w+\([^()\n]*\): void \{\n/gm, (head) => `  added(): u32 {\n    return 5;\n  }\n${head}`),
  somewhere(/^ {2}[A-Z]\w+,\n/gm, (line) => `${line}  More,\n`),
  somewhere(/^ {2}[A-Z]\w+,\n/gm, (line) => line.replace(",", " = 9,")),
  somewhere(/^(?=(?:export )?(?:class|function) )/gm, () => "class Fresh {\n  one: u8;\n  two: u64;\n}\n"),
  somewhere(/(?<=[:<] )u64\b/g, () => "Fresh"),
  somewhere(/ \| \w+(?=;\n)/g, () => ""),
  somewhere(/^export (?=class|enum|type)/gm, () => ""),
  somewhere(/^ {2}(?:private )?(?=\w+: .*;$)/gm, (found) => (found === "  " ? "  readonly " : "  ")),
  otherType,
  somewhere(/\b[1-9]\d{1,3}\b/g, (number) => String(Number(number) + 1)),
  somewhere(/\b[1-9]\d?\b(?=;)/g, (number) => String(Number(number) + 1)),
  somewhere(/^ {2,}(?!\*)/gm, (indent) => `${indent}// a word more\n${indent}`),
  somewhere(/^(?=export )/gm, () => "\n"),
  somewhere(STATEMENT, () => ""),
  somewhere(STATEMENT, (line) => line + line),
  somewhere(/\bu32\b/g, () => "u64"),
  somewhere(/^export (?=function|const)/gm, () => ""),
  somewhere(/ [+] (?=\w)/g, () => " - "),
  somewhere(/^(?=(?:export )?(?:function|class|const) )/gm, () => "// A word more.\n"),
  callOwn,
  somewhere(/^(?=function|export function)/gm, () => "// words\nconst MORE = 77;\nlet state: u32 = MORE;\n\n"),
  somewhere(/^const [A-Z_\d]+(?:: u32)? = .*;\n/gm, () => ""),
  somewhere(/^let \w+: u32 = .*;\n/gm, () => ""),
  somewhere(/^ {2}(?:private )?\w+: (?:u32|u64|usize);\n/gm, (field) => `  more: u32;\n${field}`),
  somewhere(/$/g, () => "\nexport function another(x: u32): u32 {\n  return x * 3;\n}\n"),
];

export interface EditedProgram {
  readonly files: ReadonlyMap<string, string>;
  readonly compile: (
    read: (file: string) => string | null,
    options: Pick<CompileOptions, "cache" | "store" | "debug" | "early">,
  ) => Compilation;
}

const outcome = (made: Compilation): string | Uint8Array => made.bytes ?? diagnosticsText(made);

/** Makes so many edits; gives the descriptions of those after which the two were not the same, and how many programs were right. */
export function tryEdits(
  { files, compile }: EditedProgram,
  folder: string,
  seed: number,
  count: number,
): { different: string[]; right: number } {
  const pick = dice(seed);
  const names = [...files.keys()].sort();
  const now = new Map(files);
  const different: string[] = [];
  let right = 0;
  const read = (file: string) => now.get(file) ?? null;
  const running = new CompileCache();
  let debug = true;
  const same = (what: string): boolean => {
    if (pick(5) === 0) debug = !debug;
    const store = new ObjectStore(folder, "1");
    // As `cor run` compiles, which loads a program before it is known to break no rule.
    const early = debug ? {} : { early: () => {} };
    const kept = outcome(compile(read, { cache: new CompileCache(), store, debug, ...early }));
    const fresh = outcome(compile(read, { cache: new CompileCache(), debug }));
    // A process begins anew after a mistake, with what it has compiled; most often it shall go on with what it has checked.
    const asked = typeof fresh !== "string" || pick(4) === 0;
    const again = asked ? outcome(compile(read, { cache: running, debug })) : fresh;
    for (const [how, made] of [
      ["store", kept],
      ["process", again],
    ] as const)
      if (Buffer.compare(Buffer.from(made), Buffer.from(fresh)) !== 0)
        different.push(`${what}, ${how}, debug: ${debug}`);
    return typeof fresh !== "string";
  };
  if (!same("nothing")) different.push("the program is wrong before any edit");
  for (let k = 0; k < count; k++) {
    const before = new Map(now);
    for (let n = pick(4) === 0 ? 2 : 1; n > 0; n--) {
      const file = names[pick(names.length)]!;
      const kind = pick(edits.length + 1);
      now.set(file, kind === edits.length ? files.get(file)! : edits[kind]!(now.get(file)!, pick));
    }
    const changed = names.filter((file) => now.get(file) !== before.get(file));
    if (changed.length === 0) continue;
    if (same(`seed ${seed}, edit ${k} in ${changed.join(", ")}`)) right++;
    else for (const [file, text] of before) now.set(file, text);
  }
  return { different, right };
}
