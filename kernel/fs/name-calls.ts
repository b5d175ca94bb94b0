// System calls that take paths. A path is copied to a page of the kernel's first; what it names is looked up from there, so a
// program that changes it meanwhile changes nothing.
import {
  F_OK,
  O_CLOEXEC,
  PATH_MAX,
  R_OK,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  Stat,
  StatFs,
  TimeSpec,
  W_OK,
  X_OK,
} from "../abi/files.ts";
import { kalloc, kfree } from "../memory/slab.ts";
import { copyInText, userAddress } from "../memory/user.ts";
import { wallTime } from "../task/clock.ts";
import { currentFiles } from "../task/process.ts";
import { directoryName } from "./cwd.ts";
import { dropFile } from "./file.ts";
import { mountAt, unmountAt } from "./mount-kinds.ts";
import { openPath, truncateVnode } from "./open.ts";
import { resolve, resolveParent, Target } from "./path.ts";
import { statOf } from "./stat.ts";
import { Attributes, drop, SET_ACCESSED, SET_MODE, SET_MODIFIED, SET_OWNER, type Vnode } from "./vnode.ts";

/** The text at an address, in a page. EFAULT, ENAMETOOLONG. */
function textIn(page: Ptr<u8>, from: User<u8>): Res<View<u8>> {
  return slice(page, orReturn(copyInText(slice(page, PATH_MAX), from)));
}

/** The file of a path, held. */
function fileAt(from: User<u8>, follow: boolean): Res<Ptr<Vnode>> {
  const page = orReturn(kalloc(PATH_MAX));
  using _ = defer(() => kfree(page));
  return resolve(currentFiles(), orReturn(textIn(page, from)), follow);
}

/** The directory of a path's last name, held, and writable; the name is in the target. */
function parentAt(from: User<u8>, target: Ptr<Target>): Res<Ptr<Vnode>> {
  const page = orReturn(kalloc(PATH_MAX));
  using _ = defer(() => kfree(page));
  return resolveParent(currentFiles(), orReturn(textIn(page, from)), target);
}

export function sysOpen(path: User<u8>, flags: u32, mode: u32): Res<i32> {
  const page = orReturn(kalloc(PATH_MAX));
  using _ = defer(() => kfree(page));
  const table = currentFiles();
  const file = orReturn(openPath(table, orReturn(textIn(page, path)), flags & ~O_CLOEXEC, mode));
  const fd = table.add(file, 0, (flags & O_CLOEXEC) !== 0);
  if (isErr(fd)) dropFile(file);
  return fd;
}

function statAt(path: User<u8>, to: User<Stat>, follow: boolean): Res<void> {
  const vnode = orReturn(fileAt(path, follow));
  const stat = zeroed<Stat>();
  statOf(vnode, ref(stat));
  drop(vnode);
  orReturn(copyOut(to, slice(ref(stat), 1)));
}

export function sysStat(path: User<u8>, to: User<Stat>): Res<void> {
  return statAt(path, to, true);
}

export function sysLstat(path: User<u8>, to: User<Stat>): Res<void> {
  return statAt(path, to, false);
}

/** Everybody is root: what may be read and written is a matter of the file system, and what may be run of the file. */
export function sysAccess(path: User<u8>, how: u32): Res<void> {
  if ((how & ~(R_OK | W_OK | X_OK)) !== F_OK) return err(Errno.EINVAL);
  const vnode = orReturn(fileAt(path, true));
  using _ = defer(() => drop(vnode));
  if ((how & W_OK) !== 0 && vnode.mount.readOnly && (vnode.isRegular() || vnode.isDirectory())) return err(Errno.EROFS);
  if ((how & X_OK) !== 0 && !vnode.isDirectory() && (vnode.mode & 0o111) === 0) return err(Errno.EACCES);
}

export function sysMkdir(path: User<u8>, mode: u32): Res<void> {
  const target = zeroed<Target>();
  const directory = orReturn(parentAt(path, ref(target)));
  using _ = defer(() => drop(directory));
  if (directory.mount.readOnly) return exists(directory, target.last(), Errno.EROFS);
  const rights = mode & 0o7777 & ~currentFiles().umask();
  return directory.ops.mkdir(directory, target.last(), S_IFDIR | rights);
}

/** EEXIST for a name that is there; else what is wrong otherwise. */
function exists(directory: Ptr<Vnode>, name: View<u8>, otherwise: Errno): Res<void> {
  const there = directory.ops.lookup(directory, name);
  if (isErr(there)) return err(otherwise);
  drop(there);
  return err(Errno.EEXIST);
}

export function sysRmdir(path: User<u8>): Res<void> {
  const target = zeroed<Target>();
  const directory = orReturn(parentAt(path, ref(target)));
  using _ = defer(() => drop(directory));
  if (directory.mount.readOnly) return err(Errno.EROFS);
  const name = target.last();
  if (name.length === 1 && name[0] === byte(".")) return err(Errno.EINVAL);
  return directory.ops.rmdir(directory, name);
}

export function sysUnlink(path: User<u8>): Res<void> {
  const target = zeroed<Target>();
  const directory = orReturn(parentAt(path, ref(target)));
  using _ = defer(() => drop(directory));
  if (directory.mount.readOnly) return err(Errno.EROFS);
  if (target.slash) return err(Errno.ENOTDIR);
  return directory.ops.unlink(directory, target.last());
}

export function sysLink(from: User<u8>, to: User<u8>): Res<void> {
  const vnode = orReturn(fileAt(from, false));
  using _ = defer(() => drop(vnode));
  const target = zeroed<Target>();
  const directory = orReturn(parentAt(to, ref(target)));
  using dropped = defer(() => drop(directory));
  if (directory.mount !== vnode.mount) return err(Errno.EXDEV);
  if (directory.mount.readOnly) return err(Errno.EROFS);
  if (target.slash) return err(Errno.ENOENT);
  return directory.ops.link(directory, target.last(), vnode);
}

export function sysSymlink(to: User<u8>, path: User<u8>): Res<void> {
  const page = orReturn(kalloc(PATH_MAX));
  using _ = defer(() => kfree(page));
  const text = orReturn(textIn(page, to));
  if (text.length === 0) return err(Errno.ENOENT);
  const target = zeroed<Target>();
  const directory = orReturn(parentAt(path, ref(target)));
  using dropped = defer(() => drop(directory));
  if (directory.mount.readOnly) return err(Errno.EROFS);
  if (target.slash) return err(Errno.ENOENT);
  return directory.ops.symlink(directory, target.last(), text);
}

/** The text without a zero at its end, cut at the buffer's. */
export function sysReadlink(path: User<u8>, to: User<u8>, count: usize): Res<usize> {
  if (count === 0) return err(Errno.EINVAL);
  const vnode = orReturn(fileAt(path, false));
  using _ = defer(() => drop(vnode));
  if (!vnode.isLink()) return err(Errno.EINVAL);
  const page = orReturn(kalloc(PATH_MAX));
  using freed = defer(() => kfree(page));
  const most = count < PATH_MAX ? count : PATH_MAX;
  const length = orReturn(vnode.ops.readlink(vnode, slice(page, most)));
  if (length > 0) orReturn(copyOut(to, slice(page, length)));
  return length;
}

export function sysRename(from: User<u8>, to: User<u8>): Res<void> {
  const source = zeroed<Target>();
  const old = orReturn(parentAt(from, ref(source)));
  using _ = defer(() => drop(old));
  const target = zeroed<Target>();
  const directory = orReturn(parentAt(to, ref(target)));
  using dropped = defer(() => drop(directory));
  if (old.mount !== directory.mount) return err(Errno.EXDEV);
  if (old.mount.readOnly) return err(Errno.EROFS);
  if (source.slash || target.slash) orReturn(isDirectory(old, source.last()));
  return old.ops.rename(old, source.last(), directory, target.last());
}

/** ENOTDIR when a name is something else: a slash behind it meant a directory. */
function isDirectory(directory: Ptr<Vnode>, name: View<u8>): Res<void> {
  const vnode = orReturn(directory.ops.lookup(directory, name));
  using _ = defer(() => drop(vnode));
  if (!vnode.isDirectory()) return err(Errno.ENOTDIR);
}

export function sysMknod(path: User<u8>, mode: u32, device: u64): Res<void> {
  const kind = (mode & S_IFMT) === 0 ? S_IFREG : mode & S_IFMT;
  if (kind !== S_IFREG && kind !== S_IFIFO && kind !== S_IFCHR && kind !== S_IFBLK && kind !== S_IFSOCK) return err(Errno.EINVAL);
  const target = zeroed<Target>();
  const directory = orReturn(parentAt(path, ref(target)));
  using _ = defer(() => drop(directory));
  if (directory.mount.readOnly) return exists(directory, target.last(), Errno.EROFS);
  if (target.slash) return err(Errno.ENOENT);
  const rights = mode & 0o7777 & ~currentFiles().umask();
  drop(orReturn(directory.ops.create(directory, target.last(), kind | rights, device)));
}

export function sysChdir(path: User<u8>): Res<void> {
  const vnode = orReturn(fileAt(path, true));
  if (!vnode.isDirectory()) {
    drop(vnode);
    return err(Errno.ENOTDIR);
  }
  currentFiles().setDirectory(vnode);
}

/** The path of the directory we are in, with a zero; its length with the zero. ERANGE: the buffer is too small. */
export function sysGetcwd(to: User<u8>, count: usize): Res<usize> {
  const page = orReturn(kalloc(PATH_MAX));
  using _ = defer(() => kfree(page));
  const path = orReturn(directoryName(currentFiles(), slice(page, PATH_MAX)));
  if (path.length > count) return err(Errno.ERANGE);
  orReturn(copyOut(to, path));
  return path.length;
}

export function sysUmask(mask: u32): Res<u32> {
  return currentFiles().setUmask(mask);
}

function setAttributes(path: User<u8>, which: u32, values: Ptr<Attributes>): Res<void> {
  const vnode = orReturn(fileAt(path, true));
  using _ = defer(() => drop(vnode));
  if (vnode.mount.readOnly) return err(Errno.EROFS);
  return vnode.ops.setAttributes(vnode, which, values);
}

export function sysChmod(path: User<u8>, mode: u32): Res<void> {
  const values = zeroed<Attributes>();
  values.mode = mode & 0o7777;
  return setAttributes(path, SET_MODE, ref(values));
}

/** An owner or group of -1 stays. */
export function sysChown(path: User<u8>, uid: u32, gid: u32): Res<void> {
  const vnode = orReturn(fileAt(path, true));
  using _ = defer(() => drop(vnode));
  if (vnode.mount.readOnly) return err(Errno.EROFS);
  const values = zeroed<Attributes>();
  values.uid = uid === 0xffff_ffff ? vnode.uid : uid;
  values.gid = gid === 0xffff_ffff ? vnode.gid : gid;
  return vnode.ops.setAttributes(vnode, SET_OWNER, ref(values));
}

/** A time that a file can have: EINVAL before 1970 and for nanoseconds that make a second. */
function timeIn(time: Ptr<TimeSpec>): Res<u64> {
  if (time.seconds < 0 || time.seconds > 0x3_ffff_ffff || time.nanoseconds < 0 || time.nanoseconds >= 1_000_000_000)
    return err(Errno.EINVAL);
  return u64(time.seconds) * 1_000_000_000 + u64(time.nanoseconds);
}

/** Two times, of access and of change; for a null address both are now. */
export function sysUtimes(path: User<u8>, times: User<TimeSpec>): Res<void> {
  const values = zeroed<Attributes>();
  if (userAddress(times) === 0) {
    values.accessed = u64(wallTime());
    values.modified = values.accessed;
  } else {
    const given = zeroed<Arr<TimeSpec, 2>>();
    orReturn(copyIn(slice(given), times));
    values.accessed = orReturn(timeIn(ref(given[0])));
    values.modified = orReturn(timeIn(ref(given[1])));
  }
  return setAttributes(path, SET_ACCESSED | SET_MODIFIED, ref(values));
}

export function sysTruncate(path: User<u8>, bytes: i64): Res<void> {
  if (bytes < 0) return err(Errno.EINVAL);
  const vnode = orReturn(fileAt(path, true));
  using _ = defer(() => drop(vnode));
  return truncateVnode(vnode, u64(bytes));
}

export function sysStatfs(path: User<u8>, to: User<StatFs>): Res<void> {
  const vnode = orReturn(fileAt(path, true));
  using _ = defer(() => drop(vnode));
  const facts = zeroed<StatFs>();
  orReturn(vnode.mount.ops.statFs(vnode.mount, ref(facts)));
  facts.id = vnode.mount.id;
  if (vnode.mount.readOnly) facts.flags |= 1;
  orReturn(copyOut(to, slice(ref(facts), 1)));
}

/** Mounts a device, or for kinds that need none just a name, at a directory. */
export function sysMount(source: User<u8>, place: User<u8>, kind: User<u8>, flags: u64): Res<void> {
  const page = orReturn(kalloc(PATH_MAX));
  using _ = defer(() => kfree(page));
  const from = orReturn(textIn(page, source));
  const placePage = orReturn(kalloc(PATH_MAX));
  using freed = defer(() => kfree(placePage));
  const to = orReturn(textIn(placePage, place));
  const name = zeroed<Arr<u8, 16>>();
  const length = copyInText(slice(name), kind);
  if (isErr(length)) return err(length.code === Errno.ENAMETOOLONG ? Errno.ENODEV : length.code);
  return mountAt(currentFiles(), from, to, slice(name, length), flags);
}

export function sysUmount(place: User<u8>): Res<void> {
  const page = orReturn(kalloc(PATH_MAX));
  using _ = defer(() => kfree(page));
  return unmountAt(currentFiles(), orReturn(textIn(page, place)));
}
