/**
 * Ways into ring 0 and back in long mode: SYSCALL, SYSENTER and their returns, SWAPGS, FSGSBASE. The user's code is at
 * LOW_CODE, which ring 3 sees at USER_LOW.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, q } from "../../dsl/asm/operand.ts";
import type { Label } from "../../dsl/out/expression.ts";
import {
  ax,
  cr4,
  cs,
  eax,
  ebx,
  ecx,
  edx,
  esp,
  fs,
  gs,
  r11,
  rax,
  rbx,
  rcx,
  rdx,
  rsp,
  ss,
} from "../../emulator/isa/registers.ts";
import { CODE, CODE32, DONE, Kernel, SCRATCH, USER_ALIAS, USER_CODE32, USER_CODE64, USER_DATA } from "./kernel.ts";

const EFER = 0xc000_0080;
const STAR = 0xc000_0081;
const LSTAR = 0xc000_0082;
const CSTAR = 0xc000_0083;
const FMASK = 0xc000_0084;
const FS_BASE = 0xc000_0100;
const GS_BASE = 0xc000_0101;
const KERNEL_GS_BASE = 0xc000_0102;
const TSC_AUX = 0xc000_0103;
const SYSENTER_CS = 0x174;
const SYSENTER_ESP = 0x175;
const SYSENTER_EIP = 0x176;
const NON_CANONICAL = 0x8000_0000_0000n;
const USER_LOW = USER_ALIAS + 0x8000;
const USER_LOW_STACK = USER_ALIAS + 0x7000;
const LATER = 0x8100;

/** Changes EAX, ECX, EDX. */
export function writeMsr(a: Assembler, number: number, value: number | Label, high = 0): void {
  a.mov(ecx, number);
  a.mov(eax, value);
  a.mov(edx, high);
  a.wrmsr();
}

/** Changes EAX, ECX, EDX. */
function tellMsr(k: Kernel, name: string, number: number): void {
  const { a } = k;
  a.mov(ecx, number);
  a.rdmsr();
  a.mov(d(SCRATCH + 0x80), eax);
  a.mov(eax, edx);
  k.report.value(name);
  a.mov(eax, d(SCRATCH + 0x80));
  k.report.value("");
}

/** The body runs in ring 3 at USER_LOW and ends the case. */
export function inUser(
  k: Kernel,
  body: () => void,
  { flags = 2, code = USER_CODE64, stack = USER_DATA }: { flags?: number; code?: number; stack?: number } = {},
): void {
  const { a } = k;
  k.low(
    () => {
      body();
      a.int(DONE);
    },
    { bits: code === USER_CODE64 ? 64 : 32 },
  );
  a.push(stack);
  a.push(USER_LOW_STACK);
  a.push(flags);
  a.push(code);
  a.push(USER_LOW);
  a.iretq();
}

/** What an entry left in the registers; then the case is over. */
export function entered(k: Kernel): Label {
  const { a } = k;
  return k.routine(() => {
    a.mov(q(SCRATCH), rcx);
    a.mov(q(SCRATCH + 8), r11);
    a.mov(q(SCRATCH + 16), rsp);
    a.mov(esp, k.stack);
    a.pushfq();
    a.pop(rax);
    k.report.value("fl", 6);
    for (const [i, name] of ["rcx", "r11", "rsp"].entries()) {
      a.mov(eax, d(SCRATCH + 8 * i));
      k.report.value(name);
    }
    for (const [name, segment] of [
      ["cs", cs],
      ["ss", ss],
    ] as const) {
      a.mov(eax, segment);
      k.report.value(name, 4);
    }
    a.jmp(k.recover);
  });
}

/** What lies on the stack of a handler: the five words of a frame behind `before` others; then the case is over. */
export function frame(k: Kernel, before = 0): Label {
  const { a } = k;
  return k.routine(() => {
    for (const [i, name] of ["rip", "cs", "fl", "rsp", "ss"].entries()) {
      a.mov(eax, d(rsp, 8 * (i + before)));
      if (name === "fl") a.and(eax, ~0x1_0000);
      k.report.value(name);
    }
    a.mov(eax, ss);
    k.report.value("now ss", 4);
    a.mov(eax, cs);
    k.report.value("cs", 4);
    a.jmp(k.recover);
  });
}

/** SYSCALL enters `handler`; SYSRET's base lies below the user's segments. */
function allowSyscall(k: Kernel, handler: Label, mask = 0): void {
  const { a } = k;
  writeMsr(a, STAR, 0, CODE | ((USER_CODE32 & ~3) << 16));
  writeMsr(a, LSTAR, handler);
  writeMsr(a, CSTAR, handler);
  writeMsr(a, FMASK, mask);
}

function syscalls(k: Kernel): void {
  const { a } = k;
  for (const [name, mask, flags] of [
    ["without a mask", 0, 0x3202],
    ["with IF and DF masked", 0x600, 0x3602],
    ["with all flags masked", 0xffff_ffff, 0x24_36d7],
    ["with TF masked", 0x100, 0x202],
  ] as const)
    k.case(`SYSCALL ${name}`, () => {
      allowSyscall(k, entered(k), mask);
      inUser(k, () => a.syscall(), { flags });
    });
  k.case("SYSCALL in ring 0", () => {
    const told = entered(k);
    allowSyscall(k, told);
    k.low(() => a.syscall());
    a.mov(esp, 0x7000);
    a.xor(eax, eax);
    a.mov(eax, 0x8000);
    a.jmp(rax);
  });
  k.case("SYSCALL without EFER.SCE", () => {
    allowSyscall(k, entered(k));
    writeMsr(a, EFER, 0xd00);
    inUser(k, () => a.syscall());
  });
  k.case("SYSCALL in compatibility mode", () => {
    allowSyscall(k, entered(k));
    inUser(k, () => a.db(0x0f, 0x05), { code: USER_CODE32 });
  });
  const back = (rflags: bigint, wide: boolean, target: bigint = BigInt(USER_ALIAS + LATER)) => {
    allowSyscall(k, entered(k));
    k.low(() => a.int(0x81), { at: LATER, bits: wide ? 64 : 32 });
    k.setGate(0x81, 0xee, CODE, frame(k));
    a.movabs(rcx, target);
    a.movabs(r11, rflags);
    a.mov(eax, USER_LOW_STACK);
    k.from();
    a.mov(rsp, rax);
    if (wide) a.sysretq();
    else a.sysret();
  };
  for (const wide of [true, false]) {
    const name = wide ? "SYSRETQ" : "SYSRET";
    for (const [what, flags] of [
      ["no flags", 0n],
      ["all flags but TF", 0xffff_ffff_ffdf_feffn & ~0x100n],
      ["RF and VM", 0x3_0002n],
      ["IOPL 3, IF and NT", 0x7202n],
    ] as const)
      k.case(`${name} with ${what}`, () => back(flags, wide));
    k.case(`${name} to a non-canonical address`, () => back(2n, wide, NON_CANONICAL));
    k.case(`${name} without EFER.SCE`, () => {
      writeMsr(a, EFER, 0xd00);
      k.from();
      if (wide) a.sysretq();
      else a.sysret();
    });
    k.case(`${name} in ring 3`, () => inUser(k, () => (wide ? a.sysretq() : a.sysret())));
  }
  k.case("SYSRET to an address with upper bits", () => back(2n, false, 0x7fff_0000_0000n + BigInt(USER_ALIAS + LATER)));
  k.case("SYSRET in compatibility mode", () => {
    compatibility(k, () => a.db(0x0f, 0x07));
  });
}

/** Ring 0, 32-bit code in long mode. */
export function compatibility(k: Kernel, body: () => void): void {
  const { a } = k;
  k.low(
    () => {
      body();
      a.int(DONE);
    },
    { bits: 32 },
  );
  a.push(CODE32);
  a.push(0x8000);
  a.o64.retf();
}

function sysenters(k: Kernel): void {
  const { a } = k;
  const allow = (selector: number): void => {
    const told = entered(k);
    writeMsr(a, SYSENTER_CS, selector);
    writeMsr(a, SYSENTER_ESP, 0x7ff0, 0x1234);
    writeMsr(a, SYSENTER_EIP, told);
  };
  for (const [name, code] of [
    ["64-bit code", USER_CODE64],
    ["compatibility mode", USER_CODE32],
  ] as const)
    for (const selector of [CODE, CODE | 3, 0, 3])
      k.case(`SYSENTER in ${name}, CS ${selector}`, () => {
        allow(selector);
        a.xor(ecx, ecx);
        a.xor(edx, edx);
        inUser(k, () => a.db(0x0f, 0x34), { code, flags: 0x3602 });
      });
  const exits = (wide: boolean, rip: bigint, pointer: bigint, selector = CODE): void => {
    allow(selector);
    k.low(() => a.int(0x81), { at: LATER, bits: wide ? 64 : 32 });
    k.setGate(0x81, 0xee, CODE, frame(k));
    a.movabs(rdx, rip);
    a.movabs(rcx, pointer);
    k.from();
    if (wide) a.sysexitq();
    else a.sysexit();
  };
  const target = BigInt(USER_ALIAS + LATER);
  for (const wide of [true, false]) {
    const name = wide ? "SYSEXITQ" : "SYSEXIT";
    k.case(name, () => exits(wide, target, BigInt(USER_LOW_STACK)));
    k.case(`${name} with upper bits`, () => exits(wide, 0x1_0000_0000n + target, 0x5_0000_7000n));
    k.case(`${name} to a non-canonical address`, () => exits(wide, NON_CANONICAL + target, 0n));
    k.case(`${name} with a non-canonical stack`, () => exits(wide, target, NON_CANONICAL));
    k.case(`${name} without a CS`, () => exits(wide, target, 0n, 0));
    k.case(`${name} in ring 3`, () => inUser(k, () => (wide ? a.sysexitq() : a.sysexit())));
  }
}

function bases(k: Kernel): void {
  const { a } = k;
  k.case("SWAPGS", () => {
    writeMsr(a, GS_BASE, 0x1111_1111, 0x7fff);
    writeMsr(a, KERNEL_GS_BASE, 0x2222_2222, 0xffff_8000);
    a.swapgs();
    tellMsr(k, "gs", GS_BASE);
    tellMsr(k, "kernel", KERNEL_GS_BASE);
  });
  k.case("SWAPGS in compatibility mode", () => compatibility(k, () => a.db(0x0f, 0x01, 0xf8)));
  k.case("loading FS and GS sets their bases", () => {
    writeMsr(a, FS_BASE, 0x1111_1111, 0x7fff);
    writeMsr(a, GS_BASE, 0x1111_1111, 0x7fff);
    a.mov(eax, 0x10);
    a.mov(fs, ax);
    a.mov(gs, ax);
    tellMsr(k, "fs", FS_BASE);
    tellMsr(k, "gs", GS_BASE);
  });
  const forms: Readonly<Record<string, () => void>> = {
    RDFSBASE: () => a.rdfsbase(rax),
    RDGSBASE: () => a.rdgsbase(rax),
    WRFSBASE: () => a.wrfsbase(rbx),
    WRGSBASE: () => a.wrgsbase(rbx),
    "WRFSBASE of 32 bits": () => a.wrfsbase(eax),
  };
  for (const [name, go] of Object.entries(forms)) {
    k.case(`${name} without CR4.FSGSBASE`, () => go());
    for (const [what, value] of [
      ["", 0x1234_5678_9abcn],
      [" and a non-canonical base", NON_CANONICAL],
    ] as const)
      k.case(`${name} with CR4.FSGSBASE${what}`, () => {
        a.mov(rax, cr4);
        a.or(eax, 1 << 16);
        a.mov(cr4, rax);
        writeMsr(a, FS_BASE, 0x89ab_cdef, 0x1234);
        a.movabs(rbx, value);
        a.movabs(rax, 0x9999_8888_7777n);
        k.from();
        go();
        a.mov(q(SCRATCH), rax);
        a.mov(eax, d(SCRATCH));
        k.report.value("rax");
        a.mov(eax, d(SCRATCH + 4));
        k.report.value("");
        tellMsr(k, "fs", FS_BASE);
        tellMsr(k, "gs", GS_BASE);
      });
    k.case(`${name} in ring 3`, () => {
      a.mov(rax, cr4);
      a.or(eax, 1 << 16);
      a.mov(cr4, rax);
      a.xor(ebx, ebx);
      inUser(k, go);
    });
  }
  k.case("RDFSBASE in compatibility mode", () => {
    a.mov(rax, cr4);
    a.or(eax, 1 << 16);
    a.mov(cr4, rax);
    compatibility(k, () => a.db(0xf3, 0x0f, 0xae, 0xc0));
  });
  for (const [name, number] of Object.entries({
    LSTAR,
    CSTAR,
    FS_BASE,
    KERNEL_GS_BASE,
    SYSENTER_ESP,
    SYSENTER_EIP,
  }))
    k.case(`a non-canonical ${name}`, () => {
      a.mov(ecx, number);
      a.xor(eax, eax);
      a.mov(edx, 0x8000);
      k.from();
      a.wrmsr();
    });
  for (const [name, number] of Object.entries({ FMASK, TSC_AUX }))
    k.case(`upper half of ${name}`, () => {
      a.mov(ecx, number);
      a.xor(eax, eax);
      a.mov(edx, 1);
      k.from();
      a.wrmsr();
    });
  for (const [name, low, high] of [
    ["bit 1", 0xd03, 0],
    ["bit 63", 0xd01, 0x8000_0000],
    ["LMA cleared", 0x901, 0],
    ["LMSLE", 0x2d01, 0],
  ] as const)
    k.case(`EFER with ${name}`, () => {
      a.mov(ecx, EFER);
      a.mov(eax, low);
      a.mov(edx, high);
      k.from();
      a.wrmsr();
      tellMsr(k, "efer", EFER);
    });
}

export function systemCalls(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(64, without);
  syscalls(k);
  sysenters(k);
  bases(k);
  return k.finish();
}
