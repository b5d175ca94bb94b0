import { Locked } from "../sync.ts";

const count = zeroed<Locked<u32>>();

export function main(): void {
  const c = count.enter();
  //    ^ rule: c (Held<u32>) is neither handed on, returned nor disposed of
  c.v[0]++;
}
