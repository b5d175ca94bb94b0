/**
 * The keyboard: INT 09h takes scan codes from the controller and puts keys into a buffer of fifteen; INT 16h takes them out.
 *
 * A keyboard only says which key went down or up. What a key means, whether Shift is held, whether Caps Lock is on and its
 * light too: all that is the firmware's knowledge, kept in the BIOS data area where programs look at it and change it.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, bx, ch, cl, cs, cx, ds, es, si } from "../emulator/isa/registers.ts";
import { frame, service, ZF } from "./frame.ts";
import { endOfInterrupt } from "./interrupts.ts";
import { keyboardPort, keyboardStatus, toKeyboard } from "./keyboard-controller.ts";
import { extendedKeys, KEYPAD_FIRST, KEYPAD_LAST, type Key, keys, letterRows } from "./keys.ts";
import { bda } from "./layout.ts";

/** Self-test: empties the buffer. */
export const startKeyBuffer = new Label("startKeyBuffer");
export const int09 = new Label("int09");
export const int16 = new Label("int16");

/** Bits of bda.shiftFlags. */
const flag = {
  rightShift: 0x01,
  leftShift: 0x02,
  ctrl: 0x04,
  alt: 0x08,
  scroll: 0x10,
  num: 0x20,
  caps: 0x40,
  insert: 0x80,
};
/** Bits of bda.shiftFlags2. */
const flag2 = {
  leftCtrl: 0x01,
  leftAlt: 0x02,
  sysReq: 0x04,
  paused: 0x08,
  scroll: 0x10,
  num: 0x20,
  caps: 0x40,
  insert: 0x80,
};
/** Bits of bda.keyState. */
const state = { afterE1: 0x01, afterE0: 0x02, rightCtrl: 0x04, rightAlt: 0x08 };

const scan = {
  ctrl: 0x1d,
  leftShift: 0x2a,
  rightShift: 0x36,
  printScreen: 0x37,
  alt: 0x38,
  caps: 0x3a,
  num: 0x45,
  scroll: 0x46,
  insert: 0x52,
  delete: 0x53,
  sysReq: 0x54,
} as const;

/** Offsets from 0:400h, as the BDA's pointers count. */
const BUFFER_START = bda.keyBuffer - 0x400;
const BUFFER_END = BUFFER_START + 32;

const handleScanCode = new Label("handleScanCode");
const putKey = new Label("putKey");
const nextPlace = new Label("nextKeyPlace");
const updateLights = new Label("updateLights");
const keyTable = new Label("keyTable");
const extendedTable = new Label("extendedKeyTable");
const letterBits = new Label("letterBits");

export function keyboard(a: Assembler): void {
  a.func(startKeyBuffer, () => {
    for (const field of [bda.keyHead, bda.keyTail, bda.keyBufferStart]) a.mov(w(field), BUFFER_START);
    a.mov(w(bda.keyBufferEnd), BUFFER_END);
    a.ret();
  });

  a.func(int09, () => {
    const done = new Label();
    const drop = new Label();
    a.pushad();
    a.push(ds);
    a.push(es);
    a.push(0);
    a.pop(ds);
    a.cld();
    a.in(al, keyboardPort.status);
    a.and(al, keyboardStatus.outputFull | keyboardStatus.fromMouse);
    a.cmp(al, keyboardStatus.outputFull);
    a.jne(done);
    a.in(al, keyboardPort.data);
    // Programs may change the code, or keep it (CF = 0): INT 15h AH=4Fh.
    a.mov(ah, 0x4f);
    a.stc();
    a.int(0x15);
    a.jnc(drop);
    a.call(handleScanCode);
    a.call(updateLights);
    a.here(drop);
    a.here(done);
    endOfInterrupt(a, "master");
    a.test(b(bda.shiftFlags2), flag2.paused);
    const running = new Label();
    a.jz(running);
    // Pause: time goes on and keys are looked at, but the program below does not run. Only the first to see the flag waits.
    a.test(b(bda.keyState), 0x40);
    a.jnz(running);
    a.or(b(bda.keyState), 0x40);
    a.sti();
    const paused = a.here();
    a.hlt();
    a.test(b(bda.shiftFlags2), flag2.paused);
    a.jnz(paused);
    a.cli();
    a.and(b(bda.keyState), 0xff & ~0x40);
    a.here(running);
    a.pop(es);
    a.pop(ds);
    a.popad();
    a.iret();
  });

  // AL: scan code. AX, BX, CX, DX, SI, DI, ES lost.
  a.func(handleScanCode, () => {
    const notE0 = new Label();
    const notE1 = new Label();
    const afterE1 = new Label();
    const pressed = new Label();
    a.cmp(al, 0xe0);
    a.jne(notE0);
    a.or(b(bda.keyState), state.afterE0);
    a.ret();
    a.here(notE0);
    a.cmp(al, 0xe1);
    a.jne(notE1);
    a.or(b(bda.keyState), state.afterE1);
    a.ret();
    a.here(notE1);
    a.test(b(bda.keyState), state.afterE1);
    a.jnz(afterE1);
    // AH: whether E0h came before.
    a.mov(ah, b(bda.keyState));
    a.and(ah, state.afterE0);
    a.and(b(bda.keyState), 0xff & ~state.afterE0);
    a.mov(bl, al);
    a.and(bl, 0x7f);

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

    // Pause is E1 1D 45, and E1 9D C5 at once after it, for it is never released. With Ctrl it is E0 46: Break.
    a.here(afterE1);
    const not45 = new Label();
    const goesOn = new Label();
    a.mov(bl, al);
    a.and(bl, 0x7f);
    a.cmp(bl, scan.ctrl);
    a.je(goesOn);
    clear(bda.keyState, state.afterE1);
    a.cmp(al, scan.num);
    a.jne(not45);
    pauseKey();
    a.here(not45);
    a.here(goesOn);
    a.ret();
  });

  // AX: key into the buffer; lost when there is no room, CF = 1. BX, SI lost.
  a.func(putKey, () => {
    const full = new Label();
    a.mov(si, w(bda.keyTail));
    a.mov(bx, si);
    a.call(nextPlace);
    a.cmp(bx, w(bda.keyHead));
    a.je(full);
    a.mov(w(si, 0x400), ax);
    a.mov(w(bda.keyTail), bx);
    a.clc();
    a.ret();
    a.here(full);
    a.stc();
    a.ret();
  });

  // BX: place in the buffer → the next one.
  a.func(nextPlace, () => {
    const inside = new Label();
    a.add(bx, 2);
    a.cmp(bx, w(bda.keyBufferEnd));
    a.jb(inside);
    a.mov(bx, w(bda.keyBufferStart));
    a.here(inside);
    a.ret();
  });

  // The lights follow the flags, whoever changed those. AX lost.
  a.func(updateLights, () => {
    const same = new Label();
    const silent = new Label();
    a.mov(al, b(bda.shiftFlags));
    a.shr(al, 4);
    a.and(al, 0b111);
    a.mov(ah, b(bda.keyLights));
    a.and(ah, 0b111);
    a.cmp(al, ah);
    a.je(same);
    a.and(b(bda.keyLights), 0xff & ~0b111);
    a.or(b(bda.keyLights), al);
    a.push(ax);
    a.mov(al, 0xed);
    a.call(toKeyboard);
    a.pop(ax);
    a.jc(silent);
    a.call(toKeyboard);
    a.here(silent);
    a.here(same);
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
