/**
 * What scenarios' machines start from: Cor's images, made once for all scenarios of this process, as far as they are not in the
 * cache; and small boot disks of a scenario's own, whose /sbin/init it has written itself.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cc } from "../../cli/cc.ts";
import { ownArchive, ownObjects, ownRoot } from "../../cli/own.ts";
import { type Build, build, diskImage } from "../../disks/build.ts";
import { type DiskFile, ext2Image } from "../../disks/ext2.ts";
import { buildPrograms } from "../../disks/programs.ts";
import { rootFiles } from "../../disks/root-files.ts";
import { grubImageOf } from "../../disks/testing/grub.ts";
import type { ObjectStore } from "../../dsl/store.ts";

let built: Build | null = null;
/** By the kernel's command line. */
const grub = new Map<string, Uint8Array>();
let store: ObjectStore | undefined;

/** Before the first scenario. */
export async function prepareImages(): Promise<void> {
  store = await ownObjects();
  built = build({ root: await ownRoot(), archive: await ownArchive(), store });
}

export function images(): Build {
  if (built === null) throw new Error("the images are not there yet: prepareImages");
  return built;
}

/** Other people's boot loader, with our kernel and a root in an archive. */
export async function prepareGrub(commandLine: string): Promise<void> {
  if (!grub.has(commandLine)) grub.set(commandLine, await grubImageOf(images(), commandLine));
}

export function grubDisc(commandLine: string): Uint8Array {
  const disc = grub.get(commandLine);
  if (disc === undefined) throw new Error("GRUB's disc is not there yet: prepareGrub");
  return disc;
}

/** Source of a program that takes the place of /sbin/init. */
export interface InitSource {
  readonly code: string;
  readonly language: "c" | "ts";
  /** C: for the linker. */
  readonly script: string | null;
  /** C: options of the compiler. */
  readonly options: readonly string[];
}

const executable = 0o100755;
/** Bytes of a root that has little more than one program, and of one with all programs. */
const SMALL = 4 << 20;
const LARGE = 32 << 20;

/** A boot disk with an init of the scenario's own, or with all of ours, and further files. */
export async function ownBootDisk(
  init: InitSource | null,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array> {
  const given: DiskFile[] = [...files].map(([path, content]) => ({ path, content }));
  if (init === null) return diskOf([...rootFiles({ store }), ...given], LARGE);
  const folders = ["dev", "proc", "tmp"].map((path) => ({ path, mode: 0o040755 }));
  const program = init.language === "c" ? await compiledC(init) : compiledHere(init.code);
  return diskOf([...folders, { path: "sbin/init", content: program, mode: executable }, ...given], SMALL);
}

function diskOf(files: readonly DiskFile[], bytes: number): Uint8Array {
  return diskImage(images().memory, ext2Image(files, { bytes }));
}

/** Through `cor cc`, as a user would. */
async function compiledC({ code, script, options }: InitSource): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "cor-feature-"));
  try {
    const file = (name: string) => join(folder, name);
    writeFileSync(file("init.c"), code);
    if (script !== null) writeFileSync(file("init.ld"), script);
    const layout = script === null ? [] : ["-T", file("init.ld")];
    const status = await cc([...options, ...layout, file("init.c"), "-o", file("init")]);
    if (status !== 0) throw new Error("the compiler does not take the scenario's C");
    return readFileSync(file("init"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compiledHere(code: string): Uint8Array {
  const read = (file: string) => (file === "disks/root/sbin/init.ts" ? code : null);
  return buildPrograms({ only: ["sbin/init"], read, store }).get("sbin/init")!;
}
