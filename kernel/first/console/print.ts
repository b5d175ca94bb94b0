/**
 * Words and numbers to the console, whichever it is: first the screen, later the serial line. The console is no more than
 * the address of the routine that takes a character.
 */
import type { Assembler } from "../../../dsl/asm/assembler.ts";
import { b, m, q } from "../../../dsl/asm/operand.ts";
import { Label } from "../../../dsl/out/expression.ts";
import { dl, eax, ebx, ecx, edi, edx, r12, rax, rbx, rcx, rdi, rdx, rsp } from "../../../emulator/isa/registers.ts";
import { leaText, variable } from "../../boot/sections.ts";

/** Quadword: address of the routine that takes a character in DIL, and may change all registers that a call may change. */
export const console = new Label("console");

// All of these keep RBX, RBP, R12–R15, as the System V ABI has it.

/** Prints the text at RDI, up to a zero byte. */
export const print = new Label("print");
/** Prints RDI in decimal. */
export const printDecimal = new Label("printDecimal");
/** Prints RDI as 0x and sixteen digits. */
export const printHex = new Label("printHex");

/** Records a call that prints a text known now. */
export function say(a: Assembler, value: string): void {
  a.macro(say, () => {
    leaText(a, rdi, value);
    a.call(print);
  });
}

export function printRoutines(a: Assembler): void {
  variable(a, console, 8);

  a.func(print, () => {
    const next = new Label();
    const end = new Label();
    a.push(rbx);
    a.mov(rbx, rdi);
    a.here(next);
    a.movzx(edi, b(rbx));
    a.inc(rbx);
    a.test(edi, edi);
    a.jz(end);
    a.call(q(console));
    a.jmp(next);
    a.here(end);
    a.pop(rbx);
    a.ret();
  });

  // The digits come last first, so they are put in order on the stack: at most twenty and a zero.
  a.func(printDecimal, () => {
    const next = new Label();
    a.sub(rsp, 24);
    a.lea(rdx, m(rsp, 23));
    a.mov(b(rdx), 0);
    a.mov(rax, rdi);
    a.mov(ecx, 10);
    a.mov(rdi, rdx);
    a.here(next);
    a.xor(edx, edx);
    a.div(rcx);
    a.add(dl, 0x30);
    a.dec(rdi);
    a.mov(b(rdi), dl);
    a.test(rax, rax);
    a.jnz(next);
    a.call(print);
    a.add(rsp, 24);
    a.ret();
  });

  a.func(printHex, () => {
    const next = new Label();
    const digit = new Label();
    a.push(rbx);
    a.push(r12);
    a.mov(rbx, rdi);
    say(a, "0x");
    a.mov(r12, 16);
    a.here(next);
    a.rol(rbx, 4);
    a.mov(eax, ebx);
    a.and(eax, 15);
    a.add(eax, 0x30);
    a.cmp(eax, 0x3a);
    a.jb(digit);
    a.add(eax, 0x61 - 0x3a);
    a.here(digit);
    a.mov(edi, eax);
    a.call(q(console));
    a.dec(r12);
    a.jnz(next);
    a.pop(r12);
    a.pop(rbx);
    a.ret();
  });
}
