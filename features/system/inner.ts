/**
 * The stack of the inner ring, when something is wrong with it or with the TSS that names it: gates and interrupts out of ring 3.
 * The faults are told by tasks, for ring 0 has no stack then. And the I/O permission bitmap of the same TSS.
 */
import { b, d, w } from "../../dsl/asm/operand.ts";
import { al, ax, cx, ds, dx, eax, ecx, edx, esi, esp, ss } from "../../emulator/isa/registers.ts";
import { CODE, DATA, DATA16, DONE, descriptor, FREE, Kernel, LOW_STACK, SCRATCH, TSS, USER_DATA } from "./kernel.ts";

const FLAT = 0xf_ffff;
const PAGES32 = 0xc0;
const GATE = FREE;
const STACK = FREE + 8;
const ABSENT = FREE + 0x10;
const TSS32 = 0x89;
const TSS16 = 0x81;
/** Offset of the I/O map's base in a TSS, and where the cases put the map. */
const MAP_BASE = 0x66;
const MAP = 0x68;

/** TR names the kernel's TSS with another limit or type. */
function taskRegister(k: Kernel, limit: number, type = TSS32): void {
  const { a } = k;
  a.mov(w(k.gdt.plus(TSS)), limit);
  a.mov(b(k.gdt.plus(TSS + 5)), type);
  a.mov(eax, TSS);
  a.ltr(ax);
}

function stacks(k: Kernel): void {
  const { a } = k;
  const stackPointer = (selector: number, pointer?: number): void => {
    a.mov(w(k.tss.plus(8)), selector);
    if (pointer !== undefined) a.mov(d(k.tss.plus(4)), pointer);
  };
  const data = (access: number, limit = FLAT, flags = PAGES32): void => {
    k.setDescriptor(STACK, descriptor(0, limit, access, flags));
    stackPointer(STACK);
  };
  const wrong: Readonly<Record<string, () => void>> = {
    "a TSS that ends before ESP0": () => taskRegister(k, 3),
    "a TSS that ends within SS0": () => taskRegister(k, 8),
    "a TSS that ends behind SS0": () => taskRegister(k, 9),
    "a 286 TSS that ends within SS0": () => taskRegister(k, 4, TSS16),
    "a null stack": () => stackPointer(0),
    "a null stack with RPL 3": () => stackPointer(3),
    "a stack beyond the GDT": () => stackPointer(0x100),
    "a stack beyond the LDT": () => stackPointer(0x44),
    "a stack with RPL 3": () => stackPointer(DATA | 3),
    "a stack of ring 3": () => stackPointer(USER_DATA),
    "a stack of ring 3 with RPL 0": () => stackPointer(USER_DATA & ~3),
    "a stack in code": () => stackPointer(CODE),
    "a stack in a TSS": () => stackPointer(TSS),
    "a read-only stack": () => data(0x91),
    "an absent stack": () => data(0x13),
    "an absent stack with RPL 3": () => {
      data(0x13);
      stackPointer(STACK | 3);
    },
    "a stack that ends before": () => {
      data(0x93, 0x5fff, 0x40);
      stackPointer(STACK, 0x6004);
    },
    "a stack without room": () => {
      data(0x97, 0x5fff, 0x40);
      stackPointer(STACK, 0x6008);
    },
  };
  const ways: Readonly<Record<string, () => void>> = {
    INT: () => a.int(DONE),
    "#UD": () => a.ud2(),
    "#NP": () => {
      a.mov(eax, ABSENT);
      a.mov(ss, ax);
    },
    "a call gate": () => a.callFar(GATE, 0),
    "a call gate with parameters": () => a.callFar(GATE + 0x18, 0),
  };
  for (const [name, make] of Object.entries(wrong))
    for (const [way, go] of Object.entries(ways))
      k.case(`${way} onto ${name}`, () => {
        k.throughTasks();
        const entry = k.stubs[DONE]!;
        for (const [selector, parameters] of [
          [GATE, 0],
          [GATE + 0x18, 4],
        ] as const) {
          a.mov(eax, entry);
          a.mov(w(k.gdt.plus(selector)), ax);
          a.mov(w(k.gdt.plus(selector + 2)), CODE);
          a.mov(w(k.gdt.plus(selector + 4)), 0xec00 | parameters);
          a.shr(eax, 16);
          a.mov(w(k.gdt.plus(selector + 6)), ax);
        }
        k.setDescriptor(ABSENT, descriptor(0, FLAT, 0x73, PAGES32));
        make();
        k.lowUser(go);
      });
  k.case("INT onto a 16-bit stack", () => {
    stackPointer(DATA16, 0x1234_6000);
    k.setGate(
      DONE,
      0xee,
      CODE,
      k.routine(() => {
        a.mov(eax, esp);
        a.mov(ecx, DATA);
        a.mov(ds, cx);
        a.mov(ss, cx);
        a.mov(esp, k.stack);
        k.report.value("esp");
        a.mov(eax, d(0x6000 - 8));
        k.report.value("user esp");
        a.jmp(k.recover);
      }),
    );
    k.lowUser(() => a.int(DONE));
  });
  k.case("INT onto the stack of a 286 TSS", () => {
    a.mov(w(k.tss.plus(2)), 0x6000);
    a.mov(w(k.tss.plus(4)), DATA);
    taskRegister(k, 0x2b, TSS16);
    k.setGate(
      DONE,
      0xee,
      CODE,
      k.routine(() => {
        a.mov(ecx, DATA);
        a.mov(ds, cx);
        a.mov(eax, esp);
        k.report.value("esp");
        a.jmp(k.recover);
      }),
    );
    k.lowUser(() => a.int(DONE));
  });
}

/** The bitmap begins at MAP and holds one byte for each eight ports; ports from 80 on are those of a DMA page register. */
function bitmap(k: Kernel): void {
  const { a } = k;
  const permission = (
    { bytes = [0xff], limit = MAP + 0x20, base = MAP }: { bytes?: number[]; limit?: number; base?: number },
    type = TSS32,
  ): void => {
    for (let i = 0; i < 0x40; i++) a.mov(b(k.tss.plus(MAP + i)), 0xff);
    for (const [i, value] of bytes.entries()) a.mov(b(k.tss.plus(MAP + 0x10 + i)), value);
    a.mov(w(k.tss.plus(MAP_BASE)), base);
    taskRegister(k, limit, type);
  };
  const outputs: Readonly<Record<string, (port: number) => void>> = {
    "IN AL": (port) => a.in(al, port),
    "OUT AX": (port) => a.out(port, ax),
    "IN EAX": (port) => a.in(eax, port),
    "OUT DX, AL": (port) => {
      a.mov(edx, port);
      a.out(dx, al);
    },
    OUTSB: (port) => {
      a.mov(edx, port);
      a.mov(esi, LOW_STACK);
      a.mov(ecx, USER_DATA);
      a.push(USER_DATA);
      a.db(0x1f); // POP DS
      a.outsb();
    },
  };
  for (const [way, go] of Object.entries(outputs)) {
    for (const [name, bytes, port] of [
      ["all bits clear", [0, 0], 0x80],
      ["the first bit set", [1, 0], 0x80],
      ["the second bit set", [2, 0], 0x80],
      ["the third bit set", [4, 0], 0x80],
      ["the fourth bit set", [8, 0], 0x80],
      ["the fifth bit set", [16, 0], 0x80],
      ["a bit before set", [0x3f, 0], 0x86],
      ["the first bit of the next byte set", [0, 1], 0x87],
      ["the first bit of the next byte set, even", [0, 1], 0x84],
    ] as const)
      k.case(`${way} with ${name}`, () => {
        permission({ bytes: [...bytes] });
        k.lowUser(() => go(port));
      });
  }
  const zero = [0, 0, 0];
  for (const [name, options, type] of [
    ["a map that ends in the next byte", { bytes: zero, limit: MAP + 0x11 }, TSS32],
    ["a map that ends in this byte", { bytes: zero, limit: MAP + 0x10 }, TSS32],
    ["a map that ends before", { bytes: zero, limit: MAP + 0x0f }, TSS32],
    ["a map that begins at the limit", { bytes: zero, limit: 0x67, base: 0x68 }, TSS32],
    ["a map that begins far beyond the limit", { bytes: zero, base: 0xfff0 }, TSS32],
    ["a map over the TSS itself", { bytes: zero, base: MAP - 8 }, TSS32],
    ["a TSS that ends before the map's base", { bytes: zero, limit: 0x65 }, TSS32],
    ["a 286 TSS", { bytes: zero }, TSS16],
  ] as const)
    k.case(`IN AL with ${name}`, () => {
      permission({ ...options, bytes: [...options.bytes] }, type);
      if (type === TSS16) {
        a.mov(w(k.tss.plus(2)), 0x6000);
        a.mov(w(k.tss.plus(4)), DATA);
      }
      k.lowUser(() => a.in(al, 0x80));
    });
  for (const iopl of [0, 1, 2, 3])
    k.case(`IN AL without a map, IOPL ${iopl}`, () => k.lowUser(() => a.in(al, 0x80), { flags: 2 | (iopl << 12) }));
  k.case("REP OUTSB that the map ends", () => {
    permission({ bytes: [0xff] });
    a.mov(d(SCRATCH), 0);
    k.lowUser(() => {
      a.push(USER_DATA);
      a.db(0x1f);
      a.mov(ecx, 3);
      a.mov(edx, 0x80);
      a.mov(esi, SCRATCH);
      a.rep.outsb();
    });
  });
  for (const iopl of [0, 3])
    for (const [name, go] of [
      ["CLI", () => a.cli()],
      ["STI", () => a.sti()],
      ["HLT", () => a.hlt()],
      [
        "POPFD with IF",
        () => {
          a.push(0x202);
          a.popfd();
        },
      ],
    ] as const)
      k.case(`${name} in ring 3, IOPL ${iopl}`, () => k.lowUser(go, { flags: 2 | (iopl << 12) }));
}

export function innerStacks(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  stacks(k);
  return k.finish();
}

export function ioPermission(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  bitmap(k);
  return k.finish();
}
