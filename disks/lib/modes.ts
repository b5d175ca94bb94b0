// The mode of a file as ls shows it: drwxr-xr-x.

import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK, S_ISGID, S_ISUID, S_ISVTX } from "../../kernel/abi/files.ts";

export class ModeText {
  bytes: Arr<u8, 10>;

  of(mode: u32): string {
    this.bytes[0] = kindLetter(mode);
    for (let i: u32 = 0; i < 9; i++) this.bytes[1 + i] = ((mode >> (8 - i)) & 1) !== 0 ? "rwx"[i % 3] : byte("-");
    this.special(3, mode & S_ISUID, byte("s"));
    this.special(6, mode & S_ISGID, byte("s"));
    this.special(9, mode & S_ISVTX, byte("t"));
    return text(slice(this.bytes));
  }

  private special(at: usize, set: u32, letter: u8): void {
    if (set !== 0) this.bytes[at] = this.bytes[at] === byte("x") ? letter : letter - 32;
  }
}

function kindLetter(mode: u32): u8 {
  switch (mode & S_IFMT) {
    case S_IFDIR: return byte("d");
    case S_IFLNK: return byte("l");
    case S_IFCHR: return byte("c");
    case S_IFBLK: return byte("b");
    case S_IFIFO: return byte("p");
    case S_IFSOCK: return byte("s");
    default: return byte("-");
  }
}

export function isDirectory(mode: u32): boolean {
  return (mode & S_IFMT) === S_IFDIR;
}
export function isLink(mode: u32): boolean {
  return (mode & S_IFMT) === S_IFLNK;
}
