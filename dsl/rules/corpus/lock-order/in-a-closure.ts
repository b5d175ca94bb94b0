import { Locked } from "../sync.ts";

class Log {
  lines: u64;
}
class Tasks {
  count: u64;
}
const log = zeroed<Locked<Log>>();
const tasks = zeroed<Locked<Tasks>>();

function each(f: (n: u64) => void): void {
  using t = tasks.enter();
  f(t.v.count);
}
export function show(): void {
  each((n) => {
    using l = log.enter();
    l.v.lines += n;
  });
}
export function flush(): void {
  using l = log.enter();
  using t = tasks.enter();
  //        ^ rule: locks are taken in a ring, Locked<Tasks> → Locked<Log> → Locked<Tasks>
  l.v.lines = t.v.count;
}
