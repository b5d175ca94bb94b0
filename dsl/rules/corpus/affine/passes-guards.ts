import { Held, Locked } from "../sync.ts";

const count = zeroed<Locked<u32>>();

function enter(): Held<u32> {
  const c = count.enter();
  c.v[0]++;
  return c;
}
export function main(): u32 {
  using c = enter();
  if (c.v[0] > 5) return 1;
  return 0;
}
