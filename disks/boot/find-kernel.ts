/**
 * Where the kernel file begins: on a disk at the start of the active partition; on a CD it is the file COR.ELF in the
 * root directory.
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

/** Records 32-bit code that leaves the first sector of the kernel file in EBX. Changes EAX, ECX, EDX, ESI, EDI. */
export function findKernel(a: Assembler, medium: Medium): void {
  if (medium === "disk") findActivePartition(a);
  else findFileOnCd(a);
}

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

/** Volume descriptor in sector 16 → root directory → its records, one by one. (ECMA-119 8.4, 9.1) */
function findFileOnCd(a: Assembler): void {
  const next = new Label();
  const found = new Label();
  const other = new Label();
  const none = failWith(a, `${kernelFile} is not on this CD`);
  const name = new Label();
  const identifier = `${kernelFile};1`;

  a.mov(ebx, 16);
  a.mov(ecx, 1);
  a.call(readToBuffer);
  a.mov(ebx, d(bufferAt + 156 + 2)); // the root's own directory record: extent
  a.mov(ecx, 1);
  a.call(readToBuffer);

  a.mov(edx, bufferAt);
  a.here(next);
  a.movzx(eax, b(edx)); // length of the record; 0 behind the last
  a.test(al, al);
  a.jz(none);
  a.cmp(b(edx, 32), identifier.length);
  a.jne(other);
  a.lea(esi, m(edx, 33));
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
  a.mov(ebx, d(edx, 2));
}
