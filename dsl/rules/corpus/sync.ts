/** The locks that the programs of this corpus share. */
export class SpinLock {
  private held: Atomic<u32>;

  acquire(): u64 {
    attr(irqSafe, noSleep);
    const flags = cpu.saveFlagsCli();
    while (this.held.swap(1) !== 0) cpu.pause();
    return flags;
  }

  release(flags: u64): void {
    attr(irqSafe);
    this.held.store(0, release);
    cpu.restoreFlags(flags);
  }
}

export class Held<T> implements Disposable {
  constructor(
    private lock: Ptr<SpinLock>,
    readonly v: Ptr<T>,
    private flags: u64,
  ) {}
  [Symbol.dispose](): void {
    this.lock.release(this.flags);
  }
}

export class Locked<T> {
  private lock: SpinLock;
  private data: T;

  enter(): Held<T> {
    attr(irqSafe);
    return new Held(ref(this.lock), ref(this.data), this.lock.acquire());
  }
}
