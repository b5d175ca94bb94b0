/**
 * Cycles that straight pieces of code take on the host's own processor, in steady state: each piece is repeated until it is
 * some two hundred instructions long, looped over, and timed with RDTSCP a few hundred times; the least counts. Two loop
 * counts are timed and subtracted, so that what is around the loop cancels. Beside each piece, turn by turn, stands a chain
 * of dependent additions, which take one core cycle each: that makes core cycles of the time stamp counter's ticks,
 * whatever the clock does meanwhile.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Assembler } from "../../dsl/asm/assembler.ts";
import { m, q } from "../../dsl/asm/operand.ts";
import { elfExecutable } from "../../dsl/out/elf-executable.ts";
import { link } from "../../dsl/out/link.ts";
import {
  eax,
  ecx,
  edi,
  edx,
  esi,
  general,
  r8d,
  r9d,
  r10d,
  r12,
  r15,
  rax,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  rsp,
} from "../../emulator/isa/registers.ts";

/** The data that pieces may touch: every word of it holds the address of its middle. */
export const AREA = 0x2000_0000;
const AREA_BYTES = 0x10_0000;
export const MIDDLE = AREA + AREA_BYTES / 2;

/** A piece of code to be measured. */
export interface Piece {
  /** Its bytes, when they lie at an address. No control transfers, no system calls. */
  at(address: number): Uint8Array;
  readonly instructions: number;
  /** The general registers at the start, in encoding order. */
  readonly registers: readonly bigint[];
}

const SYS = { mmap: 9, sigaction: 13, sigaltstack: 131, arch_prctl: 158, write: 1, exit: 60 } as const;
/** SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV */
const SIGNALS = [4, 5, 7, 8, 11];
/** SA_SIGINFO | SA_ONSTACK | SA_RESTORER | SA_NODEFER */
const SA_FLAGS = 0x4 | 0x0800_0000 | 0x0400_0000 | 0x4000_0000;
/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED */
const MAP_FLAGS = 0x32;
const ARCH_SET_FS = 0x1002;
const CODE = 0x40_0000;

const INSTRUCTIONS_A_LOOP = 200;
const FEW = 16;
const MANY = 80;
const TIMES = 200;
const CHAIN = 200;
/** Code address, copies, 16 registers. */
const DESCRIPTOR_BYTES = 8 + 128;
/** Minimum of: piece few, piece many, chain few, chain many; −1 where it faulted. */
const RESULT_BYTES = 32;

const copiesOf = (piece: Piece): number => Math.max(1, Math.round(INSTRUCTIONS_A_LOOP / piece.instructions));

/** Null where pieces can be measured; else why not. */
export const nativeMissing: string | null =
  process.platform === "linux" && process.arch === "x64" ? null : "needs x86-64 Linux";

function program(pieces: readonly Piece[]): Uint8Array {
  const a = new Assembler();
  const descriptors = a.newLabel("descriptors");
  const results = a.newLabel("results");
  const stack = a.newLabel("stack");
  const alternate = a.newLabel("alternate");
  const stackDescription = a.newLabel("stackDescription");
  const action = a.newLabel("action");
  const handler = a.newLabel("handler");
  const restorer = a.newLabel("restorer");
  const word = (name: string) => a.newLabel(name);
  const [current, result, left, times, variant, start, counter, target] = [
    "current",
    "result",
    "left",
    "times",
    "variant",
    "start",
    "counter",
    "target",
  ].map(word) as [
    ReturnType<typeof word>,
    ReturnType<typeof word>,
    ReturnType<typeof word>,
    ReturnType<typeof word>,
    ReturnType<typeof word>,
    ReturnType<typeof word>,
    ReturnType<typeof word>,
    ReturnType<typeof word>,
  ];
  const ones = a.newLabel("ones");
  const chain = a.newLabel("chain");
  const back = a.newLabel("back");
  const nextPiece = a.newLabel("nextPiece");
  const nextTime = a.newLabel("nextTime");
  const nextVariant = a.newLabel("nextVariant");

  const systemCall = (number: number) => {
    a.mov(eax, number);
    a.syscall();
  };

  a.section(".text", { address: CODE });
  a.global(
    a.func("_start", () => {
      a.mov(edi, AREA);
      a.mov(esi, AREA_BYTES);
      a.mov(edx, 3);
      a.mov(r10d, MAP_FLAGS);
      a.mov(r8d, -1);
      a.mov(r9d, 0);
      systemCall(SYS.mmap);
      a.lea(rdi, m(stackDescription));
      a.mov(esi, 0);
      systemCall(SYS.sigaltstack);
      a.mov(edi, ARCH_SET_FS);
      a.mov(esi, MIDDLE);
      systemCall(SYS.arch_prctl);
      for (const signal of SIGNALS) {
        a.mov(edi, signal);
        a.lea(rsi, m(action));
        a.mov(edx, 0);
        a.mov(r10d, 8);
        systemCall(SYS.sigaction);
      }
      const done = a.newLabel(".done");
      a.here(nextPiece);
      a.lea(rsp, m(stack));
      a.sub(q(left), 1);
      a.jc(done);
      a.mov(q(times), TIMES);
      a.mov(rdi, q(result));
      a.mov(rax, -1);
      a.mov(ecx, RESULT_BYTES / 8);
      a.cld();
      a.rep.stosq();

      a.here(nextTime);
      a.mov(q(variant), 0);
      a.here(nextVariant);
      // Memory as at first.
      a.mov(edi, MIDDLE - 0x8000);
      a.mov(eax, MIDDLE);
      a.mov(ecx, 0x1_0000 / 8);
      a.rep.stosq();
      a.mov(r12, q(current));
      a.mov(eax, FEW);
      a.mov(ecx, MANY);
      a.mov(rdx, q(variant));
      a.test(edx, 1);
      a.cmovnz(eax, ecx);
      a.mov(q(counter), rax);
      a.mov(rax, q(r12));
      a.lea(rcx, m(chain));
      a.test(edx, 2);
      a.cmovnz(rax, rcx);
      a.mov(q(target), rax);
      // FNINIT; XMM0–15 ← 1.0, 1.0.
      a.db(0xdb, 0xe3);
      a.lea(rax, m(ones));
      for (let i = 0; i < 16; i++) a.db(...(i < 8 ? [0x0f, 0x28, i << 3] : [0x44, 0x0f, 0x28, (i & 7) << 3]));
      a.lfence();
      a.rdtsc();
      a.shl(rdx, 32);
      a.or(rax, rdx);
      a.mov(q(start), rax);
      for (const [i, register] of general[64].entries()) if (i !== r12.index) a.mov(register, q(r12, 8 + 8 * i));
      a.mov(r12, q(r12, 8 + 8 * r12.index));
      a.lfence();
      a.jmp(q(target));

      a.here(back);
      a.lfence();
      a.rdtscp();
      a.shl(rdx, 32);
      a.or(rax, rdx);
      a.sub(rax, q(start));
      a.cld();
      a.lea(rsp, m(stack));
      a.mov(rbx, q(variant));
      a.mov(rcx, q(result));
      a.lea(rcx, m(rcx, [rbx, 8]));
      a.cmp(rax, q(rcx));
      const notLess = a.newLabel(".notLess");
      a.jae(notLess);
      a.mov(q(rcx), rax);
      a.here(notLess);
      a.add(rbx, 1);
      a.mov(q(variant), rbx);
      a.cmp(rbx, 4);
      a.jb(nextVariant);
      a.dec(q(times));
      a.jnz(nextTime);
      const following = a.here();
      a.add(q(current), DESCRIPTOR_BYTES);
      a.add(q(result), RESULT_BYTES);
      a.jmp(nextPiece);

      // A signal: the piece is given up.
      a.here(handler);
      a.mov(rdi, q(result));
      a.mov(rax, -1);
      a.mov(ecx, RESULT_BYTES / 8);
      a.cld();
      a.rep.stosq();
      a.jmp(following);

      a.here(done);
      a.lea(rsi, m(results));
      const rest = a.here();
      a.mov(rdx, q(result));
      a.sub(rdx, rsi);
      const written = a.newLabel(".written");
      a.jz(written);
      a.mov(edi, 1);
      systemCall(SYS.write);
      a.test(rax, rax);
      a.js(written);
      a.add(rsi, rax);
      a.jmp(rest);
      a.here(written);
      a.mov(edi, 0);
      systemCall(SYS.exit);
    }),
  );
  a.func(restorer, () => a.hlt());
  a.align(64);
  a.here(chain);
  for (let i = 0; i < CHAIN; i++) a.add(rax, r15);
  a.dec(q(counter));
  a.jnz(chain);
  a.jmp(back);

  // The pieces have addresses of their own, for what is relative to RIP.
  const heads: number[] = [];
  let address = PIECES;
  a.section(".pieces", { flags: "rx", address: PIECES });
  for (const piece of pieces) {
    a.align(64, 0x90);
    address = Math.ceil(address / 64) * 64;
    heads.push(address);
    const top = a.here();
    for (let copy = copiesOf(piece); copy > 0; copy--) {
      const bytes = piece.at(address);
      a.db(bytes);
      address += bytes.length;
    }
    const around = a.newLabel(".around");
    // The stack pointer goes back, so that it stays in the cache. Fixed length, so that addresses are known:
    // MOV RSP, start; DEC qword [counter]; JZ +5; JMP top; JMP back.
    a.db(0x48, 0xc7, 0xc4);
    a.dd(piece.registers[rsp.index]!);
    a.db(0x48, 0xff, 0x0c, 0x25);
    a.dd(counter);
    a.db(0x74, 0x05, 0xe9);
    a.here(around);
    a.dd(top.minus(around).minus(4));
    a.db(0xe9);
    const out = a.here();
    a.dd(back.minus(out).minus(4));
    address += 7 + 8 + 2 + 5 + 5;
  }

  a.section(".data", { address: DATA, align: 64 });
  a.here(ones);
  for (let i = 0; i < 2; i++) a.dq(0x3ff0_0000_0000_0000n);
  a.here(stackDescription);
  a.dq(alternate, 0, 0x10000);
  a.here(action);
  a.dq(handler, SA_FLAGS, restorer, 0);
  a.here(current);
  a.dq(descriptors);
  a.here(result);
  a.dq(results);
  a.here(left);
  a.dq(pieces.length);
  for (const label of [times, variant, start, counter, target]) {
    a.align(64);
    a.here(label);
    a.dq(0);
  }
  a.align(64);
  a.here(descriptors);
  for (const [i, piece] of pieces.entries()) {
    a.dq(heads[i]!);
    for (const value of piece.registers) a.dq(value);
  }
  a.section(".bss", { align: 4096 });
  a.space(0x10000);
  a.here(stack);
  a.space(64);
  a.here(alternate);
  a.space(0x10000);
  a.here(results);
  a.space(pieces.length * RESULT_BYTES);
  return elfExecutable(link([a.finish()], { entry: "_start", regions: [{ address: DATA + 0x100_0000 }] }));
}

const PIECES = 0x100_0000;
const DATA = 0x800_0000;

/** Core cycles of one execution of each piece; null for pieces that fault. Throws when the program cannot be run. */
export function measure(pieces: readonly Piece[]): (number | null)[] {
  const folder = mkdtempSync(join(tmpdir(), "cor-cost-"));
  try {
    const file = join(folder, "measure");
    writeFileSync(file, program(pieces));
    chmodSync(file, 0o755);
    const { stdout, status, signal } = spawnSync(file, {
      maxBuffer: pieces.length * RESULT_BYTES + 1024,
      timeout: 600_000,
    });
    if (status !== 0 || stdout.length !== pieces.length * RESULT_BYTES)
      throw new Error(`measuring ended with ${signal ?? status} after ${stdout.length / RESULT_BYTES} pieces`);
    return pieces.map((piece, i) => {
      const at = (index: number) => stdout.readBigInt64LE(i * RESULT_BYTES + 8 * index);
      if (at(0) < 0n) return null;
      const loops = MANY - FEW;
      const ticks = Number(at(1) - at(0)) / loops / copiesOf(piece);
      const perCycle = Number(at(3) - at(2)) / loops / (CHAIN + CHAIN_EXTRA);
      return ticks / perCycle;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The loop around the chain overlaps with it. */
const CHAIN_EXTRA = 0;
