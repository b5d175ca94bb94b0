// Who ends cannot clear himself away: he stands on the stack that has to go, and the processor still needs it for the way
// to the next task. So there is a task for that. When it runs, the one who ended has left the processor for good; then its
// stack and its registers go, and only then is its process told, so that a parent who has waited for a child finds all of
// its memory free again.
import { threadGone } from "./process.ts";
import { dropTask, nextDead, spawnTask } from "./schedule.ts";
import { LEVEL_URGENT } from "./task.ts";

export function startUndertaker(): void {
  const task = spawnTask("undertaker", bury, 0, LEVEL_URGENT);
  assert(!isErr(task), "no memory for the first task");
}

function bury(_: u64): void {
  attr(maySleep);
  for (;;) {
    const task = nextDead();
    const process = task.process;
    dropTask(task);
    if (process !== null) threadGone(process);
  }
}
