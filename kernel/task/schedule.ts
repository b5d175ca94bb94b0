// Tasks take turns. A switch is a call: the one who leaves calls switchStacks, and returns from it when somebody switches
// back, on its own stack, with its own variables; in between the others have run. So from a task's point of view it called
// a function that took a while.
//
// The queue's lock is held across a switch, from before the task that leaves is put anywhere until after the next one
// stands on its own stack: nobody can wake a task, and run it elsewhere, while half of its registers are still here. It is
// taken by one task and given back by another, which is why the guard knows the CPU and not the task.
//
// Interrupts may come at any place where they are on, and at their end the processor may go to another task (preempt):
// in user code as in the kernel. What keeps them off, a spinlock, keeps the task on the processor too.
import { setKernelStack } from "../trap/cpu.ts";
import { interruptedUser } from "../trap/irq.ts";
import { allocStack, freeStack } from "../memory/stacks.ts";
import { create, destroy } from "../memory/slab.ts";
import { switchSpace } from "../memory/space.ts";
import { TASKS } from "../limits.ts";
import { SpinLock } from "../sync/spin.ts";
import { type Nanos, now } from "./clock.ts";
import type { Deadline } from "./deadlines.ts";
import { awoke, charge, ReadyTasks, TaskList, turnOf } from "./run-queue.ts";
import {
  current,
  LEVEL_URGENT,
  nameTask,
  setCurrent,
  Task,
  TASK_BLOCKED,
  TASK_DEAD,
  TASK_READY,
  TASK_SLEEPING,
} from "./task.ts";
import { freeVectors, loadVectors, saveVectors } from "./vector.ts";

const IA32_FS_BASE: u32 = 0xc000_0100;
/** RFLAGS of a new task: interrupts on. Bit 1 is always set. */
const FLAGS_START: u64 = 0x202;

class RunQueue {
  private lock: SpinLock;
  ready: ReadyTasks;
  /** Who runs when nobody is ready: the boot code, once it is done. Never in `ready`. */
  idle: Ptr<Task> | null;
  /** Who runs. */
  running: Ptr<Task> | null;
  /** Since when, as far as it was not charged for it yet. */
  since: Nanos;
  /** His turn is over: when he leaves he goes to the end of his level. */
  over: boolean;
  /** Tasks that have ended, and who clears them away. */
  dead: TaskList;
  undertaker: Ptr<Task> | null;
  switches: u64;

  enter(): Scheduling {
    attr(irqSafe);
    return new Scheduling(ref<RunQueue>(this), this.lock.acquire());
  }

  /** The end of a guard, or of the switch to a task that has none yet. */
  leave(flags: u64): void {
    attr(irqSafe);
    this.lock.release(flags);
  }
}

/** Guard of a run queue. Its task may go on elsewhere: what is given back is the lock of the queue where it ends. */
class Scheduling implements Disposable {
  constructor(
    readonly q: Ptr<RunQueue>,
    private flags: u64,
  ) {}

  [Symbol.dispose](): void {
    queues.my.leave(this.flags);
  }
}

const queues = perCpu<RunQueue>();
/** Other than 0: somebody should run instead of the one who runs. */
const wanted = perCpu<Atomic<u32>>();
/** All tasks there are. */
const tasks = zeroed<Atomic<u32>>();

export function contextSwitches(): u64 {
  using held = queues.my.enter();
  return held.q.switches;
}

// ---- the switch

/** Charges whoever runs for its time until now. The lock is held. */
function account(q: Ptr<RunQueue>): void {
  const at = now();
  const spent = i64(at - q.since);
  q.since = at;
  if (charge(current(), spent)) q.over = true;
}

/** Goes to the most urgent task, and returns when this one's time has come again. It has been put where it belongs. The lock is held. */
function goOn(q: Ptr<RunQueue>): void {
  const me = current();
  const found = q.ready.take();
  const next = found !== null ? found : q.idle;
  wanted.my.store(0);
  q.over = false;
  if (next === null || next === me) return;
  if (me.vector !== 0) saveVectors(me.vector);
  q.running = next;
  q.switches++;
  setCurrent(next);
  const space = next.space;
  if (space !== null) switchSpace(space);
  if (next.program) {
    setKernelStack(next.stack);
    cpu.wrmsr(IA32_FS_BASE, next.fsBase);
  }
  if (next.vector !== 0) loadVectors(next.vector);
  unsafe.switchStacks(ref(me.stackPointer), next.stackPointer);
}

/** Where a new task comes from its first switch: it holds the lock that the task before it has taken. */
function begin(argument: u64): void {
  attr(bounded(1)); // by its type it could be a task's body, and is none
  queues.my.leave(FLAGS_START);
  const me = current();
  me.body(argument);
  exitTask();
}

/** Gives the processor to whoever else is ready. */
export function kyield(): void {
  attr(maySleep);
  using held = queues.my.enter();
  account(held.q);
  if (current() !== held.q.idle) held.q.ready.add(current());
  goOn(held.q);
}

/** The end of an interrupt: somebody more urgent may have become ready, or the turn may be over. */
export function preempt(): void {
  attr(irqSafe, noSleep);
  if (wanted.my.load() === 0) return;
  using held = queues.my.enter();
  const q = held.q;
  const me = current();
  account(q);
  // A task that is about to wait, and was interrupted before it did, stays ready: it will look again.
  if (me !== q.idle) {
    if (q.over) q.ready.add(me);
    else q.ready.putBack(me);
  }
  goOn(q);
}

/** Waits until wake(): the task has set its state, and then looked once more whether there is anything to wait for. */
export function giveUp(): void {
  attr(maySleep);
  using held = queues.my.enter();
  if (current().state.load() === TASK_READY) return;
  account(held.q);
  goOn(held.q);
}

/** Ends a wait. Does nothing to a task that does not wait. */
export function wake(task: Ptr<Task>): void {
  attr(irqSafe, noSleep);
  using held = queues.of(task.cpu).enter();
  const state = task.state.load();
  if (state === TASK_SLEEPING || state === TASK_BLOCKED) ready(held.q, task);
}

/** Ends a wait that signals may end. */
export function interruptWait(task: Ptr<Task>): void {
  attr(irqSafe, noSleep);
  using held = queues.of(task.cpu).enter();
  if (task.state.load() === TASK_SLEEPING) ready(held.q, task);
}

/** Puts a task into the queue, if it is not there and does not run. The lock is held. */
function ready(q: Ptr<RunQueue>, task: Ptr<Task>): void {
  task.state.store(TASK_READY);
  const running = q.running;
  if (task.queued || running === task) return;
  awoke(task);
  q.ready.add(task);
  if (running === null || running === q.idle || task.level < running.level) wanted.my.store(1);
}

/** The timer, in interrupt context. */
export function tick(): void {
  attr(irqSafe, noSleep);
  const me = current();
  if (interruptedUser()) me.ticksUser++;
  else me.ticksSystem++;
  using held = queues.my.enter();
  const q = held.q;
  account(q);
  if (me === q.idle ? q.ready.count > 0 : q.over && q.ready.rivals(me.level, false)) wanted.my.store(1);
}

/** Whether the processor should go to somebody else soon. */
export function shouldYield(): boolean {
  attr(irqSafe, noSleep, inline);
  return wanted.my.load() !== 0;
}

// ---- beginnings and ends

/** A task that is nowhere yet: start() makes it ready. EAGAIN, ENOMEM. */
export function newTask(name: View<u8>, body: Fn<MaySleep<MayAlloc<(argument: u64) => void>>>, argument: u64): Res<Ptr<Task>> {
  if (tasks.add(1) >= TASKS) {
    tasks.sub(1);
    return err(Errno.EAGAIN);
  }
  const task = create<Task>();
  if (isErr(task)) {
    tasks.sub(1);
    return task;
  }
  const stack = allocStack();
  if (isErr(stack)) {
    destroy(task);
    tasks.sub(1);
    return stack;
  }
  nameTask(task, name);
  task.stack = stack;
  task.stackPointer = unsafe.newStack(stack - sizeOf<TrapFrame>(), begin, argument);
  task.body = body;
  task.argument = argument;
  task.cpu = cpu.id();
  task.turn = turnOf(0);
  task.deadline.passed = overslept;
  return task;
}

/** Makes a new task ready. */
export function start(task: Ptr<Task>): void {
  using held = queues.of(task.cpu).enter();
  const q = held.q;
  const running = q.running;
  q.ready.add(task);
  if (running === null || running === q.idle || task.level < running.level) wanted.my.store(1);
}

/** A kernel task: LEVEL_URGENT or LEVEL_KERNEL. It ends when its body returns. EAGAIN, ENOMEM. */
export function spawnTask(
  name: string,
  body: Fn<MaySleep<MayAlloc<(argument: u64) => void>>>,
  argument: u64,
  level: u8,
): Res<Ptr<Task>> {
  const task = orReturn(newTask(bytes(name), body, argument));
  task.level = level;
  start(task);
  return task;
}

/** Gives back a task that never ran or never will again, with its stack. */
export function dropTask(task: Ptr<Task>): void {
  freeVectors(task.vector);
  freeStack(task.stack);
  destroy(task);
  tasks.sub(1);
}

/** A task's deadline has come. */
function overslept(deadline: Ptr<Deadline>): void {
  attr(irqSafe, noSleep);
  wake(containerOf<Task>(deadline, "deadline"));
}

/** Ends the task that runs. Its process has been told before. */
export function exitTask(): never {
  attr(maySleep);
  leaveForever();
  panic("a task went on after its end");
}

function leaveForever(): void {
  using held = queues.my.enter();
  const q = held.q;
  const me = current();
  account(q);
  me.state.store(TASK_DEAD);
  q.dead.append(me);
  const undertaker = q.undertaker;
  if (undertaker !== null && undertaker.state.load() !== TASK_READY) ready(q, undertaker);
  goOn(q);
}

/** For this CPU's undertaker: the next task that has ended. Waits for it. */
export function nextDead(): Ptr<Task> {
  attr(maySleep);
  const me = current();
  for (;;) {
    using held = queues.my.enter();
    held.q.undertaker = me;
    const dead = held.q.dead.take();
    if (dead !== null) return dead;
    me.state.store(TASK_BLOCKED);
    account(held.q);
    goOn(held.q);
  }
}

// ---- the task that is there already

const first = perCpu<Task>();

/** At boot: whoever calls this becomes the task that runs when nobody else wants to. Its stack is the one it stands on. */
export function startTasks(): void {
  const me = first.my;
  nameTask(me, bytes("idle"));
  me.level = LEVEL_URGENT;
  me.deadline.passed = overslept;
  tasks.add(1);
  setCurrent(me);
  using held = queues.my.enter();
  held.q.idle = me;
  held.q.running = me;
  held.q.since = now();
}

/** The rest of the boot task's life: the processor sleeps until an interrupt, and whoever that woke gets it. */
export function idle(): never {
  attr(maySleep);
  for (;;) {
    cpu.cli();
    // An interrupt that came now would wake nobody who has not been seen: STI holds it back until HLT has begun.
    if (shouldYield()) kyield();
    else cpu.stiHlt();
  }
}
