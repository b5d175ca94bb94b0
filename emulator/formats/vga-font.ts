/**
 * The font of VGA text mode, drawn for Cor: 256 characters of code page 437, in cells of 8×16 and 8×8 dots. Firmware
 * loads it into plane 2 of the adapter, as every VGA's ROM does.
 *
 * Letters and signs are drawn by hand (vga-font-art.ts). Accented letters are a letter and a mark; box-drawing characters
 * follow from which of their four arms are single or double; the 8×8 font leaves out rows of the large one where that reads
 * well, and has drawings of its own where it does not.
 */
import { type Band, large, small } from "./vga-font-art.ts";

/** Code page 437: the character of each code, as Unicode. Codes 00 and FF are blank. */
export const codePage437 =
  " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼" +
  " !\"#$%&'()*+,-./0123456789:;<=>?" +
  "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_" +
  "`abcdefghijklmnopqrstuvwxyz{|}~⌂" +
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ" +
  "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
  "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
  "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";

/** Rows from top to bottom; bit 7 is the leftmost dot. */
type Glyph = readonly number[];

const ROWS = 16;
const BASELINE = 11;

const bits = (row: string): number => [...row].reduce((sum, dot) => sum * 2 + (dot === "#" ? 1 : 0), 0);
const blank = (rows: number): number[] => new Array<number>(rows).fill(0);
const merge = (a: Glyph, b: Glyph): Glyph => a.map((row, i) => row | (b[i] ?? 0));
const at = (top: number, rows: readonly string[]): Glyph =>
  [...blank(top), ...rows.map(bits), ...blank(ROWS)].slice(0, ROWS);

function readBands(bands: readonly Band[]): Map<string, Glyph> {
  const glyphs = new Map<string, Glyph>();
  for (const { characters, art } of bands) {
    const rows = art
      .trim()
      .split("\n")
      .map((row) => row.split(" "));
    [...characters].forEach((character, i) => {
      glyphs.set(
        character,
        rows.map((row) => bits(row[i]!)),
      );
    });
  }
  return glyphs;
}

// Accents.

/** Marks above small letters; above capitals they move up and lose their last row. */
const marks: Readonly<Record<string, Glyph>> = {
  acute: at(1, ["....##..", "...##...", "..##...."]),
  grave: at(1, ["..##....", "...##...", "....##.."]),
  circumflex: at(1, ["...##...", "..####..", ".##..##."]),
  diaeresis: at(2, [".##..##.", ".##..##."]),
  ring: at(1, ["..###...", ".##.##..", "..###..."]),
  tilde: at(2, [".###.##.", ".##.###."]),
  cedilla: at(BASELINE + 1, ["...##...", "....##..", "..###..."]),
};

const accented: readonly (readonly [mark: string, letters: string, accented: string])[] = [
  ["acute", "aeıouE", "áéíóúÉ"],
  ["grave", "aeıou", "àèìòù"],
  ["circumflex", "aeıou", "âêîôû"],
  ["diaeresis", "aeıouyAOU", "äëïöüÿÄÖÜ"],
  ["ring", "aA", "åÅ"],
  ["tilde", "nN", "ñÑ"],
  ["cedilla", "cC", "çÇ"],
];

/** A capital made two rows lower, with room for a mark above: it loses a row of its upper and one of its lower half. */
function lowered(capital: Glyph): Glyph {
  const rows = capital.filter((_, row) => row !== 4 && row !== 9);
  return [...blank(2), ...rows];
}

function withMark(letter: string, base: Glyph, name: string): Glyph {
  const mark = marks[name]!;
  if (name === "cedilla" || letter !== letter.toUpperCase() || letter === "ı") return merge(base, mark);
  const top = mark.findIndex((row) => row !== 0);
  return merge(lowered(base), [...mark.slice(top, top + 3), ...blank(ROWS)]);
}

// Boxes.

/** How thick the arms of a box-drawing character are: up, right, down, left; 0 none, 1 single, 2 double. */
type Arms = readonly [up: number, right: number, down: number, left: number];

/** The characters B3–DA that are lines, with their arms. */
const boxes: Readonly<Record<string, string>> = {
  ...{ "│": "1010", "┤": "1011", "╡": "1012", "╢": "2021", "╖": "0021", "╕": "0012", "╣": "2022", "║": "2020" },
  ...{ "╗": "0022", "╝": "2002", "╜": "2001", "╛": "1002", "┐": "0011", "└": "1100", "┴": "1101", "┬": "0111" },
  ...{ "├": "1110", "─": "0101", "┼": "1111", "╞": "1210", "╟": "2120", "╚": "2200", "╔": "0220", "╩": "2202" },
  ...{ "╦": "0222", "╠": "2220", "═": "0202", "╬": "2222", "╧": "1202", "╨": "2101", "╤": "0212", "╥": "0121" },
  ...{ "╙": "2100", "╘": "1200", "╒": "0210", "╓": "0120", "╫": "2121", "╪": "1212", "┘": "1001", "┌": "0110" },
};

/**
 * Where lines lie across one axis: the dots of a single line, and of the two rails of a double one. `near` of an arm that
 * comes from the low end is the first rail it meets.
 */
interface Rails {
  readonly single: readonly [from: number, to: number];
  readonly low: readonly [from: number, to: number];
  readonly high: readonly [from: number, to: number];
  readonly size: number;
}

const columns: Rails = { single: [3, 4], low: [2, 3], high: [5, 6], size: 8 };

/** How far an arm (or one rail of it) reaches into the middle: to the near rail that crosses, the middle, or the far one. */
type Reach = "near" | "middle" | "far";

/** `own` weight, the one opposite, and those of the two sides. */
function reachOfSingle(opposite: number, side: number, otherSide: number): Reach {
  if (opposite > 0) return "far";
  if (side === 2 && otherSide === 2) return "near";
  return side === 2 || otherSide === 2 ? "far" : "middle";
}

/** The rail on the side `side` of a double arm. */
function reachOfRail(opposite: number, side: number, otherSide: number): Reach {
  if (side === 2) return "near";
  if (opposite === 2) return "far";
  return side === 0 && otherSide === 2 ? "far" : "middle";
}

/** The dots along an arm that starts at the low end (or the high one) of its axis. */
function span(across: Rails, fromLow: boolean, reach: Reach): [from: number, to: number] {
  const stop = reach === "middle" ? across.single : (reach === "near") === fromLow ? across.low : across.high;
  return fromLow ? [0, stop[1]] : [stop[0], across.size - 1];
}

function drawBox([up, right, down, left]: Arms, rows: Rails): Glyph {
  const glyph = blank(rows.size);
  const fill = ([x0, x1]: readonly [number, number], [y0, y1]: readonly [number, number]): void => {
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) glyph[y]! |= 0x80 >> x;
  };
  for (const [own, opposite, fromLow] of [
    [up, down, true],
    [down, up, false],
  ] as const) {
    if (own === 1) fill(columns.single, span(rows, fromLow, reachOfSingle(opposite, left, right)));
    if (own === 2) {
      fill(columns.low, span(rows, fromLow, reachOfRail(opposite, left, right)));
      fill(columns.high, span(rows, fromLow, reachOfRail(opposite, right, left)));
    }
  }
  for (const [own, opposite, fromLow] of [
    [left, right, true],
    [right, left, false],
  ] as const) {
    if (own === 1) fill(span(columns, fromLow, reachOfSingle(opposite, up, down)), rows.single);
    if (own === 2) {
      fill(span(columns, fromLow, reachOfRail(opposite, up, down)), rows.low);
      fill(span(columns, fromLow, reachOfRail(opposite, down, up)), rows.high);
    }
  }
  return glyph;
}

/** Shades as two rows that alternate, blocks as the part of the cell they fill. */
function drawBlocks(rows: number): Map<string, Glyph> {
  const fill = (dots: (y: number) => number): Glyph => Array.from({ length: rows }, (_, y) => dots(y));
  return new Map([
    ["░", fill((y) => (y % 2 ? 0x22 : 0x88))],
    ["▒", fill((y) => (y % 2 ? 0x55 : 0xaa))],
    ["▓", fill((y) => (y % 2 ? 0xdd : 0x77))],
    ["█", fill(() => 0xff)],
    ["▄", fill((y) => (y >= rows / 2 ? 0xff : 0))],
    ["▀", fill((y) => (y < rows / 2 ? 0xff : 0))],
    ["▌", fill(() => 0xf0)],
    ["▐", fill(() => 0x0f)],
  ]);
}

function ruled(rows: Rails): Map<string, Glyph> {
  const glyphs = drawBlocks(rows.size);
  for (const [character, arms] of Object.entries(boxes)) {
    const [up, right, down, left] = [...arms].map(Number);
    glyphs.set(character, drawBox([up!, right!, down!, left!], rows));
  }
  return glyphs;
}

function drawLarge(): Map<string, Glyph> {
  const glyphs = readBands(large);
  for (const [mark, letters, results] of accented) {
    [...letters].forEach((letter, i) => {
      glyphs.set(results[i]!, withMark(letter, glyphs.get(letter)!, mark));
    });
  }
  const rows: Rails = { single: [7, 7], low: [6, 6], high: [8, 8], size: ROWS };
  for (const [character, glyph] of ruled(rows)) glyphs.set(character, glyph);
  return glyphs;
}

// The small font.

/** Leaves out rows until `count` are left: of the longest run of equal rows if there is one, else beside the ends. */
function reduced(rows: Glyph, count: number): Glyph {
  const left = [...rows];
  for (let atTop = true; left.length > count; atTop = !atTop) {
    let longest = 1;
    let end = -1;
    let run = 1;
    for (let i = 1; i < left.length; i++) {
      run = left[i] === left[i - 1] ? run + 1 : 1;
      if (run > longest) [longest, end] = [run, i];
    }
    left.splice(end >= 0 ? end : atTop ? 1 : left.length - 2, 1);
  }
  return left;
}

/** Above the small letters two rows are left of three or four, for the letters five of seven, one hangs below. */
function shrunk(glyph: Glyph): Glyph {
  const above = glyph.slice(glyph[1] === 0 ? 2 : 1, 5);
  const below = [14, 13, 12].map((row) => glyph[row]!).find((row) => row !== 0) ?? 0;
  return [...reduced(above, 2), ...reduced(glyph.slice(5, BASELINE + 1), 5), below];
}

/** The two rows above a small letter; a capital makes room for the first of them. */
const smallMarks: Readonly<Record<string, Glyph>> = {
  acute: ["....##..", "...##..."].map(bits),
  grave: ["..##....", "...##..."].map(bits),
  circumflex: ["...##...", "..#..#.."].map(bits),
  diaeresis: [".##..##.", "........"].map(bits),
  ring: ["..####..", "..####.."].map(bits),
  tilde: [".###.##.", "........"].map(bits),
};

function withSmallMark(letter: string, base: Glyph, mark: Glyph): Glyph {
  if (letter === "ı" || letter !== letter.toUpperCase()) return [...mark, ...base.slice(2)];
  const gap = mark[0] === base[0] ? [0] : [];
  return [mark[0]!, ...gap, ...reduced(base.slice(0, 7), 6 - gap.length), base[7]!];
}

function drawSmall(drawn: ReadonlyMap<string, Glyph>): Map<string, Glyph> {
  const glyphs = new Map<string, Glyph>();
  for (const [character, glyph] of drawn) glyphs.set(character, shrunk(glyph));
  for (const [character, glyph] of readBands(small)) glyphs.set(character, glyph);
  for (const [mark, letters, results] of accented) {
    [...letters].forEach((letter, i) => {
      const base = glyphs.get(letter)!;
      if (mark !== "cedilla") glyphs.set(results[i]!, withSmallMark(letter, base, smallMarks[mark]!));
    });
  }
  const rows: Rails = { single: [3, 3], low: [2, 2], high: [4, 4], size: 8 };
  for (const [character, glyph] of ruled(rows)) glyphs.set(character, glyph);
  return glyphs;
}

function pack(glyphs: ReadonlyMap<string, Glyph>, rows: number): Uint8Array {
  const bytes = new Uint8Array(256 * rows);
  [...codePage437].forEach((character, code) => {
    bytes.set(glyphs.get(character)!, code * rows);
  });
  return bytes;
}

/** 256 characters of sixteen rows, a byte each. */
export function font8x16(): Uint8Array {
  return pack(drawLarge(), ROWS);
}

/** 256 characters of eight rows, a byte each. */
export function font8x8(): Uint8Array {
  return pack(drawSmall(drawLarge()), 8);
}
