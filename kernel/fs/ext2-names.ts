// Names: what makes files, gives them more names, and takes names away. One change of names at a time (the tree's lock), each in
// small steps of one directory or inode, each step under its own lock.
import { NAME_MAX, S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT } from "../abi/files.ts";
import { giveInode, takeInode } from "./ext2-allocate.ts";
import { commit, commitNode, madeRoom } from "./ext2-commit.ts";
import { seen, writeLink } from "./ext2-data.ts";
import { Found, findEntry, hasRoom, insertEntry, isEmpty, isOwn, listEntries, parentOf, redirectEntry, removeEntry, sameSector, setParent, startDirectory } from "./ext2-directory.ts";
import { FLAG_APPEND, FLAG_IMMUTABLE, ROOT_INODE } from "./ext2-layout.ts";
import { forgetLinks, keepLinks, manyLowered } from "./ext2-links.ts";
import { getNode, keepNode, newNode, timeNow } from "./ext2-node.ts";
import { type Ext2, ext2Of, type Node, nodeOf } from "./ext2-state.ts";
import { type Attributes, drop, SET_ACCESSED, SET_MODE, SET_MODIFIED, SET_OWNER, type Vnode } from "./vnode.ts";

/** e2fsck counts no further. */
const LINKS_MOST: u64 = 65000;
/** Directories above one another: more is a ring. */
const DEPTH_MOST = 4096;

function vnodeOf(node: Ptr<Node>): Ptr<Vnode> {
  return ref(node.vnode);
}

/** VnodeOps.lookup. */
export function ext2Lookup(dir: Ptr<Vnode>, name: View<u8>): Res<Ptr<Vnode>> {
  const node = orReturn(lookIn(ext2Of(dir.mount), nodeOf(dir), name));
  return vnodeOf(node);
}

/** The inode that a name leads to, held. Nobody is inside the gate. */
function lookIn(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>): Res<Ptr<Node>> {
  const node = lookOnce(fs, dir, name);
  if (!isErr(node) || node.code !== Errno.ESTALE) return node;
  sweep(fs, dir, name);
  return err(Errno.ENOENT);
}

/** Takes a name away that leads to a deleted inode, as a power cut may leave one: the inode was gone first. Whether it was one. */
function sweep(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>): boolean {
  const inode = inodeOf(fs, dir, name);
  if (isErr(inode) || fs.mount.readOnly) return false;
  const node = getNode(fs, inode);
  if (!isErr(node)) drop(vnodeOf(node));
  if (!isErr(node) || node.code !== Errno.ESTALE) return false;
  // Its number is marked as used until a check, so nobody can have got it meanwhile.
  using _ = fs.gate.enter();
  using c = dir.contents.enter();
  const found = findEntry(fs, dir, name);
  if (isErr(found) || found.inode !== inode) return false;
  const gone = removeEntry(fs, dir, ref(found));
  return !isErr(gone);
}

function inodeOf(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>): Res<u64> {
  using c = dir.contents.enter();
  const found = orReturn(findEntry(fs, dir, name));
  return found.inode;
}

/** The directory stays locked until the inode is held: its last name cannot go away in between. ESTALE: it leads to a deleted one. */
function lookOnce(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>): Res<Ptr<Node>> {
  using c = dir.contents.enter();
  if (dir.vnode.links === 0) return err(Errno.ENOENT);
  const found = orReturn(findEntry(fs, dir, name));
  return getNode(fs, found.inode);
}

/** Whether a name can be added: ENOENT in a directory that was removed, EEXIST, ENAMETOOLONG. */
function mayAdd(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>): Res<void> {
  if (name.length > NAME_MAX) return err(Errno.ENAMETOOLONG);
  using c = dir.contents.enter();
  if (dir.vnode.links === 0) return err(Errno.ENOENT);
  if ((dir.disk().flags & FLAG_IMMUTABLE) !== 0) return err(Errno.EPERM);
  const found = findEntry(fs, dir, name);
  if (!isErr(found)) return err(Errno.EEXIST);
  if (found.code !== Errno.ENOENT) return found;
}

function addName(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>, node: Ptr<Node>): Res<void> {
  using c = dir.contents.enter();
  return insertEntry(fs, dir, name, node.vnode.inode, node.vnode.mode);
}

function changeLinks(fs: Ptr<Ext2>, node: Ptr<Node>, by: i64): void {
  using c = node.contents.enter();
  node.vnode.links += u64(by);
  if (node.vnode.links === 0) forgetLinks(fs, node);
  node.vnode.changed = timeNow();
  keepNode(fs, node);
}

/** One name less, and not before the name is gone on the disk. */
function lowerLink(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  if (node.vnode.links > 1) willLower(fs, node);
  changeLinks(fs, node, -1);
}

function willLower(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  using c = node.contents.enter();
  keepLinks(fs, node);
}

/** What a file may get from its maker, and when the name did not work out, must lose again. */
function abandon(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  using c = node.contents.enter();
  node.vnode.links = 0;
  forgetLinks(fs, node);
  keepNode(fs, node);
}

function setDevice(fs: Ptr<Ext2>, node: Ptr<Node>, device: u64): void {
  using c = node.contents.enter();
  const kind = node.vnode.mode & S_IFMT;
  if (kind === S_IFCHR || kind === S_IFBLK) {
    node.vnode.device = device;
    // The newer of two ways to write device numbers, which has room for large ones.
    node.disk().blocks[1] = u32(device);
  }
  keepNode(fs, node);
}

/** The inode of a new file, without a name. */
function makeFile(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>, mode: u32, device: u64): Res<Ptr<Node>> {
  orReturn(mayAdd(fs, dir, name));
  const isDirectory = (mode & S_IFMT) === S_IFDIR;
  const inode = orReturn(takeInode(fs, dir.vnode.inode, isDirectory));
  const node = newNode(fs, inode, mode);
  if (isErr(node)) {
    // The disk did not give the inode's block, or there is no memory.
    ignore(giveInode(fs, inode, isDirectory), "it stays marked as used until a check");
    return node;
  }
  setDevice(fs, node, device);
  return node;
}

/** What a directory has besides its inode: its first block, and one more link of the directory above, by "..". */
function furnish(fs: Ptr<Ext2>, dir: Ptr<Node>, node: Ptr<Node>): Res<void> {
  {
    using c = node.contents.enter();
    orReturn(startDirectory(fs, node, dir.vnode.inode));
    node.vnode.links = 2;
    keepNode(fs, node);
  }
  changeLinks(fs, dir, 1);
}

/** A new file with its name, held. `text` is a symbolic link's. */
function createOnce(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>, mode: u32, device: u64, text: View<u8>): Res<Ptr<Node>> {
  let made: Ptr<Node> | null = null;
  /** An Errno, or 0. */
  let failure: u32 = 0;
  {
    using _ = fs.gate.enter();
    const node = orReturn(makeFile(fs, dir, name, mode, device));
    const done = finish(fs, dir, name, node, text);
    if (!isErr(done)) return node;
    failure = u32(done.code);
    abandon(fs, node);
    made = node;
  }
  drop(vnodeOf(made));
  return err(unit<Errno>(failure));
}

function finish(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>, node: Ptr<Node>, text: View<u8>): Res<void> {
  const kind = node.vnode.mode & S_IFMT;
  if (kind === S_IFLNK) orReturn(writeLink(fs, node, text));
  if (kind !== S_IFDIR) return addName(fs, dir, name, node);
  if (dir.vnode.links >= LINKS_MOST) return err(Errno.EMLINK);
  orReturn(furnish(fs, dir, node));
  const added = addName(fs, dir, name, node);
  if (isErr(added)) changeLinks(fs, dir, -1);
  return added;
}

function make(dir: Ptr<Vnode>, name: View<u8>, mode: u32, device: u64, text: View<u8>): Res<Ptr<Vnode>> {
  const fs = ext2Of(dir.mount);
  using tree = fs.tree.enter();
  tree.v.changes++;
  let node = createOnce(fs, nodeOf(dir), name, mode, device, text);
  if (isErr(node) && node.code === Errno.EEXIST && sweep(fs, nodeOf(dir), name)) node = createOnce(fs, nodeOf(dir), name, mode, device, text);
  if (isErr(node) && node.code === Errno.ENOSPC && madeRoom(fs)) node = createOnce(fs, nodeOf(dir), name, mode, device, text);
  if (isErr(node)) return node;
  return vnodeOf(node);
}

/** VnodeOps.create. */
export function ext2Create(dir: Ptr<Vnode>, name: View<u8>, mode: u32, device: u64): Res<Ptr<Vnode>> {
  return make(dir, name, mode, device, bytes(""));
}

/** VnodeOps.mkdir. */
export function ext2Mkdir(dir: Ptr<Vnode>, name: View<u8>, mode: u32): Res<void> {
  drop(orReturn(make(dir, name, (mode & ~S_IFMT) | S_IFDIR, 0, bytes(""))));
}

/** VnodeOps.symlink. A text has to fit in a block. */
export function ext2Symlink(dir: Ptr<Vnode>, name: View<u8>, to: View<u8>): Res<void> {
  const fs = ext2Of(dir.mount);
  if (to.length >= fs.blockBytes) return err(Errno.ENAMETOOLONG);
  drop(orReturn(make(dir, name, S_IFLNK | 0o777, 0, to)));
}

/** VnodeOps.link. */
export function ext2Link(dir: Ptr<Vnode>, name: View<u8>, target: Ptr<Vnode>): Res<void> {
  const fs = ext2Of(dir.mount);
  if (target.isDirectory()) return err(Errno.EPERM);
  using tree = fs.tree.enter();
  tree.v.changes++;
  const linked = linkOnce(fs, nodeOf(dir), name, nodeOf(target));
  if (isErr(linked) && linked.code === Errno.ENOSPC && madeRoom(fs)) return linkOnce(fs, nodeOf(dir), name, nodeOf(target));
  return linked;
}

function linkOnce(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>, target: Ptr<Node>): Res<void> {
  if (target.vnode.links === 0) return err(Errno.ENOENT);
  if (target.vnode.links >= LINKS_MOST) return err(Errno.EMLINK);
  orReturn(mayAdd(fs, dir, name));
  return addAnother(fs, dir, name, target);
}

/**
 * One more name for a file. The count of its links goes up on the disk before the name is there, and inodes are written before
 * names; but a name in a block that is new in the directory comes with the directory's inode. Then the count goes first.
 */
function addAnother(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>, node: Ptr<Node>): Res<void> {
  raiseLink(fs, node);
  const counted = fits(fs, dir, name) ? nothingToCommit() : commitNode(fs, node);
  using _ = fs.gate.enter();
  const added = isErr(counted) ? counted : addName(fs, dir, name, node);
  if (isErr(added)) lowerLink(fs, node);
  return added;
}

function raiseLink(fs: Ptr<Ext2>, node: Ptr<Node>): void {
  using _ = fs.gate.enter();
  changeLinks(fs, node, 1);
}

/** Whether a directory has room for a name in blocks that the disk knows. What cannot be read has none. */
function fits(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>): boolean {
  using c = dir.contents.enter();
  if (dir.grown === fs.epoch.load()) return false;
  const room = hasRoom(fs, dir, name);
  return !isErr(room) && room;
}

// ---- names that go

/** VnodeOps.unlink. */
export function ext2Unlink(dir: Ptr<Vnode>, name: View<u8>): Res<void> {
  return remove(dir, name, false);
}

/** VnodeOps.rmdir. */
export function ext2Rmdir(dir: Ptr<Vnode>, name: View<u8>): Res<void> {
  if (isOwn(name)) return err(name.length === 1 ? Errno.EINVAL : Errno.ENOTEMPTY);
  return remove(dir, name, true);
}

function remove(dir: Ptr<Vnode>, name: View<u8>, directory: boolean): Res<void> {
  const fs = ext2Of(dir.mount);
  if (manyLowered(fs)) orReturn(commit(fs));
  using tree = fs.tree.enter();
  tree.v.changes++;
  const node = orReturn(lookIn(fs, nodeOf(dir), name));
  using _ = defer(() => drop(vnodeOf(node)));
  if (node.vnode.isDirectory() !== directory) return err(directory ? Errno.ENOTDIR : Errno.EISDIR);
  using inside = fs.gate.enter();
  orReturn(mayTake(nodeOf(dir)));
  if (directory) orReturn(mayRemove(fs, node));
  orReturn(takeName(fs, nodeOf(dir), name));
  forgetLink(fs, nodeOf(dir), node);
}

/** Whether a directory is empty, and nothing is mounted on it. */
function mayRemove(fs: Ptr<Ext2>, node: Ptr<Node>): Res<void> {
  if (node.vnode.covered !== null || node.vnode.inode === ROOT_INODE) return err(Errno.EBUSY);
  using c = node.contents.enter();
  const empty = orReturn(isEmpty(fs, node));
  if (!empty) return err(Errno.ENOTEMPTY);
}

/** EPERM in a directory that keeps its names. */
function mayTake(dir: Ptr<Node>): Res<void> {
  using c = dir.contents.enter();
  if ((dir.disk().flags & (FLAG_IMMUTABLE | FLAG_APPEND)) !== 0) return err(Errno.EPERM);
}

function takeName(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>): Res<void> {
  using c = dir.contents.enter();
  const found = orReturn(findEntry(fs, dir, name));
  return removeEntry(fs, dir, ref(found));
}

/** A name of a file in a directory is gone: of a directory it was the only one. */
function forgetLink(fs: Ptr<Ext2>, dir: Ptr<Node>, node: Ptr<Node>): void {
  if (!node.vnode.isDirectory()) {
    if (node.vnode.links > 0) lowerLink(fs, node);
    return;
  }
  abandon(fs, node);
  if (dir.vnode.links > 2) changeLinks(fs, dir, -1);
}

// ---- rename

/**
 * VnodeOps.rename. A file that was kept on the disk under its old name is there under at least one name at every moment: unless
 * both entries are in one sector, the new one is on the disk before the old one goes, and for that moment both can be seen.
 */
export function ext2Rename(from: Ptr<Vnode>, name: View<u8>, to: Ptr<Vnode>, newName: View<u8>): Res<void> {
  const fs = ext2Of(from.mount);
  if (newName.length > NAME_MAX) return err(Errno.ENAMETOOLONG);
  if (isOwn(name) || isOwn(newName)) return err(Errno.EBUSY);
  if (manyLowered(fs)) orReturn(commit(fs));
  using tree = fs.tree.enter();
  tree.v.changes++;
  const node = orReturn(lookIn(fs, nodeOf(from), name));
  using _ = defer(() => drop(vnodeOf(node)));
  orReturn(mayTake(nodeOf(from)));
  const moves = from !== to;
  if (node.vnode.isDirectory()) {
    if (node.vnode.covered !== null) return err(Errno.EBUSY);
    if (moves) orReturn(notBelow(fs, node, nodeOf(to)));
  }
  const there = lookIn(fs, nodeOf(to), newName);
  if (!isErr(there)) {
    using gone = defer(() => drop(vnodeOf(there)));
    return replace(fs, nodeOf(from), name, node, nodeOf(to), newName, there);
  }
  if (there.code !== Errno.ENOENT || to.links === 0) return there;
  const added = addSecond(fs, node, nodeOf(to), newName);
  if (isErr(added)) {
    if (added.code !== Errno.ENOSPC || !madeRoom(fs)) return added;
    orReturn(addSecond(fs, node, nodeOf(to), newName));
  }
  const ready = secondIsSafe(fs, nodeOf(from), name, node, nodeOf(to), newName);
  const moved = isErr(ready) ? ready : takeFirst(fs, nodeOf(from), name, node, nodeOf(to));
  // A rename that failed has not happened.
  if (isErr(moved)) takeSecond(fs, node, nodeOf(to), newName);
  return moved;
}

/** Sees that the new name cannot be lost together with the old one. */
function secondIsSafe(fs: Ptr<Ext2>, from: Ptr<Node>, name: View<u8>, node: Ptr<Node>, to: Ptr<Node>, newName: View<u8>): Res<void> {
  const together = orReturn(inOneSector(fs, from, name, to, newName));
  if (!together && isKept(fs, node)) return commitNode(fs, to);
}

function takeSecond(fs: Ptr<Ext2>, node: Ptr<Node>, to: Ptr<Node>, newName: View<u8>): void {
  using _ = fs.gate.enter();
  const gone = takeName(fs, to, newName);
  if (!isErr(gone)) lowerLink(fs, node);
}

/** EINVAL when a directory would come to lie below itself. */
function notBelow(fs: Ptr<Ext2>, node: Ptr<Node>, to: Ptr<Node>): Res<void> {
  let at = to.vnode.inode;
  for (let depth = 0; depth < DEPTH_MOST; depth++) {
    if (at === node.vnode.inode) return err(Errno.EINVAL);
    if (at === ROOT_INODE) return;
    at = orReturn(parentOfInode(fs, at));
  }
  return err(Errno.EIO);
}

function parentOfInode(fs: Ptr<Ext2>, inode: u64): Res<u64> {
  const node = orReturn(getNode(fs, inode));
  using _ = defer(() => drop(vnodeOf(node)));
  if (!node.vnode.isDirectory()) return err(Errno.EIO);
  using c = node.contents.enter();
  return parentOf(fs, node);
}

/** Whether the disk has the file from an earlier commit. */
function isKept(fs: Ptr<Ext2>, node: Ptr<Node>): boolean {
  return node.born !== fs.epoch.load();
}

function addSecond(fs: Ptr<Ext2>, node: Ptr<Node>, to: Ptr<Node>, name: View<u8>): Res<void> {
  if (node.vnode.isDirectory() && to.vnode.links >= LINKS_MOST) return err(Errno.EMLINK);
  return addAnother(fs, to, name, node);
}

function inOneSector(fs: Ptr<Ext2>, from: Ptr<Node>, name: View<u8>, to: Ptr<Node>, newName: View<u8>): Res<boolean> {
  if (from !== to) return false;
  using c = from.contents.enter();
  const a = orReturn(findEntry(fs, from, name));
  const b = orReturn(findEntry(fs, from, newName));
  return sameSector(ref(a), ref(b));
}

/** A directory that has moved learns where it is, and the old name goes. With an error, nothing has happened. */
function takeFirst(fs: Ptr<Ext2>, from: Ptr<Node>, name: View<u8>, node: Ptr<Node>, to: Ptr<Node>): Res<void> {
  using _ = fs.gate.enter();
  const ascends = node.vnode.isDirectory() && from !== to;
  if (ascends) orReturn(moveUp(fs, node, to));
  const taken = takeName(fs, from, name);
  if (isErr(taken)) {
    if (ascends) ignore(moveUp(fs, node, from), "its .. leads to a directory that has it, too");
    return taken;
  }
  lowerLink(fs, node);
  if (!ascends) return;
  changeLinks(fs, to, 1);
  if (from.vnode.links > 2) changeLinks(fs, from, -1);
}

function moveUp(fs: Ptr<Ext2>, node: Ptr<Node>, to: Ptr<Node>): Res<void> {
  using c = node.contents.enter();
  return setParent(fs, node, to.vnode.inode, to.vnode.mode);
}

/** The new name leads to another file already. */
function replace(
  fs: Ptr<Ext2>,
  from: Ptr<Node>,
  name: View<u8>,
  node: Ptr<Node>,
  to: Ptr<Node>,
  newName: View<u8>,
  there: Ptr<Node>,
): Res<void> {
  if (there === node) return;
  const directory = node.vnode.isDirectory();
  if (directory && !there.vnode.isDirectory()) return err(Errno.ENOTDIR);
  if (!directory && there.vnode.isDirectory()) return err(Errno.EISDIR);
  if (directory) orReturn(mayRemove(fs, there));
  // Whoever writes a new file and renames it over the old one expects one of the two after a power cut, and not half of the new one.
  orReturn(to.grown === fs.epoch.load() ? commit(fs) : commitNode(fs, node));
  orReturn(redirect(fs, node, to, newName));
  const together = inOneSector(fs, from, name, to, newName);
  // Inodes are on the disk before names: if the old file went now, the disk could have its name lead to nothing, and neither of the two.
  const kept = isKept(fs, there) || isErr(together) || !together ? commitNode(fs, to) : nothingToCommit();
  if (isErr(kept) && !isErr(redirectBack(fs, node, to, newName, there))) return kept;
  forgetReplaced(fs, to, there);
  orReturn(kept);
  orReturn(together);
  return takeFirst(fs, from, name, node, to);
}

function nothingToCommit(): Res<void> {}

function forgetReplaced(fs: Ptr<Ext2>, to: Ptr<Node>, there: Ptr<Node>): void {
  using _ = fs.gate.enter();
  forgetLink(fs, to, there);
}

function redirect(fs: Ptr<Ext2>, node: Ptr<Node>, to: Ptr<Node>, name: View<u8>): Res<void> {
  using _ = fs.gate.enter();
  orReturn(lead(fs, to, name, node));
  changeLinks(fs, node, 1);
}

/** The name leads to the old file again, which has lost nothing yet. */
function redirectBack(fs: Ptr<Ext2>, node: Ptr<Node>, to: Ptr<Node>, name: View<u8>, there: Ptr<Node>): Res<void> {
  using _ = fs.gate.enter();
  orReturn(lead(fs, to, name, there));
  lowerLink(fs, node);
}

/** Lets a name of a directory lead to another file. */
function lead(fs: Ptr<Ext2>, dir: Ptr<Node>, name: View<u8>, node: Ptr<Node>): Res<void> {
  using c = dir.contents.enter();
  const found = orReturn(findEntry(fs, dir, name));
  return redirectEntry(fs, dir, ref(found), node.vnode.inode, node.vnode.mode);
}

// ---- the rest

/** VnodeOps.readDirectory. */
export function ext2ReadDirectory(dir: Ptr<Vnode>, position: Ptr<u64>, into: Slice<u8>): Res<usize> {
  const fs = ext2Of(dir.mount);
  const node = nodeOf(dir);
  const done = orReturn(list(fs, node, position, into));
  if (!dir.mount.readOnly && dir.accessed <= dir.modified) seen(fs, node);
  return done;
}

function list(fs: Ptr<Ext2>, node: Ptr<Node>, position: Ptr<u64>, into: Slice<u8>): Res<usize> {
  using c = node.contents.enter();
  return listEntries(fs, node, position, into);
}

/** VnodeOps.setAttributes. */
export function ext2SetAttributes(vnode: Ptr<Vnode>, which: u32, values: Ptr<Attributes>): Res<void> {
  const fs = ext2Of(vnode.mount);
  const node = nodeOf(vnode);
  using _ = fs.gate.enter();
  using c = node.contents.enter();
  if ((which & SET_MODE) !== 0) vnode.mode = (vnode.mode & S_IFMT) | (values.mode & 0o7777);
  if ((which & SET_OWNER) !== 0) {
    vnode.uid = values.uid;
    vnode.gid = values.gid;
  }
  if ((which & SET_ACCESSED) !== 0) vnode.accessed = values.accessed;
  if ((which & SET_MODIFIED) !== 0) vnode.modified = values.modified;
  vnode.changed = timeNow();
  keepNode(fs, node);
}
