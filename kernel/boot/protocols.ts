/**
 * Three boot protocols, read into one structure (info.ts). Everything here is 32-bit code at its physical address, before
 * paging; EBX points at what the loader left.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d, type Memory, m } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { ebx, ecx, edi, edx, esi, esp, type R32 } from "../../emulator/isa/registers.ts";
import {
  addRegion,
  bootProtocol,
  commandLine,
  copyText,
  loaderName,
  moduleBytes,
  moduleStart,
  protocol,
  region,
  rsdp,
} from "./info.ts";
import { commandLineBytes, loaderNameBytes } from "./limits.ts";

/** EBX: each protocol's structure. Fill the boot information. Change all general registers but EBP and ESP. */
export const fromMultiboot1 = new Label("fromMultiboot1");
export const fromMultiboot2 = new Label("fromMultiboot2");
export const fromPvh = new Label("fromPvh");

export function bootProtocols(a: Assembler): void {
  multiboot1(a);
  multiboot2(a);
  pvh(a);
}

/** Multiboot 0.6.96, 3.3: fixed offsets, and flags that say which fields are valid. */
function multiboot1(a: Assembler): void {
  const info = {
    flags: 0,
    memUpper: 8,
    cmdline: 16,
    modsCount: 20,
    modsAddr: 24,
    mmapLength: 44,
    mmapAddr: 48,
    bootLoaderName: 64,
  };
  const valid = { memory: 1 << 0, cmdline: 1 << 2, mods: 1 << 3, mmap: 1 << 6, bootLoaderName: 1 << 9 };

  a.func(fromMultiboot1, () => {
    const next = new Label();
    const noMap = new Label();
    const end = new Label();
    a.mov(d(bootProtocol.physical()), protocol.multiboot1);
    ifValid(valid.cmdline, () => copy(a, d(ebx, info.cmdline), commandLine, commandLineBytes));
    ifValid(valid.bootLoaderName, () => copy(a, d(ebx, info.bootLoaderName), loaderName, loaderNameBytes));

    ifValid(valid.mods, () => {
      const none = new Label();
      a.cmp(d(ebx, info.modsCount), 0);
      a.je(none);
      a.mov(esi, d(ebx, info.modsAddr));
      module32(a, d(esi, 0), d(esi, 4));
      a.here(none);
    });

    a.test(d(ebx, info.flags), valid.mmap);
    a.jz(noMap);
    a.mov(esi, d(ebx, info.mmapAddr));
    a.mov(edx, esi);
    a.add(edx, d(ebx, info.mmapLength));
    a.here(next); // each entry: its size without this field, then the region
    a.cmp(esi, edx);
    a.jae(end);
    a.mov(ecx, d(esi));
    a.add(esi, 4);
    a.call(addRegion);
    a.add(esi, ecx);
    a.jmp(next);

    // No map: then how many KiB there are from 1 MiB on. A region made on the stack, upwards: base, length, type.
    a.here(noMap);
    a.test(d(ebx, info.flags), valid.memory);
    a.jz(end);
    a.mov(ecx, d(ebx, info.memUpper));
    a.shl(ecx, 10);
    a.push(1);
    a.push(0);
    a.push(ecx);
    a.push(0);
    a.push(0x10_0000);
    a.mov(esi, esp);
    a.call(addRegion);
    a.add(esp, 20);
    a.here(end);
    a.ret();
  });

  function ifValid(flag: number, body: () => void): void {
    const skip = new Label();
    a.test(d(ebx, info.flags), flag);
    a.jz(skip);
    body();
    a.here(skip);
  }
}

/** Multiboot 2.0, 3.6: tags, each with type and size, on multiples of eight. */
function multiboot2(a: Assembler): void {
  const tag = { type: 0, size: 4, text: 8, moduleStart: 8, moduleEnd: 12, entrySize: 8, entries: 16 };
  const types = { end: 0, commandLine: 1, loaderName: 2, module: 3, memoryMap: 6 };

  a.func(fromMultiboot2, () => {
    const next = new Label();
    const notCommandLine = new Label();
    const notName = new Label();
    const notModule = new Label();
    const skip = new Label();
    const nextRegion = new Label();
    const end = new Label();
    a.mov(d(bootProtocol.physical()), protocol.multiboot2);
    a.add(ebx, 8); // total size and a reserved field

    a.here(next);
    a.cmp(d(ebx, tag.type), types.end);
    a.je(end);
    a.cmp(d(ebx, tag.type), types.commandLine);
    a.jne(notCommandLine);
    a.lea(esi, m(ebx, tag.text));
    copy(a, esi, commandLine, commandLineBytes);
    a.jmp(skip);

    a.here(notCommandLine);
    a.cmp(d(ebx, tag.type), types.loaderName);
    a.jne(notName);
    a.lea(esi, m(ebx, tag.text));
    copy(a, esi, loaderName, loaderNameBytes);
    a.jmp(skip);

    a.here(notName);
    a.cmp(d(ebx, tag.type), types.module);
    a.jne(notModule);
    a.cmp(d(moduleBytes.physical()), 0); // the first one counts
    a.jne(skip);
    module32(a, d(ebx, tag.moduleStart), d(ebx, tag.moduleEnd));
    a.jmp(skip);

    a.here(notModule);
    a.cmp(d(ebx, tag.type), types.memoryMap);
    a.jne(skip);
    a.lea(esi, m(ebx, tag.entries));
    a.mov(edx, d(ebx, tag.size));
    a.add(edx, ebx); // EDX: the tag's end
    a.here(nextRegion);
    a.cmp(esi, edx);
    a.jae(skip);
    a.call(addRegion);
    a.add(esi, d(ebx, tag.entrySize));
    a.jmp(nextRegion);

    a.here(skip);
    a.add(ebx, d(ebx, tag.size));
    a.add(ebx, 7);
    a.and(ebx, -8);
    a.jmp(next);
    a.here(end);
    a.ret();
  });
}

/** Xen, hvm/start_info.h: one structure; from version 1 on with a memory map. The loader does not say its name. */
function pvh(a: Assembler): void {
  const startInfo = { version: 4, modules: 12, moduleList: 16, cmdline: 24, rsdp: 32, memmap: 40, memmapEntries: 48 };

  a.func(fromPvh, () => {
    const noModule = new Label();
    const next = new Label();
    const end = new Label();
    a.mov(d(bootProtocol.physical()), protocol.pvh);
    copy(a, d(ebx, startInfo.cmdline), commandLine, commandLineBytes);
    quad(a, d(ebx, startInfo.rsdp), d(ebx, startInfo.rsdp + 4), rsdp);
    a.cmp(d(ebx, startInfo.modules), 0);
    a.je(noModule);
    a.mov(esi, d(ebx, startInfo.moduleList)); // address and length of each, 64 bits
    quad(a, d(esi, 0), d(esi, 4), moduleStart);
    quad(a, d(esi, 8), d(esi, 12), moduleBytes);
    a.here(noModule);
    a.cmp(d(ebx, startInfo.version), 1);
    a.jb(end);
    a.mov(esi, d(ebx, startInfo.memmap));
    a.mov(ecx, d(ebx, startInfo.memmapEntries));
    a.here(next);
    a.jecxz(end);
    a.call(addRegion);
    a.add(esi, region.size);
    a.dec(ecx);
    a.jmp(next);
    a.here(end);
    a.ret();
  });
}

/** Copies the text that `source` points at. */
function copy(a: Assembler, source: Memory<32> | R32, target: Label, bytes: number): void {
  if (source !== esi) a.mov(esi, source);
  a.mov(edi, target.physical());
  a.mov(ecx, bytes);
  a.call(copyText);
}

/** A module between two addresses of 32 bits. Changes ECX, EDI. */
function module32(a: Assembler, start: Memory<32>, end: Memory<32>): void {
  a.mov(ecx, end);
  a.mov(edi, start);
  a.sub(ecx, edi);
  a.mov(d(moduleStart.physical()), edi);
  a.mov(d(moduleBytes.physical()), ecx);
}

/** Keeps 64 bits. Changes ECX. */
function quad(a: Assembler, low: Memory<32>, high: Memory<32>, target: Label): void {
  a.mov(ecx, low);
  a.mov(d(target.physical()), ecx);
  a.mov(ecx, high);
  a.mov(d(target.physical().plus(4)), ecx);
}
