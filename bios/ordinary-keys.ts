/**
 * Keys that programs get: which of a key's four meanings holds now, and into the buffer with it. Also Ctrl-Alt-Delete, Print
 * Screen, and the numbers that are typed on the keypad with Alt held.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, bx, ch, cl, cs, cx, si } from "../emulator/isa/registers.ts";
import { putKey } from "./key-buffer.ts";
import { keyboardPort } from "./keyboard-controller.ts";
import { flag, flag2, scan } from "./keyboard-state.ts";
import { extendedKeys, KEYPAD_FIRST, KEYPAD_LAST, type Key, keys, letterRows } from "./keys.ts";
import { bda } from "./layout.ts";

/** AL: scan code, BL: without the bit that says released, AH: not 0 when E0h came before. AX, BX, CX, SI lost. */
export const ordinaryKey = new Label("ordinaryKey");

const keyTable = new Label("keyTable");
const extendedTable = new Label("extendedKeyTable");
const letterBits = new Label("letterBits");

export function ordinaryKeys(a: Assembler): void {
  const set = (field: number, bit: number) => a.or(b(field), bit);
  const clear = (field: number, bit: number) => a.and(b(field), 0xff & ~bit);

  a.func(ordinaryKey, () => {
    const pressed = new Label();
    a.test(al, al);
    a.jns(pressed);
    const notInsert = new Label();
    a.cmp(bl, scan.insert);
    a.jne(notInsert);
    clear(bda.shiftFlags2, flag2.insert);
    a.here(notInsert);
    a.ret();

    a.here(pressed);
    // Any key ends a pause, and is lost.
    const notPaused = new Label();
    a.test(b(bda.shiftFlags2), flag2.paused);
    a.jz(notPaused);
    clear(bda.shiftFlags2, flag2.paused);
    a.ret();
    a.here(notPaused);

    // Ctrl-Alt-Delete. The reset flag tells the self-test that nothing is new.
    const notReset = new Label();
    a.cmp(bl, scan.delete);
    a.jne(notReset);
    a.mov(bh, b(bda.shiftFlags));
    a.and(bh, flag.ctrl | flag.alt);
    a.cmp(bh, flag.ctrl | flag.alt);
    a.jne(notReset);
    a.mov(w(bda.resetFlag), 0x1234);
    a.mov(al, 0xfe);
    a.out(keyboardPort.command, al);
    const dead = a.here();
    a.hlt();
    a.jmp(dead);
    a.here(notReset);

    const insertDone = new Label();
    a.cmp(bl, scan.insert);
    a.jne(insertDone);
    a.test(b(bda.shiftFlags2), flag2.insert);
    a.jnz(insertDone);
    a.test(b(bda.shiftFlags), flag.alt);
    a.jnz(insertDone);
    set(bda.shiftFlags2, flag2.insert);
    a.xor(b(bda.shiftFlags), flag.insert);
    a.here(insertDone);

    // SI: the key's row of four words.
    const plainKey = new Label();
    const found = new Label();
    const unknown = new Label();
    a.test(ah, ah);
    a.jz(plainKey);
    const notPrint = new Label();
    a.cmp(bl, scan.printScreen);
    a.jne(notPrint);
    a.test(b(bda.shiftFlags), flag.ctrl);
    a.jnz(notPrint);
    a.sti();
    a.int(0x05);
    a.cli();
    a.ret();
    a.here(notPrint);
    a.mov(si, extendedTable);
    const search = a.here();
    const nextRow = new Label();
    a.cmp(b(cs, si), bl);
    a.jne(nextRow);
    a.inc(si);
    a.xor(cx, cx);
    a.jmp(found);
    a.here(nextRow);
    a.add(si, 9);
    a.cmp(b(cs, si), 0);
    a.jne(search);
    a.here(unknown);
    a.ret();

    a.here(plainKey);
    a.cmp(bl, keys.length);
    a.jae(unknown);
    const notDigit = new Label();
    // Alt and the keypad's digits: number = number × 10 + digit.
    a.test(b(bda.shiftFlags), flag.alt);
    a.jz(notDigit);
    a.cmp(bl, KEYPAD_FIRST);
    a.jb(notDigit);
    a.cmp(bl, KEYPAD_LAST);
    a.jae(notDigit);
    a.movzx(si, bl);
    a.shl(si, 3);
    a.mov(cl, b(cs, si, keyTable.plus(2)));
    a.sub(cl, 0x30);
    a.jb(notDigit);
    a.mov(al, 10);
    a.mul(b(bda.altDigits));
    a.add(al, cl);
    a.mov(b(bda.altDigits), al);
    a.ret();
    a.here(notDigit);
    // CL: which lock undoes Shift for this key.
    a.movzx(bx, bl);
    a.xor(cx, cx);
    const notLetter = new Label();
    const locksKnown = new Label();
    a.bt(w(cs, letterBits), bx);
    a.jnc(notLetter);
    a.mov(cl, flag.caps);
    a.jmp(locksKnown);
    a.here(notLetter);
    a.cmp(bl, KEYPAD_FIRST);
    a.jb(locksKnown);
    a.cmp(bl, KEYPAD_LAST);
    a.ja(locksKnown);
    a.mov(cl, flag.num);
    a.here(locksKnown);
    a.mov(si, bx);
    a.shl(si, 3);
    a.add(si, keyTable);

    // SI: row, CL: lock. Alt before Ctrl before Shift.
    a.here(found);
    const noAlt = new Label();
    const noCtrl = new Label();
    const unshifted = new Label();
    const take = new Label();
    a.mov(bl, b(bda.shiftFlags));
    a.test(bl, flag.alt);
    a.jz(noAlt);
    a.add(si, 6);
    a.jmp(take);
    a.here(noAlt);
    a.test(bl, flag.ctrl);
    a.jz(noCtrl);
    a.add(si, 4);
    a.jmp(take);
    a.here(noCtrl);
    // CH = 1 when exactly one of Shift and lock is on.
    a.xor(ch, ch);
    const noShift = new Label();
    a.test(bl, flag.leftShift | flag.rightShift);
    a.jz(noShift);
    a.inc(ch);
    a.here(noShift);
    const noLock = new Label();
    a.test(bl, cl);
    a.jz(noLock);
    a.xor(ch, 1);
    a.here(noLock);
    a.test(ch, ch);
    a.jz(unshifted);
    a.add(si, 2);
    a.here(unshifted);
    a.here(take);
    a.mov(ax, w(cs, si));
    a.test(ax, ax);
    a.jnz(putKey);
    a.ret();
  });

  const row = ({ plain, shift, ctrl, alt }: Key) => a.dw(plain, shift, ctrl, alt);
  a.object(keyTable, () => {
    for (const key of keys) row(key);
  });
  a.object(extendedTable, () => {
    for (const [code, key] of extendedKeys) {
      a.db(code);
      row(key);
    }
    a.db(0);
  });
  a.object(letterBits, () => {
    const bits = new Uint8Array(16);
    for (const { first, letters } of letterRows) {
      for (let code = first; code < first + letters.length; code++) bits[code >> 3]! |= 1 << (code & 7);
    }
    a.db(bits);
  });
}
