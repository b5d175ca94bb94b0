/**
 * Which functions are as they were in an earlier process, by keys for files: functions are, in files whose text is, as long as everything
 * else that checking and lowering look at beyond a file is, too. That is the heads of the functions that are called from there, what
 * bodies promise to their callers (attr) included; what stands outside of functions in all files (types, values, imports); the texts
 * that symbols stand for; and whole files with functions that are run while compiling. Inside a body nobody
 * else looks before the optimizer, which has keys of its own.
 */
import { hash } from "node:crypto";
import type { Statement } from "oxc-parser";
import { bodyReferences } from "./check/reach.ts";
import type { TypedFunction, TypedProgram } from "./check/tree.ts";
import { headText, shapeOf } from "./rules/shape.ts";
import type { Module, ModuleCache } from "./syntax/modules.ts";
import type { Source } from "./syntax/source.ts";

const digest = (text: string): string => hash("sha1", text, "base64");

const surroundings = new WeakMap<Module, string>();

/** A key for each file; files with equal keys have equal functions. */
export function lowerKeys(
  { functions, symbols, evaluated, renamed }: TypedProgram,
  sources: ReadonlyMap<string, Source>,
  modules: ModuleCache,
): ReadonlyMap<string, string> {
  const parts: string[] = [symbols.join("\n"), renamed.join("\n")];
  const digests = new Map<string, string>();
  for (const [file, { text }] of sources) {
    if (!file.endsWith(".ts")) continue;
    const own = digest(text);
    digests.set(file, own);
    const whole = evaluated.has(file) || file.endsWith(".d.ts");
    parts.push(file, whole ? own : surroundingsOf(modules.parse(file, text)));
  }
  const rest = digest(parts.join("\n"));
  const called = new Map<string, Set<TypedFunction>>();
  for (const { site, body } of functions) {
    if (body === null) continue;
    let set = called.get(site.file);
    if (set === undefined) called.set(site.file, (set = new Set()));
    for (const item of bodyReferences(body)) if ("contracts" in item) set.add(item as TypedFunction);
  }
  const heads = new Map<TypedFunction, string>();
  const headOf = (fn: TypedFunction): string => {
    let head = heads.get(fn);
    if (head === undefined) heads.set(fn, (head = headText(fn)));
    return head;
  };
  return new Map(
    [...digests].map(([file, own]) => {
      const beyond = [...(called.get(file) ?? [])].map(headOf).sort();
      return [file, `${own} ${rest} ${digest(beyond.join("\n"))}`];
    }),
  );
}

/** What is known of a program that broke no rule. */
export interface Ruled {
  /** By file, of what rules see of the functions in it. */
  readonly files: ReadonlyMap<string, string>;
  /** Of all that rules see. */
  readonly whole: string;
}

/** Two programs that are ruled equally break no rule, or the same ones. `same`: files with the same keys as in the program `before`. */
export function ruledAs(
  { functions, roots, claims }: TypedProgram,
  keys: ReadonlyMap<string, string>,
  before: Ruled | null,
  same: ReadonlySet<string>,
): Ruled {
  const shapes = new Map<string, string[]>();
  for (const fn of functions) {
    const { file } = fn.site;
    if (fn.body === null || (same.has(file) && before?.files.has(file))) continue;
    const shape = `${fn.name} ${shapeOf(fn.body)}`;
    const list = shapes.get(file);
    if (list === undefined) shapes.set(file, [shape]);
    else list.push(shape);
  }
  const files = new Map<string, string>();
  for (const { site, body } of functions)
    if (body !== null && !files.has(site.file))
      files.set(
        site.file,
        shapes.has(site.file) ? digest(shapes.get(site.file)!.join("\n")) : before!.files.get(site.file)!,
      );
  // What stands outside of functions is the same part of all keys.
  const [rest] = [...keys.values()].map((key) => key.split(" ")[1]);
  const whole = [
    rest,
    ...functions.map(headText),
    ...files.values(),
    ...roots.map(({ kind, vector, function: fn }) => `${kind} ${vector} ${fn.name}`),
    ...claims.map(({ kind, base, count, global }) => `${kind} ${base} ${count} ${global.module}.${global.name}`),
  ];
  return { files, whole: digest(whole.join("\n")) };
}

function surroundingsOf(module: Module): string {
  let known = surroundings.get(module);
  if (known === undefined) surroundings.set(module, (known = digest(outsideOfFunctions(module))));
  return known;
}

/** A module's text without its functions, but with the heads of methods and of functions that are more to their callers than types. */
function outsideOfFunctions({ source: { text }, program }: Module): string {
  return program.body
    .flatMap((statement) => statementText(text, statement) ?? [])
    .map(withoutComments)
    .join("\n");
}

/** Null: nobody needs to know of it. */
function statementText(text: string, statement: Statement): string | null {
  const node = statement.type === "ExportNamedDeclaration" && statement.declaration ? statement.declaration : statement;
  const bodies: { start: number; end: number }[] = [];
  if (node.type === "FunctionDeclaration" && node.body) {
    const plain = !node.typeParameters && node.params.every(({ type }) => type === "Identifier");
    if (plain) return null;
    bodies.push(node.body);
  }
  if (node.type === "ClassDeclaration")
    for (const member of node.body.body)
      if (member.type === "MethodDefinition" && member.value.body) bodies.push(member.value.body);
  const parts: string[] = [];
  let at = statement.start;
  for (const { start, end } of bodies) {
    parts.push(text.slice(at, start));
    at = end;
  }
  return [...parts, text.slice(at, statement.end)].join("{}");
}

/** Texts are found first: what looks like a comment in one is none. */
const textOrSpace = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/g;

function withoutComments(text: string): string {
  if (text.includes("`")) return text;
  return text.replace(textOrSpace, (found) => (/^["']/.test(found) ? found : " "));
}
