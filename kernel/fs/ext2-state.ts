// What the kernel keeps in memory of a mounted ext2, and which lock guards what. In the order in which they are taken:
//
//   tree         one change of names at a time; who holds it may look at several directories
//   committing   one writer of changes to the disk at a time
//   gate         inside: changes; closed: the changes go to the disk
//   contents     of one file or directory: its bytes, its block numbers. Never two at once
//   nodes        which inodes are in memory
//   allocator    bitmaps, counts, and what was freed
import type { BlockDevice } from "../drivers/block.ts";
import { PAGE_SIZE } from "../layout.ts";
import { SleepLocked } from "../sync/mutex.ts";
import { type Batch, blankBuffer, type Buffer, giveBuffer, markChanged, readBuffer } from "./cache.ts";
import { Gate } from "./ext2-gate.ts";
import { DESCRIPTOR_BYTES, type DiskInode, type GroupDescriptor, type SuperBlock } from "./ext2-layout.ts";
import type { Mount, Vnode } from "./vnode.ts";

// Ranks of changes: a lower one is on the disk before a higher one begins. The rule behind them: nothing on the disk ever
// points at what is not there yet.
/** Bytes of files, blocks that were just added to a directory: nothing leads to them before the ranks below. */
export const RANK_DATA: u32 = 0;
/** Blocks of numbers of blocks; of numbers of those; once more. */
export const RANK_NUMBERS: u32 = 1;
/** Bitmaps, descriptors, superblock: what is in use is marked before something uses it. */
export const RANK_BITMAPS: u32 = 4;
export const RANK_INODES: u32 = 5;
export const RANK_NAMES: u32 = 6;

/** Pages of group descriptors that may be: 8192 groups. */
export const DESCRIPTOR_PAGES = 64;
const NODE_BUCKETS = 256;
const WORDS = 512;

/** The file system as one tree of names. */
class Tree {
  changes: u64;
}

/** Bits of one group's blocks, or inodes, that were given up: free once the disk no longer says otherwise. */
export class Given {
  words: Arr<u64, typeof WORDS>;
}
export class GivenGroup {
  next: Ptr<GivenGroup> | null;
  group: u64;
  inodes: boolean;
  count: u32;
  bits: Ptr<Given>;
}

export class Allocator {
  freeBlocks: u64;
  freeInodes: u64;
  /** Given up, but not free yet. */
  givenBlocks: u64;
  given: Ptr<GivenGroup> | null;
  /** The superblock's counts are behind. */
  changed: boolean;
}

export class Nodes {
  buckets: Arr<Ptr<Node> | null, typeof NODE_BUCKETS>;
  /** Those that nobody holds, the one longest unused first. */
  idleFirst: Ptr<Node> | null;
  idleLast: Ptr<Node> | null;
  idle: usize;
  held: usize;
  /** Those that are held for the count of their links. */
  lowered: Ptr<Node> | null;
  loweredCount: usize;

  find(inode: u64): Ptr<Node> | null {
    for (let n = this.buckets[inode % NODE_BUCKETS]; n !== null; n = n.bucketNext) if (n.vnode.inode === inode) return n;
    return null;
  }

  insert(node: Ptr<Node>): void {
    const bucket = node.vnode.inode % NODE_BUCKETS;
    node.bucketNext = this.buckets[bucket];
    this.buckets[bucket] = node;
  }

  remove(node: Ptr<Node>): void {
    const bucket = node.vnode.inode % NODE_BUCKETS;
    const first = this.buckets[bucket];
    if (first === node) {
      this.buckets[bucket] = node.bucketNext;
      return;
    }
    for (let n = first; n !== null; n = n.bucketNext) {
      if (n.bucketNext !== node) continue;
      n.bucketNext = node.bucketNext;
      return;
    }
  }

  addIdle(node: Ptr<Node>): void {
    const last = this.idleLast;
    node.idleNext = null;
    node.idlePrevious = last;
    if (last === null) this.idleFirst = node;
    else last.idleNext = node;
    this.idleLast = node;
    this.idle++;
  }

  removeIdle(node: Ptr<Node>): void {
    const next = node.idleNext;
    const previous = node.idlePrevious;
    if (previous === null) this.idleFirst = next;
    else previous.idleNext = next;
    if (next === null) this.idleLast = previous;
    else next.idlePrevious = previous;
    this.idle--;
  }

  addLowered(node: Ptr<Node>): void {
    const first = this.lowered;
    node.isLowered = true;
    node.loweredPrevious = null;
    node.loweredNext = first;
    if (first !== null) first.loweredPrevious = node;
    this.lowered = node;
    this.loweredCount++;
  }

  removeLowered(node: Ptr<Node>): void {
    const next = node.loweredNext;
    const previous = node.loweredPrevious;
    if (previous === null) this.lowered = next;
    else previous.loweredNext = next;
    if (next !== null) next.loweredPrevious = previous;
    node.isLowered = false;
    this.loweredCount--;
  }
}

export class Committing {
  batch: Batch;
  /** The last epoch that is on the disk. */
  done: u64;
}

export class Ext2 {
  mount: Mount;
  device: Ptr<BlockDevice>;
  blockBytes: usize;
  /** Blocks in a page of the cache, as a shift. */
  pageShift: u64;
  /** Sectors in a block. */
  blockSectors: u64;
  blocks: u64;
  firstBlock: u64;
  inodes: u64;
  firstInode: u64;
  blocksPerGroup: u64;
  inodesPerGroup: u64;
  inodeBytes: usize;
  groups: u64;
  /** Block numbers in a block. */
  numbers: u64;
  fileTypes: boolean;
  /** What a file may grow to. */
  mostBytes: u64;
  /** Of the inode table, in each group. */
  tableBlocks: u64;
  superBuffer: Ptr<Buffer>;
  hasSuper: boolean;
  descriptors: Arr<Ptr<Buffer> | null, typeof DESCRIPTOR_PAGES>;
  /** Counts commits: a change belongs to the epoch in which it was made. Changed while the gate is closed. */
  epoch: Atomic<u64>;
  /** Epoch of the last change. */
  lastChange: Atomic<u64>;

  tree: SleepLocked<Tree>;
  committing: SleepLocked<Committing>;
  gate: Gate;
  nodes: SleepLocked<Nodes>;
  allocator: SleepLocked<Allocator>;

  super(): Ptr<SuperBlock> {
    return this.superBuffer.at<SuperBlock>(1024);
  }

  descriptor(group: u64): Ptr<GroupDescriptor> {
    return this.descriptorBuffer(group).at<GroupDescriptor>(this.descriptorAt(group) % PAGE_SIZE);
  }

  /** Byte of the device at which a group's descriptor is. */
  private descriptorAt(group: u64): u64 {
    return (this.firstBlock + 1) * this.blockBytes + group * DESCRIPTOR_BYTES;
  }

  private descriptorBuffer(group: u64): Ptr<Buffer> {
    const first = ((this.firstBlock + 1) * this.blockBytes) / PAGE_SIZE;
    const buffer = this.descriptors[this.descriptorAt(group) / PAGE_SIZE - first];
    if (buffer === null) panic("ext2: a group without a descriptor");
    return buffer;
  }

  descriptorChanged(group: u64): void {
    markChanged(this.descriptorBuffer(group), this.descriptorAt(group) % PAGE_SIZE, DESCRIPTOR_BYTES, RANK_BITMAPS);
  }

  superChanged(): void {
    markChanged(this.superBuffer, 1024, 1024, RANK_BITMAPS);
  }

  isBlock(block: u64): boolean {
    return block > this.firstBlock && block < this.blocks;
  }

  /** A block's bytes. EIO for a number that no block has, or when the disk says so. */
  block(block: u64, ahead: usize): Res<Block> {
    if (!this.isBlock(block)) return err(Errno.EIO);
    const buffer = orReturn(readBuffer(this.device, block >> this.pageShift, ahead));
    return new Block(buffer, this.offsetIn(block), this.blockBytes);
  }

  /** The same for a block all of whose bytes the caller writes, before anybody else can look. */
  blankBlock(block: u64): Res<Block> {
    if (this.pageShift !== 0) return this.block(block, 0);
    if (!this.isBlock(block)) return err(Errno.EIO);
    const buffer = orReturn(blankBuffer(this.device, block));
    return new Block(buffer, 0, this.blockBytes);
  }

  offsetIn(block: u64): usize {
    return (block & ((1 << this.pageShift) - 1)) * this.blockBytes;
  }
}

/** A block in the cache, held until give(). */
export class Block {
  constructor(
    readonly buffer: Ptr<Buffer>,
    /** Where in the buffer. */
    readonly at: usize,
    readonly length: usize,
  ) {}

  bytes(): Slice<u8> {
    return this.buffer.bytes().sub(this.at, this.at + this.length);
  }
  numbers(): Slice<u32> {
    return this.buffer.slice<u32>(this.at, this.length / 4);
  }
  words(): Slice<u64> {
    return this.buffer.slice<u64>(this.at, this.length / 8);
  }
  changed(from: usize, bytes: usize, rank: u32): void {
    markChanged(this.buffer, this.at + from, bytes, rank);
  }
  give(): void {
    giveBuffer(this.buffer);
  }
}

class Contents {
  changes: u64;
}

export class Node {
  vnode: Vnode;
  /** Guards the bytes, and the inode on the disk; functions that take a node expect it to be held, unless they take it. */
  contents: SleepLocked<Contents>;
  /** Where the inode is on the disk; held as long as the node lives, so that writing it there cannot fail. */
  buffer: Ptr<Buffer>;
  at: usize;
  /** The block that was added last: the next one is looked for behind it. */
  last: u32;
  /** Epoch of the last change. */
  changed: Atomic<u64>;
  /** In which it was made. */
  born: u64;
  /** The last one in which it may have got blocks, if it is a directory. */
  grown: u64;
  /** How many links the disk shows until the names that went are gone there too, or 0. */
  lowered: u64;
  isLowered: boolean;
  loweredNext: Ptr<Node> | null;
  loweredPrevious: Ptr<Node> | null;
  bucketNext: Ptr<Node> | null;
  idleNext: Ptr<Node> | null;
  idlePrevious: Ptr<Node> | null;

  disk(): Ptr<DiskInode> {
    return this.buffer.at<DiskInode>(this.at);
  }
}

export function ext2Of(mount: Ptr<Mount>): Ptr<Ext2> {
  return containerOf<Ext2>(mount, "mount");
}

export function nodeOf(vnode: Ptr<Vnode>): Ptr<Node> {
  return containerOf<Node>(vnode, "vnode");
}

/** Something of the file system was changed, in this epoch. */
export function touch(fs: Ptr<Ext2>): void {
  fs.lastChange.store(fs.epoch.load());
}
