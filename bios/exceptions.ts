/**
 * Exceptions that a program did not expect: said in words, then the machine stops.
 *
 * The first PC's firmware returned from them, and the processor tried the same instruction again, for ever. Whoever writes
 * a boot sector today would rather be told where it went wrong. Programs that do expect them have put their own handlers
 * into the table. Two of them share their vectors with lines of the interrupt controller, which is asked first.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, bp, ds, sp } from "../emulator/isa/registers.ts";
import { masterLine, readMasterInService } from "./interrupts.ts";
import { say, sayHexWord } from "./say.ts";

/** Handlers, by vector. */
export const exceptionHandlers: Readonly<Record<number, Label>> = {
  0: new Label("divideError"),
  6: new Label("invalidOpcode"),
  12: new Label("stackFault"),
  13: new Label("generalProtection"),
};

const names: Readonly<Record<number, string>> = {
  0: "division by zero, or a quotient too large (#DE)",
  6: "an invalid instruction (#UD)",
  12: "an access beyond the stack segment (#SS)",
  13: "an access beyond a segment's limit (#GP)",
};
const FIRST_LINE = 0x08;

const stop = new Label("exceptionStop");

export function exceptions(a: Assembler): void {
  for (const [key, handler] of Object.entries(exceptionHandlers)) {
    const vector = Number(key);
    a.func(handler, () => {
      if (vector >= FIRST_LINE) {
        const fault = new Label();
        a.push(ax);
        readMasterInService(a);
        a.test(al, 1 << (vector - FIRST_LINE));
        a.pop(ax);
        a.jz(fault);
        a.jmp(masterLine);
        a.here(fault);
      }
      a.mov(bp, sp);
      a.push(0);
      a.pop(ds);
      say(a, `\nStopped by ${names[vector]} at `);
      a.jmp(stop);
    });
  }

  // SS:BP: IP, CS, FLAGS of the program.
  a.func(stop, () => {
    a.mov(ax, w(bp, 2));
    a.call(sayHexWord);
    say(a, ":");
    a.mov(ax, w(bp));
    a.call(sayHexWord);
    say(a, ". The machine is halted.\n");
    const halt = a.here();
    a.cli();
    a.hlt();
    a.jmp(halt);
  });
}
