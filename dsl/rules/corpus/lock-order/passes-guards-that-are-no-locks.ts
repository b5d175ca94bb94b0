// Turning interrupts off is no lock: it can be done again, and in any order.
import { Locked } from "../sync.ts";

class Quiet implements Disposable {
  constructor(private flags: u64) {}
  [Symbol.dispose](): void {
    cpu.restoreFlags(this.flags);
  }
}
class Cpu {
  id: u32;

  quiet(): Quiet {
    return new Quiet(cpu.saveFlagsCli());
  }
}
class Zone {
  free: u64;
}
const zone = zeroed<Locked<Zone>>();

export function one(on: Ptr<Cpu>): void {
  using a = on.quiet();
  using b = on.quiet();
  using z = zone.enter();
  z.v.free++;
}
export function other(on: Ptr<Cpu>): void {
  using z = zone.enter();
  using a = on.quiet();
  z.v.free--;
}
