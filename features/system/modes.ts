/**
 * Ways between modes: into long mode from protected and from real-address mode, with four and five levels, out of it through
 * compatibility mode, and everything on the way that is refused. The kernel is 32-bit code and tells each stage; in 64-bit code a case
 * only notes CR0, CR4, EFER and what SS and CS are.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d } from "../../dsl/asm/operand.ts";
import { ax, cr0, cr3, cr4, cs, ds, eax, ecx, edx, es, esp, r8, r8d, rax, ss } from "../../emulator/isa/registers.ts";
import { CODE, CODE16, DATA, DATA16, descriptor, FREE, Kernel, LOW_CODE, PAGE_TABLES, SCRATCH } from "./kernel.ts";

const EFER = 0xc000_0080;
const PG = 0x8000_0000;
const PAE = 0x20;
const LA57 = 1 << 12;
const PCIDE = 1 << 17;
const LME = 0x100;
const CODE64 = FREE;
const NOTES = SCRATCH + 0x200;
const ROOT5 = PAGE_TABLES + 0x3000;
/** Where 64-bit code is. */
const LONG = 0x9000;
const AFTER = 0x9800;

const setEfer = (a: Assembler, value: number): void => {
  a.mov(ecx, EFER);
  a.mov(eax, value);
  a.xor(edx, edx);
  a.wrmsr();
};

/** The first 2 MiB mapped to themselves, by tables for four and five levels and for PAE. */
function tables(k: Kernel): void {
  const { a } = k;
  for (const [at, value] of [
    [ROOT5, PAGE_TABLES | 7],
    [PAGE_TABLES, (PAGE_TABLES + 0x1000) | 7],
    [PAGE_TABLES + 0x1000, (PAGE_TABLES + 0x2000) | 7],
    [PAGE_TABLES + 0x2000, 0x87],
    [PAGE_TABLES + 0x2008, 0x20_0087],
  ] as const) {
    a.mov(d(at), value);
    a.mov(d(at + 4), 0);
  }
  k.setDescriptor(CODE64, descriptor(0, 0xf_ffff, 0x9b, 0xa0));
}

/** CR0, CR4 and EFER in 32-bit code. */
function tell(k: Kernel): void {
  const { a } = k;
  a.mov(eax, cr0);
  k.report.value("cr0");
  a.mov(eax, cr4);
  k.report.value("cr4");
  a.mov(ecx, EFER);
  a.rdmsr();
  k.report.value("efer", 4);
  a.mov(eax, cs);
  k.report.value("cs", 4);
}

/** All but PG. */
function prepare(k: Kernel, { cr4: bits = PAE, efer = LME, root = PAGE_TABLES } = {}): void {
  const { a } = k;
  tables(k);
  a.mov(eax, root);
  a.mov(cr3, eax);
  a.mov(eax, bits);
  a.mov(cr4, eax);
  setEfer(a, efer);
}

const switchPaging = (a: Assembler, on: boolean): void => {
  a.mov(eax, cr0);
  if (on) a.or(eax, PG);
  else a.and(eax, ~PG);
  a.mov(cr0, eax);
};

/** From 64-bit code back to a routine of 32-bit code. */
function backTo32(a: Assembler): void {
  a.push(CODE);
  a.push(AFTER);
  a.o64.retf();
}

function legal(k: Kernel): void {
  const { a } = k;
  for (const [name, options] of [
    ["four levels", {}],
    ["five levels", { cr4: PAE | LA57, root: ROOT5 }],
  ] as const) {
    k.case(`into compatibility mode and out again, ${name}`, () => {
      prepare(k, options);
      switchPaging(a, true);
      tell(k);
      switchPaging(a, false);
      tell(k);
    });
    k.case(`into 64-bit mode and out again, ${name}`, () => {
      prepare(k, options);
      const told = k.routine(() => {
        tell(k);
        a.mov(eax, d(NOTES));
        k.report.value("r8");
        switchPaging(a, false);
        tell(k);
        a.jmp(k.recover);
      });
      k.low(
        () => {
          a.movabs(r8, 0x1234_5678_9abc_def0n);
          a.shr(r8, 32);
          a.mov(eax, NOTES);
          a.mov(d(rax), r8d);
          backTo32(a);
        },
        { at: LONG, bits: 64 },
      );
      k.low(
        () => {
          a.mov(eax, told);
          a.jmp(eax);
        },
        { at: AFTER },
      );
      switchPaging(a, true);
      a.jmpFar(CODE64, LONG);
    });
    k.case(`from real-address mode into long mode at once, ${name}`, () => {
      prepare(k, options);
      const told = k.routine(() => {
        a.mov(eax, DATA);
        for (const segment of [ds, es, ss]) a.mov(segment, ax);
        a.mov(esp, k.stack);
        tell(k);
        a.jmp(k.recover);
      });
      k.low(
        () => {
          a.mov(eax, told);
          a.jmp(eax);
        },
        { at: AFTER },
      );
      k.low(
        () => {
          a.mov(ax, DATA16);
          for (const segment of [ds, es, ss]) a.mov(segment, ax);
          a.mov(eax, cr0);
          a.and(eax, ~1);
          a.mov(cr0, eax);
          a.jmpFar(0x880, 0);
        },
        { bits: 16 },
      );
      k.low(
        () => {
          a.mov(eax, cr0);
          a.or(eax, PG | 1);
          a.mov(cr0, eax);
          a.o32.jmpFar(CODE, AFTER);
        },
        { at: 0x8800, bits: 16 },
      );
      a.jmpFar(CODE16, LOW_CODE);
    });
  }
  k.case("PAE paging between two stays in long mode", () => {
    prepare(k);
    switchPaging(a, true);
    switchPaging(a, false);
    setEfer(a, 0);
    a.mov(d(PAGE_TABLES + 0x1000), (PAGE_TABLES + 0x2000) | 1);
    a.mov(d(PAGE_TABLES + 0x1008), 0);
    a.mov(d(PAGE_TABLES + 0x1010), 0);
    a.mov(d(PAGE_TABLES + 0x1018), 0);
    a.mov(eax, PAGE_TABLES + 0x1000);
    a.mov(cr3, eax);
    switchPaging(a, true);
    tell(k);
    switchPaging(a, false);
    prepare(k);
    switchPaging(a, true);
    tell(k);
  });
  k.case("16-bit compatibility mode", () => {
    prepare(k);
    switchPaging(a, true);
    const told = k.routine(() => {
      k.report.value("ax", 4);
      tell(k);
      a.jmp(k.recover);
    });
    k.low(
      () => {
        a.mov(ax, 0x1234);
        a.o32.push(told);
        a.o32.ret();
      },
      { at: AFTER, bits: 32 },
    );
    k.low(
      () => {
        a.mov(ax, 0x7fff);
        a.inc(ax);
        a.o32.jmpFar(CODE, AFTER);
      },
      { bits: 16 },
    );
    a.jmpFar(CODE16, LOW_CODE);
  });
}

function refused(k: Kernel): void {
  const { a } = k;
  const turnOn = (name: string, options: Parameters<typeof prepare>[1], make: () => void = () => {}): void =>
    k.case(`paging with ${name}`, () => {
      prepare(k, options);
      make();
      a.mov(eax, cr0);
      a.or(eax, PG);
      k.from();
      a.mov(cr0, eax);
      tell(k);
    });
  turnOn("LME without PAE", { cr4: 0 });
  turnOn("LME in a 64-bit code segment", {}, () => {
    // L counts only in long mode; until then this is 32-bit code if D is set.
    k.setDescriptor(FREE + 8, descriptor(0, 0xf_ffff, 0x9b, 0xe0));
    k.low(() => {
      a.mov(eax, cr0);
      a.or(eax, PG);
      a.mov(cr0, eax);
    });
    a.jmpFar(FREE + 8, LOW_CODE);
  });
  turnOn("PG and PE cleared", {}, () => {
    a.mov(eax, 0x8000_0030);
    k.from();
    a.mov(cr0, eax);
  });
  const within = (name: string, body: () => void, options: Parameters<typeof prepare>[1] = {}): void =>
    k.case(`in compatibility mode, ${name}`, () => {
      prepare(k, options);
      switchPaging(a, true);
      body();
      tell(k);
    });
  within("EFER written as it is", () => setEfer(a, LME | 0x400));
  within("MOV CR3", () => {
    a.mov(eax, cr3);
    a.mov(cr3, eax);
  });
  k.case("EFER.LME under 32-bit paging", () => {
    a.mov(d(PAGE_TABLES + 0x4000), 0x83);
    a.mov(eax, PAGE_TABLES + 0x4000);
    a.mov(cr3, eax);
    a.mov(eax, 0x10);
    a.mov(cr4, eax);
    switchPaging(a, true);
    a.mov(ecx, EFER);
    a.mov(eax, LME);
    a.xor(edx, edx);
    k.from();
    a.wrmsr();
  });
  k.case("EFER.LMA written in protected mode", () => {
    a.mov(ecx, EFER);
    a.mov(eax, 0x400);
    a.xor(edx, edx);
    k.from();
    a.wrmsr();
    tell(k);
  });
  k.case("CR4.PCIDE in protected mode", () => {
    a.mov(eax, PCIDE | PAE);
    k.from();
    a.mov(cr4, eax);
  });
  k.case("CR4.LA57 under PAE paging", () => {
    tables(k);
    for (const i of [0, 1, 2, 3]) {
      a.mov(d(PAGE_TABLES + 0x1000 + 8 * i), i === 0 ? (PAGE_TABLES + 0x2000) | 1 : 0);
      a.mov(d(PAGE_TABLES + 0x1004 + 8 * i), 0);
    }
    a.mov(eax, PAGE_TABLES + 0x1000);
    a.mov(cr3, eax);
    a.mov(eax, PAE);
    a.mov(cr4, eax);
    switchPaging(a, true);
    a.mov(eax, PAE | LA57);
    k.from();
    a.mov(cr4, eax);
    tell(k);
  });
  k.case("LMSW does not clear PE", () => {
    a.mov(eax, 0x10);
    a.lmsw(ax);
    a.smsw(ax);
    k.report.value("msw", 4);
  });
}

export function modeSwitches(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  legal(k);
  refused(k);
  return k.finish();
}
