/**
 * Exceptions by their rarer causes, and what is held back: #NM by CR0's bits, #AC by access and width, #DE at both edges of every
 * width, shadows behind MOV SS, POP SS and STI, RF, TF through the instructions that change it.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import {
  al,
  ax,
  bl,
  bx,
  cr0,
  cx,
  dr0,
  dr7,
  eax,
  ebx,
  ecx,
  edi,
  edx,
  es,
  esi,
  esp,
  ss,
} from "../../emulator/isa/registers.ts";
import { CODE, DATA, Kernel, LOW_STACK, SCRATCH } from "./kernel.ts";

const TF = 0x100;
const AM = 1 << 18;
const AC = 1 << 18;

function deviceNotAvailable(k: Kernel): void {
  const { a } = k;
  for (const bits of [0, 2, 4, 6, 8, 10, 12, 14])
    for (const [name, code] of [
      ["WAIT", [0x9b]],
      ["FNSTSW AX", [0xdf, 0xe0]],
      ["FLDZ", [0xd9, 0xee]],
      ["EMMS", [0x0f, 0x77]],
    ] as const) {
      // What runs is for the kernels of the floating-point unit; here only what may not run.
      if ((bits & 12) === 0 || (name === "WAIT" && (bits & 10) !== 10) || (name === "EMMS" && bits & 4)) continue;
      k.case(`${name} with EM, TS, MP ${bits}`, () => {
        a.mov(eax, cr0);
        a.and(eax, ~14);
        a.or(eax, bits);
        a.mov(cr0, eax);
        k.from();
        a.db(...code);
      });
    }
  k.case("WAIT with TS alone", () => {
    a.mov(eax, cr0);
    a.and(eax, ~14);
    a.or(eax, 8);
    a.mov(cr0, eax);
    k.from();
    a.db(0x9b);
  });
  k.case("CLTS", () => {
    a.mov(eax, cr0);
    a.or(eax, 10);
    a.mov(cr0, eax);
    a.clts();
    a.mov(eax, cr0);
    a.and(eax, 14);
    k.report.value("cr0", 2);
    k.from();
    a.db(0x9b);
  });
}

function alignment(k: Kernel): void {
  const { a } = k;
  const works: Readonly<Record<string, () => void>> = {
    "a byte": () => a.mov(al, b(ss, ebx)),
    "a word": () => a.mov(ax, w(ss, ebx)),
    "a dword": () => a.mov(eax, d(ss, ebx)),
    "a dword written": () => a.mov(d(ss, ebx), eax),
    "a read and write": () => a.add(d(ss, ebx), eax),
    PUSH: () => {
      a.mov(esp, ebx);
      a.push(eax);
    },
    POP: () => {
      a.mov(esp, ebx);
      a.pop(eax);
    },
    "POP of a word": () => {
      a.mov(esp, ebx);
      a.pop(ax);
    },
    "LOCK XADD": () => a.lock.xadd(d(ss, ebx), eax),
    SIDT: () => a.db(0x36, 0x0f, 0x01, 0x0b),
    LODSD: () => {
      a.mov(esi, ebx);
      a.seg(ss).lodsd();
    },
    "BT of memory": () => a.bt(d(ss, ebx), eax),
  };
  for (const [name, go] of Object.entries(works))
    for (const offset of [0, 1, 2, 4])
      k.case(`${name} at ${offset} with AM and AC`, () => {
        a.mov(eax, cr0);
        a.or(eax, AM);
        a.mov(cr0, eax);
        k.lowUser(
          () => {
            a.mov(eax, 0);
            a.mov(ebx, SCRATCH + offset);
            go();
            a.mov(esp, LOW_STACK);
          },
          { flags: AC | 2 },
        );
      });
  for (const [name, flags, mask] of [
    ["AC without AM", AC, 0],
    ["AM without AC", 0, AM],
  ] as const)
    k.case(`a misaligned dword with ${name}`, () => {
      a.mov(eax, cr0);
      a.or(eax, mask);
      a.mov(cr0, eax);
      k.lowUser(
        () => {
          a.mov(ebx, SCRATCH + 1);
          a.mov(eax, d(ss, ebx));
        },
        { flags: flags | 2 },
      );
    });
  k.case("a misaligned dword in ring 0 with AM and AC", () => {
    a.mov(eax, cr0);
    a.or(eax, AM);
    a.mov(cr0, eax);
    a.push(AC | 2);
    a.popfd();
    a.mov(eax, d(SCRATCH + 1));
  });
}

/** The quotients that just fit and those that just do not. */
function divisions(k: Kernel): void {
  const { a } = k;
  const divide = (name: string, high: number, low: number, divisor: number, go: (a: Assembler) => void): void =>
    k.case(`${name} of ${high.toString(16)}, ${low.toString(16)} by ${divisor.toString(16)}`, () => {
      a.mov(edx, high);
      a.mov(eax, low);
      a.mov(ecx, divisor);
      a.mov(ebx, divisor);
      k.from();
      go(a);
      k.report.value("eax");
    });
  for (const [high, low, divisor] of [
    [0, 0xff, 1],
    [0, 0x100, 1],
    [0, 0xfeff, 0xff],
    [0, 0xff00, 0xff],
  ] as const)
    divide("DIV r8", high, low, divisor, () => a.div(bl));
  for (const [high, low, divisor] of [
    [0xfe, 0xffff, 0xff],
    [0xff, 0, 0xff],
  ] as const)
    divide("DIV r16", high, low, divisor, () => a.div(bx));
  for (const [high, low, divisor] of [
    [0xfe, 0xffff_ffff, 0xff],
    [0xff, 0, 0xff],
    [0, 0, 0],
  ] as const)
    divide("DIV r32", high, low, divisor, () => a.div(ecx));
  for (const [low, divisor] of [
    [0x7f, 1],
    [0x80, 1],
    [0xff80, 1],
    [0xff7f, 1],
    [0x80, 0xff],
    [0xff80, 0xff],
  ] as const)
    divide("IDIV r8", 0, low, divisor, () => a.idiv(bl));
  for (const [high, low, divisor] of [
    [0, 0x7fff, 1],
    [0, 0x8000, 1],
    [0xffff, 0x8000, 1],
    [0xffff, 0x7fff, 1],
    [0xffff, 0x8000, 0xffff],
  ] as const)
    divide("IDIV r16", high, low, divisor, () => a.idiv(bx));
  for (const [high, low, divisor] of [
    [0, 0x7fff_ffff, 1],
    [0, 0x8000_0000, 1],
    [0xffff_ffff, 0x8000_0000, 1],
    [0xffff_ffff, 0x7fff_ffff, 1],
    [0xffff_ffff, 0x8000_0001, 0xffff_ffff],
  ] as const)
    divide("IDIV r32", high, low, divisor, () => a.idiv(ecx));
  for (const base of [0, 1, 10]) k.case(`AAM ${base}`, () => a.aam(base));
}

/** Single steps and data breakpoints behind what holds them back. */
function shadows(k: Kernel): void {
  const { a } = k;
  const step = (then: () => void): void => {
    a.mov(ecx, DATA);
    a.mov(ebx, SCRATCH);
    a.push(ss);
    a.pushfd();
    a.or(d(esp), TF);
    k.from();
    a.popfd();
    then();
    a.nop();
    a.nop();
    a.nop();
  };
  const behind: Readonly<Record<string, () => void>> = {
    "MOV SS": () => a.mov(ss, cx),
    "POP SS": () => a.pop(ss),
    "MOV ES": () => a.mov(es, cx),
    STI: () => a.sti(),
    LSS: () => {
      a.mov(d(SCRATCH), 0x7000);
      a.mov(w(SCRATCH + 4), DATA);
      a.lss(esp, m(SCRATCH));
    },
    CLI: () => a.cli(),
    PUSHFD: () => a.pushfd(),
    "a taken jump": () => {
      const target = new Label();
      a.jmp(target);
      a.nop();
      a.here(target);
    },
    INT3: () => a.int3(),
    UD2: () => a.ud2(),
    "INT 80": () => a.int(0x80),
    CPUID: () => a.cpuid(),
  };
  for (const [name, go] of Object.entries(behind)) k.case(`TF and ${name}`, () => step(go));
  k.case("a data breakpoint hit by MOV SS is held back by one instruction", () => {
    a.mov(d(SCRATCH), DATA);
    a.mov(eax, SCRATCH);
    a.mov(dr0, eax);
    a.mov(eax, 0x3_0001);
    a.mov(dr7, eax);
    k.from();
    a.mov(ss, w(SCRATCH));
    a.nop();
    a.nop();
  });
  k.case("POPFD sets TF and the next instruction clears it", () => {
    a.push(2);
    a.pushfd();
    a.or(d(esp), TF);
    k.from();
    a.popfd();
    a.popfd();
    a.nop();
  });
  k.case("IRETD with TF", () => {
    a.pushfd();
    a.or(d(esp), TF);
    a.push(CODE);
    const target = new Label();
    a.push(target);
    a.iretd();
    k.from(target);
    a.nop();
    a.nop();
  });
  k.case("IRETD with RF lets an instruction breakpoint pass", () => {
    const target = new Label();
    a.mov(eax, target);
    a.mov(dr0, eax);
    a.mov(eax, 1);
    a.mov(dr7, eax);
    a.pushfd();
    a.or(d(esp), 0x1_0000);
    a.push(CODE);
    a.push(target);
    a.iretd();
    k.from(target);
    a.nop();
    a.jmp(target);
  });
  k.case("an instruction breakpoint on REP STOSB strikes once", () => {
    const target = new Label();
    a.mov(eax, target);
    a.mov(dr0, eax);
    a.mov(eax, 1);
    a.mov(dr7, eax);
    a.mov(edi, SCRATCH);
    a.mov(ecx, 3);
    k.from(target);
    a.rep.stosb();
  });
  k.case("TF in ring 3 and INT to ring 0", () => {
    k.lowUser(
      () => {
        a.nop();
        a.nop();
      },
      { flags: TF | 2 },
    );
  });
}

export function rareEvents(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  deviceNotAvailable(k);
  alignment(k);
  divisions(k);
  shadows(k);
  return k.finish();
}
