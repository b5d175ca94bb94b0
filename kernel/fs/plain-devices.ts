// The devices that are nothing but a rule: /dev/null takes everything and has nothing, /dev/zero has zeros without end, /dev/full is
// a disk that is always full (for testing what programs do then), /dev/random is chance.
import { POLLIN, POLLOUT, S_IFCHR } from "../abi/files.ts";
import { randomBytes } from "../drivers/random.ts";
import { registerDevice } from "./devices.ts";
import { FileOps, noIoctl, noRelease, type OpenFile } from "./file.ts";
import type { Transfer } from "./transfer.ts";

const PIECE = 512;
const zeros = zeroed<Arr<u8, typeof PIECE>>();

function readNothing(_file: Ptr<OpenFile>, _to: Ptr<Transfer>): Res<usize> {
  return 0;
}

function readZeros(_file: Ptr<OpenFile>, to: Ptr<Transfer>): Res<usize> {
  while (to.remaining > 0) orReturn(to.put(slice(zeros)));
  return to.done;
}

function readRandom(_file: Ptr<OpenFile>, to: Ptr<Transfer>): Res<usize> {
  const piece = zeroed<Arr<u8, typeof PIECE>>();
  while (to.remaining > 0) {
    randomBytes(slice(piece));
    orReturn(to.put(slice(piece)));
  }
  return to.done;
}

function writeAway(_file: Ptr<OpenFile>, from: Ptr<Transfer>): Res<usize> {
  return from.remaining;
}

function writeFull(_file: Ptr<OpenFile>, from: Ptr<Transfer>): Res<usize> {
  if (from.remaining === 0) return 0;
  return err(Errno.ENOSPC);
}

function always(_file: Ptr<OpenFile>): u32 {
  return POLLIN | POLLOUT;
}

const nullOps: FileOps = { read: readNothing, write: writeAway, ioctl: noIoctl, poll: always, release: noRelease, seekable: false };
const zeroOps: FileOps = { read: readZeros, write: writeAway, ioctl: noIoctl, poll: always, release: noRelease, seekable: false };
const fullOps: FileOps = { read: readZeros, write: writeFull, ioctl: noIoctl, poll: always, release: noRelease, seekable: false };
const randomOps: FileOps = { read: readRandom, write: writeAway, ioctl: noIoctl, poll: always, release: noRelease, seekable: false };

/** ENFILE and the like cannot happen: these are the first devices. */
export function registerPlainDevices(): Res<void> {
  orReturn(registerDevice("null", S_IFCHR | 0o666, ref(nullOps), 0));
  orReturn(registerDevice("zero", S_IFCHR | 0o666, ref(zeroOps), 0));
  orReturn(registerDevice("full", S_IFCHR | 0o666, ref(fullOps), 0));
  orReturn(registerDevice("random", S_IFCHR | 0o666, ref(randomOps), 0));
  orReturn(registerDevice("urandom", S_IFCHR | 0o666, ref(randomOps), 0));
}
