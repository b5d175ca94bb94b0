/**
 * Where every loader enters: 32-bit protected mode, flat segments, interrupts off. That much the three protocols have in
 * common; what they left in memory is copied to one place (info.ts) before it can be overwritten, then the processor is
 * asked whether it knows 64-bit mode, and taken there (long-mode.ts).
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b } from "../../dsl/asm/operand.ts";
import { expression, Label } from "../../dsl/out/expression.ts";
import { al, dx, eax, ebp, ecx, edi, edx, esi, esp, rdi, rsp } from "../../emulator/isa/registers.ts";
import { bootHeaders, multibootEntry, pvhEntry } from "./headers.ts";
import { bootInfo, bootInformation } from "./info.ts";
import { loadAddress, vgaText } from "./layout.ts";
import {
  buildPageTables,
  dropIdentityMap,
  enterLongMode,
  kernelStackTop,
  physicalStackTop,
  tablesAndStacks,
} from "./long-mode.ts";
import { bootProtocols, fromMultiboot1, fromMultiboot2, fromPvh } from "./protocols.ts";
import type { KernelSections } from "./sections.ts";

/** What EAX holds when a multiboot loader enters. */
const loaderMagic = { multiboot1: 0x2badb002, multiboot2: 0x36d76289 } as const;

/** EFLAGS.ID: can be changed where there is a CPUID instruction. */
const EFLAGS_ID = 1 << 21;
/** CPUID.80000001H:EDX */
const CPUID_NX = 1 << 20;
const CPUID_LM = 1 << 29;

/**
 * Records section .boot and the way to `main`: 64-bit mode, higher half, a stack, no identity map, interrupts off, the
 * address of the boot information as the first argument (RDI).
 */
export function bootEntry(a: Assembler, sections: KernelSections, main: Label): void {
  const common = new Label("startLongMode");
  const higherHalf = new Label("higherHalf");
  const fail = new Label("failInBoot");

  a.section(".boot", {}, () => {
    a.bits(32, () => {
      bootHeaders(a, sections.data.end, sections.bss.end);

      a.func(multibootEntry, () => {
        const version2 = new Label();
        const neither = failWith("the loader's magic number is neither of multiboot 1 nor of multiboot 2");
        start();
        a.cmp(eax, loaderMagic.multiboot2);
        a.je(version2);
        a.cmp(eax, loaderMagic.multiboot1);
        a.jne(neither);
        a.call(fromMultiboot1);
        a.jmp(common);
        a.here(version2);
        a.call(fromMultiboot2);
        a.jmp(common);
      });

      a.func(pvhEntry, () => {
        start();
        a.call(fromPvh);
        a.jmp(common);
      });

      a.func(common, () => {
        checkProcessor();
        buildPageTables(a, sections);
        enterLongMode(a, higherHalf);
      });

      bootInformation(a, sections, expression(loadAddress));
      bootProtocols(a);

      // ESI: the reason. There is no console yet, so straight to the screen, white on red, and to COM1 as it stands.
      a.func(fail, () => {
        const next = new Label();
        const wait = new Label();
        const stop = new Label();
        a.mov(edi, vgaText.physical);
        a.here(next);
        a.lodsb();
        a.test(al, al);
        a.jz(stop);
        a.mov(b(edi), al);
        a.mov(b(edi, 1), 0x4f);
        a.add(edi, 2);
        a.mov(ecx, eax);
        a.mov(dx, 0x3fd); // line status, bit 5: room for a byte
        a.here(wait);
        a.in(al, dx);
        a.test(al, 0x20);
        a.jz(wait);
        a.mov(eax, ecx);
        a.mov(dx, 0x3f8);
        a.out(dx, al);
        a.jmp(next);
        a.here(stop);
        a.hlt();
        a.jmp(stop);
      });
    });
  });
  tablesAndStacks(a);

  a.func(higherHalf, () => {
    a.mov(rsp, kernelStackTop);
    dropIdentityMap(a);
    a.mov(rdi, bootInfo);
    a.xor(ebp, ebp);
    a.push(0); // where a return address would be: nobody called
    a.jmp(main);
  });

  /** The loaders promise no stack, and EFLAGS only in part. */
  function start(): void {
    a.cli();
    a.cld();
    a.mov(esp, physicalStackTop);
  }

  function checkProcessor(): void {
    const tooOld = failWith("this processor has no 64-bit mode");
    const noNx = failWith("this processor cannot mark pages as not executable (NX)");
    a.pushfd();
    a.pop(eax);
    a.mov(ecx, eax);
    a.xor(eax, EFLAGS_ID);
    a.push(eax);
    a.popfd();
    a.pushfd();
    a.pop(eax);
    a.cmp(eax, ecx);
    a.je(tooOld);
    a.mov(eax, 0x8000_0000); // the highest extended leaf
    a.cpuid();
    a.cmp(eax, 0x8000_0001);
    a.jb(tooOld);
    a.mov(eax, 0x8000_0001);
    a.cpuid();
    a.test(edx, CPUID_LM);
    a.jz(tooOld);
    a.test(edx, CPUID_NX);
    a.jz(noNx);
  }

  /** A label to jump to when there is no going on; recorded apart from the code. */
  function failWith(reason: string): Label {
    const label = new Label();
    const message = new Label();
    a.section(".boot.failures", { flags: "rx" }, () => {
      a.bits(32, () => {
        a.here(label);
        a.mov(esi, message);
        a.jmp(fail);
      });
      a.here(message);
      a.db(`Cor cannot start: ${reason}.\0`);
    });
    return label;
  }
}
