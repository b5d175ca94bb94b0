// Waiting in user code costs nothing until there is really somebody to wait for: a lock is a word in the program's memory,
// taken by one instruction. Only who finds it taken comes here, and who gives it back and knows that somebody waits.
//
// The queues are found by the word's address. Who waits stands in the queue first and looks at the word then: a wake that
// comes in between finds him.
import { FUTEX_QUEUES } from "../limits.ts";
import { Locked } from "../sync/spin.ts";
import type { Space } from "../memory/space.ts";
import { type Nanos, waitFor } from "./clock.ts";
import { wake } from "./schedule.ts";
import { current, type Task } from "./task.ts";

/** Somebody who waits; lies on his stack. */
class Sleeper {
  next: Ptr<Sleeper> | null;
  previous: Ptr<Sleeper> | null;
  space: Ptr<Space> | null;
  at: u64;
  task: Ptr<Task> | null;
  /** Taken out of the queue by who woke him. */
  woken: boolean;
}

class Sleepers {
  first: Ptr<Sleeper> | null;
  last: Ptr<Sleeper> | null;

  append(sleeper: Ptr<Sleeper>): void {
    const last = this.last;
    sleeper.previous = last;
    if (last === null) this.first = sleeper;
    else last.next = sleeper;
    this.last = sleeper;
  }

  remove(sleeper: Ptr<Sleeper>): void {
    const next = sleeper.next;
    const previous = sleeper.previous;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.last = previous;
    else next.previous = previous;
  }
}

const queues = zeroed<Arr<Locked<Sleepers>, typeof FUTEX_QUEUES>>();

/** Words lie 4 apart; threads of one process should not all meet. */
function queueOf(at: u64): Ptr<Locked<Sleepers>> {
  return ref(queues[(at >> 2) & (FUTEX_QUEUES - 1)]);
}

/** Waits until wakeFutex, if the word still is what the caller saw. EAGAIN: it is not; ETIMEDOUT, EINTR, EFAULT. */
export function waitFutex(word: User<u32>, at: u64, expected: u32, until: Nanos): Res<void> {
  attr(maySleep);
  const queue = queueOf(at);
  const me = current();
  const sleeper = zeroed<Sleeper>();
  sleeper.space = me.space;
  sleeper.at = at;
  sleeper.task = me;
  enqueue(queue, ref(sleeper));
  const seen = zeroed<Arr<u32, 1>>();
  const read = copyIn(slice(seen), word);
  if (isErr(read) || seen[0] !== expected) {
    // Woken in between: then somebody has given it to us, and we have it.
    if (!dequeue(queue, ref(sleeper))) return;
    if (isErr(read)) return read;
    return err(Errno.EAGAIN);
  }
  const came = waitFor(() => wasWoken(queue, ref(sleeper)), until, true);
  if (!dequeue(queue, ref(sleeper))) return;
  if (isErr(came)) return came;
  return err(Errno.ETIMEDOUT);
}

function enqueue(queue: Ptr<Locked<Sleepers>>, sleeper: Ptr<Sleeper>): void {
  using q = queue.enter();
  q.v.append(sleeper);
}

function wasWoken(queue: Ptr<Locked<Sleepers>>, sleeper: Ptr<Sleeper>): boolean {
  using _ = queue.enter();
  return sleeper.woken;
}

/** False: it was taken out before, by who woke it. */
function dequeue(queue: Ptr<Locked<Sleepers>>, sleeper: Ptr<Sleeper>): boolean {
  using q = queue.enter();
  if (sleeper.woken) return false;
  q.v.remove(sleeper);
  return true;
}

/** Wakes as many of the calling process who wait for a word; how many there were. */
export function wakeFutex(at: u64, most: u32): u32 {
  attr(noSleep);
  const space = current().space;
  const queue = queueOf(at);
  let count: u32 = 0;
  using q = queue.enter();
  let sleeper = q.v.first;
  while (sleeper !== null && count < most) {
    const next = sleeper.next;
    if (sleeper.at === at && sleeper.space === space) {
      q.v.remove(sleeper);
      sleeper.woken = true;
      const task = sleeper.task;
      if (task !== null) wake(task);
      count++;
    }
    sleeper = next;
  }
  return count;
}
