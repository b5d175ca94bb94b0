// Files and directories when they are open. Bytes go through memory of the kernel on their way: a file system's locks are never
// held while a program's memory is touched, because that may fault, and the fault may need the same file.
import { O_APPEND, POLLIN, POLLOUT } from "../abi/files.ts";
import { PAGE_SIZE } from "../layout.ts";
import { allocFrames, type Frame, OWNER_CALLS, release, virtOf } from "../memory/frames.ts";
import { FileOps, noIoctl, noRelease, noWrite, type OpenFile } from "./file.ts";
import type { Transfer } from "./transfer.ts";
import type { Vnode } from "./vnode.ts";

/** Up to so many bytes need no memory but the stack. */
const SMALL = 256;
/** 2^order pages for larger ones, when there are so many. */
const ORDER = 2;

function vnodeOf(file: Ptr<OpenFile>): Ptr<Vnode> {
  const vnode = file.vnode;
  if (vnode === null) panic("an open file without a vnode");
  return vnode;
}

/** Memory for bytes on their way: one page when there are no four next to each other. ENOMEM. */
function bounce(bytes: usize): Res<Ptr<Frame>> {
  if (bytes > PAGE_SIZE) {
    const several = allocFrames(ORDER, OWNER_CALLS);
    if (!isErr(several)) return several;
  }
  return allocFrames(0, OWNER_CALLS);
}

function bytesOf(frame: Ptr<Frame>): Slice<u8> {
  return slice(virtOf<u8>(frame), PAGE_SIZE << usize(frame.order));
}

function regularRead(file: Ptr<OpenFile>, to: Ptr<Transfer>): Res<usize> {
  const vnode = vnodeOf(file);
  if (vnode.isDirectory()) return err(Errno.EISDIR);
  if (to.remaining <= SMALL) {
    const small = zeroed<Arr<u8, typeof SMALL>>();
    return readThrough(vnode, to, slice(small));
  }
  const frame = orReturn(bounce(to.remaining));
  using _ = defer(() => release(frame));
  return readThrough(vnode, to, bytesOf(frame));
}

function readThrough(vnode: Ptr<Vnode>, to: Ptr<Transfer>, buffer: Slice<u8>): Res<usize> {
  let done: usize = 0;
  while (to.remaining > 0) {
    const part = to.remaining < buffer.length ? to.remaining : buffer.length;
    const got = vnode.ops.readAt(vnode, to.offset + done, buffer.sub(0, part));
    if (isErr(got)) {
      if (done > 0) return done;
      return got;
    }
    if (got === 0) break;
    const moved = to.put(buffer.sub(0, got));
    if (isErr(moved)) {
      if (done > 0) return done;
      return moved;
    }
    done += moved;
    if (got < part) break;
  }
  return done;
}

function regularWrite(file: Ptr<OpenFile>, from: Ptr<Transfer>): Res<usize> {
  const vnode = vnodeOf(file);
  if (vnode.mount.readOnly) return err(Errno.EROFS);
  if (from.remaining === 0) return 0;
  if (from.remaining <= SMALL) {
    const small = zeroed<Arr<u8, typeof SMALL>>();
    return writeThrough(file, vnode, from, slice(small));
  }
  const frame = orReturn(bounce(from.remaining));
  using _ = defer(() => release(frame));
  return writeThrough(file, vnode, from, bytesOf(frame));
}

function writeThrough(file: Ptr<OpenFile>, vnode: Ptr<Vnode>, from: Ptr<Transfer>, buffer: Slice<u8>): Res<usize> {
  using w = vnode.writing.enter();
  w.v.count++;
  if ((file.flags.load() & O_APPEND) !== 0) from.offset = vnode.bytes;
  let done: usize = 0;
  while (from.remaining > 0) {
    // Pieces end where pages end, so that the file system sees whole blocks.
    const room = buffer.length - ((from.offset + done) % PAGE_SIZE) % buffer.length;
    const taken = from.take(buffer.sub(0, room));
    if (isErr(taken)) {
      if (done > 0) return done;
      return taken;
    }
    const wrote = vnode.ops.writeAt(vnode, from.offset + done, buffer.sub(0, taken));
    if (isErr(wrote)) {
      if (done > 0) return done;
      return wrote;
    }
    done += wrote;
    if (wrote < taken) break;
  }
  return done;
}

function regularPoll(_file: Ptr<OpenFile>): u32 {
  return POLLIN | POLLOUT;
}

export const regularOps: FileOps = {
  read: regularRead,
  write: regularWrite,
  ioctl: noIoctl,
  poll: regularPoll,
  release: noRelease,
  seekable: true,
};

export const directoryOps: FileOps = {
  read: regularRead,
  write: noWrite,
  ioctl: noIoctl,
  poll: regularPoll,
  release: noRelease,
  seekable: true,
};
