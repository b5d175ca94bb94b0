/**
 * From 32-bit protected mode to 64-bit mode in the higher half.
 *
 * 64-bit mode cannot be without paging, so the page tables come first: one entry of the top table leads down three more
 * to the kernel's pages. The same tables hang in twice, at address 0 and 2 GiB below the top, because the instruction
 * after the one that switches paging on is still fetched from the old address. As soon as the processor runs in the
 * higher half, the lower entrance is taken away again. Another entry shows the first gigabytes of physical memory, where
 * the kernel will find what it is given before it can map anything itself.
 *
 * Each 4 KiB page gets the rights of its section: code can be executed and not written, data written and not executed.
 * What no section owns is not mapped there, nor is the page under the stack: running over it is a page fault instead
 * of a mystery.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m, q } from "../../dsl/asm/operand.ts";
import { type Expression, expression, Label } from "../../dsl/out/expression.ts";
import { ax, cr0, cr3, cr4, ds, eax, ecx, edi, es, fs, gs, rax, ss } from "../../emulator/isa/registers.ts";
import { directMap, directMapBytes, kernelBase, mappedBytes, pageBytes, vgaText } from "./layout.ts";
import { kernelStackBytes } from "./limits.ts";
import { type KernelSections, variable } from "./sections.ts";

/** Where the kernel begins to run; later its idle task's. */
export const kernelStack = new Label("kernelStack");
/** The end of the stack, where RSP starts. */
export const kernelStackTop = kernelStack.plus(kernelStackBytes);
export const physicalStackTop = kernelStack.physical().plus(kernelStackBytes);

const pml4 = new Label("pml4");
const pdpt = new Label("pageDirectoryPointers");
const directory = new Label("pageDirectory");
const table = new Label("pageTable");
const directPdpt = new Label("directMapPointers");
const directDirectory = new Label("directMapDirectory");
const kernelGuard = new Label("kernelStackGuard");

/** Entry bits (SDM vol. 3, table 4-20). */
const present = 1n;
const writable = 2n;
const noExecute = 1n << 63n;
const large = 1n << 7n;
const readExecute = present;
const readOnly = present | noExecute;
const readWrite = present | writable | noExecute;

const kernelPml4Entry = Number((kernelBase >> 39n) & 511n);
const directPml4Entry = Number((directMap >> 39n) & 511n);
const kernelPdptEntry = Number((kernelBase >> 30n) & 511n);

const CR0_WP = 1 << 16;
const CR0_PG = 1 << 31;
const CR4_PAE = 1 << 5;
const IA32_EFER = 0xc000_0080;
const EFER_LME = 1 << 8;
const EFER_NXE = 1 << 11;

const codeSelector = 8;

/** What one page directory maps with large pages, and one page table. */
const GiB = 0x4000_0000;
const tableSpan = 0x20_0000;
const imageTables = mappedBytes / tableSpan;
const directDirectories = directMapBytes / GiB;

/** Reserves tables and the stack, in .bss. */
export function tablesAndStacks(a: Assembler): void {
  for (const label of [pml4, pdpt, directory, directPdpt]) variable(a, label, pageBytes, pageBytes);
  variable(a, table, imageTables * pageBytes, pageBytes);
  variable(a, directDirectory, directDirectories * pageBytes, pageBytes);
  variable(a, kernelGuard, pageBytes, pageBytes);
  variable(a, kernelStack, kernelStackBytes, pageBytes);
}

/** Records 32-bit code that builds the page tables; .bss must be zero, as every loader leaves it. Changes EAX, ECX, EDI. */
export function buildPageTables(a: Assembler, sections: KernelSections): void {
  const link = (from: Label, entry: number, to: Label, page = 0) =>
    a.mov(d(from.physical().plus(entry * 8)), to.physical().plus(BigInt(page * pageBytes) + (present | writable)));
  for (const entry of [0, kernelPml4Entry]) link(pml4, entry, pdpt);
  for (const entry of [0, kernelPdptEntry]) link(pdpt, entry, directory);
  for (let k = 0; k < imageTables; k++) link(directory, k, table, k);
  link(pml4, directPml4Entry, directPdpt);
  for (let k = 0; k < directDirectories; k++) link(directPdpt, k, directDirectory, k);
  mapDirect(a);

  for (const [start, end, rights] of [
    [sections.boot.start, sections.boot.end, readExecute],
    [sections.text.start, sections.text.end, readExecute],
    [sections.rodata.start, sections.data.start, readOnly], // the linker's tables lie between the two
    [sections.data.start, sections.bss.end, readWrite],
  ] as const) {
    mapPages(a, start.physical(), end.physical(), rights);
  }
  mapPages(a, expression(vgaText.physical), expression(vgaText.physical + vgaText.bytes), readWrite);
  a.mov(d(entryOf(kernelGuard.physical())), 0);
}

/** The first gigabytes of physical memory, in large pages: until the kernel knows how much memory there is. */
function mapDirect(a: Assembler): void {
  const next = new Label();
  a.mov(eax, (readWrite | large) & 0xfffn);
  a.mov(edi, directDirectory.physical());
  a.mov(ecx, directMapBytes / tableSpan);
  a.here(next);
  a.mov(d(edi), eax);
  a.mov(d(edi, 4), readWrite >> 32n);
  a.add(eax, tableSpan);
  a.add(edi, 8);
  a.loop(next);
}

/** Where the page tables, which lie one behind the other, have the entry of a physical address. */
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
