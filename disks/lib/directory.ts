// Reading directories: names with their kinds, "." and ".." left out unless somebody asks.

import { O_CLOEXEC, O_DIRECTORY, O_RDONLY, DIRECTORY_ENTRY_NAME, type DirectoryEntry } from "../../kernel/abi/files.ts";
import { textAt } from "./c-text.ts";
import { keep } from "./heap.ts";
import { List } from "./list.ts";
import { sort } from "./sort.ts";
import { close, getdents, open } from "./sys.ts";
import { compare, Text } from "./text.ts";

export class Directory {
  private fd: i32;
  private at: usize;
  private end: usize;
  /** Of the entry that came last; the name is good until the next. */
  name: string;
  /** DT_* */
  kind: u8;
  inode: u64;
  private buffer: Arr<u64, 512>;

  open(path: string): Res<void> {
    this.fd = orReturn(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
    this.at = 0;
    this.end = 0;
  }

  /** The next entry, in the file system's order; false after the last. */
  next(): Res<boolean> {
    const room = slice(unsafe.cast<Ptr<u8>>(ref(this.buffer[0])), 4096);
    if (this.at === this.end) {
      this.end = orReturn(getdents(this.fd, room));
      this.at = 0;
      if (this.end === 0) return false;
    }
    const entry = unsafe.cast<Ptr<DirectoryEntry>>(ref(room[this.at]));
    this.name = textAt(ref(room[this.at + DIRECTORY_ENTRY_NAME]));
    this.kind = entry.kind;
    this.inode = entry.inode;
    this.at += usize(entry.bytes);
    return true;
  }

  close(): void {
    ignore(close(this.fd), "it was only read");
  }
}

/** All names of a directory but "." and "..", sorted by bytes, on the heap. */
export function namesIn(path: string, into: Ptr<List<string>>): Res<void> {
  const directory = zeroed<Directory>();
  orReturn(directory.open(path));
  using _ = defer(() => directory.close());
  while (orReturn(directory.next())) {
    if (directory.name !== "." && directory.name !== "..") into.push(keep(directory.name));
  }
  sort(into.items(), (x, y) => compare(x, y) < 0);
}

/** `folder/name`, on the heap. */
export function joinPath(folder: string, name: string): string {
  const path = zeroed<Text>();
  path.add(folder);
  if (folder.length > 0 && folder[folder.length - 1] !== byte("/")) path.put(byte("/"));
  path.add(name);
  return path.view();
}
