/**
 * The line of TypeScript that recorded an instruction.
 *
 * V8's structured stack traces give it without parsing text: one frame, the one below the assembler's own method. Node
 * strips types without moving anything, so the line and column are those of the source file. Paths are made relative to
 * the package the file belongs to (the nearest package.json above it), so that the same sources give the same bytes
 * wherever they lie.
 */
import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { nowhere, type Site } from "../out/site.ts";

/** Turns what V8 calls a file into a project path, remembering the answers: one per program. */
export class SourcePaths {
  private readonly known = new Map<string, string>();
  private readonly root: string | null;

  /** root: the folder that paths are relative to; null: of each file, the folder of the nearest package.json. */
  constructor(root: string | null = null) {
    this.root = root;
  }

  relative(file: string): string {
    let path = this.known.get(file);
    if (path === undefined) {
      const absolute = file.startsWith("file:") ? fileURLToPath(file) : file;
      path = relative(this.root ?? packageOf(absolute), absolute)
        .split(sep)
        .join("/");
      this.known.set(file, path);
    }
    return path;
  }

  /** The place that called `method`: the frame below it. */
  caller(method: (...operands: never[]) => unknown): Site {
    const { prepareStackTrace, stackTraceLimit } = Error;
    Error.prepareStackTrace = (_, sites) => sites;
    Error.stackTraceLimit = 1;
    const holder: { stack?: NodeJS.CallSite[] } = {};
    Error.captureStackTrace(holder, method);
    const frame = holder.stack?.[0];
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
    const file = frame?.getFileName();
    if (!frame || !file || file.startsWith("node:")) return nowhere;
    const line = frame.getLineNumber() ?? 0;
    // Put there by the loader of Cor's own modules (cli/program/load.ts), which has many of them in one file.
    const { place } = import.meta as { readonly place?: (file: string, line: number) => typeof found };
    const found: { readonly file: string; readonly line: number } | null = place?.(file, line) ?? null;
    return {
      file: this.relative(found?.file ?? file),
      line: found?.line ?? line,
      column: frame.getColumnNumber() ?? 0,
    };
  }
}

function packageOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (dirname(folder) === folder) return dirname(file);
  }
}
