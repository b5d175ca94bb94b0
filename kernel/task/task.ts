// A task is somebody who can run: a stack, and where on it to go on. Everything else that makes a program (memory, files,
// a number) belongs to its process; a process is entered by one or more tasks, its threads. Tasks of the kernel's own have
// no process and never see user code.
import type { Space } from "../memory/space.ts";
import type { Nanos } from "./clock.ts";
import type { Deadline } from "./deadlines.ts";
import type { Process } from "./process.ts";

// What a task is up to.
/** Runs, or waits for its turn. */
export const TASK_READY: u32 = 0;
/** Waits; a signal ends the wait. */
export const TASK_SLEEPING: u32 = 1;
/** Waits for something that comes soon and for certain (a disk): signals have to wait as well. */
export const TASK_BLOCKED: u32 = 2;
/** Will not run again. Its stack is still there: nobody can free the stack he stands on. */
export const TASK_DEAD: u32 = 3;

// Levels, most urgent first. Where a more urgent task is ready, no other runs.
/** Kernel tasks whose work others wait for. */
export const LEVEL_URGENT: u8 = 0;
/** Kernel tasks that may take their time. */
export const LEVEL_KERNEL: u8 = 1;
/** Programs that waited, and since then have not used up their turn: editors, shells. */
export const LEVEL_AWAKE: u8 = 2;
/** Programs that calculate. */
export const LEVEL_BUSY: u8 = 3;

/** Bytes of a name, without a zero. */
export const TASK_NAME = 16;

export class Task {
  // The scheduler's (schedule.ts). Changed with the lock of the task's run queue held.
  next: Ptr<Task> | null;
  previous: Ptr<Task> | null;
  /** Whether it is in a run queue. The task that runs is in none. */
  queued: boolean;
  /** LEVEL_*. */
  level: u8;
  /** A kernel task stays on its level; a program's level changes with what it does. */
  program: boolean;
  /** From -20, who gets long turns, to 19. */
  nice: i8;
  /** The CPU whose run queue it belongs to. A task changes it only while it waits: see current(). */
  cpu: u32;
  /** TASK_*. The task itself sets it before it waits, wake() sets it back. */
  state: Atomic<u32>;
  /** Nanoseconds of processor time that are left of its turn. */
  turn: i64;

  // Where it goes on.
  /** RSP where switchStacks left it. */
  stackPointer: u64;
  /** The upper end of its kernel stack. Registers of user code lie right below (see userFrame). */
  stack: u64;
  /** Registers of floating point and vectors while it does not run; 0 for kernel tasks, which have none (vector.ts). */
  vector: u64;
  /** Its process's memory; null: a kernel task, which does with whatever is loaded, as the kernel's half is the same everywhere. */
  space: Ptr<Space> | null;
  /** IA32_FS_BASE in user code. */
  fsBase: u64;
  body: Fn<MaySleep<MayAlloc<(argument: u64) => void>>>;
  argument: u64;

  // Who it is.
  id: u32;
  process: Ptr<Process> | null;
  /** The process's other threads (threads.ts). */
  sibling: Ptr<Task> | null;
  nameLength: u8;
  name: Arr<u8, 16>;

  // What it waits for.
  /** When to be woken at the latest. */
  deadline: Deadline;
  /** The deadline of a call that was interrupted and begins again; 0 when there is none (clock.ts). */
  resume: Nanos;
  /** Other than 0 when there is something to do before user code goes on: a signal, a stop, an end (signals.ts). */
  attention: Atomic<u32>;
  /** Signals for this thread alone, and those that have to wait; with the lock of the process's signals held. */
  pending: u64;
  blocked: u64;
  /** Of `pending`, what an instruction of its own has raised. */
  fault: u64;
  /** What to block again after the handler of a signal that sigsuspend let through. */
  suspended: u64;
  inSuspend: boolean;

  /** The number of the system call that it makes; 0: none. A call that was interrupted begins again with it. */
  call: u32;
  /** Registers of user code, while the kernel goes on from an interrupt (leave.ts). */
  interrupted: TrapFrame;
  /** Where to write 0, and to wake who waits there, when the thread ends; 0: nowhere. */
  clearAt: u64;

  // What it has used.
  /** Nanoseconds of processor time, exact; and how often the timer found it in user code, and in the kernel. */
  ran: u64;
  ticksUser: u64;
  ticksSystem: u64;
}

class Running {
  task: Ptr<Task>;
}

const running = perCpu<Running>();

/**
 * The task that runs here. Finding this CPU's variables and reading one are two steps, and between them the task may be
 * preempted; but it comes back on the same CPU, because only tasks that wait are ever moved.
 */
export function current(): Ptr<Task> {
  attr(irqSafe, noSleep, inline);
  return running.my.task;
}

/** For the scheduler, with interrupts off. */
export function setCurrent(task: Ptr<Task>): void {
  attr(irqSafe, noSleep, inline);
  running.my.task = task;
}

export function taskName(task: Ptr<Task>): string {
  return text(slice(task.name, usize(task.nameLength)));
}

/** Cut to TASK_NAME bytes. */
export function nameTask(task: Ptr<Task>, name: View<u8>): void {
  const bytes = name.length < TASK_NAME ? name.length : usize(TASK_NAME);
  copySlice(slice(task.name, bytes), name.sub(0, bytes));
  task.nameLength = u8(bytes);
}

/** The registers of user code, at the upper end of the task's kernel stack, where every way in puts them. */
export function userFrame(task: Ptr<Task>): Ptr<TrapFrame> {
  attr(inline);
  return unsafe.ptr<TrapFrame>(task.stack - sizeOf<TrapFrame>());
}
