/**
 * Keys that change what other keys mean: Shift, Ctrl and Alt while they are held, the three locks from one press to the
 * next; and those that mean something by themselves to the firmware: Pause, Break, SysRq.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bl } from "../emulator/isa/registers.ts";
import { putKey } from "./key-buffer.ts";
import { flag, flag2, scan, state } from "./keyboard-state.ts";
import { bda } from "./layout.ts";
import { ordinaryKey } from "./ordinary-keys.ts";

/** AL: scan code, BL: without the bit that says released, AH: not 0 when E0h came before. Others go to ordinaryKey. */
export const shiftKey = new Label("shiftKey");

export function shiftKeys(a: Assembler): void {
  a.func(shiftKey, () => {
    /** Code for one key: runs when BL is its scan code. Ends with RET. */
    const on = (code: number, body: () => void) => {
      const other = new Label();
      a.cmp(bl, code);
      a.jne(other);
      body();
      a.ret();
      a.here(other);
    };
    const ifReleased = (body: () => void, otherwise: () => void) => {
      const down = new Label();
      const end = new Label();
      a.test(al, al);
      a.jns(down);
      body();
      a.jmp(end);
      a.here(down);
      otherwise();
      a.here(end);
    };
    const ifExtended = (body: () => void, otherwise: () => void) => {
      const plain = new Label();
      const end = new Label();
      a.test(ah, ah);
      a.jz(plain);
      body();
      a.jmp(end);
      a.here(plain);
      otherwise();
      a.here(end);
    };
    const set = (field: number, bit: number) => a.or(b(field), bit);
    const clear = (field: number, bit: number) => a.and(b(field), 0xff & ~bit);
    const hold = (field: number, bit: number) =>
      ifReleased(
        () => clear(field, bit),
        () => set(field, bit),
      );

    // E0h with a Shift code is no key: the keyboard pretends that Shift changes around the grey keys.
    for (const [code, bit] of [
      [scan.leftShift, flag.leftShift],
      [scan.rightShift, flag.rightShift],
    ] as const) {
      on(code, () =>
        ifExtended(
          () => {},
          () => hold(bda.shiftFlags, bit),
        ),
      );
    }

    /** Ctrl and Alt are each two keys: what counts is whether one of them is held. */
    const twoKeys = (code: number, bit: number, leftBit: number, rightBit: number, released: () => void) =>
      on(code, () => {
        ifExtended(
          () => hold(bda.keyState, rightBit),
          () => hold(bda.shiftFlags2, leftBit),
        );
        const held = new Label();
        clear(bda.shiftFlags, bit);
        a.test(b(bda.shiftFlags2), leftBit);
        a.jnz(held);
        a.test(b(bda.keyState), rightBit);
        a.jnz(held);
        released();
        a.ret();
        a.here(held);
        set(bda.shiftFlags, bit);
      });
    twoKeys(scan.ctrl, flag.ctrl, flag2.leftCtrl, state.rightCtrl, () => {});
    twoKeys(scan.alt, flag.alt, flag2.leftAlt, state.rightAlt, () => {
      // The number that was typed with Alt held becomes a character.
      const noNumber = new Label();
      a.xor(ax, ax);
      a.xchg(b(bda.altDigits), al);
      a.test(al, al);
      a.jz(noNumber);
      a.call(putKey);
      a.here(noNumber);
    });

    const breakKey = () => {
      a.mov(ax, w(bda.keyBufferStart));
      a.mov(w(bda.keyHead), ax);
      a.mov(w(bda.keyTail), ax);
      a.mov(b(bda.breakFlag), 0x80);
      a.int(0x1b);
      a.xor(ax, ax);
      a.call(putKey);
    };
    const pauseKey = () => set(bda.shiftFlags2, flag2.paused);
    const lock = (code: number, bit: number, held: number, withCtrl: (() => void) | null) =>
      on(code, () =>
        ifReleased(
          () => clear(bda.shiftFlags2, held),
          () => {
            const repeated = new Label();
            if (withCtrl) {
              const toggle = new Label();
              a.test(b(bda.shiftFlags), flag.ctrl);
              a.jz(toggle);
              withCtrl();
              a.ret();
              a.here(toggle);
            }
            a.test(b(bda.shiftFlags2), held);
            a.jnz(repeated);
            set(bda.shiftFlags2, held);
            a.xor(b(bda.shiftFlags), bit);
            a.here(repeated);
          },
        ),
      );
    lock(scan.caps, flag.caps, flag2.caps, null);
    lock(scan.num, flag.num, flag2.num, pauseKey);
    lock(scan.scroll, flag.scroll, flag2.scroll, breakKey);

    on(scan.sysReq, () => {
      ifReleased(
        () => {
          clear(bda.shiftFlags2, flag2.sysReq);
          a.mov(ax, 0x8501);
        },
        () => {
          set(bda.shiftFlags2, flag2.sysReq);
          a.mov(ax, 0x8500);
        },
      );
      a.sti();
      a.int(0x15);
      a.cli();
    });

    a.jmp(ordinaryKey);
  });
}
