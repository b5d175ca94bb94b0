// Both sides hand closures to the same function; each gets its own.
import { Locked } from "../sync.ts";

let drawn: u32 = 0;
const count = zeroed<Locked<Arr<u32, 4>>>();

function each(n: u32, f: (x: u32) => void): void {
  for (let i: u32 = 0; i < n; i++) f(i);
}

export const device = interrupt(0x2b, () => {
  using held = count.enter();
  const list = held.v;
  each(4, (x) => {
    list[0][x]++;
  });
});

export function draw(): void {
  each(4, (x) => {
    drawn += x;
  });
}
