// What all workers need: to end with a line about what was wrong, and to bear that memory is short now and then.
import { SYS_EXIT, SYS_FORK, SYS_SLEEP, SYS_WAIT } from "../../../../kernel/abi/calls.ts";
import { call } from "../../../lib/door.ts";
import { out } from "../../../lib/stream.ts";

export function end(status: i32): never {
  out.flush();
  for (;;) call(SYS_EXIT, u64(status), 0, 0, 0, 0, 0);
}

export function check(holds: boolean, what: string): void {
  if (holds) return;
  print`stress: not so: ${what}\n`;
  end(1);
}

/** Whether a call only says that there is no room for something just now: ENOMEM, EAGAIN, ENOSPC. */
export function isShort(result: i64): boolean {
  return result === -12 || result === -11 || result === -28;
}

export function sleep(nanoseconds: u64): void {
  call(SYS_SLEEP, nanoseconds, 0, 0, 0, 0, 0);
}

/** A child's number, 0 in the child; waits while there is no memory for one. */
export function fork(): i64 {
  out.flush();
  for (;;) {
    const child = call(SYS_FORK, 0, 0, 0, 0, 0, 0);
    if (!isShort(child)) {
      check(child >= 0, "fork");
      return child;
    }
    sleep(5_000_000);
  }
}

class Room {
  status: i32;
}
const room = zeroed<Room>();

/** How a child ended. */
export function waitFor(child: i64): i32 {
  for (;;) {
    const got = call(SYS_WAIT, u64(child), addr(ref(room.status)), 0, 0, 0, 0);
    if (got === -4) continue;
    check(got === child, "wait gives the child");
    return room.status;
  }
}
