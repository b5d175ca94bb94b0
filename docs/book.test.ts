/**
 * The chapters quote the program, so the program must still say so. A listing names its file behind the language
 * ("ts kernel/main.ts"); its lines stand there together, in whatever indentation. Links lead to files that exist.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

const book = import.meta.dirname;
const project = dirname(book);
const chapters = readdirSync(book).filter((name) => /^\d\d-.*\.md$/.test(name));

const linesOf = (text: string) => text.split("\n").map((line) => line.trim());

for (const chapter of chapters) {
  const text = readFileSync(join(book, chapter), "utf8");

  test(`${chapter}: every listing is in the file it names`, () => {
    for (const [, info, listing] of text.matchAll(/^```(\S.*)\n([\s\S]*?)\n```$/gm)) {
      const path = info?.split(" ")[1];
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
