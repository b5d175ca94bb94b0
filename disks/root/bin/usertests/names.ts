// Names: directories, links, renaming, the working directory, rights, mounts.
import {
  SYS_ACCESS,
  SYS_CHDIR,
  SYS_CHMOD,
  SYS_CHOWN,
  SYS_CLOSE,
  SYS_GETCWD,
  SYS_GETDENTS,
  SYS_LINK,
  SYS_LSTAT,
  SYS_MKDIR,
  SYS_MKNOD,
  SYS_MOUNT,
  SYS_OPEN,
  SYS_READLINK,
  SYS_RENAME,
  SYS_RMDIR,
  SYS_STAT,
  SYS_STATFS,
  SYS_SYMLINK,
  SYS_UMOUNT,
  SYS_UNLINK,
} from "../../../../kernel/abi/calls.ts";
import {
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  R_OK,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  type Stat,
  type StatFs,
  W_OK,
  X_OK,
} from "../../../../kernel/abi/files.ts";
import { call } from "../../../lib/door.ts";
import { equal, expect, fails, KERNEL, NO_FILE, path, test, works } from "./harness.ts";

class Words {
  bytes: Arr<u8, 4096>;
  stat: Stat;
  fs: StatFs;
}
const words = zeroed<Words>();

function one(number: u64, name: string): i64 {
  return call(number, path(name), 0, 0, 0, 0, 0);
}

function two(number: u64, name: string, other: string): i64 {
  return call(number, path(name), path(other), 0, 0, 0, 0);
}

function mkdir(name: string): i64 {
  return call(SYS_MKDIR, path(name), 0o755, 0, 0, 0, 0);
}

function touch(name: string): void {
  const fd = works(call(SYS_OPEN, path(name), u64(O_CREAT | O_RDWR), 0o644, 0, 0, 0), "open");
  call(SYS_CLOSE, fd, 0, 0, 0, 0, 0);
}

function stat(name: string): i64 {
  return call(SYS_STAT, path(name), addr(ref(words.stat)), 0, 0, 0, 0);
}

function lstat(name: string): i64 {
  return call(SYS_LSTAT, path(name), addr(ref(words.stat)), 0, 0, 0, 0);
}

function inode(name: string): i64 {
  equal(stat(name), 0, "stat");
  return i64(words.stat.inode);
}

function cwd(): string {
  const got = works(call(SYS_GETCWD, addr(ref(words.bytes[0])), 4096, 0, 0, 0, 0), "getcwd");
  return text(slice(words.bytes, got - 1));
}

/** Entries of a directory: how many, . and .. among them. */
function entries(name: string): u32 {
  const fd = works(call(SYS_OPEN, path(name), u64(O_RDONLY), 0, 0, 0, 0), "open");
  let count: u32 = 0;
  for (;;) {
    const got = works(call(SYS_GETDENTS, fd, addr(ref(words.bytes[0])), 512, 0, 0, 0), "getdents");
    if (got === 0) break;
    for (let at: usize = 0; at < got; ) {
      count++;
      const step = usize(words.bytes[at + 16]) + (usize(words.bytes[at + 17]) << 8);
      expect(step >= 24 && step % 8 === 0 && at + step <= got, "an entry's length");
      at += step;
    }
  }
  call(SYS_CLOSE, fd, 0, 0, 0, 0, 0);
  return count;
}

export function nameTests(): void {
  test("mkdir and rmdir", () => {
    equal(mkdir("/tmp/d"), 0, "mkdir");
    equal(stat("/tmp/d"), 0, "stat");
    equal(i64(words.stat.mode & S_IFMT), i64(S_IFDIR), "kind");
    equal(i64(words.stat.links), 2, "links");
    equal(one(SYS_RMDIR, "/tmp/d"), 0, "rmdir");
    fails(stat("/tmp/d"), Errno.ENOENT, "afterwards");
  });
  test("mkdir of what is there is EEXIST, in what is not ENOENT", () => {
    fails(mkdir("/tmp"), Errno.EEXIST, "a directory");
    fails(mkdir("/etc/passwd"), Errno.EEXIST, "a file");
    fails(mkdir("/nowhere/d"), Errno.ENOENT, "in nothing");
    fails(mkdir("/etc/passwd/d"), Errno.ENOTDIR, "in a file");
    fails(call(SYS_MKDIR, KERNEL, 0, 0, 0, 0, 0), Errno.EFAULT, "a bad address");
  });
  test("a directory's links count the directories in it", () => {
    mkdir("/tmp/d");
    mkdir("/tmp/d/a");
    mkdir("/tmp/d/b");
    stat("/tmp/d");
    equal(i64(words.stat.links), 4, "links");
    one(SYS_RMDIR, "/tmp/d/a");
    one(SYS_RMDIR, "/tmp/d/b");
    stat("/tmp/d");
    equal(i64(words.stat.links), 2, "links");
    one(SYS_RMDIR, "/tmp/d");
  });
  test("rmdir of what is not empty, no directory, nothing", () => {
    mkdir("/tmp/d");
    touch("/tmp/d/f");
    fails(one(SYS_RMDIR, "/tmp/d"), Errno.ENOTEMPTY, "not empty");
    fails(one(SYS_RMDIR, "/tmp/d/f"), Errno.ENOTDIR, "a file");
    fails(one(SYS_RMDIR, "/tmp/nothing"), Errno.ENOENT, "nothing");
    fails(one(SYS_RMDIR, "/tmp/d/."), Errno.EINVAL, "its own dot");
    one(SYS_UNLINK, "/tmp/d/f");
    equal(one(SYS_RMDIR, "/tmp/d"), 0, "empty");
  });
  test("unlink of a directory and of nothing", () => {
    mkdir("/tmp/d");
    const got = one(SYS_UNLINK, "/tmp/d");
    expect(got === 0 - i64(Errno.EISDIR) || got === 0 - i64(Errno.EPERM), "a directory");
    fails(one(SYS_UNLINK, "/tmp/nothing"), Errno.ENOENT, "nothing");
    fails(one(SYS_UNLINK, "/etc/passwd/x"), Errno.ENOTDIR, "in a file");
    one(SYS_RMDIR, "/tmp/d");
  });
  test("getdents tells all names, in small pieces", () => {
    mkdir("/tmp/d");
    equal(i64(entries("/tmp/d")), 2, "of an empty one");
    const name: Arr<u8, 10> = [47, 116, 109, 112, 47, 100, 47, 120, 0, 0];
    for (let n: u8 = 0; n < 40; n++) {
      name[8] = byte("A") + n;
      const fd = works(call(SYS_OPEN, addr(ref(name[0])), u64(O_CREAT | O_RDWR), 0o644, 0, 0, 0), "open");
      call(SYS_CLOSE, fd, 0, 0, 0, 0, 0);
    }
    equal(i64(entries("/tmp/d")), 42, "of forty files");
    for (let n: u8 = 0; n < 40; n++) {
      name[8] = byte("A") + n;
      equal(call(SYS_UNLINK, addr(ref(name[0])), 0, 0, 0, 0, 0), 0, "unlink");
    }
    equal(i64(entries("/tmp/d")), 2, "afterwards");
    one(SYS_RMDIR, "/tmp/d");
  });
  test("getdents of a file is ENOTDIR, into too little EINVAL, of nothing EBADF", () => {
    const at = addr(ref(words.bytes[0]));
    const file = works(call(SYS_OPEN, path("/etc/passwd"), 0, 0, 0, 0, 0), "open");
    fails(call(SYS_GETDENTS, file, at, 512, 0, 0, 0), Errno.ENOTDIR, "a file");
    const directory = works(call(SYS_OPEN, path("/etc"), 0, 0, 0, 0, 0), "open");
    fails(call(SYS_GETDENTS, directory, at, 4, 0, 0, 0), Errno.EINVAL, "four bytes");
    fails(call(SYS_GETDENTS, directory, KERNEL, 512, 0, 0, 0), Errno.EFAULT, "a bad address");
    fails(call(SYS_GETDENTS, NO_FILE, at, 512, 0, 0, 0), Errno.EBADF, "no file");
  });
  test("a second name for a file", () => {
    touch("/tmp/f");
    equal(two(SYS_LINK, "/tmp/f", "/tmp/g"), 0, "link");
    equal(inode("/tmp/f"), inode("/tmp/g"), "inode");
    equal(i64(words.stat.links), 2, "links");
    one(SYS_UNLINK, "/tmp/f");
    equal(stat("/tmp/g"), 0, "the other name");
    equal(i64(words.stat.links), 1, "links");
    one(SYS_UNLINK, "/tmp/g");
  });
  test("link: to what is there, of a directory, of nothing, across file systems", () => {
    touch("/tmp/f");
    fails(two(SYS_LINK, "/tmp/f", "/etc/passwd"), Errno.EEXIST, "there");
    expect(two(SYS_LINK, "/tmp", "/tmp/g") < 0, "a directory");
    fails(two(SYS_LINK, "/tmp/nothing", "/tmp/g"), Errno.ENOENT, "nothing");
    fails(two(SYS_LINK, "/tmp/f", "/dev/f"), Errno.EXDEV, "into another file system");
    one(SYS_UNLINK, "/tmp/f");
  });
  test("symbolic links are followed, and read", () => {
    equal(two(SYS_SYMLINK, "/etc/passwd", "/tmp/l"), 0, "symlink");
    equal(inode("/tmp/l"), inode("/etc/passwd"), "inode");
    equal(lstat("/tmp/l"), 0, "lstat");
    equal(i64(words.stat.mode & S_IFMT), i64(S_IFLNK), "kind");
    equal(words.stat.bytes, 11, "bytes");
    const got = works(call(SYS_READLINK, path("/tmp/l"), addr(ref(words.bytes[0])), 4096, 0, 0, 0), "readlink");
    expect(text(slice(words.bytes, got)) === "/etc/passwd", "text");
    equal(call(SYS_READLINK, path("/tmp/l"), addr(ref(words.bytes[0])), 4, 0, 0, 0), 4, "cut");
    one(SYS_UNLINK, "/tmp/l");
    equal(stat("/etc/passwd"), 0, "what it led to is there");
  });
  test("symbolic links on the way, relative ones, long ones, rings", () => {
    mkdir("/tmp/d");
    touch("/tmp/d/f");
    equal(two(SYS_SYMLINK, "d", "/tmp/l"), 0, "symlink");
    equal(inode("/tmp/l/f"), inode("/tmp/d/f"), "on the way");
    equal(two(SYS_SYMLINK, "../d/../d/f", "/tmp/d/k"), 0, "symlink");
    equal(inode("/tmp/d/k"), inode("/tmp/d/f"), "dots");
    equal(two(SYS_SYMLINK, "/tmp/././././././././././././././././././././././././././././././././././././d/f", "/tmp/m"), 0, "symlink");
    equal(inode("/tmp/m"), inode("/tmp/d/f"), "of more than 60 bytes");
    two(SYS_SYMLINK, "/tmp/y", "/tmp/x");
    two(SYS_SYMLINK, "/tmp/x", "/tmp/y");
    expect(stat("/tmp/x") < 0, "a ring");
    const names: Arr<string, 6> = ["/tmp/l", "/tmp/m", "/tmp/x", "/tmp/y", "/tmp/d/f", "/tmp/d/k"];
    for (const name of names) equal(one(SYS_UNLINK, name), 0, name);
    one(SYS_RMDIR, "/tmp/d");
  });
  test("readlink of what is no link is EINVAL; symlink to what is there EEXIST", () => {
    fails(call(SYS_READLINK, path("/etc/passwd"), addr(ref(words.bytes[0])), 10, 0, 0, 0), Errno.EINVAL, "readlink");
    fails(two(SYS_SYMLINK, "x", "/etc/passwd"), Errno.EEXIST, "symlink");
    fails(two(SYS_SYMLINK, "", "/tmp/l"), Errno.ENOENT, "to nothing");
  });
  test("rename moves a file, over another one too", () => {
    touch("/tmp/f");
    const number = inode("/tmp/f");
    touch("/tmp/g");
    equal(two(SYS_RENAME, "/tmp/f", "/tmp/g"), 0, "rename");
    equal(inode("/tmp/g"), number, "inode");
    fails(stat("/tmp/f"), Errno.ENOENT, "the old name");
    equal(two(SYS_RENAME, "/tmp/g", "/tmp/g"), 0, "onto itself");
    one(SYS_UNLINK, "/tmp/g");
  });
  test("rename moves a directory, and its dots with it", () => {
    mkdir("/tmp/a");
    mkdir("/tmp/b");
    mkdir("/tmp/a/d");
    touch("/tmp/a/d/f");
    equal(two(SYS_RENAME, "/tmp/a/d", "/tmp/b/e"), 0, "rename");
    equal(inode("/tmp/b/e/.."), inode("/tmp/b"), "its parent");
    stat("/tmp/a");
    equal(i64(words.stat.links), 2, "links of the old one");
    one(SYS_UNLINK, "/tmp/b/e/f");
    const names: Arr<string, 3> = ["/tmp/b/e", "/tmp/b", "/tmp/a"];
    for (const name of names) equal(one(SYS_RMDIR, name), 0, name);
  });
  test("rename: what does not fit", () => {
    mkdir("/tmp/a");
    mkdir("/tmp/a/b");
    touch("/tmp/f");
    fails(two(SYS_RENAME, "/tmp/a", "/tmp/a/b/c"), Errno.EINVAL, "into itself");
    fails(two(SYS_RENAME, "/tmp/f", "/tmp/a"), Errno.EISDIR, "a file over a directory");
    fails(two(SYS_RENAME, "/tmp/a", "/tmp/f"), Errno.ENOTDIR, "a directory over a file");
    fails(two(SYS_RENAME, "/tmp/nothing", "/tmp/x"), Errno.ENOENT, "nothing");
    fails(two(SYS_RENAME, "/tmp/f", "/dev/f"), Errno.EXDEV, "into another file system");
    mkdir("/tmp/c");
    fails(two(SYS_RENAME, "/tmp/c", "/tmp/a"), Errno.ENOTEMPTY, "over one that is not empty");
    equal(two(SYS_RENAME, "/tmp/c", "/tmp/a/b"), 0, "over one that is");
    one(SYS_UNLINK, "/tmp/f");
    one(SYS_RMDIR, "/tmp/a/b");
    one(SYS_RMDIR, "/tmp/a");
  });
  test("the working directory: relative paths begin there", () => {
    mkdir("/tmp/d");
    equal(one(SYS_CHDIR, "/tmp/d"), 0, "chdir");
    expect(cwd() === "/tmp/d", "getcwd");
    touch("here");
    equal(stat("/tmp/d/here"), 0, "a relative name");
    equal(one(SYS_CHDIR, ".."), 0, "up");
    expect(cwd() === "/tmp", "getcwd");
    one(SYS_CHDIR, "/");
    expect(cwd() === "/", "at the root");
    equal(one(SYS_CHDIR, "../../.."), 0, "above the root is the root");
    expect(cwd() === "/", "at the root");
    one(SYS_UNLINK, "/tmp/d/here");
    one(SYS_RMDIR, "/tmp/d");
  });
  test("chdir to a file is ENOTDIR, to nothing ENOENT; getcwd into too little ERANGE", () => {
    fails(one(SYS_CHDIR, "/etc/passwd"), Errno.ENOTDIR, "a file");
    fails(one(SYS_CHDIR, "/nowhere"), Errno.ENOENT, "nothing");
    one(SYS_CHDIR, "/tmp");
    fails(call(SYS_GETCWD, addr(ref(words.bytes[0])), 3, 0, 0, 0, 0), Errno.ERANGE, "getcwd");
    fails(call(SYS_GETCWD, KERNEL, 100, 0, 0, 0, 0), Errno.EFAULT, "a bad address");
  });
  test("paths with dots and many slashes", () => {
    equal(inode("/etc/passwd"), inode("//etc/.///../etc/passwd"), "the same");
    fails(stat("/etc/passwd/"), Errno.ENOTDIR, "a file with a slash behind it");
    equal(stat("/etc/"), 0, "a directory with one");
  });
  test("chmod and chown", () => {
    touch("/tmp/f");
    equal(call(SYS_CHMOD, path("/tmp/f"), 0o4751, 0, 0, 0, 0), 0, "chmod");
    equal(call(SYS_CHOWN, path("/tmp/f"), 12, 34, 0, 0, 0), 0, "chown");
    stat("/tmp/f");
    equal(i64(words.stat.mode & 0o7777), 0o4751, "mode");
    equal(i64(words.stat.uid * 100 + words.stat.gid), 1234, "owner and group");
    equal(call(SYS_CHOWN, path("/tmp/f"), 0xffff_ffff, 56, 0, 0, 0), 0, "only the group");
    stat("/tmp/f");
    equal(i64(words.stat.uid * 100 + words.stat.gid), 1256, "owner and group");
    fails(call(SYS_CHMOD, path("/tmp/nothing"), 0, 0, 0, 0, 0), Errno.ENOENT, "chmod of nothing");
    fails(call(SYS_CHOWN, path("/tmp/nothing"), 0, 0, 0, 0, 0), Errno.ENOENT, "chown of nothing");
    one(SYS_UNLINK, "/tmp/f");
  });
  test("access", () => {
    equal(call(SYS_ACCESS, path("/bin/true"), u64(R_OK | W_OK | X_OK), 0, 0, 0, 0), 0, "of a program");
    fails(call(SYS_ACCESS, path("/etc/passwd"), u64(X_OK), 0, 0, 0, 0), Errno.EACCES, "to run a text");
    fails(call(SYS_ACCESS, path("/nowhere"), 0, 0, 0, 0, 0), Errno.ENOENT, "of nothing");
    fails(call(SYS_ACCESS, path("/etc"), 99, 0, 0, 0, 0), Errno.EINVAL, "of no kind");
  });
  test("mknod makes named pipes, and refuses what is none", () => {
    equal(call(SYS_MKNOD, path("/tmp/p"), u64(S_IFIFO | 0o600), 0, 0, 0, 0), 0, "mknod");
    stat("/tmp/p");
    equal(i64(words.stat.mode & S_IFMT), i64(S_IFIFO), "kind");
    fails(call(SYS_MKNOD, path("/tmp/p"), u64(S_IFIFO | 0o600), 0, 0, 0, 0), Errno.EEXIST, "twice");
    fails(call(SYS_MKNOD, path("/tmp/q"), u64(S_IFDIR | 0o700), 0, 0, 0, 0), Errno.EINVAL, "a directory");
    one(SYS_UNLINK, "/tmp/p");
  });
  test("statfs", () => {
    equal(call(SYS_STATFS, path("/"), addr(ref(words.fs)), 0, 0, 0, 0), 0, "statfs");
    expect(words.fs.blocks > 0 && words.fs.blocksFree <= words.fs.blocks && words.fs.nameMax === 255, "numbers");
    fails(call(SYS_STATFS, path("/nowhere"), addr(ref(words.fs)), 0, 0, 0, 0), Errno.ENOENT, "of nothing");
    fails(call(SYS_STATFS, path("/"), KERNEL, 0, 0, 0, 0), Errno.EFAULT, "a bad address");
  });
  test("mount and umount: what cannot be", () => {
    fails(call(SYS_MOUNT, path("x"), path("/tmp"), path("nonsense"), 0, 0, 0), Errno.ENODEV, "no such kind");
    fails(call(SYS_MOUNT, path("proc"), path("/nowhere"), path("proc"), 0, 0, 0), Errno.ENOENT, "nowhere");
    fails(call(SYS_UMOUNT, path("/etc"), 0, 0, 0, 0, 0), Errno.EINVAL, "nothing mounted");
    fails(call(SYS_UMOUNT, path("/nowhere"), 0, 0, 0, 0, 0), Errno.ENOENT, "nothing there");
  });
  test("mount and umount of /proc elsewhere", () => {
    mkdir("/tmp/proc");
    equal(call(SYS_MOUNT, path("proc"), path("/tmp/proc"), path("proc"), 0, 0, 0), 0, "mount");
    equal(stat("/tmp/proc/uptime"), 0, "what is in it");
    fails(one(SYS_RMDIR, "/tmp/proc"), Errno.EBUSY, "rmdir while it is mounted");
    equal(one(SYS_UMOUNT, "/tmp/proc"), 0, "umount");
    fails(stat("/tmp/proc/uptime"), Errno.ENOENT, "afterwards");
    equal(one(SYS_RMDIR, "/tmp/proc"), 0, "rmdir");
  });
  test("/proc shows this process, and nothing can be made there", () => {
    equal(stat("/proc/1/status"), 0, "of process 1");
    equal(stat("/proc/meminfo"), 0, "meminfo");
    expect(mkdir("/proc/x") < 0, "mkdir");
    fails(stat("/proc/999999"), Errno.ENOENT, "nobody");
  });
}
