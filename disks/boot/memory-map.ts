/**
 * INT 15h, AX = E820h: what memory there is, and what the firmware has kept for itself. One call per region, EBX carrying
 * the firmware's place in its list from call to call. (ACPI 6.5, 15.1)
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { bx, di, eax, ebx, ecx, edx, es } from "../../emulator/isa/registers.ts";
import { memoryMapAt, memoryMapEntries } from "./layout.ts";

/** Bytes of an entry: base and length (64 bits each), type, and a doubleword of attributes, which PVH wants as zero. */
export const memoryMapEntry = 24;

/** 16-bit, DS = 0. Writes the entries to memoryMapAt. Out: DI behind the last; CF when there are none. Changes EAX, EBX, ECX, EDX, ES. */
export const readMemoryMap = new Label("readMemoryMap");

const smap = 0x534d4150; // "SMAP"

export function memoryMapRoutine(a: Assembler): void {
  a.func(readMemoryMap, () => {
    const next = new Label();
    const skip = new Label();
    const keep = new Label();
    const end = new Label();
    a.xor(ebx, ebx);
    a.mov(es, bx);
    a.mov(di, memoryMapAt);
    a.here(next);
    a.mov(eax, 0xe820);
    a.mov(edx, smap);
    a.mov(ecx, memoryMapEntry);
    a.mov(d(di, 20), 1); // firmware that knows only 20 bytes leaves this: attribute bit 0, "do not ignore this entry"
    a.int(0x15);
    a.jc(end); // also how some end the list
    a.cmp(eax, smap);
    a.jne(end);
    a.test(b(di, 20), 1);
    a.jz(skip);
    a.cmp(d(di, 8), 0); // entries of no length are known to happen
    a.jne(keep);
    a.cmp(d(di, 12), 0);
    a.je(skip);
    a.here(keep);
    a.mov(d(di, 20), 0);
    a.add(di, memoryMapEntry);
    a.cmp(di, memoryMapAt + memoryMapEntries * memoryMapEntry);
    a.jae(end);
    a.here(skip);
    a.test(ebx, ebx);
    a.jnz(next);
    a.here(end);
    a.cmp(di, memoryMapAt + 1); // CF when not one was written
    a.ret();
  });
}
