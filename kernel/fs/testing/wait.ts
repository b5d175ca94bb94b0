// Double of sync/wait.ts for tests with one task: nobody else could make a condition true, so a wait that is no wait is all
// that can go well; one that a signal may end is taken as interrupted.
import type { Nanos } from "../task/clock.ts";

export class WaitQueue {
  private waiting: Atomic<u32>;

  wait(condition: () => boolean): Res<void> {
    attr(maySleep);
    if (!condition()) return err(Errno.EINTR);
  }
  waitAlways(condition: () => boolean): void {
    attr(maySleep);
    assert(condition(), "a wait that nobody ends");
  }
  waitAlwaysUntil(condition: () => boolean, _deadline: Nanos): boolean {
    attr(maySleep);
    return condition();
  }
  waitDeadline(condition: () => boolean, _at: Nanos): Res<boolean> {
    attr(maySleep);
    return condition();
  }
  wakeOne(): void {
    attr(irqSafe);
  }
  wakeAll(): void {
    attr(irqSafe);
  }
}
