/**
 * The kernel file into memory: an ELF64 executable, its segments copied to their physical addresses, its entry point
 * read from the PVH note.
 *
 * Why PVH and not multiboot: our kernel is a 64-bit ELF file, and multiboot 1 does not know such files (one describes a
 * flat image in its header instead), multiboot 2 does but hands over a list of tags to build and to walk. PVH (born in
 * Xen) says it in a dozen lines: the entry point is in a note of type 18, the kernel is entered in 32-bit protected mode
 * with flat segments, and EBX points at one structure whose memory map has the very shape in which the BIOS gives it.
 * And a Linux kernel can be booted that way too.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { EM_X86_64, PT_LOAD, PT_NOTE, XEN_ELFNOTE_PHYS32_ENTRY } from "../../emulator/formats/elf.ts";
import { eax, ebx, ecx, edi, edx, esi } from "../../emulator/isa/registers.ts";
import { elfHeaderAt, elfHeaderBytes, lowestKernel, memoryMapAt, notesAt, notesBytes } from "./layout.ts";
import { memoryMapEntry } from "./memory-map.ts";
import { failWith, readFile } from "./read-file.ts";

/** Doubleword: end of the memory map, set by the loader. */
export const memoryMapEnd = new Label("memoryMapEnd");

/** Offsets of the fields of Elf64_Ehdr and Elf64_Phdr (System V gABI 4.1, chapters 4 and 5). */
const header = { magic: 0, class: 4, machine: 18, phoff: 32, phentsize: 54, phnum: 56 };
const programHeader = { type: 0, offset: 8, paddr: 24, filesz: 32, memsz: 40, size: 56 };

/** Records 32-bit code that loads the kernel and leaves its entry point in EAX. Changes all general registers but EBP and ESP. */
export function loadElf(a: Assembler): void {
  const notElf = failWith(a, "the kernel is not a 64-bit x86 ELF file");
  const noEntry = failWith(a, "the kernel has no PVH entry point");
  const noRoom = failWith(a, "the kernel does not fit into this machine's memory");
  const entry = new Label("kernelEntry");
  const next = new Label();
  const notLoad = new Label();
  const skip = new Label();
  const finish = new Label();

  a.xor(eax, eax);
  a.mov(ecx, elfHeaderBytes);
  a.mov(edi, elfHeaderAt);
  a.call(readFile);
  const h = elfHeaderAt;
  a.cmp(d(h + header.magic), 0x464c457f); // 7F "ELF"
  a.jne(notElf);
  a.cmp(b(h + header.class), 2); // 64-bit
  a.jne(notElf);
  a.cmp(w(h + header.machine), EM_X86_64);
  a.jne(notElf);
  a.cmp(w(h + header.phentsize), programHeader.size);
  a.jne(notElf);
  a.movzx(ecx, w(h + header.phnum));
  a.imul(eax, ecx, programHeader.size);
  a.add(eax, d(h + header.phoff));
  a.cmp(eax, elfHeaderBytes); // all program headers must lie in what has been read
  a.ja(notElf);
  a.mov(ebx, d(h + header.phoff));
  a.add(ebx, elfHeaderAt);

  a.here(next); // EBX: this program header, ECX: how many are left
  a.test(ecx, ecx);
  a.jz(finish);
  a.push(ecx);
  a.mov(eax, d(ebx, programHeader.offset));
  a.mov(ecx, d(ebx, programHeader.filesz));
  a.cmp(d(ebx, programHeader.type), PT_LOAD);
  a.jne(notLoad);
  a.mov(edi, d(ebx, programHeader.paddr));
  checkMemory(a, noRoom);
  a.call(readFile);
  a.mov(ecx, d(ebx, programHeader.memsz));
  a.sub(ecx, d(ebx, programHeader.filesz));
  a.xor(eax, eax);
  a.rep.stosb(); // what the file does not bring is zero
  a.jmp(skip);

  a.here(notLoad);
  a.cmp(d(ebx, programHeader.type), PT_NOTE);
  a.jne(skip);
  a.cmp(ecx, notesBytes);
  a.ja(skip);
  a.push(ecx);
  a.mov(edi, notesAt);
  a.call(readFile);
  a.pop(ecx);
  findEntry(a, entry);
  a.here(skip);
  a.pop(ecx);
  a.add(ebx, programHeader.size);
  a.dec(ecx);
  a.jmp(next);

  a.align(4);
  a.here(entry);
  a.dd(0);

  a.here(finish);
  a.mov(eax, d(entry));
  a.test(eax, eax);
  a.jz(noEntry);
}

/** EBX: a program header, EDI: its physical address. Goes to `noRoom` unless all of the segment is usable memory above what the loader needs. Changes EDX, ESI. */
function checkMemory(a: Assembler, noRoom: Label): void {
  const next = new Label();
  const fits = new Label();
  a.cmp(d(ebx, programHeader.paddr + 4), 0);
  a.jne(noRoom);
  a.cmp(d(ebx, programHeader.memsz + 4), 0);
  a.jne(noRoom);
  a.cmp(edi, lowestKernel);
  a.jb(noRoom);
  a.mov(esi, memoryMapAt - memoryMapEntry);
  a.here(next);
  a.add(esi, memoryMapEntry);
  a.cmp(esi, d(memoryMapEnd));
  a.jae(noRoom);
  a.cmp(d(esi, 16), 1); // type 1: usable
  a.jne(next);
  a.cmp(d(esi, 4), 0); // begins beyond 4 GiB
  a.jne(next);
  a.mov(edx, edi);
  a.sub(edx, d(esi)); // how far into the region
  a.jb(next);
  a.add(edx, d(ebx, programHeader.memsz));
  a.jc(noRoom);
  a.cmp(d(esi, 12), 0); // 4 GiB or longer
  a.jne(fits);
  a.cmp(edx, d(esi, 8));
  a.ja(next);
  a.here(fits);
}

/** ECX bytes of notes at notesAt: stores the PVH entry point, if it is there. A note is namesz, descsz, type, then name and description, each padded to 4. Changes EAX, ECX, EDX, ESI, EDI. */
function findEntry(a: Assembler, entry: Label): void {
  const next = new Label();
  const other = new Label();
  const end = new Label();
  a.mov(esi, notesAt);
  a.add(ecx, esi); // ECX: the end
  a.here(next);
  a.lea(eax, m(esi, 12));
  a.cmp(eax, ecx);
  a.ja(end);
  a.mov(edi, d(esi)); // namesz
  a.add(edi, 3);
  a.and(edi, -4);
  a.add(edi, eax); // EDI: the description
  a.cmp(d(esi, 8), XEN_ELFNOTE_PHYS32_ENTRY);
  a.jne(other);
  a.cmp(d(esi, 12), 0x006e6558); // "Xen"
  a.jne(other);
  a.mov(eax, d(edi));
  a.mov(d(entry), eax);
  a.here(other);
  a.mov(eax, d(esi, 4)); // descsz
  a.add(eax, 3);
  a.and(eax, -4);
  a.lea(esi, m(edi, eax));
  a.jmp(next);
  a.here(end);
}
