import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cached, cachedFile } from "./cache.ts";

const home = mkdtempSync(join(tmpdir(), "cor-cache-"));
const original = process.env.XDG_CACHE_HOME;
before(() => {
  process.env.XDG_CACHE_HOME = home;
});
after(() => {
  if (original === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = original;
  rmSync(home, { recursive: true });
});

const content = Uint8Array.from({ length: 5000 }, (_, i) => i);
const entry = (name: string): string => {
  const folder = join(home, "cor");
  return join(folder, readdirSync(folder).find((file) => file.startsWith(`${name}-`) && !file.endsWith(".sum"))!);
};

for (const [what, damage] of [
  ["nothing happened to", () => {}],
  ["was cut off", (path: string) => truncateSync(path, 100)],
  ["has other bytes", (path: string) => writeFileSync(path, content.with(4000, 1))],
  ["is gone", (path: string) => rmSync(path)],
  ["has no check sum", (path: string) => rmSync(`${path}.sum`)],
  ["has a damaged check sum", (path: string) => writeFileSync(`${path}.sum`, "")],
] as const) {
  const intact = what.startsWith("nothing");
  test(`an entry that ${what} is ${intact ? "used" : "made anew"}`, async () => {
    let made = 0;
    const build = async () => {
      made++;
      return content;
    };
    for (const name of ["bytes", "file"]) {
      const get = async (): Promise<Uint8Array> => {
        if (name === "bytes") return cached(name, ["cor.json"], build);
        const given = await cachedFile(name, ["cor.json"], build);
        return typeof given === "string" ? readFileSync(given) : given;
      };
      rmSync(join(home, "cor"), { recursive: true, force: true });
      made = 0;
      await get();
      // A time stamp may be no finer than some milliseconds.
      await new Promise((resolve) => setTimeout(resolve, 20));
      damage(entry(name));
      assert.deepEqual([...(await get())], [...content], name);
      assert.equal(made, intact ? 1 : 2, name);
    }
  });
}

test("without a cache folder things are made each time", async () => {
  process.env.XDG_CACHE_HOME = "/proc/nowhere";
  const file = await cachedFile("file", ["cor.json"], async () => content);
  process.env.XDG_CACHE_HOME = home;
  assert.deepEqual(file, content);
});

test("what killed processes have left unfinished goes, and what is being written stays", async () => {
  const folder = join(home, "cor");
  rmSync(folder, { recursive: true, force: true });
  await cached("first", ["cor.json"], async () => content);
  const [left, written] = [`code-${"a".repeat(32)}.123`, `code-${"a".repeat(32)}.124`];
  const leftFolder = `c-${"b".repeat(32)}.Xy12`;
  for (const file of [left, written]) writeFileSync(join(folder, file), "half");
  mkdirSync(join(folder, leftFolder));
  writeFileSync(join(folder, leftFolder, "file"), "");
  const hourAgo = Date.now() / 1000 - 3600;
  for (const file of [left, leftFolder]) utimesSync(join(folder, file), hourAgo, hourAgo);
  await cached("second", ["cor.json"], async () => content);
  assert.deepEqual(
    [left, leftFolder, written].map((name) => existsSync(join(folder, name))),
    [false, false, true],
  );
  assert.ok(existsSync(`${entry("first")}.sum`) && existsSync(entry("second")));
});

test("the oldest entries go when all together have too many bytes, and those that nobody used for long", async () => {
  const folder = join(home, "cor");
  rmSync(folder, { recursive: true, force: true });
  await cached("first", ["cor.json"], async () => content);
  const path = entry("first");
  const named = (letter: string): string => join(folder, `other-${letter.repeat(32)}`);
  const day = 24 * 3600;
  const now = Date.now() / 1000;
  for (const [letter, bytes, days] of [
    ["a", 150 << 20, 1],
    ["b", 100 << 20, 2],
    ["c", 10, 20],
    ["d", 10, 3],
  ] as const) {
    for (const file of [named(letter), `${named(letter)}.sum`]) {
      writeFileSync(file, "");
      utimesSync(file, now - days * day, now - days * day);
    }
    truncateSync(named(letter), bytes);
    utimesSync(named(letter), now - days * day, now - days * day);
  }
  await cached("second", ["cor.json"], async () => content);
  assert.ok(existsSync(path) && existsSync(named("a")));
  for (const letter of ["b", "c"]) assert.ok(!existsSync(named(letter)) && !existsSync(`${named(letter)}.sum`), letter);
});
