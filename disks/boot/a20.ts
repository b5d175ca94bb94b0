/**
 * The twenty-first address line.
 *
 * An 8086 has twenty, and FFFF:0010 comes out at address 0 again; programs of the time relied on that. So when the 80286
 * came with more lines, IBM led A20 through a gate, driven by a spare pin of the keyboard controller, and shut it at
 * power-on. Forty years later the gate may be open, or gone, or there and shut, and there are three ways to open it, none
 * of which every machine has. So: look, try, look again.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, ax, cx, es } from "../../emulator/isa/registers.ts";

/** 16-bit, DS = 0. Opens the gate. Out: CF when it stays shut. Changes AX, BX, CX, DX, ES. */
export const openA20 = new Label("openA20");

const isOpen = new Label("a20IsOpen");
const keyboardReady = new Label("keyboardReady");
const probe = new Label("a20Probe");

/** The keyboard controller's ports, and commands to it. */
const keyboard = {
  data: 0x60,
  status: 0x64,
  command: 0x64,
  inputFull: 2,
  writeOutputPort: 0xd1,
  a20On: 0xdf,
  noCommand: 0xff,
};
const systemControlA = 0x92;

export function a20Routines(a: Assembler): void {
  a.func(openA20, () => {
    const done = new Label();
    a.call(isOpen);
    a.jnc(done);

    a.mov(ax, 0x2401); // first choice: the BIOS knows its machine
    a.int(0x15);
    a.call(isOpen);
    a.jnc(done);

    a.call(keyboardReady); // IBM's way, 1984
    a.mov(al, keyboard.writeOutputPort);
    a.out(keyboard.command, al);
    a.call(keyboardReady);
    a.mov(al, keyboard.a20On);
    a.out(keyboard.data, al);
    a.call(keyboardReady);
    a.mov(al, keyboard.noCommand); // some controllers act on the byte only when the next command comes
    a.out(keyboard.command, al);
    a.call(keyboardReady);
    a.call(isOpen);
    a.jnc(done);

    a.in(al, systemControlA); // the PS/2's way, 1987
    a.or(al, 2);
    a.and(al, 0xfe); // bit 0 would reset the machine
    a.out(systemControlA, al);
    a.call(isOpen);
    a.here(done);
    a.ret();
  });

  // Writes a word below 64 KiB and looks 1 MiB above it, which is the same place while the gate is shut. The gate may
  // take its time, so looks often. Out: CF when it is shut.
  a.func(isOpen, () => {
    const look = new Label();
    const end = new Label();
    a.mov(ax, 0xffff);
    a.mov(es, ax);
    a.mov(cx, 0x4000);
    a.here(look);
    a.inc(w(probe));
    a.out(0x80, al); // takes about a microsecond on an ISA bus, does nothing else
    a.mov(ax, w(probe));
    a.cmp(ax, w(es, probe.plus(0x10)));
    a.loope(look);
    a.clc();
    a.jne(end);
    a.stc();
    a.here(end);
    a.ret();
  });

  // Waits until the keyboard controller takes a byte, but not for ever: not every machine has one.
  a.func(keyboardReady, () => {
    const wait = new Label();
    a.mov(cx, 0xffff);
    a.here(wait);
    a.in(al, keyboard.status);
    a.test(al, keyboard.inputFull);
    a.loopne(wait);
    a.ret();
  });

  a.align(2);
  a.here(probe);
  a.dw(0);
}
