/**
 * INT 16h: keys, for programs. Two sets of functions do the same: the old ones, which show what a keyboard of 83 keys could
 * have sent, and those of the enhanced keyboard (10h more), which show all.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, bx, ch, cx, si } from "../emulator/isa/registers.ts";
import { frame, service, ZF } from "./frame.ts";
import { nextPlace, putKey } from "./key-buffer.ts";
import { toKeyboard } from "./keyboard-controller.ts";
import { flag2, state } from "./keyboard-state.ts";
import { bda } from "./layout.ts";

export const int16 = new Label("int16");

export function keyboardService(a: Assembler): void {
  const f = (name: string) => new Label(`keyboard.${name}`);
  const read = f("read");
  const readEnhanced = f("readEnhanced");
  const peek = f("peek");
  const peekEnhanced = f("peekEnhanced");
  const flags = f("flags");
  const flagsEnhanced = f("flagsEnhanced");
  const rate = f("typematicRate");
  const store = f("store");
  const capabilities = f("capabilities");
  const unknown = f("unknown");
  const nextKey = f("nextKey");
  const forOldPrograms = f("forOldPrograms");

  service(
    a,
    int16,
    [
      [0x00, read],
      [0x10, readEnhanced],
      [0x01, peek],
      [0x11, peekEnhanced],
      [0x02, flags],
      [0x12, flagsEnhanced],
      [0x03, rate],
      [0x05, store],
      [0x09, capabilities],
    ],
    unknown,
  );
  a.func(unknown, () => a.ret());

  // AH: 00h…: as the caller wants it → AX: the first key, SI: its place; ZF = 1: the buffer is empty. Keys that old
  // programs must not see are thrown away on the way to one that they may. BX lost.
  a.func(nextKey, () => {
    const none = new Label();
    const hidden = new Label();
    const enhanced = new Label();
    a.mov(ch, ah);
    const look = a.here();
    a.mov(si, w(bda.keyHead));
    a.cmp(si, w(bda.keyTail));
    a.je(none);
    a.mov(ax, w(si, 0x400));
    a.test(ch, 0x10);
    a.jnz(enhanced);
    a.call(forOldPrograms);
    a.jc(hidden);
    a.here(enhanced);
    // A key may be the word 0 (Break), so ZF must come from something else.
    a.test(si, si);
    a.here(none);
    a.ret();
    a.here(hidden);
    a.mov(bx, si);
    a.call(nextPlace);
    a.mov(w(bda.keyHead), bx);
    a.jmp(look);
  });

  // AX: key → AX: as the keyboard of 83 keys would have sent it; CF = 1: that one had no such key.
  a.func(forOldPrograms, () => {
    const notE0 = new Label();
    const plain = new Label();
    const hidden = new Label();
    a.cmp(ah, 0xe0);
    a.jne(notE0);
    a.mov(ah, 0x35);
    a.cmp(al, 0x2f);
    a.je(plain);
    a.mov(ah, 0x1c);
    a.here(plain);
    a.clc();
    a.ret();
    a.here(notE0);
    a.cmp(ah, 0x84);
    a.ja(hidden);
    a.cmp(al, 0xe0);
    a.jne(plain);
    a.test(ah, ah);
    a.jz(plain);
    a.xor(al, al);
    a.ret();
    a.here(hidden);
    a.stc();
    a.ret();
  });

  for (const handler of [read, readEnhanced]) {
    a.func(handler, () => {
      const some = new Label();
      const look = a.here();
      a.cli();
      a.mov(ah, frame.ah);
      a.call(nextKey);
      a.jnz(some);
      // STI lets interrupts in only after the next instruction: no key is missed between the look and the sleep.
      a.sti();
      a.hlt();
      a.jmp(look);
      a.here(some);
      a.mov(bx, si);
      a.call(nextPlace);
      a.mov(w(bda.keyHead), bx);
      a.mov(frame.ax, ax);
      a.ret();
    });
  }

  // → ZF = 1: no key; else AX: the key, which stays.
  for (const handler of [peek, peekEnhanced]) {
    a.func(handler, () => {
      const none = new Label();
      a.call(nextKey);
      a.jz(none);
      a.mov(frame.ax, ax);
      a.and(frame.flags, 0xff & ~ZF);
      a.ret();
      a.here(none);
      a.or(frame.flags, ZF);
      a.ret();
    });
  }

  a.func(flags, () => {
    a.mov(al, b(bda.shiftFlags));
    a.mov(frame.al, al);
    a.ret();
  });

  // AH: 0, 1 left Ctrl, Alt; 2, 3 right Ctrl, Alt; 4 Scroll, 5 Num, 6 Caps Lock, 7 SysRq held.
  a.func(flagsEnhanced, () => {
    a.mov(al, b(bda.shiftFlags));
    a.mov(frame.al, al);
    a.mov(ah, b(bda.shiftFlags2));
    a.mov(al, ah);
    a.and(ah, flag2.leftCtrl | flag2.leftAlt | flag2.scroll | flag2.num | flag2.caps);
    a.and(al, flag2.sysReq);
    a.shl(al, 5);
    a.or(ah, al);
    a.mov(al, b(bda.keyState));
    a.and(al, state.rightCtrl | state.rightAlt);
    a.or(ah, al);
    a.mov(frame.ah, ah);
    a.ret();
  });

  // AL=05h: BH: 0–3: wait 250–1000 ms before repeating; BL: 0–1Fh: 30 to 2 times a second.
  a.func(rate, () => {
    const silent = new Label();
    const other = new Label();
    a.cmp(al, 0x05);
    a.jne(other);
    a.and(bh, 0b11);
    a.and(bl, 0x1f);
    a.shl(bh, 5);
    a.or(bl, bh);
    a.mov(al, 0xf3);
    a.call(toKeyboard);
    a.jc(silent);
    a.mov(al, bl);
    a.call(toKeyboard);
    a.here(silent);
    a.here(other);
    a.ret();
  });

  // CX: key → AL: 0, or 1 when there is no room.
  a.func(store, () => {
    a.mov(ax, cx);
    a.call(putKey);
    a.setc(frame.al);
    a.ret();
  });

  // Functions 10h–12h, 0305h.
  a.func(capabilities, () => {
    a.mov(frame.al, 0x24);
    a.ret();
  });
}
