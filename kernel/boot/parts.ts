/**
 * What the compiler links the kernel with: the boot code, which is assembler, and where everything goes. The manifest
 * (cor.json, "assembler") names this module, so that `cor compile kernel/main.ts --target cor-kernel` gives a whole kernel.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import type { KernelParts } from "../../dsl/link-program.ts";
import { bootEntry } from "./entry.ts";
import { multibootEntry } from "./headers.ts";
import { kernelBase, loadAddress } from "./layout.ts";
import { openSections } from "./sections.ts";

export function assembler(): KernelParts {
  const a = new Assembler();
  const sections = openSections(a);
  bootEntry(a, sections, a.extern("kernel/main.main"));
  return {
    objects: [a.finish()],
    layout: {
      entry: multibootEntry,
      regions: [
        { address: loadAddress, sections: [".boot", ".boot.failures", ".note.Xen"] },
        { offset: kernelBase, sections: [".text", ".rodata", ".symbols", ".data", ".percpu", ".bss"] },
      ],
    },
  };
}
