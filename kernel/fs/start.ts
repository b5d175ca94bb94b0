// Files, from the first moment: the cache, /dev, and then the root. Which disk has the root nobody can know; so it is the one that the
// command line names (root=vda2), or else the first one with an ext2 and a program to begin with on it, or else the archive that the boot
// loader brought along.
import { MS_RDONLY } from "../abi/files.ts";
import { type BlockDevice, blockDevice, findBlock, MOST_BLOCK_DEVICES } from "../drivers/block.ts";
import { sleepUntil, now } from "../task/clock.ts";
import { spawnTask } from "../task/schedule.ts";
import { LEVEL_KERNEL } from "../task/task.ts";
import { changedFrames, startCache } from "./cache.ts";
import { isCpio, unpackCpio } from "./cpio.ts";
import { deviceFileSystem } from "./devices.ts";
import { mountExt2, startExt2 } from "./ext2.ts";
import { mountMemory } from "./memory-files.ts";
import { addMount, rootDirectory, syncMounts, syncRawDevices } from "./mount.ts";
import { registerPlainDevices } from "./plain-devices.ts";
import { drop, type Mount, type Vnode } from "./vnode.ts";

/** Nanoseconds after which what was written is on its way to the disk, even if nobody asks. */
const WRITE_BACK: u64 = 5_000_000_000;

/** Before the drivers register what they found. */
export function startFiles(): void {
  startCache();
  startExt2();
  const registered = registerPlainDevices();
  assert(!isErr(registered), "no room for /dev/null");
}

/** The value of `root=` on the command line. */
function rootOption(commandLine: View<u8>): View<u8> {
  const key = bytes("root=");
  for (let at: usize = 0; at + key.length <= commandLine.length; at++) {
    if (at > 0 && commandLine[at - 1] !== byte(" ")) continue;
    if (text(commandLine.sub(at, at + key.length)) !== text(key)) continue;
    let end = at + key.length;
    while (end < commandLine.length && commandLine[end] !== byte(" ")) end++;
    return commandLine.sub(at + key.length, end);
  }
  return commandLine.sub(0, 0);
}

/** Without "/dev/" in front. */
function bare(name: View<u8>): string {
  const prefix = bytes("/dev/");
  if (name.length > prefix.length && text(name.sub(0, prefix.length)) === text(prefix))
    return text(name.sub(prefix.length, name.length));
  return text(name);
}

function mountDisk(name: string): Res<Ptr<Mount>> {
  const device = findBlock(name);
  if (device === null) return err(Errno.ENODEV);
  const mount = orReturn(mountExt2(device, 0));
  print`The root is the ext2 of ${name}${mount.readOnly ? ", read-only" : ""}.\n`;
  orReturn(addMount(mount, null, bytes(name), bytes("/")));
  return mount;
}

/** Whether a name leads to something in a directory; the last holder of the directory is the caller. */
function hasIn(directory: Ptr<Vnode>, folder: string, name: string): boolean {
  const inner = directory.ops.lookup(directory, bytes(folder));
  if (isErr(inner)) return false;
  using _ = defer(() => drop(inner));
  if (!inner.isDirectory()) return inner.isLink();
  const file = inner.ops.lookup(inner, bytes(name));
  if (isErr(file)) return false;
  drop(file);
  return true;
}

/** Whether a device has an ext2 with a first program: others' disks, with data on them, are no root. It is only read. */
function canBegin(device: Ptr<BlockDevice>): boolean {
  const mount = mountExt2(device, MS_RDONLY);
  if (isErr(mount)) return false;
  const can = hasIn(mount.root, "sbin", "init") || hasIn(mount.root, "bin", "init") || hasIn(mount.root, "bin", "sh");
  ignore(mount.ops.unmount(mount), "nobody else uses it, and nothing was written");
  return can;
}

/** The first disk or partition with an ext2 that a system can begin from. ENODEV: there is none. */
function mountFirst(): Res<Ptr<Mount>> {
  for (let i: u32 = 0; i < MOST_BLOCK_DEVICES; i++) {
    const device = blockDevice(i);
    if (device === null) break;
    if (!canBegin(device)) continue;
    const mounted = mountDisk(device.name());
    if (!isErr(mounted)) return mounted;
  }
  return err(Errno.ENODEV);
}

function mountArchive(archive: View<u8>): Res<Ptr<Mount>> {
  if (!isCpio(archive)) return err(Errno.ENODEV);
  const mount = orReturn(mountMemory());
  orReturn(addMount(mount, null, bytes("rootfs"), bytes("/")));
  const count = orReturn(unpackCpio(archive, mount.root));
  print`The root is in memory: ${count} files from the archive that the boot loader brought.\n`;
  return mount;
}

/**
 * Mounts the root, and /dev in it. `archive` is a boot module, empty when there is none. ENODEV: there is no root; /dev is the root
 * then, so that a console can be opened.
 */
export function mountRoot(commandLine: View<u8>, archive: View<u8>): Res<void> {
  const option = rootOption(commandLine);
  let mounted = option.length > 0 ? mountDisk(bare(option)) : mountFirst();
  if (isErr(mounted)) {
    if (option.length > 0) print`There is no ext2 on ${text(option)} (error ${u32(mounted.code)}).\n`;
    mounted = mountArchive(archive);
  }
  if (isErr(mounted)) {
    orReturn(addMount(deviceFileSystem(), null, bytes("devfs"), bytes("/")));
    return mounted;
  }
  orReturn(mountDev());
  orReturn(spawnTask("write-back", writeBackNow, 0, LEVEL_KERNEL));
}

/** /dev, made if the root does not have it and can be written. */
function mountDev(): Res<void> {
  const root = orReturn(rootDirectory());
  using _ = defer(() => drop(root));
  let over = root.ops.lookup(root, bytes("dev"));
  if (isErr(over) && !root.mount.readOnly) {
    orReturn(root.ops.mkdir(root, bytes("dev"), 0o755));
    over = root.ops.lookup(root, bytes("dev"));
  }
  const directory: Ptr<Vnode> = orReturn(over);
  const added = addMount(deviceFileSystem(), directory, bytes("devfs"), bytes("/dev"));
  if (isErr(added)) drop(directory);
  return added;
}

/** A task of its own: sees to it that nothing stays in memory alone for long. */
function writeBackNow(_argument: u64): void {
  attr(maySleep, mayAlloc);
  for (;;) {
    ignore(sleepUntil(unit(u64(now()) + WRITE_BACK)), "nobody sends signals to this task");
    if (changedFrames() === 0) continue;
    const mounted = syncMounts();
    const raw = syncRawDevices();
    if (isErr(mounted) || isErr(raw)) klog`some changes could not be written to a disk, and are kept`;
  }
}
