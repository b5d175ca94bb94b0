/** Cor's own disk and `cor build`: what is built is kept, and is the same everywhere. Each test compiles all programs anew. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { after, describe, test } from "node:test";
import { bareSystem } from "../disks/testing/bare.ts";
import { cor } from "./testing/cor.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-own-"));
after(() => rmSync(folder, { recursive: true }));
const images = bareSystem();

describe("Cor's own disk", () => {
  const caches = join(folder, "caches");
  const run = (cache: string): ReturnType<typeof cor> =>
    cor(["run", "--until", "Booting from", "--timeout", "60"], "", { env: { ...process.env, XDG_CACHE_HOME: cache } });
  const notice = "cor: this is Cor's own disk; what is written to it is dropped at the end\n";

  test("is built once, and kept under $XDG_CACHE_HOME; two at once do no harm", async () => {
    const outcomes = await Promise.all([run(caches), run(caches)]);
    for (const { code, stderr, stdout } of outcomes) {
      assert.deepEqual([code, stderr], [0, notice]);
      assert.match(stdout, /Cor virtual disk/);
    }
    const kept = readdirSync(join(caches, "cor")).filter((name) => !name.endsWith(".sum"));
    const names = kept.map((name) => name.split("-")[0]);
    assert.deepEqual(names.sort(), ["bios", "code", "head", "interpreter", "objects", "program", "root"]);
    const entry = (name: string) => readFileSync(join(caches, "cor", kept.find((one) => one.startsWith(`${name}-`))!));
    const out = join(folder, "own");
    await cor(["build", "--out", out], "", { env: { ...process.env, XDG_CACHE_HOME: caches } });
    const image = readFileSync(join(out, "cor.img"));
    const disk = Buffer.concat([entry("head"), entry("root")]);
    assert.equal(Buffer.compare(disk, image.subarray(0, disk.length)), 0);
    assert.ok(image.subarray(disk.length).every((byte) => byte === 0));
  });

  test("has become another one in size while the machine started: then that is another machine", async () => {
    const kept = join(caches, "cor");
    for (const name of readdirSync(kept)) if (name.startsWith("head-")) rmSync(join(kept, name));
    writeFileSync(join(kept, `head-${"0".repeat(32)}`), new Uint8Array(3 << 20));
    const { code, stderr, stdout } = await run(caches);
    assert.deepEqual([code, stderr], [0, notice]);
    assert.equal(stdout.split("Cor virtual disk").length, 2, stdout);
    assert.match(stdout, /Booting from/);
  });

  test("works where nothing can be kept", async () => {
    const blocked = join(folder, "blocked");
    mkdirSync(blocked);
    // A file where the folder should be stops root too.
    writeFileSync(join(blocked, "cor"), "");
    chmodSync(blocked, 0o500);
    const { code, stderr, stdout } = await run(blocked);
    assert.deepEqual([code, stderr], [0, notice]);
    assert.match(stdout, /Cor virtual disk/);
  });
});

test("what is wrong with the programs is said before what is wrong with the kernel, which is compiled beside them", () => {
  const root = resolve(import.meta.dirname, "..");
  const clone = join(folder, "clone");
  const parts = ["bin", "bios", "cli", "cli.ts", "cor.json", "disks", "dsl", "emulator", "kernel", "package.json"];
  cpSync(root, clone, {
    recursive: true,
    filter: (path) => path === root || parts.includes(relative(root, path).split(sep)[0]!),
  });
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  const start = (): readonly [number | null, string] => {
    const { status, stderr } = spawnSync(process.execPath, [join(clone, "bin/cor.mjs"), "run", "--timeout", "5"], {
      env: { ...process.env, XDG_CACHE_HOME: join(folder, "clone-cache") },
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    return [status, stderr];
  };
  const programs = join(clone, "disks/root/bin/echo.ts");
  const right = readFileSync(programs);
  for (const file of [programs, join(clone, "kernel/main.ts")]) appendFileSync(file, 'const wrong: u32 = "text";\n');
  const [code, said] = start();
  assert.equal(code, 2);
  assert.match(said, /echo\.ts.*\n.*\n.*\ncor: the programs do not compile; mend what is shown above\n$/);
  writeFileSync(programs, right);
  const [codeThen, saidThen] = start();
  assert.equal(codeThen, 2);
  assert.match(saidThen, /main\.ts.*\n.*\n.*\ncor: the kernel does not compile; mend what is shown above\n$/);
});

test("cor build writes the same bytes into any folder", async () => {
  const folders = ["a", "b"].map((name) => join(folder, "out", name));
  const outcomes = await Promise.all(folders.map((out) => cor(["build", "--out", out])));
  assert.deepEqual(
    outcomes.map(({ code, stderr }) => [code, stderr]),
    [
      [0, ""],
      [0, ""],
    ],
  );
  const names = readdirSync(folders[0]!).sort();
  assert.deepEqual(names, ["cor.elf", "cor.img", "cor.iso", "cor.map", "root.cpio"]);
  for (const name of names) {
    assert.equal(Buffer.compare(readFileSync(join(folders[0]!, name)), readFileSync(join(folders[1]!, name))), 0, name);
  }
  assert.equal(Buffer.compare(readFileSync(join(folders[0]!, "cor.elf")), images.elf), 0);
});
