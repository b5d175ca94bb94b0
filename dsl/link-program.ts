/**
 * The last step of a compilation: objects become a program. A kernel is laid out as its maker says; a program for users begins with start code that
 * calls its `main`, at the address that its target has for programs.
 */
import type { TypedFunction, TypedProgram } from "./check/tree.ts";
import type { IrProgram } from "./ir/ssa.ts";
import type { Label } from "./out/expression.ts";
import { type Image, link, type Region } from "./out/link.ts";
import type { ObjectFile } from "./out/object.ts";
import { sectionEdges } from "./out/tables.ts";
import { isRuntime } from "./rules/reach.ts";
import { undefinedSymbols } from "./runtime.ts";
import type { Diagnostic } from "./syntax/diagnostic.ts";
import type { TargetDescription } from "./targets.ts";
import { startCode } from "./x64/start.ts";

/** What a kernel is linked with. */
export interface KernelParts {
  readonly objects: readonly ObjectFile[];
  readonly layout: KernelLayout;
}

export interface KernelLayout {
  /** A global symbol or label of one of the objects, to which a loader jumps. */
  readonly entry: string | Label;
  readonly regions: readonly Region[];
}

/** What is linked: the program's own objects, and those of others. */
export interface Linkable {
  readonly typed: TypedProgram;
  readonly own: readonly ObjectFile[];
  readonly others: readonly ObjectFile[];
}

/** A program, or mistakes. */
export type Linked =
  | { readonly image: Image; readonly diagnostics: readonly [] }
  | { readonly image: null; readonly diagnostics: readonly Diagnostic[] };

export function linkKernel({ typed, own, others }: Linkable, { entry, regions }: KernelLayout): Linked {
  const objects = [...others, ...own, sectionEdges()];
  const diagnostics = undefinedSymbols(objects, typed);
  if (diagnostics.length > 0) return { image: null, diagnostics };
  const image = link(objects, { entry, regions, keep: [], symbolTable: wantsSymbols(objects) });
  return { image, diagnostics: [] };
}

/** `file`: the module where the program begins. */
export function linkForUsers(
  { typed, own, others }: Linkable,
  { address, movable, linux }: NonNullable<TargetDescription["program"]>,
  ir: IrProgram,
  file: string,
): Linked {
  const roots = typed.roots.filter((root) => !isRuntime(root));
  const main = roots.find((root) => root.kind === "entry")?.function;
  if (main === undefined) {
    const message = `${file} exports no function main, where a program begins`;
    const site = { file, line: 1, column: 1 };
    return { image: null, diagnostics: [{ site, length: 1, message, hint: "export function main(): i32" }] };
  }
  const start = startCode(ir, { main: symbolOf(main), movable, linux });
  const objects = [start, ...own, ...others, sectionEdges()];
  const diagnostics = undefinedSymbols(objects, typed);
  if (diagnostics.length > 0) return { image: null, diagnostics };
  const image = link(objects, {
    entry: "_start",
    regions: [{ address }],
    keep: roots.map((root) => symbolOf(root.function)),
    symbolTable: wantsSymbols(objects),
    movable,
  });
  return { image, diagnostics: [] };
}

const symbolOf = (f: TypedFunction): string => f.contracts.symbol ?? f.name;

const wantsSymbols = (objects: readonly ObjectFile[]): boolean =>
  objects.some(({ externs }) => [...externs].some(({ name }) => name === "cor_symbols"));
