/** Where a program begins: the first instructions, before anything written in the language can run. */
import { eax, edi, rax, rcx, rdi, rdx, rsi, rsp } from "../../emulator/isa/registers.ts";
import { Assembler } from "../asm/assembler.ts";
import { m, q } from "../asm/operand.ts";
import type { IrProgram } from "../ir/ssa.ts";
import type { ObjectFile } from "../out/object.ts";

/** arch/x86/include/uapi/asm/prctl.h */
const SYS_ARCH_PRCTL = 158;
const ARCH_SET_GS = 0x1001;

export interface StartOptions {
  /** The symbol of the program's main. */
  readonly main: string;
  /** Whether the program may lie elsewhere than it was linked for, and moves its own addresses (out/tables.ts). */
  readonly movable: boolean;
  /** Whether it runs on Linux, where GS must be made to hold the processor's own area. */
  readonly linux: boolean;
}

/**
 * `_start`: argc, and the addresses of argv, envp and the auxiliary vector, which the stack holds (System V ABI, 3.4.1), go to
 * `main` as its arguments, as many as it takes; its result is the exit status, or 0 when it gives nothing. On Linux GS:0 then holds the distance to this processor's copy of per-CPU variables,
 * which is none. The stack is 16-byte aligned at entry, and is at the calls.
 */
export function startCode(program: IrProgram, { main, movable, linux }: StartOptions): ObjectFile {
  const a = new Assembler({ name: "start" });
  const gives = program.functions.find((f) => f.name === main)!.signature.results.length > 0;
  const area = a.newLabel("perCpuArea");
  const start = a.func("_start", () => {
    if (movable) moveWords(a);
    if (linux) {
      a.mov(eax, SYS_ARCH_PRCTL);
      a.mov(edi, ARCH_SET_GS);
      a.lea(rsi, m(area));
      a.syscall();
    }
    a.mov(rdi, q(rsp));
    a.lea(rsi, m(rsp, 8));
    a.lea(rdx, m(rsi, [rdi, 8], 8));
    a.mov(rcx, rdx);
    const next = a.here();
    a.add(rcx, 8);
    a.cmp(q(rcx, -8), 0);
    a.jne(next);
    a.call(a.extern(main));
    if (gives) a.mov(edi, eax);
    else a.xor(edi, edi);
    a.call(a.extern("exit"));
  });
  a.global(start);
  if (linux) {
    a.section(".bss");
    a.object(area, () => a.space(16));
  }
  return a.finish();
}

/** Adds the distance from the linked address to every word that holds an address. */
function moveWords(a: Assembler): void {
  const done = a.newLabel("moved");
  a.lea(rax, m(a.extern("cor_image_base")));
  a.lea(rdx, m(a.extern("cor_moved_words")));
  a.lea(rcx, m(a.extern("cor_moved_words_end")));
  const next = a.here();
  a.cmp(rdx, rcx);
  a.jae(done);
  a.mov(rdi, q(rdx));
  a.mov(rsi, q(rdx, 16));
  a.add(rsi, rax);
  a.add(rdi, rax);
  a.mov(q(rdi), rsi);
  a.add(rdx, 24);
  a.jmp(next);
  a.here(done);
}
