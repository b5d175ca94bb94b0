/**
 * A source text with its lines: turns offsets, which is what the parser gives, into places that people understand.
 */
import type { Site } from "../out/site.ts";

export class Source {
  /** Relative to the project's root, with "/". */
  readonly file: string;
  readonly text: string;
  /** Offset of the first character of every line. */
  private readonly starts: number[] = [0];
  /** The line found last: sites are asked for in nearly ascending order. */
  private last = 0;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  /** Line and column, from 1; columns count UTF-16 units. */
  site(offset: number): Site {
    const line = this.lineOf(offset);
    return { file: this.file, line: line + 1, column: offset - this.starts[line] + 1 };
  }

  /** The text of a line (counted from 1), without its end; "" beyond the last. */
  line(line: number): string {
    const from = this.starts[line - 1];
    if (from === undefined) return "";
    const to = this.starts[line];
    return this.text.slice(from, to === undefined ? undefined : to - 1).replace(/\r$/, "");
  }

  private lineOf(offset: number): number {
    const { starts } = this;
    const last = this.last;
    if (starts[last] <= offset && (last + 1 === starts.length || offset < starts[last + 1])) return last;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    this.last = low;
    return low;
  }
}
