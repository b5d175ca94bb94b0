/**
 * ext2 against its judges: the host's mke2fs makes images, its e2fsck looks at what the kernel has made of them, its debugfs
 * reads and writes the same files, and a model knows what each call is to give.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Directory, directory, Errno, Exercise, listDirectory, randomSource, readWhole, writeWhole } from "../testing/file-model.ts";
import { type Machine, startMachine } from "../testing/file-system.ts";
import { workWithCuts } from "../testing/power-cuts.ts";
import type { Promised } from "../testing/promises.ts";

const folder = mkdtempSync(join(tmpdir(), "cor-ext2-"));
after(() => rmSync(folder, { recursive: true }));

const missing = ["mkfs.ext2", "e2fsck", "debugfs"].find((tool) => spawnSync(tool, ["-V"], { stdio: "ignore" }).error !== undefined);
const skip = missing === undefined ? false : `no ${missing} on this machine (package e2fsprogs)`;
const path = join(folder, "image");

/** An empty file system of so many blocks, made by the host. */
function makeImage(blocks: number, ...options: readonly string[]): Uint8Array {
  rmSync(path, { force: true });
  execFileSync("mkfs.ext2", ["-q", "-F", ...options, path, `${blocks}`]);
  return readFileSync(path);
}

/** What e2fsck says of an image, which it may repair. */
function check(image: Uint8Array, ...options: readonly string[]): { status: number | null; output: string; image: Uint8Array } {
  writeFileSync(path, image);
  const { status, stdout, stderr } = spawnSync("e2fsck", [...options, path], { encoding: "utf8" });
  return { status, output: stdout + stderr, image: readFileSync(path) };
}

function assertClean(image: Uint8Array, what: string): void {
  const { status, output } = check(image, "-fn");
  assert.equal(status, 0, `${what}\n${output}`);
}

function mounted(image: Uint8Array, options: { readOnly?: boolean; memory?: number } = {}): Machine {
  const machine = startMachine(image, options);
  assert.equal(machine.mounted, 0, machine.module.output());
  return machine;
}

/** Unmounts, and gives the image. */
function stopped(machine: Machine): Uint8Array {
  assert.equal(machine.call("stop"), 0, machine.module.output());
  return machine.disk.now;
}

const kinds: readonly (readonly string[])[] = [["-b", "4096"], ["-b", "1024", "-I", "128"], ["-b", "2048"], ["-b", "1024", "-r", "0"]];

for (const options of kinds) {
  test(`random operations are as in the model, and e2fsck finds nothing (mke2fs ${options.join(" ")})`, { skip }, () => {
    let image = makeImage(24_000, ...options);
    let root = directory();
    root.names.set("lost+found", directory());
    for (let round = 0; round < 3; round++) {
      const machine = mounted(image, { memory: 24 << 20 });
      const exercise = new Exercise(machine, 17 + round, root);
      for (let i = 0; i < 700; i++) exercise.step();
      exercise.compare();
      image = stopped(machine).slice();
      assertClean(image, exercise.log.slice(-20).join("\n"));
      root = exercise.root;
    }
    new Exercise(mounted(image), 1, root).compare();
  });
}

test("a full disk gives ENOSPC, keeps what it has, and has room again when something goes", { skip }, () => {
  for (const options of [["-b", "1024"], ["-b", "4096", "-N", "64"]]) {
    const image = makeImage(options[1] === "1024" ? 1500 : 500, ...options);
    const machine = mounted(image);
    const root = directory();
    root.names.set("lost+found", directory());
    const exercise = new Exercise(machine, 99, root);
    exercise.mayBeFull = true;
    exercise.largest = 900_000;
    for (let i = 0; i < 2500; i++) exercise.step();
    exercise.compare();
    assert.ok(exercise.log.some((line) => line.includes("→ 0")));
    assertClean(stopped(machine), "after much ENOSPC");
  }
  const machine = mounted(makeImage(2000, "-b", "1024"));
  const { call, buffer } = machine;
  const fd = call("open", "/full", 0x42, 0o644);
  let total = 0;
  for (;;) {
    const got = call("write", fd, buffer, 50_000);
    if (got < 0) {
      assert.equal(got, Errno.ENOSPC);
      break;
    }
    total += got;
  }
  assert.ok(total > 1_500_000, `${total}`);
  assert.equal(call("mkdir", "/dir", 0o755), Errno.ENOSPC);
  assert.equal(call("unlink", "/full"), 0);
  call("close", fd);
  writeWhole(machine, "/again", new Uint8Array(total - 20_000).fill(3));
  assert.equal(readWhole(machine, "/again").length, total - 20_000);
  assertClean(stopped(machine), "filled twice");
});

test("files that debugfs wrote are read, and the other way round, with equal SHA-256", { skip }, () => {
  const next = randomSource(5);
  const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const random = (count: number) => Uint8Array.from({ length: count }, () => next(256));
  let image = makeImage(16_000, "-b", "1024");
  const contents = new Map<string, Uint8Array>();
  for (let round = 0; round < 4; round++) {
    writeFileSync(path, image);
    const commands = [`mkdir d${round}`];
    for (let i = 0; i < 12; i++) {
      const content = random([50, 3000, 40_000, 330_000][i % 4]! + next(2000));
      const name = `d${round}/host${i}`;
      writeFileSync(join(folder, `in${i}`), content);
      commands.push(`write ${join(folder, `in${i}`)} ${name}`);
      contents.set(name, content);
    }
    commands.push(`symlink d${round}/short target`, `symlink d${round}/long ${"x/".repeat(60)}`);
    writeFileSync(join(folder, "commands"), commands.join("\n"));
    execFileSync("debugfs", ["-w", "-f", join(folder, "commands"), path], { stdio: "ignore" });
    const machine = mounted(readFileSync(path));
    for (const [name, content] of contents) assert.equal(sha(readWhole(machine, `/${name}`)), sha(content), name);
    const length = machine.call("readlink", `/d${round}/long`, machine.buffer, 4096);
    assert.equal(new TextDecoder().decode(machine.bytes(0, length).slice()), "x/".repeat(60));
    for (let i = 0; i < 12; i++) {
      const content = random([20, 5000, 30_000, 400_000][i % 4]! + next(900));
      const name = `d${next(round + 1)}/guest${round}-${i}`;
      writeWhole(machine, `/${name}`, content);
      contents.set(name, content);
    }
    for (const name of [...contents.keys()].filter(() => next(4) === 0)) {
      assert.equal(machine.call("unlink", `/${name}`), 0);
      contents.delete(name);
    }
    assert.equal(machine.call("symlink", "y".repeat(200), `/d${round}/mine`), 0);
    image = stopped(machine).slice();
    assertClean(image, `round ${round}`);
    for (const [name, content] of contents) {
      execFileSync("debugfs", ["-R", `dump ${name} ${join(folder, "out")}`, path], { stdio: "ignore" });
      assert.equal(sha(readFileSync(join(folder, "out"))), sha(content), name);
    }
    assert.match(execFileSync("debugfs", ["-R", `stat d${round}/mine`, path], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }), /Type: symlink/);
  }
});

test("a disk that cannot be written, and features that only readers may ignore, are mounted read-only", { skip }, () => {
  const image = makeImage(4000, "-b", "1024");
  const first = mounted(image);
  writeWhole(first, "/kept", new Uint8Array(5000).fill(7));
  const kept = stopped(first).slice();
  const machine = mounted(kept, { readOnly: true });
  const { call, buffer, disk } = machine;
  assert.deepEqual(readWhole(machine, "/kept"), Buffer.alloc(5000, 7));
  assert.equal(call("open", "/kept", 1, 0), Errno.EROFS);
  assert.equal(call("open", "/new", 0x41, 0o644), Errno.EROFS);
  assert.equal(call("mkdir", "/new", 0o755), Errno.EROFS);
  assert.equal(call("unlink", "/kept"), Errno.EROFS);
  assert.equal(call("rename", "/kept", "/other"), Errno.EROFS);
  assert.equal(call("chmod", "/kept", 0o600), Errno.EROFS);
  assert.equal(call("truncate", "/kept", 0), Errno.EROFS);
  assert.equal(call("access", "/kept", 2), Errno.EROFS);
  call("stop");
  assert.ok(Buffer.compare(disk.now, kept) === 0, "a byte of a read-only disk has changed");
  const view = new DataView(kept.buffer, kept.byteOffset);
  view.setUint32(1024 + 0x64, view.getUint32(1024 + 0x64, true) | 0x8000, true);
  const strange = mounted(kept);
  assert.equal(strange.call("mkdir", "/new", 0o755), Errno.EROFS);
  view.setUint32(1024 + 0x60, 0x40, true);
  assert.equal(startMachine(kept).mounted, Errno.EINVAL);
  assert.equal(buffer, machine.buffer);
});

test("a file that is open keeps its bytes when its last name goes, and its blocks are free when it is closed", { skip }, () => {
  const machine = mounted(makeImage(4000, "-b", "1024"));
  const { call, bytes, buffer } = machine;
  const free = () => {
    assert.equal(call("statfs", "/", buffer), 0);
    return new DataView(bytes(0, 120).slice().buffer).getBigUint64(24, true);
  };
  const before = free();
  const fd = call("open", "/gone", 0x42, 0o644);
  bytes(0, 40_000).fill(9);
  assert.equal(call("write", fd, buffer, 40_000), 40_000);
  assert.equal(call("unlink", "/gone"), 0);
  assert.equal(call("sync"), 0);
  assert.equal(call("open", "/gone", 0, 0), Errno.ENOENT);
  assert.equal(call("pread", fd, buffer, 10, 39_990), 10);
  assert.ok(free() < before);
  assert.equal(call("close", fd), 0);
  assert.equal(free(), before);
  assertClean(stopped(machine), "after an unlinked open file");
});

test("an error of the disk is EIO to who reads, and writes are tried again", { skip }, () => {
  const machine = mounted(makeImage(4000, "-b", "4096"));
  const { call, bytes, buffer, disk } = machine;
  writeWhole(machine, "/a", new Uint8Array(200_000).fill(1));
  disk.fail = (what) => (what === "write" ? 5 : 0);
  const fd = call("open", "/a", 2, 0);
  assert.equal(call("fsync", fd), Errno.EIO);
  assert.equal(call("fsync", fd), Errno.EIO);
  disk.fail = null;
  assert.equal(call("fsync", fd), 0);
  call("close", fd);
  const image = stopped(machine).slice();
  assertClean(image, "after failed writes");
  const again = mounted(image);
  assert.deepEqual(readWhole(again, "/a"), Buffer.alloc(200_000, 1));
  while (Number(again.module.call("shrink")[0]) > 0);
  again.disk.fail = (what, sector) => (what === "read" && sector > 100 ? 5 : 0);
  const bad = again.call("open", "/a", 0, 0);
  if (bad >= 0) assert.equal(again.call("read", bad, again.buffer, 4096), Errno.EIO);
  else assert.equal(bad, Errno.EIO);
  again.disk.fail = null;
  assert.deepEqual(listDirectory(again, "/"), ["a", "lost+found"]);
  assert.equal(bytes.length, 2);
});

/** Whether a machine has a file of one of these names with one of these contents. */
function has(machine: Machine, { paths, contents }: Promised): boolean {
  return paths.some((at) => {
    const fd = machine.call("open", at, 0, 0);
    if (fd < 0) return false;
    machine.call("close", fd);
    const found = readWhole(machine, at);
    return contents.some((content) => Buffer.compare(found, content) === 0);
  });
}

const cutRounds: readonly (readonly string[])[] = [["-b", "1024"], ["-b", "4096"]];
for (const [round, options] of cutRounds.entries()) {
  test(`after a power cut e2fsck repairs, and no file that was synced has lost a byte (${options.join(" ")})`, { skip }, () => {
    const machine = mounted(makeImage(12_000, ...options), { memory: 24 << 20 });
    const cuts = workWithCuts(machine, 1000 + round, 400, 20);
    assert.equal(cuts.length, 20);
    assert.ok(cuts.reduce((sum, { promised }) => sum + promised.length, 0) > 20);
    for (const { image, promised, log } of cuts) {
      const repaired = check(image, "-fy");
      assert.ok((repaired.status ?? 99) <= 1, `${log.join("\n")}\n${repaired.output}`);
      const after = mounted(repaired.image);
      for (const promise of promised) assert.ok(has(after, promise), `${promise.paths}\n${log.join("\n")}\n${repaired.output}`);
    }
    assertClean(stopped(machine), "after the work");
  });
}

test("a file renamed over a synced one: at no moment are both gone", { skip }, () => {
  for (const options of cutRounds) {
    const machine = mounted(makeImage(4000, ...options));
    const { call, disk } = machine;
    const contents = [1, 2].map((value) => new Uint8Array(9000).fill(value));
    disk.remembers = true;
    assert.equal(call("mkdir", "/other", 0o755), 0);
    for (const from of ["/new", "/other/new"]) {
      writeWhole(machine, "/old", contents[0]!);
      writeWhole(machine, from, contents[1]!);
      assert.equal(call("sync"), 0);
      const images: Uint8Array[] = [];
      // A cut at each write, with everything before it on the disk and nothing behind.
      disk.fail = () => {
        const image = disk.flushed.slice();
        for (const { sector, bytes } of disk.since) image.set(bytes, sector * 512);
        images.push(image);
        return 0;
      };
      assert.equal(call("rename", from, "/old"), 0);
      assert.equal(call("sync"), 0);
      disk.fail = null;
      assert.ok(images.length > 5);
      for (const image of images) {
        const after = mounted(check(image, "-fy").image);
        assert.ok(has(after, { paths: ["/old"], contents }), `${from}, at ${images.indexOf(image)} of ${images.length} writes`);
      }
    }
  }
});

test("the kernel itself goes on after a power cut without a check, and e2fsck still finds nothing lost", { skip }, () => {
  const machine = mounted(makeImage(12_000, "-b", "1024"), { memory: 24 << 20 });
  for (const { image, promised, log } of workWithCuts(machine, 77, 300, 12)) {
    const after = mounted(image, { memory: 24 << 20 });
    for (const promise of promised) assert.ok(has(after, promise), `${promise.paths}\n${log.join("\n")}`);
    for (let i = 0; i < 20; i++) writeWhole(after, `/after${i}`, new Uint8Array(3000 * i).fill(i));
    for (const promise of promised) assert.ok(has(after, promise), `${promise.paths}\n${log.join("\n")}`);
    const repaired = check(stopped(after), "-fy");
    assert.ok((repaired.status ?? 99) <= 1, repaired.output);
    const last = mounted(repaired.image);
    for (const promise of promised) assert.ok(has(last, promise), `${promise.paths}\n${repaired.output}`);
    for (let i = 0; i < 20; i++) assert.deepEqual(readWhole(last, `/after${i}`), Buffer.alloc(3000 * i, i));
  }
});

test("without e2fsck: whichever name of a file a power cut has left, removing one leaves the file to the others", { skip }, () => {
  const content = new Uint8Array(30_000).map((_, i) => (i * 7) & 0xff);
  const kept = "/kept";
  const works: readonly (readonly [what: string, work: (call: Machine["call"]) => number])[] = [
    ["unlink", (call) => call("unlink", "/a")],
    ["rename", (call) => call("rename", "/a", "/d/c")],
    ["rename in a directory with a long list", (call) => call("rename", "/a", `/${"n".repeat(200)}`)],
    ["rename twice", (call) => call("rename", "/a", "/d/c") || call("rename", "/d/c", "/d/e")],
    ["rename over another file", (call) => call("rename", "/a", "/other")],
    ["rename over its own second name's file", (call) => call("rename", "/other", "/a")],
    ["link and unlink", (call) => call("link", "/a", "/d/f") || call("unlink", "/a") || call("unlink", "/d/f")],
  ];
  let doubles = 0;
  for (const [what, work] of works) {
    const machine = mounted(makeImage(2000, "-b", "1024"));
    const { call, disk } = machine;
    disk.remembers = true;
    assert.equal(call("mkdir", "/d", 0o755), 0);
    for (let i = 0; i < 12; i++) writeWhole(machine, `/${"filler".repeat(8)}${i}`, new Uint8Array(10));
    writeWhole(machine, "/a", content);
    writeWhole(machine, "/other", new Uint8Array(500).fill(9));
    assert.equal(call("link", "/a", kept), 0);
    assert.equal(call("sync"), 0);
    const images: Uint8Array[] = [];
    const next = randomSource(11);
    disk.fail = () => {
      for (const all of next(3) === 0 ? [true, false] : [true]) {
        const image = disk.flushed.slice();
        for (const { sector, bytes } of disk.since) if (all || next(2) === 0) image.set(bytes, sector * 512);
        images.push(image);
      }
      return 0;
    };
    assert.equal(work(call), 0, what);
    assert.equal(call("sync"), 0);
    disk.fail = null;
    assert.ok(images.length > 4);
    const names = ["/a", "/d/c", "/d/e", "/d/f", "/other", `/${"n".repeat(200)}`];
    for (const [cut, image] of images.entries()) {
      const seen = mounted(image.slice());
      const others = names.filter((at) => has(seen, { paths: [at], contents: [content] }));
      if (others.length > 0) doubles++;
      // All the names but one go; what they leave must be whole, also after a restart.
      const after = mounted(image.slice());
      for (const at of others) assert.equal(after.call("unlink", at), 0, `${what}, cut ${cut}: ${at}`);
      for (let i = 0; i < 5; i++) writeWhole(after, `/new${i}`, new Uint8Array(9000).fill(0xee));
      const promise = { paths: [kept], contents: [content] };
      assert.ok(has(after, promise), `${what}, cut ${cut} of ${images.length}, without ${others}`);
      const again = mounted(stopped(after));
      assert.ok(has(again, promise), `${what}, cut ${cut} of ${images.length}, without ${others}, after a restart`);
    }
    assertClean(stopped(machine), what);
  }
  assert.ok(doubles > 20, `${doubles} images had names left over`);
});

test("damaged file systems give errors, and never a crash or an endless loop", { skip }, () => {
  const machine = mounted(makeImage(2500, "-b", "1024"));
  const exercise = new Exercise(machine, 3, withLostFound());
  exercise.largest = 60_000;
  for (let i = 0; i < 400; i++) exercise.step();
  const image = stopped(machine).slice();
  const next = randomSource(8);
  let refused = 0;
  for (let round = 0; round < 80; round++) {
    const damaged = image.slice();
    const count = 1 + next(40);
    // Most damage goes where the structures are: superblock, descriptors, bitmaps, inodes; the rest anywhere.
    for (let i = 0; i < count; i++) {
      const at = next(4) === 0 ? next(damaged.length) : next(4) === 0 ? 1024 + next(2048) : 1024 + next(120_000);
      damaged[at] = next(3) === 0 ? 0xff : next(256);
    }
    const broken = startMachine(damaged, { memory: 8 << 20 });
    if (broken.mounted !== 0) {
      assert.ok([Errno.EINVAL, Errno.EIO, -12].includes(broken.mounted as -5), `${broken.mounted}`);
      refused++;
      continue;
    }
    misuse(broken, next);
  }
  assert.ok(refused > 3 && refused < 75, `${refused} were refused`);
});

function withLostFound(): Directory {
  const root = directory();
  root.names.set("lost+found", directory());
  return root;
}

/** Walks through everything that can be seen, reads it, changes some of it. Only that it comes back is looked at. */
function misuse({ call, bytes, buffer }: Machine, next: (below: number) => number): void {
  const todo = ["/"];
  for (let turn = 0; turn < 60 && todo.length > 0; turn++) {
    const at = todo.shift()!;
    const fd = call("open", at, 0, 0);
    if (fd < 0) continue;
    const got = call("getdents", fd, buffer, 4000);
    if (got > 0) {
      const data = bytes(0, got).slice();
      for (let i = 0; i < got; ) {
        const name = new TextDecoder("latin1").decode(data.slice(i + 19, data.indexOf(0, i + 19)));
        if (name !== "." && name !== ".." && /^[\x21-\x7e]+$/.test(name)) todo.push(`${at === "/" ? "" : at}/${name}`);
        i += data[i + 16]! | (data[i + 17]! << 8);
      }
    } else call("read", fd, buffer, 100_000);
    call("close", fd);
    const kind = next(8);
    if (kind === 0) call("unlink", at);
    else if (kind === 1) call("rmdir", at);
    else if (kind === 2) call("rename", at, `/r${turn}`);
    else if (kind === 3) call("truncate", at, next(90_000));
    else if (kind === 4) call("mkdir", `${at}/m`, 0o755);
    else if (kind === 5) {
      const to = call("open", `${at}/w`, 0x42, 0o644);
      if (to >= 0) {
        call("write", to, buffer, 30_000);
        call("close", to);
      }
    } else if (kind === 6) call("link", at, `/l${turn}`);
    call("stat", at, buffer);
  }
  call("sync");
  call("stop");
}
