// What lies between a keyboard and a program. The wire delivers single bytes; a program that reads a line wants one that its
// writer has finished: typing errors rubbed out, Ctrl-C turned into a signal, Ctrl-D into the end of the file. That was so
// obviously the system's business in 1970 that every terminal still has it, together with the mode in which all of it is off,
// because editors want each key.
//
// No device and no task in here: bytes go in, bytes and a signal's number come out. So it is tested by itself, and the same
// code serves the serial line, the keyboard and the virtual console. (POSIX.1-2017, chapter 11 "General Terminal Interface")
import { SIGINT, SIGQUIT, SIGTSTP } from "../abi/signals.ts";
import {
  B38400,
  BRKINT,
  CREAD,
  CS8,
  ECHO,
  ECHOCTL,
  ECHOE,
  ECHOK,
  ECHOKE,
  ECHONL,
  ICANON,
  ICRNL,
  IEXTEN,
  IGNBRK,
  IGNCR,
  INLCR,
  ISIG,
  ISTRIP,
  IUTF8,
  IXANY,
  IXON,
  NOFLSH,
  OCRNL,
  ONLCR,
  OPOST,
  Termios,
  VEOF,
  VEOL,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VMIN,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VWERASE,
} from "../abi/terminal.ts";

/** Bytes that were typed and not read; a power of two. */
export const INPUT_BYTES = 4096;
const PLACE = INPUT_BYTES - 1;

const NEWLINE: u8 = 10;
const RETURN: u8 = 13;
const TAB: u8 = 9;
const BACKSPACE: u8 = 8;
const BELL: u8 = 7;
const SPACE: u8 = 32;
const DELETE: u8 = 127;
/** In `control`: no key does this. */
const NO_KEY: u8 = 0;

const control = (letter: u8): u8 => letter & 31;

export class LineDiscipline {
  settings: Termios;
  /** Output waits: Ctrl-S was typed. */
  stopped: boolean;
  private ring: Arr<u8, typeof INPUT_BYTES>;
  /** A bit for each place: a line ends with the byte there, and that byte is only the mark of Ctrl-D. */
  private ends: Arr<u64, 64>;
  private marks: Arr<u64, 64>;
  /** Places that only grow: what was read, what may be read, what was typed. Between the last two lies the line that is being edited. */
  private taken: u32;
  private ready: u32;
  private typed: u32;
  /** Whether the last read came to the end of a line. */
  lineEnded: boolean;
  /** The next byte is no key but itself: Ctrl-V was typed. */
  private literal: boolean;
  /** Where the cursor is, and where the edited line began, as far as can be known: for rubbing out tabs. */
  private column: u32;
  private startColumn: u32;

  /** What a terminal is like before anybody changes it. */
  reset(): void {
    this.settings.input = ICRNL | IXON | BRKINT | IUTF8;
    this.settings.output = OPOST | ONLCR;
    this.settings.controlModes = CS8 | CREAD | B38400;
    this.settings.local = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOKE | ECHOCTL | IEXTEN;
    const keys = ref(this.settings.control);
    fill(slice(this.settings.control), NO_KEY);
    keys[0][VINTR] = control(byte("C"));
    keys[0][VQUIT] = control(byte("\\"));
    keys[0][VERASE] = DELETE;
    keys[0][VKILL] = control(byte("U"));
    keys[0][VEOF] = control(byte("D"));
    keys[0][VMIN] = 1;
    keys[0][VSTART] = control(byte("Q"));
    keys[0][VSTOP] = control(byte("S"));
    keys[0][VSUSP] = control(byte("Z"));
    keys[0][VREPRINT] = control(byte("R"));
    keys[0][VWERASE] = control(byte("W"));
    keys[0][VLNEXT] = control(byte("V"));
    this.stopped = false;
    this.literal = false;
    this.forgetInput();
  }

  /** New settings. What was typed stays; where lines no longer count, it can be read as it is. */
  set(settings: Ptr<Termios>): void {
    const wasLines = this.is(ICANON);
    copy(ref(this.settings), settings);
    if (wasLines && !this.is(ICANON)) this.ready = this.typed;
    if (!this.has(IXON)) this.stopped = false;
    this.literal = false;
  }

  private is(local: u32): boolean {
    return (this.settings.local & local) !== 0;
  }

  private has(input: u32): boolean {
    return (this.settings.input & input) !== 0;
  }

  private isKey(typed: u8, which: u32): boolean {
    return typed !== NO_KEY && this.settings.control[which] === typed;
  }

  // ---- what was typed

  /** Everything that was typed and not read is gone. */
  forgetInput(): void {
    attr(irqSafe);
    this.taken = this.typed;
    this.ready = this.typed;
  }

  /** Whether there is room, or nobody could make any: a line too long for the buffer never ends by itself. */
  wantsInput(): boolean {
    attr(irqSafe);
    return this.typed - this.taken < INPUT_BYTES - 1 || this.ready === this.taken;
  }

  /** Whether a byte means a signal, which counts even where there is no room. */
  meansSignal(typed: u8): boolean {
    attr(irqSafe);
    return this.is(ISIG) && this.signalOf(typed) !== 0;
  }

  /** Whether a signal throws away what was typed and what is not shown yet. */
  flushes(): boolean {
    attr(irqSafe);
    return !this.is(NOFLSH);
  }

  /** One byte from the line. `echo` is told what the terminal shall show. A signal for the foreground, or 0. */
  input(from: u8, echo: (shown: u8) => void): u32 {
    attr(irqSafe);
    let typed = this.has(ISTRIP) ? from & 0x7f : from;
    if (this.literal) {
      this.literal = false;
      this.append(typed, echo);
      return 0;
    }
    if (typed === RETURN) {
      if (this.has(IGNCR)) return 0;
      if (this.has(ICRNL)) typed = NEWLINE;
    } else if (typed === NEWLINE && this.has(INLCR)) typed = RETURN;
    if (this.has(IXON)) {
      if (this.isKey(typed, VSTART) || this.isKey(typed, VSTOP)) {
        this.stopped = this.isKey(typed, VSTOP) && !(this.stopped && this.isKey(typed, VSTART));
        return 0;
      }
      if (this.has(IXANY)) this.stopped = false;
    }
    if (this.is(ISIG)) {
      const signal = this.signalOf(typed);
      if (signal !== 0) {
        this.interrupted(typed, echo);
        return signal;
      }
    }
    if (this.is(ICANON)) this.edit(typed, echo);
    else this.append(typed, echo);
    return 0;
  }

  /** The line was held at zero for longer than a byte takes. The signal that this means, or 0. */
  breakReceived(echo: (shown: u8) => void): u32 {
    attr(irqSafe);
    if (this.has(IGNBRK)) return 0;
    if (!this.has(BRKINT)) {
      this.append(0, echo);
      return 0;
    }
    if (!this.is(NOFLSH)) this.forgetInput();
    return SIGINT;
  }

  private signalOf(typed: u8): u32 {
    if (this.isKey(typed, VINTR)) return SIGINT;
    if (this.isKey(typed, VQUIT)) return SIGQUIT;
    if (this.isKey(typed, VSUSP)) return SIGTSTP;
    return 0;
  }

  private interrupted(typed: u8, echo: (shown: u8) => void): void {
    this.stopped = false;
    if (!this.is(NOFLSH)) this.forgetInput();
    if (this.is(ECHO)) this.show(typed, echo);
  }

  /** Half of all terminals send the one code for the key, half the other. */
  private isErase(typed: u8): boolean {
    if (this.isKey(typed, VERASE)) return true;
    return typed === BACKSPACE && this.is(IEXTEN) && this.isKey(DELETE, VERASE);
  }

  private edit(typed: u8, echo: (shown: u8) => void): void {
    if (this.isErase(typed)) this.erase(1, echo);
    else if (this.isKey(typed, VKILL)) this.kill(typed, echo);
    else if (this.is(IEXTEN) && this.isKey(typed, VWERASE)) this.eraseWord(echo);
    else if (this.is(IEXTEN) && this.isKey(typed, VREPRINT)) this.reprint(typed, echo);
    else if (this.is(IEXTEN) && this.isKey(typed, VLNEXT)) {
      this.literal = true;
      if (this.is(ECHO) && this.is(ECHOCTL)) {
        this.send(byte("^"), echo);
        this.send(BACKSPACE, echo);
      }
    } else if (this.isKey(typed, VEOF)) this.endLine(typed, true, echo);
    else if (typed === NEWLINE || this.isKey(typed, VEOL)) this.endLine(typed, false, echo);
    else this.append(typed, echo);
  }

  /** The byte belongs to the line as it is. The last place is kept for the end of the line. */
  private append(typed: u8, echo: (shown: u8) => void): void {
    if (this.typed - this.taken >= INPUT_BYTES - 1) {
      if (this.is(ICANON)) this.send(BELL, echo);
      return;
    }
    if (this.typed === this.ready) this.startColumn = this.column;
    this.put(typed);
    if (!this.is(ICANON)) this.ready = this.typed;
    if (!this.is(ECHO)) return;
    if (typed === NEWLINE) this.send(typed, echo);
    else this.show(typed, echo);
  }

  private put(typed: u8): void {
    const place = this.typed & PLACE;
    this.ring[place] = typed;
    this.ends[place >> 6] &= ~this.bit(place);
    this.marks[place >> 6] &= ~this.bit(place);
    this.typed++;
  }

  private bit(place: u32): u64 {
    return 1 << u64(place & 63);
  }

  private endLine(typed: u8, mark: boolean, echo: (shown: u8) => void): void {
    if (this.typed - this.taken >= INPUT_BYTES) {
      this.send(BELL, echo);
      return;
    }
    const place = this.typed & PLACE;
    this.put(typed);
    this.ends[place >> 6] |= this.bit(place);
    if (mark) this.marks[place >> 6] |= this.bit(place);
    else if (this.is(ECHO) || (this.is(ECHONL) && typed === NEWLINE)) this.send(typed, echo);
    this.ready = this.typed;
  }

  /** Whether the byte is one of those behind the first of a character (UTF-8). */
  private continues(at: u32): boolean {
    return this.has(IUTF8) && (this.ring[at & PLACE] & 0xc0) === 0x80;
  }

  /** Takes so many characters back. */
  private erase(count: u32, echo: (shown: u8) => void): void {
    for (let n: u32 = 0; n < count; n++) {
      if (this.typed === this.ready) return;
      const before = this.columnOf(this.typed);
      for (let tries: u32 = 0; tries < 4; tries++) {
        this.typed--;
        if (this.typed === this.ready || !this.continues(this.typed)) break;
      }
      if (!this.is(ECHO)) continue;
      if (this.is(ECHOE)) this.rubOut(before - this.columnOf(this.typed), this.ring[this.typed & PLACE] === TAB, echo);
      else this.show(this.settings.control[VERASE], echo);
    }
  }

  /** Blanks so many columns to the left; a tab has left nothing to blank. */
  private rubOut(columns: u32, blank: boolean, echo: (shown: u8) => void): void {
    for (let i: u32 = 0; i < columns; i++) {
      this.send(BACKSPACE, echo);
      if (blank) continue;
      this.send(SPACE, echo);
      this.send(BACKSPACE, echo);
    }
  }

  /** Where the cursor stands before the byte at a place of the edited line. */
  private columnOf(place: u32): u32 {
    let column = this.startColumn;
    const length = place - this.ready;
    for (let i: u32 = 0; i < length; i++) {
      const at = this.ready + i;
      const c = this.ring[at & PLACE];
      if (c === TAB) column = (column | 7) + 1;
      else if (this.isControl(c)) column += this.is(ECHOCTL) ? 2 : 0;
      else if (!this.continues(at)) column++;
    }
    return column;
  }

  private isControl(c: u8): boolean {
    return c < SPACE || c === DELETE;
  }

  private eraseWord(echo: (shown: u8) => void): void {
    let seen = false;
    for (let n: u32 = 0; n < INPUT_BYTES; n++) {
      if (this.typed === this.ready) return;
      const last = this.ring[(this.typed - 1) & PLACE];
      const blank = last === SPACE || last === TAB;
      if (seen && blank) return;
      if (!blank) seen = true;
      this.erase(1, echo);
    }
  }

  private kill(typed: u8, echo: (shown: u8) => void): void {
    if (this.is(ECHO) && this.is(ECHOE) && this.is(ECHOKE)) {
      this.erase(INPUT_BYTES, echo);
      return;
    }
    this.typed = this.ready;
    if (!this.is(ECHO)) return;
    this.show(typed, echo);
    if (this.is(ECHOK)) this.send(NEWLINE, echo);
  }

  /** The line once more, when something else has written into it. */
  private reprint(typed: u8, echo: (shown: u8) => void): void {
    if (!this.is(ECHO)) return;
    this.show(typed, echo);
    this.send(NEWLINE, echo);
    this.startColumn = 0;
    const length = this.typed - this.ready;
    for (let i: u32 = 0; i < length; i++) this.show(this.ring[(this.ready + i) & PLACE], echo);
  }

  // ---- what the terminal shows

  /** A typed byte as the terminal shows it: Ctrl-C as ^C. */
  private show(c: u8, echo: (shown: u8) => void): void {
    if (this.is(ECHOCTL) && this.isControl(c) && c !== TAB) {
      this.send(byte("^"), echo);
      this.send(c ^ 0x40, echo);
    } else this.send(c, echo);
  }

  private send(c: u8, echo: (shown: u8) => void): void {
    this.output(c, echo);
  }

  /** A byte that a program writes, or that is echoed: at most two come out. */
  output(c: u8, out: (shown: u8) => void): void {
    attr(irqSafe);
    const output = this.settings.output;
    const post = (output & OPOST) !== 0;
    if (post && c === NEWLINE && (output & ONLCR) !== 0) {
      this.column = 0;
      out(RETURN);
      out(NEWLINE);
      return;
    }
    const shown = post && c === RETURN && (output & OCRNL) !== 0 ? NEWLINE : c;
    if (shown === RETURN || shown === NEWLINE) this.column = 0;
    else if (shown === TAB) this.column = (this.column | 7) + 1;
    else if (shown === BACKSPACE) this.column -= this.column === 0 ? 0 : 1;
    else if (!this.isControl(shown) && (shown & 0xc0) !== 0x80) this.column++;
    out(shown);
  }

  // ---- what programs read

  /** Whether lines count. */
  inLines(): boolean {
    return this.is(ICANON);
  }

  /** Bytes that can be read now: in lines, those of finished ones. */
  available(): u32 {
    attr(irqSafe);
    return this.ready - this.taken;
  }

  /**
   * Bytes for a program, at most one line where lines count; 0 with something available is the end of the file. What does
   * not fit stays for the next time.
   */
  read(to: Slice<u8>): usize {
    const lines = this.is(ICANON);
    let done: usize = 0;
    this.lineEnded = false;
    while (this.taken !== this.ready) {
      const place = this.taken & PLACE;
      const last = lines && (this.ends[place >> 6] & this.bit(place)) !== 0;
      const mark = last && (this.marks[place >> 6] & this.bit(place)) !== 0;
      // The mark takes no room, so it ends even a line that fills the buffer: it shall not be read as the end of the file.
      if (mark) {
        this.taken++;
        this.lineEnded = true;
        break;
      }
      if (done === to.length) break;
      to[done] = this.ring[place];
      done++;
      this.taken++;
      if (last) {
        this.lineEnded = true;
        break;
      }
    }
    return done;
  }
}
