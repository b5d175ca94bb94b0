/**
 * Where the kernel file begins: on a disk at the start of the active partition; on a CD it is the file COR.ELF in the
 * root directory. A CD may have the kernel's root as well, as an archive.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, eax, ebx, ecx, edi, edx, esi } from "../../emulator/isa/registers.ts";
import { partitionTableOffset } from "../partition-table.ts";
import type { Medium } from "./boot-sector.ts";
import { bootSectorAt, bufferAt } from "./layout.ts";
import { failWith, readToBuffer } from "./read-file.ts";

/** The name the loader looks for on a CD. */
export const kernelFile = "COR.ELF";

/** The archive that the kernel gets as a module, if it is there. */
export const rootFile = "ROOT.CPI";

/** Records 32-bit code that leaves the first sector of the kernel file in EBX. Changes EAX, ECX, EDX, ESI, EDI. */
export function findKernel(a: Assembler, medium: Medium): void {
  if (medium === "disk") findActivePartition(a);
  else {
    findFileOnCd(a, kernelFile, failWith(a, `${kernelFile} is not on this CD`));
    a.mov(ebx, d(edx, record.extent));
  }
}

/** Offsets in a directory record. (ECMA-119 9.1) */
export const record = { extent: 2, bytes: 10, nameLength: 32, name: 33 };

/** The partition table came into memory with the boot sector. */
function findActivePartition(a: Assembler): void {
  const next = new Label();
  const found = new Label();
  const none = failWith(a, "no partition is marked active");
  a.mov(esi, bootSectorAt + partitionTableOffset);
  a.mov(ecx, 4);
  a.here(next);
  a.test(b(esi), 0x80);
  a.jnz(found);
  a.add(esi, 16);
  a.loop(next);
  a.jmp(none);
  a.here(found);
  a.mov(ebx, d(esi, 8)); // first sector
}

/**
 * Volume descriptor in sector 16 → root directory → its records, one by one. (ECMA-119 8.4, 9.1) EDX: the file's record, in the buffer.
 * Goes to `none` when there is no such file. Changes EAX, EBX, ECX, ESI, EDI.
 */
export function findFileOnCd(a: Assembler, file: string, none: Label): void {
  const next = new Label();
  const found = new Label();
  const other = new Label();
  const name = new Label();
  const identifier = `${file};1`;

  a.mov(ebx, 16);
  a.mov(ecx, 1);
  a.call(readToBuffer);
  a.mov(ebx, d(bufferAt + 156 + record.extent)); // the root's own directory record
  a.mov(ecx, 1);
  a.call(readToBuffer);

  a.mov(edx, bufferAt);
  a.here(next);
  a.movzx(eax, b(edx)); // length of the record; 0 behind the last
  a.test(al, al);
  a.jz(none);
  a.cmp(b(edx, record.nameLength), identifier.length);
  a.jne(other);
  a.lea(esi, m(edx, record.name));
  a.mov(edi, name);
  a.mov(ecx, identifier.length);
  a.repe.cmpsb();
  a.je(found);
  a.here(other);
  a.add(edx, eax);
  a.jmp(next);

  a.here(name);
  a.db(identifier);
  a.here(found);
}
