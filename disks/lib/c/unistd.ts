// The system calls by the names that C programs know: <unistd.h>, <fcntl.h> and their neighbours. Arguments go to the kernel
// as they are, because its numbers and structures are those that C programs expect (kernel/abi).

import {
  SYS_ACCESS, SYS_ALARM, SYS_CHDIR, SYS_CHMOD, SYS_CHOWN, SYS_CLOSE, SYS_DUP, SYS_DUP2, SYS_EXIT, SYS_FCNTL, SYS_FORK,
  SYS_FSTAT, SYS_FSYNC, SYS_FTRUNCATE, SYS_GETCWD, SYS_GETPGID, SYS_GETPID, SYS_GETPPID, SYS_GETRANDOM, SYS_IOCTL, SYS_LINK,
  SYS_LSEEK, SYS_LSTAT, SYS_MKDIR, SYS_MKNOD, SYS_MMAP, SYS_MOREMEM, SYS_MPROTECT, SYS_MSYNC, SYS_MUNMAP, SYS_NICE, SYS_OPEN,
  SYS_PIPE, SYS_POLL, SYS_PREAD, SYS_PWRITE, SYS_READ, SYS_READLINK, SYS_RENAME, SYS_RMDIR, SYS_SETPGID, SYS_SETSID, SYS_SLEEP,
  SYS_STAT, SYS_SYMLINK, SYS_SYNC, SYS_TRUNCATE, SYS_UMASK, SYS_UNAME, SYS_UNLINK, SYS_WAIT, SYS_WRITE, SYS_YIELD,
} from "../../../kernel/abi/calls.ts";
import type { PollFd, Stat } from "../../../kernel/abi/files.ts";
import type { SystemNames } from "../../../kernel/abi/processes.ts";
import { TCGETS, TCSETS, type Termios } from "../../../kernel/abi/terminal.ts";
import { call } from "../door.ts";
import { malloc } from "../heap.ts";
import { outcome, outcome32, setErrno } from "./errno.ts";

/// <sys/types.h>
/*h
#include <stddef.h>
#include <stdint.h>
typedef long ssize_t;
typedef long off_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int mode_t;
typedef unsigned long dev_t;
typedef unsigned long ino_t;
typedef unsigned long nlink_t;
typedef long blksize_t;
typedef long blkcnt_t;
typedef long time_t;
typedef long suseconds_t;
typedef unsigned int useconds_t;
*/

/// <unistd.h>
/*h
#include <sys/types.h>
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define environ (*__environ_location())
*/
/// SEEK_* F_OK X_OK W_OK R_OK from kernel/abi/files.ts

/// void _exit(int status) __attribute__((noreturn));
export function leave(status: i32): never {
  attr(symbol("_exit"));
  for (;;) call(SYS_EXIT, u64(status), 0, 0, 0, 0, 0);
}

/// ssize_t read(int fd, void *into, size_t bytes);
export function read(fd: i32, into: Ptr<u8>, bytes: usize): i64 {
  attr(symbol("read"));
  return outcome(call(SYS_READ, u64(fd), addr(into), bytes, 0, 0, 0));
}
/// ssize_t write(int fd, const void *from, size_t bytes);
export function write(fd: i32, from: Ptr<u8>, bytes: usize): i64 {
  attr(symbol("write"));
  return outcome(call(SYS_WRITE, u64(fd), addr(from), bytes, 0, 0, 0));
}
/// ssize_t pread(int fd, void *into, size_t bytes, off_t offset);
export function pread(fd: i32, into: Ptr<u8>, bytes: usize, offset: i64): i64 {
  attr(symbol("pread"));
  return outcome(call(SYS_PREAD, u64(fd), addr(into), bytes, u64(offset), 0, 0));
}
/// ssize_t pwrite(int fd, const void *from, size_t bytes, off_t offset);
export function pwrite(fd: i32, from: Ptr<u8>, bytes: usize, offset: i64): i64 {
  attr(symbol("pwrite"));
  return outcome(call(SYS_PWRITE, u64(fd), addr(from), bytes, u64(offset), 0, 0));
}
/// int close(int fd);
export function close(fd: i32): i32 {
  attr(symbol("close"));
  return outcome32(call(SYS_CLOSE, u64(fd), 0, 0, 0, 0, 0));
}
/// off_t lseek(int fd, off_t offset, int whence);
export function lseek(fd: i32, offset: i64, whence: i32): i64 {
  attr(symbol("lseek"));
  return outcome(call(SYS_LSEEK, u64(fd), u64(offset), u64(whence), 0, 0, 0));
}
/// int dup(int fd);
export function dup(fd: i32): i32 {
  attr(symbol("dup"));
  return outcome32(call(SYS_DUP, u64(fd), 0, 0, 0, 0, 0));
}
/// int dup2(int from, int to);
export function dup2(from: i32, to: i32): i32 {
  attr(symbol("dup2"));
  return outcome32(call(SYS_DUP2, u64(from), u64(to), 0, 0, 0, 0));
}
/// int pipe(int ends[2]);
export function pipe(ends: Ptr<i32>): i32 {
  attr(symbol("pipe"));
  return outcome32(call(SYS_PIPE, addr(ends), 0, 0, 0, 0, 0));
}
/// int access(const char *path, int mode);
export function access(path: Ptr<u8>, mode: i32): i32 {
  attr(symbol("access"));
  return outcome32(call(SYS_ACCESS, addr(path), u64(mode), 0, 0, 0, 0));
}
/// int link(const char *from, const char *to);
export function link(from: Ptr<u8>, to: Ptr<u8>): i32 {
  attr(symbol("link"));
  return outcome32(call(SYS_LINK, addr(from), addr(to), 0, 0, 0, 0));
}
/// int symlink(const char *target, const char *path);
export function symlink(target: Ptr<u8>, path: Ptr<u8>): i32 {
  attr(symbol("symlink"));
  return outcome32(call(SYS_SYMLINK, addr(target), addr(path), 0, 0, 0, 0));
}
/// ssize_t readlink(const char *path, char *into, size_t bytes);
export function readlink(path: Ptr<u8>, into: Ptr<u8>, bytes: usize): i64 {
  attr(symbol("readlink"));
  return outcome(call(SYS_READLINK, addr(path), addr(into), bytes, 0, 0, 0));
}
/// int unlink(const char *path);
export function unlink(path: Ptr<u8>): i32 {
  attr(symbol("unlink"));
  return outcome32(call(SYS_UNLINK, addr(path), 0, 0, 0, 0, 0));
}
/// int rmdir(const char *path);
export function rmdir(path: Ptr<u8>): i32 {
  attr(symbol("rmdir"));
  return outcome32(call(SYS_RMDIR, addr(path), 0, 0, 0, 0, 0));
}
/// int chdir(const char *path);
export function chdir(path: Ptr<u8>): i32 {
  attr(symbol("chdir"));
  return outcome32(call(SYS_CHDIR, addr(path), 0, 0, 0, 0, 0));
}
/// char *getcwd(char *into, size_t bytes);
export function getcwd(into: Ptr<u8>, bytes: usize): Ptr<u8> | null {
  attr(symbol("getcwd"));
  return outcome(call(SYS_GETCWD, addr(into), bytes, 0, 0, 0, 0)) < 0 ? null : into;
}
/// int chown(const char *path, uid_t owner, gid_t group);
export function chown(path: Ptr<u8>, owner: u32, group: u32): i32 {
  attr(symbol("chown"));
  return outcome32(call(SYS_CHOWN, addr(path), u64(owner), u64(group), 0, 0, 0));
}
/// int truncate(const char *path, off_t bytes);
export function truncate(path: Ptr<u8>, bytes: i64): i32 {
  attr(symbol("truncate"));
  return outcome32(call(SYS_TRUNCATE, addr(path), u64(bytes), 0, 0, 0, 0));
}
/// int ftruncate(int fd, off_t bytes);
export function ftruncate(fd: i32, bytes: i64): i32 {
  attr(symbol("ftruncate"));
  return outcome32(call(SYS_FTRUNCATE, u64(fd), u64(bytes), 0, 0, 0, 0));
}
/// int fsync(int fd);
export function fsync(fd: i32): i32 {
  attr(symbol("fsync"));
  return outcome32(call(SYS_FSYNC, u64(fd), 0, 0, 0, 0, 0));
}
/// void sync(void);
export function sync(): void {
  attr(symbol("sync"));
  call(SYS_SYNC, 0, 0, 0, 0, 0, 0);
}
/// int isatty(int fd);
export function isatty(fd: i32): i32 {
  attr(symbol("isatty"));
  const state = zeroed<Termios>();
  return outcome(call(SYS_IOCTL, u64(fd), TCGETS, addr(ref(state)), 0, 0, 0)) < 0 ? 0 : 1;
}
/// pid_t fork(void);
export function fork(): i32 {
  attr(symbol("fork"));
  return outcome32(call(SYS_FORK, 0, 0, 0, 0, 0, 0));
}
/// pid_t getpid(void);
export function getpid(): i32 {
  attr(symbol("getpid"));
  return i32(call(SYS_GETPID, 0, 0, 0, 0, 0, 0));
}
/// pid_t getppid(void);
export function getppid(): i32 {
  attr(symbol("getppid"));
  return i32(call(SYS_GETPPID, 0, 0, 0, 0, 0, 0));
}
/// pid_t getpgid(pid_t pid);
export function getpgid(pid: i32): i32 {
  attr(symbol("getpgid"));
  return outcome32(call(SYS_GETPGID, u64(pid), 0, 0, 0, 0, 0));
}
/// int setpgid(pid_t pid, pid_t group);
export function setpgid(pid: i32, group: i32): i32 {
  attr(symbol("setpgid"));
  return outcome32(call(SYS_SETPGID, u64(pid), u64(group), 0, 0, 0, 0));
}
/// pid_t setsid(void);
export function setsid(): i32 {
  attr(symbol("setsid"));
  return outcome32(call(SYS_SETSID, 0, 0, 0, 0, 0, 0));
}
/// uid_t getuid(void);
export function getuid(): u32 {
  attr(symbol("getuid"));
  return 0;
}
/// uid_t geteuid(void);
export function geteuid(): u32 {
  attr(symbol("geteuid"));
  return 0;
}
/// gid_t getgid(void);
export function getgid(): u32 {
  attr(symbol("getgid"));
  return 0;
}
/// gid_t getegid(void);
export function getegid(): u32 {
  attr(symbol("getegid"));
  return 0;
}
/// int nice(int increment);
export function nice(increment: i32): i32 {
  attr(symbol("nice"));
  return outcome32(call(SYS_NICE, u64(increment), 0, 0, 0, 0, 0));
}
/// unsigned alarm(unsigned seconds);
export function alarm(seconds: u32): u32 {
  attr(symbol("alarm"));
  return u32(call(SYS_ALARM, u64(seconds), 0, 0, 0, 0, 0));
}
/// unsigned sleep(unsigned seconds);
export function sleep(seconds: u32): u32 {
  attr(symbol("sleep"));
  return outcome(call(SYS_SLEEP, u64(seconds) * 1_000_000_000, 0, 0, 0, 0, 0)) < 0 ? seconds : 0;
}
/// int usleep(useconds_t microseconds);
export function usleep(microseconds: u32): i32 {
  attr(symbol("usleep"));
  return outcome32(call(SYS_SLEEP, u64(microseconds) * 1000, 0, 0, 0, 0, 0));
}
/// int getpagesize(void);
export function getpagesize(): i32 {
  attr(symbol("getpagesize"));
  return 4096;
}
/// void *sbrk(intptr_t bytes);
export function sbrk(bytes: i64): i64 {
  attr(symbol("sbrk"));
  return outcome(call(SYS_MOREMEM, u64(bytes), 0, 0, 0, 0, 0));
}

/// <sched.h>
/// int sched_yield(void);
export function schedYield(): i32 {
  attr(symbol("sched_yield"));
  return outcome32(call(SYS_YIELD, 0, 0, 0, 0, 0, 0));
}

/// <fcntl.h>
/*h
#include <sys/types.h>
*/
/// O_* F_* FD_* from kernel/abi/files.ts

// What comes behind the dots lies where a third parameter does.
/// int open(const char *path, int flags, ...);
export function open(path: Ptr<u8>, flags: i32, mode: u32): i32 {
  attr(symbol("open"));
  return outcome32(call(SYS_OPEN, addr(path), u64(flags), u64(mode), 0, 0, 0));
}
/// int creat(const char *path, mode_t mode);
export function creat(path: Ptr<u8>, mode: u32): i32 {
  attr(symbol("creat"));
  return open(path, 0x241, mode);
}
/// int fcntl(int fd, int command, ...);
export function fcntl(fd: i32, command: i32, argument: u64): i32 {
  attr(symbol("fcntl"));
  return outcome32(call(SYS_FCNTL, u64(fd), u64(command), argument, 0, 0, 0));
}

/// <sys/ioctl.h>
/*h
struct winsize { unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel; };
*/
/// TIOC* FIONREAD from kernel/abi/terminal.ts
/// int ioctl(int fd, unsigned long request, ...);
export function ioctl(fd: i32, request: u64, argument: u64): i32 {
  attr(symbol("ioctl"));
  return outcome32(call(SYS_IOCTL, u64(fd), request, argument, 0, 0, 0));
}

/// <termios.h>
/*h
typedef unsigned char cc_t;
typedef unsigned int tcflag_t;
typedef unsigned int speed_t;
struct termios { tcflag_t c_iflag, c_oflag, c_cflag, c_lflag; cc_t c_line, c_cc[19]; };
#define TCSANOW 0
#define TCSADRAIN 1
#define TCSAFLUSH 2
*/
/// V* IGNBRK BRKINT ISTRIP INLCR IGNCR ICRNL IXON IXANY IUTF8 OPOST ONLCR OCRNL CS8 CREAD ISIG ICANON ECHO* NOFLSH TOSTOP IEXTEN from kernel/abi/terminal.ts
/// int tcgetattr(int fd, struct termios *state);
export function tcgetattr(fd: i32, state: Ptr<Termios>): i32 {
  attr(symbol("tcgetattr"));
  return ioctl(fd, TCGETS, addr(state));
}
/// int tcsetattr(int fd, int when, const struct termios *state);
export function tcsetattr(fd: i32, when: i32, state: Ptr<Termios>): i32 {
  attr(symbol("tcsetattr"));
  return ioctl(fd, TCSETS + u64(when), addr(state));
}

/// <sys/stat.h>
/*h
#include <sys/types.h>
#include <time.h>
struct stat {
  dev_t st_dev; ino_t st_ino; nlink_t st_nlink; mode_t st_mode; uid_t st_uid; gid_t st_gid; unsigned __padding;
  dev_t st_rdev; off_t st_size; blksize_t st_blksize; blkcnt_t st_blocks; struct timespec st_atim, st_mtim, st_ctim; long __reserved[3];
};
#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec
#define S_ISREG(m) (((m) & S_IFMT) == S_IFREG)
#define S_ISDIR(m) (((m) & S_IFMT) == S_IFDIR)
#define S_ISCHR(m) (((m) & S_IFMT) == S_IFCHR)
#define S_ISBLK(m) (((m) & S_IFMT) == S_IFBLK)
#define S_ISFIFO(m) (((m) & S_IFMT) == S_IFIFO)
#define S_ISLNK(m) (((m) & S_IFMT) == S_IFLNK)
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IRWXU 0700
#define S_IRGRP 040
#define S_IWGRP 020
#define S_IXGRP 010
#define S_IRWXG 070
#define S_IROTH 04
#define S_IWOTH 02
#define S_IXOTH 01
#define S_IRWXO 07
*/
/// S_* from kernel/abi/files.ts
/// int stat(const char *path, struct stat *into);
export function stat(path: Ptr<u8>, into: Ptr<Stat>): i32 {
  attr(symbol("stat"));
  return outcome32(call(SYS_STAT, addr(path), addr(into), 0, 0, 0, 0));
}
/// int lstat(const char *path, struct stat *into);
export function lstat(path: Ptr<u8>, into: Ptr<Stat>): i32 {
  attr(symbol("lstat"));
  return outcome32(call(SYS_LSTAT, addr(path), addr(into), 0, 0, 0, 0));
}
/// int fstat(int fd, struct stat *into);
export function fstat(fd: i32, into: Ptr<Stat>): i32 {
  attr(symbol("fstat"));
  return outcome32(call(SYS_FSTAT, u64(fd), addr(into), 0, 0, 0, 0));
}
/// int mkdir(const char *path, mode_t mode);
export function mkdir(path: Ptr<u8>, mode: u32): i32 {
  attr(symbol("mkdir"));
  return outcome32(call(SYS_MKDIR, addr(path), u64(mode), 0, 0, 0, 0));
}
/// int mknod(const char *path, mode_t mode, dev_t device);
export function mknod(path: Ptr<u8>, mode: u32, device: u64): i32 {
  attr(symbol("mknod"));
  return outcome32(call(SYS_MKNOD, addr(path), u64(mode), device, 0, 0, 0));
}
/// int chmod(const char *path, mode_t mode);
export function chmod(path: Ptr<u8>, mode: u32): i32 {
  attr(symbol("chmod"));
  return outcome32(call(SYS_CHMOD, addr(path), u64(mode), 0, 0, 0, 0));
}
/// mode_t umask(mode_t mask);
export function umask(mask: u32): u32 {
  attr(symbol("umask"));
  return u32(call(SYS_UMASK, u64(mask), 0, 0, 0, 0, 0));
}

/// <sys/wait.h>
/*h
#include <sys/types.h>
#define WIFEXITED(s) (((s) & 0x7f) == 0)
#define WEXITSTATUS(s) (((s) >> 8) & 0xff)
#define WIFSIGNALED(s) (((s) & 0x7f) != 0 && ((s) & 0x7f) != 0x7f)
#define WTERMSIG(s) ((s) & 0x7f)
#define WIFSTOPPED(s) (((s) & 0xff) == 0x7f)
#define WSTOPSIG(s) (((s) >> 8) & 0xff)
#define WIFCONTINUED(s) ((s) == 0xffff)
*/
/// WNOHANG WUNTRACED WCONTINUED from kernel/abi/processes.ts
/// pid_t waitpid(pid_t pid, int *status, int options);
export function waitpid(pid: i32, status: Ptr<i32> | null, options: i32): i32 {
  attr(symbol("waitpid"));
  return outcome32(call(SYS_WAIT, u64(pid), addr(status), u64(options), 0, 0, 0));
}
/// pid_t wait(int *status);
export function wait(status: Ptr<i32> | null): i32 {
  attr(symbol("wait"));
  return waitpid(-1, status, 0);
}

/// <sys/mman.h>
/*h
#include <sys/types.h>
#define MAP_FAILED ((void *)-1)
#define MS_SYNC 4
#define MS_ASYNC 1
*/
/// PROT_* MAP_* from kernel/abi/processes.ts
/// void *mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t offset);
export function mmap(at: u64, bytes: usize, rights: i32, flags: i32, fd: i32, offset: i64): i64 {
  attr(symbol("mmap"));
  return outcome(call(SYS_MMAP, at, bytes, u64(rights), u64(flags), u64(i64(fd)), u64(offset)));
}
/// int munmap(void *at, size_t bytes);
export function munmap(at: u64, bytes: usize): i32 {
  attr(symbol("munmap"));
  return outcome32(call(SYS_MUNMAP, at, bytes, 0, 0, 0, 0));
}
/// int mprotect(void *at, size_t bytes, int rights);
export function mprotect(at: u64, bytes: usize, rights: i32): i32 {
  attr(symbol("mprotect"));
  return outcome32(call(SYS_MPROTECT, at, bytes, u64(rights), 0, 0, 0));
}
/// int msync(void *at, size_t bytes, int flags);
export function msync(at: u64, bytes: usize, flags: i32): i32 {
  attr(symbol("msync"));
  return outcome32(call(SYS_MSYNC, at, bytes, u64(flags), 0, 0, 0));
}

/// <poll.h>
/*h
struct pollfd { int fd; short events, revents; };
typedef unsigned long nfds_t;
*/
/// POLL* from kernel/abi/files.ts
/// int poll(struct pollfd *files, nfds_t count, int milliseconds);
export function poll(files: Ptr<PollFd>, count: u64, milliseconds: i32): i32 {
  attr(symbol("poll"));
  return outcome32(call(SYS_POLL, addr(files), count, u64(i64(milliseconds)), 0, 0, 0));
}

/// <sys/utsname.h>
/*h
struct utsname { char sysname[65], nodename[65], release[65], version[65], machine[65]; };
*/
/// int uname(struct utsname *names);
export function uname(names: Ptr<SystemNames>): i32 {
  attr(symbol("uname"));
  return outcome32(call(SYS_UNAME, addr(names), 0, 0, 0, 0, 0));
}

/// <sys/random.h>
/*h
#include <sys/types.h>
*/
/// ssize_t getrandom(void *into, size_t bytes, unsigned flags);
export function getrandom(into: Ptr<u8>, bytes: usize, flags: u32): i64 {
  attr(symbol("getrandom"));
  return outcome(call(SYS_GETRANDOM, addr(into), bytes, u64(flags), 0, 0, 0));
}

/// <stdio.h>
/// int rename(const char *from, const char *to);
export function rename(from: Ptr<u8>, to: Ptr<u8>): i32 {
  attr(symbol("rename"));
  return outcome32(call(SYS_RENAME, addr(from), addr(to), 0, 0, 0, 0));
}
/// int remove(const char *path);
export function remove(path: Ptr<u8>): i32 {
  attr(symbol("remove"));
  const gone = call(SYS_UNLINK, addr(path), 0, 0, 0, 0, 0);
  return gone === 0 - i64(Errno.EISDIR) ? rmdir(path) : outcome32(gone);
}

/** Bytes of the heap; null, with ENOMEM, when there are none. */
export function allocate(bytes: usize): Ptr<u8> | null {
  const at = malloc(bytes);
  if (!isErr(at)) return at;
  setErrno(i32(Errno.ENOMEM));
  return null;
}
