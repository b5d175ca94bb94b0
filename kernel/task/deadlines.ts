// Who wants to be woken when. A binary heap: the earliest deadline stands at the top, each one is no later than the two
// below it, so looking is one step and setting or cancelling one is as many as the heap has levels. Sleepers are woken in
// order and on time, and a timer that can be set for a moment knows which moment.
//
// The heap is an array of addresses with room for every task and every process's alarm, so that setting a deadline cannot
// fail: who goes to sleep has no use for ENOMEM.
import { DEADLINES } from "../limits.ts";
import type { Nanos } from "./clock.ts";

/** Lies in whatever waits for it; its address is its name. */
export class Deadline {
  at: Nanos;
  /** Its place in the heap, counted from 1; 0 when it is not set. */
  place: u32;
  /** Called once the moment has come, in interrupt context; containerOf tells whose deadline it is. */
  passed: Fn<(deadline: Ptr<Deadline>) => void>;
}

/** More levels than the heap can have. */
const LEVELS: u32 = 32;

export class DeadlineHeap {
  private count: u32;
  /** [0] is not used: the two below place p are 2p and 2p + 1. */
  private items: Arr<Ptr<Deadline> | null, typeof DEADLINES>;

  /** The earliest one, or null. */
  first(): Ptr<Deadline> | null {
    return this.count === 0 ? null : this.items[1];
  }

  length(): u32 {
    return this.count;
  }

  /** Sets a deadline, or moves it. */
  set(deadline: Ptr<Deadline>, at: Nanos): void {
    const before = deadline.place;
    deadline.at = at;
    if (before === 0) {
      assert(this.count + 1 < DEADLINES, "more deadlines than tasks and alarms");
      this.count++;
      this.put(this.count, deadline);
      this.rise(this.count);
      return;
    }
    this.rise(before);
    this.sink(deadline.place);
  }

  cancel(deadline: Ptr<Deadline>): void {
    const place = deadline.place;
    if (place === 0) return;
    deadline.place = 0;
    const last = this.items[this.count];
    this.items[this.count] = null;
    this.count--;
    if (last === null || addr(last) === addr(deadline)) return;
    this.put(place, last);
    this.rise(place);
    this.sink(last.place);
  }

  private put(place: u32, deadline: Ptr<Deadline>): void {
    this.items[place] = deadline;
    deadline.place = place;
  }

  /** Moves the one at a place up while it is earlier than the one above. */
  private rise(from: u32): void {
    const moving = this.items[from];
    if (moving === null) return;
    let place = from;
    for (let level: u32 = 0; level < LEVELS; level++) {
      if (place <= 1) break;
      const above = this.items[place >> 1];
      if (above === null || above.at <= moving.at) break;
      this.put(place, above);
      place = place >> 1;
    }
    this.put(place, moving);
  }

  /** Moves the one at a place down while one below is earlier. */
  private sink(from: u32): void {
    const moving = this.items[from];
    if (moving === null) return;
    let place = from;
    for (let level: u32 = 0; level < LEVELS; level++) {
      let below = place * 2;
      if (below > this.count) break;
      let earliest = this.items[below];
      if (below < this.count) {
        const other = this.items[below + 1];
        if (earliest !== null && other !== null && other.at < earliest.at) {
          below++;
          earliest = other;
        }
      }
      if (earliest === null || moving.at <= earliest.at) break;
      this.put(place, earliest);
      place = below;
    }
    this.put(place, moving);
  }
}
