/**
 * The 8042: the small processor between keyboard and computer.
 *
 * Port 64h takes commands for it and shows its status, port 60h passes bytes in both directions: to and from the keyboard,
 * or, after a command that wants one, to the controller itself. It translates the keyboard's own codes (set 2) into those
 * of the first PC (set 1), which is what programs expect. (IBM PC AT Technical Reference, "Keyboard Controller")
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, cx, dx } from "../emulator/isa/registers.ts";
import { bda } from "./layout.ts";
import { delay } from "./time.ts";

export const keyboardPort = { data: 0x60, status: 0x64, command: 0x64 } as const;
/** Bits of the status. */
export const keyboardStatus = { outputFull: 0x01, inputFull: 0x02, fromMouse: 0x20 } as const;
const command = {
  writeMode: 0x60,
  disableMouse: 0xa7,
  selfTest: 0xaa,
  testLine: 0xab,
  disableKeyboard: 0xad,
  enableKeyboard: 0xae,
};
/** The controller's mode: bit 0 interrupt, 2 self-test passed, 5 mouse off, 6 translate. */
const mode = { interrupt: 0x01, passed: 0x04, mouseOff: 0x20, translate: 0x40 } as const;
const ACKNOWLEDGE = 0xfa;

/** Self-test: brings controller and keyboard into their usual state. A machine without them loses a moment, no more. */
export const startKeyboard = new Label("startKeyboard");
/** AL: byte for the keyboard → CF = 1 when it did not acknowledge it. AX lost. The keyboard's interrupt must be off. */
export const toKeyboard = new Label("toKeyboard");

const toController = new Label("toController");
const whenReady = new Label("keyboardWhenReady");
const fromKeyboard = new Label("fromKeyboard");

export function keyboardController(a: Assembler): void {
  const send = (code: number) => {
    a.mov(al, code);
    a.call(toController);
  };
  const setMode = (bits: number) => {
    send(command.writeMode);
    a.call(whenReady);
    a.mov(al, bits);
    a.out(keyboardPort.data, al);
  };

  a.func(startKeyboard, () => {
    const none = new Label();
    const noKeyboard = new Label();
    // After reset the controller may interrupt for each byte, and INT 09h would take away the answers.
    a.cli();
    // A port where nothing is reads as all ones.
    a.in(al, keyboardPort.status);
    a.cmp(al, 0xff);
    a.je(none);
    // Whatever was left in the buffer.
    a.mov(cx, 16);
    const drain = a.here();
    a.in(al, keyboardPort.data);
    a.in(al, keyboardPort.status);
    a.test(al, keyboardStatus.outputFull);
    a.loopne(drain);
    send(command.selfTest);
    a.call(fromKeyboard);
    a.jc(none);
    a.cmp(al, 0x55);
    a.jne(none);
    send(command.testLine);
    a.call(fromKeyboard);
    setMode(mode.passed | mode.mouseOff | mode.translate);
    send(command.disableMouse);
    send(command.enableKeyboard);
    // Reset: the keyboard acknowledges, tests itself and says AAh; then let it scan.
    a.mov(al, 0xff);
    a.call(toKeyboard);
    a.jc(noKeyboard);
    a.call(fromKeyboard);
    a.mov(al, 0xf4);
    a.call(toKeyboard);
    a.mov(b(bda.keyState), 0x10);
    a.here(noKeyboard);
    setMode(mode.passed | mode.mouseOff | mode.translate | mode.interrupt);
    a.here(none);
    a.sti();
    a.ret();
  });

  // AL: command.
  a.func(toController, () => {
    a.call(whenReady);
    a.out(keyboardPort.command, al);
    a.ret();
  });

  // Returns when the controller takes the next byte. All registers kept.
  a.func(whenReady, () => {
    a.push(ax);
    a.push(cx);
    a.xor(cx, cx);
    const full = a.here();
    a.in(al, keyboardPort.status);
    a.test(al, keyboardStatus.inputFull);
    a.loopne(full);
    a.pop(cx);
    a.pop(ax);
    a.ret();
  });

  // → AL: the next byte that comes within half a second; CF = 1: none came.
  a.func(fromKeyboard, () => {
    const arrived = new Label();
    a.push(cx);
    a.push(dx);
    a.mov(dx, 500);
    const look = a.here();
    a.in(al, keyboardPort.status);
    a.test(al, keyboardStatus.outputFull);
    a.jnz(arrived);
    a.mov(cx, 1193);
    a.call(delay);
    a.dec(dx);
    a.jnz(look);
    a.stc();
    a.pop(dx);
    a.pop(cx);
    a.ret();
    a.here(arrived);
    a.in(al, keyboardPort.data);
    a.clc();
    a.pop(dx);
    a.pop(cx);
    a.ret();
  });

  a.func(toKeyboard, () => {
    const silent = new Label();
    a.call(whenReady);
    a.out(keyboardPort.data, al);
    a.call(fromKeyboard);
    a.jc(silent);
    a.cmp(al, ACKNOWLEDGE);
    a.je(silent);
    a.stc();
    a.here(silent);
    a.ret();
  });
}
