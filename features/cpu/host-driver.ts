/**
 * The host's own processor: a static Linux executable, made with our assembler, that is little more than a signal handler.
 * Every program ends with an exception; the kernel saves all registers for the handler, which keeps them, writes the next
 * program's registers in their place and returns into it.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q, w } from "../../dsl/asm/operand.ts";
import { elfExecutable } from "../../dsl/out/elf-executable.ts";
import type { Label } from "../../dsl/out/expression.ts";
import { link } from "../../dsl/out/link.ts";
import {
  ax,
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
  r10,
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
import type { Group } from "./groups.ts";
import {
  Case,
  CHECKSUM_FACTOR,
  CODE,
  CODE_16_LIMIT,
  CODE_BYTES,
  DATA,
  DATA_16_LIMIT,
  INT3,
  Outcome,
  PAGE,
  WINDOWS,
  WORDS_GIVEN,
  WORDS_SAVED,
  Word,
} from "./user-case.ts";

/** System calls and constants of Linux on x86-64. */
const SYS = {
  read: 0,
  write: 1,
  mmap: 9,
  sigaction: 13,
  sigreturn: 15,
  pread: 17,
  pwrite: 18,
  exit: 60,
  sigaltstack: 131,
  modifyLdt: 154,
} as const;
const SIGNALS = { ILL: 4, TRAP: 5, BUS: 7, FPE: 8, SEGV: 11 } as const;
/** SA_SIGINFO | SA_ONSTACK | SA_RESTORER | SA_NODEFER */
const SA_FLAGS = 0x4 | 0x0800_0000 | 0x0400_0000 | 0x4000_0000;
const MODIFY_LDT_WRITE = 0x11;
const PROT_READ_WRITE = 3;
const PROT_ALL = 7;
/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED */
const MAP_FLAGS = 0x32;
/** Registers in a signal frame: ucontext.uc_mcontext.gregs. */
const GREGS_OFFSET = 40;
const ALTERNATE_STACK = 0x10000;

/** Files the driver finds open. */
export const DriverFile = { cases: 3, outcomes: 4 } as const;
/** Most cases of one batch. */
export const BATCH_CASES = 8192;

/** Far from everything a random pointer is likely to hit. */
const DRIVER = 0x0000_5b3d_1000_0000n;

/**
 * The executable. It reads the number of a batch's cases (8 bytes) from standard input, the cases from the start of a file,
 * runs them in turn, writes their outcomes to the start of another, and the number to standard output; and so on until its
 * input ends.
 */
export function driver(group: Group): Uint8Array {
  const caseBytes = Case.bytes(group.stateBytes);
  const outcomeBytes = Outcome.bytes(group.stateBytes);
  const a = new Assembler();
  const alternateStack = a.newLabel("alternateStack");
  const stackDescription = a.newLabel("stackDescription");
  const ldtDescriptions = [a.newLabel("code16"), a.newLabel("data16")] as const;
  const action = a.newLabel("action");
  const handler = a.newLabel("handler");
  const restorer = a.newLabel("restorer");
  const cases = a.newLabel("cases");
  const outcomes = a.newLabel("outcomes");
  const nextCase = a.newLabel("nextCase");
  /** 0 before the first case. */
  const nextOutcome = a.newLabel("nextOutcome");
  const count = a.newLabel("count");
  const left = a.newLabel("left");

  const systemCall = (number: number) => {
    a.mov(eax, number);
    a.syscall();
  };
  const exit = (code: number) => {
    a.mov(edi, code);
    systemCall(SYS.exit);
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

  // rdx: the ucontext. The program's flags are still in force: AC, NT and DF go first. R12 is the frame's registers throughout.
  a.func(handler, () => {
    const nextBatch = a.newLabel(".nextBatch");
    const another = a.newLabel(".another");
    a.push(2);
    a.popfq();
    a.lea(r12, m(rdx, GREGS_OFFSET));
    a.mov(r13, q(nextOutcome));
    a.test(r13, r13);
    a.jz(nextBatch);
    keep();
    a.sub(q(left), 1);
    a.jnz(another);
    a.imul(r13, q(count), outcomeBytes);
    transfer(SYS.pwrite, DriverFile.outcomes, outcomes);
    a.mov(edi, 1);
    a.lea(rsi, m(count));
    a.mov(edx, 8);
    systemCall(SYS.write);
    a.here(nextBatch);
    a.mov(edi, 0);
    a.lea(rsi, m(count));
    a.mov(edx, 8);
    systemCall(SYS.read);
    const told = a.newLabel(".told");
    a.cmp(rax, 8);
    a.je(told);
    exit(0);
    a.here(told);
    a.imul(r13, q(count), caseBytes);
    transfer(SYS.pread, DriverFile.cases, cases);
    a.lea(rax, m(cases));
    a.mov(q(nextCase), rax);
    a.lea(rax, m(outcomes));
    a.mov(q(nextOutcome), rax);
    a.mov(rax, q(count));
    a.mov(q(left), rax);
    a.here(another);
    load();
    a.ret();
  });

  /** Moves R13 bytes between memory and the start of a file. */
  function transfer(number: number, file: number, place: Label): void {
    const rest = a.newLabel();
    const done = a.newLabel();
    const fine = a.newLabel();
    a.xor(ebx, ebx);
    a.here(rest);
    a.cmp(rbx, r13);
    a.jae(done);
    a.mov(edi, file);
    a.lea(rsi, m(place));
    a.add(rsi, rbx);
    a.mov(rdx, r13);
    a.sub(rdx, rbx);
    a.mov(r10, rbx);
    systemCall(number);
    a.test(rax, rax);
    a.jg(fine);
    exit(1);
    a.here(fine);
    a.add(rbx, rax);
    a.jmp(rest);
    a.here(done);
  }

  /** The program's outcome goes to R13. */
  function keep(): void {
    a.mov(rsi, r12);
    a.mov(rdi, r13);
    a.mov(ecx, WORDS_SAVED);
    a.rep.movsq();
    checksum();
    a.mov(q(r13, Outcome.checksum), rax);
    for (const [i, segment] of [es, ds, fs, gs].entries()) {
      a.mov(eax, segment);
      a.mov(w(r13, Outcome.selectors + 2 * i), ax);
    }
    group.hostSave(a);
    a.add(q(nextOutcome), outcomeBytes);
  }

  /** RAX ← checksum of the data page, then the code page: `checksumPage`, `checksumOf`. */
  function checksum(): void {
    const lanes = [eax, ebx, ecx, edx] as const;
    for (const lane of lanes) a.xor(lane, lane);
    for (const page of [DATA, CODE]) {
      a.mov(esi, page);
      const again = a.here();
      for (const [i, lane] of lanes.entries()) {
        a.xor(lane, d(rsi, 4 * i));
        a.imul(lane, lane, CHECKSUM_FACTOR);
      }
      a.add(rsi, 4 * lanes.length);
      a.cmp(rsi, page + PAGE);
      a.jne(again);
    }
    for (const lane of lanes.slice(1)) {
      a.imul(eax, eax, CHECKSUM_FACTOR);
      a.xor(eax, lane);
    }
  }

  /** Memory, segment registers and signal frame as the next program wants them. */
  function load(): void {
    a.mov(r14, q(nextCase));
    a.add(q(nextCase), caseBytes);
    a.mov(edi, DATA);
    a.xor(eax, eax);
    a.mov(ecx, PAGE / 8);
    a.rep.stosq();
    a.mov(edi, CODE);
    a.mov(eax, INT3 * 0x0101_0101);
    a.mov(ecx, PAGE / 4);
    a.rep.stosd();
    a.lea(rsi, m(r14, Case.windows(group.stateBytes)));
    for (const { offset, bytes } of WINDOWS) {
      a.mov(edi, DATA + offset);
      a.mov(ecx, bytes / 8);
      a.rep.movsq();
    }
    a.mov(rdi, q(r14, Case.place));
    a.mov(ecx, CODE_BYTES / 8);
    a.rep.movsq();
    a.mov(rsi, r14);
    a.mov(rdi, r12);
    a.mov(ecx, WORDS_GIVEN);
    a.rep.movsq();
    a.mov(bx, w(r14, 8 * Word.segments + 6));
    a.mov(ds, bx);
    a.mov(es, bx);
    a.xor(ebx, ebx);
    a.mov(fs, bx);
    a.mov(gs, bx);
    group.hostLoad(a);
  }

  a.section(".data", { flags: "rw", align: 16 });
  a.here(stackDescription);
  a.dq(alternateStack, 0, ALTERNATE_STACK);
  // struct user_desc: entry, base, limit, flags (bits 2:1: 2 for code).
  a.here(ldtDescriptions[0]);
  a.dd(0, CODE, CODE_16_LIMIT, 2 << 1);
  a.here(ldtDescriptions[1]);
  a.dd(1, DATA, DATA_16_LIMIT, 0);
  a.here(action);
  a.dq(handler, SA_FLAGS, restorer, 0);
  for (const variable of [nextCase, nextOutcome, count, left]) {
    a.here(variable);
    a.dq(0);
  }
  a.section(".bss", { align: 4096 });
  a.here(alternateStack);
  a.space(ALTERNATE_STACK);
  a.here(cases);
  a.space(BATCH_CASES * caseBytes);
  a.here(outcomes);
  a.space(BATCH_CASES * outcomeBytes);
  return elfExecutable(link([a.finish()], { entry: "_start", regions: [{ address: DRIVER }] }));
}
