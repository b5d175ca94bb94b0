// The gate of a file system. Every operation that changes it is inside while it does; whoever writes the changes to the disk
// closes the gate, waits until all are out, and has the file system to himself as it is between two operations. So no
// operation is ever on the disk by half because it was caught at work.
import { WaitQueue } from "../sync/wait.ts";

export class Gate {
  private inside: Atomic<u32>;
  private closed: Atomic<u32>;
  private waiting: WaitQueue;
  private leaving: WaitQueue;

  /** Waits while the gate is closed. `using _ = gate.enter();` */
  enter(): Inside {
    attr(maySleep);
    for (;;) {
      this.inside.add(1);
      if (this.closed.load() === 0) return new Inside(ref<Gate>(this));
      this.leave();
      this.waiting.waitAlways(() => this.closed.load() === 0);
    }
  }

  leave(): void {
    if (this.inside.sub(1) === 1 && this.closed.load() !== 0) this.leaving.wakeAll();
  }

  /** Lets nobody in any more and waits for those inside. One closes at a time. */
  close(): void {
    attr(maySleep);
    this.closed.store(1);
    this.leaving.waitAlways(() => this.inside.load() === 0);
  }

  open(): void {
    this.closed.store(0);
    this.waiting.wakeAll();
  }
}

export class Inside implements Disposable {
  constructor(private gate: Ptr<Gate>) {}

  [Symbol.dispose](): void {
    this.gate.leave();
  }
}
