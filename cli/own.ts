/** What is built from this tree when it is first wanted: Cor's own firmware and disk, and the interpreter's fixed part. */
import type { ObjectStore } from "../dsl/store.ts";
import { cached, cachedAs, cachedFile, cachedFolder, hashOfSources, keepAs, keptAs } from "./cache.ts";
import { cacheFolder } from "./program/load.ts";

/** The assembler and what it reads: sources of everything that is built. */
const assembler = ["dsl", "emulator/isa", "emulator/formats"] as const;

export function ownFirmware(): Promise<Uint8Array> {
  return cached("bios", [...assembler, "bios"], async () => {
    const { buildBios } = await import("../bios/build.ts");
    return buildBios();
  });
}

/** What lets a machine start sooner: see `prepareInterpreter`, and `known` in MachineOptions. */
export interface Interpreter {
  readonly interpreter: Uint8Array;
  readonly known: Uint8Array | undefined;
  keep(known: Uint8Array): void;
}

export async function ownInterpreter(): Promise<Interpreter> {
  const hash = hashOfSources(["emulator/isa", "emulator/formats", "emulator/cpu", "emulator/interpreter"]);
  const interpreter = await cachedAs("interpreter", hash, async () => {
    const { prepareInterpreter } = await import("../emulator/cpu/execution.ts");
    return prepareInterpreter();
  });
  return { interpreter, known: keptAs("code", hash) ?? undefined, keep: (known) => keepAs("code", hash, known) };
}

const diskSources = [...assembler, "kernel", "disks", "cor.json"];

/** The raw disk image that `cor build` writes as cor.img. */
export function ownDisk(): Promise<Uint8Array> {
  return cached("disk", diskSources, makeDisk);
}

/** The same as a file, where it can be kept: a machine reads little of it. Nobody may write to it. */
export function ownDiskFile(): Promise<string | Uint8Array> {
  return cachedFile("disk", diskSources, makeDisk);
}

async function makeDisk(): Promise<Uint8Array> {
  const { buildDisk } = await import("../disks/build.ts");
  return buildDisk(await ownRoot(), await ownObjects());
}

/** The disk's root with all programs: by itself, because the kernel changes more often. */
export function ownRoot(): Promise<Uint8Array> {
  return cached("root", [...assembler, "disks", "kernel/abi", "cor.json"], async () => {
    const { rootImage } = await import("../disks/build.ts");
    return rootImage(await ownObjects());
  });
}

/** The same root as an archive, which CDs have. */
export function ownArchive(): Promise<Uint8Array> {
  return cached("archive", [...assembler, "disks", "kernel/abi", "cor.json"], async () => {
    const { rootArchive } = await import("../disks/root-files.ts");
    return rootArchive({ store: await ownObjects() });
  });
}

/** The folder with what C programs are compiled and linked with: see `cLibrary`. */
export function ownCLibrary(): Promise<string> {
  return cachedFolder("c", [...assembler, "disks", "kernel/abi", "cor.json"], async () => {
    const { cLibrary } = await import("../disks/c-library.ts");
    return cLibrary();
  });
}

/** What the compiler keeps of modules between processes. */
export async function ownObjects(): Promise<ObjectStore> {
  const { ObjectStore } = await import("../dsl/store.ts");
  return new ObjectStore(cacheFolder("objects"), hashOfSources(assembler));
}
