/** The kernel after many edits at random, from what the store has and from nothing: the same bytes, the same messages. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { compile } from "../dsl/compile.ts";
import { tryEdits } from "../dsl/edits.ts";
import { MANIFEST, readManifest } from "../dsl/manifest.ts";
import { assembler } from "./boot/parts.ts";

const EDITS = Number(process.env.EDITS ?? 60);

const root = join(import.meta.dirname, "..");
const sources = readdirSync(join(root, "kernel"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !/\.(test|long)\.ts$|^(boot|testing)\/|^(image|boot-info)\.ts$/.test(name))
  .map((name) => `kernel/${name}`);

const source = (file: string): string | null =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : null;

test("what the store keeps is never seen in the kernel", () => {
  const folder = mkdtempSync(join(tmpdir(), "cor-edits-"));
  const manifest = readManifest(readFileSync(join(root, MANIFEST), "utf8"), MANIFEST);
  try {
    const { different, right } = tryEdits(
      {
        files: new Map(sources.map((name) => [name, readFileSync(join(root, name), "utf8")])),
        compile: (read, options) =>
          compile({
            entries: ["kernel/main.ts"],
            read: (file) => read(file) ?? source(file),
            target: "cor-kernel",
            manifest,
            ...assembler(),
            ...options,
          }),
      },
      folder,
      Number(process.env.SEED ?? 1),
      EDITS,
    );
    assert.deepEqual(different, []);
    assert.ok(right >= EDITS / 4, `${right} kernels were right`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
