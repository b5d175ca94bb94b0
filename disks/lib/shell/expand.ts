// From words as they were written to arguments (POSIX "Word Expansions"): tilde, parameters, command substitution and
// arithmetic first, all in one walk; then fields are split where unquoted results hold separators, and patterns become the
// names of files.

import { List } from "../list.ts";
import { has, indexOf, isDigit, isLetter, isWord, Text } from "../text.ts";
import { evaluate } from "./arithmetic.ts";
import { braces } from "./braces.ts";
import { CAME, EMPTY, Expansion, QUOTED, WRITTEN } from "./expansion.ts";
import { split } from "./fields.ts";
import { Lexer } from "./lexer.ts";
import { checkSet, parameter, parameters, Value } from "./parameters.ts";
import { parseAll } from "./parser.ts";
import { substitute } from "./processes.ts";
import { escapable } from "./quoting.ts";
import { arithmeticEnd, doubleEnd } from "./skip.ts";
import { Source } from "./source.ts";
import { arena, shell } from "./state.ts";
import type { Node, Word } from "./syntax.ts";
import { valueOf } from "./variables.ts";

/** All words as arguments, added to `into`. */
export function expandWords(words: Ptr<Word> | null, into: Ptr<List<string>>): Res<void> {
  for (let word = words; word !== null; word = word.next) orReturn(expandFields(word.text, into));
}

function expandFields(t: string, into: Ptr<List<string>>): Res<void> {
  if (isPlain(t)) {
    into.push(t);
    return;
  }
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  orReturn(tilde(t, ref(x), false));
  split(ref(x), into);
}

/** Letters, digits and what is harmless: such a word is its own meaning. */
function isPlain(t: string): boolean {
  for (const c of t)
    if (!isWord(c) && c !== byte("-") && c !== byte(".") && c !== byte("/") && c !== byte("=") && c !== byte(":") && c !== byte("+") && c !== byte(",") && c !== byte("%"))
      return false;
  return true;
}

/** A word as one text: what is assigned, a file to redirect to. */
export function expandText(t: string, assigned: boolean): Res<string> {
  if (isPlain(t)) return t;
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  x.single = true;
  orReturn(tilde(t, ref(x), assigned));
  return plainText(ref(x));
}

/** A word as a pattern: what was quoted in it has a backslash in front where that matters. */
export function expandPattern(t: string): Res<string> {
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  x.single = true;
  orReturn(tilde(t, ref(x), false));
  return patternText(ref(x), 0, x.bytes.length);
}

/** The text of a here-document. */
export function expandHere(t: string): Res<string> {
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  x.single = true;
  orReturn(walk(t, 0, t.length, ref(x), QUOTED, true));
  return plainText(ref(x));
}

/** A prompt or trace prefix: parameters and substitutions, as inside quotes. */
export function expandPrompt(t: string): Res<string> {
  return expandHere(t);
}

export function plainText(x: Ptr<Expansion>): string {
  const plain = zeroed<Text>();
  using _ = defer(() => plain.dispose());
  const origin = x.origin.bytes();
  let i: usize = 0;
  for (const c of x.bytes.bytes()) {
    if (origin[i] <= CAME) plain.put(c);
    i++;
  }
  return arena.text(plain.view());
}

export function patternText(x: Ptr<Expansion>, from: usize, to: usize): string {
  const pattern = zeroed<Text>();
  using _ = defer(() => pattern.dispose());
  const all = x.bytes.bytes();
  const origin = x.origin.bytes();
  for (let i = from; i < to; i++) {
    const c = all[i];
    if (origin[i] > CAME) continue;
    const special = c === byte("*") || c === byte("?") || c === byte("[") || c === byte("]") || c === byte("\\") || c === byte("-") || c === byte("!");
    if (origin[i] === QUOTED && special) pattern.put(byte("\\"));
    pattern.put(c);
  }
  return arena.text(pattern.view());
}

/** A whole word: ~ in front (and behind : and = where it is assigned) is a home. */
function tilde(t: string, x: Ptr<Expansion>, assigned: boolean): Res<void> {
  let from: usize = 0;
  if (!assigned) {
    from = home(t, 0, x, false);
    return walk(t, from, t.length, x, WRITTEN, false);
  }
  for (;;) {
    from = home(t, from, x, true);
    const colon = unquotedColon(t, from);
    if (colon === t.length) return walk(t, from, t.length, x, WRITTEN, false);
    orReturn(walk(t, from, colon + 1, x, WRITTEN, false));
    from = colon + 1;
  }
}

/** Where the next ":~" outside of quotes has its colon. */
function unquotedColon(t: string, from: usize): usize {
  for (let i = from; i + 1 < t.length; i++) {
    const c = t[i];
    if (c === byte("'") || c === byte('"') || c === byte("\\") || c === byte("$") || c === byte("`")) return t.length;
    if (c === byte(":") && t[i + 1] === byte("~")) return i;
  }
  return t.length;
}

/** Puts the home in place of ~ or ~name: where the walk goes on. */
function home(t: string, from: usize, x: Ptr<Expansion>, colons: boolean): usize {
  if (from >= t.length || t[from] !== byte("~")) return from;
  let end = from + 1;
  while (end < t.length && t[end] !== byte("/") && !(colons && t[end] === byte(":"))) {
    if (!isWord(t[end]) && t[end] !== byte("-") && t[end] !== byte(".")) return from;
    end++;
  }
  const name = t.sub(from + 1, end);
  const path = name.length === 0 ? valueOf("HOME") : name === "root" ? "/root" : "";
  if (path.length === 0) return from;
  x.add(path, QUOTED);
  return end;
}

/**
 * Expands t[from…to) into `x`. `plain`: what unquoted bytes count as; QUOTED inside "…". `here`: a double quote means itself.
 */
export function walk(t: string, from: usize, to: usize, x: Ptr<Expansion>, plain: u8, here: boolean): Res<void> {
  attr(bounded(100));
  let i = from;
  while (i < to) {
    const c = t[i];
    switch (c) {
      case byte("\\"):
        if (i + 1 >= to) {
          x.put(c, QUOTED);
          i++;
        } else if (t[i + 1] === byte("\n")) i += 2;
        else {
          if (plain === QUOTED && (!escapable(t[i + 1]) || (here && t[i + 1] === byte('"'))) && !(t[i + 1] === byte("}") && !here)) x.put(c, QUOTED);
          x.put(t[i + 1], QUOTED);
          i += 2;
        }
        break;
      case byte("'"): {
        if (plain === QUOTED) {
          x.put(c, QUOTED);
          i++;
          break;
        }
        const end = indexOf(t, c, i + 1);
        x.put(0, EMPTY);
        x.add(t.sub(i + 1, end), QUOTED);
        i = end + 1;
        break;
      }
      case byte('"'): {
        if (here) {
          x.put(c, QUOTED);
          i++;
          break;
        }
        if (plain === QUOTED) {
          i++;
          break;
        }
        const end = orReturn(doubleEnd(t, i + 1));
        const before = x.bytes.length;
        x.noParameters = false;
        orReturn(walk(t, i + 1, end, x, QUOTED, false));
        if (x.bytes.length > before || !x.noParameters) x.put(0, EMPTY);
        x.noParameters = false;
        i = end + 1;
        break;
      }
      case byte("$"):
        i = orReturn(dollar(t, i, to, x, plain));
        break;
      case byte("`"):
        i = orReturn(backquoted(t, i, x, plain));
        break;
      default:
        x.put(c, plain);
        i++;
    }
  }
}

/** The commands of the $( at `at`; `part.at` says how long they are, with the parenthesis. */
export function substitution(t: string, at: usize, part: Ptr<Source>): Res<Ptr<Node> | null> {
  attr(bounded(100));
  part.start();
  part.line = shell.line;
  part.text.add(t.sub(at + 2, t.length));
  const lexer = zeroed<Lexer>();
  lexer.source = part;
  return parseAll(ref(lexer), true);
}

/** At a $: where the walk goes on. */
function dollar(t: string, at: usize, to: usize, x: Ptr<Expansion>, plain: u8): Res<usize> {
  attr(bounded(100));
  if (at + 1 >= to) {
    x.put(byte("$"), plain);
    return at + 1;
  }
  const c = t[at + 1];
  if (c === byte("{")) return braces(t, at, x, plain);
  if (c === byte("(")) {
    const end = arithmeticEnd(t, at);
    if (end > 0) {
      orReturn(arithmetic(t.sub(at + 3, end - 2), x, plain));
      return end;
    }
    const part = zeroed<Source>();
    using _ = defer(() => part.text.dispose());
    const commands = orReturn(substitution(t, at, ref(part)));
    orReturn(commandOutput(commands, x, plain));
    return at + 2 + part.at;
  }
  let end = at + 1;
  if (isLetter(c) || c === byte("_")) while (end < to && isWord(t[end])) end++;
  else if (isDigit(c) || has("@*#?-$!", c)) end++;
  else {
    x.put(byte("$"), plain);
    return at + 1;
  }
  const name = t.sub(at + 1, end);
  if (name === "@" || name === "*") parameters(name[0], x, plain);
  else {
    const value = zeroed<Value>();
    parameter(name, ref(value));
    orReturn(checkSet(name, ref(value)));
    x.add(value.text, cameAs(plain));
  }
  return end;
}

export function cameAs(plain: u8): u8 {
  return plain === QUOTED ? QUOTED : CAME;
}

export function arithmetic(expression: string, x: Ptr<Expansion>, plain: u8): Res<void> {
  attr(bounded(100));
  const inner = zeroed<Expansion>();
  using _ = defer(() => inner.dispose());
  inner.single = true;
  orReturn(walk(expression, 0, expression.length, ref(inner), QUOTED, false));
  const value = orReturn(evaluate(plainText(ref(inner))));
  const shown = zeroed<Text>();
  using __ = defer(() => shown.dispose());
  shown.signed(value);
  x.add(shown.view(), cameAs(plain));
}

function commandOutput(commands: Ptr<Node> | null, x: Ptr<Expansion>, plain: u8): Res<void> {
  attr(bounded(100));
  const output = zeroed<Text>();
  using _ = defer(() => output.dispose());
  orReturn(substitute(commands, ref(output)));
  let end = output.length;
  const all = output.bytes();
  while (end > 0 && all[end - 1] === byte("\n")) end--;
  x.add(output.view().sub(0, end), cameAs(plain));
}

function backquoted(t: string, at: usize, x: Ptr<Expansion>, plain: u8): Res<usize> {
  attr(bounded(100));
  const part = zeroed<Source>();
  using _ = defer(() => part.text.dispose());
  part.start();
  let i = at + 1;
  while (i < t.length && t[i] !== byte("`")) {
    if (t[i] === byte("\\") && i + 1 < t.length && (t[i + 1] === byte("`") || t[i + 1] === byte("\\") || t[i + 1] === byte("$") || (plain === QUOTED && t[i + 1] === byte('"')))) i++;
    part.text.put(t[i]);
    i++;
  }
  const lexer = zeroed<Lexer>();
  lexer.source = ref(part);
  part.line = shell.line;
  const commands = orReturn(parseAll(ref(lexer), false));
  orReturn(commandOutput(commands, x, plain));
  return i + 1;
}
