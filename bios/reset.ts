/**
 * The first instructions.
 *
 * After reset the processor fetches from FFFFFFF0h, sixteen bytes below 4 GiB, in real mode with a code segment whose
 * base is FFFF0000h although CS holds F000h (SDM vol. 3A, 11.1.4). The first far jump loads CS anew, and from then on
 * base is selector times sixteen and the same ROM is seen below 1 MiB. The last bytes of the segment also hold what
 * programs have read there since 1981: the date, and a byte that says "AT".
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { m } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, ds, sp, ss } from "../emulator/isa/registers.ts";
import { cmosAddress, cmosData, cmosRegister } from "./cmos.ts";
import { bda, ROM_SEGMENT, ROM_SIZE, STACK_TOP } from "./layout.ts";

/** Where the jump at the reset vector leads. */
export const powerOn = new Label("powerOn");
/** After the registers are in order: the self-test. */
export const selfTest = new Label("selfTest");

/** System control port A: bit 0 resets the processor, bit 1 lets address line 20 through. */
export const PORT_A = 0x92;

/** What the CMOS byte 0Fh asks of the reset code. */
const resume = { afterEndOfInterrupt: 0x05, atOnce: 0x0a } as const;

const RESET_VECTOR = 0xfff0;

export function reset(a: Assembler): void {
  a.func(powerOn, () => {
    a.cli();
    a.cld();
    a.xor(ax, ax);
    a.mov(ds, ax);
    resumeIfAsked(a);
    a.xor(ax, ax);
    a.mov(ss, ax);
    a.mov(sp, STACK_TOP);
    // Without this, every odd megabyte would be the one below it, as on an 8086 whose addresses wrapped at 1 MiB.
    a.in(al, PORT_A);
    a.or(al, 0b10);
    a.and(al, 0xff & ~0b01);
    a.out(PORT_A, al);
    a.jmp(selfTest);
  });
}

/**
 * Programs of the 286's time left protected mode by resetting the processor. They said in CMOS where to go on; the byte
 * is good for once.
 */
function resumeIfAsked(a: Assembler): void {
  const go = new Label();
  const powerUp = new Label();
  a.mov(al, cmosRegister.shutdownStatus | 0x80);
  a.out(cmosAddress, al);
  a.in(al, cmosData);
  a.xchg(ah, al);
  a.mov(al, cmosRegister.shutdownStatus | 0x80);
  a.out(cmosAddress, al);
  a.mov(al, 0);
  a.out(cmosData, al);
  a.cmp(ah, resume.atOnce);
  a.je(go);
  a.cmp(ah, resume.afterEndOfInterrupt);
  a.jne(powerUp);
  a.mov(al, 0x20);
  a.out(0x20, al);
  a.here(go);
  a.jmpFar(m(bda.resumeAt));
  a.here(powerUp);
}

/** The end of the ROM: nothing may be placed after it. */
export function resetVector(a: Assembler): void {
  a.org(RESET_VECTOR);
  a.jmpFar(ROM_SEGMENT, powerOn);
  a.db("01/01/26", 0, 0xfc);
  a.org(ROM_SIZE);
}
