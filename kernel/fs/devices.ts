// /dev: devices as files. A device file has no bytes; it has a number, and whoever opens it, wherever it lies, gets the driver
// that has registered with that number. /dev itself is the list of what was registered, as a file system without a disk.
import { MS_RDONLY, NAME_MAX, O_ACCMODE, O_RDONLY, S_IFBLK, S_IFDIR, S_IFMT, StatFs } from "../abi/files.ts";
import { blockDevice, SECTOR } from "../drivers/block.ts";
import { Locked } from "../sync/spin.ts";
import { wallTime } from "../task/clock.ts";
import { blockOps } from "./block-file.ts";
import { putDirent } from "./dirent.ts";
import { type FileOps, type OpenFile, openFile } from "./file.ts";
import { isMounted, syncDevice } from "./mount.ts";
import {
  noCreate,
  noDirectory,
  noLink,
  noLookup,
  noMkdir,
  noReadAt,
  noReadlink,
  noRemove,
  noRename,
  noSymlink,
  noTruncate,
  noWriteAt,
} from "./refuse.ts";
import { type Attributes, hold, Mount, MountOps, SET_ACCESSED, SET_MODE, SET_MODIFIED, SET_OWNER, Vnode, VnodeOps } from "./vnode.ts";

const DEVICES = 96;
const NAME_BYTES = 16;
/** Of the directory; devices follow. */
const ROOT: u64 = 1;

class Device {
  vnode: Vnode;
  name: Arr<u8, typeof NAME_BYTES>;
  nameBytes: usize;
  ops: Ptr<FileOps>;
  data: u64;
}

class Count {
  devices: usize;
  blocks: u32;
}

const devices = zeroed<Arr<Device, typeof DEVICES>>();
/** How many there are: only then others look at them. */
const known = zeroed<Atomic<usize>>();
const adding = zeroed<Locked<Count>>();
const root = zeroed<Vnode>();
const mount = zeroed<Mount>();

/** Numbers that other systems gave these devices, major and minor; others get one in the order of their coming. */
function numberOf(name: View<u8>, index: usize): u64 {
  if (isText(name, "null")) return 0x103;
  if (isText(name, "zero")) return 0x105;
  if (isText(name, "full")) return 0x107;
  if (isText(name, "random")) return 0x108;
  if (isText(name, "urandom")) return 0x109;
  if (isText(name, "kmsg")) return 0x10b;
  if (isText(name, "tty")) return 0x500;
  if (isText(name, "console")) return 0x501;
  return 0xf000 + u64(index);
}

function isText(name: View<u8>, other: string): boolean {
  return text(name) === other;
}

/** A device that can be opened from now on, by its name in /dev. `mode` has S_IFCHR or S_IFBLK, and rights. EEXIST, ENAMETOOLONG, ENFILE. */
export function registerDevice(name: string, mode: u32, ops: Ptr<FileOps>, data: u64): Res<void> {
  if (name.length > NAME_BYTES) return err(Errno.ENAMETOOLONG);
  if (find(bytes(name)) !== null) return err(Errno.EEXIST);
  const now = u64(wallTime());
  using a = adding.enter();
  const index = a.v.devices;
  if (index >= DEVICES) return err(Errno.ENFILE);
  const device = ref(devices[index]);
  copySlice(slice(device.name, name.length), bytes(name));
  device.nameBytes = name.length;
  device.ops = ops;
  device.data = data;
  const v = ref(device.vnode);
  v.refs.store(1);
  v.mode = mode;
  v.inode = ROOT + 1 + u64(index);
  v.links = 1;
  v.device = numberOf(bytes(name), index);
  v.accessed = now;
  v.modified = now;
  v.changed = now;
  v.mount = ref(mount);
  v.ops = ref(deviceOps);
  a.v.devices++;
  known.store(a.v.devices);
}

/** Disks that were found since somebody looked last. */
function noteBlocks(): void {
  for (;;) {
    const index = nextBlock();
    const block = blockDevice(index);
    if (block === null) return;
    const made = registerDevice(block.name(), S_IFBLK | 0o660, ref(blockOps), u64(index));
    if (isErr(made) && made.code !== Errno.EEXIST) klog`/dev has no room for ${block.name()}`;
    const device = find(bytes(block.name()));
    if (device !== null) device.vnode.bytes = block.sectors * SECTOR;
    using a = adding.enter();
    if (a.v.blocks === index) a.v.blocks++;
  }
}

function nextBlock(): u32 {
  using a = adding.enter();
  return a.v.blocks;
}

function nameOf(device: Ptr<Device>): View<u8> {
  return slice(device.name, device.nameBytes);
}

function find(name: View<u8>): Ptr<Device> | null {
  const count = known.load();
  for (let i: usize = 0; i < count; i++) if (text(nameOf(ref(devices[i]))) === text(name)) return ref(devices[i]);
  return null;
}

/** The open device behind a device file; takes over the hold of the file, unless this fails. ENXIO: no driver has that number. EBUSY, EROFS. */
export function openDevice(vnode: Ptr<Vnode>, flags: u32): Res<Ptr<OpenFile>> {
  noteBlocks();
  const count = known.load();
  for (let i: usize = 0; i < count; i++) {
    const device = ref(devices[i]);
    if (device.vnode.device !== vnode.device || (device.vnode.mode & S_IFMT) !== (vnode.mode & S_IFMT)) continue;
    if ((device.vnode.mode & S_IFMT) === S_IFBLK && (flags & O_ACCMODE) !== O_RDONLY) orReturn(mayWrite(device));
    return openFile(device.ops, flags, vnode, device.data);
  }
  return err(Errno.ENXIO);
}

function mayWrite(device: Ptr<Device>): Res<void> {
  const block = blockDevice(u32(device.data));
  if (block === null) return err(Errno.ENXIO);
  if (block.readOnly) return err(Errno.EROFS);
  if (isMounted(block)) return err(Errno.EBUSY);
}

/** The disk that a device file stands for. ENXIO; EINVAL for other files. */
export function diskOf(vnode: Ptr<Vnode>): Res<u32> {
  if ((vnode.mode & S_IFMT) !== S_IFBLK) return err(Errno.EINVAL);
  noteBlocks();
  const count = known.load();
  for (let i: usize = 0; i < count; i++) {
    const device = ref(devices[i]);
    if (device.vnode.device === vnode.device && (device.vnode.mode & S_IFMT) === S_IFBLK) return u32(device.data);
  }
  return err(Errno.ENXIO);
}

// ---- the file system

function devLookup(dir: Ptr<Vnode>, name: View<u8>): Res<Ptr<Vnode>> {
  if (isText(name, ".") || isText(name, "..")) return hold(dir);
  noteBlocks();
  const device = find(name);
  if (device === null) return err(Errno.ENOENT);
  return hold(ref(device.vnode));
}

function devDirectory(_dir: Ptr<Vnode>, position: Ptr<u64>, into: Slice<u8>): Res<usize> {
  noteBlocks();
  let done: usize = 0;
  const count = u64(known.load());
  for (let at = position[0]; at < count + 2; at++) {
    let put: usize = 0;
    const rest = into.sub(done, into.length);
    if (at < 2) put = putDirent(rest, ROOT, at + 1, u8(S_IFDIR >> 12), bytes(at === 0 ? "." : ".."));
    else {
      const device = ref(devices[at - 2]);
      put = putDirent(rest, device.vnode.inode, at + 1, u8(device.vnode.mode >> 12), nameOf(device));
    }
    if (put === 0) return done > 0 ? done : err(Errno.EINVAL);
    done += put;
    position[0] = at + 1;
  }
  return done;
}

function devAttributes(file: Ptr<Vnode>, which: u32, values: Ptr<Attributes>): Res<void> {
  if ((which & SET_MODE) !== 0) file.mode = (file.mode & S_IFMT) | (values.mode & 0o7777);
  if ((which & SET_OWNER) !== 0) {
    file.uid = values.uid;
    file.gid = values.gid;
  }
  if ((which & SET_ACCESSED) !== 0) file.accessed = values.accessed;
  if ((which & SET_MODIFIED) !== 0) file.modified = values.modified;
  file.changed = u64(wallTime());
}

function devSync(file: Ptr<Vnode>): Res<void> {
  if ((file.mode & S_IFMT) !== S_IFBLK) return;
  const block = blockDevice(orReturn(diskOf(file)));
  if (block === null) return err(Errno.ENXIO);
  return syncDevice(block);
}

/** Devices stay: the table itself holds each once. */
function devInactive(file: Ptr<Vnode>): void {
  file.refs.sub(1);
}

const deviceOps: VnodeOps = {
  lookup: noLookup,
  create: noCreate,
  mkdir: noMkdir,
  unlink: noRemove,
  rmdir: noRemove,
  link: noLink,
  symlink: noSymlink,
  readlink: noReadlink,
  rename: noRename,
  readAt: noReadAt,
  writeAt: noWriteAt,
  truncate: noTruncate,
  readDirectory: noDirectory,
  setAttributes: devAttributes,
  sync: devSync,
  inactive: devInactive,
};

const rootOps: VnodeOps = {
  lookup: devLookup,
  create: noCreate,
  mkdir: noMkdir,
  unlink: noRemove,
  rmdir: noRemove,
  link: noLink,
  symlink: noSymlink,
  readlink: noReadlink,
  rename: noRename,
  readAt: noReadAt,
  writeAt: noWriteAt,
  truncate: noTruncate,
  readDirectory: devDirectory,
  setAttributes: devAttributes,
  sync: devSync,
  inactive: devInactive,
};

function devSyncAll(_mount: Ptr<Mount>): Res<void> {}

function devStatFs(_mount: Ptr<Mount>, into: Ptr<StatFs>): Res<void> {
  into.kind = 0x1373;
  into.blockBytes = 4096;
  into.nameMax = NAME_MAX;
  into.files = u64(known.load());
  into.flags = u64(MS_RDONLY);
}

function devUnmount(_mount: Ptr<Mount>): Res<void> {
  return err(Errno.EBUSY);
}

/** What is in memory is all there is of it. */
function nothingKept(_mount: Ptr<Mount>): void {}

const mountOps: MountOps = { sync: devSyncAll, close: devSyncAll, statFs: devStatFs, forget: nothingKept, unmount: devUnmount };

/** The file system of devices; there is one. */
export function deviceFileSystem(): Ptr<Mount> {
  mount.kind = "devfs";
  mount.ops = ref(mountOps);
  mount.root = ref(root);
  root.refs.store(1);
  root.mode = S_IFDIR | 0o755;
  root.inode = ROOT;
  root.links = 2;
  root.mount = ref(mount);
  root.ops = ref(rootOps);
  const now = u64(wallTime());
  root.accessed = now;
  root.modified = now;
  root.changed = now;
  return ref(mount);
}
