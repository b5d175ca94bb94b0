// A lock for as long as it takes. Who finds it taken waits, and others run; so the holder may do what takes time: read a
// disk, copy from a program, wait for memory. Interrupt handlers have no business here: they cannot wait.
import { WaitQueue } from "./wait.ts";

/** Not recursive. Who waits gets it in the order in which they came, unless somebody takes it as it is given back. */
export class SleepingMutex {
  private held: Atomic<u32>;
  private waiting: WaitQueue;

  /** `using _ = inode.mutex.lock();` */
  lock(): HeldMutex {
    attr(maySleep);
    this.acquire();
    return new HeldMutex(ref<SleepingMutex>(this));
  }

  /** For locks whose holding does not follow blocks; with release(). */
  acquire(): void {
    attr(maySleep);
    if (this.held.swap(1) === 0) return;
    this.waiting.waitAlways(() => this.held.swap(1) === 0);
  }

  /** Takes it if nobody has it; whether it did. */
  tryAcquire(): boolean {
    attr(noSleep);
    return this.held.swap(1) === 0;
  }

  release(): void {
    attr(noSleep);
    const before = this.held.swap(0);
    assert(before === 1, "a mutex is given back that nobody holds");
    this.waiting.wakeOne();
  }
}

/** The guard. */
export class HeldMutex implements Disposable {
  constructor(private mutex: Ptr<SleepingMutex>) {}

  [Symbol.dispose](): void {
    this.mutex.release();
  }
}

/** Data that is reached only while its mutex is held; `Locked<T>` for what takes time. */
export class SleepLocked<T> {
  private mutex: SleepingMutex;
  private data: T;

  /** `using c = cache.enter();` and `c.v` is the data, until the block ends. */
  enter(): SleepHeld<T> {
    attr(maySleep);
    this.mutex.acquire();
    return new SleepHeld(ref(this.mutex), ref(this.data));
  }
}

export class SleepHeld<T> implements Disposable {
  constructor(
    private mutex: Ptr<SleepingMutex>,
    readonly v: Ptr<T>,
  ) {}

  [Symbol.dispose](): void {
    this.mutex.release();
  }
}
