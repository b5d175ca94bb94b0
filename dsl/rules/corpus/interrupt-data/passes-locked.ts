import { Locked } from "../sync.ts";

class Stats {
  packets: u64;
  bytes: u64;
}
const stats = zeroed<Locked<Stats>>();

export const network = interrupt(0x2a, () => {
  using s = stats.enter();
  s.v.packets++;
  s.v.bytes += 60;
});
