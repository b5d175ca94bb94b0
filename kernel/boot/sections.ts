/**
 * Where things go: code, constants, data with a first value, and storage that begins as zeros. The functions here switch
 * to a section and back, so that data can be written next to the code that uses it.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import type { RecordedSection } from "../../dsl/asm/program.ts";
import type { Label } from "../../dsl/out/expression.ts";
import { pageBytes } from "./layout.ts";

export interface KernelSections {
  /** Headers and the 32-bit code that runs where it was loaded. */
  readonly boot: RecordedSection;
  readonly text: RecordedSection;
  readonly rodata: RecordedSection;
  readonly data: RecordedSection;
  readonly bss: RecordedSection;
}

/** Makes the sections, each on pages of its own; comes before anything else and leaves the program in .text. */
export function openSections(a: Assembler): KernelSections {
  const align = pageBytes;
  return {
    boot: a.section(".boot", { flags: "rx", align }),
    rodata: a.section(".rodata", { align }),
    data: a.section(".data", { align }),
    bss: a.section(".bss", { align }),
    text: a.section(".text", { align }),
  };
}

/** Data with a first value, writable. */
export function data(a: Assembler, body: () => void): void {
  a.section(".data", {}, body);
}

/** Room for `bytes` zeros under this name. */
export function variable(a: Assembler, label: Label, bytes: number, align = Math.min(bytes, 8)): void {
  a.section(".bss", {}, () => {
    a.align(align);
    a.object(label, () => a.space(bytes));
  });
}
