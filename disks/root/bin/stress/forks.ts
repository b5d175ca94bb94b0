// Trees of processes: each knows how many it is to count, and its parent gets the sum as an exit status.
import { SYS_EXEC, SYS_KILL } from "../../../../kernel/abi/calls.ts";
import { call } from "../../../lib/door.ts";
import { PathText } from "../../../lib/c-text.ts";
import type { Random } from "./random.ts";
import { check, end, fork, sleep, waitFor } from "./work.ts";

/** Makes a tree; how many processes it had, this one not counted. */
function tree(random: Ptr<Random>, depth: u32): u32 {
  attr(bounded(4));
  let count: u32 = 0;
  const children = zeroed<Arr<i64, 4>>();
  const wanted = usize(random.below(4));
  for (let n: usize = 0; n < wanted; n++) {
    random.next();
    children[n] = fork();
    if (children[n] === 0) end(i32(depth === 0 ? 1 : 1 + tree(random, depth - 1)));
  }
  for (let n: usize = 0; n < wanted; n++) {
    const status = waitFor(children[n]);
    check((status & 0x7f) === 0 || (status & 0x7f) === 7, "a child ends by itself, or for want of memory");
    count += u32(status >> 8);
  }
  return count;
}

class Words {
  list: Arr<u64, 2>;
}
const words = zeroed<Words>();

function runs(program: string): i32 {
  const child = fork();
  if (child === 0) {
    const path = zeroed<PathText>();
    const at = path.from(program);
    if (isErr(at)) end(90);
    words.list[0] = at;
    const failed = call(SYS_EXEC, at, addr(ref(words.list[0])), 0, 0, 0, 0);
    end(failed === -12 ? 91 : 92);
  }
  return waitFor(child);
}

export function forkWork(random: Ptr<Random>, _: u32): void {
  for (let n: u32 = 0; n < 6; n++) {
    tree(random, 2);
    const status = runs(random.below(2) === 0 ? "/bin/true" : "/bin/false");
    check(status === 0 || status === 256 || status === 91 << 8 || (status & 0x7f) !== 0, "a program runs, or there is no memory");
    const child = fork();
    if (child === 0) for (;;) sleep(1_000_000_000);
    if (random.below(2) === 0) sleep(random.below(2_000_000));
    call(SYS_KILL, u64(child), 9, 0, 0, 0, 0);
    check((waitFor(child) & 0x7f) !== 0, "who is killed ends by it");
  }
}
