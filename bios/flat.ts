/**
 * Reaching all of memory from real mode.
 *
 * Real mode computes an address as selector times 16 plus offset, but the limit it checks the offset against is whatever
 * the segment register's hidden part holds, 64 KiB after reset. Protected mode loads that part from a table. So: go there
 * for a moment, load segments of 4 GiB, come back, and the limit stays ("unreal mode"; SDM vol. 3A, 10.9.2 warns of it).
 * Programs must not find it that way, so `closeSegments` does the same with 64 KiB.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { m } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, cr0, cs, ds, eax, es } from "../emulator/isa/registers.ts";
import { ROM_SEGMENT } from "./layout.ts";

/** DS and ES: base 0, limit 4 GiB, value 0. Interrupts must be off. EAX lost. */
export const openSegments = new Label("openSegments");
/** DS and ES: base 0, limit 64 KiB, value 0. Interrupts must be off. EAX lost. */
export const closeSegments = new Label("closeSegments");

const PE = 1;
const selector = { flat: 0x08, small: 0x10 } as const;

export function flat(a: Assembler): void {
  const gdt = new Label("gdt");
  const gdtPointer = new Label("gdtPointer");

  for (const [label, segment] of [
    [openSegments, selector.flat],
    [closeSegments, selector.small],
  ] as const) {
    a.func(label, () => {
      const isProtected = new Label();
      const isReal = new Label();
      a.o32.seg(cs).lgdt(m(gdtPointer));
      a.mov(eax, cr0);
      a.or(al, PE);
      a.mov(cr0, eax);
      a.jmp(isProtected); // what was fetched before is forgotten
      a.here(isProtected);
      a.mov(ax, segment);
      a.mov(ds, ax);
      a.mov(es, ax);
      a.mov(eax, cr0);
      a.and(al, 0xff & ~PE);
      a.mov(cr0, eax);
      a.jmp(isReal);
      a.here(isReal);
      a.xor(ax, ax);
      a.mov(ds, ax);
      a.mov(es, ax);
      a.ret();
    });
  }

  // Writable data, once with pages and once with bytes as the limit's unit. Their accessed bits are set already: the
  // processor would set them, and cannot write here.
  a.align(8, 0);
  a.object(gdt, () => a.dq(0, 0x00cf_9300_0000_ffffn, 0x0000_9300_0000_ffffn));
  a.object(gdtPointer, () => {
    a.dw(3 * 8 - 1);
    a.dd(gdt.plus(ROM_SEGMENT * 16));
  });
}
