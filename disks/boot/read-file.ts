/**
 * Bytes of the kernel file to anywhere in memory. The BIOS can only write below 1 MiB, and whole sectors, so it reads into
 * a buffer there, and we copy in protected mode.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, m } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { ax, eax, ebx, ecx, edx, es, esi, si } from "../../emulator/isa/registers.ts";
import { sectorSize } from "../partition-table.ts";
import { fail, failReading, type Medium, readDisk } from "./boot-sector.ts";
import { bufferAt, bufferBytes } from "./layout.ts";
import { enterRealMode, inRealMode } from "./mode-switch.ts";

/** 32-bit. Reads ECX sectors from sector EBX on into the buffer; does not come back when that fails. Keeps all registers. */
export const readToBuffer = new Label("readToBuffer");
/** 32-bit. Copies ECX bytes from byte EAX of the kernel file to EDI. Changes EAX, ECX, EDI. */
export const readFile = new Label("readFile");
/** Doubleword: first sector of the kernel file. */
export const kernelSector = new Label("kernelSector");

/** Records an ending, apart from the code: a label to jump to in 32-bit code that says "Cor: cannot boot: …" and stops. */
export function failWith(a: Assembler, reason: string): Label {
  const start = new Label();
  a.section(".loader.failures", { flags: "rwx" }, () => {
    const message = new Label();
    a.bits(32, () => {
      a.here(start);
      enterRealMode(a);
      a.mov(si, message);
      a.jmp(fail);
    });
    a.here(message);
    a.db(`\r\nCor: cannot boot: ${reason}.\0`);
  });
  return start;
}

/** Records the two routines for a medium's sectors. */
export function fileRoutines(a: Assembler, medium: Medium): void {
  const bytesPerSector = medium === "cd" ? 2048 : sectorSize;
  const shift = Math.log2(bytesPerSector);

  a.func(readToBuffer, () => {
    a.pushad();
    inRealMode(a, () => {
      a.mov(ax, bufferAt >> 4);
      a.mov(es, ax);
      a.call(readDisk);
      a.jc(failReading);
    });
    a.popad();
    a.ret();
  });

  a.func(readFile, () => {
    const next = new Label();
    const end = new Label();
    a.here(next);
    a.jecxz(end);
    a.push(ebx);
    a.push(ecx);
    a.push(esi);
    // ESI: where in its sector the first byte lies; EDX: how many bytes this round brings.
    a.mov(esi, eax);
    a.and(esi, bytesPerSector - 1);
    a.mov(edx, bufferBytes);
    a.sub(edx, esi);
    a.cmp(edx, ecx);
    a.cmova(edx, ecx);

    a.mov(ebx, eax);
    a.shr(ebx, shift);
    a.add(ebx, d(kernelSector));
    a.lea(ecx, m(esi, edx, bytesPerSector - 1));
    a.shr(ecx, shift);
    a.call(readToBuffer);

    a.add(esi, bufferAt);
    a.mov(ecx, edx);
    a.rep.movsb();
    a.pop(esi);
    a.pop(ecx);
    a.pop(ebx);
    a.add(eax, edx);
    a.sub(ecx, edx);
    a.jmp(next);
    a.here(end);
    a.ret();
  });

  a.align(4);
  a.here(kernelSector);
  a.dd(0);
}
