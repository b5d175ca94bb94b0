// The kinds of file systems that mount knows, and what each wants: ext2 a disk, the others only a place.
import { MS_RDONLY, PATH_MAX } from "../abi/files.ts";
import { type BlockDevice, blockDevice } from "../drivers/block.ts";
import type { FileTable } from "./descriptors.ts";
import { diskOf } from "./devices.ts";
import { mountExt2 } from "./ext2.ts";
import { mountMemory } from "./memory-files.ts";
import { addMount, isMounted, removeMount } from "./mount.ts";
import { resolve } from "./path.ts";
import { mountProc } from "./proc.ts";
import { drop, type Mount } from "./vnode.ts";

/** The disk behind a path. ENOTBLK is EINVAL here. */
function diskAt(table: Ptr<FileTable>, path: View<u8>): Res<Ptr<BlockDevice>> {
  const vnode = orReturn(resolve(table, path, true));
  const index = diskOf(vnode);
  drop(vnode);
  const device = blockDevice(orReturn(index));
  if (device === null) return err(Errno.ENXIO);
  return device;
}

/** A file system that is not in the tree yet. ENODEV: there is no such kind. */
function newMount(table: Ptr<FileTable>, source: View<u8>, kind: string, flags: u64): Res<Ptr<Mount>> {
  if (kind === "ext2") {
    const device = orReturn(diskAt(table, source));
    if (isMounted(device)) return err(Errno.EBUSY);
    return mountExt2(device, flags);
  }
  if (kind === "tmpfs") return mountMemory();
  if (kind === "proc") return mountProc();
  return err(Errno.ENODEV);
}

/** Mounts at a path. */
export function mountAt(table: Ptr<FileTable>, source: View<u8>, place: View<u8>, kind: View<u8>, flags: u64): Res<void> {
  if ((flags & ~u64(MS_RDONLY)) !== 0 || place.length >= PATH_MAX) return err(Errno.EINVAL);
  const over = orReturn(resolve(table, place, true));
  const mount = newMount(table, source, text(kind), flags);
  if (isErr(mount)) {
    drop(over);
    return mount;
  }
  if ((flags & MS_RDONLY) !== 0) mount.readOnly = true;
  const added = addMount(mount, over, source, place);
  if (!isErr(added)) return;
  drop(over);
  ignore(mount.ops.unmount(mount), "nobody has seen it yet, so nobody uses it");
  return added;
}

/** Takes away what is mounted at a path. */
export function unmountAt(table: Ptr<FileTable>, place: View<u8>): Res<void> {
  return removeMount(orReturn(resolve(table, place, true)));
}
