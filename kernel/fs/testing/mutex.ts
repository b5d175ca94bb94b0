// Double of sync/mutex.ts for tests with one task: a mutex that is taken twice would wait forever, so that is a mistake.
export class SleepLocked<T> {
  private held: Atomic<u32>;
  private data: T;

  enter(): SleepHeld<T> {
    attr(maySleep);
    assert(this.held.swap(1) === 0, "a mutex is taken that this task holds");
    return new SleepHeld(ref(this.held), ref(this.data));
  }
}

export class SleepHeld<T> implements Disposable {
  constructor(
    private held: Ptr<Atomic<u32>>,
    readonly v: Ptr<T>,
  ) {}

  [Symbol.dispose](): void {
    this.held[0].store(0);
  }
}
