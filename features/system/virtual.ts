/**
 * Virtual-8086 mode: its entries by IRETD and by a task, what is virtualised and what goes to the monitor, at each IOPL, with and
 * without the extensions (CR4.VME) and their redirection bitmap; and protected-mode virtual interrupts (CR4.PVI). The virtual machine's
 * code is at 9000, its interrupt handler at 9800, which the table at linear 0 names for every vector that a case uses.
 */
import { b, d, w } from "../../dsl/asm/operand.ts";
import type { Label } from "../../dsl/out/expression.ts";
import { al, ax, bp, bx, cr4, cx, ds, dx, eax, ebx, ecx, edx, esp, fs, sp, ss } from "../../emulator/isa/registers.ts";
import { CODE, DATA, DONE, descriptor, FREE, Kernel, LOW_CODE, SCRATCH, TSS, USER_CODE32 } from "./kernel.ts";

const FLAT = 0xf_ffff;
const PAGES32 = 0xc0;
const VM = 1 << 17;
const IF = 1 << 9;
const TF = 1 << 8;
const NT = 1 << 14;
const VIF = 1 << 19;
const VIP = 1 << 20;
const iopl = (level: number): number => level << 12;
const VME = 1;
const PVI = 2;

const HOME = 0x900;
const HANDLER = 0x800;
const VECTOR = 0x60;
const SP = 0x100;
const MAP = 0x88;

interface Machine {
  /** EFLAGS beside VM. */
  readonly flags?: number;
  readonly cr4?: number;
  /** IP, SP, and the selectors at the start. */
  readonly ip?: number;
  readonly sp?: number;
  readonly ss?: number;
  readonly ds?: number;
  /** Vectors whose redirection bit is set: they are the monitor's. */
  readonly monitored?: readonly number[];
}

/** Prints what the monitor's #GP handler sees, and the program's registers; then the case is over. */
function monitor(k: Kernel): Label {
  const { a } = k;
  return k.routine(() => {
    const registers = [eax, ebx, ecx, edx];
    a.push(eax);
    a.push(DATA);
    a.pop(ds);
    a.pop(eax);
    for (const [i, register] of registers.entries()) a.mov(d(SCRATCH + 4 * i), register);
    for (const [i, name] of ["ax", "bx", "cx", "dx"].entries()) {
      a.mov(eax, d(SCRATCH + 4 * i));
      k.report.value(name, 4);
    }
    // Whether RF is pushed is told by the kernel of outer rings.
    a.and(d(ss, esp, 12), ~0x1_0000);
    k.report.stack("code ip cs");
    a.add(esp, 12);
    k.report.stack("fl sp ss es ds fs gs");
    a.mov(eax, esp);
    a.sub(eax, k.entryStack);
    k.report.value("esp", 4);
    a.mov(eax, fs);
    k.report.value("fs", 4);
    a.jmp(k.recover);
  });
}

/** Prepares the virtual machine; IRETD enters it. */
function prepare(k: Kernel, body: () => void, machine: Machine): void {
  const { a } = k;
  k.setGate(13, 0x8e, CODE, monitor(k));
  k.low(
    () => {
      // What the interrupt pushed, the flags that a program sees now, and the end.
      a.mov(bp, sp);
      a.mov(bx, w(ss, bp));
      a.mov(cx, w(ss, bp, 2));
      a.mov(dx, w(ss, bp, 4));
      a.hlt();
    },
    { at: HOME * 16 + HANDLER, bits: 16 },
  );
  k.low(body, { at: HOME * 16, bits: 16 });
  a.mov(d(k.mark), 0);
  for (const vector of [3, 4, VECTOR, VECTOR + 1]) a.mov(d(vector * 4), (HOME << 16) | HANDLER);
  // The redirection bitmap at 68, the I/O map at MAP.
  for (let i = 0; i < 8; i++) a.mov(d(k.tss.plus(0x68 + 4 * i)), 0);
  for (let i = 0; i < 10; i++) a.mov(d(k.tss.plus(MAP + 4 * i)), 0xffff_ffff);
  for (const vector of machine.monitored ?? []) a.or(b(k.tss.plus(0x68 + (vector >> 3))), 1 << (vector & 7));
  a.mov(b(k.tss.plus(MAP + 0x10)), 0xfe);
  a.mov(w(k.tss.plus(0x66)), MAP);
  a.mov(w(k.gdt.plus(TSS)), MAP + 0x21);
  a.mov(b(k.gdt.plus(TSS + 5)), 0x89);
  a.mov(eax, TSS);
  a.ltr(ax);
  a.mov(eax, machine.cr4 ?? 0);
  a.mov(cr4, eax);
}

/** Runs the body as a virtual machine; HLT, which is #GP there, ends it. */
function virtual(k: Kernel, body: () => void, machine: Machine = {}): void {
  prepare(k, body, machine);
  enter(k, machine);
}

/** IRETD stands at LOW_CODE. */
function enter(k: Kernel, machine: Machine): void {
  const { a } = k;
  k.low(() => a.iretd());
  a.mov(d(k.mark), 0);
  a.xor(eax, eax);
  a.xor(ebx, ebx);
  a.xor(ecx, ecx);
  a.xor(edx, edx);
  for (const selector of [0x5555, 0x4444, machine.ds ?? HOME, 0x3333, machine.ss ?? HOME]) a.push(selector);
  a.push(machine.sp ?? SP);
  a.push((machine.flags ?? 0) | VM | 2);
  a.push(HOME);
  a.push(machine.ip ?? 0);
  a.jmpFar(CODE, LOW_CODE);
}

/** What depends on IOPL and VME. */
function sensitive(k: Kernel): void {
  const { a } = k;
  const popf = (image: number) => () => {
    a.push(image);
    a.popf();
    a.pushf();
    a.pop(ax);
    a.hlt();
  };
  const iret = (image: number) => () => {
    a.push(image);
    a.push(HOME);
    a.push(0x20);
    a.iret();
    for (let i = 0; i < 0x30; i++) a.nop();
    a.hlt();
  };
  const works: Readonly<Record<string, () => void>> = {
    CLI: () => {
      a.cli();
      a.hlt();
    },
    STI: () => {
      a.sti();
      a.hlt();
    },
    PUSHF: () => {
      a.pushf();
      a.pop(ax);
      a.hlt();
    },
    PUSHFD: () => {
      a.o32.pushfd();
      a.pop(ax);
      a.pop(bx);
      a.hlt();
    },
    "POPF of nothing": popf(0),
    "POPF of IF": popf(IF),
    "POPF of all but TF": popf(0x7ed7),
    "POPF of TF": popf(TF),
    POPFD: () => {
      a.o32.push(0x7ed7);
      a.o32.popfd();
      a.hlt();
    },
    "IRET of nothing": iret(0),
    "IRET of IF": iret(IF),
    "IRET of all but TF": iret(0x7ed7),
    "IRET of TF": iret(TF),
    IRETD: () => {
      a.o32.push(0x7ed7);
      a.o32.push(HOME);
      a.o32.push(0x40);
      a.o32.iretd();
      for (let i = 0; i < 0x40; i++) a.nop();
      a.hlt();
    },
    "INT to itself": () => a.int(VECTOR),
    "INT to the monitor": () => a.int(VECTOR + 1),
    "INT of a gate of ring 0": () => a.int(0x50),
    INT3: () => a.int3(),
    INTO: () => {
      a.mov(al, 0x7f);
      a.inc(al);
      a.into();
    },
    "IN of a port that is free": () => {
      a.in(al, 0x81);
      a.mov(ax, 0);
      a.hlt();
    },
    "IN of a port that is free, word": () => a.in(ax, 0x81),
    "IN of the free port": () => {
      a.in(al, 0x80);
      a.mov(ax, 0);
      a.hlt();
    },
  };
  const states: readonly (readonly [string, Machine])[] = [
    ["IOPL 0", { flags: iopl(0) | IF }],
    ["IOPL 3", { flags: iopl(3) }],
    ["IOPL 3 and IF", { flags: iopl(3) | IF | VIF }],
    ["VME, IOPL 0", { flags: iopl(0), cr4: VME }],
    ["VME, IOPL 0 and VIF", { flags: iopl(0) | VIF | IF | NT, cr4: VME }],
    ["VME, IOPL 2 and VIP", { flags: iopl(2) | VIP, cr4: VME }],
    ["VME, IOPL 0, VIF and VIP", { flags: iopl(0) | VIF | VIP, cr4: VME }],
    ["VME, IOPL 3", { flags: iopl(3) | IF, cr4: VME }],
    ["PVI, IOPL 0", { flags: iopl(0), cr4: PVI }],
  ];
  for (const [state, machine] of states)
    for (const [work, body] of Object.entries(works))
      k.case(`${work} with ${state}`, () => {
        k.setGate(VECTOR, 0xee, CODE);
        k.setGate(VECTOR + 1, 0xee, CODE);
        virtual(k, body, { ...machine, monitored: [VECTOR + 1, 4, 0x50] });
      });
  for (const [name, limit, base] of [
    ["a TSS too short for the map's base", 0x65, MAP],
    ["a redirection bitmap that lies beyond the limit", MAP + 0x21, 0x1000],
    ["a redirection bitmap whose byte is the last", 0x68 + (VECTOR >> 3), MAP],
    ["a redirection bitmap that ends before", 0x68 + (VECTOR >> 3) - 1, MAP],
  ] as const)
    for (const level of [0, 3])
      k.case(`INT with VME and IOPL ${level}, ${name}`, () => {
        k.setGate(VECTOR, 0xee, CODE);
        prepare(k, () => a.int(VECTOR), { cr4: VME });
        a.mov(w(k.tss.plus(0x66)), base);
        a.mov(w(k.gdt.plus(TSS)), limit);
        a.mov(b(k.gdt.plus(TSS + 5)), 0x89);
        a.mov(eax, TSS);
        a.ltr(ax);
        enter(k, { flags: iopl(level) });
      });
}

/** What IOPL does not change. */
function always(k: Kernel): void {
  const { a } = k;
  const bytes: Readonly<Record<string, readonly number[]>> = {
    HLT: [0xf4],
    LGDT: [0x0f, 0x01, 0x16, 0, 0],
    SGDT: [0x0f, 0x01, 0x06, 0, 0x20, 0xf4],
    SMSW: [0x0f, 0x01, 0xe0, 0xf4],
    LMSW: [0x0f, 0x01, 0xf0],
    SLDT: [0x0f, 0x00, 0xc0],
    LTR: [0x0f, 0x00, 0xd8],
    VERR: [0x0f, 0x00, 0xe0],
    LAR: [0x0f, 0x02, 0xc0],
    LSL: [0x0f, 0x03, 0xc0],
    ARPL: [0x63, 0xc0],
    CLTS: [0x0f, 0x06],
    "MOV from CR0": [0x0f, 0x20, 0xc0],
    "MOV to CR3": [0x0f, 0x22, 0xd8],
    "MOV from DR7": [0x0f, 0x21, 0xf8],
    RDMSR: [0x0f, 0x32],
    INVD: [0x0f, 0x08],
    INVLPG: [0x0f, 0x01, 0x3e, 0, 0],
    SYSENTER: [0x0f, 0x34],
    SYSEXIT: [0x0f, 0x35],
    SYSCALL: [0x0f, 0x05],
    UD2: [0x0f, 0x0b],
    "AAM by zero": [0xd4, 0],
    "LOCK NOP": [0xf0, 0x90],
    INT1: [0xf1],
    "BOUND below": [0xb8, 0xff, 0xff, 0xc7, 0x06, 0, 0x10, 5, 0, 0xc7, 0x06, 2, 0x10, 9, 0, 0x62, 0x06, 0, 0x10],
  };
  for (const [name, code] of Object.entries(bytes))
    k.case(`${name} in virtual-8086 mode`, () => virtual(k, () => a.db(...code), { flags: iopl(3) }));
  k.case("a word at FFFF", () =>
    virtual(k, () => {
      a.mov(bx, 0xffff);
      a.mov(ax, w(bx));
      a.hlt();
    }),
  );
  k.case("a byte at 10000", () =>
    virtual(k, () => {
      a.mov(ebx, 0x1_0000);
      a.mov(al, b(ebx));
      a.hlt();
    }),
  );
  k.case("PUSH with SP 1", () => virtual(k, () => a.push(ax), { sp: 1 }));
  k.case("PUSH with SP 0", () =>
    virtual(
      k,
      () => {
        a.push(ax);
        a.hlt();
      },
      { sp: 0, ss: 0x2000 },
    ),
  );
  k.case("PUSH EAX with SP 2", () => virtual(k, () => a.o32.push(eax), { sp: 2 }));
  k.case("a far jump and a far call", () =>
    virtual(k, () => {
      a.jmpFar(HOME - 1, 0x10 + 0x40);
      for (let i = 0; i < 0x60; i++) a.nop();
      a.callFar(HOME, HANDLER);
    }),
  );
  k.case("a jump to IP 10000", () =>
    virtual(k, () => {
      a.db(0x66, 0xe9);
      a.dd(0x1_0000 - 6);
    }),
  );
  k.case("addresses above 1 MiB", () => {
    a.mov(eax, d(0x10_0000));
    a.mov(d(SCRATCH + 0x40), eax);
    virtual(
      k,
      () => {
        a.mov(ax, w(0x10));
        a.hlt();
      },
      { ds: 0xffff },
    );
  });
  k.case("a single step", () => {
    virtual(
      k,
      () => {
        a.nop();
        a.nop();
      },
      { flags: TF },
    );
  });
  k.case("TF from POPF with IOPL 3", () =>
    virtual(
      k,
      () => {
        a.push(TF);
        a.popf();
        a.nop();
        a.nop();
      },
      { flags: iopl(3) },
    ),
  );
}

/** The ways in and out. */
function entries(k: Kernel): void {
  const { a } = k;
  k.case("IRETD with EIP beyond 64 KiB", () => virtual(k, () => a.hlt(), { ip: 0x1_0000 }));
  k.case("IRETD with all flags", () => virtual(k, () => a.hlt(), { flags: 0x3c_7ed7 & ~0x100 }));
  k.case("the way back to the monitor, and again", () => {
    k.setGate(DONE, 0xee, CODE);
    k.setGate(
      VECTOR,
      0xee,
      CODE,
      k.routine(() => a.iretd()),
    );
    virtual(
      k,
      () => {
        a.int(VECTOR);
        a.inc(ax);
        a.int(VECTOR);
        a.inc(ax);
        a.hlt();
      },
      { flags: iopl(3) | IF },
    );
  });
  for (const [name, access, selector, segment] of [
    ["an interrupt gate", 0xee, CODE, 0],
    ["a trap gate", 0xef, CODE, 0],
    ["a gate to ring 3", 0xee, USER_CODE32, 0],
    ["a gate to conforming code of ring 0", 0xee, FREE, 0x9f],
    ["a gate to code of ring 1", 0xee, FREE, 0xbb],
    ["a gate to absent code", 0xee, FREE, 0x1b],
    ["an absent gate", 0x6e, CODE, 0],
    ["a gate of ring 0", 0x8e, CODE, 0],
  ] as const)
    k.case(`INT with IOPL 3 through ${name}`, () => {
      k.setDescriptor(FREE, descriptor(0, FLAT, segment, PAGES32));
      k.setGate(VECTOR, access, selector);
      virtual(k, () => a.int(VECTOR), { flags: iopl(3) | IF });
    });
  k.case("an interrupt through a 16-bit gate", () => {
    const tell = k.routine(() => {
      a.mov(eax, DATA);
      a.mov(ds, ax);
      k.report.stack("ip cs fl sp ss es ds fs gs", 2);
      a.jmp(k.recover);
    });
    k.low(
      () => {
        a.mov(eax, tell);
        a.jmp(eax);
      },
      { at: 0x8800 },
    );
    k.setGate(VECTOR, 0xe6, CODE);
    a.mov(w(k.idt.plus(8 * VECTOR)), 0x8800);
    a.mov(w(k.idt.plus(8 * VECTOR + 6)), 0);
    virtual(k, () => a.int(VECTOR), { flags: iopl(3) | IF });
  });
  for (const vme of [0, VME])
    k.case(`a task in virtual-8086 mode, CR4 ${vme}`, () => {
      prepare(
        k,
        () => {
          a.inc(ax);
          a.hlt();
        },
        { cr4: vme },
      );
      const task = 0x1_0000;
      for (let offset = 0; offset < 0x68; offset += 4) a.mov(d(task + offset), 0);
      for (const [offset, value] of [
        [4, 0x6000],
        [8, DATA],
        [0x24, VM | 2 | VIF],
        [0x28, 0x1111],
        [0x38, SP],
        [0x48, 0x3333],
        [0x4c, HOME],
        [0x50, HOME],
        [0x54, 0x100],
        [0x58, 0x4444],
        [0x5c, 0x5555],
        [0x64, 0x68_0000],
      ] as const)
        a.mov(d(task + offset), value);
      k.setDescriptor(FREE, descriptor(task, 0x67, 0x89, 0));
      a.callFar(FREE, 0);
    });
  k.case("an exception through a task gate", () => {
    prepare(k, () => a.hlt(), {});
    k.throughTasks();
    enter(k, {});
  });
  k.case("IRETD in ring 3 with VM in the image", () => {
    k.lowUser(() => {
      for (const value of [0, 0, 0, 0, HOME, SP, VM | 2, USER_CODE32, 0x8040]) a.push(value);
      a.iretd();
      for (let i = 0; i < 0x40; i++) a.nop();
    });
  });
}

/** CLI and STI in ring 3. */
function protectedVirtual(k: Kernel): void {
  const { a } = k;
  for (const [name, flags] of [
    ["IOPL 0", iopl(0)],
    ["IOPL 0 and VIF", VIF],
    ["IOPL 0 and VIP", VIP],
    ["IOPL 3", iopl(3)],
  ] as const)
    for (const [work, body] of [
      ["CLI", () => a.cli()],
      ["STI", () => a.sti()],
      [
        "POPFD of IF",
        () => {
          a.push(IF);
          a.popfd();
        },
      ],
    ] as const)
      k.case(`${work} in ring 3 with CR4.PVI, ${name}`, () => {
        a.mov(eax, PVI);
        a.mov(cr4, eax);
        k.lowUser(body, { flags: flags | 2 });
      });
}

export function virtual8086(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  sensitive(k);
  always(k);
  entries(k);
  protectedVirtual(k);
  return k.finish();
}
