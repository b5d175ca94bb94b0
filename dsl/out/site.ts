/**
 * Places in the sources: what line tables are made of and what error messages begin with.
 */

/** Lines and columns count from 1; line 0 means unknown. */
export interface Site {
  /** Relative to the project's root, with "/" on every system; "" when unknown. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const nowhere: Site = { file: "", line: 0, column: 0 };

/** A mistake in a source: one line, beginning with file:line:column of the place that is to blame, when that is known. */
export class SourceError extends Error {
  readonly site: Site;
  constructor(site: Site, message: string) {
    super(site.line ? `${site.file}:${site.line}:${site.column}: ${message}` : message);
    this.name = "SourceError";
    this.site = site;
  }
}
