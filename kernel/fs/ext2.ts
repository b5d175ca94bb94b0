// START HERE: the file system of the disk, ext2, as Rémy Card drew it for Linux in 1993 after the Berkeley Fast File System. It is old, simple
// enough to be understood whole, and every Linux has the tools to make it, to look into it and to repair it, which makes them
// the judges of what is written here.
//
//     ext2-layout      what lies on the disk
//     ext2-state       what is in memory, which lock guards what, and the ranks of changes
//     ext2-allocate    which blocks and inodes are free
//     ext2-map         where a file's blocks are
//     ext2-node        inodes in memory
//     ext2-directory   names in one directory
//     ext2-names       operations on names
//     ext2-data        operations on bytes
//     ext2-commit      how changes reach the disk, and what a power cut leaves
import type { StatFs } from "../abi/files.ts";
import { MS_RDONLY, NAME_MAX } from "../abi/files.ts";
import { type BlockDevice, flushDevice } from "../drivers/block.ts";
import { PAGE_SIZE } from "../layout.ts";
import { create, destroy } from "../memory/slab.ts";
import { giveBuffer, readBuffer } from "./cache.ts";
import { countFree } from "./ext2-allocate.ts";
import { commit } from "./ext2-commit.ts";
import { ext2Read, ext2ReadLink, ext2Sync, ext2Truncate, ext2Write } from "./ext2-data.ts";
import { DESCRIPTOR_BYTES, EXT2_MAGIC, INCOMPATIBLE_FILETYPE, READ_ONLY_LARGE_FILE, READ_ONLY_SPARSE_SUPER, ROOT_INODE, STATE_CLEAN, SUPERBLOCK_AT, SuperBlock } from "./ext2-layout.ts";
import {
  ext2Create,
  ext2Link,
  ext2Lookup,
  ext2Mkdir,
  ext2ReadDirectory,
  ext2Rename,
  ext2Rmdir,
  ext2SetAttributes,
  ext2Symlink,
  ext2Unlink,
} from "./ext2-names.ts";
import { dropIdle, ext2Inactive, forgetIdle, freeRoot, getNode, setNodeOps, timeNow } from "./ext2-node.ts";
import { DESCRIPTOR_PAGES, Ext2, ext2Of } from "./ext2-state.ts";
import { Mount, MountOps, VnodeOps } from "./vnode.ts";

const nodeOps: VnodeOps = {
  lookup: ext2Lookup,
  create: ext2Create,
  mkdir: ext2Mkdir,
  unlink: ext2Unlink,
  rmdir: ext2Rmdir,
  link: ext2Link,
  symlink: ext2Symlink,
  readlink: ext2ReadLink,
  rename: ext2Rename,
  readAt: ext2Read,
  writeAt: ext2Write,
  truncate: ext2Truncate,
  readDirectory: ext2ReadDirectory,
  setAttributes: ext2SetAttributes,
  sync: ext2Sync,
  inactive: ext2Inactive,
};

const mountOps: MountOps = { sync: ext2SyncAll, close: ext2Close, statFs: ext2StatFs, forget: ext2Forget, unmount: ext2Unmount };

/** The tables are addresses; once, before the first mount. */
export function startExt2(): void {
  setNodeOps(ref(nodeOps));
}

/**
 * Mounts the ext2 of a device. EINVAL: there is none, it is damaged, or it can do what this does not know. What it can do that
 * must be known only for writing makes it read-only, as does a device that cannot be written.
 */
export function mountExt2(device: Ptr<BlockDevice>, flags: u64): Res<Ptr<Mount>> {
  const fs = orReturn(create<Ext2>());
  const started = startFileSystem(fs, device, flags);
  if (isErr(started)) {
    giveBuffers(fs);
    destroy(fs);
    return started;
  }
  return ref(fs.mount);
}

function startFileSystem(fs: Ptr<Ext2>, device: Ptr<BlockDevice>, flags: u64): Res<void> {
  fs.device = device;
  fs.mount.device = device;
  fs.mount.kind = "ext2";
  fs.mount.ops = ref(mountOps);
  fs.mount.readOnly = device.readOnly || (flags & MS_RDONLY) !== 0;
  fs.epoch.store(1);
  fs.superBuffer = orReturn(readBuffer(device, 0, 0));
  fs.hasSuper = true;
  const s = fs.super();
  orReturn(readSuper(fs, s));
  orReturn(readDescriptors(fs));
  const clean = (s.state & STATE_CLEAN) !== 0;
  if (!clean && !fs.mount.readOnly) klog`${device.name()}: this ext2 was not unmounted, e2fsck should look at it`;
  orReturn(countFree(fs, !clean && !fs.mount.readOnly));
  const root = orReturn(getNode(fs, ROOT_INODE));
  fs.mount.root = ref(root.vnode);
  if (!root.vnode.isDirectory()) {
    freeRoot(fs);
    return err(Errno.EINVAL);
  }
  if (fs.mount.readOnly) return;
  s.state &= ~STATE_CLEAN;
  s.mounts++;
  s.mountTime = u32(timeNow() / 1_000_000_000);
  fs.superChanged();
  fs.lastChange.store(1);
  const written = commit(fs);
  if (isErr(written)) freeRoot(fs);
  return written;
}

function readSuper(fs: Ptr<Ext2>, s: Ptr<SuperBlock>): Res<void> {
  if (s.magic !== EXT2_MAGIC) return err(Errno.EINVAL);
  // With 1, 2 or 4 KiB a block lies in one page of the cache.
  if (s.logBlockSize > 2) return err(Errno.EINVAL);
  fs.pageShift = 2 - u64(s.logBlockSize);
  fs.blockBytes = 1024 << usize(s.logBlockSize);
  fs.blockSectors = fs.blockBytes / 512;
  fs.numbers = fs.blockBytes / 4;
  fs.blocks = u64(s.blocksCount);
  fs.firstBlock = u64(s.firstDataBlock);
  fs.inodes = u64(s.inodesCount);
  fs.blocksPerGroup = u64(s.blocksPerGroup);
  fs.inodesPerGroup = u64(s.inodesPerGroup);
  fs.firstInode = 11;
  fs.inodeBytes = 128;
  if (s.revision > 0) {
    fs.firstInode = u64(s.firstInode);
    fs.inodeBytes = usize(s.inodeSize);
    if ((s.incompatible & ~INCOMPATIBLE_FILETYPE) !== 0) {
      klog`${fs.device.name()}: this ext2 has features (${hex(s.incompatible)}) that are not known here`;
      return err(Errno.EINVAL);
    }
    fs.fileTypes = (s.incompatible & INCOMPATIBLE_FILETYPE) !== 0;
    if ((s.readOnlyCompatible & ~(READ_ONLY_SPARSE_SUPER | READ_ONLY_LARGE_FILE)) !== 0) fs.mount.readOnly = true;
  }
  const bits = fs.blockBytes * 8;
  const inodeBytes = fs.inodeBytes;
  if (inodeBytes < 128 || inodeBytes > fs.blockBytes || (inodeBytes & (inodeBytes - 1)) !== 0) return err(Errno.EINVAL);
  if (fs.blocksPerGroup < 8 || fs.blocksPerGroup > bits || fs.blocksPerGroup % 8 !== 0) return err(Errno.EINVAL);
  if (fs.inodesPerGroup < 8 || fs.inodesPerGroup > bits || fs.inodesPerGroup % 8 !== 0) return err(Errno.EINVAL);
  if (fs.firstBlock !== (fs.blockBytes === 1024 ? 1 : 0) || fs.firstInode < 11 || fs.firstInode > fs.inodesPerGroup) return err(Errno.EINVAL);
  if (fs.blocks <= fs.firstBlock + 8 || fs.blocks * fs.blockSectors > fs.device.sectors) return err(Errno.EINVAL);
  fs.groups = (fs.blocks - fs.firstBlock + fs.blocksPerGroup - 1) / fs.blocksPerGroup;
  if (fs.inodes !== fs.groups * fs.inodesPerGroup) return err(Errno.EINVAL);
  fs.tableBlocks = (fs.inodesPerGroup * fs.inodeBytes + fs.blockBytes - 1) / fs.blockBytes;
  const n = fs.numbers;
  fs.mostBytes = (12 + n + n * n + n * n * n) * fs.blockBytes;
  // The count of sectors in an inode has 32 bits; a little of it is for blocks of numbers.
  const counted: u64 = 0x1fc_0000_0000;
  if (fs.mostBytes > counted) fs.mostBytes = counted;
}

/** Holds the pages with the descriptors, and sees that they name blocks that there are. */
function readDescriptors(fs: Ptr<Ext2>): Res<void> {
  const at = (fs.firstBlock + 1) * fs.blockBytes;
  const first = at / PAGE_SIZE;
  const last = (at + fs.groups * DESCRIPTOR_BYTES - 1) / PAGE_SIZE;
  if (last - first >= DESCRIPTOR_PAGES) return err(Errno.EINVAL);
  for (let page = first; page <= last; page++) fs.descriptors[page - first] = orReturn(readBuffer(fs.device, page, 0));
  for (let group: u64 = 0; group < fs.groups; group++) {
    const d = fs.descriptor(group);
    const table = u64(d.inodeTable);
    if (!fs.isBlock(u64(d.blockBitmap)) || !fs.isBlock(u64(d.inodeBitmap))) return err(Errno.EINVAL);
    if (!fs.isBlock(table) || table + fs.tableBlocks > fs.blocks) return err(Errno.EINVAL);
  }
}

function giveDescriptors(fs: Ptr<Ext2>): void {
  for (let i: usize = 0; i < DESCRIPTOR_PAGES; i++) {
    const buffer = fs.descriptors[i];
    if (buffer !== null) giveBuffer(buffer);
    fs.descriptors[i] = null;
  }
}

/** What startFileSystem has got so far. */
function giveBuffers(fs: Ptr<Ext2>): void {
  giveDescriptors(fs);
  if (fs.hasSuper) giveBuffer(fs.superBuffer);
}

/** MountOps.sync. */
function ext2SyncAll(mount: Ptr<Mount>): Res<void> {
  if (mount.readOnly) return;
  return commit(ext2Of(mount));
}

/** MountOps.close. */
function ext2Close(mount: Ptr<Mount>): Res<void> {
  orReturn(markClean(ext2Of(mount)));
  mount.readOnly = true;
}

/** MountOps.statFs. */
function ext2Forget(mount: Ptr<Mount>): void {
  forgetIdle(ext2Of(mount));
}

function ext2StatFs(mount: Ptr<Mount>, into: Ptr<StatFs>): Res<void> {
  const fs = ext2Of(mount);
  const s = fs.super();
  using a = fs.allocator.enter();
  const free = a.v.freeBlocks + a.v.givenBlocks;
  into.kind = u64(EXT2_MAGIC);
  into.blockBytes = fs.blockBytes;
  into.fragmentBytes = fs.blockBytes;
  into.blocks = fs.blocks - fs.firstBlock - fs.groups * (fs.tableBlocks + 2);
  into.blocksFree = free;
  into.blocksAvailable = free > u64(s.reservedBlocks) ? free - u64(s.reservedBlocks) : 0;
  into.files = fs.inodes;
  into.filesFree = a.v.freeInodes;
  into.nameMax = NAME_MAX;
}

/** MountOps.unmount. */
function ext2Unmount(mount: Ptr<Mount>): Res<void> {
  const fs = ext2Of(mount);
  // What is held until it is written does not count as in use.
  if (!mount.readOnly) orReturn(commit(fs));
  if (!dropIdle(fs)) return err(Errno.EBUSY);
  orReturn(markClean(fs));
  freeRoot(fs);
  giveBuffers(fs);
  destroy(fs);
}

/** Everything is on the disk, and it says so. */
function markClean(fs: Ptr<Ext2>): Res<void> {
  if (fs.mount.readOnly) return;
  orReturn(commit(fs));
  const s = fs.super();
  s.state |= STATE_CLEAN;
  s.writeTime = u32(timeNow() / 1_000_000_000);
  fs.superChanged();
  fs.lastChange.store(fs.epoch.load());
  orReturn(commit(fs));
  return flushDevice(fs.device);
}
