// The system calls with types: texts instead of addresses, results that must be looked at instead of negated error codes.
// Arguments are in the order of kernel/abi; a path is copied to get its zero.

import {
  SYS_ACCESS, SYS_ALARM, SYS_CHDIR, SYS_CHMOD, SYS_CHOWN, SYS_CLOCK_GETTIME, SYS_CLOCK_SETTIME, SYS_CLOSE, SYS_DUP, SYS_DUP2,
  SYS_EXEC, SYS_EXIT, SYS_FCNTL, SYS_FORK, SYS_FSTAT, SYS_FSYNC, SYS_FTRUNCATE, SYS_GETCWD, SYS_GETDENTS, SYS_GETPGID,
  SYS_GETPID, SYS_GETPPID, SYS_GETRANDOM, SYS_IOCTL, SYS_KILL, SYS_LINK, SYS_LSEEK, SYS_LSTAT, SYS_MKDIR, SYS_MKNOD,
  SYS_MOUNT, SYS_NICE, SYS_OPEN, SYS_PIPE, SYS_POLL, SYS_READ, SYS_READLINK, SYS_REBOOT, SYS_RENAME, SYS_RMDIR, SYS_SETPGID,
  SYS_SETSID, SYS_SIGACTION, SYS_SIGPROCMASK, SYS_SIGSUSPEND, SYS_SLEEP, SYS_STAT, SYS_STATFS, SYS_SYMLINK, SYS_SYNC,
  SYS_SYSINFO, SYS_TIMES, SYS_UMASK, SYS_UMOUNT, SYS_UNAME, SYS_UNLINK, SYS_UTIMES, SYS_WAIT, SYS_WRITE, SYS_YIELD,
} from "../../kernel/abi/calls.ts";
import type { PollFd, Stat, StatFs, TimeSpec } from "../../kernel/abi/files.ts";
import type { SystemInfo, SystemNames, Times } from "../../kernel/abi/processes.ts";
import type { SignalAction } from "../../kernel/abi/signals.ts";
import { PathText } from "./c-text.ts";
import { call } from "./door.ts";
import { addressOf } from "./heap.ts";

/** What the kernel gave: a number, or a negated error code. */
function result(r: i64): Res<u64> {
  attr(inline);
  if (r < 0) return err(unit<Errno>(i32(0 - r)));
  return u64(r);
}

function done(r: i64): Res<void> {
  attr(inline);
  if (r < 0) return err(unit<Errno>(i32(0 - r)));
}

function withPath(number: u64, path: string, b: u64, c: u64): Res<u64> {
  const room = zeroed<PathText>();
  const at = orReturn(room.from(path));
  return result(call(number, at, b, c, 0, 0, 0));
}

function withTwoPaths(number: u64, first: string, second: string): Res<void> {
  const room = zeroed<PathText>();
  const other = zeroed<PathText>();
  const a = orReturn(room.from(first));
  const b = orReturn(other.from(second));
  return done(call(number, a, b, 0, 0, 0, 0));
}

// ---- files

/** The number of an open file. */
export function open(path: string, flags: u32, mode: u32): Res<i32> {
  return i32(orReturn(withPath(SYS_OPEN, path, u64(flags), u64(mode))));
}
export function close(fd: i32): Res<void> {
  return done(call(SYS_CLOSE, u64(fd), 0, 0, 0, 0, 0));
}
/** How many bytes came; 0 at the end. */
export function read(fd: i32, into: Slice<u8>): Res<usize> {
  return result(call(SYS_READ, u64(fd), addressOf(into), into.length, 0, 0, 0));
}
/** How many of the bytes went. */
export function write(fd: i32, from: View<u8>): Res<usize> {
  return result(call(SYS_WRITE, u64(fd), addressOf(from), from.length, 0, 0, 0));
}
/** Until all of it has gone, however often the kernel takes only a part. */
export function writeAll(fd: i32, from: View<u8>): Res<void> {
  let at: usize = 0;
  while (at < from.length) {
    const went = write(fd, from.sub(at, from.length));
    if (!isErr(went)) at += went;
    else if (went.code !== Errno.EINTR) return went;
  }
}

export function seek(fd: i32, offset: i64, whence: u32): Res<u64> {
  return result(call(SYS_LSEEK, u64(fd), u64(offset), u64(whence), 0, 0, 0));
}
export function dup(fd: i32): Res<i32> {
  return i32(orReturn(result(call(SYS_DUP, u64(fd), 0, 0, 0, 0, 0))));
}
export function dup2(from: i32, to: i32): Res<i32> {
  return i32(orReturn(result(call(SYS_DUP2, u64(from), u64(to), 0, 0, 0, 0))));
}
export function fcntl(fd: i32, command: u32, argument: u64): Res<u64> {
  return result(call(SYS_FCNTL, u64(fd), u64(command), argument, 0, 0, 0));
}
export function ioctl(fd: i32, request: u64, argument: u64): Res<u64> {
  return result(call(SYS_IOCTL, u64(fd), request, argument, 0, 0, 0));
}
export class PipeEnds {
  reading: i32;
  writing: i32;
}
export function pipe(ends: Ptr<PipeEnds>, flags: u32): Res<void> {
  return done(call(SYS_PIPE, addr(ends), u64(flags), 0, 0, 0, 0));
}
/** How many have something to tell; `timeout` in milliseconds, below 0 for ever. */
export function poll(files: Slice<PollFd>, timeout: i32): Res<usize> {
  return result(call(SYS_POLL, addr(ref(files[0])), files.length, u64(timeout), 0, 0, 0));
}
export function stat(path: string, into: Ptr<Stat>): Res<void> {
  orReturn(withPath(SYS_STAT, path, addr(into), 0));
}
/** Of a symbolic link itself. */
export function lstat(path: string, into: Ptr<Stat>): Res<void> {
  orReturn(withPath(SYS_LSTAT, path, addr(into), 0));
}
export function fstat(fd: i32, into: Ptr<Stat>): Res<void> {
  return done(call(SYS_FSTAT, u64(fd), addr(into), 0, 0, 0, 0));
}
export function access(path: string, mode: u32): Res<void> {
  orReturn(withPath(SYS_ACCESS, path, u64(mode), 0));
}
/** How many bytes of DirectoryEntry came; 0 at the end. */
export function getdents(fd: i32, into: Slice<u8>): Res<usize> {
  return result(call(SYS_GETDENTS, u64(fd), addressOf(into), into.length, 0, 0, 0));
}
export function mkdir(path: string, mode: u32): Res<void> {
  orReturn(withPath(SYS_MKDIR, path, u64(mode), 0));
}
export function rmdir(path: string): Res<void> {
  orReturn(withPath(SYS_RMDIR, path, 0, 0));
}
export function unlink(path: string): Res<void> {
  orReturn(withPath(SYS_UNLINK, path, 0, 0));
}
export function link(from: string, to: string): Res<void> {
  return withTwoPaths(SYS_LINK, from, to);
}
export function symlink(target: string, path: string): Res<void> {
  return withTwoPaths(SYS_SYMLINK, target, path);
}
/** The target, in `into`. */
export function readlink(path: string, into: Slice<u8>): Res<string> {
  const length = orReturn(withPath(SYS_READLINK, path, addressOf(into), into.length));
  return text(into.sub(0, length));
}
export function rename(from: string, to: string): Res<void> {
  return withTwoPaths(SYS_RENAME, from, to);
}
export function mknod(path: string, mode: u32, device: u64): Res<void> {
  orReturn(withPath(SYS_MKNOD, path, u64(mode), device));
}
export function chdir(path: string): Res<void> {
  orReturn(withPath(SYS_CHDIR, path, 0, 0));
}
/** The working directory, in `into`. */
export function getcwd(into: Slice<u8>): Res<string> {
  const length = orReturn(result(call(SYS_GETCWD, addressOf(into), into.length, 0, 0, 0, 0)));
  return text(into.sub(0, length - 1));
}
export function chmod(path: string, mode: u32): Res<void> {
  orReturn(withPath(SYS_CHMOD, path, u64(mode), 0));
}
export function chown(path: string, uid: u32, gid: u32): Res<void> {
  orReturn(withPath(SYS_CHOWN, path, u64(uid), u64(gid)));
}
/** The mask from before. */
export function umask(mask: u32): u32 {
  return u32(call(SYS_UMASK, u64(mask), 0, 0, 0, 0, 0));
}
export function ftruncate(fd: i32, bytes: u64): Res<void> {
  return done(call(SYS_FTRUNCATE, u64(fd), bytes, 0, 0, 0, 0));
}
/** When it was read and changed last. */
export function utimes(path: string, times: Ptr<Arr<TimeSpec, 2>>): Res<void> {
  orReturn(withPath(SYS_UTIMES, path, addr(times), 0));
}
export function sync(): void {
  call(SYS_SYNC, 0, 0, 0, 0, 0, 0);
}
export function fsync(fd: i32): Res<void> {
  return done(call(SYS_FSYNC, u64(fd), 0, 0, 0, 0, 0));
}
export function statfs(path: string, into: Ptr<StatFs>): Res<void> {
  orReturn(withPath(SYS_STATFS, path, addr(into), 0));
}
export function mount(source: string, target: string, kind: string, flags: u64): Res<void> {
  const first = zeroed<PathText>();
  const second = zeroed<PathText>();
  const third = zeroed<PathText>();
  const a = orReturn(first.from(source));
  const b = orReturn(second.from(target));
  const c = orReturn(third.from(kind));
  return done(call(SYS_MOUNT, a, b, c, flags, 0, 0));
}
export function umount(target: string): Res<void> {
  orReturn(withPath(SYS_UMOUNT, target, 0, 0));
}

// ---- processes

/** Ends the process at once; buffered output is lost (hooks.ts has `exit`). */
export function leave(status: i32): never {
  for (;;) call(SYS_EXIT, u64(status), 0, 0, 0, 0, 0);
}
/** 0 in the child, its number in the parent. */
export function fork(): Res<i32> {
  return i32(orReturn(result(call(SYS_FORK, 0, 0, 0, 0, 0, 0))));
}
/** Runs another program in this process; `argv` and `envp` end with a zero word. Comes back only with an error. */
export function exec(path: string, argv: Ptr<u64>, envp: Ptr<u64>): Err {
  const room = zeroed<PathText>();
  const at = room.from(path);
  if (isErr(at)) return at;
  return err(unit<Errno>(i32(0 - call(SYS_EXEC, at, addr(argv), addr(envp), 0, 0, 0))));
}
/** Waits for a child (`pid`, or -1 for any): its number; 0 with WNOHANG when there is none yet. */
export function wait(pid: i32, status: Ptr<i32>, options: u32): Res<i32> {
  return i32(orReturn(result(call(SYS_WAIT, u64(pid), addr(status), u64(options), 0, 0, 0))));
}
export function getpid(): i32 {
  return i32(call(SYS_GETPID, 0, 0, 0, 0, 0, 0));
}
export function getppid(): i32 {
  return i32(call(SYS_GETPPID, 0, 0, 0, 0, 0, 0));
}
export function kill(pid: i32, signal: i32): Res<void> {
  return done(call(SYS_KILL, u64(pid), u64(signal), 0, 0, 0, 0));
}
export function sigaction(signal: i32, action: Ptr<SignalAction>): Res<void> {
  return done(call(SYS_SIGACTION, u64(signal), addr(action), 0, 0, 0, 0));
}
/** What a signal does at present. */
export function signalState(signal: i32, into: Ptr<SignalAction>): Res<void> {
  return done(call(SYS_SIGACTION, u64(signal), 0, addr(into), 0, 0, 0));
}
/** The set from before; `how` is SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK. */
export function sigprocmask(how: u32, set: u64): u64 {
  let given = set;
  let old: u64 = 0;
  call(SYS_SIGPROCMASK, u64(how), addr(ref(given)), addr(ref(old)), 0, 0, 0);
  return old;
}
/** Waits for a signal that is not in the set. */
export function sigsuspend(set: u64): void {
  let given = set;
  call(SYS_SIGSUSPEND, addr(ref(given)), 0, 0, 0, 0, 0);
}
export function alarm(seconds: u32): u32 {
  return u32(call(SYS_ALARM, u64(seconds), 0, 0, 0, 0, 0));
}
export function setpgid(pid: i32, group: i32): Res<void> {
  return done(call(SYS_SETPGID, u64(pid), u64(group), 0, 0, 0, 0));
}
export function getpgid(pid: i32): Res<i32> {
  return i32(orReturn(result(call(SYS_GETPGID, u64(pid), 0, 0, 0, 0, 0))));
}
export function setsid(): Res<i32> {
  return i32(orReturn(result(call(SYS_SETSID, 0, 0, 0, 0, 0, 0))));
}
export function nice(increment: i32): Res<void> {
  return done(call(SYS_NICE, u64(increment), 0, 0, 0, 0, 0));
}
export function yieldProcessor(): void {
  call(SYS_YIELD, 0, 0, 0, 0, 0, 0);
}

// ---- time and the system

/** Nanoseconds; EINTR when a signal came first. */
export function sleep(nanoseconds: u64): Res<void> {
  return done(call(SYS_SLEEP, nanoseconds, 0, 0, 0, 0, 0));
}
export function clockGet(clock: u32, into: Ptr<TimeSpec>): Res<void> {
  return done(call(SYS_CLOCK_GETTIME, u64(clock), addr(into), 0, 0, 0, 0));
}
export function clockSet(clock: u32, time: Ptr<TimeSpec>): Res<void> {
  return done(call(SYS_CLOCK_SETTIME, u64(clock), addr(time), 0, 0, 0, 0));
}
export function times(into: Ptr<Times>): void {
  call(SYS_TIMES, addr(into), 0, 0, 0, 0, 0);
}
export function uname(into: Ptr<SystemNames>): Res<void> {
  return done(call(SYS_UNAME, addr(into), 0, 0, 0, 0, 0));
}
export function sysinfo(into: Ptr<SystemInfo>): Res<void> {
  return done(call(SYS_SYSINFO, addr(into), 0, 0, 0, 0, 0));
}
export function getrandom(into: Slice<u8>): Res<usize> {
  return result(call(SYS_GETRANDOM, addressOf(into), into.length, 0, 0, 0, 0));
}
export function reboot(how: u32): Res<void> {
  return done(call(SYS_REBOOT, u64(how), 0, 0, 0, 0, 0));
}
