/**
 * What the compiler says about a mistake in a source. A diagnostic names the place, what is wrong there, and, where one
 * is known, the way to write it instead. Everything the front end finds wrong in user code ends here, never in an
 * exception that leaves it: one run reports as many mistakes as it can, in the order of the sources.
 */
import type { Site } from "../out/site.ts";
import type { Source } from "./source.ts";

export interface Diagnostic {
  readonly site: Site;
  /** Characters to underline, on the site's line; at least 1. */
  readonly length: number;
  /** One line: what is wrong, and what was expected. */
  readonly message: string;
  /** What to write instead. */
  readonly hint: string | null;
  /** The calls that lead to the place, outermost first, where one came from afar. */
  readonly path?: readonly string[];
  /** The rule that is broken: docs/rules/NAME.md explains it. */
  readonly rule?: RuleName | null;
}

/** Each has a page in docs/rules/. */
export type RuleName =
  | "claims"
  | "effects"
  | "interrupt-data"
  | "unsafe"
  | "stack"
  | "affine"
  | "lock-order"
  | "results"
  | "user-memory"
  | "bounded-loops";

/** Found while checking; caught by the nearest statement or declaration, which then goes on with the next. */
export class Mistake extends Error {
  readonly start: number;
  readonly end: number;
  readonly hint: string | null;
  readonly rule: RuleName | null;
  /** Offsets in the text of the module that is being checked. */
  constructor(start: number, end: number, message: string, hint: string | null = null, rule: RuleName | null = null) {
    super(message);
    this.start = start;
    this.end = end;
    this.hint = hint;
    this.rule = rule;
  }
}

/** Thrown where something is wrong that was already reported: skips what depends on it without another message. */
export class Reported extends Error {}

/** Message, source line, caret, the calls that lead there, hint, and the page that explains the rule. */
export function showDiagnostic(diagnostic: Diagnostic, source: Source | undefined): string {
  const { site, length, message, hint } = diagnostic;
  const lines = [site.line === 0 ? message : `${site.file}:${site.line}:${site.column}: ${message}`];
  const text = source?.line(site.line) ?? "";
  if (text.trim() !== "") {
    const before = text.slice(0, site.column - 1).replace(/[^\t]/g, " ");
    const width = Math.max(1, Math.min(length, text.length - site.column + 1));
    lines.push(`    ${text}`, `    ${before}${"^".repeat(width)}`);
  }
  for (const [index, step] of (diagnostic.path ?? []).entries())
    lines.push(`${index ? "        " : "  path: "}${step}`);
  if (hint !== null) lines.push(`  hint: ${hint}`);
  if (diagnostic.rule) lines.push(`  rule: docs/rules/${diagnostic.rule}.md`);
  return lines.join("\n");
}

/** By module in the order in which modules were loaded, then by place; the same mistake is said once. */
export function inOrder(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  const rank = new Map(files.map((file, index) => [file, index]));
  const seen = new Set<string>();
  return diagnostics
    .filter(({ site, message }) => {
      const key = `${site.file}:${site.line}:${site.column}:${message}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort(
      (a, b) =>
        (rank.get(a.site.file) ?? 0) - (rank.get(b.site.file) ?? 0) ||
        a.site.line - b.site.line ||
        a.site.column - b.site.column,
    );
}
