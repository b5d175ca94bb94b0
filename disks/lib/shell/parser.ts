// The shell's grammar (POSIX "Shell Grammar"), by recursive descent: a function for each rule. Reserved words are words like
// all others until one stands where a command begins.

import { isDigit, isSpace, isWord } from "../text.ts";
import { aliasFor } from "./aliases.ts";
import { unquoted } from "./quoting.ts";
import { Lexer } from "./lexer.ts";
import { arena, shell } from "./state.ts";
import { CaseItem, Kind, Node, Redirect, Token, Word } from "./syntax.ts";

/** Parsed, or the end of the input. */
export class Parsed {
  node: Ptr<Node> | null;
  ended: boolean;
}

/** The next complete command, up to the end of its line. An error was told already. */
export function parseLine(lexer: Ptr<Lexer>, into: Ptr<Parsed>): Res<void> {
  into.node = null;
  into.ended = false;
  lexer.pending = null;
  lexer.source.inside = false;
  orReturn(lexer.advance());
  if (lexer.is(Token.End)) {
    into.ended = true;
    return;
  }
  if (lexer.is(Token.Newline)) return;
  lexer.source.inside = true;
  into.node = orReturn(list(lexer, false));
  if (!lexer.is(Token.Newline) && !lexer.is(Token.End)) return unexpected(lexer);
}

/** All commands of a text up to its end, or up to the ")" of a substitution when `closed`; null when there are none. */
export function parseAll(lexer: Ptr<Lexer>, closed: boolean): Res<Ptr<Node> | null> {
  attr(bounded(100));
  orReturn(lexer.advance());
  orReturn(emptyLines(lexer));
  const end = closed ? Token.Close : Token.End;
  if (lexer.is(end)) return null;
  const all = orReturn(list(lexer, true));
  if (!lexer.is(end)) return unexpected(lexer);
  return all;
}

/** Behind "$(" in a word: moves the source behind the ")" that ends it. */
export function parseSubstitution(lexer: Ptr<Lexer>): Res<void> {
  attr(bounded(100));
  const inner = zeroed<Lexer>();
  inner.source = lexer.source;
  const tree = orReturn(parseAll(ref(inner), true));
  if (tree === null) return;
}

function node(lexer: Ptr<Lexer>, kind: Kind): Ptr<Node> {
  const n = arena.make<Node>();
  n.kind = kind;
  n.line = lexer.source.line;
  return n;
}

function unexpected(lexer: Ptr<Lexer>): Err {
  if (lexer.is(Token.End)) return lexer.wrong("unexpected end of file");
  if (lexer.is(Token.Newline)) return lexer.wrong("unexpected newline");
  const end = lexer.source.at;
  const shown = lexer.source.text.view().sub(lexer.start < end ? lexer.start : end, end);
  const room = zeroed<Arr<u8, 100>>();
  return lexer.wrong(text(slice(room, format(slice(room))`unexpected "${shown}"`)));
}

function emptyLines(lexer: Ptr<Lexer>): Res<void> {
  while (lexer.is(Token.Newline)) orReturn(lexer.advance());
}

function isWordToken(lexer: Ptr<Lexer>, word: string): boolean {
  return lexer.is(Token.Word) && lexer.word === word;
}

/** Takes a reserved word. */
function expect(lexer: Ptr<Lexer>, word: string): Res<void> {
  if (!isWordToken(lexer, word)) return unexpected(lexer);
  return lexer.advance();
}

/** Whether what stands here ends a list of commands. */
function endsList(lexer: Ptr<Lexer>): boolean {
  switch (lexer.token) {
    case Token.End:
    case Token.Close:
    case Token.DoubleSemicolon:
      return true;
    case Token.Word:
      return isCloser(lexer.word);
    default:
      return false;
  }
}

function isCloser(w: string): boolean {
  return w === "then" || w === "else" || w === "elif" || w === "fi" || w === "do" || w === "done" || w === "esac" || w === "}";
}

/** Commands one after the other. `lines`: newlines separate too; else the first one ends the list and is not taken. */
function list(lexer: Ptr<Lexer>, lines: boolean): Res<Ptr<Node>> {
  attr(bounded(100));
  const sequence = node(lexer, Kind.Sequence);
  let last: Ptr<Node> | null = null;
  for (;;) {
    const from = lexer.start;
    let entry = orReturn(andOr(lexer));
    entry.text = written(lexer, from);
    const background = lexer.is(Token.And);
    if (background) {
      const job = node(lexer, Kind.Background);
      job.first = entry;
      job.text = entry.text;
      entry = job;
    }
    if (last === null) sequence.first = entry;
    else last.next = entry;
    last = entry;
    if (background || lexer.is(Token.Semicolon)) orReturn(lexer.advance());
    else if (!lines || !lexer.is(Token.Newline)) break;
    if (lines) orReturn(emptyLines(lexer));
    if (endsList(lexer) || lexer.is(Token.Newline)) break;
  }
  const first = sequence.first;
  return first !== null && first.next === null ? first : sequence;
}

/** What the source says from some place up to the token, for a person who asks for the list of jobs. */
function written(lexer: Ptr<Lexer>, from: usize): string {
  if (!shell.flags.interactive || from > lexer.start) return "";
  let end = lexer.start;
  const all = lexer.source.text.view();
  while (end > from && isSpace(all[end - 1])) end--;
  return arena.text(all.sub(from, end));
}

function andOr(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  let left = orReturn(pipeline(lexer));
  while (lexer.is(Token.AndAnd) || lexer.is(Token.OrOr)) {
    const both = node(lexer, lexer.is(Token.AndAnd) ? Kind.And : Kind.Or);
    orReturn(lexer.advance());
    orReturn(emptyLines(lexer));
    both.first = left;
    both.second = orReturn(pipeline(lexer));
    left = both;
  }
  return left;
}

function pipeline(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  let negated = false;
  orReturn(aliases(lexer));
  while (isWordToken(lexer, "!")) {
    negated = !negated;
    orReturn(lexer.advance());
    orReturn(aliases(lexer));
  }
  let all = orReturn(command(lexer));
  if (lexer.is(Token.Pipe)) {
    const row = node(lexer, Kind.Pipeline);
    row.first = all;
    let last = all;
    while (lexer.is(Token.Pipe)) {
      orReturn(lexer.advance());
      orReturn(emptyLines(lexer));
      orReturn(aliases(lexer));
      const next = orReturn(command(lexer));
      last.next = next;
      last = next;
    }
    all = row;
  }
  if (!negated) return all;
  const not = node(lexer, Kind.Not);
  not.first = all;
  return not;
}

/** Where a command begins: a word that is an alias gives way to what it stands for. */
function aliases(lexer: Ptr<Lexer>): Res<void> {
  while (lexer.is(Token.Word) && lexer.start >= lexer.aliasEnd) {
    const value = aliasFor(lexer.word);
    if (value.length === 0) return;
    const s = lexer.source;
    s.text.remove(lexer.start, s.at);
    s.text.insert(lexer.start, value);
    s.at = lexer.start;
    lexer.aliasEnd = lexer.start + value.length;
    orReturn(lexer.advance());
  }
}

function command(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  if (lexer.is(Token.Open)) return withRedirects(lexer, orReturn(subshell(lexer)));
  if (lexer.is(Token.Word)) {
    const w = lexer.word;
    if (w === "{") return withRedirects(lexer, orReturn(group(lexer)));
    if (w === "if") return withRedirects(lexer, orReturn(ifCommand(lexer)));
    if (w === "while" || w === "until") return withRedirects(lexer, orReturn(loop(lexer)));
    if (w === "for") return withRedirects(lexer, orReturn(forCommand(lexer)));
    if (w === "case") return withRedirects(lexer, orReturn(caseCommand(lexer)));
    if (isCloser(w)) return unexpected(lexer);
  }
  return simple(lexer);
}

/** Redirections behind a compound command. */
function withRedirects(lexer: Ptr<Lexer>, n: Ptr<Node>): Res<Ptr<Node>> {
  while (orReturn(redirect(lexer, n))) continue;
  return n;
}

function subshell(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  const n = node(lexer, Kind.Subshell);
  orReturn(lexer.advance());
  n.first = orReturn(lines(lexer));
  if (!lexer.is(Token.Close)) return unexpected(lexer);
  orReturn(lexer.advance());
  return n;
}

function group(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  const n = node(lexer, Kind.Group);
  orReturn(lexer.advance());
  n.first = orReturn(lines(lexer));
  orReturn(expect(lexer, "}"));
  return n;
}

/** Commands over several lines, at least one. */
function lines(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  orReturn(emptyLines(lexer));
  if (endsList(lexer)) return unexpected(lexer);
  return list(lexer, true);
}

/** At "if" or "elif". */
function ifCommand(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  const n = node(lexer, Kind.If);
  orReturn(lexer.advance());
  n.first = orReturn(lines(lexer));
  orReturn(expect(lexer, "then"));
  n.second = orReturn(lines(lexer));
  if (isWordToken(lexer, "elif")) {
    n.third = orReturn(ifCommand(lexer));
    return n;
  }
  if (isWordToken(lexer, "else")) {
    orReturn(lexer.advance());
    n.third = orReturn(lines(lexer));
  }
  orReturn(expect(lexer, "fi"));
  return n;
}

function loop(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  const n = node(lexer, lexer.word === "while" ? Kind.While : Kind.Until);
  orReturn(lexer.advance());
  n.first = orReturn(lines(lexer));
  n.second = orReturn(body(lexer));
  return n;
}

/** do … done */
function body(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  orReturn(expect(lexer, "do"));
  const inside = orReturn(lines(lexer));
  orReturn(expect(lexer, "done"));
  return inside;
}

function forCommand(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  const n = node(lexer, Kind.For);
  orReturn(lexer.advance());
  if (!lexer.is(Token.Word) || !isName(lexer.word)) return lexer.wrong("bad for loop variable");
  n.name = lexer.word;
  orReturn(lexer.advance());
  orReturn(emptyLines(lexer));
  if (isWordToken(lexer, "in")) {
    n.hasWords = true;
    orReturn(lexer.advance());
    let last: Ptr<Word> | null = null;
    while (lexer.is(Token.Word)) {
      const word = wordOf(lexer.word);
      if (last === null) n.words = word;
      else last.next = word;
      last = word;
      orReturn(lexer.advance());
    }
    if (!lexer.is(Token.Semicolon) && !lexer.is(Token.Newline)) return unexpected(lexer);
  }
  if (lexer.is(Token.Semicolon)) orReturn(lexer.advance());
  orReturn(emptyLines(lexer));
  n.second = orReturn(body(lexer));
  return n;
}

function caseCommand(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  const n = node(lexer, Kind.Case);
  orReturn(lexer.advance());
  if (!lexer.is(Token.Word)) return unexpected(lexer);
  n.name = lexer.word;
  orReturn(lexer.advance());
  orReturn(emptyLines(lexer));
  orReturn(expect(lexer, "in"));
  orReturn(emptyLines(lexer));
  let last: Ptr<CaseItem> | null = null;
  while (!isWordToken(lexer, "esac")) {
    const item = arena.make<CaseItem>();
    if (last === null) n.cases = item;
    else last.next = item;
    last = item;
    if (lexer.is(Token.Open)) orReturn(lexer.advance());
    orReturn(patterns(lexer, item));
    orReturn(emptyLines(lexer));
    if (!lexer.is(Token.DoubleSemicolon) && !isWordToken(lexer, "esac")) item.body = orReturn(list(lexer, true));
    if (!lexer.is(Token.DoubleSemicolon)) break;
    orReturn(lexer.advance());
    orReturn(emptyLines(lexer));
  }
  orReturn(expect(lexer, "esac"));
  return n;
}

function patterns(lexer: Ptr<Lexer>, item: Ptr<CaseItem>): Res<void> {
  let last: Ptr<Word> | null = null;
  for (;;) {
    if (!lexer.is(Token.Word)) return unexpected(lexer);
    const word = wordOf(lexer.word);
    if (last === null) item.patterns = word;
    else last.next = word;
    last = word;
    orReturn(lexer.advance());
    if (!lexer.is(Token.Pipe)) break;
    orReturn(lexer.advance());
  }
  if (!lexer.is(Token.Close)) return unexpected(lexer);
  return lexer.advance();
}

function wordOf(t: string): Ptr<Word> {
  const word = arena.make<Word>();
  word.text = t;
  return word;
}

/** Assignments, words and redirections; or the name of a function that is being defined. */
function simple(lexer: Ptr<Lexer>): Res<Ptr<Node>> {
  attr(bounded(100));
  const n = node(lexer, Kind.Simple);
  let lastWord: Ptr<Word> | null = null;
  let lastAssignment: Ptr<Word> | null = null;
  let anything = false;
  for (;;) {
    if (orReturn(redirect(lexer, n))) {
      anything = true;
      continue;
    }
    if (!lexer.is(Token.Word)) break;
    anything = true;
    const word = wordOf(lexer.word);
    if (lastWord === null && isAssignment(word.text)) {
      if (lastAssignment === null) n.assignments = word;
      else lastAssignment.next = word;
      lastAssignment = word;
      orReturn(lexer.advance());
      orReturn(aliases(lexer));
      continue;
    }
    if (lastWord === null) n.words = word;
    else lastWord.next = word;
    const first = lastWord === null && lastAssignment === null && n.redirects === null;
    lastWord = word;
    orReturn(lexer.advance());
    if (first && lexer.is(Token.Open)) return definition(lexer, word.text);
  }
  if (!anything) return unexpected(lexer);
  return n;
}

/** name ( ) command */
function definition(lexer: Ptr<Lexer>, name: string): Res<Ptr<Node>> {
  attr(bounded(100));
  if (!isName(name)) return lexer.wrong("bad function name");
  orReturn(lexer.advance());
  if (!lexer.is(Token.Close)) return unexpected(lexer);
  orReturn(lexer.advance());
  orReturn(emptyLines(lexer));
  const n = node(lexer, Kind.Function);
  n.name = name;
  n.first = orReturn(command(lexer));
  return n;
}

/** Whether a redirection stood here; it was taken. */
function redirect(lexer: Ptr<Lexer>, n: Ptr<Node>): Res<boolean> {
  let fd: i32 = -1;
  if (lexer.is(Token.Number)) {
    fd = 0;
    for (const c of lexer.word) fd = fd * 10 + i32(c - byte("0"));
    orReturn(lexer.advance());
  }
  const operator = lexer.token;
  switch (operator) {
    case Token.Less:
    case Token.LessAnd:
    case Token.LessGreater:
    case Token.HereDocument:
    case Token.HereDocumentTabs:
      if (fd < 0) fd = 0;
      break;
    case Token.Greater:
    case Token.DoubleGreater:
    case Token.Clobber:
    case Token.GreaterAnd:
      if (fd < 0) fd = 1;
      break;
    default:
      return false;
  }
  orReturn(lexer.advance());
  if (!lexer.is(Token.Word) && !lexer.is(Token.Number)) return unexpected(lexer);
  const r = arena.make<Redirect>();
  r.fd = fd;
  r.operator = operator;
  r.target = lexer.word;
  if (operator === Token.HereDocument || operator === Token.HereDocumentTabs) {
    r.delimiter = unquoted(lexer.word);
    r.quoted = r.delimiter !== lexer.word;
    lexer.awaitText(r);
  }
  if (n.redirects === null) n.redirects = r;
  else {
    let last = n.redirects;
    for (let next = last.next; next !== null; next = last.next) last = next;
    last.next = r;
  }
  orReturn(lexer.advance());
  return true;
}

/** Letters, digits and _, no digit first. */
export function isName(t: string): boolean {
  if (t.length === 0 || isDigit(t[0])) return false;
  for (const c of t) if (!isWord(c)) return false;
  return true;
}

/** name=… */
export function isAssignment(t: string): boolean {
  for (let i: usize = 0; i < t.length; i++) if (t[i] === byte("=")) return isName(t.sub(0, i));
  return false;
}
