/**
 * The kernel around the system oracle's cases: a flat multiboot image whose every exception handler says on COM1 what it
 * sees (vector, error code, RIP, CS, flags, CR2) and goes on with the next case. What a case prints is one line, so two
 * machines are compared line by line.
 *
 * A case begins in ring 0, with flat segments, an empty stack and interrupts off. It may leave anything behind, in the 64-bit
 * kernel all but the kernel's page tables: `recover` makes everything anew. Tables are in writable memory, so a case makes the
 * descriptors it needs itself, in the selectors from FREE on.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { flatBinary } from "../../dsl/out/flat.ts";
import { link } from "../../dsl/out/link.ts";
import {
  al,
  ax,
  cr0,
  cr3,
  cr4,
  ds,
  dx,
  eax,
  ebx,
  ecx,
  edi,
  edx,
  es,
  esi,
  esp,
  fs,
  gs,
  rax,
  rbx,
  rcx,
  rdi,
  rdx,
  rsi,
  rsp,
  ss,
} from "../../emulator/isa/registers.ts";
import { ReportWriter } from "./report.ts";

export const BASE = 0x10_0000;
/** Selectors. In the 64-bit kernel CODE is 64-bit code; the user's segments lie as SYSRET wants them. */
export const CODE = 0x08;
export const DATA = 0x10;
export const USER_CODE32 = 0x18 | 3;
export const USER_DATA = 0x20 | 3;
export const USER_CODE64 = 0x28 | 3;
export const TSS = 0x30;
export const CODE32 = 0x40;
export const CODE16 = 0x48;
export const DATA16 = 0x50;
export const LDT = 0x58;
/** The task that handles double faults in the 32-bit kernel. */
export const FAULT_TASK = 0x68;
/** For the cases: eight bytes each up to LAST_FREE. */
export const FREE = 0x80;
export const LAST_FREE = 0xf8;

/** Vector with which a program in an outer ring ends its case. */
export const DONE = 0x80;
/** Physical addresses below 1 MiB that belong to the cases, and where the page tables are. */
export const SCRATCH = 0x2_0000;
export const LOW_CODE = 0x8000;
export const LOW_STACK = 0x7000;
export const PAGE_TABLES = 0x20_0000;
const ROOT5 = PAGE_TABLES + 0x8000;
const FAULT_TASKS = 0x1_8000;
/** Pages of 2 MiB whose entries the cases may change; the 64-bit kernel makes them anew. */
export const PAGE = 0x60_0000;
export const PAGE2 = 0x80_0000;
/** In the 64-bit kernel: where the user finds the first 2 MiB. */
export const USER_ALIAS = 0x4000_0000;
const STACK_BYTES = 0x1000;

/** Two words of a descriptor. `flags`: G, D/B, L, AVL as in bits 7:4. */
export function descriptor(base: number, limit: number, access: number, flags: number): [low: number, high: number] {
  const low = ((base & 0xffff) << 16) | (limit & 0xffff);
  const high = (base & 0xff00_0000) | (flags << 16) | (limit & 0xf_0000) | (access << 8) | ((base >>> 16) & 0xff);
  return [low >>> 0, high >>> 0];
}

export class Kernel {
  readonly a = new Assembler({ bits: 32 });
  readonly bits: 32 | 64;
  readonly gdt = new Label("gdt");
  readonly idt = new Label("idt");
  readonly ldt = new Label("ldt");
  readonly tss = new Label("tss");
  readonly faultTss = new Label("faultTss");
  /** Tops of stacks: of ring 0 while a case runs, of ring 0 when entered from outside, of the user, of the double fault's handler. */
  readonly stack = new Label("stack");
  readonly entryStack = new Label("entryStack");
  readonly userStack = new Label("userStack");
  readonly faultStack = new Label("faultStack");
  /** What the present case was told to go on with, and what EIPs are counted from. */
  readonly resume = new Label("resume");
  readonly mark = new Label("mark");
  /** How many of the next exceptions return by IRET. */
  readonly returns = new Label("returns");
  readonly report: ReportWriter;
  readonly recover = new Label("recover");
  readonly #texts: { label: Label; text: string }[] = [];
  readonly #start = new Label("start");

  /** RF is shown in pushed flags. QEMU sets it in none (7.2), so only cases about it show it. */
  readonly showRf: boolean;

  /** Of paging in the 64-bit kernel. */
  readonly #levels: 4 | 5;

  /** Names of cases that are left out. */
  readonly #without: ReadonlySet<string>;

  constructor(bits: 32 | 64, without: ReadonlySet<string>, { showRf = false, levels = 4 as 4 | 5 } = {}) {
    this.#levels = levels;
    this.bits = bits;
    this.#without = without;
    this.showRf = showRf;
    const { a } = this;
    this.report = new ReportWriter(this);
    a.section(".text", { flags: "rwx", address: BASE });
    // Multiboot 1 with address fields.
    const end = new Label("end");
    this.#end = end;
    const header = a.label("header");
    const flags = 0x1_0000;
    a.dd(0x1bad_b002, flags, (0x1_0000_0000 - 0x1bad_b002 - flags) % 0x1_0000_0000, header, BASE, end, 0, this.#start);
    this.#library();
    a.here(this.#start);
    this.#begin();
  }

  readonly #end: Label;
  readonly #makeFaultTask = new Label("makeFaultTask");
  readonly #gdtPointer = new Label();
  readonly #idtPointer = new Label();

  /** A label for a text that `report` prints. */
  text(text: string): Label {
    const label = new Label();
    this.#texts.push({ label, text });
    return label;
  }

  /** One line of output. The body is recorded in the kernel's mode; offsets are counted from its start unless it places `mark` anew. */
  case(name: string, body: (a: Assembler, k: Kernel) => void): void {
    const { a } = this;
    const next = new Label();
    const begin = new Label();
    // A near jump of five bytes in any case: what is left out moves nothing, so addresses are alike on both machines.
    const entry = new Label();
    const past = new Label();
    a.db(0xe9);
    a.dd((this.#without.has(name) ? past : entry).minus(entry));
    a.here(entry);
    a.mov(d(this.resume), next);
    a.mov(d(this.mark), begin);
    a.mov(d(this.returns), 0);
    this.report.say(`${name}:`);
    a.here(begin);
    body(a, this);
    a.bits(this.bits);
    this.#usualSegments();
    this.report.say(" ok");
    a.jmp(this.recover);
    a.here(next);
    this.report.say("\n");
    a.here(past);
  }

  /** Changes EAX. */
  #usualSegments(): void {
    const { a } = this;
    if (this.bits === 32) {
      const here = new Label();
      a.jmpFar(CODE, here);
      a.here(here);
    }
    a.mov(eax, DATA);
    for (const segment of [ds, es, ss]) a.mov(segment, ax);
  }

  /** RIPs of this case are counted from here. */
  from(label: Label = new Label()): Label {
    const { a } = this;
    a.mov(d(this.mark), label);
    return a.here(label);
  }

  /** The next `count` exceptions of the case return to where they came from. */
  returning(count: number): void {
    this.a.mov(d(this.returns), count);
  }

  /** Writes a descriptor (or the first half of a long one) at run time. */
  setDescriptor(selector: number, [low, high]: readonly [number, number], table: Label = this.gdt): void {
    const { a } = this;
    a.mov(d(table.plus(selector & ~7)), low);
    a.mov(d(table.plus((selector & ~7) + 4)), high);
  }

  /** Writes an IDT gate at run time: kind as in the access byte. `handler`: default the kernel's own. */
  setGate(vector: number, access: number, selector: number, handler?: Label, ist = 0): void {
    const { a } = this;
    const at = this.idt.plus(vector * (this.bits === 64 ? 16 : 8));
    a.mov(eax, handler ?? this.stubs[vector]!);
    a.mov(w(at), ax);
    a.mov(w(at.plus(2)), selector);
    a.mov(w(at.plus(4)), (access << 8) | ist);
    a.shr(eax, 16);
    a.mov(w(at.plus(6)), ax);
  }

  /** The IDT ends with this offset, for the rest of the case. */
  shortIdt(limit: number): void {
    const { a } = this;
    a.mov(w(SCRATCH), limit);
    a.mov(d(SCRATCH + 2), this.idt);
    a.mov(d(SCRATCH + 6), 0);
    a.lidt(m(SCRATCH));
  }

  /** The body runs in ring 3 (of the kernel's own width, or as `code` says) and ends the case. */
  user(body: () => void, { flags = 2, code = this.bits === 64 ? USER_CODE64 : USER_CODE32 } = {}): void {
    const { a } = this;
    const begin = new Label();
    const alias = this.bits === 64 ? USER_ALIAS : 0;
    a.push(USER_DATA);
    a.push(this.userStack.plus(alias));
    a.push(flags);
    a.push(code);
    a.push(begin.plus(alias));
    if (this.bits === 64) a.iretq();
    else a.iretd();
    a.here(begin);
    a.bits(code === USER_CODE64 ? 64 : 32, () => {
      body();
      a.int(DONE);
    });
  }

  /** Code out of the way of what is recorded. */
  routine(body: () => void): Label {
    const { a } = this;
    const past = new Label();
    a.jmp(past);
    const entry = a.here();
    body();
    a.here(past);
    return entry;
  }

  /**
   * Copies what the body records to `at`, below 1 MiB, where 16 bits reach and addresses are the same in every image; RIPs are
   * counted from there. It may jump only within itself. Changes ESI, EDI and ECX.
   */
  low(body: () => void, { at = LOW_CODE, bits = this.bits as 16 | 32 | 64 } = {}): void {
    const { a } = this;
    const end = new Label();
    const begin = this.routine(() => {
      a.bits(bits, body);
      a.here(end);
    });
    a.mov(esi, begin);
    a.mov(edi, at);
    a.mov(ecx, end.minus(begin));
    a.rep.movsb();
    a.mov(d(this.mark), at);
  }

  /** As `user`, at LOW_CODE and with ESP = LOW_STACK. For the 32-bit kernel. */
  lowUser(body: () => void, { flags = 2, code = USER_CODE32, stack = USER_DATA } = {}): void {
    const { a } = this;
    this.low(() => {
      body();
      a.int(DONE);
    });
    a.push(stack);
    a.push(LOW_STACK);
    a.push(flags);
    a.push(code);
    a.push(LOW_CODE);
    a.iretd();
  }

  readonly stubs: Label[] = Array.from({ length: 256 }, (_, i) => new Label(`vector${i}`));

  /** The whole image, after the last case: the machine is told to end with code 0 (QEMU: exit status 1). `last`: instead of that. */
  finish(last?: (a: Assembler, k: Kernel) => void): Uint8Array {
    const { a } = this;
    if (last !== undefined) last(a, this);
    this.report.say("end\n");
    this.report.flush();
    a.mov(edx, 0xf4);
    a.xor(eax, eax);
    a.out(dx, al);
    const stop = a.here();
    a.hlt();
    a.jmp(stop);
    for (const { label, text } of this.#texts) {
      a.here(label);
      a.db(text, 0);
    }
    this.#data();
    a.here(this.#end);
    return flatBinary(link([a.finish()]));
  }

  // ---- the kernel itself

  #begin(): void {
    const { a } = this;
    const on = new Label();
    a.lgdt(m(this.#gdtPointer));
    if (this.bits === 64) this.#enterLongMode();
    a.jmpFar(CODE, on);
    a.bits(this.bits);
    a.here(on);
    a.mov(eax, DATA);
    a.mov(ss, ax);
    a.mov(esp, this.stack);
    a.mov(ds, ax);
    a.mov(es, ax);
    // The 8259s are silenced: only the APIC may interrupt.
    a.mov(al, 0xff);
    a.out(0x21, al);
    a.out(0xa1, al);
    this.report.initialise();
    const first = new Label();
    a.mov(d(this.resume), first);
    a.jmp(this.recover);
    a.here(first);
  }

  /**
   * The first 4 GiB mapped to themselves by 2 MiB pages, for the supervisor only; but USER_ALIAS is the first 2 MiB once more,
   * for the user. Tables at PAGE_TABLES.
   */
  #enterLongMode(): void {
    const { a } = this;
    a.mov(d(PAGE_TABLES), PAGE_TABLES + 0x1007);
    a.mov(d(PAGE_TABLES + 4), 0);
    for (let i = 0; i < 4; i++) {
      a.mov(d(PAGE_TABLES + 0x1000 + 8 * i), PAGE_TABLES + 0x2007 + 0x1000 * i);
      a.mov(d(PAGE_TABLES + 0x1004 + 8 * i), 0);
    }
    a.mov(eax, 0x83);
    a.mov(ebx, PAGE_TABLES + 0x2000);
    a.mov(ecx, 2048);
    const next = a.here();
    a.mov(d(ebx), eax);
    a.mov(d(ebx, 4), 0);
    a.add(ebx, 8);
    a.add(eax, 0x20_0000);
    a.dec(ecx);
    a.jnz(next);
    a.mov(d(PAGE_TABLES + 0x3000), 0x87);
    a.mov(d(ROOT5), PAGE_TABLES | 7);
    a.mov(d(ROOT5 + 4), 0);
    a.mov(eax, this.#root);
    a.mov(cr3, eax);
    a.mov(eax, this.#cr4);
    a.mov(cr4, eax);
    a.mov(ecx, 0xc000_0080);
    a.rdmsr();
    a.or(eax, 0x901);
    a.wrmsr();
    a.mov(eax, cr0);
    a.or(eax, 0x8001_0001);
    a.mov(cr0, eax);
  }

  get #root(): number {
    return this.#levels === 5 ? ROOT5 : PAGE_TABLES;
  }

  /** PAE, and LA57 for five levels. */
  get #cr4(): number {
    return this.#levels === 5 ? 0x1020 : 0x20;
  }

  /** Loads the descriptor tables and makes the IDT anew. */
  #resetTables(): void {
    const { a } = this;
    a.lgdt(m(this.#gdtPointer));
    a.lidt(m(this.#idtPointer));
    const size = this.bits === 64 ? 16 : 8;
    const table = new Label();
    const next = new Label();
    const done = new Label();
    a.mov(ebx, this.idt);
    a.xor(ecx, ecx);
    a.here(next);
    a.mov(eax, d([ecx, 4], table));
    a.mov(w(ebx), ax);
    a.mov(w(ebx, 2), CODE);
    a.mov(w(ebx, 4), 0x8e00);
    a.shr(eax, 16);
    a.mov(w(ebx, 6), ax);
    if (size === 16) {
      a.mov(d(ebx, 8), 0);
      a.mov(d(ebx, 12), 0);
    }
    a.add(ebx, size);
    a.inc(ecx);
    a.cmp(ecx, 256);
    a.jb(next);
    a.jmp(done);
    a.align(4);
    a.here(table);
    for (const stub of this.stubs) a.dd(stub);
    a.here(done);
    for (const vector of [3, 4, DONE]) a.mov(w(this.idt.plus(vector * size + 4)), 0xee00);
    if (this.bits === 32) {
      a.mov(d(this.idt.plus(8 * size)), FAULT_TASK << 16);
      a.mov(d(this.idt.plus(8 * size + 4)), 0x8500);
    } else a.mov(w(this.idt.plus(8 * size + 4)), 0x8e01);
  }

  #library(): void {
    const { a } = this;
    a.bits(this.bits, () => {
      this.report.library();
      this.#stubs();
      a.here(this.recover);
      if (this.bits === 64) this.#recover64();
      else {
        this.#recover32();
        this.#faultTaskMaker();
      }
    });
  }

  #recover32(): void {
    const { a } = this;
    a.mov(eax, DATA);
    a.mov(ss, ax);
    a.mov(esp, this.stack);
    a.mov(ds, ax);
    a.mov(es, ax);
    a.mov(fs, ax);
    a.mov(gs, ax);
    // VIF and VIP are IRET's, which NT would turn into a change of tasks.
    const cleared = new Label();
    a.push(2);
    a.popfd();
    a.push(2);
    a.push(CODE);
    a.push(cleared);
    a.iretd();
    a.here(cleared);
    this.report.resetDebugRegisters();
    a.mov(eax, 0x31);
    a.mov(cr0, eax);
    a.xor(eax, eax);
    a.mov(cr4, eax);
    a.xor(edx, edx);
    a.mov(ecx, 0xc000_0080);
    a.wrmsr();
    this.#resetTables();
    this.#resetTasks();
    a.jmp(d(this.resume));
  }

  /** TR names the kernel's task again, not busy before. */
  #resetTasks(): void {
    const { a } = this;
    this.setDescriptor(TSS, [0, 0]);
    a.mov(eax, this.tss);
    this.#putBase(TSS, 0x67, 0x89);
    a.mov(eax, TSS);
    a.ltr(ax);
    a.mov(eax, LDT);
    a.lldt(ax);
    a.mov(w(this.tss.plus(0x66)), 0x68);
    if (this.bits === 64) {
      for (const [offset, top] of [
        [4, this.entryStack],
        [0x24, this.faultStack],
      ] as const) {
        a.mov(d(this.tss.plus(offset)), top);
        a.mov(d(this.tss.plus(offset + 4)), 0);
      }
      return;
    }
    a.mov(d(this.tss.plus(0x1c)), 0);
    a.mov(eax, this.faultTss);
    this.#putBase(FAULT_TASK, 0x67, 0x89);
    a.mov(d(this.tss.plus(4)), this.entryStack);
    a.mov(w(this.tss.plus(8)), DATA);
    a.mov(ebx, this.faultTss);
    a.mov(eax, 8);
    a.call(this.#makeFaultTask);
  }

  /**
   * Also #TS, #NP, #SS and #GP find their handlers by task gates, so that they are delivered where the stacks of the rings cannot
   * be used. Takes the selectors from LAST_FREE - 0x18 on. Changes EAX and EBX.
   */
  throughTasks(): void {
    const { a } = this;
    for (let vector = 10; vector <= 13; vector++) {
      const selector = LAST_FREE + 8 * (vector - 13);
      const address = FAULT_TASKS + 0x80 * vector;
      this.setDescriptor(selector, descriptor(address, 0x67, 0x89, 0));
      a.mov(ebx, address);
      a.mov(eax, vector);
      a.call(this.#makeFaultTask);
      a.mov(d(this.idt.plus(8 * vector)), selector << 16);
      a.mov(d(this.idt.plus(8 * vector + 4)), 0x8500);
    }
  }

  /** EBX: a TSS, EAX: the vector that it handles. */
  #faultTaskMaker(): void {
    const { a } = this;
    a.here(this.#makeFaultTask);
    a.mov(d(ebx, 0x1c), 0);
    a.mov(d(ebx, 0x20), this.report.faultTaskEntry);
    a.mov(d(ebx, 0x24), 2);
    a.mov(d(ebx, 0x28), eax);
    a.mov(d(ebx, 0x38), this.faultStack);
    for (const offset of [0x48, 0x50, 0x54, 0x58, 0x5c]) a.mov(d(ebx, offset), DATA);
    a.mov(d(ebx, 0x4c), CODE);
    a.mov(d(ebx, 0x60), 0);
    a.mov(d(ebx, 0x64), 0);
    a.ret();
  }

  /** A system descriptor whose base is in EAX. */
  #putBase(selector: number, limit: number, access: number): void {
    const { a } = this;
    const at = this.gdt.plus(selector);
    a.mov(w(at), limit);
    a.mov(w(at.plus(2)), ax);
    a.shr(eax, 16);
    a.mov(w(at.plus(4)), ax);
    a.mov(w(at.plus(5)), access);
    a.shr(eax, 8);
    a.mov(w(at.plus(6)), 0);
    a.shl(eax, 8);
    a.or(w(at.plus(6)), ax);
  }

  #recover64(): void {
    const { a } = this;
    a.mov(eax, DATA);
    a.mov(ss, ax);
    a.mov(esp, this.stack);
    a.mov(ds, ax);
    a.mov(es, ax);
    a.mov(fs, ax);
    a.mov(gs, ax);
    a.push(2);
    a.popfq();
    this.report.resetDebugRegisters();
    a.mov(eax, 0x8001_0031);
    a.mov(cr0, rax);
    for (const page of [PAGE, PAGE2]) {
      a.mov(d(PAGE_TABLES + 0x2000 + 8 * (page >>> 21)), page | 0x83);
      a.mov(d(PAGE_TABLES + 0x2004 + 8 * (page >>> 21)), 0);
    }
    a.mov(eax, this.#root);
    a.mov(cr3, rax);
    a.mov(eax, this.#cr4);
    a.mov(cr4, rax);
    a.xor(edx, edx);
    a.mov(eax, 0xd01);
    a.mov(ecx, 0xc000_0080);
    a.wrmsr();
    this.#resetTables();
    this.#resetTasks();
    a.mov(eax, d(this.resume));
    a.jmp(rax);
  }

  #stubs(): void {
    const { a } = this;
    const common = new Label("common");
    const withCode = [8, 10, 11, 12, 13, 14, 17, 21];
    for (const [vector, stub] of this.stubs.entries()) {
      a.here(stub);
      if (!withCode.includes(vector)) a.push(0);
      a.push(vector);
      a.jmp(common);
    }
    a.here(common);
    if (this.bits === 64) this.#common64();
    else this.#common32();
  }

  #common32(): void {
    const { a } = this;
    a.push(ds);
    a.push(es);
    a.pushad();
    a.mov(eax, DATA);
    a.mov(ds, ax);
    a.mov(es, ax);
    a.cld();
    this.report.keep([40, 44, 48, 52, 56].map((offset) => d(ss, esp, offset)));
    a.call(this.report.record);
    a.cmp(d(this.returns), 0);
    a.jz(this.recover);
    a.dec(d(this.returns));
    a.popad();
    a.pop(es);
    a.pop(ds);
    a.add(esp, 8);
    a.iretd();
  }

  #common64(): void {
    const { a } = this;
    const saved = [rax, rcx, rdx, rbx, rsi, rdi];
    for (const register of saved) a.push(register);
    this.report.keep([48, 56, 64, 72, 80].map((offset) => q(rsp, offset)));
    a.call(this.report.record);
    a.cmp(d(this.returns), 0);
    a.jz(this.recover);
    a.dec(d(this.returns));
    for (const register of [...saved].reverse()) a.pop(register);
    a.add(rsp, 16);
    a.iretq();
  }

  #data(): void {
    const { a } = this;
    const put = ([low, high]: readonly [number, number]) => a.dd(low, high);
    const flat = 0xf_ffff;
    a.align(16);
    a.here(this.#gdtPointer);
    a.dw(0xff);
    a.dd(this.gdt, 0);
    a.align(16);
    a.here(this.#idtPointer);
    a.dw(this.bits === 64 ? 0xfff : 0x7ff);
    a.dd(this.idt, 0);
    a.align(16);
    a.here(this.gdt);
    put([0, 0]);
    put(descriptor(0, flat, 0x9b, this.bits === 64 ? 0xa0 : 0xc0));
    put(descriptor(0, flat, 0x93, 0xc0));
    put(descriptor(0, flat, 0xfb, 0xc0));
    put(descriptor(0, flat, 0xf3, 0xc0));
    put(descriptor(0, flat, 0xfb, 0xa0));
    // TSS, as long as it is in long mode.
    a.dw(0x67, this.tss.and(0xffff));
    a.db(this.tss.shr(16).and(0xff), 0x89, 0, this.tss.shr(24));
    a.dq(0);
    put(descriptor(0, flat, 0x9b, 0xc0));
    put(descriptor(0, 0xffff, 0x9b, 0));
    put(descriptor(0, 0xffff, 0x93, 0));
    a.dw(0x3f, this.ldt.and(0xffff));
    a.db(this.ldt.shr(16).and(0xff), 0x82, 0, this.ldt.shr(24));
    a.dq(0);
    a.space(0x100 - 0x68);
    a.here(this.ldt);
    a.space(0x40);
    a.here(this.tss);
    if (this.bits === 64) {
      a.dd(0);
      a.dq(this.entryStack, 0, 0, 0, this.faultStack, 0, 0, 0, 0, 0, 0);
      a.space(0x68 - 4 - 88);
    } else {
      a.dd(0, this.entryStack, DATA);
      a.space(0x68 - 12 - 2);
      a.dw(0x68);
    }
    // Where an I/O or redirection bitmap may be put.
    a.space(0x100);
    a.align(16);
    a.here(this.faultTss);
    a.space(0x70);
    a.align(16);
    a.here(this.idt);
    a.space(0x1000);
    this.report.data();
    for (const label of [this.resume, this.mark, this.returns]) {
      a.align(8);
      a.here(label);
      a.dq(0);
    }
    a.align(16);
    for (const top of [this.stack, this.entryStack, this.userStack, this.faultStack]) {
      a.space(STACK_BYTES);
      a.here(top);
      a.space(64);
    }
  }
}
