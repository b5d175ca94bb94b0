/**
 * The guest that is timed: a kernel that does nothing but run workloads, one after another, and says on port 0xE9 when each
 * begins and ends. Every PC emulator has that port as a debug console, it costs next to nothing, and it lets the clock on
 * the wall be read outside: a guest's own clock may be virtual.
 *
 * A workload runs in 64-bit mode, ring 0, interrupts off, the first gigabyte mapped to itself by 2 MiB pages, and ends with a number
 * in RAX that must be the same on every machine. SSE is on, and AVX where CPUID has it. What it needs to set up happens in `prepare`, which is not timed.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m, q, w } from "../../dsl/asm/operand.ts";
import { elfExecutable } from "../../dsl/out/elf-executable.ts";
import { Label } from "../../dsl/out/expression.ts";
import { link } from "../../dsl/out/link.ts";
import type { ObjectFile } from "../../dsl/out/object.ts";
import { XEN_ELFNOTE_PHYS32_ENTRY } from "../../emulator/formats/elf.ts";
import {
  al,
  ax,
  cr0,
  cr3,
  cr4,
  ds,
  eax,
  ebx,
  ecx,
  edi,
  edx,
  es,
  esp,
  fs,
  gs,
  rax,
  rbx,
  ss,
} from "../../emulator/isa/registers.ts";

/** Extensions by the bit of CPUID that tells of them: leaf, register, bit. */
const features = {
  aes: [1, ecx, 25],
  avx2: [7, ebx, 5],
  sha: [7, ebx, 29],
} as const;
export type Feature = keyof typeof features;

export interface Workload {
  readonly name: string;
  /** What it does, and how often. */
  readonly about: string;
  /** What the processor must have; without it the workload is passed over, and the machine says so. */
  readonly needs?: readonly Feature[];
  /** Recorded once, outside of the functions: data and helpers of its own. */
  readonly data?: (a: Assembler) => void;
  readonly prepare?: (a: Assembler) => void;
  /** The timed function's body without its RET. May change every register but RSP. */
  readonly run: (a: Assembler) => void;
}

/** Selectors, in the order that SYSRET wants. */
export const CODE = 0x08;
export const USER_DATA = 0x20 | 3;
export const USER_CODE = 0x28 | 3;
const DATA = 0x10;
const TSS = 0x30;

/** Physical = virtual addresses. Everything from ARENA on is the workloads' own; it begins as zeros. */
export const ARENA = 0x200_0000;
export const MEMORY_MIB = 256;
const LOAD = 0x10_0000;
const STACK_TOP = 0x9_0000;
export const ENTRY_STACK_TOP = 0x8_0000;
export const USER_STACK_TOP = 0x7_0000;
/** PML4, PDPT, one page directory, and a page table for the workloads' use. */
export const TABLES = 0x180_0000;
export const SPARE_TABLE = TABLES + 0x3000;
const PAGE_ENTRIES = 512;

const CR0_MP = 1 << 1;
const CR0_EM = 1 << 2;
const CR0_TS = 1 << 3;
const CR0_NE = 1 << 5;
const CR0_PG = 1 << 31;
const CR4_PAE = 1 << 5;
const CR4_OSFXSR = 1 << 9;
const CR4_OSXMMEXCPT = 1 << 10;
const CR4_OSXSAVE = 1 << 18;
/** CPUID.01H:ECX: XSAVE in bit 26, AVX in bit 28. */
const CPUID_XSAVE_AVX = (1 << 26) | (1 << 28);
/** XCR0: x87, SSE, AVX. */
const XCR0_ALL = 7;

export const IA32_EFER = 0xc000_0080;

/** Where the interrupt table is: workloads make gates of their own in it. */
const idt = new Label("idt");

/** What begins and ends a workload's time on port 0xE9; after the end: the result in hexadecimal digits, or LACKS, and a line feed. */
export const BEGIN = "B";
export const END = "E";
/** In place of a result: the processor lacks what the workload needs. */
export const LACKS = "-";

/** The kernel as an ELF file for the disk image. `objects`: code that workloads call. */
export function guestKernel(workloads: readonly Workload[], objects: readonly ObjectFile[]): Uint8Array {
  const a = new Assembler({ bits: 32 });
  const entry = new Label("start");
  a.section(".text", { align: 4096 });
  a.section(".note.Xen", { flags: "r", align: 4 }, () => {
    a.dd(4, 8, XEN_ELFNOTE_PHYS32_ENTRY);
    a.db("Xen\0");
    a.dq(entry);
  });
  enter(a, entry);
  for (const workload of workloads) {
    const prepare = a.func(new Label(`${workload.name}.prepare`), () => {
      workload.prepare?.(a);
      a.ret();
    });
    const run = a.func(new Label(`${workload.name}.run`), () => {
      workload.run(a);
      a.ret();
    });
    a.section(".main", { flags: "rx" }, () => turn(a, workload, prepare, run, () => a.out(0xe9, al)));
    workload.data?.(a);
  }
  a.section(".main", { flags: "rx" }, () => {
    const stop = a.here(); // whoever watches ends the machine
    a.cli();
    a.hlt();
    a.jmp(stop);
  });
  const sections = [".note.Xen", ".text", ".main", ".rodata", ".data", ".bss"];
  return elfExecutable(link([a.finish(), ...objects], { entry, regions: [{ address: LOAD, sections }] }));
}

/** From the loader's 32-bit protected mode to 64-bit mode with tables, segments, a task state segment; goes on in .main. */
function enter(a: Assembler, entry: Label): void {
  const gdt = new Label("gdt");
  const gdtPointer = new Label();
  const idtPointer = new Label();
  const tss = new Label("tss");
  const in64 = new Label("in64");
  a.func(entry, () => {
    a.cli();
    a.mov(esp, STACK_TOP);
    for (const [at, value] of [
      [TABLES, TABLES + 0x1007],
      [TABLES + 0x1000, TABLES + 0x2007],
    ] as const) {
      a.mov(d(at), value);
      a.mov(d(at + 4), 0);
    }
    a.mov(edi, TABLES + 0x2000);
    a.mov(eax, 0x87); // 2 MiB, for the user too
    const next = a.here();
    a.mov(d(edi), eax);
    a.mov(d(edi, 4), 0);
    a.add(eax, 0x20_0000);
    a.add(edi, 8);
    a.cmp(edi, TABLES + 0x2000 + 8 * PAGE_ENTRIES);
    a.jb(next);
    a.mov(eax, TABLES);
    a.mov(cr3, eax);
    a.mov(eax, cr4);
    a.or(eax, CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT);
    a.mov(cr4, eax);
    a.mov(ecx, IA32_EFER);
    a.rdmsr();
    a.or(eax, (1 << 8) | 1); // LME, SCE
    a.wrmsr();
    a.mov(eax, cr0);
    a.or(eax, CR0_PG | CR0_NE | CR0_MP);
    a.and(eax, ~(CR0_EM | CR0_TS));
    a.mov(cr0, eax);
    a.lgdt(m(gdtPointer));
    a.jmpFar(CODE, in64);
  });
  a.bits(64);
  a.here(in64);
  a.mov(eax, DATA);
  for (const segment of [ds, es, ss, fs, gs]) a.mov(segment, ax);
  a.lidt(m(idtPointer));
  a.mov(eax, tss);
  a.mov(w(gdt.plus(TSS + 2)), ax);
  a.shr(eax, 16);
  a.mov(b(gdt.plus(TSS + 4)), al);
  a.mov(eax, TSS);
  a.ltr(ax);
  a.mov(al, 0xff); // the 8259s are silenced
  a.out(0x21, al);
  a.out(0xa1, al);
  enableVectors(a);
  a.jmp(a.section(".main", { flags: "rx", align: 16 }, () => {}).start);

  a.section(".data", { align: 16 }, () => {
    a.object(gdt, () => {
      a.dq(0);
      for (const access of [
        0x00_af_9b_00_0000n,
        0x00_cf_93_00_0000n,
        0x00_cf_fb_00_0000n,
        0x00_cf_f3_00_0000n,
        0x00_af_fb_00_0000n,
      ]) {
        a.dq((access << 16n) | 0xffffn);
      }
      a.dd(103, 0x8900, 0, 0); // the base follows at run time
    });
    a.here(gdtPointer);
    a.dw(0x3f);
    a.dq(gdt);
    a.align(16);
    a.object(tss, () => {
      a.dd(0);
      a.dq(ENTRY_STACK_TOP);
      a.space(104 - 12);
    });
    a.here(idtPointer);
    a.dw(16 * 256 - 1);
    a.dq(idt);
    a.align(16);
    a.object(idt, () => a.space(16 * 256));
  });
}

/** x87 as after power-on, and the upper halves of the vector registers where the processor has them. Changes RAX, RBX, RCX, RDX. */
function enableVectors(a: Assembler): void {
  const without = new Label();
  a.fninit();
  a.mov(eax, 1);
  a.cpuid();
  a.and(ecx, CPUID_XSAVE_AVX);
  a.cmp(ecx, CPUID_XSAVE_AVX);
  a.jne(without);
  a.mov(rax, cr4);
  a.or(eax, CR4_OSXSAVE);
  a.mov(cr4, rax);
  a.xor(ecx, ecx);
  a.xor(edx, edx);
  a.mov(eax, XCR0_ALL);
  a.xsetbv();
  a.here(without);
}

/** Records one workload's turn. `put` says AL, and changes nothing but RAX. */
export function turn(
  a: Assembler,
  { needs = [] }: Pick<Workload, "needs">,
  prepare: Label,
  run: Label,
  put: () => void,
): void {
  const say = (letter: string): void => {
    a.mov(al, letter.charCodeAt(0));
    put();
  };
  const lacks = new Label();
  const over = new Label();
  for (const feature of needs) {
    const [leaf, register, bit] = features[feature];
    a.mov(eax, leaf);
    a.xor(ecx, ecx);
    a.cpuid();
    a.bt(register, bit);
    a.jnc(lacks);
  }
  a.call(prepare);
  say(BEGIN);
  a.call(run);
  a.mov(rbx, rax);
  say(END);
  a.mov(ecx, 16);
  const next = a.here();
  const digit = new Label();
  a.rol(rbx, 4);
  a.mov(eax, ebx);
  a.and(eax, 15);
  a.add(eax, 0x30);
  a.cmp(eax, 0x3a);
  a.jb(digit);
  a.add(eax, 0x27);
  a.here(digit);
  put();
  a.dec(ecx);
  a.jnz(next);
  a.jmp(over);
  a.here(lacks);
  say(BEGIN);
  say(END);
  say(LACKS);
  a.here(over);
  say("\n");
}

/** Records the making of an interrupt gate that also ring 3 may use. Changes RAX. */
export function setGate(a: Assembler, vector: number, handler: Label): void {
  const at = idt.plus(16 * vector);
  a.mov(eax, handler);
  a.mov(w(at), ax);
  a.mov(w(at.plus(2)), CODE);
  a.mov(w(at.plus(4)), 0xee00);
  a.shr(eax, 16);
  a.mov(w(at.plus(6)), ax);
  a.mov(q(at.plus(8)), 0);
}

/** Records the way to ring 3, to `target` on the user's stack. */
export function enterUser(a: Assembler, target: Label): void {
  a.push(USER_DATA);
  a.push(USER_STACK_TOP);
  a.push(2);
  a.push(USER_CODE);
  a.push(target);
  a.iretq();
}
