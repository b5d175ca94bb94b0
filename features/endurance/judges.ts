/** The host's e2fsprogs as judges of file systems that Cor's kernel has written. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Promised } from "../../kernel/testing/promises.ts";

/** Why tests that need them are skipped, or false. */
export const withoutJudges = ((): string | false => {
  const missing = ["mkfs.ext2", "e2fsck", "debugfs"].find((tool) => spawnSync(tool, ["-V"]).error !== undefined);
  return missing === undefined ? false : `no ${missing} on this machine (package e2fsprogs)`;
})();

/** Where the root's partition is on Cor's own disk, in bytes. */
export function rootOf(image: Uint8Array): { readonly from: number; readonly to: number } {
  const entry = new DataView(image.buffer, image.byteOffset + 446 + 16);
  const from = entry.getUint32(8, true) * 512;
  return { from, to: from + entry.getUint32(12, true) * 512 };
}

export class FileSystemFile implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "cor-ext2-"));
  readonly path = join(this.#folder, "image");

  constructor(bytes: Uint8Array) {
    writeFileSync(this.path, bytes);
  }

  static made(blocks: number, ...options: readonly string[]): FileSystemFile {
    const it = new FileSystemFile(new Uint8Array());
    rmSync(it.path);
    execFileSync("mkfs.ext2", ["-q", "-F", ...options, it.path, `${blocks}`]);
    return it;
  }

  get bytes(): Uint8Array {
    return new Uint8Array(readFileSync(this.path));
  }

  set bytes(bytes: Uint8Array) {
    writeFileSync(this.path, bytes);
  }

  #check(option: string): { readonly status: number; readonly output: string } {
    const { status, stdout, stderr } = spawnSync("e2fsck", [option, this.path], { encoding: "utf8" });
    return { status: status ?? 99, output: stdout + stderr };
  }

  /** Throws unless there is nothing to repair. */
  assertClean(what: string): void {
    const { status, output } = this.#check("-fn");
    assert.equal(status, 0, `${what}\n${output}`);
  }

  /** Throws when e2fsck cannot; what it said. */
  repair(what: string): string {
    const { status, output } = this.#check("-fy");
    assert.ok(status <= 1, `${what}: e2fsck ended with ${status}\n${output}`);
    this.assertClean(`${what}, repaired`);
    return output;
  }

  /** Files by their paths; those that are not there are not in it. */
  read(paths: readonly string[]): Map<string, Uint8Array> {
    const commands = join(this.#folder, "commands");
    const place = (i: number): string => join(this.#folder, `out${i}`);
    writeFileSync(commands, paths.map((path, i) => `dump "${path}" ${place(i)}\n`).join(""));
    execFileSync("debugfs", ["-f", commands, this.path], { stdio: "ignore" });
    const found = new Map<string, Uint8Array>();
    for (const [i, path] of paths.entries()) {
      if (!existsSync(place(i))) continue;
      found.set(path, readFileSync(place(i)));
      rmSync(place(i));
    }
    return found;
  }

  /** Commands of debugfs that write. */
  change(commands: readonly string[]): void {
    const file = join(this.#folder, "commands");
    writeFileSync(file, `${commands.join("\n")}\n`);
    execFileSync("debugfs", ["-w", "-f", file, this.path], { stdio: "ignore" });
  }

  /** Promises that are broken, in words. */
  broken(promises: readonly Promised[]): string[] {
    const files = this.read(promises.flatMap(({ paths }) => paths));
    return promises.flatMap(({ paths, contents }) => {
      const found = paths.flatMap((path) => files.get(path) ?? []);
      if (found.some((bytes) => contents.some((wanted) => Buffer.compare(bytes, wanted) === 0))) return [];
      return [
        `${paths.join(" or ")}: ${contents.map((c) => c.length)} bytes promised, ${found.map((f) => f.length)} found`,
      ];
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
