/**
 * The local APIC: its timer in every mode, interrupts to itself, priorities and the order of EOI, spurious interrupts, errors, and the
 * same registers as MSRs. Time is never told, only order and whether something came: the timer of one machine is not the other's.
 * Every interrupt handler notes its vector; EOI is the case's own business.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { cr8, eax, ecx, edx, esi, rax, rcx } from "../../emulator/isa/registers.ts";
import { CODE, Kernel, SCRATCH } from "./kernel.ts";

const BASE = 0xfee0_0000;
const Register = {
  id: 0x20,
  tpr: 0x80,
  ppr: 0xa0,
  eoi: 0xb0,
  svr: 0xf0,
  isr: 0x100,
  irr: 0x200,
  esr: 0x280,
  icrLow: 0x300,
  icrHigh: 0x310,
  timer: 0x320,
  lint0: 0x350,
  initial: 0x380,
  current: 0x390,
  divide: 0x3e0,
} as const;

const MASKED = 0x1_0000;
const PERIODIC = 0x2_0000;
const DEADLINE = 0x4_0000;
const SELF = 0x4_0000;
const APIC_BASE = 0x1b;
const TSC_DEADLINE = 0x6e0;
const X2APIC = 0x800;
/** How long a case waits for something that does not come, in rounds of its loop. */
const PATIENCE = 200_000;
/** And for something that must come: QEMU's timers are threads, which a busy host may keep waiting. */
const FOREVER = 0x7fff_ffff;
/** Where handlers note their vectors: how many, then one byte each. */
const COUNT = SCRATCH + 0x400;
const NOTES = SCRATCH + 0x410;

function write(a: Assembler, register: number, value: number): void {
  a.mov(eax, BASE + register);
  a.mov(d(rax), value);
}

/** The register goes to EAX. */
function read(a: Assembler, register: number): void {
  a.mov(eax, BASE + register);
  a.mov(eax, d(rax));
}

/** Handlers for these vectors note that they ran. `eoi`: they end the interrupt themselves; `open`: they let others in. */
function handlers(k: Kernel, vectors: readonly number[], { eoi = true, open = false } = {}): void {
  const { a } = k;
  a.mov(d(COUNT), 0);
  for (const vector of vectors) {
    const handler = k.routine(() => {
      a.push(rax);
      a.push(rcx);
      a.mov(ecx, d(COUNT));
      a.mov(b(rcx, NOTES), vector);
      a.inc(d(COUNT));
      if (open) {
        a.sti();
        a.nop();
        a.nop();
        a.cli();
        a.mov(ecx, d(COUNT));
        a.mov(b(rcx, NOTES), vector + 1);
        a.inc(d(COUNT));
      }
      if (eoi) write(a, Register.eoi, 0);
      a.pop(rcx);
      a.pop(rax);
      a.iretq();
    });
    k.setGate(vector, 0x8e, CODE, handler);
  }
}

/** On, with nothing in service and the timer masked. */
function start(k: Kernel): void {
  const { a } = k;
  write(a, Register.svr, 0x1ff);
  write(a, Register.tpr, 0);
  write(a, Register.timer, MASKED | 0x40);
  write(a, Register.initial, 0);
  write(a, Register.divide, 0xb);
  for (let i = 0; i < 8; i++) write(a, Register.eoi, 0);
  a.sti();
  a.nop();
  a.nop();
  a.cli();
  a.mov(d(COUNT), 0);
}

/** Lets interrupts in until `count` came, or for a good while. */
function wait(k: Kernel, count: number, patience = PATIENCE): void {
  const { a } = k;
  const done = new Label();
  a.mov(esi, patience);
  a.sti();
  const again = a.here();
  a.cmp(d(COUNT), count);
  a.jae(done);
  a.dec(esi);
  a.jnz(again);
  a.here(done);
  a.cli();
}

/** Tells the vectors that came, at most six. */
function notes(k: Kernel): void {
  const { a } = k;
  write(a, Register.timer, MASKED | 0x40);
  a.mov(eax, d(COUNT));
  k.report.value("came", 2);
  for (let i = 0; i < 6; i++) {
    const none = new Label();
    a.cmp(d(COUNT), i);
    a.jbe(none);
    a.movzx(eax, b(NOTES + i));
    k.report.value("", 2);
    a.here(none);
  }
}

const selfIpi = (a: Assembler, vector: number): void => write(a, Register.icrLow, SELF | vector);

function timer(k: Kernel): void {
  const { a } = k;
  k.case("one-shot", () => {
    start(k);
    handlers(k, [0x40]);
    write(a, Register.timer, 0x40);
    write(a, Register.initial, 1000);
    wait(k, 1, FOREVER);
    wait(k, 2);
    notes(k);
    read(a, Register.current);
    k.report.value("count");
  });
  k.case("one-shot, masked", () => {
    start(k);
    handlers(k, [0x40]);
    write(a, Register.initial, 1000);
    wait(k, 1);
    notes(k);
    read(a, Register.current);
    k.report.value("count");
    read(a, Register.irr + 0x20);
    k.report.value("irr");
  });
  k.case("one-shot, unmasked after the end", () => {
    start(k);
    handlers(k, [0x40]);
    write(a, Register.initial, 100);
    wait(k, 1);
    write(a, Register.timer, 0x40);
    wait(k, 1);
    notes(k);
  });
  k.case("one-shot, started with interrupts off", () => {
    start(k);
    handlers(k, [0x40]);
    write(a, Register.timer, 0x40);
    write(a, Register.initial, 100);
    const again = a.here();
    read(a, Register.irr + 0x20);
    a.test(eax, eax);
    a.jz(again);
    k.report.value("irr");
    wait(k, 1);
    notes(k);
  });
  k.case("one-shot, stopped by a count of 0", () => {
    start(k);
    handlers(k, [0x40]);
    write(a, Register.timer, 0x40);
    write(a, Register.initial, 0x4000_0000);
    write(a, Register.initial, 0);
    wait(k, 1);
    notes(k);
    read(a, Register.current);
    k.report.value("count");
  });
  k.case("periodic", () => {
    start(k);
    handlers(k, [0x41]);
    write(a, Register.timer, PERIODIC | 0x41);
    write(a, Register.initial, 5000);
    wait(k, 5, FOREVER);
    write(a, Register.initial, 0);
    a.mov(eax, d(COUNT));
    a.cmp(eax, 5);
    const few = new Label();
    a.jb(few);
    k.report.say(" five");
    a.here(few);
    write(a, Register.timer, MASKED | 0x40);
    a.sti();
    a.nop();
    a.nop();
    a.cli();
  });
  k.case("the divider and what can be written to it", () => {
    start(k);
    for (const value of [0, 4, 0xffff_ffff]) {
      write(a, Register.divide, value);
      read(a, Register.divide);
      k.report.value("divide", 2);
    }
  });
  k.case("what can be written to the LVT", () => {
    start(k);
    write(a, Register.timer, 0xffff_ffff & ~DEADLINE);
    read(a, Register.timer);
    a.and(eax, ~0x1000);
    k.report.value("timer");
    write(a, Register.lint0, 0x1_0000);
    read(a, Register.lint0);
    a.and(eax, ~0x5000);
    k.report.value("lint0");
  });
  k.case("the count goes down", () => {
    start(k);
    write(a, Register.initial, 0x7fff_ffff);
    read(a, Register.current);
    a.mov(esi, eax);
    a.mov(ecx, 100_000);
    const again = a.here();
    a.dec(ecx);
    a.jnz(again);
    read(a, Register.current);
    a.cmp(eax, esi);
    const not = new Label();
    a.jae(not);
    k.report.say(" down");
    a.here(not);
    write(a, Register.initial, 0);
  });
  k.case("TSC-deadline", () => {
    start(k);
    handlers(k, [0x42]);
    write(a, Register.timer, DEADLINE | 0x42);
    a.rdtsc();
    a.add(eax, 10_000);
    a.adc(edx, 0);
    a.mov(ecx, TSC_DEADLINE);
    k.from();
    a.wrmsr();
    wait(k, 2);
    notes(k);
    a.mov(ecx, TSC_DEADLINE);
    a.rdmsr();
    k.report.value("armed");
  });
  k.case("TSC-deadline in the past", () => {
    start(k);
    handlers(k, [0x42]);
    write(a, Register.timer, DEADLINE | 0x42);
    a.mov(eax, 1);
    a.xor(edx, edx);
    a.mov(ecx, TSC_DEADLINE);
    k.from();
    a.wrmsr();
    wait(k, 1);
    notes(k);
  });
}

function priorities(k: Kernel): void {
  const { a } = k;
  k.case("an interrupt to itself", () => {
    start(k);
    handlers(k, [0x50]);
    selfIpi(a, 0x50);
    wait(k, 1);
    notes(k);
  });
  k.case("the highest comes first", () => {
    start(k);
    handlers(k, [0x50, 0x61, 0x62, 0x75]);
    for (const vector of [0x61, 0x50, 0x75, 0x62]) selfIpi(a, vector);
    wait(k, 4);
    notes(k);
  });
  k.case("the same vector twice is one", () => {
    start(k);
    handlers(k, [0x50]);
    selfIpi(a, 0x50);
    selfIpi(a, 0x50);
    wait(k, 2);
    notes(k);
  });
  k.case("without EOI the same class waits, a higher one does not", () => {
    start(k);
    handlers(k, [0x50, 0x51, 0x60], { eoi: false });
    selfIpi(a, 0x50);
    wait(k, 1);
    selfIpi(a, 0x51);
    selfIpi(a, 0x60);
    wait(k, 3);
    notes(k);
    read(a, Register.isr + 0x20);
    k.report.value("isr 40");
    read(a, Register.isr + 0x30);
    k.report.value("60");
    read(a, Register.irr + 0x20);
    k.report.value("irr");
    read(a, Register.ppr);
    k.report.value("ppr", 2);
    write(a, Register.eoi, 0);
    read(a, Register.ppr);
    k.report.value("ppr", 2);
    write(a, Register.eoi, 0);
    wait(k, 3);
    notes(k);
  });
  for (const open of [false, true])
    k.case(`a handler that lets others in: ${open}`.replace(":", ","), () => {
      start(k);
      handlers(k, [0x50], { open });
      handlers(k, [0x70]);
      const nested = k.routine(() => {
        a.push(rax);
        a.mov(ecx, d(COUNT));
        a.mov(b(rcx, NOTES), 0x50);
        a.inc(d(COUNT));
        selfIpi(a, 0x70);
        if (open) {
          a.sti();
          a.nop();
          a.nop();
          a.cli();
        }
        a.mov(ecx, d(COUNT));
        a.mov(b(rcx, NOTES), 0x5f);
        a.inc(d(COUNT));
        write(a, Register.eoi, 0);
        a.pop(rax);
        a.iretq();
      });
      k.setGate(0x50, 0x8e, CODE, nested);
      selfIpi(a, 0x50);
      wait(k, 3);
      notes(k);
    });
  for (const tpr of [0x40, 0x4f, 0x50, 0x5f, 0xff])
    k.case(`TPR ${tpr.toString(16)} and vector 50`, () => {
      start(k);
      handlers(k, [0x50]);
      write(a, Register.tpr, tpr);
      read(a, Register.ppr);
      k.report.value("ppr", 2);
      a.mov(rax, cr8);
      k.report.value("cr8", 2);
      selfIpi(a, 0x50);
      wait(k, 1);
      notes(k);
      write(a, Register.tpr, 0);
      wait(k, 1);
      notes(k);
    });
  k.case("CR8 is the upper half of TPR", () => {
    start(k);
    a.mov(eax, 9);
    a.mov(cr8, rax);
    read(a, Register.tpr);
    k.report.value("tpr", 2);
    a.xor(eax, eax);
    a.mov(cr8, rax);
  });
  k.case("STI lets nothing in before the next instruction is done", () => {
    start(k);
    handlers(k, [0x50]);
    selfIpi(a, 0x50);
    a.mov(ecx, d(COUNT));
    a.sti();
    a.mov(ecx, d(COUNT));
    a.nop();
    a.cli();
    a.mov(eax, ecx);
    k.report.value("before", 2);
    notes(k);
  });
  k.case("HLT ends with an interrupt", () => {
    start(k);
    handlers(k, [0x40]);
    write(a, Register.timer, 0x40);
    write(a, Register.initial, 10_000);
    a.sti();
    a.hlt();
    a.cli();
    notes(k);
  });
}

function registers(k: Kernel): void {
  const { a } = k;
  k.case("a software-disabled APIC masks the LVT", () => {
    start(k);
    write(a, Register.timer, 0x40);
    write(a, Register.svr, 0xff);
    read(a, Register.timer);
    k.report.value("timer");
    write(a, Register.timer, 0x40);
    read(a, Register.timer);
    k.report.value("timer");
    write(a, Register.svr, 0x1ff);
  });
  k.case("the ID", () => {
    start(k);
    read(a, Register.id);
    k.report.value("id");
  });
  for (const [name, number] of [
    ["ID", 2],
    ["TPR", 8],
    ["EOI", 0xb],
    ["ICR", 0x30],
    ["self-IPI", 0x3f],
  ] as const)
    k.case(`the x2APIC register ${name} without x2APIC mode`, () => {
      a.mov(ecx, X2APIC + number);
      k.from();
      a.rdmsr();
    });
  const enable = (): void => {
    a.mov(ecx, APIC_BASE);
    a.rdmsr();
    a.or(eax, 0xc00);
    k.from();
    a.wrmsr();
  };
  const leave = (): void => {
    a.mov(ecx, APIC_BASE);
    a.rdmsr();
    a.and(eax, ~0xc00);
    a.wrmsr();
    a.or(eax, 0x800);
    a.wrmsr();
  };
  k.case("IA32_APIC_BASE", () => {
    a.mov(ecx, APIC_BASE);
    a.rdmsr();
    k.report.value("base");
  });
  for (const [name, low, high] of [
    ["bit 0", 0xfee0_0901, 0],
    ["bit 9", 0xfee0_0b00, 0],
    ["bit 46", 0xfee0_0900, 1 << 14],
    ["EXTD without EN", 0xfee0_0500, 0],
  ] as const)
    k.case(`IA32_APIC_BASE with ${name}`, () => {
      a.mov(ecx, APIC_BASE);
      a.mov(eax, low);
      a.mov(edx, high);
      k.from();
      a.wrmsr();
      leave();
    });
  const after = (name: string, body: () => void): void =>
    k.case(`x2APIC, ${name}`, () => {
      start(k);
      handlers(k, [0x50]);
      // A case that faults leaves x2APIC mode behind; the next one's `start` would not find the memory.
      const handler = k.routine(() => {
        leave();
        a.jmp(k.stubs[13]!);
      });
      k.setGate(13, 0x8e, CODE, handler);
      enable();
      body();
      leave();
    });
  const readMsr = (number: number): void => {
    a.mov(ecx, X2APIC + number);
    k.from();
    a.rdmsr();
  };
  const writeMsr = (number: number, low: number, high = 0): void => {
    a.mov(ecx, X2APIC + number);
    a.mov(eax, low);
    a.mov(edx, high);
    k.from();
    a.wrmsr();
  };
  after("the ID", () => {
    readMsr(2);
    k.report.value("id");
  });
  after("a self-IPI", () => {
    writeMsr(0x3f, 0x50);
    a.mov(esi, 1000);
    a.sti();
    const again = a.here();
    a.dec(esi);
    a.jnz(again);
    a.cli();
    a.mov(eax, d(COUNT));
    k.report.value("came", 2);
    writeMsr(0xb, 0);
  });
  for (const [name, number] of [
    ["EOI", 0xb],
    ["self-IPI", 0x3f],
    ["DFR", 0xe],
    ["register 31", 0x31],
    ["register 40", 0x40],
  ] as const)
    after(`RDMSR of ${name}`, () => readMsr(number));
  for (const [name, number, low, high] of [
    ["the ID", 2, 0, 0],
    ["the version", 3, 0, 0],
    ["PPR", 0xa, 0, 0],
    ["EOI with 1", 0xb, 1, 0],
    ["EOI with 0", 0xb, 0, 0],
    ["TPR beyond 8 bits", 8, 0x100, 0],
    ["TPR's upper half", 8, 0, 1],
    ["ESR with 1", 0x28, 1, 0],
    ["the ICR's upper half with bit 12 of the lower", 0x30, 0x1000, 0],
    ["self-IPI beyond 8 bits", 0x3f, 0x150, 0],
    ["the timer's reserved bits", 0x32, 0x8_0040, 0],
    ["the current count", 0x39, 0, 0],
    ["the divider's reserved bits", 0x3e, 0x10, 0],
  ] as const)
    after(`WRMSR of ${name}`, () => writeMsr(number, low, high));
  k.case("from x2APIC back to xAPIC mode", () => {
    const handler = k.routine(() => {
      leave();
      a.jmp(k.stubs[13]!);
    });
    k.setGate(13, 0x8e, CODE, handler);
    enable();
    a.mov(ecx, APIC_BASE);
    a.rdmsr();
    a.and(eax, ~0x400);
    k.from();
    a.wrmsr();
  });
  // Last of all: QEMU keeps the vector, and delivers it when it may.
  k.case("an IPI with vector 5 is an error", () => {
    start(k);
    write(a, Register.esr, 0);
    selfIpi(a, 5);
    write(a, Register.esr, 0);
    read(a, Register.esr);
    k.report.value("esr", 2);
  });
}

export function localApic(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(64, without);
  timer(k);
  priorities(k);
  registers(k);
  return k.finish();
}
