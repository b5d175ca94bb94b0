// Signals between processes, as fast as they come: each one that is sent while the last one was not yet seen may be one with
// it, but none is lost for ever, and no program loses its place.
import { SYS_GETPID, SYS_KILL, SYS_SIGSUSPEND } from "../../../../kernel/abi/calls.ts";
import { SIG_BLOCK, SIGCONT, SIGSTOP, SIGUSR1, SIGUSR2 } from "../../../../kernel/abi/signals.ts";
import { call } from "../../../lib/door.ts";
import { handle } from "../../../lib/signals.ts";
import { sigprocmask } from "../../../lib/sys.ts";
import type { Random } from "./random.ts";
import { check, end, fork, sleep, waitFor } from "./work.ts";

class Seen {
  first: u32;
  second: u32;
  empty: u64;
}
const seen = zeroed<Seen>();

function one(_: i32): void {
  seen.first++;
}

function two(_: i32): void {
  seen.second++;
}

function kill(id: u64, signal: u32): void {
  check(call(SYS_KILL, id, u64(signal), 0, 0, 0, 0) === 0, "kill");
}

/** Waits for SIGUSR1 without missing one that has come already. */
function awaitSignal(so: u32): void {
  while (seen.first <= so) call(SYS_SIGSUSPEND, addr(ref(seen.empty)), 0, 0, 0, 0, 0);
}

export function signalWork(random: Ptr<Random>, _: u32): void {
  handle(SIGUSR1, one, true);
  handle(SIGUSR2, two, true);
  const me = u64(call(SYS_GETPID, 0, 0, 0, 0, 0, 0));
  sigprocmask(SIG_BLOCK, (1 << (SIGUSR1 - 1)) | (1 << (SIGUSR2 - 1)));
  const turns = 50 + u32(random.below(100));
  // Back and forth: each waits for the other.
  const child = fork();
  if (child === 0) {
    for (let n: u32 = 0; n < turns; n++) {
      awaitSignal(n);
      kill(me, SIGUSR1);
    }
    end(0);
  }
  for (let n: u32 = 0; n < turns; n++) {
    kill(u64(child), SIGUSR1);
    awaitSignal(n);
  }
  check(waitFor(child) === 0, "back and forth");
  check(seen.first === turns, "each signal was seen");
  // One that calculates, stopped and continued and interrupted all the time.
  const busy = fork();
  if (busy === 0) {
    seen.empty = 0;
    sigprocmask(SIG_BLOCK, 0);
    let sum: u64 = 0;
    for (let n: u64 = 0; n < 300_000; n++) sum += n * n;
    end(sum === 8_999_955_000_050_000 ? 0 : 1);
  }
  for (let n: u32 = 0; n < 10; n++) {
    kill(u64(busy), SIGSTOP);
    if (random.below(2) === 0) sleep(100_000);
    kill(u64(busy), SIGUSR2);
    kill(u64(busy), SIGCONT);
  }
  check(waitFor(busy) === 0, "the sum of one that was interrupted");
}
