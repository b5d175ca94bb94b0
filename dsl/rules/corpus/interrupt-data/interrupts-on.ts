// The lock leaves interrupts on: the handler waits for what it interrupted, forever.
class Guard implements Disposable {
  constructor(
    private held: Ptr<Atomic<u32>>,
    readonly v: Ptr<u64>,
  ) {}
  [Symbol.dispose](): void {
    this.held.store(0, release);
  }
}
class Locked<T> {
  private held: Atomic<u32>;
  private data: u64;
  private more: T;

  enter(): Guard {
    while (this.held.swap(1) !== 0) cpu.pause();
    return new Guard(ref(this.held), ref(this.data));
  }
}
const counter = zeroed<Locked<u32>>();

export const timer = interrupt(0x20, () => {
  using c = counter.enter();
  //        ^ rule: interrupt-data/interrupts-on.Locked<u32>.enter leaves interrupts on
  c.v[0]++;
});
