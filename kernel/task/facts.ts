// What lists of processes show (/proc). A process changes while somebody looks; what is shown was true a moment ago.
import { idsOf, type Process, PROCESS_RUNNING, PROCESS_STOPPED } from "./process.ts";
import { TASK_BLOCKED, TASK_NAME, TASK_READY } from "./task.ts";
import { Used, usedBy } from "./times.ts";

export class ProcessFacts {
  parent: u32;
  group: u32;
  session: u32;
  /** PROCESS_*. */
  state: u8;
  /** Of a process that runs: a thread is ready; or none is and one waits for what comes for certain. */
  ready: boolean;
  blocked: boolean;
  threads: u32;
  used: Used;
  nice: i8;
  nameLength: u8;
  /** The name of the first thread; a zombie's is empty. */
  name: Arr<u8, typeof TASK_NAME>;
}

/** The process is held. */
export function processFacts(process: Ptr<Process>, out: Ptr<ProcessFacts>): void {
  idsOf(process, out);
  usedBy(process, ref(out.used));
  out.nice = process.nice;
  out.ready = false;
  out.blocked = false;
  out.nameLength = 0;
  using s = process.signals.enter();
  out.threads = s.v.count;
  s.v.eachThread((thread) => {
    const state = thread.state.load();
    if (state === TASK_READY) out.ready = true;
    if (state === TASK_BLOCKED) out.blocked = true;
    // The last in the list is the first that there was.
    out.nameLength = thread.nameLength;
    copy(ref(out.name), ref(thread.name));
  });
}

/** The letter that ps shows: R runs, S waits, D waits for a device, T is stopped, Z has ended. */
export function stateLetter(facts: Ptr<ProcessFacts>): u8 {
  if (facts.state === PROCESS_STOPPED) return byte("T");
  if (facts.state !== PROCESS_RUNNING) return byte("Z");
  if (facts.ready) return byte("R");
  return facts.blocked ? byte("D") : byte("S");
}
