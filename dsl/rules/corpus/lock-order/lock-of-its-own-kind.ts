// A lock is what gives a guard and changes an Atomic, whatever its name.
class Guard implements Disposable {
  constructor(private ticket: Ptr<Atomic<u32>>) {}
  [Symbol.dispose](): void {
    this.ticket.add(1);
  }
}
class Inode {
  private next: Atomic<u32>;
  private now: Atomic<u32>;

  lock(): Guard {
    const mine = this.next.add(1);
    while (this.now.load() !== mine) cpu.pause();
    return new Guard(ref(this.now));
  }
}
export function rename(from: Ptr<Inode>, to: Ptr<Inode>): void {
  using a = from.lock();
  using b = to.lock();
  //        ^ rule: Inode is taken here while one is held (line 19)
}
