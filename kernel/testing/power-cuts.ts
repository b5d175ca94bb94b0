/**
 * Power cuts. A program works with files and sometimes syncs; at random writes of the disk an image is put aside as the cut
 * would leave it: everything up to the last flush, and of the sectors since then an arbitrary subset. Beside it stands what
 * must be found there: each file that was synced, and that nobody has touched since, with all its bytes.
 */
import assert from "node:assert/strict";
import { randomSource, writeWhole } from "./file-model.ts";
import type { Machine } from "./file-system.ts";
import { type Promised, Promises } from "./promises.ts";

export interface Cut {
  readonly image: Uint8Array;
  readonly promised: readonly Promised[];
  /** What happened before. */
  readonly log: readonly string[];
}

/** Works for so many steps on a machine whose disk is empty, and gives about `cuts` images. */
export function workWithCuts(machine: Machine, seed: number, steps: number, cuts: number): Cut[] {
  const next = randomSource(seed);
  const { call, bytes, buffer, disk } = machine;
  const found: Cut[] = [];
  const log: string[] = [];
  const promises = new Promises();
  const directories = ["", "/d0", "/d1"];
  let patterns = 0;
  disk.remembers = true;
  disk.fail = (what) => {
    if (what !== "write" || found.length >= cuts || next(40) !== 0) return 0;
    const image = disk.flushed.slice();
    const share = next(5);
    for (const { sector, bytes: data } of disk.since) if (next(4) < share) image.set(data, sector * 512);
    found.push({ image, promised: promises.list, log: log.slice(-15) });
    return 0;
  };
  const content = (): Uint8Array => {
    patterns++;
    const data = new Uint8Array([next(400), next(9000), next(70_000)][next(3)]!);
    for (let i = 0; i < data.length; i++) data[i] = (i * 31 + patterns * 7 + (i >> 7)) & 0xff;
    return data;
  };
  const some = (): string | null => {
    const all = [...promises.files.keys()];
    return all.length === 0 ? null : all[next(all.length)]!;
  };
  /** Long names fill sectors of directories quickly. */
  const name = (): string => `${directories[next(3)]}/f${next(60)}${"-".repeat(next(60))}`;
  const bytesOf = (path: string): Uint8Array => promises.files.get(path)!;
  call("mkdir", "/d0", 0o755);
  call("mkdir", "/d1", 0o755);
  for (let step = 0; step < steps; step++) {
    const kind = next(100);
    const path = some();
    if (kind < 30 || path === null) {
      const at = name();
      const data = content();
      log.push(`write ${at} ${data.length}`);
      promises.change(at, data);
      writeWhole(machine, at, data);
    } else if (kind < 40) {
      log.push(`append ${path}`);
      const data = content();
      promises.change(path, Buffer.concat([bytesOf(path), data]));
      const fd = call("open", path, 0x401, 0);
      bytes(0, data.length).set(data);
      assert.equal(call("write", fd, buffer, data.length), data.length);
      call("close", fd);
    } else if (kind < 55) {
      log.push(`unlink ${path}`);
      promises.remove(path);
      assert.equal(call("unlink", path), 0);
    } else if (kind < 75) {
      const to = next(3) === 0 ? (some() ?? name()) : name();
      log.push(`rename ${path} ${to}`);
      promises.rename(path, to);
      assert.equal(call("rename", path, to), 0);
    } else if (kind < 80) {
      log.push(`truncate ${path}`);
      const size = next(bytesOf(path).length + 1);
      promises.change(path, bytesOf(path).slice(0, size));
      assert.equal(call("truncate", path, size), 0);
    } else if (kind < 92) {
      log.push(`fsync ${path}`);
      const fd = call("open", path, 0, 0);
      assert.equal(call("fsync", fd), 0);
      call("close", fd);
      promises.synced(path);
      log.push("done");
    } else if (kind < 96) {
      log.push("sync");
      assert.equal(call("sync"), 0);
      promises.allSynced();
      log.push("done");
    } else {
      const other = `/e${next(5)}`;
      log.push(`mkdir or rmdir ${other}`);
      if (call("mkdir", other, 0o755) < 0) call("rmdir", other);
    }
  }
  disk.fail = null;
  return found;
}
