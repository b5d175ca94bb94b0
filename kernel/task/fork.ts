// fork: a second process that is like the first one, up to the registers; only the number that the call gives tells the two
// apart. Memory is shared until somebody writes (copy on write), files are shared for good, everything else is copied. What
// may fail comes first, so that either there is a child or nothing has happened.
//
// A thread is less of the same: registers of its own, and all else its process's.
import { THREADS } from "../limits.ts";
import { USER_END } from "../layout.ts";
import { forkSpace } from "../memory/space.ts";
import { enterUser } from "./leave.ts";
import { abandonProcess, currentProcess, newProcess, newThreadId, type Process, publish } from "./process.ts";
import { dropTask, newTask, start } from "./schedule.ts";
import { copyActions } from "./signals.ts";
import { current, type Task, userFrame } from "./task.ts";
import { clearVectors, newVectors, saveVectors, vectorArea } from "./vector.ts";

/** The child's number. EAGAIN, ENOMEM. */
export function fork(): Res<u32> {
  attr(maySleep);
  const parent = currentProcess();
  const child = orReturn(newProcess());
  const thread = copyProcess(parent, child);
  if (isErr(thread)) {
    abandonProcess(child);
    return thread;
  }
  const id = child.id;
  publish(child, parent);
  start(thread);
  return id;
}

/** Everything but the place in the family; what was made stays with the child if it fails. */
function copyProcess(parent: Ptr<Process>, child: Ptr<Process>): Res<Ptr<Task>> {
  const files = parent.files;
  const space = parent.space;
  if (files === null || space === null) panic("a process without files or memory forks");
  child.files = orReturn(files.fork());
  child.space = orReturn(forkSpace(space));
  copyActions(parent, child);
  child.nice = parent.nice;
  child.commandLength = parent.commandLength;
  copy(ref(child.command), ref(parent.command));
  const thread = orReturn(copyThread(child));
  const f = userFrame(thread);
  f.rax = 0;
  thread.id = child.id;
  return thread;
}

/** A task in a process with the registers and the settings of the one that runs; not started. */
function copyThread(process: Ptr<Process>): Res<Ptr<Task>> {
  const me = current();
  const thread = orReturn(newTask(slice(me.name, usize(me.nameLength)), enterUser, 0));
  if (me.vector !== 0) {
    const area = newVectors();
    if (isErr(area)) {
      dropTask(thread);
      return area;
    }
    thread.vector = area;
    saveVectors(me.vector);
    copySlice(vectorArea(area), vectorArea(me.vector));
  }
  copy(userFrame(thread), userFrame(me));
  thread.program = true;
  thread.nice = me.nice;
  thread.level = me.level;
  // The two go on with what is left of one turn: who forks does not get more than who does not.
  shareTurn(me, thread);
  thread.fsBase = me.fsBase;
  thread.blocked = me.inSuspend ? me.suspended : me.blocked;
  thread.process = process;
  thread.space = process.space;
  process.taskAdded();
  using s = process.signals.enter();
  s.v.add(thread);
  return thread;
}

function shareTurn(me: Ptr<Task>, other: Ptr<Task>): void {
  const flags = cpu.saveFlagsCli();
  const half = me.turn / 2;
  me.turn -= half;
  other.turn = half;
  cpu.restoreFlags(flags);
}

/**
 * A thread of the calling process: it calls `entry(argument)` on the stack that ends at `stack`, with FS base `tls`. When it
 * ends, the word at `clearAt` (if that is not 0) becomes 0 and one who waits there is woken. The thread's number; EINVAL,
 * EAGAIN, ENOMEM.
 */
export function createThread(entry: u64, stack: u64, argument: u64, tls: u64, clearAt: u64): Res<u32> {
  attr(maySleep);
  if (entry >= USER_END || stack >= USER_END || stack < 16 || tls >= USER_END) return err(Errno.EINVAL);
  const process = currentProcess();
  // The first word on its stack: where `entry` returns to, which is nowhere.
  const top = (stack & ~15) - 8;
  const nowhere: Arr<u64, 1> = [0];
  orReturn(copyOut(unsafe.user<u64>(top), slice(nowhere)));
  if (threadCount(process) >= THREADS) return err(Errno.EAGAIN);
  const thread = orReturn(copyThread(process));
  const id = newThreadId();
  const f = userFrame(thread);
  f.rip = entry;
  f.rsp = top;
  f.rbp = 0;
  f.rdi = argument;
  thread.id = id;
  thread.fsBase = tls;
  thread.clearAt = clearAt;
  if (thread.vector !== 0) clearVectors(thread.vector);
  start(thread);
  return id;
}

function threadCount(process: Ptr<Process>): u32 {
  using s = process.signals.enter();
  return s.v.count;
}
