/** Gates, interrupt stacks and returns of long mode, and double faults in it. The user's code is at LOW_CODE, see calls.ts. */
import { b, d, m, q, w } from "../../dsl/asm/operand.ts";
import { ax, cs, ds, eax, ebx, ecx, edx, es, esp, rax, rbx, rsp, ss } from "../../emulator/isa/registers.ts";
import { compatibility, frame, inUser } from "./calls.ts";
import {
  CODE,
  CODE32,
  DATA,
  descriptor,
  FREE,
  Kernel,
  PAGE_TABLES,
  SCRATCH,
  TSS,
  USER_ALIAS,
  USER_CODE32,
  USER_CODE64,
  USER_DATA,
} from "./kernel.ts";

const FLAT = 0xf_ffff;
const CODE64_FLAGS = 0xa0;
const GATE = FREE;
const TARGET = FREE + 0x10;
const NON_CANONICAL = 0x8000_0000_0000n;
const CALL_GATE = 0xec;
const VECTOR = 0x90;
/** A far pointer that ring 3 sees. */
const POINTER = 0x7800;
/** In the TSS. */
const RSP0 = 4;
const RSP1 = 12;
const IST1 = 0x24;

interface Gate {
  readonly access?: number;
  readonly target?: number;
  /** Bits 63:32 of the offset, and the word above them. */
  readonly upper?: number;
  readonly last?: number;
}

/** A 16-byte call gate in GATE, to a handler that tells the frame. */
function callGate(k: Kernel, { access = CALL_GATE, target = CODE, upper = 0, last = 0 }: Gate): void {
  const { a } = k;
  const handler = k.routine(() => {
    for (const [i, name] of ["rip", "cs", "rsp", "ss"].entries()) {
      a.mov(eax, d(rsp, 8 * i));
      k.report.value(name);
    }
    a.mov(eax, ss);
    k.report.value("now ss", 4);
    a.mov(eax, cs);
    k.report.value("cs", 4);
    a.mov(rax, rsp);
    a.sub(eax, k.entryStack);
    k.report.value("rsp");
    a.jmp(k.recover);
  });
  a.mov(eax, handler);
  a.mov(w(k.gdt.plus(GATE)), ax);
  a.mov(w(k.gdt.plus(GATE + 2)), target);
  a.mov(w(k.gdt.plus(GATE + 4)), access << 8);
  a.shr(eax, 16);
  a.mov(w(k.gdt.plus(GATE + 6)), ax);
  a.mov(d(k.gdt.plus(GATE + 8)), upper);
  a.mov(d(k.gdt.plus(GATE + 12)), last);
}

function gates(k: Kernel): void {
  const { a } = k;
  const call = (): void => {
    a.mov(eax, USER_ALIAS + POINTER);
    a.callFar(m(rax));
  };
  const point = (selector: number): void => {
    a.mov(d(POINTER), 0);
    a.mov(w(POINTER + 4), selector);
  };
  const kinds: Readonly<Record<string, () => void>> = {
    "a call gate": () => callGate(k, {}),
    "a call gate with an upper half": () => callGate(k, { upper: 0x8000 }),
    "a call gate whose upper half has a type": () => callGate(k, { last: 0x1f00 }),
    "a call gate whose last word has bits without meaning": () => callGate(k, { last: 0xffff_e0ff }),
    "an absent call gate": () => callGate(k, { access: 0x6c }),
    "a call gate of ring 0": () => callGate(k, { access: 0x8c }),
    "a call gate to 32-bit code": () => callGate(k, { target: CODE32 }),
    "a call gate to data": () => callGate(k, { target: DATA }),
    "a call gate to null": () => callGate(k, { target: 0 }),
    "a call gate to code of ring 3": () => callGate(k, { target: USER_CODE64 }),
    "a call gate to code with L and D": () => {
      k.setDescriptor(TARGET, descriptor(0, FLAT, 0x9b, 0xe0));
      callGate(k, { target: TARGET });
    },
    "a call gate to absent code": () => {
      k.setDescriptor(TARGET, descriptor(0, FLAT, 0x1b, CODE64_FLAGS));
      callGate(k, { target: TARGET });
    },
    "a call gate with a non-canonical RSP0": () => {
      a.mov(d(k.tss.plus(RSP0 + 4)), 0x8000);
      a.mov(d(k.tss.plus(IST1 + 8)), 0x6000);
      k.setGate(12, 0x8e, CODE, undefined, 2);
      callGate(k, {});
    },
    "a call gate to ring 1 with a TSS that ends before RSP1": () => {
      k.setDescriptor(TARGET, descriptor(0, FLAT, 0xbb, CODE64_FLAGS));
      shortTss(k, RSP1 + 6);
      callGate(k, { target: TARGET });
    },
    "a 16-bit call gate": () => callGate(k, { access: 0xe4 }),
    "a task gate": () => callGate(k, { access: 0xe5 }),
    "an interrupt gate": () => callGate(k, { access: 0xee }),
    "an available TSS": () => {
      k.setDescriptor(GATE, descriptor(SCRATCH, 0x67, 0xe9, 0));
      k.setDescriptor(GATE + 8, [0, 0]);
    },
  };
  for (const [name, make] of Object.entries(kinds)) {
    k.case(`CALL in ring 3 through ${name}`, () => {
      make();
      point(GATE);
      inUser(k, call);
    });
    k.case(`CALL in ring 0 through ${name}`, () => {
      make();
      point(GATE);
      k.low(call);
      a.mov(eax, 0x8000);
      a.jmp(rax);
    });
  }
  k.case("CALL from compatibility mode through a call gate", () => {
    callGate(k, {});
    inUser(k, () => a.callFar(GATE, 0), { code: USER_CODE32 });
  });
  k.case("JMP in ring 0 through a call gate", () => {
    const arrived = k.routine(() => {
      a.mov(eax, cs);
      k.report.value("cs", 4);
      a.jmp(k.recover);
    });
    callGate(k, {});
    a.mov(eax, arrived);
    a.mov(w(k.gdt.plus(GATE)), ax);
    a.shr(eax, 16);
    a.mov(w(k.gdt.plus(GATE + 6)), ax);
    point(GATE);
    k.low(() => {
      a.mov(eax, POINTER);
      a.jmpFar(m(rax));
    });
    a.mov(eax, 0x8000);
    a.jmp(rax);
  });
}

/** TR with another limit. */
function shortTss(k: Kernel, limit: number): void {
  const { a } = k;
  a.mov(w(k.gdt.plus(TSS)), limit);
  a.mov(b(k.gdt.plus(TSS + 5)), 0x89);
  a.mov(eax, TSS);
  a.ltr(ax);
}

function interrupts(k: Kernel): void {
  const { a } = k;
  const told = (vector: number, ist: number, access = 0xee, before = 0): void =>
    k.setGate(vector, access, CODE, frame(k, before), ist);
  for (const ist of [0, 1])
    for (const ring of [0, 3])
      k.case(`INT in ring ${ring} with IST ${ist}`, () => {
        a.mov(d(k.tss.plus(IST1)), 0x600f);
        told(VECTOR, ist);
        // Where the frame lies is told by what is in it and around it.
        const go = (): void => a.int(VECTOR);
        if (ring === 3) inUser(k, go);
        else {
          k.low(go);
          a.mov(eax, 0x8000);
          a.mov(rsp, 0x7003);
          a.jmp(rax);
        }
      });
  for (const misalignment of [0, 1, 8, 15])
    k.case(`a stack misaligned by ${misalignment}`, () => {
      k.setGate(
        VECTOR,
        0x8e,
        CODE,
        k.routine(() => {
          a.mov(rax, rsp);
          a.mov(rbx, q(rsp, 24));
          a.mov(rsp, k.stack);
          a.mov(d(SCRATCH), ebx);
          k.report.value("rsp");
          a.mov(eax, d(SCRATCH));
          k.report.value("pushed");
          a.jmp(k.recover);
        }),
      );
      a.mov(rsp, 0x7000 + misalignment);
      a.int(VECTOR);
    });
  const wrong: Readonly<Record<string, () => void>> = {
    "a non-canonical RSP0": () => a.mov(d(k.tss.plus(RSP0 + 4)), 0x8000),
    "a TSS that ends before RSP1, for ring 1": () => {
      k.setDescriptor(TARGET, descriptor(0, FLAT, 0xbb, CODE64_FLAGS));
      shortTss(k, RSP1 + 6);
      for (const vector of [6, VECTOR]) k.setGate(vector, 0xee, TARGET);
    },
  };
  for (const [name, make] of Object.entries(wrong))
    for (const [way, go] of [
      ["INT", () => a.int(VECTOR)],
      ["#UD", () => a.ud2()],
    ] as const)
      k.case(`${way} in ring 3 with ${name}`, () => {
        // The faults themselves have a stack.
        a.mov(d(k.tss.plus(IST1 + 8)), 0x6000);
        if (name.includes("RSP0")) for (const vector of [10, 12]) k.setGate(vector, 0x8e, CODE, undefined, 2);
        told(VECTOR, 0);
        make();
        inUser(k, go);
      });
  for (const [name, make] of [
    ["a non-canonical IST", () => a.mov(d(k.tss.plus(IST1 + 4)), 0x8000)],
    ["a TSS that ends before its IST", () => shortTss(k, IST1 + 6)],
    [
      "an IST that is 0",
      () => {
        a.mov(d(k.tss.plus(IST1)), 0);
        a.mov(d(k.tss.plus(IST1 + 4)), 0xffff_8000);
      },
    ],
  ] as const)
    for (const ring of [0, 3])
      k.case(`INT in ring ${ring} with ${name}`, () => {
        told(VECTOR, 1);
        // Also the double fault's stack is gone.
        k.setGate(8, 0x8e, CODE, undefined, 0);
        make();
        const go = (): void => a.int(VECTOR);
        if (ring === 3) inUser(k, go);
        else {
          k.low(go);
          a.mov(eax, 0x8000);
          a.jmp(rax);
        }
      });
  k.case("an interrupt out of compatibility mode in ring 0", () => {
    told(VECTOR, 0);
    compatibility(k, () => {
      a.mov(esp, 0x7004);
      a.int(VECTOR);
    });
  });
  k.case("an interrupt out of compatibility mode in ring 3", () => {
    told(VECTOR, 0);
    inUser(k, () => a.int(VECTOR), { code: USER_CODE32 });
  });
  k.case("an exception with an error code out of ring 3", () => {
    told(13, 0, 0x8e, 1);
    inUser(k, () => a.int(0x50));
  });
  k.case("a vector beyond the IDT", () => {
    k.shortIdt(0x90 * 16 - 2);
    k.low(() => a.int(0x8f));
    a.mov(eax, 0x8000);
    a.jmp(rax);
  });
  k.case("a non-canonical handler", () => {
    told(VECTOR, 0);
    a.mov(d(k.idt.plus(VECTOR * 16 + 8)), 0x8000);
    k.low(() => a.int(VECTOR));
    a.mov(eax, 0x8000);
    a.jmp(rax);
  });
}

function returns(k: Kernel): void {
  const { a } = k;
  const back = (words: {
    rip?: number | bigint;
    cs?: number;
    fl?: number;
    sp?: number | bigint;
    ss?: number;
  }): void => {
    const {
      rip = USER_ALIAS + 0x8000,
      cs: code = USER_CODE64,
      fl = 2,
      sp = USER_ALIAS + 0x7000,
      ss: stack = USER_DATA,
    } = words;
    k.low(() => a.int(VECTOR), { bits: code === USER_CODE64 ? 64 : 32 });
    k.setGate(VECTOR, 0xee, CODE, frame(k));
    for (const value of [stack, sp, fl, code, rip]) {
      a.movabs(rax, BigInt(value));
      a.push(rax);
    }
    k.from();
    a.iretq();
  };
  k.case("IRETQ to 64-bit code", () => back({ fl: 0x24_7ed7 & ~0x100 }));
  k.case("IRETQ with VM in the image", () => back({ fl: 0x2_0002 }));
  k.case("IRETQ to compatibility mode", () => back({ cs: USER_CODE32, fl: 0x202 }));
  k.case("IRETQ to a non-canonical address", () => back({ rip: NON_CANONICAL }));
  k.case("IRETQ with a non-canonical stack", () => back({ sp: NON_CANONICAL + 0x7000n }));
  k.case("IRETQ to compatibility mode beyond 4 GiB", () =>
    back({ cs: USER_CODE32, rip: 0x1_0000_0000n + BigInt(USER_ALIAS) }),
  );
  for (const stack of [0, 3, DATA, DATA | 3, USER_DATA & ~3])
    k.case(`IRETQ to ring 3 with SS ${stack}`, () => back({ ss: stack }));
  k.case("IRETQ to compatibility mode with SS 3", () => back({ cs: USER_CODE32, ss: 3 }));
  for (const stack of [0, 1, 2, 3])
    k.case(`IRETQ within ring 0 with SS ${stack}`, () => back({ cs: CODE, rip: 0x8000, ss: stack, sp: 0x7000 }));
  k.case("IRETD in 64-bit mode pops SS and ESP", () => {
    k.low(() => a.int(VECTOR));
    k.setGate(VECTOR, 0xee, CODE, frame(k));
    a.mov(rsp, 0x7000);
    for (const [i, value] of [0x8000, CODE, 0x202, 0x6000, DATA].entries()) a.mov(d(0x7000 + 4 * i), value);
    k.from();
    a.iretd();
  });
  for (const stack of [0, 3])
    k.case(`RETF to ring 3 with SS ${stack}`, () => {
      k.low(() => a.int(VECTOR));
      k.setGate(VECTOR, 0xee, CODE, frame(k));
      a.push(stack);
      a.push(USER_ALIAS + 0x7000);
      a.push(USER_CODE64);
      a.push(USER_ALIAS + 0x8000);
      k.from();
      a.o64.retf();
    });
  k.case("segments after a return to ring 3", () => {
    k.low(() => {
      a.mov(ebx, ds);
      a.mov(edx, es);
      a.int(VECTOR);
    });
    k.setGate(
      VECTOR,
      0xee,
      CODE,
      k.routine(() => {
        a.mov(d(SCRATCH), edx);
        a.mov(eax, ebx);
        k.report.value("ds", 4);
        a.mov(eax, d(SCRATCH));
        k.report.value("es", 4);
        a.jmp(k.recover);
      }),
    );
    a.mov(eax, USER_DATA);
    a.mov(es, ax);
    for (const value of [USER_DATA, USER_ALIAS + 0x7000, 2, USER_CODE64, USER_ALIAS + 0x8000]) a.push(value);
    a.iretq();
  });
}

/** Faults during the delivery of faults. */
function doubleFaults(k: Kernel): void {
  const { a } = k;
  const absentGate = (vector: number): void => a.mov(d(k.idt.plus(vector * 16 + 4)), 0x0e00);
  const causes: Readonly<Record<number, () => void>> = {
    0: () => {
      a.xor(ecx, ecx);
      a.div(ecx);
    },
    6: () => a.ud2(),
    11: () => {
      k.setDescriptor(FREE, descriptor(0, FLAT, 0x13, 0xc0));
      a.mov(eax, FREE);
      a.mov(ds, ax);
    },
    13: () => {
      a.mov(eax, 0xfff8);
      a.mov(ds, ax);
    },
    14: () => {
      a.mov(d(PAGE_TABLES + 0x2000 + 8 * 3), 0);
      a.mov(eax, 0x60_0000);
      a.invlpg(m(rax));
      a.mov(eax, d(rax));
    },
  };
  for (const [vector, go] of Object.entries(causes)) {
    k.case(`vector ${vector} whose gate is absent`, () => {
      absentGate(Number(vector));
      k.from();
      go();
    });
    k.case(`vector ${vector} onto an absent page`, () => {
      a.mov(d(PAGE_TABLES + 0x2000 + 8 * 4), 0);
      a.mov(eax, 0x80_0000);
      a.invlpg(m(rax));
      a.mov(rsp, 0x80_0100);
      k.from();
      go();
    });
    k.case(`vector ${vector} onto a non-canonical stack`, () => {
      a.movabs(rsp, NON_CANONICAL);
      k.from();
      go();
    });
  }
  k.case("INT onto an absent page", () => {
    a.mov(d(PAGE_TABLES + 0x2000 + 8 * 4), 0);
    a.mov(eax, 0x80_0000);
    a.invlpg(m(rax));
    a.mov(rsp, 0x80_0100);
    k.setGate(14, 0x8e, CODE, undefined, 1);
    k.from();
    a.int(VECTOR);
  });
  k.case("a page fault while #UD is delivered is a page fault", () => {
    a.mov(d(PAGE_TABLES + 0x2000 + 8 * 4), 0);
    a.mov(eax, 0x80_0000);
    a.invlpg(m(rax));
    a.mov(rsp, 0x80_0100);
    k.setGate(14, 0x8e, CODE, undefined, 1);
    k.from();
    a.ud2();
  });
}

export function longGates(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(64, without);
  gates(k);
  interrupts(k);
  returns(k);
  doubleFaults(k);
  return k.finish();
}
