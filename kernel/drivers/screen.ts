// The screen in text mode: 80 by 25 cells of two bytes at 0xb8000, where the video adapter looks sixty times a second. No
// command has to be sent to make a letter appear; that makes it the first thing a kernel can say anything with, and the
// last when all else has failed. What the bytes mean (ansi.ts) is worked out in ordinary memory, and rows that changed are copied.
//
// (IBM VGA technical reference; CRT controller registers 0x0a to 0x0f, attribute controller register 0x10)
import { Locked } from "../sync/spin.ts";
import { AnsiScreen, COLUMNS, ROWS } from "./ansi.ts";
import { startTty, Tty, ttyTake } from "./tty.ts";

const crtc = claimPorts(0x3d4, 2);
const attributes = claimPorts(0x3c0, 2);
const status = claimPorts(0x3da, 1);
const CURSOR_START: u8 = 0x0a;
const CURSOR_HIGH: u8 = 0x0e;
const CURSOR_LOW: u8 = 0x0f;
const CURSOR_OFF: u8 = 0x20;
/** Scan lines of the cursor: a line at the bottom of 16. */
const CURSOR_FROM: u8 = 13;
/** Attribute mode control: with this bit the background's fourth bit blinks instead of shining. */
const MODE_CONTROL: u8 = 0x10;
const BLINK: u8 = 0x08;
/** In the address register: the palette stays connected to the screen. */
const PALETTE_ON: u8 = 0x20;

class Cells {
  cells: Arr<Vol<u16>, 2000>;
}

/** 0xb8000, as the direct map shows it (layout.ts). */
const memory = claimRegisters<Cells>(0xffff_8880_000b_8000);

class Video {
  ansi: AnsiScreen;
  started: boolean;
}

const video = zeroed<Locked<Video>>();
const storage = zeroed<Tty>();
let tty: Ptr<Tty> = late();

/** From here on there is somewhere to write to. Needs no memory and no interrupts. */
export function startScreen(): void {
  using v = video.enter();
  v.v.ansi.reset();
  v.v.started = true;
  noBlinking();
  show(v.v);
}

/** A colour more instead of blinking. Reading the status makes the attribute port expect an address. */
function noBlinking(): void {
  status.in8(0);
  attributes.out8(0, MODE_CONTROL | PALETTE_ON);
  const mode = attributes.in8(1);
  attributes.out8(0, mode & ~BLINK);
}

/** In a panic nobody waits for locks: their holder will not come back. */
export function screenAlone(): void {
  attr(irqSafe);
  video.abandon();
}

/** What the kernel says. A newline is a new line from its beginning. */
export function screenWrite(from: View<u8>): void {
  attr(irqSafe);
  using v = video.enter();
  if (!v.v.started) return;
  for (const c of from) {
    if (c === byte("\n")) v.v.ansi.put(13);
    v.v.ansi.put(c);
  }
  show(v.v);
}

/** Copies what changed, and puts the cursor where it belongs. */
function show(v: Ptr<Video>): void {
  for (let row: u32 = 0; row < ROWS; row++) {
    if ((v.ansi.dirty & (u32(1) << row)) === 0) continue;
    for (let i: u32 = row * COLUMNS; i < (row + 1) * COLUMNS; i++) memory.cells[i] = v.ansi.cells[i];
  }
  v.ansi.dirty = 0;
  const at = v.ansi.row() * COLUMNS + v.ansi.column();
  setCrtc(CURSOR_HIGH, u8(at >> 8));
  setCrtc(CURSOR_LOW, u8(at));
  setCrtc(CURSOR_START, v.ansi.cursorHidden ? CURSOR_OFF : CURSOR_FROM);
}

function setCrtc(register: u8, value: u8): void {
  crtc.out8(0, register);
  crtc.out8(1, value);
}

// ---- the screen as a terminal, together with the keyboard

/** tty1 exists from here on. */
export function startScreenTty(): void {
  tty = ref(storage);
  tty.kick = draw;
  tty.resume = nothing;
  startTty(tty, ROWS, COLUMNS);
}

/** The terminal of screen and keyboard. */
export function screenTty(): Ptr<Tty> {
  attr(irqSafe);
  return tty;
}

/** Whether the cursor's keys are to send their other codes. */
export function wantsApplicationKeys(): boolean {
  attr(irqSafe);
  using v = video.enter();
  return v.v.ansi.applicationKeys;
}

function nothing(_tty: Ptr<Tty>): void {}

/** A screen is as fast as memory: everything that is there is drawn at once, and its answers are typed. */
function draw(from: Ptr<Tty>): void {
  for (let turn: u32 = 0; turn < 128; turn++) {
    const part = zeroed<Arr<u8, 64>>();
    const count = ttyTake(from, slice(part));
    if (count === 0) break;
    using v = video.enter();
    for (const c of slice(part, count)) v.v.ansi.put(c);
    show(v.v);
  }
}
