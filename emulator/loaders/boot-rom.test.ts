import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../isa/decode.ts";
import { format } from "../isa/format.ts";
import { bootRom } from "./boot-rom.ts";

/** The instructions from `start` to `end`, as the manual writes them; addresses from CS:0. */
function words(rom: Uint8Array, start: number, end: number): string[] {
  const lines: string[] = [];
  for (let at = start; at < end; ) {
    const instruction = decode(rom, at, end, 16);
    if (typeof instruction === "string") throw new Error(`bytes at ${at}: ${instruction}`);
    lines.push(format(instruction, { address: BigInt(at) }));
    at += instruction.length;
  }
  return lines;
}

test("the ROM has the header that firmware looks for", () => {
  const rom = bootRom();
  assert.deepEqual([...rom.subarray(0, 3)], [0x55, 0xaa, rom.length / 512]);
  assert.equal(rom.reduce((sum, byte) => sum + byte, 0) & 0xff, 0);
});

test("the self-test's call takes INT 19h", () => {
  assert.deepEqual(words(bootRom(), 3, 0x16), [
    ...["push ds", "push ax", "xor ax,ax", "mov ds,ax"],
    ...["mov word ptr [64h],16h", "mov [66h],cs", "pop ax", "pop ds", "ret far"],
  ]);
});

test("INT 19h collects the memory map at 7C00h and tells where it ends", () => {
  assert.deepEqual(words(bootRom(), 0x16, 0x48), [
    ...["cld", "xor ax,ax", "mov es,ax", "mov di,7C00h", "xor ebx,ebx"],
    ...["mov edx,534D4150h", "mov ecx,14h", "mov eax,0E820h", "int 15h", "jb short 003Fh"],
    ...["add di,14h", "test ebx,ebx", "jne short 0021h"],
    ...["mov ax,di", "mov dx,5C0h", "out dx,ax", "hlt", "jmp short 0045h"],
  ]);
});
