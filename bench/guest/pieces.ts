/** What several workloads record: random memory, repetition, a sum over memory. */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { q } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { eax, ecx, edi, esi, rax, rcx, rdi, rdx, rsi } from "../../emulator/isa/registers.ts";
import { ARENA } from "./frame.ts";

/** Memory without an end in sight, behind the tables that some workloads have. */
export const ROOM = ARENA + 0x20_0000;

/** Fills memory with random words, always the same. Changes RAX, RCX, RDX, RDI. */
export function fillRandom(a: Assembler, at: number, bytes: number): void {
  a.mov(edi, at);
  a.mov(ecx, bytes / 8);
  a.movabs(rax, 88172645463325252n);
  const next = a.here();
  for (const [shift, left] of [
    [13, true],
    [7, false],
    [17, true],
  ] as const) {
    a.mov(rdx, rax);
    if (left) a.shl(rdx, shift);
    else a.shr(rdx, shift);
    a.xor(rax, rdx);
  }
  a.mov(q(rdi), rax);
  a.add(rdi, 8);
  a.dec(rcx);
  a.jnz(next);
}

/** Repeats the body; the count lives in memory, so the body may use every register. */
export function times(a: Assembler, count: number, body: () => void): void {
  const left = new Label();
  a.section(".data", {}, () => {
    a.align(8);
    a.here(left);
    a.dq(0);
  });
  a.mov(q(left), count);
  const again = a.here();
  body();
  a.dec(q(left));
  a.jnz(again);
}

/** RAX: the sum of the words, each rotated into it. */
export function checksum(a: Assembler, at: number, bytes: number): void {
  a.mov(esi, at);
  a.mov(ecx, bytes / 8);
  a.xor(eax, eax);
  const next = a.here();
  a.rol(rax, 5);
  a.add(rax, q(rsi));
  a.add(rsi, 8);
  a.dec(rcx);
  a.jnz(next);
}
