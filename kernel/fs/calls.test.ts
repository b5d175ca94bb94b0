/** Files without a disk: pipes, devices, the file system in memory, archives, paths and descriptors, through the system calls. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { cpioArchive } from "../../disks/cpio.ts";
import { Errno, Exercise, listDirectory, readWhole, writeWhole } from "../testing/file-model.ts";
import { type Machine, startMachine } from "../testing/file-system.ts";

const EAGAIN = -11;
const ESPIPE = -29;
const EXDEV = -18;

function inMemory(): Machine {
  const machine = startMachine(null, { memory: 64 << 20 });
  assert.equal(machine.mounted, 0);
  return machine;
}

function pipeOf({ call, bytes, buffer }: Machine, flags: number): [reading: number, writing: number] {
  assert.equal(call("pipe", buffer, flags), 0);
  const view = new DataView(bytes(0, 8).slice().buffer);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}

test("random operations in memory are as in the model, and all memory comes back", () => {
  const machine = inMemory();
  const exercise = new Exercise(machine, 4);
  for (let i = 0; i < 2500; i++) exercise.step();
  exercise.compare();
  assert.equal(machine.call("stop"), 0);
});

test("a pipe keeps order, keeps small writes whole, and its ends tell of each other", () => {
  const machine = inMemory();
  const { call, bytes, buffer, module } = machine;
  const [reading, writing] = pipeOf(machine, 0x800);
  assert.equal(call("read", reading, buffer, 10), EAGAIN);
  let sent = 0;
  let got = 0;
  for (let turn = 0; turn < 400; turn++) {
    const count = (turn * 37) % 5000;
    for (let i = 0; i < count; i++) bytes(0, count)[i] = (sent + i) & 0xff;
    const wrote = call("write", writing, buffer, count);
    // Up to 4096 bytes go whole or not at all.
    if (wrote !== EAGAIN) {
      assert.ok(wrote === count || (count > 4096 && wrote > 0), `${wrote} of ${count}`);
      sent += wrote;
    }
    const read = call("read", reading, buffer, (turn * 53) % 6000);
    if (read === EAGAIN) continue;
    const data = bytes(0, read);
    for (let i = 0; i < read; i++) assert.equal(data[i], (got + i) & 0xff);
    got += read;
  }
  assert.ok(got > 100_000);
  assert.equal(call("lseek", reading, 0, 0), ESPIPE);
  assert.equal(call("write", reading, buffer, 1), Errno.EBADF);
  call("close", writing);
  while (call("read", reading, buffer, 60_000) > 0);
  assert.equal(call("read", reading, buffer, 1), 0);
  call("close", reading);
  const [other, end] = pipeOf(machine, 0);
  call("close", other);
  assert.equal(call("write", end, buffer, 1), Errno.EPIPE);
  assert.equal(module.call("signal")[0], 13n);
});

test("poll says what is ready", () => {
  const machine = inMemory();
  const { call, bytes, buffer } = machine;
  const [reading, writing] = pipeOf(machine, 0);
  const ask = (fds: readonly [fd: number, events: number][], timeout = 0): [number, number[]] => {
    const view = new DataView(new ArrayBuffer(fds.length * 8));
    for (const [i, [fd, events]] of fds.entries()) {
      view.setInt32(i * 8, fd, true);
      view.setUint16(i * 8 + 4, events, true);
    }
    bytes(0, view.byteLength).set(new Uint8Array(view.buffer));
    const ready = call("poll", buffer, fds.length, timeout);
    const after = new DataView(bytes(0, view.byteLength).slice().buffer);
    return [ready, fds.map((_, i) => after.getUint16(i * 8 + 6, true))];
  };
  assert.deepEqual(ask([[reading, 1], [writing, 4]]), [1, [0, 4]]);
  assert.deepEqual(ask([[reading, 1]], 10), [0, [0]]);
  call("write", writing, buffer, 5);
  assert.deepEqual(ask([[reading, 1], [-1, 1], [77, 1]]), [2, [1, 0, 0x20]]);
  call("close", writing);
  assert.deepEqual(ask([[reading, 1]]), [1, [0x11]]);
});

test("descriptors: the smallest free one, dup2, close on exec, one position for all that were duplicated", () => {
  const machine = inMemory();
  const { call, bytes, buffer } = machine;
  writeWhole(machine, "/f", new TextEncoder().encode("0123456789"));
  const fd = call("open", "/f", 2, 0);
  assert.equal(fd, 0);
  assert.equal(call("dup", fd), 1);
  assert.equal(call("dup2", fd, 9), 9);
  assert.equal(call("read", 9, buffer, 4), 4);
  assert.equal(call("read", 1, buffer, 3), 3);
  assert.equal(new TextDecoder().decode(bytes(0, 3).slice()), "456");
  assert.equal(call("fcntl", 1, 0, 5), 5);
  assert.equal(call("fcntl", 5, 2, 1), 0);
  assert.equal(call("fcntl", 5, 1, 0), 1);
  assert.equal(call("close", 0), 0);
  assert.equal(call("open", "/f", 0x401, 0), 0);
  assert.equal(call("write", 0, buffer, 1), 1);
  assert.equal(readWhole(machine, "/f").length, 11);
  assert.equal(call("close", 44), Errno.EBADF);
  assert.equal(call("pread", 1, buffer, 4, -1n), Errno.EINVAL);
});

test("paths: links, circles, mounts, the way back up, and what is no directory", () => {
  const machine = inMemory();
  const { call, bytes, buffer } = machine;
  const cwd = () => {
    const length = call("getcwd", buffer, 4096);
    assert.ok(length > 0, `${length}`);
    return new TextDecoder().decode(bytes(0, length - 1).slice());
  };
  for (const path of ["/a", "/a/b", "/a/b/c", "/mnt"]) assert.equal(call("mkdir", path, 0o755), 0);
  assert.equal(call("symlink", "b/c", "/a/link"), 0);
  assert.equal(call("symlink", "/loop2", "/loop1"), 0);
  assert.equal(call("symlink", "loop1", "/loop2"), 0);
  assert.equal(call("chdir", "/a/link"), 0);
  assert.equal(cwd(), "/a/b/c");
  assert.equal(call("chdir", "../.."), 0);
  assert.equal(cwd(), "/a");
  assert.equal(call("chdir", "../../../.."), 0);
  assert.equal(cwd(), "/");
  assert.equal(call("stat", "/loop1", buffer), Errno.ELOOP);
  assert.equal(call("open", "/loop1", 0x42, 0o644), Errno.ELOOP);
  assert.equal(call("open", "/a/link", 0x20000, 0), Errno.ELOOP);
  assert.equal(call("mount", "none", "/mnt", "tmpfs", 0), 0);
  writeWhole(machine, "/mnt/x", new Uint8Array(9));
  assert.equal(call("mkdir", "/mnt/d", 0o755), 0);
  assert.equal(call("chdir", "/mnt/d"), 0);
  assert.equal(cwd(), "/mnt/d");
  assert.equal(call("rename", "/mnt/x", "/a/x"), EXDEV);
  assert.equal(call("umount", "/mnt"), Errno.EBUSY);
  assert.equal(call("rmdir", "/mnt"), Errno.EBUSY);
  assert.equal(call("chdir", "/"), 0);
  assert.equal(call("umount", "/mnt"), 0);
  assert.deepEqual(listDirectory(machine, "/mnt"), []);
  assert.equal(call("umount", "/a"), Errno.EINVAL);
  assert.equal(call("mount", "none", "/mnt", "nothing", 0), -19);
  assert.equal(call("open", `/${"n".repeat(256)}`, 0x42, 0o644), -36);
  assert.equal(call("open", "", 0, 0), Errno.ENOENT);
  assert.equal(call("open", 0xffff_8000_0000_0000n, 0, 0), -14);
});

test("/dev: nothing, zeros, a full disk, and the disk itself", () => {
  const machine = inMemory();
  const { call, bytes, buffer } = machine;
  assert.equal(call("mkdir", "/dev", 0o755), 0);
  assert.equal(call("devices"), 0);
  assert.deepEqual(listDirectory(machine, "/dev"), ["full", "null", "random", "urandom", "vda", "zero"]);
  const at = (name: string) => call("open", `/dev/${name}`, 2, 0);
  const zero = at("zero");
  bytes(0, 3000).fill(1);
  assert.equal(call("read", zero, buffer, 3000), 3000);
  assert.ok(bytes(0, 3000).every((b) => b === 0));
  assert.equal(call("read", at("null"), buffer, 10), 0);
  assert.equal(call("write", at("null"), buffer, 10), 10);
  assert.equal(call("write", at("full"), buffer, 10), Errno.ENOSPC);
  assert.equal(call("open", "/dev/new", 0x42, 0o644), -1);
  assert.equal(call("unlink", "/dev/zero"), -1);
});

for (const format of ["newc", "binary"] as const) {
  test(`an archive becomes files, and half an archive is an error (${format})`, () => {
    const text = (of: string) => new TextEncoder().encode(of);
    const archive = cpioArchive(
      [
        { name: ".", mode: 0o040755 },
        { name: "sbin", mode: 0o040755 },
        { name: "sbin/init", mode: 0o100755, content: new Uint8Array(70_001).fill(5) },
        { name: "README.md", mode: 0o100644, content: text("hello\n"), modified: 1_700_000_000 },
        { name: "init", mode: 0o120777, content: text("sbin/init") },
        { name: "deep/er/file", mode: 0o100600 },
      ],
      format,
    );
    const machine = inMemory();
    machine.bytes(0, archive.length).set(archive);
    assert.equal(machine.call("unpack", archive.length), 6);
    assert.deepEqual(readWhole(machine, "/init"), Buffer.alloc(70_001, 5));
    assert.equal(new TextDecoder().decode(readWhole(machine, "/README.md")), "hello\n");
    assert.equal(machine.call("access", "/sbin/init", 1), 0);
    assert.equal(machine.call("access", "/README.md", 1), -13);
    assert.deepEqual(listDirectory(machine, "/deep/er"), ["file"]);
    for (let cut = 1; cut < 4000; cut += 997) {
      const other = inMemory();
      other.bytes(0, cut).set(archive.subarray(0, cut));
      assert.equal(other.call("unpack", cut), Errno.EINVAL);
    }
    const { error, stdout } = spawnSync("cpio", ["-t"], { input: archive, encoding: "utf8" });
    if (error === undefined) assert.match(stdout, /sbin\/init/);
  });
}
