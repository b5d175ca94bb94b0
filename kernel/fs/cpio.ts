// cpio archives: a head and a name and the bytes, one file after the other, up to one that is called TRAILER!!!. Two formats are read:
// "newc" with its numbers in hexadecimal text, which every Linux makes for its initial root, and the old binary one of 1977, which
// this kernel's ancestor booted from.
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../abi/files.ts";
import { Attributes, drop, hold, SET_MODE, SET_MODIFIED, type Vnode } from "./vnode.ts";

/** One file of an archive. */
class Member {
  name: View<u8>;
  content: View<u8>;
  mode: u32;
  /** Seconds since 1970. */
  modified: u64;
  device: u64;
  /** Where the next one begins. */
  end: usize;
}

/** The last part of a name. */
class Last {
  name: View<u8>;
}

const NEWC_HEAD: usize = 110;
const OLD_HEAD: usize = 26;
const OLD_MAGIC: u16 = 0o070707;

/** A number of 8 hexadecimal digits. EINVAL. */
function hexAt(bytes: View<u8>, at: usize): Res<u64> {
  let value: u64 = 0;
  for (const c of bytes.sub(at, at + 8)) {
    let digit: u8 = 255;
    if (c >= byte("0") && c <= byte("9")) digit = c - byte("0");
    else if (c >= byte("a") && c <= byte("f")) digit = c - byte("a") + 10;
    else if (c >= byte("A") && c <= byte("F")) digit = c - byte("A") + 10;
    if (digit > 15) return err(Errno.EINVAL);
    value = value * 16 + u64(digit);
  }
  return value;
}

function wordAt(bytes: View<u8>, at: usize): u64 {
  return u64(bytes[at]) | (u64(bytes[at + 1]) << 8);
}

/** 32 bits as the PDP-11 had them: the upper half first. */
function middleAt(bytes: View<u8>, at: usize): u64 {
  return (wordAt(bytes, at) << 16) | wordAt(bytes, at + 2);
}

/** Name and content behind a head; both begin on a multiple of `align` bytes of the archive. EINVAL: it is cut short. */
function body(archive: View<u8>, at: usize, names: u64, content: u64, align: usize, m: Ptr<Member>): Res<void> {
  if (names === 0 || names > archive.length - at) return err(Errno.EINVAL);
  const start = (at + names + align - 1) & ~(align - 1);
  if (start > archive.length || content > archive.length - start) return err(Errno.EINVAL);
  m.name = archive.sub(at, at + names - 1);
  m.content = archive.sub(start, start + content);
  m.end = (start + content + align - 1) & ~(align - 1);
}

/** The member at a place. EINVAL: there is none. */
function memberAt(archive: View<u8>, at: usize, m: Ptr<Member>): Res<void> {
  const rest = at < archive.length ? archive.length - at : 0;
  if (rest >= NEWC_HEAD && (text(archive.sub(at, at + 6)) === "070701" || text(archive.sub(at, at + 6)) === "070702")) {
    m.mode = u32(orReturn(hexAt(archive, at + 14)));
    m.modified = orReturn(hexAt(archive, at + 46));
    const major = orReturn(hexAt(archive, at + 78));
    m.device = (major << 8) | orReturn(hexAt(archive, at + 86));
    const content = orReturn(hexAt(archive, at + 54));
    return body(archive, at + NEWC_HEAD, orReturn(hexAt(archive, at + 94)), content, 4, m);
  }
  if (rest >= OLD_HEAD && u16(wordAt(archive, at)) === OLD_MAGIC) {
    m.mode = u32(wordAt(archive, at + 6));
    m.device = wordAt(archive, at + 14);
    m.modified = middleAt(archive, at + 16);
    return body(archive, at + OLD_HEAD, wordAt(archive, at + 20), middleAt(archive, at + 22), 2, m);
  }
  return err(Errno.EINVAL);
}

/** Whether memory begins like an archive. */
export function isCpio(archive: View<u8>): boolean {
  const m = zeroed<Member>();
  return !isErr(memberAt(archive, 0, ref(m)));
}

/** The directory of a name's last part, made with all above it; what is left of the name is that part. Held. */
function directoryFor(root: Ptr<Vnode>, name: View<u8>, last: Ptr<Last>): Res<Ptr<Vnode>> {
  let at = hold(root);
  let rest = name;
  for (;;) {
    while (rest.length > 0 && rest[0] === byte("/")) rest = rest.sub(1, rest.length);
    let end: usize = 0;
    while (end < rest.length && rest[end] !== byte("/")) end++;
    if (end === rest.length) break;
    const part = rest.sub(0, end);
    rest = rest.sub(end, rest.length);
    if (text(part) === ".") continue;
    const next = enter(at, part);
    drop(at);
    if (isErr(next)) return next;
    at = next;
  }
  last.name = rest;
  return at;
}

function enter(directory: Ptr<Vnode>, name: View<u8>): Res<Ptr<Vnode>> {
  const there = directory.ops.lookup(directory, name);
  if (!isErr(there)) {
    if (there.isDirectory()) return there;
    drop(there);
    return err(Errno.ENOTDIR);
  }
  if (there.code !== Errno.ENOENT) return there;
  orReturn(directory.ops.mkdir(directory, name, S_IFDIR | 0o755));
  return directory.ops.lookup(directory, name);
}

function unpackMember(root: Ptr<Vnode>, m: Ptr<Member>): Res<void> {
  const found = zeroed<Last>();
  const directory = orReturn(directoryFor(root, m.name, ref(found)));
  using _ = defer(() => drop(directory));
  const last = found.name;
  if (last.length === 0 || text(last) === "." || text(last) === "..") return;
  const kind = m.mode & S_IFMT;
  if (kind === S_IFLNK) return directory.ops.symlink(directory, last, m.content);
  const file = orReturn(kind === S_IFDIR ? enter(directory, last) : directory.ops.create(directory, last, m.mode, m.device));
  using dropped = defer(() => drop(file));
  if (kind === S_IFREG && m.content.length > 0) {
    const wrote = orReturn(file.ops.writeAt(file, 0, m.content));
    if (wrote < m.content.length) return err(Errno.ENOSPC);
  }
  const values = zeroed<Attributes>();
  values.mode = m.mode;
  values.modified = m.modified * 1_000_000_000;
  return file.ops.setAttributes(file, SET_MODE | SET_MODIFIED, ref(values));
}

/** Makes the files of an archive below a directory; how many. EINVAL: it is no archive, or damaged; then some are there already. */
export function unpackCpio(archive: View<u8>, root: Ptr<Vnode>): Res<u64> {
  let count: u64 = 0;
  const m = zeroed<Member>();
  for (let at: usize = 0; ; at = m.end) {
    orReturn(memberAt(archive, at, ref(m)));
    if (text(m.name) === "TRAILER!!!") return count;
    const made = unpackMember(root, ref(m));
    if (isErr(made)) {
      klog`cpio: ${text(m.name)} cannot be made, error ${u32(made.code)}`;
      if (made.code === Errno.ENOSPC || made.code === Errno.ENOMEM) return made;
    } else count++;
  }
}
