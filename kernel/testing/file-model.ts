/**
 * What files are, as simply as possible: a tree in memory with the same calls and the same errors as the kernel's. Random
 * operations on both must give the same results, and leave the same tree.
 */
import assert from "node:assert/strict";
import type { Machine } from "./file-system.ts";

export const Errno = {
  ENOENT: -2,
  EIO: -5,
  EBADF: -9,
  EBUSY: -16,
  EEXIST: -17,
  ENOTDIR: -20,
  EISDIR: -21,
  EINVAL: -22,
  EFBIG: -27,
  ENOSPC: -28,
  EROFS: -30,
  EPIPE: -32,
  ENOTEMPTY: -39,
  ELOOP: -40,
} as const;

export interface Directory {
  readonly kind: "directory";
  readonly names: Map<string, ModelFile>;
}
export interface Regular {
  readonly kind: "regular";
  bytes: Uint8Array;
  links: number;
}
export interface Link {
  readonly kind: "link";
  readonly to: string;
}
export type ModelFile = Directory | Regular | Link;

export const directory = (): Directory => ({ kind: "directory", names: new Map() });

/** A generator of numbers below a limit, the same for the same seed. */
export function randomSource(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0x40;

/** Random operations on a machine and on the model. */
export class Exercise {
  readonly root: Directory;
  readonly machine: Machine;
  readonly next: (below: number) => number;
  readonly log: string[] = [];
  /** Most bytes of a file, now and then. */
  largest = 300_000;
  #pattern = 0;

  constructor(machine: Machine, seed: number, root = directory()) {
    this.machine = machine;
    this.next = randomSource(seed);
    this.root = root;
  }

  #all(of: ModelFile["kind"] | null): [path: string, file: ModelFile][] {
    const found: [string, ModelFile][] = [];
    const walk = (at: Directory, path: string): void => {
      for (const [name, file] of at.names) {
        if (name === "lost+found") continue;
        if (of === null || file.kind === of) found.push([`${path}/${name}`, file]);
        if (file.kind === "directory") walk(file, `${path}/${name}`);
      }
    };
    walk(this.root, "");
    return found;
  }

  #some(of: ModelFile["kind"] | null): [path: string, file: ModelFile] | null {
    const all = this.#all(of);
    return all.length === 0 ? null : all[this.next(all.length)]!;
  }

  #parent(): [path: string, dir: Directory] {
    const some = this.next(3) === 0 ? null : (this.#some("directory") as [string, Directory] | null);
    return some ?? ["", this.root];
  }

  #name(): string {
    const long = this.next(12) === 0;
    const name = `${"abcdefgh"[this.next(8)]}${this.next(40)}`;
    return long ? name.padEnd(20 + this.next(230), "-x.") : name;
  }

  #check(what: string, got: number, wanted: number): boolean {
    this.log.push(`${what} → ${got}`);
    assert.equal(
      got,
      wanted,
      `${what}\n${this.log.slice(-12).join("\n")}\n${this.machine.module.output().slice(-500)}`,
    );
    return got >= 0;
  }

  /** One operation. Errors that the model does not foresee fail the test, except when the disk is full. */
  step(): void {
    const kind = this.next(100);
    if (kind < 14) this.#create();
    else if (kind < 44) this.#write();
    else if (kind < 54) this.#read();
    else if (kind < 60) this.#truncate();
    else if (kind < 66) this.#mkdir();
    else if (kind < 78) this.#remove();
    else if (kind < 86) this.#rename();
    else if (kind < 90) this.#link();
    else if (kind < 94) this.#symlink();
    else if (kind < 97) this.#list();
    else this.#wrong();
  }

  /** Whether the disk may be full: then ENOSPC is fine, and leaves things as they were. */
  mayBeFull = false;

  #full(got: number): boolean {
    return this.mayBeFull && got === Errno.ENOSPC;
  }

  #create(): void {
    const [path, dir] = this.#parent();
    const name = this.#name();
    const { call } = this.machine;
    const there = dir.names.get(name);
    const fd = call("open", `${path}/${name}`, O_CREAT | 0x80 | O_RDWR, 0o644);
    if (this.#full(fd)) return;
    if (!this.#check(`create ${path}/${name}`, fd, there ? Errno.EEXIST : 0)) return;
    dir.names.set(name, { kind: "regular", bytes: new Uint8Array(0), links: 1 });
    call("close", fd);
  }

  #bytes(count: number): Uint8Array {
    this.#pattern++;
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) bytes[i] = (i * 7 + this.#pattern * 13 + (i >> 8)) & 0xff;
    return bytes;
  }

  #write(): void {
    const some = this.#some("regular") as [string, Regular] | null;
    if (some === null) return;
    const [path, file] = some;
    const size = file.bytes.length;
    const far = this.next(25) === 0 ? this.next(this.largest) : this.next(size + 1);
    const count = [this.next(100), this.next(5000), this.next(40000), 4096][this.next(4)]!;
    const data = this.#bytes(count);
    const { call, bytes, buffer } = this.machine;
    const fd = call("open", path, O_WRONLY, 0);
    assert.equal(fd, 0, path);
    bytes(0, count).set(data);
    const got = call("pwrite", fd, buffer, count, far);
    call("close", fd);
    if (this.mayBeFull && (got === Errno.ENOSPC || (got >= 0 && got < count))) {
      if (got > 0) this.#store(file, far, data.subarray(0, got));
      return;
    }
    this.#check(`write ${path} ${count} at ${far}`, got, count);
    if (count > 0) this.#store(file, far, data);
  }

  #store(file: Regular, at: number, data: Uint8Array): void {
    if (at + data.length > file.bytes.length) {
      const longer = new Uint8Array(at + data.length);
      longer.set(file.bytes);
      file.bytes = longer;
    }
    file.bytes.set(data, at);
  }

  #read(): void {
    const some = this.#some("regular") as [string, Regular] | null;
    if (some === null) return;
    const [path, file] = some;
    const at = this.next(file.bytes.length + 100);
    const count = this.next(60_000);
    const { call, bytes, buffer } = this.machine;
    const fd = call("open", path, 0, 0);
    const got = call("pread", fd, buffer, count, at);
    call("close", fd);
    const wanted = file.bytes.subarray(at, at + count);
    this.#check(`read ${path} ${count} at ${at}`, got, wanted.length);
    assert.ok(
      Buffer.compare(bytes(0, got), wanted) === 0,
      `${path} has other bytes at ${at}\n${this.log.slice(-20).join("\n")}`,
    );
  }

  #truncate(): void {
    const some = this.#some("regular") as [string, Regular] | null;
    if (some === null) return;
    const [path, file] = some;
    const size = this.next(4) === 0 ? 0 : this.next(file.bytes.length * 2 + 10);
    const got = this.machine.call("truncate", path, size);
    if (!this.#check(`truncate ${path} ${size}`, got, 0)) return;
    const cut = new Uint8Array(size);
    cut.set(file.bytes.subarray(0, size));
    file.bytes = cut;
  }

  #mkdir(): void {
    const [path, dir] = this.#parent();
    const name = this.#name();
    const got = this.machine.call("mkdir", `${path}/${name}`, 0o755);
    if (this.#full(got)) return;
    if (this.#check(`mkdir ${path}/${name}`, got, dir.names.has(name) ? Errno.EEXIST : 0))
      dir.names.set(name, directory());
  }

  #dirOf(path: string): [dir: Directory, name: string] {
    const parts = path.split("/").slice(1);
    let at: Directory = this.root;
    for (const part of parts.slice(0, -1)) at = at.names.get(part) as Directory;
    return [at, parts.at(-1)!];
  }

  #remove(): void {
    const some = this.#some(this.next(4) === 0 ? "directory" : null);
    if (some === null) return;
    const [path, file] = some;
    const [dir, name] = this.#dirOf(path);
    const { call } = this.machine;
    if (this.next(10) === 0) {
      const wrong = call(file.kind === "directory" ? "unlink" : "rmdir", path);
      this.#check(`remove ${path} the wrong way`, wrong, file.kind === "directory" ? Errno.EISDIR : Errno.ENOTDIR);
      return;
    }
    if (file.kind === "directory") {
      const got = call("rmdir", path);
      if (this.#check(`rmdir ${path}`, got, file.names.size > 0 ? Errno.ENOTEMPTY : 0)) dir.names.delete(name);
      return;
    }
    if (this.#check(`unlink ${path}`, call("unlink", path), 0)) {
      dir.names.delete(name);
      if (file.kind === "regular") file.links--;
    }
  }

  #rename(): void {
    const some = this.#some(null);
    if (some === null) return;
    const [path, file] = some;
    const target = this.next(3) === 0 ? this.#some(null) : null;
    let to: string;
    if (target === null) {
      const [parent] = this.#parent();
      to = `${parent}/${this.#name()}`;
    } else to = target[0];
    const [dir, name] = this.#dirOf(path);
    const below = to === path || to.startsWith(`${path}/`);
    let wanted = 0;
    const [toDir, toName] = this.#dirOf(to);
    const there = toDir?.names.get(toName);
    if (to !== path && file.kind === "directory" && below) wanted = Errno.EINVAL;
    else if (there === file) wanted = 0;
    else if (there) {
      if (file.kind === "directory" && there.kind !== "directory") wanted = Errno.ENOTDIR;
      else if (file.kind !== "directory" && there.kind === "directory") wanted = Errno.EISDIR;
      else if (there.kind === "directory" && there.names.size > 0) wanted = Errno.ENOTEMPTY;
    }
    const got = this.machine.call("rename", path, to);
    if (this.#full(got)) return;
    if (!this.#check(`rename ${path} ${to}`, got, wanted)) return;
    if (there === file) return;
    if (there?.kind === "regular") there.links--;
    dir.names.delete(name);
    toDir.names.set(toName, file);
  }

  #link(): void {
    const some = this.#some("regular") as [string, Regular] | null;
    if (some === null) return;
    const [path, dir] = this.#parent();
    const name = this.#name();
    const got = this.machine.call("link", some[0], `${path}/${name}`);
    if (this.#full(got)) return;
    if (!this.#check(`link ${some[0]} ${path}/${name}`, got, dir.names.has(name) ? Errno.EEXIST : 0)) return;
    dir.names.set(name, some[1]);
    some[1].links++;
  }

  #symlink(): void {
    const [path, dir] = this.#parent();
    const name = this.#name();
    const to = "/t".padEnd(2 + this.next(this.next(2) === 0 ? 59 : 900), "arget");
    const got = this.machine.call("symlink", to, `${path}/${name}`);
    if (this.#full(got)) return;
    if (this.#check(`symlink ${path}/${name}`, got, dir.names.has(name) ? Errno.EEXIST : 0))
      dir.names.set(name, { kind: "link", to });
  }

  #list(): void {
    const [path, dir] = this.#parent();
    assert.deepEqual(listDirectory(this.machine, path === "" ? "/" : path), [...dir.names.keys()].sort(), path);
  }

  #wrong(): void {
    const { call, buffer } = this.machine;
    const [path] = this.#parent();
    this.#check("open nothing", call("open", `${path}/nothing-here`, 0, 0), Errno.ENOENT);
    this.#check("stat below nothing", call("stat", `${path}/nothing/here`, buffer), Errno.ENOENT);
    const some = this.#some("regular");
    if (some === null) return;
    this.#check("below a file", call("open", `${some[0]}/x`, O_CREAT | O_RDWR, 0o644), Errno.ENOTDIR);
    this.#check("a file with a slash", call("stat", `${some[0]}/`, buffer), Errno.ENOTDIR);
  }

  /** Compares everything. */
  compare(): void {
    compareTree(this.machine, "", this.root);
  }
}

/** The names in a directory, without "." and "..", sorted. */
export function listDirectory({ call, bytes, buffer }: Machine, path: string): string[] {
  const fd = call("open", path, 0x10000, 0);
  assert.ok(fd >= 0, `${path}: ${fd}`);
  const names: string[] = [];
  for (;;) {
    const got = call("getdents", fd, buffer, 2048);
    assert.ok(got >= 0, `getdents ${path}: ${got}`);
    if (got === 0) break;
    const data = bytes(0, got);
    for (let at = 0; at < got; ) {
      const length = data[at + 16]! | (data[at + 17]! << 8);
      const end = data.indexOf(0, at + 19);
      names.push(new TextDecoder().decode(data.slice(at + 19, end)));
      at += length;
    }
  }
  call("close", fd);
  assert.deepEqual(names.slice(0, 2).sort(), [".", ".."], path);
  return names.filter((name) => name !== "." && name !== "..").sort();
}

/** All bytes of a file. */
export function readWhole({ call, bytes, buffer }: Machine, path: string): Uint8Array {
  const fd = call("open", path, 0, 0);
  assert.ok(fd >= 0, `open ${path}: ${fd}`);
  const parts: Uint8Array[] = [];
  for (;;) {
    const got = call("read", fd, buffer, 200_000);
    assert.ok(got >= 0, `read ${path}: ${got}`);
    if (got === 0) break;
    parts.push(bytes(0, got).slice());
  }
  call("close", fd);
  return Buffer.concat(parts);
}

/** Writes a whole file. */
export function writeWhole({ call, bytes, buffer }: Machine, path: string, content: Uint8Array): void {
  const fd = call("open", path, O_CREAT | 0x200 | O_WRONLY, 0o644);
  assert.ok(fd >= 0, `open ${path}: ${fd}`);
  for (let at = 0; at < content.length; at += 200_000) {
    const part = content.subarray(at, at + 200_000);
    bytes(0, part.length).set(part);
    assert.equal(call("write", fd, buffer, part.length), part.length, path);
  }
  call("close", fd);
}

function compareTree(machine: Machine, path: string, dir: Directory): void {
  const { call, bytes, buffer } = machine;
  assert.deepEqual(listDirectory(machine, path === "" ? "/" : path), [...dir.names.keys()].sort(), path);
  for (const [name, file] of dir.names) {
    const at = `${path}/${name}`;
    if (file.kind === "directory") {
      if (name !== "lost+found") compareTree(machine, at, file);
    } else if (file.kind === "link") {
      const got = call("readlink", at, buffer, 2000);
      assert.equal(new TextDecoder().decode(bytes(0, Math.max(got, 0)).slice()), file.to, at);
    } else {
      assert.equal(call("stat", at, buffer), 0, at);
      const stat = new DataView(bytes(0, 144).slice().buffer);
      assert.equal(Number(stat.getBigUint64(16, true)), file.links, `links of ${at}`);
      assert.equal(Number(stat.getBigUint64(48, true)), file.bytes.length, `bytes of ${at}`);
      assert.ok(Buffer.compare(readWhole(machine, at), file.bytes) === 0, `${at} has other bytes`);
    }
  }
}
