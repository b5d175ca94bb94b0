/**
 * The chapters quote the program, so the program must still say so. A listing names its file behind the language
 * ("ts kernel/main.ts"); its lines stand there together, in whatever indentation. A listing of IR ("ir 90") begins as
 * what the bytes of a 64-bit instruction are lifted to. Links lead to files that exist.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { printIr } from "../emulator/cpu/ir.ts";
import { lift } from "../emulator/cpu/lift.ts";
import { decode } from "../emulator/isa/decode.ts";

const book = import.meta.dirname;
const project = dirname(book);
const chapters = readdirSync(book).filter((name) => /^\d\d-.*\.md$/.test(name));

/** The IR of one 64-bit instruction, given as bytes in hexadecimal. */
function irOf(hex: string): string {
  const bytes = Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
  const instruction = decode(bytes, 0, bytes.length, 64);
  assert.ok(typeof instruction === "object", hex);
  return printIr(lift(instruction));
}

const linesOf = (text: string) => text.split("\n").map((line) => line.trim());

for (const chapter of chapters) {
  const text = readFileSync(join(book, chapter), "utf8");

  test(`${chapter}: every listing is in the file it names`, () => {
    for (const [, info, listing] of text.matchAll(/^```(\S.*)\n([\s\S]*?)\n```$/gm)) {
      const path = info?.split(" ")[1];
      if (info?.startsWith("ir ")) {
        assert.ok(irOf(info.slice(3)).startsWith(listing ?? ""), `lifted from ${info}:\n${irOf(info.slice(3))}`);
        continue;
      }
      assert.ok(path, `a listing that names no file: ${info}`);
      const source = linesOf(readFileSync(join(project, path), "utf8")).join("\n");
      assert.ok(`\n${source}\n`.includes(`\n${linesOf(listing ?? "").join("\n")}\n`), `not in ${path}:\n${listing}`);
    }
  });

  test(`${chapter}: every link leads somewhere`, () => {
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (!target?.includes("://")) assert.ok(existsSync(join(book, target ?? "")), `no such file: ${target}`);
    }
  });
}
