/** Where a Linux program begins: the first instructions, before anything written in the language can run. */
import { eax, edi, rdi, rsi, rsp } from "../../emulator/isa/registers.ts";
import { Assembler } from "../asm/assembler.ts";
import { m, q } from "../asm/operand.ts";
import type { IrProgram } from "../ir/ssa.ts";
import type { ObjectFile } from "../out/object.ts";

/** arch/x86/include/uapi/asm/prctl.h */
const SYS_ARCH_PRCTL = 158;
const ARCH_SET_GS = 0x1001;

/**
 * `_start`: argc and argv go to `main` (RDI, RSI), whose result is the exit status, or 0 when it gives nothing. GS:0 holds
 * the distance to this processor's copy of per-CPU variables, which is none. Kept: the stack is 16-byte aligned here
 * (System V ABI, 3.4.1).
 */
export function startCode(program: IrProgram, main: string): ObjectFile {
  const a = new Assembler({ name: "start" });
  const gives = program.functions.find((f) => f.name === main)!.signature.results.length > 0;
  const area = a.newLabel("perCpuArea");
  const start = a.func("_start", () => {
    a.mov(eax, SYS_ARCH_PRCTL);
    a.mov(edi, ARCH_SET_GS);
    a.lea(rsi, m(area));
    a.syscall();
    a.mov(rdi, q(rsp));
    a.lea(rsi, m(rsp, 8));
    a.call(a.extern(main));
    if (gives) a.mov(edi, eax);
    else a.xor(edi, edi);
    a.call(a.extern("exit"));
  });
  a.global(start);
  a.section(".bss");
  a.object(area, () => a.space(16));
  return a.finish();
}
