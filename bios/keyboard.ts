/**
 * INT 09h: the keyboard has sent a byte.
 *
 * A keyboard only says which key went down or up. What a key means, whether Shift is held, whether Caps Lock is on and its
 * light too: all that is the firmware's knowledge, kept in the BIOS data area where programs look at it and change it. A
 * byte is a prefix, or a key that changes others (shift-keys.ts), or one for programs (ordinary-keys.ts).
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bl, ds, es } from "../emulator/isa/registers.ts";
import { endOfInterrupt } from "./interrupts.ts";
import { keyboardPort, keyboardStatus, toKeyboard } from "./keyboard-controller.ts";
import { flag2, scan, state } from "./keyboard-state.ts";
import { bda } from "./layout.ts";
import { shiftKey } from "./shift-keys.ts";

export const int09 = new Label("int09");

const handleScanCode = new Label("handleScanCode");
const updateLights = new Label("updateLights");

export function keyboard(a: Assembler): void {
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

    a.jmp(shiftKey);

    // Pause is E1 1D 45, and E1 9D C5 at once after it, for it is never released. With Ctrl it is E0 46: Break.
    a.here(afterE1);
    const not45 = new Label();
    const goesOn = new Label();
    a.mov(bl, al);
    a.and(bl, 0x7f);
    a.cmp(bl, scan.ctrl);
    a.je(goesOn);
    a.and(b(bda.keyState), 0xff & ~state.afterE1);
    a.cmp(al, scan.num);
    a.jne(not45);
    a.or(b(bda.shiftFlags2), flag2.paused);
    a.here(not45);
    a.here(goesOn);
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
}
