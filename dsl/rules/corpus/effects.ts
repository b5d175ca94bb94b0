// What may sleep or allocate, and where that is not allowed.
class Waiter {
  ready: () => void;
  wait: MaySleep<() => void>;
}
class Guard implements Disposable {
  constructor(private x: u32) {}
  [Symbol.dispose](): void {
    sleep();
  }
}
class Made {
  x: u32;
  constructor() {
    this.x = kalloc();
  }
}

let waiter = zeroed<Waiter>();
let n: u32 = 0;
let hook: () => void = quiet;
let slow: MaySleep<() => void> = indirect;
let wrong: () => void = indirect; // rule: effects.indirect may sleep, which () => void does not allow
const table: Arr<() => void, 2> = [quiet, sleep]; // rule: effects.sleep may sleep

function sleep(): void {
  attr(maySleep);
  n++;
}
function kalloc(): u32 {
  attr(mayAlloc);
  return n;
}
function quiet(): void {
  n++;
}
function indirect(): void {
  sleep();
}
function twice(f: () => void): void {
  f();
  f();
}
function twiceSlowly(f: MaySleep<() => void>): void {
  f();
  f();
}

export const timer = interrupt(0x20, () => {
  quiet();
  indirect(); // rule: effects.timer, an interrupt handler, may not sleep, but calls effects.indirect, which may
});

export const keyboard = interrupt(0x21, (f) => {
  n = u32(f.vector) + kalloc();
});

function promised(): void {
  attr(noSleep);
  indirect(); // rule: effects.promised (noSleep) may not sleep, but calls effects.indirect, which may
}

function irq(): void {
  attr(irqSafe);
  if (n > 5) sleep(); // rule: effects.irq (irqSafe) may not sleep
  kalloc();
}

function noMemory(): void {
  attr(noAlloc);
  sleep();
  n = kalloc(); // rule: effects.noMemory (noAlloc) may not allocate
}

function construction(): void {
  attr(noAlloc);
  const made = new Made(); // rule: effects.construction (noAlloc) may not allocate, but calls effects.Made.constructor
  n = made.x;
}

function disposal(): void {
  attr(noSleep);
  using g = new Guard(1); // rule: effects.disposal (noSleep) may not sleep, but calls effects.Guard.[dispose]
}

function deferred(): void {
  attr(noSleep);
  using _ = defer(() => sleep()); // rule: effects.deferred (noSleep) may not sleep
}

function values(): void {
  attr(noSleep);
  waiter.ready();
  hook();
  waiter.wait(); // rule: effects.values (noSleep) may not sleep, but calls a function value that may
}

function passing(): void {
  twice(quiet);
  twiceSlowly(sleep);
  twice(indirect); // rule: effects.indirect may sleep, which
  twice(() => sleep()); // rule: effects.passing$1 may sleep, which
  twiceSlowly(() => sleep());
  slow = quiet;
  hook = sleep; // rule: effects.sleep may sleep
}

/** Its callers trust the promise: only the place that breaks it is named. */
function trusting(): void {
  attr(noSleep);
  promised();
  irq();
}

function loops(): void {
  attr(noSleep);
  again(3);
}
function again(depth: u32): void {
  if (depth > 0) again(depth - 1);
}

export function main(): void {
  promised();
  irq();
  noMemory();
  construction();
  disposal();
  deferred();
  values();
  passing();
  trusting();
  loops();
  slow();
  wrong();
  table[0]();
}
