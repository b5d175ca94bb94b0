// Double of task/signals.ts for tests: which signal was raised last.
const last = zeroed<Atomic<u32>>();

export function raiseSignal(signal: u32): void {
  last.store(signal);
}
export function raisedSignal(): u32 {
  return last.swap(0);
}
