class Counters {
  good: Atomic<u64>;
  bad: Atomic<u64>;
}
class Device {
  name: u64;
  counters: Counters;
}
const all = zeroed<Counters>();
const device = zeroed<Device>();

export const network = interrupt(0x2a, () => {
  all.good.add(1);
  device.counters.bad.add(1);
});
