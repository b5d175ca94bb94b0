// Bytes of files. A file is read and written block by block through the cache; its lock makes each call of one piece, so that nobody
// reads half of what another one writes.
import { PAGE_SIZE } from "../layout.ts";
import { tooManyChanges } from "./cache.ts";
import { commit, commitNode, madeRoom } from "./ext2-commit.ts";
import { BLOCK_NUMBERS } from "./ext2-layout.ts";
import { cutBlocks, mapBlock, mapOrAdd } from "./ext2-map.ts";
import { isShortLink, keepNode, timeNow } from "./ext2-node.ts";
import { type Ext2, ext2Of, type Node, nodeOf, RANK_DATA } from "./ext2-state.ts";
import type { Vnode } from "./vnode.ts";

/** Pages that a read takes at once from the disk. */
const READ_AHEAD = 15;
/** Bytes written while others wait outside. */
const WRITE_PIECE = 65536;
const DAY: u64 = 86_400_000_000_000;

function smaller(a: u64, b: u64): u64 {
  return a < b ? a : b;
}

/** VnodeOps.readAt. */
export function ext2Read(vnode: Ptr<Vnode>, offset: u64, into: Slice<u8>): Res<usize> {
  const node = nodeOf(vnode);
  const fs = ext2Of(vnode.mount);
  const done = orReturn(readLocked(fs, node, offset, into));
  if (!vnode.mount.readOnly && isStale(vnode)) seen(fs, node);
  return done;
}

function readLocked(fs: Ptr<Ext2>, node: Ptr<Node>, offset: u64, into: Slice<u8>): Res<usize> {
  using c = node.contents.enter();
  const end = node.vnode.bytes;
  if (offset >= end) return 0;
  const want = smaller(into.length, end - offset);
  let done: usize = 0;
  while (done < want) {
    const at = offset + done;
    const within = at % fs.blockBytes;
    const part = smaller(fs.blockBytes - within, want - done);
    const to = into.sub(done, done + part);
    const number = orReturn(mapBlock(fs, node, at / fs.blockBytes));
    if (number === 0) fill(to, 0);
    else {
      const left = (end - at) / PAGE_SIZE;
      const block = orReturn(fs.block(number, smaller(left, READ_AHEAD)));
      copySlice(to, block.bytes().sub(within, within + part));
      block.give();
    }
    done += part;
  }
  return done;
}

/** The time of the last access is kept when it was before the last change, or is a day old: else each read would be a write. */
function isStale(vnode: Ptr<Vnode>): boolean {
  return vnode.accessed <= vnode.modified || timeNow() > vnode.accessed + DAY;
}

export function seen(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  using _ = fs.gate.enter();
  using c = node.contents.enter();
  node.vnode.accessed = timeNow();
  keepNode(fs, node);
}

/** VnodeOps.writeAt. */
export function ext2Write(vnode: Ptr<Vnode>, offset: u64, from: View<u8>): Res<usize> {
  const node = nodeOf(vnode);
  const fs = ext2Of(vnode.mount);
  if (offset >= fs.mostBytes) return err(Errno.EFBIG);
  const want = smaller(from.length, fs.mostBytes - offset);
  let done: usize = 0;
  while (done < want) {
    const end = smaller(want, done + WRITE_PIECE);
    let wrote = writePiece(fs, node, offset + done, from.sub(done, end));
    if (isErr(wrote) && wrote.code === Errno.ENOSPC && madeRoom(fs))
      wrote = writePiece(fs, node, offset + done, from.sub(done, end));
    if (isErr(wrote)) {
      if (done > 0) return done;
      return wrote;
    }
    done += wrote;
    if (tooManyChanges()) {
      const committed = commit(fs);
      if (isErr(committed)) return committed;
    }
  }
  return done;
}

/** Fewer bytes than there are when the disk gets full on the way; an error when not one was written. */
function writePiece(fs: Ptr<Ext2>, node: Ptr<Node>, offset: u64, from: View<u8>): Res<usize> {
  using _ = fs.gate.enter();
  using c = node.contents.enter();
  let done: usize = 0;
  let failure: Res<void> = nothing();
  while (done < from.length) {
    const at = offset + done;
    const within = at % fs.blockBytes;
    const part = smaller(fs.blockBytes - within, from.length - done);
    failure = writeBlock(fs, node, at / fs.blockBytes, within, from.sub(done, done + part));
    if (isErr(failure)) break;
    done += part;
  }
  const v = ref(node.vnode);
  if (done > 0) {
    if (offset + done > v.bytes) v.bytes = offset + done;
    const now = timeNow();
    v.modified = now;
    v.changed = now;
  }
  // Even without a byte written: blocks of numbers may have been added.
  keepNode(fs, node);
  if (isErr(failure) && done === 0) return failure;
  return done;
}

function nothing(): Res<void> {}

function writeBlock(fs: Ptr<Ext2>, node: Ptr<Node>, logical: u64, within: usize, from: View<u8>): Res<void> {
  const mapped = orReturn(mapOrAdd(fs, node, logical));
  const whole = from.length === fs.blockBytes;
  const block = orReturn(mapped.fresh || whole ? fs.blankBlock(mapped.block) : fs.block(mapped.block, 0));
  const to = block.bytes();
  if (mapped.fresh && !whole) {
    fill(to.sub(0, within), 0);
    fill(to.sub(within + from.length, fs.blockBytes), 0);
  }
  copySlice(to.sub(within, within + from.length), from);
  if (mapped.fresh) block.changed(0, fs.blockBytes, RANK_DATA);
  else block.changed(within, from.length, RANK_DATA);
  block.give();
}

/** VnodeOps.truncate. */
export function ext2Truncate(vnode: Ptr<Vnode>, bytes: u64): Res<void> {
  const node = nodeOf(vnode);
  const fs = ext2Of(vnode.mount);
  if (bytes > fs.mostBytes) return err(Errno.EFBIG);
  using _ = fs.gate.enter();
  using c = node.contents.enter();
  if (bytes < vnode.bytes) {
    const within = bytes % fs.blockBytes;
    if (within !== 0) orReturn(clearTail(fs, node, bytes / fs.blockBytes, within));
    const cut = cutBlocks(fs, node, (bytes + fs.blockBytes - 1) / fs.blockBytes);
    if (isErr(cut)) {
      // What was cut off is a hole now.
      keepNode(fs, node);
      return cut;
    }
  }
  vnode.bytes = bytes;
  const now = timeNow();
  vnode.modified = now;
  vnode.changed = now;
  keepNode(fs, node);
}

/** What lies behind the end in the last block reads as zeros when the file grows again. */
function clearTail(fs: Ptr<Ext2>, node: Ptr<Node>, logical: u64, from: usize): Res<void> {
  const number = orReturn(mapBlock(fs, node, logical));
  if (number === 0) return;
  const block = orReturn(fs.block(number, 0));
  fill(block.bytes().sub(from, fs.blockBytes), 0);
  block.changed(from, fs.blockBytes - from, RANK_DATA);
  block.give();
}

/** VnodeOps.readlink. Up to 59 bytes of text lie where other inodes have block numbers. */
export function ext2ReadLink(vnode: Ptr<Vnode>, into: Slice<u8>): Res<usize> {
  const node = nodeOf(vnode);
  const fs = ext2Of(vnode.mount);
  if (!isShortLink(node)) return readLocked(fs, node, 0, into);
  using c = node.contents.enter();
  const count = smaller(into.length, vnode.bytes);
  for (let i: usize = 0; i < count; i++) into[i] = u8(node.disk().blocks[i / 4] >> u32((i % 4) * 8));
  return count;
}

/** A new symbolic link's text. */
export function writeLink(fs: Ptr<Ext2>, node: Ptr<Node>, to: View<u8>): Res<void> {
  using c = node.contents.enter();
  if (to.length < BLOCK_NUMBERS * 4) {
    for (let i: usize = 0; i < to.length; i++) node.disk().blocks[i / 4] |= u32(to[i]) << u32((i % 4) * 8);
  } else orReturn(writeBlock(fs, node, 0, 0, to));
  node.vnode.bytes = to.length;
  keepNode(fs, node);
}

/** VnodeOps.sync: the file with all that leads to it. */
export function ext2Sync(vnode: Ptr<Vnode>): Res<void> {
  if (vnode.mount.readOnly) return;
  return commitNode(ext2Of(vnode.mount), nodeOf(vnode));
}

