/**
 * What the processor itself needs: its local APIC, if it has one, must let the interrupts of the old 8259s through.
 *
 * Since the Pentium, a second interrupt controller sits in the processor, and after reset it is in the way: it stands
 * between the 8259's line and the core and passes nothing. "Virtual wire mode" makes it a piece of wire. (MultiProcessor
 * Specification 1.4, 3.6.2.2; SDM vol. 3A, 12.4 and 12.5)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { d } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { eax, ebx, ecx, edx } from "../emulator/isa/registers.ts";
import { closeSegments, openSegments } from "./flat.ts";

/** Self-test, with interrupts off. All registers lost. */
export const startProcessor = new Label("startProcessor");

/** CPUID leaf 1, EDX. */
const APIC = 1 << 9;
const IA32_APIC_BASE = 0x1b;
/** Of IA32_APIC_BASE: bit 11 the APIC is on at all, bit 10 its registers are MSRs. */
const APIC_ENABLE = 1 << 11;
const apic = { spuriousVector: 0xf0, lint0: 0x350, lint1: 0x360 } as const;

export function processor(a: Assembler): void {
  a.func(startProcessor, () => {
    const none = new Label();
    a.mov(eax, 1);
    a.cpuid();
    a.test(edx, APIC);
    a.jz(none);
    a.mov(ecx, IA32_APIC_BASE);
    a.rdmsr();
    a.test(eax, APIC_ENABLE);
    a.jz(none);
    a.mov(ebx, eax);
    a.and(ebx, 0xffff_f000);
    a.call(openSegments);
    // On, spurious vector 0Fh, which does nothing; LINT0: as the 8259 says (ExtINT); LINT1: NMI.
    a.mov(d(ebx, apic.spuriousVector), 0x10f);
    a.mov(d(ebx, apic.lint0), 0x700);
    a.mov(d(ebx, apic.lint1), 0x400);
    a.call(closeSegments);
    a.here(none);
    a.ret();
  });
}
