// A descriptor is a small number, the smallest that is free: programs rely on that, `close(1); open(…)` is how a shell once
// redirected output. The table behind the numbers belongs to a process; its threads share it, fork copies it. With it goes what
// else a process has to do with files: the directory it is in, and the rights it withholds from files it creates.
import { FD_CLOEXEC } from "../abi/files.ts";
import { create, destroy } from "../memory/slab.ts";
import { Locked } from "../sync/spin.ts";
import { dropFile, holdFile, type OpenFile } from "./file.ts";
import { drop, hold, type Vnode } from "./vnode.ts";

/** Most files that a process may have open. */
export const OPEN_MAX = 256;
const SET_WORDS = OPEN_MAX / 64;

class Slots {
  files: Arr<Ptr<OpenFile> | null, typeof OPEN_MAX>;
  /** Bit for each descriptor that exec closes. */
  closeOnExec: Arr<u64, typeof SET_WORDS>;
  /** Held. Null until the root is mounted. */
  cwd: Ptr<Vnode> | null;
  umask: u32;

  setCloseOnExec(at: usize, on: boolean): void {
    const bit: u64 = 1 << (u64(at) % 64);
    const word = ref(this.closeOnExec[at / 64]);
    if (on) word[0] |= bit;
    else word[0] &= ~bit;
  }
  closesOnExec(at: usize): boolean {
    return ((this.closeOnExec[at / 64] >> (u64(at) % 64)) & 1) !== 0;
  }
}

export class FileTable {
  /** Of processes and threads that share it. */
  private refs: Atomic<u32>;
  private slots: Locked<Slots>;

  /** The open file behind a descriptor, held until dropFile. EBADF. */
  get(fd: i32): Res<Ptr<OpenFile>> {
    if (fd < 0 || fd >= OPEN_MAX) return err(Errno.EBADF);
    using s = this.slots.enter();
    const file = s.v.files[usize(fd)];
    if (file === null) return err(Errno.EBADF);
    return holdFile(file);
  }

  /** The smallest free descriptor of at least `from` for a file, whose hold passes over unless this fails. EMFILE, EINVAL. */
  add(file: Ptr<OpenFile>, from: i32, closeOnExec: boolean): Res<i32> {
    if (from < 0 || from >= OPEN_MAX) return err(Errno.EINVAL);
    using s = this.slots.enter();
    for (let at = usize(from); at < OPEN_MAX; at++) {
      if (s.v.files[at] !== null) continue;
      s.v.files[at] = file;
      s.v.setCloseOnExec(at, closeOnExec);
      return i32(at);
    }
    return err(Errno.EMFILE);
  }

  /** Puts a file, whose hold passes over, at this descriptor; what was there before is closed. EBADF. */
  put(fd: i32, file: Ptr<OpenFile>, closeOnExec: boolean): Res<void> {
    if (fd < 0 || fd >= OPEN_MAX) return err(Errno.EBADF);
    const before = this.exchange(usize(fd), file, closeOnExec);
    if (before !== null) dropFile(before);
  }

  /** Frees a descriptor. EBADF. */
  close(fd: i32): Res<void> {
    if (fd < 0 || fd >= OPEN_MAX) return err(Errno.EBADF);
    const before = this.exchange(usize(fd), null, false);
    if (before === null) return err(Errno.EBADF);
    dropFile(before);
  }

  private exchange(at: usize, file: Ptr<OpenFile> | null, closeOnExec: boolean): Ptr<OpenFile> | null {
    using s = this.slots.enter();
    const before = s.v.files[at];
    s.v.files[at] = file;
    s.v.setCloseOnExec(at, closeOnExec);
    return before;
  }

  /** FD_CLOEXEC or 0. EBADF. */
  descriptorFlags(fd: i32): Res<u64> {
    if (fd < 0 || fd >= OPEN_MAX) return err(Errno.EBADF);
    using s = this.slots.enter();
    if (s.v.files[usize(fd)] === null) return err(Errno.EBADF);
    return s.v.closesOnExec(usize(fd)) ? FD_CLOEXEC : 0;
  }

  setDescriptorFlags(fd: i32, flags: u64): Res<void> {
    if (fd < 0 || fd >= OPEN_MAX) return err(Errno.EBADF);
    using s = this.slots.enter();
    if (s.v.files[usize(fd)] === null) return err(Errno.EBADF);
    s.v.setCloseOnExec(usize(fd), (flags & FD_CLOEXEC) !== 0);
  }

  /** What exec does: the descriptors that were marked are closed. */
  closeMarked(): void {
    for (let at: usize = 0; at < OPEN_MAX; at++) {
      if (!this.isMarked(at)) continue;
      const before = this.exchange(at, null, false);
      if (before !== null) dropFile(before);
    }
  }

  private isMarked(at: usize): boolean {
    using s = this.slots.enter();
    return s.v.closesOnExec(at);
  }

  /** The directory that relative paths begin at, held. ENOENT before there is a root. */
  directory(): Res<Ptr<Vnode>> {
    using s = this.slots.enter();
    const cwd = s.v.cwd;
    if (cwd === null) return err(Errno.ENOENT);
    return hold(cwd);
  }

  /** Takes over the caller's hold of a directory. */
  setDirectory(directory: Ptr<Vnode>): void {
    const before = this.exchangeDirectory(directory);
    if (before !== null) drop(before);
  }

  private exchangeDirectory(directory: Ptr<Vnode> | null): Ptr<Vnode> | null {
    using s = this.slots.enter();
    const before = s.v.cwd;
    s.v.cwd = directory;
    return before;
  }

  umask(): u32 {
    using s = this.slots.enter();
    return s.v.umask;
  }

  /** The mask from before. */
  setUmask(mask: u32): u32 {
    using s = this.slots.enter();
    const before = s.v.umask;
    s.v.umask = mask & 0o777;
    return before;
  }

  /** Of an empty table: one user. */
  start(): void {
    this.refs.store(1);
    this.setUmask(0o022);
  }

  /** Fills an empty table with what another one has. */
  private copyFrom(other: Ptr<FileTable>): void {
    for (let at: usize = 0; at < OPEN_MAX; at++) {
      const file = other.slotAt(at);
      if (file !== null) this.exchange(at, file, other.isMarked(at));
    }
    const cwd = other.directory();
    if (!isErr(cwd)) this.setDirectory(cwd);
    this.setUmask(other.umask());
  }

  private slotAt(at: usize): Ptr<OpenFile> | null {
    using s = this.slots.enter();
    const file = s.v.files[at];
    return file === null ? null : holdFile(file);
  }

  private closeAll(): void {
    for (let at: usize = 0; at < OPEN_MAX; at++) {
      const before = this.exchange(at, null, false);
      if (before !== null) dropFile(before);
    }
    const cwd = this.exchangeDirectory(null);
    if (cwd !== null) drop(cwd);
  }

  /** One more thread or process that uses this very table. */
  share(): void {
    this.refs.add(1);
  }

  /** A table of its own with the same open files: fork. ENOMEM. */
  fork(): Res<Ptr<FileTable>> {
    const table = orReturn(createFileTable());
    table.copyFrom(ref<FileTable>(this));
    return table;
  }

  /** One user fewer; the last one closes everything. */
  release(): void {
    if (this.refs.sub(1) !== 1) return;
    this.closeAll();
    destroy(ref<FileTable>(this));
  }
}

/** An empty table with one user, without a directory. ENOMEM. */
export function createFileTable(): Res<Ptr<FileTable>> {
  const table = orReturn(create<FileTable>());
  table.start();
  return table;
}
