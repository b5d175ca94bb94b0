const n = zeroed<Atomic<u32>>();

function quiet(): void {
  n.add(1);
}
export const timer = interrupt(0x20, () => quiet());
export function loops(): void {
  attr(noSleep);
  again(3);
}
function again(depth: u32): void {
  attr(bounded(8));
  if (depth > 0) again(depth - 1);
}
