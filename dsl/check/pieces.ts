/**
 * A module as what can change in it: its declarations in pieces, without the insides of functions, and where the lines of
 * one version of it are in another.
 */
import type { ClassElement, Node, Program } from "oxc-parser";
import type { Module } from "../syntax/modules.ts";
import { memberName } from "./declarations.ts";

/** Part of a module outside of bodies. */
export interface Piece {
  /** Which part of its declaration: a member's name, "" for the rest. */
  readonly key: string;
  /** Whether it is a method. */
  readonly method: boolean;
  /** With "{}" for bodies, and the column where it begins. */
  readonly text: string;
  /** Where it begins, and the ends of bodies in it. */
  readonly points: readonly number[];
}

/** A declaration by parts: a class without its members, and each of these; all else is one part. What is between them are comments. */
export function piecesOf(module: Module, node: Node): Piece[] {
  const { text } = module.source;
  const piece = (
    start: number,
    end: number,
    body: { start: number; end: number } | null | undefined,
    key = "",
  ): Piece => {
    const { column } = module.source.site(start);
    const method = key !== "" && body !== null;
    if (!body) return { key, method, text: `${column} ${text.slice(start, end)}`, points: [start] };
    return {
      key,
      method,
      text: `${column} ${text.slice(start, body.start)}{}${text.slice(body.end, end)}`,
      points: [start, body.end],
    };
  };
  const from = (item: Node): number =>
    Math.min(item.start, ...(("decorators" in item && item.decorators) || []).map(({ start }) => start));
  const inner = (node.type === "ExportNamedDeclaration" && node.declaration) || node;
  const start = Math.min(node.start, from(inner));
  if (inner.type === "FunctionDeclaration") return [piece(start, node.end, inner.body)];
  if (inner.type !== "ClassDeclaration") return [piece(start, node.end, null)];
  return [
    piece(start, inner.body.start, null),
    ...inner.body.body.map((member) =>
      member.type === "MethodDefinition"
        ? piece(from(member), member.end, member.value.body, nameOf(member))
        : piece(from(member), member.end, null, nameOf(member)),
    ),
  ];
}

const nameOf = (member: ClassElement): string => ("key" in member && memberName(member.key, member.computed)) || "?";

/** The pieces of each declaration of a module but imports, by name. */
export function declarationsOf(module: Module): Map<string, Piece[]> {
  const found = new Map<string, Piece[]>();
  for (const node of module.program.body) {
    const inner = (node.type === "ExportNamedDeclaration" && node.declaration) || node;
    if (node.type === "ImportDeclaration") continue;
    const names =
      inner.type === "VariableDeclaration"
        ? inner.declarations.map(({ id }) => (id.type === "Identifier" ? id.name : ""))
        : [("id" in inner && inner.id && "name" in inner.id && inner.id.name) || ""];
    const pieces = piecesOf(module, node);
    for (const name of names) found.set(name as string, pieces);
  }
  return found;
}

export const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join("\n");

/**
 * Where the lines outside of bodies are now, by where they were; null when none moved, "unclear" when two things on one
 * line went apart.
 */
export function linesOf(module: Module, now: Module): ((line: number) => number) | "unclear" | null {
  const steps: { from: number; by: number }[] = [];
  const after = declarationsOf(now);
  for (const [name, pieces] of declarationsOf(module)) {
    const others = new Map(after.get(name)?.map((piece) => [piece.key, piece.points]));
    for (const { key, points } of pieces)
      for (const [n, point] of points.entries()) {
        const other = others.get(key)?.[n];
        if (other === undefined) continue;
        const from = module.source.site(point).line;
        steps.push({ from, by: now.source.site(other).line - from });
      }
  }
  steps.sort((x, y) => x.from - y.from);
  if (steps.some(({ from, by }, k) => k > 0 && steps[k - 1]!.from === from && steps[k - 1]!.by !== by))
    return "unclear";
  if (steps.every(({ by }) => by === 0)) return null;
  return (line) => line + (steps.findLast(({ from }) => from <= line)?.by ?? 0);
}

/** Whether a text has a name, as a word. */
export const mentions = (text: string, name: string): boolean =>
  text.includes(name) && new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`).test(text);

/** A module's text without the insides of its functions. */
export function outline({ source: { text }, program }: Module): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of bodiesOf(program)) {
    parts.push(text.slice(at, start), "{}");
    // What follows on the line of the end has its place there: only nothing may follow.
    const rest = text.slice(end, text.indexOf("\n", end) < 0 ? undefined : text.indexOf("\n", end));
    if (rest.trim() !== "") parts.push(String(end - text.lastIndexOf("\n", end)));
    at = end;
  }
  return [...parts, text.slice(at)].join("");
}

function bodiesOf(program: Program): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const statement of program.body) {
    const node =
      statement.type === "ExportNamedDeclaration" && statement.declaration ? statement.declaration : statement;
    if (node.type === "FunctionDeclaration" && node.body) found.push(node.body);
    if (node.type === "ClassDeclaration")
      for (const member of node.body.body)
        if (member.type === "MethodDefinition" && member.value.body) found.push(member.value.body);
  }
  return found;
}
