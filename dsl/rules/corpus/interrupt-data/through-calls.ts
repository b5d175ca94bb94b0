// Two calls away from the handler it is the same mistake; so is a read.
class Stats {
  packets: u64;
  bytes: u64;
}
const stats = zeroed<Stats>();

function account(bytes: u64): void {
  stats.packets++;
  // <- rule: stats (Stats) is neither Locked
  stats.bytes += bytes;
}

function received(bytes: u64): void {
  account(bytes);
}

export const network = interrupt(0x2a, () => received(60));
