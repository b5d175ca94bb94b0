/**
 * The kernel as a file: an ELF64 executable whose boot section runs where it is loaded and everything else 2 GiB below the
 * top. In the file the segments lie as in memory, so it is also the flat image that its multiboot 1 header describes.
 */
import { elfExecutable } from "../dsl/out/elf-executable.ts";
import { type Image, link } from "../dsl/out/link.ts";
import { mapFile } from "../dsl/out/map.ts";
import { multibootEntry } from "./boot/headers.ts";
import { kernelBase, loadAddress, mappedBytes } from "./boot/layout.ts";
import { kernel } from "./first/main.ts";

export interface KernelImage {
  /** cor.elf */
  readonly elf: Uint8Array;
  /** Where everything went, as text. */
  readonly map: string;
}

/** Assembles and links the kernel. Equal sources give equal bytes. */
export function kernelImage(): KernelImage {
  const image = link([kernel().finish()], {
    entry: multibootEntry,
    regions: [
      { address: loadAddress, sections: [".boot", ".boot.failures", ".note.Xen"] },
      { offset: kernelBase, sections: [".text", ".rodata", ".data", ".bss"] },
    ],
  });
  refuseTooLarge(image);
  return { elf: elfExecutable(image), map: mapFile(image) };
}

/** The boot code has one page table. */
function refuseTooLarge(image: Image): void {
  for (const { name, flags, load, size } of image.sections) {
    if (flags.allocate && load + BigInt(size) > BigInt(mappedBytes)) {
      throw new Error(`section ${name} ends beyond what the boot page table maps (kernel/boot/layout.ts, mappedBytes)`);
    }
  }
}
