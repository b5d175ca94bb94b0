// A vnode is a file as the kernel sees it: not its name (it may have several, or none any more) and not an open descriptor of
// it (there may be many), but the thing itself, whichever file system keeps it. Sun drew this line in 1985, when files began
// to come from other machines: everything above works with vnodes, every file system brings a table of functions for its own.
//
// Vnodes are counted. Who keeps a pointer to one holds it; with the last one gone the file system may forget it, and if the
// file has no name left either, its blocks are free. A file system finds its own data around the vnode: it embeds it.
//
// No lock is held while an operation is called; each file system locks what it needs. Buffers are kernel memory: copying
// to a program may fault, and the fault may have to read this very file.
import type { StatFs } from "../abi/files.ts";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../abi/files.ts";
import type { BlockDevice } from "../drivers/block.ts";
import { SleepLocked } from "../sync/mutex.ts";
import type { Pipe } from "./pipe.ts";

/** What a file system does to its files. `dir` is a directory of it, names are at most NAME_MAX bytes without "/". */
export class VnodeOps {
  /** The file of that name, held. ENOENT. */
  lookup: MayAlloc<MaySleep<Fn<(dir: Ptr<Vnode>, name: View<u8>) => Res<Ptr<Vnode>>>>>;
  /** A new file of this mode (kind and rights), held; `device` is for device files. EEXIST, ENOSPC, EROFS. */
  create: MayAlloc<MaySleep<Fn<(dir: Ptr<Vnode>, name: View<u8>, mode: u32, device: u64) => Res<Ptr<Vnode>>>>>;
  mkdir: MayAlloc<MaySleep<Fn<(dir: Ptr<Vnode>, name: View<u8>, mode: u32) => Res<void>>>>;
  unlink: MayAlloc<MaySleep<Fn<(dir: Ptr<Vnode>, name: View<u8>) => Res<void>>>>;
  /** ENOTEMPTY; EBUSY when something is mounted there. */
  rmdir: MayAlloc<MaySleep<Fn<(dir: Ptr<Vnode>, name: View<u8>) => Res<void>>>>;
  /** One more name for a file of the same file system. EMLINK. */
  link: MayAlloc<MaySleep<Fn<(dir: Ptr<Vnode>, name: View<u8>, target: Ptr<Vnode>) => Res<void>>>>;
  symlink: MayAlloc<MaySleep<Fn<(dir: Ptr<Vnode>, name: View<u8>, to: View<u8>) => Res<void>>>>;
  /** The text of a symbolic link, cut at the buffer's end. */
  readlink: MayAlloc<MaySleep<Fn<(link: Ptr<Vnode>, into: Slice<u8>) => Res<usize>>>>;
  /** Both directories are of this file system; what was at the new name goes away in the same step. */
  rename: MayAlloc<
    MaySleep<Fn<(from: Ptr<Vnode>, name: View<u8>, to: Ptr<Vnode>, newName: View<u8>) => Res<void>>>
  >;
  /** Bytes read; fewer only at the file's end. */
  readAt: MayAlloc<MaySleep<Fn<(file: Ptr<Vnode>, offset: u64, into: Slice<u8>) => Res<usize>>>>;
  /** Bytes written, which may be fewer when the disk gets full. */
  writeAt: MayAlloc<MaySleep<Fn<(file: Ptr<Vnode>, offset: u64, from: View<u8>) => Res<usize>>>>;
  truncate: MayAlloc<MaySleep<Fn<(file: Ptr<Vnode>, bytes: u64) => Res<void>>>>;
  /** Directory entries (abi/files.ts) from a position on, which moves; 0 bytes at the end. EINVAL: not even one fits. */
  readDirectory: MayAlloc<MaySleep<Fn<(dir: Ptr<Vnode>, position: Ptr<u64>, into: Slice<u8>) => Res<usize>>>>;
  /** Sets what `which` names (SET_*) and keeps it. */
  setAttributes: MayAlloc<MaySleep<Fn<(file: Ptr<Vnode>, which: u32, values: Ptr<Attributes>) => Res<void>>>>;
  /** When this returns, the file, and the way to it, survives a power cut. */
  sync: MayAlloc<MaySleep<Fn<(file: Ptr<Vnode>) => Res<void>>>>;
  /** Gives back the reference that is perhaps the last; the file system decides, under its own lock. */
  inactive: MayAlloc<MaySleep<Fn<(file: Ptr<Vnode>) => void>>>;
}

export const SET_MODE: u32 = 1;
export const SET_OWNER: u32 = 2;
export const SET_ACCESSED: u32 = 4;
export const SET_MODIFIED: u32 = 8;

/** What chmod, chown and utimes change. Times are nanoseconds since 1970. */
export class Attributes {
  /** Rights only; the kind of a file stays. */
  mode: u32;
  uid: u32;
  gid: u32;
  accessed: u64;
  modified: u64;
}

class Writing {
  count: u64;
}

export class Vnode {
  refs: Atomic<u32>;
  /** S_IF* and rights. */
  mode: u32;
  uid: u32;
  gid: u32;
  inode: u64;
  links: u64;
  bytes: u64;
  /** Of 512 bytes, that it takes up. */
  sectors: u64;
  /** Which device a device file stands for. */
  device: u64;
  /** Nanoseconds since 1970. */
  accessed: u64;
  modified: u64;
  changed: u64;
  mount: Ptr<Mount>;
  ops: Ptr<VnodeOps>;
  /** The file system that is mounted over this directory. Changed under the lock of the mount table. */
  covered: Ptr<Mount> | null;
  /** What flows through it while a named pipe is open. Changed under the lock of named pipes. */
  pipe: Ptr<Pipe> | null;
  /** Each write of an open file is one, and O_APPEND finds the end that the last one left. Taken before any lock of a file system. */
  writing: SleepLocked<Writing>;

  isDirectory(): boolean {
    return (this.mode & S_IFMT) === S_IFDIR;
  }
  isRegular(): boolean {
    return (this.mode & S_IFMT) === S_IFREG;
  }
  isLink(): boolean {
    return (this.mode & S_IFMT) === S_IFLNK;
  }
}

/** What a file system does as a whole. */
export class MountOps {
  /** Everything that was written is on the medium. */
  sync: MayAlloc<MaySleep<Fn<(mount: Ptr<Mount>) => Res<void>>>>;
  /** The same, and it says of itself that it was left in order; from here on it is read-only. The machine goes off. */
  close: MayAlloc<MaySleep<Fn<(mount: Ptr<Mount>) => Res<void>>>>;
  statFs: MayAlloc<MaySleep<Fn<(mount: Ptr<Mount>, into: Ptr<StatFs>) => Res<void>>>>;
  /** Gives back the memory of everything that is only kept because somebody may ask for it. */
  forget: MaySleep<Fn<(mount: Ptr<Mount>) => void>>;
  /** Writes everything and frees what the mount holds, itself too. EBUSY while files are in use. */
  unmount: MayAlloc<MaySleep<Fn<(mount: Ptr<Mount>) => Res<void>>>>;
}

/** A file system at its place in the tree. */
export class Mount {
  /** "ext2", "proc" … */
  kind: string;
  /** What it was mounted from, and where, as /proc/mounts shows it. */
  source: Arr<u8, 32>;
  sourceBytes: usize;
  place: Arr<u8, 256>;
  placeBytes: usize;
  readOnly: boolean;
  /** What it lies on; null for those that lie on none. */
  device: Ptr<BlockDevice> | null;
  /** Tells files of different mounts apart in stat. */
  id: u64;
  ops: Ptr<MountOps>;
  /** Held while mounted. */
  root: Ptr<Vnode>;
  /** The directory that it hides, held; null for the root of the tree. */
  covers: Ptr<Vnode> | null;
  next: Ptr<Mount> | null;
}

/** One more holder of a vnode that the caller holds. */
export function hold(vnode: Ptr<Vnode>): Ptr<Vnode> {
  vnode.refs.add(1);
  return vnode;
}

/** One holder fewer. With the last, the file may be written, and freed when it has no name. */
export function drop(vnode: Ptr<Vnode>): void {
  for (;;) {
    const refs = vnode.refs.load();
    if (refs <= 1) break;
    if (vnode.refs.cas(refs, refs - 1)) return;
  }
  vnode.ops.inactive(vnode);
}

/** Bytes of a regular file, for mappings and programs. Fewer only at the file's end. EIO, EINVAL for others. */
export function readVnode(vnode: Ptr<Vnode>, offset: u64, into: Slice<u8>): Res<usize> {
  if (!vnode.isRegular()) return err(Errno.EINVAL);
  return vnode.ops.readAt(vnode, offset, into);
}

/** Changes bytes that a regular file has; it does not grow. EROFS, EIO, ENOSPC (a hole). */
export function writeVnode(vnode: Ptr<Vnode>, offset: u64, from: View<u8>): Res<usize> {
  if (!vnode.isRegular()) return err(Errno.EINVAL);
  if (vnode.mount.readOnly) return err(Errno.EROFS);
  if (offset >= vnode.bytes) return 0;
  const most = vnode.bytes - offset;
  return vnode.ops.writeAt(vnode, offset, from.sub(0, from.length < most ? from.length : most));
}
