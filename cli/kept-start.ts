/**
 * Which kept start (emulator/kept-start.ts) belongs to a machine: it is found by a hash of everything that a start depends on, our own sources, the
 * options, and the files that the guest can read. As everywhere in Cor's cache, a file is taken to be as it was while its size and times of change are.
 */
import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import type { DiskOptions } from "../emulator/disk.ts";
import type { MachineOptions } from "../emulator/machine.ts";
import { keepAs, keptAs } from "./cache.ts";

export interface Start {
  /** Null: there is none yet. */
  readonly kept: Uint8Array | null;
  keep(start: Uint8Array): void;
}

/** Null: this machine has to start by itself, because something that it depends on is not known, or because it writes to a file. */
export function startOf(options: MachineOptions): Start | null {
  const hash = hashOf(options);
  if (hash === null) return null;
  return {
    kept: keptAs("start", hash),
    keep(start) {
      // A file that was written to while the machine started may be one thing in the hash and another in the machine.
      if (hashOf(options) === hash) keepAs("start", hash, start);
    },
  };
}

function hashOf(options: MachineOptions): string | null {
  // Put there by the loader of Cor's own modules (program/load.ts).
  const { build } = import.meta as { readonly build?: string | null };
  const { firmware, videoRom, kernel, disks = [], cdrom, interpreter: _, known: __, ...plain } = options;
  if (build === undefined || build === null || (options.log?.length ?? 0) > 0) return null;
  const hash = createHash("sha256").update(
    `${build} ${JSON.stringify(plain)} ${JSON.stringify([kernel?.name, kernel?.commandLine])}`,
  );
  const add = (name: string, content: string | Uint8Array): void => {
    hash.update(`\n${name} ${content.length} `).update(content);
  };
  const addImage = (image: DiskOptions["image"]): boolean => {
    if (typeof image === "string") {
      const { size, mtimeNs, ctimeNs, ino, dev } = statSync(image, { bigint: true });
      add("file", `${realpathSync(image)} ${[size, mtimeNs, ctimeNs, ino, dev].join(" ")}`);
      return true;
    }
    if (image instanceof Uint8Array) {
      add("bytes", image);
      return true;
    }
    add("pieces", `${image.sectors} ${image.pieces.length}`);
    return image.pieces.every((piece) => (typeof piece === "string" || piece instanceof Uint8Array) && addImage(piece));
  };
  try {
    for (const [name, bytes] of Object.entries({ firmware, videoRom, kernel: kernel?.image, initrd: kernel?.initrd }))
      if (bytes !== undefined) add(name, bytes);
    for (const { image, readonly, snapshot, interface: kind } of disks) {
      if (typeof image === "string" && !readonly && !snapshot) return null;
      add("disk", JSON.stringify([readonly, snapshot, kind]));
      if (!addImage(image)) return null;
    }
    if (cdrom !== undefined && !addImage(cdrom)) return null;
  } catch {
    // The machine will say what is wrong with that file.
    return null;
  }
  return hash.digest("hex").slice(0, 32);
}
