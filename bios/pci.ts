/**
 * PCI: finding devices, and INT 1Ah AH=B1h, the PCI BIOS.
 *
 * Every function of every device has 256 bytes of configuration registers, reached through two ports: the first takes bus,
 * device, function and register, the second is that register. (PCI Local Bus 3.0, 3.2.2.3.2 "configuration mechanism #1";
 * PCI BIOS Specification 2.1)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, bh, bl, bx, cx, di, dl, dx, eax, ebx, ecx, fs, si } from "../emulator/isa/registers.ts";
import { fail, frame, succeed } from "./frame.ts";
import { ebda } from "./layout.ts";

const ADDRESS = 0xcf8;
const DATA = 0xcfc;
const ENABLE = 0x8000_0000;

/** Self-test: is there PCI? */
export const findPci = new Label("findPci");
/** BX: bus, device × 8 + function; DI: register → EAX. DX lost. */
export const pciRead = new Label("pciRead");
/** BX, DI as above, EAX: value. DX lost. */
export const pciWrite = new Label("pciWrite");
/** INT 1Ah AH=B1h. Ends the service. */
export const pciService = new Label("pciService");

const select = new Label("pciSelect");
/** EBX: bus, device and function, −1 before the first → the next one there is, in order; CF = 1: none. EAX, DX, DI lost. */
export const nextFunction = new Label("pciNextFunction");

/** Status codes. (PCI BIOS 2.1, appendix A) */
const code = { unsupported: 0x81, badVendor: 0x83, notFound: 0x86, badRegister: 0x87 } as const;

export function pci(a: Assembler): void {
  a.func(findPci, () => {
    const none = new Label();
    // The address port keeps what it is given; where no PCI is, nothing does.
    a.mov(dx, ADDRESS);
    a.mov(eax, ENABLE);
    a.out(dx, eax);
    a.in(eax, dx);
    a.cmp(eax, ENABLE);
    a.jne(none);
    a.mov(b(fs, ebda.pciPresent), 1);
    a.here(none);
    a.ret();
  });

  // Sends BX and DI to the address port; DX: data port, at the byte DI asks for. EAX kept.
  a.func(select, () => {
    a.push(eax);
    a.movzx(eax, bx);
    a.shl(eax, 8);
    a.mov(dx, di);
    a.and(dl, 0xfc);
    a.mov(al, dl);
    a.or(eax, ENABLE);
    a.mov(dx, ADDRESS);
    a.out(dx, eax);
    a.mov(dx, di);
    a.and(dx, 0b11);
    a.add(dx, DATA);
    a.pop(eax);
    a.ret();
  });
  a.func(pciRead, () => {
    a.call(select);
    a.in(eax, dx);
    a.ret();
  });
  a.func(pciWrite, () => {
    a.call(select);
    a.out(dx, eax);
    a.ret();
  });

  const f = (name: string) => new Label(`pci.${name}`);
  const present = f("present");
  const findDevice = f("findDevice");
  const findClass = f("findClass");
  const badRegister = f("badRegister");
  const unsupported = f("unsupported");
  const notFound = f("notFound");
  const widths = [
    { read: f("readByte"), write: f("writeByte"), mask: 0 },
    { read: f("readWord"), write: f("writeWord"), mask: 1 },
    { read: f("readDword"), write: f("writeDword"), mask: 3 },
  ] as const;

  a.func(pciService, () => {
    a.cmp(b(fs, ebda.pciPresent), 0);
    a.je(unsupported);
    // Bit 7 would ask for the entry point of 16-bit protected mode, which is the same code.
    a.and(al, 0x7f);
    for (const [number, handler] of [
      [0x01, present],
      [0x02, findDevice],
      [0x03, findClass],
      ...widths.map(({ read }, i) => [0x08 + i, read] as const),
      ...widths.map(({ write }, i) => [0x0b + i, write] as const),
    ] as const) {
      a.cmp(al, number);
      a.je(handler);
    }
    a.jmp(unsupported);
  });
  for (const [label, status] of [
    [unsupported, code.unsupported],
    [notFound, code.notFound],
    [badRegister, code.badRegister],
  ] as const) {
    a.func(label, () => {
      a.mov(frame.ah, status);
      fail(a);
      a.ret();
    });
  }
  const done = () => {
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
  };

  // → EDX: "PCI ", AL: mechanism 1, BX: version 2.10, CL: last bus.
  a.func(present, () => {
    a.mov(frame.edx, 0x20494350);
    a.mov(frame.al, 0x01);
    a.mov(frame.bx, 0x0210);
    a.mov(al, b(fs, ebda.pciLastBus));
    a.mov(frame.cl, al);
    done();
  });

  a.func(nextFunction, () => {
    const functions = new Label();
    const again = new Label();
    const end = new Label();
    a.here(again);
    a.inc(ebx);
    a.cmp(ebx, 0x1_0000);
    a.jae(end);
    a.mov(al, b(fs, ebda.pciLastBus));
    a.cmp(bh, al);
    a.ja(end);
    a.test(bl, 0b111);
    a.jz(functions);
    // Functions 1–7 only where function 0 says so (header type, bit 7).
    a.push(bx);
    a.and(bl, 0xf8);
    a.mov(di, 0x0c);
    a.call(pciRead);
    a.pop(bx);
    a.bt(eax, 23);
    a.jc(functions);
    a.or(bl, 0b111);
    a.jmp(again);
    a.here(functions);
    a.xor(di, di);
    a.call(pciRead);
    a.cmp(ax, 0xffff);
    a.je(again);
    a.clc();
    a.ret();
    a.here(end);
    a.stc();
    a.ret();
  });

  // CX: device, DX: vendor, SI: how many to pass over → BX.
  a.func(findDevice, () => {
    a.cmp(dx, 0xffff);
    a.mov(frame.ah, code.badVendor);
    const valid = new Label();
    a.jne(valid);
    fail(a);
    a.ret();
    a.here(valid);
    a.shl(ecx, 16);
    a.mov(cx, dx);
    a.mov(ebx, -1);
    const next = a.here();
    a.call(nextFunction);
    a.jc(notFound);
    a.xor(di, di);
    a.call(pciRead);
    a.cmp(eax, ecx);
    a.jne(next);
    a.sub(si, 1);
    a.jae(next);
    a.mov(frame.bx, bx);
    done();
  });

  // ECX: class, subclass, interface, SI: how many to pass over → BX.
  a.func(findClass, () => {
    a.shl(ecx, 8);
    a.mov(ebx, -1);
    const next = a.here();
    a.call(nextFunction);
    a.jc(notFound);
    a.mov(di, 0x08);
    a.call(pciRead);
    a.xor(al, al);
    a.cmp(eax, ecx);
    a.jne(next);
    a.sub(si, 1);
    a.jae(next);
    a.mov(frame.bx, bx);
    done();
  });

  // BX: function, DI: register, ECX: value.
  widths.forEach(({ read, write, mask }) => {
    const check = () => {
      a.cmp(di, 0xff);
      a.ja(badRegister);
      if (mask) {
        a.test(di, mask);
        a.jnz(badRegister);
      }
      a.call(select);
    };
    a.func(read, () => {
      check();
      if (mask === 0) {
        a.in(al, dx);
        a.mov(frame.cl, al);
      } else if (mask === 1) {
        a.in(ax, dx);
        a.mov(frame.cx, ax);
      } else {
        a.in(eax, dx);
        a.mov(frame.ecx, eax);
      }
      done();
    });
    a.func(write, () => {
      check();
      a.mov(eax, ecx);
      if (mask === 0) a.out(dx, al);
      else if (mask === 1) a.out(dx, ax);
      else a.out(dx, eax);
      done();
    });
  });
}
