// When a name goes and the file has others, the number of its names goes down, and on the disk that must be the last to happen:
// a count that is too high costs a file that nobody can find, until e2fsck looks; one that is too low costs a file that
// somebody still has, when the first of its names is removed. Inodes are written before names. So an inode keeps the old count
// on the disk until the names are there, and then it is written once more.
//
// Until then it is held in memory, where alone the true count stands. Without any names left it does not matter: a name
// that leads to a deleted inode is swept away when somebody comes by.
import { keepNode } from "./ext2-node.ts";
import type { Ext2, Node } from "./ext2-state.ts";
import { drop } from "./vnode.ts";

/** Inodes that wait for a commit; with more of them somebody has to commit first. */
const MOST_LOWERED = 256;

/** A name is about to go, of several: the disk keeps the count until the next commit is nearly over. Inside the gate, contents held. */
export function keepLinks(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  using n = fs.nodes.enter();
  if (node.lowered < node.vnode.links) node.lowered = node.vnode.links;
  if (node.isLowered) return;
  node.vnode.refs.add(1);
  n.v.addLowered(node);
}

/** There are no names left: nothing to keep. Inside the gate, contents held, by somebody who holds the node besides. */
export function forgetLinks(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  using n = fs.nodes.enter();
  node.lowered = 0;
  if (!node.isLowered) return;
  n.v.removeLowered(node);
  node.vnode.refs.sub(1);
}

/** Whether somebody should commit before names go. */
export function manyLowered(fs: Ptr<Ext2>): boolean {
  using n = fs.nodes.enter();
  return n.v.loweredCount >= MOST_LOWERED;
}

/** In a commit, the gate closed, the names on the disk: the true counts may be written now. Whether there are any. */
export function lowerLinks(fs: Ptr<Ext2>): boolean {
  let any = false;
  for (let node = firstLowered(fs); node !== null; node = node.loweredNext) {
    if (node.lowered === 0) continue;
    using c = node.contents.enter();
    node.lowered = 0;
    keepNode(fs, node);
    any = true;
  }
  return any;
}

/** Only a commit takes nodes out of the list while the gate is closed. */
function firstLowered(fs: Ptr<Ext2>): Ptr<Node> | null {
  using n = fs.nodes.enter();
  return n.v.lowered;
}

/** At a commit's end, the gate open again: gives back what was held only for its count. */
export function dropLowered(fs: Ptr<Ext2>): void {
  for (;;) {
    const node = takeLowered(fs);
    if (node === null) return;
    drop(ref(node.vnode));
  }
}

function takeLowered(fs: Ptr<Ext2>): Ptr<Node> | null {
  using n = fs.nodes.enter();
  for (let node = n.v.lowered; node !== null; node = node.loweredNext) {
    if (node.lowered !== 0) continue;
    n.v.removeLowered(node);
    return node;
  }
  return null;
}
