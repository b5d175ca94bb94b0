/**
 * Real-address mode: exceptions through the vector table, wrap-around and limits, "unreal" segments, what #UDs; and 16-bit protected
 * mode. The kernel goes down by clearing CR0.PE in 16-bit code at 9000, and comes back from there; handlers at 9800 note what
 * the interrupt pushed, return to 32-bit code and tell it.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import {
  al,
  ax,
  bx,
  cr0,
  cs,
  cx,
  ds,
  eax,
  ebx,
  ecx,
  es,
  esi,
  esp,
  fs,
  gs,
  sp,
  ss,
} from "../../emulator/isa/registers.ts";
import { CODE, CODE16, DATA, DATA16, descriptor, FREE, Kernel, SCRATCH } from "./kernel.ts";

const HOME = 0x900;
/** Offsets from HOME: sixteen-byte stubs, one for each vector below VECTORS and one for VECTOR; the words they keep. */
const STUBS = 0x800;
const VECTORS = 20;
const VECTOR = 0x40;
const KEPT = 0x1000;
const COMMON = 0x1100;
const BACK = 0x1200;
const STACK_TOP = 0x7f0;
/** Linear address of the vector table; not 0, for the limit and base of IDTR count. */
const TABLE = 0x1_4000;
const FLAT = descriptor(0, 0xf_ffff, 0x93, 0xc0);

interface Real {
  /** IDTR's limit. */
  readonly limit?: number;
  /** A descriptor that DS keeps its limit of. */
  readonly data?: readonly [number, number];
  readonly stack?: readonly [number, number];
}

/** Puts 16-bit code at HOME:offset. */
function place(k: Kernel, offset: number, body: () => void): void {
  k.low(body, { at: HOME * 16 + offset, bits: 16 });
}

/** Runs the body in real-address mode, with all segments at HOME and SP at STACK_TOP; falling out of it ends the case. */
function real(k: Kernel, body: (a: Assembler, ended: Label) => void, { limit = 0x3ff, data, stack }: Real = {}): void {
  const { a } = k;
  const ended = k.routine(() => {
    a.mov(eax, DATA);
    for (const segment of [ds, es, ss]) a.mov(segment, ax);
    a.mov(esp, k.stack);
    a.mov(eax, d(HOME * 16 + KEPT + 0x20));
    k.report.value("ax");
    a.mov(eax, d(HOME * 16 + KEPT + 0x24));
    k.report.value("bx");
    k.report.say(" ok");
    a.jmp(k.recover);
  });
  const told = k.routine(() => {
    a.mov(eax, DATA);
    for (const segment of [ds, es, ss]) a.mov(segment, ax);
    a.mov(esp, k.stack);
    const kept = HOME * 16 + KEPT;
    k.report.keep([d(kept), d(kept + 16), d(kept + 4), d(kept + 8), d(kept + 12)]);
    a.call(k.report.record);
    a.mov(eax, d(kept + 0x18));
    k.report.value("sp", 4);
    a.mov(eax, d(kept + 0x1c));
    k.report.value("flags", 4);
    a.jmp(k.recover);
  });
  const upTo = (target: Label): void => {
    a.mov(eax, cr0);
    a.or(al, 1);
    a.mov(cr0, eax);
    a.o32.jmpFar(CODE, target);
  };
  for (let vector = 0; vector < VECTORS; vector++)
    place(k, STUBS + 16 * vector, () => {
      a.push(vector);
      a.jmpFar(HOME, COMMON);
    });
  place(k, STUBS + 16 * VECTORS, () => {
    a.push(VECTOR);
    a.jmpFar(HOME, COMMON);
  });
  for (let offset = 0; offset < 0x30; offset += 4) a.mov(d(HOME * 16 + KEPT + offset), 0);
  place(k, COMMON, () => {
    for (let i = 0; i < 4; i++) a.pop(w(cs, KEPT + 4 * i));
    a.mov(w(cs, KEPT + 0x18), sp);
    a.pushf();
    a.pop(ax);
    a.and(ax, 0x7700);
    a.mov(w(cs, KEPT + 0x1c), ax);
    upTo(told);
  });
  place(k, BACK, () => {
    a.mov(w(cs, KEPT + 0x20), ax);
    a.mov(w(cs, KEPT + 0x24), bx);
    upTo(ended);
  });
  for (let vector = 0; vector < VECTORS; vector++) a.mov(d(TABLE + 4 * vector), (HOME << 16) | (STUBS + 16 * vector));
  a.mov(d(TABLE + 4 * VECTOR), (HOME << 16) | (STUBS + 16 * VECTORS));
  place(k, 0, () => {
    body(a, ended);
    a.jmpFar(HOME, BACK);
  });
  a.mov(w(SCRATCH), limit);
  a.mov(d(SCRATCH + 2), TABLE);
  a.lidt(m(SCRATCH));
  k.setDescriptor(FREE, data ?? descriptor(0, 0xffff, 0x93, 0));
  k.setDescriptor(FREE + 8, stack ?? descriptor(0, 0xffff, 0x93, 0));
  k.low(
    () => {
      a.mov(ax, DATA16);
      for (const segment of [es, fs, gs]) a.mov(segment, ax);
      a.mov(ax, FREE);
      a.mov(ds, ax);
      a.mov(ax, FREE + 8);
      a.mov(ss, ax);
      a.mov(eax, cr0);
      a.and(al, 0xfe);
      a.mov(cr0, eax);
      a.jmpFar(HOME, 0x1300);
    },
    { at: 0x8000, bits: 16 },
  );
  place(k, 0x1300, () => {
    a.mov(ax, HOME);
    for (const segment of [ds, es, fs, gs, ss]) a.mov(segment, ax);
    a.mov(esp, STACK_TOP);
    a.xor(eax, eax);
    a.mov(ebx, eax);
    a.push(2);
    a.popf();
    a.jmpFar(HOME, 0);
  });
  a.mov(d(k.mark), 0);
  a.jmpFar(CODE16, 0x8000);
}

function exceptions(k: Kernel): void {
  const bytes: Readonly<Record<string, readonly number[]>> = {
    "DIV by zero": [0xf6, 0xf4],
    "IDIV overflow": [0xb8, 0, 0x80, 0x99, 0xb9, 0xff, 0xff, 0xf7, 0xf9],
    "AAM by zero": [0xd4, 0],
    INT3: [0xcc],
    "INT 3": [0xcd, 3],
    INTO: [0xb0, 0x7f, 0xfe, 0xc0, 0xce],
    "INT 40": [0xcd, VECTOR],
    INT1: [0xf1],
    UD2: [0x0f, 0x0b],
    "LOCK NOP": [0xf0, 0x90],
    "MOV CS": [0x8e, 0xc8],
    SLDT: [0x0f, 0x00, 0xc0],
    STR: [0x0f, 0x00, 0xc8],
    LLDT: [0x0f, 0x00, 0xd0],
    LTR: [0x0f, 0x00, 0xd8],
    VERR: [0x0f, 0x00, 0xe0],
    VERW: [0x0f, 0x00, 0xe8],
    LAR: [0x0f, 0x02, 0xc0],
    LSL: [0x0f, 0x03, 0xc0],
    ARPL: [0x63, 0xc0],
    SYSENTER: [0x0f, 0x34],
    SYSEXIT: [0x0f, 0x35],
    SYSCALL: [0x0f, 0x05],
    SYSRET: [0x0f, 0x07],
    SMSW: [0x0f, 0x01, 0xe0],
    CLTS: [0x0f, 0x06],
    CLI: [0xfa],
    "MOV from CR0": [0x66, 0x31, 0xc0, 0x0f, 0x20, 0xc0],
    "RDMSR of nothing": [0x66, 0xb9, 0x78, 0x56, 0x34, 0x12, 0x0f, 0x32],
    "PG without PE": [0x0f, 0x20, 0xc0, 0x66, 0x0d, 0, 0, 0, 0x80, 0x0f, 0x22, 0xc0],
    "WAIT with TS and MP": [0x0f, 0x20, 0xc0, 0x0c, 0x0a, 0x0f, 0x22, 0xc0, 0x9b],
  };
  for (const [name, code] of Object.entries(bytes))
    k.case(`${name} in real-address mode`, () => real(k, (a) => a.db(...code)));
  k.case("BOUND above", () =>
    real(k, (a) => {
      a.mov(w(cs, 0x700), 1);
      a.mov(w(cs, 0x702), 5);
      a.mov(ax, 6);
      a.bound(ax, m(0x700));
    }),
  );
  for (const [name, limit] of [
    ["within", 4 * VECTOR + 3],
    ["partly beyond", 4 * VECTOR + 2],
    ["beyond", 4 * 13 + 3],
  ] as const)
    k.case(`INT 40 ${name} the vector table`, () => real(k, (a) => a.int(VECTOR), { limit }));
  k.case("INT 40 with #GP beyond the vector table", () => real(k, (a) => a.int(VECTOR), { limit: 4 * 13 + 2 }));
  k.case("a single step", () =>
    real(k, (a) => {
      a.push(0x102);
      a.popf();
      a.nop();
      a.nop();
    }),
  );
  k.case("interrupts clear IF, TF and AC", () =>
    real(k, (a) => {
      a.o32.push(0x4_7002);
      a.o32.popfd();
      a.int(VECTOR);
    }),
  );
  k.case("IRET", () =>
    real(k, (a) => {
      a.push(0x7ed7 & ~0x100);
      a.push(HOME);
      a.push(0x40);
      a.iret();
      for (let i = 0; i < 0x40; i++) a.nop();
      a.int(VECTOR);
    }),
  );
  k.case("IRETD", () =>
    real(k, (a) => {
      a.o32.push(0x1a_4cd7);
      a.o32.push(HOME);
      a.o32.push(0x50);
      a.o32.iretd();
      for (let i = 0; i < 0x50; i++) a.nop();
      a.o32.pushfd();
      a.pop(ax);
      a.pop(bx);
    }),
  );
  k.case("IRETD beyond 64 KiB", () =>
    real(k, (a) => {
      a.o32.push(2);
      a.o32.push(HOME);
      a.o32.push(0x1_0000);
      a.o32.iretd();
    }),
  );
  k.case("RETF and CALL far", () =>
    real(k, (a) => {
      // The routine stands at 3, behind a jump.
      a.db(0xe9);
      a.dw(2);
      a.inc(bx);
      a.retf();
      a.mov(w(cs, 0x702), HOME - 0x10);
      a.mov(w(cs, 0x700), 0x100 + 3);
      a.callFar(m(cs, 0x700));
      a.mov(ax, 0x1234);
    }),
  );
}

/** Offsets beyond FFFF, and where addresses wrap. */
function edges(k: Kernel): void {
  const accesses: Readonly<Record<string, (a: Assembler) => void>> = {
    "a word at FFFE": (a) => {
      a.mov(bx, 0xfffe);
      a.mov(ax, w(bx));
      a.xor(ax, ax);
    },
    "a word at FFFF": (a) => {
      a.mov(bx, 0xffff);
      a.mov(ax, w(bx));
    },
    "a dword at FFFD": (a) => {
      a.mov(bx, 0xfffd);
      a.mov(eax, d(bx));
    },
    "a word at FFFF of the stack": (a) => {
      a.mov(bx, 0xffff);
      a.mov(ax, w(ss, bx));
    },
    "a byte at 10000": (a) => {
      a.mov(ebx, 0x1_0000);
      a.mov(al, b(ebx));
    },
    "MOVSB at FFFF and on": (a) => {
      a.mov(esi, 0x1234_ffff);
      a.mov(cx, 1);
      a.rep.movsb();
      a.mov(eax, esi);
      a.shr(eax, 16);
      a.mov(bx, ax);
      a.mov(eax, esi);
    },
    "PUSH EAX with SP 2": (a) => {
      a.mov(sp, 2);
      a.o32.push(eax);
    },
    "PUSH with SP 0": (a) => {
      a.mov(esp, 0x1234_0000);
      a.push(ax);
      a.mov(bx, sp);
    },
    "POP at FFFE": (a) => {
      a.mov(sp, 0xfffe);
      a.pop(ax);
      a.xor(ax, ax);
      a.mov(bx, sp);
      a.mov(sp, STACK_TOP);
    },
    "POP at FFFF": (a) => {
      a.mov(sp, 0xffff);
      a.pop(ax);
    },
    "PUSHA with SP 6": (a) => {
      a.mov(sp, 6);
      a.pusha();
      a.mov(bx, sp);
      a.mov(sp, STACK_TOP);
    },
    "a jump beyond FFFF": (a) => {
      a.mov(ebx, 0x1_0000);
      a.o32.jmp(ebx);
    },
    "an instruction across FFFF": (a) => {
      a.mov(w(cs, 0x0ffe), 0);
      a.mov(bx, 0xffff);
      a.mov(b(bx), 0xb8);
      a.jmp(bx);
    },
    "addresses above 1 MiB": (a) => {
      a.mov(ax, 0xffff);
      a.mov(ds, ax);
      a.mov(ax, w(0x10));
    },
  };
  for (const [name, body] of Object.entries(accesses)) k.case(name, () => real(k, body));
  k.case("an unreal DS", () => {
    real(
      k,
      (a) => {
        a.mov(eax, 0);
        a.mov(ds, ax);
        a.mov(ebx, 0x10_0000);
        a.mov(ax, w(ebx));
        a.mov(bx, 0x2222);
      },
      { data: FLAT },
    );
  });
  k.case("an unreal DS of 2000 bytes", () =>
    real(
      k,
      (a) => {
        a.mov(bx, 0x1ffe);
        a.mov(ax, w(bx));
        a.inc(bx);
        a.mov(ax, w(bx));
      },
      { data: descriptor(0, 0x1fff, 0x93, 0) },
    ),
  );
  k.case("a stack of 32 bits", () =>
    real(
      k,
      (a) => {
        a.mov(ax, 0);
        a.mov(ss, ax);
        a.mov(esp, 0x1_6000);
        a.push(ax);
        a.mov(ebx, esp);
        a.shr(ebx, 4);
        a.mov(sp, STACK_TOP);
      },
      { stack: FLAT },
    ),
  );
  k.case("LMSW enters protected mode and does not leave it", () =>
    real(k, (a, ended) => {
      a.mov(ax, 1);
      a.lmsw(ax);
      a.xor(ax, ax);
      a.lmsw(ax);
      a.smsw(ax);
      a.mov(w(KEPT + 0x20), ax);
      a.o32.jmpFar(CODE, ended);
    }),
  );
}

/** 16-bit code and data segments in protected mode. */
function sixteen(k: Kernel): void {
  const { a } = k;
  const run = (body: () => void): void => {
    k.low(
      () => {
        a.mov(bx, ss);
        a.mov(ax, DATA16);
        a.mov(ds, ax);
        a.mov(es, ax);
        a.mov(ss, ax);
        a.mov(esp, 0x7000);
        a.xor(eax, eax);
        body();
        a.int(0x81);
      },
      { at: 0x8000, bits: 16 },
    );
    a.mov(d(k.mark), 0x8000);
    k.setGate(
      0x81,
      0x8e,
      CODE,
      k.routine(() => {
        a.mov(ebx, esp);
        a.mov(ecx, DATA);
        a.mov(ds, cx);
        a.mov(ss, cx);
        a.mov(esp, k.stack);
        a.mov(d(SCRATCH + 0x40), ebx);
        k.report.value("eax");
        a.mov(eax, d(SCRATCH + 0x40));
        k.report.value("esp");
        a.jmp(k.recover);
      }),
    );
    a.jmpFar(CODE16, 0x8000);
  };
  const works: Readonly<Record<string, () => void>> = {
    "a far call of 16 bits": () => {
      a.callFar(CODE16, 0x8100);
    },
    "PUSH and PUSH EAX": () => {
      a.push(ax);
      a.o32.push(eax);
      a.mov(ax, sp);
    },
    "a word at FFFF": () => {
      a.mov(bx, 0xffff);
      a.mov(ax, w(bx));
    },
    "a jump beyond the segment": () => {
      a.mov(ebx, 0x1_0000);
      a.o32.jmp(ebx);
    },
    UD2: () => a.ud2(),
    "16-bit addresses wrap": () => {
      a.mov(bx, 0xffff);
      a.mov(esi, 0x8001);
      a.mov(b(0x8000), 0x5a);
      a.mov(al, b(bx, 0x8001));
    },
    LOOP: () => {
      a.mov(ecx, 0x1_0001);
      const again = a.here();
      a.inc(ax);
      a.loop(again);
    },
    "JCXZ with ECX 10000": () => {
      a.mov(ecx, 0x1_0000);
      const past = new Label();
      a.jcxz(past);
      a.inc(ax);
      a.here(past);
    },
    "ENTER and LEAVE": () => {
      a.enter(8, 0);
      a.leave();
      a.mov(ax, sp);
    },
    SGDT: () => {
      a.sgdt(m(0x7100));
      a.mov(ax, w(0x7100));
    },
  };
  for (const [name, body] of Object.entries(works))
    k.case(`${name} in 16-bit protected mode`, () => {
      k.low(() => a.retf(), { at: 0x8100, bits: 16 });
      run(body);
    });
}

export function realMode(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  exceptions(k);
  edges(k);
  sixteen(k);
  return k.finish();
}
