// A file system without a disk: files are frames of memory, directories are lists, and with the power all of it is gone. It is the
// root when the boot loader brings an archive instead of a disk, and good for /tmp.
//
// One lock for each such file system: nothing here waits for anything but memory.
import { NAME_MAX, S_IFDIR, S_IFLNK, S_IFMT, StatFs } from "../abi/files.ts";
import { PAGE_SIZE } from "../layout.ts";
import { type Frame, freeFrames, OWNER_FILES, release, totalFrames, virtOf, zeroedFrame } from "../memory/frames.ts";
import { create, destroy } from "../memory/slab.ts";
import { SleepLocked } from "../sync/mutex.ts";
import { wallTime } from "../task/clock.ts";
import { putDirent } from "./dirent.ts";
import { type Attributes, Mount, MountOps, SET_ACCESSED, SET_MODE, SET_MODIFIED, SET_OWNER, Vnode, VnodeOps } from "./vnode.ts";

/** Pages that lie in the node itself, then a table of tables. */
const NEAR = 8;
const FAR = 512;
const MOST_BYTES: u64 = (8 + 512 * 512) * 4096;
const LINKS_MOST: u64 = 65000;

class Leaf {
  frames: Arr<Ptr<Frame> | null, typeof FAR>;
}
class Table {
  leaves: Arr<Ptr<Leaf> | null, typeof FAR>;
}

class MemoryNode {
  vnode: Vnode;
  /** Of a directory: the one above; and its names, in the order in which they were made. */
  parent: Ptr<MemoryNode> | null;
  first: Ptr<Name> | null;
  last: Ptr<Name> | null;
  near: Arr<Ptr<Frame> | null, typeof NEAR>;
  far: Ptr<Table> | null;
}

class Name {
  next: Ptr<Name> | null;
  /** Grows from name to name: where getdents goes on. */
  place: u64;
  node: Ptr<MemoryNode>;
  length: usize;
  text: Arr<u8, 255>;

  view(): View<u8> {
    return slice(this.text, this.length);
  }
}

class Memory {
  inodes: u64;
  places: u64;
  files: u64;
  pages: u64;
  mostPages: u64;
  /** Nodes that somebody holds. */
  held: u64;
}

class MemoryFs {
  mount: Mount;
  memory: SleepLocked<Memory>;
}

function fsOf(vnode: Ptr<Vnode>): Ptr<MemoryFs> {
  return containerOf<MemoryFs>(vnode.mount, "mount");
}

function nodeOf(vnode: Ptr<Vnode>): Ptr<MemoryNode> {
  return containerOf<MemoryNode>(vnode, "vnode");
}

function timeNow(): u64 {
  return u64(wallTime());
}

function holdNode(m: Ptr<Memory>, node: Ptr<MemoryNode>): Ptr<Vnode> {
  if (node.vnode.refs.add(1) === 0) m.held++;
  return ref(node.vnode);
}

// ---- names

function find(dir: Ptr<MemoryNode>, name: View<u8>): Ptr<Name> | null {
  for (let n = dir.first; n !== null; n = n.next) if (text(n.view()) === text(name)) return n;
  return null;
}

/** An entry without a place in a list yet. ENAMETOOLONG, ENOMEM. */
function newName(m: Ptr<Memory>, name: View<u8>, node: Ptr<MemoryNode>): Res<Ptr<Name>> {
  if (name.length > NAME_MAX) return err(Errno.ENAMETOOLONG);
  const n = orReturn(create<Name>());
  n.node = node;
  n.length = name.length;
  copySlice(slice(n.text, name.length), name);
  m.places++;
  n.place = m.places;
  return n;
}

function append(dir: Ptr<MemoryNode>, n: Ptr<Name>): void {
  n.next = null;
  const last = dir.last;
  if (last === null) dir.first = n;
  else last.next = n;
  dir.last = n;
  changed(dir);
}

function unlinkName(dir: Ptr<MemoryNode>, n: Ptr<Name>): void {
  let before: Ptr<Name> | null = null;
  for (let at = dir.first; at !== null && at !== n; at = at.next) before = at;
  if (before === null) dir.first = n.next;
  else before.next = n.next;
  if (dir.last === n) dir.last = before;
  destroy(n);
  changed(dir);
}

function changed(node: Ptr<MemoryNode>): void {
  const now = timeNow();
  node.vnode.modified = now;
  node.vnode.changed = now;
}

function makeNode(fs: Ptr<MemoryFs>, m: Ptr<Memory>, mode: u32): Res<Ptr<MemoryNode>> {
  const node = orReturn(create<MemoryNode>());
  const v = ref(node.vnode);
  m.inodes++;
  m.files++;
  v.inode = m.inodes;
  v.mode = mode;
  v.links = 1;
  v.mount = ref(fs.mount);
  v.ops = ref(memoryOps);
  const now = timeNow();
  v.accessed = now;
  v.modified = now;
  v.changed = now;
  return node;
}

function freeNode(m: Ptr<Memory>, node: Ptr<MemoryNode>): void {
  cutPages(m, node, 0);
  m.files--;
  destroy(node);
}

/** A name fewer; without names and holders the node is gone. */
function lessLinks(m: Ptr<Memory>, node: Ptr<MemoryNode>, by: u64): void {
  node.vnode.links -= by;
  node.vnode.changed = timeNow();
  if (node.vnode.links === 0 && node.vnode.refs.load() === 0) freeNode(m, node);
}

function memoryLookup(dir: Ptr<Vnode>, name: View<u8>): Res<Ptr<Vnode>> {
  using m = fsOf(dir).memory.enter();
  const node = nodeOf(dir);
  if (text(name) === ".") return holdNode(m.v, node);
  if (text(name) === "..") {
    const parent = node.parent;
    return holdNode(m.v, parent === null ? node : parent);
  }
  const there = find(node, name);
  if (there === null) return err(Errno.ENOENT);
  return holdNode(m.v, there.node);
}

/** A new node with its name. ENOENT in a directory that was removed, EEXIST. */
function make(dir: Ptr<Vnode>, m: Ptr<Memory>, name: View<u8>, mode: u32): Res<Ptr<MemoryNode>> {
  const above = nodeOf(dir);
  if (dir.links === 0) return err(Errno.ENOENT);
  if (find(above, name) !== null) return err(Errno.EEXIST);
  const node = orReturn(makeNode(fsOf(dir), m, mode));
  const n = newName(m, name, node);
  if (isErr(n)) {
    freeNode(m, node);
    return n;
  }
  append(above, n);
  if ((mode & S_IFMT) === S_IFDIR) {
    node.parent = above;
    node.vnode.links = 2;
    dir.links++;
  }
  return node;
}

function memoryCreate(dir: Ptr<Vnode>, name: View<u8>, mode: u32, device: u64): Res<Ptr<Vnode>> {
  using m = fsOf(dir).memory.enter();
  const node = orReturn(make(dir, m.v, name, mode));
  node.vnode.device = device;
  return holdNode(m.v, node);
}

function memoryMkdir(dir: Ptr<Vnode>, name: View<u8>, mode: u32): Res<void> {
  using m = fsOf(dir).memory.enter();
  orReturn(make(dir, m.v, name, (mode & ~S_IFMT) | S_IFDIR));
}

function memorySymlink(dir: Ptr<Vnode>, name: View<u8>, to: View<u8>): Res<void> {
  using m = fsOf(dir).memory.enter();
  const node = orReturn(make(dir, m.v, name, S_IFLNK | 0o777));
  const wrote = writePages(m.v, node, 0, to);
  if (!isErr(wrote)) return;
  const made = find(nodeOf(dir), name);
  if (made !== null) unlinkName(nodeOf(dir), made);
  lessLinks(m.v, node, 1);
  return wrote;
}

function memoryLink(dir: Ptr<Vnode>, name: View<u8>, target: Ptr<Vnode>): Res<void> {
  if (target.isDirectory()) return err(Errno.EPERM);
  using m = fsOf(dir).memory.enter();
  if (dir.links === 0 || target.links === 0) return err(Errno.ENOENT);
  if (target.links >= LINKS_MOST) return err(Errno.EMLINK);
  if (find(nodeOf(dir), name) !== null) return err(Errno.EEXIST);
  append(nodeOf(dir), orReturn(newName(m.v, name, nodeOf(target))));
  target.links++;
  target.changed = timeNow();
}

function memoryUnlink(dir: Ptr<Vnode>, name: View<u8>): Res<void> {
  using m = fsOf(dir).memory.enter();
  const n = find(nodeOf(dir), name);
  if (n === null) return err(Errno.ENOENT);
  const node = n.node;
  if (node.vnode.isDirectory()) return err(Errno.EISDIR);
  unlinkName(nodeOf(dir), n);
  lessLinks(m.v, node, 1);
}

/** Whether a directory may go: ENOTEMPTY, EBUSY. */
function mayRemove(node: Ptr<MemoryNode>): Res<void> {
  if (node.vnode.covered !== null || node.parent === null) return err(Errno.EBUSY);
  if (node.first !== null) return err(Errno.ENOTEMPTY);
}

function memoryRmdir(dir: Ptr<Vnode>, name: View<u8>): Res<void> {
  if (text(name) === "..") return err(Errno.ENOTEMPTY);
  using m = fsOf(dir).memory.enter();
  const n = find(nodeOf(dir), name);
  if (n === null) return err(Errno.ENOENT);
  const node = n.node;
  if (!node.vnode.isDirectory()) return err(Errno.ENOTDIR);
  orReturn(mayRemove(node));
  unlinkName(nodeOf(dir), n);
  dir.links--;
  lessLinks(m.v, node, 2);
}

function isBelow(node: Ptr<MemoryNode>, directory: Ptr<MemoryNode>): boolean {
  for (let at: Ptr<MemoryNode> | null = directory; at !== null; at = at.parent) if (at === node) return true;
  return false;
}

function memoryRename(from: Ptr<Vnode>, name: View<u8>, to: Ptr<Vnode>, newText: View<u8>): Res<void> {
  if (text(name) === "." || text(name) === ".." || text(newText) === "." || text(newText) === "..") return err(Errno.EBUSY);
  using m = fsOf(from).memory.enter();
  const n = find(nodeOf(from), name);
  if (n === null || to.links === 0) return err(Errno.ENOENT);
  const node = n.node;
  const directory = node.vnode.isDirectory();
  if (directory && node.vnode.covered !== null) return err(Errno.EBUSY);
  if (directory && isBelow(node, nodeOf(to))) return err(Errno.EINVAL);
  const there = find(nodeOf(to), newText);
  if (there !== null) {
    const old = there.node;
    if (old === node) return;
    if (directory && !old.vnode.isDirectory()) return err(Errno.ENOTDIR);
    if (!directory && old.vnode.isDirectory()) return err(Errno.EISDIR);
    if (directory) orReturn(mayRemove(old));
    there.node = node;
    changed(nodeOf(to));
    if (directory) to.links--;
    lessLinks(m.v, old, directory ? 2 : 1);
  } else append(nodeOf(to), orReturn(newName(m.v, newText, node)));
  unlinkName(nodeOf(from), n);
  if (!directory || from === to) return;
  node.parent = nodeOf(to);
  from.links--;
  to.links++;
}

function memoryDirectory(dir: Ptr<Vnode>, position: Ptr<u64>, into: Slice<u8>): Res<usize> {
  using m = fsOf(dir).memory.enter();
  const node = nodeOf(dir);
  let done: usize = 0;
  // Places 1 and 2 are the directory itself and the one above; names have larger ones.
  for (let own: u64 = 1; own <= 2; own++) {
    if (position[0] >= own) continue;
    const parent = node.parent;
    const inode = own === 1 || parent === null ? dir.inode : parent.vnode.inode;
    const put = putDirent(into.sub(done, into.length), inode, own, u8(S_IFDIR >> 12), bytes(own === 1 ? "." : ".."));
    if (put === 0) return done > 0 ? done : err(Errno.EINVAL);
    done += put;
    position[0] = own;
  }
  for (let n = node.first; n !== null; n = n.next) {
    const at = n.place + 2;
    if (at <= position[0]) continue;
    const v = ref(n.node.vnode);
    const put = putDirent(into.sub(done, into.length), v.inode, at, u8(v.mode >> 12), n.view());
    if (put === 0) return done > 0 ? done : err(Errno.EINVAL);
    done += put;
    position[0] = at;
  }
  dir.accessed = m.v.places > 0 ? timeNow() : dir.accessed;
  return done;
}

// ---- bytes

/** Where the frame of a page is noted; null when the tables on the way are missing. */
function frameAt(node: Ptr<MemoryNode>, page: u64): Ptr<Frame> | null {
  if (page < NEAR) return node.near[page];
  const far = node.far;
  if (far === null) return null;
  const leaf = far.leaves[(page - NEAR) / FAR];
  return leaf === null ? null : leaf.frames[(page - NEAR) % FAR];
}

function setFrame(node: Ptr<MemoryNode>, page: u64, frame: Ptr<Frame>): Res<void> {
  if (page < NEAR) {
    node.near[page] = frame;
    return;
  }
  let far = node.far;
  if (far === null) far = orReturn(create<Table>());
  node.far = far;
  let leaf = far.leaves[(page - NEAR) / FAR];
  if (leaf === null) leaf = orReturn(create<Leaf>());
  far.leaves[(page - NEAR) / FAR] = leaf;
  leaf.frames[(page - NEAR) % FAR] = frame;
}

/** The bytes of a page, which is made if it is not there. ENOSPC: the limit, or the memory, is used up. */
function pageFor(m: Ptr<Memory>, node: Ptr<MemoryNode>, page: u64): Res<Slice<u8>> {
  const there = frameAt(node, page);
  if (there !== null) return slice(virtOf<u8>(there), PAGE_SIZE);
  if (m.pages >= m.mostPages) return err(Errno.ENOSPC);
  const frame = zeroedFrame(OWNER_FILES);
  if (isErr(frame)) return err(Errno.ENOSPC);
  const set = setFrame(node, page, frame);
  if (isErr(set)) {
    release(frame);
    return err(Errno.ENOSPC);
  }
  m.pages++;
  node.vnode.sectors += PAGE_SIZE / 512;
  return slice(virtOf<u8>(frame), PAGE_SIZE);
}

function dropFrame(m: Ptr<Memory>, node: Ptr<MemoryNode>, frame: Ptr<Frame> | null): void {
  if (frame === null) return;
  release(frame);
  m.pages--;
  node.vnode.sectors -= PAGE_SIZE / 512;
}

/** Gives back all pages from one on, and tables that have none left. */
function cutPages(m: Ptr<Memory>, node: Ptr<MemoryNode>, from: u64): void {
  for (let page = from; page < NEAR; page++) {
    dropFrame(m, node, node.near[page]);
    node.near[page] = null;
  }
  const far = node.far;
  if (far === null) return;
  for (let i: u64 = 0; i < FAR; i++) {
    const leaf = far.leaves[i];
    if (leaf === null) continue;
    const base = NEAR + i * FAR;
    if (base + FAR <= from) continue;
    for (let j: u64 = base < from ? from - base : 0; j < FAR; j++) {
      dropFrame(m, node, leaf.frames[j]);
      leaf.frames[j] = null;
    }
    if (base < from) continue;
    destroy(leaf);
    far.leaves[i] = null;
  }
  if (from > NEAR) return;
  destroy(far);
  node.far = null;
}

function memoryRead(file: Ptr<Vnode>, offset: u64, into: Slice<u8>): Res<usize> {
  using m = fsOf(file).memory.enter();
  if (offset >= file.bytes) return 0;
  const want = into.length < file.bytes - offset ? into.length : file.bytes - offset;
  let done: usize = 0;
  while (done < want) {
    const at = offset + done;
    const within = at % PAGE_SIZE;
    const part = PAGE_SIZE - within < want - done ? PAGE_SIZE - within : want - done;
    const frame = frameAt(nodeOf(file), at / PAGE_SIZE);
    if (frame === null) fill(into.sub(done, done + part), 0);
    else copySlice(into.sub(done, done + part), slice(virtOf<u8>(frame), PAGE_SIZE).sub(within, within + part));
    done += part;
  }
  if (m.v.files > 0) file.accessed = timeNow();
  return done;
}

function memoryWrite(file: Ptr<Vnode>, offset: u64, from: View<u8>): Res<usize> {
  using m = fsOf(file).memory.enter();
  return writePages(m.v, nodeOf(file), offset, from);
}

function writePages(m: Ptr<Memory>, node: Ptr<MemoryNode>, offset: u64, from: View<u8>): Res<usize> {
  if (offset >= MOST_BYTES) return err(Errno.EFBIG);
  const want = from.length < MOST_BYTES - offset ? from.length : MOST_BYTES - offset;
  let done: usize = 0;
  while (done < want) {
    const at = offset + done;
    const within = at % PAGE_SIZE;
    const part = PAGE_SIZE - within < want - done ? PAGE_SIZE - within : want - done;
    const page = pageFor(m, node, at / PAGE_SIZE);
    if (isErr(page)) {
      if (done === 0) return page;
      break;
    }
    copySlice(page.sub(within, within + part), from.sub(done, done + part));
    done += part;
  }
  if (offset + done > node.vnode.bytes) node.vnode.bytes = offset + done;
  changed(node);
  return done;
}

function memoryTruncate(file: Ptr<Vnode>, bytes: u64): Res<void> {
  if (bytes > MOST_BYTES) return err(Errno.EFBIG);
  using m = fsOf(file).memory.enter();
  const node = nodeOf(file);
  if (bytes < file.bytes) {
    cutPages(m.v, node, (bytes + PAGE_SIZE - 1) / PAGE_SIZE);
    const within = bytes % PAGE_SIZE;
    const frame = within === 0 ? null : frameAt(node, bytes / PAGE_SIZE);
    if (frame !== null) fill(slice(virtOf<u8>(frame), PAGE_SIZE).sub(within, PAGE_SIZE), 0);
  }
  file.bytes = bytes;
  changed(node);
}

function memoryReadlink(link: Ptr<Vnode>, into: Slice<u8>): Res<usize> {
  return memoryRead(link, 0, into);
}

function memoryAttributes(file: Ptr<Vnode>, which: u32, values: Ptr<Attributes>): Res<void> {
  using m = fsOf(file).memory.enter();
  if (m.v.files === 0) return;
  if ((which & SET_MODE) !== 0) file.mode = (file.mode & S_IFMT) | (values.mode & 0o7777);
  if ((which & SET_OWNER) !== 0) {
    file.uid = values.uid;
    file.gid = values.gid;
  }
  if ((which & SET_ACCESSED) !== 0) file.accessed = values.accessed;
  if ((which & SET_MODIFIED) !== 0) file.modified = values.modified;
  file.changed = timeNow();
}

function memorySync(_file: Ptr<Vnode>): Res<void> {}

function memoryInactive(file: Ptr<Vnode>): void {
  using m = fsOf(file).memory.enter();
  if (file.refs.sub(1) !== 1) return;
  m.v.held--;
  if (file.links === 0) freeNode(m.v, nodeOf(file));
}

const memoryOps: VnodeOps = {
  lookup: memoryLookup,
  create: memoryCreate,
  mkdir: memoryMkdir,
  unlink: memoryUnlink,
  rmdir: memoryRmdir,
  link: memoryLink,
  symlink: memorySymlink,
  readlink: memoryReadlink,
  rename: memoryRename,
  readAt: memoryRead,
  writeAt: memoryWrite,
  truncate: memoryTruncate,
  readDirectory: memoryDirectory,
  setAttributes: memoryAttributes,
  sync: memorySync,
  inactive: memoryInactive,
};

// ---- the whole

function memorySyncAll(_mount: Ptr<Mount>): Res<void> {}

function memoryStatFs(mount: Ptr<Mount>, into: Ptr<StatFs>): Res<void> {
  using m = containerOf<MemoryFs>(mount, "mount").memory.enter();
  into.kind = 0x0102_1994;
  into.blockBytes = PAGE_SIZE;
  into.fragmentBytes = PAGE_SIZE;
  into.blocks = m.v.mostPages;
  const room = m.v.mostPages - m.v.pages;
  into.blocksFree = room < freeFrames() ? room : freeFrames();
  into.blocksAvailable = into.blocksFree;
  into.files = m.v.files + into.blocksFree;
  into.filesFree = into.blocksFree;
  into.nameMax = NAME_MAX;
}

function memoryUnmount(mount: Ptr<Mount>): Res<void> {
  const fs = containerOf<MemoryFs>(mount, "mount");
  {
    using m = fs.memory.enter();
    if (m.v.held !== 1 || mount.root.refs.load() !== 1) return err(Errno.EBUSY);
    freeTree(m.v, nodeOf(mount.root));
  }
  destroy(fs);
}

/** Frees a directory and all below it, going down to a directory without directories again and again. */
function freeTree(m: Ptr<Memory>, root: Ptr<MemoryNode>): void {
  let at = root;
  for (;;) {
    const n = at.first;
    if (n !== null && n.node.vnode.isDirectory() && n.node.first !== null) {
      at = n.node;
      continue;
    }
    if (n !== null) {
      const node = n.node;
      unlinkName(at, n);
      node.vnode.links -= node.vnode.isDirectory() ? 2 : 1;
      if (node.vnode.links === 0) freeNode(m, node);
      continue;
    }
    const parent = at.parent;
    if (parent === null) break;
    at = parent;
  }
  freeNode(m, root);
}

/** What is in memory is all there is of it. */
function nothingKept(_mount: Ptr<Mount>): void {}

const mountOps: MountOps = { sync: memorySyncAll, close: memorySyncAll, statFs: memoryStatFs, forget: nothingKept, unmount: memoryUnmount };

/** An empty one, which may take up half of the memory. ENOMEM. */
export function mountMemory(): Res<Ptr<Mount>> {
  const fs = orReturn(create<MemoryFs>());
  fs.mount.kind = "tmpfs";
  fs.mount.ops = ref(mountOps);
  using m = fs.memory.enter();
  m.v.mostPages = totalFrames() / 2;
  const root = makeNode(fs, m.v, S_IFDIR | 0o755);
  if (isErr(root)) {
    destroy(fs);
    return root;
  }
  root.vnode.links = 2;
  fs.mount.root = holdNode(m.v, root);
  return ref(fs.mount);
}
