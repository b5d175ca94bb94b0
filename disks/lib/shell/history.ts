// The lines that a person typed, oldest first.

import { drop, keep } from "../heap.ts";
import { List } from "../list.ts";

const MOST = 500;
const lines = zeroed<List<string>>();

/** Remembers a line, unless it is empty or the same as the last. */
export function remember(line: string): void {
  if (line.length === 0 || (lines.length > 0 && lines.at(lines.length - 1) === line)) return;
  if (lines.length === MOST) {
    drop(lines.at(0));
    lines.remove(0);
  }
  lines.push(keep(line));
}

export function historyList(): Slice<string> {
  return lines.items();
}
