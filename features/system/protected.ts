/** 32-bit protected mode: exceptions by their causes, with the manual's checks of selectors one by one. */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, ax, cr0, cr4, cs, ds, eax, ebx, ecx, es, esp, fs, gs, ss } from "../../emulator/isa/registers.ts";
import { DATA16, descriptor, FREE, Kernel, SCRATCH } from "./kernel.ts";

const FLAT = 0xf_ffff;
const PAGES32 = 0xc0;
/** A selector behind the GDT's limit, and one behind the LDT's. */
const BEYOND_GDT = 0x100;
const BEYOND_LDT = 0x44;
const IN_LDT = 4;
const _IN_TASK = 0x90;

/** Segments that are wrong for one thing or another. */
const segments = {
  "read-only data": [0x91, FLAT, PAGES32],
  "expand-down data": [0x97, 0, PAGES32],
  "execute-only code": [0x99, FLAT, PAGES32],
  "readable code": [0x9b, FLAT, PAGES32],
  "conforming code": [0x9f, FLAT, PAGES32],
  "absent data": [0x13, FLAT, PAGES32],
  "absent code": [0x1b, FLAT, PAGES32],
  "ring 3 data": [0xf3, FLAT, PAGES32],
  "ring 3 code": [0xfb, FLAT, PAGES32],
  "ring 3 conforming code": [0xff, FLAT, PAGES32],
  "an LDT": [0x82, 0x3f, 0],
  "an absent LDT": [0x02, 0x3f, 0],
  "a TSS": [0x89, 0x67, 0],
  "a short TSS": [0x89, 0x66, 0],
  "a busy TSS": [0x8b, 0x67, 0],
  "an absent TSS": [0x09, 0x67, 0],
  "an interrupt gate": [0x8e, 0, 0],
  "a reserved type": [0x88, 0, 0],
} as const;
type SegmentName = keyof typeof segments;
const names = Object.keys(segments) as SegmentName[];

/** Puts the segment into FREE. */
function make(k: Kernel, name: SegmentName): void {
  const [access, limit, flags] = segments[name];
  k.setDescriptor(FREE, descriptor(0, limit, access, flags));
}

const selectors = [
  ["null", 0],
  ["null with RPL 3", 3],
  ["beyond the GDT", BEYOND_GDT],
  ["beyond the LDT", BEYOND_LDT],
] as const;

function simpleExceptions(k: Kernel): void {
  k.case("DIV by zero", (a) => {
    a.xor(ecx, ecx);
    a.div(ecx);
  });
  k.case("IDIV of the most negative number by −1", (a) => {
    a.mov(eax, 0x8000_0000);
    a.cdq();
    a.mov(ecx, -1);
    a.idiv(ecx);
  });
  k.case("AAM by zero", (a) => a.aam(0));
  k.case("INT3", (a) => a.int3());
  k.case("INT 3", (a) => a.int(3));
  k.case("INTO with OF", (a) => {
    a.mov(al, 0x7f);
    a.inc(al);
    a.into();
  });
  k.case("INTO without OF", (a) => {
    a.xor(eax, eax);
    a.into();
  });
  k.case("INT1", (a) => a.db(0xf1));
  k.case("BOUND below", (a) => {
    a.mov(d(SCRATCH), 4);
    a.mov(d(SCRATCH + 4), 8);
    a.mov(eax, 3);
    a.bound(eax, m(SCRATCH));
  });
  k.case("BOUND at the limits", (a) => {
    a.mov(eax, 4);
    a.bound(eax, m(SCRATCH));
    a.mov(eax, 8);
    a.bound(eax, m(SCRATCH));
  });
  for (const [name, bytes] of [
    ["UD2", [0x0f, 0x0b]],
    ["LOCK before an instruction that has none", [0xf0, 0x90]],
    ["LOCK before a register destination", [0xf0, 0x01, 0xc0]],
    ["LOCK before CMP", [0xf0, 0x39, 0x00]],
    ["MOV CS", [0x8e, 0xc8]],
    ["MOV to a segment register 6", [0x8e, 0xf0]],
    ["LES with a register", [0xc4, 0xc0]],
    ["LEA of a register", [0x8d, 0xc0]],
    ["MOV from CR1", [0x0f, 0x20, 0xc8]],
    ["MOV from CR5", [0x0f, 0x20, 0xe8]],
    ["CMPXCHG8B with a register", [0x0f, 0xc7, 0xc8]],
    ["JMP far with a register", [0xff, 0xe8]],
    ["group 5 /7", [0xff, 0xf8]],
    ["SYSRET outside of long mode", [0x0f, 0x07]],
    ["RSM outside of system management", [0x0f, 0xaa]],
    ["INVLPG of a register", [0x0f, 0x01, 0xfa]],
    ["16 bytes of prefixes", [...new Array(15).fill(0x66), 0x90]],
  ] as const)
    k.case(name, (a) => a.db(...bytes));
  k.case("WAIT with CR0.TS alone", (a) => {
    a.mov(eax, cr0);
    a.and(eax, ~6);
    a.or(eax, 8);
    a.mov(cr0, eax);
    k.from();
    a.db(0x9b);
  });
  k.case("WAIT with CR0.TS and MP", (a) => {
    a.mov(eax, cr0);
    a.or(eax, 10);
    a.mov(cr0, eax);
    k.from();
    a.db(0x9b);
  });
  k.case("an unknown MSR", (a) => {
    a.mov(ecx, 0x1234_5678);
    a.rdmsr();
  });
  for (const [name, register, clear, set] of [
    ["CR0 with PG without PE", cr0, 1, 0x8000_0000],
    ["CR0 with NW without CD", cr0, 0x4000_0000, 0x2000_0000],
    ["CR4 with bit 31", cr4, 0, 0x8000_0000],
    ["CR4 with PCIDE outside of long mode", cr4, 0, 1 << 17],
  ] as const)
    k.case(name, (a) => {
      a.mov(eax, register);
      a.and(eax, ~clear);
      a.or(eax, set);
      k.from();
      a.mov(register, eax);
    });
}

function limits(k: Kernel): void {
  const small = (access: number, flags: number, limit = 0xfff) =>
    k.setDescriptor(FREE, descriptor(SCRATCH, limit, access, flags));
  for (const offset of [0xffc, 0xffd, 0x1000, 0xffff_ffff])
    k.case(`a dword read at ${offset.toString(16)} of FFF`, (a) => {
      small(0x93, 0x40);
      a.mov(eax, FREE);
      a.mov(gs, ax);
      a.mov(ebx, offset);
      k.from();
      a.mov(eax, d(gs, ebx));
    });
  for (const [flags, offset] of [
    [0x40, 0xfff],
    [0x40, 0x1000],
    [0x40, 0xffff_fffc],
    [0x40, 0xffff_fffd],
    [0, 0xfffc],
    [0, 0xfffe],
    [0, 0x1_0000],
  ] as const)
    k.case(`a dword read at ${offset.toString(16)}, expand-down from FFF, B ${flags >> 6}`, (a) => {
      k.setDescriptor(FREE, descriptor(0, 0xfff, 0x97, flags));
      a.mov(eax, FREE);
      a.mov(gs, ax);
      a.mov(ebx, offset);
      k.from();
      a.mov(eax, d(gs, ebx));
    });
  k.case("a write to read-only data", (a) => {
    make(k, "read-only data");
    a.mov(eax, FREE);
    a.mov(es, ax);
    k.from();
    a.mov(d(es, ebx), eax);
  });
  k.case("a write to code", (a) => {
    make(k, "readable code");
    a.mov(eax, FREE);
    a.mov(es, ax);
    k.from();
    a.lock.add(d(es, SCRATCH), eax);
  });
  k.case("a write through CS", (a) => a.mov(d(cs, SCRATCH), eax));
  k.case("a read through a null segment", (a) => {
    a.xor(eax, eax);
    a.mov(es, ax);
    k.from();
    a.mov(al, b(es, SCRATCH));
  });
  k.case("PUSH beyond the stack's limit goes to the double fault's task", (a) => {
    small(0x93, 0x40);
    a.mov(eax, FREE);
    a.mov(ss, ax);
    a.mov(esp, 0x2000);
    k.from();
    a.push(eax);
  });
  k.case("a read through SS beyond its limit", (a) => {
    small(0x93, 0x40);
    a.mov(eax, FREE);
    a.mov(ss, ax);
    a.mov(esp, 0x800);
    k.from();
    a.mov(eax, d(ss, 0x1000));
  });
  k.case("a jump beyond the code segment", (a) => {
    const inside = new Label();
    k.setDescriptor(FREE, descriptor(0, 0x3ff, 0x9b, PAGES32));
    a.jmpFar(FREE, inside);
    k.from(inside);
    a.mov(eax, 0x40_0000);
    a.jmp(eax);
  });
  k.case("POP across the end of a stack of 64 KiB", (a) => {
    a.mov(eax, DATA16);
    a.mov(ss, ax);
    a.mov(esp, 0xffff);
    k.from();
    a.pop(eax);
  });
}

/** Loads of each segment register with each segment. */
function loads(k: Kernel): void {
  const load = {
    DS: (a: Assembler) => a.mov(ds, ax),
    SS: (a: Assembler) => a.mov(ss, ax),
    LDTR: (a: Assembler) => a.lldt(ax),
    TR: (a: Assembler) => a.ltr(ax),
  };
  for (const [register, instruction] of Object.entries(load)) {
    for (const [name, selector] of selectors)
      k.case(`${register} with ${name}`, (a) => {
        a.mov(eax, selector);
        k.from();
        instruction(a);
      });
    for (const name of names)
      k.case(`${register} with ${name}`, (a) => {
        make(k, name);
        a.mov(eax, FREE);
        k.from();
        instruction(a);
      });
    for (const name of ["ring 3 data", "conforming code", "readable code", "a TSS"] as const)
      k.case(`${register} with ${name} and RPL 3`, (a) => {
        make(k, name);
        a.mov(eax, FREE | 3);
        k.from();
        instruction(a);
      });
    k.case(`${register} with a TSS in the LDT`, (a) => {
      k.setDescriptor(IN_LDT, descriptor(0, 0x67, 0x89, 0), k.ldt);
      a.mov(eax, IN_LDT);
      k.from();
      instruction(a);
    });
  }
  for (const [name, instruction] of [
    ["LES", (a: Assembler) => a.les(eax, m(SCRATCH))],
    ["LSS", (a: Assembler) => a.lss(eax, m(SCRATCH))],
    ["POP FS", (a: Assembler) => a.pop(fs)],
  ] as const)
    for (const segment of ["absent data", "execute-only code", "a TSS"] as const)
      k.case(`${name} with ${segment}`, (a) => {
        make(k, segment);
        a.mov(d(SCRATCH), 0);
        a.mov(w(SCRATCH + 4), FREE);
        a.push(FREE);
        k.from();
        instruction(a);
      });
}

/** Far JMP, CALL, RETF and IRET to each kind of segment. */
function transfers(k: Kernel): void {
  const go = (a: Assembler, how: string, selector: number, target: Label): void => {
    if (how === "JMP") a.jmpFar(selector, target);
    else if (how === "CALL") a.callFar(selector, target);
    else {
      if (how === "IRETD") a.pushfd();
      a.push(selector);
      a.push(target);
      k.from();
      if (how === "IRETD") a.iretd();
      else a.retf();
    }
  };
  for (const how of ["JMP", "CALL", "RETF", "IRETD"]) {
    for (const [name, selector] of selectors)
      k.case(`${how} to ${name}`, (a) => {
        const target = new Label();
        go(a, how, selector, target);
        a.here(target);
      });
    for (const name of names)
      for (const rpl of [0, 3]) {
        // A return to ring 3 runs in ring 3: told apart below.
        if (rpl === 3 && (how === "RETF" || how === "IRETD") && name.startsWith("ring 3")) continue;
        // Task switches have their own kernel.
        if (name === "a TSS" && (how === "JMP" || how === "CALL")) continue;
        k.case(`${how} to ${name}, RPL ${rpl}`, (a) => {
          const target = new Label();
          make(k, name);
          k.from();
          go(a, how, FREE | rpl, target);
          a.here(target);
        });
      }
    k.case(`${how} beyond the segment's limit`, (a) => {
      k.setDescriptor(FREE, descriptor(0, 0xff, 0x9b, 0x40));
      k.from();
      const target = new Label();
      go(a, how, FREE, target);
      a.here(target);
    });
  }
}

/** Far transfers, gates and tasks are for gates.ts. */
export function protectedMode(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  simpleExceptions(k);
  loads(k);
  transfers(k);
  return k.finish();
}

/** Limits and types of segments as every access meets them. */
export function segmentChecks(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  limits(k);
  return k.finish();
}
