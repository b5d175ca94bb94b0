// Where on the disk a file's blocks are. Twelve numbers in the inode, which is enough for most files; then a block full of numbers,
// then a block of numbers of such blocks, and once more: small files are reached at once, large ones in three steps, and a hole
// in a file is a number 0 somewhere on the way.
import { giveBlock, takeBlock } from "./ext2-allocate.ts";
import { DIRECT } from "./ext2-layout.ts";
import { keepNode } from "./ext2-node.ts";
import { type Ext2, type Node, RANK_DATA, RANK_NUMBERS } from "./ext2-state.ts";

/** The way from the inode to a block: an index for each step. */
class Way {
  steps: usize;
  at: Arr<u64, 4>;
}

/** EFBIG: no file is so long. */
function wayTo(fs: Ptr<Ext2>, logical: u64, way: Ptr<Way>): Res<void> {
  const n = fs.numbers;
  let left = logical;
  if (left < DIRECT) {
    way.steps = 1;
    way.at[0] = left;
    return;
  }
  left -= DIRECT;
  if (left < n) {
    way.steps = 2;
    way.at[0] = DIRECT;
    way.at[1] = left;
    return;
  }
  left -= n;
  if (left < n * n) {
    way.steps = 3;
    way.at[0] = DIRECT + 1;
    way.at[1] = left / n;
    way.at[2] = left % n;
    return;
  }
  left -= n * n;
  if (left >= n * n * n) return err(Errno.EFBIG);
  way.steps = 4;
  way.at[0] = DIRECT + 2;
  way.at[1] = left / (n * n);
  way.at[2] = (left / n) % n;
  way.at[3] = left % n;
}

/** The block on the disk behind a block of a file; 0 for a hole. EIO. */
export function mapBlock(fs: Ptr<Ext2>, node: Ptr<Node>, logical: u64): Res<u64> {
  const way = zeroed<Way>();
  orReturn(wayTo(fs, logical, ref(way)));
  let block = u64(node.disk().blocks[way.at[0]]);
  for (let step: usize = 1; step < way.steps && block !== 0; step++) {
    const numbers = orReturn(fs.block(block, 0));
    block = u64(numbers.numbers()[way.at[step]]);
    numbers.give();
  }
  return block;
}

/** A block, and whether it was added just now, so that what is on it does not count. */
export class Mapped {
  block: u64;
  fresh: boolean;
}

/** The same, with a block where there was none. The inode changes and must be kept. ENOSPC, EIO, EFBIG. */
export function mapOrAdd(fs: Ptr<Ext2>, node: Ptr<Node>, logical: u64): Res<Mapped> {
  const way = zeroed<Way>();
  orReturn(wayTo(fs, logical, ref(way)));
  const first = u64(node.disk().blocks[way.at[0]]);
  let block = first;
  let fresh = false;
  if (block === 0) {
    block = orReturn(addBlock(fs, node, way.steps > 1, rankOf(way.steps, 0)));
    node.disk().blocks[way.at[0]] = u32(block);
    fresh = true;
  }
  for (let step: usize = 1; step < way.steps; step++) {
    const numbers = orReturn(fs.block(block, 0));
    using _ = defer(() => numbers.give());
    const index = way.at[step];
    const next = u64(numbers.numbers()[index]);
    fresh = next === 0;
    if (fresh) {
      block = orReturn(addBlock(fs, node, step + 1 < way.steps, rankOf(way.steps, step)));
      numbers.numbers()[index] = u32(block);
      numbers.changed(index * 4, 4, rankOf(way.steps, step - 1));
    } else block = next;
  }
  return { block, fresh };
}

/** Rank of the changes in the block that a step leads to: bytes of the file, their numbers, numbers of those … */
function rankOf(steps: usize, step: usize): u32 {
  const above = steps - 1 - step;
  return above === 0 ? RANK_DATA : RANK_NUMBERS + u32(above) - 1;
}

/** A new block for a file: one that holds numbers begins with zeros. */
function addBlock(fs: Ptr<Ext2>, node: Ptr<Node>, numbers: boolean, rank: u32): Res<u64> {
  const goal = node.last !== 0 ? u64(node.last) + 1 : homeOf(fs, node);
  const block = orReturn(takeBlock(fs, goal));
  if (numbers) {
    const cleared = clearBlock(fs, block, rank);
    if (isErr(cleared)) {
      ignore(giveBlock(fs, block), "it stays marked as used until the file system is checked");
      return cleared;
    }
  }
  node.last = u32(block);
  node.vnode.sectors += fs.blockSectors;
  keepNode(fs, node);
  return block;
}

function clearBlock(fs: Ptr<Ext2>, block: u64, rank: u32): Res<void> {
  const zeros = orReturn(fs.blankBlock(block));
  fill(zeros.bytes(), 0);
  zeros.changed(0, fs.blockBytes, rank);
  zeros.give();
}

/** Where a file's first block is looked for: in the group of its inode. */
function homeOf(fs: Ptr<Ext2>, node: Ptr<Node>): u64 {
  return fs.firstBlock + ((node.vnode.inode - 1) / fs.inodesPerGroup) * fs.blocksPerGroup + 1;
}

/** Gives up all blocks from `keep` on. ENOMEM: some are left, and the file is as long as it was. */
export function cutBlocks(fs: Ptr<Ext2>, node: Ptr<Node>, keep: u64): Res<void> {
  for (let i = keep; i < DIRECT; i++) {
    const block = u64(node.disk().blocks[i]);
    if (block === 0) continue;
    orReturn(giveUp(fs, node, block));
    node.disk().blocks[i] = 0;
  }
  let before: u64 = DIRECT;
  let span = fs.numbers;
  for (let level: u64 = 1; level <= 3; level++) {
    const root = u64(node.disk().blocks[DIRECT + level - 1]);
    if (root !== 0 && keep < before + span) {
      const all = orReturn(cutTree(fs, node, root, level, keep > before ? keep - before : 0));
      if (all) node.disk().blocks[DIRECT + level - 1] = 0;
    }
    before += span;
    span *= fs.numbers;
  }
  node.last = 0;
}

/** Gives up what lies in a block of numbers from `keep` on; with 0 the block as well, and then the answer is true. */
function cutTree(fs: Ptr<Ext2>, node: Ptr<Node>, block: u64, level: u64, keep: u64): Res<boolean> {
  attr(bounded(3));
  const cut = cutNumbers(fs, node, block, level, keep);
  // A block that cannot be read: what it names cannot be found any more, but by e2fsck. Short memory is another matter, one can
  // try again.
  if (isErr(cut) && (cut.code === Errno.ENOMEM || keep > 0)) return cut;
  if (keep > 0) return false;
  orReturn(giveUp(fs, node, block));
  return true;
}

function cutNumbers(fs: Ptr<Ext2>, node: Ptr<Node>, block: u64, level: u64, keep: u64): Res<void> {
  let span: u64 = 1;
  for (let i: u64 = 1; i < level; i++) span *= fs.numbers;
  const there = orReturn(fs.block(block, 0));
  using _ = defer(() => there.give());
  const numbers = there.numbers();
  const first = keep / span;
  for (let i = first; i < fs.numbers; i++) {
    const child = u64(numbers[i]);
    if (child === 0) continue;
    let all = true;
    if (level === 1) orReturn(giveUp(fs, node, child));
    else all = orReturn(cutTree(fs, node, child, level - 1, i === first ? keep % span : 0));
    if (!all || keep === 0) continue;
    numbers[i] = 0;
    there.changed(i * 4, 4, RANK_NUMBERS + u32(level) - 1);
  }
}

function giveUp(fs: Ptr<Ext2>, node: Ptr<Node>, block: u64): Res<void> {
  const given = orReturn(giveBlock(fs, block));
  if (given && node.vnode.sectors >= fs.blockSectors) node.vnode.sectors -= fs.blockSectors;
}
