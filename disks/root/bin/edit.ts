// edit: a small editor over the whole screen. The text is a row of lines; whatever changes, the screen is drawn anew from
// them in one write, which a terminal shows faster than anybody types.

import { Termios, WindowSize } from "../../../kernel/abi/terminal.ts";
import { complain, say } from "../../lib/failing.ts";
import { make } from "../../lib/heap.ts";
import { errorText } from "../../lib/error-text.ts";
import { List } from "../../lib/list.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeInput, closeOutput, openInput, openOutput, out } from "../../lib/stream.ts";
import { read, writeAll } from "../../lib/sys.ts";
import { getTerminal, makeRaw, screenSize, setTerminal } from "../../lib/terminal.ts";
import { find, Text } from "../../lib/text.ts";

const help = `Usage: edit FILE
Edits a text.

  arrows, Home, End, Page Up, Page Down   move        Ctrl-S  save
  Ctrl-K  cut a line    Ctrl-U  put it back            Ctrl-Q  quit
  Ctrl-F  find          Ctrl-G  go to a line           Ctrl-Z  undo the last change of a line
`;

// Keys beyond bytes.
const UP: i32 = 1000;
const DOWN: i32 = 1001;
const RIGHT: i32 = 1002;
const LEFT: i32 = 1003;
const HOME: i32 = 1004;
const END: i32 = 1005;
const PAGE_UP: i32 = 1006;
const PAGE_DOWN: i32 = 1007;
const DELETE: i32 = 1008;

class Editor {
  path: string;
  lines: List<Ptr<Text>>;
  row: usize;
  /** In bytes, at the beginning of a character. */
  column: usize;
  /** What is shown first. */
  top: usize;
  left: usize;
  rows: usize;
  columns: usize;
  changed: boolean;
  message: Text;
  screen: Text;
  cut: List<Ptr<Text>>;
  /** The key before was a cut, so this one adds to it. */
  cutting: boolean;
  /** The last line was cut: what is put back belongs below. */
  below: boolean;
  sought: Text;
  /** The line as it was before what was typed in it last. */
  undo: Text;
  undoRow: usize;
  hasUndo: boolean;

  line(): Ptr<Text> {
    return this.lines.at(this.row);
  }

  // ---- the file

  load(): Res<void> {
    const file = openInput(this.path);
    if (isErr(file)) {
      if (file.code !== Errno.ENOENT) return file;
      this.message.add("a new file");
    } else {
      for (;;) {
        const line = make<Text>();
        if (!file.line(line)) break;
        this.lines.push(line);
      }
      const failed = file.failed;
      closeInput(file);
      if (failed !== 0) return err(unit<Errno>(failed));
    }
    if (this.lines.length === 0) this.lines.push(make<Text>());
  }

  save(): void {
    this.message.clear();
    const saved = this.write();
    if (isErr(saved)) {
      this.message.add("not saved: ").add(errorText(i32(saved.code)));
      return;
    }
    this.changed = false;
    this.message.add("saved, ").number(this.lines.length).add(" lines");
  }

  private write(): Res<void> {
    const file = orReturn(openOutput(this.path, false));
    // A text with nothing in it is an empty file.
    if (this.lines.length > 1 || this.lines.at(0).length > 0) for (const line of this.lines.items()) file.line(line.view());
    return closeOutput(file);
  }

  // ---- moving

  private clamp(): void {
    const line = this.line();
    if (this.column > line.length) this.column = line.length;
    while (this.column > 0 && this.column < line.length && (line.view()[this.column] & 0xc0) === 0x80) this.column--;
  }

  private back(): void {
    if (this.column === 0) {
      if (this.row === 0) return;
      this.row--;
      this.column = this.line().length;
      return;
    }
    this.column--;
    this.clamp();
  }

  private forth(): void {
    const line = this.line();
    if (this.column === line.length) {
      if (this.row + 1 === this.lines.length) return;
      this.row++;
      this.column = 0;
      return;
    }
    this.column++;
    while (this.column < line.length && (line.view()[this.column] & 0xc0) === 0x80) this.column++;
  }

  // ---- changing

  private touch(): void {
    if (!this.hasUndo || this.undoRow !== this.row) {
      this.undo.clear();
      this.undo.add(this.line().view());
      this.undoRow = this.row;
      this.hasUndo = true;
    }
    this.changed = true;
  }

  private undoLine(): void {
    if (!this.hasUndo || this.undoRow >= this.lines.length) return;
    this.row = this.undoRow;
    const line = this.line();
    const now = zeroed<Text>();
    using _ = defer(() => now.dispose());
    now.add(line.view());
    line.clear();
    line.add(this.undo.view());
    this.undo.clear();
    this.undo.add(now.view());
    this.clamp();
  }

  private type(c: u8): void {
    this.touch();
    const one = zeroed<Arr<u8, 1>>();
    one[0] = c;
    this.line().insert(this.column, text(slice(one)));
    this.column++;
  }

  private split(): void {
    const line = this.line();
    const rest = make<Text>();
    rest.add(line.view().sub(this.column, line.length));
    line.cut(this.column);
    this.lines.insert(this.row + 1, rest);
    this.row++;
    this.column = 0;
    this.changed = true;
    this.hasUndo = false;
  }

  private join(): void {
    const next = this.lines.at(this.row + 1);
    this.line().add(next.view());
    next.dispose();
    this.lines.remove(this.row + 1);
    this.changed = true;
    this.hasUndo = false;
  }

  private erase(): void {
    if (this.column === 0 && this.row === 0) return;
    const joins = this.column === 0;
    if (!joins) this.touch();
    const end = this.column;
    this.back();
    if (joins) this.join();
    else this.line().remove(this.column, end);
  }

  private remove(): void {
    if (this.column === this.line().length) {
      if (this.row + 1 < this.lines.length) this.join();
      return;
    }
    this.forth();
    this.erase();
  }

  private cutLine(): void {
    if (!this.cutting) this.cut.cut(0);
    this.cut.push(this.line());
    this.lines.remove(this.row);
    if (this.lines.length === 0) this.lines.push(make<Text>());
    this.below = this.row === this.lines.length;
    if (this.below) this.row--;
    this.column = 0;
    this.changed = true;
    this.hasUndo = false;
  }

  private paste(): void {
    if (this.below) this.row++;
    this.below = false;
    for (const kept of this.cut.items()) {
      const line = make<Text>();
      line.add(kept.view());
      this.lines.insert(this.row, line);
      this.row++;
      this.changed = true;
    }
    if (this.row === this.lines.length) this.row--;
    this.column = 0;
    this.hasUndo = false;
  }

  // ---- asking

  /** A text typed in the last row; false when Escape or Ctrl-C ended it. */
  private ask(what: string, into: Ptr<Text>): boolean {
    into.clear();
    for (;;) {
      this.message.clear();
      this.message.add(what).add(into.view());
      this.draw();
      const key = this.key();
      if (key === 13 || key === 10) break;
      if (key === 27 || key === 3 || key < 0) {
        this.message.clear();
        return false;
      }
      if (key === 127 || key === 8) into.cut(into.length > 0 ? into.length - 1 : 0);
      else if (key >= 32 && key < 256) into.put(u8(key));
    }
    this.message.clear();
    return true;
  }

  private search(): void {
    const wanted = zeroed<Text>();
    using _ = defer(() => wanted.dispose());
    if (!this.ask("find: ", ref(wanted))) return;
    if (wanted.length > 0) {
      this.sought.clear();
      this.sought.add(wanted.view());
    }
    if (this.sought.length === 0) return;
    for (let n: usize = 0; n <= this.lines.length; n++) {
      const row = (this.row + n) % this.lines.length;
      const line = this.lines.at(row).view();
      const from = n === 0 && this.column + 1 <= line.length ? this.column + 1 : n === 0 ? line.length : 0;
      const at = find(line, this.sought.view(), from);
      if (at === line.length) continue;
      this.row = row;
      this.column = at;
      return;
    }
    this.message.add("not found: ").add(this.sought.view());
  }

  private goTo(): void {
    const wanted = zeroed<Text>();
    using _ = defer(() => wanted.dispose());
    if (!this.ask("line: ", ref(wanted))) return;
    let n: usize = 0;
    for (const c of wanted.view()) if (c >= byte("0") && c <= byte("9") && n < 1_000_000_000) n = n * 10 + usize(c - byte("0"));
    this.row = n === 0 ? 0 : n > this.lines.length ? this.lines.length - 1 : n - 1;
    this.column = 0;
  }

  /** Whether what was changed may be lost. */
  private mayLeave(): boolean {
    if (!this.changed) return true;
    this.message.clear();
    this.message.add("Changes are not saved. y: save them, n: lose them, any other key: go on");
    this.draw();
    const key = this.key();
    this.message.clear();
    if (key === 121) {
      this.save();
      return !this.changed;
    }
    return key === 110 || key < 0;
  }

  // ---- keys

  private byteOf(): i32 {
    const one = zeroed<Arr<u8, 1>>();
    for (;;) {
      const got = read(0, slice(one));
      if (isErr(got)) {
        if (got.code !== Errno.EINTR) return -1;
        this.measure();
        this.draw();
        continue;
      }
      return got === 0 ? -1 : i32(one[0]);
    }
  }

  private key(): i32 {
    const first = this.byteOf();
    if (first !== 27) return first;
    const second = this.byteOf();
    if (second !== 91 && second !== 79) return 27;
    let third = this.byteOf();
    let number: i32 = 0;
    while ((third >= 48 && third <= 57) || third === 59) {
      number = third === 59 ? number : number * 10 + third - 48;
      third = this.byteOf();
    }
    switch (third) {
      case 65: return UP;
      case 66: return DOWN;
      case 67: return RIGHT;
      case 68: return LEFT;
      case 72: return HOME;
      case 70: return END;
      case 126:
        if (number === 1 || number === 7) return HOME;
        if (number === 4 || number === 8) return END;
        if (number === 3) return DELETE;
        return number === 5 ? PAGE_UP : number === 6 ? PAGE_DOWN : 0;
      default: return 0;
    }
  }

  measure(): void {
    const size = zeroed<WindowSize>();
    screenSize(1, ref(size));
    this.rows = size.rows > 3 ? usize(size.rows) - 2 : 1;
    this.columns = usize(size.columns);
  }

  run(): void {
    for (;;) {
      this.draw();
      const key = this.key();
      const wasCutting = this.cutting;
      this.cutting = key === 11;
      this.message.clear();
      if (key !== 11 && key !== 21) this.below = false;
      switch (key) {
        case UP: if (this.row > 0) this.row--; this.clamp(); break;
        case DOWN: if (this.row + 1 < this.lines.length) this.row++; this.clamp(); break;
        case LEFT: this.back(); break;
        case RIGHT: this.forth(); break;
        case HOME:
        case 1: this.column = 0; break;
        case END:
        case 5: this.column = this.line().length; break;
        case PAGE_UP: this.row = this.row > this.rows ? this.row - this.rows : 0; this.clamp(); break;
        case PAGE_DOWN: this.row = this.row + this.rows < this.lines.length ? this.row + this.rows : this.lines.length - 1; this.clamp(); break;
        case 13:
        case 10: this.split(); break;
        case 127:
        case 8: this.erase(); break;
        case DELETE:
        case 4: this.remove(); break;
        case 11:
          this.cutting = wasCutting;
          this.cutLine();
          this.cutting = true;
          break;
        case 21: this.paste(); break;
        case 26: this.undoLine(); break;
        case 6: this.search(); break;
        case 7: this.goTo(); break;
        case 19: this.save(); break;
        case 24:
        case 17: if (this.mayLeave()) return; break;
        case -1: return;
        default: if ((key >= 32 && key < 256) || key === 9) this.type(u8(key));
      }
    }
  }

  // ---- the screen

  /** Columns that the text up to a byte takes: tabs to the next multiple of 8, characters one each. */
  private shown(t: string, to: usize): usize {
    let n: usize = 0;
    for (let i: usize = 0; i < to; i++) {
      if (t[i] === byte("\t")) n = (n & ~7) + 8;
      else if ((t[i] & 0xc0) !== 0x80) n++;
    }
    return n;
  }

  private scroll(): void {
    if (this.row < this.top) this.top = this.row;
    if (this.row >= this.top + this.rows) this.top = this.row - this.rows + 1;
    const column = this.shown(this.line().view(), this.column);
    if (column < this.left) this.left = column;
    if (column >= this.left + this.columns) this.left = column - this.columns + 1;
  }

  /** The part of a line that is in the window. */
  private drawLine(t: string): void {
    let n: usize = 0;
    for (let i: usize = 0; i < t.length; i++) {
      const c = t[i];
      const next = c === byte("\t") ? (n & ~7) + 8 : (c & 0xc0) === 0x80 ? n : n + 1;
      if (next > this.left + this.columns) return;
      if (c === byte("\t")) {
        for (; n < next; n++) if (n >= this.left) this.screen.put(byte(" "));
      } else if (n >= this.left || ((c & 0xc0) === 0x80 && n > this.left)) this.screen.put(c < 32 || c === 127 ? byte("?") : c);
      n = next;
    }
  }

  private draw(): void {
    this.scroll();
    const s = ref(this.screen);
    s.clear();
    s.add("\x1b[?25l\x1b[H");
    for (let i: usize = 0; i < this.rows; i++) {
      if (this.top + i < this.lines.length) this.drawLine(this.lines.at(this.top + i).view());
      else s.put(byte("~"));
      s.add("\x1b[K\r\n");
    }
    const status = zeroed<Text>();
    using _ = defer(() => status.dispose());
    status.add(" ").add(this.path).add(this.changed ? " * " : "   ");
    status.number(this.row + 1).put(byte("/")).number(this.lines.length).add("  column ").number(this.shown(this.line().view(), this.column) + 1);
    while (status.length < this.columns) status.put(byte(" "));
    s.add("\x1b[7m").add(status.view().sub(0, this.columns)).add("\x1b[m\r\n");
    const last = this.message.length > 0 ? this.message.view() : "^S save  ^Q quit  ^F find  ^G line  ^K cut  ^U paste  ^Z undo";
    s.add(last.length > this.columns ? last.sub(0, this.columns) : last).add("\x1b[K");
    s.add("\x1b[").number(this.row - this.top + 1).put(byte(";")).number(this.shown(this.line().view(), this.column) - this.left + 1).add("H\x1b[?25h");
    ignore(writeAll(1, s.bytes()), "nobody would see the error either");
  }
}

const editor = zeroed<Editor>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "", "", help);
  while (options.take() !== 0) continue;
  const paths = options.rest();
  if (paths.length !== 1) options.usage();
  const before = zeroed<Termios>();
  const got = getTerminal(0, ref(before));
  if (isErr(got)) {
    say("standard input is no terminal");
    return 1;
  }
  editor.path = paths[0];
  const loaded = editor.load();
  if (isErr(loaded)) {
    complain(paths[0], loaded.code);
    return 1;
  }
  const raw = zeroed<Termios>();
  copy(ref(raw), ref(before));
  makeRaw(ref(raw), false);
  ignore(setTerminal(0, ref(raw)), "it is a terminal");
  editor.measure();
  out.write("\x1b[?1049h");
  out.flush();
  editor.run();
  out.write("\x1b[H\x1b[2J\x1b[?1049l");
  out.flush();
  ignore(setTerminal(0, ref(before)), "it was so");
  return 0;
}
