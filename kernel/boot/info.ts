/**
 * What the kernel knows about the machine when it starts, whoever booted it: three boot protocols say the same things in
 * three ways, and from here on there is only this structure. The kernel sees it as BootInfo (../boot-info.ts).
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { d } from "../../dsl/asm/operand.ts";
import { type Expression, Label } from "../../dsl/out/expression.ts";
import { al, eax, ecx, edi, esi } from "../../emulator/isa/registers.ts";
import { commandLineBytes, loaderNameBytes, memoryRegions } from "./limits.ts";
import { kernelStackTop } from "./long-mode.ts";
import { data, type KernelSections } from "./sections.ts";

/** The structure itself. */
export const bootInfo = new Label("bootInfo");
/** Doubleword: one of `protocol`. */
export const bootProtocol = new Label("bootProtocol");
/** Doubleword: how many regions. */
export const regionCount = new Label("regionCount");
/** Quadwords: where the first module lies and how long it is, and ACPI's root pointer; zeros when nothing was said. */
export const moduleStart = new Label("moduleStart");
export const moduleBytes = new Label("moduleBytes");
export const rsdp = new Label("rsdp");
/** Texts, ending with zero; empty when nothing was said. */
export const commandLine = new Label("commandLine");
export const loaderName = new Label("loaderName");
export const memoryMap = new Label("memoryMap");

export const protocol = { multiboot1: 1, multiboot2: 2, pvh: 3 } as const;

/** Offsets in a region: base and length (64 bits each), type (32 bits: 1 usable, 2 reserved, 3 ACPI tables, 4 ACPI NVS, 5 bad). */
export const region = { base: 0, length: 8, type: 16, size: 24 } as const;

/** 32-bit. Appends the region whose base, length and type lie at ESI (20 bytes, alike in all three protocols). Changes EAX, EDI; keeps ESI, ECX. */
export const addRegion = new Label("addRegion");
/** 32-bit. Copies the text at ESI to EDI, at most ECX bytes, and ends it with zero. ESI may be 0. Changes EAX, ECX, ESI, EDI. */
export const copyText = new Label("copyText");

/** The structure's fields, with their sizes in bytes, as BootInfo has them. */
export const bootInfoFields = [
  ["protocol", 4],
  ["regions", 4],
  ["module", 8],
  ["moduleBytes", 8],
  ["rsdp", 8],
  ["imageStart", 8],
  ["imageEnd", 8],
  ["bootStack", 8],
  ["commandLine", commandLineBytes],
  ["loaderName", loaderNameBytes],
  ["memoryMap", memoryRegions * region.size],
] as const;

type Field = (typeof bootInfoFields)[number][0];

/** `bootStart`: the physical address of the kernel's first byte. */
export function bootInformation(a: Assembler, sections: KernelSections, bootStart: Expression): void {
  const places: Partial<Record<Field, Label>> = {
    ...{ protocol: bootProtocol, regions: regionCount, module: moduleStart, moduleBytes, rsdp },
    ...{ commandLine, loaderName, memoryMap },
  };
  const values: Partial<Record<Field, Expression>> = {
    ...{ imageStart: bootStart, imageEnd: sections.bss.end.physical(), bootStack: kernelStackTop },
  };
  data(a, () => {
    a.align(8);
    a.object(bootInfo, () => {
      for (const [name, bytes] of bootInfoFields) {
        const value = values[name];
        if (value !== undefined) a.dq(value);
        else {
          a.here(places[name]!);
          a.space(bytes);
        }
      }
    });
  });

  a.func(addRegion, () => {
    const full = new Label();
    a.mov(eax, d(regionCount.physical()));
    a.cmp(eax, memoryRegions);
    a.jae(full);
    a.inc(d(regionCount.physical()));
    a.push(ecx);
    a.push(esi);
    a.imul(edi, eax, region.size);
    a.add(edi, memoryMap.physical());
    a.mov(ecx, 5);
    a.rep.movsd();
    a.pop(esi);
    a.pop(ecx);
    a.here(full);
    a.ret();
  });

  a.func(copyText, () => {
    const next = new Label();
    const end = new Label();
    a.test(esi, esi);
    a.jz(end);
    a.here(next);
    a.lodsb();
    a.dec(ecx);
    a.jz(end);
    a.stosb();
    a.test(al, al);
    a.jnz(next);
    a.ret();
    a.here(end);
    a.mov(al, 0);
    a.stosb();
    a.ret();
  });
}
