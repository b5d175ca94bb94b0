import { Locked } from "../sync.ts";

class Zone {
  free: u64;
}
const zone = zeroed<Locked<Zone>>();

function count(): u64 {
  using z = zone.enter();
  return z.v.free;
}
export function take(): void {
  using z = zone.enter();
  if (count() > 0) z.v.free--;
  //  ^ rule: Locked<Zone> is taken here while one is held (line 13)
}
