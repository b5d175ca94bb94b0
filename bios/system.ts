/**
 * INT 15h and the small services: what machine this is (INT 11h, 15h C0h), the A20 gate, moving memory above 1 MiB, and
 * polite answers for what a PC may have and this one has not (printer, cassette, power management).
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { d, m, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, bl, cr0, cs, cx, ds, eax, ecx, edi, edx, es, esi, si } from "../emulator/isa/registers.ts";
import { fail, frame, service, simpleService, succeed } from "./frame.ts";
import { bda, ROM_SEGMENT } from "./layout.ts";
import { extendedMemory, memoryMap } from "./memory.ts";
import { PORT_A } from "./reset.ts";
import { eventWait, wait } from "./time.ts";

export const int11 = new Label("int11");
export const int15 = new Label("int15");
export const int17 = new Label("int17");

const romGdt = new Label("blockMoveGdt");
const configuration = new Label("configurationTable");

export function system(a: Assembler): void {
  const f = (name: string) => new Label(`system.${name}`);
  const a20 = f("a20");
  const keyIntercept = f("keyIntercept");
  const sysReq = f("sysReq");
  const fine = f("fine");
  const unsupported = f("unsupported");
  const blockMove = f("blockMove");
  const getConfiguration = f("configuration");
  const getEbda = f("ebda");

  simpleService(a, int11, () => {
    a.mov(ax, w(bda.equipment));
    a.mov(frame.ax, ax);
    a.ret();
  });

  // No printer: not selected, out of time.
  simpleService(a, int17, () => {
    a.mov(frame.ah, 0x01);
    a.ret();
  });

  service(
    a,
    int15,
    {
      79: keyIntercept,
      36: a20,
      131: eventWait,
      133: sysReq,
      134: wait,
      135: blockMove,
      136: extendedMemory,
      144: fine,
      145: fine,
      192: getConfiguration,
      193: getEbda,
      232: memoryMap,
    },
    unsupported,
  );
  a.func(unsupported, () => {
    a.mov(frame.ah, 0x86);
    fail(a);
    a.ret();
  });
  // SysRq, waiting for a device, its interrupt: a multitasking system would hook these.
  a.func(fine, () => {
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
  });
  a.func(sysReq, () => a.jmp(fine));
  // The key stays what it is.
  a.func(keyIntercept, () => {
    fail(a);
    a.ret();
  });

  // AL: 0 shut, 1 open the gate, 2 → AL: open?, 3 → BX: how it can be moved (bit 0 keyboard controller, 1 port 92h).
  a.func(a20, () => {
    const set = new Label();
    const ask = new Label();
    a.cmp(al, 2);
    a.je(ask);
    a.jb(set);
    a.cmp(al, 3);
    a.jne(unsupported);
    a.mov(frame.bx, 0b11);
    a.jmp(fine);
    a.here(set);
    a.mov(bl, al);
    a.shl(bl, 1);
    a.in(al, PORT_A);
    a.and(al, 0xff & ~0b11);
    a.or(al, bl);
    a.out(PORT_A, al);
    a.jmp(fine);
    a.here(ask);
    a.in(al, PORT_A);
    a.shr(al, 1);
    a.and(al, 1);
    a.mov(frame.al, al);
    a.jmp(fine);
  });

  // CX: words, at most 8000h; ES:SI: a table of descriptors, of which the third says from where, the fourth to where.
  // (IBM PC AT Technical Reference, INT 15h 87h.) Real mode reaches one MiB, so this goes through protected mode, with
  // segments of 4 GiB from a table in ROM, and interrupts off: their vectors would be the wrong ones there.
  a.func(blockMove, () => {
    const PE = 1;
    const a20Shut = new Label();
    const flat = new Label();
    const back = new Label();
    const done = new Label();
    a.cmp(cx, 0x8000);
    a.ja(unsupported);
    a.movzx(ecx, cx);
    // Base: bytes 2, 3, 4 and 7.
    for (const [register, offset] of [
      [esi, 0x10],
      [edi, 0x18],
    ] as const) {
      a.mov(eax, d(es, si, offset + 4));
      a.mov(edx, eax);
      a.and(edx, 0xff00_0000);
      a.movzx(eax, al);
      a.shl(eax, 16);
      a.or(edx, eax);
      a.movzx(eax, w(es, si, offset + 2));
      a.or(edx, eax);
      if (register === esi) a.push(edx);
      else a.mov(edi, edx);
    }
    a.pop(esi);
    a.in(al, PORT_A);
    a.push(ax);
    a.test(al, 0b10);
    a.jnz(a20Shut);
    a.or(al, 0b10);
    a.and(al, 0xfe);
    a.out(PORT_A, al);
    a.here(a20Shut);
    a.cli();
    a.o32.seg(cs).lgdt(m(romGdt));
    a.mov(eax, cr0);
    a.or(al, PE);
    a.mov(cr0, eax);
    a.jmp(flat); // what was fetched before is forgotten
    a.here(flat);
    a.mov(ax, 0x08);
    a.mov(ds, ax);
    a.mov(es, ax);
    a.a32.rep.movsw();
    // Segments of 64 KiB again, before real mode keeps what it finds.
    a.mov(ax, 0x10);
    a.mov(ds, ax);
    a.mov(es, ax);
    a.mov(eax, cr0);
    a.and(al, 0xff & ~PE);
    a.mov(cr0, eax);
    a.jmp(back);
    a.here(back);
    a.xor(ax, ax);
    a.mov(ds, ax);
    a.mov(es, ax);
    a.pop(ax);
    a.test(al, 0b10);
    a.jnz(done);
    a.and(al, 0xfe);
    a.out(PORT_A, al);
    a.here(done);
    a.jmp(fine);
  });
  const gdt = new Label();
  // Accessed bits are set: the processor would set them, and cannot write here.
  a.align(8, 0);
  a.here(gdt);
  a.dq(0, 0x00cf_9300_0000_ffffn, 0x0000_9300_0000_ffffn);
  a.object(romGdt, () => {
    a.dw(3 * 8 - 1);
    a.dd(gdt.plus(ROM_SEGMENT * 16));
  });

  // → ES:BX: table.
  a.func(getConfiguration, () => {
    a.mov(frame.es, cs);
    a.mov(frame.bx, configuration);
    a.jmp(fine);
  });
  // Length, model FCh (AT), submodel, revision; two interrupt controllers, a clock, INT 15h 4Fh is called, an EBDA; INT 16h
  // 09h is there.
  a.object(configuration, () => {
    a.dw(8);
    a.db(0xfc, 0x01, 0x00, 0x74, 0x40, 0, 0, 0);
  });

  a.func(getEbda, () => {
    a.mov(ax, w(bda.ebdaSegment));
    a.mov(frame.es, ax);
    a.jmp(fine);
  });
}
