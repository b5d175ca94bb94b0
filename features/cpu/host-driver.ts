/**
 * Runs user cases on the host's own processor: a static Linux executable that is little more than a signal handler. Every
 * program ends with an exception; the kernel saves all registers for the handler, which keeps them, writes the next
 * program's registers in their place and returns into it.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q, w } from "../../dsl/asm/operand.ts";
import { elfExecutable } from "../../dsl/out/elf-executable.ts";
import { link } from "../../dsl/out/link.ts";
import {
  bx,
  ds,
  eax,
  ebx,
  ecx,
  edi,
  edx,
  es,
  esi,
  fs,
  gs,
  r8d,
  r9d,
  r10d,
  r12,
  r13,
  r14,
  rax,
  rbx,
  rdi,
  rdx,
  rsi,
} from "../../emulator/isa/registers.ts";
import {
  CODE,
  CODE_16_LIMIT,
  CODE_BYTES,
  codeBase,
  DATA,
  DATA_16_LIMIT,
  INT3,
  type Outcome,
  PAGE,
  USER_CODE_16,
  USER_CODE_32,
  USER_CODE_64,
  USER_DATA,
  USER_DATA_16,
  type UserCase,
  WINDOW_BYTES,
  WINDOWS,
} from "./user-case.ts";

/** System calls and constants of Linux on x86-64. */
const SYS = { modifyLdt: 154, write: 1, mmap: 9, sigaction: 13, sigreturn: 15, sigaltstack: 131, exit: 60 } as const;
const SIGNALS = { ILL: 4, TRAP: 5, BUS: 7, FPE: 8, SEGV: 11 } as const;
/** SA_SIGINFO | SA_ONSTACK | SA_RESTORER | SA_NODEFER */
const SA_FLAGS = 0x4 | 0x0800_0000 | 0x0400_0000 | 0x4000_0000;
const MODIFY_LDT_WRITE = 0x11;
const PROT_READ_WRITE = 3;
const PROT_ALL = 7;
/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED */
const MAP_FLAGS = 0x32;

/** Registers in a signal frame: ucontext.uc_mcontext.gregs, its order by encoding numbers, then rip, eflags, segments. */
const GREGS_OFFSET = 40;
const GREGS_ORDER = [8, 9, 10, 11, 12, 13, 14, 15, 7, 6, 5, 3, 2, 0, 1, 4];
const Greg = { rip: 16, flags: 17, segments: 18, error: 19, trap: 20, cr2: 22 } as const;
const GREGS_SAVED = 23;

/** A program as the driver reads it: registers up to the segments word, windows, code. */
const REGISTERS_BYTES = 19 * 8;
const START_OFFSET = REGISTERS_BYTES;
const WINDOWS_OFFSET = START_OFFSET + 8;
const CODE_OFFSET = WINDOWS_OFFSET + WINDOW_BYTES;
const RECORD_BYTES = CODE_OFFSET + CODE_BYTES;
const RESULT_BYTES = (GREGS_SAVED + 1) * 8;

/** Far from everything a random pointer is likely to hit. */
const DRIVER = 0x0000_5b3d_1000_0000n;

function record(program: UserCase): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [i, register] of GREGS_ORDER.entries()) view.setBigUint64(8 * i, program.general[register]!, true);
  const { mode } = program;
  view.setBigUint64(8 * Greg.rip, BigInt(codeBase(mode) + program.start), true);
  view.setBigUint64(8 * Greg.flags, BigInt(program.flags), true);
  view.setUint16(8 * Greg.segments, mode === 64 ? USER_CODE_64 : mode === 32 ? USER_CODE_32 : USER_CODE_16, true);
  view.setUint16(8 * Greg.segments + 6, mode === 16 ? USER_DATA_16 : USER_DATA, true);
  view.setBigUint64(START_OFFSET, BigInt(CODE + program.start), true);
  bytes.set(program.windows, WINDOWS_OFFSET);
  bytes.fill(INT3, CODE_OFFSET);
  bytes.set(program.code, CODE_OFFSET);
  return bytes;
}

/** The executable that runs the programs in turn and writes their results to its standard output. */
function driver(programs: readonly UserCase[]): Uint8Array {
  const a = new Assembler();
  const alternateStack = a.newLabel("alternateStack");
  const stackDescription = a.newLabel("stackDescription");
  const ldtDescriptions = [a.newLabel("code16"), a.newLabel("data16")];
  const action = a.newLabel("action");
  const handler = a.newLabel("handler");
  const restorer = a.newLabel("restorer");
  const records = a.newLabel("records");
  const results = a.newLabel("results");
  const nextRecord = a.newLabel("nextRecord");
  const nextResult = a.newLabel("nextResult");
  const left = a.newLabel("left");

  const systemCall = (number: number) => {
    a.mov(eax, number);
    a.syscall();
  };
  const map = (address: number, protection: number) => {
    a.mov(edi, address);
    a.mov(esi, PAGE);
    a.mov(edx, protection);
    a.mov(r10d, MAP_FLAGS);
    a.mov(r8d, -1);
    a.mov(r9d, 0);
    systemCall(SYS.mmap);
  };

  a.section(".text", { address: DRIVER });
  a.global(
    a.func("_start", () => {
      map(DATA, PROT_READ_WRITE);
      map(CODE, PROT_ALL);
      for (const description of ldtDescriptions) {
        a.mov(edi, MODIFY_LDT_WRITE);
        a.lea(rsi, m(description));
        a.mov(edx, 16);
        systemCall(SYS.modifyLdt);
      }
      a.lea(rdi, m(stackDescription));
      a.mov(esi, 0);
      systemCall(SYS.sigaltstack);
      for (const signal of Object.values(SIGNALS)) {
        a.mov(edi, signal);
        a.lea(rsi, m(action));
        a.mov(edx, 0);
        a.mov(r10d, 8);
        systemCall(SYS.sigaction);
      }
      a.int3();
    }),
  );

  a.func(restorer, () => systemCall(SYS.sigreturn));

  // rdx: the ucontext. The program's flags are still in force: AC, NT and DF go first.
  a.func(handler, () => {
    const first = a.newLabel(".first");
    const done = a.newLabel(".done");
    const running = a.newLabel(".running");
    a.push(2);
    a.popfq();
    a.lea(r12, m(rdx, GREGS_OFFSET));
    a.mov(r13, q(nextResult));
    a.test(r13, r13);
    a.jz(first);
    a.mov(rsi, r12);
    a.mov(rdi, r13);
    a.mov(ecx, GREGS_SAVED);
    a.rep.movsq();
    checksum();
    a.mov(q(r13, 8 * GREGS_SAVED), rax);
    a.add(q(nextResult), RESULT_BYTES);
    a.jmp(running);
    a.here(first);
    a.lea(rax, m(results));
    a.mov(q(nextResult), rax);
    a.here(running);
    a.sub(q(left), 1);
    a.jc(done);
    load();
    a.ret();
    a.here(done);
    a.mov(edi, 1);
    a.lea(rsi, m(results));
    const rest = a.here();
    a.mov(rdx, q(nextResult));
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
  });

  /** RAX ← checksumOf(data page, code page). */
  function checksum(): void {
    a.mov(eax, 0);
    for (const page of [DATA, CODE]) {
      a.mov(esi, page);
      const again = a.here();
      a.xor(eax, d(rsi));
      a.imul(eax, eax, 0x0100_0193);
      a.add(rsi, 4);
      a.cmp(rsi, page + PAGE);
      a.jne(again);
    }
  }

  /** Memory, segment registers and signal frame as the next program wants them. */
  function load(): void {
    a.mov(r14, q(nextRecord));
    a.add(q(nextRecord), RECORD_BYTES);
    a.mov(edi, DATA);
    a.xor(eax, eax);
    a.mov(ecx, PAGE / 8);
    a.rep.stosq();
    a.mov(edi, CODE);
    a.mov(eax, INT3 * 0x0101_0101);
    a.mov(ecx, PAGE / 4);
    a.rep.stosd();
    a.lea(rsi, m(r14, WINDOWS_OFFSET));
    for (const { offset, bytes } of WINDOWS) {
      a.mov(edi, DATA + offset);
      a.mov(ecx, bytes / 8);
      a.rep.movsq();
    }
    a.mov(rdi, q(r14, START_OFFSET));
    a.mov(ecx, CODE_BYTES / 8);
    a.rep.movsq();
    a.mov(rsi, r14);
    a.mov(rdi, r12);
    a.mov(ecx, 19);
    a.rep.movsq();
    a.mov(bx, w(r14, 8 * Greg.segments + 6));
    a.mov(ds, bx);
    a.mov(es, bx);
    a.xor(ebx, ebx);
    a.mov(fs, bx);
    a.mov(gs, bx);
    a.wrfsbase(rbx);
    a.wrgsbase(rbx);
  }

  a.section(".records", { flags: "rw", align: 4096 });
  a.here(records);
  for (const program of programs) a.db(record(program));
  a.section(".data", { align: 16 });
  a.here(stackDescription);
  a.dq(alternateStack, 0, 0x10000);
  // struct user_desc: entry, base, limit, flags (bits 2:1: 2 for code).
  a.here(ldtDescriptions[0]);
  a.dd(0, CODE, CODE_16_LIMIT, 2 << 1);
  a.here(ldtDescriptions[1]);
  a.dd(1, DATA, DATA_16_LIMIT, 0);
  a.here(action);
  a.dq(handler, SA_FLAGS, restorer, 0);
  a.here(nextRecord);
  a.dq(records);
  a.here(nextResult);
  a.dq(0);
  a.here(left);
  a.dq(programs.length);
  a.section(".bss", { align: 4096 });
  a.here(alternateStack);
  a.space(0x10000);
  a.here(results);
  a.space(programs.length * RESULT_BYTES);
  return elfExecutable(link([a.finish()], { entry: "_start", regions: [{ address: DRIVER }] }));
}

/** Null where the host's processor can be asked; else why not. */
export const hostUnavailable: string | null =
  process.platform === "linux" && process.arch === "x64" ? null : "needs x86-64 Linux";

/** What the host's processor makes of the programs, in their order. Throws if they are not done within `timeout` ms. */
export function runOnHost(programs: readonly UserCase[], timeout = 120_000): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), "cor-oracle-"));
  try {
    const file = join(folder, "driver");
    writeFileSync(file, driver(programs));
    chmodSync(file, 0o755);
    const { stdout, status, signal } = spawnSync(file, {
      maxBuffer: programs.length * RESULT_BYTES + 1024,
      timeout,
    });
    if (status !== 0 || stdout.length !== programs.length * RESULT_BYTES)
      throw new Error(`the host's run ended with ${signal ?? status} after ${stdout.length / RESULT_BYTES} programs`);
    return programs.map((_, i) => outcome(stdout.subarray(i * RESULT_BYTES, (i + 1) * RESULT_BYTES)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function outcome(bytes: Buffer): Outcome {
  const at = (index: number) => bytes.readBigUInt64LE(8 * index);
  const registers: bigint[] = new Array(16);
  for (const [i, register] of GREGS_ORDER.entries()) registers[register] = at(i);
  const vector = Number(at(Greg.trap));
  return {
    vector,
    errorCode: Number(at(Greg.error)),
    cr2: vector === 14 ? at(Greg.cr2) : 0n,
    rip: at(Greg.rip),
    general: registers,
    flags: Number(at(Greg.flags)),
    checksum: bytes.readUInt32LE(8 * GREGS_SAVED),
  };
}
