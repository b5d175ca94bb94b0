/** 64-bit mode: exceptions, canonical addresses, system calls, compatibility mode, paging with its rights. */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import {
  ax,
  cr0,
  cr3,
  cr4,
  cr8,
  ds,
  eax,
  ebx,
  ecx,
  edx,
  rax,
  rbx,
  rcx,
  rsp,
  ss,
} from "../../emulator/isa/registers.ts";
import { CODE, CODE32, descriptor, FREE, Kernel, PAGE_TABLES, SCRATCH, USER_ALIAS, USER_CODE32 } from "./kernel.ts";

const NON_CANONICAL = 0x8000_0000_0000n;
/** A page (2 MiB) whose entry the cases write, and where that entry is. */
const PAGE = 0x60_0000;
const PAGE_ENTRY = PAGE_TABLES + 0x2000 + 8 * 3;
const GS_BASE = 0xc000_0101;

function instructions(k: Kernel): void {
  k.case("DIV by zero", (a) => {
    a.xor(ecx, ecx);
    a.div(rcx);
  });
  k.case("INT3", (a) => a.int3());
  for (const [name, bytes] of [
    ["PUSH ES", [0x06]],
    ["AAA", [0x37]],
    ["INTO", [0xce]],
    ["BOUND", [0x62, 0x04, 0x24]],
    ["JMP far with an address", [0xea, 0, 0, 0, 0, 8, 0]],
    ["LES", [0xc4, 0x04, 0x24]],
    ["SALC", [0xd6]],
    ["UD2", [0x0f, 0x0b]],
    ["LOCK NOP", [0xf0, 0x90]],
  ] as const)
    k.case(name, (a) => a.db(...bytes));
  k.case("a null SS in ring 0 and its use", (a) => {
    a.xor(eax, eax);
    a.mov(ss, ax);
    a.push(rax);
    a.pop(rax);
  });
  k.case("a null SS with RPL 3 in ring 0", (a) => {
    a.mov(eax, 3);
    a.mov(ss, ax);
  });
  for (const [name, work] of [
    ["a read", (a: Assembler) => a.mov(rax, q(rbx))],
    ["a write", (a: Assembler) => a.mov(q(rbx), rax)],
    ["a jump", (a: Assembler) => a.jmp(rbx)],
  ] as const)
    k.case(`${name} at a non-canonical address`, (a) => {
      a.movabs(rbx, NON_CANONICAL);
      k.from();
      work(a);
    });
  k.case("a read across the end of the canonical half", (a) => {
    a.movabs(rbx, NON_CANONICAL - 4n);
    k.from();
    a.mov(rax, q(rbx));
  });
  k.case("PUSH with a non-canonical RSP", (a) => {
    a.movabs(rsp, NON_CANONICAL);
    k.from();
    a.push(rax);
  });
  k.case("RET to a non-canonical address", (a) => {
    a.movabs(rbx, NON_CANONICAL);
    a.push(rbx);
    k.from();
    a.ret();
  });
  k.case("a non-canonical GS base", (a) => {
    a.mov(ecx, GS_BASE);
    a.xor(eax, eax);
    a.mov(edx, 0x8000);
    k.from();
    a.wrmsr();
  });
  k.case("EFER.LME cleared under paging", (a) => {
    a.mov(ecx, 0xc000_0080);
    a.rdmsr();
    a.and(eax, ~0x100);
    k.from();
    a.wrmsr();
  });
  k.case("CR4.PAE cleared in long mode", (a) => {
    a.mov(rax, cr4);
    a.and(eax, ~0x20);
    k.from();
    a.mov(cr4, rax);
  });
  k.case("CR0 with high bits", (a) => {
    a.mov(rax, cr0);
    a.bts(rax, 40);
    k.from();
    a.mov(cr0, rax);
  });
  k.case("CR8 with reserved bits", (a) => {
    a.mov(eax, 0x10);
    k.from();
    a.mov(cr8, rax);
  });
  k.case("a code segment with L and D", (a) => {
    k.setDescriptor(FREE, descriptor(0, 0xf_ffff, 0x9b, 0xe0));
    const target = new Label();
    a.push(FREE);
    a.push(target);
    k.from();
    a.o64.retf();
    a.here(target);
  });
  k.case("IRETQ with NT", (a) => {
    a.pushfq();
    a.or(q(rsp), 0x4000);
    a.popfq();
    k.from();
    a.iretq();
  });
  k.case("an absent gate", (a) => {
    a.mov(d(k.idt.plus(0x90 * 16 + 4)), 0x0e00);
    k.from();
    a.int(0x90);
  });
  k.case("a gate to 32-bit code", (a) => {
    k.setGate(0x91, 0x8e, CODE32);
    k.from();
    a.int(0x91);
  });
  k.case("a gate with a null selector", (a) => {
    k.setGate(0x92, 0x8e, 0);
    k.from();
    a.int(0x92);
  });
  k.case("a vector behind the IDT's present gates' types", (a) => {
    k.setGate(0x93, 0x85, CODE);
    k.from();
    a.int(0x93);
  });
}

function user(k: Kernel): void {
  const privileged = {
    HLT: [0xf4],
    CLI: [0xfa],
    "IN AL, DX": [0xec],
    "MOV CR0": [0x0f, 0x22, 0xc0],
    "MOV from CR3": [0x0f, 0x20, 0xd8],
    "MOV DR7": [0x0f, 0x23, 0xf8],
    WRMSR: [0x0f, 0x30],
    RDMSR: [0x0f, 0x32],
    INVLPG: [0x0f, 0x01, 0x3c, 0x24],
    LGDT: [0x0f, 0x01, 0x14, 0x24],
    LTR: [0x0f, 0x00, 0xd8],
    CLTS: [0x0f, 0x06],
    WBINVD: [0x0f, 0x09],
    SWAPGS: [0x0f, 0x01, 0xf8],
    SYSRETQ: [0x48, 0x0f, 0x07],
    "INT 13": [0xcd, 13],
    "INT 128": [0xcd, 0x80],
  } as const;
  for (const [name, bytes] of Object.entries(privileged))
    k.case(`${name} in ring 3`, (a) =>
      k.user(() => {
        a.db(...bytes);
      }),
    );
  k.case("a supervisor page read in ring 3", (a) =>
    k.user(() => {
      a.mov(eax, SCRATCH);
      a.mov(rax, q(rax));
    }),
  );
  k.case("a misaligned read in ring 3 with AM and AC", (a) => {
    a.mov(rax, cr0);
    a.or(eax, 1 << 18);
    a.mov(cr0, rax);
    k.user(
      () => {
        a.mov(eax, USER_ALIAS + SCRATCH + 2);
        a.mov(eax, d(rax));
      },
      { flags: 2 | (1 << 18) },
    );
  });
  k.case("compatibility mode in ring 3 and back", (a) =>
    k.user(
      () => {
        a.db(0x40, 0x48); // INC EAX; DEC EAX: one prefix and a half in 64-bit code
        a.ud2();
      },
      { code: USER_CODE32 },
    ),
  );
  k.case("a null DS in compatibility mode", (a) =>
    k.user(
      () => {
        a.xor(eax, eax);
        a.mov(ds, ax);
        a.mov(eax, d(eax));
      },
      { code: USER_CODE32 },
    ),
  );
  k.case("SS is refused as null in compatibility mode", (a) =>
    k.user(
      () => {
        a.xor(eax, eax);
        a.mov(ss, ax);
      },
      { code: USER_CODE32 },
    ),
  );
}

/** One access to PAGE under an entry, with bits of CR0 and CR4. */
function paging(k: Kernel): void {
  const entries = {
    absent: [0, 0],
    "read-only": [PAGE | 0x81, 0],
    "for users": [PAGE | 0x87, 0],
    "not executable": [PAGE | 0x83, 0x8000_0000],
    "with a reserved bit": [PAGE | 0x83 | 0x2000, 0],
    "beyond the physical width": [PAGE | 0x83, 0x000f_0000],
  } as const;
  const works = {
    read: (a: Assembler) => a.mov(eax, d(rbx)),
    write: (a: Assembler) => a.mov(d(rbx), eax),
    "read and write": (a: Assembler) => a.add(d(rbx), eax),
    execute: (a: Assembler) => a.call(rbx),
  } as const;
  for (const [entry, [low, high]] of Object.entries(entries))
    for (const [work, instruction] of Object.entries(works))
      for (const [set, bits] of [
        ["", 0],
        [" with SMEP and SMAP", (1 << 20) | (1 << 21)],
      ] as const)
        k.case(`${work}, ${entry}${set}`, (a) => {
          a.mov(d(PAGE_ENTRY), PAGE | 0x83);
          a.mov(d(PAGE_ENTRY + 4), 0);
          a.mov(rax, cr3);
          a.mov(cr3, rax);
          a.mov(eax, PAGE);
          a.mov(d(rax), 0xc3);
          a.mov(eax, low);
          a.mov(d(PAGE_ENTRY), eax);
          a.mov(eax, high);
          a.mov(d(PAGE_ENTRY + 4), eax);
          a.mov(eax, PAGE);
          a.invlpg(m(rax));
          a.mov(rax, cr4);
          a.or(eax, bits);
          a.mov(cr4, rax);
          a.mov(ebx, PAGE);
          k.from();
          // The fetch faults at its target.
          if (work === "execute") a.mov(d(k.mark), PAGE);
          instruction(a);
          a.mov(eax, d(PAGE_ENTRY));
          a.and(eax, 0x60);
          k.report.value("AD", 2);
        });
}

export function longMode(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(64, without);
  instructions(k);
  user(k);
  paging(k);
  return k.finish();
}
