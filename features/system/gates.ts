/**
 * Changes of ring in 32-bit protected mode: call gates of both widths with their parameters, conforming segments, interrupts
 * that leave ring 3, and far returns to it. User's code is at LOW_CODE and entries at LOW_ENTRY, so that 16 bits hold them.
 */
import { d } from "../../dsl/asm/operand.ts";
import type { Label } from "../../dsl/out/expression.ts";
import { ax, cs, cx, ds, eax, ecx, es, esp, fs, gs, ss } from "../../emulator/isa/registers.ts";
import {
  CODE,
  CODE16,
  DATA,
  DATA16,
  descriptor,
  FREE,
  Kernel,
  LOW_CODE,
  LOW_STACK,
  TSS,
  USER_CODE32,
  USER_DATA,
} from "./kernel.ts";

const FLAT = 0xf_ffff;
const PAGES32 = 0xc0;
const GATE = FREE;
const TARGET = FREE + 8;
const STACK = FREE + 0x10;
const LOW_ENTRY = 0x8800;
const CALL_GATE32 = 0xec;
const CALL_GATE16 = 0xe4;
/** Vector with which code of any ring ends a case and says where it is. */
const ARRIVED = 0x83;

/** The two words of a gate. */
function gate(access: number, selector: number, offset: number, parameters = 0): [number, number] {
  const high = (offset & 0xffff_0000) | (access << 8) | parameters;
  return [((selector << 16) | (offset & 0xffff)) >>> 0, high >>> 0];
}

/** The entry of a gate that says no more than that it was reached. */
function arrival(k: Kernel): void {
  k.setGate(ARRIVED, 0xee, CODE);
  k.low(() => k.a.int(ARRIVED), { at: LOW_ENTRY });
}

/** The entry of a gate that goes on at a routine of ring 0. */
function entryTo(k: Kernel, handler: Label): void {
  const { a } = k;
  k.low(
    () => {
      a.mov(eax, handler);
      a.jmp(eax);
    },
    { at: LOW_ENTRY },
  );
}

/** What a handler in ring 0 sees of itself and on its stack; then the case is over. */
function tell(k: Kernel, words: string, bytes: 2 | 4 = 4): Label {
  const { a } = k;
  return k.routine(() => {
    a.mov(eax, DATA);
    a.mov(ds, ax);
    a.pushfd();
    a.pop(eax);
    a.and(eax, 0x7700);
    k.report.value("fl", 4);
    a.mov(eax, esp);
    a.sub(eax, k.entryStack);
    k.report.value("esp", 4);
    k.report.stack(words, bytes);
    a.mov(eax, ss);
    k.report.value("ss", 4);
    a.mov(eax, cs);
    k.report.value("cs", 4);
    a.jmp(k.recover);
  });
}

/** Runs the body at LOW_CODE in ring 0 or 3. */
function inRing(k: Kernel, ring: number, body: () => void): void {
  if (ring === 3) {
    k.lowUser(body);
    return;
  }
  const { a } = k;
  k.low(body);
  a.mov(eax, LOW_CODE);
  a.jmp(eax);
}

/** What may be wrong with a gate and with what it names, for JMP and CALL from both rings. */
function gates(k: Kernel): void {
  const { a } = k;
  const targets = {
    "code of ring 0": [0x9b, FLAT, PAGES32],
    "conforming code": [0x9f, FLAT, PAGES32],
    "code of ring 3": [0xfb, FLAT, PAGES32],
    "conforming code of ring 3": [0xff, FLAT, PAGES32],
    "absent code": [0x1b, FLAT, PAGES32],
    "absent conforming code": [0x1f, FLAT, PAGES32],
    data: [0x93, FLAT, PAGES32],
    "a TSS": [0x89, 0x67, 0],
    "code that ends before": [0x9b, 0xfff, 0x40],
  } as const;
  const gatesOf: Readonly<Record<string, [number, number]>> = {
    ...Object.fromEntries(
      Object.keys(targets).map((name) => [`a gate to ${name}`, gate(CALL_GATE32, TARGET, LOW_ENTRY)]),
    ),
    "a gate to null": gate(CALL_GATE32, 3, LOW_ENTRY),
    "a gate beyond the GDT": gate(CALL_GATE32, 0x100, LOW_ENTRY),
    "a gate beyond the LDT": gate(CALL_GATE32, 0x44, LOW_ENTRY),
    "a gate to itself": gate(CALL_GATE32, GATE, LOW_ENTRY),
    "a gate with RPL 3 of its target": gate(CALL_GATE32, CODE | 3, LOW_ENTRY),
    "an absent gate": gate(CALL_GATE32 & 0x7f, CODE, LOW_ENTRY),
    "a gate of ring 0": gate(0x8c, CODE, LOW_ENTRY),
    "an absent gate of ring 0": gate(0x0c, CODE, LOW_ENTRY),
    "an absent gate to null": gate(0x6c, 0, LOW_ENTRY),
    "a 16-bit gate": gate(CALL_GATE16, CODE, LOW_ENTRY),
    "a 16-bit gate with words above": gate(CALL_GATE16, CODE, 0x1234_0000 | LOW_ENTRY),
  };
  for (const how of ["JMP", "CALL"])
    for (const ring of [0, 3])
      for (const [name, words] of Object.entries(gatesOf))
        for (const rpl of name.endsWith("of ring 0") ? [0, 3] : [0])
          k.case(`${how} in ring ${ring} with RPL ${rpl} through ${name}`, () => {
            arrival(k);
            const target = targets[name.slice(10) as keyof typeof targets];
            if (target !== undefined) k.setDescriptor(TARGET, descriptor(0, target[1], target[0], target[2]));
            k.setDescriptor(GATE, words);
            inRing(k, ring, () => {
              if (how === "JMP") a.jmpFar(GATE | rpl, 0);
              else a.callFar(GATE | rpl, 0);
            });
          });
  for (const [name, access] of [
    ["code of ring 0", 0x9b],
    ["conforming code of ring 0", 0x9f],
    ["conforming code of ring 3", 0xff],
    ["code of ring 3", 0xfb],
    ["data of ring 3", 0xf3],
  ] as const)
    for (const how of ["JMP", "CALL"])
      for (const rpl of [0, 3])
        k.case(`${how} in ring 3 with RPL ${rpl} to ${name}`, () => {
          arrival(k);
          k.setDescriptor(TARGET, descriptor(0, FLAT, access, PAGES32));
          k.lowUser(() => {
            if (how === "JMP") a.jmpFar(TARGET | rpl, LOW_ENTRY);
            else a.callFar(TARGET | rpl, LOW_ENTRY);
          });
        });
}

/** Calls from ring 3: what lies on the stack of ring 0, parameters among it, and the way back. */
function parameters(k: Kernel): void {
  const { a } = k;
  for (const [bits, access] of [
    [32, CALL_GATE32],
    [16, CALL_GATE16],
  ] as const) {
    const push = (value: number) => (bits === 32 ? a.push(value) : a.o16.push(value));
    for (const count of [0, 1, 3, 31])
      k.case(`a ${bits}-bit gate with ${count} parameters`, () => {
        const names = Array.from({ length: Math.min(count, 4) }, (_, i) => `p${i}`);
        if (count < 5) names.push("sp", "ss");
        entryTo(k, tell(k, ["ip", "cs", ...names].join(" "), bits === 32 ? 4 : 2));
        k.setDescriptor(GATE, gate(access, CODE, LOW_ENTRY, count));
        k.lowUser(() => {
          for (let i = 0; i < 31; i++) push(0x1101 + 0x101 * i);
          a.callFar(GATE, 0);
        });
      });
    for (const released of [0, 2])
      k.case(`a ${bits}-bit gate and back, releasing ${released} of 2 parameters`, () => {
        k.low(
          () => {
            if (bits === 32) a.retf(4 * released);
            else a.o16.retf(2 * released);
          },
          { at: LOW_ENTRY },
        );
        k.setDescriptor(GATE, gate(access, CODE, LOW_ENTRY, 2));
        k.setGate(ARRIVED, 0xee, CODE, tell(k, "eip cs fl esp ss"));
        k.lowUser(() => {
          for (const value of [0x11, 0x22, 0x33]) push(value);
          a.callFar(GATE, 0);
          a.int(ARRIVED);
        });
      });
    k.case(`a ${bits}-bit gate whose parameters lie beyond the user's stack`, () => {
      arrival(k);
      k.setDescriptor(STACK, descriptor(0, LOW_STACK + 1, 0xf3, 0x40));
      k.setDescriptor(GATE, gate(access, CODE, LOW_ENTRY, 2));
      k.lowUser(() => a.callFar(GATE, 0), { stack: STACK | 3 });
    });
    k.case(`a ${bits}-bit gate within ring 0`, () => {
      k.low(
        () => {
          a.mov(eax, esp);
          a.sub(eax, k.stack);
          a.int(ARRIVED);
        },
        { at: LOW_ENTRY },
      );
      k.setGate(
        ARRIVED,
        0x8e,
        CODE,
        k.routine(() => {
          k.report.value("esp", 4);
          a.add(esp, 12);
          k.report.stack("ip cs", bits === 32 ? 4 : 2);
          a.jmp(k.recover);
        }),
      );
      k.setDescriptor(GATE, gate(access, CODE, LOW_ENTRY, 3));
      inRing(k, 0, () => a.callFar(GATE, 0));
    });
  }
}

/** Interrupts and exceptions out of ring 3: the frame and the flags in the handler. */
function interrupts(k: Kernel): void {
  const { a } = k;
  for (const [name, access, bytes] of [
    ["a 32-bit interrupt gate", 0xee, 4],
    ["a 32-bit trap gate", 0xef, 4],
    ["a 16-bit interrupt gate", 0xe6, 2],
    ["a 16-bit trap gate", 0xe7, 2],
  ] as const) {
    k.case(`INT in ring 3 through ${name}`, () => {
      entryTo(k, tell(k, "ip cs fl sp ss", bytes));
      k.setDescriptor(ARRIVED * 8, gate(access, CODE, LOW_ENTRY), k.idt);
      k.lowUser(() => a.int(ARRIVED), { flags: 0x3202 });
    });
    k.case(`INT in ring 0 through ${name}`, () => {
      entryTo(k, tell(k, "ip cs fl", bytes));
      k.setDescriptor(ARRIVED * 8, gate(access, CODE, LOW_ENTRY), k.idt);
      inRing(k, 0, () => {
        a.push(0x4202);
        a.popfd();
        a.int(ARRIVED);
      });
    });
    k.case(`an exception with an error code in ring 3 through ${name}`, () => {
      entryTo(k, tell(k, "code ip cs fl sp ss", bytes));
      k.setDescriptor(13 * 8, gate(access, CODE, LOW_ENTRY), k.idt);
      k.lowUser(() => a.int(0x50));
    });
    k.case(`an exception with an error code in ring 0 through ${name}`, () => {
      entryTo(k, tell(k, "code ip cs fl", bytes));
      k.setDescriptor(13 * 8, gate(access, CODE, LOW_ENTRY), k.idt);
      inRing(k, 0, () => {
        a.mov(eax, 0xfff8);
        a.mov(ds, ax);
      });
    });
    k.case(`IRET back to ring 3 after ${name}`, () => {
      k.low(() => (bytes === 4 ? a.iretd() : a.o16.iret()), { at: LOW_ENTRY });
      k.setDescriptor(ARRIVED * 8, gate(access, CODE, LOW_ENTRY), k.idt);
      k.setGate(0x84, 0xee, CODE, tell(k, "eip cs fl esp ss"));
      k.lowUser(
        () => {
          a.int(ARRIVED);
          a.int(0x84);
        },
        { flags: 0x1202 },
      );
    });
  }
  const handlers = {
    null: gate(0xee, 3, LOW_ENTRY),
    "a segment beyond the GDT": gate(0xee, 0x100, LOW_ENTRY),
    data: gate(0xee, DATA, LOW_ENTRY),
    "a TSS": gate(0xee, TSS, LOW_ENTRY),
    "absent code": gate(0xee, TARGET, LOW_ENTRY),
    "code of ring 3": gate(0xee, USER_CODE32, LOW_ENTRY),
    "code of ring 0 with RPL 3": gate(0xee, CODE | 3, LOW_ENTRY),
    "conforming code of ring 0": gate(0xee, STACK, LOW_ENTRY),
    "code that ends before": gate(0xee, TARGET + 0x10, LOW_ENTRY),
    "a task gate to no TSS": gate(0xe5, DATA, 0),
    "a task gate to the LDT": gate(0xe5, 4, 0),
    "a call gate": gate(CALL_GATE32, CODE, LOW_ENTRY),
    "an absent gate": gate(0x6e, CODE, LOW_ENTRY),
    "an absent gate of ring 0": gate(0x0e, CODE, LOW_ENTRY),
    "a gate of ring 0": gate(0x8e, CODE, LOW_ENTRY),
  };
  for (const [name, words] of Object.entries(handlers))
    for (const ring of [0, 3]) {
      const make = (vector: number) => {
        arrival(k);
        k.setDescriptor(TARGET, descriptor(0, FLAT, 0x1b, PAGES32));
        k.setDescriptor(STACK, descriptor(0, FLAT, 0x9f, PAGES32));
        k.setDescriptor(TARGET + 0x10, descriptor(0, 0xfff, 0x9b, 0x40));
        k.setDescriptor(vector * 8, words, k.idt);
      };
      k.case(`INT in ring ${ring} whose handler is ${name}`, () => {
        make(0x90);
        inRing(k, ring, () => a.int(0x90));
      });
      k.case(`#UD in ring ${ring} whose handler is ${name}`, () => {
        make(6);
        inRing(k, ring, () => a.ud2());
      });
      k.case(`#NP in ring ${ring} whose handler is ${name}`, () => {
        make(11);
        k.setDescriptor(TARGET + 0x18, descriptor(0, FLAT, 0x73, PAGES32));
        inRing(k, ring, () => {
          a.mov(eax, TARGET + 0x18);
          a.mov(ds, ax);
        });
      });
    }
  k.case("a vector beyond the IDT", () => {
    k.shortIdt(0x40 * 8 - 1);
    inRing(k, 0, () => a.int(0x40));
  });
  k.case("a vector partly beyond the IDT, in ring 3", () => {
    k.shortIdt(0x50 * 8 + 6);
    inRing(k, 3, () => a.int(0x50));
  });
}

/** RETF and IRET from ring 0 to ring 3: segments that become null, and what is refused. */
function returns(k: Kernel): void {
  const { a } = k;
  const stacks = {
    null: 0,
    "null with RPL 3": 3,
    "of ring 0": DATA,
    "of ring 0 with RPL 3": DATA | 3,
    "of ring 3 with RPL 0": USER_DATA & ~3,
    "in code": USER_CODE32,
    "beyond the GDT": 0x103,
    absent: STACK | 3,
    "read-only": TARGET | 3,
  };
  for (const how of ["RETF", "IRETD", "RETFW", "IRETW"]) {
    const word = how.endsWith("W");
    const push = (value: number) => (word ? a.o16.push(value) : a.push(value));
    const back = (selectors: { ss?: number; cs?: number; flags?: number; ip?: number }) => {
      const { ss: stack = USER_DATA, cs: code = USER_CODE32, flags = 2, ip = LOW_CODE } = selectors;
      push(stack);
      push(LOW_STACK);
      if (how.startsWith("IRET")) push(flags);
      push(code);
      push(ip);
      k.from();
      if (how === "RETF") a.retf();
      else if (how === "RETFW") a.o16.retf();
      else if (how === "IRETD") a.iretd();
      else a.o16.iret();
    };
    const user = (vector = ARRIVED) => {
      k.low(() => a.int(vector));
      k.setGate(ARRIVED, 0xee, CODE, tell(k, "eip cs fl esp ss"));
    };
    for (const [name, stack] of Object.entries(stacks))
      k.case(`${how} to ring 3 with a stack ${name}`, () => {
        user();
        k.setDescriptor(STACK, descriptor(0, FLAT, 0x73, PAGES32));
        k.setDescriptor(TARGET, descriptor(0, FLAT, 0xf1, PAGES32));
        back({ ss: stack });
      });
    for (const [name, access, rpl] of [
      ["code of ring 3", 0xfb, 3],
      ["conforming code of ring 0", 0x9f, 3],
      ["conforming code of ring 3", 0xff, 3],
      ["conforming code of ring 3 with RPL 1", 0xff, 1],
      ["code of ring 0 with RPL 3", 0x9b, 3],
      ["absent code of ring 3", 0x7b, 3],
      ["data of ring 3", 0xf3, 3],
    ] as const)
      k.case(`${how} to ${name}`, () => {
        user();
        k.setDescriptor(GATE, descriptor(0, FLAT, access, PAGES32));
        back({ cs: GATE | rpl });
      });
    k.case(`${how} to ring 3 beyond the segment's limit`, () => {
      user();
      k.setDescriptor(GATE, descriptor(0, 0xfff, 0xfb, 0x40));
      back({ cs: GATE | 3 });
    });
    k.case(`${how} to ring 3 nulls the data segments of inner rings`, () => {
      k.low(() => {
        for (const segment of [ds, es, fs, gs]) {
          a.mov(eax, segment);
          a.push(eax);
        }
        a.int(ARRIVED);
      });
      k.setGate(
        ARRIVED,
        0xee,
        CODE,
        k.routine(() => {
          a.mov(eax, DATA);
          a.mov(ds, ax);
          for (const [i, name] of ["gs", "fs", "es", "ds"].entries()) {
            a.mov(eax, d(LOW_STACK - 16 + 4 * i));
            k.report.value(name, 4);
          }
          a.jmp(k.recover);
        }),
      );
      k.setDescriptor(GATE, descriptor(0, FLAT, 0x9f, PAGES32));
      k.setDescriptor(TARGET, descriptor(0, FLAT, 0x9b, PAGES32));
      a.mov(eax, USER_DATA);
      a.mov(es, ax);
      a.mov(eax, GATE);
      a.mov(fs, ax);
      a.mov(eax, TARGET);
      a.mov(gs, ax);
      back({});
    });
    if (how.startsWith("IRET"))
      k.case(`${how} to ring 3 with all flags`, () => {
        user();
        back({ flags: word ? 0x7ed7 : 0x3c_7ed7 });
      });
  }
  for (const [name, flags] of [
    ["IOPL 3", 0x3002],
    ["IOPL 0", 0x0002],
  ] as const)
    k.case(`POPFD in ring 3 with ${name}`, () => {
      k.setGate(ARRIVED, 0xee, CODE, tell(k, "eip cs fl esp ss"));
      k.lowUser(
        () => {
          a.push(0x1a_5ad7);
          a.popfd();
          a.int(ARRIVED);
        },
        { flags },
      );
    });
  k.case("16-bit code and stack in ring 0", () => {
    k.low(
      () => {
        a.mov(ax, DATA16);
        a.mov(ss, ax);
        a.mov(esp, 0x1234_0002);
        a.push(ax);
        a.push(ax);
        a.o32.jmpFar(CODE, LOW_ENTRY);
      },
      { bits: 16 },
    );
    k.low(
      () => {
        a.mov(eax, esp);
        a.int(ARRIVED);
      },
      { at: LOW_ENTRY },
    );
    k.setGate(
      ARRIVED,
      0x8e,
      CODE,
      k.routine(() => {
        a.mov(ecx, DATA);
        a.mov(ss, cx);
        a.mov(esp, k.stack);
        k.report.value("esp");
        a.jmp(k.recover);
      }),
    );
    a.jmpFar(CODE16, LOW_CODE);
  });
  // Last of all: QEMU keeps VIF and VIP from it.
  for (const [name, flags] of [
    ["", 0x18_3ed7],
    [" and VM", 0x1a_3ed7],
  ] as const)
    k.case(`IRETD in ring 3 with IF, IOPL, VIF, VIP${name} in the image`, () => {
      k.setGate(ARRIVED, 0xee, CODE, tell(k, "eip cs fl esp ss"));
      k.lowUser(
        () => {
          a.push(flags);
          a.push(USER_CODE32);
          a.push(LOW_CODE + 0x40);
          a.iretd();
          for (let i = 0; i < 0x40; i++) a.nop();
          a.int(ARRIVED);
        },
        { flags: 0x1002 },
      );
    });
}

export function callGates(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  gates(k);
  parameters(k);
  return k.finish();
}

export function outerRings(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  interrupts(k);
  returns(k);
  return k.finish();
}
