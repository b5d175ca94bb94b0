/**
 * The kernel as a file: the boot code, written with the assembler, and everything from main.ts on, compiled; an ELF64
 * executable whose boot section runs where it is loaded and everything else 2 GiB below the top. In the file the segments
 * lie as in memory, so it is also the flat image that its multiboot 1 header describes.
 */
import { readFileSync } from "node:fs";
import { type Compilation, CompileCache, compile, diagnosticsText } from "../dsl/compile.ts";
import { MANIFEST, readManifest } from "../dsl/manifest.ts";
import { elfExecutable } from "../dsl/out/elf-executable.ts";
import type { Image } from "../dsl/out/link.ts";
import { mapFile } from "../dsl/out/map.ts";
import type { ObjectStore } from "../dsl/store.ts";
import { UserError } from "../emulator/user-error.ts";
import { mappedBytes } from "./boot/layout.ts";
import { assembler } from "./boot/parts.ts";

export interface KernelImage {
  /** cor.elf, with symbols and what debuggers want. */
  readonly elf: Uint8Array;
  /** The same with what is loaded, and nothing else: a third of the size. */
  readonly memory: Uint8Array;
  /** Where everything went, as text. */
  readonly map: string;
}

export interface KernelOptions {
  /** The text of a source file by its path from the project's root, null when there is none; default: the files themselves. */
  readonly read?: (file: string) => string | null;
  /** What earlier builds know already; default: what this process has built. */
  readonly cache?: CompileCache;
  /** What earlier processes left. */
  readonly store?: ObjectStore;
  /** Whether the image has what debuggers want; default true. */
  readonly debug?: boolean;
  /** Told what the kernel will be, while it is not known yet that it breaks no rule. */
  readonly early?: (image: Image) => void;
}

const entry = "kernel/main.ts";
const root = new URL("../", import.meta.url);

/** What this process has compiled before: a second build takes a fraction of the first one's time. */
const known = new CompileCache();

/** Builds the kernel. Equal sources give equal bytes. Throws UserError with the compiler's messages when sources are wrong. */
export function kernelImage(options: KernelOptions = {}): KernelImage {
  const kernel = compileKernel(options);
  return { elf: kernel.bytes!, memory: memoryOf(kernel), map: mapFile(kernel.image!) };
}

/**
 * What `kernelImage` calls `memory`, alone, which takes less time. `early` is given it while it is not known yet that the kernel breaks no rule.
 * Throws UserError.
 */
export function kernelMemory(store: ObjectStore, early: (memory: Uint8Array) => void): Uint8Array {
  let memory: Uint8Array | null = null;
  const linked = (image: Image) => {
    memory = memoryOf({ image });
    early(memory);
  };
  compileKernel({ store, debug: false, early: linked });
  return memory!;
}

/** Of a kernel that was compiled, what memory holds of it: as disks have it. */
export function memoryOf({ image }: Pick<Compilation, "image">): Uint8Array {
  refuseTooLarge(image!);
  const sections = image!.sections.filter(({ flags }) => flags.allocate);
  return elfExecutable({ ...image!, sections, symbols: [] });
}

/** Compiles and links it; with all that the compiler found out. Throws UserError. */
export function compileKernel({
  read = readSource,
  cache = known,
  store,
  debug,
  early,
}: KernelOptions = {}): Compilation {
  const manifest = read(MANIFEST);
  const result = compile({
    entries: [entry],
    read,
    cache,
    store,
    debug,
    early,
    target: "cor-kernel",
    manifest: manifest === null ? undefined : readManifest(manifest, MANIFEST),
    ...assembler(),
  });
  if (result.diagnostics.length > 0)
    throw new UserError("the kernel does not compile; mend what is shown above", diagnosticsText(result));
  return result;
}

function readSource(file: string): string | null {
  try {
    return readFileSync(new URL(file, root), "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

/** The boot code has so many page tables. */
function refuseTooLarge(image: Image): void {
  for (const { name, flags, load, size } of image.sections) {
    if (flags.allocate && load + BigInt(size) > BigInt(mappedBytes)) {
      throw new Error(`section ${name} ends beyond what the boot page tables map (kernel/boot/layout.ts, mappedBytes)`);
    }
  }
}
