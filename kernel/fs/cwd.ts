// The path of a directory. Nobody keeps it: a directory above may be renamed at any time, and then all paths below are other ones. So
// it is found when somebody asks: up by "..", and in each directory the name whose number is that of the one we came from.
import { DIRECTORY_ENTRY_NAME } from "../abi/files.ts";
import { kalloc, kfree } from "../memory/slab.ts";
import type { FileTable } from "./descriptors.ts";
import { isRoot, leaveMount } from "./mount.ts";
import { baseOf } from "./path.ts";
import { drop, type Vnode } from "./vnode.ts";

const ENTRIES: usize = 4096;
const DEPTH_MOST = 2048;

/** The path of a table's directory, with a zero at its end, at the end of `into`. ENOENT when it was removed, ERANGE. */
export function directoryName(table: Ptr<FileTable>, into: Slice<u8>): Res<View<u8>> {
  const page = orReturn(kalloc(ENTRIES));
  using _ = defer(() => kfree(page));
  let at = orReturn(baseOf(table));
  let start = into.length - 1;
  into[start] = 0;
  for (let depth = 0; depth < DEPTH_MOST; depth++) {
    if (isRoot(at)) {
      drop(at);
      if (into[start] === 0) into[--start] = byte("/");
      return into.sub(start, into.length);
    }
    at = leaveMount(at);
    const up = at.ops.lookup(at, bytes(".."));
    if (isErr(up)) {
      drop(at);
      return up;
    }
    const named = nameIn(up, at.inode, slice(page, ENTRIES), into, start);
    drop(at);
    at = up;
    if (isErr(named)) {
      drop(at);
      return named;
    }
    start = named;
  }
  drop(at);
  return err(Errno.ERANGE);
}

/** Puts "/" and the name that an inode has in a directory before `end`: where it begins. */
function nameIn(directory: Ptr<Vnode>, inode: u64, entries: Slice<u8>, into: Slice<u8>, end: usize): Res<usize> {
  let position: u64 = 0;
  if (directory.links === 0) return err(Errno.ENOENT);
  for (;;) {
    const got = orReturn(directory.ops.readDirectory(directory, ref(position), entries));
    if (got === 0) return err(Errno.ENOENT);
    for (let at: usize = 0; at < got; at += numberAt(entries, at + 16, 2)) {
      if (numberAt(entries, at, 8) !== inode) continue;
      let length: usize = 0;
      while (entries[at + DIRECTORY_ENTRY_NAME + length] !== 0) length++;
      const name = entries.sub(at + DIRECTORY_ENTRY_NAME, at + DIRECTORY_ENTRY_NAME + length);
      if (text(name) === "." || text(name) === "..") continue;
      if (length + 1 > end) return err(Errno.ERANGE);
      const start = end - length - 1;
      into[start] = byte("/");
      copySlice(into.sub(start + 1, end), name);
      return start;
    }
  }
}

function numberAt(bytes: View<u8>, at: usize, count: usize): u64 {
  let value: u64 = 0;
  for (let i: usize = 0; i < count; i++) value |= u64(bytes[at + i]) << (i * 8);
  return value;
}
