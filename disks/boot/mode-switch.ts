/**
 * There and back again: protected mode with 32-bit registers and all of memory for our own work, real mode for every
 * question to the BIOS, which is 16-bit code of 1981's making.
 *
 * The switch is one bit, CR0.PE; what makes it an adventure is that the segment registers keep what they held. Each has a
 * hidden part (base, limit, rights) that is only refilled when the register is loaded. So after setting PE we must
 * load every one of them from our descriptor table, the code segment by a far jump; and before clearing PE, load
 * segments with the limits of real mode, or the BIOS would run with ours. (SDM vol. 3, 9.9)
 *
 * Interrupts stay off in protected mode: the vectors in low memory are the BIOS's, and mean nothing there.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { m } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { ax, cr0, ds, eax, es, ss } from "../../emulator/isa/registers.ts";

const toReal = new Label("toReal");
const toProtected = new Label("toProtected");

const flatCode = 0x08;
const flatData = 0x10;
const realCode = 0x18;
const realData = 0x20;

/** In 16-bit code: what follows is 32-bit code in protected mode, flat segments, interrupts off. Keeps all general registers; changes flags. */
export function enterProtectedMode(a: Assembler): void {
  a.o32.call(toProtected);
  a.bits(32);
}

/** In 32-bit code: what follows is 16-bit code in real mode, segments 0, interrupts on. Keeps all general registers; changes flags. */
export function enterRealMode(a: Assembler): void {
  a.call(toReal);
  a.bits(16);
}

/** In 32-bit code: runs what the body records in real mode, segments 0, interrupts on. Keeps all general registers across the two switches; changes flags. */
export function inRealMode(a: Assembler, body: () => void): void {
  enterRealMode(a);
  body();
  enterProtectedMode(a);
}

/** Records the two routines and the descriptor table. */
export function modeSwitch(a: Assembler): void {
  const gdt = new Label("loaderGdt");
  const gdtEnd = new Label();
  const gdtPointer = new Label();

  a.bits(16, () => {
    a.func(toProtected, () => {
      const flat = new Label();
      a.cli();
      a.push(eax);
      a.o32.lgdt(m(gdtPointer));
      a.mov(eax, cr0);
      a.or(eax, 1);
      a.mov(cr0, eax);
      a.jmpFar(flatCode, flat);
      a.bits(32, () => {
        a.here(flat);
        a.mov(eax, flatData);
        a.mov(ds, ax);
        a.mov(es, ax);
        a.mov(ss, ax);
        a.pop(eax);
        a.ret();
      });
    });
  });

  a.bits(32, () => {
    a.func(toReal, () => {
      const narrow = new Label();
      const real = new Label();
      a.push(eax);
      a.jmpFar(realCode, narrow);
      a.bits(16, () => {
        a.here(narrow);
        a.mov(ax, realData);
        a.mov(ds, ax);
        a.mov(es, ax);
        a.mov(ss, ax);
        a.mov(eax, cr0);
        a.and(eax, -2);
        a.mov(cr0, eax);
        a.jmpFar(0, real);
        a.here(real);
        a.mov(ax, 0);
        a.mov(ds, ax);
        a.mov(es, ax);
        a.mov(ss, ax);
        a.pop(eax);
        a.sti();
        a.o32.ret(); // the caller was 32-bit code
      });
    });
  });

  // Descriptors: limit<15:0>, base<23:0>, access, flags and limit<19:16>, base<31:24>. (SDM vol. 3, figure 3-8)
  a.align(8);
  a.here(gdt);
  a.dq(0);
  a.dw(0xffff, 0, 0x9b00, 0x00cf); // flatCode: 0–4 GiB, execute and read, 32-bit
  a.dw(0xffff, 0, 0x9300, 0x00cf); // flatData: 0–4 GiB, read and write
  a.dw(0xffff, 0, 0x9b00, 0x0000); // realCode: 0–64 KiB, execute and read, 16-bit
  a.dw(0xffff, 0, 0x9300, 0x0000); // realData: 0–64 KiB, read and write
  a.here(gdtEnd);
  a.here(gdtPointer);
  a.dw(gdtEnd.minus(gdt).minus(1));
  a.dd(gdt);
}
