/**
 * Hardware tasks: every way into a TSS and back, in both formats, what is saved and loaded, busy bits, links and NT; what is wrong
 * before the switch, which faults in the old task, and after it, which faults in the new one. One other task, at TASK, is made
 * anew by each case; its code is at LOW_CODE.
 */
import { b, d, w } from "../../dsl/asm/operand.ts";
import type { Label } from "../../dsl/out/expression.ts";
import { ax, cr0, dr0, dr7, ds, eax, ebp, ebx, ecx, edi, edx, esi, esp, sp } from "../../emulator/isa/registers.ts";
import {
  CODE,
  DATA,
  DATA16,
  DONE,
  descriptor,
  FREE,
  Kernel,
  LDT,
  LOW_CODE,
  SCRATCH,
  TSS,
  USER_CODE32,
  USER_DATA,
} from "./kernel.ts";

const FLAT = 0xf_ffff;
const PAGES32 = 0xc0;
const OTHER = FREE;
const GATE = FREE + 8;
const SEGMENT = FREE + 0x10;
const THIRD = FREE + 0x18;
const TASK = 0x1_0000;
const THIRD_TASK = 0x1_0800;
const TASK_STACK = 0x6000;
/** Where the old task's code is, when it matters. */
const ENTERING = 0x9000;
const BUSY32 = 0x8b;
const VECTOR = 0x90;

/** Offsets of the two formats: SDM vol. 3, figures 7-2 and 7-10. */
const formats = {
  386: { type: 0x89, limit: 0x67, rip: 0x20, flags: 0x24, general: 0x28, segments: 0x48, ldt: 0x60, step: 4 },
  286: { type: 0x81, limit: 0x2b, rip: 0x0e, flags: 0x10, general: 0x12, segments: 0x22, ldt: 0x2a, step: 2 },
} as const;
type Format = keyof typeof formats;

interface Image {
  readonly cs?: number;
  readonly ss?: number;
  readonly ds?: number;
  readonly es?: number;
  readonly fs?: number;
  readonly gs?: number;
  readonly flags?: number;
  readonly eip?: number;
  readonly ldt?: number;
  readonly trap?: number;
}

/** Fills a TSS and its descriptor. The general registers hold 1111, 1212, …; ESP is TASK_STACK. */
function makeTask(k: Kernel, format: Format, image: Image = {}, address = TASK, selector = OTHER): void {
  const { a } = k;
  const layout = formats[format];
  const put = (offset: number, value: number): void => {
    if (layout.step === 4) a.mov(d(address + offset), value);
    else a.mov(w(address + offset), value);
  };
  for (let offset = 0; offset < 0x68; offset += 4) a.mov(d(address + offset), 0);
  put(layout.rip, image.eip ?? LOW_CODE);
  put(layout.flags, image.flags ?? 2);
  for (let i = 0; i < 8; i++) put(layout.general + layout.step * i, i === 4 ? TASK_STACK : 0x1111 + 0x101 * i);
  const stack = layout.step === 4 ? DATA : DATA16;
  const { es = DATA, cs = CODE, ss = stack, ds = DATA, fs = 0, gs = 0 } = image;
  const selectors = layout.step === 4 ? [es, cs, ss, ds, fs, gs] : [es, cs, ss, ds];
  for (const [i, value] of selectors.entries()) put(layout.segments + layout.step * i, value);
  put(layout.ldt, image.ldt ?? 0);
  if (layout.step === 4) {
    a.mov(w(address + 0x64), image.trap ?? 0);
    a.mov(w(address + 0x66), 0x68);
    put(4, TASK_STACK + 0x800);
    put(8, DATA);
  } else {
    put(2, TASK_STACK + 0x800);
    put(4, DATA);
  }
  k.setDescriptor(selector, descriptor(address, layout.limit, layout.type, 0));
}

const taskGate = (k: Kernel, access = 0x85, selector = OTHER): void =>
  k.setDescriptor(GATE, [(selector << 16) >>> 0, access << 8]);
const idtTaskGate = (k: Kernel, vector: number, selector = OTHER): void =>
  k.setDescriptor(vector * 8, [(selector << 16) >>> 0, 0xe500], k.idt);

/** Goes on at a routine; from LOW_CODE. A 286 TSS says nothing about the upper halves of registers. */
function go(k: Kernel, routine: Label): void {
  const { a } = k;
  a.movzx(esp, sp);
  a.push(routine);
  a.ret();
}

/** What the other task sees: TR, its registers (of a 286 TSS their lower halves), flags, the link, both busy bits, CR0.TS, and what was saved of the kernel's task. */
function tell(k: Kernel, format: Format = 386, more: () => void = () => k.a.jmp(k.recover)): Label {
  const { a } = k;
  return k.routine(() => {
    a.mov(d(SCRATCH), eax);
    a.mov(d(SCRATCH + 4), ebx);
    a.mov(d(SCRATCH + 8), ecx);
    a.mov(d(SCRATCH + 12), edx);
    a.mov(d(SCRATCH + 16), ebp);
    a.mov(d(SCRATCH + 20), esi);
    a.mov(d(SCRATCH + 24), edi);
    a.mov(d(SCRATCH + 28), esp);
    a.pushfd();
    a.pop(eax);
    k.report.value("fl", 6);
    a.xor(eax, eax);
    a.str(ax);
    k.report.value("tr", 4);
    for (const [i, name] of ["eax", "ebx", "ecx", "edx", "ebp", "esi", "edi", "esp"].entries()) {
      a.mov(eax, d(SCRATCH + 4 * i));
      k.report.value(name, format === 386 ? 8 : 4);
    }
    a.movzx(eax, w(TASK));
    k.report.value("link", 4);
    a.movzx(eax, b(k.gdt.plus(TSS + 5)));
    k.report.value("old", 2);
    a.movzx(eax, b(k.gdt.plus(OTHER + 5)));
    k.report.value("new", 2);
    a.mov(eax, cr0);
    a.and(eax, 8);
    k.report.value("ts", 1);
    saved(k);
    more();
  });
}

/** What the kernel's TSS holds. */
function saved(k: Kernel): void {
  const { a } = k;
  a.mov(eax, d(k.tss.plus(0x20)));
  a.sub(eax, d(k.mark));
  k.report.value("saved eip", 4);
  a.mov(eax, d(k.tss.plus(0x24)));
  a.and(eax, 0x3e_7702);
  k.report.value("fl", 6);
  a.mov(eax, d(k.tss.plus(0x2c)));
  k.report.value("ecx");
  a.mov(eax, d(k.tss.plus(0x38)));
  a.sub(eax, k.stack);
  k.report.value("esp");
  for (const [name, offset] of [
    ["es", 0x48],
    ["cs", 0x4c],
    ["ss", 0x50],
    ["fs", 0x58],
    ["ldt", 0x60],
  ] as const) {
    a.mov(eax, d(k.tss.plus(offset)));
    k.report.value(name, 4);
  }
}

/** The ways of entering OTHER. JMP does not link. */
const ways: Readonly<Record<string, (k: Kernel) => void>> = {
  "JMP to the TSS": ({ a }) => a.jmpFar(OTHER, 0x1234_5678),
  "CALL to the TSS": ({ a }) => a.callFar(OTHER, 0),
  "JMP to a task gate": (k) => k.a.jmpFar(GATE, 0),
  "CALL to a task gate": (k) => k.a.callFar(GATE, 0),
  INT: (k) => k.a.int(VECTOR),
  IRETD: (k) => {
    const { a } = k;
    a.mov(w(k.tss), OTHER);
    a.or(b(k.gdt.plus(OTHER + 5)), 2);
    a.pushfd();
    a.or(d(esp), 0x4000);
    a.popfd();
    k.from();
    a.iretd();
  },
};

/** A task that is entered; the kernel's ECX and FS are told apart from what a switch might leave. */
function prepare(k: Kernel, format: Format, image: Image = {}): void {
  const { a } = k;
  makeTask(k, format, image);
  taskGate(k);
  idtTaskGate(k, VECTOR);
  for (let offset = 0x20; offset < 0x60; offset += 4) a.mov(d(k.tss.plus(offset)), 0xaaaa_aaaa);
  a.mov(d(k.tss.plus(0x60)), LDT);
  a.mov(ecx, 0xcccc_cccc);
}

function switches(k: Kernel): void {
  const { a } = k;
  for (const format of [386, 286] as const) {
    for (const [name, enter] of Object.entries(ways)) {
      k.case(`${name}, ${format}`, () => {
        const told = tell(k, format);
        k.low(() => go(k, told));
        prepare(k, format, { flags: 0x0cd7 });
        k.from();
        enter(k);
      });
      k.case(`${name}, ${format}, and back`, () => {
        const linked = name === "INT" || name.startsWith("CALL");
        const told = tell(k, format, () => (linked ? a.iretd() : a.jmpFar(TSS, 0)));
        k.low(() => go(k, told));
        prepare(k, format);
        k.from();
        enter(k);
        k.report.say(" back");
        a.pushfd();
        a.pop(eax);
        a.and(eax, 0x7700);
        k.report.value("fl", 4);
        a.str(ax);
        k.report.value("tr", 4);
        a.movzx(eax, b(k.gdt.plus(TSS + 5)));
        k.report.value("old", 2);
        a.movzx(eax, b(k.gdt.plus(OTHER + 5)));
        k.report.value("new", 2);
        const { flags, step, segments } = formats[format];
        a.movzx(eax, w(TASK + flags));
        a.and(eax, 0x7700);
        k.report.value("saved fl", 4);
        a.movzx(eax, w(TASK + segments + step));
        k.report.value("cs", 4);
      });
    }
    k.case(`an exception with an error code, ${format}`, () => {
      const told = tell(k, format, () => {
        k.report.stack("code", formats[format].step);
        a.jmp(k.recover);
      });
      k.low(() => go(k, told));
      prepare(k, format);
      idtTaskGate(k, 11);
      k.setDescriptor(SEGMENT, descriptor(0, FLAT, 0x13, PAGES32));
      a.mov(eax, SEGMENT);
      k.from();
      a.mov(ds, ax);
    });
    k.case(`a task in ring 3, ${format}`, () => {
      k.low(() => a.int(DONE));
      prepare(k, format, { cs: USER_CODE32, ss: USER_DATA, ds: USER_DATA, es: USER_DATA });
      a.mov(d(k.mark), LOW_CODE);
      a.callFar(OTHER, 0);
    });
    k.case(`a task with an LDT, ${format}`, () => {
      k.setDescriptor(0xc, descriptor(0, FLAT, 0x93, PAGES32), k.ldt);
      const told = tell(k, format, () => {
        a.sldt(ax);
        k.report.value("ldt", 4);
        a.mov(eax, ds);
        k.report.value("ds", 4);
        a.jmp(k.recover);
      });
      k.low(() => go(k, told));
      prepare(k, format, { ldt: LDT, ds: 0xc });
      a.xor(eax, eax);
      a.lldt(ax);
      k.from();
      a.jmpFar(OTHER, 0);
    });
    k.case(`from ${format} to another task and back`, () => {
      // The third task returns to the second, which returns to the kernel's.
      k.low(() => a.iretd(), { at: 0x9000 });
      makeTask(k, 386, { eip: 0x9000 }, THIRD_TASK, THIRD);
      k.low(() => {
        a.mov(ebx, 0x5678_1234);
        a.callFar(THIRD, 0);
        a.inc(ebx);
        a.iretd();
      });
      prepare(k, format);
      a.callFar(OTHER, 0);
      const { general, step, rip } = formats[format];
      a.mov(eax, d(TASK + general + 3 * step));
      k.report.value("ebx");
      a.movzx(eax, w(TASK + rip));
      k.report.value("ip", 4);
      a.movzx(eax, w(THIRD_TASK));
      k.report.value("link", 4);
      a.movzx(eax, b(k.gdt.plus(THIRD + 5)));
      k.report.value("third", 2);
    });
  }
  k.case("local breakpoints end with the task, global ones do not", () => {
    const told = k.routine(() => {
      a.mov(eax, dr7);
      k.report.value("dr7");
      a.jmp(k.recover);
    });
    k.low(() => go(k, told));
    prepare(k, 386);
    a.mov(eax, SCRATCH + 0x100);
    a.mov(dr0, eax);
    a.mov(eax, 0x3ff);
    a.mov(dr7, eax);
    a.jmpFar(OTHER, 0);
  });
  k.case("the debug trap of a TSS", () => {
    k.low(() => a.ud2());
    prepare(k, 386, { trap: 1 });
    a.mov(d(k.mark), LOW_CODE);
    a.jmpFar(OTHER, 0);
  });
  k.case("TF in the flags of a new task", () => {
    k.low(() => {
      a.inc(eax);
      a.ud2();
    });
    prepare(k, 386, { flags: 0x102 });
    a.mov(d(k.mark), LOW_CODE);
    a.jmpFar(OTHER, 0);
  });
}

/** Faults before the switch: they are the old task's. */
function before(k: Kernel): void {
  const { a } = k;
  const descriptors: Readonly<Record<string, readonly [number, number]>> = {
    "that is busy": [BUSY32, 0x67],
    "that is absent": [0x09, 0x67],
    "that is busy and absent": [0x0b, 0x67],
    "that is short": [0x89, 0x66],
    "of a 286 that is short": [0x81, 0x2a],
    "of a 286 that is busy": [0x83, 0x2b],
    "that is an LDT": [0x82, 0x67],
    "that is data": [0x93, 0x67],
  };
  for (const [way, enter] of Object.entries(ways))
    for (const [name, [access, limit]] of Object.entries(descriptors)) {
      if (way.endsWith("the TSS") && name === "that is data") continue;
      k.case(`${way} ${name}`, () => {
        k.low(() => {
          a.movzx(esp, sp);
          a.ud2();
        });
        prepare(k, name.includes("286") ? 286 : 386);
        k.setDescriptor(OTHER, descriptor(TASK, limit, access, 0));
        k.from();
        enter(k);
      });
    }
  k.case("IRETD to a task that is not busy", () => {
    prepare(k, 386);
    a.mov(w(k.tss), OTHER);
    a.push(0x4002);
    a.popfd();
    k.from();
    a.iretd();
  });
  for (const [name, selector] of [
    ["null", 0],
    ["beyond the GDT", 0x100],
    ["in the LDT", 4],
    ["with RPL 3", OTHER | 3],
  ] as const) {
    k.case(`IRETD to a link ${name}`, () => {
      k.low(() => a.ud2());
      prepare(k, 386);
      a.or(b(k.gdt.plus(OTHER + 5)), 2);
      a.mov(w(k.tss), selector);
      a.push(0x4002);
      a.popfd();
      k.from();
      a.iretd();
    });
    k.case(`JMP to a task gate to a selector ${name}`, () => {
      k.low(() => a.ud2());
      prepare(k, 386);
      taskGate(k, 0x85, selector);
      k.from();
      a.jmpFar(GATE, 0);
    });
    k.case(`INT through a task gate to a selector ${name}`, () => {
      k.low(() => a.ud2());
      prepare(k, 386);
      idtTaskGate(k, VECTOR, selector);
      k.from();
      a.int(VECTOR);
    });
  }
  for (const [name, make] of [
    ["an absent gate", () => taskGate(k, 0x05)],
    ["a gate of ring 0", () => taskGate(k, 0x85)],
    ["a gate of ring 3", () => taskGate(k, 0xe5)],
    ["an absent gate of ring 3", () => taskGate(k, 0x65)],
  ] as const)
    for (const ring of [0, 3])
      k.case(`CALL in ring ${ring} to ${name}`, () => {
        prepare(k, 386, { eip: 0x9000 });
        k.low(() => a.int(DONE), { at: 0x9000 });
        make();
        if (ring === 3) k.lowUser(() => a.callFar(GATE, 0));
        else {
          k.from();
          a.callFar(GATE, 0);
        }
      });
  for (const dpl of [0, 3])
    for (const how of ["JMP", "CALL"])
      k.case(`${how} in ring 3 to a TSS of ring ${dpl}`, () => {
        prepare(k, 386, { eip: 0x9000 });
        k.low(() => a.int(DONE), { at: 0x9000 });
        a.or(b(k.gdt.plus(OTHER + 5)), dpl << 5);
        k.lowUser(() => (how === "JMP" ? a.jmpFar(OTHER, 0) : a.callFar(OTHER, 0)));
      });
  k.case("JMP in ring 0 with RPL 3 to a TSS of ring 0", () => {
    prepare(k, 386);
    k.from();
    a.jmpFar(OTHER | 3, 0);
  });
  k.case("JMP to a TSS in the LDT", () => {
    k.setDescriptor(4, descriptor(TASK, 0x67, 0x89, 0), k.ldt);
    k.from();
    a.jmpFar(4, 0);
  });
}

/** Faults after the switch: they are the new task's, and told by tasks of their own. */
function after(k: Kernel): void {
  const { a } = k;
  const images: Readonly<Record<string, readonly [Image, number?, number?, number?]>> = {
    "an LDT in the LDT": [{ ldt: 4 }],
    "an LDT beyond the GDT": [{ ldt: 0x100 }],
    "an LDT that is data": [{ ldt: DATA }],
    "an absent LDT": [{ ldt: SEGMENT }, 0x02, 0x3f, 0],
    "a null CS": [{ cs: 0 }],
    "CS beyond the GDT": [{ cs: 0x100 }],
    "CS in data": [{ cs: DATA }],
    "CS in a TSS": [{ cs: TSS }],
    "CS of another ring": [{ cs: USER_CODE32 & ~3 }],
    "CS of ring 0 with RPL 3": [{ cs: CODE | 3 }],
    "an absent CS": [{ cs: SEGMENT }, 0x1b],
    "an absent CS of another ring": [{ cs: SEGMENT }, 0x7b],
    "conforming CS of ring 3": [{ cs: SEGMENT }, 0xff],
    "a null SS": [{ ss: 0 }],
    "SS beyond the GDT": [{ ss: 0x100 }],
    "SS with RPL 3": [{ ss: DATA | 3 }],
    "SS of ring 3": [{ ss: USER_DATA & ~3 }],
    "a read-only SS": [{ ss: SEGMENT }, 0x91],
    "SS in code": [{ ss: CODE }],
    "an absent SS": [{ ss: SEGMENT }, 0x13],
    "an absent SS of ring 3": [{ ss: SEGMENT }, 0x73],
    "DS beyond the GDT": [{ ds: 0x100 }],
    "DS beyond the LDT": [{ ds: 0x44 }],
    "DS in execute-only code": [{ ds: SEGMENT }, 0x99],
    "DS in a TSS": [{ ds: TSS }],
    "an absent DS": [{ ds: SEGMENT }, 0x13],
    "DS of an inner ring": [{ cs: USER_CODE32, ss: USER_DATA, es: USER_DATA, ds: DATA }],
    "DS of ring 0 with RPL 3": [{ ds: DATA | 3 }],
    "an absent ES": [{ es: SEGMENT }, 0x13],
    "an absent FS": [{ fs: SEGMENT }, 0x13],
    "an absent GS": [{ gs: SEGMENT }, 0x13],
    "GS in a gate": [{ gs: SEGMENT }, 0x8e],
    "both SS and DS absent": [{ ss: SEGMENT, ds: SEGMENT }, 0x13],
    "EIP beyond CS": [{ cs: SEGMENT, eip: 0x1_0000 }, 0x9b, 0xffff, 0x40],
  };
  for (const [name, [image, access = 0x93, limit = FLAT, flags = PAGES32]] of Object.entries(images))
    for (const way of ["JMP to the TSS", "INT", "#UD"]) {
      if (way === "#UD" && !["an LDT beyond the GDT", "a null CS", "an absent SS", "an absent DS"].includes(name))
        continue;
      k.case(`${way} with ${name}`, () => {
        k.throughTasks();
        k.low(() => a.ud2());
        prepare(k, 386, image);
        k.setDescriptor(SEGMENT, descriptor(0, limit, access, flags));
        k.low(() => (way === "#UD" ? a.ud2() : ways[way]!(k)), { at: ENTERING });
        a.mov(d(k.mark), image.eip ?? LOW_CODE);
        if (way === "#UD") idtTaskGate(k, 6);
        a.mov(eax, ENTERING);
        a.jmp(eax);
      });
    }
  for (const [name, image] of [
    ["a null CS", { cs: 0 }],
    ["a null SS", { ss: 0 }],
    ["DS in a TSS", { ds: TSS }],
  ] as const)
    k.case(`JMP to a 286 TSS with ${name}`, () => {
      k.throughTasks();
      k.low(() => a.ud2());
      prepare(k, 286, image);
      k.low(() => a.jmpFar(OTHER, 0), { at: ENTERING });
      a.mov(d(k.mark), LOW_CODE);
      a.mov(eax, ENTERING);
      a.jmp(eax);
    });
}

export function taskSwitches(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  switches(k);
  before(k);
  return k.finish();
}

export function taskFaults(without: ReadonlySet<string>): Uint8Array {
  const k = new Kernel(32, without);
  after(k);
  return k.finish();
}
