/**
 * INT 15h and the small services: what machine this is (INT 11h, 15h C0h), the A20 gate, moving memory above 1 MiB, and
 * polite answers for what a PC may have and this one has not (printer, cassette, power management).
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, bl, cs, cx, eax, ecx, edi, edx, es, esi, si } from "../emulator/isa/registers.ts";
import { closeSegments, openSegments } from "./flat.ts";
import { fail, frame, service, simpleService, succeed } from "./frame.ts";
import { bda } from "./layout.ts";
import { extendedMemory, memoryMap } from "./memory.ts";
import { PORT_A } from "./reset.ts";
import { eventWait, wait } from "./wait.ts";

export const int11 = new Label("int11");
export const int15 = new Label("int15");
export const int17 = new Label("int17");

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
    [
      [0x4f, keyIntercept],
      [0x24, a20],
      [0x83, eventWait],
      [0x85, sysReq],
      [0x86, wait],
      [0x87, blockMove],
      [0x88, extendedMemory],
      [0x90, fine],
      [0x91, fine],
      [0xc0, getConfiguration],
      [0xc1, getEbda],
      [0xe8, memoryMap],
    ],
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
  // (IBM PC AT Technical Reference, INT 15h 87h. The AT's went to protected mode with the caller's table.)
  a.func(blockMove, () => {
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
    a.cli();
    a.call(openSegments);
    // With the gate as the caller had it, an address might not be what it says.
    a.in(al, PORT_A);
    a.push(ax);
    a.or(al, 0b10);
    a.and(al, 0xfe);
    a.out(PORT_A, al);
    a.a32.rep.movsw();
    a.pop(ax);
    a.and(al, 0xfe);
    a.out(PORT_A, al);
    a.call(closeSegments);
    a.jmp(fine);
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
