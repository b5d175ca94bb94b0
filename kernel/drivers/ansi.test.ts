/** The screen against another terminal's: the same bytes, and the same characters, colours and cursor afterwards. */
import assert from "node:assert/strict";
import test from "node:test";
import xterm from "@xterm/headless";
import { type KernelModule, kernelModule } from "../testing/module.ts";

const source = `
import { AnsiScreen } from "./drivers/ansi.ts";
const screen = zeroed<AnsiScreen>();
const given = zeroed<Arr<u8, 65536>>();
export function reset(): void {
  screen.reset();
}
export function givenAt(): u64 {
  return addr(ref(given));
}
export function cellsAt(): u64 {
  return addr(ref(screen.cells));
}
export function answerAt(): u64 {
  return addr(ref(screen.answer));
}
export function put(count: usize): void {
  for (let i: usize = 0; i < count; i++) screen.put(given[i]);
}
export function cursor(): u32 {
  return screen.row() * 80 + screen.column();
}
export function dirty(): u32 {
  const rows = screen.dirty;
  screen.dirty = 0;
  return rows;
}
export function hidden(): u32 {
  return u32(screen.cursorHidden);
}
export function answered(): usize {
  const length = screen.answerLength;
  screen.answerLength = 0;
  return length;
}
`;

const [ROWS, COLUMNS] = [25, 80];

class Screen {
  readonly #module: KernelModule = kernelModule(source);
  readonly #givenAt = Number(this.#call("givenAt"));
  readonly #cellsAt = Number(this.#call("cellsAt"));

  constructor() {
    this.#call("reset");
  }
  #call(name: string, ...args: number[]): number {
    return Number(this.#module.call(name, ...args.map(BigInt))[0] ?? 0n);
  }
  put(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#module.run.memory.set(bytes, this.#givenAt);
    this.#call("put", bytes.length);
  }
  get cells(): Uint16Array {
    return new Uint16Array(this.#module.run.memory.slice(this.#cellsAt, this.#cellsAt + 2 * ROWS * COLUMNS).buffer);
  }
  get cursor(): { row: number; column: number } {
    const at = this.#call("cursor");
    return { row: Math.floor(at / COLUMNS), column: at % COLUMNS };
  }
  /** Rows that changed since the last look. */
  get dirty(): number {
    return this.#call("dirty");
  }
  get hidden(): boolean {
    return this.#call("hidden") === 1;
  }
  get answer(): string {
    const at = Number(this.#call("answerAt"));
    return Buffer.from(this.#module.run.memory.slice(at, at + this.#call("answered"))).toString();
  }
  line(row: number): string {
    return String.fromCharCode(
      ...Array.from(this.cells.subarray(row * COLUMNS, (row + 1) * COLUMNS), (c) => c & 255),
    ).trimEnd();
  }
  attribute(row: number, column: number): number {
    return this.cells[row * COLUMNS + column]! >> 8;
  }
}

/** The other terminal, with cells as the video adapter would have them. */
class Other {
  readonly terminal = new xterm.Terminal({ rows: ROWS, cols: COLUMNS, allowProposedApi: true, scrollback: 0 });

  async put(text: string): Promise<void> {
    await new Promise<void>((done) => this.terminal.write(text, done));
  }
  get cells(): Uint16Array {
    const cells = new Uint16Array(ROWS * COLUMNS);
    const { active } = this.terminal.buffer;
    const vga = (colour: number): number => (colour & 10) | ((colour & 1) << 2) | ((colour & 4) >> 2);
    for (let row = 0; row < ROWS; row++)
      for (let column = 0; column < COLUMNS; column++) {
        const cell = active.getLine(active.baseY + row)!.getCell(column)!;
        const character = cell.getChars() === "" ? 32 : cell.getChars().charCodeAt(0);
        const light = cell.isBold() && cell.getChars() !== "" ? 8 : 0;
        let front = (cell.isFgDefault() ? 7 : vga(cell.getFgColor())) | light;
        let back = cell.isBgDefault() ? 0 : vga(cell.getBgColor());
        if (cell.isInverse()) [front, back] = [back, front];
        if (cell.isInvisible()) front = back;
        // An erased cell has a background only.
        if (cell.getChars() === "") front = 7;
        cells[row * COLUMNS + column] = character | (front << 8) | (back << 12);
      }
    return cells;
  }
  get cursor(): { row: number; column: number } {
    const { cursorX, cursorY } = this.terminal.buffer.active;
    return { row: cursorY, column: Math.min(cursorX, COLUMNS - 1) };
  }
}

function difference(mine: Uint16Array, other: Uint16Array): string | null {
  for (let i = 0; i < mine.length; i++)
    if (mine[i] !== other[i])
      return `row ${Math.floor(i / COLUMNS)} column ${i % COLUMNS}: 0x${mine[i]!.toString(16)}, not 0x${other[i]!.toString(16)}`;
  return null;
}

test("text wraps when the next character comes, not before", () => {
  const screen = new Screen();
  screen.put("x".repeat(80));
  assert.deepEqual(screen.cursor, { row: 0, column: 79 });
  screen.put("\r\ny");
  assert.equal(screen.line(1), "y");
  screen.put(`\r${"z".repeat(81)}`);
  assert.deepEqual(screen.cursor, { row: 2, column: 1 });
});

test("the screen scrolls at its end, and says which rows changed", () => {
  const screen = new Screen();
  for (let i = 0; i < 25; i++) screen.put(`line ${i}\r\n`);
  assert.equal(screen.line(0), "line 1");
  assert.equal(screen.line(23), "line 24");
  assert.equal(screen.dirty, 2 ** ROWS - 1);
  screen.put("x");
  assert.equal(screen.dirty, 1 << 24);
});

test("colours are the adapter's, bright ones without blinking", () => {
  const screen = new Screen();
  screen.put("\x1b[31ma\x1b[1mb\x1b[0;94;103mc\x1b[0md\x1b[7me\x1b[38;5;196mf\x1b[0;38;2;0;0;255mg\x1b[0;48;5;22mh");
  assert.deepEqual(
    Array.from({ length: 8 }, (_, i) => screen.attribute(0, i)),
    [0x04, 0x0c, 0xe9, 0x07, 0x70, 0xc0, 0x09, 0x27],
  );
});

test("characters of several bytes are pictures of the PC's own set, others a square", () => {
  const screen = new Screen();
  screen.put("é┌─█€x");
  assert.deepEqual(
    Array.from(screen.cells.subarray(0, 6), (c) => c & 255),
    [0x82, 0xda, 0xc4, 0xdb, 0xfe, 0x78],
  );
});

test("an editor's screen hides the other one and gives it back", () => {
  const screen = new Screen();
  screen.put("$ edit\x1b[?1049h\x1b[Htext\x1b[?25l");
  assert.equal(screen.line(0), "text");
  assert.ok(screen.hidden);
  screen.put("\x1b[?25h\x1b[?1049l done");
  assert.equal(screen.line(0), "$ edit done");
  assert.ok(!screen.hidden);
});

test("questions are answered", () => {
  const screen = new Screen();
  screen.put("\x1b[12;34H\x1b[6n");
  assert.equal(screen.answer, "\x1b[12;34R");
  screen.put("\x1b[c");
  assert.equal(screen.answer, "\x1b[?6c");
});

test("a title is no text, and a broken sequence ends", () => {
  const screen = new Screen();
  screen.put("\x1b]0;title\x07a\x1bPdevice\x1b\\b\x1b[5\x18c");
  assert.equal(screen.line(0), "abc");
});

test("random text and sequences leave the same screen as another terminal", async () => {
  let state = 3;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = (from: string): string => from[next(from.length)]!;
  const number = (): string => (next(4) === 0 ? "" : String(next(3) === 0 ? next(90) : next(6)));
  /** To a column: for the other terminal the cursor stands behind a full line, where there is nothing to erase. */
  const inLine = (): string => `\r\x1b[${next(85)}C`;
  const sequence = (): string => {
    switch (next(14)) {
      case 0:
        return `\x1b[${number()}${pick("ABCDEFGd")}`;
      case 1:
        return `\x1b[${next(28)};${next(85)}H`;
      case 2:
        return `${inLine()}\x1b[${pick("012")}${pick("JK")}`;
      case 3:
        return `${inLine()}\x1b[${number()}${pick("LM@PX")}`;
      case 4:
        // The other terminal scrolls in black, whatever the background.
        return `\x1b[49m\x1b[${number()}${pick("ST")}`;
      case 5:
        return `\x1b[${pick("0127")}m`;
      case 6:
        return `\x1b[${pick("349")}${next(8)}m`;
      case 7:
        return `\x1b[4${next(8)};10${next(8)};27m`;
      case 8:
        return next(3) === 0 ? "\x1b[r" : `\x1b[${1 + next(12)};${14 + next(12)}r`;
      case 9:
        return pick("\n\r\b\t\n");
      case 10:
        return `\x1b${pick("DEM")}`;
      case 11:
        return next(2) === 0 ? "\x1b7" : "\x1b8";
      case 12:
        return `\x1b[?7${pick("hhl")}`;
      default:
        return `\x1b[4${pick("hll")}`;
    }
  };
  for (let run = 0; run < 12; run++) {
    const screen = new Screen();
    const other = new Other();
    let all = "";
    for (let turn = 0; turn < 60; turn++) {
      let text = "";
      for (let i = 0; i < 12; i++)
        text += next(3) > 0 ? pick("abcdefgh ").repeat(1 + (next(6) === 0 ? next(90) : next(8))) : sequence();
      all += text;
      screen.put(text);
      await other.put(text);
      const where = `run ${run}, turn ${turn}: …${JSON.stringify(text)}`;
      assert.equal(difference(screen.cells, other.cells), null, where);
      assert.deepEqual(screen.cursor, other.cursor, where);
    }
    other.terminal.dispose();
    assert.ok(all.length > 0);
  }
});
