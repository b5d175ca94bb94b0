// From a path to a file: one name after the other, each looked up in what the one before has led to. What makes it interesting are
// the corners: a symbolic link puts its own text in front of what is left of the path, a mounted file system hides the directory
// it lies on, ".." at a root leads nowhere or out of a mount, "a/" must be a directory, and links that lead in a circle must not
// take us along forever.
import { LINKS_MAX, NAME_MAX, PATH_MAX } from "../abi/files.ts";
import { kalloc, kfree } from "../memory/slab.ts";
import type { FileTable } from "./descriptors.ts";
import { enterMount, isRoot, leaveMount, rootDirectory } from "./mount.ts";
import { drop, hold, type Vnode } from "./vnode.ts";

const SLASH: u8 = 0x2f;

/** Where a path leads to. */
export class Target {
  /** The file, held; null when only the directory was asked for. */
  file: Ptr<Vnode> | null;
  /** The directory that has, or would have, the last name; held; null when the file was asked for. */
  directory: Ptr<Vnode> | null;
  name: Arr<u8, 256>;
  nameBytes: usize;
  /** The path ends with a slash: it means a directory. */
  slash: boolean;

  last(): View<u8> {
    return slice(this.name, this.nameBytes);
  }
}

/** A path under way: what is left of it, and two pages for what links put in front. */
class Walk {
  at: Ptr<Vnode>;
  rest: View<u8>;
  links: u32;
  pages: Arr<Ptr<u8> | null, 2>;
  turn: usize;

  /** Begins at the root or in a directory; `path` stays the caller's. Afterwards stop() is due. ENOENT for an empty path. */
  start(base: Ptr<Vnode>, path: View<u8>): Res<void> {
    if (path.length === 0) return err(Errno.ENOENT);
    if (path.length >= PATH_MAX) return err(Errno.ENAMETOOLONG);
    const absolute = path[0] === SLASH;
    this.at = absolute ? orReturn(rootDirectory()) : hold(base);
    this.at = enterMount(this.at);
    this.rest = path;
    this.links = 0;
    this.turn = 0;
    this.pages[0] = null;
    this.pages[1] = null;
  }

  /** Gives back memory, and the directory that it stands in unless somebody has taken it over. */
  stop(): void {
    for (const page of this.pages) if (page !== null) kfree(page);
  }

  skipSlashes(): boolean {
    let any = false;
    while (this.rest.length > 0 && this.rest[0] === SLASH) {
      this.rest = this.rest.sub(1, this.rest.length);
      any = true;
    }
    return any;
  }

  /** The next name; what is left begins behind it. */
  next(): Res<View<u8>> {
    let end: usize = 0;
    while (end < this.rest.length && this.rest[end] !== SLASH) end++;
    if (end > NAME_MAX) return err(Errno.ENAMETOOLONG);
    const name = this.rest.sub(0, end);
    this.rest = this.rest.sub(end, this.rest.length);
    return name;
  }

  /** The file of a name, held. */
  step(name: View<u8>): Res<Ptr<Vnode>> {
    const at = this.at;
    if (!at.isDirectory()) return err(Errno.ENOTDIR);
    if (name.length === 1 && name[0] === byte(".")) return hold(at);
    if (name.length === 2 && name[0] === byte(".") && name[1] === byte(".")) return above(at);
    return enterMount(orReturn(at.ops.lookup(at, name)));
  }

  /** Puts a link's text in front of what is left. ELOOP, ENAMETOOLONG. */
  follow(link: Ptr<Vnode>): Res<void> {
    this.links++;
    if (this.links > LINKS_MAX) return err(Errno.ELOOP);
    let page = this.pages[this.turn];
    if (page === null) page = orReturn(kalloc(PATH_MAX));
    this.pages[this.turn] = page;
    this.turn ^= 1;
    const text = slice(page, PATH_MAX);
    const length = orReturn(link.ops.readlink(link, text));
    if (length === 0) return err(Errno.ENOENT);
    const left = this.rest.length;
    // The slash between the link's name and what is left was skipped.
    const start = left === 0 ? length : length + 1;
    if (start + left >= PATH_MAX) return err(Errno.ENAMETOOLONG);
    if (left > 0) text[length] = SLASH;
    copySlice(text.sub(start, start + left), this.rest);
    this.rest = text.sub(0, start + left);
    if (text[0] !== SLASH) return;
    const root = enterMount(orReturn(rootDirectory()));
    drop(this.at);
    this.at = root;
  }
}

/** The directory above, held; the root's is itself. */
function above(directory: Ptr<Vnode>): Res<Ptr<Vnode>> {
  if (isRoot(directory)) return hold(directory);
  const outside = leaveMount(hold(directory));
  const up = outside.ops.lookup(outside, bytes(".."));
  drop(outside);
  if (isErr(up)) return up;
  return enterMount(up);
}

/** Follows a path to a file, or with `parent` to the directory of its last name. `follow`: also a link at the end. */
function walk(target: Ptr<Target>, base: Ptr<Vnode>, path: View<u8>, parent: boolean, follow: boolean): Res<void> {
  const w = zeroed<Walk>();
  orReturn(w.start(base, path));
  const walked = go(ref(w), target, parent, follow);
  w.stop();
  if (isErr(walked)) drop(w.at);
  return walked;
}

/** Where it ends without an error, the hold of `at` has gone over to the target. */
function go(w: Ptr<Walk>, target: Ptr<Target>, parent: boolean, follow: boolean): Res<void> {
  for (;;) {
    w.skipSlashes();
    if (w.rest.length === 0) {
      // "/", or a link to it: there is no last name.
      if (parent) return err(Errno.EEXIST);
      target.file = w.at;
      target.directory = null;
      return;
    }
    const name = orReturn(w.next());
    const slash = w.skipSlashes();
    const last = w.rest.length === 0;
    if (last && parent) {
      if (!w.at.isDirectory()) return err(Errno.ENOTDIR);
      copySlice(slice(target.name, name.length), name);
      target.nameBytes = name.length;
      target.slash = slash;
      target.directory = w.at;
      target.file = null;
      return;
    }
    const file = orReturn(w.step(name));
    if (file.isLink() && (!last || follow || slash)) {
      const followed = w.follow(file);
      drop(file);
      if (isErr(followed)) return followed;
      continue;
    }
    drop(w.at);
    w.at = file;
    if (slash && !file.isDirectory()) return err(Errno.ENOTDIR);
  }
}

/** The directory that relative paths begin at: the table's, or the root before it has one. Held. */
export function baseOf(table: Ptr<FileTable>): Res<Ptr<Vnode>> {
  const cwd = table.directory();
  if (!isErr(cwd)) return cwd;
  return rootDirectory();
}

/** The file of a path, held. `follow`: what a link at its end leads to, and not the link. */
export function resolve(table: Ptr<FileTable>, path: View<u8>, follow: boolean): Res<Ptr<Vnode>> {
  const base = orReturn(baseOf(table));
  const target = zeroed<Target>();
  const walked = walk(ref(target), base, path, false, follow);
  drop(base);
  if (isErr(walked)) return walked;
  const file = target.file;
  if (file === null) return err(Errno.ENOENT);
  return file;
}

/** The directory of a path's last name, held in the target, and the name. EEXIST for the root, which has none. */
export function resolveParent(table: Ptr<FileTable>, path: View<u8>, target: Ptr<Target>): Res<Ptr<Vnode>> {
  const base = orReturn(baseOf(table));
  const walked = walk(target, base, path, true, false);
  drop(base);
  if (isErr(walked)) return walked;
  const directory = target.directory;
  if (directory === null) return err(Errno.ENOENT);
  return directory;
}

/** The same from a directory: what a link in it means. */
export function resolveParentFrom(base: Ptr<Vnode>, path: View<u8>, target: Ptr<Target>): Res<Ptr<Vnode>> {
  orReturn(walk(target, base, path, true, false));
  const directory = target.directory;
  if (directory === null) return err(Errno.ENOENT);
  return directory;
}
