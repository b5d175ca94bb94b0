// A pipe: bytes that one program writes and another reads, with a small store in between that makes the faster one wait for the
// slower one. That is all of it, and most of what makes a shell a shell. What there is to get right are the ends: no writer
// left means end of file, no reader left means that writing is pointless and says so (EPIPE, SIGPIPE), and up to PIPE_BUF bytes
// of one write are never mixed with another's.
//
// A named pipe is the same behind a vnode; it exists while somebody has it open.
import { O_ACCMODE, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, POLLERR, POLLHUP, POLLIN, POLLOUT } from "../abi/files.ts";
import { FIONREAD } from "../abi/terminal.ts";
import { allocFrame, frameAt, OWNER_PIPES, release, virtOf } from "../memory/frames.ts";
import { create, destroy } from "../memory/slab.ts";
import { SleepLocked } from "../sync/mutex.ts";
import { WaitQueue } from "../sync/wait.ts";
import { dropFile, type FileOps, type OpenFile, openFile, pollChanged } from "./file.ts";
import type { Transfer } from "./transfer.ts";
import { hold, type Vnode } from "./vnode.ts";

/** Bytes of one write that stay together. */
export const PIPE_BUF = 4096;
const PAGE = 4096;
const PAGES = 4;
/** Bytes that a pipe stores. */
export const PIPE_BYTES = 16384;

/** Where bytes come out next; they are stored from there on, `Pipe.used` of them. */
class Ring {
  first: usize;
}

export class Pipe {
  private pages: Arr<Ptr<u8>, typeof PAGES>;
  /** Changed with the ring's lock held, looked at without it by whoever waits. */
  private used: Atomic<usize>;
  private ring: SleepLocked<Ring>;
  /** Ends that are open. */
  private readers: Atomic<u32>;
  private writers: Atomic<u32>;
  /** How often an end was opened: who waits for the other end of a named pipe sees one that came and went. */
  private everRead: Atomic<u64>;
  private everWritten: Atomic<u64>;
  /** Open files and vnodes' openings under way. */
  private refs: Atomic<u32>;
  private canRead: WaitQueue;
  private canWrite: WaitQueue;

  /** ENOMEM. */
  start(): Res<void> {
    let had: usize = 0;
    for (; had < PAGES; had++) {
      const frame = allocFrame(OWNER_PIPES);
      if (isErr(frame)) {
        for (let i: usize = 0; i < had; i++) release(frameAt(this.pages[i]));
        return frame;
      }
      this.pages[had] = virtOf<u8>(frame);
    }
    this.refs.store(1);
  }

  hold(): void {
    this.refs.add(1);
  }

  /** Whether that was the last holder: then the pipe is gone. */
  drop(): boolean {
    if (this.refs.sub(1) !== 1) return false;
    for (const page of this.pages) release(frameAt(page));
    destroy(ref<Pipe>(this));
    return true;
  }

  addEnds(flags: u32): void {
    if ((flags & O_ACCMODE) !== O_WRONLY) {
      this.readers.add(1);
      this.everRead.add(1);
    }
    if ((flags & O_ACCMODE) !== O_RDONLY) {
      this.writers.add(1);
      this.everWritten.add(1);
    }
    this.changed();
  }

  removeEnds(flags: u32): void {
    if ((flags & O_ACCMODE) !== O_WRONLY) this.readers.sub(1);
    if ((flags & O_ACCMODE) !== O_RDONLY) this.writers.sub(1);
    this.changed();
  }

  private changed(): void {
    this.canRead.wakeAll();
    this.canWrite.wakeAll();
    pollChanged();
  }

  /** Waits until the other end of a named pipe was opened too. EINTR; ENXIO for a writer that does not want to wait. */
  meet(flags: u32): Res<void> {
    const mode = flags & O_ACCMODE;
    if (mode === O_RDWR) return;
    const waits = (flags & O_NONBLOCK) === 0;
    if (mode === O_RDONLY) {
      const before = this.everWritten.load();
      if (!waits || this.writers.load() !== 0) return;
      return this.canRead.wait(() => this.everWritten.load() !== before);
    }
    const before = this.everRead.load();
    if (this.readers.load() !== 0) return;
    if (!waits) return err(Errno.ENXIO);
    return this.canWrite.wait(() => this.everRead.load() !== before);
  }

  /** What is stored, up to what is wanted; 0 when nothing is and nobody can write any more. */
  read(to: Ptr<Transfer>, waits: boolean): Res<usize> {
    if (to.remaining === 0) return 0;
    for (;;) {
      const got = orReturn(this.takeOut(to));
      if (got > 0) {
        this.canWrite.wakeAll();
        pollChanged();
        return got;
      }
      if (this.writers.load() === 0) {
        // The last writer may have written between the look at the ring and the look at the writers.
        if (this.used.load() === 0) return 0;
        continue;
      }
      if (!waits) return err(Errno.EAGAIN);
      orReturn(this.canRead.wait(() => this.used.load() > 0 || this.writers.load() === 0));
    }
  }

  private takeOut(to: Ptr<Transfer>): Res<usize> {
    using ring = this.ring.enter();
    let got: usize = 0;
    while (to.remaining > 0 && this.used.load() > 0) {
      const at = ring.v.first % PAGE;
      let run = PAGE - at;
      if (run > this.used.load()) run = this.used.load();
      const moved = to.put(slice(ref(this.pages[ring.v.first / PAGE][at]), run));
      if (isErr(moved)) {
        if (got > 0) return got;
        return moved;
      }
      ring.v.first = (ring.v.first + moved) % PIPE_BYTES;
      this.used.sub(moved);
      got += moved;
    }
    return got;
  }

  /** Everything, unless nobody waits or nobody reads. EPIPE, EAGAIN, EINTR only when nothing was written. */
  write(from: Ptr<Transfer>, waits: boolean): Res<usize> {
    const together: usize = from.remaining <= PIPE_BUF ? from.remaining : 1;
    let done: usize = 0;
    while (from.remaining > 0) {
      if (this.readers.load() === 0) return done > 0 ? done : err(Errno.EPIPE);
      const put = this.putIn(from, done === 0 ? together : 1);
      if (isErr(put)) {
        if (done > 0) return done;
        return put;
      }
      if (put > 0) {
        done += put;
        this.canRead.wakeAll();
        pollChanged();
        continue;
      }
      if (!waits) return done > 0 ? done : err(Errno.EAGAIN);
      const room = done === 0 ? together : 1;
      const waited = this.canWrite.wait(() => PIPE_BYTES - this.used.load() >= room || this.readers.load() === 0);
      if (isErr(waited)) {
        if (done > 0) return done;
        return waited;
      }
    }
    return done;
  }

  /** As much as there is room for; nothing when that is less than `least`. */
  private putIn(from: Ptr<Transfer>, least: usize): Res<usize> {
    using ring = this.ring.enter();
    let put: usize = 0;
    if (PIPE_BYTES - this.used.load() < least) return 0;
    while (from.remaining > 0 && this.used.load() < PIPE_BYTES) {
      const last = (ring.v.first + this.used.load()) % PIPE_BYTES;
      const at = last % PAGE;
      let run = PAGE - at;
      if (run > PIPE_BYTES - this.used.load()) run = PIPE_BYTES - this.used.load();
      const moved = from.take(slice(ref(this.pages[last / PAGE][at]), run));
      if (isErr(moved)) {
        if (put > 0) return put;
        return moved;
      }
      this.used.add(moved);
      put += moved;
    }
    return put;
  }

  stored(): usize {
    return this.used.load();
  }

  ready(reads: boolean, writes: boolean): u32 {
    let ready: u32 = 0;
    if (reads) {
      if (this.used.load() > 0) ready |= POLLIN;
      if (this.writers.load() === 0) ready |= POLLHUP;
    }
    if (writes) {
      if (PIPE_BYTES - this.used.load() >= PIPE_BUF) ready |= POLLOUT;
      if (this.readers.load() === 0) ready |= POLLERR;
    }
    return ready;
  }
}

function pipeOf(file: Ptr<OpenFile>): Ptr<Pipe> {
  const pipe = file.pipe;
  if (pipe === null) panic("an open pipe without a pipe");
  return pipe;
}

const waits = (file: Ptr<OpenFile>): boolean => (file.flags.load() & O_NONBLOCK) === 0;

function pipeRead(file: Ptr<OpenFile>, to: Ptr<Transfer>): Res<usize> {
  return pipeOf(file).read(to, waits(file));
}

function pipeWrite(file: Ptr<OpenFile>, from: Ptr<Transfer>): Res<usize> {
  return pipeOf(file).write(from, waits(file));
}

function pipeIoctl(file: Ptr<OpenFile>, request: u64, argument: User<u8>): Res<u64> {
  if (request !== FIONREAD) return err(Errno.ENOTTY);
  const stored = u32(pipeOf(file).stored());
  const word: Arr<u8, 4> = [u8(stored), u8(stored >> 8), u8(stored >> 16), u8(stored >> 24)];
  orReturn(copyOut(argument, slice(word)));
  return 0;
}

function pipePoll(file: Ptr<OpenFile>): u32 {
  return pipeOf(file).ready(file.readable(), file.writable());
}

function pipeRelease(file: Ptr<OpenFile>): void {
  const pipe = pipeOf(file);
  pipe.removeEnds(file.flags.load());
  const vnode = file.vnode;
  if (vnode === null) {
    pipe.drop();
    return;
  }
  using _ = named.enter();
  if (pipe.drop()) vnode.pipe = null;
}

const pipeOps: FileOps = {
  read: pipeRead,
  write: pipeWrite,
  ioctl: pipeIoctl,
  poll: pipePoll,
  release: pipeRelease,
  seekable: false,
};

function createPipe(): Res<Ptr<Pipe>> {
  const pipe = orReturn(create<Pipe>());
  const started = pipe.start();
  if (isErr(started)) {
    destroy(pipe);
    return started;
  }
  return pipe;
}

/** An open end; it takes over one hold of the pipe, and the hold of the vnode, unless this fails. */
function openEnd(pipe: Ptr<Pipe>, flags: u32, vnode: Ptr<Vnode> | null): Res<Ptr<OpenFile>> {
  const file = orReturn(openFile(ref(pipeOps), flags, vnode, 0));
  file.pipe = pipe;
  pipe.addEnds(flags);
  return file;
}

/** The two ends of a new pipe. */
export class PipeEnds {
  reading: Ptr<OpenFile>;
  writing: Ptr<OpenFile>;
}

/** A pipe without a name; `flags` may be O_NONBLOCK. ENOMEM. */
export function makePipe(flags: u32): Res<PipeEnds> {
  const pipe = orReturn(createPipe());
  const reading = openEnd(pipe, flags | O_RDONLY, null);
  if (isErr(reading)) {
    pipe.drop();
    return reading;
  }
  pipe.hold();
  const writing = openEnd(pipe, flags | O_WRONLY, null);
  if (isErr(writing)) {
    pipe.drop();
    dropFile(reading);
    return writing;
  }
  return { reading, writing };
}

// ---- named pipes

class Named {
  opened: u64;
}

/** Decides which vnodes have a pipe. */
const named = zeroed<SleepLocked<Named>>();

function pipeAt(vnode: Ptr<Vnode>): Res<Ptr<Pipe>> {
  using n = named.enter();
  n.v.opened++;
  const there = vnode.pipe;
  if (there !== null) {
    there.hold();
    return there;
  }
  const pipe = orReturn(createPipe());
  vnode.pipe = pipe;
  return pipe;
}

/** Opens a named pipe, which waits for the other end; takes over the hold of the vnode, unless this fails. EINTR, ENXIO, ENOMEM. */
export function openNamedPipe(vnode: Ptr<Vnode>, flags: u32): Res<Ptr<OpenFile>> {
  const pipe = orReturn(pipeAt(vnode));
  const file = openEnd(pipe, flags, vnode);
  if (isErr(file)) {
    using _ = named.enter();
    if (pipe.drop()) vnode.pipe = null;
    return file;
  }
  const met = pipe.meet(flags);
  if (isErr(met)) {
    hold(vnode);
    dropFile(file);
    return met;
  }
  return file;
}
