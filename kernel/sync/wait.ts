// The one blocking mechanism. Whoever waits for something stands in the queue of that something, with the question whether
// it has come; whoever brings it about wakes the queue, and those who wake look for themselves. That it is the waiter who
// looks makes the waker's side simple enough for interrupts: it need not know what is waited for, and one wake too many
// does no harm.
//
// An entry in a queue lies on its task's own stack. So a task can stand in several queues at once (poll), and to wait never
// needs memory that there may not be.
import { FOREVER, type Nanos, waitFor } from "../task/clock.ts";
import { wake } from "../task/schedule.ts";
import { current, type Task } from "../task/task.ts";
import { Locked } from "./spin.ts";

/** A place in a queue. */
export class Waiter {
  next: Ptr<Waiter> | null;
  previous: Ptr<Waiter> | null;
  task: Ptr<Task> | null;
  /** Whether it stands in the queue; the queue's lock is held. */
  queued: boolean;
}

class Waiters {
  first: Ptr<Waiter> | null;
  last: Ptr<Waiter> | null;
  count: u32;

  append(waiter: Ptr<Waiter>): void {
    const last = this.last;
    waiter.next = null;
    waiter.previous = last;
    if (last === null) this.first = waiter;
    else last.next = waiter;
    this.last = waiter;
    waiter.queued = true;
    this.count++;
  }

  remove(waiter: Ptr<Waiter>): void {
    const next = waiter.next;
    const previous = waiter.previous;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.last = previous;
    else next.previous = previous;
    waiter.queued = false;
    this.count--;
  }

  /** Takes the first one out and wakes its task; false: there is none. */
  wakeFirst(): boolean {
    const first = this.first;
    if (first === null) return false;
    this.remove(first);
    if (first.task !== null) wake(first.task);
    return true;
  }
}

export class WaitQueue {
  private waiters: Locked<Waiters>;

  /** Waits until the condition holds; EINTR when a signal comes first. */
  wait(condition: () => boolean): Res<void> {
    attr(maySleep);
    orReturn(this.waitDeadline(condition, FOREVER));
  }

  /** The same until a moment: whether the condition holds. */
  waitDeadline(condition: () => boolean, at: Nanos): Res<boolean> {
    attr(maySleep);
    return this.stand(condition, at, true);
  }

  /** Waits whatever signals come: for what is sure to come soon. */
  waitAlways(condition: () => boolean): void {
    attr(maySleep);
    ignore(this.stand(condition, FOREVER, false), "no signal and no moment ends it");
  }

  /** The same until a moment: whether the condition holds. For devices, which may never answer. */
  waitAlwaysUntil(condition: () => boolean, at: Nanos): boolean {
    attr(maySleep);
    const came = this.stand(condition, at, false);
    return !isErr(came) && came;
  }

  /** Wakes whoever has waited longest. For queues whose waiters all wait for the same. */
  wakeOne(): void {
    attr(irqSafe, noSleep);
    using held = this.waiters.enter();
    held.v.wakeFirst();
  }

  wakeAll(): void {
    attr(irqSafe, noSleep);
    using held = this.waiters.enter();
    const count = held.v.count;
    for (let n: u32 = 0; n < count; n++) if (!held.v.wakeFirst()) return;
  }

  /**
   * Makes what the others wait for come true, and wakes them, in one: while the queue is locked, and nobody can leave it. For
   * what lies in memory that a waiter gives back when its wait is over: afterwards nothing here is touched any more.
   */
  wakeWith(change: () => void): void {
    attr(irqSafe, noSleep);
    using held = this.waiters.enter();
    change();
    const count = held.v.count;
    for (let n: u32 = 0; n < count; n++) if (!held.v.wakeFirst()) return;
  }

  /** Whether nobody waits, at this moment. */
  empty(): boolean {
    using held = this.waiters.enter();
    return held.v.first === null;
  }

  /** Takes a place for the task that runs, if it has none (any more). With waitFor, for who waits in several queues. */
  join(waiter: Ptr<Waiter>): void {
    attr(noSleep);
    using held = this.waiters.enter();
    if (waiter.queued) return;
    waiter.task = current();
    held.v.append(waiter);
  }

  /** Gives the place up; whether it was still there, and not woken. */
  leave(waiter: Ptr<Waiter>): boolean {
    attr(noSleep);
    using held = this.waiters.enter();
    if (!waiter.queued) return false;
    held.v.remove(waiter);
    return true;
  }

  private stand(condition: () => boolean, at: Nanos, interruptible: boolean): Res<boolean> {
    attr(maySleep);
    const waiter = zeroed<Waiter>();
    const came = waitFor(
      () => {
        this.join(ref(waiter));
        return condition();
      },
      at,
      interruptible,
    );
    const untouched = this.leave(ref(waiter));
    if (isErr(came) || !came) {
      // Woken, and leaving for another reason: whoever stands behind is to look instead.
      if (!untouched) this.wakeOne();
      if (isErr(came)) return came;
    }
    return came;
  }
}
