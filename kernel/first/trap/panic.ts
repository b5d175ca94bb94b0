/**
 * An exception in the kernel is a mistake of the kernel. It is told on the screen and on the serial line, whichever can
 * still be read: what happened, where, and for page faults with which address; then the processor stops.
 */
import type { Assembler } from "../../../dsl/asm/assembler.ts";
import { b, m, q } from "../../../dsl/asm/operand.ts";
import { Label } from "../../../dsl/out/expression.ts";
import { cr2, rax, rbx, rdi, rsp } from "../../../emulator/isa/registers.ts";
import { constants, text, variable } from "../../boot/sections.ts";
import { console, print, printDecimal, printHex, say } from "../console/print.ts";
import { colour, colours, screenColours, screenPut } from "../console/screen.ts";
import { serialFlush, serialPut } from "../console/serial.ts";
import { ticks } from "../timer.ts";

/** On the stack: vector, error code, then what the processor pushed. Does not come back. */
export const exception = new Label("exception");

/** By vector: the manual's mnemonic and name, and whether the processor pushes an error code. (SDM vol. 3, table 6-1) */
export const exceptions: readonly { readonly name: string; readonly errorCode?: true }[] = [
  { name: "#DE divide error" },
  { name: "#DB debug exception" },
  { name: "NMI interrupt" },
  { name: "#BP breakpoint" },
  { name: "#OF overflow" },
  { name: "#BR BOUND range exceeded" },
  { name: "#UD invalid opcode" },
  { name: "#NM device not available" },
  { name: "#DF double fault", errorCode: true },
  { name: "coprocessor segment overrun" },
  { name: "#TS invalid TSS", errorCode: true },
  { name: "#NP segment not present", errorCode: true },
  { name: "#SS stack-segment fault", errorCode: true },
  { name: "#GP general protection", errorCode: true },
  { name: "#PF page fault", errorCode: true },
  { name: "reserved exception 15" },
  { name: "#MF x87 floating-point error" },
  { name: "#AC alignment check", errorCode: true },
  { name: "#MC machine check" },
  { name: "#XM SIMD floating-point exception" },
  { name: "#VE virtualization exception" },
  { name: "#CP control protection exception", errorCode: true },
  ...Array.from({ length: 10 }, (_, i) => ({ name: `reserved exception ${22 + i}` })),
];

/** Offsets from RBX in the handler. */
const frame = { vector: 0, errorCode: 8, rip: 16 };

export function panic(a: Assembler): void {
  const report = new Label("reportException");
  const stop = new Label();
  const names = new Label("exceptionNames");
  const panicking = new Label("panicking");
  variable(a, panicking, 1);

  const texts = exceptions.map(({ name }) => text(a, name));
  constants(a, () => {
    a.align(8);
    a.object(names, () => a.dq(...texts));
  });

  a.func(exception, () => {
    a.mov(rbx, rsp);
    a.and(rsp, -16);
    a.cmp(b(panicking), 0); // an exception while reporting one: better the first report than none
    a.jne(stop);
    a.mov(b(panicking), 1);
    a.mov(b(screenColours), colours(colour.white, colour.red));
    for (const put of [screenPut, serialPut]) {
      a.lea(rax, m(put));
      a.mov(q(console), rax);
      a.call(report);
    }
    a.call(serialFlush);
    a.here(stop);
    a.cli();
    a.hlt();
    a.jmp(stop);
  });

  a.func(report, () => {
    say(a, "\nPANIC: ");
    a.mov(rax, q(rbx, frame.vector));
    a.lea(rdi, m(names));
    a.mov(rdi, q(rdi, [rax, 8]));
    a.call(print);
    say(a, ", error code ");
    a.mov(rdi, q(rbx, frame.errorCode));
    a.call(printHex);
    say(a, "\n  RIP ");
    a.mov(rdi, q(rbx, frame.rip));
    a.call(printHex);
    say(a, "  CR2 ");
    a.mov(rdi, cr2);
    a.call(printHex);
    say(a, " (at t=");
    a.mov(rdi, q(ticks));
    a.call(printDecimal);
    say(a, ")\n");
    a.ret();
  });
}
