/** What is measured for the cost classes: chains for latencies, independent instructions for units and dispatch. */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { b, m, q } from "../../dsl/asm/operand.ts";
import { flatBinary } from "../../dsl/out/flat.ts";
import { link } from "../../dsl/out/link.ts";
import { decode } from "../../emulator/isa/decode.ts";
import type { Instruction } from "../../emulator/isa/instruction.ts";
import {
  al,
  ax,
  bx,
  cl,
  dl,
  eax,
  ebx,
  ecx,
  edi,
  edx,
  esi,
  r8,
  r9,
  r9d,
  r10,
  r13,
  r14,
  rax,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  rsp,
  xmm,
} from "../../emulator/isa/registers.ts";

type Write = (a: Assembler) => void;

const [x0, x1, x2, x3, x4] = xmm as unknown as [
  (typeof xmm)[number],
  (typeof xmm)[number],
  (typeof xmm)[number],
  (typeof xmm)[number],
  (typeof xmm)[number],
];
const four = [rax, rdx, rsi, rdi] as const;
const four32 = [eax, edx, esi, edi] as const;
const fourX = [x0, x1, x2, x3] as const;
/** Holds 5, holds 3 (as CL too), holds 0. */
const [five, zero] = [r9, r8] as const;

/** By cost class. RBX, R13, R14 point to memory that may be written. */
export const pieces: readonly (readonly [cost: string, write: Write])[] = [
  ["alu", (a) => a.add(rax, five)],
  ["alu", (a) => four.forEach((r) => void a.add(r, five))],
  ["alu", (a) => a.xor(eax, eax)],
  ["alu", (a) => a.add(rax, q(rbx))],
  ["alu", (a) => a.add(q(rbx), rax)],
  ["alu-carry", (a) => a.adc(rax, five)],
  ["alu-carry", (a) => four.forEach((r) => void a.adc(r, five))],
  [
    "mov",
    (a) => (a.mov(rax, rbx), a.mov(rdx, rbx), a.mov(rsi, rbx), a.mov(rdi, rbx), a.mov(r10, rbx), a.mov(rcx, rbx)),
  ],
  ["mov", (a) => four32.forEach((r) => void a.mov(r, 7))],
  ["mov", (a) => a.movzx(eax, al)],
  ["mov", (a) => a.mov(rax, q(rax))],
  ["mov", (a) => a.mov(rax, q(rax, [zero, 8], 8))],
  ["mov", (a) => four.forEach((r, i) => void a.mov(r, q(rbx, 8 * i)))],
  ["mov", (a) => four.forEach((r, i) => void a.mov(q(rbx, 64 * i), r))],
  ["mov", (a) => four.forEach((r, i) => void a.mov(q(rbx, 8 * i), r))],
  ["mov", (a) => (a.mov(q(rbx), rax), a.mov(rax, q(rbx)))],
  ["mov", (a) => (a.mov(rcx, r14), a.mov(q(rcx), rax), a.mov(rax, q(r14)))],
  ["lea", (a) => a.lea(rax, m(rax, zero))],
  ["lea", (a) => a.lea(rax, m(rax, zero, 8))],
  ["lea", (a) => four.forEach((r) => void a.lea(r, m(rbx, zero, 8)))],
  ["extend", (a) => a.cdqe()],
  ["shift", (a) => a.shl(rax, 3)],
  ["shift", (a) => four.forEach((r) => void a.shl(r, 3))],
  ["shift-cl", (a) => a.shl(rax, cl)],
  ["shift-cl", (a) => four.forEach((r) => void a.shl(r, cl))],
  ["shift-x", (a) => four.forEach((r) => void a.shlx(r, rbx, rcx))],
  ["rotate-carry", (a) => a.rcl(rax, 3)],
  ["rotate-carry-cl", (a) => a.rcl(rax, cl)],
  ["shift-double", (a) => a.shld(rax, rbx, 3)],
  ["shift-double", (a) => four.forEach((r) => void a.shld(r, rbx, 3))],
  ["shift-double-cl", (a) => a.shld(rax, rbx, cl)],
  ["bit-test", (a) => four.forEach((r) => void a.bt(r, 3))],
  ["bit-change", (a) => a.bts(rax, rcx)],
  ["bit-scan", (a) => a.bsf(rax, rax)],
  ["bit-scan", (a) => four.forEach((r) => void a.popcnt(r, rbx))],
  ["crc", (a) => a.crc32(eax, ebx)],
  ["bit-field", (a) => a.bextr(rax, rax, rcx)],
  ["bit-permute", (a) => a.pext(rax, rax, rbx)],
  ["bit-permute", (a) => four.forEach((r) => void a.pext(r, rcx, rbx))],
  ["bswap", (a) => a.bswap(rax)],
  ["mul8", (a) => a.mul(cl)],
  ["mul32", (a) => a.mul(ecx)],
  ["mul64", (a) => a.mul(rcx)],
  ["mul-low", (a) => a.imul(rax, rbx)],
  ["mul-low", (a) => four.forEach((r) => void a.imul(r, rbx, 7))],
  ["div32", (a) => (a.xor(edx, edx), a.div(r9d))],
  ["div64", (a) => (a.xor(edx, edx), a.div(five))],
  ["idiv64", (a) => (a.cqo(), a.idiv(five))],
  ["xchg", (a) => a.xchg(rax, rcx)],
  ["xchg", (a) => a.xchg(q(rbx), rax)],
  ["xadd", (a) => a.xadd(rax, rcx)],
  ["cmpxchg", (a) => a.cmpxchg(rbx, rcx)],
  ["setcc", (a) => (a.sete(al), a.sete(cl), a.sete(dl))],
  ["cmov", (a) => a.cmove(rax, rbx)],
  ["cmov", (a) => four.forEach((r) => void a.cmove(r, rbx))],
  ["flag", (a) => a.cmc()],
  ["direction", (a) => a.cld()],
  ["flags-to-ah", (a) => (a.lahf(), a.sahf())],
  ["nop", (a) => (a.nop(), a.nop(), a.nop(), a.nop())],
  ["push", (a) => (four.forEach((r) => void a.push(r)), a.add(rsp, 32))],
  ["pop", (a) => (a.push(rax), a.pop(rax))],
  ["push-flags", (a) => (a.pushfq(), a.popfq())],
  ["enter", (a) => (a.enter(16, 0), a.leave())],
  ["string-move", (a) => a.movsq()],
  ["string-store", (a) => a.stosq()],
  ["string-load", (a) => a.lodsq()],
  ["string-compare", (a) => a.scasb()],
  ["string-move", (a) => (a.mov(ecx, 1000), a.rep.movsb(), a.mov(rsi, r14), a.mov(rdi, r13))],
  ["string-move", (a) => (a.mov(ecx, 125), a.rep.movsq(), a.mov(rsi, r14), a.mov(rdi, r13))],
  ["string-move", (a) => (a.mov(ecx, 1), a.rep.movsb(), a.mov(rsi, r14), a.mov(rdi, r13))],
  ["string-store", (a) => (a.mov(ecx, 1000), a.rep.stosb(), a.mov(rdi, r13))],
  ["string-store", (a) => (a.mov(ecx, 125), a.rep.stosq(), a.mov(rdi, r13))],
  ["table", (a) => (a.xlatb(), a.mov(eax, 0))],
  ["clock", (a) => a.rdtsc()],
  ["fence", (a) => a.mfence()],
  ["fence", (a) => a.lfence()],
  ["random", (a) => a.rdrand(rax)],
  ["pause", (a) => a.pause()],
  ["serialize", (a) => a.cpuid()],
  ["segment", (a) => (a.mov(bx, 0x33), a.lar(ax, bx), a.mov(rbx, r13))],
  ["segment-base", (a) => a.wrfsbase(r13)],
  ["cache-line", (a) => a.prefetcht0(b(rbx))],
  ["vector-move", (a) => (a.movaps(x0, x1), a.movaps(x1, x0))],
  ["vector-move", (a) => (a.movq(x0, rax), a.movq(rax, x0))],
  ["vector-move", (a) => fourX.forEach((x, i) => void a.db(0x0f, 0x28, 0x43 | (x.index << 3), 16 * i))],
  ["vector-logic", (a) => fourX.forEach((x) => void a.pand(x, x4))],
  ["vector-integer", (a) => a.paddd(x0, x1)],
  ["vector-integer", (a) => fourX.forEach((x) => void a.pslld(x, 3))],
  ["vector-shuffle", (a) => a.pshufd(x0, x0, 1)],
  ["vector-shuffle", (a) => fourX.forEach((x) => void a.pshufd(x, x4, 1))],
  ["vector-integer-multiply", (a) => a.pmulld(x0, x1)],
  ["vector-add", (a) => a.addps(x0, x1)],
  ["vector-add", (a) => fourX.forEach((x) => void a.addps(x, x4))],
  ["vector-compare", (a) => a.maxps(x0, x1)],
  ["vector-multiply", (a) => a.mulps(x0, x1)],
  ["vector-multiply", (a) => fourX.forEach((x) => void a.mulps(x, x4))],
  ["vector-fma", (a) => a.vfmadd213ps(x0, x1, x2)],
  ["vector-divide", (a) => a.divsd(x0, x1)],
  ["vector-divide", (a) => fourX.forEach((x) => void a.divsd(x, x4))],
  ["vector-root", (a) => a.sqrtsd(x0, x0)],
  ["vector-reciprocal", (a) => a.rcpps(x0, x0)],
  ["vector-convert", (a) => a.cvtdq2ps(x0, x0)],
  ["vector-horizontal", (a) => a.haddps(x0, x1)],
  ["vector-to-general", (a) => (a.pmovmskb(eax, x0), a.movd(x0, eax))],
  ["vector-cipher", (a) => a.aesenc(x0, x1)],
  ["vector-string", (a) => a.pcmpistri(x0, x1, 8)],
  ["x87-add", (a) => (a.db(0xd9, 0xe8), a.db(0xde, 0xc1))],
  ["x87-mul", (a) => (a.db(0xd9, 0xe8), a.db(0xde, 0xc9))],
  ["x87-div", (a) => (a.db(0xd9, 0xe8), a.db(0xde, 0xf9))],
  ["x87-sqrt", (a) => a.db(0xd9, 0xfa)],
  ["x87-transcendental", (a) => (a.db(0xd9, 0xe8), a.db(0xd9, 0xfe), a.db(0xdd, 0xd8))],
  ["x87-environment", (a) => a.db(0xdb, 0xe3)],
  ["state-save", (a) => a.fxsave(m(r13))],
];

/** The bytes of a piece, and the instructions in them. */
export function assemble(write: Write): { bytes: Uint8Array; instructions: Instruction[] } {
  const a = new Assembler({ name: "piece" });
  a.section(".text", { address: 0 });
  write(a);
  const bytes = flatBinary(link([a.finish()], { regions: [{ address: 0 }] }));
  const instructions: Instruction[] = [];
  for (let at = 0; at < bytes.length; ) {
    const decoded = decode(bytes, at, bytes.length, 64);
    if (typeof decoded === "string") throw new Error(`a piece does not decode: ${decoded}`);
    instructions.push(decoded);
    at += decoded.length;
  }
  return { bytes, instructions };
}
