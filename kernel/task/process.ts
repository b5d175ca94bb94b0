// A process is what a program runs in: memory, files, what it does with signals, and its place in the family. Each has a
// parent, who started it and may ask how it ended; until then a process that has ended stays as a number and a status, a
// zombie. Who loses his parent is given to process 1, which asks for everybody.
//
// Processes form groups (what a shell starts with one line, what Ctrl-C ends) and groups form sessions (what one terminal
// is about). The table of all of them is under one lock, because fork, exit and wait change several at a time; it is held
// for a few steps, and everything else of a process has locks of its own.
import { WNOHANG, WCONTINUED, WUNTRACED, STATUS_CONTINUED, STATUS_STOPPED } from "../abi/processes.ts";
import { SIGCONT, SIGHUP } from "../abi/signals.ts";
import { createFileTable, type FileTable } from "../fs/descriptors.ts";
import { IDS, PROCESSES, THREADS } from "../limits.ts";
import { create, destroy } from "../memory/slab.ts";
import { dropSpace, leaveSpace, type Space } from "../memory/space.ts";
import { Locked } from "../sync/spin.ts";
import { WaitQueue } from "../sync/wait.ts";
import type { Deadline } from "./deadlines.ts";
import type { ProcessFacts } from "./facts.ts";
import { endOfInit } from "./init.ts";
import { childSignal, orphanSignals, type SignalState, startSignals } from "./signals.ts";
import { current } from "./task.ts";

// What a process is up to.
/** Being made: nobody can find it. */
export const PROCESS_NEW: u8 = 0;
export const PROCESS_RUNNING: u8 = 1;
export const PROCESS_STOPPED: u8 = 2;
/** Has ended; its parent has not asked yet. */
export const PROCESS_ZOMBIE: u8 = 3;
/** Its parent has asked: it is in the table no more. */
export const PROCESS_GONE: u8 = 4;

/** Bytes of the command line that are kept to be shown. */
export const COMMAND_BYTES = 256;

/** The number of the first process. */
export const INIT = 1;

export class Process {
  id: u32;
  /** Who may look at it; the table is one. */
  private refs: Atomic<u32>;

  // The family's, with its lock held.
  parent: Ptr<Process> | null;
  children: Ptr<Process> | null;
  next: Ptr<Process> | null;
  previous: Ptr<Process> | null;
  group: u32;
  session: u32;
  /** PROCESS_*. */
  state: u8;
  /** It has run another program since fork: its parent may not move it to another group any more. */
  executed: boolean;
  /** What wait has not been told yet. */
  tellStopped: boolean;
  tellContinued: boolean;
  /** As wait shows it: of a zombie its end, of a stopped process the signal. */
  status: i32;
  /** Of children that were waited for, and of theirs: nanoseconds. */
  childrenUser: u64;
  childrenSystem: u64;

  // Its own.
  signals: Locked<SignalState>;
  /** Woken when a child ends, stops or goes on. */
  childChanged: WaitQueue;
  /** Woken when its threads have to look again: it goes on, it ends, one of them has ended. */
  threadsChanged: WaitQueue;
  /** Tasks whose stacks are still there. */
  private tasks: Atomic<u32>;
  space: Ptr<Space> | null;
  files: Ptr<FileTable> | null;
  /** When SIGALRM comes. */
  alarm: Deadline;
  /** Of threads that have ended: nanoseconds in user code and in the kernel. */
  user: Atomic<u64>;
  system: Atomic<u64>;
  nice: i8;
  commandLength: u16;
  /** Arguments with a zero behind each; cut. */
  command: Arr<u8, typeof COMMAND_BYTES>;

  hold(): void {
    attr(irqSafe, noSleep);
    const before = this.refs.add(1);
    assert(before !== 0, "a process that nobody holds is held");
  }

  start(): void {
    this.refs.store(1);
  }

  /** One who looks less; true for the last. */
  release(): boolean {
    attr(irqSafe, noSleep);
    return this.refs.sub(1) === 1;
  }

  taskAdded(): void {
    this.tasks.add(1);
  }

  /** True when it was the last one. */
  taskGone(): boolean {
    return this.tasks.sub(1) === 1;
  }
}

class Family {
  slots: Arr<Ptr<Process> | null, typeof PROCESSES>;
  count: u32;
  /** The number to try next. */
  next: u32;
  /** Numbers have begun again: an old one may still be in use. */
  wrapped: boolean;

  takeNumber(): u32 {
    const id = this.next === 0 ? INIT : this.next;
    this.next = id + 1;
    if (this.next === IDS) {
      this.next = INIT + 1;
      this.wrapped = true;
    }
    return id;
  }

  /** The process with a number; null also while it is being made. */
  find(id: u32): Ptr<Process> | null {
    const process = this.slots[id & (PROCESSES - 1)];
    return process !== null && process.id === id && process.state !== PROCESS_NEW ? process : null;
  }

  /** Whether a number means anything: a group, a session, or a thread can have it longer than its process. */
  inUse(id: u32): boolean {
    for (let slot: u32 = 0; slot < PROCESSES; slot++) {
      const process = this.slots[slot];
      if (process === null) continue;
      if (process.id === id || process.group === id || process.session === id) return true;
      using s = process.signals.enter();
      let thread = s.v.threads;
      for (let n: u32 = 0; n < THREADS; n++) {
        if (thread === null) break;
        if (thread.id === id) return true;
        thread = thread.sibling;
      }
    }
    return false;
  }

  groupExists(group: u32, session: u32): boolean {
    for (const process of this.slots)
      if (process !== null && process.group === group && process.session === session && process.state !== PROCESS_NEW)
        return true;
    return false;
  }

  /**
   * Nobody in an orphaned group has a parent who could care for it: in another group of the same session
   * (POSIX.1-2017, 3.264). `without` is about to leave.
   */
  orphaned(group: u32, without: Ptr<Process>): boolean {
    for (const process of this.slots) {
      if (process === null || process.group !== group || process === without || process.state === PROCESS_ZOMBIE) continue;
      const parent = process.parent;
      if (parent === null || parent === without || parent.id === INIT) continue;
      if (parent.group !== group && parent.session === process.session) return false;
    }
    return true;
  }

  hasStopped(group: u32): boolean {
    for (const process of this.slots)
      if (process !== null && process.group === group && process.state === PROCESS_STOPPED) return true;
    return false;
  }

  adopt(parent: Ptr<Process>, child: Ptr<Process>): void {
    const first = parent.children;
    child.parent = parent;
    child.previous = null;
    child.next = first;
    if (first !== null) first.previous = child;
    parent.children = child;
  }

  disown(child: Ptr<Process>): void {
    const parent = child.parent;
    const next = child.next;
    const previous = child.previous;
    if (previous !== null) previous.next = next;
    else if (parent !== null) parent.children = next;
    if (next !== null) next.previous = previous;
    child.parent = null;
    child.next = null;
    child.previous = null;
  }

  /** Takes a process that has ended out of the table. */
  remove(process: Ptr<Process>): void {
    this.disown(process);
    this.slots[process.id & (PROCESSES - 1)] = null;
    this.count--;
    process.state = PROCESS_GONE;
  }
}

const family = zeroed<Locked<Family>>();

// ---- who is who

/** The process of the task that runs; kernel tasks have none and must not ask. */
export function currentProcess(): Ptr<Process> {
  attr(irqSafe, noSleep);
  const process = current().process;
  if (process === null) panic("a kernel task asks for its process");
  return process;
}

export function currentFiles(): Ptr<FileTable> {
  const files = currentProcess().files;
  if (files === null) panic("a process without files opens one");
  return files;
}

/** What a terminal wants to know of the calling process. */
export function currentGroup(): u32 {
  const me = currentProcess();
  using _ = family.enter();
  return me.group;
}

export function currentSession(): u32 {
  const me = currentProcess();
  using _ = family.enter();
  return me.session;
}

export function leadsSession(): boolean {
  const me = currentProcess();
  using _ = family.enter();
  return me.session === me.id;
}

/** Whether the calling process's group is one that nobody would start again after a stop. */
export function inOrphanedGroup(): boolean {
  const me = currentProcess();
  using f = family.enter();
  const parent = me.parent;
  if (parent !== null && parent.id !== INIT && parent.session === me.session && parent.group !== me.group) return false;
  return f.v.orphaned(me.group, me);
}

/** Whether a session has a group of this number. */
export function groupInSession(group: u32, session: u32): boolean {
  using f = family.enter();
  return f.v.groupExists(group, session);
}

/** The process with a number, held until dropProcess; null: there is none. Zombies are found as well. */
export function findProcess(id: u32): Ptr<Process> | null {
  using f = family.enter();
  const process = f.v.find(id);
  if (process !== null) process.hold();
  return process;
}

export function dropProcess(process: Ptr<Process>): void {
  attr(noSleep);
  if (process.release()) destroy(process);
}

/** For lists: the process with the smallest number above one, held; null: there is none. */
export function nextProcess(above: u32): Ptr<Process> | null {
  using f = family.enter();
  let best: Ptr<Process> | null = null;
  for (const process of f.v.slots) {
    if (process === null || process.state === PROCESS_NEW || process.id <= above) continue;
    if (best === null || process.id < best.id) best = process;
  }
  if (best !== null) best.hold();
  return best;
}

export function processCount(): u32 {
  using f = family.enter();
  return f.v.count;
}

/** Calls `f` for every process that is not a zombie and matches: of a group, or with 0 all but the first. Whether there was one. */
export function eachProcess(group: u32, f: (process: Ptr<Process>) => void): boolean {
  attr(irqSafe, noSleep);
  using held = family.enter();
  let found = false;
  for (const process of held.v.slots) {
    if (process === null || process.state === PROCESS_NEW) continue;
    if (group === 0 ? process.id === INIT : process.group !== group) continue;
    found = true;
    if (process.state !== PROCESS_ZOMBIE) f(process);
  }
  return found;
}

// ---- beginnings

/** A process with a number, which nobody finds before publish(). EAGAIN, ENOMEM. */
export function newProcess(): Res<Ptr<Process>> {
  const process = orReturn(create<Process>());
  process.start();
  startSignals(process);
  using f = family.enter();
  for (let n: u32 = 0; n < PROCESSES; n++) {
    const id = f.v.takeNumber();
    const slot = id & (PROCESSES - 1);
    if (f.v.slots[slot] !== null) continue;
    if (f.v.wrapped && f.v.inUse(id)) continue;
    process.id = id;
    f.v.slots[slot] = process;
    f.v.count++;
    return process;
  }
  destroy(process);
  return err(Errno.EAGAIN);
}

/** A number for one more thread. */
export function newThreadId(): u32 {
  using f = family.enter();
  for (let n: u32 = 0; n < IDS; n++) {
    const id = f.v.takeNumber();
    if (!f.v.wrapped || !f.v.inUse(id)) return id;
  }
  panic("more numbers in use than there are tasks");
}

/** Takes back a process that was never published, with its files and its memory. */
export function abandonProcess(process: Ptr<Process>): void {
  attr(maySleep);
  const files = process.files;
  if (files !== null) files.release();
  const space = process.space;
  if (space !== null) dropSpace(space);
  forget(process);
  dropProcess(process);
}

function forget(process: Ptr<Process>): void {
  using f = family.enter();
  f.v.slots[process.id & (PROCESSES - 1)] = null;
  f.v.count--;
}

/** From here on the process exists for everybody: a child of `parent`, in its group and session. */
export function publish(process: Ptr<Process>, parent: Ptr<Process>): void {
  using f = family.enter();
  process.group = parent.group;
  process.session = parent.session;
  f.v.adopt(parent, process);
  process.state = PROCESS_RUNNING;
}

/** The first process: its own group, its own session, nobody's child. */
export function publishFirst(process: Ptr<Process>): void {
  using _ = family.enter();
  process.group = process.id;
  process.session = process.id;
  process.state = PROCESS_RUNNING;
}

/** Files for the first process. */
export function firstFiles(): Res<Ptr<FileTable>> {
  return createFileTable();
}

// ---- ends

/** The last thread is about to go: files are closed, memory is given back. It is still the one that runs. */
export function releaseProcess(process: Ptr<Process>): void {
  attr(maySleep);
  const files = process.files;
  process.files = null;
  if (files !== null) files.release();
  const space = process.space;
  current().space = null;
  process.space = null;
  leaveSpace();
  if (space !== null) dropSpace(space);
}

/** The undertaker: a task of the process has been cleared away. After the last one the process is a zombie, and its parent hears of it. */
export function threadGone(process: Ptr<Process>): void {
  attr(maySleep);
  if (!process.taskGone()) return;
  if (process.id === INIT) endOfInit(process.status);
  // Until the end of this the parent may have asked already, and nobody else holds it.
  process.hold();
  const parent = leaveFamily(process);
  childSignal(parent, process);
  dropProcess(parent);
  dropProcess(process);
}

/**
 * Makes a process a zombie and gives its children to process 1. Groups that it leaves without anybody who cares hear SIGHUP and
 * SIGCONT if somebody in them is stopped, or he would be for ever (POSIX.1-2017, _exit). Gives the parent, held.
 */
function leaveFamily(process: Ptr<Process>): Ptr<Process> {
  orphanGroups(process);
  using f = family.enter();
  const init = f.v.find(INIT);
  if (init === null) panic("the first process is gone");
  let child = process.children;
  let zombies = false;
  while (child !== null) {
    const next = child.next;
    f.v.disown(child);
    f.v.adopt(init, child);
    if (child.state === PROCESS_ZOMBIE) zombies = true;
    child = next;
  }
  if (zombies) init.childChanged.wakeAll();
  process.state = PROCESS_ZOMBIE;
  const parent = process.parent;
  if (parent === null) panic("a process without a parent has ended");
  parent.hold();
  return parent;
}

/** The groups that have nobody left when a process goes: its own, and its children's. One at a time, as signals take other locks. */
function orphanGroups(process: Ptr<Process>): void {
  let after: u32 = 0;
  for (let n: u32 = 0; n < PROCESSES; n++) {
    const group = nextOrphaned(process, after);
    if (group === 0) return;
    orphanSignals(group, SIGHUP, SIGCONT);
    after = group;
  }
}

/** The smallest number above `after` of a group that the process leaves orphaned, and that has somebody stopped; 0: none. */
function nextOrphaned(process: Ptr<Process>, after: u32): u32 {
  using f = family.enter();
  let best: u32 = 0;
  const parent = process.parent;
  const cared = parent !== null && parent.session === process.session && parent.group !== process.group;
  if (cared && process.group > after && f.v.hasStopped(process.group) && f.v.orphaned(process.group, process))
    best = process.group;
  let child = process.children;
  while (child !== null) {
    const group = child.group;
    if (group !== process.group && child.session === process.session && group > after && (best === 0 || group < best))
      if (f.v.hasStopped(group) && f.v.orphaned(group, process)) best = group;
    child = child.next;
  }
  return best;
}

/** Takes a zombie out of the family without anybody asking: its parent does not want to know. */
export function forgetZombie(process: Ptr<Process>): void {
  if (!removeZombie(process)) return;
  dropProcess(process);
}

function removeZombie(process: Ptr<Process>): boolean {
  using f = family.enter();
  if (process.state !== PROCESS_ZOMBIE) return false;
  f.v.remove(process);
  return true;
}

/** A process stops or goes on, as its parent sees it; whether that is news. */
export function setStopped(process: Ptr<Process>, stopped: boolean, signal: u32): boolean {
  using _ = family.enter();
  if (stopped ? process.state !== PROCESS_RUNNING : process.state !== PROCESS_STOPPED) return false;
  process.state = stopped ? PROCESS_STOPPED : PROCESS_RUNNING;
  process.tellStopped = stopped;
  process.tellContinued = !stopped;
  process.status = stopped ? i32(STATUS_STOPPED | (signal << 8)) : STATUS_CONTINUED;
  return true;
}

/** The parent, held; null for the first process. */
export function parentOf(process: Ptr<Process>): Ptr<Process> | null {
  using _ = family.enter();
  const parent = process.parent;
  if (parent !== null) parent.hold();
  return parent;
}

// ---- wait

/** What wait has found. */
export class Waited {
  found: boolean;
  /** Whether there is anybody to wait for. */
  children: boolean;
  id: u32;
  status: i32;
  zombie: Ptr<Process> | null;
}

/**
 * Waits for a child: with a number above 0 that one, -1 any, 0 any of the caller's group, below -1 any of that group. `options`
 * are W*. ECHILD; EINTR. With WNOHANG `found` may stay false.
 */
export function waitChild(id: i32, options: u32, out: Ptr<Waited>): Res<void> {
  attr(maySleep);
  const me = currentProcess();
  const look = (): boolean => {
    lookForChild(me, id, options, out);
    return out.found || !out.children;
  };
  if ((options & WNOHANG) !== 0) look();
  else orReturn(me.childChanged.wait(look));
  if (!out.children) return err(Errno.ECHILD);
  const zombie = out.zombie;
  if (zombie !== null) dropProcess(zombie);
}

function lookForChild(me: Ptr<Process>, id: i32, options: u32, out: Ptr<Waited>): void {
  using f = family.enter();
  out.children = false;
  let child = me.children;
  while (child !== null) {
    const at = child;
    child = at.next;
    if (id > 0 && at.id !== u32(id)) continue;
    if (id === 0 && at.group !== me.group) continue;
    if (id < -1 && at.group !== u32(-id)) continue;
    out.children = true;
    const stopped = at.tellStopped && (options & WUNTRACED) !== 0;
    const continued = at.tellContinued && (options & WCONTINUED) !== 0;
    if (at.state !== PROCESS_ZOMBIE && !stopped && !continued) continue;
    out.found = true;
    out.id = at.id;
    out.status = at.status;
    if (at.state === PROCESS_ZOMBIE) {
      me.childrenUser += at.user.load() + at.childrenUser;
      me.childrenSystem += at.system.load() + at.childrenSystem;
      f.v.remove(at);
      out.zombie = at;
    } else {
      at.tellStopped = false;
      at.tellContinued = false;
    }
    return;
  }
}

// ---- groups and sessions

/** Moves a process (0: the caller) to a group (0: of its own number). ESRCH, EACCES, EPERM (POSIX.1-2017, setpgid). */
export function setGroup(id: u32, to: u32): Res<void> {
  const me = currentProcess();
  using f = family.enter();
  const process = id === 0 ? me : f.v.find(id);
  if (process === null || process.state === PROCESS_ZOMBIE) return err(Errno.ESRCH);
  if (process !== me) {
    if (process.parent !== me) return err(Errno.ESRCH);
    if (process.session !== me.session) return err(Errno.EPERM);
    if (process.executed) return err(Errno.EACCES);
  }
  if (process.session === process.id) return err(Errno.EPERM);
  const group = to === 0 ? process.id : to;
  if (group !== process.id && !f.v.groupExists(group, process.session)) return err(Errno.EPERM);
  process.group = group;
}

export function groupOf(id: u32): Res<u32> {
  const me = currentProcess();
  using f = family.enter();
  const process = id === 0 ? me : f.v.find(id);
  if (process === null) return err(Errno.ESRCH);
  return process.group;
}

/** A new session with the caller as its leader and only member. EPERM for who leads a group. */
export function newSession(): Res<u32> {
  const me = currentProcess();
  using f = family.enter();
  if (f.v.groupExists(me.id, me.session) && me.group === me.id) return err(Errno.EPERM);
  for (const process of f.v.slots) if (process !== null && process.group === me.id) return err(Errno.EPERM);
  me.session = me.id;
  me.group = me.id;
  return me.id;
}

export function parentId(process: Ptr<Process>): u32 {
  using _ = family.enter();
  const parent = process.parent;
  return parent === null ? 0 : parent.id;
}

/** A process's place, for lists. */
export function idsOf(process: Ptr<Process>, out: Ptr<ProcessFacts>): void {
  using _ = family.enter();
  const parent = process.parent;
  out.parent = parent === null ? 0 : parent.id;
  out.group = process.group;
  out.session = process.session;
  out.state = process.state;
}

/** exec has succeeded. */
export function markExecuted(process: Ptr<Process>): void {
  using _ = family.enter();
  process.executed = true;
}

/** How the process ended, for wait. */
export function setStatus(process: Ptr<Process>, status: i32): void {
  using _ = family.enter();
  process.status = status;
}
