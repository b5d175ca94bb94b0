/**
 * The firmware as bytes: what `firmware` in main.ts records, laid out as one segment. Nothing here depends on time, chance
 * or place, so the same sources give the same bytes.
 */
import { Assembler } from "../dsl/asm/assembler.ts";
import { flatBinary } from "../dsl/out/flat.ts";
import { type Image, link } from "../dsl/out/link.ts";
import { ROM_SEGMENT, ROM_SIZE } from "./layout.ts";
import { firmware } from "./main.ts";

export interface Bios {
  /** 64 KiB, to be seen just below 1 MiB and just below 4 GiB. */
  readonly rom: Uint8Array;
  /** The linked program: symbols are offsets in segment F000h; load addresses are physical, below 1 MiB. */
  readonly image: Image;
}

/** Builds the firmware, with its symbols. */
export function buildBiosImage(): Bios {
  const a = new Assembler({ bits: 16 });
  a.section(".bios", { flags: "rx", address: 0, load: ROM_SEGMENT * 16 });
  firmware(a);
  const image = link([a.finish()], { pageSize: 1 });
  const rom = flatBinary(image);
  if (rom.length !== ROM_SIZE) throw new Error(`the firmware has ${rom.length} bytes`);
  return { rom, image };
}

/** The firmware's 64 KiB. */
export function buildBios(): Uint8Array {
  return buildBiosImage().rom;
}
