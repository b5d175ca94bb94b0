/**
 * The root that a CD brings along: an archive, which the kernel gets as a module. It lies far behind the kernel; where a machine has
 * too little memory for that, the kernel does without and says that there is no root.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { eax, ecx, edi, edx, esi } from "../../emulator/isa/registers.ts";
import { findFileOnCd, record, rootFile } from "./find-kernel.ts";
import { memoryMapAt, moduleAt } from "./layout.ts";
import { memoryMapEnd } from "./load-elf.ts";
import { memoryMapEntry } from "./memory-map.ts";
import { kernelSector, readFile } from "./read-file.ts";

/** Doublewords: how many modules there are (0 or 1), and the module's length. */
export const moduleCount = new Label("moduleCount");
export const moduleLength = new Label("moduleLength");

/** Records 32-bit code that loads the archive, if the CD has one. Changes all general registers but EBP and ESP. */
export function loadModule(a: Assembler): void {
  const none = new Label();
  const next = new Label();
  const fits = new Label();
  findFileOnCd(a, rootFile, none);
  a.mov(ecx, d(edx, record.bytes));
  a.mov(eax, d(edx, record.extent));
  a.mov(d(kernelSector), eax);

  // A region of usable memory that has the place, and enough behind it.
  a.mov(esi, memoryMapAt - memoryMapEntry);
  a.here(next);
  a.add(esi, memoryMapEntry);
  a.cmp(esi, d(memoryMapEnd));
  a.jae(none);
  a.cmp(d(esi, 16), 1); // type 1: usable
  a.jne(next);
  a.cmp(d(esi, 4), 0); // begins beyond 4 GiB
  a.jne(next);
  a.mov(edx, moduleAt);
  a.sub(edx, d(esi)); // how far into the region
  a.jb(next);
  a.add(edx, ecx);
  a.cmp(d(esi, 12), 0); // 4 GiB or longer
  a.jne(fits);
  a.cmp(edx, d(esi, 8));
  a.ja(next);
  a.here(fits);

  a.mov(d(moduleLength), ecx);
  a.mov(d(moduleCount), 1);
  a.xor(eax, eax);
  a.mov(edi, moduleAt);
  a.call(readFile);
  a.here(none);
}
