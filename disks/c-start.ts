/**
 * What of the C library cannot be said in our language: the first instructions of a program, functions with "...", whose
 * arguments must be saved before anything else happens, and setjmp, which returns twice.
 */
import { Assembler } from "../dsl/asm/assembler.ts";
import { m, q, x } from "../dsl/asm/operand.ts";
import type { ObjectFile } from "../dsl/out/object.ts";
import {
  al,
  eax,
  ebp,
  ecx,
  edi,
  r8,
  r9,
  r12,
  r13,
  r14,
  r15,
  rax,
  rbp,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  rsp,
  xmm0,
  xmm1,
  xmm2,
  xmm3,
  xmm4,
  xmm5,
  xmm6,
  xmm7,
} from "../emulator/isa/registers.ts";

/** elf.h: the tags of the dynamic section that say where relocations are, and the one kind that a static program has. */
const DT_RELA = 7;
const DT_RELASZ = 8;
const R_X86_64_RELATIVE = 8;

/**
 * `_start`: RSP points at argc, argv, environment and auxiliary vector (System V ABI, "Initial Stack and Register State").
 * `movable`: the program adds its distance to all words that hold addresses first, as the dynamic section lists them.
 */
export function cStart({ movable }: { readonly movable: boolean }): ObjectFile {
  const a = new Assembler({ name: movable ? "start-pie.o" : "start.o" });
  const start = a.func("_start", () => {
    a.xor(ebp, ebp);
    a.xor(eax, eax);
    if (movable) relocate(a);
    a.mov(r8, rax);
    a.mov(rdi, q(rsp));
    a.lea(rsi, m(rsp, 8));
    a.lea(rdx, m(a.extern("__init_array_start")));
    a.lea(rcx, m(a.extern("__init_array_end")));
    a.call(a.extern("__start_c"));
  });
  a.global(start);
  return a.finish();
}

/** RAX: how far the program lies from address 0, for which it was linked. */
function relocate(a: Assembler): void {
  const section = a.extern("_DYNAMIC");
  const entries = a.newLabel("entries");
  const known = a.newLabel("known");
  const next = a.newLabel("next");
  const done = a.newLabel("done");
  a.lea(rax, m(a.extern("__ehdr_start")));
  a.lea(rdx, m(section));
  a.xor(ecx, ecx);
  a.xor(edi, edi);
  a.here(entries);
  a.mov(rsi, q(rdx));
  a.test(rsi, rsi);
  a.jz(known);
  a.cmp(rsi, DT_RELA);
  a.cmove(rdi, q(rdx, 8));
  a.cmp(rsi, DT_RELASZ);
  a.cmove(rcx, q(rdx, 8));
  a.add(rdx, 16);
  a.jmp(entries);
  a.here(known);
  a.add(rdi, rax);
  a.add(rcx, rdi);
  a.here(next);
  a.cmp(rdi, rcx);
  a.jae(done);
  const other = a.newLabel("other");
  a.cmp(q(rdi, 8), R_X86_64_RELATIVE);
  a.jne(other);
  a.mov(rdx, q(rdi));
  a.mov(rsi, q(rdi, 16));
  a.add(rsi, rax);
  a.mov(q(rdx, [rax, 1]), rsi);
  a.here(other);
  a.add(rdi, 24);
  a.jmp(next);
  a.here(done);
}

/** Functions with "...": by name, the one that takes a va_list, and how many parameters come before. */
export const variadic: readonly (readonly [name: string, to: string, fixed: number])[] = [
  ["printf", "vprintf", 1],
  ["fprintf", "vfprintf", 2],
  ["dprintf", "vdprintf", 2],
  ["sprintf", "vsprintf", 2],
  ["snprintf", "vsnprintf", 3],
  ["scanf", "vscanf", 1],
  ["fscanf", "vfscanf", 2],
  ["sscanf", "vsscanf", 2],
  ["execl", "__vexecl", 2],
  ["execlp", "__vexeclp", 2],
];

/** Bytes that the registers take: six general ones, eight vector ones. */
const SAVED = 6 * 8 + 8 * 16;
const general = [rdi, rsi, rdx, rcx, r8, r9];
const vectors = [xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7];

/** The functions with "...", and setjmp. */
export function cAssembler(): ObjectFile {
  const a = new Assembler({ name: "assembler.o" });
  for (const [name, to, fixed] of variadic) a.global(a.func(name, () => withArguments(a, to, fixed)));
  jumps(a);
  return a.finish();
}

/** The registers' values and a va_list on the stack; the va_list's address is the next argument (System V ABI, "The va_list Type"). */
function withArguments(a: Assembler, to: string, fixed: number): void {
  const list = SAVED;
  // With the return address a multiple of 16.
  const frame = SAVED + 24;
  a.sub(rsp, frame);
  for (const [i, register] of general.entries()) a.mov(q(rsp, i * 8), register);
  // AL says whether there are any in vector registers.
  const without = a.newLabel("without");
  a.test(al, al);
  a.jz(without);
  for (const [i, register] of vectors.entries()) a.movaps(x(rsp, 48 + i * 16), register);
  a.here(without);
  a.lea(rax, m(rsp, frame + 8));
  a.mov(q(rsp, list + 8), rax);
  a.mov(q(rsp, list + 16), rsp);
  a.mov(eax, fixed * 8);
  a.mov(q(rsp, list), rax);
  a.mov(eax, 48);
  a.shl(rax, 32);
  a.or(q(rsp, list), rax);
  a.lea(general[fixed]!, m(rsp, list));
  a.call(a.extern(to));
  a.add(rsp, frame);
  a.ret();
}

/** What a call leaves alone: RBX, RBP, R12 to R15, RSP, and where it returns to. */
function jumps(a: Assembler): void {
  const kept = [rbx, rbp, r12, r13, r14, r15];
  a.global(
    a.func("setjmp", () => {
      for (const [i, register] of kept.entries()) a.mov(q(rdi, i * 8), register);
      a.lea(rdx, m(rsp, 8));
      a.mov(q(rdi, 48), rdx);
      a.mov(rdx, q(rsp));
      a.mov(q(rdi, 56), rdx);
      a.xor(eax, eax);
      a.ret();
    }),
  );
  a.global(
    a.func("longjmp", () => {
      a.mov(rax, rsi);
      a.test(eax, eax);
      const given = a.newLabel("given");
      a.jnz(given);
      a.mov(eax, 1);
      a.here(given);
      for (const [i, register] of kept.entries()) a.mov(register, q(rdi, i * 8));
      a.mov(rsp, q(rdi, 48));
      a.jmp(q(rdi, 56));
    }),
  );
}
