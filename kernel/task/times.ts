// What a task has used. How long it ran is known exactly: the clock is read at every switch. How much of it was the
// program's own code is known by samples, where the timer found it; that share of the exact sum is what programs are told.
import type { Process } from "./process.ts";
import type { Task } from "./task.ts";

/** Nanoseconds in user code. */
export function userTime(task: Ptr<Task>): u64 {
  return task.ran - systemTime(task);
}

/** Nanoseconds in the kernel. */
export function systemTime(task: Ptr<Task>): u64 {
  const ticks = task.ticksUser + task.ticksSystem;
  if (ticks === 0) return 0;
  // Split so that the product cannot overflow: 2^64 nanoseconds times the ticks of that long would.
  return (task.ran / ticks) * task.ticksSystem + ((task.ran % ticks) * task.ticksSystem) / ticks;
}

export class Used {
  user: u64;
  system: u64;
}

/** By a process's threads, those that have ended as well. */
export function usedBy(process: Ptr<Process>, out: Ptr<Used>): void {
  out.user = process.user.load();
  out.system = process.system.load();
  using s = process.signals.enter();
  s.v.eachThread((thread) => {
    out.user += userTime(thread);
    out.system += systemTime(thread);
  });
}
