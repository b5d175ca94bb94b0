// A disk as one long file: /dev/vda and the like. What is read and written goes through the buffer cache, page by page, so single
// bytes are fine. A disk that is mounted can be read, but who writes must be alone with it.
import { POLLIN, POLLOUT } from "../abi/files.ts";
import { type BlockDevice, blockDevice, SECTOR } from "../drivers/block.ts";
import { PAGE_SIZE } from "../layout.ts";
import { giveBuffer, markChanged, readBuffer, tooManyChanges, writeBack } from "./cache.ts";
import { FileOps, noIoctl, type OpenFile } from "./file.ts";
import type { Transfer } from "./transfer.ts";

const READ_AHEAD = 15;
/** Of the request that asks for the size in bytes (Linux's BLKGETSIZE64). */
const BLKGETSIZE64: u64 = 0x8008_1272;

/** The device; `data` of the open file is its place in the drivers' list. ENXIO. */
export function blockOf(file: Ptr<OpenFile>): Res<Ptr<BlockDevice>> {
  const device = blockDevice(u32(file.data));
  if (device === null) return err(Errno.ENXIO);
  return device;
}

function blockRead(file: Ptr<OpenFile>, to: Ptr<Transfer>): Res<usize> {
  const device = orReturn(blockOf(file));
  const end = device.sectors * SECTOR;
  if (to.offset >= end) return 0;
  to.cut(end - to.offset);
  let done: usize = 0;
  while (to.remaining > 0) {
    const at = to.offset + done;
    const moved = readPage(device, at, to);
    if (isErr(moved)) {
      if (done > 0) return done;
      return moved;
    }
    done += moved;
  }
  return done;
}

function readPage(device: Ptr<BlockDevice>, at: u64, to: Ptr<Transfer>): Res<usize> {
  const pages = to.remaining / PAGE_SIZE;
  const buffer = orReturn(readBuffer(device, at / PAGE_SIZE, pages < READ_AHEAD ? pages : READ_AHEAD));
  using _ = defer(() => giveBuffer(buffer));
  return to.put(buffer.bytes().sub(at % PAGE_SIZE, PAGE_SIZE));
}

function blockWrite(file: Ptr<OpenFile>, from: Ptr<Transfer>): Res<usize> {
  const device = orReturn(blockOf(file));
  if (device.readOnly) return err(Errno.EROFS);
  const end = device.sectors * SECTOR;
  if (from.remaining === 0) return 0;
  if (from.offset >= end) return err(Errno.ENOSPC);
  from.cut(end - from.offset);
  let done: usize = 0;
  while (from.remaining > 0) {
    const moved = writePage(device, from.offset + done, from);
    if (isErr(moved)) {
      if (done > 0) return done;
      return moved;
    }
    done += moved;
    if (tooManyChanges()) orReturn(writeBack(device));
  }
  return done;
}

function writePage(device: Ptr<BlockDevice>, at: u64, from: Ptr<Transfer>): Res<usize> {
  const within = at % PAGE_SIZE;
  const buffer = orReturn(readBuffer(device, at / PAGE_SIZE, 0));
  using _ = defer(() => giveBuffer(buffer));
  const moved = orReturn(from.take(buffer.bytes().sub(within, PAGE_SIZE)));
  if (moved > 0) markChanged(buffer, within, moved, 0);
  return moved;
}

function blockIoctl(file: Ptr<OpenFile>, request: u64, argument: User<u8>): Res<u64> {
  if (request !== BLKGETSIZE64) return noIoctl(file, request, argument);
  const device = orReturn(blockOf(file));
  const bytes = device.sectors * SECTOR;
  const word = zeroed<Arr<u8, 8>>();
  for (let i: usize = 0; i < 8; i++) word[i] = u8(bytes >> (i * 8));
  orReturn(copyOut(argument, slice(word)));
  return 0;
}

function blockPoll(_file: Ptr<OpenFile>): u32 {
  return POLLIN | POLLOUT;
}

/** The last one that wrote waits until the disk has it: whoever writes a disk image and switches off expects it to be there. */
function blockRelease(file: Ptr<OpenFile>): void {
  if (!file.writable()) return;
  const device = blockOf(file);
  if (isErr(device)) return;
  const written = writeBack(device);
  if (isErr(written)) klog`${device.name()}: not everything could be written, error ${u32(written.code)}`;
}

export const blockOps: FileOps = {
  read: blockRead,
  write: blockWrite,
  ioctl: blockIoctl,
  poll: blockPoll,
  release: blockRelease,
  seekable: true,
};
