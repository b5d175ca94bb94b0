import { Locked } from "../sync.ts";

class Zone {
  free: u64;
}
class Tasks {
  count: u64;
}
const zone = zeroed<Locked<Zone>>();
const tasks = zeroed<Locked<Tasks>>();

export function spawn(): void {
  using t = tasks.enter();
  using z = zone.enter();
  t.v.count++;
  z.v.free--;
}
export function exit(): void {
  using t = tasks.enter();
  t.v.count--;
  using z = zone.enter();
  z.v.free++;
}
