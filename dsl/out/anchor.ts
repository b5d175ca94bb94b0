/**
 * Places that move with what they belong to. All places in a function count their lines from its first, the anchor; when
 * lines come in above it, the anchor is told its new line, and everything that was made for the function (IR, code, line
 * tables) is right again without being made anew.
 */
import type { Site } from "./site.ts";

export class Anchor {
  line: number;
  /** Of the function, where that is the only one of the name. */
  readonly name: string | null;

  constructor(line: number, name: string | null = null) {
    this.line = line;
    this.name = name;
  }

  /** A place of the function, as good as `site` is now. */
  place(site: Site): Site {
    return site.line === 0 ? site : new AnchoredSite(this, site);
  }
}

export class AnchoredSite implements Site {
  readonly anchor: Anchor;
  readonly file: string;
  readonly column: number;
  /** Lines from the anchor. */
  readonly #below: number;

  constructor(anchor: Anchor, { file, line, column }: Site) {
    this.anchor = anchor;
    this.file = file;
    this.#below = line - anchor.line;
    this.column = column;
  }

  get line(): number {
    return this.anchor.line + this.#below;
  }
}

/** Anchors by the names of functions, kept from one compilation to the next. */
export class Anchors {
  readonly #byName = new Map<string, Anchor>();

  /** The function's anchor, which is at this line now. */
  at(name: string, line: number): Anchor {
    let anchor = this.#byName.get(name);
    if (anchor === undefined) this.#byName.set(name, (anchor = new Anchor(line, name)));
    anchor.line = line;
    return anchor;
  }

  /** The anchor of a function that has one. */
  of(name: string): Anchor | null {
    return this.#byName.get(name) ?? null;
  }
}
