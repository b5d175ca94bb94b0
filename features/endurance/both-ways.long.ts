/**
 * A file system that two write in turn: the host's debugfs, and Cor's system with its everyday programs. 1,000 random operations,
 * half of them by each; after each turn of the system e2fsck finds nothing, and every file has the SHA-256 that it should have. What
 * the host wrote, the guest has read: it copies, joins and moves it. Others each day; SEED=n for one of them again.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ownDisk } from "../../cli/own.ts";
import { randomSource } from "../../kernel/testing/file-model.ts";
import { FileSystemFile, withoutJudges } from "./judges.ts";
import { EnduranceMachine } from "./machine.ts";
import { Platter } from "./platter.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Date.now() / 86_400_000));
const TURNS = 10;
const OPERATIONS = 25;
const BLOCKS = { 1024: 48_000, 4096: 12_000 } as const;
/** Bytes of all files, beyond which more are removed than made. */
const MUCH = 12 << 20;

const sha = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

class Model {
  readonly files = new Map<string, Uint8Array>();
  readonly folders = [""];
  readonly next: (below: number) => number;
  #names = 0;

  constructor(seed: number) {
    this.next = randomSource(seed);
  }

  some(): string | null {
    const all = [...this.files.keys()];
    return all.length === 0 ? null : all[this.next(all.length)]!;
  }

  name(): string {
    return `${this.folders[this.next(this.folders.length)]}/${"n".repeat(this.next(40))}${this.#names++}`;
  }

  get isMuch(): boolean {
    return [...this.files.values()].reduce((sum, { length }) => sum + length, 0) > MUCH;
  }

  /** None, some within the first twelve blocks, and so many that blocks of numbers of blocks of numbers are needed. */
  bytes(): Uint8Array {
    const length = [0, this.next(3000), 12_000 + this.next(50_000), 300_000 + this.next(400_000)][this.next(4)]!;
    return Uint8Array.from({ length }, () => this.next(256));
  }
}

/** One command of debugfs. */
function byHost(model: Model, input: (bytes: Uint8Array) => string): string {
  const { next, files } = model;
  const old = model.some();
  const kind = model.isMuch ? 0 : next(10);
  if (kind < 2 && old !== null) {
    files.delete(old);
    return `rm "${old}"`;
  }
  const path = model.name();
  if (kind === 2) {
    model.folders.push(path);
    return `mkdir "${path}"`;
  }
  const bytes = model.bytes();
  files.set(path, bytes);
  return `write ${input(bytes)} "${path}"`;
}

/** One command of the shell. */
function byGuest(model: Model): string {
  const { next, files } = model;
  const [from, other] = [model.some(), model.some()];
  const to = model.name();
  const kind = model.isMuch ? 0 : next(12);
  if (from === null || other === null || kind === 11) {
    model.folders.push(to);
    return `mkdir /mnt${to}`;
  }
  const bytes = files.get(from)!;
  if (kind < 2) {
    files.delete(from);
    return `rm /mnt${from}`;
  }
  if (kind < 5) {
    files.set(to, bytes);
    return `cp /mnt${from} /mnt${to} && cmp /mnt${from} /mnt${to}`;
  }
  if (kind < 7) {
    const target = next(3) === 0 ? other : to;
    if (target === from) return `cmp /mnt${from} /mnt${from}`;
    files.delete(from);
    files.set(target, bytes);
    return `mv /mnt${from} /mnt${target}`;
  }
  if (kind < 9) {
    files.set(to, Buffer.concat([bytes, files.get(other)!]));
    return `cat /mnt${from} /mnt${other} > /mnt${to}`;
  }
  const more = new TextEncoder().encode(`${from}\n`);
  files.set(from, Buffer.concat([bytes, more]));
  return `echo ${from} >> /mnt${from}`;
}

for (const [index, kind] of (["virtio", "ide"] as const).entries()) {
  const blockBytes = ([1024, 4096] as const)[index]!;

  test(`debugfs and Cor write by turns, blocks of ${blockBytes} bytes on ${kind}, seed ${seed}`, {
    skip: withoutJudges,
  }, async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "cor-both-"));
    const disk = await ownDisk();
    using file = FileSystemFile.made(BLOCKS[blockBytes], "-b", `${blockBytes}`);
    const model = new Model(seed + index);
    let operations = 0;
    let compared = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      let inputs = 0;
      const input = (bytes: Uint8Array): string => {
        const path = join(folder, `in${inputs++}`);
        writeFileSync(path, bytes);
        return path;
      };
      file.change(Array.from({ length: OPERATIONS }, () => byHost(model, input)));
      file.assertClean(`turn ${turn}: what debugfs left`);
      const script = Array.from({ length: OPERATIONS }, () => byGuest(model));
      const body = new TextEncoder().encode(`set -e\n${script.join("\n")}\n`);
      file.change(['rm "/script"', `write ${input(body)} "/script"`]);
      await guestTurn(disk, file, kind);
      file.assertClean(`turn ${turn}: what Cor left of\n${script.join("\n")}`);
      const found = file.read([...model.files.keys()]);
      for (const [path, bytes] of model.files) {
        assert.equal(
          sha(found.get(path) ?? new Uint8Array(1)),
          sha(bytes),
          `turn ${turn}: ${path} after\n${script.join("\n")}`,
        );
        compared++;
      }
      operations += 2 * OPERATIONS;
    }
    rmSync(folder, { recursive: true });
    context.diagnostic(`${operations} operations, ${compared} sums compared, ${model.files.size} files at the end`);
  });
}

/** The system runs the script on the disk, and is switched off. */
async function guestTurn(disk: Uint8Array, file: FileSystemFile, kind: "virtio" | "ide"): Promise<void> {
  const other = file.bytes;
  const platter = new Platter(other);
  const machine = new EnduranceMachine({
    disks: [{ image: disk }, { image: other, interface: kind }],
    watch: (access) => {
      if (access.disk === 1) platter.take(access);
      return true;
    },
  });
  await machine.boot();
  await machine.command(`mkdir /mnt; mount /dev/${kind === "ide" ? "hdb" : "vda"} /mnt && sh /mnt/script`, 2e9);
  await machine.off();
  file.bytes = platter.now;
}
