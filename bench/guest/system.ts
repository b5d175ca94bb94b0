/** What kernels do: change rings, take faults, switch stacks and address spaces, speak to devices. */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import {
  al,
  cr3,
  eax,
  ebx,
  ecx,
  edx,
  r12,
  r13,
  r14,
  r15,
  rax,
  rbp,
  rbx,
  rcx,
  rdx,
  rsp,
} from "../../emulator/isa/registers.ts";
import { ARENA, CODE, enterUser, SPARE_TABLE, setGate, TABLES, USER_DATA, type Workload } from "./frame.ts";

const STAR = 0xc000_0081;
const LSTAR = 0xc000_0082;
const FMASK = 0xc000_0084;

/** Vector by which a program in ring 3 ends its workload. */
const DONE = 0x81;

function writeMsr(a: Assembler, msr: number, high: number, low: number | Label): void {
  a.mov(ecx, msr);
  a.mov(eax, low);
  a.mov(edx, high);
  a.wrmsr();
}

/**
 * The body runs in ring 3; RAX of its end is the result. The stack of ring 0 is kept in R15, so the body leaves that alone.
 */
function inUser(a: Assembler, body: () => void): void {
  const user = new Label();
  const back = new Label();
  setGate(a, DONE, back);
  a.mov(r15, rsp);
  enterUser(a, user);
  a.here(user);
  body();
  a.int(DONE);
  a.here(back);
  a.mov(rsp, r15);
}

const systemCall: Workload = {
  name: "syscall",
  about: "5,000,000 times SYSCALL and SYSRET",
  run(a) {
    const handler = new Label();
    writeMsr(a, STAR, ((USER_DATA - 8) << 16) | CODE, 0);
    writeMsr(a, LSTAR, 0, handler);
    writeMsr(a, FMASK, 0, 0x200);
    inUser(a, () => {
      a.mov(ebx, 5_000_000);
      a.xor(eax, eax);
      const next = a.here();
      a.syscall();
      a.dec(ebx);
      a.jnz(next);
    });
    const over = new Label();
    a.jmp(over);
    a.here(handler);
    a.inc(rax);
    a.o64.sysret();
    a.here(over);
  },
};

const interrupt: Workload = {
  name: "interrupt",
  about: "1,000,000 times INT from ring 3 and IRETQ",
  run(a) {
    const handler = new Label();
    const over = new Label();
    setGate(a, 0x80, handler);
    inUser(a, () => {
      a.mov(ebx, 1_000_000);
      a.xor(eax, eax);
      const next = a.here();
      a.int(0x80);
      a.dec(ebx);
      a.jnz(next);
    });
    a.jmp(over);
    a.here(handler);
    a.inc(rax);
    a.iretq();
    a.here(over);
  },
};

/** A region of 2 MiB above everything else whose pages the page-fault workload maps one by one. */
const WINDOW = 0x3000_0000;
const WINDOW_ENTRY = TABLES + 0x2000 + 8 * (WINDOW / 0x20_0000);

const pageFault: Workload = {
  name: "page-fault",
  about: "400,000 pages mapped by the page-fault handler and taken away again with INVLPG",
  prepare(a) {
    a.mov(d(WINDOW_ENTRY), SPARE_TABLE + 7);
    a.mov(d(WINDOW_ENTRY + 4), 0);
    a.mov(rax, cr3);
    a.mov(cr3, rax);
  },
  run(a) {
    const handler = new Label();
    const over = new Label();
    setGate(a, 14, handler);
    a.mov(ebx, 400_000);
    a.xor(eax, eax);
    a.mov(ecx, WINDOW);
    const next = a.here();
    a.add(rax, q(rcx));
    a.mov(rdx, rcx);
    a.shr(edx, 12);
    a.and(edx, 511);
    a.mov(q([rdx, 8], SPARE_TABLE), 0);
    a.invlpg(m(rcx));
    a.add(ecx, 0x1000);
    a.and(ecx, WINDOW | 0x1f_ffff);
    a.dec(ebx);
    a.jnz(next);
    a.jmp(over);
    a.here(handler);
    a.push(rdx);
    a.mov(rdx, rcx);
    a.shr(edx, 12);
    a.and(edx, 511);
    a.mov(q([rdx, 8], SPARE_TABLE), ARENA + 7);
    a.inc(rax);
    a.pop(rdx);
    a.add(rsp, 8); // the error code
    a.iretq();
    a.here(over);
  },
};

const contextSwitch: Workload = {
  name: "context-switch",
  about: "12,000,000 switches between two stacks",
  run(a) {
    const change = new Label();
    const second = new Label();
    const over = new Label();
    const loop = new Label();
    const stacks = ARENA + 0x8000;
    a.mov(ecx, 6_000_000);
    a.xor(eax, eax);
    a.mov(ebx, stacks);
    a.mov(q(rbx, -8), second);
    a.sub(rbx, 8 + 6 * 8); // as if it had called: six registers and the return address
    a.mov(q(ARENA), rbx);
    a.here(loop);
    a.inc(rax);
    a.call(change);
    a.dec(ecx);
    a.jnz(loop);
    a.jmp(over);
    a.here(second);
    a.add(rax, 2);
    a.call(change);
    a.jmp(second);
    a.here(change);
    for (const register of [rbx, rbp, r12, r13, r14, r15]) a.push(register);
    a.mov(rdx, q(ARENA));
    a.mov(q(ARENA), rsp);
    a.mov(rsp, rdx);
    for (const register of [r15, r14, r13, r12, rbp, rbx]) a.pop(register);
    a.ret();
    a.here(over);
  },
};

const addressSpaces: Workload = {
  name: "address-space",
  about: "100,000 loads of CR3 between two spaces, eight pages touched after each",
  prepare(a) {
    // A second top table over the same lower ones.
    const second = TABLES + 0x4000;
    a.mov(rax, q(TABLES));
    a.mov(q(second), rax);
  },
  run(a) {
    const second = TABLES + 0x4000;
    a.mov(ecx, 50_000);
    a.xor(eax, eax);
    const next = a.here();
    for (const root of [second, TABLES]) {
      a.mov(edx, root);
      a.mov(cr3, rdx);
      for (let page = 0; page < 8; page++) a.add(rax, q(ARENA + page * 0x20_0000));
    }
    a.inc(rax);
    a.dec(ecx);
    a.jnz(next);
  },
};

const ports: Workload = {
  name: "port",
  about: "4,000,000 reads of the interrupt controller's mask and writes to the debug port's neighbour 0x80",
  run(a) {
    a.mov(ebx, 4_000_000);
    const next = a.here();
    a.in(al, 0x21);
    a.out(0x80, al);
    a.dec(ebx);
    a.jnz(next);
    a.movzx(eax, al);
  },
};

export const system: readonly Workload[] = [systemCall, interrupt, pageFault, contextSwitch, addressSpaces, ports];
