/** What a store keeps is never seen in a program, whatever was edited: bytes and messages are those of a compilation from nothing. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { generateProgram } from "../bench/compiler/generate.ts";
import { compile } from "./compile.ts";
import { tryEdits } from "./edits.ts";
import { declarations } from "./edits-sample.ts";

function tryIn(files: ReadonlyMap<string, string>, entry: string, seed: number, count: number): void {
  const folder = mkdtempSync(join(tmpdir(), "cor-edits-"));
  try {
    const { different, right } = tryEdits(
      {
        files,
        compile: (read, options) => compile({ entries: [entry], read, target: "linux", unsafe: ["src/"], ...options }),
      },
      folder,
      seed,
      count,
    );
    assert.deepEqual(different, []);
    assert.ok(right >= count / 3, `${right} programs were right`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("after edits at random a program from the store is the one from nothing, and so is what is wrong with it", () => {
  const { files, entry } = generateProgram(300);
  tryIn(files, entry, 1, 24);
});

test("so it is where declarations of all kinds change that others look at", () =>
  tryIn(declarations, "src/main.ts", 5, 120));
