// echo, for the program and for the shell, which has it inside.

import { out } from "../stream.ts";
import { escaped, Escape } from "../escapes.ts";

/** Writes the words; options first. */
export function echo(words: View<string>): i32 {
  let newline = true;
  let escapes = false;
  let first: usize = 0;
  while (first < words.length && isOption(words[first])) {
    for (const c of words[first].sub(1, words[first].length)) {
      if (c === byte("n")) newline = false;
      else escapes = c === byte("e");
    }
    first++;
  }
  const escape = zeroed<Escape>();
  for (let i = first; i < words.length; i++) {
    if (i > first) out.put(byte(" "));
    if (!escapes) {
      out.write(words[i]);
      continue;
    }
    for (let at: usize = 0; at < words[i].length; ) {
      if (words[i][at] === byte("\\") && at + 1 < words[i].length) {
        at = escaped(words[i], at, true, ref(escape));
        if (escape.ends) return 0;
        for (const c of slice(escape.bytes).sub(0, escape.length)) out.put(c);
      } else {
        out.put(words[i][at]);
        at++;
      }
    }
  }
  if (newline) out.put(byte("\n"));
  return 0;
}

function isOption(word: string): boolean {
  if (word.length < 2 || word[0] !== byte("-")) return false;
  for (const c of word.sub(1, word.length)) if (c !== byte("n") && c !== byte("e") && c !== byte("E")) return false;
  return true;
}
