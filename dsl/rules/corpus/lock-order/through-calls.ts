import { Locked } from "../sync.ts";

class Zone {
  free: u64;
}
class Disk {
  queued: u64;
}
const zone = zeroed<Locked<Zone>>();
const disk = zeroed<Locked<Disk>>();

function takeFrame(): void {
  using z = zone.enter();
  z.v.free--;
}
function prepare(): void {
  takeFrame();
}
export function submit(): void {
  using d = disk.enter();
  prepare();
  d.v.queued++;
}
function writeBack(): void {
  using d = disk.enter();
  d.v.queued++;
}
export function shrink(): void {
  using z = zone.enter();
  writeBack();
  // <- rule: locks are taken in a ring, Locked<Disk> → Locked<Zone> → Locked<Disk>
  z.v.free++;
}
