import assert from "node:assert/strict";
import { test } from "node:test";
import { codePage437, font8x8, font8x16 } from "./vga-font.ts";

/** A glyph as text, `#` for ink. */
function glyph(font: Uint8Array, rows: number, character: string): string[] {
  const code = codePage437.indexOf(character);
  return Array.from(font.subarray(code * rows, (code + 1) * rows), (row) =>
    row.toString(2).padStart(8, "0").replaceAll("0", ".").replaceAll("1", "#"),
  );
}

test("code page 437 has 256 characters, and ASCII is where it belongs", () => {
  assert.equal([...codePage437].length, 256);
  assert.equal(codePage437.length, 256, "each is one UTF-16 unit");
  for (let code = 0x20; code < 0x7f; code++) assert.equal(codePage437[code], String.fromCharCode(code));
  assert.equal(codePage437[0xc4], "─");
  assert.equal(codePage437[0xdb], "█");
});

for (const [font, rows] of [
  [font8x16(), 16],
  [font8x8(), 8],
] as const) {
  test(`8×${rows}: every character but the blanks has ink, and no two look the same`, () => {
    assert.equal(font.length, 256 * rows);
    const seen = new Map<string, string>();
    [...codePage437].forEach((character, code) => {
      const bytes = font.subarray(code * rows, (code + 1) * rows);
      if (character === " ") assert.ok(bytes.every((row) => row === 0));
      else {
        const other = seen.get(bytes.join());
        assert.equal(other, undefined, `${character} looks like ${other}`);
        seen.set(bytes.join(), character);
      }
    });
  });

  test(`8×${rows}: lines of boxes meet those of the neighbouring cells`, () => {
    const edge = (character: string, side: "up" | "right" | "down" | "left"): string => {
      const art = glyph(font, rows, character);
      if (side === "up") return art[0]!;
      if (side === "down") return art[rows - 1]!;
      return art.map((row) => row[side === "left" ? 0 : 7]).join("");
    };
    const vertical = edge("│", "up");
    const horizontal = edge("─", "left");
    for (const character of "┼├┤┴┬") {
      for (const [side, absent, line] of [
        ["up", "┬", vertical],
        ["down", "┴", vertical],
        ["left", "├", horizontal],
        ["right", "┤", horizontal],
      ] as const) {
        assert.equal(edge(character, side), character === absent ? line.replaceAll("#", ".") : line, character + side);
      }
    }
    for (const [character, side, like] of [
      ["╔", "right", "═"],
      ["╔", "down", "║"],
      ["╝", "left", "═"],
      ["╝", "up", "║"],
      ["╪", "left", "═"],
      ["╪", "up", "│"],
      ["╫", "left", "─"],
      ["╫", "up", "║"],
    ] as const) {
      assert.equal(edge(character, side), edge(like, side), character + side);
    }
  });
}

test("double corners bend both of their lines", () => {
  assert.deepEqual(glyph(font8x16(), 16, "╔").slice(5, 11), [
    "........",
    "..######",
    "..##....",
    "..##.###",
    "..##.##.",
    "..##.##.",
  ]);
});

test("letters stand apart: between two of them at least one column is free", () => {
  for (const character of "abcdefhijklnopqrstuxyzABCDEFGHIJKLNOPRSTUVXYZ0123456789") {
    for (const row of glyph(font8x16(), 16, character)) assert.equal(row[7], ".", character);
  }
});

test("an accent sits above its letter and leaves it as it is", () => {
  const e = glyph(font8x16(), 16, "e");
  for (const accented of "éèêë") {
    const rows = glyph(font8x16(), 16, accented);
    assert.deepEqual(rows.slice(5), e.slice(5), accented);
    assert.ok(rows.slice(1, 4).join("").includes("#"));
  }
});
