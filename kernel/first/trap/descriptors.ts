/**
 * What is left of segmentation in 64-bit mode: a code segment that says "64-bit, ring 0", a data segment for SS, and a task
 * state segment, which no longer holds a task but only stack pointers. One of those is for the double fault: if the
 * kernel's stack itself is the trouble, the processor needs another one to tell us on.
 */
import type { Assembler } from "../../../dsl/asm/assembler.ts";
import { m } from "../../../dsl/asm/operand.ts";
import { Label } from "../../../dsl/out/expression.ts";
import { ax, ds, eax, es, rax, ss } from "../../../emulator/isa/registers.ts";
import { doubleFaultStackTop } from "../../boot/long-mode.ts";
import { constants, data } from "../../boot/sections.ts";

export const kernelCode = 0x08;
export const kernelData = 0x10;
const taskState = 0x18;

/** Number of the interrupt stack table's entry that leads to the double fault's stack. */
export const doubleFaultStackIndex = 1;

/** Loads GDTR, LDTR, the segment registers and TR. Changes RAX. */
export const descriptorsStart = new Label("descriptorsStart");

const gdt = new Label("gdt");
const gdtEnd = new Label();
const gdtPointer = new Label("gdtPointer");
const tss = new Label("tss");
const tssBytes = 104;

export function descriptors(a: Assembler): void {
  // Writable, for LTR marks the task state segment as busy. (SDM vol. 3, figures 3-8 and 7-4)
  data(a, () => {
    a.align(16);
    a.object(gdt, () => {
      a.dq(0);
      a.dw(0xffff, 0, 0x9b00, 0x00af); // kernelCode: execute and read, 64-bit
      a.dw(0xffff, 0, 0x9300, 0x00cf); // kernelData: read and write
      a.dw(tssBytes - 1, tss.and(0xffff)); // taskState: available 64-bit TSS, sixteen bytes long
      a.db(tss.shr(16).and(0xff), 0x89, 0, tss.shr(24).and(0xff));
      a.dd(tss.shr(32).and(0xffff_ffff), 0);
      a.here(gdtEnd);
    });
    // SDM vol. 3, figure 7-11: RSP0–2, seven interrupt stacks, and where the I/O permissions begin (nowhere).
    a.align(16);
    a.object(tss, () => {
      a.dd(0);
      a.dq(0, 0, 0, 0);
      a.dq(doubleFaultStackTop, 0, 0, 0, 0, 0, 0);
      a.dd(0, 0);
      a.dw(0, tssBytes);
    });
  });
  constants(a, () => {
    a.here(gdtPointer);
    a.dw(gdtEnd.minus(gdt).minus(1));
    a.dq(gdt);
  });

  a.func(descriptorsStart, () => {
    a.lgdt(m(gdtPointer));
    a.mov(eax, kernelData);
    for (const segment of [ds, es, ss]) a.mov(segment, ax);
    a.mov(eax, taskState);
    a.ltr(ax);
    a.xor(eax, eax);
    a.lldt(ax); // no local table; after a reset there is one, at address 0
    // CS still holds the boot code's descriptor; a far return loads it from the new table.
    a.pop(rax);
    a.push(kernelCode);
    a.push(rax);
    a.o64.retf();
  });
}
