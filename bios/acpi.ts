/**
 * Self-test: writes the tables of ACPI and of the MultiProcessor Specification to the end of RAM, and what leads to them
 * into the EBDA, where operating systems search. The tables come from acpi-tables.ts nearly as they are; here they learn
 * what the assembler could not know: where RAM ends, which serial ports there are, what the processor calls itself.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, bp, cs, cx, eax, ebx, ecx, edi, edx, esi, fs, si } from "../emulator/isa/registers.ts";
import {
  floatingPointer,
  floatingPointerField,
  HEADER_CHECKSUM,
  MP_SIGNATURE,
  makeTables,
  rootPointer,
  rootPointerField,
} from "./acpi-tables.ts";
import { closeSegments, openSegments } from "./flat.ts";
import { bda, EBDA_SEGMENT, ebda, TABLES_NVS } from "./layout.ts";

/** Self-test: writes them, if the machine has the power management that they tell of. All registers lost but SP. */
export const writeTables = new Label("writeTables");

const checksum = new Label("tableChecksum");

const DWORD = 4;

export function acpi(a: Assembler): void {
  const tables = makeTables();
  const reclaimable = new Label("acpiTables");
  const nonVolatile = new Label("acpiNonVolatile");
  const addresses = new Label("acpiAddresses");
  const changed = new Label("acpiChanged");
  const root = new Label("acpiRootPointer");
  const floating = new Label("mpFloatingPointer");
  const dwords = (bytes: number) => Math.ceil(bytes / DWORD);

  const rootAt = EBDA_SEGMENT * 16 + ebda.rootPointer;
  const floatingAt = EBDA_SEGMENT * 16 + ebda.floatingPointer;

  a.func(writeTables, () => {
    const none = new Label();
    a.cmp(b(fs, ebda.pmPresent), 0);
    a.je(none);
    a.cli();
    a.call(openSegments);
    a.mov(ebx, d(fs, ebda.lowMemoryEnd));
    // EBX: the block, until the end.
    for (const [from, offset, bytes] of [
      [reclaimable, 0, tables.used.reclaimable],
      [nonVolatile, TABLES_NVS, tables.used.nonVolatile],
    ] as const) {
      a.xor(esi, esi);
      a.mov(si, from);
      a.mov(edi, ebx);
      if (offset) a.add(edi, offset);
      a.mov(ecx, dwords(bytes));
      a.a32.seg(cs).rep.movsd();
    }

    // Addresses in it.
    a.mov(si, addresses);
    a.mov(cx, tables.addresses.length);
    const relocate = a.here();
    a.movzx(edi, w(cs, si));
    a.add(d(ebx, edi), ebx);
    a.add(si, 2);
    a.loop(relocate);

    // Serial ports that are not there. The DSDT's checksum rises by what the byte falls.
    for (const [i, at] of tables.serialStatus.entries()) {
      const present = new Label();
      const base = [0x3f8, 0x2f8][i]!;
      for (const field of [0, 2]) {
        a.cmp(w(bda.comPorts + field), base);
        a.je(present);
      }
      const was = tables.block[at]!;
      a.mov(b(ebx, at), 0);
      a.add(b(ebx, tables.dsdt + HEADER_CHECKSUM), was);
      a.here(present);
    }

    // The processor's signature and features.
    a.push(ebx);
    a.mov(eax, 1);
    a.cpuid();
    a.pop(ebx);
    a.mov(d(ebx, tables.multiProcessor + MP_SIGNATURE), eax);
    a.mov(d(ebx, tables.multiProcessor + MP_SIGNATURE + 4), edx);

    a.mov(si, changed);
    a.mov(bp, tables.changed.length);
    const next = a.here();
    a.movzx(edi, w(cs, si));
    a.add(edi, ebx);
    a.movzx(edx, w(cs, si, 4));
    a.add(edx, ebx);
    a.movzx(ecx, w(cs, si, 2));
    a.call(checksum);
    a.add(si, 6);
    a.dec(bp);
    a.jnz(next);

    // The two pointers, in the EBDA.
    const sum = (start: number, length: number, to: number) => {
      a.mov(edi, start);
      a.mov(edx, start + to);
      a.mov(ecx, length);
      a.call(checksum);
    };
    for (const [from, to, bytes] of [
      [root, rootAt, rootPointer.length],
      [floating, floatingAt, floatingPointer.length],
    ] as const) {
      a.xor(esi, esi);
      a.mov(si, from);
      a.mov(edi, to);
      a.mov(ecx, dwords(bytes));
      a.a32.seg(cs).rep.movsd();
    }
    for (const [at, table] of [
      [rootAt + rootPointerField.rsdt, tables.rsdt],
      [rootAt + rootPointerField.xsdt, tables.xsdt],
      [floatingAt + floatingPointerField.table, tables.multiProcessor],
    ] as const) {
      a.lea(eax, d(ebx, table));
      a.mov(edi, at);
      a.mov(d(edi), eax);
    }
    sum(rootAt, rootPointerField.firstLength, rootPointerField.checksum);
    sum(rootAt, rootPointer.length, rootPointerField.extendedChecksum);
    sum(floatingAt, floatingPointer.length, floatingPointerField.checksum);
    a.call(closeSegments);
    a.sti();
    a.here(none);
    a.ret();
  });

  // EDI: table, ECX: its length, EDX: the byte in it that makes the sum 0; segments open. AL, ECX, EDI lost.
  a.func(checksum, () => {
    a.mov(b(edx), 0);
    a.xor(al, al);
    const next = a.here();
    a.sub(al, b(edi));
    a.inc(edi);
    a.a32.loop(next);
    a.mov(b(edx), al);
    a.ret();
  });

  a.align(4, 0);
  a.object(reclaimable, () => a.db(tables.block.subarray(0, dwords(tables.used.reclaimable) * DWORD)));
  a.object(nonVolatile, () =>
    a.db(tables.block.subarray(TABLES_NVS, TABLES_NVS + dwords(tables.used.nonVolatile) * DWORD)),
  );
  a.object(addresses, () => a.dw(...tables.addresses));
  a.object(changed, () => {
    for (const { start, length, checksum: at } of tables.changed) a.dw(start, length, at);
  });
  a.object(root, () => a.db(rootPointer));
  a.object(floating, () => a.db(floatingPointer));
}
