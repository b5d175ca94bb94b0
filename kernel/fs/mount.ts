// Which file systems are mounted, and where. A mounted file system hides a directory: whoever comes to the directory on his way
// finds himself at the other's root, and whoever goes up from a root comes out above the hidden directory. So all disks and
// all that is no disk at all make one tree.
import { type BlockDevice, blockDevice, MOST_BLOCK_DEVICES } from "../drivers/block.ts";
import { SleepLocked } from "../sync/mutex.ts";
import { hasChanges, writeBack } from "./cache.ts";
import { drop, hold, type Mount, type Vnode } from "./vnode.ts";

class Mounts {
  first: Ptr<Mount> | null;
  count: u64;

  add(mount: Ptr<Mount>): void {
    this.count++;
    mount.id = this.count;
    mount.next = null;
    const first = this.first;
    if (first === null) {
      this.first = mount;
      return;
    }
    let last = first;
    for (let at: Ptr<Mount> | null = first; at !== null; at = at.next) last = at;
    last.next = mount;
  }

  remove(mount: Ptr<Mount>): void {
    if (this.first === mount) {
      this.first = mount.next;
      return;
    }
    for (let at = this.first; at !== null; at = at.next) {
      if (at.next !== mount) continue;
      at.next = mount.next;
      return;
    }
  }
}

const mounts = zeroed<SleepLocked<Mounts>>();

function setText(to: Slice<u8>, from: View<u8>): usize {
  const length = from.length < to.length ? from.length : to.length;
  copySlice(to.sub(0, length), from.sub(0, length));
  return length;
}

/**
 * Mounts a file system over a directory, whose hold passes over unless this fails; over nothing: it is the root of all. EBUSY:
 * there is something mounted already.
 */
export function addMount(mount: Ptr<Mount>, over: Ptr<Vnode> | null, source: View<u8>, place: View<u8>): Res<void> {
  mount.sourceBytes = setText(slice(mount.source), source);
  mount.placeBytes = setText(slice(mount.place), place);
  using m = mounts.enter();
  if (over === null) {
    if (m.v.first !== null) return err(Errno.EBUSY);
  } else {
    if (!over.isDirectory()) return err(Errno.ENOTDIR);
    if (over.covered !== null || over === over.mount.root) return err(Errno.EBUSY);
    over.covered = mount;
  }
  mount.covers = over;
  m.v.add(mount);
}

/** Takes away what is mounted with this root; the caller holds the root, and that hold ends. EINVAL, EBUSY. */
export function removeMount(root: Ptr<Vnode>): Res<void> {
  const mount = root.mount;
  let hidden: Ptr<Vnode> | null = null;
  {
    using m = mounts.enter();
    hidden = mount.covers;
    if (root !== mount.root || hidden === null) {
      drop(root);
      return err(Errno.EINVAL);
    }
    drop(root);
    // Who is on the way in holds this lock, or has the root already and is counted.
    const gone = mount.ops.unmount(mount);
    if (isErr(gone)) return gone;
    m.v.remove(mount);
    hidden.covered = null;
  }
  drop(hidden);
}

/** Where one comes to at a directory: the root of what is mounted there. Takes the hold of one and gives that of the other. */
export function enterMount(vnode: Ptr<Vnode>): Ptr<Vnode> {
  if (vnode.covered === null) return vnode;
  let at = vnode;
  {
    using _ = mounts.enter();
    for (let turns = 0; turns < 64; turns++) {
      const over = at.covered;
      if (over === null) break;
      at = over.root;
    }
    hold(at);
  }
  drop(vnode);
  return at;
}

/** The directory that is hidden under a root, held; null for other directories and the root of all. Takes the hold of the root. */
export function leaveMount(root: Ptr<Vnode>): Ptr<Vnode> {
  let at = root;
  {
    using _ = mounts.enter();
    for (let turns = 0; turns < 64; turns++) {
      if (at !== at.mount.root) break;
      const hidden = at.mount.covers;
      if (hidden === null) break;
      at = hidden;
    }
    hold(at);
  }
  drop(root);
  return at;
}

/** The root of all, held. ENOENT before there is one. */
export function rootDirectory(): Res<Ptr<Vnode>> {
  using m = mounts.enter();
  const first = m.v.first;
  if (first === null) return err(Errno.ENOENT);
  return hold(first.root);
}

export function isRoot(vnode: Ptr<Vnode>): boolean {
  return vnode === vnode.mount.root && vnode.mount.covers === null;
}

/** Calls `each` for all mounts, in the order in which they were mounted. */
export function eachMount(each: (mount: Ptr<Mount>) => void): void {
  using m = mounts.enter();
  for (let at = m.v.first; at !== null; at = at.next) each(at);
}

/** Whether a device, or a part of it, or the whole that it is part of, is mounted. */
export function isMounted(device: Ptr<BlockDevice>): boolean {
  using m = mounts.enter();
  for (let at = m.v.first; at !== null; at = at.next) {
    const on = at.device;
    if (on !== null && (on === device || on.whole === device || device.whole === on)) return true;
  }
  return false;
}

/** Writes what a device does not have yet: in the order that the file system on it wants, if there is one. */
export function syncDevice(device: Ptr<BlockDevice>): Res<void> {
  {
    using m = mounts.enter();
    for (let at = m.v.first; at !== null; at = at.next) if (at.device === device) return at.ops.sync(at);
  }
  return writeBack(device);
}

/** Writes what every mounted file system has not written yet; an error of one does not keep the others from it. */
export function syncMounts(): Res<void> {
  /** An Errno, or 0. */
  let failure: u32 = 0;
  using m = mounts.enter();
  for (let at = m.v.first; at !== null; at = at.next) {
    const synced = at.ops.sync(at);
    if (isErr(synced)) failure = u32(synced.code);
  }
  if (failure !== 0) return err(unit<Errno>(failure));
}

/** Every file system gives back what it keeps only for speed. */
export function forgetInMounts(): void {
  attr(maySleep);
  using m = mounts.enter();
  for (let at = m.v.first; at !== null; at = at.next) at.ops.forget(at);
}

/** Before the machine goes off: everything is written, and no file system is written any more. */
export function closeMounts(): Res<void> {
  /** An Errno, or 0. */
  let failure: u32 = 0;
  using m = mounts.enter();
  for (let at = m.v.first; at !== null; at = at.next) {
    const closed = at.ops.close(at);
    if (isErr(closed)) failure = u32(closed.code);
  }
  if (failure !== 0) return err(unit<Errno>(failure));
}

/** Writes what was changed of disks that are not mounted. */
export function syncRawDevices(): Res<void> {
  for (let i: u32 = 0; i < MOST_BLOCK_DEVICES; i++) {
    const device = blockDevice(i);
    if (device === null) return;
    if (!isMounted(device) && hasChanges(device)) orReturn(writeBack(device));
  }
}
