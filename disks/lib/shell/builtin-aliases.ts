// Builtins that make typing shorter: aliases, and what was typed before.

import { out } from "../stream.ts";
import { indexOf, Text } from "../text.ts";
import { dropAlias, dropAliases, names as aliasNames, setAlias, values as aliasValues } from "./aliases.ts";
import { wrong } from "./complaints.ts";
import { historyList } from "./history.ts";
import { quote } from "./quoting.ts";

export function showAlias(i: usize): void {
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  quote(ref(t), aliasValues.at(i));
  out.write(aliasNames.at(i));
  out.put(byte("="));
  out.line(t.view());
}

export function alias(words: Slice<string>): i32 {
  if (words.length === 1) for (let i: usize = 0; i < aliasNames.length; i++) showAlias(i);
  let status: i32 = 0;
  for (const word of words.sub(1, words.length)) {
    const equals = indexOf(word, byte("="), 0);
    if (equals < word.length) {
      setAlias(word.sub(0, equals), word.sub(equals + 1, word.length));
      continue;
    }
    let known = false;
    for (let i: usize = 0; i < aliasNames.length; i++) {
      if (aliasNames.at(i) !== word) continue;
      showAlias(i);
      known = true;
    }
    if (known) continue;
    wrong("alias", word, "not found");
    status = 1;
  }
  return status;
}

export function unalias(words: Slice<string>): i32 {
  let status: i32 = 0;
  for (const word of words.sub(1, words.length)) {
    if (word === "-a") dropAliases();
    else if (!dropAlias(word)) {
      wrong("unalias", word, "not found");
      status = 1;
    }
  }
  return status;
}

export function history(words: Slice<string>): i32 {
  let n: usize = 0;
  for (const line of historyList()) {
    n++;
    out.numberRight(n, 5);
    out.write("  ");
    out.line(line);
  }
  return words.length > 0 ? 0 : 1;
}
