// Inodes in memory. One that is in use is there once, whoever holds it, so that all see the same; one that nobody holds stays for
// a while, because the next `ls` will ask for it. When the last holder of a file without names is gone, the file is gone.
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../abi/files.ts";
import { create, destroy } from "../memory/slab.ts";
import { wallTime } from "../task/clock.ts";
import { giveBuffer, markChanged } from "./cache.ts";
import { giveBlock, giveInode } from "./ext2-allocate.ts";
import {
  ATTRIBUTE_MAGIC,
  AttributeHeader,
  BLOCK_NUMBERS,
  DiskInode,
  INODE_EXTRA_AT,
  InodeExtra,
  READ_ONLY_LARGE_FILE,
  ROOT_INODE,
} from "./ext2-layout.ts";
import { cutBlocks } from "./ext2-map.ts";
import { type Ext2, ext2Of, type Node, type Nodes, nodeOf, RANK_DATA, RANK_INODES, touch } from "./ext2-state.ts";
import type { Vnode, VnodeOps } from "./vnode.ts";

/** Most inodes that stay although nobody holds them. */
const IDLE_MOST = 512;
const SECOND: u64 = 1_000_000_000;

/** Set by ext2.ts, which knows all operations. */
let operations: Ptr<VnodeOps> = late();
export function setNodeOps(ops: Ptr<VnodeOps>): void {
  operations = ops;
}

export function timeNow(): u64 {
  return u64(wallTime());
}

/** Nanoseconds since 1970 of seconds, and of the word that has nanoseconds and two more bits for the seconds (0: older formats). */
function timeOf(seconds: u32, extra: u32): u64 {
  return (u64(seconds) + (u64(extra & 3) << 32)) * SECOND + u64(extra >> 2);
}

function extraOf(time: u64): u32 {
  return (u32(time % SECOND) << 2) | (u32((time / SECOND) >> 32) & 3);
}

/** The inode of that number, held. EIO where there is none: whoever names it is damaged. ESTALE: it was deleted. */
export function getNode(fs: Ptr<Ext2>, inode: u64): Res<Ptr<Node>> {
  if (inode === 0 || inode > fs.inodes || (inode < fs.firstInode && inode !== ROOT_INODE)) return err(Errno.EIO);
  using n = fs.nodes.enter();
  const there = n.v.find(inode);
  if (there !== null) {
    if (there.vnode.refs.add(1) === 0) {
      n.v.removeIdle(there);
      n.v.held++;
    }
    return there;
  }
  const node = orReturn(makeNode(fs, inode));
  const loaded = loadNode(fs, node);
  if (isErr(loaded)) {
    freeNode(node);
    return loaded;
  }
  n.v.insert(node);
  n.v.held++;
  return node;
}

/** A new file's inode, held by its maker; nothing on the disk but its number is taken. */
export function newNode(fs: Ptr<Ext2>, inode: u64, mode: u32): Res<Ptr<Node>> {
  const node = orReturn(makeNode(fs, inode));
  const disk = node.disk();
  // The generation tells a new file from an old one of the same number.
  const generation = disk.generation + 1;
  fill(node.buffer.bytes().sub(node.at, node.at + fs.inodeBytes), 0);
  if (fs.inodeBytes > INODE_EXTRA_AT) extraIn(fs, node).bytes = u16(sizeOf<InodeExtra>());
  const v = ref(node.vnode);
  node.born = fs.epoch.load();
  v.mode = mode;
  v.links = 1;
  const now = timeNow();
  v.accessed = now;
  v.modified = now;
  v.changed = now;
  disk.generation = generation;
  using n = fs.nodes.enter();
  n.v.insert(node);
  n.v.held++;
  return node;
}

function makeNode(fs: Ptr<Ext2>, inode: u64): Res<Ptr<Node>> {
  const node = orReturn(create<Node>());
  const group = (inode - 1) / fs.inodesPerGroup;
  const at = ((inode - 1) % fs.inodesPerGroup) * fs.inodeBytes;
  const block = fs.block(u64(fs.descriptor(group).inodeTable) + at / fs.blockBytes, 0);
  if (isErr(block)) {
    destroy(node);
    return block;
  }
  node.buffer = block.buffer;
  node.at = block.at + (at % fs.blockBytes);
  const v = ref(node.vnode);
  v.refs.store(1);
  v.inode = inode;
  v.mount = ref(fs.mount);
  node.grown = fs.epoch.load();
  v.ops = operations;
  return node;
}

function freeNode(node: Ptr<Node>): void {
  giveBuffer(node.buffer);
  destroy(node);
}

function extraIn(_fs: Ptr<Ext2>, node: Ptr<Node>): Ptr<InodeExtra> {
  return node.buffer.at<InodeExtra>(node.at + INODE_EXTRA_AT);
}

/** Whether the inode on the disk has room for nanoseconds. */
function hasExtra(fs: Ptr<Ext2>, node: Ptr<Node>): boolean {
  return fs.inodeBytes >= INODE_EXTRA_AT + sizeOf<InodeExtra>() && extraIn(fs, node).bytes >= 16;
}

function isKnown(mode: u32): boolean {
  const kind = mode & S_IFMT;
  return kind !== 0 && kind !== 0x3000 && kind !== 0x5000 && kind !== 0x7000 && kind !== 0x9000 && kind !== 0xb000 && kind < 0xd000;
}

function loadNode(fs: Ptr<Ext2>, node: Ptr<Node>): Res<void> {
  const d = node.disk();
  const v = ref(node.vnode);
  if (d.links === 0) return err(Errno.ESTALE);
  if (!isKnown(u32(d.mode))) return err(Errno.EIO);
  v.mode = u32(d.mode);
  v.uid = u32(d.uid) | (u32(d.uidHigh) << 16);
  v.gid = u32(d.gid) | (u32(d.gidHigh) << 16);
  v.links = u64(d.links);
  v.bytes = u64(d.size);
  v.sectors = u64(d.sectors);
  if (v.isRegular()) v.bytes |= u64(d.sizeHigh) << 32;
  if (v.bytes > fs.mostBytes) return err(Errno.EIO);
  if (v.isDirectory() && v.bytes % fs.blockBytes !== 0) return err(Errno.EIO);
  const extra = hasExtra(fs, node);
  v.accessed = timeOf(d.accessed, extra ? extraIn(fs, node).accessed : 0);
  v.modified = timeOf(d.modified, extra ? extraIn(fs, node).modified : 0);
  v.changed = timeOf(d.changed, extra ? extraIn(fs, node).changed : 0);
  // Device numbers: 8 bits each in the first word, or 12 and 20 bits in the second.
  const kind = v.mode & S_IFMT;
  if (kind === S_IFCHR || kind === S_IFBLK) v.device = u64(d.blocks[0] !== 0 ? d.blocks[0] : d.blocks[1]);
}

/** Puts the inode, as it is in memory, where it is on the disk. The contents are locked by the caller. */
export function keepNode(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  const d = node.disk();
  const v = ref(node.vnode);
  d.mode = u16(v.mode);
  d.uid = u16(v.uid);
  d.uidHigh = u16(v.uid >> 16);
  d.gid = u16(v.gid);
  d.gidHigh = u16(v.gid >> 16);
  d.links = u16(v.links === 0 || v.links > node.lowered ? v.links : node.lowered);
  d.size = u32(v.bytes);
  if (v.isRegular()) {
    d.sizeHigh = u32(v.bytes >> 32);
    if (v.bytes >= 0x8000_0000) needLargeFiles(fs);
  }
  d.sectors = u32(v.sectors);
  d.accessed = u32(v.accessed / SECOND);
  d.modified = u32(v.modified / SECOND);
  d.changed = u32(v.changed / SECOND);
  if (hasExtra(fs, node)) {
    const extra = extraIn(fs, node);
    extra.accessed = extraOf(v.accessed);
    extra.modified = extraOf(v.modified);
    extra.changed = extraOf(v.changed);
  }
  markChanged(node.buffer, node.at, fs.inodeBytes, RANK_INODES);
  nodeTouched(fs, node);
}

function needLargeFiles(fs: Ptr<Ext2>): void {
  const s = fs.super();
  if ((s.readOnlyCompatible & READ_ONLY_LARGE_FILE) !== 0) return;
  s.readOnlyCompatible |= READ_ONLY_LARGE_FILE;
  fs.superChanged();
}

/** The file was changed in this epoch: fsync has something to do. */
export function nodeTouched(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  node.changed.store(fs.epoch.load());
  touch(fs);
}

/** VnodeOps.inactive: a reference goes, perhaps the last one. */
export function ext2Inactive(vnode: Ptr<Vnode>): void {
  const node = nodeOf(vnode);
  const fs = ext2Of(vnode.mount);
  const gone = letGo(fs, node);
  if (gone === null) return;
  if (gone === node && vnode.links === 0 && !vnode.mount.readOnly) bury(fs, node);
  freeNode(gone);
}

/** The node that is out of the table and must be freed: this one when it has no names left, or the one idle for longest. */
function letGo(fs: Ptr<Ext2>, node: Ptr<Node>): Ptr<Node> | null {
  using n = fs.nodes.enter();
  if (node.vnode.refs.sub(1) !== 1) return null;
  n.v.held--;
  if (node.vnode.links === 0) {
    n.v.remove(node);
    return node;
  }
  n.v.addIdle(node);
  if (n.v.idle <= IDLE_MOST) return null;
  return takeIdle(n.v);
}

function takeIdle(n: Ptr<Nodes>): Ptr<Node> | null {
  const oldest = n.idleFirst;
  if (oldest === null) return null;
  n.removeIdle(oldest);
  n.remove(oldest);
  return oldest;
}

/** Frees what a file without names and holders had on the disk. */
function bury(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  using _ = fs.gate.enter();
  using c = node.contents.enter();
  const v = ref(node.vnode);
  const cut = hasBlocks(node) ? cutBlocks(fs, node, 0) : nothingToCut();
  if (isErr(cut)) {
    keepNode(fs, node);
    // Without names, and with blocks: e2fsck will find it. It is not used again until then.
    klog`ext2: inode ${v.inode} keeps its blocks, error ${u32(cut.code)}`;
    return;
  }
  if (node.disk().acl !== 0) ignore(dropAttributes(fs, u64(node.disk().acl)), "what cannot be read stays marked as used until a check");
  node.disk().acl = 0;
  v.bytes = 0;
  v.sectors = 0;
  v.changed = timeNow();
  const directory = v.isDirectory();
  keepNode(fs, node);
  node.disk().deleted = u32(v.changed / SECOND);
  const given = giveInode(fs, v.inode, directory);
  if (isErr(given)) klog`ext2: inode ${v.inode} stays marked as used, error ${u32(given.code)}`;
}

function nothingToCut(): Res<void> {}

/** Device files keep their number, and short symbolic links their text, where others have block numbers. */
export function hasBlocks(node: Ptr<Node>): boolean {
  const kind = node.vnode.mode & S_IFMT;
  return kind === S_IFREG || kind === S_IFDIR || (kind === S_IFLNK && !isShortLink(node));
}

export function isShortLink(node: Ptr<Node>): boolean {
  return node.vnode.bytes < BLOCK_NUMBERS * 4 && !hasData(node);
}

/** Whether blocks are counted besides that of extended attributes. */
function hasData(node: Ptr<Node>): boolean {
  const fs = ext2Of(node.vnode.mount);
  const attributes: u64 = node.disk().acl !== 0 ? fs.blockSectors : 0;
  return node.vnode.sectors > attributes;
}

/** One file fewer that uses a block of extended attributes. */
function dropAttributes(fs: Ptr<Ext2>, at: u64): Res<void> {
  const block = orReturn(fs.block(at, 0));
  using _ = defer(() => block.give());
  const header = block.buffer.at<AttributeHeader>(block.at);
  if (header.magic !== ATTRIBUTE_MAGIC) return;
  if (header.refs > 1) {
    header.refs--;
    block.changed(0, 8, RANK_DATA);
    return;
  }
  orReturn(giveBlock(fs, at));
}

/** Frees all inodes that nobody holds. */
export function forgetIdle(fs: Ptr<Ext2>): void {
  for (;;) {
    const node = takeOneIdle(fs);
    if (node === null) return;
    freeNode(node);
  }
}

/** The same; whether none is left but the root, held once. For unmounting. */
export function dropIdle(fs: Ptr<Ext2>): boolean {
  forgetIdle(fs);
  using n = fs.nodes.enter();
  return n.v.held === 1 && fs.mount.root.refs.load() === 1;
}

function takeOneIdle(fs: Ptr<Ext2>): Ptr<Node> | null {
  using n = fs.nodes.enter();
  return takeIdle(n.v);
}

/** Frees the root's node, the last one. */
export function freeRoot(fs: Ptr<Ext2>): void {
  freeNode(nodeOf(fs.mount.root));
}
