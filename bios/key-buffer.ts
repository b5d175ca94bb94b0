/**
 * The keys that were pressed and that no program has taken yet: a ring of sixteen words in the BIOS data area, one of which
 * stays free. Programs know where it is.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ax, bx, si } from "../emulator/isa/registers.ts";
import { bda } from "./layout.ts";

/** Self-test: empties the buffer. */
export const startKeyBuffer = new Label("startKeyBuffer");
/** AX: key into the buffer; lost when there is no room, CF = 1. BX, SI lost. */
export const putKey = new Label("putKey");
/** BX: place in the buffer → the next one. */
export const nextPlace = new Label("nextKeyPlace");

/** Offsets from 0:400h, as the BDA's pointers count. */
const BUFFER_START = bda.keyBuffer - 0x400;
const BUFFER_END = BUFFER_START + 32;

export function keyBuffer(a: Assembler): void {
  a.func(startKeyBuffer, () => {
    for (const field of [bda.keyHead, bda.keyTail, bda.keyBufferStart]) a.mov(w(field), BUFFER_START);
    a.mov(w(bda.keyBufferEnd), BUFFER_END);
    a.ret();
  });

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

  a.func(nextPlace, () => {
    const inside = new Label();
    a.add(bx, 2);
    a.cmp(bx, w(bda.keyBufferEnd));
    a.jb(inside);
    a.mov(bx, w(bda.keyBufferStart));
    a.here(inside);
    a.ret();
  });
}
