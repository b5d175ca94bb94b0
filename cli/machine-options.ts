/**
 * From the flags of `cor run` to the options of a machine: opens and judges the files that are named, and brings Cor's
 * own firmware and disk where nothing else is given.
 */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { checkImageFile, type DiskOptions, readUserFile, SECTOR } from "../emulator/disk.ts";
import { isElf } from "../emulator/formats/elf-reader.ts";
import type { MachineOptions } from "../emulator/machine.ts";
import { LARGEST_FIRMWARE } from "../emulator/map.ts";
import { tierSettings } from "../emulator/translator/tiers.ts";
import { systemReason, UserError } from "../emulator/user-error.ts";
import { type Interpreter, type OwnDisk, ownDisk, ownDiskPieces, ownFirmware } from "./own.ts";
import type { RunRequest } from "./run-options.ts";

export interface MadeOptions {
  readonly options: MachineOptions;
  /** For who has started a machine already: makes what its disk still lacks. Gives options for another machine when that one's disk has the wrong size. */
  complete(): Promise<MachineOptions | null>;
}

/** Throws a UserError for files that cannot be what they are given as. */
export async function machineOptions(request: RunRequest, interpreter: Known): Promise<MadeOptions> {
  const own = bootsOwnDisk(request) && request.record === null ? await ownDiskPieces() : null;
  const options = await optionsWith(request, interpreter, own?.image ?? null);
  return {
    options,
    async complete() {
      const image = own === null ? null : await own.complete();
      return image === null ? null : { ...options, disks: [{ image }] };
    },
  };
}

type Known = Pick<Interpreter, "interpreter" | "known">;

/** `own`: Cor's own disk, if it is to be booted and is not to be recorded. */
async function optionsWith(
  request: RunRequest,
  { interpreter, known }: Known,
  own: OwnDisk["image"] | null,
): Promise<MachineOptions> {
  const { log, memory } = request;
  // A recording brings everything else.
  if (request.replay !== null) return { log, interpreter, known };

  const disks: DiskOptions[] = request.disks.map(({ file, interface: kind, readonly, snapshot }) => ({
    image: file,
    interface: kind,
    readonly,
    snapshot,
  }));
  let { kernel: kernelFile, cdrom: disc } = request;
  if (request.image !== null) {
    checkImageFile(request.image);
    if (kernelFile === null && isElf(bytesOf(request.image, 0, 4))) kernelFile = request.image;
    else if (disc === null && isOnlyCd(request.image)) disc = request.image;
    else disks.unshift({ image: request.image });
  }
  for (const { image } of disks) checkImageFile(image as string);
  if (disc !== null) checkImageFile(disc, "an ISO image");
  const cdrom = disc !== null && { cdrom: disc };
  if (kernelFile === null) {
    // A recording brings the disk along: the file may be gone when it is played.
    if (bootsOwnDisk(request)) disks.push({ image: own ?? (await ownDisk()) });
    else if (!cdrom) checkBootable(disks[0]!.image as string);
  }
  const firmware = request.bios === null ? await ownFirmware() : firmwareFile(request.bios);
  const virtio = {
    ...(request.network && { network: {} }),
    console: request.console !== null,
    rng: request.rng,
  };
  const rest = {
    ...cdrom,
    ...virtio,
    ...(request.bios !== null && videoRomBeside(request.bios)),
    timing: request.timing,
    tier: request.stats ? { ...tierSettings[request.tier], counted: true } : request.tier,
    cpu: request.cpu,
    log,
    interpreter,
    known,
  };
  if (kernelFile === null) return { memory, firmware, disks, ...rest };
  const kernel = {
    image: readUserFile(kernelFile, "a kernel: an ELF file or a bzImage"),
    name: basename(kernelFile),
    commandLine: request.append,
    ...(request.initrd !== null && { initrd: readUserFile(request.initrd, "an initial RAM disk") }),
  };
  return { memory, firmware, kernel, disks, ...rest };
}

/** Nothing is named that could be booted: the machine gets Cor's own disk, and forgets what is written to it. */
export function bootsOwnDisk({ image, disks, cdrom, kernel, replay }: RunRequest): boolean {
  return image === null && disks.length === 0 && cdrom === null && kernel === null && replay === null;
}

function bytesOf(path: string, from: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw new UserError(`cannot open ${path}: ${systemReason(error)}; make it readable, or give another path`);
  }
  readSync(file, bytes, 0, count, from);
  closeSync(file);
  return bytes;
}

/** A PC boots a disk whose first sector ends in 55 AA. */
function hasBootSignature(path: string): boolean {
  const [low, high] = bytesOf(path, SECTOR - 2, 2);
  return low === 0x55 && high === 0xaa;
}

/** An ISO 9660 image (ECMA-119, 8.4) that could not be a disk as well, as many bootable ones can. */
function isOnlyCd(path: string): boolean {
  const standardIdentifier = new TextDecoder("latin1").decode(bytesOf(path, 16 * 2048 + 1, 5));
  return standardIdentifier === "CD001" && !hasBootSignature(path);
}

function checkBootable(path: string): void {
  if (!hasBootSignature(path)) {
    throw new UserError(
      `${path} has no boot signature (55 AA at the end of its first sector); give a bootable disk image, or a kernel with --kernel`,
    );
  }
}

/** Firmware of others leaves the screen to the video adapter's own ROM. SeaBIOS's for this adapter is installed beside it. */
function videoRomBeside(bios: string): { videoRom?: Uint8Array } {
  const path = join(dirname(bios), "vgabios-isavga.bin");
  return existsSync(path) ? { videoRom: readUserFile(path, "a video ROM") } : {};
}

function firmwareFile(path: string): Uint8Array {
  const bytes = readUserFile(path, "a firmware image");
  if (bytes.length % 0x1_0000 !== 0 || bytes.length > LARGEST_FIRMWARE) {
    throw new UserError(
      `${path} holds ${bytes.length} bytes; a firmware image is a multiple of 64 KiB, ${LARGEST_FIRMWARE >> 20} MiB at most`,
    );
  }
  return bytes;
}
