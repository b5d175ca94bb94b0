// Set once at boot, read by everybody; what it leads to changes only while the lock of the pages is held.
import { Locked } from "../sync.ts";

class Page {
  refs: u32;
}
class Zone {
  free: u64;
}
let frames: Slice<Page> = late();
const zone = zeroed<Locked<Zone>>();

export const fault = interrupt(14, () => {
  const at = cpu.readCr2() >> 12;
  if (at >= frames.length) return;
  using z = zone.enter();
  frames[at].refs++;
  z.v.free--;
});

export function start(all: Slice<Page>): void {
  frames = all;
}
