// Jobs: the processes of one pipeline, which the keyboard's signals reach together because they are one group. Whoever waits
// for one learns of all, so every news of a child is written down where it belongs.

import { SIGCONT, SIGHUP, SIGINT } from "../../../kernel/abi/signals.ts";
import { STATUS_CONTINUED, STATUS_STOPPED, WCONTINUED, WNOHANG, WUNTRACED } from "../../../kernel/abi/processes.ts";
import { destroy, drop, keep, make } from "../heap.ts";
import { List } from "../list.ts";
import { signalDescription } from "../signals.ts";
import { errors, out, type Output } from "../stream.ts";
import { getpgid, getpid, kill, setpgid, wait } from "../sys.ts";
import { foregroundGroup, getTerminal, setForegroundGroup, setTerminal } from "../terminal.ts";
import { Termios } from "../../../kernel/abi/terminal.ts";
import { startsWith } from "../text.ts";
import { shell } from "./state.ts";
import { interrupt } from "./traps.ts";

enum State {
  Running,
  Stopped,
  Done,
}

class Process {
  next: Ptr<Process> | null;
  pid: i32;
  state: State;
  /** As wait gave it. */
  status: i32;
}

export class Job {
  number: u32;
  group: i32;
  first: Ptr<Process> | null;
  last: Ptr<Process> | null;
  text: string;
  /** A person was told of its state. */
  told: boolean;
  foreground: boolean;
  /** How its terminal was when it stopped. */
  modes: Termios;
  hasModes: boolean;
}

class Jobs {
  all: List<Ptr<Job>>;
  /** The terminal, -1 without job control. */
  terminal: i32;
  modes: Termios;
}

const jobs = zeroed<Jobs>();

/** Takes charge of the terminal: the shell is a group of its own, and in front. */
export function startJobControl(terminal: i32): void {
  jobs.terminal = terminal;
  ignore(setpgid(0, shell.pid), "it may lead a session");
  const front = setForegroundGroup(terminal, shell.pid);
  if (isErr(front)) {
    jobs.terminal = -1;
    return;
  }
  ignore(getTerminal(terminal, ref(jobs.modes)), "it is a terminal");
  shell.flags.jobs = true;
}

export function newJob(text: string): Ptr<Job> {
  const job = make<Job>();
  job.text = keep(text);
  return job;
}

/** In the list with the lowest number that is free. */
function enlist(job: Ptr<Job>): void {
  if (job.number !== 0) return;
  let number: u32 = 1;
  for (const other of jobs.all.items()) if (other.number >= number) number = other.number + 1;
  job.number = number;
  jobs.all.push(job);
}

function forget(job: Ptr<Job>): void {
  for (let i: usize = 0; i < jobs.all.length; i++) {
    if (jobs.all.at(i) === job) {
      jobs.all.remove(i);
      break;
    }
  }
  for (let p = job.first; p !== null; ) {
    const next = p.next;
    destroy(p);
    p = next;
  }
  drop(job.text);
  destroy(job);
}

/** In the parent: a child that was forked for the job. */
export function addProcess(job: Ptr<Job>, pid: i32): void {
  const p = make<Process>();
  p.pid = pid;
  const last = job.last;
  if (last === null) job.first = p;
  else last.next = p;
  job.last = p;
  if (!shell.flags.jobs) return;
  if (job.group === 0) job.group = pid;
  ignore(setpgid(pid, job.group), "the child does it too, and may be gone");
}

/** In the child: joins the job's group, and comes to the front. */
export function joinJob(job: Ptr<Job>, background: boolean): void {
  if (!shell.flags.jobs) return;
  ignore(setpgid(0, job.group), "a group of one's own is always possible");
  if (!background && jobs.terminal >= 0) ignore(setForegroundGroup(jobs.terminal, job.group === 0 ? getpid() : job.group), "without a terminal nobody is in front");
}

function stateOf(job: Ptr<Job>): State {
  let stopped = false;
  for (let p = job.first; p !== null; p = p.next) {
    if (p.state === State.Running) return State.Running;
    if (p.state === State.Stopped) stopped = true;
  }
  return stopped ? State.Stopped : State.Done;
}

/** As $?: of the last process, 128 + the signal that ended or stopped it. */
function statusOf(job: Ptr<Job>): i32 {
  const last = job.last;
  return last === null ? 0 : exitStatus(last.status);
}

export function exitStatus(status: i32): i32 {
  if ((status & 0xff) === STATUS_STOPPED) return 128 + ((status >> 8) & 0xff);
  if ((status & 0x7f) !== 0) return 128 + (status & 0x7f);
  return (status >> 8) & 0xff;
}

/** Writes down what happened to a child. */
function news(pid: i32, status: i32, foreground: Ptr<Job> | null): void {
  if (foreground !== null && newsOf(foreground, pid, status)) return;
  for (const job of jobs.all.items()) if (newsOf(job, pid, status)) return;
}

function newsOf(job: Ptr<Job>, pid: i32, status: i32): boolean {
  for (let p = job.first; p !== null; p = p.next) {
    if (p.pid !== pid || p.state === State.Done) continue;
    job.told = false;
    if (status === STATUS_CONTINUED) {
      p.state = State.Running;
      return true;
    }
    p.status = status;
    p.state = (status & 0xff) === STATUS_STOPPED ? State.Stopped : State.Done;
    return true;
  }
  return false;
}

/** Waits until a foreground job is over or stopped: $?. */
export function waitForeground(job: Ptr<Job>): i32 {
  job.foreground = true;
  let passed = false;
  while (stateOf(job) === State.Running) {
    // Ctrl-C that came while the terminal was still the shell's was meant for the job.
    if (interrupt.came && !passed && job.group !== 0) {
      passed = true;
      ignore(kill(0 - job.group, SIGINT), "it may have ended");
    }
    let status: i32 = 0;
    const pid = wait(-1, ref(status), shell.flags.jobs ? WUNTRACED : 0);
    if (isErr(pid)) {
      if (pid.code === Errno.EINTR) continue;
      break;
    }
    news(pid, status, job);
  }
  job.foreground = false;
  takeTerminal(job);
  const status = statusOf(job);
  if (stateOf(job) === State.Stopped) {
    enlist(job);
    job.told = true;
    out.flush();
    errors.put(byte("\n"));
    show(job, ref(errors), false);
    return status;
  }
  tellEnd(job);
  forget(job);
  return status;
}

/** The terminal is the shell's again, as it was. */
function takeTerminal(job: Ptr<Job>): void {
  if (!shell.flags.jobs || jobs.terminal < 0) return;
  const stopped = stateOf(job) === State.Stopped;
  if (stopped) {
    const got = getTerminal(jobs.terminal, ref(job.modes));
    job.hasModes = !isErr(got);
  }
  ignore(setForegroundGroup(jobs.terminal, shell.pid), "it is the shell's");
  const last = job.last;
  const signalled = last !== null && (last.status & 0x7f) !== 0;
  if (stopped || signalled) ignore(setTerminal(jobs.terminal, ref(jobs.modes)), "it is the shell's");
}

/** What a signal did to a foreground job. */
function tellEnd(job: Ptr<Job>): void {
  const last = job.last;
  if (last === null) return;
  const signal = last.status & 0x7f;
  if (signal === 0) return;
  if (signal === SIGINT) {
    if (shell.flags.interactive) {
      errors.put(byte("\n"));
      interrupt.came = true;
      interrupt.told = true;
    }
    return;
  }
  const what = signalDescription(signal);
  if (what.length > 0 && !shell.subshell) errors.line(what);
}

/** A job goes on behind the shell's back: $!. */
export function leaveBehind(job: Ptr<Job>): void {
  const last = job.last;
  if (last !== null) shell.lastBackground = last.pid;
  enlist(job);
  if (!shell.flags.interactive) return;
  errors.put(byte("["));
  errors.number(u64(job.number));
  errors.write("] ");
  errors.signed(i64(shell.lastBackground));
  errors.put(byte("\n"));
}

/** Looks for news without waiting. */
export function collect(): void {
  for (;;) {
    let status: i32 = 0;
    const pid = wait(-1, ref(status), WNOHANG | WUNTRACED | WCONTINUED);
    if (isErr(pid) || pid <= 0) return;
    news(pid, status, null);
  }
}

/** Before a prompt: which jobs ended or stopped. */
export function tellNews(): void {
  collect();
  for (let i: usize = 0; i < jobs.all.length; ) {
    const job = jobs.all.at(i);
    const state = stateOf(job);
    if (!job.told && state !== State.Running) {
      job.told = true;
      if (shell.flags.interactive) show(job, ref(errors), false);
    }
    if (state === State.Done && shell.flags.interactive) forget(job);
    else i++;
  }
}

function show(job: Ptr<Job>, to: Ptr<Output>, pids: boolean): void {
  to.put(byte("["));
  to.number(u64(job.number));
  to.put(byte("]"));
  to.put(job === currentJob() ? byte("+") : byte(" "));
  to.put(byte(" "));
  const first = job.first;
  if (pids && first !== null) {
    to.signed(i64(first.pid));
    to.put(byte(" "));
  }
  switch (stateOf(job)) {
    case State.Running:
      to.left("Running", 24);
      break;
    case State.Stopped:
      to.left("Stopped", 24);
      break;
    case State.Done: {
      const status = statusOf(job);
      const last = job.last;
      const signal = last === null ? 0 : last.status & 0x7f;
      if (signal !== 0) to.left(signalDescription(signal).length > 0 ? signalDescription(signal) : "Interrupt", 24);
      else if (status === 0) to.left("Done", 24);
      else {
        to.write("Done(");
        to.number(u64(status));
        to.write(")");
        to.repeat(byte(" "), status > 99 ? 15 : status > 9 ? 16 : 17);
      }
    }
  }
  to.line(job.text);
}

/** jobs */
export function listJobs(pids: boolean, only: boolean): void {
  collect();
  for (let i: usize = 0; i < jobs.all.length; ) {
    const job = jobs.all.at(i);
    if (only) {
      const last = job.last;
      if (last !== null) {
        out.signed(i64(last.pid));
        out.put(byte("\n"));
      }
      i++;
      continue;
    }
    show(job, ref(out), pids);
    job.told = true;
    if (stateOf(job) === State.Done) forget(job);
    else i++;
  }
}

/** The one that stopped last, or began last. */
function currentJob(): Ptr<Job> | null {
  for (let i = jobs.all.length; i > 0; i--) if (stateOf(jobs.all.at(i - 1)) === State.Stopped) return jobs.all.at(i - 1);
  return jobs.all.length > 0 ? jobs.all.at(jobs.all.length - 1) : null;
}

/** %1, %+, %name, %?name, or the number of a process. */
export function findJob(t: string): Ptr<Job> | null {
  if (t.length === 0 || t === "%" || t === "%%" || t === "%+") return currentJob();
  if (t === "%-") return jobs.all.length > 1 ? jobs.all.at(jobs.all.length - 2) : currentJob();
  let n: i32 = 0;
  let number = true;
  const rest = t[0] === byte("%") ? t.sub(1, t.length) : t;
  for (const c of rest) {
    if (c >= byte("0") && c <= byte("9")) n = n * 10 + i32(c - byte("0"));
    else number = false;
  }
  for (const job of jobs.all.items()) {
    if (t[0] !== byte("%")) {
      for (let p = job.first; p !== null; p = p.next) if (number && p.pid === n) return job;
    } else if (number) {
      if (i32(job.number) === n) return job;
    } else if (startsWith(job.text, rest)) return job;
  }
  return null;
}

/** The number that kill wants for a job: its group, negative, or its process. */
export function killTarget(job: Ptr<Job>): i32 {
  const first = job.first;
  if (job.group !== 0) return 0 - job.group;
  return first === null ? 0 : first.pid;
}

/** fg: brings a job to the front and waits for it: $?. */
export function toForeground(job: Ptr<Job>): i32 {
  out.line(job.text);
  out.flush();
  if (jobs.terminal >= 0) {
    ignore(setForegroundGroup(jobs.terminal, job.group), "without a terminal nobody is in front");
    if (job.hasModes) ignore(setTerminal(jobs.terminal, ref(job.modes)), "it is as before");
  }
  goOn(job);
  return waitForeground(job);
}

/** bg */
export function toBackground(job: Ptr<Job>): void {
  out.put(byte("["));
  out.number(u64(job.number));
  out.write("] ");
  out.line(job.text);
  goOn(job);
}

function goOn(job: Ptr<Job>): void {
  for (let p = job.first; p !== null; p = p.next) if (p.state === State.Stopped) p.state = State.Running;
  job.told = true;
  ignore(kill(killTarget(job), SIGCONT), "it may be gone, which the wait tells");
}

/** wait for a job: its $?. 128 + SIGINT or so when a signal with a trap came first. */
export function waitJob(job: Ptr<Job>): i32 {
  while (stateOf(job) === State.Running) {
    if (!waitOnce()) break;
    if (interrupt.came || interrupt.anyPending) return 130;
  }
  const status = statusOf(job);
  if (stateOf(job) === State.Done) forget(job);
  return status;
}

/** wait without operands. */
export function waitAllJobs(): i32 {
  for (let i: usize = 0; i < jobs.all.length; ) {
    const job = jobs.all.at(i);
    if (stateOf(job) === State.Stopped) {
      i++;
      continue;
    }
    waitJob(job);
    if (interrupt.came || interrupt.anyPending) return 130;
  }
  return 0;
}

/** Whether there was a child to wait for. */
function waitOnce(): boolean {
  let status: i32 = 0;
  const pid = wait(-1, ref(status), shell.flags.jobs ? WUNTRACED : 0);
  if (isErr(pid)) return pid.code === Errno.EINTR;
  news(pid, status, null);
  return true;
}

/** In a child: the jobs are the parent's. */
export function forgetJobs(): void {
  jobs.all.cut(0);
  shell.flags.jobs = false;
}

/** Whether jobs are stopped, which a person should know before the shell ends. */
export function anyStopped(): boolean {
  for (const job of jobs.all.items()) if (stateOf(job) === State.Stopped) return true;
  return false;
}

/** At the end of an interactive shell: jobs that are stopped would never go on. */
export function hangUp(): void {
  for (const job of jobs.all.items()) {
    if (stateOf(job) !== State.Stopped) continue;
    ignore(kill(killTarget(job), SIGHUP), "it may be gone");
    ignore(kill(killTarget(job), SIGCONT), "it may be gone");
  }
}
