// Who runs next. One queue for each CPU: a list for each level, and a bit for each list that is not empty, so that the most
// urgent task is found by one instruction, however many wait. Within a level it goes round.
//
// Programs share two levels. Who waited (for a key, a disk, a child) is on the upper one and so gets the processor at once;
// who has used up a turn goes to the end of the lower one and begins a new turn. A program that calculates cannot keep an
// editor waiting, and one that only pretends to wait pays with its turn like everybody else. What `nice` changes is the
// length of turns: each round the nice one gets less, but it gets something.
import { LEVEL_AWAKE, LEVEL_BUSY, type Task } from "./task.ts";

const LEVELS = 4;

/** Nanoseconds of a turn at nice 0, and what each step of nice takes away. */
const TURN: i64 = 40_000_000;
const TURN_STEP: i64 = 2_000_000;

/** From 80 ms at nice -20 to 2 ms at nice 19. */
export function turnOf(nice: i8): i64 {
  return TURN - TURN_STEP * i64(nice);
}

/** A list through the tasks themselves, first in, first out. */
export class TaskList {
  private first: Ptr<Task> | null;
  private last: Ptr<Task> | null;

  empty(): boolean {
    return this.first === null;
  }

  append(task: Ptr<Task>): void {
    const last = this.last;
    task.next = null;
    task.previous = last;
    if (last === null) this.first = task;
    else last.next = task;
    this.last = task;
  }

  prepend(task: Ptr<Task>): void {
    const first = this.first;
    task.previous = null;
    task.next = first;
    if (first === null) this.last = task;
    else first.previous = task;
    this.first = task;
  }

  remove(task: Ptr<Task>): void {
    const next = task.next;
    const previous = task.previous;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.last = previous;
    else next.previous = previous;
    task.next = null;
    task.previous = null;
  }

  take(): Ptr<Task> | null {
    const first = this.first;
    if (first !== null) this.remove(first);
    return first;
  }
}

/** Whoever calls its methods holds the lock of the queue. */
export class ReadyTasks {
  private lists: Arr<TaskList, typeof LEVELS>;
  /** Bit n: level n has somebody. */
  private levels: u8;
  count: u32;

  /** To the end of its level. A program that woke up comes to the upper level with what is left of its turn. */
  add(task: Ptr<Task>): void {
    this.lists[task.level].append(task);
    this.entered(task);
  }

  /** To the front of its level: somebody more urgent came between, and the turn is not over. */
  putBack(task: Ptr<Task>): void {
    this.lists[task.level].prepend(task);
    this.entered(task);
  }

  private entered(task: Ptr<Task>): void {
    task.queued = true;
    this.levels |= u8(1) << u32(task.level);
    this.count++;
  }

  remove(task: Ptr<Task>): void {
    const list = ref(this.lists[task.level]);
    list.remove(task);
    if (list.empty()) this.levels &= ~(u8(1) << u32(task.level));
    task.queued = false;
    this.count--;
  }

  /** Takes out the most urgent task; null when nobody is ready. */
  take(): Ptr<Task> | null {
    if (this.levels === 0) return null;
    const task = this.lists[trailingZeros(this.levels)].take();
    if (task === null) return null;
    if (this.lists[task.level].empty()) this.levels &= ~(u8(1) << u32(task.level));
    task.queued = false;
    this.count--;
    return task;
  }

  /** Whether somebody is at least as urgent as this level, or (`more`) more urgent. */
  rivals(level: u8, more: boolean): boolean {
    const limit = u32(level) + (more ? 0 : 1);
    return (this.levels & ((u8(1) << limit) - 1)) !== 0;
  }
}

/** Takes time from a task's turn. A program whose turn is over goes down and begins the next one; whether it was over. */
export function charge(task: Ptr<Task>, nanoseconds: i64): boolean {
  task.ran += u64(nanoseconds);
  task.turn -= nanoseconds;
  if (task.turn > 0) return false;
  task.turn = turnOf(task.nice);
  if (task.program) task.level = LEVEL_BUSY;
  return true;
}

/** For a program that ends a wait. */
export function awoke(task: Ptr<Task>): void {
  if (task.program) task.level = LEVEL_AWAKE;
}
