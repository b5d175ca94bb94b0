// System calls on open files: read, write, and what else goes through a descriptor. Each finds the file behind its number, holds
// it while it works, and lets go. Calls that take a path are in name-calls.ts.
import {
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  O_ACCMODE,
  O_APPEND,
  O_CLOEXEC,
  O_NONBLOCK,
  PollFd,
  POLLERR,
  POLLHUP,
  POLLNVAL,
  S_IFIFO,
  Stat,
} from "../abi/files.ts";
import { SIGPIPE } from "../abi/signals.ts";
import { create, destroy, kalloc, kfree } from "../memory/slab.ts";
import { callDeadline, FOREVER } from "../task/clock.ts";
import { currentFiles } from "../task/process.ts";
import { raiseSignal } from "../task/signals.ts";
import { type FileTable, OPEN_MAX } from "./descriptors.ts";
import { dropFile, holdFile, type OpenFile, pollers, readFile, readFileAt, seekFile, writeFile, writeFileAt } from "./file.ts";
import { closeMounts, syncMounts, syncRawDevices } from "./mount.ts";
import { truncateVnode } from "./open.ts";
import { makePipe } from "./pipe.ts";
import { statOf } from "./stat.ts";
import { Transfer } from "./transfer.ts";

/** What one call moves at most, so that its result is a positive number whatever a program makes of it. */
const MOST: usize = 0x7fff_f000;

export function sysClose(fd: i32): Res<void> {
  return currentFiles().close(fd);
}

export function sysRead(fd: i32, to: User<u8>, count: usize): Res<usize> {
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  const transfer = zeroed<Transfer>();
  transfer.beginUser(to, count < MOST ? count : MOST, 0);
  return readFile(file, ref(transfer));
}

export function sysWrite(fd: i32, from: User<u8>, count: usize): Res<usize> {
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  const transfer = zeroed<Transfer>();
  transfer.beginUser(from, count < MOST ? count : MOST, 0);
  const done = writeFile(file, ref(transfer));
  if (isErr(done) && done.code === Errno.EPIPE) raiseSignal(SIGPIPE);
  return done;
}

export function sysPread(fd: i32, to: User<u8>, count: usize, offset: i64): Res<usize> {
  if (offset < 0) return err(Errno.EINVAL);
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  const transfer = zeroed<Transfer>();
  transfer.beginUser(to, count < MOST ? count : MOST, u64(offset));
  return readFileAt(file, ref(transfer));
}

export function sysPwrite(fd: i32, from: User<u8>, count: usize, offset: i64): Res<usize> {
  if (offset < 0) return err(Errno.EINVAL);
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  const transfer = zeroed<Transfer>();
  transfer.beginUser(from, count < MOST ? count : MOST, u64(offset));
  return writeFileAt(file, ref(transfer));
}

export function sysLseek(fd: i32, offset: i64, whence: i32): Res<u64> {
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  return seekFile(file, offset, whence);
}

/** Gives a file, whose hold passes over in any case, the smallest free descriptor from `from` on. */
function install(table: Ptr<FileTable>, file: Ptr<OpenFile>, from: i32, closeOnExec: boolean): Res<i32> {
  const fd = table.add(file, from, closeOnExec);
  if (isErr(fd)) dropFile(file);
  return fd;
}

export function sysDup(fd: i32): Res<i32> {
  const table = currentFiles();
  return install(table, orReturn(table.get(fd)), 0, false);
}

export function sysDup2(from: i32, to: i32): Res<i32> {
  const table = currentFiles();
  if (to < 0 || to >= OPEN_MAX) return err(Errno.EBADF);
  const file = orReturn(table.get(from));
  if (from === to) {
    dropFile(file);
    return to;
  }
  orReturn(table.put(to, file, false));
  return to;
}

/** The two ends go to memory as two descriptors, the reading one first. */
export function sysPipe(to: User<i32>, flags: u32): Res<void> {
  if ((flags & ~(O_CLOEXEC | O_NONBLOCK)) !== 0) return err(Errno.EINVAL);
  const table = currentFiles();
  const ends = orReturn(makePipe(flags & O_NONBLOCK));
  const closes = (flags & O_CLOEXEC) !== 0;
  const reading = install(table, ends.reading, 0, closes);
  if (isErr(reading)) {
    dropFile(ends.writing);
    return reading;
  }
  const writing = install(table, ends.writing, 0, closes);
  if (isErr(writing)) {
    ignore(table.close(reading), "another thread may have closed it already");
    return writing;
  }
  const fds: Arr<i32, 2> = [reading, writing];
  const told = copyOut(to, slice(fds));
  if (isErr(told)) {
    ignore(table.close(reading), "another thread may have closed it already");
    ignore(table.close(writing), "likewise");
    return told;
  }
}

export function sysFcntl(fd: i32, what: u32, argument: u64): Res<u64> {
  const table = currentFiles();
  const file = orReturn(table.get(fd));
  using _ = defer(() => dropFile(file));
  switch (what) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC: {
      if (argument >= OPEN_MAX) return err(Errno.EINVAL);
      return u64(orReturn(install(table, holdFile(file), i32(argument), what === F_DUPFD_CLOEXEC)));
    }
    case F_GETFD:
      return table.descriptorFlags(fd);
    case F_SETFD:
      orReturn(table.setDescriptorFlags(fd, argument));
      return 0;
    case F_GETFL:
      return u64(file.flags.load() & (O_ACCMODE | O_APPEND | O_NONBLOCK));
    case F_SETFL: {
      const wanted = u32(argument) & (O_APPEND | O_NONBLOCK);
      file.flags.and(~u32(O_APPEND | O_NONBLOCK));
      file.flags.or(wanted);
      return 0;
    }
    default:
      return err(Errno.EINVAL);
  }
}

export function sysIoctl(fd: i32, request: u64, argument: User<u8>): Res<u64> {
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  return file.ops.ioctl(file, request, argument);
}

export function sysFstat(fd: i32, to: User<Stat>): Res<void> {
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  const stat = zeroed<Stat>();
  const vnode = file.vnode;
  if (vnode !== null) statOf(vnode, ref(stat));
  else {
    stat.mode = S_IFIFO | 0o600;
    stat.links = 1;
    stat.blockBytes = 4096;
  }
  orReturn(copyOut(to, slice(ref(stat), 1)));
}

export function sysFtruncate(fd: i32, bytes: i64): Res<void> {
  if (bytes < 0) return err(Errno.EINVAL);
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  const vnode = file.vnode;
  if (vnode === null || !file.writable()) return err(Errno.EINVAL);
  return truncateVnode(vnode, u64(bytes));
}

/** Bytes that getdents gives at most in one call. */
const ENTRIES: usize = 4096;

export function sysGetdents(fd: i32, to: User<u8>, count: usize): Res<usize> {
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  const vnode = file.vnode;
  if (vnode === null || !vnode.isDirectory()) return err(Errno.ENOTDIR);
  const page = orReturn(kalloc(ENTRIES));
  using freed = defer(() => kfree(page));
  using position = file.position.enter();
  // A removed directory is empty.
  if (vnode.links === 0) return 0;
  let next = position.v.offset;
  const most = count < ENTRIES ? count : ENTRIES;
  const got = orReturn(vnode.ops.readDirectory(vnode, ref(next), slice(page, most)));
  if (got > 0) orReturn(copyOut(to, slice(page, got)));
  position.v.offset = next;
  return got;
}

export function sysFsync(fd: i32): Res<void> {
  const file = orReturn(currentFiles().get(fd));
  using _ = defer(() => dropFile(file));
  const vnode = file.vnode;
  if (vnode === null) return err(Errno.EINVAL);
  return vnode.ops.sync(vnode);
}

/** Everything that was written is on the disks. */
export function syncAll(): void {
  const synced = syncMounts();
  if (isErr(synced)) klog`not everything could be written to the disks: error ${u32(synced.code)}`;
}

/** The last thing before the machine goes off: everything is on the disks, and they are in order. */
export function stopFiles(): void {
  const closed = closeMounts();
  const raw = syncRawDevices();
  if (isErr(closed) || isErr(raw)) klog`not everything could be written to the disks`;
}

export function sysSync(): Res<void> {
  syncAll();
}

// ---- poll

/** Files that one poll looks at. */
const POLL_MOST: usize = 256;

class Polled {
  wanted: Arr<PollFd, 256>;
  files: Arr<Ptr<OpenFile> | null, 256>;
  count: usize;

  /** Holds the files, so that they stay while we wait. */
  open(table: Ptr<FileTable>): void {
    for (let i: usize = 0; i < this.count; i++) {
      this.files[i] = null;
      if (this.wanted[i].fd < 0) continue;
      const file = table.get(this.wanted[i].fd);
      if (!isErr(file)) this.files[i] = file;
    }
  }

  close(): void {
    for (let i: usize = 0; i < this.count; i++) {
      const file = this.files[i];
      if (file !== null) dropFile(file);
    }
  }

  /** How many have something to tell. */
  look(): u64 {
    let ready: u64 = 0;
    for (let i: usize = 0; i < this.count; i++) {
      const want = ref(this.wanted[i]);
      want.revents = 0;
      if (want.fd < 0) continue;
      const file = this.files[i];
      const asked = u32(want.events) | POLLERR | POLLHUP;
      want.revents = u16(file === null ? POLLNVAL : file.ops.poll(file) & asked);
      if (want.revents !== 0) ready++;
    }
    return ready;
  }
}

/** Waits until one of the files has what is asked of it. `timeout` is milliseconds, for ever when it is negative. */
export function sysPoll(at: User<PollFd>, count: usize, timeout: i32): Res<u64> {
  if (count > POLL_MOST) return err(Errno.EINVAL);
  const page = orReturn(create<Polled>());
  using _ = defer(() => destroy(page));
  page.count = count;
  if (count > 0) orReturn(copyIn(slice(page.wanted).sub(0, count), at));
  page.open(currentFiles());
  using closed = defer(() => page.close());
  let ready = page.look();
  if (ready === 0 && timeout !== 0) {
    const until = timeout < 0 ? FOREVER : callDeadline(u64(timeout) * 1_000_000);
    orReturn(
      pollers.waitDeadline(() => {
        ready = page.look();
        return ready > 0;
      }, until),
    );
  }
  if (count > 0) orReturn(copyOut(at, slice(page.wanted).sub(0, count)));
  return ready;
}
