// The two 8259A interrupt controllers of the PC, the second hanging on line 2 of the first. They come up (from the firmware)
// with the sixteen lines on vectors 8 to 15 and 70h to 77h, and 8 to 15 are the processor's own exceptions: IBM used vectors
// that Intel had reserved. So they are moved. (Intel 8259A data sheet, "Initialization command words")
//
// The lines of PCI devices are levels: they stay up until the device is content. Which lines are levels and which are edges
// stands in ELCR (elcr.ts); the firmware has set them as it routed the devices.
import { Locked } from "../sync/spin.ts";
import { LINES_VECTOR } from "./vectors.ts";

const first = claimPorts(0x20, 2);
const second = claimPorts(0xa0, 2);
const CASCADE: u8 = 2;

/** Edge-triggered as far as ELCR says no other, cascaded, ICW4 follows. */
const ICW1: u8 = 0x11;
/** 8086 mode. */
const ICW4: u8 = 0x01;
/** OCW3: the next read of the command port gives the in-service register. */
const READ_ISR: u8 = 0x0b;
/** OCW2: non-specific end of interrupt. */
const EOI: u8 = 0x20;

class Pic {
  /** A bit for each line that is closed. */
  mask: u16;
}

const pic = zeroed<Locked<Pic>>();

/** Moves the lines to their vectors and closes all. */
export function startPic(): void {
  using p = pic.enter();
  first.out8(0, ICW1);
  second.out8(0, ICW1);
  first.out8(1, LINES_VECTOR);
  second.out8(1, LINES_VECTOR + 8);
  first.out8(1, 1 << CASCADE);
  second.out8(1, CASCADE);
  first.out8(1, ICW4);
  second.out8(1, ICW4);
  p.v.mask = 0xffff & ~(1 << u16(CASCADE));
  first.out8(1, u8(p.v.mask));
  second.out8(1, u8(p.v.mask >> 8));
}

/** Closes all lines, the cascade too: somebody else brings them from now on. */
export function closePic(): void {
  using p = pic.enter();
  p.v.mask = 0xffff;
  first.out8(1, 0xff);
  second.out8(1, 0xff);
}

/** Lets a line through. */
export function openPicLine(line: u8): void {
  using p = pic.enter();
  p.v.mask = p.v.mask & ~(1 << u16(line));
  if (line < 8) first.out8(1, u8(p.v.mask));
  else second.out8(1, u8(p.v.mask >> 8));
}

/**
 * Whether nobody wanted this interrupt: a controller answers with its last line when the request vanished before the
 * processor asked which it was. Such an interrupt has no end, except for the first controller, which did see the second
 * one's request.
 */
export function isSpuriousAtPic(line: u8): boolean {
  attr(irqSafe);
  if (line !== 7 && line !== 15) return false;
  using p = pic.enter();
  if (line === 7) {
    first.out8(0, READ_ISR);
    return (first.in8(0) & 0x80) === 0;
  }
  second.out8(0, READ_ISR);
  if ((second.in8(0) & 0x80) !== 0) return false;
  first.out8(0, EOI);
  return true;
}

/** The handlers are done: the controller may bring the next one. */
export function endPicLine(line: u8): void {
  attr(irqSafe);
  using p = pic.enter();
  if (line >= 8) second.out8(0, EOI);
  first.out8(0, EOI);
}
