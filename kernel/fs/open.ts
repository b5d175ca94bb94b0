// Opening: from a path to an open file, made if it is not there, emptied if that is wanted, with the functions of what it is.
import {
  LINKS_MAX,
  O_ACCMODE,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  PATH_MAX,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
} from "../abi/files.ts";
import { kalloc, kfree } from "../memory/slab.ts";
import { currentFiles } from "../task/process.ts";
import type { FileTable } from "./descriptors.ts";
import { openDevice } from "./devices.ts";
import { dropFile, holdFile, type OpenFile, openFile } from "./file.ts";
import { enterMount } from "./mount.ts";
import { resolve, resolveParent, resolveParentFrom, Target } from "./path.ts";
import { openNamedPipe } from "./pipe.ts";
import { directoryOps, regularOps } from "./regular.ts";
import { drop, type Vnode } from "./vnode.ts";

/** Opens a path with O_* flags; a file that is made gets `mode`, less what the table's mask withholds. */
export function openPath(table: Ptr<FileTable>, path: View<u8>, flags: u32, mode: u32): Res<Ptr<OpenFile>> {
  const find = (flags & O_CREAT) === 0;
  const made = zeroed<Made>();
  const vnode = orReturn(find ? resolve(table, path, (flags & O_NOFOLLOW) === 0) : findOrMake(table, path, flags, mode, ref(made)));
  const file = openVnode(vnode, flags, made.fresh);
  if (isErr(file)) drop(vnode);
  return file;
}

class Made {
  fresh: boolean;
}

/** The file of a path, held; where there is none, a new one, also where a link leads to nothing. EEXIST with O_EXCL. */
function findOrMake(table: Ptr<FileTable>, path: View<u8>, flags: u32, mode: u32, made: Ptr<Made>): Res<Ptr<Vnode>> {
  const target = zeroed<Target>();
  let directory = orReturn(resolveParent(table, path, ref(target)));
  const page = orReturn(kalloc(PATH_MAX));
  using _ = defer(() => kfree(page));
  for (let links = 0; links < LINKS_MAX; links++) {
    const file = inDirectory(directory, ref(target), flags, mode & ~table.umask(), made);
    if (isErr(file) || !file.isLink() || (flags & O_NOFOLLOW) !== 0) {
      drop(directory);
      return file;
    }
    const length = file.ops.readlink(file, slice(page, PATH_MAX));
    drop(file);
    if (isErr(length)) {
      drop(directory);
      return length;
    }
    const next = resolveParentFrom(directory, slice(page, length), ref(target));
    drop(directory);
    if (isErr(next)) return next;
    directory = next;
  }
  drop(directory);
  return err(Errno.ELOOP);
}

function inDirectory(directory: Ptr<Vnode>, target: Ptr<Target>, flags: u32, mode: u32, made: Ptr<Made>): Res<Ptr<Vnode>> {
  const name = target.last();
  // Somebody else may make it, or remove it, between looking and making.
  for (let tries = 0; tries < 8; tries++) {
    const there = directory.ops.lookup(directory, name);
    if (!isErr(there)) {
      if ((flags & O_EXCL) === 0) return enterMount(there);
      drop(there);
      return err(Errno.EEXIST);
    }
    if (there.code !== Errno.ENOENT) return there;
    if (target.slash) return err(Errno.EISDIR);
    if (directory.mount.readOnly) return err(Errno.EROFS);
    const fresh = directory.ops.create(directory, name, S_IFREG | (mode & 0o7777), 0);
    if (!isErr(fresh)) {
      made.fresh = true;
      return fresh;
    }
    if (fresh.code !== Errno.EEXIST) return fresh;
  }
  return err(Errno.EAGAIN);
}

/** Opens a file; its hold passes over, unless this fails. */
export function openVnode(vnode: Ptr<Vnode>, flags: u32, fresh: boolean): Res<Ptr<OpenFile>> {
  const writes = (flags & O_ACCMODE) !== O_RDONLY;
  if ((flags & O_ACCMODE) === O_ACCMODE) return err(Errno.EINVAL);
  const kind = vnode.mode & S_IFMT;
  if ((flags & O_DIRECTORY) !== 0 && kind !== S_IFDIR) return err(Errno.ENOTDIR);
  if (kind === S_IFDIR) {
    if (writes || (flags & (O_CREAT | O_TRUNC)) !== 0) return err(Errno.EISDIR);
    return openFile(ref(directoryOps), flags, vnode, 0);
  }
  if (kind === S_IFCHR || kind === S_IFBLK) return openDevice(vnode, flags);
  if (kind === S_IFIFO) return openNamedPipe(vnode, flags);
  if (kind !== S_IFREG) return err(vnode.isLink() ? Errno.ELOOP : Errno.ENXIO);
  if ((writes || (flags & O_TRUNC) !== 0) && vnode.mount.readOnly) return err(Errno.EROFS);
  if ((flags & O_TRUNC) !== 0 && writes && !fresh) orReturn(truncateVnode(vnode, 0));
  return openFile(ref(regularOps), flags, vnode, 0);
}

/** Changes a regular file's length. EISDIR, EINVAL, EROFS, EFBIG. */
export function truncateVnode(vnode: Ptr<Vnode>, bytes: u64): Res<void> {
  if (vnode.isDirectory()) return err(Errno.EISDIR);
  if (!vnode.isRegular()) return err(Errno.EINVAL);
  if (vnode.mount.readOnly) return err(Errno.EROFS);
  using w = vnode.writing.enter();
  w.v.count++;
  return vnode.ops.truncate(vnode, bytes);
}

/** A program's file, held, for the process that runs. EACCES: not a regular file, or nobody may execute it. */
export function openProgram(path: View<u8>): Res<Ptr<Vnode>> {
  const vnode = orReturn(resolve(currentFiles(), path, true));
  if (vnode.isRegular() && (vnode.mode & 0o111) !== 0) return vnode;
  drop(vnode);
  return err(Errno.EACCES);
}

/** Opens a device three times over one: standard input, output and error of the first program. */
export function openConsole(table: Ptr<FileTable>, path: string): Res<void> {
  const file = orReturn(openPath(table, bytes(path), O_RDWR, 0));
  for (let fd: i32 = 0; fd < 3; fd++) orReturn(table.put(fd, holdFile(file), false));
  dropFile(file);
}
