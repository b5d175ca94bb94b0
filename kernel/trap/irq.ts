// Interrupts of devices: who gets them, and what happens in which order.
//
// A device interrupts because it wants something now, and whoever is interrupted loses the time. So a handler has two
// halves. The critical one does what cannot wait (quiet the device, take its bytes before the next ones come), with
// interrupts off. The deferred one does the rest with interrupts on again, at the end of the outermost interrupt, before
// whoever was interrupted goes on: it delays programs, but no device. Neither may sleep. After both, the processor may go
// to another task.
//
// The table of handlers is one for the whole system. Several devices may share a line: each is asked.
import { HANDLERS } from "../limits.ts";
import { Locked } from "../sync/spin.ts";
import { leaveInterrupt } from "../task/leave.ts";
import { endLocal, messageAddress } from "./apic.ts";
import { controllerOf, endLine, isSpurious, LINES, openLine } from "./lines.ts";
import { FIRST_MESSAGE, LAST_MESSAGE, LINES_VECTOR, SPURIOUS_VECTOR } from "./vectors.ts";

const NONE: u8 = 0xff;
/** Rounds of deferred work at the end of one interrupt; what is left then waits for the next one. */
const ROUNDS: u32 = 8;

class Handler {
  name: string;
  critical: Fn<(context: u64) => boolean>;
  deferred: Fn<(context: u64) => void> | null;
  context: u64;
  vector: u8;
  /** Index of the next one with the same vector, or NONE. */
  next: u8;
  calls: u64;
}

class Table {
  handlers: Arr<Handler, typeof HANDLERS>;
  count: u8;
  /** By vector: 1 + the first handler's index, or 0. */
  first: Arr<u8, 256>;
  nextMessage: u8;
  unexpected: u64;
}

/** What is going on in this CPU's interrupts. */
class Level {
  /** Interrupts inside each other. */
  depth: u32;
  /** Whether the outermost one came while a program ran. */
  user: boolean;
  total: u64;
}

const table = zeroed<Locked<Table>>();
const levels = perCpu<Level>();
/** A bit for each handler whose deferred half is to run. */
const deferred = perCpu<Atomic<u64>>();

/** Whether what was interrupted is a program: for the clock's tick. Only in a handler. */
export function interruptedUser(): boolean {
  attr(irqSafe);
  return levels.my.user;
}

/** Interrupts since the start. */
export function interruptCount(): u64 {
  const flags = cpu.saveFlagsCli();
  const total = levels.my.total;
  cpu.restoreFlags(flags);
  return total;
}

/**
 * From now on `critical` is called for a line of the interrupt controllers, with interrupts off; whether it was its device.
 * If it was, `deferred` follows. The vector; EMFILE when the table is full,
 * EINVAL when the line leads nowhere.
 */
export function claimLine(
  line: u8,
  name: string,
  critical: Fn<(context: u64) => boolean>,
  deferred: Fn<(context: u64) => void> | null,
  context: u64,
): Res<u8> {
  if (line >= LINES) return err(Errno.EINVAL);
  const vector = LINES_VECTOR + line;
  orReturn(add(vector, name, critical, deferred, context));
  orReturn(openLine(line));
  return vector;
}

/** A vector of its own, for what the CPU's local APIC raises. EMFILE. */
export function claimVector(
  name: string,
  critical: Fn<(context: u64) => boolean>,
  deferred: Fn<(context: u64) => void> | null,
  context: u64,
): Res<u8> {
  const vector = orReturn(freshVector());
  orReturn(add(vector, name, critical, deferred, context));
  return vector;
}

/** What a device writes, and where, to interrupt by a message (PCI 3.0, 6.8.1; SDM vol. 3, 12.11). */
export class Message {
  address: u64;
  data: u32;
}

/** The same for a device that sends messages (MSI, MSI-X): `message` is what it is to be told. ENODEV without a local APIC, EMFILE. */
export function claimMessage(
  name: string,
  critical: Fn<(context: u64) => boolean>,
  deferred: Fn<(context: u64) => void> | null,
  context: u64,
  message: Ptr<Message>,
): Res<void> {
  const address = orReturn(messageAddress());
  const vector = orReturn(claimVector(name, critical, deferred, context));
  message.address = address;
  message.data = u32(vector);
}

function freshVector(): Res<u8> {
  using t = table.enter();
  if (t.v.nextMessage === 0) t.v.nextMessage = FIRST_MESSAGE;
  const vector = t.v.nextMessage;
  if (vector > LAST_MESSAGE) return err(Errno.EMFILE);
  t.v.nextMessage++;
  return vector;
}

function add(
  vector: u8,
  name: string,
  critical: Fn<(context: u64) => boolean>,
  deferred: Fn<(context: u64) => void> | null,
  context: u64,
): Res<void> {
  using t = table.enter();
  if (t.v.count >= HANDLERS) return err(Errno.EMFILE);
  const index = t.v.count;
  t.v.count++;
  const handler = ref(t.v.handlers[index]);
  handler.name = name;
  handler.critical = critical;
  handler.deferred = deferred;
  handler.context = context;
  handler.vector = vector;
  const before = t.v.first[vector];
  handler.next = before === 0 ? NONE : before - 1;
  t.v.first[vector] = index + 1;
}

// ---- when one comes

/** All vectors that have no entry of their own: lines, messages, and what should not come. */
export const devices = interruptDefault((f) => {
  const level = levels.my;
  if (level.depth === 0) level.user = (f.cs & 3) !== 0;
  level.depth++;
  level.total++;
  serve(u8(f.vector));
  if (level.depth === 1) runDeferred();
  level.depth--;
  if (level.depth === 0) leaveInterrupt(f);
});

function serve(vector: u8): void {
  if (vector === SPURIOUS_VECTOR) return;
  const isLine = vector >= LINES_VECTOR && vector < LINES_VECTOR + LINES;
  if (isLine && isSpurious(vector - LINES_VECTOR)) return;
  let known = false;
  let index = firstOf(vector);
  for (let n: u32 = 0; n < HANDLERS && index !== NONE; n++) {
    known = true;
    index = serveOne(index);
  }
  if (!known) unexpected();
  if (isLine) endLine(vector - LINES_VECTOR);
  else endLocal();
}

function firstOf(vector: u8): u8 {
  using t = table.enter();
  return t.v.first[vector] - 1;
}

/** Asks one handler; the index of the next. */
function serveOne(index: u8): u8 {
  const handler = handlerAt(index);
  if (handler.critical(handler.context)) {
    count(index);
    if (handler.deferred !== null) deferred.my.or(1 << u64(index));
  }
  return handler.next;
}

/** A copy: handlers are called without the table's lock. */
function handlerAt(index: u8): Handler {
  using t = table.enter();
  const from = ref(t.v.handlers[index]);
  return {
    name: from.name,
    critical: from.critical,
    deferred: from.deferred,
    context: from.context,
    vector: from.vector,
    next: from.next,
    calls: from.calls,
  };
}

function count(index: u8): void {
  using t = table.enter();
  t.v.handlers[index].calls++;
}

function unexpected(): void {
  using t = table.enter();
  t.v.unexpected++;
}

/** Deferred halves, with interrupts on; they are off again when it returns. */
function runDeferred(): void {
  for (let round: u32 = 0; round < ROUNDS; round++) {
    const wanted = deferred.my.swap(0);
    if (wanted === 0) return;
    cpu.sti();
    for (let left = wanted; left !== 0; left = left & (left - 1)) {
      const handler = handlerAt(u8(trailingZeros(left)));
      const run = handler.deferred;
      if (run !== null) run(handler.context);
    }
    cpu.cli();
  }
}

// ---- for whoever asks

/** One line of /proc/interrupts; false behind the last. */
export function showHandler(
  index: u32,
  show: (vector: u8, calls: u64, controller: string, name: string) => void,
): boolean {
  if (index >= handlerCount()) return false;
  const handler = handlerAt(u8(index));
  show(handler.vector, handler.calls, controllerOf(handler.vector), handler.name);
  return true;
}

function handlerCount(): u32 {
  using t = table.enter();
  return u32(t.v.count);
}
