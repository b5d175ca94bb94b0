// Quotes: taken off a text, and put around one.

import { arena } from "./state.ts";
import { isWord, Text } from "../text.ts";

/** A word without its quotes, where nothing is expanded: the delimiter of a here-document. */
export function unquoted(word: string): string {
  const plain = zeroed<Text>();
  using _ = defer(() => plain.dispose());
  let quote: u8 = 0;
  for (let i: usize = 0; i < word.length; i++) {
    const c = word[i];
    if (quote === 0 && (c === byte("'") || c === byte('"'))) quote = c;
    else if (quote !== 0 && c === quote) quote = 0;
    else if (c === byte("\\") && quote !== byte("'") && i + 1 < word.length && (quote === 0 || escapable(word[i + 1]))) {
      i++;
      plain.put(word[i]);
    } else plain.put(c);
  }
  return plain.view() === word ? word : arena.text(plain.view());
}

/** What a backslash takes its meaning from, inside "…". */
export function escapable(c: u8): boolean {
  return c === byte("$") || c === byte("`") || c === byte('"') || c === byte("\\") || c === byte("\n");
}

/** Adds a text so that the shell would read it back as one word. */
export function quote(into: Ptr<Text>, t: string): void {
  into.put(byte("'"));
  for (const c of t) {
    if (c === byte("'")) into.add("'\\''");
    else into.put(c);
  }
  into.put(byte("'"));
}

/** As `quote`, only where it must be. */
export function quoteIfNeeded(into: Ptr<Text>, t: string): void {
  for (const c of t) {
    if (isWord(c) || c === byte("-") || c === byte("/") || c === byte(".") || c === byte(",") || c === byte(":") || c === byte("=") || c === byte("+") || c === byte("%")) continue;
    quote(into, t);
    return;
  }
  if (t.length === 0) into.add("''");
  else into.add(t);
}
