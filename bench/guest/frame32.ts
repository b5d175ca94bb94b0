/**
 * The guest for machines that know no 64-bit mode: the same manners as in frame.ts (marks on port 0xE9, a result that must be
 * equal everywhere), in 32-bit protected mode, ring 0, interrupts off, the first 256 MiB mapped to themselves by 4 MiB pages.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q, w } from "../../dsl/asm/operand.ts";
import { elfExecutable } from "../../dsl/out/elf-executable.ts";
import { Label } from "../../dsl/out/expression.ts";
import { link } from "../../dsl/out/link.ts";
import { XEN_ELFNOTE_PHYS32_ENTRY } from "../../emulator/formats/elf.ts";
import { al, ax, cr0, cr3, cr4, ds, eax, ebx, ecx, edi, es, esp, fs, gs, ss } from "../../emulator/isa/registers.ts";
import { BEGIN, END, ENTRY_STACK_TOP, MEMORY_MIB, USER_STACK_TOP, type Workload } from "./frame.ts";

/** As `Workload`; the result is in EAX. */
export type Workload32 = Pick<Workload, "name" | "about" | "prepare" | "run">;

const CODE = 0x08;
export const DATA = 0x10;
const USER_CODE = 0x18 | 3;
const USER_DATA = 0x20 | 3;
const TSS = 0x28;
const LOAD = 0x10_0000;
const STACK_TOP = 0x9_0000;
/** The page directory, and a page table for the workloads' use. */
export const DIRECTORY = 0x180_0000;
export const SPARE_TABLE32 = DIRECTORY + 0x1000;

const CR0_PG_WP_NE = 0x8001_0020 | 0;
const CR4_PSE = 1 << 4;
/** Present, writable, for the user too, 4 MiB. */
const LARGE_PAGE = 0x87;

const idt = new Label("idt");

/** The kernel as an ELF file for the disk image. */
export function guestKernel32(workloads: readonly Workload32[]): Uint8Array {
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
    a.section(".main", { flags: "rx" }, () => turn(a, prepare, run));
  }
  a.section(".main", { flags: "rx" }, () => {
    const stop = a.here();
    a.cli();
    a.hlt();
    a.jmp(stop);
  });
  const sections = [".note.Xen", ".text", ".main", ".rodata", ".data", ".bss"];
  return elfExecutable(link([a.finish()], { entry, regions: [{ address: LOAD, sections }] }));
}

/** Segments, a task state segment, paging; goes on in .main. */
function enter(a: Assembler, entry: Label): void {
  const gdt = new Label("gdt");
  const gdtPointer = new Label();
  const idtPointer = new Label();
  const tss = new Label("tss");
  const loaded = new Label();
  a.func(entry, () => {
    a.cli();
    a.mov(esp, STACK_TOP);
    a.lgdt(m(gdtPointer));
    a.lidt(m(idtPointer));
    a.jmpFar(CODE, loaded);
    a.here(loaded);
    a.mov(eax, DATA);
    for (const segment of [ds, es, ss, fs, gs]) a.mov(segment, ax);
    a.mov(eax, tss);
    a.mov(w(gdt.plus(TSS + 2)), ax);
    a.shr(eax, 16);
    a.mov(w(gdt.plus(TSS + 4)), 0x8900);
    a.or(w(gdt.plus(TSS + 4)), ax);
    a.mov(eax, TSS);
    a.ltr(ax);
    a.mov(edi, DIRECTORY);
    a.mov(eax, LARGE_PAGE);
    a.mov(ecx, MEMORY_MIB / 4);
    const next = a.here();
    a.mov(d(edi), eax);
    a.add(eax, 0x40_0000);
    a.add(edi, 4);
    a.dec(ecx);
    a.jnz(next);
    a.mov(eax, cr4);
    a.or(eax, CR4_PSE);
    a.mov(cr4, eax);
    a.mov(eax, DIRECTORY);
    a.mov(cr3, eax);
    a.mov(eax, cr0);
    a.or(eax, CR0_PG_WP_NE);
    a.mov(cr0, eax);
    a.mov(al, 0xff); // the 8259s are silenced
    a.out(0x21, al);
    a.out(0xa1, al);
    a.jmp(a.section(".main", { flags: "rx", align: 16 }, () => {}).start);
  });

  a.section(".data", { align: 16 }, () => {
    a.object(gdt, () => {
      a.dq(0);
      for (const access of [0x00_cf_9b, 0x00_cf_93, 0x00_cf_fb, 0x00_cf_f3])
        a.dq((BigInt(access & 0xff) << 40n) | (BigInt(access >> 8) << 48n) | 0xffffn);
      a.dq(103n); // the rest follows at run time
    });
    a.here(gdtPointer);
    a.dw(0x2f);
    a.dd(gdt);
    a.align(16);
    a.object(tss, () => {
      a.dd(0, ENTRY_STACK_TOP, DATA);
      a.space(104 - 12);
    });
    a.here(idtPointer);
    a.dw(8 * 256 - 1);
    a.dd(idt);
    a.align(16);
    a.object(idt, () => a.space(8 * 256));
  });
}

/** One workload's turn. */
function turn(a: Assembler, prepare: Label, run: Label): void {
  const say = (letter: string): void => {
    a.mov(al, letter.charCodeAt(0));
    a.out(0xe9, al);
  };
  a.call(prepare);
  say(BEGIN);
  a.call(run);
  a.mov(ebx, eax);
  say(END);
  for (const half of ["0", "value"]) {
    a.mov(ecx, 8);
    const next = a.here();
    const digit = new Label();
    if (half === "0") a.xor(eax, eax);
    else {
      a.rol(ebx, 4);
      a.mov(eax, ebx);
      a.and(eax, 15);
    }
    a.add(eax, 0x30);
    a.cmp(eax, 0x3a);
    a.jb(digit);
    a.add(eax, 0x27);
    a.here(digit);
    a.out(0xe9, al);
    a.dec(ecx);
    a.jnz(next);
  }
  say("\n");
}

/** Records the making of an interrupt gate that also ring 3 may use. Changes EAX. */
export function setGate32(a: Assembler, vector: number, handler: Label): void {
  const at = idt.plus(8 * vector);
  a.mov(eax, handler);
  a.mov(w(at), ax);
  a.mov(w(at.plus(2)), CODE);
  a.mov(w(at.plus(4)), 0xee00);
  a.shr(eax, 16);
  a.mov(w(at.plus(6)), ax);
}

/** Records the way to ring 3, to `target` on the user's stack. */
export function enterUser32(a: Assembler, target: Label): void {
  a.push(USER_DATA);
  a.push(USER_STACK_TOP);
  a.push(2);
  a.push(USER_CODE);
  a.push(target);
  a.iretd();
}
