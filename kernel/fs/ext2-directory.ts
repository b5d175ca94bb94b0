// Directories: files whose bytes are entries, a number and a name each. An entry leads to the next by its length, up to the end
// of the block, and what follows a name up to there is room for others.
//
// A disk writes a sector or does not; half a sector it never writes. So every change here is one within one sector, or two of
// which the first does no harm alone. New blocks begin as chains that end at each sector's end; where another system has made
// entries across that line, room behind the line is split off with its own header first (a lower rank), and only then the entry
// before is shortened to lead to it. What is removed is joined with the entry before only if both lie in the same sector.
import { SECTOR } from "../drivers/block.ts";
import type { Buffer } from "./cache.ts";
import { putDirent } from "./dirent.ts";
import { DIRENT_KINDS, ENTRY_BYTES, ENTRY_KINDS, Entry, entryBytes, FLAG_INDEX } from "./ext2-layout.ts";
import { mapBlock, mapOrAdd } from "./ext2-map.ts";
import { keepNode, nodeTouched, timeNow } from "./ext2-node.ts";
import { type Block, type Ext2, type Node, RANK_DATA, RANK_INODES, RANK_NAMES } from "./ext2-state.ts";

/** Where an entry is. */
export class Found {
  inode: u64;
  /** Block of the disk. */
  block: u64;
  /** In the block; the entry before it likewise, or NONE. */
  at: usize;
  before: usize;
}
const NONE: usize = 0xffff_ffff;

function sectorOf(offset: usize): usize {
  return offset / SECTOR;
}

/** The entry at a place in a block. EIO when it cannot be one. */
function entryAt(fs: Ptr<Ext2>, block: Ptr<Block>, at: usize): Res<Ptr<Entry>> {
  if (at + ENTRY_BYTES > fs.blockBytes) return err(Errno.EIO);
  const e = block.buffer.at<Entry>(block.at + at);
  const bytes = usize(e.bytes);
  if (bytes < ENTRY_BYTES || bytes % 4 !== 0 || at + bytes > fs.blockBytes) return err(Errno.EIO);
  if (e.inode !== 0 && (entryBytes(usize(e.nameBytes)) > bytes || u64(e.inode) > fs.inodes)) return err(Errno.EIO);
  return e;
}

function nameAt(buffer: Ptr<Buffer>, at: usize, bytes: usize): Slice<u8> {
  return buffer.slice<u8>(at + ENTRY_BYTES, bytes);
}

function equal(a: View<u8>, b: View<u8>): boolean {
  if (a.length !== b.length) return false;
  for (let i: usize = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Finds a name. ENOENT, EIO. The directory's contents are locked. */
export function findEntry(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>): Res<Found> {
  const blocks = dir.vnode.bytes / fs.blockBytes;
  for (let logical: u64 = 0; logical < blocks; logical++) {
    const number = orReturn(mapBlock(fs, dir, logical));
    if (number === 0) continue;
    const block = orReturn(fs.block(number, 0));
    using _ = defer(() => block.give());
    let before = NONE;
    for (let at: usize = 0; at < fs.blockBytes; ) {
      const e = orReturn(entryAt(fs, ref(block), at));
      if (e.inode !== 0 && usize(e.nameBytes) === name.length && equal(nameAt(block.buffer, block.at + at, name.length), name))
        return { inode: u64(e.inode), block: number, at, before };
      before = at;
      at += usize(e.bytes);
    }
  }
  return err(Errno.ENOENT);
}

function writeEntry(fs: Ptr<Ext2>, block: Ptr<Block>, at: usize, bytes: usize, inode: u64, mode: u32, name: View<u8>): void {
  const e = block.buffer.at<Entry>(block.at + at);
  e.inode = u32(inode);
  e.bytes = u16(bytes);
  e.nameBytes = u8(name.length);
  e.kind = fs.fileTypes ? ENTRY_KINDS[usize(mode >> 12) & 15] : 0;
  copySlice(nameAt(block.buffer, block.at + at, name.length), name);
}

/** Fills a new block of a directory with chains of nothing, one in each sector. */
function clearBlock(fs: Ptr<Ext2>, block: Ptr<Block>): void {
  fill(block.bytes(), 0);
  for (let at: usize = 0; at < fs.blockBytes; at += SECTOR) block.buffer.at<Entry>(block.at + at).bytes = SECTOR;
}

/** An entry that has room for another one, and where that begins: at the entry itself if it is empty. */
class Room {
  at: usize;
  place: usize;
}

/** ENOENT where there is none in a block. */
function roomIn(fs: Ptr<Ext2>, block: Ptr<Block>, need: usize): Res<Room> {
  for (let at: usize = 0; at < fs.blockBytes; ) {
    const e = orReturn(entryAt(fs, block, at));
    const used = e.inode === 0 ? 0 : entryBytes(usize(e.nameBytes));
    const end = at + usize(e.bytes);
    const place = at + used;
    const head = used === 0 ? at : at + 4;
    if (place + need <= end && sectorOf(head) === sectorOf(place + need - 1)) return { at, place };
    // The next sector, if this entry's room reaches so far, and enough is left for the entry itself.
    const line = (sectorOf(place) + 1) * SECTOR;
    if (line + need <= end && line - at >= ENTRY_BYTES) return { at, place: line };
    at = end;
  }
  return err(Errno.ENOENT);
}

/** Tries to put an entry into a block; whether there was room. */
function insertInto(fs: Ptr<Ext2>, block: Ptr<Block>, inode: u64, mode: u32, name: View<u8>): Res<boolean> {
  const need = entryBytes(name.length);
  const room = roomIn(fs, block, need);
  if (isErr(room)) {
    if (room.code === Errno.ENOENT) return false;
    return room;
  }
  const e = orReturn(entryAt(fs, block, room.at));
  const end = room.at + usize(e.bytes);
  writeEntry(fs, block, room.place, end - room.place, inode, mode, name);
  if (room.place === room.at) {
    block.changed(room.at, need, RANK_NAMES);
    return true;
  }
  e.bytes = u16(room.place - room.at);
  if (sectorOf(room.at + 4) === sectorOf(room.place + need - 1)) {
    block.changed(room.at + 4, room.place + need - room.at - 4, RANK_NAMES);
    return true;
  }
  // In a sector of its own: on the disk before the entry that leads to it.
  block.changed(room.place, need, RANK_INODES);
  block.changed(room.at + 4, 2, RANK_NAMES);
  return true;
}

/** Whether a name has room in the blocks that a directory has. EIO. Its contents are locked. */
export function hasRoom(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>): Res<boolean> {
  const blocks = dir.vnode.bytes / fs.blockBytes;
  for (let logical: u64 = 0; logical < blocks; logical++) {
    const number = orReturn(mapBlock(fs, dir, logical));
    if (number === 0) continue;
    const block = orReturn(fs.block(number, 0));
    using _ = defer(() => block.give());
    const room = roomIn(fs, ref(block), entryBytes(name.length));
    if (!isErr(room)) return true;
    if (room.code !== Errno.ENOENT) return room;
  }
  return false;
}

/** Puts a name into a directory that does not have it. ENOSPC, EIO. Its contents are locked. */
export function insertEntry(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>, inode: u64, mode: u32): Res<void> {
  const blocks = dir.vnode.bytes / fs.blockBytes;
  for (let logical: u64 = 0; logical < blocks; logical++) {
    const number = orReturn(mapBlock(fs, dir, logical));
    if (number === 0) continue;
    const block = orReturn(fs.block(number, 0));
    using _ = defer(() => block.give());
    const done = orReturn(insertInto(fs, ref(block), inode, mode, name));
    if (!done) continue;
    directoryChanged(fs, dir);
    return;
  }
  const number = orReturn(appendBlock(fs, dir));
  const fresh = orReturn(fs.block(number, 0));
  using _ = defer(() => fresh.give());
  writeEntry(fs, ref(fresh), 0, SECTOR, inode, mode, name);
  directoryChanged(fs, dir);
}

/** One more block, of empty chains: which block of the disk. */
function appendBlock(fs: Ptr<Ext2>, dir: Ptr<Node>): Res<u64> {
  const mapped = orReturn(mapOrAdd(fs, dir, dir.vnode.bytes / fs.blockBytes));
  // Should this fail, the block is there beyond the directory's end, for the next attempt.
  const block = orReturn(fs.blankBlock(mapped.block));
  clearBlock(fs, ref(block));
  block.changed(0, fs.blockBytes, RANK_DATA);
  block.give();
  dir.vnode.bytes += fs.blockBytes;
  dir.grown = fs.epoch.load();
  return mapped.block;
}

/** Its times; and an index that another system made is none any more. */
function directoryChanged(fs: Ptr<Ext2>, dir: Ptr<Node>): void {
  dir.disk().flags &= ~FLAG_INDEX;
  const now = timeNow();
  dir.vnode.modified = now;
  dir.vnode.changed = now;
  keepNode(fs, dir);
}

/** Takes an entry out that findEntry has found, with the lock held since. */
export function removeEntry(fs: Ptr<Ext2>, dir: Ptr<Node>, found: Ptr<Found>): Res<void> {
  const block = orReturn(fs.block(found.block, 0));
  using _ = defer(() => block.give());
  const e = orReturn(entryAt(fs, ref(block), found.at));
  if (found.before !== NONE && sectorOf(found.before + 4) === sectorOf(found.at)) {
    const before = orReturn(entryAt(fs, ref(block), found.before));
    before.bytes += e.bytes;
    block.changed(found.before + 4, 2, RANK_NAMES);
  } else {
    e.inode = 0;
    block.changed(found.at, 4, RANK_NAMES);
  }
  directoryChanged(fs, dir);
}

/** Lets an entry name another file: one sector, so the name always leads to one of the two. */
export function redirectEntry(fs: Ptr<Ext2>, dir: Ptr<Node>, found: Ptr<Found>, inode: u64, mode: u32): Res<void> {
  const block = orReturn(fs.block(found.block, 0));
  using _ = defer(() => block.give());
  const e = orReturn(entryAt(fs, ref(block), found.at));
  e.inode = u32(inode);
  e.kind = fs.fileTypes ? ENTRY_KINDS[usize(mode >> 12) & 15] : 0;
  block.changed(found.at, ENTRY_BYTES, RANK_NAMES);
  directoryChanged(fs, dir);
}

/** Whether two entries are in one sector, so that they change together. */
export function sameSector(a: Ptr<Found>, b: Ptr<Found>): boolean {
  return a.block === b.block && sectorOf(a.at) === sectorOf(b.at) && (a.before === NONE || sectorOf(a.before + 4) === sectorOf(a.at));
}

/** A new directory's first block: itself, and the one above. */
export function startDirectory(fs: Ptr<Ext2>, dir: Ptr<Node>, parent: u64): Res<void> {
  const number = orReturn(appendBlock(fs, dir));
  const block = orReturn(fs.block(number, 0));
  using _ = defer(() => block.give());
  writeEntry(fs, ref(block), 0, 12, dir.vnode.inode, dir.vnode.mode, bytes("."));
  writeEntry(fs, ref(block), 12, SECTOR - 12, parent, dir.vnode.mode, bytes(".."));
  keepNode(fs, dir);
}

/** Whether a directory has no names but its own two. EIO. */
export function isEmpty(fs: Ptr<Ext2>, dir: Ptr<Node>): Res<boolean> {
  const blocks = dir.vnode.bytes / fs.blockBytes;
  for (let logical: u64 = 0; logical < blocks; logical++) {
    const number = orReturn(mapBlock(fs, dir, logical));
    if (number === 0) continue;
    const block = orReturn(fs.block(number, 0));
    using _ = defer(() => block.give());
    for (let at: usize = 0; at < fs.blockBytes; ) {
      const e = orReturn(entryAt(fs, ref(block), at));
      const name = nameAt(block.buffer, block.at + at, e.inode === 0 ? 0 : usize(e.nameBytes));
      if (e.inode !== 0 && !isOwn(name)) return false;
      at += usize(e.bytes);
    }
  }
  return true;
}

/** "." and "..". */
export function isOwn(name: View<u8>): boolean {
  if (name.length === 0 || name.length > 2) return false;
  for (const c of name) if (c !== byte(".")) return false;
  return true;
}

/**
 * Entries for a program, from a position on: the block's number and the offset in it as one number of bytes. A program may have
 * kept a position while names were removed; then it may lie inside an entry, so each block is walked from its beginning.
 */
export function listEntries(fs: Ptr<Ext2>, dir: Ptr<Node>, position: Ptr<u64>, into: Slice<u8>): Res<usize> {
  let done: usize = 0;
  let from = position[0];
  while (from < dir.vnode.bytes) {
    const logical = from / fs.blockBytes;
    const next = (logical + 1) * fs.blockBytes;
    const number = orReturn(mapBlock(fs, dir, logical));
    if (number === 0) {
      from = next;
      continue;
    }
    const block = orReturn(fs.block(number, logical === 0 ? 4 : 0));
    using _ = defer(() => block.give());
    for (let at: usize = 0; at < fs.blockBytes; ) {
      const e = orReturn(entryAt(fs, ref(block), at));
      const after = logical * fs.blockBytes + at + usize(e.bytes);
      if (logical * fs.blockBytes + at >= from && e.inode !== 0) {
        const name = nameAt(block.buffer, block.at + at, usize(e.nameBytes));
        const kind = e.kind < 8 ? DIRENT_KINDS[usize(e.kind)] : 0;
        const put = putDirent(into.sub(done, into.length), u64(e.inode), after, kind, name);
        if (put === 0) {
          position[0] = logical * fs.blockBytes + at;
          return done > 0 ? done : err(Errno.EINVAL);
        }
        done += put;
      }
      at += usize(e.bytes);
    }
    from = next;
  }
  position[0] = from;
  return done;
}

/** The number that ".." has. EIO, ENOENT. */
export function parentOf(fs: Ptr<Ext2>, dir: Ptr<Node>): Res<u64> {
  const found = orReturn(findEntry(fs, dir, bytes("..")));
  return found.inode;
}

/** A directory has moved: ".." is another one now. */
export function setParent(fs: Ptr<Ext2>, dir: Ptr<Node>, parent: u64, mode: u32): Res<void> {
  const found = orReturn(findEntry(fs, dir, bytes("..")));
  const block = orReturn(fs.block(found.block, 0));
  using _ = defer(() => block.give());
  const e = orReturn(entryAt(fs, ref(block), found.at));
  e.inode = u32(parent);
  e.kind = fs.fileTypes ? ENTRY_KINDS[usize(mode >> 12) & 15] : 0;
  block.changed(found.at, ENTRY_BYTES, RANK_NAMES);
  nodeTouched(fs, dir);
}
