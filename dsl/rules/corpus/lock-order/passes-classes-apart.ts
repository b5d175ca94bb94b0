// Two locks of one class in a fixed order: a class of its own tells them apart.
import { Locked } from "../sync.ts";

class Directory {
  entries: u64;
}
class Child {
  entries: u64;
}
export function move(from: Ptr<Locked<Directory>>, to: Ptr<Locked<Child>>): void {
  using a = from.enter();
  using b = to.enter();
  a.v.entries--;
  b.v.entries++;
}
