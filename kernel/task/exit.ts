// Ends. A thread takes itself off its process; the last one closes the files and gives the memory back while there is still
// somebody to do it, because that may take time (a file is written out, a connection is closed). What is left, a stack and a
// number, is the undertaker's.
import { releaseTerminal } from "../drivers/tty-table.ts";
import { releaseProcess, currentProcess, leadsSession, type Process, setStatus } from "./process.ts";
import { exitTask } from "./schedule.ts";
import { wakeFutex } from "./futex.ts";
import { clearDeadline } from "./clock.ts";
import { leaveSpace } from "../memory/space.ts";
import { current, type Task } from "./task.ts";
import { systemTime, userTime } from "./times.ts";

/** Ends the calling thread's process with all of its threads; `status` as wait shows it. */
export function endProcess(status: i32): never {
  attr(maySleep);
  const process = currentProcess();
  if (beginEnd(process)) {
    setStatus(process, status);
    process.threadsChanged.wakeAll();
  }
  endThread();
}

/** All threads are to end; true for the first who wants that. */
function beginEnd(process: Ptr<Process>): boolean {
  using s = process.signals.enter();
  if (s.v.ending) return false;
  s.v.ending = true;
  s.v.rouse();
  return true;
}

/** Ends the calling thread; with the last one the process ends. */
export function endThread(): never {
  attr(maySleep);
  const me = current();
  const process = currentProcess();
  if (me.clearAt !== 0) announce(me.clearAt);
  process.user.add(userTime(me));
  process.system.add(systemTime(me));
  if (detach(process, me)) {
    clearDeadline(ref(process.alarm));
    if (leadsSession()) releaseTerminal(process.id);
    releaseProcess(process);
  } else {
    process.threadsChanged.wakeAll();
    me.space = null;
    leaveSpace();
  }
  exitTask();
}

/** Takes a thread off its process; true when it was the last. */
function detach(process: Ptr<Process>, me: Ptr<Task>): boolean {
  using s = process.signals.enter();
  s.v.remove(me);
  return s.v.count === 0;
}

/** Whoever waits for the thread (join) waits for this word to become 0. */
function announce(at: u64): void {
  const zero: Arr<u32, 1> = [0];
  if (isErr(copyOut(unsafe.user<u32>(at), slice(zero)))) return;
  wakeFutex(at, 1);
}
