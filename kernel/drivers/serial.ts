// The serial line: eight ports, a 16550, and a wire that carries a byte in 87 microseconds. It is the console of every machine
// without a screen. In the first moments of the boot, when nothing interrupts yet, bytes are pushed out by hand: look
// whether the transmitter is free, write, look again. Later the chip says when it has something or wants something, and both
// its queues of 16 bytes are filled and emptied in one interrupt; what then happens with the bytes is the terminal's business.
//
// (National Semiconductor PC16550D data sheet; register names are its)
import { claimLine } from "../trap/irq.ts";
import { Locked } from "../sync/spin.ts";
import { now, sleepUntil } from "../task/clock.ts";
import { startTty, Tty, ttyBreak, ttyDrained, ttyInput, ttyTake } from "./tty.ts";

const com1 = claimPorts(0x3f8, 8);
const com2 = claimPorts(0x2f8, 8);
const LINES: Arr<u8, 2> = [4, 3];
const WIRES = 2;

// Registers.
const DATA = 0;
const IER = 1;
const IIR = 2;
const FCR = 2;
const LCR = 3;
const MCR = 4;
const LSR = 5;
const SCR = 7;
const IER_RECEIVED: u8 = 1;
const IER_EMPTY: u8 = 2;
const IER_STATUS: u8 = 4;
const IIR_NONE: u8 = 1;
const FCR_QUEUES: u8 = 0x07;
const FCR_AT_8: u8 = 0x80;
const LCR_8N1: u8 = 3;
const LCR_DLAB: u8 = 0x80;
/** DTR, RTS, and the gate between the chip and the interrupt controller (OUT2). */
const MCR_ON: u8 = 0x0b;
const LSR_DATA: u8 = 1;
const LSR_BREAK: u8 = 0x10;
const LSR_EMPTY: u8 = 0x20;
const ABSENT: u8 = 0xff;
/** The chip's queue, in bytes. */
const DEPTH = 16;
/** Looks at the transmitter before a byte is given up: a tenth of a second, and more. */
const LOOKS: u32 = 200_000;
/** Received and not yet handed to the terminal; a power of two. */
const RECEIVED_BYTES = 1024;
/** Bytes taken from the chip in one interrupt, interrupts served in one go. */
const MOST_AT_ONCE: u32 = 256;
const MOST_CAUSES: u32 = 32;

class Wire {
  present: boolean;
  /** What the chip is told to interrupt for. */
  causes: u8;
  received: Arr<u8, typeof RECEIVED_BYTES>;
  /** Places that only grow. */
  put: u32;
  taken: u32;
  broken: boolean;
  /** Somebody hands over what was received; who comes meanwhile says so and leaves it to him. */
  handing: boolean;
  again: boolean;
}

const wires = zeroed<Arr<Locked<Wire>, typeof WIRES>>();
const storage = zeroed<Arr<Tty, typeof WIRES>>();
let ttys: Slice<Tty> = late();
/** In a panic nobody waits for locks: their holder will not come back. */
const alone = zeroed<Atomic<u32>>();

function read(wire: u32, register: u32): u8 {
  return wire === 0 ? com1.in8(register) : com2.in8(register);
}

function write(wire: u32, register: u32, value: u8): void {
  if (wire === 0) com1.out8(register, value);
  else com2.out8(register, value);
}

// ---- by hand

/** At the very beginning: which chips there are; they are set to 115,200 baud, 8 bits, no parity. */
export function startSerialEarly(): void {
  for (let wire: u32 = 0; wire < WIRES; wire++) {
    // A register that does nothing but remember shows whether anybody is there.
    write(wire, SCR, 0x5a);
    if (read(wire, SCR) !== 0x5a || read(wire, LSR) === ABSENT) continue;
    saveTyped(wire);
    write(wire, LCR, LCR_DLAB);
    write(wire, DATA, 1);
    write(wire, IER, 0);
    write(wire, LCR, LCR_8N1);
    write(wire, IER, 0);
    write(wire, FCR, FCR_QUEUES | FCR_AT_8);
    write(wire, MCR, MCR_ON);
    using w = wires[wire].enter();
    w.v.present = true;
  }
}

/** What was typed while the firmware had the line is not thrown away with the chip's queue. */
function saveTyped(wire: u32): void {
  using w = wires[wire].enter();
  for (let i: u32 = 0; i < DEPTH && (read(wire, LSR) & LSR_DATA) !== 0; i++) {
    w.v.received[w.v.put & (RECEIVED_BYTES - 1)] = read(wire, DATA);
    w.v.put++;
  }
}

export function serialPresent(wire: u32): boolean {
  using w = wires[wire].enter();
  return w.v.present;
}

/** From here on the machine has one owner, who has interrupts off and will not give it back. */
export function serialAlone(): void {
  attr(irqSafe);
  alone.store(1);
}

/**
 * The kernel's own words on COM1. They do not wait in a buffer: when the next thing that happens is a crash, they are out.
 * A line that takes nothing loses them.
 */
export function serialWrite(from: View<u8>): void {
  attr(irqSafe);
  for (const c of from) {
    if (c === byte("\n")) push(byte("\r"));
    push(c);
  }
}

function push(c: u8): void {
  for (let looks: u32 = 0; looks < LOOKS; looks++) {
    if (tryPush(c)) return;
    cpu.pause();
  }
}

/** Between the look and the write nobody else may fill the queue. */
function tryPush(c: u8): boolean {
  if (alone.load() !== 0) return pushed(c);
  using w = wires[0].enter();
  return !w.v.present || pushed(c);
}

function pushed(c: u8): boolean {
  if ((com1.in8(LSR) & LSR_EMPTY) === 0) return false;
  com1.out8(DATA, c);
  return true;
}

// ---- with interrupts

/** Looks, 10 ms apart, before output that does not go is left: a terminal may have been told to hold it. */
const PATIENCE: u32 = 100;
const BETWEEN_LOOKS: u64 = 10_000_000;

/** Returns when what programs wrote is on the wires: what the kernel says next would overtake it. */
export function drainSerial(): void {
  attr(maySleep);
  for (let wire: u32 = 0; wire < WIRES; wire++) {
    if (!serialPresent(wire)) continue;
    for (let looks: u32 = 0; looks < PATIENCE && !ttyDrained(serialTty(wire)); looks++)
      ignore(sleepUntil(unit(u64(now()) + BETWEEN_LOOKS)), "then we look sooner");
  }
}

/** The terminal on COM1 (0) or COM2 (1), once startSerial was called. */
export function serialTty(wire: u32): Ptr<Tty> {
  attr(irqSafe);
  return ref(ttys[wire]);
}

/** When there are interrupts: from here on, the lines are terminals. */
export function startSerial(): void {
  ttys = slice(storage);
  for (let wire: u32 = 0; wire < WIRES; wire++) {
    if (!serialPresent(wire)) continue;
    const tty = serialTty(wire);
    tty.driver = wire;
    tty.kick = send;
    tty.resume = handOver;
    // How large the screen at the other end is, nobody has said yet.
    startTty(tty, 0, 0);
    const claimed = claimLine(LINES[wire], wire === 0 ? "com1" : "com2", onInterrupt, afterInterrupt, u64(wire));
    if (isErr(claimed)) {
      klog`com${wire + 1}: no interrupt, error ${u32(claimed.code)}`;
      continue;
    }
    listen(wire);
    afterInterrupt(u64(wire));
  }
}

function listen(wire: u32): void {
  using w = wires[wire].enter();
  w.v.causes = IER_RECEIVED | IER_STATUS;
  write(wire, IER, w.v.causes);
}

/** The critical half: what came is out of the chip, what waits is in it. */
function onInterrupt(context: u64): boolean {
  const wire = u32(context);
  let mine = false;
  for (let i: u32 = 0; i < MOST_CAUSES; i++) {
    if ((read(wire, IIR) & IIR_NONE) !== 0) break;
    mine = true;
    fromChip(wire);
    toChip(wire);
  }
  return mine;
}

/** The other half: bytes go through the line discipline, and its echo goes out. */
function afterInterrupt(context: u64): void {
  const tty = serialTty(u32(context));
  handOver(tty);
  send(tty);
}

function fromChip(wire: u32): void {
  using w = wires[wire].enter();
  for (let i: u32 = 0; i < MOST_AT_ONCE; i++) {
    // With the ring full the rest stays in the chip, and the sender stops by itself where the line has a brake.
    if (w.v.put - w.v.taken === RECEIVED_BYTES) {
      w.v.causes &= ~IER_RECEIVED;
      write(wire, IER, w.v.causes);
      return;
    }
    const status = read(wire, LSR);
    if ((status & LSR_DATA) === 0) return;
    const c = read(wire, DATA);
    if ((status & LSR_BREAK) !== 0) {
      w.v.broken = true;
      continue;
    }
    w.v.received[w.v.put & (RECEIVED_BYTES - 1)] = c;
    w.v.put++;
  }
}

/** Fills the chip's queue if it is empty, or else has the chip say when it is; when there is nothing, it need not say so again. */
function toChip(wire: u32): void {
  using w = wires[wire].enter();
  const buffer = zeroed<Arr<u8, typeof DEPTH>>();
  const empty = (read(wire, LSR) & LSR_EMPTY) !== 0;
  const count = empty ? ttyTake(serialTty(wire), slice(buffer)) : 0;
  for (const c of slice(buffer, count)) write(wire, DATA, c);
  const causes = empty && count === 0 ? w.v.causes & ~IER_EMPTY : w.v.causes | IER_EMPTY;
  if (causes === w.v.causes) return;
  w.v.causes = causes;
  write(wire, IER, causes);
}

function send(tty: Ptr<Tty>): void {
  toChip(tty.driver);
}

/** What was received goes to the terminal, as far as it wants it. */
function handOver(tty: Ptr<Tty>): void {
  const wire = tty.driver;
  if (!beginHanding(wire)) return;
  for (let turn: u32 = 0; turn < RECEIVED_BYTES; turn++) {
    const buffer = zeroed<Arr<u8, 64>>();
    let count: usize = 0;
    let broken = false;
    {
      using w = wires[wire].enter();
      broken = w.v.broken;
      w.v.broken = false;
      const have = w.v.put - w.v.taken;
      for (; count < buffer.length && count < usize(have); count++)
        buffer[count] = w.v.received[(w.v.taken + u32(count)) & (RECEIVED_BYTES - 1)];
    }
    if (broken) ttyBreak(tty);
    const done = ttyInput(tty, slice(buffer, count));
    if (handed(wire, u32(done)) && done === count) return;
    if (done < count && endHanding(wire)) return;
  }
  endHanding(wire);
}

function beginHanding(wire: u32): boolean {
  using w = wires[wire].enter();
  if (w.v.handing) {
    w.v.again = true;
    return false;
  }
  w.v.handing = true;
  return true;
}

/** So many bytes are gone, and the chip may give more. Whether that was all. */
function handed(wire: u32, count: u32): boolean {
  using w = wires[wire].enter();
  w.v.taken += count;
  if ((w.v.causes & IER_RECEIVED) === 0 && w.v.causes !== 0 && count > 0) {
    w.v.causes |= IER_RECEIVED;
    write(wire, IER, w.v.causes);
  }
  if (w.v.put !== w.v.taken) return false;
  w.v.handing = false;
  w.v.again = false;
  return true;
}

/** The terminal takes no more. False when it was asked meanwhile whether it would. */
function endHanding(wire: u32): boolean {
  using w = wires[wire].enter();
  w.v.handing = w.v.again;
  w.v.again = false;
  return !w.v.handing;
}
