/**
 * How a loader recognises the kernel and finds its entry: three answers for three kinds of loader, in the file's first
 * page, because multiboot 1 is looked for in the first 8 KiB and multiboot 2 in the first 32.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { expression, Label } from "../../dsl/out/expression.ts";
import { XEN_ELFNOTE_PHYS32_ENTRY } from "../../emulator/formats/elf.ts";
import { loadAddress } from "./layout.ts";

/** 32-bit, EAX: the loader's magic number, EBX: its information. */
export const multibootEntry = new Label("multibootEntry");
/** 32-bit, EBX: the start info. */
export const pvhEntry = new Label("pvhEntry");

/** fileEnd and memoryEnd: physical addresses behind what the file brings, and behind all the kernel's memory. */
export function bootHeaders(a: Assembler, fileEnd: Label, memoryEnd: Label): void {
  // Multiboot 1 (specification 0.6.96, 3.1). Bit 0: modules on page boundaries; bit 1: we want the memory map; bit 16: the
  // address fields are valid. With them the file is loaded as one flat piece, and its being a 64-bit ELF does not matter.
  const header1 = new Label("multiboot1Header");
  const magic1 = 0x1badb002;
  const flags = 1 | 2 | (1 << 16);
  a.align(4);
  a.object(header1, () => {
    a.dd(magic1, flags, -(magic1 + flags) & 0xffff_ffff);
    a.dd(header1); // where this header comes to lie; the loader knows where it lies in the file
    a.dd(loadAddress, fileEnd.physical(), memoryEnd.physical());
    a.dd(multibootEntry);
  });

  // Multiboot 2 (specification 2.0, 3.1): takes 64-bit ELF files as they are; the tags say only what would not be so.
  const header2 = new Label("multiboot2Header");
  const header2End = new Label();
  const magic2 = 0xe85250d6;
  const i386 = 0;
  a.align(8);
  a.object(header2, () => {
    a.dd(magic2, i386, header2End.minus(header2));
    a.dd(expression(-magic2).minus(header2End).plus(header2).and(0xffff_ffff));
    a.dw(6, 0); // modules on page boundaries
    a.dd(8);
    a.dw(0, 0); // the last tag
    a.dd(8);
    a.here(header2End);
  });

  // PVH: an ELF note of Xen's (xen/include/public/elfnote.h). namesz, descsz, type, name, description.
  a.section(".note.Xen", { flags: "r", align: 4 }, () => {
    a.dd(4, 8, XEN_ELFNOTE_PHYS32_ENTRY);
    a.db("Xen\0");
    a.dq(pvhEntry);
  });
}
