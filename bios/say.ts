/**
 * What the firmware says: the same words on the screen and on the first serial line, in as few lines as will do. Once a
 * boot sector runs, both are the program's, and the firmware says no more.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bp, bx, cs, cx, dx, eax, ebx, edx, si, sp } from "../emulator/isa/registers.ts";
import { serialPutChar } from "./serial.ts";

/** Says the text that stands in the code behind the call, up to a zero. All registers kept. */
export const sayInline = new Label("sayInline");
/** AL: character. All registers kept. */
export const sayChar = new Label("sayChar");
/** EAX: number, in decimal. All registers kept. */
export const sayDecimal = new Label("sayDecimal");
/** AL: byte, AX: word, as two or four hexadecimal digits. All registers kept. */
export const sayHexByte = new Label("sayHexByte");
export const sayHexWord = new Label("sayHexWord");

const sayHexDigit = new Label("sayHexDigit");

/** Says a constant text. "\n" goes to the beginning of the next line. */
export function say(a: Assembler, text: string): void {
  a.call(sayInline);
  a.db(text.replaceAll("\n", "\r\n"), 0);
}

export function speech(a: Assembler): void {
  a.func(sayInline, () => {
    const done = new Label();
    // The return address is where the text begins; it becomes where it ends.
    a.push(bp);
    a.mov(bp, sp);
    a.push(ax);
    a.push(si);
    a.mov(si, w(bp, 2));
    const next = a.here();
    a.mov(al, b(cs, si));
    a.inc(si);
    a.test(al, al);
    a.jz(done);
    a.call(sayChar);
    a.jmp(next);
    a.here(done);
    a.mov(w(bp, 2), si);
    a.pop(si);
    a.pop(ax);
    a.pop(bp);
    a.ret();
  });

  a.func(sayChar, () => {
    a.push(ax);
    a.push(bx);
    a.call(serialPutChar);
    a.mov(ah, 0x0e);
    a.mov(bx, 0x0007);
    a.int(0x10);
    a.pop(bx);
    a.pop(ax);
    a.ret();
  });

  a.func(sayDecimal, () => {
    a.pushad();
    a.mov(ebx, 10);
    a.xor(cx, cx);
    const divide = a.here();
    a.xor(edx, edx);
    a.div(ebx);
    a.push(dx);
    a.inc(cx);
    a.test(eax, eax);
    a.jnz(divide);
    const digit = a.here();
    a.pop(ax);
    a.add(al, 0x30);
    a.call(sayChar);
    a.loop(digit);
    a.popad();
    a.ret();
  });

  a.func(sayHexWord, () => {
    a.xchg(al, ah);
    a.call(sayHexByte);
    a.xchg(al, ah);
    a.jmp(sayHexByte);
  });

  a.func(sayHexByte, () => {
    a.push(ax);
    a.push(ax);
    a.shr(al, 4);
    a.call(sayHexDigit);
    a.pop(ax);
    a.call(sayHexDigit);
    a.pop(ax);
    a.ret();
  });

  // AL: digit in the low half. AL lost.
  a.func(sayHexDigit, () => {
    const decimal = new Label();
    a.and(al, 0x0f);
    a.add(al, 0x30);
    a.cmp(al, 0x39);
    a.jbe(decimal);
    a.add(al, 0x41 - 0x3a);
    a.here(decimal);
    a.jmp(sayChar);
  });
}
