// What files look like from a program. Numbers and layouts are those of Linux on x86-64 where the meaning is the same, so
// that C sources and habits fit.

// open
export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_ACCMODE = 3;
export const O_CREAT = 0x40;
export const O_EXCL = 0x80;
export const O_NOCTTY = 0x100;
export const O_TRUNC = 0x200;
export const O_APPEND = 0x400;
export const O_NONBLOCK = 0x800;
export const O_DIRECTORY = 0x1_0000;
export const O_NOFOLLOW = 0x2_0000;
export const O_CLOEXEC = 0x8_0000;

// lseek
export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;

// fcntl
export const F_DUPFD = 0;
export const F_GETFD = 1;
export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_DUPFD_CLOEXEC = 1030;
export const FD_CLOEXEC = 1;

// access
export const F_OK = 0;
export const X_OK = 1;
export const W_OK = 2;
export const R_OK = 4;

// The mode of a file: its kind, and who may what.
export const S_IFMT = 0xf000;
export const S_IFSOCK = 0xc000;
export const S_IFLNK = 0xa000;
export const S_IFREG = 0x8000;
export const S_IFBLK = 0x6000;
export const S_IFDIR = 0x4000;
export const S_IFCHR = 0x2000;
export const S_IFIFO = 0x1000;
export const S_ISUID = 0x800;
export const S_ISGID = 0x400;
export const S_ISVTX = 0x200;

/** Kinds in directory entries: S_IFMT >> 12. */
export const DT_UNKNOWN = 0;
export const DT_FIFO = 1;
export const DT_CHR = 2;
export const DT_DIR = 4;
export const DT_BLK = 6;
export const DT_REG = 8;
export const DT_LNK = 10;

/** Longest path with its zero, longest name, most symbolic links on the way to a file. */
export const PATH_MAX = 4096;
export const NAME_MAX = 255;
export const LINKS_MAX = 40;

/** Seconds since 1970 (or since the machine started, see CLOCK_*) and nanoseconds beyond them. */
export class TimeSpec {
  seconds: i64;
  nanoseconds: i64;
}

@size(144)
export class Stat {
  device: u64;
  inode: u64;
  links: u64;
  mode: u32;
  uid: u32;
  gid: u32;
  @at(40) specialDevice: u64;
  bytes: i64;
  blockBytes: i64;
  /** Of 512 bytes. */
  blocks: i64;
  accessed: TimeSpec;
  modified: TimeSpec;
  changed: TimeSpec;
}

/** What getdents puts into the buffer, one behind the other; the name with its zero follows, up to `bytes`, a multiple of 8. */
@packed
export class DirectoryEntry {
  inode: u64;
  /** For lseek: where the entry behind this one begins. */
  next: i64;
  bytes: u16;
  /** DT_* */
  kind: u8;
}
/** Where a directory entry's name begins. */
export const DIRECTORY_ENTRY_NAME = 19;

@size(120)
export class StatFs {
  kind: u64;
  blockBytes: u64;
  blocks: u64;
  blocksFree: u64;
  blocksAvailable: u64;
  files: u64;
  filesFree: u64;
  id: u64;
  nameMax: u64;
  fragmentBytes: u64;
  flags: u64;
}

// mount
export const MS_RDONLY = 1;

/** poll, one for each file. */
export class PollFd {
  fd: i32;
  events: u16;
  revents: u16;
}
export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLHUP = 0x10;
export const POLLNVAL = 0x20;
