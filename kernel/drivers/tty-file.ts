// A terminal as a file: what read, write, ioctl and poll do with it. Where lines count, read waits for one; where they do not,
// two numbers say how many bytes it waits for and how long (VMIN, VTIME). And a terminal has one group of processes in the
// foreground: others who read from it are stopped, or two programs would each get half of what is typed.
// (POSIX.1-2017, 11.1.4 to 11.1.7)
import { O_NONBLOCK, POLLHUP, POLLIN, POLLOUT } from "../abi/files.ts";
import { SIGTTIN, SIGTTOU } from "../abi/signals.ts";
import { ICANON, TOSTOP, VMIN, VTIME } from "../abi/terminal.ts";
import { type FileOps, noRelease, type OpenFile } from "../fs/file.ts";
import type { Transfer } from "../fs/transfer.ts";
import { type Nanos, now } from "../task/clock.ts";
import { currentGroup, currentSession, inOrphanedGroup } from "../task/process.ts";
import { signalGroup, signalHeldBack } from "../task/signals.ts";
import { type Tty, ttyWrite } from "./tty.ts";
import { controlTty } from "./tty-control.ts";
import { ttyOf } from "./tty-table.ts";

/** Bytes on their way between terminal and program. */
const PART = 256;
/** Nanoseconds of one step of VTIME. */
const TENTH: Nanos = 100_000_000;

const ops = zeroed<FileOps>();

/** The functions of every terminal's file. */
export function ttyOps(): Ptr<FileOps> {
  ops.read = readTty;
  ops.write = writeTty;
  ops.ioctl = ioctlTty;
  ops.poll = pollTty;
  ops.release = noRelease;
  ops.seekable = false;
  return ref(ops);
}

function ttyBehind(file: Ptr<OpenFile>): Res<Ptr<Tty>> {
  return ttyOf(file.data, currentSession());
}

// ---- who may

/** EINTR when the caller's group is in the background and gets a signal for it, EIO when that would have no effect. */
export function foregroundOnly(tty: Ptr<Tty>, signal: u32): Res<void> {
  const group = currentGroup();
  {
    using s = tty.state.enter();
    if (s.v.session !== currentSession() || s.v.foreground === 0 || s.v.foreground === group) return;
  }
  if (signalHeldBack(signal)) {
    if (signal === SIGTTOU) return;
    return err(Errno.EIO);
  }
  if (inOrphanedGroup()) return err(Errno.EIO);
  signalGroup(group, signal);
  return err(Errno.EINTR);
}

// ---- reading

/** How long a read waits: until so many bytes, or for so long (0: as long as it takes), beginning at once or with the first byte. */
class Patience {
  bytes: u32;
  time: Nanos;
  fromStart: boolean;
}

function patienceOf(tty: Ptr<Tty>, wanted: usize): Patience {
  using s = tty.state.enter();
  const keys = ref(s.v.discipline.settings.control);
  const lines = (s.v.discipline.settings.local & ICANON) !== 0;
  const least = lines ? u32(1) : u32(keys[0][VMIN]);
  const time: Nanos = lines ? 0 : unit<Nanos>(u64(keys[0][VTIME])) * TENTH;
  return { bytes: usize(least) > wanted ? u32(wanted) : least, time, fromStart: least === 0 };
}

function readTty(file: Ptr<OpenFile>, to: Ptr<Transfer>): Res<usize> {
  attr(maySleep, mayAlloc);
  if (to.remaining === 0) return 0;
  const tty = orReturn(ttyBehind(file));
  orReturn(foregroundOnly(tty, SIGTTIN));
  if ((file.flags.load() & O_NONBLOCK) !== 0) {
    if (!readable(tty, 1)) return err(Errno.EAGAIN);
  } else orReturn(waitForInput(tty, to.remaining));
  // Who was put into the background while waiting gets nothing of it.
  orReturn(foregroundOnly(tty, SIGTTIN));
  const done = takeInput(tty, to);
  tty.resume(tty);
  return done;
}

function readable(tty: Ptr<Tty>, least: u32): boolean {
  using s = tty.state.enter();
  return s.v.hungUp || s.v.discipline.available() >= least;
}

function waitForInput(tty: Ptr<Tty>, wanted: usize): Res<void> {
  attr(maySleep);
  const patience = patienceOf(tty, wanted);
  if (patience.time === 0) {
    if (patience.bytes === 0) return;
    const least = patience.bytes;
    orReturn(tty.readers.wait(() => readable(tty, least)));
    return;
  }
  if (patience.fromStart) {
    orReturn(tty.readers.waitDeadline(() => readable(tty, 1), now() + patience.time));
    return;
  }
  // The clock starts again with each byte.
  orReturn(tty.readers.wait(() => readable(tty, 1)));
  for (let have = available(tty); have < patience.bytes; have = available(tty)) {
    const more = have + 1;
    const came = orReturn(tty.readers.waitDeadline(() => readable(tty, more), now() + patience.time));
    if (!came || isHungUp(tty)) return;
  }
}

function available(tty: Ptr<Tty>): u32 {
  using s = tty.state.enter();
  return s.v.discipline.available();
}

function isHungUp(tty: Ptr<Tty>): boolean {
  using s = tty.state.enter();
  return s.v.hungUp;
}

/** What is there, at most a line. EFAULT. */
function takeInput(tty: Ptr<Tty>, to: Ptr<Transfer>): Res<usize> {
  const part = zeroed<Arr<u8, typeof PART>>();
  let done: usize = 0;
  while (to.remaining > 0) {
    const most = to.remaining < PART ? to.remaining : usize(PART);
    let count: usize = 0;
    let ended = false;
    {
      using s = tty.state.enter();
      const discipline = ref(s.v.discipline);
      count = discipline.read(slice(part, most));
      ended = discipline.lineEnded || discipline.available() === 0;
    }
    orReturn(to.put(slice(part, count)));
    done += count;
    if (ended) break;
  }
  return done;
}

// ---- writing

function writeTty(file: Ptr<OpenFile>, from: Ptr<Transfer>): Res<usize> {
  attr(maySleep, mayAlloc);
  const tty = orReturn(ttyBehind(file));
  if (stopsWriters(tty)) orReturn(foregroundOnly(tty, SIGTTOU));
  const part = zeroed<Arr<u8, typeof PART>>();
  let done: usize = 0;
  while (from.remaining > 0) {
    const count = orReturn(from.take(slice(part)));
    let written: usize = 0;
    while (written < count) {
      if (isHungUp(tty)) return err(Errno.EIO);
      const now = ttyWrite(tty, slice(part).sub(written, count));
      written += now;
      if (written === count || now > 0) continue;
      // What a program has not been told of was not written: after a signal it begins with the rest.
      if ((file.flags.load() & O_NONBLOCK) !== 0)
        return done + written > 0 ? done + written : err(Errno.EAGAIN);
      const waited = tty.writers.wait(() => hasRoom(tty));
      if (isErr(waited)) return done + written > 0 ? done + written : waited;
    }
    done += count;
  }
  return done;
}

function stopsWriters(tty: Ptr<Tty>): boolean {
  using s = tty.state.enter();
  return (s.v.discipline.settings.local & TOSTOP) !== 0;
}

function hasRoom(tty: Ptr<Tty>): boolean {
  using s = tty.state.enter();
  return s.v.hungUp || s.v.room() >= PART;
}

// ---- the rest

function ioctlTty(file: Ptr<OpenFile>, request: u64, argument: User<u8>): Res<u64> {
  attr(maySleep, mayAlloc);
  return controlTty(orReturn(ttyBehind(file)), request, argument);
}

function pollTty(file: Ptr<OpenFile>): u32 {
  const tty = ttyBehind(file);
  if (isErr(tty)) return POLLHUP;
  using s = tty.state.enter();
  let holds: u32 = 0;
  if (s.v.hungUp || s.v.discipline.available() > 0) holds |= POLLIN;
  if (s.v.room() >= PART) holds |= POLLOUT;
  if (s.v.hungUp) holds |= POLLHUP;
  return holds;
}
