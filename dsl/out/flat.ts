/**
 * Flat binaries: memory as it looks after loading, from the lowest load address to the last byte that is not zero-filled.
 * Boot sectors and firmware.
 */
import type { Image } from "./link.ts";
import { nowhere, SourceError } from "./site.ts";

/** A flat binary this large (bytes) is a mistake in the load addresses. */
const largest = 256 * 1024 * 1024;

/** The image's memory from its lowest load address on; gaps are `fill`. Throws SourceError if it would be absurdly large. */
export function flatBinary(image: Image, fill = 0): Uint8Array {
  const loaded = image.sections.filter((section) => section.flags.allocate && section.bytes.length > 0);
  if (loaded.length === 0) return new Uint8Array();
  const start = loaded.reduce((least, { load }) => (load < least ? load : least), loaded[0]!.load);
  const end = loaded.reduce((most, { load, size }) => (load + BigInt(size) > most ? load + BigInt(size) : most), 0n);
  if (end - start > largest) {
    throw new SourceError(
      nowhere,
      `flat binary from 0x${start.toString(16)} to 0x${end.toString(16)}: check the load addresses`,
    );
  }
  const bytes = new Uint8Array(Number(end - start)).fill(fill);
  for (const section of loaded) bytes.set(section.bytes, Number(section.load - start));
  return bytes;
}
