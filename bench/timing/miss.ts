/**
 * `node bench/timing/miss.ts`: what a wrong guess of a conditional branch costs on this processor. The same loop over 4,096 conditions, once
 * random and once always the same; half of the random ones are guessed wrong.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b } from "../../dsl/asm/operand.ts";
import { al, eax, ecx, edi, esi, rax, rcx, rdi, rsi } from "../../emulator/isa/registers.ts";
import { nativeMissing } from "../cost/native.ts";
import { DATA, type Program } from "./programs.ts";
import { RUNS_TIMED, runNatively } from "./run.ts";

const CONDITIONS = 4096;

const conditions = (random: boolean): Program => ({
  name: random ? "random conditions" : "equal conditions",
  prepare(a: Assembler, randomWord: () => void) {
    a.mov(edi, DATA);
    a.mov(ecx, CONDITIONS);
    const next = a.here();
    randomWord();
    a.shr(rax, 40);
    if (!random) a.xor(eax, eax);
    a.mov(b(rdi), al);
    a.inc(rdi);
    a.dec(rcx);
    a.jnz(next);
  },
  run(a: Assembler) {
    a.mov(esi, DATA);
    a.mov(ecx, CONDITIONS);
    a.xor(eax, eax);
    const next = a.here();
    const not = a.newLabel(".not");
    a.test(b(rsi), 1);
    a.jz(not);
    a.add(rax, 3);
    a.here(not);
    a.inc(rsi);
    a.dec(rcx);
    a.jnz(next);
  },
});

if (nativeMissing !== null) {
  console.log(`measuring ${nativeMissing}`);
} else {
  const [random, equal] = [true, false].map((kind) => runNatively(conditions(kind), 88172645463325252n, 20).cycles);
  console.log(`${((random! - equal!) / RUNS_TIMED / CONDITIONS / 0.5).toFixed(1)} cycles a wrong guess`);
}
