import { Locked } from "../sync.ts";

class Waiter {
  next: Ptr<Waiter> | null;
  woken: u32;
}
class List {
  head: Ptr<Waiter> | null;
}
const list = zeroed<Locked<List>>();

export const disk = interrupt(0x2b, () => {
  using l = list.enter();
  for (let at = l.v.head; at !== null; at = at.next) at.woken = 1;
  // <- rule: nothing shows that this loop ends
});
