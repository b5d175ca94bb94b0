// Open files: open, read, write, places, descriptors, sizes, times.
import {
  SYS_CLOSE,
  SYS_DUP,
  SYS_DUP2,
  SYS_FCNTL,
  SYS_FSTAT,
  SYS_FSYNC,
  SYS_FTRUNCATE,
  SYS_IOCTL,
  SYS_LSEEK,
  SYS_OPEN,
  SYS_PREAD,
  SYS_PWRITE,
  SYS_READ,
  SYS_STAT,
  SYS_SYMLINK,
  SYS_TRUNCATE,
  SYS_UMASK,
  SYS_UNLINK,
  SYS_UTIMES,
  SYS_WRITE,
} from "../../../../kernel/abi/calls.ts";
import {
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  FD_CLOEXEC,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  S_IFMT,
  S_IFREG,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  type Stat,
  type TimeSpec,
} from "../../../../kernel/abi/files.ts";
import { call } from "../../../lib/door.ts";
import { end, equal, expect, fails, inChild, KERNEL, NO_FILE, NOWHERE, path, test, works } from "./harness.ts";

const NAME = "/tmp/file";

class Words {
  bytes: Arr<u8, 8192>;
  stat: Stat;
  times: Arr<TimeSpec, 2>;
}
const words = zeroed<Words>();

function open(name: string, flags: u32): i64 {
  return call(SYS_OPEN, path(name), u64(flags), 0o644, 0, 0, 0);
}

function close(fd: u64): i64 {
  return call(SYS_CLOSE, fd, 0, 0, 0, 0, 0);
}

function fresh(): u64 {
  return works(open(NAME, O_CREAT | O_RDWR | O_TRUNC), "open");
}

function gone(): void {
  call(SYS_UNLINK, path(NAME), 0, 0, 0, 0, 0);
}

function put(fd: u64, t: string): void {
  equal(call(SYS_WRITE, fd, addr(t), t.length, 0, 0, 0), i64(t.length), "write");
}

/** Reads so much at once and compares. */
function gives(fd: u64, wanted: string): void {
  const got = works(call(SYS_READ, fd, addr(ref(words.bytes[0])), words.bytes.length, 0, 0, 0), "read");
  expect(text(slice(words.bytes, got)) === wanted, wanted);
}

function seek(fd: u64, offset: i64, whence: u32): i64 {
  return call(SYS_LSEEK, fd, u64(offset), u64(whence), 0, 0, 0);
}

function sizeOfFile(fd: u64): i64 {
  equal(call(SYS_FSTAT, fd, addr(ref(words.stat)), 0, 0, 0, 0), 0, "fstat");
  return words.stat.bytes;
}

function fcntl(fd: u64, what: u32, argument: u64): i64 {
  return call(SYS_FCNTL, fd, u64(what), argument, 0, 0, 0);
}

export function fileTests(): void {
  test("what is written is read", () => {
    const fd = fresh();
    put(fd, "hello, file");
    equal(seek(fd, 0, SEEK_SET), 0, "lseek");
    gives(fd, "hello, file");
    gives(fd, "");
    gone();
  });
  test("open gives the smallest free descriptor", () => {
    const first = fresh();
    const second = works(open(NAME, O_RDONLY), "open");
    equal(i64(second), i64(first) + 1, "the next one");
    close(first);
    equal(open(NAME, O_RDONLY), i64(first), "the one that is free");
    gone();
  });
  test("open of what is not there is ENOENT", () => {
    fails(open("/tmp/nothing", O_RDONLY), Errno.ENOENT, "open");
    fails(open("/nowhere/file", O_CREAT | O_RDWR), Errno.ENOENT, "in no directory");
    fails(open("", O_RDONLY), Errno.ENOENT, "an empty path");
  });
  test("open with O_EXCL of what is there is EEXIST", () => {
    fresh();
    fails(open(NAME, O_CREAT | O_EXCL | O_RDWR), Errno.EEXIST, "open");
    gone();
    works(open(NAME, O_CREAT | O_EXCL | O_RDWR), "when it is not");
    gone();
  });
  test("open of directories", () => {
    fails(open("/tmp", O_RDWR), Errno.EISDIR, "for writing");
    works(open("/tmp", O_RDONLY | O_DIRECTORY), "for reading");
    fails(open("/etc/passwd", O_RDONLY | O_DIRECTORY), Errno.ENOTDIR, "of a file as directory");
    fails(open("/etc/passwd/x", O_RDONLY), Errno.ENOTDIR, "in a file");
  });
  test("open with bad addresses and long names", () => {
    fails(call(SYS_OPEN, NOWHERE, 0, 0, 0, 0, 0), Errno.EFAULT, "nowhere");
    fails(call(SYS_OPEN, KERNEL, 0, 0, 0, 0, 0), Errno.EFAULT, "in the kernel");
    for (let n: usize = 0; n < 5000; n++) words.bytes[n] = byte("a");
    fails(call(SYS_OPEN, addr(ref(words.bytes[0])), 0, 0, 0, 0, 0), Errno.ENAMETOOLONG, "a path of 5000 bytes");
    words.bytes[0] = byte("/");
    words.bytes[300] = 0;
    fails(call(SYS_OPEN, addr(ref(words.bytes[0])), 0, 0, 0, 0, 0), Errno.ENAMETOOLONG, "a name of 299 bytes");
  });
  test("O_TRUNC empties a file", () => {
    put(fresh(), "something");
    equal(sizeOfFile(works(open(NAME, O_RDWR | O_TRUNC), "open")), 0, "bytes");
    gone();
  });
  test("O_APPEND writes at the end, wherever the place is", () => {
    put(fresh(), "abc");
    const fd = works(open(NAME, O_RDWR | O_APPEND), "open");
    seek(fd, 0, SEEK_SET);
    put(fd, "def");
    seek(fd, 0, SEEK_SET);
    gives(fd, "abcdef");
    gone();
  });
  test("the umask takes rights away, and umask tells the one before", () => {
    const before = call(SYS_UMASK, 0o077, 0, 0, 0, 0, 0);
    equal(sizeOfFile(works(call(SYS_OPEN, path(NAME), u64(O_CREAT | O_RDWR), 0o666, 0, 0, 0), "open")), 0, "bytes");
    equal(i64(words.stat.mode & 0o777), 0o600, "mode");
    equal(call(SYS_UMASK, u64(before), 0, 0, 0, 0, 0), 0o077, "umask");
    gone();
  });
  test("reading a file that is open for writing, and the reverse, is EBADF", () => {
    fresh();
    const writing = works(open(NAME, O_WRONLY), "open");
    const reading = works(open(NAME, O_RDONLY), "open");
    fails(call(SYS_READ, writing, addr(ref(words.bytes[0])), 1, 0, 0, 0), Errno.EBADF, "read");
    fails(call(SYS_WRITE, reading, addr(ref(words.bytes[0])), 1, 0, 0, 0), Errno.EBADF, "write");
    gone();
  });
  test("calls with descriptors of no file are EBADF", () => {
    const at = addr(ref(words.bytes[0]));
    const none: Arr<u64, 3> = [NO_FILE, 100_000, u64(-1)];
    for (const fd of none) {
      fails(call(SYS_READ, fd, at, 1, 0, 0, 0), Errno.EBADF, "read");
      fails(call(SYS_WRITE, fd, at, 1, 0, 0, 0), Errno.EBADF, "write");
      fails(close(fd), Errno.EBADF, "close");
      fails(seek(fd, 0, SEEK_SET), Errno.EBADF, "lseek");
      fails(call(SYS_DUP, fd, 0, 0, 0, 0, 0), Errno.EBADF, "dup");
      fails(call(SYS_DUP2, fd, 5, 0, 0, 0, 0), Errno.EBADF, "dup2");
      fails(call(SYS_FSTAT, fd, at, 0, 0, 0, 0), Errno.EBADF, "fstat");
      fails(call(SYS_FTRUNCATE, fd, 0, 0, 0, 0, 0), Errno.EBADF, "ftruncate");
      fails(call(SYS_FSYNC, fd, 0, 0, 0, 0, 0), Errno.EBADF, "fsync");
      fails(fcntl(fd, F_GETFD, 0), Errno.EBADF, "fcntl");
      fails(call(SYS_IOCTL, fd, 0, 0, 0, 0, 0), Errno.EBADF, "ioctl");
    }
  });
  test("read and write with bad addresses are EFAULT, and change nothing", () => {
    const fd = fresh();
    put(fd, "0123456789");
    seek(fd, 0, SEEK_SET);
    fails(call(SYS_READ, fd, KERNEL, 10, 0, 0, 0), Errno.EFAULT, "read");
    fails(call(SYS_WRITE, fd, KERNEL, 10, 0, 0, 0), Errno.EFAULT, "write");
    fails(call(SYS_READ, fd, u64(-5), 10, 0, 0, 0), Errno.EFAULT, "around the end of all addresses");
    equal(sizeOfFile(fd), 10, "bytes");
    gone();
  });
  test("nothing read and nothing written is nothing", () => {
    const fd = fresh();
    equal(call(SYS_WRITE, fd, addr(ref(words.bytes[0])), 0, 0, 0, 0), 0, "write");
    equal(call(SYS_READ, fd, addr(ref(words.bytes[0])), 0, 0, 0, 0), 0, "read");
    gone();
  });
  test("lseek from the start, from here, from the end", () => {
    const fd = fresh();
    put(fd, "0123456789");
    equal(seek(fd, 3, SEEK_SET), 3, "from the start");
    equal(seek(fd, 2, SEEK_CUR), 5, "from here");
    equal(seek(fd, -1, SEEK_END), 9, "from the end");
    gives(fd, "9");
    gone();
  });
  test("lseek: before the start and unknown directions are EINVAL", () => {
    const fd = fresh();
    fails(seek(fd, -1, SEEK_SET), Errno.EINVAL, "before the start");
    fails(seek(fd, -1, SEEK_CUR), Errno.EINVAL, "before the start from here");
    fails(seek(fd, 0, 9), Errno.EINVAL, "direction");
    equal(seek(fd, 0, SEEK_CUR), 0, "nothing has moved");
    gone();
  });
  test("a hole in a file reads as zeros", () => {
    const fd = fresh();
    equal(seek(fd, 1_000_000, SEEK_SET), 1_000_000, "lseek");
    put(fd, "end");
    equal(sizeOfFile(fd), 1_000_003, "bytes");
    expect(words.stat.blocks < 200, "the hole takes no blocks");
    seek(fd, 500_000, SEEK_SET);
    equal(call(SYS_READ, fd, addr(ref(words.bytes[0])), 100, 0, 0, 0), 100, "read");
    for (let n: usize = 0; n < 100; n++) expect(words.bytes[n] === 0, "zero");
    gone();
  });
  test("pread and pwrite leave the place alone", () => {
    const fd = fresh();
    put(fd, "0123456789");
    equal(call(SYS_PWRITE, fd, addr("xy"), 2, 4, 0, 0), 2, "pwrite");
    equal(seek(fd, 0, SEEK_CUR), 10, "the place");
    equal(call(SYS_PREAD, fd, addr(ref(words.bytes[0])), 4, 3, 0, 0), 4, "pread");
    expect(text(slice(words.bytes, 4)) === "3xy6", "bytes");
    fails(call(SYS_PREAD, fd, addr(ref(words.bytes[0])), 1, u64(-1), 0, 0), Errno.EINVAL, "before the start");
    equal(call(SYS_PREAD, fd, addr(ref(words.bytes[0])), 1, 100, 0, 0), 0, "behind the end");
    gone();
  });
  test("dup shares the place, open does not", () => {
    const fd = fresh();
    put(fd, "abc");
    const twin = works(call(SYS_DUP, fd, 0, 0, 0, 0, 0), "dup");
    seek(fd, 1, SEEK_SET);
    gives(twin, "bc");
    gives(works(open(NAME, O_RDONLY), "open"), "abc");
    gone();
  });
  test("fork shares the place", () => {
    const fd = fresh();
    inChild(() => put(fd, "child "));
    put(fd, "parent");
    seek(fd, 0, SEEK_SET);
    gives(fd, "child parent");
    gone();
  });
  test("dup2 closes what was there", () => {
    const fd = fresh();
    put(fd, "abc");
    const other = works(open("/etc/passwd", O_RDONLY), "open");
    equal(call(SYS_DUP2, fd, other, 0, 0, 0, 0), i64(other), "dup2");
    equal(seek(other, 0, SEEK_CUR), 3, "the same place");
    equal(call(SYS_DUP2, fd, fd, 0, 0, 0, 0), i64(fd), "onto itself");
    fails(call(SYS_DUP2, fd, 100_000, 0, 0, 0, 0), Errno.EBADF, "beyond all");
    gone();
  });
  test("fcntl dups from a number on", () => {
    const fd = fresh();
    equal(fcntl(fd, F_DUPFD, 30), 30, "F_DUPFD");
    equal(fcntl(fd, F_DUPFD_CLOEXEC, 30), 31, "F_DUPFD_CLOEXEC");
    equal(fcntl(30, F_GETFD, 0), 0, "flags");
    equal(fcntl(31, F_GETFD, 0), i64(FD_CLOEXEC), "flags");
    fails(fcntl(fd, F_DUPFD, 100_000), Errno.EINVAL, "beyond all");
    fails(fcntl(fd, 999, 0), Errno.EINVAL, "no such thing");
    gone();
  });
  test("fcntl tells and sets flags", () => {
    const fd = works(open(NAME, O_CREAT | O_RDWR | O_APPEND), "open");
    equal(fcntl(fd, F_GETFL, 0) & 0x403, i64(O_RDWR | O_APPEND), "F_GETFL");
    equal(fcntl(fd, F_SETFL, u64(O_NONBLOCK)), 0, "F_SETFL");
    equal(fcntl(fd, F_GETFL, 0) & 0xc03, i64(O_RDWR | O_NONBLOCK), "what may change, has");
    equal(fcntl(fd, F_SETFD, u64(FD_CLOEXEC)), 0, "F_SETFD");
    equal(fcntl(fd, F_GETFD, 0), i64(FD_CLOEXEC), "F_GETFD");
    gone();
  });
  test("O_CLOEXEC: the flag is there, dup's is not", () => {
    const fd = works(open(NAME, O_CREAT | O_RDWR | O_CLOEXEC), "open");
    equal(fcntl(fd, F_GETFD, 0), i64(FD_CLOEXEC), "F_GETFD");
    equal(fcntl(works(call(SYS_DUP, fd, 0, 0, 0, 0, 0), "dup"), F_GETFD, 0), 0, "of the twin");
    gone();
  });
  test("as many files as a process may have, and no more", () => {
    let count: u32 = 0;
    let last: i64 = 0;
    for (; count < 2000; count++) {
      last = open("/etc/passwd", O_RDONLY);
      if (last < 0) break;
    }
    fails(last, Errno.EMFILE, "one too many");
    expect(count >= 200, "at least 200");
  });
  test("truncate makes files shorter and longer", () => {
    const fd = fresh();
    put(fd, "0123456789");
    equal(call(SYS_FTRUNCATE, fd, 4, 0, 0, 0, 0), 0, "ftruncate");
    equal(sizeOfFile(fd), 4, "shorter");
    equal(call(SYS_TRUNCATE, path(NAME), 8, 0, 0, 0, 0), 0, "truncate");
    seek(fd, 0, SEEK_SET);
    gives(fd, "0123\0\0\0\0");
    fails(call(SYS_FTRUNCATE, fd, u64(-1), 0, 0, 0, 0), Errno.EINVAL, "below nothing");
    fails(call(SYS_TRUNCATE, path("/tmp"), 0, 0, 0, 0, 0), Errno.EISDIR, "a directory");
    fails(call(SYS_TRUNCATE, path("/tmp/nothing"), 0, 0, 0, 0, 0), Errno.ENOENT, "nothing");
    gone();
  });
  test("a removed file is there as long as somebody has it open", () => {
    const fd = fresh();
    put(fd, "still here");
    gone();
    seek(fd, 0, SEEK_SET);
    gives(fd, "still here");
    fails(open(NAME, O_RDONLY), Errno.ENOENT, "its name is gone");
    sizeOfFile(fd);
    equal(i64(words.stat.links), 0, "links");
  });
  test("stat tells kind, size and links", () => {
    put(fresh(), "12345");
    equal(call(SYS_STAT, path(NAME), addr(ref(words.stat)), 0, 0, 0, 0), 0, "stat");
    equal(i64(words.stat.mode & S_IFMT), i64(S_IFREG), "kind");
    equal(words.stat.bytes, 5, "bytes");
    equal(i64(words.stat.links), 1, "links");
    expect(words.stat.inode !== 0 && words.stat.modified.seconds > 0, "inode and time");
    fails(call(SYS_STAT, path(NAME), KERNEL, 0, 0, 0, 0), Errno.EFAULT, "a bad address");
    fails(call(SYS_STAT, path("/tmp/nothing"), addr(ref(words.stat)), 0, 0, 0, 0), Errno.ENOENT, "nothing");
    gone();
  });
  test("utimes sets times, and refuses what are none", () => {
    fresh();
    words.times[0].seconds = 1_000_000_000;
    words.times[1].seconds = 1_234_567_890;
    words.times[1].nanoseconds = 500;
    equal(call(SYS_UTIMES, path(NAME), addr(ref(words.times[0])), 0, 0, 0, 0), 0, "utimes");
    equal(call(SYS_STAT, path(NAME), addr(ref(words.stat)), 0, 0, 0, 0), 0, "stat");
    equal(words.stat.accessed.seconds, 1_000_000_000, "accessed");
    equal(words.stat.modified.seconds, 1_234_567_890, "modified");
    words.times[0].nanoseconds = 1_000_000_000;
    fails(call(SYS_UTIMES, path(NAME), addr(ref(words.times[0])), 0, 0, 0, 0), Errno.EINVAL, "too many nanoseconds");
    fails(call(SYS_UTIMES, path(NAME), KERNEL, 0, 0, 0, 0), Errno.EFAULT, "a bad address");
    equal(call(SYS_UTIMES, path(NAME), 0, 0, 0, 0, 0), 0, "now");
    gone();
  });
  test("fsync works for files", () => {
    const fd = fresh();
    put(fd, "safe");
    equal(call(SYS_FSYNC, fd, 0, 0, 0, 0, 0), 0, "fsync");
    gone();
  });
  test("ioctl of a file is ENOTTY", () => {
    fails(call(SYS_IOCTL, fresh(), 0x5401, addr(ref(words.bytes[0])), 0, 0, 0), Errno.ENOTTY, "ioctl");
    gone();
  });
  test("a large file, in pieces of all sizes", () => {
    const fd = fresh();
    let sum: u64 = 0;
    let written: u64 = 0;
    for (let round: u64 = 1; round < 120; round++) {
      const length = (round * 97) % 8192;
      for (let n: usize = 0; n < length; n++) words.bytes[n] = u8(written + u64(n));
      equal(call(SYS_WRITE, fd, addr(ref(words.bytes[0])), length, 0, 0, 0), i64(length), "write");
      written += length;
    }
    seek(fd, 0, SEEK_SET);
    for (;;) {
      const got = works(call(SYS_READ, fd, addr(ref(words.bytes[0])), 1000, 0, 0, 0), "read");
      if (got === 0) break;
      for (let n: usize = 0; n < got; n++) expect(words.bytes[n] === u8(sum + u64(n)), "byte");
      sum += got;
    }
    equal(i64(sum), i64(written), "bytes");
    gone();
  });
  test("a symbolic link is not opened with O_NOFOLLOW", () => {
    equal(call(SYS_SYMLINK, path("/etc/passwd"), path("/tmp/link"), 0, 0, 0, 0), 0, "symlink");
    fails(open("/tmp/link", O_RDONLY | O_NOFOLLOW), Errno.ELOOP, "open");
    works(open("/tmp/link", O_RDONLY), "without");
    call(SYS_UNLINK, path("/tmp/link"), 0, 0, 0, 0, 0);
  });
  test("/dev/null, /dev/zero and /dev/full", () => {
    const null_ = works(open("/dev/null", O_RDWR), "open");
    put(null_, "away");
    gives(null_, "");
    const zero = works(open("/dev/zero", O_RDONLY), "open");
    words.bytes[5] = 1;
    equal(call(SYS_READ, zero, addr(ref(words.bytes[0])), 100, 0, 0, 0), 100, "read");
    expect(words.bytes[5] === 0, "zero");
    const full = works(open("/dev/full", O_RDWR), "open");
    fails(call(SYS_WRITE, full, addr(ref(words.bytes[0])), 1, 0, 0, 0), Errno.ENOSPC, "write");
  });
  test("two processes append, and nothing is lost", () => {
    fresh();
    for (let child: u32 = 0; child < 3; child++) {
      if (call(7, 0, 0, 0, 0, 0, 0) === 0) {
        const fd = works(open(NAME, O_WRONLY | O_APPEND), "open");
        for (let n: u32 = 0; n < 50; n++) put(fd, "0123456789");
        end(0);
      }
    }
    for (let child: u32 = 0; child < 3; child++) expect(call(9, u64(-1), 0, 0, 0, 0, 0) > 0, "wait");
    equal(sizeOfFile(works(open(NAME, O_RDONLY), "open")), 1500, "bytes");
    gone();
  });
}
