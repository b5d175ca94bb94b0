/**
 * A disk with somebody who looks on: every access is told before it happens, and may be made to fail. So a host sees which
 * sectors were written and not yet flushed, which is what a power cut may take, and finds out what a guest does when its disk
 * answers with errors.
 */
import { type Disk, SECTOR } from "./disk.ts";

export interface DiskAccess {
  /** Which of the machine's disks, in the order of its options. */
  readonly disk: number;
  readonly kind: "read" | "write" | "flush";
  /** The first sector, and how many; 0 and 0 of a flush. */
  readonly sector: number;
  readonly sectors: number;
  /** What is written; nobody else's, but only for the length of the call. Empty otherwise. */
  readonly bytes: Uint8Array;
}

/** False: the drive's medium fails there, and nothing is read, written or flushed. */
export type DiskWatch = (access: DiskAccess) => boolean;

const NOTHING = new Uint8Array();

export class WatchedDisk implements Disk {
  readonly sectors: number;
  readonly readonly: boolean;
  readonly #disk: Disk;
  readonly #number: number;
  readonly #watch: DiskWatch;

  constructor(disk: Disk, number: number, watch: DiskWatch) {
    this.sectors = disk.sectors;
    this.readonly = disk.readonly;
    this.#disk = disk;
    this.#number = number;
    this.#watch = watch;
  }

  read(sector: number, into: Uint8Array): boolean {
    return this.#tell("read", sector, into.length / SECTOR, NOTHING) && this.#disk.read(sector, into);
  }

  write(sector: number, from: Uint8Array): boolean {
    return this.#tell("write", sector, from.length / SECTOR, from) && this.#disk.write(sector, from);
  }

  flush(): boolean {
    return this.#tell("flush", 0, 0, NOTHING) && this.#disk.flush();
  }

  close(): void {
    this.#disk.close();
  }

  #tell(kind: DiskAccess["kind"], sector: number, sectors: number, bytes: Uint8Array): boolean {
    return this.#watch({ disk: this.#number, kind, sector, sectors, bytes });
  }
}
