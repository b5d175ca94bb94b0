// How changes get to the disk. All of them, in ranks: what is pointed at before what points at it, with a flush of the disk
// between two ranks that have anything to write; at last, counts of links that went down (ext2-links.ts). When the power fails in between, the disk has a file system that somebody was
// about to change: some blocks are marked as used that are not, some inode has no name yet. e2fsck tidies that up; nothing that
// was there before the commit began, and was not changed, is touched.
//
// This is where a journal would come in: the same changes, written to it first, with one flush.
import { flushDevice } from "../drivers/block.ts";
import { RANKS } from "./cache.ts";
import { hasGiven, releaseGiven, writeCounts } from "./ext2-allocate.ts";
import { dropLowered, lowerLinks } from "./ext2-links.ts";
import { type Committing, type Ext2, type Node, RANK_BITMAPS, RANK_INODES } from "./ext2-state.ts";

/** Writes everything that was changed before this call. EIO: what is left stays changed, to be tried again. */
export function commit(fs: Ptr<Ext2>): Res<void> {
  return commitSince(fs, fs.lastChange.load());
}

/** The same if a file was changed since it was written last. */
export function commitNode(fs: Ptr<Ext2>, node: Ptr<Node>): Res<void> {
  return commitSince(fs, node.changed.load());
}

/** Makes sure that an epoch is on the disk. */
function commitSince(fs: Ptr<Ext2>, epoch: u64): Res<void> {
  using c = fs.committing.enter();
  if (c.v.done >= epoch) return;
  const written = writeEpoch(fs, c.v);
  dropLowered(fs);
  return written;
}

function writeEpoch(fs: Ptr<Ext2>, c: Ptr<Committing>): Res<void> {
  // From here on nobody is inside, and what comes afterwards belongs to the next epoch.
  fs.gate.close();
  using _ = defer(() => fs.gate.open());
  const now = fs.epoch.load();
  writeCounts(fs);
  for (let rank: u32 = 0; rank < RANKS; rank++) {
    const any = orReturn(c.batch.write(fs.device, rank));
    if (any) orReturn(flushDevice(fs.device));
  }
  const lowered = lowerLinks(fs);
  const freed = orReturn(releaseGiven(fs));
  if (freed) orReturn(c.batch.write(fs.device, RANK_BITMAPS));
  if (lowered) orReturn(c.batch.write(fs.device, RANK_INODES));
  if (freed || lowered) orReturn(flushDevice(fs.device));
  c.done = now;
  fs.epoch.store(now + 1);
}

/** After ENOSPC: whether a commit has made room, so that trying again makes sense. */
export function madeRoom(fs: Ptr<Ext2>): boolean {
  if (!hasGiven(fs)) return false;
  return !isErr(commit(fs));
}
