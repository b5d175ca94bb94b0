// Which blocks and inodes are free. Each group has a bitmap of its blocks and one of its inodes; what is looked for is looked for
// near what it belongs to, because a disk's head has to travel, and because what is read ahead had better be of the same file.
//
// What is given up is not free at once. The disk may still say that it is in use, and if it were used for something else, and the
// power failed now, two files would own it. So its bit stays set in the bitmap until a commit has taken the old owner's word
// for it (`releaseGiven`).
import { create, destroy } from "../memory/slab.ts";
import { forgetChanges } from "./cache.ts";
import { type Allocator, type Ext2, Given, GivenGroup, RANK_BITMAPS, touch } from "./ext2-state.ts";

const ALL: u64 = 0xffff_ffff_ffff_ffff;

/** The first bit from `from` up to `to` that is not set; `to` when there is none. */
function freeBit(words: View<u64>, from: u64, to: u64): u64 {
  let at = from;
  while (at < to) {
    const bit = at % 64;
    const free = ~words[at / 64] & (ALL << bit);
    if (free !== 0) {
      const found = (at & ~63) + u64(trailingZeros(free));
      return found < to ? found : to;
    }
    at += 64 - bit;
  }
  return to;
}

function isSet(words: View<u64>, bit: u64): boolean {
  return ((words[bit / 64] >> (bit % 64)) & 1) !== 0;
}

function setBit(words: Slice<u64>, bit: u64): void {
  words[bit / 64] |= 1 << (bit % 64);
}

/** Blocks of a group; the last one may be shorter. */
function blocksIn(fs: Ptr<Ext2>, group: u64): u64 {
  const left = fs.blocks - fs.firstBlock - group * fs.blocksPerGroup;
  return left < fs.blocksPerGroup ? left : fs.blocksPerGroup;
}

/** Whether a block is the file system's own: a bitmap or a part of an inode table. Bitmaps of a damaged disk may say it is free. */
function isSystem(fs: Ptr<Ext2>, block: u64): boolean {
  const d = fs.descriptor((block - fs.firstBlock) / fs.blocksPerGroup);
  const table = u64(d.inodeTable);
  return block === u64(d.blockBitmap) || block === u64(d.inodeBitmap) || (block >= table && block < table + fs.tableBlocks);
}

/** A block, as near behind `goal` as there is one. ENOSPC, EIO. What is on it is not known. */
export function takeBlock(fs: Ptr<Ext2>, goal: u64): Res<u64> {
  const wanted = fs.isBlock(goal) ? goal - fs.firstBlock : 0;
  const first = wanted / fs.blocksPerGroup;
  using a = fs.allocator.enter();
  for (let i: u64 = 0; i <= fs.groups; i++) {
    const group = (first + i) % fs.groups;
    // The first group is looked at twice: from the goal on, and at the end from its beginning.
    const from = i === 0 ? wanted % fs.blocksPerGroup : 0;
    if (fs.descriptor(group).freeBlocks === 0) continue;
    const found = orReturn(takeIn(fs, a.v, group, from));
    if (found !== 0) return found;
  }
  return err(Errno.ENOSPC);
}

/** A block of a group, from a bit on; 0 when none is free there. */
function takeIn(fs: Ptr<Ext2>, a: Ptr<Allocator>, group: u64, from: u64): Res<u64> {
  const d = fs.descriptor(group);
  const bitmap = orReturn(fs.block(u64(d.blockBitmap), 0));
  using _ = defer(() => bitmap.give());
  const words = bitmap.words();
  const end = blocksIn(fs, group);
  for (let bit = freeBit(words, from, end); bit < end; bit = freeBit(words, bit + 1, end)) {
    const block = fs.firstBlock + group * fs.blocksPerGroup + bit;
    if (isSystem(fs, block)) continue;
    setBit(words, bit);
    bitmap.changed((bit / 64) * 8, 8, RANK_BITMAPS);
    d.freeBlocks--;
    fs.descriptorChanged(group);
    if (a.freeBlocks > 0) a.freeBlocks--;
    a.changed = true;
    touch(fs);
    return block;
  }
  return 0;
}

/** The bits of a group that were given up, made when there are none yet. ENOMEM. */
function givenOf(a: Ptr<Allocator>, group: u64, inodes: boolean): Res<Ptr<GivenGroup>> {
  for (let g = a.given; g !== null; g = g.next) if (g.group === group && g.inodes === inodes) return g;
  const made = orReturn(create<GivenGroup>());
  const bits = create<Given>();
  if (isErr(bits)) {
    destroy(made);
    return bits;
  }
  made.bits = bits;
  made.group = group;
  made.inodes = inodes;
  made.next = a.given;
  a.given = made;
  return made;
}

/**
 * Gives a block up; what was to be written to it is not. False for a number that a damaged disk made up, or that was given up
 * already: then nothing happens. ENOMEM: nothing happens either.
 */
export function giveBlock(fs: Ptr<Ext2>, block: u64): Res<boolean> {
  if (!fs.isBlock(block) || isSystem(fs, block)) return false;
  const at = block - fs.firstBlock;
  using a = fs.allocator.enter();
  const given = orReturn(givenOf(a.v, at / fs.blocksPerGroup, false));
  const words = slice(given.bits.words);
  const bit = at % fs.blocksPerGroup;
  if (isSet(words, bit)) return false;
  setBit(words, bit);
  given.count++;
  a.v.givenBlocks++;
  touch(fs);
  forgetChanges(fs.device, block >> fs.pageShift, fs.offsetIn(block), fs.blockBytes);
  return true;
}

/** An inode's number, in the group of `near` for files; for directories where there is most room. ENOSPC, EIO. */
export function takeInode(fs: Ptr<Ext2>, near: u64, directory: boolean): Res<u64> {
  using a = fs.allocator.enter();
  const first = directory ? roomiestGroup(fs, a.v) : (near - 1) / fs.inodesPerGroup;
  for (let i: u64 = 0; i < fs.groups; i++) {
    const group = (first + i) % fs.groups;
    const d = fs.descriptor(group);
    if (d.freeInodes === 0) continue;
    const bitmap = orReturn(fs.block(u64(d.inodeBitmap), 0));
    using _ = defer(() => bitmap.give());
    const words = bitmap.words();
    const from = group === 0 ? fs.firstInode - 1 : 0;
    const bit = freeBit(words, from, fs.inodesPerGroup);
    if (bit === fs.inodesPerGroup) continue;
    setBit(words, bit);
    bitmap.changed((bit / 64) * 8, 8, RANK_BITMAPS);
    d.freeInodes--;
    if (directory) d.usedDirectories++;
    fs.descriptorChanged(group);
    if (a.v.freeInodes > 0) a.v.freeInodes--;
    a.v.changed = true;
    touch(fs);
    return group * fs.inodesPerGroup + bit + 1;
  }
  return err(Errno.ENOSPC);
}

/** Directories are spread over the disk, so that each has room for its files beside it. */
function roomiestGroup(fs: Ptr<Ext2>, a: Ptr<Allocator>): u64 {
  const average = a.freeInodes / fs.groups;
  let best: u64 = 0;
  let most: u32 = 0;
  for (let group: u64 = 0; group < fs.groups; group++) {
    const d = fs.descriptor(group);
    if (d.freeInodes === 0 || u64(d.freeInodes) < average || u32(d.freeBlocks) <= most) continue;
    best = group;
    most = u32(d.freeBlocks);
  }
  return best;
}

/** Gives an inode's number up. ENOMEM. */
export function giveInode(fs: Ptr<Ext2>, inode: u64, directory: boolean): Res<void> {
  const group = (inode - 1) / fs.inodesPerGroup;
  using a = fs.allocator.enter();
  const given = orReturn(givenOf(a.v, group, true));
  const words = slice(given.bits.words);
  const bit = (inode - 1) % fs.inodesPerGroup;
  if (isSet(words, bit)) return;
  setBit(words, bit);
  given.count++;
  const d = fs.descriptor(group);
  if (directory && d.usedDirectories > 0) {
    d.usedDirectories--;
    fs.descriptorChanged(group);
  }
  touch(fs);
}

/** Whether a commit would make room. */
export function hasGiven(fs: Ptr<Ext2>): boolean {
  using a = fs.allocator.enter();
  return a.v.given !== null;
}

/** During a commit, when the disk says nowhere any more that what was given up is in use: now it is free. Whether there was any. */
export function releaseGiven(fs: Ptr<Ext2>): Res<boolean> {
  using a = fs.allocator.enter();
  let any = false;
  for (;;) {
    const given = a.v.given;
    if (given === null) break;
    orReturn(releaseGroup(fs, a.v, given));
    any = true;
    a.v.given = given.next;
    destroy(given.bits);
    destroy(given);
  }
  a.v.givenBlocks = 0;
  if (any) keepCounts(fs, a.v);
  return any;
}

function releaseGroup(fs: Ptr<Ext2>, a: Ptr<Allocator>, given: Ptr<GivenGroup>): Res<void> {
  const d = fs.descriptor(given.group);
  const bitmap = orReturn(fs.block(u64(given.inodes ? d.inodeBitmap : d.blockBitmap), 0));
  using _ = defer(() => bitmap.give());
  const words = bitmap.words();
  let freed: u64 = 0;
  for (let i: usize = 0; i < words.length; i++) {
    const bits = given.bits.words[i] & words[i];
    if (bits === 0) continue;
    words[i] &= ~bits;
    bitmap.changed(i * 8, 8, RANK_BITMAPS);
    freed += u64(countOnes(bits));
  }
  if (given.inodes) {
    d.freeInodes += u16(freed);
    a.freeInodes += freed;
  } else {
    d.freeBlocks += u16(freed);
    a.freeBlocks += freed;
  }
  fs.descriptorChanged(given.group);
  a.changed = true;
}

/** The counts go into the superblock. */
export function writeCounts(fs: Ptr<Ext2>): void {
  using a = fs.allocator.enter();
  if (a.v.changed) keepCounts(fs, a.v);
}

function keepCounts(fs: Ptr<Ext2>, a: Ptr<Allocator>): void {
  const s = fs.super();
  s.freeBlocks = u32(a.freeBlocks);
  s.freeInodes = u32(a.freeInodes);
  a.changed = false;
  fs.superChanged();
}

/** Counts what is free, by the bitmaps: after a power cut the disk's own counts may be wrong. EIO. */
export function countFree(fs: Ptr<Ext2>, repair: boolean): Res<void> {
  using a = fs.allocator.enter();
  a.v.freeBlocks = 0;
  a.v.freeInodes = 0;
  for (let group: u64 = 0; group < fs.groups; group++) {
    const d = fs.descriptor(group);
    if (repair) {
      const blocks = orReturn(freeIn(fs, u64(d.blockBitmap), blocksIn(fs, group)));
      const inodes = orReturn(freeIn(fs, u64(d.inodeBitmap), fs.inodesPerGroup));
      if (u64(d.freeBlocks) !== blocks || u64(d.freeInodes) !== inodes) {
        d.freeBlocks = u16(blocks);
        d.freeInodes = u16(inodes);
        fs.descriptorChanged(group);
        a.v.changed = true;
      }
    }
    a.v.freeBlocks += u64(d.freeBlocks);
    a.v.freeInodes += u64(d.freeInodes);
  }
  const s = fs.super();
  if (u64(s.freeBlocks) !== a.v.freeBlocks || u64(s.freeInodes) !== a.v.freeInodes) a.v.changed = true;
}

function freeIn(fs: Ptr<Ext2>, at: u64, bits: u64): Res<u64> {
  const bitmap = orReturn(fs.block(at, 0));
  using _ = defer(() => bitmap.give());
  const words = bitmap.words();
  let free: u64 = 0;
  for (let i: usize = 0; i * 64 < bits; i++) {
    const left = bits - i * 64;
    const mask = left >= 64 ? ALL : (1 << left) - 1;
    free += u64(countOnes(~words[i] & mask));
  }
  return free;
}

