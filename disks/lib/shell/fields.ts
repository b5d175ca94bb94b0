// Fields: an expanded word falls apart where results of expansions hold separators (IFS), and patterns become names.

import { List } from "../list.ts";
import { has, Text } from "../text.ts";
import { patternText } from "./expand.ts";
import { BREAK, CAME, Expansion, QUOTED } from "./expansion.ts";
import { globInto } from "./glob.ts";
import { arena, shell } from "./state.ts";
import { lookUp } from "./variables.ts";

export function split(x: Ptr<Expansion>, into: Ptr<List<string>>): void {
  const ifs = separators();
  const all = x.bytes.bytes();
  const origin = x.origin.bytes();
  let start: usize = 0;
  let exists = false;
  let i: usize = 0;
  while (i < all.length) {
    if (origin[i] === BREAK) {
      if (exists) field(x, start, i, into);
      exists = false;
      start = i + 1;
      i++;
    } else if (origin[i] === CAME && has(ifs, all[i])) {
      // Blanks around one other separator are one separation; blanks at the ends are none.
      const end = i;
      let hard = false;
      while (i < all.length && origin[i] === CAME && isBlank(all[i]) && has(ifs, all[i])) i++;
      if (i < all.length && origin[i] === CAME && !isBlank(all[i]) && has(ifs, all[i])) {
        hard = true;
        i++;
        while (i < all.length && origin[i] === CAME && isBlank(all[i]) && has(ifs, all[i])) i++;
      }
      if (exists || hard) field(x, start, end, into);
      exists = false;
      start = i;
    } else {
      exists = true;
      i++;
    }
  }
  if (exists) field(x, start, all.length, into);
}

export function separators(): string {
  const v = lookUp("IFS");
  return v === null || !v.isSet ? " \t\n" : v.value;
}

function isBlank(c: u8): boolean {
  return c === byte(" ") || c === byte("\t") || c === byte("\n");
}

function field(x: Ptr<Expansion>, from: usize, to: usize, into: Ptr<List<string>>): void {
  const origin = x.origin.bytes();
  const all = x.bytes.bytes();
  let pattern = false;
  if (!shell.flags.noGlob) {
    for (let i = from; i < to; i++) {
      if (origin[i] !== QUOTED && origin[i] <= CAME && (all[i] === byte("*") || all[i] === byte("?") || all[i] === byte("["))) pattern = true;
    }
  }
  if (pattern && globInto(patternText(x, from, to), into)) return;
  const plain = zeroed<Text>();
  using _ = defer(() => plain.dispose());
  for (let i = from; i < to; i++) if (origin[i] <= CAME) plain.put(all[i]);
  into.push(arena.text(plain.view()));
}
