// Two ends of one event: somebody waits for it, somebody else brings it about, once. Each end is a value of which there is
// one (docs/rules/affine.md): a token that is forgotten, or signalled twice, does not compile. The event itself lies with
// who waits, on the stack if need be: it is gone when the wait is over.
import { FOREVER, type Nanos } from "../task/clock.ts";
import { WaitQueue } from "./wait.ts";

/** What the two ends share. */
export class Event {
  private happened: Atomic<u32>;
  private queue: WaitQueue;

  /** For who will wait. */
  waitToken(): WaitToken {
    return new WaitToken(ref<Event>(this));
  }

  /** For who will signal. */
  signalToken(): SignalToken {
    return new SignalToken(ref<Event>(this));
  }

  done(): boolean {
    return this.happened.load() !== 0;
  }

  happen(): void {
    attr(irqSafe, noSleep);
    this.queue.wakeWith(() => this.happened.store(1));
  }

  /** Whether it happened before the moment; EINTR when `interruptible` and a signal came first. */
  await(at: Nanos, interruptible: boolean): Res<boolean> {
    attr(maySleep);
    if (interruptible) return this.queue.waitDeadline(() => this.happened.load() !== 0, at);
    this.queue.waitAlways(() => this.happened.load() !== 0);
    return true;
  }
}

@affine
export class WaitToken {
  constructor(readonly event: Ptr<Event>) {}
}

@affine
export class SignalToken {
  constructor(readonly event: Ptr<Event>) {}
}

/** Waits until the other end is signalled. */
export function waitToken(token: WaitToken): void {
  attr(maySleep);
  ignore(token.event.await(FOREVER, false), "no signal and no moment ends it");
}

/** Signals; who waits goes on. */
export function signalToken(token: SignalToken): void {
  attr(irqSafe, noSleep);
  token.event.happen();
}
