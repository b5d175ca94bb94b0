/**
 * What rules see of a program, as digests: where all are what they were in a program without mistakes, there are none. What is known of a function
 * whose body an earlier process has checked as it is (check/unchecked.ts) is not made again.
 */
import { hash } from "node:crypto";
import type { Statement } from "oxc-parser";
import { hasBody, type TypedFunction, type TypedProgram } from "./check/tree.ts";
import { textDigest } from "./check/unchecked.ts";
import { headText, shapeOf } from "./rules/shape.ts";
import type { Module, ModuleCache } from "./syntax/modules.ts";
import type { Source } from "./syntax/source.ts";

const digest = (text: string): string => hash("sha1", text, "base64");

/** What is known of a program that broke no rule. */
export interface Ruled {
  /** By file, a digest of its text, and of what rules see of it outside of functions. */
  readonly files: ReadonlyMap<string, { readonly text: string; readonly around: string }>;
  /** By name, of what rules see of a function's body. */
  readonly shapes: ReadonlyMap<string, string>;
  /** Of all that rules see. */
  readonly whole: string;
}

/** Two programs that are ruled equally break no rule, or the same ones. `same`: functions with the same bodies as in the program `before`. */
export function ruledAs(
  { functions, roots, claims, symbols }: TypedProgram,
  sources: ReadonlyMap<string, Source>,
  modules: ModuleCache,
  before: Ruled | null,
  same: ReadonlySet<TypedFunction>,
): Ruled {
  const shapes = new Map<string, string>();
  for (const fn of functions) {
    if (!hasBody(fn)) continue;
    const known = same.has(fn) ? before?.shapes.get(fn.name) : undefined;
    shapes.set(fn.name, known ?? digest(shapeOf(fn.body!)));
  }
  const files = new Map<string, { text: string; around: string }>();
  for (const [file, source] of sources) {
    if (!file.endsWith(".ts") || file.endsWith(".d.ts")) continue;
    const text = textDigest(source);
    const known = before?.files.get(file);
    files.set(file, known?.text === text ? known : { text, around: around(modules.parse(file, source.text)) });
  }
  const whole = [
    symbols.join("\n"),
    ...[...files].map(([file, { around }]) => `${file} ${around}`),
    ...functions.map(headText),
    ...shapes.values(),
    ...roots.map(({ kind, vector, function: fn }) => `${kind} ${vector} ${fn.name}`),
    ...claims.map(({ kind, base, count, global }) => `${kind} ${base} ${count} ${global.module}.${global.name}`),
  ];
  return { files, shapes, whole: digest(whole.join("\n")) };
}

const around = (module: Module): string => digest(outsideOfFunctions(module));

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
