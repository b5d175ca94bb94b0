import { Locked } from "../sync.ts";

const count = zeroed<Locked<u32>>();

function read(): u32 {
  attr(maySleep);
  return 1;
}
export function add(): void {
  const more = read();
  {
    using c = count.enter();
    c.v[0] += more;
  }
  read();
}
