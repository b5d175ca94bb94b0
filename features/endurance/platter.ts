/**
 * What is on a disk if the power fails now. Up to the last flush, everything; of the sectors written since then an arbitrary
 * subset, in any order: drives sort, and have memory of their own that they do not tell of.
 */
import type { DiskAccess } from "../../emulator/watched-disk.ts";

const SECTOR = 512;

export class Platter {
  /** As it was at the last flush. */
  readonly #flushed: Uint8Array;
  #since: { readonly sector: number; readonly bytes: Uint8Array }[] = [];
  /** A drive that says it has flushed and has not: with one of those, every promise is worthless. */
  readonly #lies: boolean;

  constructor(image: Uint8Array, lies = false) {
    // Not slice(): of a Buffer that is no copy.
    this.#flushed = new Uint8Array(image);
    this.#lies = lies;
  }

  /** What the machine does to the disk. */
  take({ kind, sector, bytes }: DiskAccess): void {
    if (kind === "write") {
      for (let at = 0; at < bytes.length; at += SECTOR)
        this.#since.push({ sector: sector + at / SECTOR, bytes: bytes.slice(at, at + SECTOR) });
    }
    if (kind !== "flush" || this.#lies) return;
    for (const { sector, bytes } of this.#since) this.#flushed.set(bytes, sector * SECTOR);
    this.#since = [];
  }

  /** Sectors that the drive may still have in its own memory. */
  get unflushed(): number {
    return this.#since.length;
  }

  /** The disk after a power cut. `next` gives numbers below a limit. */
  cut(next: (below: number) => number): Uint8Array {
    const image = this.#flushed.slice();
    // From nothing to nearly everything.
    const share = next(9);
    for (const { sector, bytes } of this.#since) if (next(8) < share) image.set(bytes, sector * SECTOR);
    return image;
  }

  /** The disk after the machine was switched off in order: the drive has time to write what it has. */
  get now(): Uint8Array {
    const image = this.#flushed.slice();
    for (const { sector, bytes } of this.#since) image.set(bytes, sector * SECTOR);
    return image;
  }
}
