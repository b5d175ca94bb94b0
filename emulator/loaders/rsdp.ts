/**
 * Where the firmware left ACPI's root pointer: at a multiple of 16 in the first KiB of the extended BIOS data area, or between
 * E0000h and FFFFFh. (ACPI 6.5, 5.2.5.1)
 */
import type { PhysicalMemory } from "../memory.ts";

const EBDA_SEGMENT_AT = 0x40e;
const EBDA_BYTES = 1024;
const BIOS = { start: 0xe_0000, bytes: 0x2_0000 } as const;
/** Bytes of the first version, which the first checksum covers, and of all later ones. */
const FIRST_LENGTH = 20;
const LENGTH = 36;
const REVISION_AT = 15;

export interface RootPointer {
  readonly address: number;
  /** 20 bytes in its first version, 36 since. */
  readonly bytes: Uint8Array;
}

/** The root pointer, or null where none with a right checksum is. */
export function findRootPointer(memory: Pick<PhysicalMemory, "read">): RootPointer | null {
  const word = new Uint8Array(2);
  memory.read(EBDA_SEGMENT_AT, word);
  const ebda = (word[0]! | (word[1]! << 8)) << 4;
  for (const { start, bytes } of [{ start: ebda, bytes: EBDA_BYTES }, BIOS]) {
    if (start === 0) continue;
    const area = new Uint8Array(bytes);
    memory.read(start, area);
    for (let at = 0; at + FIRST_LENGTH <= bytes; at += 16) {
      if (String.fromCharCode(...area.subarray(at, at + 8)) !== "RSD PTR ") continue;
      const first = area.subarray(at, at + FIRST_LENGTH);
      if ((first.reduce((sum, byte) => sum + byte, 0) & 0xff) !== 0) continue;
      const length = first[REVISION_AT]! < 2 ? FIRST_LENGTH : LENGTH;
      return { address: start + at, bytes: area.slice(at, at + length) };
    }
  }
  return null;
}
