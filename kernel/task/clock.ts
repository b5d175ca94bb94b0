// Time: what it is, and waking those who wait for a moment. The clock itself is a driver's; the moments are nanoseconds
// since the start, in 64 bits, which last for 584 years.
import { timerBy } from "../drivers/tick.ts";
import { nanosSinceStart, wallClockAtStart } from "../drivers/timer.ts";
import { DEADLINES } from "../limits.ts";
import { SpinLock } from "../sync/spin.ts";
import { type Deadline, DeadlineHeap } from "./deadlines.ts";
import { giveUp, tick } from "./schedule.ts";
import { current, TASK_BLOCKED, TASK_READY, TASK_SLEEPING } from "./task.ts";

/** Nanoseconds since the start of the machine. */
export type Nanos = Unit<"Nanos">;

/** A moment that never comes. */
export const FOREVER: Nanos = 0xffff_ffff_ffff_ffff;

export const SECOND: u64 = 1_000_000_000;
export const MILLISECOND: u64 = 1_000_000;

/** Monotonic: it never goes back. */
export function now(): Nanos {
  attr(irqSafe, noSleep);
  return unit<Nanos>(nanosSinceStart());
}

/** The moment so many nanoseconds from now; FOREVER where that is beyond counting. */
export function after(nanoseconds: u64): Nanos {
  const at = u64(now()) + nanoseconds;
  return at < nanoseconds ? FOREVER : unit<Nanos>(at);
}

/** What somebody has set the wall clock to, against what it was at the start. */
const moved = zeroed<Atomic<i64>>();

/** Nanoseconds since 1970 (UTC). */
export function wallTime(): Nanos {
  attr(irqSafe, noSleep);
  return unit<Nanos>(wallClockAtStart() + nanosSinceStart() + u64(moved.load()));
}

/** Sets the wall clock. Deadlines do not move: they are made of the other clock. */
export function setWallTime(to: Nanos): void {
  moved.store(i64(u64(to) - wallClockAtStart() - nanosSinceStart()));
}

// ---- deadlines

class Deadlines {
  private lock: SpinLock;
  private heap: DeadlineHeap;
  /** The one that is being told. Whoever takes it back waits for that: then nobody will touch it again. */
  private telling: Ptr<Deadline> | null;

  set(deadline: Ptr<Deadline>, at: Nanos): void {
    const flags = this.lock.acquire();
    this.heap.set(deadline, at);
    this.lock.release(flags);
  }

  clear(deadline: Ptr<Deadline>): boolean {
    const flags = this.lock.acquire();
    const busy = this.telling === deadline;
    if (!busy) this.heap.cancel(deadline);
    this.lock.release(flags);
    return !busy;
  }

  /** Takes out one that has passed; null when there is none (any more). */
  due(at: Nanos): Ptr<Deadline> | null {
    const flags = this.lock.acquire();
    const earliest = this.heap.first();
    const passed = earliest !== null && earliest.at <= at ? earliest : null;
    if (passed !== null) this.heap.cancel(passed);
    this.telling = passed;
    this.lock.release(flags);
    return passed;
  }

  next(): Nanos {
    const flags = this.lock.acquire();
    const earliest = this.heap.first();
    const at = earliest === null ? FOREVER : earliest.at;
    this.lock.release(flags);
    return at;
  }
}

const deadlines = perCpu<Deadlines>();

/** Sets a deadline, or moves it. FOREVER sets none. */
export function setDeadline(deadline: Ptr<Deadline>, at: Nanos): void {
  attr(irqSafe, noSleep);
  if (at === FOREVER) return;
  deadlines.of(0).set(deadline, at);
  timerBy(u64(at));
}

/** Takes a deadline back. Afterwards it is certain that `passed` is not called, nor being called. */
export function clearDeadline(deadline: Ptr<Deadline>): void {
  attr(noSleep);
  while (!deadlines.of(0).clear(deadline)) cpu.pause();
}

/** When the timer is needed next, for one that can be set to a moment. */
export function nextDeadline(): Nanos {
  attr(irqSafe, noSleep);
  return deadlines.of(0).next();
}

/** The timer's interrupt calls this, as often as it comes. */
export function onTick(): void {
  attr(irqSafe, noSleep);
  const at = now();
  for (let n: u32 = 0; n < DEADLINES; n++) {
    const passed = deadlines.of(0).due(at);
    if (passed === null) break;
    passed.passed(passed);
  }
  tick();
}

// ---- waiting

/**
 * The one way to wait. Looks at `condition` until it holds (true) or the moment has come (false); in between the task gives
 * the processor away, and wake() makes it look again. A signal ends the wait with EINTR when `interruptible`.
 *
 * The state is set before the condition is looked at: a wake() that comes between the look and giveUp() makes the task
 * ready again, and giveUp() returns at once. Nothing can be missed.
 */
export function waitFor(condition: () => boolean, at: Nanos, interruptible: boolean): Res<boolean> {
  attr(maySleep);
  const me = current();
  setDeadline(ref(me.deadline), at);
  using _ = defer(() => {
    me.state.store(TASK_READY);
    if (at !== FOREVER) clearDeadline(ref(me.deadline));
  });
  for (;;) {
    me.state.store(interruptible ? TASK_SLEEPING : TASK_BLOCKED);
    if (condition()) return true;
    if (interruptible && me.attention.load() !== 0) return err(Errno.EINTR);
    if (at !== FOREVER && now() >= at) return false;
    giveUp();
  }
}

/** Sleeps until a moment; EINTR. */
export function sleepUntil(at: Nanos): Res<void> {
  attr(maySleep);
  orReturn(waitFor(() => false, at, true));
}

/**
 * The deadline of a system call that waits for so long. A call that a stop has interrupted begins again by itself, and
 * then it still has the deadline of the first time.
 */
export function callDeadline(nanoseconds: u64): Nanos {
  const me = current();
  if (me.resume === 0) me.resume = after(nanoseconds);
  return me.resume;
}
