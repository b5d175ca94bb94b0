// A terminal, whatever carries it: a serial line, keyboard and screen, the virtual console. Between the driver and the
// programs lie the line discipline and two buffers, one for each direction. Input comes with interrupts: the driver hands
// over what arrived (ttyInput), readers are woken, Ctrl-C becomes a signal for the group of processes in the foreground. Output
// goes the other way at the wire's own speed: a program fills the buffer and waits while it is full; the driver is told that
// there is something (kick) and takes as much as its hardware likes (ttyTake).
//
// The buffers' lock is never held while a driver is called; a driver may hold its own lock while it calls us.
import { pollChanged } from "../fs/file.ts";
import { LineDiscipline } from "./line-discipline.ts";
import type { WindowSize } from "../abi/terminal.ts";
import { Locked } from "../sync/spin.ts";
import { WaitQueue } from "../sync/wait.ts";
import { signalGroup } from "../task/signals.ts";

/** Bytes that were written and are not on the wire; a power of two. */
export const OUTPUT_BYTES = 8192;
/** Room that one byte may need: a newline becomes two. */
const MOST_OF_ONE = 2;
/** Writers are woken when this much is free. */
const ENOUGH = 4096;

/** Behind the terminal's lock. */
export class TtyState {
  discipline: LineDiscipline;
  window: WindowSize;
  /** Whose terminal it is: a session, and of its groups the one in the foreground. 0: nobody's. */
  session: u32;
  foreground: u32;
  /** The other end is gone: reading gives the end of the file. */
  hungUp: boolean;
  private out: Arr<u8, typeof OUTPUT_BYTES>;
  /** Places that only grow. */
  private written: u32;
  private taken: u32;

  room(): u32 {
    return OUTPUT_BYTES - (this.written - this.taken);
  }

  waiting(): u32 {
    return this.discipline.stopped ? 0 : this.written - this.taken;
  }

  /** As it is; lost when there is no room. */
  append(byte: u8): void {
    if (this.room() === 0) return;
    this.out[this.written & (OUTPUT_BYTES - 1)] = byte;
    this.written++;
  }

  take(to: Slice<u8>): usize {
    const waiting = usize(this.waiting());
    const count = waiting < to.length ? waiting : to.length;
    for (let i: usize = 0; i < count; i++) {
      to[i] = this.out[this.taken & (OUTPUT_BYTES - 1)];
      this.taken++;
    }
    return count;
  }

  forgetOutput(): void {
    this.taken = this.written;
  }
}

export class Tty {
  state: Locked<TtyState>;
  readers: WaitQueue;
  writers: WaitQueue;
  /** The driver's: there is something to take. Callable from everywhere. */
  kick: Fn<(tty: Ptr<Tty>) => void>;
  /** The driver's: there is room again for what it could not hand over. */
  resume: Fn<(tty: Ptr<Tty>) => void>;
  /** Which of its lines this is, for the driver. */
  driver: u32;
}

/** At boot: a terminal of so many lines and columns, not yet in use; the driver has set its own fields. */
export function startTty(tty: Ptr<Tty>, rows: u16, columns: u16): void {
  using s = tty.state.enter();
  s.v.discipline.reset();
  s.v.window.rows = rows;
  s.v.window.columns = columns;
}

/**
 * The driver's: bytes from the line; how many were taken. Where there is no room the rest has to wait, until the driver is told
 * to resume; unless there is a Ctrl-C in it, which is worth more than what it throws away.
 */
export function ttyInput(tty: Ptr<Tty>, from: View<u8>): usize {
  attr(irqSafe);
  let at: usize = 0;
  // Each turn takes at least one byte, and ends early to send a signal, or for good.
  for (let turn: usize = 0; turn < from.length && at < from.length; turn++) {
    const end = inputTurn(tty, from, at);
    if (end === at) break;
    at = end;
  }
  if (at > 0) {
    tty.readers.wakeAll();
    pollChanged();
  }
  return at;
}

/** Where it stopped. */
function inputTurn(tty: Ptr<Tty>, from: View<u8>, start: usize): usize {
  let signal: u32 = 0;
  let group: u32 = 0;
  let end = start;
  {
    using s = tty.state.enter();
    const state = s.v;
    const discipline = ref(state.discipline);
    let signals: usize = 0;
    for (const c of from.sub(start, from.length)) signals += usize(discipline.meansSignal(c));
    for (let at = start; at < from.length && signal === 0; at++) {
      if (signals === 0 && !discipline.wantsInput()) break;
      // Who presses Ctrl-C does not want to see the eight thousand bytes that the program has left behind.
      if (signals > 0 && discipline.flushes() && discipline.meansSignal(from[at])) state.forgetOutput();
      signal = discipline.input(from[at], (shown) => state.append(shown));
      end = at + 1;
    }
    group = state.foreground;
  }
  if (signal !== 0) tty.writers.wakeAll();
  if (signal !== 0 && group !== 0) signalGroup(group, signal);
  return end;
}

/** The driver's: the line was held at zero. */
export function ttyBreak(tty: Ptr<Tty>): void {
  attr(irqSafe);
  let signal: u32 = 0;
  let group: u32 = 0;
  {
    using s = tty.state.enter();
    const state = s.v;
    signal = state.discipline.breakReceived((shown) => state.append(shown));
    group = state.foreground;
  }
  if (signal !== 0 && group !== 0) signalGroup(group, signal);
  tty.readers.wakeAll();
}

/** The driver's: bytes for the wire, as many as there are and fit. Writers who waited for room are woken. */
export function ttyTake(tty: Ptr<Tty>, to: Slice<u8>): usize {
  attr(irqSafe);
  let count: usize = 0;
  let enough = false;
  {
    using s = tty.state.enter();
    count = s.v.take(to);
    enough = s.v.room() >= ENOUGH;
  }
  if (count > 0 && enough) {
    tty.writers.wakeAll();
    pollChanged();
  }
  return count;
}

/** Whether everything written has gone to the driver, or never will. */
export function ttyDrained(tty: Ptr<Tty>): boolean {
  using s = tty.state.enter();
  return s.v.hungUp || s.v.waiting() === 0;
}

/** Bytes of a program, through the output half of the line discipline; how many found room. */
export function ttyWrite(tty: Ptr<Tty>, from: View<u8>): usize {
  attr(irqSafe);
  let done: usize = 0;
  {
    using s = tty.state.enter();
    const state = s.v;
    for (; done < from.length && state.room() >= MOST_OF_ONE; done++)
      state.discipline.output(from[done], (shown) => state.append(shown));
  }
  tty.kick(tty);
  return done;
}
