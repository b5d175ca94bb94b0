// Processes of the shell: pipelines, subshells, the background, and commands whose output is wanted as text.

import { O_CLOEXEC, O_RDONLY } from "../../../kernel/abi/files.ts";
import { programName } from "../environment.ts";
import { errors, out } from "../stream.ts";
import { close, dup2, open, pipe, PipeEnds, read, wait } from "../sys.ts";
import { Text } from "../text.ts";
import { addProcess, exitStatus, forgetJobs, type Job, joinJob, leaveBehind, newJob, waitForeground } from "./jobs.ts";
import { redirectAll } from "./redirect.ts";
import { finish, run } from "./run.ts";
import { shell } from "./state.ts";
import { Kind, type Node } from "./syntax.ts";
import { childSignals, forkShell } from "./traps.ts";

/** In a process that was just forked off. */
export function subshellHere(): void {
  shell.subshell = true;
  shell.loops = 0;
  childSignals(false);
  forgetJobs();
}

/** A new process of a job; 0 in that process, which has signals of its own and no jobs. `behind`: in the background. */
export function forkInto(job: Ptr<Job>, behind: boolean): Res<i32> {
  out.flush();
  const child = orReturn(forkShell());
  if (child === 0) {
    joinJob(job, behind);
    childSignals(behind);
    forgetJobs();
  } else {
    addProcess(job, child);
  }
  return child;
}

export function cannotFork(): i32 {
  errors.write(programName());
  errors.line(": can't fork");
  return 2;
}

/** What stands between |, each in a process of its own; or one subshell (`single`). */
export function pipeline(node: Ptr<Node>, single: boolean): i32 {
  attr(bounded(100));
  const job = newJob(node.text);
  const started = start(node, single, job, false);
  const status = waitForeground(job);
  return started ? status : cannotFork();
}

function start(node: Ptr<Node>, single: boolean, job: Ptr<Job>, behind: boolean): boolean {
  attr(bounded(100));
  let from: i32 = -1;
  for (let part: Ptr<Node> | null = single ? node : node.first; part !== null; part = single ? null : part.next) {
    const ends: PipeEnds = { reading: -1, writing: -1 };
    const more = !single && part.next !== null;
    if (more) {
      const piped = pipe(ref(ends), O_CLOEXEC);
      if (isErr(piped)) return false;
    }
    const child = forkInto(job, behind);
    if (isErr(child)) return false;
    if (child === 0) {
      shell.subshell = true;
      shell.loops = 0;
      if (from >= 0) moveTo(from, 0);
      else if (behind && !shell.flags.jobs && job.first === null && !shell.flags.interactive) fromNothing();
      if (more) {
        ignore(close(ends.reading), "the next one reads");
        moveTo(ends.writing, 1);
      }
      if (part.kind === Kind.Subshell) runSubshell(part);
      else run(part, true);
      finish();
    }
    if (from >= 0) ignore(close(from), "the child has it");
    if (more) {
      ignore(close(ends.writing), "the child has it");
      from = ends.reading;
    }
  }
  return true;
}

function runSubshell(node: Ptr<Node>): void {
  attr(bounded(100));
  const moved = redirectAll(node.redirects, null);
  if (isErr(moved)) shell.status = 1;
  else if (node.first !== null) run(node.first, true);
}

function moveTo(from: i32, to: i32): void {
  if (from === to) return;
  ignore(dup2(from, to), "it is open");
  ignore(close(from), "it is open");
}

/** Who works in the background does not read what a person types. */
function fromNothing(): void {
  const nothing = open("/dev/null", O_RDONLY, 0);
  if (!isErr(nothing)) moveTo(nothing, 0);
}

export function background(node: Ptr<Node>, t: string): i32 {
  attr(bounded(100));
  const job = newJob(t);
  if (!start(node, node.kind !== Kind.Pipeline, job, true)) return cannotFork();
  leaveBehind(job);
  return 0;
}

/** $(…): what the commands write. */
export function substitute(commands: Ptr<Node> | null, into: Ptr<Text>): Res<void> {
  attr(bounded(100));
  shell.substituted = 0;
  if (commands === null) return;
  const ends = zeroed<PipeEnds>();
  orReturn(pipe(ref(ends), O_CLOEXEC));
  out.flush();
  const child = orReturn(forkShell());
  if (child === 0) {
    subshellHere();
    ignore(close(ends.reading), "the parent reads");
    moveTo(ends.writing, 1);
    run(commands, true);
    finish();
  }
  orReturn(close(ends.writing));
  const room = zeroed<Arr<u8, 1024>>();
  for (;;) {
    const got = read(ends.reading, slice(room));
    if (isErr(got)) {
      if (got.code === Errno.EINTR) continue;
      break;
    }
    if (got === 0) break;
    for (const c of slice(room, got)) if (c !== 0) into.put(c);
  }
  orReturn(close(ends.reading));
  let status: i32 = 0;
  for (;;) {
    const ended = wait(child, ref(status), 0);
    if (!isErr(ended) || ended.code !== Errno.EINTR) break;
  }
  shell.substituted = exitStatus(status);
}
