// From words as they were written to arguments (POSIX "Word Expansions"): tilde, parameters, command substitution and
// arithmetic first, all in one walk; then fields are split where unquoted results hold separators, and patterns become the
// names of files. Each byte on the way remembers where it came from, because that decides what may still happen to it.

import { complainText } from "../failing.ts";
import { List } from "../list.ts";
import { matches } from "../pattern.ts";
import { Digits, has, indexOf, isDigit, isLetter, isWord, Text } from "../text.ts";
import { evaluate } from "./arithmetic.ts";
import { globInto } from "./glob.ts";
import { Lexer } from "./lexer.ts";
import { parseAll } from "./parser.ts";
import { escapable } from "./quoting.ts";
import { substitute } from "./run.ts";
import { Source } from "./source.ts";
import { arena, shell } from "./state.ts";
import type { Node, Word } from "./syntax.ts";
import { lookUp, setVariable, valueOf } from "./variables.ts";

/** Written so: patterns mean patterns, never split. */
const WRITTEN: u8 = 0;
/** Quoted: means itself. */
const QUOTED: u8 = 1;
/** Came out of an unquoted expansion: split, and patterns mean patterns. */
const CAME: u8 = 2;
/** No byte at all, but the field exists though it may be empty: "". */
const EMPTY: u8 = 3;
/** No byte: the field ends here, between the parameters of "$@". */
const BREAK: u8 = 4;

/** A word on the way. */
class Expansion {
  bytes: Text;
  origin: Text;
  /** No fields come of it: "$@" is joined, nothing is split. */
  single: boolean;
  /** "$@" was met and there were no parameters. */
  noParameters: boolean;

  put(c: u8, origin: u8): void {
    this.bytes.put(c);
    this.origin.put(origin);
  }

  add(t: string, origin: u8): void {
    this.bytes.add(t);
    this.origin.repeat(origin, t.length);
  }

  dispose(): void {
    this.bytes.dispose();
    this.origin.dispose();
  }
}

/** A parameter's value. */
class Value {
  text: string;
  isSet: boolean;
}

// ---- what the rest of the shell asks for

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

function plainText(x: Ptr<Expansion>): string {
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

function patternText(x: Ptr<Expansion>, from: usize, to: usize): string {
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

// ---- fields

function split(x: Ptr<Expansion>, into: Ptr<List<string>>): void {
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

function separators(): string {
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

// ---- the walk

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
function walk(t: string, from: usize, to: usize, x: Ptr<Expansion>, plain: u8, here: boolean): Res<void> {
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

function doubleEnd(t: string, from: usize): Res<usize> {
  attr(bounded(100));
  let i = from;
  while (i < t.length && t[i] !== byte('"')) i = orReturn(skip(t, i));
  return i;
}

/** Behind the character, escape or substitution at `i`. */
function skip(t: string, i: usize): Res<usize> {
  attr(bounded(100));
  const c = t[i];
  if (c === byte("\\")) return i + 2 <= t.length ? i + 2 : t.length;
  if (c === byte("`")) {
    let end = i + 1;
    while (end < t.length && t[end] !== byte("`")) end += t[end] === byte("\\") ? 2 : 1;
    return end + 1;
  }
  if (c === byte("$") && i + 1 < t.length) {
    if (t[i + 1] === byte("{")) return orReturn(braceEnd(t, i + 2, false)) + 1;
    if (t[i + 1] === byte("(")) {
      const arithmetic = arithmeticEnd(t, i);
      if (arithmetic > 0) return arithmetic;
      const part = zeroed<Source>();
      using _ = defer(() => part.text.dispose());
      orReturn(substitution(t, i, ref(part)));
      return i + 2 + part.at;
    }
  }
  return i + 1;
}

/** The } that belongs to a ${ before `from`. */
function braceEnd(t: string, from: usize, quoted: boolean): Res<usize> {
  attr(bounded(100));
  let i = from;
  while (i < t.length && t[i] !== byte("}")) {
    if (t[i] === byte("'") && !quoted) i = indexOf(t, byte("'"), i + 1) + 1;
    else if (t[i] === byte('"')) i = orReturn(doubleEnd(t, i + 1)) + 1;
    else i = orReturn(skip(t, i));
  }
  return i < t.length ? i : t.length;
}

/** Behind "))" when what begins at the $ of "$((" is arithmetic, else 0. */
function arithmeticEnd(t: string, at: usize): usize {
  if (at + 2 >= t.length || t[at + 2] !== byte("(")) return 0;
  let depth: usize = 0;
  for (let i = at + 2; i < t.length; i++) {
    if (t[i] === byte("'") || t[i] === byte("\n")) return 0;
    if (t[i] === byte("(")) depth++;
    if (t[i] === byte(")")) {
      depth--;
      if (depth === 0) return i + 1 < t.length && t[i + 1] === byte(")") ? i + 2 : 0;
    }
  }
  return 0;
}

/** The commands of the $( at `at`; `part.at` says how long they are, with the parenthesis. */
function substitution(t: string, at: usize, part: Ptr<Source>): Res<Ptr<Node> | null> {
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

function cameAs(plain: u8): u8 {
  return plain === QUOTED ? QUOTED : CAME;
}

function checkSet(name: string, value: Ptr<Value>): Res<void> {
  if (value.isSet || !shell.flags.unsetIsError) return;
  complainText(name, "parameter not set");
  return err(Errno.EINVAL);
}

function arithmetic(expression: string, x: Ptr<Expansion>, plain: u8): Res<void> {
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

/** $@ and $*. */
function parameters(which: u8, x: Ptr<Expansion>, plain: u8): void {
  const all = shell.parameters;
  if (plain === QUOTED && (which === byte("*") || x.single)) {
    const ifs = separators();
    const glue = which === byte("@") ? " " : ifs.length > 0 ? ifs.sub(0, 1) : "";
    for (let i: usize = 0; i < all.length; i++) {
      if (i > 0) x.add(glue, QUOTED);
      x.add(all[i], QUOTED);
    }
    return;
  }
  if (all.length === 0) x.noParameters = true;
  for (let i: usize = 0; i < all.length; i++) {
    if (i > 0) {
      if (x.single) x.put(byte(" "), CAME);
      else x.put(0, BREAK);
    }
    if (plain === QUOTED) x.put(0, EMPTY);
    x.add(all[i], cameAs(plain));
  }
}

/** The value of a name, number or sign. */
function parameter(name: string, into: Ptr<Value>): void {
  into.isSet = true;
  const c = name[0];
  if (isDigit(c)) {
    let n: usize = 0;
    for (const d of name) n = n * 10 + usize(d - byte("0"));
    if (n === 0) into.text = shell.name;
    else if (n <= shell.parameters.length) into.text = shell.parameters[n - 1];
    else into.isSet = false;
    return;
  }
  switch (c) {
    case byte("#"): into.text = numberText(i64(shell.parameters.length)); return;
    case byte("?"): into.text = numberText(i64(shell.status)); return;
    case byte("$"): into.text = numberText(i64(shell.pid)); return;
    case byte("!"):
      into.isSet = shell.lastBackground !== 0;
      if (into.isSet) into.text = numberText(i64(shell.lastBackground));
      return;
    case byte("-"): into.text = flagsText(); return;
    case byte("@"):
    case byte("*"): into.text = joined(c); into.isSet = shell.parameters.length > 0; return;
    default: break;
  }
  if (name === "LINENO") {
    into.text = numberText(i64(shell.line));
    return;
  }
  const v = lookUp(name);
  into.isSet = v !== null && v.isSet;
  if (v !== null && v.isSet) into.text = v.value;
}

function joined(which: u8): string {
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  x.single = true;
  parameters(which, ref(x), QUOTED);
  return plainText(ref(x));
}

function numberText(n: i64): string {
  const digits = zeroed<Digits>();
  if (n >= 0) return arena.text(digits.of(u64(n), 10));
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  t.signed(n);
  return arena.text(t.view());
}

/** $- */
export function flagsText(): string {
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  const f = ref(shell.flags);
  if (f.exportAll) t.put(byte("a"));
  if (f.exitOnError) t.put(byte("e"));
  if (f.noGlob) t.put(byte("f"));
  if (f.interactive) t.put(byte("i"));
  if (f.jobs) t.put(byte("m"));
  if (f.noExec) t.put(byte("n"));
  if (f.standardInput) t.put(byte("s"));
  if (f.unsetIsError) t.put(byte("u"));
  if (f.verbose) t.put(byte("v"));
  if (f.trace) t.put(byte("x"));
  if (f.noClobber) t.put(byte("C"));
  return arena.text(t.view());
}

function badSubstitution(): Err {
  complainText("syntax error", "Bad substitution");
  return err(Errno.EINVAL);
}

/** ${…}: where the walk goes on. */
function braces(t: string, at: usize, x: Ptr<Expansion>, plain: u8): Res<usize> {
  attr(bounded(100));
  let i = at + 2;
  const end = orReturn(braceEnd(t, i, plain === QUOTED));
  if (end === t.length) return badSubstitution();
  const value = zeroed<Value>();
  // ${#name}, but ${#} and ${#-…} are about the number of parameters.
  if (t[i] === byte("#") && i + 1 < end && !has(":-=+?#%", t[i + 1])) {
    const name = t.sub(i + 1, end);
    if (name === "@" || name === "*") value.text = numberText(i64(shell.parameters.length));
    else {
      parameter(name, ref(value));
      orReturn(checkSet(name, ref(value)));
      value.text = numberText(i64(characters(value.text)));
    }
    x.add(value.text, cameAs(plain));
    return end + 1;
  }
  const start = i;
  if (isLetter(t[i]) || t[i] === byte("_")) while (i < end && isWord(t[i])) i++;
  else if (isDigit(t[i])) while (i < end && isDigit(t[i])) i++;
  else if (has("@*#?-$!", t[i])) i++;
  const name = t.sub(start, i);
  if (name.length === 0) return badSubstitution();
  const whole = name === "@" || name === "*";
  parameter(name, ref(value));
  if (i === end) {
    if (whole) parameters(name[0], x, plain);
    else {
      orReturn(checkSet(name, ref(value)));
      x.add(value.text, cameAs(plain));
    }
    return end + 1;
  }
  let colon = false;
  if (t[i] === byte(":") && i + 1 < end && has("-=+?", t[i + 1])) {
    colon = true;
    i++;
  }
  const missing = !value.isSet || (colon && value.text.length === 0);
  const operator = t[i];
  const inner = cameAs(plain);
  switch (operator) {
    case byte("-"):
      if (missing) orReturn(walk(t, i + 1, end, x, inner, false));
      else if (whole) parameters(name[0], x, plain);
      else x.add(value.text, inner);
      break;
    case byte("+"):
      if (!missing) orReturn(walk(t, i + 1, end, x, inner, false));
      break;
    case byte("="):
      if (missing) {
        if (!isLetter(name[0]) && name[0] !== byte("_")) return badSubstitution();
        const given = orReturn(expandPart(t, i + 1, end, plain));
        orReturn(setVariable(name, given));
        x.add(given, inner);
      } else x.add(value.text, inner);
      break;
    case byte("?"):
      if (missing) {
        const why = orReturn(expandPart(t, i + 1, end, plain));
        complainText(name, why.length > 0 ? why : "parameter not set");
        return err(Errno.EINVAL);
      }
      x.add(value.text, inner);
      break;
    case byte("#"):
    case byte("%"): {
      orReturn(checkSet(name, ref(value)));
      const longest = i + 1 < end && t[i + 1] === operator;
      const pattern = orReturn(patternPart(t, longest ? i + 2 : i + 1, end));
      x.add(operator === byte("#") ? withoutStart(value.text, pattern, longest) : withoutEnd(value.text, pattern, longest), inner);
      break;
    }
    case byte(":"): {
      orReturn(checkSet(name, ref(value)));
      const range = orReturn(expandPart(t, i + 1, end, plain));
      x.add(orReturn(substring(value.text, range)), inner);
      break;
    }
    case byte("/"): {
      orReturn(checkSet(name, ref(value)));
      orReturn(replaced(t, i + 1, end, value.text, x, inner));
      break;
    }
    default:
      return badSubstitution();
  }
  return end + 1;
}

function characters(t: string): usize {
  let n: usize = 0;
  for (const c of t) if ((c & 0xc0) !== 0x80) n++;
  return n;
}

function expandPart(t: string, from: usize, to: usize, plain: u8): Res<string> {
  attr(bounded(100));
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  x.single = true;
  orReturn(walk(t, from, to, ref(x), plain === QUOTED ? QUOTED : WRITTEN, false));
  return plainText(ref(x));
}

function patternPart(t: string, from: usize, to: usize): Res<string> {
  attr(bounded(100));
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  x.single = true;
  orReturn(walk(t, from, to, ref(x), WRITTEN, false));
  return patternText(ref(x), 0, x.bytes.length);
}

function withoutStart(t: string, pattern: string, longest: boolean): string {
  for (let n: usize = 0; n <= t.length; n++) {
    const length = longest ? t.length - n : n;
    if (matches(pattern, t.sub(0, length))) return t.sub(length, t.length);
  }
  return t;
}

function withoutEnd(t: string, pattern: string, longest: boolean): string {
  for (let n: usize = 0; n <= t.length; n++) {
    const from = longest ? n : t.length - n;
    if (matches(pattern, t.sub(from, t.length))) return t.sub(0, from);
  }
  return t;
}

/** offset[:length] of a text; numbers below 0 count from its end. */
function substring(t: string, range: string): Res<string> {
  const colon = indexOf(range, byte(":"), 0);
  const length = i64(t.length);
  let from = orReturn(evaluate(range.sub(0, colon)));
  if (from < 0) from = from + length < 0 ? length : from + length;
  if (from > length) from = length;
  let to = length;
  if (colon < range.length) {
    const given = orReturn(evaluate(range.sub(colon + 1, range.length)));
    to = given < 0 ? length + given : from + given;
    if (to > length) to = length;
    if (to < from) to = from;
  }
  return t.sub(usize(from), usize(to));
}

/** pattern/by of a text, with another / in front: everywhere. */
function replaced(t: string, from: usize, to: usize, value: string, x: Ptr<Expansion>, origin: u8): Res<void> {
  attr(bounded(100));
  const everywhere = from < to && t[from] === byte("/");
  const start = everywhere ? from + 1 : from;
  let slash = start;
  while (slash < to && t[slash] !== byte("/")) {
    if (t[slash] === byte("'")) slash = indexOf(t, byte("'"), slash + 1) + 1;
    else if (t[slash] === byte('"')) slash = orReturn(doubleEnd(t, slash + 1)) + 1;
    else slash = orReturn(skip(t, slash));
  }
  const pattern = orReturn(patternPart(t, start, slash < to ? slash : to));
  const by = slash < to ? orReturn(expandPart(t, slash + 1, to, origin)) : "";
  let at: usize = 0;
  let done = false;
  while (at < value.length) {
    let end = value.length;
    while (end > at && !matches(pattern, value.sub(at, end))) end--;
    if (end > at && !(done && !everywhere)) {
      x.add(by, origin);
      at = end;
      done = true;
    } else {
      x.put(value[at], origin);
      at++;
    }
  }
}
