// Interrupts are off while the guard lives: whoever sleeps here takes the processor along.
import { Locked } from "../sync.ts";

const count = zeroed<Locked<u32>>();

function read(): u32 {
  attr(maySleep);
  return 1;
}
export function add(): void {
  using c = count.enter();
  c.v[0] += read();
  //        ^ rule: effects/lock-held.read may sleep, but c is held here (line 11)
}
