/** Our ext2 images before the host's e2fsck and debugfs. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type DiskFile, ext2Image } from "./ext2.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-ext2-"));
after(() => rmSync(folder, { recursive: true }));
const skip = spawnSync("e2fsck", ["-V"]).status !== 0 && "e2fsprogs is not installed";

const text = (of: string): Uint8Array => new TextEncoder().encode(of);
const pattern = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, k) => (k * 7 + (k >> 8)) & 255);

function written(files: readonly DiskFile[], bytes: number): string {
  const path = join(folder, `${files.length}-${bytes}.img`);
  writeFileSync(path, ext2Image(files, { bytes }));
  return path;
}

function check(path: string): void {
  const { status, stdout } = spawnSync("e2fsck", ["-fn", path], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
}

const debugfs = (path: string, command: string): Buffer =>
  execFileSync("debugfs", ["-R", command, path], { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 });

describe("images are clean, and the files are in them", { skip }, () => {
  test("a small tree with links", () => {
    const path = written(
      [
        { path: "etc/motd", content: text("hello\n") },
        { path: "bin/sh", mode: 0o100755, content: pattern(30_000) },
        { path: "bin/[", sameAs: "bin/sh" },
        { path: "tmp", mode: 0o041777 },
        { path: "short", target: "/etc/motd" },
        { path: "long", target: `/${"x".repeat(100)}` },
        { path: "deep/er/and/deeper", content: text("x") },
        { path: "empty" },
      ],
      4 << 20,
    );
    check(path);
    assert.equal(String(debugfs(path, "cat /etc/motd")), "hello\n");
    assert.deepEqual(debugfs(path, "cat /bin/["), Buffer.from(pattern(30_000)));
    assert.match(String(debugfs(path, "stat /short")), /Fast link dest: "\/etc\/motd"/);
    assert.match(String(debugfs(path, "stat /bin/sh")), /Mode: +0755[\s\S]*Links: 2/);
    assert.match(String(debugfs(path, "stat /tmp")), /Type: directory +Mode: +01777/);
  });

  test("files with blocks of numbers, one and two levels deep", () => {
    const big = pattern(6 << 20);
    const path = written(
      [
        { path: "big", content: big },
        { path: "middle", content: big.subarray(0, 70_001) },
      ],
      16 << 20,
    );
    check(path);
    assert.deepEqual(debugfs(path, "cat /big"), Buffer.from(big));
    assert.equal(debugfs(path, "cat /middle").length, 70_001);
  });

  test("a directory of many blocks", () => {
    const files = Array.from({ length: 600 }, (_, k) => ({ path: `d/a file with number ${k}`, content: text(`${k}`) }));
    const path = written(files, 16 << 20);
    check(path);
    assert.equal(String(debugfs(path, 'cat "/d/a file with number 599"')), "599");
  });

  test("several groups, with and without copies of the superblock", () => {
    const path = written([{ path: "x", content: new Uint8Array(140 << 20).fill(7) }], 5 * 128 * (1 << 20) + (77 << 12));
    check(written([{ path: "x" }], 4 * 128 * (1 << 20) + (3000 << 12)));
    check(path);
    assert.match(String(debugfs(path, "stat /x")), /Size: 146800640/);
    rmSync(path);
  });
});

test("what does not fit, or is there twice, is said", () => {
  assert.throws(() => ext2Image([{ path: "x", content: pattern(5 << 20) }], { bytes: 4 << 20 }), /do not fit/);
  assert.throws(() => ext2Image([{ path: "x" }, { path: "x" }], { bytes: 4 << 20 }), /twice/);
  assert.throws(() => ext2Image([{ path: "x" }, { path: "x/y" }], { bytes: 4 << 20 }), /a file and a folder/);
});
