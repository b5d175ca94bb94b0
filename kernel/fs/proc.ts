// /proc: the kernel's knowledge as files, after an idea of Tom Killian's (8th Edition Unix, 1984). There is no disk and no store: a file
// here is a number that says which text to make when somebody reads it. A directory for each process, which is there as long
// as the process is.
import { DT_LNK, DT_REG, NAME_MAX, S_IFDIR, S_IFLNK, S_IFREG, StatFs } from "../abi/files.ts";
import { create, destroy, trimSlabs } from "../memory/slab.ts";
import { wallTime } from "../task/clock.ts";
import { currentProcess, dropProcess, findProcess, nextProcess } from "../task/process.ts";
import { emptyCache } from "./cache.ts";
import { putDirent } from "./dirent.ts";
import { forgetInMounts } from "./mount.ts";
import {
  commandText,
  filesystemsText,
  interruptsText,
  kmsgText,
  mapsText,
  meminfoText,
  mountsText,
  partitionsText,
  slabinfoText,
  statusText,
  uptimeText,
  versionText,
} from "./proc-text.ts";
import { noAttributes, noCreate, noLink, noMkdir, noRemove, noRename, noSymlink, nothingToSync } from "./refuse.ts";
import { hold, Mount, MountOps, Vnode, VnodeOps } from "./vnode.ts";
import { Window } from "./window.ts";

const ROOT: u64 = 1;
/** Files of the root have numbers from here on, and so have those of a process, with its id in the upper half. */
const FIRST: u64 = 2;
const NAMES: Arr<string, 11> = [
  "version",
  "uptime",
  "meminfo",
  "mounts",
  "interrupts",
  "partitions",
  "filesystems",
  "kmsg",
  "slabinfo",
  "drop_caches",
  "self",
];
/** Writing a number other than 0 to it makes all caches empty. */
const DROP_CACHES: u64 = 9;
const SELF: u64 = 10;
const PROCESS_NAMES: Arr<string, 3> = ["status", "cmdline", "maps"];

function processOf(inode: u64): u32 {
  return u32(inode >> 32);
}

function fileOf(inode: u64): u64 {
  return (inode & 0xffff_ffff) - FIRST;
}

/** A vnode for a number; it lives as long as somebody holds it, and holds the root: so nobody unmounts what is in use. */
function makeVnode(mount: Ptr<Mount>, inode: u64, mode: u32): Res<Ptr<Vnode>> {
  const v = orReturn(newVnode(mount, inode, mode));
  hold(mount.root);
  return v;
}

function newVnode(mount: Ptr<Mount>, inode: u64, mode: u32): Res<Ptr<Vnode>> {
  const v = orReturn(create<Vnode>());
  v.refs.store(1);
  v.inode = inode;
  v.mode = mode;
  v.links = 1;
  v.mount = mount;
  v.ops = ref(procOps);
  const now = u64(wallTime());
  v.accessed = now;
  v.modified = now;
  v.changed = now;
  return v;
}

/** The number that a name writes in decimal; 0 for other names. */
function decimal(name: View<u8>): u32 {
  let value: u64 = 0;
  if (name.length === 0 || name.length > 9 || name[0] === byte("0")) return 0;
  for (const c of name) {
    if (c < byte("0") || c > byte("9")) return 0;
    value = value * 10 + u64(c - byte("0"));
  }
  return u32(value);
}

function exists(id: u32): boolean {
  const process = findProcess(id);
  if (process === null) return false;
  dropProcess(process);
  return true;
}

function modeOf(file: u64): u32 {
  if (file === SELF) return S_IFLNK | 0o777;
  return S_IFREG | (file === DROP_CACHES ? 0o200 : 0o444);
}

function procLookup(dir: Ptr<Vnode>, name: View<u8>): Res<Ptr<Vnode>> {
  const mount = dir.mount;
  if (text(name) === ".") return hold(dir);
  if (text(name) === "..") return hold(mount.root);
  const id = processOf(dir.inode);
  if (id === 0) {
    for (let i: u64 = 0; i < NAMES.length; i++) {
      if (text(name) !== NAMES[i]) continue;
      return makeVnode(mount, FIRST + i, modeOf(i));
    }
    const wanted = decimal(name);
    if (wanted === 0 || !exists(wanted)) return err(Errno.ENOENT);
    return makeVnode(mount, (u64(wanted) << 32) | ROOT, S_IFDIR | 0o555);
  }
  if (!exists(id)) return err(Errno.ENOENT);
  for (let i: u64 = 0; i < PROCESS_NAMES.length; i++)
    if (text(name) === PROCESS_NAMES[i]) return makeVnode(mount, (u64(id) << 32) | (FIRST + i), S_IFREG | 0o444);
  return err(Errno.ENOENT);
}

function procReadAt(file: Ptr<Vnode>, offset: u64, into: Slice<u8>): Res<usize> {
  if (file.isDirectory()) return err(Errno.EISDIR);
  const w = zeroed<Window>();
  w.begin(into, offset);
  const id = processOf(file.inode);
  if (id === 0) rootText(ref(w), fileOf(file.inode));
  else orReturn(processText(ref(w), id, fileOf(file.inode)));
  return w.used;
}

function rootText(w: Ptr<Window>, file: u64): void {
  if (file === 0) versionText(w);
  else if (file === 1) uptimeText(w);
  else if (file === 2) meminfoText(w);
  else if (file === 3) mountsText(w);
  else if (file === 4) interruptsText(w);
  else if (file === 5) partitionsText(w);
  else if (file === 6) filesystemsText(w);
  else if (file === 7) kmsgText(w);
  else if (file === 8) slabinfoText(w);
}

function isDropCaches(file: Ptr<Vnode>): boolean {
  return processOf(file.inode) === 0 && fileOf(file.inode) === DROP_CACHES;
}

function procWriteAt(file: Ptr<Vnode>, _offset: u64, from: View<u8>): Res<usize> {
  attr(maySleep);
  if (!isDropCaches(file)) return err(Errno.EPERM);
  if (from.length === 0 || from[0] < byte("1") || from[0] > byte("9")) return err(Errno.EINVAL);
  forgetInMounts();
  emptyCache();
  trimSlabs();
  return from.length;
}

/** `> FILE` asks for it before it writes. */
function procTruncate(file: Ptr<Vnode>, _bytes: u64): Res<void> {
  if (!isDropCaches(file)) return err(Errno.EPERM);
}

/** ESRCH when the process is gone. */
function processText(w: Ptr<Window>, id: u32, file: u64): Res<void> {
  const process = findProcess(id);
  if (process === null) return err(Errno.ESRCH);
  using _ = defer(() => dropProcess(process));
  if (file === 0) statusText(w, process);
  else if (file === 1) commandText(w, process);
  else return mapsText(w, process);
}

function procReadlink(_link: Ptr<Vnode>, into: Slice<u8>): Res<usize> {
  const name = zeroed<Arr<u8, 24>>();
  const length = format(slice(name))`${currentProcess().id}`;
  const part = length < into.length ? length : into.length;
  copySlice(into.sub(0, part), slice(name, part));
  return part;
}

/** Places: 0 and 1 the directory and the one above, then the fixed names, then processes by their number. */
function procDirectory(dir: Ptr<Vnode>, position: Ptr<u64>, into: Slice<u8>): Res<usize> {
  const id = processOf(dir.inode);
  const fixed: u64 = id === 0 ? NAMES.length : PROCESS_NAMES.length;
  if (id !== 0 && !exists(id)) return 0;
  let done: usize = 0;
  while (position[0] < fixed + 2) {
    const at = position[0];
    const rest = into.sub(done, into.length);
    let put: usize = 0;
    if (at < 2) put = putDirent(rest, at === 0 ? dir.inode : ROOT, at + 1, u8(S_IFDIR >> 12), bytes(at === 0 ? "." : ".."));
    else if (id !== 0) put = putDirent(rest, (u64(id) << 32) | at, at + 1, u8(S_IFREG >> 12), bytes(PROCESS_NAMES[at - 2]));
    else put = putDirent(rest, at, at + 1, at - 2 === SELF ? DT_LNK : DT_REG, bytes(NAMES[at - 2]));
    if (put === 0) return done > 0 ? done : err(Errno.EINVAL);
    done += put;
    position[0] = at + 1;
  }
  if (id !== 0) return done;
  // Behind the fixed names a position is the last number that was shown.
  for (;;) {
    const process = nextProcess(u32(position[0] - fixed - 2));
    if (process === null) return done;
    const number = process.id;
    dropProcess(process);
    const name = zeroed<Arr<u8, 24>>();
    const length = format(slice(name))`${number}`;
    const next = u64(number) + fixed + 2;
    const put = putDirent(into.sub(done, into.length), (u64(number) << 32) | ROOT, next, u8(S_IFDIR >> 12), slice(name, length));
    if (put === 0) return done > 0 ? done : err(Errno.EINVAL);
    done += put;
    position[0] = next;
  }
}

function procInactive(file: Ptr<Vnode>): void {
  if (file.refs.sub(1) !== 1) return;
  const root = file.mount.root;
  destroy(file);
  root.refs.sub(1);
}

const procOps: VnodeOps = {
  lookup: procLookup,
  create: noCreate,
  mkdir: noMkdir,
  unlink: noRemove,
  rmdir: noRemove,
  link: noLink,
  symlink: noSymlink,
  readlink: procReadlink,
  rename: noRename,
  readAt: procReadAt,
  writeAt: procWriteAt,
  truncate: procTruncate,
  readDirectory: procDirectory,
  setAttributes: noAttributes,
  sync: nothingToSync,
  inactive: procInactive,
};

function procSync(_mount: Ptr<Mount>): Res<void> {}

function procStatFs(_mount: Ptr<Mount>, into: Ptr<StatFs>): Res<void> {
  into.kind = 0x9fa0;
  into.blockBytes = 4096;
  into.nameMax = NAME_MAX;
}

function nothingKept(_mount: Ptr<Mount>): void {}

/** Files in use keep it where it is. */
function procUnmount(mount: Ptr<Mount>): Res<void> {
  if (mount.root.refs.load() !== 1) return err(Errno.EBUSY);
  destroy(mount.root);
  destroy(mount);
}

const mountOps: MountOps = { sync: procSync, close: procSync, statFs: procStatFs, forget: nothingKept, unmount: procUnmount };

export function mountProc(): Res<Ptr<Mount>> {
  const mount = orReturn(create<Mount>());
  mount.kind = "proc";
  mount.ops = ref(mountOps);
  const root = newVnode(mount, ROOT, S_IFDIR | 0o555);
  if (isErr(root)) {
    destroy(mount);
    return root;
  }
  mount.root = root;
  return mount;
}
