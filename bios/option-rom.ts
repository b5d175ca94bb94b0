/**
 * Option ROMs: firmware that came with a card. Each begins, at a multiple of 2 KiB between C0000h and DFFFFh, with 55h AAh,
 * its length in units of 512 bytes, and code to call; all its bytes add up to 0. The graphics card's is called first, before
 * anything is to be seen; if it has none, the firmware's own video services stay.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, m, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, bx, ds, ecx, es, fs, si, sp, ss } from "../emulator/isa/registers.ts";
import { showCursor } from "./video-cursor.ts";
import { setMode } from "./video-mode.ts";

/** Self-test: the screen in mode 3, by the graphics card's ROM or ours. */
export const startVideo = new Label("startVideo");
/** Self-test: all other ROMs. */
export const runOptionRoms = new Label("runOptionRoms");

const VIDEO_ROM = 0xc000;
const FIRST_ROM = 0xc800;
const LAST_ROM = 0xe000;
/** 2 KiB in paragraphs. */
const STEP = 0x80;

const runRom = new Label("runOptionRom");

export function optionRoms(a: Assembler): void {
  a.func(startVideo, () => {
    const ours = new Label();
    a.mov(ax, VIDEO_ROM);
    a.call(runRom);
    a.jc(ours);
    a.mov(ax, 0x0003);
    a.int(0x10);
    a.ret();
    a.here(ours);
    a.mov(al, 0x03);
    a.call(setMode);
    a.call(showCursor);
    a.ret();
  });

  a.func(runOptionRoms, () => {
    const next = new Label();
    a.mov(ax, FIRST_ROM);
    a.here(next);
    a.call(runRom);
    a.cmp(ax, LAST_ROM);
    a.jb(next);
    a.ret();
  });

  // AX: segment → CF = 0: there was one, and it was called; AX: segment behind it. All others lost but FS.
  a.func(runRom, () => {
    const none = new Label();
    a.mov(es, ax);
    a.push(ax);
    a.cmp(w(es, 0), 0xaa55);
    a.jne(none);
    // Sum of all bytes, 64 KiB at most.
    a.movzx(ecx, b(es, 2));
    a.shl(ecx, 9);
    a.jz(none);
    a.cmp(ecx, 0x1_0000);
    a.ja(none);
    a.push(ds);
    a.mov(ds, ax);
    a.xor(si, si);
    a.xor(ax, ax);
    const sum = a.here();
    a.add(al, b(si));
    a.inc(si);
    a.a32.loop(sum);
    a.pop(ds);
    a.test(al, al);
    a.jnz(none);
    a.movzx(bx, b(es, 2));
    a.shl(bx, 5);
    a.pop(ax);
    a.add(bx, ax);
    // A far call through the stack; the ROM may change whatever it likes.
    a.push(fs);
    a.push(bx);
    a.push(ax);
    a.push(3);
    a.mov(si, sp);
    a.callFar(m(ss, si));
    a.add(sp, 4);
    a.pop(bx);
    a.pop(fs);
    a.cld();
    a.sti();
    a.xor(ax, ax);
    a.mov(ds, ax);
    // To the next multiple of 2 KiB.
    a.mov(ax, bx);
    a.add(ax, STEP - 1);
    a.and(ax, 0x1_0000 - STEP);
    a.clc();
    a.ret();
    a.here(none);
    a.pop(ax);
    a.add(ax, STEP);
    a.stc();
    a.ret();
  });
}
