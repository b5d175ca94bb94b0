/** What is built from this tree when it is first wanted: Cor's own firmware and disk, and the interpreter's fixed part. */
import { statSync } from "node:fs";
import { SHARE_ENV, Worker } from "node:worker_threads";
import { wholeCylinders } from "../disks/partition-table.ts";
import type { ObjectStore } from "../dsl/store.ts";
import { finishPiece, latePiece, type PiecedImage, SECTOR } from "../emulator/disk.ts";
import { threadBeginning } from "../emulator/thread-beginning.ts";
import { UserError } from "../emulator/user-error.ts";
import {
  cached,
  cachedAs,
  cachedFile,
  cachedFolder,
  hashOfSources,
  keepAs,
  keptAs,
  type Listed,
  lastSize,
} from "./cache.ts";
import { cacheFolder } from "./program/load.ts";
import type { RootAnswer, RootOrder } from "./root-thread.ts";

/** The assembler and what it reads: sources of everything that is built. */
const assembler = ["dsl", "emulator/isa", "emulator/formats"] as const;

/** A process takes the sources as they were when it first looked. */
const listed: Listed = new Map();

export function ownFirmware(): Promise<Uint8Array> {
  const build = async () => {
    const { buildBios } = await import("../bios/build.ts");
    return buildBios();
  };
  return cached("bios", [...assembler, "bios"], build, listed);
}

/** What lets a machine start sooner: see `prepareInterpreter`, and `known` in MachineOptions. */
export interface Interpreter {
  readonly interpreter: Uint8Array;
  readonly known: Uint8Array | undefined;
  keep(known: Uint8Array): void;
}

export async function ownInterpreter(): Promise<Interpreter> {
  const hash = hashOfSources(["emulator/isa", "emulator/formats", "emulator/cpu", "emulator/interpreter"], listed);
  const interpreter = await cachedAs("interpreter", hash, async () => {
    const { prepareInterpreter } = await import("../emulator/cpu/execution.ts");
    return prepareInterpreter();
  });
  return { interpreter, known: keptAs("code", hash) ?? undefined, keep: (known) => keepAs("code", hash, known) };
}

const headSources = [...assembler, "kernel", "disks/boot", "disks/build.ts", "disks/partition-table.ts", "cor.json"];

/** What is before the root on Cor's own disk, which is all that a change of the kernel changes. */
async function ownHead(): Promise<Uint8Array> {
  const hash = hashOfSources(headSources, listed);
  return keptAs("head", hash) ?? (await makeHead(hash));
}

/** `early` is given it as soon as it is there, while it is not known yet that the kernel breaks no rule. Throws a UserError when it does. */
async function makeHead(hash: string, early: (head: Uint8Array) => void = () => {}): Promise<Uint8Array> {
  const { buildHead } = await import("../disks/build.ts");
  const head = buildHead(await ownObjects(), early);
  later(() => keepAs("head", hash, head));
  return head;
}

/** The raw disk image that `cor build` writes as cor.img. */
export async function ownDisk(): Promise<Uint8Array> {
  const [head, root] = [await ownHead(), await ownRoot()];
  const image = new Uint8Array(pieced(head, root).sectors * SECTOR);
  image.set(head);
  image.set(root, head.length);
  return image;
}

/** More than a kernel has: what else is kept under its name is something else. */
const LARGEST_HEAD = 64 << 20;

/** Cor's own disk for a machine, which may start while it is made. */
export interface OwnDisk {
  readonly image: PiecedImage;
  /**
   * Makes what the disk still lacks, and hands it to who waits for it. Gives another image, which is complete, when the disk has become another
   * one in size. Throws a UserError when the kernel does not compile.
   */
  complete(): Promise<PiecedImage | null>;
}

/** The disk, most of it as a file where that can be kept: a machine reads little of it. Nobody may write to that. */
export async function ownDiskPieces(): Promise<OwnDisk> {
  const hash = hashOfSources(headSources, listed);
  // Where both are made, each has a thread. What is wrong with the programs is said first.
  const beside: Promise<Uint8Array>[] = [];
  const makeBoth = async (): Promise<Uint8Array> => {
    const root = await beginRoot();
    const head = ownHead();
    head.catch(() => {});
    beside.push(head);
    return root.made;
  };
  const root = await cachedFile("root", rootSources, makeBoth, listed);
  const [begun] = beside;
  if (begun !== undefined) return { image: pieced(await begun, root), complete: async () => null };
  const last = lastSize("head") ?? 0;
  const expected = last > 0 && last <= LARGEST_HEAD && last % SECTOR === 0 ? last : null;
  const kept = keptAs("head", hash) ?? (expected === null ? await makeHead(hash) : null);
  if (kept !== null) return { image: pieced(kept, root), complete: async () => null };
  const late = latePiece(expected!);
  return {
    image: { ...pieced(new Uint8Array(expected!), root), pieces: [late, root] },
    async complete() {
      let isThere = false;
      try {
        const head = await makeHead(hash, (early) => {
          isThere = early.length === expected;
          if (isThere) finishPiece(late, early);
        });
        return isThere ? null : pieced(head, root);
      } finally {
        if (!isThere) finishPiece(late, null);
      }
    },
  };
}

function pieced(head: Uint8Array, root: string | Uint8Array): PiecedImage {
  const rootBytes = typeof root === "string" ? statSync(root).size : root.length;
  return { pieces: [head, root], sectors: wholeCylinders((head.length + rootBytes) / SECTOR) };
}

const rootSources = [...assembler, "disks", "kernel/abi", "cor.json"];

async function makeRoot(): Promise<Uint8Array> {
  const { rootImage } = await import("../disks/build.ts");
  return rootImage(await ownObjects());
}

/** The root, in a thread of its own: what that compiles is compiled when this resolves, or being compiled. */
async function beginRoot(): Promise<{ readonly made: Promise<Uint8Array> }> {
  // The thread has its modules from the same place as this one, which is up to date then.
  await import("../disks/build.ts");
  const order: RootOrder = { version: hashOfSources(assembler, listed) };
  const worker = new Worker(threadBeginning(import.meta, "cli/root-thread"), {
    eval: true,
    env: SHARE_ENV,
    workerData: order,
  });
  const made = new Promise<Uint8Array>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) =>
      reject(new Error(`the thread that makes the programs ended by itself with code ${code}`)),
    );
    worker.on("message", (answer: RootAnswer) => {
      // What it still writes is for the next time.
      worker.unref();
      if ("image" in answer) resolve(answer.image);
      else if ("refused" in answer) reject(new UserError(answer.refused, answer.details));
      else reject(Object.assign(new Error(answer.failed), { stack: answer.stack }));
    });
  });
  // Nobody waits for it yet.
  made.catch(() => {});
  return { made };
}

/** The disk's root with all programs: by itself, because the kernel changes more often. */
export function ownRoot(): Promise<Uint8Array> {
  return cached("root", rootSources, makeRoot, listed);
}

/** The same root as an archive, which CDs have. */
export function ownArchive(): Promise<Uint8Array> {
  return cached("archive", rootSources, async () => {
    const { rootArchive } = await import("../disks/root-files.ts");
    return rootArchive({ store: await ownObjects() });
  });
}

/** The folder with what C programs are compiled and linked with: see `cLibrary`. */
export function ownCLibrary(): Promise<string> {
  return cachedFolder("c", rootSources, async () => {
    const { cLibrary } = await import("../disks/c-library.ts");
    return cLibrary();
  });
}

/** What the compiler keeps of modules between processes. */
export async function ownObjects(): Promise<ObjectStore> {
  const { ObjectStore } = await import("../dsl/store.ts");
  return new ObjectStore(cacheFolder("objects"), hashOfSources(assembler, listed), later);
}

const waiting: (() => void)[] = [];

/** What is kept for the next time can wait until the machine has started. */
function later(write: () => void): void {
  if (waiting.length === 0) process.once("exit", writeKept);
  waiting.push(write);
}

/** Writes what waits; that is done at the latest when the process ends. */
export function writeKept(): void {
  process.off("exit", writeKept);
  for (const write of waiting.splice(0)) write();
}
