/**
 * The speaker: one wire, moved by the third counter of the 8254.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, bx, cx } from "../emulator/isa/registers.ts";
import { PORT_B, pit } from "./time.ts";

/** A tone of 900 Hz for a tenth of a second. AX, CX lost. */
export const beep = new Label("beep");

export function speaker(a: Assembler): void {
  // Counter 2 times the tone; it cannot time its end too, so the end is found by counting the tone's own periods.
  a.func(beep, () => {
    a.push(bx);
    for (const [port, value] of [
      [pit.command, 0xb6],
      [pit.counter2, 0x33],
      [pit.counter2, 0x05],
    ] as const) {
      a.mov(al, value);
      a.out(port, al);
    }
    a.in(al, PORT_B);
    a.or(al, 0b11);
    a.out(PORT_B, al);
    a.mov(bx, 2 * 90);
    const half = a.here();
    const changed = new Label();
    a.in(al, PORT_B);
    a.mov(ah, al);
    // On a machine where port B does not show the counter, each half period ends by itself.
    a.mov(cx, 0x400);
    const look = a.here();
    a.in(al, PORT_B);
    a.xor(al, ah);
    a.test(al, 0x20);
    a.jnz(changed);
    a.loop(look);
    a.here(changed);
    a.dec(bx);
    a.jnz(half);
    a.in(al, PORT_B);
    a.and(al, 0xfc);
    a.out(PORT_B, al);
    a.pop(bx);
    a.ret();
  });
}
