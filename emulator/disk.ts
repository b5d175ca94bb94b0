/**
 * What a drive holds: 512-byte sectors, kept in a raw image file or in memory. Drives (ATA, virtio-blk) see only `Disk`.
 *
 * Everything is synchronous on purpose: a request completes at its virtual deadline, and if the host's disk is slower the
 * machine waits. What the host cannot do (a full disk, a file cut short under us) is answered with false, and the drive
 * reports a medium error to the guest.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  writeSync,
} from "node:fs";
import { ImageLock } from "./image-lock.ts";
import type { Section } from "./snapshot.ts";
import { systemReason, UserError } from "./user-error.ts";

export const SECTOR = 512;

export interface Disk {
  /** Number of sectors. */
  readonly sectors: number;
  readonly readonly: boolean;
  /** Fills `into` (whole sectors) from `sector` on. The range is inside the disk. False: the host could not. */
  read(sector: number, into: Uint8Array): boolean;
  /** Stores `from` (whole sectors) at `sector`. The range is inside the disk, and the disk is not read-only. */
  write(sector: number, from: Uint8Array): boolean;
  /** Returns when everything written has reached the host's storage. */
  flush(): boolean;
  /** Lets go of the file and its lock. */
  close(): void;
}

/**
 * An image in pieces: files and bytes, each of whole sectors but for the last, one behind the other, and then zeros. What the guest writes
 * stays in the machine.
 */
export interface PiecedImage {
  readonly pieces: readonly (string | Uint8Array | LatePiece)[];
  /** Of the whole disk. */
  readonly sectors: number;
}

/**
 * Bytes that are still being made, by another thread: who reads them waits. Shared memory, so that they come to a machine that has them
 * already. A word that says how it stands, padding, and the bytes.
 */
export interface LatePiece {
  readonly shared: SharedArrayBuffer;
}

const LATE_START = 8;
const [LATE_AWAITED, LATE_THERE, LATE_MISSING] = [0, 1, 2];

/** A piece of so many bytes that will be given by `finishPiece`. */
export const latePiece = (bytes: number): LatePiece => ({ shared: new SharedArrayBuffer(LATE_START + bytes) });

/** Gives a late piece its bytes, as many as it was made for. Null: they will not come; who reads them is told that the medium is bad. */
export function finishPiece({ shared }: LatePiece, bytes: Uint8Array | null): void {
  if (bytes !== null) new Uint8Array(shared, LATE_START).set(bytes);
  const state = new Int32Array(shared, 0, 1);
  Atomics.store(state, 0, bytes === null ? LATE_MISSING! : LATE_THERE!);
  Atomics.notify(state, 0);
}

/** How a disk is given to a machine. */
export interface DiskOptions {
  /** A raw image file, or its bytes (which are copied: what the guest writes stays in the machine), or both. */
  readonly image: string | Uint8Array | PiecedImage;
  /** The guest cannot write. */
  readonly readonly?: boolean;
  /** The guest's writes are kept in memory and dropped at the end; the file is only read. */
  readonly snapshot?: boolean;
  /** How it is connected: to an ATA cable, which is the default, or as a virtio block device. */
  readonly interface?: "ide" | "virtio";
}

/**
 * Opens a disk. A file that the guest may write to is locked against other machines, in this process and in others.
 * Throws a UserError when the file cannot be used.
 */
export function openDisk({ image, readonly = false, snapshot = false }: DiskOptions): Disk {
  if (image instanceof Uint8Array) return new Overlay(new MemoryDisk(image), readonly);
  if (typeof image !== "string") return new Overlay(new PiecedDisk(image), readonly);
  const file = new FileDisk(image, readonly || snapshot);
  return snapshot ? new Overlay(file, readonly) : file;
}

/** Refuses what is no image (of a disk, or as `what` says) before anything is started. Returns the size in bytes. */
export function checkImageFile(path: string, what = "a raw disk image"): number {
  let stat: ReturnType<typeof statSync>;
  try {
    stat = statSync(path);
  } catch (error) {
    throw new UserError(`cannot open ${path}: ${systemReason(error)}; give the path of ${what}`);
  }
  if (stat.isDirectory()) throw new UserError(`${path} is a directory; give the path of ${what}`);
  if (!stat.isFile()) throw new UserError(`${path} is no regular file; give the path of ${what}`);
  if (stat.size < SECTOR) {
    throw new UserError(`${path} holds ${stat.size} bytes, less than one sector; give ${what}`);
  }
  return stat.size;
}

class FileDisk implements Disk {
  readonly sectors: number;
  readonly readonly: boolean;
  readonly #file: number;
  readonly #lock: ImageLock | null;

  constructor(path: string, readonly: boolean) {
    const size = checkImageFile(path);
    this.readonly = readonly;
    this.sectors = Math.ceil(size / SECTOR);
    this.#lock = readonly ? null : ImageLock.acquire(realpathSync(path));
    try {
      this.#file = openSync(path, readonly ? "r" : "r+");
    } catch (error) {
      this.#lock?.release();
      const remedy = readonly
        ? "make it readable"
        : "make it writable, or say --disk FILE,readonly or --disk FILE,snapshot";
      throw new UserError(`cannot open ${path}: ${systemReason(error)}; ${remedy}`);
    }
  }

  read(sector: number, into: Uint8Array): boolean {
    let done = 0;
    try {
      while (done < into.length) {
        const count = readSync(this.#file, into, done, into.length - done, sector * SECTOR + done);
        if (count === 0) break;
        done += count;
      }
      // The last sector of a file whose size is no multiple of a sector ends in zeros; a file cut short does not.
      if (done < into.length && fstatSync(this.#file).size <= (this.sectors - 1) * SECTOR) return false;
    } catch {
      return false;
    }
    into.fill(0, done);
    return true;
  }

  write(sector: number, from: Uint8Array): boolean {
    try {
      for (let done = 0; done < from.length; ) {
        done += writeSync(this.#file, from, done, from.length - done, sector * SECTOR + done);
      }
      return true;
    } catch {
      return false;
    }
  }

  flush(): boolean {
    try {
      if (!this.readonly) fsyncSync(this.#file);
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    closeSync(this.#file);
    this.#lock?.release();
  }
}

class MemoryDisk implements Disk {
  readonly readonly = true;
  readonly sectors: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    if (bytes.length < SECTOR) throw new UserError(`a disk of ${bytes.length} bytes is less than one sector`);
    this.#bytes = bytes;
    this.sectors = Math.ceil(bytes.length / SECTOR);
  }

  read(sector: number, into: Uint8Array): boolean {
    const part = this.#bytes.subarray(sector * SECTOR, sector * SECTOR + into.length);
    into.set(part);
    into.fill(0, part.length);
    return true;
  }

  write(): boolean {
    return false;
  }

  flush(): boolean {
    return true;
  }

  close(): void {}
}

class LateDisk extends MemoryDisk {
  readonly #state: Int32Array;

  constructor({ shared }: LatePiece) {
    super(new Uint8Array(shared, LATE_START));
    this.#state = new Int32Array(shared, 0, 1);
  }

  override read(sector: number, into: Uint8Array): boolean {
    Atomics.wait(this.#state, 0, LATE_AWAITED!);
    return Atomics.load(this.#state, 0) === LATE_THERE && super.read(sector, into);
  }
}

class PiecedDisk implements Disk {
  readonly readonly = true;
  readonly sectors: number;
  readonly #pieces: { readonly disk: Disk; readonly from: number }[] = [];

  constructor({ pieces, sectors }: PiecedImage) {
    this.sectors = sectors;
    let from = 0;
    try {
      for (const piece of pieces) {
        const disk =
          typeof piece === "string"
            ? new FileDisk(piece, true)
            : piece instanceof Uint8Array
              ? new MemoryDisk(piece)
              : new LateDisk(piece);
        this.#pieces.push({ disk, from });
        from += disk.sectors;
      }
    } catch (error) {
      this.close();
      throw error;
    }
    if (from > sectors) throw new UserError(`pieces of ${from} sectors are more than a disk of ${sectors}`);
  }

  read(sector: number, into: Uint8Array): boolean {
    const end = sector + into.length / SECTOR;
    into.fill(0);
    return this.#pieces.every(({ disk, from }) => {
      const first = Math.max(sector, from);
      const last = Math.min(end, from + disk.sectors);
      if (first >= last) return true;
      return disk.read(first - from, into.subarray((first - sector) * SECTOR, (last - sector) * SECTOR));
    });
  }

  write(): boolean {
    return false;
  }

  flush(): boolean {
    return true;
  }

  close(): void {
    for (const { disk } of this.#pieces) disk.close();
  }
}

/** What was written, by sector, over a disk that is only read. The part of a disk that a snapshot of the machine holds. */
export class Overlay implements Disk, Section<{ readonly [sector: string]: Uint8Array }> {
  readonly section = "disk";
  readonly sectors: number;
  readonly readonly: boolean;
  readonly #base: Disk;
  #written = new Map<number, Uint8Array>();

  constructor(base: Disk, readonly: boolean) {
    this.#base = base;
    this.sectors = base.sectors;
    this.readonly = readonly;
  }

  read(sector: number, into: Uint8Array): boolean {
    const count = into.length / SECTOR;
    if (!this.#base.read(sector, into)) return false;
    if (this.#written.size === 0) return true;
    for (let i = 0; i < count; i++) {
      const written = this.#written.get(sector + i);
      if (written !== undefined) into.set(written, i * SECTOR);
    }
    return true;
  }

  write(sector: number, from: Uint8Array): boolean {
    for (let i = 0; i * SECTOR < from.length; i++) {
      this.#written.set(sector + i, from.slice(i * SECTOR, (i + 1) * SECTOR));
    }
    return true;
  }

  flush(): boolean {
    return true;
  }

  close(): void {
    this.#base.close();
  }

  save(): { readonly [sector: string]: Uint8Array } {
    return Object.fromEntries(this.#written);
  }

  restore(saved: { readonly [sector: string]: Uint8Array }): void {
    this.#written = new Map(Object.entries(saved).map(([sector, bytes]) => [Number(sector), bytes.slice()]));
  }
}

/** Reads a whole file that the user named; `what` it should be is part of the complaint. Throws a UserError. */
export function readUserFile(path: string, what: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    // A pipe ends some day (`--kernel <(zcat vmlinux.gz)`); a device need not.
    if (statSync(path).isCharacterDevice()) throw new Error("it is a device");
    bytes = readFileSync(path);
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemReason(error)}; give the path of ${what}`);
  }
  if (bytes.length === 0) throw new UserError(`${path} is empty; give the path of ${what}`);
  return bytes;
}
