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

const unexpected = [
  { vector: 0x00, handler: new Label("divideError"), what: "division by zero, or a quotient too large (#DE)" },
  { vector: 0x06, handler: new Label("invalidOpcode"), what: "an invalid instruction (#UD)" },
  { vector: 0x0c, handler: new Label("stackFault"), what: "an access beyond the stack segment (#SS)" },
  { vector: 0x0d, handler: new Label("generalProtection"), what: "an access beyond a segment's limit (#GP)" },
] as const;

/** For the vector table. */
export const exceptionHandlers = unexpected.map(({ vector, handler }) => [vector, handler] as const);

/** Vectors from here to 0Fh are lines of the master controller too. */
const FIRST_LINE = 0x08;

const stop = new Label("exceptionStop");

export function exceptions(a: Assembler): void {
  for (const { vector, handler, what } of unexpected) {
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
      say(a, `\nStopped by ${what} at `);
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
