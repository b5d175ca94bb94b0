// Double of task/clock.ts for tests: every look at the clock is a second later.
export type Nanos = Unit<"Nanos">;
const turns = zeroed<Atomic<u64>>();

export function now(): Nanos {
  return unit<Nanos>((turns.add(1) + 1) * 1_000_000_000);
}
export function wallTime(): Nanos {
  return unit<Nanos>(1_700_000_000_000_000_000 + u64(now()));
}
export const FOREVER: Nanos = 0xffff_ffff_ffff_ffff;
export function callDeadline(nanoseconds: u64): Nanos {
  return unit<Nanos>(u64(now()) + nanoseconds);
}
