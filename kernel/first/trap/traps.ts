/**
 * The processor's 32 exceptions and the interrupt lines, by one table of gates. The table is made while the kernel is
 * built and lies in read-only memory: nothing that goes wrong later can change where faults go.
 */
import type { Assembler } from "../../../dsl/asm/assembler.ts";
import { m, q } from "../../../dsl/asm/operand.ts";
import { Label } from "../../../dsl/out/expression.ts";
import { r8, r9, r10, r11, rax, rcx, rdi, rdx, rsi } from "../../../emulator/isa/registers.ts";
import { constants } from "../../boot/sections.ts";
import { serialLine, serialService } from "../console/serial.ts";
import { ticks, timerLine } from "../timer.ts";
import { doubleFaultStackIndex, kernelCode } from "./descriptors.ts";
import { exception, exceptions } from "./panic.ts";
import { endOfInterrupt, firstLineVector, spuriousLine } from "./pic.ts";

/** Loads IDTR. From here on, exceptions are reported. */
export const trapsStart = new Label("trapsStart");

const idt = new Label("idt");
const idtPointer = new Label("idtPointer");
const interruptGate = 0x8e; // present, ring 0, 64-bit interrupt gate: interrupts stay off in the handler

/** What a call may change (System V ABI), so what a handler must keep before it calls. */
const scratch = [rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11] as const;

export function traps(a: Assembler): void {
  const gates = new Map<number, Label>();
  exceptions.forEach(({ errorCode }, vector) => {
    gates.set(
      vector,
      a.func(`exception${vector}`, () => {
        if (!errorCode) a.push(0); // so that the stack looks the same for all
        a.push(vector);
        a.jmp(exception);
      }),
    );
  });

  const line = (number: number, name: string, body: () => void) =>
    gates.set(
      firstLineVector + number,
      a.func(name, () => {
        for (const register of scratch) a.push(register);
        body();
        for (const register of scratch.toReversed()) a.pop(register);
        a.iretq();
      }),
    );
  line(timerLine, "timerInterrupt", () => {
    a.inc(q(ticks));
    endOfInterrupt(a, timerLine);
  });
  line(serialLine, "serialInterrupt", () => {
    a.call(serialService);
    endOfInterrupt(a, serialLine);
  });
  for (const number of [7, 15]) line(number, `spuriousInterrupt${number}`, () => spuriousLine(a, number));

  // SDM vol. 3, figure 6-8. Gates without a handler are not present, and using one is a general protection fault.
  constants(a, () => {
    a.align(16);
    a.object(idt, () => {
      for (let vector = 0; vector < firstLineVector + 16; vector++) {
        const handler = gates.get(vector);
        if (!handler) {
          a.dq(0, 0);
          continue;
        }
        a.dw(handler.and(0xffff), kernelCode);
        a.db(vector === 8 ? doubleFaultStackIndex : 0, interruptGate);
        a.dw(handler.shr(16).and(0xffff));
        a.dd(handler.shr(32).and(0xffff_ffff), 0);
      }
    });
    a.here(idtPointer);
    a.dw((firstLineVector + 16) * 16 - 1);
    a.dq(idt);
  });

  a.func(trapsStart, () => {
    a.lidt(m(idtPointer));
    a.ret();
  });
}
