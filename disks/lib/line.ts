// Editing a line at a terminal: the keys that readline taught everybody, history, completion. The terminal is raw only while
// somebody types; what runs afterwards finds it as it was. The whole line is drawn anew after each key, in one write, over as
// many rows as it takes.

import { PollFd, POLLIN } from "../../kernel/abi/files.ts";
import { Termios, WindowSize } from "../../kernel/abi/terminal.ts";
import { drop, keep } from "./heap.ts";
import { List } from "./list.ts";
import { sort } from "./sort.ts";
import { poll, read, writeAll } from "./sys.ts";
import { getTerminal, isSizeUnknown, makeRaw, screenSize, setScreenSize, setTerminal } from "./terminal.ts";
import { compare, find, isSpace, isWord, startsWith, Text } from "./text.ts";

/** Milliseconds without a key after which whoever types is taken for a person. */
const QUIET = 50;

/** How editing ended. */
export enum Typed {
  Line,
  /** Ctrl-D on an empty line, or the terminal is gone. */
  End,
  /** Ctrl-C */
  Cancelled,
}

/** What may be at a place in a line. */
export class Completion {
  /** Where the word that is completed begins. */
  start: usize;
  /** Whole words that it may become. */
  words: List<string>;
}

export class LineEditor {
  text: Text;
  at: usize;
  /** Older lines, oldest first. */
  history: Fn<() => Slice<string>>;
  complete: Fn<(line: string, at: usize, into: Ptr<Completion>) => void>;
  private prompt: string;
  private fd: i32;
  private columns: usize;
  /** Where the cursor is, in rows below the first. */
  private row: usize;
  private rows: usize;
  /** Which line of the history is shown; its length: the new one. */
  private shown: usize;
  private fresh: Text;
  private killed: Text;
  private screen: Text;
  private tabs: u32;
  /** Whether the terminal was asked how large it is. */
  private asked: boolean;

  /** Reads a line with `fd` as the terminal. */
  edit(fd: i32, prompt: string): Typed {
    this.fd = fd;
    this.text.clear();
    this.fresh.clear();
    this.at = 0;
    this.row = 0;
    this.rows = 1;
    this.tabs = 0;
    this.shown = this.history().length;
    // What stands in front of the last line of a prompt is written once.
    let from: usize = prompt.length;
    while (from > 0 && prompt[from - 1] !== byte("\n")) from--;
    this.screen.clear();
    this.screen.add(prompt.sub(0, from));
    this.prompt = prompt.sub(from, prompt.length);
    const before = zeroed<Termios>();
    const raw = zeroed<Termios>();
    const got = getTerminal(fd, ref(before));
    if (isErr(got)) return Typed.End;
    copy(ref(raw), ref(before));
    makeRaw(ref(raw), false);
    ignore(setTerminal(fd, ref(raw)), "it is a terminal");
    const size = zeroed<WindowSize>();
    screenSize(fd, ref(size));
    this.columns = usize(size.columns);
    // Whatever a program left in this row stays: the prompt goes on behind it.
    this.screen.add(this.prompt);
    this.send();
    const how = this.keys();
    if (this.at < this.text.length) {
      this.at = this.text.length;
      this.draw();
    }
    if (how === Typed.Cancelled) this.screen.add("^C");
    this.screen.put(byte("\n"));
    this.send();
    ignore(setTerminal(fd, ref(before)), "it is a terminal");
    return how;
  }

  /**
   * A serial line does not say how large the screen at its other end is. But a cursor that is sent far away stops in the last corner, and
   * the terminal tells where it is (ECMA-48, CPR), among the keys, when it likes; one that does not understand says nothing.
   *
   * Nor does it say whether anybody is there: the line may end in a file, and a script may be typing. People give themselves away by
   * being slow. So only after a key that no other follows at once is there somebody to ask.
   */
  private askForSize(): void {
    if (!isSizeUnknown(this.fd)) {
      this.asked = true;
      return;
    }
    const files = zeroed<Arr<PollFd, 1>>();
    files[0].fd = this.fd;
    files[0].events = POLLIN;
    const waiting = poll(slice(files), QUIET);
    if (isErr(waiting) || waiting > 0) return;
    this.asked = true;
    this.screen.add("\x1b7\x1b[999;999H\x1b[6n\x1b8");
    this.send();
  }

  private answered(rows: i32, columns: i32): void {
    if (rows < 2 || columns < 2 || rows > 998 || columns > 998) return;
    setScreenSize(this.fd, u16(rows), u16(columns));
    this.columns = usize(columns);
  }

  private send(): void {
    ignore(writeAll(2, this.screen.bytes()), "nobody would see the error either");
    this.screen.clear();
  }

  /** The next byte, -1 at the end. */
  private key(): i32 {
    const one = zeroed<Arr<u8, 1>>();
    for (;;) {
      const got = read(this.fd, slice(one));
      if (isErr(got)) {
        if (got.code === Errno.EINTR) continue;
        return -1;
      }
      return got === 0 ? -1 : i32(one[0]);
    }
  }

  private keys(): Typed {
    for (let typed = false; ; typed = true) {
      if (typed && !this.asked) this.askForSize();
      const key = this.key();
      if (key < 0) return Typed.End;
      if (key !== 9) this.tabs = 0;
      switch (key) {
        case 13:
        case 10:
          return Typed.Line;
        case 3:
          return Typed.Cancelled;
        case 4:
          if (this.text.length === 0) return Typed.End;
          this.removeTo(this.after(this.at));
          break;
        case 1: this.at = 0; break;
        case 5: this.at = this.text.length; break;
        case 2: this.at = this.before(this.at); break;
        case 6: this.at = this.after(this.at); break;
        case 8:
        case 127:
          if (this.eraseLast()) continue;
          this.removeTo(this.before(this.at));
          break;
        case 11: this.kill(this.text.length); break;
        case 21: this.kill(0); break;
        case 23: this.kill(this.blankBefore()); break;
        case 25: this.insert(this.killed.view()); break;
        case 20: this.transpose(); break;
        case 12:
          this.screen.add("\x1b[H\x1b[2J");
          this.row = 0;
          this.rows = 1;
          break;
        case 14: this.recall(this.shown + 1); break;
        case 16: if (this.shown > 0) this.recall(this.shown - 1); break;
        case 18: {
          const how = this.search();
          if (how !== 0) return how === 1 ? Typed.Line : Typed.Cancelled;
          break;
        }
        case 9: this.tab(); break;
        case 27: this.escape(); break;
        default:
          if (key >= 32) {
            const one = zeroed<Arr<u8, 1>>();
            one[0] = u8(key);
            if (this.append(one[0])) continue;
            this.insert(text(slice(one)));
          }
      }
      this.draw();
    }
  }

  /** ESC and what follows: arrows and the like, or Alt with a letter. */
  private escape(): void {
    const second = this.key();
    if (second === 98) this.at = this.wordBefore();
    else if (second === 102) this.at = this.wordAfter();
    else if (second === 100) this.kill(this.wordAfter());
    else if (second === 127 || second === 8) this.kill(this.wordBefore());
    else if (second === 91 || second === 79) {
      let third = this.key();
      let number: i32 = 0;
      let first: i32 = 0;
      let modified = false;
      while ((third >= 48 && third <= 57) || third === 59) {
        if (third === 59) {
          modified = true;
          first = number;
          number = 0;
        } else number = number * 10 + third - 48;
        third = this.key();
      }
      switch (third) {
        case 65: if (this.shown > 0) this.recall(this.shown - 1); break;
        case 66: this.recall(this.shown + 1); break;
        case 67: this.at = modified ? this.wordAfter() : this.after(this.at); break;
        case 68: this.at = modified ? this.wordBefore() : this.before(this.at); break;
        case 72: this.at = 0; break;
        case 82: this.answered(first, number); break;
        case 70: this.at = this.text.length; break;
        case 126:
          if (number === 1 || number === 7) this.at = 0;
          else if (number === 4 || number === 8) this.at = this.text.length;
          else if (number === 3) this.removeTo(this.after(this.at));
          break;
        default: break;
      }
    }
  }

  // ---- places

  private before(at: usize): usize {
    if (at === 0) return 0;
    let to = at - 1;
    while (to > 0 && (this.text.bytes()[to] & 0xc0) === 0x80) to--;
    return to;
  }

  private after(at: usize): usize {
    if (at >= this.text.length) return this.text.length;
    let to = at + 1;
    while (to < this.text.length && (this.text.bytes()[to] & 0xc0) === 0x80) to++;
    return to;
  }

  private wordBefore(): usize {
    let to = this.at;
    const t = this.text.view();
    while (to > 0 && !isWord(t[to - 1])) to--;
    while (to > 0 && isWord(t[to - 1])) to--;
    return to;
  }

  private wordAfter(): usize {
    let to = this.at;
    const t = this.text.view();
    while (to < t.length && !isWord(t[to])) to++;
    while (to < t.length && isWord(t[to])) to++;
    return to;
  }

  private blankBefore(): usize {
    let to = this.at;
    const t = this.text.view();
    while (to > 0 && isSpace(t[to - 1])) to--;
    while (to > 0 && !isSpace(t[to - 1])) to--;
    return to;
  }

  // ---- changes

  private insert(t: string): void {
    this.text.insert(this.at, t);
    this.at += t.length;
  }

  /** Whether the cursor is at the end of a line that is far from the right edge: then single characters need no drawing. */
  private isSimple(): boolean {
    return this.at === this.text.length && this.row === 0 && shownColumns(this.prompt) + this.text.length + 1 < this.columns;
  }

  private append(c: u8): boolean {
    if (!this.isSimple()) return false;
    this.text.put(c);
    this.at++;
    this.screen.put(c);
    this.send();
    return true;
  }

  private eraseLast(): boolean {
    if (!this.isSimple() || this.at === 0 || this.text.bytes()[this.at - 1] >= 128) return false;
    this.text.cut(this.at - 1);
    this.at--;
    this.screen.add("\b\x1b[K");
    this.send();
    return true;
  }

  /** Everything between the cursor and another place. */
  private removeTo(place: usize): void {
    const from = place < this.at ? place : this.at;
    const to = place < this.at ? this.at : place;
    this.text.remove(from, to);
    this.at = from;
  }

  private kill(place: usize): void {
    const from = place < this.at ? place : this.at;
    const to = place < this.at ? this.at : place;
    if (from === to) return;
    this.killed.clear();
    this.killed.add(this.text.view().sub(from, to));
    this.removeTo(place);
  }

  private transpose(): void {
    if (this.at === 0 || this.text.length < 2) return;
    if (this.at === this.text.length) this.at--;
    const all = this.text.bytes();
    const c = all[this.at - 1];
    all[this.at - 1] = all[this.at];
    all[this.at] = c;
    this.at++;
  }

  private recall(line: usize): void {
    const all = this.history();
    if (line > all.length) return;
    if (this.shown === all.length) {
      this.fresh.clear();
      this.fresh.add(this.text.view());
    }
    this.shown = line;
    this.text.clear();
    this.text.add(line === all.length ? this.fresh.view() : all[line]);
    this.at = this.text.length;
  }

  /** Ctrl-R: the newest line that holds what is typed. 0: go on editing, 1: take it, 2: Ctrl-C. */
  private search(): u32 {
    const wanted = zeroed<Text>();
    using _ = defer(() => wanted.dispose());
    const prompt = this.prompt;
    const label = zeroed<Text>();
    using __ = defer(() => label.dispose());
    let from = this.history().length;
    let result: u32 = 0;
    for (;;) {
      label.clear();
      label.add("(search) '").add(wanted.view()).add("': ");
      this.prompt = label.view();
      this.draw();
      const key = this.key();
      if (key === 18) {
        if (from > 0) from--;
      } else if (key === 127 || key === 8) {
        wanted.cut(wanted.length > 0 ? wanted.length - 1 : 0);
        from = this.history().length;
      } else if (key >= 32) {
        wanted.put(u8(key));
      } else {
        result = key === 13 || key === 10 ? 1 : key === 3 || key < 0 ? 2 : 0;
        if (key === 27) this.escape();
        break;
      }
      const all = this.history();
      if (wanted.length === 0) continue;
      for (let i = from < all.length ? from + 1 : all.length; i > 0; i--) {
        const at = find(all[i - 1], wanted.view(), 0);
        if (at === all[i - 1].length) continue;
        from = i - 1;
        this.shown = from;
        this.text.clear();
        this.text.add(all[from]);
        this.at = at;
        break;
      }
    }
    this.prompt = prompt;
    return result;
  }

  /** Tab: as much as all possibilities have in common; twice: shows them. */
  private tab(): void {
    this.tabs++;
    const found = zeroed<Completion>();
    this.complete(this.text.view(), this.at, ref(found));
    const words = found.words.items();
    using _ = defer(() => {
      for (const word of found.words.items()) drop(word);
      found.words.dispose();
    });
    if (words.length === 0) {
      this.screen.put(7);
      return;
    }
    sort(words, (x, y) => compare(x, y) < 0);
    let common = words[0];
    for (const word of words) {
      let same: usize = 0;
      while (same < common.length && same < word.length && common[same] === word[same]) same++;
      common = common.sub(0, same);
    }
    const typed = this.at - found.start;
    if (common.length > typed || (words.length === 1 && common.length === typed)) {
      this.text.remove(found.start, this.at);
      this.at = found.start;
      this.insert(common);
      if (words.length === 1 && common[common.length - 1] !== byte("/")) this.insert(" ");
      this.tabs = 0;
    } else if (this.tabs > 1) this.list(words);
    else this.screen.put(7);
  }

  /** All possibilities, in columns below the line. */
  private list(words: Slice<string>): void {
    let width: usize = 1;
    for (const word of words) if (lastPart(word).length + 2 > width) width = lastPart(word).length + 2;
    const across = this.columns / width === 0 ? 1 : this.columns / width;
    const rows = (words.length + across - 1) / across;
    const at = this.at;
    this.at = this.text.length;
    this.draw();
    this.at = at;
    this.screen.add("\r\n");
    let before = "";
    for (let row: usize = 0; row < rows; row++) {
      for (let i = row; i < words.length; i += rows) {
        if (words[i] === before) continue;
        before = words[i];
        const shown = lastPart(words[i]);
        this.screen.add(shown);
        if (i + rows < words.length) this.screen.repeat(byte(" "), width - shown.length);
      }
      this.screen.add("\r\n");
    }
    this.row = 0;
    this.rows = 1;
  }

  // ---- the screen

  /** Draws everything; the cursor may be in any row of what was drawn before. */
  private draw(): void {
    const s = ref(this.screen);
    if (this.row > 0) s.add("\x1b[").number(this.row).put(byte("A"));
    s.add("\r\x1b[J").add(this.prompt).add(this.text.view());
    const all = shownColumns(this.prompt) + shownColumns(this.text.view());
    const cursor = shownColumns(this.prompt) + shownColumns(this.text.view().sub(0, this.at));
    // A terminal whose last column was written waits there; one more character makes it go on.
    if (all > 0 && all % this.columns === 0) s.add(" \r\x1b[K");
    const lastRow = all / this.columns;
    this.row = cursor / this.columns;
    if (lastRow > this.row) s.add("\x1b[").number(lastRow - this.row).put(byte("A"));
    s.put(byte("\r"));
    if (cursor % this.columns > 0) s.add("\x1b[").number(cursor % this.columns).put(byte("C"));
    this.rows = lastRow + 1;
    this.send();
  }
}

/** Characters; colours and the like take no room. */
function shownColumns(t: string): usize {
  let n: usize = 0;
  for (let i: usize = 0; i < t.length; i++) {
    if (t[i] === 27 && i + 1 < t.length && t[i + 1] === byte("[")) {
      i += 2;
      while (i < t.length && (t[i] < 64 || t[i] > 126)) i++;
    } else if (t[i] >= 32 && (t[i] & 0xc0) !== 0x80) n++;
  }
  return n;
}

/** Of a path, what is behind the last slash but one at the end. */
function lastPart(t: string): string {
  let from = t.length;
  if (from > 0 && t[from - 1] === byte("/")) from--;
  while (from > 0 && t[from - 1] !== byte("/")) from--;
  return t.sub(from, t.length);
}

/** Adds a word on the heap if it begins as it should. */
export function offer(into: Ptr<Completion>, word: string, start: string): void {
  if (startsWith(word, start)) into.words.push(keep(word));
}
