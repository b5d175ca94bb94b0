// From text to tokens (POSIX "Token Recognition"). Where a word ends depends on quotes and on substitutions inside it, and
// where a $(…) ends only the parser knows, because a case in it has unbalanced parentheses; so it is asked.

import { errors } from "../stream.ts";
import { programName } from "../environment.ts";
import { isDigit, Text } from "../text.ts";
import { parseSubstitution } from "./parser.ts";
import { Source } from "./source.ts";
import { type Redirect, Token } from "./syntax.ts";
import { arena } from "./state.ts";
import { interrupt } from "./traps.ts";

export class Lexer {
  source: Ptr<Source>;
  token: Token;
  /** Of a word: as written. */
  word: string;
  /** Where the token begins, in the source. */
  start: usize;
  /** Here-documents whose text comes after the next newline. */
  pending: Ptr<Redirect> | null;
  /** Up to here in the source aliases are not looked up: it came out of one. */
  aliasEnd: usize;

  /** A question, so that editors do not believe the answer after advance(). */
  is(token: Token): boolean {
    return this.token === token;
  }

  /** Complains; for giving back. */
  wrong(what: string): Err {
    // Who pressed Ctrl-C knows why the command is not complete.
    if (interrupt.came) return err(Errno.EINTR);
    errors.write(programName());
    errors.write(": line ");
    errors.number(u64(this.source.line));
    errors.write(": syntax error: ");
    errors.line(what);
    return err(Errno.EINVAL);
  }

  /** Moves to the next token. */
  advance(): Res<void> {
    const s = this.source;
    this.blanks();
    this.start = s.at;
    this.word = "";
    if (s.ended()) {
      this.token = Token.End;
      return;
    }
    const c = s.peek();
    switch (c) {
      case byte("\n"):
        s.skip();
        this.token = Token.Newline;
        if (this.pending !== null) this.bodies();
        return;
      case byte("&"):
        this.operator(byte("&"), Token.And, Token.AndAnd);
        return;
      case byte("|"):
        this.operator(byte("|"), Token.Pipe, Token.OrOr);
        return;
      case byte(";"):
        this.operator(byte(";"), Token.Semicolon, Token.DoubleSemicolon);
        return;
      case byte("("):
        this.single(Token.Open);
        return;
      case byte(")"):
        this.single(Token.Close);
        return;
      case byte("<"):
        this.less();
        return;
      case byte(">"):
        this.greater();
        return;
      default: break;
    }
    orReturn(this.wholeWord());
    const next = s.peek();
    if ((next === byte("<") || next === byte(">")) && allDigits(this.word)) this.token = Token.Number;
    else this.token = Token.Word;
  }

  private single(token: Token): void {
    this.source.skip();
    this.token = token;
  }

  private operator(again: u8, once: Token, twice: Token): void {
    this.source.skip();
    if (this.source.peek() === again) this.single(twice);
    else this.token = once;
  }

  private less(): void {
    const s = this.source;
    s.skip();
    const c = s.peek();
    if (c === byte("<")) {
      s.skip();
      if (s.peek() === byte("-")) this.single(Token.HereDocumentTabs);
      else this.token = Token.HereDocument;
    } else if (c === byte("&")) this.single(Token.LessAnd);
    else if (c === byte(">")) this.single(Token.LessGreater);
    else this.token = Token.Less;
  }

  private greater(): void {
    this.source.skip();
    const c = this.source.peek();
    if (c === byte(">")) this.single(Token.DoubleGreater);
    else if (c === byte("&")) this.single(Token.GreaterAnd);
    else if (c === byte("|")) this.single(Token.Clobber);
    else this.token = Token.Greater;
  }

  /** Spaces, continued lines, comments. */
  private blanks(): void {
    const s = this.source;
    for (;;) {
      if (s.at >= s.text.length && s.ended()) return;
      const c = s.peek();
      if (c === byte(" ") || c === byte("\t")) s.skip();
      else if (c === byte("\\") && s.peekAt(1) === byte("\n")) {
        s.skip();
        s.skip();
      } else if (c === byte("#")) {
        while (s.at < s.text.length && s.peek() !== byte("\n")) s.skip();
      } else return;
    }
  }

  /** The word at the position. */
  private wholeWord(): Res<void> {
    const s = this.source;
    const from = s.at;
    for (;;) {
      if (s.at >= s.text.length && s.ended()) break;
      const c = s.peek();
      if (endsWord(c)) break;
      orReturn(this.part(c, false));
    }
    this.word = arena.text(s.text.view().sub(from, s.at));
  }

  /** One character, quoted piece or substitution. `inDouble`: inside "…", where ' means itself. */
  private part(c: u8, inDouble: boolean): Res<void> {
    const s = this.source;
    switch (c) {
      case byte("\\"):
        s.skip();
        if (!s.ended()) s.skip();
        return;
      case byte("'"):
        s.skip();
        if (inDouble) return;
        return this.until(byte("'"));
      case byte('"'):
        s.skip();
        return this.double();
      case byte("`"):
        s.skip();
        return this.backquoted();
      case byte("$"):
        s.skip();
        return this.dollar(inDouble);
      default:
        s.skip();
    }
  }

  private until(end: u8): Res<void> {
    const s = this.source;
    while (!s.ended()) {
      const c = s.peek();
      s.skip();
      if (c === end) return;
    }
    return this.wrong("unterminated quoted string");
  }

  private double(): Res<void> {
    const s = this.source;
    while (!s.ended()) {
      const c = s.peek();
      if (c === byte('"')) {
        s.skip();
        return;
      }
      orReturn(this.part(c, true));
    }
    return this.wrong("unterminated quoted string");
  }

  private backquoted(): Res<void> {
    const s = this.source;
    while (!s.ended()) {
      const c = s.peek();
      s.skip();
      if (c === byte("`")) return;
      if (c === byte("\\") && !s.ended()) s.skip();
    }
    return this.wrong("EOF in backquote substitution");
  }

  /** Behind a dollar. */
  private dollar(inDouble: boolean): Res<void> {
    attr(bounded(100));
    const s = this.source;
    if (s.ended()) return;
    const c = s.peek();
    if (c === byte("{")) {
      s.skip();
      return this.braces(inDouble);
    }
    if (c !== byte("(")) return;
    s.skip();
    if (s.peek() === byte("(") && this.arithmetic()) return;
    return parseSubstitution(ref<Lexer>(this));
  }

  private braces(inDouble: boolean): Res<void> {
    const s = this.source;
    while (!s.ended()) {
      const c = s.peek();
      if (c === byte("}")) {
        s.skip();
        return;
      }
      orReturn(this.part(c, inDouble));
    }
    return this.wrong("missing '}'");
  }

  /** Behind "$(" at "(": moves behind "))" when that is how it ends, else stays. */
  private arithmetic(): boolean {
    const s = this.source;
    const from = s.at;
    const line = s.line;
    let depth: usize = 0;
    while (!s.ended()) {
      const c = s.peek();
      s.skip();
      if (c === byte("(")) depth++;
      if (c === byte(")")) {
        depth--;
        if (depth === 0) {
          if (s.peek() === byte(")")) {
            s.skip();
            return true;
          }
          break;
        }
      }
      if (c === byte("'") || c === byte("\n")) break;
    }
    s.at = from;
    s.line = line;
    return false;
  }

  /** Asks for a here-document's text after this line. */
  awaitText(redirect: Ptr<Redirect>): void {
    redirect.waiting = this.pending;
    this.pending = redirect;
  }

  /** Behind a newline: the texts of here-documents, in the order in which they were asked for. */
  private bodies(): void {
    let reversed: Ptr<Redirect> | null = null;
    for (let r = this.pending; r !== null; ) {
      const next = r.waiting;
      r.waiting = reversed;
      reversed = r;
      r = next;
    }
    this.pending = null;
    for (let r = reversed; r !== null; r = r.waiting) this.body(r);
  }

  private body(redirect: Ptr<Redirect>): void {
    const s = this.source;
    const collected = zeroed<Text>();
    using _ = defer(() => collected.dispose());
    while (!s.ended()) {
      const tabs = redirect.operator === Token.HereDocumentTabs;
      while (tabs && s.peek() === byte("\t")) s.skip();
      const from = collected.length;
      while (!s.ended() && s.peek() !== byte("\n")) {
        collected.put(s.peek());
        const backslash = s.peek() === byte("\\");
        s.skip();
        // A continued line, unless the text is taken as it is.
        if (backslash && !redirect.quoted && s.peek() === byte("\n")) {
          collected.cut(collected.length - 1);
          s.skip();
        } else if (backslash && !redirect.quoted && !s.ended()) {
          collected.put(s.peek());
          s.skip();
        }
      }
      const ended = s.ended();
      if (!ended) s.skip();
      if (collected.view().sub(from, collected.length) === redirect.delimiter) {
        collected.cut(from);
        break;
      }
      if (!ended) collected.put(byte("\n"));
    }
    redirect.target = arena.text(collected.view());
  }
}

function endsWord(c: u8): boolean {
  switch (c) {
    case byte(" "):
    case byte("\t"):
    case byte("\n"):
    case byte("&"):
    case byte("|"):
    case byte(";"):
    case byte("("):
    case byte(")"):
    case byte("<"):
    case byte(">"):
      return true;
    default:
      return false;
  }
}

function allDigits(t: string): boolean {
  for (const c of t) if (!isDigit(c)) return false;
  return t.length > 0;
}
