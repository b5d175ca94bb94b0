import { Held, Locked } from "../sync.ts";

const count = zeroed<Locked<u32>>();

export function enter(): Held<u32> {
  using c = count.enter();
  c.v[0]++;
  return c;
  //     ^ rule: c ends with its block, and cannot be handed on
}
