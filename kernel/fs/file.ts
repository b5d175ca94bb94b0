// An open file: what a descriptor leads to. It is made by open, and shared from then on by everything that descends from that
// one open: dup, fork. They share the place where the next read goes on, too, which is why `(echo a; echo b) > x` has both
// lines. Behind it is a table of functions, for a pipe is opened like a file but read quite differently.
import { O_ACCMODE, O_APPEND, O_RDONLY, O_WRONLY, SEEK_CUR, SEEK_END, SEEK_SET } from "../abi/files.ts";
import { create, destroy } from "../memory/slab.ts";
import { SleepLocked } from "../sync/mutex.ts";
import { WaitQueue } from "../sync/wait.ts";
import type { Pipe } from "./pipe.ts";
import type { Transfer } from "./transfer.ts";
import { drop, type Vnode } from "./vnode.ts";

/** What can be done to an open file. Each is called without locks; a file that has none of a kind takes the one that refuses. */
export class FileOps {
  /** Bytes that were put into the transfer, at least one unless the file is at its end. May wait: EINTR, EAGAIN with O_NONBLOCK. */
  read: MayAlloc<MaySleep<Fn<(file: Ptr<OpenFile>, to: Ptr<Transfer>) => Res<usize>>>>;
  write: MayAlloc<MaySleep<Fn<(file: Ptr<OpenFile>, from: Ptr<Transfer>) => Res<usize>>>>;
  /** ENOTTY for requests that are not known. */
  ioctl: MayAlloc<MaySleep<Fn<(file: Ptr<OpenFile>, request: u64, argument: User<u8>) => Res<u64>>>>;
  /** POLL* that hold now. Who changes the answer calls pollChanged. */
  poll: Fn<(file: Ptr<OpenFile>) => u32>;
  /** The last one that had it open is gone. */
  release: MayAlloc<MaySleep<Fn<(file: Ptr<OpenFile>) => void>>>;
  /** Whether it has places: lseek, pread and pwrite, and the transfer's offset counts. */
  seekable: boolean;
}

/** Where the next read or write begins. */
class Position {
  offset: u64;
}

export class OpenFile {
  refs: Atomic<u32>;
  /** O_*; fcntl changes O_APPEND and O_NONBLOCK. */
  flags: Atomic<u32>;
  ops: Ptr<FileOps>;
  /** Held; null for pipes without a name. */
  vnode: Ptr<Vnode> | null;
  /** The driver's: what registerDevice was given, or what its own open found. */
  data: u64;
  /** Of the ends of a pipe. */
  pipe: Ptr<Pipe> | null;
  /** While somebody reads or writes at the position, others wait: each gets its own part of the file. */
  position: SleepLocked<Position>;

  readable(): boolean {
    return (this.flags.load() & O_ACCMODE) !== O_WRONLY;
  }
  writable(): boolean {
    return (this.flags.load() & O_ACCMODE) !== O_RDONLY;
  }
}

/** A new open file with one holder; it takes over the caller's hold of the vnode, unless this fails. ENOMEM. */
export function openFile(ops: Ptr<FileOps>, flags: u32, vnode: Ptr<Vnode> | null, data: u64): Res<Ptr<OpenFile>> {
  const file = orReturn(create<OpenFile>());
  file.refs.store(1);
  file.flags.store(flags);
  file.ops = ops;
  file.vnode = vnode;
  file.data = data;
  return file;
}

export function holdFile(file: Ptr<OpenFile>): Ptr<OpenFile> {
  file.refs.add(1);
  return file;
}

/** One holder fewer; the last one closes the file. */
export function dropFile(file: Ptr<OpenFile>): void {
  if (file.refs.sub(1) !== 1) return;
  file.ops.release(file);
  const vnode = file.vnode;
  if (vnode !== null) drop(vnode);
  destroy(file);
}

/** Reads on from the file's position. EBADF when it was not opened for that. */
export function readFile(file: Ptr<OpenFile>, to: Ptr<Transfer>): Res<usize> {
  if (!file.readable()) return err(Errno.EBADF);
  if (!file.ops.seekable) return file.ops.read(file, to);
  using position = file.position.enter();
  to.offset = position.v.offset;
  const done = orReturn(file.ops.read(file, to));
  position.v.offset += done;
  return done;
}

/** Writes on from the file's position. EBADF. */
export function writeFile(file: Ptr<OpenFile>, from: Ptr<Transfer>): Res<usize> {
  if (!file.writable()) return err(Errno.EBADF);
  if (!file.ops.seekable) return file.ops.write(file, from);
  using position = file.position.enter();
  from.offset = position.v.offset;
  // The end may move until the bytes are there: with O_APPEND the file system finds it.
  const done = orReturn(file.ops.write(file, from));
  position.v.offset = from.offset + done;
  return done;
}

/** Reads at the transfer's offset and leaves the position alone. ESPIPE where there are no places. */
export function readFileAt(file: Ptr<OpenFile>, to: Ptr<Transfer>): Res<usize> {
  if (!file.readable()) return err(Errno.EBADF);
  if (!file.ops.seekable) return err(Errno.ESPIPE);
  return file.ops.read(file, to);
}

export function writeFileAt(file: Ptr<OpenFile>, from: Ptr<Transfer>): Res<usize> {
  if (!file.writable()) return err(Errno.EBADF);
  if (!file.ops.seekable) return err(Errno.ESPIPE);
  return file.ops.write(file, from);
}

/** Moves the position; the new one. ESPIPE, EINVAL when it would be negative. */
export function seekFile(file: Ptr<OpenFile>, offset: i64, whence: i32): Res<u64> {
  if (!file.ops.seekable) return err(Errno.ESPIPE);
  using position = file.position.enter();
  let base: i64 = 0;
  const vnode = file.vnode;
  if (whence === SEEK_CUR) base = i64(position.v.offset);
  else if (whence === SEEK_END) base = vnode === null ? 0 : i64(vnode.bytes);
  else if (whence !== SEEK_SET) return err(Errno.EINVAL);
  const at = base + offset;
  // The sum of two numbers of one sign has that sign, or it has overflowed.
  if (at < 0 || (offset > 0 && at < base)) return err(Errno.EINVAL);
  position.v.offset = u64(at);
  return u64(at);
}

// ---- what files that cannot do something have in that place

export function noRead(_file: Ptr<OpenFile>, _to: Ptr<Transfer>): Res<usize> {
  return err(Errno.EINVAL);
}
export function noWrite(_file: Ptr<OpenFile>, _from: Ptr<Transfer>): Res<usize> {
  return err(Errno.EINVAL);
}
export function noIoctl(_file: Ptr<OpenFile>, _request: u64, _argument: User<u8>): Res<u64> {
  return err(Errno.ENOTTY);
}
export function noRelease(_file: Ptr<OpenFile>): void {}

// ---- poll

/**
 * Everybody who polls waits here. One queue for all: a change that concerns others wakes them for nothing, they look and
 * wait on; in exchange nothing must be registered with ten files and taken back from ten files.
 */
export const pollers = zeroed<WaitQueue>();

/** What poll says of some file may have changed. Interrupt handlers may call it. */
export function pollChanged(): void {
  attr(irqSafe);
  pollers.wakeAll();
}
