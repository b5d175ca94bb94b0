/**
 * The 8254's counter 0 divides 1.193182 MHz, a third of the colour carrier of American television, because that crystal
 * was there already in 1981. It raises line 0 at every turn. (Intel 8254 data sheet, mode 2)
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al } from "../../emulator/isa/registers.ts";
import { timerHz } from "../boot/limits.ts";
import { variable } from "../boot/sections.ts";

/** Starts the ticking. */
export const timerStart = new Label("timerStart");
/** Quadword: timer interrupts since then. */
export const ticks = new Label("ticks");

export const timerLine = 0;

const counter0 = 0x40;
const control = 0x43;
const inputHz = 1_193_182;
const divisor = Math.round(inputHz / timerHz);

export function timer(a: Assembler): void {
  variable(a, ticks, 8);
  a.func(timerStart, () => {
    a.mov(al, 0x34); // counter 0, low byte then high byte, mode 2 (rate generator), binary
    a.out(control, al);
    a.mov(al, divisor & 0xff);
    a.out(counter0, al);
    a.mov(al, divisor >> 8);
    a.out(counter0, al);
    a.ret();
  });
}
