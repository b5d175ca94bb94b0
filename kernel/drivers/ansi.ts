// A screen of characters that obeys a terminal's language: text, and between the text sequences that begin with ESC and
// move the cursor, erase, scroll and colour. DEC's VT100 spoke it in 1978, ANSI wrote it down, and programs still assume it:
// a shell that edits its line, an editor, everything with colours. (ECMA-48; DEC VT100 and VT220 user guides; xterm's control
// sequences for what came later)
//
// The screen is an array of cells as the video adapter wants them, and this machine only changes the array. Which rows have
// changed is remembered, so that somebody else copies no more than these to where it can be seen. Its size is that of text mode.
import { glyphOf } from "./glyphs.ts";
import { Pen } from "./pen.ts";

export const ROWS = 25;
export const COLUMNS = 80;
const CELLS = 2000;
const MOST_PARAMETERS = 16;
const MOST_PARAMETER: u32 = 9999;

// What the machine is in the middle of.
const GROUND: u8 = 0;
const ESCAPE: u8 = 1;
/** After ESC ( and its like: one more byte, which chooses a character set. */
const CHARSET: u8 = 2;
const CSI: u8 = 3;
/** A text for the terminal (its title); it ends with BEL or ESC \. */
const STRING: u8 = 4;
const STRING_ESCAPE: u8 = 5;

const ESC: u8 = 27;

export class AnsiScreen {
  /** Character, and above it the attribute: 4 bits of background, 4 of foreground. */
  cells: Arr<u16, typeof CELLS>;
  /** A bit for each row that was changed. */
  dirty: u32;
  cursorHidden: boolean;
  /** What the terminal answers to a question; whoever takes it sets the length to 0. */
  answer: Arr<u8, 32>;
  answerLength: usize;
  /** The cursor's keys send ESC O x instead of ESC [ x. */
  applicationKeys: boolean;
  private pen: Pen;
  private saved: Pen;
  private top: u32;
  /** The row below the region that scrolls. */
  bottom: u32;
  private noWrap: boolean;
  private inserting: boolean;
  /** A stop in each column where a tab ends. */
  private stops: Arr<boolean, typeof COLUMNS>;
  private state: u8;
  private parameters: Arr<u32, typeof MOST_PARAMETERS>;
  private given: u32;
  /** The byte between CSI and the parameters (?, >, …), the one before the last, or 0. */
  private prefix: u8;
  private intermediate: u8;
  /** A character of several bytes (UTF-8): what is there, how many come. */
  private character: u32;
  private missing: u8;
  /** The screen behind the alternate one. */
  private behind: Arr<u16, typeof CELLS>;
  private alternate: boolean;

  reset(): void {
    this.pen.reset();
    copy(ref(this.saved), ref(this.pen));
    this.top = 0;
    this.bottom = ROWS;
    this.noWrap = false;
    this.inserting = false;
    this.alternate = false;
    this.cursorHidden = false;
    this.applicationKeys = false;
    this.state = GROUND;
    this.missing = 0;
    this.answerLength = 0;
    for (let i: u32 = 0; i < COLUMNS; i++) this.stops[i] = i % 8 === 0;
    this.erase(0, CELLS);
  }

  row(): u32 {
    return this.pen.row;
  }
  column(): u32 {
    return this.pen.column;
  }

  // ---- bytes

  put(c: u8): void {
    attr(irqSafe);
    if (this.state === STRING || this.state === STRING_ESCAPE) this.inString(c);
    else if (c < 32 || c === 127) this.controlCode(c);
    else if (this.state === GROUND) this.text(c);
    else if (this.state === ESCAPE) this.escape(c);
    else if (this.state === CHARSET) this.state = GROUND;
    else this.control(c);
  }

  private controlCode(c: u8): void {
    this.missing = 0;
    switch (c) {
      case 8:
        if (this.pen.column > 0) this.pen.column--;
        this.pen.wraps = false;
        break;
      case 9:
        this.tab();
        break;
      case 10:
      case 11:
      case 12:
        this.lineFeed();
        break;
      case 13:
        this.pen.column = 0;
        this.pen.wraps = false;
        break;
      case 24:
      case 26:
        this.state = GROUND;
        break;
      case ESC:
        this.state = ESCAPE;
        this.intermediate = 0;
        break;
      default:
        break;
    }
  }

  private inString(c: u8): void {
    if (c === 7 || c === 24 || c === 26 || (this.state === STRING_ESCAPE && c === byte("\\"))) this.state = GROUND;
    else if (c === ESC) this.state = STRING_ESCAPE;
    else this.state = STRING;
  }

  private text(c: u8): void {
    if (c < 0x80) {
      this.missing = 0;
      this.show(c);
    } else if ((c & 0xc0) === 0x80) {
      if (this.missing === 0) return;
      this.character = (this.character << 6) | u32(c & 0x3f);
      this.missing--;
      if (this.missing === 0) this.show(glyphOf(this.character));
    } else {
      this.missing = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
      this.character = u32(c) & (c >= 0xf0 ? 7 : c >= 0xe0 ? 15 : 31);
    }
  }

  private show(glyph: u8): void {
    if (this.pen.wraps && !this.noWrap) {
      this.pen.column = 0;
      this.lineFeed();
    }
    this.pen.wraps = false;
    if (this.inserting) this.insertCells(1);
    this.cells[this.pen.row * COLUMNS + this.pen.column] = u16(glyph) | this.pen.attribute();
    this.touch(this.pen.row, this.pen.row + 1);
    if (this.pen.column < COLUMNS - 1) this.pen.column++;
    else this.pen.wraps = true;
  }

  private touch(from: u32, to: u32): void {
    for (let row = from; row < to; row++) this.dirty |= u32(1) << row;
  }

  private erase(from: u32, to: u32): void {
    if (from >= to) return;
    fill(slice(this.cells).sub(usize(from), usize(to)), this.pen.blank());
    this.touch(from / COLUMNS, (to - 1) / COLUMNS + 1);
  }

  // ---- lines

  private tab(): void {
    this.pen.wraps = false;
    for (let n: u32 = 0; n < COLUMNS; n++) {
      if (this.pen.column >= COLUMNS - 1) return;
      this.pen.column++;
      if (this.stops[this.pen.column]) return;
    }
  }

  private lineFeed(): void {
    this.pen.wraps = false;
    if (this.pen.row + 1 === this.bottom) this.scrollUp(this.top, 1);
    else if (this.pen.row < ROWS - 1) this.pen.row++;
  }

  private reverseLineFeed(): void {
    if (this.pen.row === this.top) this.scrollDown(this.top, 1);
    else if (this.pen.row > 0) this.pen.row--;
  }

  /** Rows from `from` to the region's end move up by `by`; blank ones follow from below. */
  private scrollUp(from: u32, by: u32): void {
    const rows = this.bottom - from;
    const count = by < rows ? by : rows;
    const moved = usize((rows - count) * COLUMNS);
    const start = usize(from * COLUMNS);
    const all = slice(this.cells);
    const source = start + usize(count * COLUMNS);
    copySlice(all.sub(start, start + moved), all.sub(source, source + moved));
    this.erase((this.bottom - count) * COLUMNS, this.bottom * COLUMNS);
    this.touch(from, this.bottom);
  }

  private scrollDown(from: u32, by: u32): void {
    const rows = this.bottom - from;
    const count = by < rows ? by : rows;
    const moved = usize((rows - count) * COLUMNS);
    const start = usize(from * COLUMNS);
    const all = slice(this.cells);
    const target = start + usize(count * COLUMNS);
    copySlice(all.sub(target, target + moved), all.sub(start, start + moved));
    this.erase(from * COLUMNS, (from + count) * COLUMNS);
    this.touch(from, this.bottom);
  }

  /** Cells from the cursor on move right; blank ones appear. */
  private insertCells(by: u32): void {
    const start = usize(this.pen.row * COLUMNS + this.pen.column);
    const left = usize(COLUMNS - this.pen.column);
    const count = usize(by) < left ? usize(by) : left;
    const all = slice(this.cells);
    copySlice(all.sub(start + count, start + left), all.sub(start, start + left - count));
    this.erase(u32(start), u32(start + count));
  }

  private deleteCells(by: u32): void {
    const start = usize(this.pen.row * COLUMNS + this.pen.column);
    const left = usize(COLUMNS - this.pen.column);
    const count = usize(by) < left ? usize(by) : left;
    const all = slice(this.cells);
    copySlice(all.sub(start, start + left - count), all.sub(start + count, start + left));
    this.erase(u32(start + left - count), u32(start + left));
  }

  /** The cursor goes to a place, within the screen; a place counted in the region, if that was asked for. */
  private moveTo(row: u32, column: u32): void {
    const base = this.pen.origin ? this.top : 0;
    const limit = this.pen.origin ? this.bottom : u32(ROWS);
    const wanted = base + row;
    this.pen.row = wanted < limit ? wanted : limit - 1;
    this.pen.column = column < COLUMNS ? column : COLUMNS - 1;
    this.pen.wraps = false;
  }

  private up(by: u32): void {
    const limit = this.pen.row >= this.top ? this.top : 0;
    this.pen.row = this.pen.row - limit > by ? this.pen.row - by : limit;
    this.pen.wraps = false;
  }

  private down(by: u32): void {
    const limit = this.pen.row < this.bottom ? this.bottom - 1 : ROWS - 1;
    this.pen.row = limit - this.pen.row > by ? this.pen.row + by : limit;
    this.pen.wraps = false;
  }

  private left(by: u32): void {
    this.pen.column = this.pen.column > by ? this.pen.column - by : 0;
    this.pen.wraps = false;
  }

  private right(by: u32): void {
    const limit: u32 = COLUMNS - 1;
    this.pen.column = limit - this.pen.column > by ? this.pen.column + by : limit;
    this.pen.wraps = false;
  }

  private restore(): void {
    copy(ref(this.pen), ref(this.saved));
    this.pen.wraps = false;
  }

  // ---- sequences without parameters

  private escape(c: u8): void {
    this.state = GROUND;
    if (c >= 0x20 && c <= 0x2f) {
      this.state = CHARSET;
      return;
    }
    switch (c) {
      case byte("["):
        this.state = CSI;
        this.given = 0;
        this.prefix = 0;
        this.intermediate = 0;
        fill(slice(this.parameters), 0);
        break;
      case byte("]"):
      case byte("P"):
      case byte("X"):
      case byte("^"):
      case byte("_"):
        this.state = STRING;
        break;
      case byte("7"):
        copy(ref(this.saved), ref(this.pen));
        break;
      case byte("8"):
        this.restore();
        break;
      case byte("D"):
        this.lineFeed();
        break;
      case byte("E"):
        this.pen.column = 0;
        this.pen.wraps = false;
        this.lineFeed();
        break;
      case byte("H"):
        this.stops[this.pen.column] = true;
        break;
      case byte("M"):
        this.pen.wraps = false;
        this.reverseLineFeed();
        break;
      case byte("c"):
        this.reset();
        break;
      default:
        break;
    }
  }

  // ---- sequences with parameters

  private control(c: u8): void {
    if (c >= byte("0") && c <= byte("9")) {
      if (this.given === 0) this.given = 1;
      if (this.given > MOST_PARAMETERS) return;
      const p = ref(this.parameters[this.given - 1]);
      p[0] = p[0] * 10 + u32(c - byte("0"));
      if (p[0] > MOST_PARAMETER) p[0] = MOST_PARAMETER;
    } else if (c === byte(";") || c === byte(":")) {
      if (this.given === 0) this.given = 1;
      if (this.given <= MOST_PARAMETERS) this.given++;
    } else if (c >= 0x3c && c <= 0x3f) this.prefix = c;
    else if (c >= 0x20 && c <= 0x2f) this.intermediate = c;
    else {
      this.state = GROUND;
      if (this.given > MOST_PARAMETERS) this.given = MOST_PARAMETERS;
      if (this.intermediate !== 0) return;
      if (this.prefix === 0) this.finish(c);
      else if (this.prefix === byte("?")) this.finishPrivate(c);
    }
  }

  /** A parameter; 0 and what was left out mean 1. */
  private count(index: u32): u32 {
    const value = this.parameters[index];
    return value === 0 ? 1 : value;
  }

  private finish(c: u8): void {
    const n = this.count(0);
    switch (c) {
      case byte("A"):
        this.up(n);
        break;
      case byte("B"):
      case byte("e"):
        this.down(n);
        break;
      case byte("C"):
      case byte("a"):
        this.right(n);
        break;
      case byte("D"):
        this.left(n);
        break;
      case byte("E"):
        this.down(n);
        this.pen.column = 0;
        break;
      case byte("F"):
        this.up(n);
        this.pen.column = 0;
        break;
      case byte("G"):
      case byte("`"):
        this.pen.column = n <= COLUMNS ? n - 1 : COLUMNS - 1;
        this.pen.wraps = false;
        break;
      case byte("H"):
      case byte("f"):
        this.moveTo(n - 1, this.count(1) - 1);
        break;
      case byte("d"):
        this.moveTo(n - 1, this.pen.column);
        break;
      default:
        this.change(c, n);
        break;
    }
  }

  /** Those that change cells or modes. */
  private change(c: u8, n: u32): void {
    switch (c) {
      case byte("J"):
        this.eraseDisplay(this.parameters[0]);
        break;
      case byte("K"):
        this.eraseLine(this.parameters[0]);
        break;
      case byte("L"):
        if (this.inRegion()) this.scrollDown(this.pen.row, n);
        break;
      case byte("M"):
        if (this.inRegion()) this.scrollUp(this.pen.row, n);
        break;
      case byte("@"):
        this.pen.wraps = false;
        this.insertCells(n);
        break;
      case byte("P"):
        this.pen.wraps = false;
        this.deleteCells(n);
        break;
      case byte("X"):
        this.pen.wraps = false;
        this.eraseCells(n);
        break;
      case byte("S"):
        this.scrollUp(this.top, n);
        break;
      case byte("T"):
        this.scrollDown(this.top, n);
        break;
      case byte("m"):
        this.pen.rendition(slice(this.parameters, this.given === 0 ? 1 : usize(this.given)));
        break;
      case byte("r"):
        this.region();
        break;
      case byte("s"):
        copy(ref(this.saved), ref(this.pen));
        break;
      case byte("u"):
        this.restore();
        break;
      case byte("g"):
        if (this.parameters[0] === 0) this.stops[this.pen.column] = false;
        else if (this.parameters[0] === 3) fill(slice(this.stops), false);
        break;
      case byte("h"):
        if (this.parameters[0] === 4) this.inserting = true;
        break;
      case byte("l"):
        if (this.parameters[0] === 4) this.inserting = false;
        break;
      case byte("n"):
        this.report(this.parameters[0]);
        break;
      case byte("c"):
        if (this.parameters[0] === 0) this.reply("\x1b[?6c");
        break;
      default:
        break;
    }
  }

  private inRegion(): boolean {
    if (this.pen.row < this.top || this.pen.row >= this.bottom) return false;
    this.pen.column = 0;
    this.pen.wraps = false;
    return true;
  }

  private eraseDisplay(how: u32): void {
    const at = this.pen.row * COLUMNS + this.pen.column;
    if (how === 0) this.erase(at, CELLS);
    else if (how === 1) this.erase(0, at + 1);
    else if (how === 2) this.erase(0, CELLS);
    if (how < 3) this.pen.wraps = false;
  }

  private eraseLine(how: u32): void {
    const start = this.pen.row * COLUMNS;
    const at = start + this.pen.column;
    if (how === 0) this.erase(at, start + COLUMNS);
    else if (how === 1) this.erase(start, at + 1);
    else if (how === 2) this.erase(start, start + COLUMNS);
    if (how < 3) this.pen.wraps = false;
  }

  private eraseCells(by: u32): void {
    const at = this.pen.row * COLUMNS + this.pen.column;
    const left = COLUMNS - this.pen.column;
    this.erase(at, at + (by < left ? by : left));
  }

  private region(): void {
    const top = this.count(0) - 1;
    let bottom = this.parameters[1];
    if (bottom === 0 || bottom > ROWS) bottom = ROWS;
    if (top + 1 >= bottom) return;
    this.top = top;
    this.bottom = bottom;
    this.moveTo(0, 0);
  }

  private report(what: u32): void {
    if (what === 5) this.reply("\x1b[0n");
    if (what !== 6) return;
    const row = this.pen.row + 1 - (this.pen.origin ? this.top : 0);
    // By hand: what formats text may end up writing to this very screen.
    this.reply("\x1b[");
    this.replyNumber(row);
    this.replyByte(byte(";"));
    this.replyNumber(this.pen.column + 1);
    this.replyByte(byte("R"));
  }

  private replyByte(c: u8): void {
    this.answer[this.answerLength] = c;
    this.answerLength++;
  }

  /** Below 100. */
  private replyNumber(value: u32): void {
    if (value >= 10) this.replyByte(byte("0") + u8(value / 10));
    this.replyByte(byte("0") + u8(value % 10));
  }

  private reply(answer: string): void {
    copySlice(slice(this.answer, answer.length), bytes(answer));
    this.answerLength = answer.length;
  }

  private finishPrivate(c: u8): void {
    if (c !== byte("h") && c !== byte("l")) return;
    const on = c === byte("h");
    for (let i: u32 = 0; i < MOST_PARAMETERS && i < this.given; i++) {
      switch (this.parameters[i]) {
        case 1:
          this.applicationKeys = on;
          break;
        case 6:
          this.pen.origin = on;
          this.moveTo(0, 0);
          break;
        case 7:
          this.noWrap = !on;
          break;
        case 25:
          this.cursorHidden = !on;
          break;
        case 47:
        case 1047:
          this.switchScreen(on);
          break;
        case 1048:
          if (on) copy(ref(this.saved), ref(this.pen));
          else this.restore();
          break;
        case 1049:
          if (on) copy(ref(this.saved), ref(this.pen));
          this.switchScreen(on);
          if (on) this.erase(0, CELLS);
          else this.restore();
          break;
        default:
          break;
      }
    }
  }

  /** Editors work on a screen of their own, and leave the other one as it was. */
  private switchScreen(alternate: boolean): void {
    if (this.alternate === alternate) return;
    this.alternate = alternate;
    for (let i: u32 = 0; i < CELLS; i++) {
      const cell = this.cells[i];
      this.cells[i] = this.behind[i];
      this.behind[i] = cell;
    }
    if (alternate) this.erase(0, CELLS);
    this.touch(0, ROWS);
  }
}
