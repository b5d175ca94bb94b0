/**
 * The two 8259A interrupt controllers, the second hanging on line 2 of the first. They come up (from the firmware) with
 * the sixteen lines on vectors 8–15 and 70–77h, and 8–15 are the processor's own exceptions: IBM used vectors that Intel
 * had reserved. So they are moved to 20h–2Fh. (Intel 8259A data sheet, "Initialization command words")
 */
import type { Assembler } from "../../../dsl/asm/assembler.ts";
import { Label } from "../../../dsl/out/expression.ts";
import { al } from "../../../emulator/isa/registers.ts";
import { serialLine } from "../console/serial.ts";
import { timerLine } from "../timer.ts";

/** The vector of line 0; the others follow. */
export const firstLineVector = 0x20;

/** Moves the lines to their vectors and masks all but those that have a handler. */
export const picStart = new Label("picStart");

const first = { command: 0x20, data: 0x21 };
const second = { command: 0xa0, data: 0xa1 };
const cascadeLine = 2;
const EOI = 0x20; // OCW2: non-specific end of interrupt

export function pic(a: Assembler): void {
  const open = (1 << timerLine) | (1 << serialLine);
  a.func(picStart, () => {
    for (const [port, value] of [
      [first.command, 0x11], // ICW1: edge-triggered, cascaded, ICW4 follows
      [second.command, 0x11],
      [first.data, firstLineVector], // ICW2
      [second.data, firstLineVector + 8],
      [first.data, 1 << cascadeLine], // ICW3: where the second one hangs, as a bit
      [second.data, cascadeLine], // ICW3: the same, as a number
      [first.data, 0x01], // ICW4: 8086 mode
      [second.data, 0x01],
      [first.data, ~open & 0xff], // OCW1: the mask
      [second.data, 0xff],
    ] as const) {
      a.mov(al, value);
      a.out(port, al);
    }
    a.ret();
  });
}

/** Records the end of a line's handler: the controller may bring the next one. Changes AL. */
export function endOfInterrupt(a: Assembler, line: number): void {
  a.macro(endOfInterrupt, () => {
    a.mov(al, EOI);
    if (line >= 8) a.out(second.command, al);
    a.out(first.command, al);
  });
}

/**
 * Records the handler of line 7 or 15, which have none of their own here: the controller answers with its last line when
 * a request vanished before the processor asked which it was. Such an interrupt has no end, except for the first
 * controller, which did see the second one's request. Changes AL.
 */
export function spuriousLine(a: Assembler, line: number): void {
  if (line === 15) endOfInterrupt(a, cascadeLine);
}
