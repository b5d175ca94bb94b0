/**
 * From 32-bit protected mode to 64-bit mode in the higher half.
 *
 * 64-bit mode cannot be without paging, so the page tables come first: one entry of the top table leads down three more
 * to the kernel's pages. The same tables hang in twice, at address 0 and 2 GiB below the top, because the instruction
 * after the one that switches paging on is still fetched from the old address. As soon as the processor runs in the
 * higher half, the lower entrance is taken away again.
 *
 * Each 4 KiB page gets the rights of its section: code can be executed and not written, data written and not executed.
 * What no section owns is not mapped at all, nor is the page under each stack: running over it is a page fault instead
 * of a mystery.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q } from "../../dsl/asm/operand.ts";
import { type Expression, expression, Label } from "../../dsl/out/expression.ts";
import { ax, cr0, cr3, cr4, ds, eax, ecx, edi, es, fs, gs, rax, ss } from "../../emulator/isa/registers.ts";
import { kernelBase, pageBytes, vgaText } from "./layout.ts";
import { doubleFaultStackBytes, kernelStackBytes } from "./limits.ts";
import { type KernelSections, variable } from "./sections.ts";

const kernelStack = new Label("kernelStack");
const doubleFaultStack = new Label("doubleFaultStack");
/** The ends of the stacks, where RSP starts. */
export const kernelStackTop = kernelStack.plus(kernelStackBytes);
export const physicalStackTop = kernelStack.physical().plus(kernelStackBytes);
export const doubleFaultStackTop = doubleFaultStack.plus(doubleFaultStackBytes);

const pml4 = new Label("pml4");
const pdpt = new Label("pageDirectoryPointers");
const directory = new Label("pageDirectory");
const table = new Label("pageTable");
const kernelGuard = new Label("kernelStackGuard");
const doubleFaultGuard = new Label("doubleFaultStackGuard");

/** Entry bits (SDM vol. 3, table 4-20). */
const present = 1n;
const writable = 2n;
const noExecute = 1n << 63n;
const readExecute = present;
const readOnly = present | noExecute;
const readWrite = present | writable | noExecute;

const kernelPml4Entry = Number((kernelBase >> 39n) & 511n);
const kernelPdptEntry = Number((kernelBase >> 30n) & 511n);

const CR0_WP = 1 << 16;
const CR0_PG = 1 << 31;
const CR4_PAE = 1 << 5;
const IA32_EFER = 0xc000_0080;
const EFER_LME = 1 << 8;
const EFER_NXE = 1 << 11;

const codeSelector = 8;

/** Reserves tables and stacks, in .bss. */
export function tablesAndStacks(a: Assembler): void {
  for (const label of [pml4, pdpt, directory, table]) variable(a, label, pageBytes, pageBytes);
  variable(a, kernelGuard, pageBytes, pageBytes);
  variable(a, kernelStack, kernelStackBytes, pageBytes);
  variable(a, doubleFaultGuard, pageBytes, pageBytes);
  variable(a, doubleFaultStack, doubleFaultStackBytes, pageBytes);
}

/** Records 32-bit code that builds the page tables; .bss must be zero, as every loader leaves it. Changes EAX, ECX, EDI. */
export function buildPageTables(a: Assembler, sections: KernelSections): void {
  const link = (from: Label, entry: number, to: Label) =>
    a.mov(d(from.physical().plus(entry * 8)), to.physical().plus(present | writable));
  for (const entry of [0, kernelPml4Entry]) link(pml4, entry, pdpt);
  for (const entry of [0, kernelPdptEntry]) link(pdpt, entry, directory);
  link(directory, 0, table);

  for (const [section, rights] of [
    [sections.boot, readExecute],
    [sections.text, readExecute],
    [sections.rodata, readOnly],
    [sections.data, readWrite],
    [sections.bss, readWrite],
  ] as const) {
    mapPages(a, section.start.physical(), section.end.physical(), rights);
  }
  mapPages(a, expression(vgaText.physical), expression(vgaText.physical + vgaText.bytes), readWrite);
  for (const guard of [kernelGuard, doubleFaultGuard]) a.mov(d(entryOf(guard.physical())), 0);
}

/** Where the page table has the entry of a physical address. */
const entryOf = (address: Expression): Expression => address.shr(12).times(8).plus(table.physical());

/** Fills the entries of the pages from `start` (on a page boundary) to `end`. */
function mapPages(a: Assembler, start: Expression, end: Expression, rights: bigint): void {
  const next = new Label();
  a.mov(eax, start.plus(rights & 0xfffn));
  a.mov(edi, entryOf(start));
  a.mov(
    ecx,
    end
      .plus(pageBytes - 1)
      .shr(12)
      .minus(start.shr(12)),
  );
  a.here(next);
  a.mov(d(edi), eax);
  a.mov(d(edi, 4), rights >> 32n);
  a.add(eax, pageBytes);
  a.add(edi, 8);
  a.loop(next);
}

/** Records the switch: 32-bit code at first, 64-bit code at its end, which jumps to `target` in the higher half with a stack and no identity map. */
export function enterLongMode(a: Assembler, target: Label): void {
  const pointer = new Label();
  const gdt = new Label();
  const in64 = new Label("in64");

  // SDM vol. 3, 9.8.5: PAE on, CR3 set, LME on, and with PG the processor is in long mode.
  a.mov(eax, cr4);
  a.or(eax, CR4_PAE);
  a.mov(cr4, eax);
  a.mov(eax, pml4.physical());
  a.mov(cr3, eax);
  a.mov(ecx, IA32_EFER);
  a.rdmsr();
  a.or(eax, EFER_LME | EFER_NXE);
  a.wrmsr();
  a.mov(eax, cr0);
  a.or(eax, CR0_PG | CR0_WP); // WP: read-only holds for the kernel as well
  a.mov(cr0, eax);

  // Compatibility mode now: 32-bit code still, under 4-level paging. A code segment with its L bit set makes it 64-bit.
  a.lgdt(m(pointer));
  a.jmpFar(codeSelector, in64);

  a.align(8);
  a.here(gdt);
  a.dq(0);
  a.dw(0xffff, 0, 0x9b00, 0x00af); // execute and read, L; base and limit are ignored
  a.here(pointer);
  a.dw(15);
  a.dd(gdt);

  a.bits(64, () => {
    a.here(in64);
    a.xor(eax, eax);
    for (const segment of [ds, es, ss, fs, gs]) a.mov(segment, ax);
    a.mov(rax, target); // 64 bits of address: a jump out of the low 4 GiB
    a.jmp(rax);
  });
}

/** Records 64-bit code, running in the higher half: takes the identity map away. From here on, address 0 is nobody's. Changes RAX. */
export function dropIdentityMap(a: Assembler): void {
  a.mov(q(pml4), 0);
  a.mov(q(pdpt), 0);
  a.mov(rax, cr3); // loading CR3 forgets the translations that were kept
  a.mov(cr3, rax);
}
