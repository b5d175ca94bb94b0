// The lock for a few instructions. Two things can come between a load and a store: an interrupt on this CPU, and another
// CPU. Against the first, interrupts go off; against the second, an atomic exchange decides who was first, and the other one
// turns on the spot. That is cheap while the holder is quick, so a holder never sleeps: the compiler sees to it.
//
// Data lies inside its lock (`Locked<T>`), and there is no way to it but through the guard. Forgetting to lock, or to
// unlock on one of five ways out, are not mistakes that one can make here.

/**
 * Test, and test-and-set. Whoever waits looks with plain loads, so that the cache line stays shared until the lock is
 * free; only then it tries the exchange, which takes the line away from everybody.
 */
export class SpinLock {
  private held: Atomic<u32>;

  /** Takes the lock. RFLAGS as they were: interrupts are off until release gives them back. */
  acquire(): u64 {
    attr(irqSafe, noSleep);
    const flags = cpu.saveFlagsCli();
    while (this.held.swap(1) !== 0) {
      while (this.held.load(relaxed) !== 0) cpu.pause();
    }
    return flags;
  }

  release(flags: u64): void {
    attr(irqSafe, inline);
    this.held.store(0, release);
    cpu.restoreFlags(flags);
  }

  /** In a panic: whoever holds it will not come back. */
  abandon(): void {
    attr(irqSafe);
    this.held.store(0);
  }
}

/** Data that is reached only while its lock is held. The class is the lock's place in the lock order (docs/rules/lock-order.md). */
export class Locked<T> {
  private lock: SpinLock;
  private data: T;

  /** `using z = zone.enter();` and `z.v` is the data, until the block ends. */
  enter(): Held<T> {
    attr(irqSafe);
    return new Held(ref(this.lock), ref(this.data), this.lock.acquire());
  }

  /** In a panic: the lock is free, and the data as its last holder left it. */
  abandon(): void {
    attr(irqSafe);
    this.lock.abandon();
  }
}

/** The guard: while it lives, the lock is held and interrupts are off. */
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
