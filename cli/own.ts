/** Cor's own firmware and disk, built from this tree when they are first wanted. */
import { cached } from "./cache.ts";

/** The assembler and what it reads: sources of everything that is built. */
const assembler = ["dsl", "emulator/isa", "emulator/formats"] as const;

export function ownFirmware(): Promise<Uint8Array> {
  return cached("bios", [...assembler, "bios"], async () => {
    const { buildBios } = await import("../bios/build.ts");
    return buildBios();
  });
}

/** The raw disk image that `cor build` writes as cor.img. */
export function ownDisk(): Promise<Uint8Array> {
  return cached("disk", [...assembler, "kernel", "disks"], async () => {
    const { build } = await import("../disks/build.ts");
    return build().img;
  });
}
